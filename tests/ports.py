"""Ports for the servers that tests start."""
import contextlib
import random
import socket
import threading

# Below those that the kernel gives to clients, so that one stays free while its server is started again.
_left = random.sample(range(20000, 32000), 12000)
_lock = threading.Lock()


def bound(family, kind, port=0):
    """Whether a socket of its own could have the port, on all addresses of the family."""
    with contextlib.suppress(OSError), socket.socket(family, kind) as probe:
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        probe.bind(("", port))
        return True
    return False


def free_port():
    """One that nobody uses now, by TCP or UDP, and that no other test of this run was given: it may not listen yet."""
    families = [family for family in (socket.AF_INET, socket.AF_INET6) if bound(family, socket.SOCK_STREAM)]
    while True:
        with _lock:
            port = _left.pop()
        if all(bound(family, kind, port) for family in families for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)):
            return port
