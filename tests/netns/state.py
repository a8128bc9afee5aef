"""What is in a namespace before, between and after runs: all or nothing, nothing twice, nothing of others."""
import fcntl
import json
import os
import random
import shlex
import subprocess
import sys
import tempfile
import time

import lab
from traffic import ALL, BACK_ENDS

FULL = [*ALL, "-o", "3306", "-q", "9000", "-c", "net1", "-k", "tap0", "--drop-invalid", "--redirect-dns",
        "--dual-stack"]
SETTINGS = {"redirect": ALL, "tproxy": [*ALL, "-m", "TPROXY", "--dual-stack"], "full": FULL,
            "full tproxy": [*FULL, "-m", "TPROXY"]}
FOREIGN = """
iptables-nft -t nat -A OUTPUT -d 9.9.9.9/32 -j ACCEPT
iptables-nft -t nat -A PREROUTING -i eth9 -j RETURN
iptables-nft -t mangle -A OUTPUT -o eth9 -j RETURN
ip6tables-nft -t filter -A INPUT -s 2001:db8::9/128 -j DROP
nft add table inet theirs
nft add chain inet theirs c '{ type filter hook output priority 5; }'
nft add rule inet theirs c ip daddr 9.9.9.9 counter
ip rule add fwmark 7 lookup 70
ip route add 9.9.9.9 dev eth0 table 70"""


def init(pillion, namespace, *flags, env=(), **more):
    return namespace.run("env", *env, *pillion, "init", *flags, **more)


def everything(namespace):
    """All that a run may change, as text. The order of rules counts; handles do not show."""
    legacy = legacy_tables(namespace)
    lines = []
    for tool in ("iptables-legacy", "ip6tables-legacy") if legacy else ():
        lines += listing(namespace, tool, legacy)
    lines += namespace.run("nft", "-s", "list", "ruleset").stdout.splitlines()
    for family in ("-4", "-6"):
        for words in (["rule"], ["addr", "show", "dev", "lo"], ["route", "show", "table", "all"]):
            lines += lab.sh("ip", "-n", namespace.name, family, *words, check=False).stdout.splitlines()
    # Link-local addresses, and the routes that the kernel makes for addresses by itself, come when they come.
    mine = ("#", "fe80:", "proto kernel")
    return "\n".join(line for line in lines if not line.startswith(mine[0]) and not any(m in line for m in mine[1:]))


def generation(namespace):
    """Changes whenever anybody commits anything to nf_tables."""
    listed = namespace.run("nft", "-j", "list", "ruleset").stdout
    items = [item[kind] for item in json.loads(listed)["nftables"] for kind in item if kind != "metainfo"]
    return [(item.get("handle"), item.get("index")) for item in items]


def legacy_tables(namespace):
    return namespace.run("cat", "/proc/net/ip_tables_names", "/proc/net/ip6_tables_names").stdout.split()


def ours_left(namespace):
    text = everything(namespace)
    marks = ("ISTIO", "istio", "0x539", "::6/128")
    return [line for line in text.splitlines() if any(mark in line for mark in marks)]


# Legacy iptables' lock is one for the whole machine, and the tests of another suite may hold it.
LEGACY_WAIT = ["-w", "50"]


def listing(namespace, tool="iptables-nft", tables=("raw", "mangle", "nat")):
    wait = LEGACY_WAIT if "legacy" in tool else []
    return [f"{table} {line}" for table in tables
            for line in namespace.run(tool, *wait, "-t", table, "-S", check="legacy" in tool).stdout.splitlines()
            if not line.startswith("-P")]


def difference(before, after, what):
    before, after = before.splitlines(), after.splitlines()
    return [f"{what}: gone: {line}" for line in before if line not in after] + \
           [f"{what}: new: {line}" for line in after if line not in before]


# ---- the tests ------------------------------------------------------------------------------------------------------

def second_run(pillion, flags):
    with lab.pod_alone() as pod:
        init(pillion, pod, *flags, check=True)
        before, handles = everything(pod), generation(pod)
        again = init(pillion, pod, *flags)
        wrong = difference(before, everything(pod), "second run")
        if again.returncode:
            wrong.append(again.stderr.strip())
        if generation(pod) != handles:
            wrong.append("the second run made rules anew")
        return wrong


