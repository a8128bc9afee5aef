"""A node with one plugin: its folder, its API server, pods, and calls as a container runtime makes them."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "netns"))
import lab  # noqa: E402
import api  # noqa: E402

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
ARGS = "IgnoreUnknown=1;K8S_POD_NAMESPACE=market;K8S_POD_NAME=shop"
STATUS = {"sidecar.istio.io/status": "{}"}


def pod(annotations=None, env=None, labels=None, proxy=None, containers=None, init=None, name="shop"):
    """An injected pod. `proxy` is laid over the container istio-proxy; None for a value takes a key out."""
    container = {
        "name": "istio-proxy",
        "args": ["proxy", "sidecar"],
        "securityContext": {"runAsUser": 1337, "runAsGroup": 1337},
        "env": [{"name": key, "value": value} for key, value in (env or {}).items()],
    }
    container.update(proxy or {})
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "market",
            "annotations": {**STATUS, **(annotations or {})},
            "labels": labels or {},
        },
        "spec": {
            "initContainers": init or [],
            "containers": containers if containers is not None else [{"name": "shop"}, container],
        },
    }


def previous(version="1.0.0", **more):
    old = version < "0.4.0" or version == "0.4.0"
    ip = {"address": "198.18.0.2/24", "gateway": "198.18.0.1", "interface": 0, **({"version": "4"} if old else {})}
    return {"cniVersion": version, "interfaces": [{"name": "eth0", "sandbox": "/x"}], "ips": [ip], "routes": [], **more}


class Node:
    def __init__(self, plugin, folder):
        self.plugin, self.folder = plugin, folder
        self.server = api.Server(folder)
        self.run_folder = folder + "/run"
        os.mkdir(self.run_folder)
        self.write_kubeconfig(self.server.kubeconfig())

    def write_kubeconfig(self, text):
        path = self.run_folder + "/istio-cni-kubeconfig"
        if text is None:
            pathlib.Path(path).unlink(missing_ok=True)
        else:
            # Put in its place whole, as the agent does it: a plugin that runs may read it at any moment.
            pathlib.Path(path + ".new").write_text(text)
            os.rename(path + ".new", path)

    def configuration(self, version="1.0.0", **more):
        conf = {
            "cniVersion": version,
            "name": "net",
            "type": "istio-cni",
            "cni_agent_run_dir": self.run_folder,
            "exclude_namespaces": ["kube-system"],
            "pod_namespace": "istio-system",
            "prevResult": previous(version),
            **more,
        }
        return {key: value for key, value in conf.items() if value is not None}

    def start(self, command, netns, conf=None, args=ARGS, stdout=subprocess.PIPE, **env):
        variables = {
            "PATH": PATH,
            "CNI_COMMAND": command,
            "CNI_CONTAINERID": "c1",
            "CNI_NETNS": netns,
            "CNI_IFNAME": "eth0",
            "CNI_ARGS": args,
            "CNI_PATH": "/usr/lib/cni",
            **env,
        }
        text = conf if isinstance(conf, str) else json.dumps(conf if conf is not None else self.configuration())
        file = tempfile.TemporaryFile("w+", dir=self.folder)
        file.write(text)
        file.seek(0)
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                variables.setdefault(name, os.environ[name])
        return subprocess.Popen(
            [self.plugin],
            stdin=file,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            env={k: v for k, v in variables.items() if v is not None},
        )

    def call(self, command, netns, conf=None, timeout=60, **more):
        return self.finish(self.start(command, netns, conf, **more), timeout)

    def finish(self, process, timeout=60):
        started = time.monotonic()
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise RuntimeError(f"no end after {timeout} s")
        return Answer(process.returncode, out, err, time.monotonic() - started)


class Answer:
    def __init__(self, exit_code, out, err, seconds):
        self.exit, self.out, self.err, self.seconds = exit_code, out, err, seconds

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def log(self):
        return [json.loads(line) for line in self.err.splitlines()]

    def problems(self, code=0, words=()):
        """Against an exit with that error code (0: none), whose message has all the words."""
        if code == 0:
            return [] if self.exit == 0 else [f"exit {self.exit}: {self.out.strip()} {self.err.strip()[-300:]}"]
        try:
            got = self.json
        except ValueError:
            return [f"no error object: exit {self.exit}, {self.out!r} {self.err[-500:]!r}"]
        wrong = [] if self.exit == 1 and got.get("code") == code else [f"exit {self.exit}, wanted code {code}: {got}"]
        return wrong + [f"no {word!r} in {got.get('msg')!r}" for word in words if word not in got.get("msg", "")]


def namespace(ipv4=True, ipv6=False):
    pod_namespace = lab.Namespace()
    pod_namespace.ip("link", "add", "eth0", "type", "veth", "peer", "name", "far0")
    pod_namespace.ip("link", "set", "eth0", "up")
    pod_namespace.ip("link", "set", "far0", "up")
    pod_namespace.add({"eth0": (["198.18.0.2/24"] if ipv4 else []) + (["fd00::2/64"] if ipv6 else [])})
    return pod_namespace


def state(ns):
    """All that the kernel has of rules, as text."""
    text = ""
    for tool in ("iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy"):
        if "legacy" in tool and not legacy_in_use(ns, tool):
            continue
        for table in ("raw", "mangle", "nat"):
            lines = ns.run(tool, "-t", table, "-S").stdout
            text += f"{tool} {table}\n{lines}" if re.search("^-[AN]", lines, re.M) else ""
    for family, table in re.findall(r"table (inet) (\S+)", ns.run("nft", "list", "tables").stdout):
        text += re.sub(
            r"counter packets \d+ bytes \d+", "counter", ns.run("nft", "list", "table", family, table).stdout
        )
    for flag in ("-4", "-6"):
        text += "".join(f"{flag} {line}\n" for line in ns.ip(flag, "rule").splitlines() if "fwmark" in line)
        text += lab.sh("ip", "-n", ns.name, flag, "route", "show", "table", "133", check=False).stdout
    return text + "".join(
        line + "\n" for line in ns.ip("-o", "-6", "addr", "show", "dev", "lo").splitlines() if "::6" in line
    )


def legacy_in_use(ns, tool):
    """Asking with the tool itself would make the tables."""
    names = "ip6_tables_names" if "ip6" in tool else "ip_tables_names"
    return bool(ns.run("cat", f"/proc/net/{names}").stdout.strip())
