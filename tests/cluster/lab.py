"""A control plane to test against: etcd and kube-apiserver as plain processes on the loopback, and clients for them.

Nothing but Python's standard library, etcd, openssl and kubectl. Everything lives in one temporary folder and ends with
the process that made it, whatever becomes of that.
"""
import base64
import http.client
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from ports import free_port  # noqa: E402

# Kubernetes accepts these for a service that leads to this machine; see Lab.service.
HERE = "localhost"
TOKENS = {"admin": ("admin-token", "system:masters"), "nobody": ("nobody-token", "")}
KINDS = {
    "Pod": ("v1", "pods"), "Namespace": ("v1", "namespaces"), "ConfigMap": ("v1", "configmaps"),
    "Node": ("v1", "nodes"),
    "Secret": ("v1", "secrets"), "Service": ("v1", "services"), "ServiceAccount": ("v1", "serviceaccounts"),
    "Deployment": ("apps/v1", "deployments"), "ReplicaSet": ("apps/v1", "replicasets"),
    "Role": ("rbac.authorization.k8s.io/v1", "roles"), "RoleBinding": ("rbac.authorization.k8s.io/v1", "rolebindings"),
    "ClusterRole": ("rbac.authorization.k8s.io/v1", "clusterroles"),
    "ClusterRoleBinding": ("rbac.authorization.k8s.io/v1", "clusterrolebindings"),
    "MutatingWebhookConfiguration": ("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations"),
}
# What service accounts ask for is recorded: a test compares it with what they may ask for.
AUDIT_POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  userGroups: ["system:serviceaccounts"]
- level: None
"""


class Wrong(Exception):
    """What a test found, one line each."""

    def __init__(self, *lines):
        super().__init__("\n".join(str(line) for line in lines))


class Skip(Exception):
    """A test that cannot run here, and why."""


def check(condition, *what):
    if not condition:
        raise Wrong(*what)


def wait_for(what, ask, seconds=90, pause=0.02):
    """Asks until the answer is true, and gives it. An answer (False, text) says what was there instead. So many seconds,
    since machines stand still at times, and the program's pauses between tries grow."""
    until, last = time.monotonic() + seconds, None
    while True:
        try:
            last = ask()
        except (OSError, http.client.HTTPException) as problem:
            last = (False, f"{type(problem).__name__}: {problem}")
        if last and not (isinstance(last, tuple) and last[0] is False):
            return last
        if time.monotonic() > until:
            raise Wrong(f"waited {seconds} s: {what}" + (f"; at last: {last[1]}" if isinstance(last, tuple) else ""))
        time.sleep(pause)


def run(*argv, check_code=True, stdin=None, **more):
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, timeout=120, input=stdin,
                          **more)
    if check_code and done.returncode:
        raise Wrong(f"{' '.join(map(str, argv))}: exit {done.returncode}: {done.stderr.strip()[-1500:]}")
    return done


class Process:
    """A program in the background, its output in a file. The kernel ends it when this process dies."""

    def __init__(self, argv, log, environment=None):
        self.log_path = log
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, argv)], stdin=subprocess.DEVNULL,
                                          stdout=out, stderr=out, env=environment)

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def alive(self):
        return self.popen.poll() is None

    def signal(self, number):
        if self.alive():
            self.popen.send_signal(number)

    def kill(self):
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGKILL)
        return self.popen.wait(30)