def cleanup(pillion, flags, foreign):
    with lab.pod_alone() as pod:
        if foreign:
            pod.run("sh", "-c", FOREIGN, check=True)
        before = everything(pod)
        init(pillion, pod, *flags, check=True)
        if everything(pod) == before:
            return ["nothing was applied"]
        done = init(pillion, pod, *flags, "--cleanup-only")
        wrong = difference(before, everything(pod), "clean-up")
        if not foreign and pod.run("nft", "list", "ruleset").stdout.strip():
            wrong.append("nft list ruleset is not empty")
        return wrong + ([done.stderr.strip()] if done.returncode else [])


def reconcile(pillion, first, second):
    """The same as a fresh run with the second settings."""
    with lab.pod_alone() as pod, lab.pod_alone() as fresh:
        for namespace in (pod, fresh):
            namespace.run("sh", "-c", FOREIGN, check=True)
        init(pillion, pod, *first, check=True)
        before = everything(pod)
        refused = init(pillion, pod, *second)
        wrong = [] if refused.returncode else ["drift was not refused without --reconcile"]
        wrong += difference(before, everything(pod), "refused run")
        done = init(pillion, pod, *second, "--reconcile")
        init(pillion, fresh, *second, check=True)
        if done.returncode:
            wrong.append(done.stderr.strip())
        return wrong + difference(everything(fresh), everything(pod), "reconciled, not fresh")


# It takes the mangle table and fails at the nat table, as with a kernel that lacks an extension; but only for rules
# with port 15999, so that what is taken out again meets the real program.
BROKEN_PROGRAM = """#!{python}
import subprocess
import sys

text = sys.stdin.read()
whole = "15999" not in text
before = text if whole else text[:text.find("*nat")]
done = subprocess.run(["{real}", *sys.argv[1:]], input=before, text=True)
if whole:
    sys.exit(done.returncode)
print("{name}: line", text[:text.find("--dport 15999")].count(chr(10)) + 1, "failed", file=sys.stderr)
sys.exit(1)
"""


def all_or_nothing(pillion, broken, flags, foreign=True, setup=None):
    """With one of the programs failing, nothing changes, and the message names the rule."""
    with lab.pod_alone() as pod, tempfile.TemporaryDirectory() as folder:
        if foreign:
            pod.run("sh", "-c", FOREIGN, check=True)
        if setup:
            init(pillion, pod, *setup, check=True)
        real = lab.sh("sh", "-c", f"command -v {broken}").stdout.strip()
        program = os.path.join(folder, broken)
        with open(program, "w") as file:
            file.write(BROKEN_PROGRAM.format(python=sys.executable, real=real, name=broken))
        os.chmod(program, 0o755)
        before = everything(pod)
        done = init(pillion, pod, *flags, "-e", "15999", env=[f"PATH={folder}:{os.environ['PATH']}"])
        wrong = difference(before, everything(pod), "failed run")
        if done.returncode == 0:
            wrong.append("did not fail")
        if "15999" not in done.stderr or "tunnel" not in done.stderr:
            wrong.append(f"the message does not name the rule: {done.stderr.strip()}")
        return wrong


def end_of_all(namespace):
    """Waits until no process is left there: a program that was started goes on without who started it, which does not
    happen in a container, all of whose processes end with the first."""
    until = time.monotonic() + 60
    while lab.sh("ip", "netns", "pids", namespace.name, check=False).stdout.split():
        if time.monotonic() > until:
            raise TimeoutError("a program of the killed one does not end")
        time.sleep(0.005)


def killed(pillion, flags, rounds):
    """Killed at any moment, the next run makes it right."""
    rng, wrong = random.Random(5), []
    with lab.pod_alone() as fresh:
        init(pillion, fresh, *flags, check=True)
        want = everything(fresh)
    for _ in range(rounds):
        with lab.pod_alone() as pod:
            process = subprocess.Popen([*pod.inside, *pillion, "init", *flags], stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.001, 0.014))
            process.kill()
            process.wait()
            end_of_all(pod)
            done = init(pillion, pod, *flags)
            wrong += difference(want, everything(pod), "after a kill")
            if done.returncode:
                wrong.append(done.stderr.strip())
            if wrong:
                return wrong
    return wrong


