"""Clients and a server of proxy_bench.py, for inside a network namespace: proxy_clients.py UID hold|answer|ask ...

hold ADDRESS PORT COUNT   opens connections with one request each, says how many, keeps them until standard input ends
answer PORT               greets, then does what the client's first letter asks for; PORT + 1 is closed
ask ADDRESS PORT [NAME]   tries what connections can do against `answer`; prints a word for each as JSON. NAME: one more
"""

import encodings.idna  # noqa: F401  before the uid changes, after which the library may be out of reach
import hashlib
import json
import os
import random
import socket
import struct
import sys
import threading
import time

CAPTURES = (15001, 15006)
KINDS = (
    "source",
    "server_first",
    "intact",
    "half_close_by_client",
    "half_close_by_server",
    "reset_by_server",
    "reset_by_client",
    "refused",
)
RESET = struct.pack("ii", 1, 0)
SEEN_S, PATIENCE_S = 10, 30  # machines stand still for seconds; who asks what was seen waits for both of two


def hold(address, port, count):
    request = f"GET / HTTP/1.1\r\nHost: {address}\r\n\r\n".encode()
    held, problem = [], ""
    deadline = time.monotonic() + 60
    try:
        while len(held) < count and time.monotonic() < deadline:
            batch = [socket.create_connection((address, port), PATIENCE_S) for _ in range(min(100, count - len(held)))]
            held += batch
            for connection in batch:
                connection.sendall(request)
            for connection in batch:
                if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
                    raise OSError("another answer than expected")
    except OSError as error:
        problem = f" {error}"
    print(f"{len(held)}{problem}", flush=True)
    sys.stdin.read()


class Answer:
    """The server. Each connection gets the address it came from, before it has said a word."""

    def __init__(self, port):
        self.was_reset, self.was_late = threading.Event(), threading.Event()
        self.listener = socket.create_server(("0.0.0.0", port), backlog=64)

    def run(self):
        while True:
            connection, peer = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection, peer[0]), daemon=True).start()

    def serve(self, connection, peer):
        with connection:
            connection.settimeout(PATIENCE_S)
            connection.sendall(peer.encode() + b"\n")
            wish = connection.recv(1)
            kind = {b"e": self.echo, b"c": self.count, b"r": self.reset, b"s": self.shut, b"w": self.watch}.get(wish)
            if kind:
                kind(connection)
            elif wish == b"?":  # what the others have seen
                seen = [self.was_late.wait(SEEN_S), self.was_reset.wait(SEEN_S)] if connection.recv(1) == b"r" else []
                connection.sendall(json.dumps(seen or [self.was_late.wait(SEEN_S)]).encode())

    @staticmethod
    def echo(connection):
        while chunk := connection.recv(1 << 16):
            connection.sendall(chunk)

    @staticmethod
    def count(connection):
        total = 0
        while chunk := connection.recv(1 << 16):
            total += len(chunk)
        connection.sendall(str(total).encode())

    @staticmethod
    def reset(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def shut(self, connection):
        connection.shutdown(socket.SHUT_WR)
        if connection.recv(4) == b"late":
            self.was_late.set()

    def watch(self, connection):
        try:
            connection.sendall(b"!")
            connection.recv(1)
        except ConnectionResetError:
            self.was_reset.set()


def error_name(error):
    return "reset" if isinstance(error, ConnectionResetError) else type(error).__name__


class Ask:
    def __init__(self, address, port):
        self.address, self.port = address, port

    def connect(self, port=None):
        return socket.create_connection((self.address, port or self.port), PATIENCE_S)

    def greeted(self, wish=b""):
        """A connection that has been greeted, and the greeting."""
        connection = self.connect()
        text = b""
        while not text.endswith(b"\n"):
            got = connection.recv(100)
            if not got:
                raise OSError("no greeting")
            text += got
        connection.sendall(wish)
        return connection, text.decode().strip()

    def seen(self, letters):
        connection, _ = self.greeted(letters)
        with connection:
            return json.loads(connection.recv(100))

    def source(self):
        connection, text = self.greeted()
        connection.close()
        return text

    def server_first(self):
        self.greeted()[0].close()
        return "ok"

    def intact(self):
        """8 MB there and back, checked; the sender does not wait for the reader."""
        connection, _ = self.greeted(b"e")
        data = random.Random(7).randbytes(8_000_000)
        sender = threading.Thread(target=lambda: (connection.sendall(data), connection.shutdown(socket.SHUT_WR)))
        sender.start()
        digest, size = hashlib.sha256(), 0
        while chunk := connection.recv(1 << 16):
            digest.update(chunk)
            size += len(chunk)
        sender.join()
        connection.close()
        return (
            "ok" if size == len(data) and digest.digest() == hashlib.sha256(data).digest() else f"{size} bytes, changed"
        )

    def half_close_by_client(self):
        connection, _ = self.greeted(b"c" + b"x" * 1_000_000)
        with connection:
            connection.shutdown(socket.SHUT_WR)
            return "ok" if connection.recv(100) == b"1000000" else "cut off"

    def half_close_by_server(self):
        connection, _ = self.greeted(b"s")
        with connection:
            if connection.recv(1) != b"":
                return "no end of file"
            time.sleep(0.05)
            connection.sendall(b"late")
            return "ok" if self.seen(b"?-") == [True] else "cut off"

    def reset_by_server(self):
        connection, _ = self.greeted(b"r")
        with connection:
            return "closed" if connection.recv(1) == b"" else "data"

    def reset_by_client(self):
        connection, _ = self.greeted(b"w")
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.close()
        return "reset" if self.seen(b"?r")[1] else "closed"

    def refused(self):
        try:
            connection = self.connect(self.port + 1)
        except ConnectionRefusedError:
            return "refused"
        with connection:
            return "connected, then closed" if connection.recv(1) == b"" else "data"

    def own_port(self):
        """To the proxy's own ports, which must lead nowhere: else it calls itself until it has no descriptors."""
        words = set()
        for port in CAPTURES:
            try:
                with self.connect(port) as connection:
                    connection.sendall(b"hello")
                    words.add("closed" if connection.recv(1) == b"" else "data")
            except ConnectionRefusedError:
                words.add("refused")
            except OSError as error:
                words.add(error_name(error))
        return " or ".join(sorted(words))

    def run(self, more):
        result = {}
        for name in (*KINDS, *more):
            try:
                result[name] = getattr(self, name)()
            except (OSError, ValueError, IndexError) as error:
                result[name] = error_name(error)
        print(json.dumps(result))


def main():
    uid, kind, *rest = sys.argv[1:]
    os.setgroups([])
    os.setgid(int(uid))
    os.setuid(int(uid))
    if kind == "hold":
        hold(rest[0], int(rest[1]), int(rest[2]))
    elif kind == "answer":
        server = Answer(int(rest[0]))
        threading.Thread(target=server.run, daemon=True).start()
        print("ready", flush=True)
        sys.stdin.read()
    else:
        Ask(rest[0], int(rest[1])).run(rest[2:])


main()
