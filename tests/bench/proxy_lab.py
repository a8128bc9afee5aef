"""A pod and a peer for proxy_bench.py: two network namespaces joined by a veth pair, a web server and iperf3 in each,
and a proxy in the pod as uid 1337. Needs root and iproute2, nginx, iperf3."""

import contextlib
import ctypes
import encodings.idna  # noqa: F401  a child of another uid may not be able to read the library that sockets load
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

POD, PEER = "198.18.0.2", "198.18.0.1"
HTTP, BULK = 8080, 5201
OUTBOUND, INBOUND = 15001, 15006
PROXY_UID, APP_UID = 1337, 1000
DIRECTIONS = ("outbound", "inbound")
OPEN_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
# Of a proxy that is one process, each connection takes two descriptors.
IDLE_MANY = min(9800, (OPEN_FILES - 400) // 2)
RULES = "-p 15001 -z 15006 -u 1337 -m REDIRECT -i * -b * -d 15020,15021,15090".split()
SYSCTLS = (
    "net.ipv4.ip_local_port_range=16000 65000",
    "net.ipv4.tcp_tw_reuse=1",
    "net.core.somaxconn=4096",
    "net.netfilter.nf_conntrack_tcp_timeout_time_wait=2",
)
NGINX = """
worker_processes 1; daemon off; master_process off; pid {folder}/{name}.pid; error_log {folder}/{name}.log;
events {{ worker_connections 19000; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s; client_header_timeout 600s;
  client_body_temp_path {folder}/{name}-1; proxy_temp_path {folder}/{name}-2; fastcgi_temp_path {folder}/{name}-3;
  uwsgi_temp_path {folder}/{name}-4; scgi_temp_path {folder}/{name}-5;
  server {{ listen {port} backlog=4096; location / {{ return 200 "hello, world\\n"; }} }}
}}
"""
LIBC = ctypes.CDLL(None, use_errno=True)
SOCK_DIAG, SOCK_DIAG_BY_FAMILY, REQUEST_DUMP, NLMSG_ERROR, NLMSG_DONE, TCP_LISTEN = 4, 20, 0x301, 2, 3, 10
CLONE_NEWNET, PR_SET_PDEATHSIG = 0x40000000, 1
CLIENTS = pathlib.Path(__file__).resolve().parent / "proxy_clients.py"


def enter(namespace_file):
    if LIBC.setns(namespace_file.fileno(), CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


class Failure(Exception):
    """A measurement that could not be taken; the text says why."""


def sh(*argv, timeout=60, **more):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=timeout, **more)
    if done.returncode:
        raise Failure(f"{' '.join(map(str, argv))}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


class Namespace:
    def __init__(self, name):
        self.name = f"plb-{name}-{os.urandom(3).hex()}"
        sh("ip", "netns", "add", self.name)
        sh("ip", "-n", self.name, "link", "set", "lo", "up")
        for setting in SYSCTLS:  # not every kernel has each of them
            subprocess.run(["ip", "netns", "exec", self.name, "sysctl", "-qw", setting], capture_output=True)

    def preparation(self, uid, report=None):
        """What a child does before exec, at last writing the time to descriptor `report`, where there is one."""

        def prepare():
            with open(f"/run/netns/{self.name}") as file:
                enter(file)
            resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
            if uid:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if report is not None:
                os.write(report, str(time.monotonic_ns()).encode())

        return prepare

    def run(self, *argv, uid=0, timeout=60):
        return sh(*argv, timeout=timeout, preexec_fn=self.preparation(uid))

    def start(self, argv, uid=0, log=subprocess.DEVNULL, environment=None, report=None):
        return subprocess.Popen(
            [str(a) for a in argv],
            preexec_fn=self.preparation(uid, report),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=environment,
        )

    def client(self, uid, *words):
        """proxy_clients.py in here; it takes on the uid itself, which may not be able to read the interpreter."""
        return subprocess.Popen(
            [sys.executable, str(CLIENTS), *map(str, (uid, *words))],
            preexec_fn=self.preparation(0),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def delete(self):
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)


def stop(process):
    """Ends a process with all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2 if number == signal.SIGTERM else 10)
            break
    with contextlib.suppress(ProcessLookupError):  # children that the first one left behind
        os.killpg(process.pid, signal.SIGKILL)


# ---- what the kernel says of processes --------------------------------------------------------------


def family(pid):
    """The process and its descendants."""
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{found[-1]}/task"):
                todo += map(int, pathlib.Path(f"/proc/{found[-1]}/task/{task}/children").read_text().split())
    return found


def cpu_seconds(pid):
    """Processor time of a process and its descendants, threads that have ended included; exact to the nanosecond: the
    clock of a process has the number (~pid << 3) | 2 (clock_getcpuclockid)."""
    total = 0.0
    for one in family(pid):
        with contextlib.suppress(OSError):
            total += time.clock_gettime((~one << 3) | 2)
    return total


def memory_mib(pid, key="Rss"):
    total = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            text = pathlib.Path(f"/proc/{one}/smaps_rollup").read_text()
            total += int(re.search(rf"^{key}:\s+(\d+)", text, re.M)[1])
    return total / 1024


class Listeners:
    """Asks the kernel which ports of a namespace are listened on: sock_diag (linux/inet_diag.h), since /proc/net/tcp
    walks all connections of the host and takes milliseconds where there are many."""

    def __init__(self, namespace):
        with open("/proc/self/ns/net") as home, open(f"/run/netns/{namespace.name}") as there:
            enter(there)
            try:
                self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, SOCK_DIAG)
            finally:
                enter(home)

    def ports(self):
        found = set()
        for family_number in (socket.AF_INET, socket.AF_INET6):
            request = struct.pack("=BBBxI48x", family_number, socket.IPPROTO_TCP, 0, 1 << TCP_LISTEN)
            header = struct.pack("=IHHII", 16 + len(request), SOCK_DIAG_BY_FAMILY, REQUEST_DUMP, 1, 0)
            self.socket.send(header + request)
            done = False
            while not done:
                data = self.socket.recv(1 << 16)
                while len(data) >= 16:
                    length, kind = struct.unpack_from("=IH", data)
                    if kind == SOCK_DIAG_BY_FAMILY:
                        found.add(struct.unpack_from("!H", data, 16 + 4)[0])
                    done = done or kind in (NLMSG_ERROR, NLMSG_DONE)
                    data = data[(length + 3) & ~3 :]
        return found

    def wait(self, process, ports, seconds=20):
        """The time (of the monotonic clock, nanoseconds) when all the ports were listened on."""
        deadline = time.monotonic() + seconds
        while not self.ports() >= set(ports):
            if process.poll() is not None:
                raise Failure("it ended before it listened")
            if time.monotonic() > deadline:
                raise Failure(f"it does not listen on {ports}")
            time.sleep(0.0001)
        return time.monotonic_ns()


# ---- the lab ----------------------------------------------------------------------------------------


class Lab:
    """A pod with its peer, and one target in it."""

    def __init__(self, target, init):
        self.target, self.init = target, init
        self.exit, self.proxy = contextlib.ExitStack(), None
        try:
            self.build()
        except BaseException:
            self.close()
            raise

    def build(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pillion-bench-"))
        self.exit.callback(shutil.rmtree, self.folder, ignore_errors=True)
        os.chmod(self.folder, 0o777)
        self.pod, self.peer = Namespace("pod"), Namespace("peer")
        self.exit.callback(self.peer.delete)
        self.exit.callback(self.pod.delete)
        link = ["link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", self.peer.name]
        sh("ip", "-n", self.pod.name, *link)
        for namespace, address in ((self.pod, POD), (self.peer, PEER)):
            sh("ip", "-n", namespace.name, "addr", "add", f"{address}/24", "dev", "eth0")
            sh("ip", "-n", namespace.name, "link", "set", "eth0", "up")
        sh("ip", "-n", self.pod.name, "route", "add", "default", "via", PEER)
        listeners = {namespace: Listeners(namespace) for namespace in (self.pod, self.peer)}
        self.listeners = listeners[self.pod]
        for name, namespace, uid in (("peer", self.peer, 0), ("app", self.pod, APP_UID)):
            conf = self.folder / f"{name}.conf"
            conf.write_text(NGINX.format(folder=self.folder, name=name, port=HTTP))
            self.serve(
                namespace, listeners[namespace], ["nginx", "-c", conf, "-e", self.folder / f"{name}.log"], uid, HTTP
            )
            self.serve(namespace, listeners[namespace], ["iperf3", "-s", "-p", BULK], uid, BULK)
        if self.target.argv:
            self.target.prepare(self.folder)
            self.pod.run(*self.init, *RULES)

    def serve(self, namespace, listeners, argv, uid, port):
        server = namespace.start(argv, uid)
        self.exit.callback(stop, server)
        listeners.wait(server, [port])

    def start(self):
        """Starts the target (again); gives the milliseconds from exec until it listens on both ports."""
        self.stop()
        reading, writing = os.pipe()
        try:
            with open(self.folder / "proxy.log", "a") as log:
                argv = self.target.command(self.folder)
                environment = {**os.environ, **self.target.environment}
                self.proxy = self.pod.start(argv, PROXY_UID, log, environment, writing)
            at_exec = int(os.read(reading, 32))
        finally:
            os.close(reading)
            os.close(writing)
        return (self.listeners.wait(self.proxy, [OUTBOUND, INBOUND]) - at_exec) / 1e6

    def stop(self):
        if self.proxy:
            stop(self.proxy)
            self.proxy = None
            deadline = time.monotonic() + 10
            while self.listeners.ports() & {OUTBOUND, INBOUND} and time.monotonic() < deadline:
                time.sleep(0.01)

    def is_running(self):
        return not self.target.argv or (self.proxy is not None and self.proxy.poll() is None)

    def log_tail(self):
        with contextlib.suppress(OSError):
            return (self.folder / "proxy.log").read_text()[-400:].strip()
        return ""

    def cpu(self):
        return cpu_seconds(self.proxy.pid) if self.proxy else 0.0

    def client(self, direction):
        """Namespace and uid of the client, and whom it calls."""
        return (self.pod, APP_UID, PEER) if direction == "outbound" else (self.peer, 0, POD)

    def server(self, direction):
        return (self.peer, 0) if direction == "outbound" else (self.pod, APP_UID)

    def close(self):
        try:
            self.stop()
        finally:
            self.exit.close()
