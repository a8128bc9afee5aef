"""System calls of a proxy, counted by perf at the kernel's trace points: how many a request and a connection take. Not
by strace, under which a proxy is so slow that the next bytes have always come when it looks."""

import re
import subprocess
import tempfile

from proxy_lab import Failure, family
from proxy_measure import wrk

KINDS = {"request, 1 connection": (1, False), "request, 64 connections": (64, False), "connection": (16, True)}
ALL = "raw_syscalls:sys_enter"
CALLS = (
    "accept4 bind clock_gettime close connect epoll_ctl epoll_pwait epoll_pwait2 epoll_wait fcntl futex "
    "getpeername getsockname getsockopt io_uring_enter ioctl pipe2 read readv recvfrom recvmsg sendmsg sendto setsockopt "
    "shutdown socket splice timerfd_settime write writev"
).split()


def is_possible():
    try:
        done = subprocess.run(["perf", "stat", "-e", ALL, "true"], capture_output=True, text=True)
    except FileNotFoundError:
        return False
    return done.returncode == 0 and re.search(rf"\d\s+{ALL}", done.stderr) is not None


def each(lab, direction, seconds, connections, closing):
    """The calls of one request: all, and by name."""
    processes = ",".join(map(str, family(lab.proxy.pid)))
    events = ",".join([ALL, *(f"syscalls:sys_enter_{name}" for name in CALLS)])
    with tempfile.NamedTemporaryFile("r") as output:
        counter = ["perf", "stat", "-x;", "-o", output.name, "-e", events, "-p", processes, "--"]
        requests = wrk(lab, direction, seconds, connections, closing, counter)["requests"]
        found = re.findall(r"^(\d+);[^;]*;([\w:]+);", output.read(), re.M)
    calls = {name: int(number) / requests for number, name in found}
    if ALL not in calls:
        raise Failure("perf has counted nothing")
    return calls.pop(ALL), calls


def report(lab, direction, seconds):
    """Of each kind: calls a request or connection, and by name those that are at least a twentieth of one."""
    result = {}
    for kind, (connections, closing) in KINDS.items():
        total, calls = each(lab, direction, seconds, connections, closing)
        named = sorted(((n, name.rsplit("enter_", 1)[-1]) for name, n in calls.items() if n >= 0.05), reverse=True)
        result[kind] = (total, ", ".join(f"{name} {n:.1f}" for n, name in named))
    return result
