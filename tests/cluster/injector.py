"""A running `pillion webhook` and what makes the API server ask it; small configurations; clients that create Pods."""
import http.client
import json
import os
import re
import signal
import socket
import ssl
import threading
import time

from lab import HERE, Process, Wrong, check, wait_for
from ports import free_port

SIDECAR = "istio-proxy"


def small_config(generation, policy="enabled", more=""):
    """A configuration whose pods say which one it was: in the image's tag, and in an annotation."""
    return f"""policy: {policy}
defaultTemplates: [sidecar]
{more}templates:
  sidecar: |
    metadata:
      annotations:
        pillion.test/generation: "{generation}"
    spec:
      containers:
      - name: istio-proxy
        image: "registry.invalid/proxy:{generation}"
        env:
        - name: WORKLOAD
          value: {{{{ .DeploymentMeta.Name | quote }}}}
"""


SMALL_VALUES = "global:\n  proxy: {}\n"
SMALL_MESH = "trustDomain: cluster.local\n"
# Wrong on line 2, of the file and of the template.
BROKEN = ["policy: enabled\n\ttemplates: {}\n",
          "policy: enabled\ndefaultTemplates: [sidecar]\ntemplates:\n  sidecar: |\n    spec:\n      {{ if }}\n"]


def pod(labels=None, annotations=None, name=None, owner=None, **spec):
    metadata = {"labels": labels or {}, "annotations": annotations or {}}
    metadata.update({"name": name} if name else {"generateName": "app-"})
    if owner:
        metadata["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": owner,
                                        "controller": True, "uid": "00000000-0000-0000-0000-000000000001"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata,
            "spec": {"serviceAccountName": "default",
                     "containers": [{"name": "app", "image": "registry.invalid/app:1",
                                     "ports": [{"containerPort": 8080}]}], **spec}}


def containers(thing):
    return [c["name"] for c in thing["spec"].get("initContainers", []) + thing["spec"]["containers"]]


def injected(thing):
    return SIDECAR in containers(thing)


def generation(thing):
    return thing["metadata"].get("annotations", {}).get("pillion.test/generation")


class Injector:
    """The process, its ports and its Service. Flags are the command line's; they come after the ports."""

    def __init__(self, lab, *flags, namespace="istio-system", service=None, ca=None, environment=None, kubeconfig=None):
        self.lab, self.flags, self.ca = lab, list(map(str, flags)), ca
        self.namespace, self.service = namespace, service or lab.unique("webhook")
        self.port, self.http_port = free_port(), free_port()
        self.environment = {**os.environ, "KUBECONFIG": kubeconfig or lab.kubeconfig, **(environment or {})}
        self.process, self.starts = None, 0
        lab.service(namespace, self.service)
        lab.keep("Service", namespace, self.service)

    # ---- the process ------------------------------------------------------------------------------------------------

    def launch(self):
        """Starts it and does not wait."""
        self.starts += 1
        argv = [self.lab.pillion, "webhook", "--port", self.port, "--httpPort", self.http_port, "--service",
                self.service, "--namespace", self.namespace, "--drainDuration", "0s", *self.flags]
        log = f"{self.lab.folder}/{self.service}-{self.port}.log"
        self.process = self.lab.track(Process(argv, log, self.environment))
        return self

    def start(self):
        self.launch()
        self.wait_ready()
        return self

    def wait_ready(self):
        def ready():
            check(self.process.alive(), f"pillion webhook ended: exit {self.process.popen.returncode}",
                  *self.process.log().splitlines()[-5:])
            return self.plain("/ready")[0] == 200 or (False, self.plain("/ready"))
        wait_for("the webhook is ready", ready)

    def stop(self):
        """As Kubernetes does, which is to end well."""
        self.process.signal(signal.SIGTERM)
        code = self.process.popen.wait(60)
        check(code == 0, f"exit {code} after SIGTERM", *self.process.log().splitlines()[-5:])

    def kill(self):
        self.process.kill()

    def log(self):
        return self.process.log()

    def logged(self, pattern):
        return re.search(pattern, self.log())

    def plain(self, path):
        """(status, body) of the plain port."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def metrics(self):
        """Sums over labels by name, and each series by its full name."""
        values = {}
        for line in self.plain("/metrics")[1].splitlines():
            if line and not line.startswith("#"):
                series, value = line.rsplit(" ", 1)
                values[series] = float(value)
                name = series.split("{")[0]
                if name != series:
                    values[name] = values.get(name, 0) + float(value)
        return values

    def serving_certificate(self, cafile=None, names=None):
        """Connects as the API server does and gives what was served, DER. With `cafile` it must verify."""
        context = ssl.create_default_context(cafile=cafile)
        if not cafile:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.port), 30) as raw:
            with context.wrap_socket(raw, server_hostname=names or f"{self.service}.{self.namespace}.svc") as tls:
                return tls.getpeercert(True)

    def review(self, thing, namespace, version="v1"):
        """Asks without an API server, any certificate will do; the answer's response."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=context)
        body = {"apiVersion": f"admission.k8s.io/{version}", "kind": "AdmissionReview",
                "request": {"uid": "u1", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "namespace": namespace,
                            "operation": "CREATE", "object": thing}}
        try:
            connection.request("POST", "/inject", json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            check(answer.status == 200, f"/inject: {answer.status} {text[:300]}")
            return json.loads(text)["response"]
        finally:
            connection.close()

    # ---- what the API server is told --------------------------------------------------------------------------------

    def client_config(self, path="/inject", ca=None):
        config = {"service": {"namespace": self.namespace, "name": self.service, "path": path, "port": self.port}}
        ca = self.ca if ca is None else ca
        if ca:
            config["caBundle"] = ca
        return config

    def entry(self, namespaces=None, name="test.sidecar-injector.istio.io", selector=None, versions=("v1",), ca=None,
              **more):
        """One webhook for these namespaces (by name) or this namespaceSelector."""
        selector = selector or {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In",
                                                      "values": list(namespaces)}]}
        return {"name": name, "admissionReviewVersions": list(versions), "sideEffects": "None", "failurePolicy": "Fail",
                "timeoutSeconds": 30, "clientConfig": self.client_config(ca=ca), "namespaceSelector": selector,
                "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}],
                **more}

    def install(self, *entries, name=None):
        """Tells the API server; the name of the configuration."""
        name = name or self.lab.unique("hook")
        self.lab.api.create({"kind": "MutatingWebhookConfiguration", "metadata": {"name": name},
                             "webhooks": list(entries)})
        return name


