"""`pillion wait` and `pillion request`, and what the server's program refuses to start with."""

import contextlib
import os
import socket
import subprocess
import threading
import time

from lab import PATIENCE, App, Skip, Status, answer, raw_page
from ports import free_port


def pillion(*arguments):
    return subprocess.run([os.environ["PILLION_BUILD"], *map(str, arguments)], capture_output=True, text=True,
                          timeout=PATIENCE)


def test_wait_ends_when_the_proxy_is_ready():
    with Status() as status:
        url = f"http://localhost:{status.ready_port}/healthz/ready"
        assert pillion("wait", "--url", url).returncode == 0
        status.tell("not-ready")
        process = subprocess.Popen([os.environ["PILLION_BUILD"], "wait", f"--url={url}", "--periodMillis=20"])
        time.sleep(0.3)
        assert process.poll() is None
        status.tell("ready")
        assert process.wait(PATIENCE) == 0


def test_wait_begins_before_the_proxy():
    port = free_port()
    process = subprocess.Popen([os.environ["PILLION_BUILD"], "wait", "--url", f"http://localhost:{port}/x"])
    time.sleep(0.1)
    with socket.socket(socket.AF_INET6) as listener:  # ::1 alone
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(("::1", port))
        listener.listen()

        def serve():
            while True:  # who is answered too late asks once more
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client, contextlib.suppress(OSError):
                    client.recv(1000)
                    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert process.wait(PATIENCE) == 0
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_wait_gives_up():
    with App(no=answer(503), slow=raw_page(60)) as app:
        nobody = free_port()
        for url, words, limit in ((f"http://127.0.0.1:{app.port}/no", "HTTP status code 503", 10000),
                                  (f"http://127.0.0.1:{app.port}/slow", "the time is up", 300),
                                  (f"http://localhost:{nobody}/", "Connection refused", 10000)):
            result = pillion("wait", "--url", url, "--timeoutSeconds", 4, "--requestTimeoutMillis", limit)
            assert result.returncode == 1 and words in result.stderr and result.stdout == "", result
            assert "not ready within 4 seconds" in result.stderr
        many = [request for request in app.requests if request[0] == "/no"]
        assert 4 <= len(many) <= 20, len(many)  # 5, 10, 20 ... 320, 500, 500 ... ms


def test_wait_refuses_what_it_cannot_understand():
    for words in ("--url", "ftp://x/"), ("--url", "https://x/"), ("--periodMillis", "-1"), ("--timeoutSeconds", "x"), ("now",):
        result = pillion("wait", *words)
        assert result.returncode == 2 and result.stderr.startswith("pillion wait: "), result


def test_request_prints_the_body_alone():
    class Fixed:
        """One of the four ports, if it is free."""

        def __enter__(self):
            self.listener = socket.socket()
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            for self.port in 15000, 15004:
                try:
                    self.listener.bind(("127.0.0.1", self.port))
                    self.listener.listen()
                    return self
                except OSError:
                    continue
            raise Skip("ports 15000 and 15004 are in use")

        def __exit__(self, *_):
            self.listener.close()

        def answer(self, text):
            def serve():
                client, _ = self.listener.accept()
                got = b""
                while b"\r\n\r\n" not in got or not got.endswith((b"\r\n\r\n", b"body")):
                    got += client.recv(65536)
                self.got = got.decode()
                client.sendall(text)
                client.close()
            self.thread = threading.Thread(target=serve, daemon=True)
            self.thread.start()

    with Fixed() as fixed:
        flag = f"--debug-port={fixed.port}"
        fixed.answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        result = pillion("request", flag, "GET", "stats?format=json")
        assert (result.returncode, result.stdout, result.stderr) == (0, "abc\n", ""), result
        assert fixed.got.startswith(f"GET /stats?format=json HTTP/1.1\r\nHost: localhost:{fixed.port}\r\n"), fixed.got
        fixed.answer(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")
        result = pillion("request", "POST", "/logging", "body", flag)
        assert (result.returncode, result.stdout) == (0, "no\n"), result
        assert fixed.got.endswith("Content-Length: 4\r\n\r\nbody") and fixed.got.startswith("POST /logging ")
        fixed.answer(b"HTTP/1.1 500 No\r\nContent-Length: 6\r\n\r\nbroken")
        result = pillion("request", flag, "GET", "x")
        assert result.returncode == 1 and "status code 500: broken" in result.stderr and not result.stdout, result
        fixed.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nbro")
        result = pillion("request", flag, "GET", "x")
        assert result.returncode == 1 and "middle of the answer" in result.stderr and not result.stdout, result


def test_request_refuses_what_it_cannot_understand():
    for words in (("GET",), ("--debug-port", "80", "GET", "x"), ("G T", "x"), ("GET", "a b"), ("GET", "a\r\nX: y")):
        result = pillion("request", *words)
        assert result.returncode == 2 and result.stderr.startswith("pillion request: "), result


def test_what_the_server_does_not_start_with():
    good = {"httpGet": {"path": "/", "port": 80}}
    for variables, words in (({"probes": {"/app-health/a/b": good}}, "ISTIO_KUBE_APP_PROBERS:1:2: "),
                             ({"probes": {"/app-health/a/livez": {"httpGet": {"port": "http"}}}}, "want a number"),
                             ({"probes": "{"}, "ISTIO_KUBE_APP_PROBERS:1:"),
                             ({"scrape": {"port": "15090"}}, "ISTIO_PROMETHEUS_ANNOTATIONS:1:"),
                             ({"scrape": ""}, "ISTIO_PROMETHEUS_ANNOTATIONS:1:"),
                             ({"INSTANCE_IP": "here"}, '"here" is no address')):
        status = Status(**variables)
        assert status.first == "" and status.process.wait(PATIENCE) == 1, variables
        assert words in status.logged(), status.logged()
        status.process.stdin.close()
        status.process.stdout.close()
        status.log.close()
