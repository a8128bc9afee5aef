"""What the kernel has no more of: descriptors, memory, pages for pipes. Where it cannot be used up without harm to others,
strace puts the error in the place of the call."""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from lab import POD, PROXY_UID, Relay, Skip, Way, is_refused, leads_to_reset, receive, talk, until
from pass_tests import exchange

OTHER_UID = 100000 + os.getpid()  # whose allowance of pages can be used up: 1337's is that of all suites that run now


class Faults:
    """While it lasts, a system call of the relay fails with an error; without one it is only counted."""

    def __init__(self, relay, call, error=None, when=None):
        if not shutil.which("strace"):
            raise Skip("strace is missing")
        self.file, self.name = tempfile.mkstemp(prefix="rly")
        inject = ["-e", f"inject={call}:error={error}" + (f":when={when}" if when else "")] if error else []
        self.process = subprocess.Popen(["strace", "-f", "-o", self.name, "-e", f"trace={call}", *inject, "-p", str(relay.process.pid)],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        if "attached" not in line:
            self.close()
            raise Skip(f"strace cannot be used: {line.strip()}")

    def calls(self, word=""):
        return [line for line in pathlib.Path(self.name).read_text().splitlines() if "(" in line and word in line]

    def hits(self):
        return len(self.calls("(INJECTED)"))

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()
        os.close(self.file)
        os.unlink(self.name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def close_all(pairs):
    for pair in pairs:
        for s in pair:
            s.close()


def served(way):
    """A new connection is, though one before it may have reached the server and been reset there."""
    client = way.connect()
    client.sendall(b"new")
    while True:
        server, _ = way.listener.accept()
        try:
            if server.recv(3, socket.MSG_WAITALL) == b"new":
                break
        except ConnectionResetError:
            pass
        server.close()
    close_all([(client, server)])


def told(relay):
    return [line for line in list(relay.lines) if line.startswith("overflow")]


def test_clients_wait_while_none_can_be_accepted(net, program):
    for error, text in (("ENFILE", "Too many open files in system"), ("ENOMEM", "Cannot allocate memory"),
                        ("ENOBUFS", "No buffer space available"), ("EMFILE", "Too many open files")):
        with Relay(net, program) as relay, Way(net, "in", 4) as way:
            pairs = [way.pair()]
            talk(*pairs[0])
            with Faults(relay, "accept4", error) as faults:
                began = time.monotonic()
                clients = [way.connect() for _ in range(3)]  # the kernel's answer
                for client in clients:
                    client.sendall(b"hello")
                tries = 1 if error == "EMFILE" else 0
                until(lambda: faults.hits() > 4 * (tries + 1), f"it tries again after {error}")
                talk(*pairs[0])
                assert relay.ask("alive") == "yes"
                hits, passed = faults.hits(), time.monotonic() - began
                assert hits <= (passed / 0.1 + 2) * (tries + 1), f"{hits} tries in {passed:.1f} s after {error}"
            for client in clients:
                server, _ = way.listener.accept()
                assert receive(server, 5) == b"hello"
                pairs.append((client, server))
            close_all(pairs)
            until(lambda: relay.totals("in")["active"] == 0, "all ended")
            assert relay.totals("in")["UO"] == 0
            assert told(relay) == [f"overflow {text}"], (error, relay.lines)


def test_a_connection_without_a_socket_is_reset(net, program):
    with Relay(net, program) as relay, Way(net, "out", 4) as way:
        kept = way.pair()
        before = relay.descriptors()
        for error, text in (("EMFILE", "Too many open files"), ("ENFILE", "Too many open files in system"),
                            ("ENOMEM", "Cannot allocate memory"), ("ENOBUFS", "No buffer space available")):
            with Faults(relay, "socket", error):
                for _ in range(3):
                    assert leads_to_reset(net.pod, 4, way.address, way.port), error
                talk(*kept)
            assert relay.line(f"{way.port} - - {text}").startswith("ended out UO 0 0 "), relay.lines
            served(way)
        until(lambda: relay.totals("out")["active"] == 1 and relay.descriptors() == before, "nothing is left of them")
        talk(*kept)
        close_all([kept])
        assert relay.totals("out")["UO"] == 12
        assert told(relay) == ["overflow Too many open files"], relay.lines  # of one burst


def test_a_connection_that_cannot_be_watched_is_reset(net, program):
    with Relay(net, program) as relay, Way(net, "out", 4) as way:
        kept = way.pair()
        before = relay.descriptors()
        for error, text in (("ENOMEM", "Cannot allocate memory"), ("ENOSPC", "No space left on device")):
            for when in (1, 2):  # the client's, the destination's
                with Faults(relay, "epoll_ctl", error, when):
                    assert leads_to_reset(net.pod, 4, way.address, way.port), (error, when)
                    talk(*kept)
                served(way)
            until(lambda: len([line for line in list(relay.lines) if "ended out UO 0 0" in line and line.endswith(text)]) == 2, text)
        until(lambda: relay.totals("out")["active"] == 1 and relay.descriptors() == before, "nothing is left of them")
        talk(*kept)
        close_all([kept])
        assert relay.totals("out")["UO"] == 4
        assert told(relay) == ["overflow Cannot allocate memory"], relay.lines


def test_without_descriptors_a_refusal_takes_few_calls(net, program):
    with Relay(net, program) as relay, Way(net, "out", 4) as way:
        assert relay.ask(f"limit {relay.descriptors()}") == "yes"
        with Faults(relay, "accept4") as counted:
            for _ in range(5):
                assert leads_to_reset(net.pod, 4, way.address, way.port)
            relay.ask("totals")
            until(lambda: len(counted.calls("= -1 EAGAIN")) >= 1, "it has looked whether there are more")
            assert len(counted.calls()) <= 5 * 4, counted.calls()
        assert relay.totals("out")["UO"] == 5
        assert told(relay) == ["overflow no descriptors are left"], relay.lines


def test_closing_inbound_without_descriptors(net, program):
    with Relay(net, program) as relay, Way(net, "in", 4) as way:
        kept = way.pair()
        assert relay.ask(f"limit {relay.descriptors()}") == "yes"
        relay.ask("close", answers=False)
        until(lambda: is_refused(net.peer, 4, POD[4], way.port), "refused")
        talk(*kept)
        assert relay.ask("alive") == "yes"
        cpu = relay.cpu_seconds()
        time.sleep(0.5)
        assert relay.cpu_seconds() - cpu < 0.1, "it spins"
        close_all([kept])


# ---- pipes ----

def pipes(relay):
    """How many it has, beside the test's own three."""
    folder = f"/proc/{relay.process.pid}/fd"
    links = []
    for name in os.listdir(folder):
        try:
            links.append(os.readlink(f"{folder}/{name}"))
        except FileNotFoundError:
            pass
    return len({link for link in links if link.startswith("pipe:")}) - 3


class Blocked:
    """A connection with a server that sends so much that it has to be kept, and a client that does not read yet."""

    def __init__(self, net, relay, way):
        self.client, self.server = way.pair()
        self.server.setblocking(False)
        self.data, self.sent = os.urandom(1 << 20), 0
        looks = [0]

        def stands_still():
            """For so many looks, not for a time: then the machine may have stood still, and not the connection."""
            try:
                self.sent += self.server.send(memoryview(self.data)[self.sent % len(self.data):])
                looks[0] = 0
            except BlockingIOError:
                looks[0] += 1
            return looks[0] > 100
        until(stands_still, "nothing more is taken", 60)

    def finish(self):
        self.server.setblocking(True)
        self.server.shutdown(1)
        whole = self.data * (self.sent // len(self.data)) + self.data[:self.sent % len(self.data)]
        assert receive(self.client, self.sent) == whole and self.client.recv(1) == b""
        close_all([(self.client, self.server)])


def carries_without_pipes_and_with_them_later(net, relay, way, lack):
    """With pipes, without, and with them again: each time all arrives, and what has to wait is in a pipe if there is one."""
    blocked = Blocked(net, relay, way)
    until(lambda: pipes(relay) == 1, "kept in a pipe")
    blocked.finish()
    until(lambda: pipes(relay) == 0, "given back")
    with lack:
        blocked = Blocked(net, relay, way)
        assert pipes(relay) == 0
        exchange(way, 3, pace=0.0005)
        assert pipes(relay) == 0
        blocked.finish()

    def again():
        late = Blocked(net, relay, way)
        count = pipes(relay)
        late.finish()
        return count == 1
    until(again, "pipes are used again", 60)
    exchange(way, 3)
    until(lambda: relay.totals("out")["active"] == 0 and pipes(relay) == 0, "all given back")


def test_without_pipes_bytes_are_copied(net, program):
    for call, error in (("pipe2", "ENFILE"), ("pipe2", "EMFILE"), ("fcntl", "EPERM")):
        with Relay(net, program) as relay, Way(net, "out", 4) as way:
            class Lack:
                def __enter__(self):
                    self.faults = Faults(relay, call, error)

                def __exit__(self, *_):
                    hits = self.faults.hits()
                    self.faults.close()
                    assert hits, f"{call} was never tried"
            carries_without_pipes_and_with_them_later(net, relay, way, Lack())


class Hoard:
    """A process of the same user that has all the pages for pipes that the user may have (pipe(7), pipe-user-pages-soft):
    slots only, nothing is in them."""

    def __enter__(self):
        # The large ones may leave some pages: small ones take them, until a new one has less than it should.
        source = ("import fcntl,os,sys\nheld=[os.pipe()]\nwhile fcntl.fcntl(held[-1][0],1032)>=65536:\n try:\n"
                  "  fcntl.fcntl(held[-1][0],1031,1<<20)\n except PermissionError:\n  pass\n held.append(os.pipe())\n"
                  "print(len(held),flush=True)\nsys.stdin.read()\n")
        self.process = subprocess.Popen(["setpriv", f"--reuid={OTHER_UID}", f"--regid={PROXY_UID}", "--clear-groups", sys.executable, "-c", source],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert int(self.process.stdout.readline()) > 1
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def test_the_users_pages_for_pipes_are_used_up(net, program):
    soft = int(pathlib.Path("/proc/sys/fs/pipe-user-pages-soft").read_text())
    if not 0 < soft <= 65536:
        raise Skip(f"fs.pipe-user-pages-soft is {soft}")
    with Relay(net, program, uid=OTHER_UID) as relay, Way(net, "out", 4) as way:
        carries_without_pipes_and_with_them_later(net, relay, way, Hoard())