class Authority:
    """A certificate authority of openssl's, for the API server and for webhooks that bring files."""

    def __init__(self, folder, name, days=30):
        os.makedirs(folder, exist_ok=True)
        self.folder, self.certificate, self.key = folder, f"{folder}/ca.crt", f"{folder}/ca.key"
        make_key(self.key)
        run("openssl", "req", "-x509", "-new", "-key", self.key, "-subj", f"/CN={name}", "-days", days, "-out",
            self.certificate, "-addext", "basicConstraints=critical,CA:true", "-addext",
            "keyUsage=critical,keyCertSign,cRLSign")

    @classmethod
    def found(cls, folder, certificate, key):
        """One that somebody else made, from its PEM texts."""
        made = cls.__new__(cls)
        os.makedirs(folder, exist_ok=True)
        made.folder, made.certificate, made.key = folder, f"{folder}/ca.crt", f"{folder}/ca.key"
        for path, text in ((made.certificate, certificate), (made.key, key)):
            with open(path, "w") as file:
                file.write(text)
        return made

    def issue(self, name, subject, names=(), days=(0, 30)):
        """NAME.crt and NAME.key in the folder, for these SANs ("DNS:a", "IP:1.2.3.4"), valid from and to so many days
        from now."""
        base = f"{self.folder}/{name}"
        make_key(base + ".key")
        run("openssl", "req", "-new", "-key", base + ".key", "-subj", subject, "-out", base + ".csr")
        with open(base + ".cnf", "w") as file:
            file.write("[ca]\ndefault_ca=one\n[one]\npolicy=any\ndefault_md=sha256\nunique_subject=no\n"
                       f"database={base}.db\nnew_certs_dir={self.folder}\nrand_serial=yes\n"
                       "[any]\ncommonName=optional\norganizationName=optional\n"
                       "[more]\nbasicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\n"
                       "extendedKeyUsage=serverAuth,clientAuth\n")
            if names:
                file.write(f"subjectAltName={','.join(names)}\n")
        open(base + ".db", "w").close()
        # A minute back: what reads the clock in whole seconds must not find it in the future.
        start, end = (time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() - 60 + day * 86400)) for day in days)
        run("openssl", "ca", "-batch", "-notext", "-config", base + ".cnf", "-extensions", "more", "-cert",
            self.certificate, "-keyfile", self.key, "-startdate", start, "-enddate", end, "-in", base + ".csr", "-out",
            base + ".crt")
        return base + ".crt", base + ".key"

    def bundle(self):
        return encode(read_text(self.certificate))


def make_key(path):
    run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)


def read_text(path):
    with open(path) as file:
        return file.read()


def encode(text):
    return base64.b64encode(text.encode()).decode()


def decode(text):
    return base64.b64decode(text or "").decode()


def resource_path(kind, namespace=None, name=None, more=""):
    version, plural = KINDS[kind]
    return "".join(["/api/v1" if version == "v1" else f"/apis/{version}",
                    f"/namespaces/{namespace}" if namespace else "", f"/{plural}", f"/{name}" if name else "", more])


class Api:
    """Plain HTTPS to the API server, a kept connection for each thread."""

    def __init__(self, port, authority, token):
        self.port, self.token, self.local = port, token, threading.local()
        self.tls = ssl.create_default_context(cafile=authority.certificate)

    def request(self, method, path, body=None, content_type="application/json"):
        """(status, parsed answer). A kept connection that the server had closed is opened again."""
        data = json.dumps(body) if isinstance(body, (dict, list)) else body
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type, "Accept": "application/json"}
        for attempt in (0, 1):
            connection = getattr(self.local, "connection", None)
            fresh = connection is None
            if fresh:
                connection = self.local.connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=40,
                                                                                 context=self.tls)
            try:
                connection.request(method, path, data, headers)
                answer = connection.getresponse()
                text = answer.read()
                break
            except (OSError, http.client.HTTPException):
                connection.close()
                self.local.connection = None
                if fresh or attempt:
                    raise
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, {"message": text.decode(errors="replace")}

    def must(self, method, path, body=None, content_type="application/json"):
        status, answer = self.request(method, path, body, content_type)
        check(200 <= status < 300, f"{method} {path}: {status} {answer.get('message', answer)}")
        return answer

    def get(self, kind, namespace=None, name=None):
        return self.must("GET", resource_path(kind, namespace, name))

    def find(self, kind, namespace=None, name=None):
        status, answer = self.request("GET", resource_path(kind, namespace, name))
        check(status in (200, 404), f"GET {kind} {name}: {status} {answer.get('message')}")
        return answer if status == 200 else None

    def create(self, thing, namespace=None, query=""):
        thing.setdefault("apiVersion", KINDS[thing["kind"]][0])
        return self.must("POST", resource_path(thing["kind"], namespace, more=query), thing)

    def try_create(self, thing, namespace=None, query=""):
        thing.setdefault("apiVersion", KINDS[thing["kind"]][0])
        return self.request("POST", resource_path(thing["kind"], namespace, more=query), thing)

    def merge(self, kind, namespace, name, patch):
        return self.must("PATCH", resource_path(kind, namespace, name), patch, "application/merge-patch+json")

    def patch(self, kind, namespace, name, operations):
        return self.must("PATCH", resource_path(kind, namespace, name), operations, "application/json-patch+json")

    def delete(self, kind, namespace, name):
        status, answer = self.request("DELETE", resource_path(kind, namespace, name))
        check(status in (200, 202, 404), f"DELETE {kind} {name}: {status} {answer.get('message')}")

    def put_configmap(self, namespace, name, data):
        """Creates or replaces, as `kubectl apply` would."""
        thing = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
        status, answer = self.request("PUT", resource_path("ConfigMap", namespace, name), thing)
        if status == 404:
            return self.create(thing, namespace)
        check(status in (200, 201), f"PUT {name}: {status} {answer.get('message')}")
        return answer


