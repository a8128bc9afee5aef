"""A world with pods on its bridges, each with capture rules and a proxy, and sockets made in any of them.

A socket stays in the network namespace in which it was made, whoever uses it, and the rules' owner match looks at the
file system ids of who made it. So both ends of a connection are ordinary sockets of the test, and no helper programs
have to be told what to do.
"""
import contextlib
import ctypes
import itertools
import os
import pathlib
import resource
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(TOP / "tests/netns"))  # behind our own: names may be the same
import lab  # noqa: E402  (that of the capture rules: namespaces, addresses, sockets of a user)

PROXY_UID, APP_UID = lab.PROXY_UID, 1000
SERVICE, WORLD, WORLD6 = "10.96.0.20", "203.0.113.5", "2001:db8::5"
CAPTURE_ALL = ["-p", "15001", "-z", "15006", "-u", "1337", "-i", "*", "-b", "*", "-d", "15090,15021,15020"]
SERVICES = "10.96.0.0/16"
# Many connections have one address: ports have to do for all of them. None is a proxy's, which means something else.
PORTS_FOR_MANY = ("net.ipv4.ip_local_port_range=16384 65535", "net.core.somaxconn=16384")
# What servers listen on where the log is asked for it by its destination: none of them twice, and none that the kernel
# gives to clients, which might not be over yet.
SERVER_PORTS = itertools.cycle(range(3400, 5400))  # between those of MariaDB and PostgreSQL
PATIENCE = 20  # seconds that anything may take on a busy machine; nothing waits for it where all is well
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


def wait_for(what, condition, seconds=PATIENCE):
    """Asks until the condition gives something true, and gives that."""
    until = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > until:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.005)


@contextlib.contextmanager
def inside(namespace):
    """This thread's sockets are made there."""
    with open("/proc/thread-self/ns/net") as home, open(namespace.path) as there:
        if LIBC.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            yield
        finally:
            LIBC.setns(home.fileno(), CLONE_NEWNET)


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Place:
    """Where sockets are made: a network namespace."""

    def socket(self, family=socket.AF_INET, uid=APP_UID, gid=None, kind=socket.SOCK_STREAM):
        with inside(self):
            made = lab.as_user(uid, uid if gid is None else gid, lambda: socket.socket(family, kind))
        made.settimeout(PATIENCE)
        return made

    def listen(self, address="::", port=0, backlog=1024, uid=APP_UID):
        """On "::" for both families."""
        listener = self.socket(family_of(address), uid)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if address == "::":
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind((address, port))
        listener.listen(backlog)
        return listener

    def connect(self, address, port, uid=APP_UID, gid=None, source=None, own=0):
        """From the port `own`; 0: the kernel chooses, and the proxy may see yet another (lab.OWN_PORTS)."""
        made = self.socket(family_of(address), uid, gid)
        try:
            if source or own:
                made.bind((source or "", own))
            made.connect((address, port))
            return made
        except BaseException:
            made.close()
            raise

    def get(self, address, port, path="/", headers=(), method="GET", timeout=PATIENCE, uid=APP_UID, body=None):
        """One HTTP request on a connection of its own: status and body."""
        with self.connect(address, port, uid) as connection:
            connection.settimeout(timeout)
            return http_once(connection, address, path, headers, method, body)

    def start(self, argv, uid=APP_UID, gid=None, capabilities="-all", environment=None, **more):
        """A program as a container has it: ids, capabilities, no new privileges; its process id is its own."""
        words = ["setpriv", "--reuid", str(uid), "--regid", str(uid if gid is None else gid), "--clear-groups",
                 f"--bounding-set={capabilities}", "--inh-caps=-all", "--no-new-privs", *argv]
        return subprocess.Popen([*self.inside, *words], env={"PATH": os.environ["PATH"], **sanitizer_options(),
                                                             **(environment or {})}, **more)


