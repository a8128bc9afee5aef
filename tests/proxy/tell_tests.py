"""What it tells: access log and metrics."""

import json
import os
import re
import signal

from lab import CLIENT, POD, Lab, echo, turned_away, until

LINE = re.compile(r'^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] "- - -" 0 (\S+) - - "(\S+)" (\d+) (\d+) (\d+) '
                  r'- "-" "-" "-" "-" "(\S+)" (\S+) (\S+) (\S+) (\S+) (\S+) -$')


def lines(path):
    """The whole ones."""
    return path.read_text().rpartition("\n")[0].splitlines() if path.exists() else []


def traffic(lab):
    with lab.outbound() as connection:
        assert echo(connection, b"x" * 1000)
    with lab.inbound() as connection:
        assert echo(connection, b"y" * 77)
    assert turned_away(lab.pod, CLIENT, 9)  # nobody listens there


def test_a_line_for_each_connection(pillion):
    with Lab(pillion) as lab:
        path = lab.folder / "access.log"
        lab.start("--accessLogFile", path)
        traffic(lab)
        until("three lines", lambda: len(lines(path)) >= 3)
        found = [LINE.match(line) for line in lines(path)]
        assert all(found), lines(path)
        [out] = [m for m in found if m[7] == "PassthroughCluster" and m[1] == "-"]
        assert (out[3], out[4], out[6], out[9]) == ("1000", "1000", f"{CLIENT}:9090", f"{CLIENT}:9090"), out[0]
        assert out[8].startswith(POD) and out[10].startswith(POD)
        [inside] = [m for m in found if m[7] == "InboundPassthroughCluster"]
        assert (inside[3], inside[6]) == ("77", f"{POD}:8080") and inside[8].startswith("127.0.0.6:"), inside[0]
        [failed] = [m for m in found if m[1] == "UF"]
        assert failed[9] == f"{CLIENT}:9" and failed[2] != "-", failed[0]


def test_a_lack_is_said_once(pillion):
    with Lab(pillion) as lab:
        proxy = lab.start(wrap=("prlimit", "--nofile=64:64"))
        held = [lab.outbound() for _ in range(16)]  # two descriptors each, and half of all are for other things
        assert all(echo(connection) for connection in held)
        for _ in range(5):
            assert turned_away(lab.pod, CLIENT, 9090)
        until("it is said", lambda: "overflow" in proxy.stderr())
        assert all(echo(connection) for connection in held)
        for connection in held:
            connection.close()
        until("room", lambda: not is_refused(lab))
        proxy.signal()
        proxy.wait()
        [line] = [line for line in proxy.stderr().splitlines() if "overflow" in line]
        assert "warn" in line.lower() and "more connections than this proxy may have" in line, line


def is_refused(lab):
    """True: turned away."""
    try:
        with lab.outbound() as connection:
            return not echo(connection)
    except ConnectionError:
        return True


def test_lines_can_be_objects(pillion):
    with Lab(pillion) as lab:
        path = lab.folder / "access.log"
        lab.start(env={"PILLION_ACCESS_LOG_FILE": str(path), "PILLION_ACCESS_LOG_ENCODING": "JSON"})
        traffic(lab)
        until("three lines", lambda: len(lines(path)) >= 3)
        found = [json.loads(line) for line in lines(path)]
        [out] = [o for o in found if o["upstream_cluster"] == "PassthroughCluster" and o["response_flags"] == "-"]
        assert out["bytes_sent"] == 1000 and out["upstream_host"] == f"{CLIENT}:9090" and out["method"] is None


def test_a_log_that_is_renamed_is_opened_anew(pillion):
    with Lab(pillion) as lab:
        path, old = lab.folder / "access.log", lab.folder / "access.log.1"
        proxy = lab.start("--accessLogFile", path)
        traffic(lab)
        until("three lines", lambda: len(lines(path)) >= 3)
        path.rename(old)
        proxy.signal(signal.SIGUSR1)
        until("the file", path.exists)
        traffic(lab)
        until("three lines", lambda: len(lines(path)) >= 3)
        assert len(lines(old)) == 3


