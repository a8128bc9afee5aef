"""The pod's own probes: where they go, what is passed on, and what comes of it."""

import ctypes
import os
import socket
import subprocess
import tempfile
import threading
import time

from lab import PATIENCE, App, Skip, Status, answer, certificate, http2, http_probe, listening, raw_page, until
from ports import free_port

READY = "/app-health/web/readyz"
CLONE_NEWNET = 0x40000000


def one(probe, **variables):
    return Status(probes={READY: probe}, **variables)


def test_an_http_probe_is_the_kubelets_request():
    with App(ok=answer(200, "fine", X_Secret="no")) as app, one(http_probe(app.port, "/ok?deep=1")) as status:
        got = status.ask(READY, headers={"User-Agent": "kube-probe/1.34", "X-Mine": "a", "Accept": "*/*",
                                         "Connection": "close", "Host": f"10.9.8.7:{status.port}"})
        assert (got.status, got.text) == (200, b"fine"), (got.status, got.text)
        assert got.getheader("X-Secret") is None
        [(path, headers, peer)] = app.requests
        assert path == "/ok?deep=1" and peer == "127.0.0.6", (path, peer)
        assert headers["User-Agent"] == "kube-probe/1.34" and headers["X-Mine"] == "a"
        assert headers["Host"] == f"10.9.8.7:{app.port}", headers["Host"]  # our port means the probe's
        assert headers.get_all("Connection") == ["close"] and len(headers.get_all("Host")) == 1
        for host in "example.com", "example.com:80", "[fd00::1]:8080":
            status.ask(READY, headers={"Host": host})
            assert app.requests[-1][1]["Host"] == host


def test_statuses_and_bodies_are_passed_on():
    with App(ok=answer(200, "x" * 50000), no=answer(418, "teapot"), none=answer(204), bad=answer(503, "later")) as app:
        paths = {"/ok": (200, b"x" * 10240), "/no": (418, b"teapot"), "/none": (204, b""), "/bad": (503, b"later"),
                 "/nothing": (404, b"")}
        probes = {f"/app-health/{path[1:]}/livez": http_probe(app.port, path) for path in paths}
        with Status(probes=probes) as status:
            for path, wanted in paths.items():
                got = status.ask(f"/app-health/{path[1:]}/livez")
                assert (got.status, got.text) == wanted, (path, got.status, got.text[:50])


def test_redirections_are_followed_on_the_same_host_only():
    def hops(handler):
        left = int(handler.path.rsplit("/", 1)[1])
        answer(*((302, b"") if left else (200, b"there")), Location=f"{left - 1}")(handler)

    with App(hops=hops, ok=answer(200, "there")) as app, App(ok=answer(200, "other port")) as other:
        cases = [("/hops/0", 200, b"there"), ("../hops/0", 200, b"there"), (f"http://127.0.0.1:{other.port}/ok", 200, b"other port"),
                 (f"//127.0.0.1:{other.port}/ok#x", 200, b"other port"), ("http://example.com/", 200, b""),
                 ("//127.0.0.2/ok", 200, b""), ("http://[broken", 500, b""), ("ftp://127.0.0.1/", 500, b""), ("", 200, b"")]
        pages = {f"go{i}": answer(301 + i % 2, "gone", Location=case[0]) for i, case in enumerate(cases)}
        pages |= {"plain": answer(304), "bare": answer(307, "nowhere"), "hops": hops}
        with App(**pages) as first:
            probes = {f"/app-health/{name}/livez": http_probe(first.port, f"/{name}/") for name in pages}
            probes |= {f"/app-health/hops{n}/livez": http_probe(app.port, f"/hops/{n}") for n in (9, 10)}
            with Status(probes=probes) as status:
                for i, (location, code, text) in enumerate(cases):
                    got = status.ask(f"/app-health/go{i}/livez")
                    assert (got.status, got.text) == (code, text), (location, got.status, got.text)
                for name in "plain", "bare":
                    got = status.ask(f"/app-health/{name}/livez")
                    assert (got.status, got.text) == (200, b""), (name, got.status)
                assert status.ask("/app-health/hops9/livez").text == b"there"
                assert status.ask("/app-health/hops10/livez").status == 500  # eleven requests are too many
                assert "10 redirections" in status.logged()