def http_once(connection, host, path, headers=(), method="GET", body=None):
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + (body or b""))
    answer = read_all(connection)
    head, _, rest = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        rest = unchunked(rest)
    status = head.split(b" ", 2)
    if len(status) < 2 or not status[1].isdigit():
        raise ConnectionError(f"no HTTP answer: {answer[:80]!r}")
    return int(status[1]), rest


def unchunked(text):
    whole = b""
    while text:
        size, _, text = text.partition(b"\r\n")
        length = int(size, 16)
        whole, text = whole + text[:length], text[length + 2:]
    return whole


def read_all(connection):
    parts = []
    while True:
        part = connection.recv(1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)


def receive(connection, length):
    """So many bytes; fewer only at the end. (MSG_WAITALL means nothing to a socket with a time-out.)"""
    parts = b""
    while len(parts) < length:
        part = connection.recv(length - len(parts))
        if not part:
            break
        parts += part
    return parts


def reset(connection):
    """Closes with a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def sanitizer_options():
    return {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}


class World(lab.Namespace, Place):
    """All that is not a pod: bridges to the pods, addresses near and far, and Services as a node's kernel has them."""

    def __init__(self):
        super().__init__()
        try:
            for number, bridge in enumerate(("eth0", "net1")):
                # By itself a bridge takes the lowest address of its ports, and changes it as pods come and go.
                address = f"02:00:00:00:01:{number:02x}"
                self.ip("link", "add", bridge, "address", address, "type", "bridge", "forward_delay", "0")
                self.ip("link", "set", bridge, "up")
            self.add(lab.PEER)
            self.ip("route", "add", SERVICES, "dev", "eth0")
            for name in ("ip_forward", "conf.all.send_redirects", "conf.eth0.send_redirects"):
                self.run("sysctl", "-qw", f"net.ipv4.{name}={int(name == 'ip_forward')}", check=True)
            # Where bridges ask the rules, too, a Service's reply would meet them twice.
            self.run("sysctl", "-qew", *(f"net.bridge.bridge-nf-call-{name}tables=0" for name in ("ip", "ip6", "arp")))
            self.run("sysctl", "-qw", *PORTS_FOR_MANY, check=True)
        except BaseException:
            self.__exit__()
            raise

    def service(self, address, port, endpoints):
        """An address of its own for these endpoints, one after the other; a call again replaces them."""
        chain = f"to_{address.replace('.', '_')}_{port}"
        text = ["table ip services {", f"chain {chain} {{", "}", "}", f"flush chain ip services {chain}"]
        if not endpoints:
            text.append(f"add rule ip services {chain} reject with tcp reset")
        else:
            to = ", ".join(f"{n} : {where[0]} . {where[1]}" for n, where in enumerate(endpoints))
            text.append(f"add rule ip services {chain} ip protocol tcp dnat ip addr . port to "
                        f"numgen inc mod {len(endpoints)} map {{ {to} }}")
        if chain not in self.run("nft", "list", "ruleset").stdout:
            text += ["table ip services {",
                     "chain pre { type nat hook prerouting priority dstnat; }",
                     "chain out { type nat hook output priority -100; }",
                     # A pod that reaches itself would answer itself directly.
                     "chain post { type nat hook postrouting priority srcnat; "
                     "ct status dnat ip daddr 198.18.0.0/15 ip saddr 198.18.0.0/15 masquerade; }", "}"]
            text += [f"add rule ip services {hook} ip daddr {address} tcp dport {port} jump {chain}"
                     for hook in ("pre", "out")]
        self.run("nft", "-f", "-", input="\n".join(text) + "\n", check=True)


