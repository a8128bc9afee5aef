"""The DNS proxy's surroundings: messages made by hand, resolvers that behave as they are told, the proxy itself."""

import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from ports import free_port  # noqa: E402

PATIENCE = 30  # seconds until a test gives up; machines are busy
A, CNAME, SOA, TXT, AAAA, OPT, AXFR, IXFR = 1, 5, 6, 16, 28, 41, 252, 251
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)


class Skip(Exception):
    pass


# ---- messages ----------------------------------------------------------------------------------------------------


def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


def question(text, kind=A, klass=1):
    return name(text) + struct.pack("!HH", kind, klass)


def record(owner, kind, data, ttl=60, klass=1):
    return owner + struct.pack("!HHIH", kind, klass, ttl, len(data)) + data


def opt(size, options=b""):
    return record(b"\0", OPT, options, ttl=0, klass=size)


def message(ident, flags, questions=(), answers=(), authorities=(), additionals=()):
    sections = (questions, answers, authorities, additionals)
    return struct.pack("!HHHHHH", ident, flags, *map(len, sections)) + b"".join(b"".join(part) for part in sections)


def query(text="a.test", kind=A, ident=0x1234, size=None, flags=0x0100):
    return message(ident, flags, [question(text, kind)], additionals=[opt(size)] if size else [])


def answer(asked, answers=(), flags=0x8180, additionals=(), ident=None, questions=None):
    """What a resolver says to a query that has one question."""
    end = asked.index(b"\0", 12) + 5
    return message(
        struct.unpack("!H", asked[:2])[0] if ident is None else ident,
        flags,
        [asked[12:end]] if questions is None else questions,
        answers,
        additionals=additionals,
    )


def address(text="192.0.2.1", owner=b"\xc0\x0c", ttl=60):
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return record(owner, AAAA if ":" in text else A, socket.inet_pton(family, text), ttl)


def filler(size):
    """A TXT record with so many bytes of data."""
    data = b""
    while len(data) < size:
        piece = min(255, size - len(data) - 1)
        data += bytes([piece]) + b"x" * piece
    return record(b"\xc0\x0c", TXT, data)


class Answer:
    """A message, taken apart; raises for what is none."""

    def __init__(self, data):
        self.data = data
        self.ident, self.flags, *self.counts = struct.unpack("!HHHHHH", data[:12])
        self.rcode, self.truncated = self.flags & 15, bool(self.flags & 0x200)
        at, self.questions, self.records = 12, [], []
        for _ in range(self.counts[0]):
            end = self._name_end(at)
            self.questions.append(data[at : end + 4])
            at = end + 4
        for section in (1, 2, 3):
            for _ in range(self.counts[section]):
                end = self._name_end(at)
                kind, klass, ttl, length = struct.unpack("!HHIH", data[end : end + 10])
                at = end + 10 + length
                assert at <= len(data), "a record leaves the message"
                self.records.append((section, kind, klass, data[end + 10 : at]))
        assert at == len(data), f"{len(data) - at} bytes behind the records"

    def _name_end(self, at):
        while True:
            length = self.data[at]
            if length >= 0xC0:
                return at + 2
            at += 1 + length
            if length == 0:
                return at


# ---- sockets -----------------------------------------------------------------------------------------------------


