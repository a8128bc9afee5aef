"""A pod as the injector makes it, from its start to its end."""
import contextlib
import signal
import threading
import time

import injected
import pods

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata:
      labels: {app: shop, version: v1}
      annotations: {ANNOTATIONS}
    spec:
      containers:
      - name: web
        image: web:1
        ports: [{containerPort: 8080, name: http}]
PROBES"""
PROBES = """
        livenessProbe: {httpGet: {path: /live, port: http, httpHeaders: [{name: X-Probe, value: "yes"}]}, timeoutSeconds: 15}
        readinessProbe: {httpGet: {path: /ready, port: 8443, scheme: HTTPS}, timeoutSeconds: 15}
        startupProbe: {tcpSocket: {port: 3306}, timeoutSeconds: 15}
        lifecycle:
          postStart: {httpGet: {path: /begun, port: 8080}}
          preStop: {httpGet: {path: /bye, port: 8080}}
      - name: api
        image: api:1
        livenessProbe: {grpc: {port: 9000, service: shop.Orders}, timeoutSeconds: 15}
        readinessProbe: {exec: {command: [cat, /tmp/ready]}}
"""


# Where something is to end the proxy at once: a drain would outlast all patience.
LONG_DRAIN = {"MINIMUM_DRAIN_DURATION": "60s"}


def ready(here, kind="readinessProbe"):
    """Whether the sidecar's probe succeeds, soon; as for the kubelet, one that fails means nothing by itself."""
    with contextlib.suppress(TimeoutError):
        return pods.wait_for(f"the {kind}", lambda: here.probe("istio-proxy", kind) == 200)
    return False


def manifest(annotations="{}", probes=""):
    return DEPLOYMENT.replace("{ANNOTATIONS}", annotations).replace("PROBES", probes)


def probes_of_every_kind(bench):
    world, wrong = bench.world(), []
    here = injected.Injected(bench, world, manifest(probes=PROBES))
    proxy = here.start()
    pod, good = here.pod, [True]
    def answer(path):
        return (200, b"fine") if good[0] else (503, b"not now")
    def expect(what, got, want):
        if got != want:
            wrong.append(f"{what}: {got}, not {want}")
    for container, kind in (("web", "livenessProbe"), ("web", "readinessProbe"), ("web", "startupProbe"),
                            ("api", "livenessProbe")):
        expect(f"{container}'s {kind} without an app", here.probe(container, kind), 500)
    with contextlib.ExitStack() as stack:
        http = stack.enter_context(injected.Http(pod, answer, 8080))
        https = stack.enter_context(injected.Http(pod, answer, 8443, injected.certificate(pod.folder)))
        stack.enter_context(pods.Server(pod, lambda connection: connection.recv(1), port=3306))
        grpc = stack.enter_context(injected.Grpc(pod, 9000))
        for container, kind in (("web", "livenessProbe"), ("web", "readinessProbe"), ("web", "startupProbe"),
                                ("api", "livenessProbe")):
            expect(f"{container}'s {kind}", here.probe(container, kind), 200)
        for kind in ("postStart", "preStop"):
            hook = here.containers["web"]["lifecycle"][kind]["httpGet"]
            expect(f"the hook {kind}", here.get(hook["port"], hook["path"]), 200)
        expect("the paths asked", [line.split()[1] for line, _, _ in http.requests], ["/live", "/begun", "/bye"])
        expect("the paths asked by HTTPS", [line.split()[1] for line, _, _ in https.requests], ["/ready"])
        expect("the probe's header", http.requests[0][1].get("x-probe"), "yes")
        expect("the kubelet's name", http.requests[0][1].get("user-agent"), "kube-probe/1.31")
        expect("who asks", http.requests[0][2].replace("::ffff:", ""), "127.0.0.6")
        expect("the gRPC service", grpc.services, ["shop.Orders"])
        good[0], grpc.status = False, 2
        expect("a failing app by HTTP", here.probe("web", "livenessProbe"), 503)
        expect("a failing app by HTTPS", here.probe("web", "readinessProbe"), 503)
        expect("a failing app by gRPC", here.probe("api", "livenessProbe"), 500)
    expect("an exec probe", here.containers["api"]["readinessProbe"], {"exec": {"command": ["cat", "/tmp/ready"]}})
    expect("a probe that is not known", here.get(15020, "/app-health/web/other"), 400)
    for kind in ("startupProbe", "readinessProbe"):
        expect(f"whether the sidecar's {kind} is answered", ready(here, kind), True)
    if any(line["destination"].endswith((":15020", ":15021")) for line in proxy.lines()):
        wrong.append("a probe was captured")
    return wrong