def test_a_reader_that_does_not_read_stops_nobody(pillion):
    with Lab(pillion) as lab:
        reading, writing = os.pipe()
        proxy = lab.start("--accessLogFile", "/dev/stdout", stdout=writing)
        os.close(writing)

        # A name of 255 bytes is not to be had here: lines are some 200 bytes, the pipe 64 KiB, the queue 256 KiB.
        def lost():
            for _ in range(200):
                lab.outbound().close()
            return proxy.metric("pillion_access_log_lost_total")

        until("a line to be lost", lost, 120)
        with lab.outbound() as connection:
            assert echo(connection)
        text = b""
        os.set_blocking(reading, False)

        def told():
            nonlocal text
            try:
                text += os.read(reading, 1 << 20)
            except BlockingIOError:
                pass
            return re.search(rb"^# \d+ lines of the access log were lost$", text, re.M)

        until("the log to say so", told)
        proxy.signal()
        proxy.signal()
        assert proxy.wait() == 0
        os.close(reading)


def test_a_log_that_cannot_be_opened_is_an_error(pillion):
    with Lab(pillion, rules=False) as lab:
        proxy = lab.start("--accessLogFile", "/nonexistent/log", is_ready=False)
        assert proxy.wait() == 1 and "/nonexistent/log" in proxy.stderr()


def test_metrics_move_while_a_connection_lasts(pillion):
    with Lab(pillion) as lab:
        labels = lab.folder / "labels"
        labels.write_text('app="shop"\nversion="v3"\n')
        proxy = lab.start("--labelsFile", labels,
                          env={"ISTIO_META_WORKLOAD_NAME": "shop-v3", "POD_NAMESPACE": "mall"})
        out = {"reporter": "source", "source_workload": "shop-v3", "source_workload_namespace": "mall",
               "source_app": "shop", "source_version": "v3", "source_canonical_revision": "v3",
               "destination_service_name": "PassthroughCluster", "connection_security_policy": "unknown"}
        into = {"reporter": "destination", "destination_workload": "shop-v3", "connection_security_policy": "none",
                "destination_service_name": "InboundPassthroughCluster"}
        with lab.outbound() as one, lab.inbound() as two:
            assert echo(one, b"x" * 100000) and echo(two, b"x" * 500)
            for which, count in ((out, 100000), (into, 500)):
                until("bytes", lambda: proxy.metric("istio_tcp_received_bytes_total", **which) == count
                      and proxy.metric("istio_tcp_sent_bytes_total", **which) == count)
                assert proxy.metric("istio_tcp_connections_opened_total", **which) == 1
                assert proxy.metric("istio_tcp_connections_closed_total", **which) == 0
            assert proxy.metric("pillion_connections_active") == 2
        until("ends", lambda: proxy.metric("istio_tcp_connections_closed_total", **out) == 1)
        until("ends", lambda: proxy.metric("pillion_connections_active") == 0)
        assert proxy.ask("GET", "/stats/prometheus", 15090)[0] == 200


def test_without_a_registry_nothing_goes_out(pillion):
    with Lab(pillion) as lab:
        proxy = lab.start("--outboundTrafficPolicy", "REGISTRY_ONLY")
        assert turned_away(lab.pod, CLIENT, 9090)
        with lab.inbound() as connection:
            assert echo(connection)
        until("the metric", lambda: proxy.metric("istio_tcp_connections_opened_total",
                                                 destination_service_name="BlackHoleCluster") == 1)
        assert not lab.far.peers


def test_threads_follow_the_configuration(pillion):
    with Lab(pillion, rules=False) as lab:
        for env, flags, threads in (({}, [], 1), ({"PROXY_CONFIG": '{"concurrency":3}'}, [], 3),
                                    ({"PROXY_CONFIG": '{"concurrency":3}'}, ["--concurrency", "2"], 2),
                                    ({"PROXY_CONFIG": '{"concurrency":0}'}, [], len(os.sched_getaffinity(0))),
                                    ({"ISTIO_CPU_LIMIT": "65536"}, [], 1)):
            proxy = lab.start(*flags, env=env)
            assert f"{threads} thread" in proxy.stderr(), proxy.stderr()
            proxy.kill()
