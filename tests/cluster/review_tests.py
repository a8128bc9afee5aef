"""Admission as the API server does it: both versions, names, owners, dry run, failures."""
import json

from injector import (SIDECAR, config_flags, containers, file_injector, generation, injected, pod, settle)
from lab import Wrong, check


def one(lab, *flags, **more):
    """A webhook for a namespace of its own: (injector, namespace)."""
    injector = file_injector(lab, *(flags or config_flags(lab, "1"))).start()
    namespace = lab.namespace()
    injector.install(injector.entry([namespace], **more))
    settle(lab, namespace)
    return injector, namespace


def version(lab, name):
    """Named and nameless pods, stored and read back, asked in one version only."""
    injector, namespace = one(lab, versions=[name])
    before = injector.metrics()["sidecar_injection_success_total"]
    lab.api.create(pod(name="named"), namespace)
    made = lab.api.create(pod(), namespace)
    for stored in ("named", made["metadata"]["name"]):
        thing = lab.api.get("Pod", namespace, stored)
        check(injected(thing) and generation(thing) == "1", f"{stored}: {containers(thing)}")
        check("sidecar.istio.io/status" in thing["metadata"]["annotations"], f"{stored}: no status annotation")
    after = injector.metrics()["sidecar_injection_success_total"]
    check(after - before == 2, f"{after - before} successes were counted for two pods")
    other = "v1beta1" if name == "v1" else "v1"
    answer = injector.review(pod(name="direct"), namespace, other)
    check(answer["allowed"] and answer.get("patch"), f"a review in {other}: {answer}")


def owners(lab):
    """Pods as controllers make them: the workload's name is the Deployment's, not the ReplicaSet's."""
    _, namespace = one(lab)
    wrong = []
    for kind, owner, labels, want in (
            ("ReplicaSet", "web-5d4f8b9c7", {"pod-template-hash": "5d4f8b9c7"}, "web"),
            ("ReplicaSet", "by-hand", {}, "by-hand"),
            ("StatefulSet", "store", {}, "store"),
            ("Job", "backup-28312345", {}, "backup")):
        thing = pod(labels, owner=owner)
        thing["metadata"]["generateName"] = owner + "-"
        thing["metadata"]["ownerReferences"][0]["kind"] = kind
        stored = lab.api.create(thing, namespace)
        proxy = next(c for c in stored["spec"]["containers"] if c["name"] == SIDECAR)
        got = proxy["env"][0].get("value")
        if got != want:
            wrong.append(f"{kind} {owner}: workload {got!r}, want {want!r}")
    if wrong:
        raise Wrong(*wrong)


def dry_run(lab):
    """Nothing is stored, and what would be has its sidecar: by kubectl create, kubectl apply and the API itself."""
    _, namespace = one(lab)
    text = json.dumps(pod(name="dry"))
    for verb in ("create", "apply"):
        done = lab.kubectl(verb, "--dry-run=server", "-n", namespace, "-o", "json", "-f", "-", stdin=text)
        shown = json.loads(done.stdout)
        check(injected(shown), f"kubectl {verb} --dry-run=server: {containers(shown)}")
    check(injected(lab.api.create(pod(name="dry"), namespace, "?dryRun=All")), "?dryRun=All: no sidecar")
    left = lab.api.get("Pod", namespace)["items"]
    check(not left, f"{len(left)} pods were stored by dry runs")
    lab.kubectl("create", "-n", namespace, "-f", "-", stdin=text)
    shown = lab.kubectl("apply", "--dry-run=server", "-n", namespace, "-f", "-", stdin=text, check_code=False)
    check(shown.returncode == 0, f"apply over an injected pod: {shown.stderr}")


def down_and_up(lab):
    """failurePolicy Fail: no pod without its sidecar while the webhook is away, and all is well when it is back."""
    injector, namespace = one(lab)
    injector.stop()
    refused = lab.kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(pod(name="down")), check_code=False)
    check(refused.returncode, "a pod was created although the webhook is down")
    for word in ('failed calling webhook "test.sidecar-injector.istio.io"', "connection refused"):
        check(word in refused.stderr, f"the message lacks {word!r}: {refused.stderr}")
    check(not lab.api.get("Pod", namespace)["items"], "the refused pod was stored")
    injector.start()
    settle(lab, namespace)
    lab.kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(pod(name="up")))
    check(injected(lab.api.get("Pod", namespace, "up")), "up again, and no sidecar")


