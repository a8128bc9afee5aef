"""From start to end: what it says no to, readiness, drains, signals, exit statuses."""

import os
import pathlib
import signal
import subprocess
import time

from lab import CLIENT_V6, POD, POD_V6, Lab, Proxy, connect, echo, until

QUICK = {"MINIMUM_DRAIN_DURATION": "1s"}
SLOW = {"MINIMUM_DRAIN_DURATION": "60s"}  # longer than any patience: what ends it then, ends it at once


def refused(lab, *words, flags=(), env=None, code=1):
    """It ends at once, with one message that has these words."""
    proxy = Proxy(lab, flags, env=env, is_ready=False)
    lab.proxies.append(proxy)
    assert proxy.wait() == code, f"exit {proxy.process.returncode}: {proxy.stderr()}"
    message = proxy.stderr()
    assert message.startswith("pillion proxy: "), message
    for word in words:
        assert word in message, f"message lacks {word!r}: {message}"


def test_it_listens_at_once_and_is_ready(pillion):
    with Lab(pillion, rules=False) as lab:
        proxy = lab.start(is_ready=False)

        def listens():
            try:
                connect(lab.pod, POD, 15001).close()
            except ConnectionRefusedError:
                return False
            except ConnectionResetError:  # not a captured one
                pass
            return True

        until("a connection to 15001", listens)
        until("readiness", lambda: proxy.ready() == 200)
        assert proxy.ready(15020) == 200
        assert "started" in proxy.stderr()


def test_an_idle_proxy_needs_three_mebibytes(pillion):
    if "sanitize" in pillion or "tsan" in pillion:
        return
    with Lab(pillion, rules=False) as lab:
        proxy = lab.start()
        resident = proxy.resident()
        assert resident <= 3 * 1024, f"{resident} KiB"
        for _ in range(20):
            proxy.ask("GET", "/stats/prometheus")
        resident = proxy.resident()
        assert resident <= 4 * 1024, f"{resident} KiB after scrapes"


def test_mistakes_end_it_with_a_message(pillion):
    with Lab(pillion, rules=False) as lab:
        refused(lab, "PROXY_CONFIG:1:15", "statusPort", env={"PROXY_CONFIG": '{"statusPort":"x"}'})
        refused(lab, "PROXY_CONFIG:2:", env={"PROXY_CONFIG": 'statusPort: 15020\n\t- x'})
        refused(lab, "ISTIO_META_IDLE_TIMEOUT", "1 hour", env={"ISTIO_META_IDLE_TIMEOUT": "1 hour"})
        refused(lab, "ISTIO_KUBE_APP_PROBERS", env={"ISTIO_KUBE_APP_PROBERS": '{"/x":{}}'})
        refused(lab, "ISTIO_PROMETHEUS_ANNOTATIONS", env={"ISTIO_PROMETHEUS_ANNOTATIONS": '{"port":"15020"}'})
        refused(lab, "INSTANCE_IP", env={"INSTANCE_IP": "pod"})
        refused(lab, "--connectTimeout", flags=["--connectTimeout", "soon"], code=2)
        refused(lab, "--engine", "builtin, envoy", flags=["--engine", "nginx"], code=2)
        refused(lab, "router", flags=["router"], code=2)
        (lab.folder / "annotations").write_text('a="b"\nproxy.istio.io/config="{"\n')
        refused(lab, "annotation proxy.istio.io/config", flags=["--annotationsFile", lab.folder / "annotations"])


def test_a_port_in_use_is_named(pillion):
    with Lab(pillion, rules=False) as lab:
        for port in (15001, 15006, 15020):
            server = lab.serve(lab.pod, "0.0.0.0", port)
            refused(lab, str(port))
            server.close()


def test_flags_that_it_does_not_know_are_left_out(pillion):
    with Lab(pillion, rules=False) as lab:
        proxy = lab.start("--domain", "shop.svc.cluster.local", "--trust-domain", "x", "--proxyLogLevel=warning",
                          "--discoveryAddress=istiod:15012", "--log_output_level=default:debug")
        assert "flag-ignored" in proxy.stderr() and "--trust-domain" in proxy.stderr()
        proxy = Proxy(lab, ["--unknown"], env={"PROXY_CONFIG": '{"statusPort":15022,"concurency":1}'}, is_ready=False)
        lab.proxies.append(proxy)
        until("a warning", lambda: "concurency" in proxy.stderr())


def test_a_pod_that_nobody_uses_ends_after_the_minimum(pillion):
    with Lab(pillion) as lab:
        proxy = lab.start(env=QUICK)
        started = time.monotonic()
        proxy.signal()
        until("it not to be ready", lambda: proxy.ready() in (503, 0))
        assert proxy.wait() == 0
        assert time.monotonic() - started >= 0.9


def test_while_it_drains_all_goes_on_and_ends_with_the_last_connection(pillion):
    with Lab(pillion) as lab:
        proxy = lab.start(env=QUICK)
        with lab.inbound() as early, lab.outbound() as pool:
            assert echo(early) and echo(pool)
            proxy.signal()
            until("it not to be ready", lambda: proxy.ready() == 503)
            assert proxy.lives(2.5)
            assert proxy.ready(15020) == 503
            with lab.inbound() as late, lab.outbound() as more:
                assert echo(early) and echo(late) and echo(more) and echo(pool)
            assert proxy.metric("pillion_ready") == 0
            early.close()
            # The application's idle pool is still open.
            assert proxy.wait() == 0


