"""Hostile and broken clients, and the kubelet's probes in between, which must go on being answered."""

import os
import resource
import socket
import threading
import time

from lab import PATIENCE, SANITIZED, App, Status, answer, http_probe, in_time, listening, status_of, until

READY = "/app-health/web/readyz"
BEARABLE = 1 if not SANITIZED else 10  # seconds: the kubelet's shortest time-out


class Kubelet:
    """Asks for readiness and a probe all the time; what fails or takes too long is remembered."""

    def __init__(self, status, paths=("/healthz/ready", READY)):
        self.status, self.paths, self.worst, self.failures, self.count = status, paths, 0, [], 0
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ends.is_set():
            for path in self.paths:
                started = time.monotonic()
                try:
                    code = self.status.ask(path).status
                except OSError as error:
                    code = repr(error)
                self.worst = max(self.worst, time.monotonic() - started)
                self.count += 1
                if code != 200:
                    self.failures.append((path, code))
            self.ends.wait(0.02)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()

    def check(self):
        """Gives the time of the slowest."""
        assert not self.failures and self.count, self.failures[:5]
        return self.worst


def good(run, **more):
    """A server and its kubelet, while run(status) does its worst."""
    with App(ok=answer(200)) as app, Status(probes={READY: http_probe(app.port), **more.pop("probes", {})}, **more) as status:
        def slowest():
            with Kubelet(status) as kubelet:
                until(lambda: kubelet.count)
                run(status)
                time.sleep(0.2)
            return kubelet.check()
        in_time(BEARABLE, slowest)
        assert SANITIZED or status.memory("VmHWM") < 12 * 1024, status.memory("VmHWM")


def test_five_thousand_that_say_nothing():
    wanted = 5000
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit < wanted + 500:
        wanted = limit - 500
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    def run(status):
        held = [socket.create_connection(("127.0.0.1", status.port)) for _ in range(wanted)]
        time.sleep(0.5)
        for client in held[:500]:
            try:
                client.sendall(b"GET /healthz/ready HT")
            except OSError:
                pass
        for client in held:
            client.close()
    good(run)


def test_slow_loris():
    def run(status):
        held = [socket.create_connection(("127.0.0.1", status.port)) for _ in range(300)]
        for byte in b"GET /healthz/ready HTTP/1.1\r\n":
            for client in held:
                try:
                    client.send(bytes([byte]))
                except OSError:
                    pass
        for client in held:
            client.close()
    good(run)


def test_a_head_must_come_in_ten_seconds():
    with Status() as status:
        started = time.monotonic()
        with socket.create_connection(("127.0.0.1", status.port), PATIENCE + 15) as client:
            client.sendall(b"GET / HTTP")
            assert client.recv(100) == b"" and 9 < time.monotonic() - started


