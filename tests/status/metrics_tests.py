"""The agent's, the proxy's and the app's metrics in one answer."""

import http.client
import re
import socket
import time

from lab import PATIENCE, SANITIZED, App, Status, answer, in_time, listening, raw_page
from ports import free_port

OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def target(port, path="/metrics"):
    return {"scrape": "true", "port": str(port), "path": path}


def targets(*ports, path="/metrics"):
    return {"scrape": "true", "targets": [{"port": str(port), "path": path} for port in ports]}


def failures(text, kind):
    return int(re.search(f'scrape_failures_total{{type="{kind}"}} (\\d+)', text.decode())[1])


def test_the_app_comes_last():
    with App(metrics=answer(200, "app_up 1\n# EOF\n", Content_Type=OPEN)) as app, Status(scrape=target(app.port)) as status:
        for path in "/stats/prometheus", "/metrics":
            got = status.ask(path, headers={"User-Agent": "Prometheus/3", "X-Prometheus-Scrape-Timeout-Seconds": "9.5"})
            places = [got.text.index(name) for name in (b"istio_agent_scrapes_total", b"proxy_up 1\n", b"app_up 1\n")]
            assert places == sorted(places) and got.text.endswith(b"app_up 1\n# EOF\n"), got.text[-200:]
            assert got.status == 200 and got.getheader("Content-Type") == OPEN
        path, headers, peer = app.requests[0]
        assert (path, peer) == ("/metrics", "127.0.0.1"), peer
        assert headers["User-Agent"] == "Prometheus/3" and headers["X-Prometheus-Scrape-Timeout-Seconds"] == "9.5"
        assert headers["Host"] == f"localhost:{app.port}" and headers["Accept"] == "text/plain;version=0.0.4"
        assert b"istio_agent_scrapes_total 2\n" in got.text and failures(got.text, "application") == 0
        for name in "process_resident_memory_bytes", "process_open_fds", "process_start_time_seconds":
            assert float(re.search(f"\nistio_agent_{name} (.*)", got.text.decode())[1]) > 0
        started = float(re.search("\nistio_agent_process_start_time_seconds (.*)", got.text.decode())[1])
        assert abs(started - time.time()) < 600


def test_without_an_app_there_is_text():
    for scrape in None, {"scrape": "false", "port": "1"}:
        with Status(scrape=scrape) as status:
            got = status.ask("/metrics", headers={"Accept": "application/openmetrics-text"})
            assert got.getheader("Content-Type") == TEXT and got.text.endswith(b"proxy_up 1\n")


def test_the_proxys_own_port_has_its_metrics_alone():
    with Status() as status:
        status.tell("metrics 3000000")
        got = status.ask("/stats/prometheus", port=status.metrics_port)
        assert got.status == 200 and got.getheader("Content-Type") == TEXT
        assert got.text.startswith(b"# TYPE proxy_up") and len(got.text) >= 3000000 and b"istio_agent" not in got.text


def test_only_what_can_be_joined_is_asked_for():
    accept = ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
              "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1")
    with App(metrics=answer(200, "a 1\n"), stats=answer(200, "envoy 1\n")) as app:
        with Status(scrape=target(app.port), ENVOY_PROMETHEUS_PORT=app.port) as status:
            status.ask("/metrics?usedonly&filter=x", headers={"Accept": accept})
            accepts = {path: headers["Accept"] for path, headers, _ in app.requests}
            assert set(accepts) == {"/metrics", "/stats/prometheus?usedonly&filter=x"}, accepts
            assert "protobuf" not in str(accepts)
            assert accepts["/metrics"].startswith("application/openmetrics-text;version=1.0.0;q=0.3,text/plain")
            assert accepts["/stats/prometheus?usedonly&filter=x"].startswith("text/plain;version=0.0.4;q=0.2")


def test_envoys_metrics_stand_between():
    with App(metrics=answer(200, "app 1"), stats=answer(200, "envoy 1")) as app:
        with Status(scrape=target(app.port), ENVOY_PROMETHEUS_PORT=app.port) as status:
            got = status.ask("/metrics")
            assert got.text.endswith(b"\nenvoy 1\napp 1\n") and b"proxy_up" not in got.text, got.text[-100:]


def test_what_fails_is_left_out_counted_and_said():
    nobody = free_port()
    with App(bad=answer(500, "no"), metrics=answer(200, "ok 1\n")) as app:
        for scrape, words in ((target(nobody), "Connection refused"), (target(app.port, "/bad"), "status 500"),
                              (target(app.port, "/nothing"), "status 404")):
            with Status(scrape=scrape) as status:
                got = status.ask("/metrics")
                assert got.status == 200 and got.getheader("Content-Type") == TEXT and got.text.endswith(b"proxy_up 1\n")
                assert failures(got.text, "application") == 1  # that it failed is known before ours are printed
                [line] = [line for line in status.logged().splitlines() if "scrape-failed" in line]
                assert words in line and f'"application {scrape["port"]}{scrape["path"]}"' in line, line
        with Status(scrape=target(app.port), ENVOY_PROMETHEUS_PORT=nobody) as status:
            got = status.ask("/metrics")
            assert failures(got.text, "envoy") == 1 and failures(got.text, "application") == 0
            assert got.text.endswith(b"ok 1\n") and f"envoy {nobody}/stats/prometheus" in status.logged()