def test_outbound_traffic_holds_it_up(pillion):
    with Lab(pillion) as lab:
        for _ in range(5):
            longest = 0
            proxy = lab.start(env=QUICK)
            with lab.outbound() as connection:
                proxy.signal()
                begun = last = time.monotonic()
                while last - begun < 4 and echo_or_end(connection):
                    time.sleep(0.05)
                    longest, last = max(longest, time.monotonic() - last), time.monotonic()
                longest = max(longest, time.monotonic() - last)
                lasts = last - begun >= 4 and proxy.process.poll() is None
            assert proxy.wait() == 0
            # A second without traffic is the end: where this machine stood still for nearly as long, it shows nothing.
            if lasts or longest < 0.5:
                break
        assert lasts, f"ended while there was traffic, at least every {longest:.1f} s"


def echo_or_end(connection):
    try:
        return echo(connection)
    except ConnectionError:
        return False


def test_the_end_has_a_limit_where_one_is_set(pillion):
    for flags, env in ((["--drainTimeout", "2s"], {}), ([], {"PROXY_CONFIG": '{"terminationDrainDuration":"2s"}'})):
        with Lab(pillion) as lab:
            proxy = lab.start(*flags, env={**QUICK, **env})
            with lab.inbound() as connection:
                assert echo(connection)
                started = time.monotonic()
                proxy.signal()
                assert proxy.wait() == 0
                assert time.monotonic() - started >= 1.9


def test_a_second_signal_ends_it_at_once(pillion):
    with Lab(pillion) as lab:
        proxy = lab.start(env=SLOW)
        with lab.inbound() as connection:
            assert echo(connection)
            proxy.signal()
            until("the drain", lambda: proxy.ready() == 503)
            proxy.signal(signal.SIGINT)
            assert proxy.wait() == 0


def test_a_native_sidecar_drains_by_request_and_ends_by_signal(pillion):
    with Lab(pillion) as lab:
        proxy = lab.start(env=SLOW)
        assert proxy.ask("GET", "/drain")[0] == 405
        assert proxy.ask("POST", "/drain")[0] == 200
        until("it not to be ready", lambda: proxy.ready() == 503)
        assert proxy.lives(1)
        with lab.inbound() as one, lab.outbound() as two:
            assert echo(one) and echo(two)
            proxy.signal()
            assert proxy.wait() == 0


def test_both_versions_of_ip_are_carried(pillion):
    with Lab(pillion, has_ipv6=True) as lab:
        both_versions(lab, lab.start())


def both_versions(lab, proxy):
    """IPv6 in both directions, and IPv4 beside it; for other engines, too."""
    app, far = lab.serve(lab.pod, POD_V6, 8080), lab.serve(lab.client, CLIENT_V6, 9090)
    with connect(lab.client, POD_V6, 8080) as one, connect(lab.pod, CLIENT_V6, 9090) as two, lab.inbound() as three:
        assert echo(one) and echo(two) and echo(three)
        assert app.peers[-1][0] == "::6" and far.peers[-1][0] == POD_V6
    until("readiness", lambda: proxy.ready() == 200)


def test_quitquitquit_ends_it_at_once(pillion):
    with Lab(pillion) as lab:
        proxy = lab.start(env=SLOW)
        with lab.outbound() as connection:
            assert echo(connection)
            assert proxy.ask("POST", "/quitquitquit") == (200, "OK")
            assert proxy.wait() == 0
        assert "/quitquitquit" in proxy.stderr()


def test_every_connection_finds_somebody_during_a_drain(pillion):
    """Under load: not one refused from the signal to the end of the minimum."""
    with Lab(pillion) as lab:
        proxy = lab.start(env={"MINIMUM_DRAIN_DURATION": "20s"})  # far more than the load lasts
        proxy.signal()
        end, count = time.monotonic() + 2.5, 0
        while time.monotonic() < end or count <= 10:
            with lab.inbound() as one, lab.outbound() as two:
                assert echo(one) and echo(two)
                count += 1
        assert proxy.process.poll() is None
        until("the drain", lambda: proxy.ready() == 503)
        proxy.signal()
        assert proxy.wait() == 0


def test_as_the_first_process_it_buries_the_dead(pillion):
    with Lab(pillion, rules=False) as lab:
        proxy = lab.start(wrap=["unshare", "--pid", "--fork", "--kill-child"])
        child = pathlib.Path(f"/proc/{proxy.process.pid}/task/{proxy.process.pid}/children").read_text().split()[0]
        # An orphan: its parent ends, and so does it.
        subprocess.run(["nsenter", "-t", child, "-p", "sh", "-c", "(sleep 0.2 & )"], check=True)
        time.sleep(0.5)

        def zombies():
            children = pathlib.Path(f"/proc/{child}/task/{child}/children").read_text().split()
            return [c for c in children if is_zombie(c)]

        def is_zombie(process):
            try:
                return "State:\tZ" in pathlib.Path(f"/proc/{process}/status").read_text()
            except (FileNotFoundError, ProcessLookupError):  # buried meanwhile
                return False

        until("no zombie", lambda: not zombies(), 10)
        os.kill(int(child), signal.SIGTERM)
        os.kill(int(child), signal.SIGTERM)


def test_it_ends_with_the_pods_last_process(pillion):
    """A shared process namespace: its first process is the pause container's."""
    with Lab(pillion, rules=False) as lab:
        script = lab.folder / "pod"
        flags = "--exitWithPod"
        script.write_text(f"#!/bin/sh\nmount -t proc proc /proc\n\"{pillion}\" proxy sidecar {flags} & proxy=$!\n"
                          "sh -c 'sleep 8; true' &\nwait $proxy\necho status $?\n")
        script.chmod(0o755)
        words = ["ip", "netns", "exec", lab.pod, "unshare", "--pid", "--fork", "--mount", "--kill-child", "sh", script]
        started = time.monotonic()
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        assert "status 0" in done.stdout, done.stdout + done.stderr
        assert "no other process of the pod is left" in done.stderr, done.stderr
        assert time.monotonic() - started >= 7.9