class Pod(lab.Namespace, Place):
    """A pod number 2 to 250 of a world, with addresses of both families on both networks."""

    def __init__(self, world, number=2, ipv4=True, ipv6=True, nameservers=lab.NAMESERVERS):
        super().__init__(nameservers)
        self.world, self.number, self.proxies = world, number, []
        self.folder = tempfile.mkdtemp(prefix="pillion-passenger-")
        os.chmod(self.folder, 0o755)
        self.address, self.address6 = f"198.18.0.{number}", f"fd00::{number:x}"
        try:
            for device in ("eth0", "net1"):
                there = f"{device}-{number}"
                self.ip("link", "add", device, "type", "veth", "peer", "name", there, "netns", world.name)
                world.ip("link", "set", there, "master", device, "up")
            texts = {"eth0": ([self.address + "/24"] if ipv4 else []) + ([self.address6 + "/64"] if ipv6 else []),
                     "net1": [f"198.19.0.{number}/24"] if ipv4 else []}
            self.add(texts)
            for device in ("eth0", "net1"):
                self.ip("link", "set", device, "up")
            if ipv4:
                self.ip("route", "add", "default", "via", "198.18.0.1")
            if ipv6:
                self.ip("-6", "route", "add", "default", "via", "fd00::1")
            self.run("sysctl", "-qw", *PORTS_FOR_MANY, check=True)
            config = os.path.join(self.folder, "etc/istio/proxy")  # what the agent may write to
            os.makedirs(config)
            os.chmod(config, 0o777)
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        for proxy in self.proxies:
            proxy.stop()
        super().__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    def init(self, pillion, flags, environment=None, check=True):
        variables = [f"{name}={value}" for name, value in (environment or {}).items()]
        return self.run("env", *variables, *pillion, "init", *flags, check=check)

    def proxy(self, pillion, arguments=(), environment=None, wait=True, **more):
        made = Proxy(self, pillion, arguments, environment, **more)
        self.proxies.append(made)
        if wait:
            made.wait_until_listening()
        return made


