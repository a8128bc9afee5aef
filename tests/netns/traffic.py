"""Real connections, compared with what was expected, with `pillion trace`, and between the two back ends."""
import json
import random

import lab

BACK_ENDS = {"iptables": [], "nftables": ["--native-nftables"]}
ALL = ["-b", "*", "-d", "15090,15021", "-i", "*"]


def c(origin, to, port, uid=1000, proto="tcp", source=None, gid=None):
    gid = uid if gid is None else gid
    connection = {"from": origin, "to": to, "port": port, "uid": uid, "gid": gid, "proto": proto}
    return {**connection, "source": source} if source else connection


POD, POD6, POD1 = "198.18.0.2", "fd00::2", "198.19.0.2"
SERVICE, WORLD, WORLD6 = "10.96.0.20", "203.0.113.5", "2001:db8::5"

# name, flags, environment, [(connection, where it must end)]
SCENARIOS = [
    ("redirect", [*ALL, "--dual-stack"], {}, [
        (c("peer", POD, 80), "pod:15006"),
        (c("peer", POD, 22), "pod:15006"),
        (c("peer", POD6, 80), "pod:15006"),
        (c("peer", POD, 15090), "pod:15090"),
        (c("peer", POD6, 15021), "pod:15021"),
        (c("peer", POD, 15008), "pod:15008"),
        (c("pod", SERVICE, 80), "pod:15001"),
        (c("pod", WORLD6, 443), "pod:15001"),
        (c("pod", WORLD, 443, uid=0), "pod:15001"),
        (c("pod", WORLD, 443, uid=1337), "peer:443"),
        (c("pod", WORLD, 443, uid=1337, gid=5), "peer:443"),
        (c("pod", WORLD, 443, uid=1000, gid=1337), "peer:443"),
        (c("pod", WORLD6, 443, uid=1337), "peer:443"),
        (c("pod", "127.0.0.1", 80), "pod:80"),
        (c("pod", "::1", 80), "pod:80"),
        (c("pod", POD, 80), "pod:80"),
        (c("pod", POD, 80, uid=1337), "pod:15006"),
        (c("pod", POD6, 80, uid=1337), "pod:15006"),
        (c("pod", "127.0.0.9", 80, uid=1337), "pod:15006"),
        (c("pod", "127.0.0.1", 80, uid=1337), "pod:80"),
        (c("pod", POD, 80, uid=1337, source="127.0.0.6"), "pod:80"),
        (c("pod", POD6, 80, uid=1337, source="::6"), "pod:80"),
        (c("pod", POD, 15008, uid=1337), "pod:15008"),
        (c("pod", "10.96.0.10", 53, proto="udp"), "peer:53"),
        (c("pod", "10.96.0.10", 53), "pod:15001")]),
    ("tproxy", [*ALL, "-m", "TPROXY", "--dual-stack"], {}, [
        (c("peer", POD, 80), "pod:15006"),
        (c("peer", POD6, 22), "pod:15006"),
        (c("peer", POD, 15090), "pod:15090"),
        (c("peer", POD, 15008), "pod:15006"),
        (c("pod", SERVICE, 80), "pod:15001"),
        (c("pod", WORLD, 443, uid=1337), "peer:443"),
        (c("pod", POD, 80), "pod:80"),
        (c("pod", POD, 80, uid=1337), "pod:15006"),
        (c("pod", POD6, 80, uid=1337), "pod:15006"),
        (c("pod", "127.0.0.1", 80, uid=1337), "pod:80"),
        (c("pod", POD, 80, uid=1337, source="127.0.0.6"), "pod:80"),
        (c("pod", POD6, 80, uid=1337, source="::6"), "pod:80")]),
    ("excluded", ["-i", "*", "-x", "10.96.0.0/12,2001:db8:1::/48", "-o", "3306", "-b", "80,8080:8090", "-c", "net1",
                  "--dual-stack"], {}, [
        (c("pod", SERVICE, 80), "peer:80"),
        (c("pod", "2001:db8:1::5", 80), "peer:80"),
        (c("pod", WORLD6, 80), "pod:15001"),
        (c("pod", WORLD, 3306), "peer:3306"),
        (c("pod", WORLD, 3306, proto="udp"), "peer:3306"),
        (c("pod", "198.19.0.1", 80), "peer:80"),
        (c("peer", POD, 80), "pod:15006"),
        (c("peer", POD, 8080), "pod:15006"),
        (c("peer", POD, 9090), "pod:9090"),
        (c("peer", POD1, 80), "pod:80")]),
    ("networks", ["-i", "10.96.0.0/16,2001:db8::/48", "-q", "443", "-b", "", "--dual-stack"], {}, [
        (c("pod", SERVICE, 80), "pod:15001"),
        (c("pod", "10.1.2.3", 80), "peer:80"),
        (c("pod", "10.1.2.3", 443), "pod:15001"),
        (c("pod", WORLD6, 80), "pod:15001"),
        (c("pod", "2001:db8:1::5", 80), "peer:80"),
        (c("peer", POD, 80), "pod:80")]),
    ("dns", [*ALL, "--redirect-dns", "--dual-stack"], {}, [
        (c("pod", "10.96.0.10", 53, proto="udp"), "pod:15053"),
        (c("pod", "10.96.0.10", 53), "pod:15053"),
        (c("pod", WORLD6, 53, proto="udp"), "pod:15053"),
        (c("pod", "8.8.8.8", 53, proto="udp"), "peer:53"),
        (c("pod", "8.8.8.8", 53), "pod:15001"),
        (c("pod", "10.96.0.10", 53, uid=1337, proto="udp"), "peer:53"),
        (c("pod", "10.96.0.10", 53, uid=1337), "peer:53")]),
    ("all dns", [*ALL, "--redirect-dns", "--capture-all-dns"], {}, [
        (c("pod", "8.8.8.8", 53, proto="udp"), "pod:15053"),
        (c("pod", "8.8.8.8", 53), "pod:15053"),
        (c("pod", "8.8.8.8", 53, uid=1337, proto="udp"), "peer:53")]),
    ("IPv4 alone", ALL, {}, [
        (c("pod", WORLD6, 80), "peer:80"),
        (c("peer", POD6, 80), "pod:80"),
        (c("pod", WORLD, 80), "pod:15001")]),
    ("virtual machine", ["-k", "net1", "-i", "203.0.113.0/24,198.19.0.0/24", "-b", "80"], {}, [
        (c("peer", POD1, 80), "pod:15001"),
        (c("peer", POD, 80), "pod:15006"),
        (c("peer", POD1, 9090), "pod:15001")]),
    ("groups left out", ALL, {"ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE": "2000,daemon"}, [
        (c("pod", WORLD, 80, gid=2000), "peer:80"),
        (c("pod", WORLD, 80, gid=1), "peer:80"),
        (c("pod", WORLD, 80, gid=2001), "pod:15001")]),
    ("three groups", ALL, {"ISTIO_OUTBOUND_OWNER_GROUPS": "2000,2001,2002"}, [
        (c("pod", WORLD, 80, gid=2001), "pod:15001"),
        (c("pod", WORLD, 80, gid=2003), "peer:80")]),
    ("64 groups", [*ALL, "--redirect-dns", "--dual-stack"],
     {"ISTIO_OUTBOUND_OWNER_GROUPS": ",".join(str(2000 + 3 * n) for n in range(64))}, [
        (c("pod", WORLD, 80, gid=2000), "pod:15001"),
        (c("pod", WORLD, 80, gid=2003 + 3 * 60), "pod:15001"),
        (c("pod", WORLD6, 80, gid=2000 + 3 * 63), "pod:15001"),
        (c("pod", WORLD, 80, gid=2001), "peer:80"),
        (c("pod", "10.96.0.10", 53, gid=2001, proto="udp"), "peer:53"),
        (c("pod", "10.96.0.10", 53, gid=2003, proto="udp"), "pod:15053"),
        (c("pod", "127.0.0.1", 80, gid=2000), "pod:80"),
        (c("pod", WORLD, 80, uid=1337, gid=2000), "peer:80")]),
    ("wide loopback", ALL, {"ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR": "127.0.0.0/8"}, [
        (c("pod", "127.0.0.9", 80, uid=1337), "pod:80"),
        (c("pod", POD, 80, uid=1337), "pod:15006")]),
]
SCENARIO_1_0 = ("Istio 1.0", ["--compat", "1.0", "-u", "1337", "-i", "*", "-b", "*", "-d", "15090"], {}, [
    (c("peer", POD, 80), "pod:15001"),
        (c("peer", POD, 22), "pod:22"),
        (c("peer", POD, 15090), "pod:15090"),
    (c("pod", WORLD, 443), "pod:15001"),
        (c("pod", WORLD, 443, uid=1337), "peer:443"),
        (c("pod", POD, 80), "pod:15001"),
    (c("pod", "127.0.0.1", 80), "pod:80"),
        (c("peer", POD6, 80), "refused"),
        (c("pod", WORLD6, 80), "peer:80")])


