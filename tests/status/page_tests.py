"""Readiness, drain, quit, what is not there, and HTTP/1.1 itself."""

import http.client
import socket

from lab import PATIENCE, Skip, Status, status_of


def own_address():
    """An address of this machine that is no loopback one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            raise Skip("this machine has no address but loopback's")
        return probe.getsockname()[0]


def test_readiness_by_any_method_on_both_ports():
    with Status() as status:
        for wanted, word in (200, "ready"), (503, "not-ready"), (200, "ready"):
            status.tell(word)
            for port in status.port, status.ready_port:
                for method in "GET", "HEAD", "POST", "PUT", "OPTIONS":
                    answer = status.ask("/healthz/ready", method, port)
                    assert (answer.status, answer.text) == (wanted, b""), (word, port, method, answer.status)
                    assert answer.getheader("Content-Length") == "0" and answer.getheader("Date")
        log = status.logged()
        assert log.count("not-ready") == 1 and log.count(" ready\n") == 2, log  # said when it changes


def test_what_is_not_there():
    with Status() as status:
        for path, port in (("/", None), ("/healthz", None), ("/healthz/ready/", None), ("/app-health", None),
                           ("/metrics", status.ready_port), ("/app-health/a/livez", status.ready_port),
                           ("/quitquitquit", status.ready_port), ("/healthz/ready", status.metrics_port),
                           ("/metrics", status.metrics_port)):
            answer = status.ask(path, port=port)
            assert answer.status == 404 and answer.text == b"404 page not found\n", (path, port, answer.status)
        for path in "/app-health/a/livez", "/app-health/", "/app-lifecycle/x/prestopz":
            answer = status.ask(path)
            assert answer.status == 400, answer.status
            assert answer.text == b"app prober config does not exists for " + path.encode(), answer.text


def test_drain_and_quit_are_for_posts_from_this_machine():
    with Status() as status:
        for path, said in (("/drain", "drain-asked"), ("/quitquitquit", "quit-asked")):
            for address, source in ("127.0.0.1", None), ("127.0.0.1", "127.0.0.6"), ("::1", None):
                answer = status.ask(path, "POST", address=address, source=source)
                assert (answer.status, answer.text) == (200, b"OK"), (address, answer.status, answer.text)
                assert status.said() == said
            for method in "GET", "PUT", "HEAD":
                answer = status.ask(path, method)
                assert answer.status == 405 and answer.text in (b"Method Not Allowed\n", b""), answer.text
        assert status.ask("/debug/ndsz").status == 404 and status.ask("/debug/ndsz").text == b"{}"


def test_strangers_are_refused_what_is_local():
    address = own_address()
    with Status(METRICS_LOCALHOST_ACCESS_ONLY="true") as status, Status() as open_status:
        for path in "/drain", "/quitquitquit", "/metrics", "/stats/prometheus", "/debug/ndsz":
            answer = status.ask(path, "POST", address=address)
            assert answer.status == 403, (path, answer.status)
            assert answer.text == b"Only requests from localhost are allowed\n"
        assert status.ask("/metrics").status == 200
        for path in "/metrics", "/stats/prometheus", "/healthz/ready":
            assert open_status.ask(path, address=address).status == 200
        status.tell("ready")  # nothing was said before "done": nobody was told to drain
        assert "asked" not in status.logged()


def test_a_connection_serves_many_requests():
    with Status() as status:
        connection = http.client.HTTPConnection("127.0.0.1", status.port, timeout=PATIENCE)
        for _ in range(50):
            for path, wanted in ("/healthz/ready", 200), ("/nothing", 404), ("/app-health/a/livez", 400), ("/metrics", 200):
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == wanted and not answer.will_close
        connection.close()


def test_requests_in_a_row_are_answered_in_their_order():
    with Status() as status:
        one = "GET {} HTTP/1.1\r\nHost: h\r\n\r\n"
        paths = ["/healthz/ready", "/nothing", "/drain", "/app-health/x/livez"] * 100
        sent = "".join(map(one.format, paths)) + "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        got = status.raw(sent)
        codes = [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:]]
        assert codes == [200, 404, 405, 400] * 100 + [404], codes


def test_http_1_0_ends_with_the_connection():
    with Status() as status:
        got = status.raw("GET /healthz/ready HTTP/1.0\r\n\r\n")
        assert status_of(got) == 200 and b"Connection: close" in got
        got = status.raw("GET /metrics HTTP/1.0\r\n\r\n")
        assert b"chunked" not in got and got.endswith(b"proxy_up 1\n"), got[-200:]
        got = status.raw("GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert b"Connection: close" in got and got.endswith(b"proxy_up 1\n")  # its end is the connection's
        got = status.raw("GET /nothing HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /nothing HTTP/1.0\r\n\r\n")
        assert got.count(b"HTTP/1.1 404") == 2 and got.count(b"Connection: keep-alive") == 1


def test_heads_of_metrics_have_no_content():
    with Status() as status:
        got = status.raw("HEAD /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        assert status_of(got) == 200 and got.endswith(b"\r\n\r\n") and got.count(b"\r\n\r\n") == 1, got


def test_content_of_requests_is_read_away():
    with Status() as status:
        tail = "GET /nothing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        for framing, content in (("Content-Length: 5", "hello"), ("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n"),
                                 ("Content-Length: 60000", "x" * 60000)):
            got = status.raw(f"POST /drain HTTP/1.1\r\nHost: h\r\n{framing}\r\n\r\n{content}{tail}")
            assert got.count(b"HTTP/1.1 ") == 2 and status_of(got) == 200 and b"404" in got, (framing, got)
        got = status.raw("POST /drain HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + "x" * 100000)
        assert status_of(got) == 413, got
        with socket.create_connection(("127.0.0.1", status.port), PATIENCE) as client:
            client.sendall(b"POST /drain HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
            assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.sendall(b"x")
            assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_paths_are_what_they_mean():
    with Status() as status:
        for target in ("/healthz/ready?verbose", "/%68ealthz/ready", "http://other:1/healthz/ready?x"):
            assert status_of(status.raw(f"GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")) == 200, target


def test_an_escaped_slash_is_none():
    with Status() as status:
        assert status.ask("/healthz%2Fready").status == 404


def test_ports_that_are_off_are_not_opened():
    import subprocess
    import lab
    process = subprocess.Popen([lab.program(), "0", "0", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "listening\n"
    with open(f"/proc/{process.pid}/net/tcp6") as table:
        inodes = {line.split()[9] for line in list(table)[1:] if line.split()[3] == "0A"}
    import os
    mine = {os.readlink(f"/proc/{process.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{process.pid}/fd")}
    assert not {f"socket:[{inode}]" for inode in inodes} & mine
    process.communicate("quit\n", timeout=PATIENCE)
    assert process.returncode == 0
