"""Proxy to proxy: an app in pod "a", its outbound proxy, the inbound one of pod "b", an app there."""
import contextlib
import fcntl
import hashlib
import os
import socket
import struct
import termios
import threading
import time

from lab import MESH, Server, echo, wait_for

TO = "10.77.0.3/32=spiffe://cluster.local/ns/two/*"


def is_watched(world):
    """By a sanitizer, which has a memory of its own and takes its time."""
    return "sanitize" in world.program or "tsan" in world.program


@contextlib.contextmanager
def mesh(world, **inbound):
    with world.inbound(mode="STRICT", **inbound) as there, world.outbound(to=TO) as here:
        yield here, there


def test_both_ends_know_each_other(world):
    with Server(world.net, 8000, echo), mesh(world) as (here, there):
        connection = world.net.connect(MESH, 8000)
        connection.sendall(b"hello")
        assert connection.recv(10) == b"hello"
        connection.close()
        assert " - mtls 5 5 10.77.0.3:8000 spiffe://cluster.local/ns/two/sa/b|" in here.wait("ended out")
        assert " - mtls 5 5 10.77.0.3:8000 spiffe://cluster.local/ns/one/sa/a|" in there.wait("ended in")


def test_200_megabytes_each_way(world):
    block = os.urandom(1 << 20)
    count = 20 if is_watched(world) else 200
    want = hashlib.sha256()
    for _ in range(count):
        want.update(block)
    got = {}

    def serve(connection):
        sink = hashlib.sha256()
        while data := connection.recv(1 << 18):
            sink.update(data)
        got["server"] = sink.hexdigest()
        for _ in range(count):
            connection.sendall(block)
        connection.shutdown(socket.SHUT_WR)

    with Server(world.net, 8000, serve), mesh(world) as (here, there):
        connection = world.net.connect(MESH, 8000, timeout=120)
        for _ in range(count):
            connection.sendall(block)
        connection.shutdown(socket.SHUT_WR)
        sink = hashlib.sha256()
        while data := connection.recv(1 << 18):
            sink.update(data)
        assert got["server"] == want.hexdigest() == sink.hexdigest()
        size = count << 20
        assert f" - mtls {size} {size} " in here.wait("ended out") and f" - mtls {size} {size} " in there.wait("ended in")


def test_both_directions_at_once(world):
    size = 20_000_000
    with Server(world.net, 8000, echo), mesh(world):
        connection = world.net.connect(MESH, 8000, timeout=120)
        words = os.urandom(size)

        def send():
            connection.sendall(words)
            connection.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        got = bytearray()
        while data := connection.recv(1 << 18):
            got += data
        sender.join()
        assert bytes(got) == words


def test_half_closed_both_ways(world):
    def server_ends_first(connection):
        connection.sendall(b"that was all")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b"thanks"

    heard = []

    def client_ends_first(connection):
        while data := connection.recv(100):
            heard.append(data)
        time.sleep(0.2)
        connection.sendall(b"".join(heard))

    with Server(world.net, 8000, server_ends_first), Server(world.net, 8001, client_ends_first), mesh(world) as (here, _):
        connection = world.net.connect(MESH, 8000)
        assert connection.recv(100) == b"that was all" and connection.recv(100) == b""
        connection.sendall(b"thanks")
        connection.close()
        assert " - mtls 6 12 " in here.wait("ended out")
        connection = world.net.connect(MESH, 8001)
        connection.sendall(b"question")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b"question" and connection.recv(100) == b""


def test_resets_are_resets(world):
    def reset(connection):
        connection.recv(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    ends = []

    def record(connection):
        try:
            ends.append(connection.recv(10) and connection.recv(10))
        except ConnectionResetError:
            ends.append("reset")

    with Server(world.net, 8000, reset), Server(world.net, 8001, record), mesh(world) as (here, there):
        connection = world.net.connect(MESH, 8000)
        connection.sendall(b"x")
        try:
            raise AssertionError(f"not reset: {connection.recv(10)}")
        except ConnectionResetError:
            pass
        connection = world.net.connect(MESH, 8001)
        connection.sendall(b"x")
        wait_for(lambda: "out:spiffe://cluster.local/ns/two/sa/b:2:1:2:0" in here.ask("peers"), "the byte has passed")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        wait_for(lambda: ends, "the app knows")
        assert ends == ["reset"], ends


def test_a_reset_waits_for_what_was_sent_before_it(world):
    size = 600_000

    def unsent(connection):
        return struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"    "))[0]

    def send_and_reset(connection):
        connection.recv(10)
        connection.sendall(b"z" * size)
        wait_for(lambda: unsent(connection) == 0, "all has reached the proxy's machine")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def count(connection, is_slow):
        total = 0
        try:
            while data := connection.recv(65536):
                total += len(data)
                if is_slow:
                    time.sleep(0.002)
        except ConnectionResetError:
            return total, True
        return total, False

    with Server(world.net, 8000, send_and_reset), mesh(world):
        for is_slow in (False, True):
            connection = world.net.connect(MESH, 8000)
            connection.sendall(b"x")
            total, is_reset = count(connection, is_slow)
            assert is_reset and total == size, (total, is_reset)