def describe(connection):
    source = f" from {connection['source']}" if connection.get("source") else ""
    return (f"{connection['proto']} {connection['from']} (uid {connection['uid']} gid {connection['gid']}){source} -> "
            f"{connection['to']} port {connection['port']}")


def trace_flags(connection):
    to = f"[{connection['to']}]" if ":" in connection["to"] else connection["to"]
    flags = ["--to", f"{to}:{connection['port']}", "--proto", connection["proto"], "--output", "json"]
    if connection["from"] == "pod":
        flags += ["--from", "app", "--uid", str(connection["uid"]), "--gid", str(connection["gid"])]
        if connection["to"].startswith("198.19."):
            flags += ["--out", "net1"]
    else:
        flags += ["--from", "outside", "--in", "net1" if connection["to"] == POD1 else "eth0"]
    return flags + (["--source", connection["source"]] if connection.get("source") else [])


def traced_end(text, connection):
    """A trace's answer in the words of Pair.connect."""
    answer = json.loads(text)
    if not answer["certain"]:
        return "uncertain: " + answer["text"]
    return {"redirected": f"pod:{answer.get('endPort')}", "here": f"pod:{answer.get('endPort')}",
            "leaves": f"peer:{connection['port']}", "dropped": "timeout", "rejected": "refused"}[answer["end"]]


