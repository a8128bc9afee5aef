"""A real Envoy as the engine."""

import json
import os
import pathlib
import signal

import envoy_copy
from life_tests import both_versions
from lab import CLIENT, POD, Lab, Proxy, echo, turned_away, until

QUICK = {"MINIMUM_DRAIN_DURATION": "1s"}


def flags(lab):
    return ["--engine", "envoy", "--envoy", envoy_copy.program()]


def env(lab, **config):
    return {**QUICK, "PROXY_CONFIG": json.dumps({"configPath": str(lab.folder / "envoy"), **config})}


def children(process):
    return [int(p) for p in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_envoy_carries_both_directions_and_drains(pillion):
    with Lab(pillion) as lab:
        log = lab.folder / "access.log"
        proxy = lab.start(*flags(lab), "--accessLogFile", log, env=env(lab))
        [child] = children(proxy.process.pid)
        arguments = pathlib.Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
        for word in ("--drain-time-s", "--disable-hot-restart", "--allow-unknown-static-fields", "--concurrency"):
            assert word in arguments, arguments
        with lab.inbound() as one, lab.outbound() as two:
            assert echo(one, b"x" * 70000) and echo(two)
            assert lab.app.peers[-1][0] == "127.0.0.6" and lab.far.peers[-1][0] == POD
            assert proxy.metric("envoy_listener_downstream_cx_active") >= 2
            proxy.signal()
            until("it not to be ready", lambda: proxy.ready() == 503)
            assert proxy.lives(2.5)
            with lab.inbound() as three:
                assert echo(one) and echo(two) and echo(three)
            one.close()
            assert proxy.wait() == 0
        until("Envoy's end", lambda: not os.path.exists(f"/proc/{child}"))
        assert "InboundPassthroughCluster" in log.read_text() and f"{CLIENT}:9090" in log.read_text()


def test_envoys_end_is_the_agents(pillion):
    with Lab(pillion, rules=False) as lab:
        proxy = lab.start(*flags(lab), env=env(lab))
        os.kill(children(proxy.process.pid)[0], signal.SIGKILL)
        assert proxy.wait() == 137, proxy.stderr()
        assert "Envoy, exit status 137" in proxy.stderr()


def test_the_agents_end_is_envoys(pillion):
    with Lab(pillion, rules=False) as lab:
        for number in (signal.SIGKILL, signal.SIGTERM):
            proxy = lab.start(*flags(lab), env=env(lab))
            [child] = children(proxy.process.pid)
            proxy.signal(number)
            proxy.wait()
            until("Envoy's end", lambda: not os.path.exists(f"/proc/{child}"))


def test_an_envoy_that_does_not_start_is_told(pillion):
    with Lab(pillion, rules=False) as lab:
        broken = lab.folder / "bootstrap.json"
        broken.write_text('{"static_resources": {"listeners": 5}}')
        proxy = Proxy(lab, flags(lab), env=env(lab, customConfigFile=str(broken)), is_ready=False)
        lab.proxies.append(proxy)
        assert proxy.wait() == 1 and "bootstrap.json" in proxy.stderr(), proxy.stderr()


def test_envoy_keeps_the_clients_address_with_tproxy(pillion):
    with Lab(pillion, mode="TPROXY") as lab:
        lab.start(*flags(lab), env=env(lab))
        with lab.inbound() as one, lab.outbound() as two:
            assert echo(one) and echo(two)
            assert lab.app.peers[-1][0] == CLIENT and lab.far.peers[-1][0] == POD


def test_envoy_carries_both_versions_of_ip(pillion):
    with Lab(pillion, has_ipv6=True) as lab:
        both_versions(lab, lab.start(*flags(lab), env=env(lab)))


def test_registry_only_holds_for_envoy(pillion):
    with Lab(pillion) as lab:
        lab.start(*flags(lab), "--outboundTrafficPolicy", "REGISTRY_ONLY", env=env(lab))
        assert turned_away(lab.pod, CLIENT, 9090)
        with lab.inbound() as connection:
            assert echo(connection)


def test_a_program_that_is_none_is_told(pillion):
    with Lab(pillion, rules=False) as lab:
        for name in ("/nonexistent/envoy", lab.folder / "no-program"):
            (lab.folder / "no-program").write_text("x")
            proxy = Proxy(lab, ["--engine", "envoy", "--envoy", name], env=env(lab), is_ready=False)
            lab.proxies.append(proxy)
            assert proxy.wait() == 1 and str(name) in proxy.stderr(), proxy.stderr()
        proxy = Proxy(lab, ["--engine", "envoy"], env={"PROXY_CONFIG": '{"configPath":"/nonexistent/x"}'},
                      is_ready=False)
        lab.proxies.append(proxy)
        assert proxy.wait() == 1 and "/nonexistent/x" in proxy.stderr(), proxy.stderr()
