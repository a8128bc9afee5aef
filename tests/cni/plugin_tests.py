"""The plugin by itself: each thing that decides on capture or rules, each way a call can go wrong."""
import glob
import http.server
import json
import os
import socketserver
import threading
import time

import api
import node as n

INIT = [
    "-p",
    "15001",
    "-z",
    "15006",
    "-u",
    "1337",
    "-g",
    "1337",
    "-m",
    "REDIRECT",
    "-i",
    "*",
    "-x",
    "",
    "-b",
    "*",
    "-d",
    "15020,15021,15090",
    "-o",
    "15020",
]


def flags(**changes):
    """INIT with other values: flags(b="80")."""
    given = dict(zip(INIT[::2], INIT[1::2]))
    more = [word for key, value in changes.items() if len(key) > 1 for word in [f"--{key.replace('_', '-')}={value}"]]
    given.update({f"-{key}": value for key, value in changes.items() if len(key) == 1})
    return [word for pair in given.items() for word in pair] + more


TRAFFIC = "traffic.sidecar.istio.io/"
DNS = {"redirect_dns": "true", "capture_all_dns": "true"}
# Name, pod, flags of `pillion init` that make the same rules; then what the namespace has and the configuration says.
RULES = [
    ("plain", n.pod(), flags(), {}, {}),
    ("include inbound", n.pod({TRAFFIC + "includeInboundPorts": "80, 8080"}), flags(b="80,8080"), {}, {}),
    ("no inbound", n.pod({TRAFFIC + "includeInboundPorts": ""}), flags(b=""), {}, {}),
    (
        "exclude inbound, doubled",
        n.pod({TRAFFIC + "excludeInboundPorts": "22,15021,22"}),
        flags(d="22,15021,15020,15090"),
        {},
        {},
    ),
    ("exclude outbound", n.pod({TRAFFIC + "excludeOutboundPorts": "3306"}), flags(o="3306"), {}, {}),
    (
        "include outbound ports",
        n.pod({TRAFFIC + "includeOutboundIPRanges": "", TRAFFIC + "includeOutboundPorts": "443"}),
        flags(i="", q="443"),
        {},
        {},
    ),
    (
        "ranges",
        n.pod(
            {
                TRAFFIC + "includeOutboundIPRanges": "10.0.0.0/8,fd01::/16",
                TRAFFIC + "excludeOutboundIPRanges": "10.9.0.0/16",
            }
        ),
        flags(i="10.0.0.0/8,fd01::/16", x="10.9.0.0/16"),
        {},
        {},
    ),
    ("excluded interfaces", n.pod({TRAFFIC + "excludeInterfaces": "net1, net2"}), flags(c="net1,net2"), {}, {}),
    ("virtual interfaces", n.pod({TRAFFIC + "kubevirtInterfaces": "vnet0"}), flags(k="vnet0"), {}, {}),
    (
        "reroute hides kubevirt",
        n.pod({"istio.io/reroute-virtual-interfaces": "vnet1", TRAFFIC + "kubevirtInterfaces": "a/b"}),
        flags(k="vnet1"),
        {},
        {},
    ),
    ("TPROXY", n.pod({"sidecar.istio.io/interceptionMode": "TPROXY"}), flags(m="TPROXY"), {}, {}),
    ("DNS", n.pod(env={"ISTIO_META_DNS_CAPTURE": "true"}), flags(**DNS), {}, {}),
    ("invalid packets", n.pod(env={"INVALID_DROP": "1"}), flags(drop_invalid="true"), {}, {}),
    ("dual stack", n.pod(env={"ISTIO_DUAL_STACK": "true"}), flags(dual_stack="true"), {"ipv6": True}, {}),
    ("both families, IPv4 first", n.pod(), flags(), {"ipv6": True}, {}),
    ("IPv6 alone", n.pod(), flags(), {"ipv4": False, "ipv6": True}, {}),
    (
        "user and group",
        n.pod(proxy={"securityContext": {"runAsUser": 2000, "runAsGroup": 3000}}),
        flags(u="2000", g="3000"),
        {},
        {},
    ),
    ("user 0 is the default", n.pod(proxy={"securityContext": {"runAsUser": 0}}), flags(), {}, {}),
    (
        "native sidecar",
        n.pod(
            containers=[{"name": "shop"}],
            init=[
                {
                    "name": "istio-proxy",
                    "restartPolicy": "Always",
                    "args": ["proxy", "sidecar"],
                    "env": [{"name": "ISTIO_META_DNS_CAPTURE", "value": "t"}],
                }
            ],
        ),
        flags(**DNS),
        {},
        {},
    ),
    (
        "a variable twice",
        n.pod(proxy={"env": [{"name": "INVALID_DROP", "value": "true"}, {"name": "INVALID_DROP", "value": "false"}]}),
        flags(),
        {},
        {},
    ),
    (
        "a variable from elsewhere",
        n.pod(proxy={"env": [{"name": "ISTIO_META_DNS_CAPTURE", "valueFrom": {}}]}),
        flags(),
        {},
        {},
    ),
    (
        "settings of init in the pod",
        n.pod(env={"ISTIO_OUTBOUND_OWNER_GROUPS": "101", "ENVOY_USER": "root"}),
        flags(),
        {},
        {},
    ),
    ("nftables", n.pod(), flags(native_nftables="true"), {}, {"native_nftables": True}),
    (
        "nftables, TPROXY, dual stack, DNS",
        n.pod(
            {"sidecar.istio.io/interceptionMode": "TPROXY"},
            {"ISTIO_DUAL_STACK": "true", "ISTIO_META_DNS_CAPTURE": "true"},
        ),
        flags(m="TPROXY", dual_stack="true", native_nftables="true", **DNS),
        {"ipv6": True},
        {"native_nftables": True},
    ),
]