def manifest(lab, *flags):
    """The objects that `pillion webhook manifest` prints, read by kubectl."""
    text = lab.run_pillion("webhook", "manifest", *flags).stdout
    return objects(lab.kubectl("create", "--dry-run=client", "-o", "json", "-f", "-", stdin=text).stdout)


def objects(text):
    """JSON texts one behind the other, Lists taken apart."""
    found, decoder, at = [], json.JSONDecoder(), 0
    while at < len(text.rstrip()):
        thing, at = decoder.raw_decode(text, at)
        at += len(text[at:]) - len(text[at:].lstrip())
        found += thing["items"] if thing["kind"].endswith("List") else [thing]
    return found


def install_manifest(lab, injector, *flags, ca=True):
    """Only the manifest's MutatingWebhookConfigurations, led to this machine's port; all else of them is as it says."""
    names = []
    for thing in manifest(lab, "--namespace", injector.namespace, *flags):
        if thing["kind"] != "MutatingWebhookConfiguration":
            continue
        for hook in thing["webhooks"]:
            where = hook["clientConfig"]["service"]
            check((where["namespace"], where["name"]) == (injector.namespace, injector.service),
                  f"the manifest's webhook {hook['name']} leads to {where}")
            where["port"] = injector.port
            if ca and injector.ca:
                hook["clientConfig"]["caBundle"] = injector.ca
        if not lab.api.find(thing["kind"], None, thing["metadata"]["name"]):  # with --tag, the revision's own again
            lab.api.create(thing)
        names.append(thing["metadata"]["name"])
    check(names, "the manifest has no MutatingWebhookConfiguration")
    return names


def redirect(lab, configuration, injector):
    """Leads the webhooks of an applied manifest, and its Service, to this machine's port."""
    hooks = lab.api.get("MutatingWebhookConfiguration", None, configuration)["webhooks"]
    lab.api.patch("MutatingWebhookConfiguration", None, configuration,
                  [{"op": "add", "path": f"/webhooks/{n}/clientConfig/service/port", "value": injector.port}
                   for n in range(len(hooks))])
    lab.service(injector.namespace, injector.service)


def settle(lab, namespace, want=injected, thing=None):
    """The API server heeds a new webhook a moment later: asks with dry runs until the pod is as wanted."""
    def ask():
        status, answer = lab.api.try_create(thing or pod(), namespace, "?dryRun=All")
        if status != 201:
            return False, answer.get("message")
        return want(answer) or (False, f"containers {containers(answer)}, generation {generation(answer)}")
    wait_for(f"pods in {namespace} as wanted", ask)


def file_injector(lab, *flags, namespace="istio-system", service=None, **more):
    """A webhook with a certificate of openssl's in files: the usual one where certificates are not the subject."""
    service = service or lab.unique("webhook")
    certificate, key = issue(lab, service, namespace)
    return Injector(lab, "--tlsCertFile", certificate, "--tlsKeyFile", key, *flags, namespace=namespace,
                    service=service, ca=lab.authority.bundle(), **more)


