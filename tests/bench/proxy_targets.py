"""What proxy_bench.py measures: no proxy, Envoy, HAProxy, the floor, pillion; each a command with a configuration."""

import json
import os
import pathlib
import shlex
import shutil
import stat
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import envoy  # noqa: E402

WORKERS = 2
HAPROXY = """
global
    maxconn 9850
    nbthread {workers}
defaults
    mode tcp
    retries 0
    timeout connect 10s
    timeout client 1h
    timeout server 1h
listen outbound
    bind :15001
    server original *
listen inbound
    bind :15006
    server original * source 127.0.0.6
"""


def envoy_bootstrap():
    """A plain TCP proxy in both directions, without any limit, as Istio's passthrough listeners and clusters are."""
    extension = "type.googleapis.com/envoy.extensions.filters."
    ceiling = 2**32 - 1
    limits = {f"max_{what}": ceiling for what in ("connections", "pending_requests", "requests", "retries")}

    def address(host, port):
        return {"socket_address": {"address": host, "port_value": port}}

    def cluster(name, **more):
        common = {"type": "ORIGINAL_DST", "lb_policy": "CLUSTER_PROVIDED", "connect_timeout": "10s"}
        return {"name": name, **common, "circuit_breakers": {"thresholds": [limits]}, **more}

    def listener(name, port, cluster_name):
        original = {"@type": extension + "listener.original_dst.v3.OriginalDst"}
        proxy = {
            "@type": extension + "network.tcp_proxy.v3.TcpProxy",
            "stat_prefix": cluster_name,
            "cluster": cluster_name,
        }
        return {
            "name": name,
            "address": address("0.0.0.0", port),
            "listener_filters": [{"name": "envoy.filters.listener.original_dst", "typed_config": original}],
            "filter_chains": [{"filters": [{"name": "envoy.filters.network.tcp_proxy", "typed_config": proxy}]}],
        }

    source = {"upstream_bind_config": {"source_address": {"address": "127.0.0.6", "port_value": 0}}}
    return {
        "node": {"id": "bench", "cluster": "bench"},
        "admin": {"address": address("127.0.0.1", 15000)},
        "static_resources": {
            "listeners": [
                listener("virtualOutbound", 15001, "PassthroughCluster"),
                listener("virtualInbound", 15006, "InboundPassthroughCluster"),
            ],
            "clusters": [cluster("PassthroughCluster"), cluster("InboundPassthroughCluster", **source)],
        },
    }


def is_public(program):
    path = pathlib.Path(program).resolve()
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents))


class Target:
    def __init__(self, name, argv=(), files=None, environment=None, expected=None):
        self.name, self.argv, self.files = name, list(argv), files or {}
        self.environment = environment or {}
        self.expected = expected  # what behaviours must be; None: they are only shown

    def prepare(self, folder):
        """Writes its configuration, and a copy of the program where the proxy's uid could not reach it."""
        program = shutil.which(self.argv[0])
        if program and not is_public(program):
            shutil.copy(program, folder / self.name)
            (folder / self.name).chmod(0o755)
            self.argv[0] = str(folder / self.name)
        for name, text in self.files.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o644)

    def command(self, folder):
        return [a.replace("{folder}", str(folder)) for a in self.argv]

    def binary_mib(self):
        path = shutil.which(self.argv[0]) if self.argv else None
        return os.path.getsize(os.path.realpath(path)) / 2**20 if path else None


def targets(pillion, wanted, extra):
    """The targets that can be had, by name, and for each of the others a line that says why not."""
    floor = pathlib.Path(pillion).parents[2] / "tests/bench/relay_floor"
    made, absent = {"none": Target("none")}, {}
    if "envoy" in wanted:
        binary, why = envoy.find()
        if binary:
            flags = f"--concurrency {WORKERS} --disable-hot-restart -l warning".split()
            bootstrap = {"envoy.json": json.dumps(envoy_bootstrap(), indent=1)}
            made["envoy"] = Target("envoy", [binary, "-c", "{folder}/envoy.json", *flags], bootstrap)
        else:
            absent["envoy"] = why
    if shutil.which("haproxy"):
        configuration = {"haproxy.cfg": HAPROXY.format(workers=WORKERS)}
        made["haproxy"] = Target("haproxy", ["haproxy", "-db", "-f", "{folder}/haproxy.cfg"], configuration)
    else:
        absent["haproxy"] = "it is not installed"
    if floor.exists():
        made["floor"] = Target("floor", [str(floor), "15001", "15006", str(WORKERS)])
    else:
        absent["floor"] = f"{floor} is not built"
    made["pillion"] = Target(
        "pillion",
        [pillion, "proxy", "sidecar", "--concurrency", str(WORKERS)],
        environment={"POD_NAME": "bench", "POD_NAMESPACE": "default", "INSTANCE_IP": "198.18.0.2"},
        expected={
            "source": {"outbound": "198.18.0.2", "inbound": "127.0.0.6"},
            "server_first": "ok",
            "intact": "ok",
            "half_close_by_client": "ok",
            "half_close_by_server": "ok",
            "reset_by_server": "reset",
            "reset_by_client": "reset",
            "refused": "reset",
            "own_port": ("closed", "reset", "closed or reset", "refused"),
        },
    )
    for name, command in extra.items():
        made[name] = Target(name, shlex.split(command))
    for name in wanted:
        if name not in made and name not in absent:
            absent[name] = "no target has this name"
    return {name: made[name] for name in wanted if name in made}, {n: w for n, w in absent.items() if n in wanted}
