"""A pod as the kernel has it: `pillion init --redirect-dns` in a network namespace, the proxy as uid 1337, resolvers on
the node at port 53, and clients of another uid that know nothing of all that."""

import contextlib
import ctypes
import itertools
import os
import shutil
import socket
import subprocess
import threading

from lab import AAAA, PATIENCE, Resolver, Skip, address, answer, filler, wait_for

NODE4, POD4, NODE6, POD6 = "10.111.7.1", "10.111.7.2", "fd00:111:7::1", "fd00:111:7::2"
OWN_PORTS = itertools.count(20000)
CLONE_NEWNET = 0x40000000


def command(*argv):
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(argv)}: {done.stderr}"
    return done.stdout


def inside(namespace, make):
    """What `make()` gives in the network namespace; sockets stay there."""
    result = []

    def run():
        with open(f"/run/netns/{namespace}") as handle:
            if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), CLONE_NEWNET):
                result.append(OSError(ctypes.get_errno(), "setns"))
                return
        try:
            result.append(make())
        except Exception as problem:
            result.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(result[0], Exception):
        raise result[0]
    return result[0]


class NodeResolver(Resolver):
    def __init__(self, lab, namespace, where, say):
        self.say, self.split, self.count, self.peers, self.idents, self.closed = say, False, 0, [], [], False
        family = socket.AF_INET6 if ":" in where else socket.AF_INET
        self.udp = inside(namespace, lambda: socket.socket(family, socket.SOCK_DGRAM))
        self.tcp = inside(namespace, lambda: socket.socket(family, socket.SOCK_STREAM))
        self.udp.bind((where, 53))
        self.tcp.bind((where, 53))
        self.tcp.listen(50)
        self.serve(lab, [self.serve_udp, self.serve_tcp])


class Pod:
    def __init__(self, lab, ipv6):
        self.lab, self.ipv6 = lab, ipv6
        self.pod, self.node = f"dns-{os.getpid()}-{lab.port}p", f"dns-{os.getpid()}-{lab.port}n"
        self.conf = lab.conf

    def __enter__(self):
        if os.geteuid() != 0:
            raise Skip("needs root")
        for tool in ("ip", "iptables", "setpriv"):
            if not shutil.which(tool):
                raise Skip(f"{tool} is not installed")
        made = subprocess.run(["ip", "netns", "add", self.node], capture_output=True, text=True)
        if made.returncode:
            raise Skip(f"this machine has no network namespaces to give: {made.stderr.strip()}")
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def build(self):
        command("ip", "netns", "add", self.pod)
        command("ip", "-n", self.pod, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", self.node)
        for namespace, four, six in ((self.pod, POD4, POD6), (self.node, NODE4, NODE6)):
            command("ip", "-n", namespace, "link", "set", "lo", "up")
            command("ip", "-n", namespace, "address", "add", f"{four}/24", "dev", "eth0")
            if self.ipv6:
                command("ip", "-n", namespace, "address", "add", f"{six}/64", "dev", "eth0", "nodad")
            command("ip", "-n", namespace, "link", "set", "eth0", "up")
        command("ip", "-n", self.pod, "route", "add", "default", "via", NODE4)

    def __exit__(self, *_):
        self.lab.stop()
        for namespace in (self.pod, self.node):
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True)

    def prefix(self, uid):
        """Words before a command that runs in the pod, with its resolv.conf."""
        return [
            "ip",
            "netns",
            "exec",
            self.pod,
            "sh",
            "-c",
            'mount --bind "$0" /etc/resolv.conf && exec "$@"',
            str(self.conf),
            *(["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"] if uid else []),
        ]

    def start(self, servers, uid):
        self.conf.write_text("options timeout:20 attempts:1\n" + "".join(f"nameserver {server}\n" for server in servers))
        self.conf.chmod(0o644)
        os.chmod(self.lab.folder.name, 0o755)
        flags = ["-i", "*", "-b", "*", "-d", "15020", "--redirect-dns"]
        command(*self.prefix(0), self.lab.pillion, "init", *flags, *(["--dual-stack"] if self.ipv6 else []))
        self.lab.conf = "/etc/resolv.conf"
        self.lab.start(conf=False, address="localhost:15053", port=53, timeout_ms=15000, prefix=self.prefix(uid))
        self.lab.conf = self.conf

    def use_ports(self, first, last):
        """What the kernel may give from now on. A datagram from a port that connection tracking remembers, as a client's or
        as the proxy's, would go where the old one went."""
        command("ip", "netns", "exec", self.pod, "sysctl", "-qw", f"net.ipv4.ip_local_port_range={first} {last}")

    def dig(self, *words):
        """From a port of its own, for the same reason."""
        source = POD6 if any(word == "@" + NODE6 for word in words) else POD4
        return self.run("dig", "+tries=1", "-b", f"{source}#{next(OWN_PORTS)}", *words)

    def run(self, *argv, uid=65534):
        return subprocess.run([*self.prefix(uid), *argv], capture_output=True, text=True, timeout=3 * PATIENCE)