def test_refused_by_the_app(world):
    with mesh(world) as (here, there):
        try:
            connection = world.net.connect(MESH, 8009)
            raise AssertionError(f"connected to nobody: {connection.recv(10)}")
        except ConnectionResetError:
            pass
        assert " UF mtls " in there.wait("ended in")
        here.wait("ended out")


def test_a_slow_reader_stops_the_sender(world):
    go = threading.Event()
    total = []

    def slow(connection):
        go.wait(60)
        count = 0
        while data := connection.recv(1 << 18):
            count += len(data)
        total.append(count)

    with Server(world.net, 8000, slow), mesh(world) as (here, there):
        connection = world.net.connect(MESH, 8000)
        connection.setblocking(False)
        before, sent, still = (here.memory(), there.memory()), 0, 0
        while still < 20:  # nothing more for so many looks
            try:
                sent += connection.send(b"y" * 65536)
                still = 0
            except BlockingIOError:
                still += 1
                time.sleep(0.02)
        grown = (here.memory() - before[0], there.memory() - before[1])
        assert is_watched(world) or max(grown) < 2048, f"grown by {grown} KiB while {sent} bytes waited"
        connection.setblocking(True)
        go.set()
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(10) == b""
        assert total == [sent], (total, sent)


def test_rotation_under_load(world):
    for name, account in (("turn-a", "ns/one/sa/a"), ("turn-b", "ns/two/sa/b")):
        world.authority.issue(name, f"URI:spiffe://cluster.local/{account}")
    problems, done, stop = [], [0], threading.Event()

    def load(is_long):
        try:
            connection = None
            while not stop.is_set():
                if not connection:
                    connection = world.net.connect(MESH, 8000)
                connection.sendall(b"ping")
                got = b""
                while len(got) < 4:
                    piece = connection.recv(4 - len(got))
                    assert piece, "ended"
                    got += piece
                done[0] += 1
                if not is_long:
                    connection.close()
                    connection = None
        except Exception as problem:  # for the test's own thread
            problems.append(problem)

    with Server(world.net, 8000, echo), world.inbound(mode="STRICT", identity="turn-b", workers=2) as there, \
            world.outbound(identity="turn-a", to=TO, workers=2) as here:
        threads = [threading.Thread(target=load, args=(i % 2 == 0,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(4):
            for name, account, proxy in (("turn-a", "ns/one/sa/a", here), ("turn-b", "ns/two/sa/b", there)):
                world.authority.issue(name, f"URI:spiffe://cluster.local/{account}")
                proxy.wait("loaded")
            before = done[0]
            wait_for(lambda: done[0] > before + 50 or problems, "more went through")
        stop.set()
        for thread in threads:
            thread.join()
        assert not problems, problems


def test_many_connections_and_what_they_cost(world):
    count = 100 if is_watched(world) else 500
    with Server(world.net, 8000, echo), mesh(world) as (here, there):
        def heap(proxy):
            return int(proxy.ask("totals").split("heap ")[1])

        def opened():
            connection = world.net.connect(MESH, 8000)
            connection.sendall(b"x")
            assert connection.recv(1) == b"x"
            return connection

        opened().close()
        here.wait("ended"), there.wait("ended")
        before = heap(here), heap(there)
        connections = [opened() for _ in range(count)]
        after = heap(here), heap(there)
        each = [(after[i] - before[i]) // count for i in range(2)]
        print(f"     idle, a connection: {each[0]} bytes outbound, {each[1]} inbound, beside the kernel's")
        for connection in connections:
            connection.close()
        wait_for(lambda: here.ask("totals").split("active ")[1].startswith("0 ") and
                 there.ask("totals").split("active ")[1].split()[1] == "0", "all have ended")
        left = heap(here) - before[0], heap(there) - before[1]
        if not is_watched(world):
            assert max(left) < 100_000, f"{left} bytes are left of {count} connections"
            assert max(each) < 16_000, each
