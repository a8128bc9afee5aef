#!/usr/bin/env python3
"""How long a call of the CNI plugin takes: cni_bench.py PILLION [--runs N]

Each figure is the median (and the least, which a busy machine disturbs less) over runs turn about, each with a fresh
network namespace and `sh -c 'exec PLUGIN < conf'`, whose own time is the floor. The API server answers over TLS on this
host. Beside it: Debian's loopback plugin (containernetworking-plugins), the parts that ADD cannot do without, and, when
ISTIO_CNI names it, Istio's own. Needs root."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP / "tests" / "cni"))
import node as n  # noqa: E402

LOOPBACK = "/usr/lib/cni/loopback"
INIT = [
    "-p",
    "15001",
    "-z",
    "15006",
    "-u",
    "1337",
    "-m",
    "REDIRECT",
    "-i",
    "*",
    "-b",
    "*",
    "-d",
    "15020,15021,15090",
    "-o",
    "15020",
]


class Bench:
    def __init__(self, pillion, folder):
        self.meter = str(pathlib.Path(pillion).absolute().parents[2] / "tests/bench/measure")
        self.folder, self.ours = folder, folder + "/istio-cni"
        os.symlink(os.path.abspath(pillion), self.ours)
        self.node = n.Node(self.ours, folder)
        self.node.server.put(n.pod())
        with n.namespace() as ns:
            text = ns.run(pillion, "init", "--dry-run", *INIT, check=True).stdout
        rules = "\n".join(line for line in text.splitlines() if line and "# " not in line)
        pathlib.Path(folder, "rules").write_text(rules + "\n")

    def measure(self, argv, text="", **env):
        """Seconds, and the largest resident size in KiB, of `argv` with that on standard input."""
        pathlib.Path(self.folder, "conf").write_text(text)
        variables = {"PATH": n.PATH, "CNI_CONTAINERID": "c1", "CNI_IFNAME": "eth0", "CNI_PATH": "/usr/lib/cni", **env}
        line = subprocess.run(
            [self.meter, "1", "sh", "-c", 'conf=$1; shift; exec "$@" <"$conf"', "sh", self.folder + "/conf", *argv],
            env=variables,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        if int(line[2]):
            sys.exit(f"{argv}: status {line[2]}")
        return float(line[0]) / 1e6, int(line[1])

    def call(self, plugin, command, namespace="market", native=False, loopback=False):
        conf = (
            {"cniVersion": "0.4.0", "name": "net", "type": "loopback"}
            if loopback
            else self.node.configuration("0.4.0", native_nftables=native)
        )
        with n.namespace() as ns:
            return self.measure(
                [plugin],
                json.dumps(conf),
                CNI_COMMAND=command,
                CNI_NETNS=ns.path,
                CNI_ARGS=f"IgnoreUnknown=1;K8S_POD_NAMESPACE={namespace};K8S_POD_NAME=shop",
            )

    def restore(self):
        with n.namespace() as ns:
            return self.measure([*ns.inside, "iptables-nft-restore", "--noflush", self.folder + "/rules"])

    def curl(self):
        return self.measure(
            [
                "curl",
                "-sS",
                "--cacert",
                self.node.server.authority,
                "-H",
                "Authorization: Bearer " + n.api.TOKEN,
                "-o",
                "/dev/null",
                self.node.server.url + "/api/v1/namespaces/market/pods/shop",
            ]
        )

    def contestants(self, istio):
        both = {"pillion": self.ours, **({"istio-cni": istio} if istio else {})}
        entries = {"sh -c 'exec true', the floor": lambda: self.measure(["true"])}
        for title, command, more in (
            ("VERSION", "VERSION", {}),
            ("DEL", "DEL", {}),
            ("ADD, excluded namespace", "ADD", {"namespace": "kube-system"}),
            ("ADD, iptables", "ADD", {}),
            ("ADD, nftables", "ADD", {"native": True}),
        ):
            for name, plugin in both.items():
                entries[f"{name} {title}"] = lambda p=plugin, c=command, m=more: self.call(p, c, **m)
        if os.access(LOOPBACK, os.X_OK):
            entries["loopback VERSION"] = lambda: self.call(LOOPBACK, "VERSION", loopback=True)
            entries["loopback ADD"] = lambda: self.call(LOOPBACK, "ADD", loopback=True)
        entries["iptables-nft-restore, the same rules"] = self.restore
        if subprocess.run(["which", "curl"], capture_output=True).returncode == 0:
            entries["curl, the same pod"] = self.curl
        return entries


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pillion")
    parser.add_argument("--runs", type=int, default=21)
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("SKIP: needs root")
        return
    with tempfile.TemporaryDirectory(prefix="pillion-cni") as folder:
        entries = Bench(options.pillion, folder).contestants(os.environ.get("ISTIO_CNI"))
        figures = {name: [] for name in entries}
        for _ in range(options.runs):
            for name, run in entries.items():
                figures[name].append(run())
    print(f"{'':38}{'median':>10}{'least':>10}{'resident':>13}")
    for name, runs in figures.items():
        times, sizes = zip(*runs)
        middle, least = statistics.median(times) * 1e3, min(times) * 1e3
        print(f"{name:38}{middle:7.2f} ms{least:7.2f} ms{max(sizes):9d} KiB")


main()