PROXY = {"name": "istio-proxy"}
# Pods without capture, and a word of the reason.
SKIPPED = [
    ("istio-init", n.pod(init=[{"name": "istio-init"}]), "istio-init"),
    ("DISABLE_ENVOY", n.pod(env={"DISABLE_ENVOY": "TRUE"}), "DISABLE_ENVOY"),
    ("no proxy", n.pod(containers=[{"name": "shop"}, {"name": "other"}]), "shop, other"),
    ("router", n.pod(proxy={"args": ["proxy", "router"]}), "router"),
    ("label", n.pod({"sidecar.istio.io/inject": "true"}, labels={"sidecar.istio.io/inject": "false"}), "inject"),
    ("annotation", n.pod({"sidecar.istio.io/inject": "F"}), "inject"),
    ("not injected", {**n.pod(), "metadata": {"name": "shop", "namespace": "market"}}, "not been injected"),
]
# Those that look like it.
CAPTURED = [
    ("DISABLE_ENVOY=yes", n.pod(env={"DISABLE_ENVOY": "yes"})),
    ("inject: no", n.pod({"sidecar.istio.io/inject": "no"})),
    (
        "an empty label hides the annotation",
        n.pod({"sidecar.istio.io/inject": "false"}, labels={"sidecar.istio.io/inject": ""}),
    ),
    ("other arguments", n.pod(proxy={"args": ["run", "router"]})),
    ("no type", n.pod(proxy={"args": ["proxy"]})),
    ("bad status port", n.pod({"status.sidecar.istio.io/port": "x"})),
]

BAD_ANNOTATIONS = (
    [(TRAFFIC + "includeInboundPorts", value) for value in ("http", "80,", "65536", "-1", "80-90", "80,*")]
    + [(TRAFFIC + "excludeOutboundPorts", value) for value in ("+80", "*", ",")]
    + [
        (TRAFFIC + "excludeInboundPorts", "*"),
        (TRAFFIC + "includeOutboundPorts", "*"),
        (TRAFFIC + "includeOutboundIPRanges", "10.0.0.1"),
        (TRAFFIC + "includeOutboundIPRanges", "10.0.0.0/8, 11.0.0.0/8"),
        (TRAFFIC + "includeOutboundIPRanges", "10.0.0.0/8,"),
        (TRAFFIC + "excludeOutboundIPRanges", "*"),
        (TRAFFIC + "excludeInterfaces", "net/1"),
        (TRAFFIC + "excludeInterfaces", "a,,b"),
        (TRAFFIC + "excludeInterfaces", "eth+"),
        (TRAFFIC + "excludeInterfaces", "abcdefghijklmnop"),
        ("sidecar.istio.io/interceptionMode", "tproxy"),
        ("sidecar.istio.io/interceptionMode", ""),
        ("istio.io/reroute-virtual-interfaces", "1vnet"),
    ]
)


