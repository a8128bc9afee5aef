"""A pod as the injector makes it, run as a kubelet would: its init container, its sidecar, its probes and hooks. There
are no images; the app's containers are servers of the test."""
import json
import os
import pathlib
import ssl
import struct
import subprocess

import pods


class Injected:
    """One pod of a manifest. Its parts start when they are told to, since their order is what some tests are about."""

    def __init__(self, bench, world, manifest, number=2, flags=()):
        import yaml
        self.bench, self.world = bench, world
        done = subprocess.run([*bench.pillion, "inject", "-f", "-", *flags], input=manifest, capture_output=True,
                              text=True, timeout=60)
        if done.returncode:
            raise RuntimeError(f"inject: {done.stderr.strip()}")
        document = next(d for d in yaml.safe_load_all(done.stdout) if d)
        self.template = document["spec"]["template"] if document["kind"] != "Pod" else document
        self.name = f"{document['metadata']['name']}-{number}"
        self.spec = self.template["spec"]
        self.containers = {c["name"]: c for c in self.spec.get("initContainers", []) + self.spec["containers"]}
        self.sidecar = self.containers["istio-proxy"]
        self.pod = bench.pod(world, number)
        self.files()

    def files(self):
        folder = pathlib.Path(self.pod.folder) / "etc/istio/pod"
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("labels", "annotations"):
            values = self.template["metadata"].get(name) or {}
            (folder / name).write_text("".join(f"{k}={json.dumps(v)}\n" for k, v in values.items()))

    def field(self, path):
        known = {"metadata.name": self.name, "metadata.namespace": "default", "status.podIP": self.pod.address,
                 "status.podIPs": f"{self.pod.address},{self.pod.address6}", "status.hostIP": "198.18.0.1",
                 "spec.nodeName": "node", "spec.serviceAccountName": "default"}
        return known[path]

    def environment(self, container):
        made = {}
        for item in container.get("env") or []:
            source = item.get("valueFrom") or {}
            if "fieldRef" in source:
                made[item["name"]] = self.field(source["fieldRef"]["fieldPath"])
            elif "resourceFieldRef" in source:
                limit = (container.get("resources") or {}).get("limits") or {}
                made[item["name"]] = str(limit.get("cpu", os.cpu_count()))
            else:
                made[item["name"]] = item.get("value") or ""
        return made

    def words(self, container):
        environment = self.environment(container)
        def expand(word):
            for name, value in environment.items():
                word = word.replace(f"$({name})", value)
            return word
        return [expand(word) for word in container.get("args") or []]

    def run_init(self):
        """The init container, with the ids and capabilities that its security context has."""
        container = self.containers["istio-init"]
        context = container["securityContext"]
        added = context["capabilities"].get("add") or []
        process = self.pod.start([*self.bench.pillion, *self.words(container)], context["runAsUser"],
                                 context["runAsGroup"], environment=self.environment(container),
                                 capabilities=",".join(["-all", *(f"+{name.lower()}" for name in added)]),
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        out = process.communicate(timeout=60)[0]
        if process.returncode:
            raise RuntimeError(f"istio-init: {out}")

    def start_proxy(self, environment=None, wait=True):
        words = self.words(self.sidecar)
        assert words[:2] == ["proxy", "sidecar"], words
        assert self.sidecar["securityContext"]["runAsUser"] == pods.PROXY_UID
        settings = {**self.environment(self.sidecar), **(environment or {})}
        return self.pod.proxy(self.bench.pillion, words[2:], settings, wait=wait)

    def start(self, environment=None):
        self.run_init()
        return self.start_proxy(environment)

    def hook(self, name):
        """Runs the sidecar's own hook in its container, and gives the process."""
        command = self.sidecar["lifecycle"][name]["exec"]["command"]
        assert command[0] in ("pillion", "pilot-agent", "/usr/local/bin/pilot-agent"), command
        return self.pod.start([*self.bench.pillion, *command[1:]], pods.PROXY_UID, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)

    def probe(self, container, kind):
        """As the kubelet: from the node, with the probe's own headers. The status, or None when nobody answers."""
        probe = self.containers[container][kind]["httpGet"]
        headers = [f"{h['name']}: {h['value']}" for h in probe.get("httpHeaders") or []]
        return self.get(probe["port"], probe["path"], headers)

    def get(self, port, path, headers=()):
        try:
            return self.world.get(self.pod.address, port, path, ["User-Agent: kube-probe/1.31", *headers])[0]
        except OSError:
            return None


# ---- apps -----------------------------------------------------------------------------------------------------------

class Http(pods.Server):
    """An app that speaks HTTP/1.1, with connections that are kept: `answer` makes a status and a body of each request's
    path. Once `leaving`, it says so at the end of each answer, and closes."""

    def __init__(self, place, answer, port=0, context=None, uid=pods.APP_UID):
        self.answer, self.context, self.requests, self.leaving = answer, context, [], False
        super().__init__(place, self.talk, port=port, uid=uid)

    def talk(self, connection):
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        pending = b""
        while True:
            while b"\r\n\r\n" not in pending:
                got = connection.recv(65536)
                if not got:
                    return
                pending += got
            head, _, pending = pending.partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            self.requests.append((lines[0], {k.lower(): v for k, v in (x.split(": ", 1) for x in lines[1:])},
                                  connection.getpeername()[0]))
            ends = self.leaving or "connection: close" in head.decode().lower()
            status, body = self.answer(lines[0].split(" ")[1])
            connection.sendall(f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\n"
                               f"{'Connection: close' if ends else 'X-Kept: yes'}\r\n\r\n".encode() + body)
            if ends:
                return


def certificate(folder):
    """A context of a server with a certificate that nobody knows."""
    key, cert = (os.path.join(folder, name) for name in ("key.pem", "cert.pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", cert, "-subj", "/CN=app", "-days", "2"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


class Grpc(pods.Server):
    """gRPC's health service (grpc/health/v1): SERVING or not, as `status` says; 1 is SERVING."""

    def __init__(self, place, port=0):
        self.status, self.services = 1, []
        super().__init__(place, self.talk, port=port)

    @staticmethod
    def frame(kind, flags, stream, payload=b""):
        return struct.pack("!I", len(payload))[1:] + bytes([kind, flags]) + struct.pack("!I", stream) + payload

    @staticmethod
    def field(name, value):
        return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value

    def talk(self, connection):
        if pods.receive(connection, 24) != b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":
            raise ValueError("no HTTP/2")
        connection.sendall(self.frame(4, 0, 0))
        while True:
            head = pods.receive(connection, 9)
            if len(head) < 9:
                return
            length, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
            stream = int.from_bytes(head[5:], "big")
            payload = pods.receive(connection, length) if length else b""
            if kind == 4 and not flags & 1:
                connection.sendall(self.frame(4, 1, 0))
            elif kind == 6 and not flags & 1:
                connection.sendall(self.frame(6, 1, 0, payload))
            elif kind == 0 and flags & 1:
                self.services.append(payload[7:].decode())
                headers = b"\x88" + self.field(b"content-type", b"application/grpc")
                connection.sendall(self.frame(1, 4, stream, headers) +
                                   self.frame(0, 0, stream, b"\0\0\0\0\x02\x08" + bytes([self.status])) +
                                   self.frame(1, 5, stream, self.field(b"grpc-status", b"0")))