def test_what_is_no_request_is_refused():
    with Status() as status:
        for sent, wanted in (("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
                             ("\0\1\2\3\r\n\r\n", 400), ("\x16\x03\x01\x02\0\1\0\1\xfc\n\n", 400),
                             ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400), ("GET / HTTP/3\r\nHost: a\r\n\r\n", 505),
                             ("POST /drain HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
                             ("POST /drain HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
                             ("POST /drain HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n", 400),
                             ("POST /drain HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
                             ("GET / HTTP/1.1\r\nHost: a\r\n" + "A: b\r\n" * 100 + "\r\n", 431),
                             ("GET / HTTP/1.1\r\nHost: a\r\nA: " + "b" * 40000, 431), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)):
            got = status.raw(sent.encode("latin-1"))
            assert status_of(got) == wanted and b"Connection: close" in got, (sent[:60], got[:200])
        assert "asked" not in status.logged()
        assert status.raw("", ends=True) == b"" and status.raw("GET / HT", ends=True) == b""


def test_a_client_that_half_closes_is_answered():
    with App(ok=answer(200, "well")) as app, Status(probes={READY: http_probe(app.port)}) as status:
        for path in "/healthz/ready", READY, "/metrics":
            got = status.raw(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n", ends=True)
            assert status_of(got) == 200, (path, got)


def test_noise():
    def run(status):
        for seed in range(300):
            noise = b"".join(os.urandom(1) * (1 + seed % 7) for _ in range(seed * 7))
            with socket.create_connection(("127.0.0.1", status.port)) as client:
                try:
                    client.sendall(noise)
                    client.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
    good(run)


def test_a_thousand_requests_and_not_one_answer_read():
    def run(status):
        held = []
        for _ in range(30):
            client = socket.create_connection(("127.0.0.1", status.port))
            client.setblocking(False)
            try:
                for _ in range(1000):
                    client.send(b"GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n" * 100)
            except OSError:
                pass
            held.append(client)
        time.sleep(0.3)
        for client in held:
            client.close()
    good(run)


def test_apps_that_hang_are_no_reason_not_to_be_ready():
    with listening(lambda client: time.sleep(60)) as silent:
        hanging = {"/app-health/hangs/livez": {"httpGet": {"path": "/", "port": silent}}}
        with Status(probes=hanging, scrape={"port": str(silent)}) as status:
            held = []
            for path in "/app-health/hangs/livez", "/metrics":
                for _ in range(40):
                    client = socket.create_connection(("127.0.0.1", status.port))
                    client.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
                    held.append(client)
            until(lambda: status.threads() == 16 + 3)

            def slowest():
                with Kubelet(status, ["/healthz/ready"]) as kubelet:
                    until(lambda: kubelet.count > 20)
                return kubelet.check()

            in_time(BEARABLE, slowest)
            for _ in range(20):  # beyond the queue: at once, and no more threads
                client = socket.create_connection(("127.0.0.1", status.port))
                client.sendall(b"GET /app-health/hangs/livez HTTP/1.1\r\nHost: h\r\n\r\n")
                held.append(client)
            assert held[-1].recv(100).startswith(b"HTTP/1.1 503")
            assert status.threads() <= 16 + 3 + 2
            for client in held:
                client.close()
            until(lambda: status.threads() == 0)


def test_slow_readiness_is_not_asked_by_too_many():
    with Status() as status:
        assert status.ask("/healthz/ready").status == 200
        status.tell("slow 300")
        codes = []
        threads = [threading.Thread(target=lambda: codes.append(status.ask("/healthz/ready").status)) for _ in range(60)]
        for thread in threads:
            thread.start()
        assert status.ask("/nothing").status == 404
        most = before = 0
        while any(thread.is_alive() for thread in threads):
            now = status.threads()  # one that has ended may still be seen for a moment
            most, before = max(most, min(before, now)), now
            time.sleep(0.02)
        assert codes == [200] * 60 and most == 2, (codes, most)


def test_the_end_does_not_wait_for_anybody():
    with listening(lambda client: time.sleep(300)) as silent:
        with Status(probes={READY: {"httpGet": {"path": "/", "port": silent}}}, scrape={"port": str(silent)}) as status:
            held = []
            for path in READY, "/metrics", "/nothing":
                client = socket.create_connection(("127.0.0.1", status.port))
                client.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
                held.append(client)
            until(lambda: status.threads() == 2)
            status.process.stdin.close()
            assert status.process.wait(PATIENCE) == 0
            for client in held:
                client.close()


def test_without_descriptors_somebody_idle_goes():
    with App(ok=answer(200)) as app, Status(probes={READY: http_probe(app.port)}) as status:
        resource.prlimit(status.process.pid, resource.RLIMIT_NOFILE, (40, 40))
        held = [socket.create_connection(("127.0.0.1", status.port)) for _ in range(100)]

        def ask():
            started = time.monotonic()
            assert status.ask("/healthz/ready").status == 200
            return time.monotonic() - started

        for _ in range(5):
            in_time(BEARABLE, ask)
        for client in held:
            client.close()


def test_idle_it_needs_little():
    with App(ok=answer(200), metrics=answer(200, "a 1\n" * 100000)) as app:
        with Status(probes={READY: http_probe(app.port)}, scrape={"port": str(app.port)}) as status:
            before = status.memory()
            for _ in range(20):
                status.ask(READY)
                status.ask("/metrics")
            assert SANITIZED or until(lambda: status.memory() < 2048, f"{status.memory()} KiB")
            until(lambda: status.threads() == 0)
            assert SANITIZED or before < 3072, before

            def ticks():
                with open(f"/proc/{status.process.pid}/stat") as file:
                    return sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))

            def used():
                before = ticks()
                time.sleep(1)
                return ticks() - before

            assert any(used() <= 1 for _ in range(5))
