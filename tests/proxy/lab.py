"""A pod and a client beside it: two network namespaces with a cable, capture rules, a server, and the proxy itself."""

import ctypes
import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

PATIENCE = 30  # seconds until a test gives up; machines are busy
POD, CLIENT = "10.199.1.2", "10.199.1.1"
POD_V6, CLIENT_V6 = "fd77::2", "fd77::1"
UID = 1337
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


class Skip(Exception):
    pass


def until(what, check, patience=PATIENCE):
    """Waits until the check gives something; gives that."""
    end = time.monotonic() + patience
    while True:
        result = check()
        if result:
            return result
        assert time.monotonic() < end, f"waited {patience} s for {what}"
        time.sleep(0.02)


def sh(*words):
    result = subprocess.run([str(w) for w in words], capture_output=True, text=True)
    assert result.returncode == 0, f"{' '.join(map(str, words))}: {result.stderr.strip()}"
    return result.stdout


def within(namespace, function):
    """Runs a function in a network namespace: in a thread of its own, which ends there. Sockets stay what they are."""
    box = {}

    def body():
        try:
            fd = os.open(f"/run/netns/{namespace}", os.O_RDONLY | os.O_CLOEXEC)
            assert libc.setns(fd, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            os.close(fd)
            box["result"] = function()
        except BaseException as error:
            box["error"] = error

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if "error" in box:
        raise box["error"]
    return box["result"]


def connect(namespace, address, port, timeout=PATIENCE):
    return within(namespace, lambda: socket.create_connection((address, port), timeout=timeout))


def turned_away(namespace, address, port):
    """Whether a connection is taken and then ended without a byte."""
    try:
        with connect(namespace, address, port) as connection:
            return connection.recv(1) == b""
    except ConnectionResetError:
        return True


class Server:
    """Answers each connection with what came, until its client has ended."""

    def __init__(self, namespace, address, port):
        def listen():
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            return socket.create_server((address, port), family=family, backlog=512)

        self.socket = within(namespace, listen)
        self.peers = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, peer = self.socket.accept()
            except OSError:
                return
            self.peers.append(peer)
            threading.Thread(target=self._echo, args=(connection,), daemon=True).start()

    @staticmethod
    def _echo(connection):
        try:
            with connection:
                while data := connection.recv(65536):
                    connection.sendall(data)
        except OSError:
            pass

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)  # who waits in accept keeps it open otherwise
        except OSError:
            pass
        self.socket.close()


def echo(connection, data=b"hello"):
    """Whether what is sent comes back."""
    connection.sendall(data)
    got = b""
    while len(got) < len(data):
        piece = connection.recv(65536)
        if not piece:
            return False
        got += piece
    return got == data


