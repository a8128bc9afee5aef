"""The plugin behind others, as on a node: Debian's, called one by one in each version, and driven by podman."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading

import node as n

PLUGINS = "/usr/lib/cni"
PAUSE = r"""
#include <signal.h>
#include <unistd.h>
static void end(int number) { (void)number; _exit(0); }
int main(void) { signal(SIGTERM, end); for (;;) pause(); }
"""


def bridge(folder, name, subnet):
    return {
        "type": "bridge",
        "bridge": name,
        "isGateway": True,
        "ipMasq": False,
        "ipam": {
            "type": "host-local",
            "dataDir": f"{folder}/ipam-{name}",
            "ranges": [[{"subnet": subnet}]],
            "routes": [{"dst": "0.0.0.0/0"}],
        },
    }


class Chain:
    """Debian's plugins work in a namespace that stands for the node; ours outside, where the API server is."""

    def __init__(self, plugin, folder):
        self.plugin, self.folder = plugin, folder

    def call(self, command, version, conf, pod, where, previous=None, interface="eth0"):
        ours = conf["type"] == "istio-cni"
        text = json.dumps(
            {"cniVersion": version, "name": "chain", **conf, **({"prevResult": previous} if previous else {})}
        )
        env = {
            **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")},
            "PATH": n.PATH,
            "CNI_COMMAND": command,
            "CNI_CONTAINERID": "c1",
            "CNI_NETNS": pod.path,
            "CNI_IFNAME": interface,
            "CNI_PATH": PLUGINS,
            "CNI_ARGS": "IgnoreUnknown=1;K8S_POD_NAMESPACE=market;K8S_POD_NAME=shop",
        }
        argv = [self.plugin] if ours else [*where.inside, f"{PLUGINS}/{conf['type']}"]
        done = subprocess.run(argv, input=text, capture_output=True, text=True, timeout=60, env=env)
        if done.returncode:
            raise RuntimeError(f"{command} {conf['type']} {version}: {done.stdout} {done.stderr[-300:]}")
        return json.loads(done.stdout) if done.stdout else None

    def run(self, version):
        folder = f"{self.folder}/chain-{version}"
        os.mkdir(folder)
        node = n.Node(self.plugin, folder)
        node.server.put(n.pod())
        ours = {"type": "istio-cni", "cni_agent_run_dir": node.run_folder}
        chain = [
            bridge(folder, "plc0", "198.18.5.0/24"),
            {"type": "portmap", "runtimeConfig": {"portMappings": []}},
            ours,
        ]
        wrong, previous = [], None
        with n.lab.Namespace() as where, n.lab.Namespace() as pod:
            self.call("ADD", version, {"type": "loopback"}, pod, where, interface="lo")
            for conf in chain:
                before, previous = previous, self.call("ADD", version, conf, pod, where, previous)
            if version < "1" and before != previous:
                wrong.append(f"the result is not passed on: {before} became {previous}")
            if "ISTIO_OUTPUT" not in n.state(pod):
                wrong.append("there are no rules")
            for conf in chain if version >= "0.4.0" else []:
                self.call("CHECK", version, conf, pod, where, previous)
            for conf in reversed(chain):
                self.call("DEL", version, conf, pod, where, previous)
        return wrong


# ---- a runtime ------------------------------------------------------------------------------------------------------


def podman_problem():
    for program in ("podman", "runc", "conmon", "gcc"):
        if not shutil.which(program, path=n.PATH + ":/usr/local/bin"):
            return f"{program} is not installed"
    return None if os.access(PLUGINS + "/bridge", os.X_OK) else "containernetworking-plugins is not installed"


