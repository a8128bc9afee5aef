#!/usr/bin/env python3
"""How long it takes to set a pod's rules: capture_bench.py PILLION [--runs N]

Each figure is the median (and the least, which a busy machine disturbs less) over fresh network namespaces, turn
about in one run, with what `ip netns exec` itself takes. Compared with the bare tools given the same rules, and, when ISTIO_IPTABLES says how to call it
("pilot-agent istio-iptables"), with Istio's own. Needs root."""
import argparse
import os
import pathlib
import shlex
import statistics
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP / "tests" / "netns"))
import lab  # noqa: E402

FLAGS = {"redirect": ["-p", "15001", "-z", "15006", "-u", "1337", "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "*",
                      "-d", "15090,15021,15020"]}
FLAGS["dual stack, DNS"] = [*FLAGS["redirect"], "--dual-stack", "--redirect-dns"]


def fresh(ipv6):
    namespace = lab.Namespace(["10.96.0.10"])
    namespace.ip("link", "add", "eth0", "type", "veth", "peer", "name", "far0")
    namespace.ip("link", "set", "eth0", "up")
    namespace.add({"eth0": ["198.18.0.2/24", *(["fd00::2/64"] if ipv6 else [])]})
    return namespace


def measure(meter, argv, ipv6):
    """Seconds, and the largest resident size in KiB, by a small parent (measure.c): Python's own size would show."""
    with fresh(ipv6) as namespace:
        line = lab.sh(meter, "1", *namespace.inside, *argv).stdout.split()
        if int(line[2]):
            sys.exit(f"{shlex.join(argv)}: status {line[2]}")
        return float(line[0]) / 1e6, int(line[1])


def bare_rules(pillion, flags, native):
    """What the bare tools are given: the same rules, as init prints them."""
    with fresh(True) as namespace:
        argv = [pillion, "init", "--dry-run", *(["--native-nftables"] if native else []), *flags]
        return namespace.run(*argv, check=True).stdout


def contestants(pillion, flags, istio):
    ours, native = [pillion, "init", *flags], [pillion, "init", "--native-nftables", *flags]
    v4, _, v6 = bare_rules(pillion, flags, False).partition("# ip6tables-restore --noflush\n")
    restore = "iptables-nft-restore --noflush" + (" < $1; ip6tables-nft-restore --noflush < $2" if v6 else " < $1")
    folder = tempfile.mkdtemp()
    for name, text in (("v4", v4), ("v6", v6), ("nft", bare_rules(pillion, flags, True).replace("delete", "# delete"))):
        pathlib.Path(folder, name).write_text("\n".join(line for line in text.splitlines() if "# " not in line) + "\n")
    if v6:
        bare = ["sh", "-c", restore, "sh", folder + "/v4", folder + "/v6"]
    else:
        bare = ["iptables-nft-restore", "--noflush", folder + "/v4"]
    return {
        "nothing (true)": ["true"],
        "pillion, iptables": ours,
        "bare iptables-nft-restore": bare,
        "Istio's, iptables": [*istio, *flags] if istio else None,
        "pillion, nftables": native,
        "bare nft -f": ["nft", "-f", folder + "/nft"],
        "Istio's, nftables": [*istio, "--native-nftables", *flags] if istio else None,
    }


def report(title, figures):
    print(f"{title}\n{'':30}{'median':>10}{'least':>10}{'resident':>13}   times as long as ours: median, least")
    for name, runs in figures.items():
        ours = figures["pillion, nftables" if "nft" in name and "restore" not in name else "pillion, iptables"]
        middle, mine = (statistics.median(f[0] for f in r) for r in (runs, ours))
        least, my_least = (min(f[0] for f in r) for r in (runs, ours))
        ratio = ""
        if "pillion" not in name and "nothing" not in name:
            ratio = f"{middle / mine:6.1f} {least / my_least:6.1f}"
        resident = max(f[1] for f in runs)
        print(f"  {name:28}{middle * 1e3:7.2f} ms{least * 1e3:7.2f} ms{resident:9d} KiB   {ratio}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pillion")
    parser.add_argument("--runs", type=int, default=21)
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("SKIP: needs root")
        return
    meter = str(pathlib.Path(options.pillion).absolute().parents[2] / "tests/bench/measure")
    istio = shlex.split(os.environ.get("ISTIO_IPTABLES", ""))
    for title, flags in FLAGS.items():
        entries = contestants(os.path.abspath(options.pillion), flags, istio)
        entries = {name: argv for name, argv in entries.items() if argv}
        figures = {name: [] for name in entries}
        for _ in range(options.runs):
            for name, argv in entries.items():
                figures[name].append(measure(meter, argv, "dual" in title))
        report(title, figures)


main()