class Tests:
    def __init__(self, pillion, node):
        self.pillion, self.node, self.server = pillion, node, node.server

    # ---- rules ----

    def wanted(self, init, addresses):
        with n.namespace(**addresses) as ns:
            done = ns.run(self.pillion, "init", *init)
            if done.returncode:
                raise RuntimeError("init: " + done.stderr)
            return n.state(ns)

    def rules(self, pod, init, addresses, conf):
        self.server.put(pod)
        want = self.wanted(init, addresses)
        with n.namespace(**addresses) as ns:
            conf = self.node.configuration(**conf)
            wrong = self.node.call("ADD", ns.path, conf).problems()
            first = n.state(ns)
            if first != want or not want:
                return wrong + ["the rules are not init's:", *first.splitlines(), "wanted:", *want.splitlines()]
            wrong += self.node.call("CHECK", ns.path, conf).problems()
            wrong += self.node.call("ADD", ns.path, conf).problems()
            if n.state(ns) != want:
                wrong += ["ADD twice changes something:", *n.state(ns).splitlines()]
            return wrong

    def skipped(self, pod, word):
        self.server.put(pod)
        with n.namespace() as ns:
            answer = self.node.call("ADD", ns.path)
            wrong = answer.problems()
            if n.state(ns):
                wrong.append("there are rules")
            if not any(word in line["msg"] and line["level"] == "info" for line in answer.log):
                wrong.append(f"no {word!r} in the log: {answer.err}")
            # Its namespace is not looked at.
            return wrong + self.node.call("ADD", "/run/netns/not-there").problems()

    def captured(self, pod):
        self.server.put(pod)
        with n.namespace() as ns:
            wrong = self.node.call("ADD", ns.path).problems()
            return wrong + ([] if n.state(ns) else ["there are no rules"])

    def bad_annotation(self, key, value):
        self.server.put(n.pod({key: value}))
        with n.namespace() as ns:
            wrong = self.node.call("ADD", ns.path).problems(102, [key, value])
            return wrong + (["there are rules"] if n.state(ns) else [])

    def user_out_of_range(self):
        self.server.put(n.pod(proxy={"securityContext": {"runAsUser": 2**32 - 1}}))
        with n.namespace() as ns:
            return self.node.call("ADD", ns.path).problems(102, ["runAsUser"])

    def node_environment(self):
        self.server.put(n.pod())
        want = None
        with n.namespace() as ns:
            ns.run(
                "env",
                "ISTIO_OUTBOUND_OWNER_GROUPS=101,202",
                "ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR=127.0.0.0/16",
                self.pillion,
                "init",
                *INIT,
                check=True,
            )
            want = n.state(ns)
        with n.namespace() as ns:
            wrong = self.node.call(
                "ADD",
                ns.path,
                ISTIO_OUTBOUND_OWNER_GROUPS="101,202",
                ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR="127.0.0.0/16",
                ENVOY_USER="root",
                DRY_RUN="true",
                FORCE_IPTABLES_BINARY="legacy",
            ).problems()
            return wrong + ([] if n.state(ns) == want else ["other rules than init makes of the same variables"])

    # ---- again and mixed up ----

    def last_add_wins(self):
        """Every order of two different pods' rules, by iptables and nftables, ends as the second alone."""
        kinds = {
            "redirect": (n.pod(), False),
            "ports": (n.pod({TRAFFIC + "includeInboundPorts": "80"}), False),
            "tproxy": (n.pod({"sidecar.istio.io/interceptionMode": "TPROXY"}), False),
            "dns": (n.pod(env={"ISTIO_META_DNS_CAPTURE": "true"}), False),
            "native": (n.pod(), True),
            "native ports": (n.pod({TRAFFIC + "includeInboundPorts": "80"}), True),
        }
        alone, wrong = {}, []
        for name, (pod, native) in kinds.items():
            with n.namespace() as ns:
                self.server.put(pod)
                wrong += self.node.call("ADD", ns.path, self.node.configuration(native_nftables=native)).problems()
                alone[name] = n.state(ns)
        for before in kinds:
            for after in kinds:
                with n.namespace() as ns:
                    for name in (before, after):
                        pod, native = kinds[name]
                        self.server.put(pod)
                        wrong += self.node.call(
                            "ADD", ns.path, self.node.configuration(native_nftables=native)
                        ).problems()
                    if n.state(ns) != alone[after]:
                        wrong += [f"{before}, then {after}:", *n.state(ns).splitlines()]
        return wrong

    def legacy_tables(self):
        """Empty legacy tables change nothing; rules of others in them make it use them, and take the other set away."""
        self.server.put(n.pod())
        wrong = []
        with n.namespace() as ns:
            ns.run("iptables-legacy", "-t", "nat", "-S", check=True)
            wrong += self.node.call("ADD", ns.path).problems()
            if "iptables-legacy nat" in n.state(ns) or "iptables-nft nat" not in n.state(ns):
                wrong.append("an empty legacy table made it use legacy")
        with n.namespace() as ns:
            wrong += self.node.call("ADD", ns.path).problems()
            ns.run("iptables-legacy", "-t", "nat", "-A", "POSTROUTING", "-p", "sctp", "-j", "ACCEPT", check=True)
            wrong += self.node.call("CHECK", ns.path).problems()
            wrong += self.node.call("ADD", ns.path).problems()
            text = n.state(ns)
            if text.count("-N ISTIO_OUTPUT") != 1 or "-p sctp -j ACCEPT" not in text:
                wrong += ["two sets of rules, or another's rule is gone:", *text.splitlines()]
            wrong += self.node.call("CHECK", ns.path).problems()
        return wrong

    def others_stay(self):
        self.server.put(n.pod())
        with n.namespace() as ns:
            ns.run("iptables-nft", "-t", "nat", "-A", "PREROUTING", "-p", "udp", "-j", "RETURN", check=True)
            wrong = self.node.call("ADD", ns.path).problems() + self.node.call("CHECK", ns.path).problems()
            return wrong + ([] if "-A PREROUTING -p udp -j RETURN" in n.state(ns) else ["another's rule is gone"])

    def at_once(self):
        """Eight ADDs in one namespace, of two kinds: each is fine, and the end is the whole of one kind."""
        self.server.put(n.pod())
        wrong = []
        with n.namespace() as ns:
            processes = [self.node.start("ADD", ns.path) for _ in range(8)]
            for process in processes:
                wrong += self.node.finish(process).problems()
            if n.state(ns) != self.wanted(flags(), {}):
                wrong += ["not the rules of one:", *n.state(ns).splitlines()]
        spaces = [n.namespace() for _ in range(6)]
        processes = [self.node.start("ADD", ns.path) for ns in spaces]
        for process in processes:
            wrong += self.node.finish(process).problems()
        for ns in spaces:
            wrong += [] if n.state(ns) == self.wanted(flags(), {}) else ["beside each other, one got other rules"]
            ns.__exit__()
        return wrong

    # ---- CHECK ----

    def check_sees(self):
        """Whatever is taken away, added or changed."""
        tproxy = n.pod({"sidecar.istio.io/interceptionMode": "TPROXY"})
        cases = [
            (n.pod(), {}, ["iptables-nft", "-t", "nat", "-F"], "missing|chain|lacks"),
            (n.pod(), {}, ["iptables-nft", "-t", "nat", "-D", "OUTPUT", "-j", "ISTIO_OUTPUT"], "OUTPUT"),
            (n.pod(), {}, ["iptables-nft", "-t", "nat", "-F", "ISTIO_REDIRECT"], "ISTIO_REDIRECT"),
            (
                n.pod(),
                {},
                ["iptables-nft", "-t", "nat", "-A", "ISTIO_INBOUND", "-p", "tcp", "--dport", "1", "-j", "RETURN"],
                "ISTIO_INBOUND",
            ),
            (n.pod(), {}, ["nft", "flush", "ruleset"], "missing"),
            (n.pod(), {"native_nftables": True}, ["nft", "flush", "ruleset"], "missing"),
            (
                n.pod(),
                {"native_nftables": True},
                ["nft", "flush", "chain", "inet", "istio-proxy-nat", "istio-output"],
                "ISTIO_OUTPUT|istio-output",
            ),
            (tproxy, {}, ["ip", "rule", "del", "fwmark", "1337"], "routing rule"),
            (tproxy, {}, ["ip", "route", "flush", "table", "133"], "route"),
            (tproxy, {}, ["iptables-nft", "-t", "mangle", "-F", "ISTIO_TPROXY"], "ISTIO_TPROXY"),
        ]
        wrong = []
        for pod, conf, damage, words in cases:
            self.server.put(pod)
            with n.namespace() as ns:
                conf = self.node.configuration(**conf)
                wrong += (
                    self.node.call("ADD", ns.path, conf).problems() + self.node.call("CHECK", ns.path, conf).problems()
                )
                ns.run(*damage, check=True)
                before = n.state(ns)
                answer = self.node.call("CHECK", ns.path, conf)
                wrong += [f"{damage}: {p}" for p in answer.problems(104)]
                if not any(word in answer.out for word in words.split("|")):
                    wrong.append(f"{damage}: {answer.out}")
                if n.state(ns) != before:
                    wrong.append(f"{damage}: CHECK has changed something")
        self.server.put(n.pod(env={"ISTIO_DUAL_STACK": "true"}))
        with n.namespace(ipv6=True) as ns:
            wrong += self.node.call("ADD", ns.path).problems()
            ns.run("ip6tables-nft", "-t", "nat", "-F", check=True)
            wrong += self.node.call("CHECK", ns.path).problems(104, ["IPv6"])
        return wrong

    def check_more(self):
        self.server.put(n.pod())
        with n.namespace() as ns:
            wrong = self.node.call("CHECK", ns.path).problems(104)
            wrong += self.node.call("CHECK", ns.path, self.node.configuration(prevResult=None)).problems(7)
            wrong += self.node.call("CHECK", "/run/netns/not-there").problems(8)
            wrong += self.node.call("CHECK", ns.path, self.node.configuration("0.3.1")).problems(1, ["CHECK"])
            self.server.put(n.pod(containers=[{"name": "shop"}]))
            return wrong + self.node.call("CHECK", ns.path).problems()

    # ---- results ----

    def result_is_passed_on(self):
        """As it came: unknown keys, odd numbers and blanks in it."""
        self.server.put(n.pod(containers=[{"name": "shop"}]))
        odd = (
            '{ "cniVersion" : "1.0.0", "ips":[{"address":"2001:DB8:0:0::1/64", "x":{"a":[1e3,"\\u00e9"]}}],\n "extra":'
            '123456789012345678901234567890, "dns" : { "domain":"d" }}'
        )
        conf = json.dumps(self.node.configuration(prevResult=None))[:-1] + ', "prevResult": ' + odd + "}"
        wrong = []
        with n.namespace() as ns:
            out = self.node.call("ADD", ns.path, conf).out
            for part in (
                '"2001:DB8:0:0::1/64"',
                "1e3",
                '"\\u00e9"',
                "123456789012345678901234567890",
                '{ "domain":"d" }',
            ):
                wrong += [] if part in out else [f"{part} is not in {out}"]
            wrong += [] if json.loads(out) == json.loads(odd) else ["another result"]
            for version, dns in (("0.3.1", True), ("0.4.0", True), ("1.0.0", False), ("1.1.0", False)):
                got = self.node.call(
                    "ADD", ns.path, self.node.configuration(version, prevResult=n.previous(version, dns={}))
                ).json
                wrong += [] if ("dns" in got) == dns and got["cniVersion"] == version else [f"{version}: {got}"]
                got = self.node.call("ADD", ns.path, self.node.configuration(version, prevResult=None)).json
                wrong += [] if got == {"cniVersion": version, **({"dns": {}} if dns else {})} else [f"{version}: {got}"]
            got = self.node.call("ADD", ns.path, self.node.configuration("1.1.0", prevResult=n.previous("1.0.0"))).json
            wrong += [] if got["cniVersion"] == "1.1.0" else [f"1.0.0 as 1.1.0: {got}"]
        return wrong

    def bad_results(self):
        """Refused before any rule is made."""
        self.server.put(n.pod())
        bad = [
            {},
            {"cniVersion": "0.3.1"},
            {"cniVersion": "1.0.0", "ips": [{"address": "10.0.0.1"}]},
            {"cniVersion": "1.0.0", "ips": [{"address": "300.0.0.1/8"}]},
            {"cniVersion": "1.0.0", "ips": [{}]},
            {"cniVersion": "1.0.0", "ips": {"address": "10.0.0.1/8"}},
            {"cniVersion": "1.0.0", "routes": [{"dst": "0/0"}]},
            {"cniVersion": "1.0.0", "interfaces": ["eth0"]},
            {"cniVersion": "1.0.0", "dns": []},
            {"cniVersion": 1},
        ]
        wrong = []
        with n.namespace() as ns:
            for previous in bad:
                wrong += [
                    f"{previous}: {p}"
                    for p in self.node.call("ADD", ns.path, self.node.configuration(prevResult=previous)).problems(7)
                ]
            wrong += self.node.call("ADD", ns.path, self.node.configuration(prevResult="x")).problems(6)
            wrong += self.node.call("ADD", ns.path, self.node.configuration("0.2.0", prevResult=None)).problems(7)
            return wrong + (["there are rules"] if n.state(ns) else [])

    # ---- the environment and the configuration ----

    def variables(self):
        wrong = []
        with n.namespace() as ns:
            for name in ("CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"):
                for value in (None, ""):
                    wrong += (
                        self.node.call("ADD", ns.path, **{name: value}).problems(4, [name])
                        if name != "CNI_NETNS"
                        else self.node.call("ADD", value).problems(4, [name])
                    )
            for name, value in (
                ("CNI_CONTAINERID", "a/b"),
                ("CNI_CONTAINERID", "-a"),
                ("CNI_IFNAME", "abcdefghijklmnop"),
                ("CNI_IFNAME", "a:b"),
                ("CNI_IFNAME", ".."),
                ("CNI_COMMAND", "RESTART"),
            ):
                wrong += self.node.call("ADD", ns.path, **{name: value}).problems(4, [name, value])
            for args in (
                "K8S_POD_NAME",
                "A=b",
                "IgnoreUnknown=1;",
                "IgnoreUnknown=1;K8S_POD_NAME=a=b",
                "IgnoreUnknown=maybe",
            ):
                wrong += self.node.call("ADD", ns.path, args=args).problems(4, ["CNI_ARGS"])
        answer = self.node.call("ADD", "", CNI_COMMAND=None)
        wrong += [] if answer.exit == 0 and not answer.out and "CNI plugin" in answer.err else ["no word about itself"]
        return wrong

    def configurations(self):
        wrong = []
        with n.namespace() as ns:
            for text, code in (
                ("", 6),
                ("{", 6),
                ("[]", 6),
                ("null", 7),
                ("{}x", 6),
                ('{"name":"a b"}', 7),
                ('{"name":""}', 7),
                ('{"name":"a","cniVersion":"1.2.0"}', 1),
                ('{"name":"a","cniVersion":7}', 6),
                ("\x00", 6),
                ("[" * 100000, 6),
                ('{"name":"a","name":"b c"}', 7),
            ):
                for command in ("ADD", "DEL"):
                    wrong += [
                        f"{text[:40]!r} {command}: {p}" for p in self.node.call(command, ns.path, text).problems(code)
                    ]
            for key, value in (
                ("exclude_namespaces", "x"),
                ("exclude_namespaces", [1]),
                ("native_nftables", "yes"),
                ("pod_namespace", []),
            ):
                wrong += self.node.call("ADD", ns.path, self.node.configuration(**{key: value})).problems(6, [key])
            self.server.put(n.pod())
            conf = self.node.configuration(
                exclude_namespaces=None, Exclude_Namespaces=["market"], unknown={"a": 1}, plugin_log_level="loud"
            )
            wrong += self.node.call("ADD", ns.path, conf).problems() + (
                ["keys in another case are not read"] if n.state(ns) else []
            )
        return wrong

    def names_alone(self):
        """Pods that need neither kubeconfig nor server."""
        count = len(self.server.requests)
        self.node.write_kubeconfig(None)
        wrong = []
        try:
            for args in (
                "",
                "IgnoreUnknown=1;K8S_POD_NAME=shop",
                "K8S_POD_NAMESPACE=kube-system;K8S_POD_NAME=x",
                "K8S_POD_NAMESPACE=istio-system;K8S_POD_NAME=istio-cni-node-x",
            ):
                wrong += [f"{args}: {p}" for p in self.node.call("ADD", "/run/netns/not-there", args=args).problems()]
            wrong += self.node.call(
                "ADD", "/x", args="K8S_POD_NAMESPACE=market;K8S_POD_NAME=istio-cni-node-x"
            ).problems(100, ["istio-cni-kubeconfig"])
        finally:
            self.node.write_kubeconfig(self.server.kubeconfig())
        return wrong + ([] if len(self.server.requests) == count else ["the server was asked"])

    def namespaces(self):
        self.server.put(n.pod())
        wrong = self.node.call("ADD", "/run/netns/not-there").problems(8, ["/run/netns/not-there"])
        wrong += self.node.call("ADD", "/etc/passwd").problems(8, ["/etc/passwd"])
        wrong += self.node.call("ADD", "/proc/self/ns/mnt").problems(8)
        pipe = self.node.folder + "/pipe"
        os.mkfifo(pipe)
        wrong += self.node.call("ADD", pipe).problems(8)
        before = n.lab.sh("iptables-nft", "-t", "nat", "-S", check=False).stdout
        wrong += self.node.call("ADD", "/proc/self/ns/net").problems(8, ["own"])
        wrong += (
            []
            if n.lab.sh("iptables-nft", "-t", "nat", "-S", check=False).stdout == before
            else ["the node's own rules changed"]
        )
        with n.lab.Namespace() as empty:
            wrong += self.node.call("ADD", empty.path).problems(103, ["address"])
        with n.namespace() as ns:
            wrong += self.node.call("ADD", ns.path, PATH="/nowhere").problems(103, ["iptables"])
        return wrong

    def del_is_quick(self):
        self.node.write_kubeconfig(None)
        try:
            wrong = []
            for netns in ("", "/run/netns/not-there", "/proc/self/ns/net"):
                for conf in (
                    self.node.configuration(),
                    self.node.configuration(prevResult={"x": 1}),
                    self.node.configuration("0.3.1"),
                ):
                    answer = self.node.call("DEL", netns, conf)
                    wrong += answer.problems() + ([answer.out] if answer.out else [])
            wrong += self.node.call("DEL", "", self.node.configuration("9.9.9")).problems(1)
            for version in ("0.1.0", "1.1.0"):
                answer = self.node.call("VERSION", "", "")
                wrong += answer.problems() + ([] if "1.1.0" in answer.json["supportedVersions"] else [answer.out])
            answer = self.node.call("GC", "", self.node.configuration("1.1.0", **{"cni.dev/valid-attachments": []}))
            wrong += answer.problems() + ([answer.out] if answer.out else [])
            wrong += self.node.call("GC", "", self.node.configuration("1.0.0")).problems(1, ["GC"])
        finally:
            self.node.write_kubeconfig(self.server.kubeconfig())
        return wrong

    def libraries(self):
        """What is loaded, and which programs are run: nothing that the command has no use for."""
        self.server.put(n.pod())
        trace = self.node.folder + "/trace"
        wrong = []

        def traced(command, conf, *netns):
            # A file for each process (-ff): in a common one, calls of two at once are written in halves.
            for file in glob.glob(trace + ".*"):
                os.unlink(file)
            plain, self.node.plugin = self.node.plugin, self.node.folder + "/traced"
            with open(self.node.plugin, "w") as file:
                file.write(
                    "#!/bin/sh\nexport ASAN_OPTIONS=detect_leaks=0\n"
                    f"exec strace -ff -qq -o {trace} -e trace=execve,openat {plain}\n"
                )
            os.chmod(self.node.plugin, 0o755)
            try:
                answer = self.node.call(command, *netns, conf)
            finally:
                self.node.plugin = plain
            text = ""
            for name in sorted(glob.glob(trace + ".*")):
                with open(name) as file:
                    text += file.read()
            return answer, text

        if not any(os.access(f"{folder}/strace", os.X_OK) for folder in n.PATH.split(":")):
            return "strace is not installed"
        for command in ("VERSION", "DEL"):
            answer, text = traced(command, self.node.configuration(), "")
            wrong += [] if "libc.so" in text else ["strace has seen nothing"]
            for library in ("libcurl", "libgnutls", "libnftables"):
                wrong += [f"{command} loads {library}"] if library in text else []
        with n.namespace() as ns:
            answer, text = traced("ADD", self.node.configuration(), ns.path)
            wrong += answer.problems()
            programs = [line for line in text.splitlines() if "execve(" in line and "= 0" in line]
            programs = [p for p in programs if "/traced" not in p and "istio-cni" not in p and "pillion" not in p]
            if len(programs) != 1 or "iptables-nft-restore" not in programs[0]:
                wrong += ["programs of ADD:", *programs]
            wrong += ["ADD loads libcurl"] if "libcurl" in text else []
        with n.namespace() as ns:
            answer, text = traced("ADD", self.node.configuration(native_nftables=True), ns.path)
            programs = [line for line in text.splitlines() if "execve(" in line and "tables" in line]
            wrong += answer.problems() + programs
        return wrong

    # ---- the API server ----

    def behaviours(self):
        """Answers in every legal form are understood; nothing else makes a pod without capture."""
        body = json.dumps(n.pod()).encode()
        pieces = [body[:7], body[7:100], body[100:]]
        chunks = b"".join(f"{len(p):x};x=y\r\n".encode() + p + b"\r\n" for p in pieces) + b"0\r\nTrailer: x\r\n\r\n"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        whole = api.message("200 OK", body)
        good = {
            "chunked": lambda *_: api.message("200 OK", chunks, ["Transfer-Encoding: chunked"]),
            "byte by byte": lambda *_: [whole[i : i + 1] for i in range(len(whole))],
            "up to the end": lambda *_: head + b"\r\n" + body,
            "after 100": lambda *_: b"HTTP/1.1 100 Continue\r\n\r\n" + whole,
            "HTTP/1.0": lambda *_: b"HTTP/1.0 200 OK\ncontent-LENGTH:  %d \n\n" % len(body) + body,
            "500 once": lambda s, p, k: api.status(500, "InternalError", "x") if k == 1 else None,
            "429 once": lambda s, p, k: api.status(429, "TooManyRequests", "x") if k == 1 else None,
            "not there yet": lambda s, p, k: api.status(404, "NotFound", "x") if k < 3 else None,
            "401 once": lambda s, p, k: api.status(401, "Unauthorized", "x") if k == 1 else None,
            "cut off once": lambda s, p, k: whole[:-5] if k == 1 else None,
        }
        bad = {
            "another pod": lambda *_: api.message("200 OK", json.dumps(n.pod(name="other")).encode()),
            "no pod": lambda *_: api.message("200 OK", b"{}"),
            "a list": lambda *_: api.message("200 OK", b"[]"),
            "no JSON": lambda *_: api.message("200 OK", b"<html>"),
            "redirection": lambda *_: api.message("302 Found", b"", ["Location: https://127.0.0.1/"]),
            "no HTTP": lambda *_: b"SSH-2.0-x\r\n\r\n",
            "two lengths": lambda *_: head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
            "endless head": lambda *_: head + b"X: y\r\n" * 100000,
            "a chunk too long": lambda *_: head + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
            "cut off": lambda *_: whole[:-1],
            "up to an end that anybody could make": lambda *_: [head + b"\r\n" + body, None],
            "forbidden": lambda *_: api.status(403, "Forbidden", "no"),
            "nothing": lambda *_: b"",
        }
        wrong = []
        self.server.put(n.pod())
        for name, behave in good.items():
            self.server.requests.clear()
            self.server.behave = behave
            with n.namespace() as ns:
                wrong += [f"{name}: {p}" for p in self.node.call("ADD", ns.path).problems()]
                wrong += [] if n.state(ns) else [f"{name}: no rules"]
        processes = []
        for name, behave in bad.items():  # each takes as long as it is tried again
            conf, server = self.elsewhere(name, behave)
            ns = n.namespace()
            processes.append((name, server, ns, self.node.start("ADD", ns.path, conf)))
        for name, server, ns, process in processes:
            answer = self.node.finish(process, 90)
            wrong += (
                [f"{name}: exit {answer.exit} {answer.out}"] if answer.exit != 1 or "code" not in answer.json else []
            )
            wrong += [f"{name}: rules"] if n.state(ns) else []
            server.close()
            ns.__exit__()
        self.server.behave = None
        return wrong

    def silence(self):
        """A server that says nothing, before or after the handshake, ends in an error within the runtime's time."""
        wrong, running = [], []
        for name, behave in (("at once", "silent"), ("behind the question", lambda *_: "silent")):
            conf, server = self.elsewhere("silent " + name, behave)
            ns = n.namespace()
            running.append((name, server, ns, self.node.start("ADD", ns.path, conf)))
            # Its own agent gets through all the same.
            wrong += self.node.call(
                "ADD", "/x", conf, args="K8S_POD_NAMESPACE=istio-system;K8S_POD_NAME=istio-cni-node-x"
            ).problems()
        for name, server, ns, process in running:
            answer = self.node.finish(process, 90)
            wrong += [f"{name}: {p}" for p in answer.problems(11, ["no answer"])] + (
                [f"{name}: rules"] if n.state(ns) else []
            )
            server.close()
            ns.__exit__()
        return wrong

    def elsewhere(self, name, behave=None, kubeconfig=None):
        """A configuration with a run folder and server of its own."""
        server = api.Server(self.node.folder)
        server.put(n.pod())
        server.behave = behave
        folder = self.node.folder + "/" + name.replace(" ", "-")
        os.mkdir(folder)
        with open(folder + "/istio-cni-kubeconfig", "w") as file:
            file.write(server.kubeconfig() if kubeconfig is None else kubeconfig)
        return self.node.configuration("1.1.0", cni_agent_run_dir=folder), server

    def kubeconfigs(self):
        self.server.put(n.pod())
        _, other = api.certificate(self.node.folder, "other")
        six = api.Server(self.node.folder, "::1")
        six.put(n.pod())
        other_name = api.Server(self.node.folder, names="IP:10.0.0.1")
        port = self.server.url.rsplit(":", 1)[1]
        good = {
            "by a slash": self.server.kubeconfig(url=self.server.url + "/"),
            "unchecked": self.server.kubeconfig(
                more={"certificate-authority-data": None, "insecure-skip-tls-verify": True}
            ),
            "IPv6": six.kubeconfig(),
            "a name, by libcurl": self.server.kubeconfig(
                url=f"https://localhost:{port}", more={"tls-server-name": "127.0.0.1"}
            ),
        }
        bad = {
            "another authority": (self.server.kubeconfig(authority=other), "an authority that is not known"),
            "another name": (other_name.kubeconfig(), "set tls-server-name"),
            "another token": (self.server.kubeconfig(token="old"), "401"),
            "nobody there": (self.server.kubeconfig(url="https://127.0.0.1:1"), "refused"),
            "garbage": ("{", "istio-cni-kubeconfig"),
            "empty": ("", "istio-cni-kubeconfig"),
        }
        wrong = []
        for name, text in good.items():
            self.node.write_kubeconfig(text)
            with n.namespace() as ns:
                wrong += [f"{name}: {p}" for p in self.node.call("ADD", ns.path).problems()] + (
                    [] if n.state(ns) else [f"{name}: no rules"]
                )
        running = []
        for name, (text, word) in bad.items():
            conf, server = self.elsewhere(name, kubeconfig=text)
            server.close()
            ns = n.namespace()
            running.append((name, word, ns, self.node.start("ADD", ns.path, conf)))
            wrong += [f"{name}: {p}" for p in self.node.call("STATUS", "", conf).problems(50)]
        for name, word, ns, process in running:
            answer = self.node.finish(process, 90)
            wrong += [] if answer.exit == 1 and word in answer.json["msg"] else [f"{name}: {answer.out}"]
            wrong += [f"{name}: a token in the message"] if "a-token" in answer.out + answer.err else []
            wrong += [f"{name}: rules"] if n.state(ns) else []
            ns.__exit__()
        # The agent writes a new token while the plugin asks.
        self.node.write_kubeconfig(self.server.kubeconfig(token="old"))
        with n.namespace() as ns:
            process = self.node.start("ADD", ns.path)
            time.sleep(0.6)
            self.node.write_kubeconfig(self.server.kubeconfig())
            wrong += [f"new token: {p}" for p in self.node.finish(process).problems()]
        self.node.write_kubeconfig(None)
        wrong += self.node.call("STATUS", "", self.node.configuration("1.1.0")).problems(50)
        self.node.write_kubeconfig(self.server.kubeconfig())
        wrong += self.node.call("STATUS", "", self.node.configuration("1.1.0")).problems()
        wrong += self.node.call("STATUS", "", self.node.configuration("1.0.0")).problems(1)
        # An older configuration has no folder, and names the file.
        path = self.node.run_folder + "/istio-cni-kubeconfig"
        conf = self.node.configuration(cni_agent_run_dir=None, kubernetes={"kubeconfig": path})
        with n.namespace() as ns:
            wrong += self.node.call("ADD", ns.path, conf).problems() + (
                [] if n.state(ns) else ["kubernetes.kubeconfig: no rules"]
            )
        six.close()
        other_name.close()
        return wrong

    # ---- logs ----

    def foreign_certificate(self):
        """One that the right authority has signed, for another server."""
        wrong = []
        for names in ("IP:127.0.0.9", "DNS:127.0.0.1", "DNS:localhost"):
            server = api.Server(self.node.folder, names=names)
            server.put(n.pod())
            folder = self.node.folder + "/" + names.replace(":", "-")
            os.mkdir(folder)
            with open(folder + "/istio-cni-kubeconfig", "w") as file:
                file.write(server.kubeconfig())
            conf = self.node.configuration("1.1.0", cni_agent_run_dir=folder)
            wrong += [f"{names}: {p}" for p in self.node.call("STATUS", "", conf).problems(50, ["match"])]
            wrong += [f"{names}: it was asked"] if server.requests else []
            server.close()
        return wrong

    def logs(self):
        received = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                received.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

            def address_string(self):
                return "agent"

        path = self.node.run_folder + "/log.sock"
        log = self.node.run_folder + "/istio-cni.log"
        agent = socketserver.ThreadingUnixStreamServer(path, Handler)
        threading.Thread(target=agent.serve_forever, daemon=True).start()
        self.server.put(n.pod())
        if os.path.exists(log):
            os.unlink(log)
        wrong = []
        with n.namespace() as ns:
            answer = self.node.call("ADD", ns.path)
            wrong += answer.problems()
            for line in answer.log:
                wrong += (
                    [] if {"level", "time", "msg", "pod"} <= set(line) and line["pod"] == "market/shop" else [f"{line}"]
                )
            wrong += [] if answer.err and open(log).read() == answer.err else ["the file has other lines"]
            # The plugin waits a quarter of a second for the agent's answer, and has sent its lines by then.
            end = time.monotonic() + 20
            while not received and time.monotonic() < end:
                time.sleep(0.02)
            wrong += [] if received == [("/log", answer.err.splitlines())] else [f"the agent got {received}"]
            wrong += [] if os.stat(log).st_mode & 0o007 == 0 else ["everybody may read the log"]
            quiet = self.node.call("ADD", ns.path, self.node.configuration(plugin_log_level="error"))
            wrong += quiet.problems() + ([quiet.err] if quiet.err else [])
            with open(log, "wb") as file:
                file.truncate(10 << 20)
            wrong += self.node.call("ADD", ns.path).problems()
            wrong += (
                []
                if os.stat(log).st_size < 10000 and os.stat(log + ".1").st_size >= 10 << 20
                else ["not set aside at 10 MB"]
            )
            agent.shutdown()
            agent.server_close()  # now nobody listens
            wrong += self.node.call("ADD", ns.path).problems()
            os.unlink(path)
            silent = n.api.socket.socket(n.api.socket.AF_UNIX)
            silent.bind(path)
            silent.listen(8)
            answer = self.node.call("ADD", ns.path)
            wrong += answer.problems() + (
                [f"waits {answer.seconds:.1f} s for a silent agent"] if answer.seconds > 20 else []
            )
            silent.close()
            os.unlink(path)
            os.unlink(log)
            os.mkfifo(log)
            wrong += self.node.call("ADD", ns.path).problems()
            os.unlink(log)
        return wrong

    def hostile_names(self):
        wrong = []
        for name in ("..", "../../../api", "a/b", "a%2fb", "x" * 5000, "a\nb", "\"", "\u00e9"):
            answer = self.node.call(
                "ADD", "/x", args=f"IgnoreUnknown=1;K8S_POD_NAMESPACE=market;K8S_POD_NAME={name}", timeout=90
            )
            wrong += (
                [] if answer.exit == 1 and "code" in answer.json and answer.log else [f"{name[:20]!r}: {answer.out}"]
            )
        paths = [path for _, path, _ in self.server.requests if not path.startswith("/api/v1/namespaces/")]
        return wrong + paths

    def full(self):
        """Standard output that cannot be written is no success."""
        self.server.put(n.pod(containers=[{"name": "shop"}]))
        with open("/dev/full", "w") as full:
            process = self.node.start("ADD", "/x", stdout=full)
            _, err = process.communicate(timeout=60)
        return [] if process.returncode == 1 and "No space left" in err else [f"exit {process.returncode}: {err}"]

    def all(self):
        for name, pod, init, addresses, conf in RULES:
            yield f"rules: {name}", lambda p=pod, i=init, a=addresses, c=conf: self.rules(p, i, a, c)
        for name, pod, word in SKIPPED:
            yield f"skipped: {name}", lambda p=pod, w=word: self.skipped(p, w)
        for name, pod in CAPTURED:
            yield f"captured: {name}", lambda p=pod: self.captured(p)
        for key, value in BAD_ANNOTATIONS:
            yield f"annotation: {key.split('/')[1]}={value}", lambda k=key, v=value: self.bad_annotation(k, v)
        for name in (
            "user_out_of_range",
            "node_environment",
            "last_add_wins",
            "legacy_tables",
            "others_stay",
            "at_once",
            "check_sees",
            "check_more",
            "result_is_passed_on",
            "bad_results",
            "variables",
            "configurations",
            "names_alone",
            "namespaces",
            "del_is_quick",
            "libraries",
            "foreign_certificate",
            "logs",
            "full",
        ):
            yield name.replace("_", " "), getattr(self, name)


# They wait for half a minute each, until the plugin gives up: beside the others, so each on a node of its own.
WAITING = ("behaviours", "silence", "kubeconfigs", "hostile_names")


def waiting(pillion, plugin, folder):
    for name in WAITING:
        own = f"{folder}/{name}"
        os.mkdir(own)
        yield name.replace("_", " "), getattr(Tests(pillion, n.Node(plugin, own)), name)