def hold_application(bench):
    """The hook ends when the proxy carries traffic: what the app does next works at once."""
    world, wrong = bench.world(), []
    here = injected.Injected(bench, world, manifest(
        """{proxy.istio.io/config: "holdApplicationUntilProxyStarts: true"}"""))
    if here.spec["containers"][0]["name"] != "istio-proxy":
        wrong.append("the sidecar is not the first container")
    here.run_init()
    for _ in range(3):
        hook = here.hook("postStart")  # nobody listens yet
        proxy = here.start_proxy(wait=False)
        out = hook.communicate(timeout=60)[0]
        if hook.returncode:
            wrong.append(f"the hook: {hook.returncode}: {out}")
        with world.listen() as listener, here.pod.connect(pods.WORLD, listener.getsockname()[1]) as client:
            server, _ = listener.accept()
            with server:
                server.sendall(b"!")
                if client.recv(1) != b"!":
                    wrong.append("no traffic after the hook")
        proxy.stop()
    failed = here.pod.start([*bench.pillion, "wait", "--timeoutSeconds", "1"], pods.PROXY_UID, stdout=-3, stderr=-3)
    if failed.wait(30) == 0:
        wrong.append("the hook succeeds without a proxy")
    return wrong


def native_sidecar(bench):
    """The kubelet's order at the end: the hook that drains, with the apps still there; SIGTERM when they are gone."""
    world, wrong = bench.world(), []
    here = injected.Injected(bench, world, manifest(), flags=["--native-sidecars", "true"])
    if here.sidecar.get("restartPolicy") != "Always" or here.sidecar not in here.spec["initContainers"]:
        return ["it is no native sidecar"]
    proxy = here.start(LONG_DRAIN)
    if not ready(here, "startupProbe"):
        wrong.append("the startup probe fails")
    with injected.Http(here.pod, lambda path: (200, b"fine"), 8080), world.listen() as outside:
        with world.connect(here.pod.address, 8080) as kept:
            kept.sendall(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
            kept.recv(1000)
            hook = here.hook("preStop")
            out = hook.communicate(timeout=60)[0]
            if hook.returncode:
                wrong.append(f"the hook: {hook.returncode}: {out}")
            kept.sendall(b"GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            if not kept.recv(1000).startswith(b"HTTP/1.1 200"):
                wrong.append("an open connection does not outlast the drain")
            # The app's last words: outbound serves to the end.
            with here.pod.connect(pods.WORLD, outside.getsockname()[1]) as last:
                server, _ = outside.accept()
                last.sendall(b"bye")
                if server.recv(3) != b"bye":
                    wrong.append("outbound does not outlast the drain")
                server.close()
        if proxy.process.poll() is not None:
            wrong.append("it ended by the drain alone")
    proxy.signal(signal.SIGTERM)
    status = proxy.process.wait(pods.PATIENCE)
    if status:
        wrong.append(f"SIGTERM after the drain: status {status}")
    return wrong


def job_ends(bench):
    """A Job's app says that it is done; nobody from outside can."""
    world, wrong = bench.world(), []
    here = injected.Injected(bench, world, manifest())
    proxy = here.start(LONG_DRAIN)
    with contextlib.suppress(ConnectionError):
        status, text = world.get(here.pod.address, 15020, "/quitquitquit", method="POST", body=b"")
        if status != 403:
            wrong.append(f"from outside: {status} {text!r}")
    status, text = here.pod.get("127.0.0.1", 15020, "/quitquitquit")
    if status != 405:
        wrong.append(f"GET: {status}")
    status, text = here.pod.get("127.0.0.1", 15020, "/quitquitquit", method="POST", body=b"")
    if (status, text) != (200, b"OK"):
        wrong.append(f"POST: {status} {text!r}")
    code = proxy.process.wait(pods.PATIENCE)
    if code:
        wrong.append(f"ended with {code}")
    return wrong


def exits_with_the_last_connection(bench):
    """SIGTERM: not ready at once; what is open goes on, new connections of both sides are served while the minimum
    lasts, and the end comes with the last inbound connection, not by a clock."""
    world, wrong = bench.world(), []
    here = injected.Injected(bench, world, manifest())
    proxy = here.start({"MINIMUM_DRAIN_DURATION": "1s"})
    with injected.Http(here.pod, lambda path: (200, b"fine"), 8080), world.listen() as outside:
        def ask(connection):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return connection.recv(1000).startswith(b"HTTP/1.1 200")
        with world.connect(here.pod.address, 8080) as kept:
            if not ask(kept):
                wrong.append("no answer before the end")
            begun = time.monotonic()
            proxy.signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                pods.wait_for("not ready", lambda: here.probe("istio-proxy", "readinessProbe") != 200)
            if here.probe("istio-proxy", "readinessProbe") == 200:
                wrong.append("ready after SIGTERM")
            with world.connect(here.pod.address, 8080) as late:
                if time.monotonic() - begun < 0.9 and not ask(late):
                    wrong.append("a new connection was not served within the minimum")
            while time.monotonic() - begun < 2.5:
                if not ask(kept):
                    wrong.append("the open connection was cut")
                    break
                time.sleep(0.1)
            with here.pod.connect(pods.WORLD, outside.getsockname()[1]) as out:
                server, _ = outside.accept()
                server.sendall(b"!")
                if out.recv(1) != b"!":
                    wrong.append("outbound was cut")
                server.close()
            if proxy.process.poll() is not None:
                wrong.append("it ended before its last connection")
        code = proxy.process.wait(pods.PATIENCE)
        if code:
            wrong.append(f"ended with {code}")
    return wrong


def restarts(bench):
    """The app goes and comes back; the proxy is killed and comes back. Clients see resets and refusals, not silence."""
    world, wrong = bench.world(), []
    here = injected.Injected(bench, world, manifest())
    proxy = here.start()
    def outcome():
        try:
            return str(world.get(here.pod.address, 8080, timeout=10)[0])
        except TimeoutError:
            return "timeout"
        except (ConnectionResetError, ConnectionRefusedError):
            return "reset"
        except ConnectionError as problem:
            return str(problem)
    for number in range(2):
        with injected.Http(here.pod, lambda path: (200, b"fine"), 8080) as app:
            if outcome() != "200":
                wrong.append(f"start {number} of the app: {outcome()}")
            kept = world.connect(here.pod.address, 8080)
            pods.wait_for("the connection", lambda n=len(app.seen): len(app.seen) > n or app.seen)
        if outcome() != "reset":
            wrong.append(f"without the app: {outcome()}")
        kept.close()
    with injected.Http(here.pod, lambda path: (200, b"fine"), 8080), world.connect(here.pod.address, 8080) as open_one:
        open_one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        open_one.recv(1000)
        proxy.signal(signal.SIGKILL)
        proxy.process.wait()
        try:
            got = open_one.recv(10)
            if got:
                wrong.append(f"after the kill came {got!r}")
        except ConnectionResetError:
            pass
        except TimeoutError:
            wrong.append("the killed proxy's client waits")
        if outcome() != "reset":
            wrong.append(f"without the proxy: {outcome()}")
        here.start_proxy()
        if outcome() != "200":
            wrong.append(f"with the proxy back: {outcome()}")
    return wrong


def metrics_merged(bench):
    world, wrong = bench.world(), []
    here = injected.Injected(bench, world, manifest(
        """{prometheus.io/scrape: "true", prometheus.io/port: "9090", prometheus.io/path: /app/metrics}"""))
    annotations = here.template["metadata"]["annotations"]
    if annotations.get("prometheus.io/port") != "15020" or annotations.get("prometheus.io/path") != "/stats/prometheus":
        wrong.append(f"the annotations are {annotations}")
    here.start()
    page = b"# TYPE orders counter\norders{kind=\"a\"} 7\n"
    with injected.Http(here.pod, lambda path: (200, page) if path == "/app/metrics" else (404, b""), 9090):
        with world.listen() as listener, here.pod.connect(pods.WORLD, listener.getsockname()[1]) as client:
            client.sendall(b"12345")
            listener.accept()[0].recv(5)
            status, text = world.get(here.pod.address, 15020, "/stats/prometheus")
        found = list(pods.samples(text.decode()))
        if status != 200 or ("orders", {"kind": "a"}, 7.0) not in found:
            wrong.append(f"{status}, without the app's: {text[-300:]!r}")
        for name in ("istio_agent_scrapes_total", "istio_tcp_connections_opened_total", "istio_build"):
            if not any(series == name for series, _, _ in found):
                wrong.append(f"{name} is missing")
        labels = next((labels for name, labels, _ in found
                       if name == "istio_tcp_received_bytes_total" and labels["reporter"] == "source"), {})
        want = {"source_workload": "shop", "source_app": "shop", "source_version": "v1",
                "source_workload_namespace": "default",
                "source_canonical_service": "shop", "source_canonical_revision": "v1", "source_cluster": "Kubernetes",
                "destination_service_name": "PassthroughCluster", "request_protocol": "tcp",
                "connection_security_policy": "unknown"}
        wrong += [f"label {k}: {labels.get(k)!r}, not {v!r}" for k, v in want.items() if labels.get(k) != v]
    status, text = world.get(here.pod.address, 15020, "/stats/prometheus")
    failures = {l.get("type"): v for n, l, v in pods.samples(text.decode()) if n == "istio_agent_scrape_failures_total"}
    if status != 200 or b"orders" in text or not failures.get("application"):
        wrong.append(f"with the app gone: {status}, failures {failures}")
    return wrong


# ---- rolling restart ------------------------------------------------------------------------------------------------

class Client(threading.Thread):
    """Asks again and again, as HTTP clients do: what fails on a connection that was used before, without a byte of an
    answer, is asked once more on a new one; every other failure is one."""

    def __init__(self, world, address, keeps):
        super().__init__(daemon=True)
        self.world, self.address, self.keeps = world, address, keeps
        self.done, self.failures, self.stopping, self.kept = 0, [], False, None

    def run(self):
        while not self.stopping:
            try:
                self.one()
                self.done += 1
            except OSError as problem:
                self.failures.append(f"{type(problem).__name__}: {problem} ({'kept' if self.keeps else 'new'})")
                self.drop()

    def drop(self):
        if self.kept:
            self.kept.close()
        self.kept = None

    def one(self):
        if self.kept:
            try:
                return self.ask(self.kept)
            except EOFError:
                self.drop()
        self.kept = self.world.connect(self.address, 80)
        try:
            self.ask(self.kept)
        except EOFError as problem:
            raise ConnectionError("closed without an answer") from problem
        finally:
            if not self.keeps:
                self.drop()

    def ask(self, connection):
        answer = b""
        try:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: shop\r\n" + (b"" if self.keeps else b"Connection: close\r\n") +
                               b"\r\n")
            while b"\r\n\r\n" not in answer or len(answer.partition(b"\r\n\r\n")[2]) < 4:
                got = connection.recv(4000)
                if not got:
                    raise ConnectionResetError("the end")
                answer += got
        except (ConnectionResetError, BrokenPipeError) as problem:
            if not answer:
                raise EOFError from problem
            raise
        if not answer.startswith(b"HTTP/1.1 200") or not answer.endswith(b"fine"):
            raise ConnectionError(f"answered {answer[:60]!r}")
        if b"Connection: close" in answer:
            self.drop()


def rolling_restart(bench):
    """Two pods are replaced, one after the other, under load: no request fails. Each app asks a server outside for
    each request, so the way out must last as long as the way in."""
    world, wrong = bench.world(), []
    service, text = "10.96.0.40", manifest()
    def echo(connection):
        connection.sendall(pods.receive(connection, 4))
    with pods.Server(world, echo) as outside, contextlib.ExitStack() as stack:
        def start(number):
            here = injected.Injected(bench, world, text, number)
            proxy = here.start({"MINIMUM_DRAIN_DURATION": "6s"})  # longer than it takes to be known everywhere
            def answer(path):
                with here.pod.connect(pods.WORLD, outside.port) as connection:
                    connection.sendall(b"fine")
                    return 200, pods.receive(connection, 4)
            app = injected.Http(here.pod, answer, 8080)
            stack.callback(app.close)
            pods.wait_for("the pod to be ready", lambda: here.probe("istio-proxy", "readinessProbe") == 200)
            return here, proxy, app
        running = [start(2), start(3)]
        def publish():
            world.service(service, 80, [(here.pod.address, 8080) for here, _, _ in running])
        publish()
        clients = [Client(world, service, keeps) for keeps in (False, True, False, True)]
        for client in clients:
            client.start()
        for number in (4, 5):
            running.append(start(number))
            here, proxy, app = running.pop(0)
            # The kubelet and the endpoints' controller act at the same time; it takes a while to be known everywhere.
            proxy.signal(signal.SIGTERM)
            app.leaving = True
            time.sleep(0.4)
            publish()
            # What a preStop hook of the app waits, and its last requests: who asks once more has none under way to it.
            before = [client.done for client in clients]
            with contextlib.suppress(TimeoutError):
                pods.wait_for("last requests", lambda b=before: all(
                    client.done > done + 1 for client, done in zip(clients, b)))
            app.close()
            try:
                code = proxy.process.wait(pods.PATIENCE)
                if code:
                    wrong.append(f"the old proxy ended with {code}: {proxy.said()[-500:]}")
            except Exception:
                wrong.append(f"the old proxy stays: {proxy.said()[-500:]}")
        done = sum(client.done for client in clients)
        for client in clients:
            client.stopping = True
        for client in clients:
            client.join(pods.PATIENCE)
            client.drop()
        failures = [failure for client in clients for failure in client.failures]
        print(f"     {done} requests")
        if failures or done < 100:
            wrong.append(f"{len(failures)} of {done} requests failed: {failures[:3]}")
    return wrong


def tests():
    yield "pods: probes of every kind", probes_of_every_kind
    yield "pods: the app held until the proxy is ready", hold_application
    yield "pods: a native sidecar", native_sidecar
    yield "pods: a Job that ends", job_ends
    yield "pods: SIGTERM", exits_with_the_last_connection
    yield "pods: app and proxy restarted", restarts
    yield "pods: metrics merged", metrics_merged
    yield "pods: rolling restart under load", rolling_restart
