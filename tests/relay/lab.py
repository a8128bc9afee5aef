"""A pod and a peer, two network namespaces with the capture rules of `pillion init` in the pod, and the data plane there.

One process does it all: sockets are made inside a namespace by a thread that has entered it, and work from anywhere.
"""
import concurrent.futures
import ctypes
import itertools
import os
import pathlib
import resource
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time

POD = {4: "198.18.50.2", 6: "fd00:50::2"}
PEER = {4: "198.18.50.1", 6: "fd00:50::1"}
NOWHERE = "203.0.113.9"  # packets to it vanish at the peer
OUTBOUND, INBOUND, PROXY_UID = 15001, 15006, 1337
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
# Clients' own ports, apart from those that the kernel gives to the relay and to listeners. Behind the rules a connection
# from a port that connection tracking still remembers gets another one, or goes where the old one went.
OWN_PORTS = itertools.cycle(range(8000, 15000))
WAIT = 20  # seconds that something may take on a busy machine before it counts as not happening


class Skip(Exception):
    pass


def sh(*argv, **more):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=60, **more)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, argv))}: {done.stderr.strip()}")
    return done.stdout


def until(condition, what, seconds=WAIT):
    """Waits for a condition, not for a time."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.005)


class Namespace:
    def __init__(self, name):
        self.name = f"rly{name}{os.urandom(3).hex()}"
        sh("ip", "netns", "add", self.name)
        self.ip("link", "set", "lo", "up")
        for setting in ("net.ipv4.ip_local_port_range=16384 65000", "net.ipv4.tcp_tw_reuse=1", "net.core.somaxconn=8192",
                        "net.netfilter.nf_conntrack_tcp_timeout_time_wait=2"):
            subprocess.run(["ip", "netns", "exec", self.name, "sysctl", "-qw", setting], capture_output=True)
        self.inside = concurrent.futures.ThreadPoolExecutor(1, initializer=self.enter)

    def enter(self):
        with open(f"/run/netns/{self.name}") as file:
            if libc.setns(file.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")

    def ip(self, *argv):
        return sh("ip", "-n", self.name, *argv)

    def run(self, *argv):
        return sh("ip", "netns", "exec", self.name, *argv)

    def socket(self, family):
        """A socket that lives in this namespace."""
        return self.inside.submit(socket.socket, FAMILY[family]).result()

    def delete(self):
        self.inside.shutdown()
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)


class Net:
    """The two, joined by eth0. `capture` is what to call `pillion init` with; None: no rules."""

    REDIRECT = ["-p", OUTBOUND, "-z", INBOUND, "-u", PROXY_UID, "-g", PROXY_UID, "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "*",
                "-d", "15020,15021", "--dual-stack"]
    TPROXY = ["TPROXY" if word == "REDIRECT" else word for word in REDIRECT]
    OLD = ["--compat", "1.0", "-p", OUTBOUND, "-u", PROXY_UID, "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "*", "-d", ""]

    def __init__(self, pillion, capture):
        self.pod, self.peer = Namespace("pod"), Namespace("peer")
        self.pod.ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", self.peer.name)
        for space, addresses in ((self.pod, POD), (self.peer, PEER)):
            space.ip("addr", "add", f"{addresses[4]}/24", "dev", "eth0")
            space.ip("addr", "add", f"{addresses[6]}/64", "dev", "eth0", "nodad")
            space.ip("link", "set", "eth0", "up")
        self.pod.ip("route", "add", "default", "via", PEER[4])
        self.peer.ip("route", "add", "blackhole", NOWHERE)
        subprocess.run(["ip", "netns", "exec", self.peer.name, "sysctl", "-qw", "net.ipv4.ip_forward=1"], capture_output=True)
        if capture:
            self.pod.run(pillion, "init", *map(str, capture))

    def ends(self, direction):
        """Whose client, whose server."""
        return (self.pod, self.peer) if direction == "out" else (self.peer, self.pod)

    def close(self):
        self.pod.delete()
        self.peer.delete()


class Relay:
    """The test program in the pod, as the proxy's user."""

    def __init__(self, net, program, limit=None, uid=PROXY_UID, **numbers):
        self.folder = tempfile.mkdtemp(prefix="rly")
        os.chmod(self.folder, 0o755)
        copy = shutil.copy(program, self.folder)  # which the proxy's user can read, wherever the build is
        words = [f"{name}={value}" for name, value in {"ipv6": 1, "log": 1, **numbers}.items()]
        privileges = ["setpriv", f"--reuid={uid}", f"--regid={PROXY_UID}", "--clear-groups"]
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", net.pod.name, *privileges, copy, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, bufsize=1,
            preexec_fn=lambda: limit and resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
        self.lines, self.answers, self.ended, self.errors = [], [], threading.Event(), []
        self.readers = [threading.Thread(target=self.read), threading.Thread(target=self.read_errors)]
        for reader in self.readers:
            reader.start()
        until(lambda: self.answers or self.ended.is_set(), "listening")
        if not self.answers:
            self.close(check=False)
            raise RuntimeError("".join(self.errors).strip())
        self.answers.clear()

    def read(self):
        for line in self.process.stdout:
            (self.lines if line.startswith(("ended", "overflow")) else self.answers).append(line.split("\n")[0])
        self.ended.set()

    def read_errors(self):
        self.errors += self.process.stderr

    def ask(self, word, answers=True):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return until(lambda: self.answers and self.answers.pop(0), word) if answers else None

    def totals(self, direction):
        """opened, closed, received, sent, blackholed, active, and how many ended by which flag"""
        numbers = [int(word) for word in self.ask("totals").split()]
        half = numbers[:len(numbers) // 2] if direction == "out" else numbers[len(numbers) // 2:]
        names = ("opened", "closed", "received", "sent", "blackholed", "active")
        flags = ("-", "UF", "UO", "UH", "DC", "UC", "SI", "TLS", "STOP")
        return {**dict(zip(names, half)), **dict(zip(flags, half[len(names):]))}

    def line(self, text, seconds=WAIT):
        """The first line about an ended connection that has the text."""
        return until(lambda: next((line for line in list(self.lines) if text in line), None), f"a line with {text}", seconds)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident_kib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self, check=True):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            code = self.process.wait(WAIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "it did not end"
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert not check or code == 0, f"exit {code}: {''.join(self.errors)[-3000:]}"

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.close(check=kind is None)


def listen(space, family, port=0, address=None, backlog=4096):
    s = space.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address or ("0.0.0.0" if family == 4 else "::"), port))
    s.listen(backlog)
    s.settimeout(WAIT)
    return s


