"""A pod and a peer: two network namespaces joined by eth0 and net1, with listeners that say where a connection arrived.

Needs root and Linux; nothing but Python's standard library and iproute2. As a program it is the process that works
inside one namespace: it listens, and makes connections as it is told, a line of JSON each way.
"""
import ctypes
import itertools
import json
import os
import selectors
import shutil
import socket
import struct
import subprocess
import sys
import time

PEER = {"eth0": ["198.18.0.1/24", "fd00::1/64"], "net1": ["198.19.0.1/24"],
        "lo": ["10.1.2.3/32", "10.96.0.10/32", "10.96.0.20/32", "8.8.8.8/32", "203.0.113.5/32",
               "2001:db8::5/128", "2001:db8:1::5/128"]}
POD = {"eth0": ["198.18.0.2/24", "fd00::2/64"], "net1": ["198.19.0.2/24"]}
POD_ADDRESSES = ["198.18.0.2", "198.19.0.2", "fd00::2"]
NAMESERVERS = ["10.96.0.10", "2001:db8::5"]
# The proxy's ports accept what was meant for others (IP_TRANSPARENT), as Envoy does for TPROXY.
PROXY_PORTS = [15001, 15006, 15008, 15011, 15016, 15053]
PORTS = [22, 53, 80, 443, 3306, 8080, 9090, 15021, 15090]
PROXY_UID = 1337
# Clients' own ports, none of them twice within minutes. The kernel's choice may fall on one that its connection tracking
# still remembers (2 minutes after an end); behind the rules the new connection would then come from yet another port, or
# a datagram go where the old one went.
OWN_PORTS = itertools.cycle(range(10000, 15000))
PATIENCE = 20  # seconds until a connection is taken to be dropped: machines stand still for seconds
SILENCE = 0.5  # where nothing is to come


def sh(*argv, check=True, **more):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, **more)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip()}")
    return done


class Namespace:
    def __init__(self, nameservers=()):
        self.name = "pl" + os.urandom(4).hex()
        self.etc = "/etc/netns/" + self.name
        self.inside = ["ip", "netns", "exec", self.name]
        self.path = "/run/netns/" + self.name
        sh("ip", "netns", "add", self.name)
        os.makedirs(self.etc)
        with open(self.etc + "/resolv.conf", "w") as file:
            file.write("".join(f"nameserver {server}\n" for server in nameservers))
        self.ip("link", "set", "lo", "up")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)
        shutil.rmtree(self.etc, ignore_errors=True)

    def ip(self, *argv):
        return sh("ip", "-n", self.name, *argv).stdout

    def run(self, *argv, check=False, **more):
        return sh(*self.inside, *argv, check=check, **more)

    def add(self, addresses):
        for device, texts in addresses.items():
            for text in texts:
                self.ip("addr", "add", text, "dev", device, *(["nodad"] if ":" in text else []))


def pod_alone(nameservers=NAMESERVERS, ipv6=True):
    """A pod whose interfaces lead nowhere."""
    pod = Namespace(nameservers)
    for device, other in (("eth0", "far0"), ("net1", "far1")):
        pod.ip("link", "add", device, "type", "veth", "peer", "name", other)
        pod.ip("link", "set", device, "up")
        pod.ip("link", "set", other, "up")
    pod.add({device: [a for a in texts if ipv6 or ":" not in a] for device, texts in POD.items()})
    return pod


class Pair:
    """Pod and peer, joined and with a worker in each."""

    def __enter__(self):
        self.pod, self.peer = Namespace(NAMESERVERS), Namespace()
        for device in ("eth0", "net1"):
            self.pod.ip("link", "add", device, "type", "veth", "peer", "name", device, "netns", self.peer.name)
        self.pod.add(POD)
        self.peer.add(PEER)
        for namespace in (self.pod, self.peer):
            for device in ("eth0", "net1"):
                namespace.ip("link", "set", device, "up")
        self.pod.ip("route", "add", "default", "via", "198.18.0.1")
        self.pod.ip("-6", "route", "add", "default", "via", "fd00::1")
        self.workers = {"pod": Worker(self.pod, "pod"), "peer": Worker(self.peer, "peer")}
        return self

    def __exit__(self, *_):
        for worker in self.workers.values():
            worker.close()
        self.pod.__exit__()
        self.peer.__exit__()

    def connect(self, connection):
        """Where it ended: 'pod:15001', 'peer:80', 'refused', 'timeout'; and what it was meant for, where known."""
        answer = self.workers["pod" if connection["from"] == "pod" else "peer"].ask(connection)
        if "port" in answer:
            return f"{answer['where']}:{answer['port']}", answer.get("meant")
        return answer["error"], None