class Podman:
    """Everything of podman's in a folder; its images are made here, of one static program."""

    def __init__(self, plugin, folder):
        self.plugin, self.folder = plugin, folder + "/podman"
        os.mkdir(self.folder)
        self.node = n.Node(plugin, self.folder)
        self.bridge = "plp" + os.urandom(3).hex()
        self.subnet = f"198.18.{os.urandom(1)[0] % 100 + 100}"
        os.makedirs(self.folder + "/bin")
        for name in os.listdir(PLUGINS):
            os.symlink(f"{PLUGINS}/{name}", f"{self.folder}/bin/{name}")
        # podman names the pod, but no namespace, which it has none of: put there as Kubernetes' runtimes do.
        self.write("bin/istio-cni", f'#!/bin/sh\nCNI_ARGS="$CNI_ARGS;K8S_POD_NAMESPACE=market" exec {plugin}\n')
        os.chmod(self.folder + "/bin/istio-cni", 0o755)
        os.makedirs(self.folder + "/net.d")
        plugins = [
            bridge(self.folder, self.bridge, self.subnet + ".0/24"),
            {"type": "portmap", "capabilities": {"portMappings": True}},
            {"type": "istio-cni", "cni_agent_run_dir": self.node.run_folder},
        ]
        self.write("net.d/mesh.conflist", json.dumps({"cniVersion": "0.4.0", "name": "mesh", "plugins": plugins}))
        self.write(
            "containers.conf",
            "[network]\nnetwork_backend = \"cni\"\ndefault_network = \"mesh\"\n"
            f"cni_plugin_dirs = [\"{self.folder}/bin\"]\nnetwork_config_dir = \"{self.folder}/net.d\"\n"
            "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n"
            "[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n",
        )
        self.write("policy.json", '{"default":[{"type":"insecureAcceptAnything"}]}')

    def write(self, name, text):
        pathlib.Path(self.folder, name).write_text(text)

    def podman(self, *argv, check=True):
        env = {**os.environ, "CONTAINERS_CONF": self.folder + "/containers.conf", "PATH": n.PATH}
        done = subprocess.run(
            [
                "podman",
                "--root",
                self.folder + "/root",
                "--runroot",
                self.folder + "/runroot",
                "--tmpdir",
                self.folder + "/tmp",
                "--storage-driver",
                "vfs",
                "--runtime",
                "/usr/sbin/runc",
                *argv,
            ],
            capture_output=True,
            text=True,
            timeout=120,
            env=env,
        )
        if check and done.returncode:
            raise RuntimeError(f"podman {argv[0]}: {done.stderr.strip()[-600:]}")
        return done.stdout.strip() if check else done

    def image(self):
        self.write("pause.c", PAUSE)
        os.mkdir(self.folder + "/image")
        n.lab.sh("gcc", "-static", "-O2", "-o", self.folder + "/image/pause", self.folder + "/pause.c")
        n.lab.sh("tar", "-C", self.folder + "/image", "-cf", self.folder + "/pause.tar", "pause")
        self.podman("import", self.folder + "/pause.tar", "pause")

    def start(self, name):
        return self.podman("run", "-d", "--name", name, "--network", "mesh", "pause", "/pause", check=False)

    def worker(self, name):
        """A process in the container's network that listens and connects (tests/netns/lab.py)."""
        pid = self.podman("inspect", "--format", "{{.State.Pid}}", name)
        inside = n.lab.Namespace.__new__(n.lab.Namespace)
        inside.inside = ["nsenter", f"--net=/proc/{pid}/ns/net"]
        return inside, n.lab.Worker(inside, "pod")

    def pod(self, name, **more):
        """The container's name is its pod's."""
        self.node.server.put(n.pod(name=name, **more))

    def traffic(self):
        """Out and in, by the proxy and by others, while a plain host outside listens and connects."""
        wrong = []
        self.pod("web")
        started = self.start("web")
        if started.returncode:
            return [started.stderr[-800:]]
        outside = socket.create_server((self.subnet + ".1", 0))
        port = outside.getsockname()[1]
        inside, worker = self.worker("web")
        address = json.loads(inside.run("ip", "-j", "addr", "show", "dev", "eth0", check=True).stdout)[0]["addr_info"][
            0
        ]["local"]
        try:
            ask = {"from": "pod", "to": self.subnet + ".1", "port": port, "proto": "tcp", "gid": 1000, "patience": 20}
            got = worker.ask({**ask, "uid": 1000})
            if got.get("port") != 15001 or got.get("meant") != [self.subnet + ".1", port]:
                wrong.append(f"an outgoing connection came to {got}, not to the proxy's 15001")
            outside.settimeout(0.2)
            try:
                outside.accept()
                wrong.append("an outgoing connection has passed the proxy by")
            except TimeoutError:
                pass
            outside.settimeout(20)
            answering = threading.Thread(target=self.greet, args=(outside,), daemon=True)
            answering.start()
            got = worker.ask({**ask, "uid": 1337, "gid": 1337})
            if got.get("where") != "outside":
                wrong.append(f"the proxy's own connection does not get out: {got}")
            answering.join()
            got = self.inward(worker, address, 8080)
            if got.get("port") != 15006 or got.get("meant") != [address, 8080]:
                wrong.append(f"an incoming connection came to {got}, not to the proxy's 15006")
            got = self.inward(worker, address, 15021)
            wrong += [] if got.get("port") == 15021 else [f"the health port is captured: {got}"]
        finally:
            worker.close()
            outside.close()
        return wrong + self.stop("web")

    @staticmethod
    def greet(listener):
        """Says to the one who connects where he has come to."""
        try:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(json.dumps({"where": "outside"}).encode())
        except OSError:
            pass

    @staticmethod
    def inward(worker, address, port):
        """From the node: the worker answers while it waits for something else to do."""
        connection = socket.create_connection((address, port), timeout=20)
        connection.settimeout(20)
        line = connection.makefile().readline()
        connection.close()
        return json.loads(line)

    def stop(self, name):
        done = self.podman("rm", "-f", "-t", "1", name, check=False)
        return [done.stderr] if done.returncode else []

    def skipped(self):
        self.pod("plain", containers=[{"name": "plain"}])
        started = self.start("plain")
        if started.returncode:
            return [started.stderr[-800:]]
        inside, worker = self.worker("plain")
        worker.close()
        inside.name = "x"
        text = inside.run("iptables-nft-save").stdout
        return (["there are rules"] if "ISTIO" in text else []) + self.stop("plain")

    def refused(self):
        """A pod that cannot be captured does not start, and podman says why."""
        self.pod("wrong", annotations={"traffic.sidecar.istio.io/includeInboundPorts": "http"})
        started = self.start("wrong")
        wrong = ["it has started"] if started.returncode == 0 else []
        wrong += [] if "includeInboundPorts" in started.stderr else [started.stderr[-500:]]
        return wrong + self.stop("wrong")

    def a_dozen(self):
        """Containers that start at once, four at a time: each has its rules, each goes again."""
        names = [f"many{i}" for i in range(12)]
        for name in names:
            self.pod(name)
        env = {**os.environ, "CONTAINERS_CONF": self.folder + "/containers.conf", "PATH": n.PATH}
        wrong = []
        for group in (names[i : i + 4] for i in range(0, len(names), 4)):
            processes = [
                subprocess.Popen(
                    [
                        "podman",
                        "--root",
                        self.folder + "/root",
                        "--runroot",
                        self.folder + "/runroot",
                        "--tmpdir",
                        self.folder + "/tmp",
                        "--storage-driver",
                        "vfs",
                        "--runtime",
                        "/usr/sbin/runc",
                        "run",
                        "-d",
                        "--name",
                        name,
                        "--network",
                        "mesh",
                        "pause",
                        "/pause",
                    ],
                    env=env,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                for name in group
            ]
            for name, process in zip(group, processes):
                _, err = process.communicate(timeout=120)
                wrong += [f"{name}: {err[-300:]}"] if process.returncode else []
        for name in names:
            pid = self.podman("inspect", "--format", "{{.State.Pid}}", name)
            rules = n.lab.sh("nsenter", f"--net=/proc/{pid}/ns/net", "iptables-nft-save", check=False).stdout
            wrong += [] if rules.count("-A OUTPUT -j ISTIO_OUTPUT") == 1 else [f"{name} has not its rules"]
            wrong += self.stop(name)
        return wrong

    def close(self):
        self.podman("rm", "-f", "-a", "-t", "0", check=False)
        subprocess.run(["ip", "link", "del", self.bridge], capture_output=True)
        subprocess.run(["umount", self.folder + "/root"], capture_output=True)
        left = [] if not os.path.exists("/sys/class/net/" + self.bridge) else ["the bridge is still there"]
        with open("/proc/mounts") as mounts:
            return left + [line for line in mounts if self.folder in line]


def tests(_pillion, plugin, folder):
    chain = Chain(plugin, folder)
    has_plugins = os.access(PLUGINS + "/portmap", os.X_OK)
    for version in ("0.3.1", "0.4.0", "1.0.0"):
        yield f"chain {version}", (
            lambda v=version: chain.run(v)
        ) if has_plugins else lambda: "containernetworking-plugins is not installed"
    problem = podman_problem()
    runtime = []

    def started():
        if not runtime:
            runtime.append(Podman(plugin, folder))
            runtime[0].image()
        return runtime[0]

    for name in ("traffic", "skipped", "refused", "a_dozen"):
        yield f"podman {name}", (lambda m=name: getattr(started(), m)()) if not problem else lambda: problem
    yield "podman leaves nothing behind", lambda: runtime[0].close() if runtime else "it did not run"


if __name__ == "__main__":
    sys.exit("tests/cni/run runs these")