def say(data):
    if b"large" in data:
        return [answer(data, [filler(5000)])]
    return [answer(data, [address("2001:db8::7" if data[data.index(b"\0", 12) + 2] == AAAA else "192.0.2.7")])]


@contextlib.contextmanager
def pod(lab, ipv6, servers, uid=1337):
    with Pod(lab, ipv6) as made:
        resolvers = [NodeResolver(lab, made.node, server, say) for server in servers]
        made.start(servers, uid)
        yield made, resolvers


def test_pod_whose_resolver_is_asked_through_the_proxy(lab):
    with pod(lab, False, [NODE4]) as (made, (resolver,)):
        got = made.run("getent", "ahostsv4", "web.test")
        assert "192.0.2.7" in got.stdout, (got, lab.totals())
        totals = lab.totals()
        assert totals["queries"] == totals["answers"] == resolver.count > 0, (totals, resolver.count)
        assert ("web.test", "192.0.2.7", "60") in lab.answered()
        made.use_ports(20000, 25000)
        lab.stop()  # it was the proxy: without it there is nobody
        assert made.run("env", "RES_OPTIONS=timeout:1", "getent", "ahostsv4", "web.test").returncode != 0
        made.use_ports(25001, 30000)
        # The proxy's own uid goes straight to the resolver.
        assert "192.0.2.7" in made.run("getent", "ahostsv4", "web.test", uid=1337).stdout


def test_pod_of_both_families_with_dig(lab):
    if not shutil.which("dig"):
        raise Skip("dig is not installed (bind9-dnsutils)")
    try:
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close()
    except OSError:
        raise Skip("no IPv6 here") from None
    with pod(lab, True, [NODE4, NODE6]) as (made, resolvers):

        def dig(*words):
            got = made.dig("+time=20", *words)
            assert got.returncode == 0, (words, got)
            return got.stdout

        for number in range(10):
            assert dig(f"@{(NODE4, NODE6)[number % 2]}", "+short", "web.test", "A").strip() == "192.0.2.7"
        assert dig("@" + NODE6, "+short", "+tcp", "web.test", "AAAA").strip() == "2001:db8::7"
        text = dig("@" + NODE4, "large.test", "TXT")  # cut, and asked again by TCP
        assert "Truncated, retrying in TCP mode" in text and "status: NOERROR" in text and "x" * 200 in text
        assert "Transfer failed" in made.dig("@" + NODE4, "web.test", "AXFR").stdout
        assert all(resolver.count for resolver in resolvers)
        totals = lab.totals()
        assert totals["queries"] >= 13 and totals["failures"] == 0 and totals["truncated"] == 1, totals


def test_pod_whose_rules_lead_the_proxys_queries_back(lab):
    """As another uid it is captured itself. No storm: one query of the client and one that came
    back. By UDP the rules lose the answers of another uid, too; by TCP it is SERVFAIL at once."""
    if not shutil.which("dig"):
        raise Skip("dig is not installed (bind9-dnsutils)")
    with pod(lab, False, [NODE4], uid=1000) as (made, (resolver,)):
        got = made.dig("+tcp", "+time=20", "@" + NODE4, "web.test")
        assert "status: SERVFAIL" in got.stdout, got
        assert lab.totals()["queries"] == 2
        made.dig("+notcp", "+time=1", "@" + NODE4, "web.test")
        wait_for(lambda: lab.totals()["queries"] >= 4, "both have come")
        assert lab.totals()["queries"] == 4 and resolver.count == 0, lab.totals()