def refusal(lab):
    """A pod that can't be injected is refused, and whoever created it reads why."""
    injector, namespace = one(lab)
    thing = pod(annotations={"proxy.istio.io/config": "concurrency: [nonsense"}, name="bad")
    done = lab.kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(thing), check_code=False)
    check(done.returncode, "a pod with a broken proxy.istio.io/config was created")
    check('admission webhook "test.sidecar-injector.istio.io" denied the request' in done.stderr, done.stderr)
    check("proxy.istio.io/config" in done.stderr, f"the reason does not name the annotation: {done.stderr}")
    check(injector.metrics()["sidecar_injection_failure_total"] >= 1, "the failure was not counted")
    check(injected(lab.api.create(pod(), namespace)), "the next pod has no sidecar")


def again(lab):
    """Asked twice for one pod (a second webhook, and reinvocationPolicy IfNeeded), the sidecar is there once."""
    injector = file_injector(lab, *config_flags(lab, "1")).start()
    namespace = lab.namespace()
    entries = [injector.entry([namespace], name=f"{which}.sidecar-injector.istio.io", reinvocationPolicy="IfNeeded")
               for which in ("a", "b")]
    injector.install(*entries)
    settle(lab, namespace)
    before = injector.metrics()["sidecar_injection_requests_total"]
    thing = lab.api.create(pod(name="twice"), namespace)
    asked = injector.metrics()["sidecar_injection_requests_total"] - before
    check(asked >= 2, f"the webhook was asked {asked} times")
    check(containers(thing).count(SIDECAR) == 1 and len(containers(thing)) == 2, f"{containers(thing)}")


def large(lab):
    """A pod as large as the API server's store takes."""
    _, namespace = one(lab)
    thing = pod(name="large")
    thing["spec"]["containers"][0]["env"] = [{"name": f"V{n}", "value": "é\\\"<x>" * 1000} for n in range(100)]
    stored = lab.api.create(thing, namespace)
    check(injected(stored), "no sidecar")
    check(stored["spec"]["containers"][0]["env"] == thing["spec"]["containers"][0]["env"] or
          stored["spec"]["containers"][1]["env"] == thing["spec"]["containers"][0]["env"], "the environment changed")


def embedded(lab):
    """The embedded profile's pods pass the API server's validation, with all that its annotations change."""
    injector = file_injector(lab).start()
    namespace = lab.namespace()
    injector.install(injector.entry([namespace]))
    settle(lab, namespace)
    wrong = []
    for annotations in ({}, {"sidecar.istio.io/interceptionMode": "TPROXY"},
                        {"sidecar.istio.io/interceptionMode": "NONE"},
                        {"sidecar.istio.io/proxyCPU": "100m", "sidecar.istio.io/proxyMemoryLimit": "1Gi"},
                        {"sidecar.istio.io/nativeSidecar": "true"},
                        {"status.sidecar.istio.io/port": "0", "sidecar.istio.io/rewriteAppHTTPProbers": "false"},
                        {"proxy.istio.io/config": "holdApplicationUntilProxyStarts: true\nproxyMetadata: {A: b}"},
                        {"sidecar.istio.io/userVolume": '{"v": {"emptyDir": {}}}',
                         "sidecar.istio.io/userVolumeMount": '{"v": {"mountPath": "/v"}}'}):
        thing = pod({"app": "web", "version": "v2"}, annotations)
        thing["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"path": "/ready", "port": 8080}}
        status, answer = lab.api.try_create(thing, namespace)
        if status != 201 or not injected(answer):
            wrong.append(f"{annotations}: {status} {containers(answer) if status == 201 else answer.get('message')}")
    if wrong:
        raise Wrong(*wrong)


def tests():
    for name in ("v1", "v1beta1"):
        yield f"review {name}: named and nameless pods", lambda lab, n=name: version(lab, n)
    yield "review: owners name the workload", owners
    yield "review: server-side dry run", dry_run
    yield "review: failurePolicy Fail, down and up", down_and_up
    yield "review: a pod that can't be injected is refused with the reason", refusal
    yield "review: asked twice, injected once", again
    yield "review: a pod of 800 KB", large
    yield "review: the embedded profile's pods are valid", embedded