class Traffic:
    def __init__(self, pillion, pair):
        self.pillion, self.pair = pillion, pair

    def init(self, flags, environment):
        variables = [f"{name}={value}" for name, value in environment.items()]
        return self.pair.pod.run("env", *variables, *self.pillion, "init", *flags)

    def trace(self, flags, environment, connection, live):
        world = ["--netns", self.pair.pod.path] if live else [*flags, "--pod-ip", ",".join(lab.POD_ADDRESSES)]
        variables = [f"{name}={value}" for name, value in environment.items()]
        answer = self.pair.pod.run("env", *variables, *self.pillion, "trace", *trace_flags(connection), *world)
        return traced_end(answer.stdout, connection) if answer.returncode == 0 else "trace: " + answer.stderr.strip()

    def one(self, flags, environment, connections, want=None, live=True):
        """Applies, connects, traces, takes out. Gives what differs, and where each connection ended."""
        done = self.init(flags, environment)
        if done.returncode:
            return [f"init: {done.stderr.strip()}"], []
        wrong, ends = [], []
        for n, connection in enumerate(connections):
            # Where the trace says that nothing comes, it is not waited for long; if something does, that is seen, too.
            told = {how: self.trace(flags, environment, connection, how)
                    for how in ((False, True) if live else (False,))}
            drops = (want[n] if want else told[False]) == "timeout"
            end, meant = self.pair.connect({**connection, "patience": lab.SILENCE if drops else lab.PATIENCE})
            ends.append(end)
            if want and end != want[n]:
                wrong.append(f"{describe(connection)}: {end}, want {want[n]}")
            if end.endswith((":15001", ":15006")) and meant and not self.is_meant(meant, connection):
                wrong.append(f"{describe(connection)}: arrived as meant for {meant}")
            for how, text in told.items():
                if text != end:
                    which = "of the namespace " if how else ""
                    wrong.append(f"{describe(connection)}: {end}, but the trace {which}says {text}")
        clean = self.init([*flags, "--cleanup-only"] if "--compat" not in flags else [*flags, "clean"], environment)
        if clean.returncode:
            wrong.append(f"cleanup: {clean.stderr.strip()}")
        return wrong, ends

    @staticmethod
    def is_meant(meant, connection):
        return meant[1] == connection["port"] and meant[0] == connection["to"]