def at_once(pillion, flags, count=20):
    with lab.pod_alone() as pod, lab.pod_alone() as fresh:
        init(pillion, fresh, *flags, check=True)
        processes = [subprocess.Popen([*pod.inside, *pillion, "init", *flags], stderr=subprocess.PIPE, text=True)
                     for _ in range(count)]
        wrong = []
        for process in processes:
            message = process.communicate(timeout=60)[1]
            if process.returncode:
                wrong.append(message.strip())
        return wrong + difference(everything(fresh), everything(pod), "after twenty at once")


def istio_1_0(pillion):
    """The rules of Istio 1.0 as `iptables -t nat -S` lists them."""
    want = """-N ISTIO_INBOUND
-N ISTIO_IN_REDIRECT
-N ISTIO_OUTPUT
-N ISTIO_REDIRECT
-A PREROUTING -p tcp -j ISTIO_INBOUND
-A OUTPUT -p tcp -j ISTIO_OUTPUT
-A ISTIO_INBOUND -p tcp -m tcp --dport 9080 -j ISTIO_IN_REDIRECT
-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15001
-A ISTIO_OUTPUT ! -d 127.0.0.1/32 -o lo -j ISTIO_REDIRECT
-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -m owner --gid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN
-A ISTIO_OUTPUT -j ISTIO_REDIRECT
-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001""".splitlines()
    with lab.pod_alone() as pod:
        before = everything(pod)
        init(pillion, pod, "--compat", "1.0", "-p", "15001", "-u", "1337", "-m", "REDIRECT", "-i", "*", "-x", "",
             "-b", "9080,", "-d", "", check=True)
        listed = pod.run("iptables-nft", "-t", "nat", "-S").stdout
        got = [line for line in listed.splitlines() if not line.startswith("-P")]
        wrong = [] if got == want else [f"want {want}", f"got {got}"]
        init(pillion, pod, "--compat", "1.0", "clean", check=True)
        return wrong + difference(before, everything(pod), "clean")


def detection(pillion):
    """An empty legacy table misleads nobody; legacy rules are stayed with; looking leaves nothing behind."""
    wrong = []
    with lab.pod_alone() as pod:
        done = init(pillion, pod, *ALL)
        if legacy_tables(pod) or "iptables-nft-restore" not in done.stderr:
            wrong.append(f"fresh: {done.stderr.strip()}; legacy tables {legacy_tables(pod)}")
    with lab.pod_alone() as pod:
        pod.run("iptables-legacy", *LEGACY_WAIT, "-t", "nat", "-L", check=True)
        done = init(pillion, pod, *ALL)
        if "iptables-nft-restore" not in done.stderr:
            wrong.append(f"with an empty legacy table: {done.stderr.strip()}")
    with lab.pod_alone() as pod:
        pod.run("iptables-legacy", *LEGACY_WAIT, "-t", "nat", "-A", "OUTPUT", "-d", "9.9.9.9", "-j", "ACCEPT", check=True)
        done = init(pillion, pod, *ALL)
        if "iptables-legacy-restore" not in done.stderr or pod.run("nft", "list", "ruleset").stdout.strip():
            wrong.append(f"with legacy rules: {done.stderr.strip()}")
        init(pillion, pod, *ALL, "--cleanup-only", check=True)
        if [r for r in listing(pod, "iptables-legacy") if "9.9.9.9" not in r]:
            wrong.append("legacy rules left by the clean-up")
    return wrong


def lock_wait(pillion):
    """Legacy iptables' lock is waited for."""
    with lab.pod_alone() as pod, open("/run/xtables.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen([*pod.inside, *pillion, "init", "--force-iptables-binary", "legacy", *ALL],
                                   stderr=subprocess.PIPE, text=True)
        time.sleep(1)
        early = process.poll()
        fcntl.flock(lock, fcntl.LOCK_UN)
        message = process.communicate(timeout=60)[1]
        if early is not None:
            return [f"did not wait: {message.strip()}"]
        return [message.strip()] if process.returncode else []