class Lab:
    """The control plane: made once, used by all tests, each in namespaces of its own."""

    def __init__(self, apiserver, pillion):
        self.apiserver, self.pillion = apiserver, pillion
        self.folder = tempfile.mkdtemp(prefix="pillion-cluster-")
        self.etcd = self.server = None
        self.processes, self.count, self.made = [], 0, []
        self.authority = Authority(self.folder + "/pki", "pillion-test-cluster")
        self.ports = {name: free_port() for name in ("etcd", "peer", "server")}
        self.api = Api(self.ports["server"], self.authority, TOKENS["admin"][0])
        self.kubeconfig = self.make_kubeconfig("admin", token=TOKENS["admin"][0])
        self._prepare()

    def _prepare(self):
        self.serving = self.authority.issue("apiserver", "/CN=kube-apiserver", ["IP:127.0.0.1", "DNS:localhost"])
        self.account_key = self.folder + "/pki/accounts.key"
        run("openssl", "genrsa", "-out", self.account_key, 2048)
        with open(self.folder + "/tokens.csv", "w") as file:
            for user, (token, group) in TOKENS.items():
                file.write(f"{token},{user},{user},{group}\n")
        with open(self.folder + "/audit.yaml", "w") as file:
            file.write(AUDIT_POLICY)

    # ---- servers ----------------------------------------------------------------------------------------------------

    def start(self):
        self.start_etcd()
        self.start_server()
        self.api.create({"kind": "Namespace", "metadata": {"name": "istio-system"}})

    def start_etcd(self):
        client, peer = (f"http://127.0.0.1:{self.ports[name]}" for name in ("etcd", "peer"))
        self.etcd = Process(["etcd", "--name", "lab", "--data-dir", self.folder + "/etcd",
                             "--listen-client-urls", client, "--advertise-client-urls", client,
                             "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                             "--initial-cluster", f"lab={peer}"],
                            self.folder + "/etcd.log")

    def start_server(self, wait=True):
        pki = self.folder + "/pki"
        self.server = Process(
            [self.apiserver, "--etcd-servers", f"http://127.0.0.1:{self.ports['etcd']}", "--bind-address", "127.0.0.1",
             "--secure-port", self.ports["server"], "--advertise-address", "127.0.0.1", "--cert-dir", self.folder,
             "--tls-cert-file", self.serving[0], "--tls-private-key-file", self.serving[1],
             "--client-ca-file", self.authority.certificate, "--service-account-key-file", self.account_key,
             "--service-account-signing-key-file", self.account_key,
             "--service-account-issuer", "https://kubernetes.default.svc", "--authorization-mode", "RBAC",
             "--token-auth-file", self.folder + "/tokens.csv", "--service-cluster-ip-range", "10.0.0.0/24",
             "--disable-admission-plugins", "ServiceAccount", "--audit-policy-file", self.folder + "/audit.yaml",
             "--audit-log-path", self.folder + "/audit.log"],
            self.folder + "/apiserver.log")
        if wait:
            self.wait_ready()

    def wait_ready(self):
        def ready():
            check(self.server.alive() and self.etcd.alive(), "the control plane ended:",
                  *self.server.log().splitlines()[-5:], *self.etcd.log().splitlines()[-3:])
            return self.api.request("GET", "/readyz")[0] == 200
        wait_for("the API server is ready", ready, 300, 0.1)

    def etcd_compact(self):
        """Forgets all revisions but the last: a watch from an older one gets 410 Gone."""
        def ask(path, body):
            connection = http.client.HTTPConnection("127.0.0.1", self.ports["etcd"], timeout=10)
            connection.request("POST", path, json.dumps(body))
            answer = json.loads(connection.getresponse().read())
            connection.close()
            return answer
        revision = ask("/v3/kv/range", {"key": encode("x")})["header"]["revision"]
        ask("/v3/kv/compaction", {"revision": revision, "physical": True})
        return int(revision)

    def audit(self):
        with open(self.folder + "/audit.log") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    # ---- access -----------------------------------------------------------------------------------------------------

    def make_kubeconfig(self, name, token=None, token_file=None, certificate=None, namespace="default"):
        path = f"{self.folder}/{name}.kubeconfig"
        user = {"token": token} if token else {"tokenFile": token_file} if token_file else \
            {"client-certificate": certificate[0], "client-key": certificate[1]}
        cluster = {"server": f"https://127.0.0.1:{self.ports['server']}",
                   "certificate-authority-data": self.authority.bundle()}
        context = {"cluster": "lab", "user": name, "namespace": namespace}
        with open(path, "w") as file:
            json.dump({"apiVersion": "v1", "kind": "Config", "current-context": name,
                       "clusters": [{"name": "lab", "cluster": cluster}], "users": [{"name": name, "user": user}],
                       "contexts": [{"name": name, "context": context}]}, file)
        return path

    def account_token(self, namespace, name):
        """What `kubectl create token` asks for."""
        answer = self.api.must("POST", resource_path("ServiceAccount", namespace, name, "/token"),
                               {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                                "spec": {"expirationSeconds": 600}})
        return answer["status"]["token"]

    def kubectl(self, *argv, stdin=None, check_code=True):
        return run("kubectl", "--kubeconfig", self.kubeconfig, *argv, stdin=stdin, check_code=check_code,
                   cwd=self.folder)

    def run_pillion(self, *argv, stdin=None, check_code=True, environment=None):
        """The program as a client of the cluster; KUBECONFIG is the administrator's unless the flags say otherwise."""
        full = {**os.environ, "KUBECONFIG": self.kubeconfig, **(environment or {})}
        return run(self.pillion, *argv, stdin=stdin, check_code=check_code, env=full, cwd=self.folder)

    # ---- things of a test -------------------------------------------------------------------------------------------

    def unique(self, prefix="t"):
        self.count += 1
        return f"{prefix}-{self.count}"

    def namespace(self, labels=None, prefix="ns"):
        name = self.unique(prefix)
        self.api.create({"kind": "Namespace", "metadata": {"name": name, "labels": labels or {}}})
        return name

    def service(self, namespace, name):
        """A Service that leads to this machine: nothing here routes cluster addresses, but the API server follows an
        ExternalName, keeps the port that the webhook names, and checks the certificate for NAME.NAMESPACE.svc."""
        self.api.delete("Service", namespace, name)
        self.api.create({"kind": "Service", "metadata": {"name": name},
                         "spec": {"type": "ExternalName", "externalName": HERE}}, namespace)

    def keep(self, kind, namespace, name):
        """To be deleted after the test."""
        self.made.append((kind, namespace, name))

    def put_file(self, name, text):
        path = f"{self.folder}/{self.unique('file')}-{name}"
        with open(path, "w") as file:
            file.write(text if isinstance(text, str) else json.dumps(text))
        return path

    def track(self, process):
        self.processes.append(process)
        return process

    def clean(self):
        """After each test: no process of it, no webhook, nothing of the cluster's that the test made."""
        for process in self.processes:
            process.kill()
        self.processes = []
        for item in self.api.get("MutatingWebhookConfiguration")["items"]:
            self.api.delete("MutatingWebhookConfiguration", None, item["metadata"]["name"])
        for kind, namespace, name in reversed(self.made):
            self.api.delete(kind, namespace, name)
        self.made = []

    def tails(self):
        """The last lines of what the test's processes logged, for its report."""
        for process in self.processes:
            lines = [line for line in process.log().splitlines() if "decision=injected" not in line][-6:]
            yield from (f"{os.path.basename(process.log_path)}: {line[:300]}" for line in lines)

    def close(self):
        for process in [*self.processes, self.server, self.etcd]:
            if process:
                process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