class Worker:
    def __init__(self, namespace, where):
        self.process = subprocess.Popen([*namespace.inside, sys.executable, os.path.abspath(__file__), where],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the worker did not start")

    def ask(self, connection):
        self.process.stdin.write(json.dumps(connection) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)


# ---- inside a namespace ---------------------------------------------------------------------------------------------

LIBC = ctypes.CDLL(None, use_errno=True)


def meant_for(connection, family):
    """What a redirected connection was meant for; with TPROXY that is the local address itself."""
    local = connection.getsockname()
    try:
        if family == socket.AF_INET:
            raw = connection.getsockopt(socket.SOL_IP, 80, 16)
            return [socket.inet_ntoa(raw[4:8]), struct.unpack("!H", raw[2:4])[0]]
        raw = connection.getsockopt(socket.IPPROTO_IPV6, 80, 28)
        return [socket.inet_ntop(family, raw[8:24]), struct.unpack("!H", raw[2:4])[0]]
    except OSError:
        return [local[0], local[1]]


def as_user(uid, gid, make):
    """The owner match looks at the file system ids of who opened the socket: no process of its own is needed."""
    LIBC.setfsgid(gid)
    LIBC.setfsuid(uid)
    try:
        return make()
    finally:
        LIBC.setfsuid(0)
        LIBC.setfsgid(0)


class Inside:
    def __init__(self, where):
        self.where, self.selector = where, selectors.DefaultSelector()
        for family, anywhere in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
            for port in PORTS + (PROXY_PORTS if where == "pod" else []):
                self.listen(family, anywhere, port)
        addresses = ["127.0.0.1", "::1"]
        if where == "peer":
            addresses = [a.split("/")[0] for texts in PEER.values() for a in texts]
        for address in addresses:  # one socket each: a wildcard socket might answer from another address
            for port in [53, 3306] + ([15053] if where == "pod" else []):
                owner = PROXY_UID if port == 15053 else 0
                as_user(owner, owner, lambda: self.listen_udp(address, port))

    def listen(self, family, anywhere, port):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if port in PROXY_PORTS:
            level, option = (socket.SOL_IP, 19) if family == socket.AF_INET else (socket.IPPROTO_IPV6, 75)
            listener.setsockopt(level, option, 1)
        listener.bind((anywhere, port))
        listener.listen(64)
        listener.setblocking(False)
        self.selector.register(listener, selectors.EVENT_READ, lambda: self.accept(listener, family, port))

    def listen_udp(self, address, port):
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((address, port))
        sock.setblocking(False)
        self.selector.register(sock, selectors.EVENT_READ, lambda: self.answer(sock, port))

    def accept(self, listener, family, port):
        try:
            connection, _ = listener.accept()
            with connection:
                connection.setblocking(True)
                line = {"where": self.where, "port": port, "meant": meant_for(connection, family)}
                connection.sendall((json.dumps(line) + "\n").encode())
        except OSError:
            pass

    def answer(self, sock, port):
        try:
            _, client = sock.recvfrom(2000)
            sock.sendto(json.dumps({"where": self.where, "port": port}).encode(), client)
        except OSError:
            pass

    def serve(self, timeout):
        for key, _ in self.selector.select(timeout):
            key.data()

    def connect(self, target):
        family = socket.AF_INET6 if ":" in target["to"] else socket.AF_INET
        kind = socket.SOCK_STREAM if target["proto"] == "tcp" else socket.SOCK_DGRAM
        sock = as_user(target["uid"], target["gid"], lambda: socket.socket(family, kind))
        sock.setblocking(False)
        try:
            sock.bind((target.get("source") or "", next(OWN_PORTS)))
            error = sock.connect_ex((target["to"], target["port"]))
            if error and error != 115:
                return {"error": "refused" if error in (111, 113, 13) else os.strerror(error)}
            self.selector.register(sock, selectors.EVENT_READ, lambda: None)
            try:
                return self.wait_for_line(sock, target["proto"], target.get("patience", PATIENCE))
            finally:
                self.selector.unregister(sock)
        finally:
            sock.close()

    def wait_for_line(self, sock, proto, patience):
        until = time.monotonic() + patience
        if proto == "udp":
            sock.send(b"x")
        is_over = False
        while not is_over:
            is_over = time.monotonic() >= until
            self.serve(0.02)  # the listener may be this very process
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                return {"error": "refused" if error in (111, 113, 13) else os.strerror(error)}
            try:
                return json.loads(sock.recv(4000))
            except (BlockingIOError, OSError) as problem:
                if isinstance(problem, ConnectionRefusedError):
                    return {"error": "refused"}
                if not isinstance(problem, BlockingIOError) and problem.errno not in (11, 107):
                    return {"error": problem.strerror or str(problem)}
            except ValueError:
                return {"error": "closed"}
        return {"error": "timeout"}

    def work(self):
        done = []
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ, lambda: done.append(True))
        print("ready", flush=True)
        while True:
            self.serve(None)
            if not done:
                continue
            done.clear()
            line = sys.stdin.buffer.raw.readline()
            if not line:
                return
            self.selector.unregister(sys.stdin.fileno())
            print(json.dumps(self.connect(json.loads(line))), flush=True)
            self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ, lambda: done.append(True))


if __name__ == "__main__":
    Inside(sys.argv[1]).work()