def connect(space, family, address, port, seconds=WAIT):
    s = space.socket(family)
    s.settimeout(seconds)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # after some thousands it is the turn of the first ones again
    try:
        s.bind(("", next(OWN_PORTS)))
        s.connect((address, port))
    except BaseException:
        s.close()
        raise
    return s


class Way:
    """One direction and family over a relay: pairs of sockets, the client's and the server's."""

    def __init__(self, net, direction, family):
        self.net, self.direction, self.family = net, direction, family
        self.client_space, self.server_space = net.ends(direction)
        self.address = (PEER if direction == "out" else POD)[family]
        self.client_address = (POD if direction == "out" else PEER)[family]
        self.listener = listen(self.server_space, family)
        self.port = self.listener.getsockname()[1]

    def connect(self, port=None):
        return connect(self.client_space, self.family, self.address, port or self.port)

    def pair(self):
        client = self.connect()
        server, self.seen = self.listener.accept()
        server.settimeout(WAIT)
        return client, server

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def receive(s, count):
    parts = []
    while count:
        part = s.recv(min(count, 1 << 20))
        assert part, f"the end came {count} bytes early"
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def talk(client, server):
    """Two bytes there, three back."""
    client.sendall(b"12")
    assert receive(server, 2) == b"12"
    server.sendall(b"345")
    assert receive(client, 3) == b"345"


def is_reset(s):
    """Whether all that comes yet is a reset; an orderly end is none."""
    try:
        while data := s.recv(65536):
            assert data
        return False
    except ConnectionResetError:
        return True


def leads_to_reset(space, family, address, port, seconds=WAIT):
    """The reset may come before connect has returned. False: it was served after all, nothing came for so long."""
    try:
        client = connect(space, family, address, port)
    except ConnectionResetError:
        return True
    client.settimeout(seconds)
    try:
        return is_reset(client)
    except TimeoutError:
        return False
    finally:
        client.close()


def is_refused(space, family, address, port):
    """A connection that the closing listener still had is reset, which may even overtake the end of connect()."""
    try:
        connect(space, family, address, port).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        pass
    return False


def cannot_send(s):
    """Of one whose other end had said that it was done, and was reset: reading tells nothing new (tcp(7))."""
    def fails():
        try:
            s.send(b"x")
            return False
        except OSError:
            return True
    return until(fails, "an error")


def sanitized():
    return any(word in os.environ.get("PILLION_BUILD", "") for word in ("sanitize", "tsan"))


