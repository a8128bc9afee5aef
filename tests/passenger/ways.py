"""Ways through a proxy: which end connects, which listens, and what the one is to see of the other."""
import contextlib
import hashlib
import os
import socket
import threading

import pods

SELF_SERVICE = "10.96.0.30"
BLOCK = os.urandom((1 << 20) + 4097)  # no multiple of a page, a pipe or a segment


class Way:
    def __init__(self, name, client, server, address, clusters, seen):
        self.name, self.client_place, self.server_place, self.address = name, client, server, address
        self.clusters, self.seen = clusters, seen

    def port_of(self, port):
        """What the client connects to, for a server on `port`."""
        return port

    def connect(self, port, own=0):
        return self.client_place.connect(self.address, self.port_of(port), own=own)

    @contextlib.contextmanager
    def joined(self):
        """Both ends of one connection, the client's first."""
        port = next(pods.SERVER_PORTS)
        with self.server_place.listen("::", port) as listener:
            with self.connect(port, next(pods.lab.OWN_PORTS)) as client:
                server, _ = listener.accept()
                with server:
                    server.settimeout(pods.PATIENCE)
                    yield client, server


class ServiceWay(Way):
    """The pod calls its own Service: out through one port of the proxy, back in through the other."""

    def port_of(self, port):
        self.server_place.world.service(self.address, 80, [(self.server_place.address, port)])
        return 80


def ways(world, pod, families=(4, 6), service=True, transparent=False, compat=False):
    out, into = ["PassthroughCluster"], ["InboundPassthroughCluster"]
    made = []
    if 4 in families:
        made.append(Way("outbound", pod, world, pods.WORLD, out, pod.address))
        made.append(Way("inbound", world, pod, pod.address, into, "198.18.0.1" if transparent else "127.0.0.6"))
    if 6 in families:
        made.append(Way("outbound IPv6", pod, world, pods.WORLD6, out, pod.address6))
        made.append(Way("inbound IPv6", world, pod, pod.address6, into, "fd00::1" if transparent else "::6"))
    if service and 4 in families:
        made.append(ServiceWay("to itself", pod, pod, SELF_SERVICE, out + into,
                               "198.18.0.1" if transparent else "127.0.0.6"))
    return made


def is_inbound(way):
    return way.clusters[-1].startswith("Inbound")


# ---- bytes ----------------------------------------------------------------------------------------------------------

def send_much(connection, length, shut=True):
    """Sends so many bytes, the block again and again."""
    left = length
    view = memoryview(BLOCK)
    while left:
        part = view[:min(left, len(view))]
        connection.sendall(part)
        left -= len(part)
    if shut:
        connection.shutdown(socket.SHUT_WR)


def receive_much(connection, length=None):
    """Reads to the end, or so many bytes. How many came, and their hash."""
    count, digest, room = 0, hashlib.sha256(), bytearray(1 << 18)
    while length is None or count < length:
        got = connection.recv_into(room, min(len(room), length - count) if length is not None else len(room))
        if not got:
            break
        digest.update(memoryview(room)[:got])
        count += got
    return count, digest.hexdigest()


def expected(length):
    digest, left = hashlib.sha256(), length
    while left:
        part = min(left, len(BLOCK))
        digest.update(memoryview(BLOCK)[:part])
        left -= part
    return length, digest.hexdigest()


def at_once(*tasks):
    """Runs each in a thread of its own and gives what they gave; the first that fails is raised."""
    results, problems = [None] * len(tasks), []

    def one(number, task):
        try:
            results[number] = task()
        except BaseException as problem:
            problems.append(problem)
    threads = [threading.Thread(target=one, args=item, daemon=True) for item in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return results