def validation(pillion, ipv6_only):
    with lab.pod_alone() as pod:
        if ipv6_only:
            for device, text in (("eth0", "198.18.0.2/24"), ("net1", "198.19.0.2/24")):
                pod.ip("addr", "del", text, "dev", device)
        wrong = []
        bare = init(pillion, pod, "--skip-rule-apply", "--run-validation", "--probe-timeout", "300ms", *ALL)
        if bare.returncode != 126 or "CNI" not in bare.stderr:
            wrong.append(f"without rules: exit {bare.returncode}: {bare.stderr.strip()}")
        for back_end in BACK_ENDS.values():
            done = init(pillion, pod, *back_end, "--run-validation", "--probe-timeout", "30s", *ALL)
            if done.returncode:
                wrong.append(f"{back_end}: exit {done.returncode}: {done.stderr.strip()}")
            init(pillion, pod, *back_end, "--cleanup-only", *ALL, check=True)
        return wrong


def no_capability(pillion):
    with lab.pod_alone() as pod, tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        copy = os.path.join(folder, "pillion")
        subprocess.run(["cp", pillion[0], copy], check=True)
        nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        done = pod.run(*nobody, copy, *pillion[1:], "init", *ALL)
        if done.returncode == 1 and "NET_ADMIN" in done.stderr:
            return []
        return [f"exit {done.returncode}: {done.stderr.strip()}"]


def bad_values(pillion):
    """One message that names flag and value; nothing changes."""
    flags = [("-p", "70000"), ("-b", "0"), ("-i", "10.0.0/8"), ("-x", "*"), ("-u", "-1"), ("-m", "HARD"),
             ("-d", "80,*"), ("-r", "254"), ("-t", "0")]
    variables = [("REDIRECT_DNS", "maybe"), ("ISTIO_INBOUND_PORTS", "http"), ("ISTIO_OUTBOUND_OWNER_GROUPS", "nosuch"),
                 ("PROBE_TIMEOUT", "5")]
    cases = [(name, value, [name, value], []) for name, value in flags]
    cases += [(name, value, [], [f"{name}={value}"]) for name, value in variables]
    wrong = []
    with lab.pod_alone() as pod:
        for name, value, words, environment in cases:
            for back_end in BACK_ENDS.values():
                done = init(pillion, pod, *back_end, *words, env=environment)
                message = done.stderr.strip()
                if done.returncode == 0 or name not in message or value not in message or "\n" in message:
                    wrong.append(f"{name} {value}: exit {done.returncode}: {message}")
        if pod.run("nft", "list", "ruleset").stdout.strip():
            wrong.append("something was applied")
    return wrong


def dry_run(pillion):
    """What --dry-run prints makes the same rules; and it does nothing itself."""
    wrong = []
    for name, back_end in BACK_ENDS.items():
        with lab.pod_alone() as pod, lab.pod_alone() as other:
            text = init(pillion, pod, *back_end, *FULL, "--dry-run", check=True).stdout
            if pod.run("nft", "list", "ruleset").stdout.strip() or legacy_tables(pod):
                wrong.append(f"{name}: the dry run applied something")
            init(pillion, other, *back_end, *FULL, check=True)
            if name == "nftables":
                pod.run("nft", "-f", "-", input=text, check=True)
            else:
                v4, v6 = text.split("# ip6tables-restore")
                pod.run("iptables-nft-restore", "--noflush", input=v4, check=True)
                pod.run("ip6tables-nft-restore", "--noflush", input="#" + v6, check=True)
            mine, theirs = (n.run("nft", "-s", "list", "ruleset").stdout for n in (pod, other))
            wrong += difference(theirs, mine, name)
    return wrong


def stepwise_cleanup(pillion):
    """Rules of other flags stay, as with Istio's tool; with --reconcile all that is ours goes."""
    with lab.pod_alone() as pod:
        before = everything(pod)
        init(pillion, pod, *FULL, "-m", "TPROXY", check=True)
        init(pillion, pod, "--cleanup-only", check=True)
        wrong = [] if ours_left(pod) else ["the clean-up of other flags took everything"]
        init(pillion, pod, "--cleanup-only", "--reconcile", check=True)
        return wrong + difference(before, everything(pod), "clean-up with --reconcile")