def test_a_host_of_its_own_stays_for_references():
    with App(ok=answer(200)) as app:
        with App(go=answer(302, Location="/ok"), far=answer(302, Location=f"http://127.0.0.1:{app.port}/ok"),
                 ok=answer(200)) as first:
            with Status(probes={READY: http_probe(first.port, "/go"), "/app-health/far/livez": http_probe(first.port, "/far")}) \
                    as status:
                status.ask(READY, headers={"Host": "example.com", "X-A": "b"})
                path, headers, _ = first.requests[-1]
                assert (path, headers["Host"], headers["X-A"]) == ("/ok", "example.com", "b"), headers
                assert headers["Referer"] == f"http://127.0.0.1:{first.port}/go", headers["Referer"]
                status.ask("/app-health/far/livez", headers={"Host": "example.com"})
                assert app.requests[-1][1]["Host"] == f"127.0.0.1:{app.port}"


def test_apps_that_do_not_answer_are_not_well():
    nobody = free_port()
    pages = {"slow": raw_page(90), "broken": raw_page(b"HTTP/1.1 200 OK\r\nA"), "noise": raw_page(b"SSH-2.0-x\r\n"),
             "closes": raw_page(), "chunks": raw_page(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")}
    with App(**pages) as app:
        probes = {f"/app-health/{name}/livez": http_probe(app.port, f"/{name}") for name in pages}
        probes["/app-health/slow/livez"]["timeoutSeconds"] = 1
        probes["/app-health/nobody/livez"] = http_probe(nobody)
        with Status(probes=probes) as status:
            for name in [*pages, "nobody"]:
                started = time.monotonic()
                got = status.ask(f"/app-health/{name}/livez")
                assert (got.status, got.text) == (500, b""), (name, got.status, got.text)
                assert name != "slow" or 0.9 < time.monotonic() - started < PATIENCE
            status.ask("/app-health/nobody/livez")
            log = status.logged()  # each said once
            assert log.count("probe-failed") == 6 and "Connection refused" in log and "the time is up" in log, log
            with App(at_port=nobody):
                for _ in range(2):
                    status.ask("/app-health/nobody/livez")
            assert status.logged().count("probe-answered") == 1, status.logged()


def test_a_status_is_known_before_the_body_is_whole():
    with App(stalls=raw_page(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", 90),
             ends=raw_page(b"HTTP/1.1 202 OK\r\nContent-Length: 100\r\n\r\npart"),
             endless=raw_page(b"HTTP/1.1 200 OK\r\n\r\n", *[b"y" * 9000] * 2, 90)) as app:
        probes = {f"/app-health/{name}/livez": http_probe(app.port, f"/{name}", timeout=5)
                  for name in ("stalls", "ends", "endless")}
        with Status(probes=probes) as status:
            assert (lambda got: (got.status, got.text))(status.ask("/app-health/stalls/livez")) == (200, b"part")
            assert (lambda got: (got.status, got.text))(status.ask("/app-health/ends/livez")) == (202, b"part")
            assert len(status.ask("/app-health/endless/livez").text) == 10240


def test_a_probe_without_a_time_out_ends_when_its_client_goes():
    with App(slow=raw_page(60)) as app, one({"httpGet": {"path": "/slow", "port": app.port}}) as status:
        with socket.create_connection(("127.0.0.1", status.port)) as client:
            client.sendall(f"GET {READY} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
            end = time.monotonic() + PATIENCE
            while status.threads() < 1 and time.monotonic() < end:
                time.sleep(0.01)
            assert status.threads() == 1
        while status.threads() > 0 and time.monotonic() < end:
            time.sleep(0.02)
        assert status.threads() == 0


def test_https_is_not_verified():
    with tempfile.TemporaryDirectory() as folder:
        context = certificate(folder)
        with App(tls=context, ok=answer(200, "safe")) as app, one(http_probe(app.port, scheme="HTTPS")) as status:
            for _ in range(3):
                got = status.ask(READY)
                assert (got.status, got.text) == (200, b"safe"), (got.status, status.logged())
            assert app.requests[0][2] == "127.0.0.6"


def test_https_by_http_2_where_the_server_prefers_it():
    def respond(headers, _):
        seen.append(headers)
        if headers[":path"] == "/ok":
            return [({":status": "200", "x-a": "b"}.items(), b"two")]
        if headers[":path"] == "/go":
            return [({":status": "302", "location": "/ok"}.items(), b"")]
        if headers[":path"] == "/long":
            return [({":status": "201"}.items(), b"z" * 16000)]
        return None

    seen = []
    with tempfile.TemporaryDirectory() as folder:
        context = certificate(folder)
        context.set_alpn_protocols(["h2"])
        with http2(respond, context) as port:
            probes = {f"/app-health/{name}/livez": http_probe(port, f"/{name}", scheme="HTTPS")
                      for name in ("ok", "go", "long", "reset")}
            with Status(probes=probes) as status:
                got = status.ask("/app-health/ok/livez", headers={"User-Agent": "kube-probe/1", "Host": "here:9"})
                assert (got.status, got.text) == (200, b"two"), (got.status, status.logged())
                assert seen[0][":authority"] == "here:9" and seen[0]["user-agent"] == "kube-probe/1", seen[0]
                assert "connection" not in seen[0] and "host" not in seen[0]
                assert status.ask("/app-health/go/livez").text == b"two"
                got = status.ask("/app-health/long/livez")
                assert (got.status, len(got.text)) == (201, 10240), (got.status, len(got.text))
                assert status.ask("/app-health/reset/livez").status == 500
            with one(http_probe(port, "/ok", scheme="HTTPS"), NO_HTTP2="true") as status:
                assert status.ask(READY).status == 500  # it speaks nothing else


def test_tls_that_is_none():
    with App(ok=answer(200)) as app, one(http_probe(app.port, scheme="HTTPS")) as status:
        assert status.ask(READY).status == 500
        assert "TLS handshake" in status.logged()


def test_tcp_probes():
    peers = []
    nobody = free_port()
    with listening(lambda client: peers.append(client.getpeername())) as port:
        probes = {READY: {"tcpSocket": {"port": port}, "timeoutSeconds": PATIENCE},
                  "/app-health/past/livez": {"tcpSocket": {"port": port}, "timeoutSeconds": -1},
                  "/app-health/no/livez": {"tcpSocket": {"port": nobody}}}
        with Status(probes=probes) as status:
            assert status.ask(READY).status == 200 and status.ask(READY).text == b""
            assert status.ask("/app-health/no/livez").status == 500
            assert status.ask("/app-health/past/livez").status == 500
            until(lambda: len(peers) >= 2, "the second connection")
    assert [peer[0] for peer in peers] == ["127.0.0.6"] * 2, peers


def grpc_answer(code, serving=None):
    if serving is None:
        return [({":status": "200", "content-type": "application/grpc", "grpc-status": str(code)}.items(), b"")]
    message = bytes([8, serving]) if serving else b""
    return [({":status": "200", "content-type": "application/grpc"}.items(),
             b"\0\0\0\0" + bytes([len(message)]) + message), ({"grpc-status": str(code)}.items(), b"")]


def test_grpc_probes():
    def respond(headers, body):
        seen.append((headers, body))
        return {"": grpc_answer(0, 1), "no": grpc_answer(0, 2), "unknown": grpc_answer(0, 0), "missing": grpc_answer(12),
                "broken": [({":status": "200"}.items(), b"\0\0\0\0\2\x08"), ({"grpc-status": "0"}.items(), b"")],
                "web": [({":status": "404"}.items(), b"")], "reset": None}[body[7:].decode()]

    seen = []
    with http2(respond) as port:
        names = ["", "no", "unknown", "missing", "broken", "web", "reset"]
        probes = {f"/app-health/a{i}/livez": {"grpc": {"port": port, "service": name}, "timeoutSeconds": PATIENCE}
                  for i, name in enumerate(names)}
        probes["/app-health/null/livez"] = {"grpc": {"port": port, "service": None}, "timeoutSeconds": PATIENCE}
        probes["/app-health/late/livez"] = {"grpc": {"port": port}}
        with Status(probes=probes) as status:
            got = status.ask("/app-health/a0/livez", headers={"User-Agent": "kube-probe/1.34"})
            assert (got.status, got.text) == (200, b""), (got.status, status.logged())
            headers, body = seen[0]
            assert headers[":path"] == "/grpc.health.v1.Health/Check" and headers[":method"] == "POST"
            assert headers["user-agent"].startswith("kube-probe/1.34 ") and headers["te"] == "trailers", headers
            assert headers[":authority"] == f"127.0.0.1:{port}" and body == b"\0\0\0\0\0"
            assert status.ask("/app-health/null/livez").status == 200
            for i, name in enumerate(names[1:], 1):
                assert status.ask(f"/app-health/a{i}/livez").status == 500, name
            assert seen[2][1] == b"\0\0\0\0\x04\x0a\x02no", seen[2][1]
            assert status.ask("/app-health/late/livez").status == 500
            log = status.logged()
            for words in "no time at all", "NOT_SERVING", "does not implement", "HTTP status 404", "no HealthCheckResponse":
                assert words in log, (words, log)


def test_grpc_servers_that_are_none():
    with App(ok=answer(200)) as app, listening(lambda client: time.sleep(90)) as silent:
        probes = {READY: {"grpc": {"port": app.port}, "timeoutSeconds": PATIENCE},
                  "/app-health/silent/livez": {"grpc": {"port": silent}, "timeoutSeconds": 1}}
        with Status(probes=probes) as status:
            assert status.ask(READY).status == 500
            assert status.ask("/app-health/silent/livez").status == 500
            assert "the time is up" in status.logged()


def test_where_probes_go():
    with App(ok=answer(200, "v4")) as app:
        with one(http_probe(app.port), INSTANCE_IP="") as status:
            assert status.ask(READY).text == b"v4"
        with one(http_probe(app.port), INSTANCE_IP="192.0.2.1", REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION="1") as status:
            assert status.ask(READY).text == b"v4"
            assert app.requests[-1][2] == "127.0.0.6"
    with App(address="127.0.0.9", ok=answer(200, "there")) as app, one(http_probe(app.port), INSTANCE_IP="127.0.0.9") as status:
        assert status.ask(READY).text == b"there"


def in_namespace(test):
    """Runs it in a network namespace of its own, with loopback on it: in a thread, whose children and threads have the
    same. (A fork would have the other tests' locks as they happen to be.)"""
    if os.geteuid() != 0:
        raise Skip("a network namespace needs root")
    problems = []

    def body():
        try:
            assert ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            test()
        except BaseException as problem:
            problems.append(problem)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if problems:
        raise problems[0]


def test_ipv6_comes_from_its_own_address():
    def inside():
        with App(family=socket.AF_INET6, address="::1", ok=answer(200, "six")) as app:
            with one(http_probe(app.port), INSTANCE_IP="::1") as status:
                assert status.ask(READY).status == 500  # ::6 is nobody's yet
                assert "cannot bind the source address" in status.logged()
                subprocess.run(["ip", "-6", "addr", "add", "::6/128", "dev", "lo", "nodad"], check=True)
                got = status.ask(READY, address="::1")
                assert (got.status, got.text) == (200, b"six"), status.logged()
                assert app.requests[-1][2] == "::6"
    in_namespace(inside)