def issue(lab, service, namespace, authority=None, days=(0, 30)):
    return (authority or lab.authority).issue(lab.unique(service), f"/CN={service}.{namespace}.svc",
                                              [f"DNS:{service}.{namespace}.svc", f"DNS:{HERE}"], days)


def config_flags(lab, generation_text, **more):
    return ["--injectConfigFile", lab.put_file("config", small_config(generation_text, **more)),
            "--valuesFile", lab.put_file("values", SMALL_VALUES), "--meshConfigFile", lab.put_file("mesh", SMALL_MESH)]


def config_maps(lab, namespace, generation_text, revision="", config=None):
    """The two ConfigMaps as Istio lays them out; editing is putting them again."""
    ending = f"-{revision}" if revision else ""
    lab.api.put_configmap(namespace, "istio" + ending, {"mesh": SMALL_MESH})
    lab.api.put_configmap(namespace, "istio-sidecar-injector" + ending,
                          {"config": config or small_config(generation_text), "values": SMALL_VALUES})


class Mounted:
    """A folder as the kubelet mounts a ConfigMap or Secret: links to ..data, which is a link to a folder with a date,
    and an update is one rename of that link (Kubernetes, pkg/volume/util/atomic_writer.go)."""

    def __init__(self, folder, files):
        self.folder, self.count, self.current = folder, 0, None
        os.makedirs(folder)
        self.put(files)
        for name in files:
            os.symlink(f"..data/{name}", f"{folder}/{name}")

    def put(self, files):
        self.count += 1
        dated = f"..2026_08_01_00_00_00.{self.count:09d}"
        os.mkdir(f"{self.folder}/{dated}")
        for name, text in files.items():
            with open(f"{self.folder}/{dated}/{name}", "w") as file:
                file.write(text)
        os.symlink(dated, f"{self.folder}/..data_tmp")
        os.rename(f"{self.folder}/..data_tmp", f"{self.folder}/..data")
        if self.current:
            for name in os.listdir(f"{self.folder}/{self.current}"):
                os.unlink(f"{self.folder}/{self.current}/{name}")
            os.rmdir(f"{self.folder}/{self.current}")
        self.current = dated

    def path(self, name):
        return f"{self.folder}/{name}"


def replace_file(path, text):
    """As editors and careful programs do."""
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


class Load:
    """Clients that create Pods without a pause until told to stop; what went wrong, and how long each took."""

    def __init__(self, lab, namespace, clients=8, total=None, dry_run=True, thing=None, want=injected):
        self.lab, self.namespace, self.total, self.thing, self.want = lab, namespace, total, thing or pod, want
        self.query, self.done, self.lock = "?dryRun=All" if dry_run else "", threading.Event(), threading.Lock()
        self.took, self.wrong, self.seen, self.given = [], [], {}, 0
        self.threads = [threading.Thread(target=self._work, daemon=True) for _ in range(clients)]

    def _next(self):
        with self.lock:
            if self.done.is_set() or (self.total is not None and self.given >= self.total):
                return False
            self.given += 1
            return True

    def _work(self):
        while self._next():
            start = time.monotonic()
            try:
                status, answer = self.lab.api.try_create(self.thing(), self.namespace, self.query)
            except Exception as problem:
                status, answer = 0, {"message": f"{type(problem).__name__}: {problem}"}
            took = time.monotonic() - start
            with self.lock:
                self.took.append(took)
                if status != 201:
                    self.wrong.append(f"refused: {status} {answer.get('message')}")
                elif not self.want(answer):
                    self.wrong.append(f"created without its sidecar: {containers(answer)}")
                else:
                    key = generation(answer)
                    self.seen[key] = self.seen.get(key, 0) + 1

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, *_):
        self.done.set()
        self.join()
        if not kind:
            self.verdict()

    def join(self):
        for thread in self.threads:
            thread.join(120)

    def verdict(self):
        check(self.took, "no client created anything")
        if self.wrong:
            raise Wrong(f"{len(self.wrong)} of {len(self.took)} creates went wrong:", *sorted(set(self.wrong))[:5])

    def wait_created(self, more):
        """Until so many more were created: what came before has been under load."""
        goal = len(self.took) + more
        wait_for(f"{more} more creates", lambda: len(self.took) >= goal)

    def summary(self):
        took = sorted(self.took)
        return (f"{len(took)} creates, {len(self.wrong)} wrong, median {took[len(took) // 2] * 1000:.1f} ms, "
                f"99% {took[int(len(took) * 0.99)] * 1000:.1f} ms, worst {took[-1] * 1000:.1f} ms")