# ---- random ---------------------------------------------------------------------------------------------------------

NETWORKS = ["10.0.0.0/8", "10.96.0.0/16", "203.0.113.0/24", "203.0.113.5/32", "8.8.8.8/32", "0.0.0.0/0",
            "2001:db8::/32", "::/0", "2001:db8:1::/48", "127.0.0.0/8", "198.18.0.0/15", "fd00::/8"]


def some(rng, values, most):
    return ",".join(rng.sample(values, rng.randint(1, most)))


def random_settings(rng):
    ports = [str(p) for p in lab.PORTS] + ["80:443", "8000:9000"]
    flags, environment = [], {}

    def maybe(odds, *more):
        if rng.random() < odds:
            flags.extend(more)

    maybe(0.9, "-b", rng.choice(["*", "*", some(rng, ports, 4)]))
    maybe(0.5, "-d", some(rng, ports, 3))
    maybe(0.9, "-i", rng.choice(["*", "*", some(rng, NETWORKS, 3)]))
    maybe(0.3, "-x", some(rng, NETWORKS, 2))
    maybe(0.3, "-q", some(rng, ports, 2))
    maybe(0.3, "-o", some(rng, ports, 2))
    maybe(0.2, "-c", "net1")
    maybe(0.2, "-k", "net1")
    maybe(0.4, "-m", "TPROXY")
    maybe(0.2, "-u", rng.choice(["1337,0", "1337,1338", "1337,1000"]))
    maybe(0.2, "-g", rng.choice(["1337,2000", "5"]))
    maybe(0.2, "-p", "15011")
    maybe(0.2, "-z", "15016")
    maybe(0.1, "-e", "8080")
    maybe(0.1, "-t", "77")
    maybe(0.1, "-r", "200")
    maybe(0.6, "--dual-stack")
    maybe(0.4, "--redirect-dns")
    maybe(0.2, "--capture-all-dns")
    maybe(0.2, "--drop-invalid")
    if rng.random() < 0.15:
        environment["ISTIO_OUTBOUND_OWNER_GROUPS"] = some(rng, ["1000", "2000", "5", "1337"], 3)
    elif rng.random() < 0.15:
        environment["ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE"] = some(rng, ["1000", "2000", "5"], 2)
    if rng.random() < 0.1:
        environment["ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR"] = "127.0.0.0/8"
    return flags, environment


def random_connection(rng, dual):
    if rng.random() < 0.35:
        to = rng.choice([POD, POD, POD1, POD6])
        return c("peer", to, rng.choice(lab.PORTS + [15008, 15001]))
    uid, gid = rng.choice([0, 1000, 1337, 1338]), rng.choice([0, 5, 1000, 1337, 2000])
    if rng.random() < 0.2:
        to = rng.choice(["10.96.0.10", "8.8.8.8", "2001:db8::5"])
        return c("pod", to, 53, uid, rng.choice(["udp", "tcp"]), gid=gid)
    to = rng.choice([SERVICE, WORLD, WORLD6, "10.1.2.3", "2001:db8:1::5", "198.19.0.1", "127.0.0.1", "127.0.0.9", "::1",
                     POD, POD1, POD6])
    source = None
    if to in (POD, POD1, "127.0.0.9") and rng.random() < 0.4:
        source = "127.0.0.6"
    elif to == POD6 and dual and rng.random() < 0.3:
        source = "::6"
    return c("pod", to, rng.choice(lab.PORTS), uid, source=source, gid=gid)


def random_case(seed):
    rng = random.Random(seed)
    flags, environment = random_settings(rng)
    connections = [random_connection(rng, "--dual-stack" in flags) for _ in range(rng.randint(4, 7))]
    return flags, environment, connections