def receive(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError(f"the end after {len(data)} bytes of {count}")
        data += piece
    return data


def receive_message(connection):
    return receive(connection, struct.unpack("!H", receive(connection, 2))[0])


def framed(data):
    return struct.pack("!H", len(data)) + data


class Resolver:
    """A resolver at 127.0.0.HOST. `say(query)` gives its answers, a list of messages."""

    def __init__(self, lab, host, say, tcp=True, split=False, family=socket.AF_INET, udp=True):
        self.say, self.split, self.count, self.peers, self.idents = say, split, 0, [], []
        where = ("127.0.0.%d" % host if family == socket.AF_INET else "::1", lab.resolver_port)
        self.address, self.closed = where[0], False
        self.udp = socket.socket(family, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.udp.bind(where)
        self.tcp = socket.socket(family, socket.SOCK_STREAM)
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.tcp.bind(where)
        if tcp:
            self.tcp.listen(200)
        self.serve(lab, [self.serve_tcp] * tcp + [self.serve_udp] * udp)

    def serve(self, lab, functions):
        self.threads = [threading.Thread(target=function, daemon=True) for function in functions]
        for thread in self.threads:
            thread.start()
        lab.resolvers.append(self)

    def answers(self, data):
        self.count += 1
        self.idents.append(data[:2])
        return self.say(data)

    def serve_udp(self):
        while not self.closed:
            try:
                data, peer = self.udp.recvfrom(65535)
                if not peer:
                    return  # shut down
                self.peers.append(peer[1])
                for piece in self.answers(data):
                    self.udp.sendto(piece, peer)
            except OSError:
                if self.closed:
                    return

    def serve_tcp(self):
        while True:
            try:
                connection, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_one, args=(connection,), daemon=True).start()

    def serve_one(self, connection):
        with connection:
            try:
                while True:
                    for piece in self.answers(receive_message(connection)):
                        data = framed(piece)
                        if self.split:
                            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        for at in range(0, len(data), 1) if self.split else [None]:
                            connection.sendall(data if at is None else data[at : at + 1])
            except (OSError, EOFError):
                pass

    def close(self):
        self.closed = True
        for one in (self.udp, self.tcp):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        # Before they have gone, the descriptors' numbers must not be others': they would be served, too.
        for thread in self.threads:
            thread.join(PATIENCE)
        for one in (self.udp, self.tcp):
            one.close()


class Lab:
    """Resolvers, their resolv.conf, and the proxy."""

    def __init__(self, program):
        self.program = program
        self.resolvers, self.process = [], None
        self.folder = tempfile.TemporaryDirectory(prefix="pillion-dns-")
        self.conf = pathlib.Path(self.folder.name) / "resolv.conf"
        self.port, self.resolver_port = free_port(), free_port()
        self.lines = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        for resolver in self.resolvers:
            resolver.close()
        self.folder.cleanup()

    def write_conf(self, text):
        new = self.conf.with_suffix(".new")
        new.write_text(text)
        new.rename(self.conf)

    def start(self, *hosts, timeout_ms=20000, parallel=False, conf=None, address=None, limit=None, port=None, prefix=()):
        """The proxy, with these hosts of 127.0.0.0/8 as its resolvers. Those that answer need milliseconds, unless the machine
        stands still: a test that does not wait for the time-out has a long one."""
        if conf is None:
            conf = "".join(f"nameserver 127.0.0.{host}\n" for host in hosts)
        if conf is not False:
            self.write_conf(conf)
        argv = [
            *prefix,
            self.program,
            address or f"localhost:{self.port}",
            str(self.conf),
            str(port or self.resolver_port),
            str(timeout_ms),
            *(["parallel"] if parallel else []),
        ]
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit
        )
        first = self.process.stdout.readline()
        assert first == "listening\n", first + self.process.stderr.read()
        threading.Thread(target=self.read_lines, args=(self.process,), daemon=True).start()
        return self

    def read_lines(self, process):
        for line in process.stdout:
            self.lines.append(line.strip())

    def totals(self):
        known = sum(line.startswith("totals") for line in self.lines)
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        wait_for(lambda: sum(line.startswith("totals") for line in list(self.lines)) > known, "totals")
        last = [line for line in list(self.lines) if line.startswith("totals")][-1]
        return {key: int(value) for key, value in (word.split("=") for word in last.split()[1:])}

    def answered(self):
        return [tuple(line.split()[1:]) for line in list(self.lines) if line.startswith("answered")]

    def stop(self):
        """Ends it; whoever ends otherwise than well has failed the test."""
        process, self.process = self.process, None
        if not process:
            return
        process.stdin.close()
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError("the proxy does not end") from None
        errors = process.stderr.read()
        assert status == 0 and not errors, f"the proxy ended with {status}: {errors}"

    def udp(self, family=socket.AF_INET):
        client = socket.socket(family, socket.SOCK_DGRAM)
        client.settimeout(PATIENCE)
        client.connect(("::1" if family == socket.AF_INET6 else "127.0.0.1", self.port))
        return client

    def tcp(self):
        client = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def ask(self, data, tcp=False, family=socket.AF_INET):
        if tcp:
            with self.tcp() as client:
                client.sendall(framed(data))
                return Answer(receive_message(client))
        with self.udp(family) as client:
            client.send(data)
            return Answer(client.recv(65535))

    def files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory(self):
        """Resident KiB."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])

    def cpu(self):
        """Clock ticks used, and times it was scheduled."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        switches = 0
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            for line in (task / "status").read_text().splitlines():
                if "ctxt_switches" in line:
                    switches += int(line.split()[1])
        return int(stat[11]) + int(stat[12]), switches


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"waited in vain: {what}")