class Lab:
    """For `with`: the namespaces, with rules."""

    number = 0

    def __init__(self, pillion, rules=True, mode="REDIRECT", has_ipv6=False):
        for tool in ("ip", "iptables", "setpriv"):
            if not shutil.which(tool):
                raise Skip(f"{tool} is not installed")
        if os.geteuid() != 0:
            raise Skip("network namespaces need root")
        self.pillion, self.rules, self.mode, self.has_ipv6 = pillion, rules, mode, has_ipv6
        Lab.number += 1
        self.pod, self.client = (f"agt-{os.getpid()}-{Lab.number}-{end}" for end in "pc")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pillion-proxy-"))
        os.chmod(self.folder, 0o777)
        self.proxies, self.servers = [], []

    def __enter__(self):
        for namespace in (self.pod, self.client):
            sh("ip", "netns", "add", namespace)
            sh("ip", "-n", namespace, "link", "set", "lo", "up")
        sh("ip", "-n", self.pod, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", self.client)
        for namespace, address, address_v6 in ((self.pod, POD, POD_V6), (self.client, CLIENT, CLIENT_V6)):
            sh("ip", "-n", namespace, "addr", "add", f"{address}/24", "dev", "eth0")
            sh("ip", "-n", namespace, "link", "set", "eth0", "up")
            if self.has_ipv6:
                sh("ip", "-n", namespace, "addr", "add", f"{address_v6}/64", "dev", "eth0", "nodad")
        if self.rules:
            self.exec(self.pod, self.pillion, "init", "-p", 15001, "-z", 15006, "-u", UID, "-g", UID, "-m", self.mode,
                      "-i", "*", "-b", "*", "-d", "15020,15021,15090", *["--dual-stack"] * self.has_ipv6)
        self.app = self.serve(self.pod, POD, 8080)  # in the pod
        self.far = self.serve(self.client, CLIENT, 9090)  # outside
        return self

    def __exit__(self, *_):
        for proxy in self.proxies:
            proxy.kill()
        for server in self.servers:
            server.close()
        for namespace in (self.pod, self.client):
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(f"/etc/netns/{self.pod}", ignore_errors=True)

    def exec(self, namespace, *words):
        return sh("ip", "netns", "exec", namespace, *words)

    def serve(self, namespace, address, port):
        self.servers.append(Server(namespace, address, port))
        return self.servers[-1]

    def resolve_by(self, address):
        """What /etc/resolv.conf says in the pod, for what starts from now on (ip-netns(8))."""
        folder = pathlib.Path(f"/etc/netns/{self.pod}")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "resolv.conf").write_text(f"nameserver {address}\n")

    def inbound(self):
        return connect(self.client, POD, 8080)

    def outbound(self):
        return connect(self.pod, CLIENT, 9090)

    def start(self, *flags, **options):
        proxy = Proxy(self, flags, **options)
        self.proxies.append(proxy)
        return proxy


class Proxy:
    """`pillion proxy sidecar` in the pod, as the user whose connections are not captured."""

    def __init__(self, lab, flags=(), env=None, wrap=(), is_ready=True, stdout=None):
        self.lab = lab
        self.stderr_path = lab.folder / f"stderr-{len(lab.proxies)}"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("ISTIO_", "PILLION_", "PROXY_", "ENVOY_"))}
        uid = UID if lab.mode == "REDIRECT" else 0  # the group is what exempts it then
        user = ["setpriv", f"--reuid={uid}", f"--regid={UID}", "--clear-groups"]
        words = ["ip", "netns", "exec", lab.pod, *wrap, *user, lab.pillion, "proxy", "sidecar", *map(str, flags)]
        with open(self.stderr_path, "wb") as stderr:
            self.started = time.monotonic()
            self.process = subprocess.Popen(words, cwd=lab.folder, env={**clean, "INSTANCE_IP": POD,
                                                                       "ISTIO_META_INTERCEPTION_MODE": lab.mode,
                                                                       **(env or {})},
                                            stdin=subprocess.DEVNULL, stdout=stdout or subprocess.DEVNULL,
                                            stderr=stderr)
        if is_ready:
            until("the proxy to be ready", lambda: self.process.poll() is not None or self.ready() == 200)
            assert self.process.poll() is None, f"exit {self.process.returncode}: {self.stderr()}"

    def stderr(self):
        return self.stderr_path.read_text(errors="replace")

    def ask(self, method, path, port=15020):
        """Status and body; 0 when nobody is there."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.sock = connect(self.lab.pod, "127.0.0.1", port)
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def ready(self, port=15021):
        return self.ask("GET", "/healthz/ready", port)[0]

    def metric(self, name, **labels):
        """The sum of a metric's samples that have these labels."""
        total = 0
        for line in self.ask("GET", "/stats/prometheus", 15020)[1].splitlines():
            sample, _, value = line.rpartition(" ")
            if sample.partition("{")[0] == name and all(f'{k}="{v}"' in sample for k, v in labels.items()):
                total += float(value)
        return total

    def resident(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("no VmRSS")

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self, patience=PATIENCE):
        """Its exit status; what it says must not be of a sanitizer's."""
        status = self.process.wait(patience)
        assert "Sanitizer" not in self.stderr(), self.stderr()[-3000:]
        return status

    def lives(self, seconds):
        """Whether it is there for so long."""
        try:
            self.process.wait(seconds)
            return False
        except subprocess.TimeoutExpired:
            return True

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