def table(pillion):
    with lab.pod_alone() as pod:
        pod.ip("route", "add", "default", "dev", "eth0")
        init(pillion, pod, *ALL, check=True)
        trace = [*pillion, "trace", "--table", "--netns", pod.path, *ALL]
        text = pod.run(*trace, check=True).stdout
        records = json.loads(pod.run(*trace, "--output", "json", check=True).stdout)
        wrong = [] if len(text.splitlines()) == 12 and len(records) == 12 else ["not twelve connections"]
        for words in ("redirected to 15001 (outbound)", "redirected to 15006 (inbound)", "proxy's own traffic"):
            if words not in text:
                wrong.append(f"no \"{words}\" in {text}")
        return wrong


def istio_rules_traced(pillion, istio):
    """Rules that Istio's own program made are recognised as in place."""
    wrong = []
    for name, flags in SETTINGS.items():
        with lab.pod_alone() as pod:
            pod.run(*istio, "--force-iptables-binary", "nft", *flags, check=True)
            done = init(pillion, pod, "--force-iptables-binary", "nft", *flags)
            if "in place already" not in done.stderr:
                wrong.append(f"{name}: {done.stderr.strip()}")
    return wrong


def tests(pillion):
    for name, flags in SETTINGS.items():
        for back_end, more in BACK_ENDS.items():
            yield f"second run, {name}, {back_end}", lambda f=[*more, *flags]: second_run(pillion, f)
            for foreign in (False, True):
                yield (f"clean-up, {name}, {back_end}{', rules of others' if foreign else ''}",
                       lambda f=[*more, *flags], o=foreign: cleanup(pillion, f, o))
    tproxy, nft = SETTINGS["full tproxy"], BACK_ENDS["nftables"]
    old = ["--compat", "1.0", "-u", "1337", "-i", "*", "-b", "80"]
    force = "--force-iptables-binary"
    for name, first, second in (("REDIRECT to TPROXY", FULL, tproxy),
                                ("TPROXY to REDIRECT", tproxy, ALL),
                                ("1.0 to now", old, ALL),
                                ("1.0 with TPROXY to now", [*old, "-m", "TPROXY"], FULL),
                                ("iptables to nftables", FULL, [*nft, *FULL]),
                                ("nftables to iptables", [*nft, *tproxy], tproxy),
                                ("nftables", [*nft, *tproxy], [*nft, *ALL]),
                                ("excluded interface", [*ALL, "-c", "net1"], [*ALL, "-c", "net2"]),
                                ("legacy to nft", [force, "legacy", *FULL], [force, "nft", *FULL])):
        yield f"reconcile, {name}", lambda f=first, s=second: reconcile(pillion, f, s)
    yield "all or nothing, IPv4", lambda: all_or_nothing(pillion, "iptables-nft-restore", tproxy)
    yield "all or nothing, IPv6", lambda: all_or_nothing(pillion, "ip6tables-nft-restore", tproxy)
    yield ("all or nothing, reconcile",
           lambda: all_or_nothing(pillion, "ip6tables-nft-restore", [*tproxy, "--reconcile"], setup=FULL))
    for back_end, more in BACK_ENDS.items():
        yield f"killed, {back_end}", lambda m=more: killed(pillion, [*m, *tproxy], 25)
        yield f"twenty at once, {back_end}", lambda m=more: at_once(pillion, [*m, *tproxy])
    yield "twenty at once, legacy", lambda: at_once(pillion, [force, "legacy", *tproxy])
    yield "killed, legacy", lambda: killed(pillion, [force, "legacy", *tproxy], 10)
    yield "Istio 1.0's listing", lambda: istio_1_0(pillion)
    yield "detection", lambda: detection(pillion)
    yield "lock", lambda: lock_wait(pillion)
    yield "validation", lambda: validation(pillion, False)
    yield "validation, IPv6", lambda: validation(pillion, True)
    yield "no capability", lambda: no_capability(pillion)
    yield "bad values", lambda: bad_values(pillion)
    yield "dry run", lambda: dry_run(pillion)
    yield "clean-up of other flags", lambda: stepwise_cleanup(pillion)
    yield "trace --table", lambda: table(pillion)
    istio = shlex.split(os.environ.get("ISTIO_IPTABLES", ""))
    if istio:
        yield "Istio's own rules are in place", lambda: istio_rules_traced(pillion, istio)