def test_an_app_that_breaks_off_ends_with_a_whole_line():
    begun = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nfirst 1\nsecond 2\r\n"
    with App(metrics=raw_page(begun), hangs=raw_page(begun, 60)) as app:
        with Status(scrape=target(app.port)) as status:
            assert status.ask("/metrics").text.endswith(b"proxy_up 1\nfirst 1\n")
            assert failures(status.ask("/metrics").text, "application") == 1
        with Status(scrape=target(app.port, "/hangs")) as status:
            started = time.monotonic()
            got = status.ask("/metrics", headers={"X-Prometheus-Scrape-Timeout-Seconds": "5"})
            assert got.text.endswith(b"proxy_up 1\nfirst 1\n") and time.monotonic() - started > 4.4
            assert "the time is up" in status.logged()


def test_an_app_that_hangs_does_not_cost_the_proxys():
    with listening(lambda client: time.sleep(60)) as silent, App(metrics=answer(200, "there 1\n")) as app:
        with Status(scrape=targets(silent, app.port)) as status:
            def take():
                started = time.monotonic()
                got = status.ask("/metrics", headers={"X-Prometheus-Scrape-Timeout-Seconds": "5"})
                assert got.text.endswith(b"proxy_up 1\nthere 1\n"), got.text[-100:]
                return time.monotonic() - started
            in_time(5 if not SANITIZED else PATIENCE, take)
            assert failures(status.ask("/metrics", headers={"X-Prometheus-Scrape-Timeout-Seconds": "1"}).text,
                            "application") > 0


def test_redirections_within_the_app_are_followed():
    def loop(handler):
        answer(302, "", Location="/loop")(handler)

    def index(handler):
        answer(*((200, "there 1\n") if handler.path == "/metrics/" else (307, "moved")), Location="/metrics/")(handler)

    with App(metrics=index, loop=loop, far=answer(301, "", Location="http://example.com/"),
             port=answer(301, "", Location="http://localhost:1/")) as app:
        with Status(scrape=targets(app.port, app.port)) as status:
            assert status.ask("/metrics").text.endswith(b"proxy_up 1\nthere 1\nthere 1\n")
        for path, words in ("/loop", "more than 10 redirections"), ("/far", "example.com"), ("/port", "localhost:1"):
            with Status(scrape=target(app.port, path)) as status:
                assert status.ask("/metrics").text.endswith(b"proxy_up 1\n")
                assert words in status.logged(), status.logged()


def test_what_is_encoded_is_not_passed_on():
    with App(metrics=answer(200, "zzz", Content_Encoding="gzip")) as app, Status(scrape=target(app.port)) as status:
        got = status.ask("/metrics")
        assert got.text.endswith(b"proxy_up 1\n") and failures(got.text, "application") == 1
        assert "Content-Encoding" in status.logged()


def test_several_targets_have_one_end():
    with App(metrics=answer(200, "one 1\n# EOF\n", Content_Type=OPEN)) as one, \
            App(metrics=answer(200, "two 2\r\n# EOF\r\n \n", Content_Type=OPEN)) as two, \
            App(metrics=answer(200, "three 3", Content_Type=OPEN)) as three, \
            App(metrics=answer(200, "text 4\n", Content_Type="text/plain")) as text:
        with Status(scrape=targets(one.port, two.port, three.port)) as status:
            got = status.ask("/metrics")
            assert got.getheader("Content-Type") == OPEN
            assert got.text.endswith(b"proxy_up 1\none 1\ntwo 2\r\nthree 3\n# EOF\n"), got.text[-100:]
        with Status(scrape=targets(one.port, text.port)) as status:
            got = status.ask("/metrics")
            assert got.getheader("Content-Type") == TEXT and got.text.endswith(b"one 1\ntext 4\n"), got.text[-100:]
        nobody = free_port()
        with Status(scrape=targets(nobody, two.port)) as status:  # one that is not there has no format
            got = status.ask("/metrics")
            assert got.getheader("Content-Type") == OPEN and got.text.endswith(b"two 2\r\n# EOF\n"), got.text[-100:]


def test_any_number_of_bytes_passes_in_little_memory():
    line = b'metric{label="' + b"x" * 81 + b'"} 1\n'
    count = 400000  # 40 MB

    def page(handler):
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(count // 1000):
            handler.wfile.write(line * 1000)

    with App(metrics=page) as app, Status(scrape=targets(app.port, app.port)) as status:
        connection = http.client.HTTPConnection("127.0.0.1", status.port, timeout=PATIENCE)
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        got = 0
        while piece := response.read(1 << 20):
            got += len(piece)
        assert 2 * count * len(line) < got < 2 * count * len(line) + 10000, got
        assert SANITIZED or status.memory("VmHWM") < 4096, status.memory("VmHWM")


def test_long_lines_pass():
    long = b"a" * 200000
    with App(metrics=answer(200, long + b"\nshort 1\n# EOF\n" + long)) as app, Status(scrape=targets(app.port, app.port)) as status:
        assert status.ask("/metrics").text.endswith(2 * (long + b"\nshort 1\n" + long + b"\n"))


def test_a_client_that_reads_nothing_holds_up_nobody_else():
    with Status() as status:
        status.tell("metrics 20000000")
        held = []
        for _ in range(3):
            client = socket.create_connection(("127.0.0.1", status.port))
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n")
            held.append(client)
        assert status.ask("/healthz/ready").status == 200
        assert status.ask("/nothing").status == 404
        for client in held:
            client.close()
        status.tell("metrics 10")
        assert status.ask("/metrics").text.startswith(b"# HELP istio_agent")