class Proxy:
    """A sidecar's process in a pod, as the container runtime starts it."""

    def __init__(self, pod, pillion, arguments=(), environment=None, uid=PROXY_UID, transparent=False, log=True):
        self.pod, self.count = pod, len(pod.proxies)
        self.folder = pathlib.Path(pod.folder)
        self.out, self.err = self.folder / f"proxy-{self.count}.out", self.folder / f"proxy-{self.count}.err"
        settings = {"INSTANCE_IP": pod.address, "POD_NAME": "web", "POD_NAMESPACE": "shop",
                    "ISTIO_META_WORKLOAD_NAME": "web", **(access_log("TEXT") if log else {})}
        more = {}
        if transparent:
            uid, more = 0, {"capabilities": "-all,+net_admin"}
            settings["ISTIO_META_INTERCEPTION_MODE"] = "TPROXY"
        settings.update(environment or {})
        self.started = time.monotonic()
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            for file in (out, err):  # as runc does: /dev/stdout may be opened again
                os.fchown(file.fileno(), uid, PROXY_UID)
            self.process = pod.start([*pillion, "proxy", "sidecar", *arguments], uid, PROXY_UID, environment=settings,
                                     stdout=out, stderr=err, cwd=pod.folder, **more)
        self.pid, self.words, self.condemned, self.patience = self.process.pid, "", False, PATIENCE

    def listening(self, port):
        """Whether the pod listens on the port, for either family."""
        with inside(self.pod):  # its process may still be on the way there
            for table in ("tcp", "tcp6"):
                with open(f"/proc/thread-self/net/{table}") as lines:
                    if any(line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}") for line in lines):
                        return True
        return False

    def wait_until_listening(self, ports=(15001, 15006, 15021)):
        def ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"the proxy ended ({self.process.returncode}): {self.said()[-1500:]}")
            return all(self.listening(port) for port in ports)
        wait_for(f"ports {ports}", ready)

    def said(self):
        """What it wrote to standard error, also after its pod's folder is gone."""
        if self.err.exists():
            self.words = self.err.read_text(errors="replace")
        return self.words

    def lines(self):
        """The access log so far, a dictionary a connection."""
        whole = self.out.read_text(errors="replace").rpartition("\n")[0]  # the last line may be half written
        return [line for line in map(log_line, whole.splitlines()) if line]

    def line_of(self, client, cluster=None, host=None, port=None):
        """The log's line of the connection from the client's address, or without one of that to host and port; waited
        for."""
        field, want = ("client", client) if client else ("destination", (host, port))
        def find():
            return next((line for line in self.lines()
                         if line[field] == address_text(want) and cluster in (None, line["cluster"])), None)
        try:
            return wait_for(f"the log line of {want} {cluster or ''}", find, self.patience)
        except TimeoutError:
            self.patience = 1  # where one is missing, more may be
            raise

    def memory(self):
        """Resident, in MiB."""
        return self.status("VmRSS") / 1024

    def status(self, name):
        with open(f"/proc/{self.pid}/status") as lines:
            return int(next(line for line in lines if line.startswith(name + ":")).split()[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def cpu(self):
        """Seconds of both kinds."""
        with open(f"/proc/{self.pid}/stat") as line:
            fields = line.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def metrics(self, path="/stats/prometheus", port=15020):
        """name{labels} -> value, from the merged page; counters of the pod's own proxy among them."""
        status, text = self.pod.get("127.0.0.1", port, path, uid=0)
        assert status == 200, f"{path}: {status}"
        return text.decode()

    def total(self, name, **labels):
        """The sum of a metric over all its series with these labels."""
        return sum(value for series, found, value in samples(self.metrics())
                   if series == name and all(found.get(k) == v for k, v in labels.items()))

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Asks it to end, and at once, so that sanitizers can have their say; then makes it."""
        for number, seconds in ((signal.SIGTERM, 0.02), (signal.SIGTERM, 5), (signal.SIGKILL, PATIENCE)):
            if self.process.poll() is None:
                self.process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(seconds)
        self.said()
        return self.process.returncode


def access_log(encoding):
    return {"PILLION_ACCESS_LOG_FILE": "/dev/stdout", "PILLION_ACCESS_LOG_ENCODING": encoding}


def outbound_policy(mode):
    return {"PILLION_OUTBOUND_TRAFFIC_POLICY": mode}


LOG_FIELDS = {3: "flags", 6: "failure", 7: "received", 8: "sent", 9: "duration", 15: "upstream", 16: "cluster",
              17: "upstream_local", 18: "destination", 19: "client", 20: "server_name"}


def log_line(text):
    """A line of Istio's text format; None for anything else."""
    if not text.startswith("["):
        return None
    fields = shlex.split(text)
    if len(fields) != 22:
        return None
    line = {name: fields[n] for n, name in LOG_FIELDS.items()}
    line.update({name: int(line[name]) for name in ("received", "sent", "duration")}, text=text)
    return line


def address_text(address):
    return f"[{address[0]}]:{address[1]}" if ":" in address[0] else f"{address[0]}:{address[1]}"


def samples(text):
    """The samples of a page of metrics: name, labels, value."""
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        head, _, value = line.rpartition(" ")
        name, _, rest = head.partition("{")
        labels = {}
        for part in rest.rstrip("}").split('",'):
            if "=" in part:
                key, _, text_of = part.partition("=")
                labels[key.strip()] = text_of.strip().strip('"')
        yield name, labels, float(value)


def raise_limits(count):
    """As many descriptors as that, for this process and what it starts, or as many as the machine gives."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limits in ((count, max(count, hard)), (hard, hard)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            return limits[0]
    return soft


class Server:
    """Answers connections in threads, each with the handler, until it is closed. What goes wrong is in `problems`."""

    def __init__(self, place, handler, address="::", port=0, uid=APP_UID):
        self.listener = place.listen(address, port, uid=uid)
        self.listener.settimeout(None)
        self.port = self.listener.getsockname()[1]
        self.handler, self.problems, self.seen = handler, [], []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            try:
                connection, client = self.listener.accept()
            except OSError:
                return
            self.seen.append(client)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.settimeout(PATIENCE)
        with connection:
            try:
                self.handler(connection)
            except Exception as problem:  # kept for the test, which knows whether it minds
                self.problems.append(problem)

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
