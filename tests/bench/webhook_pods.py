"""The pods that the webhook's bench sends. @N@ in them stands for a number that is another in each request."""

import json
import pathlib
import sys


def review(pod, number="@N@"):
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": f"3e0b6f5c-0000-4000-8000-{number}",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "operation": "CREATE",
            "namespace": "shop",
            "object": pod,
        },
    }


def pod(name, containers, annotations=None, labels=None, **spec):
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": f"{name}-7d9c-",
            "annotations": annotations or {},
            "namespace": "shop",
            "labels": {"app": name, "pod-template-hash": "7d9c", **(labels or {})},
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{name}-7d9c", "uid": "1", "controller": True}
            ],
        },
        "spec": {"containers": containers, "serviceAccountName": name, **spec},
    }


def container(name, port, **more):
    return {
        "name": name,
        "image": f"registry.example/{name}:1.0",
        "ports": [{"name": "http", "containerPort": port}],
        **more,
    }


PROBES = {
    "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}},
    "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}},
}


def own_pods():
    resources = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}}
    variables = [{"name": f"SETTING_{n}", "value": "x" * 30} for n in range(30)]
    return [
        pod("plain", [container("plain", 8080)]),
        pod("probed", [container("probed", 8080, **PROBES)]),
        pod(
            "two",
            [container("front", 8080, **PROBES), container("back", 9090)],
            hostAliases=[{"ip": "10.0.0.1", "hostnames": ["h"]}],
        ),
        pod(
            "large",
            [
                container(
                    "large", 8080, env=variables, resources=resources, volumeMounts=[{"name": "v", "mountPath": "/v"}]
                )
            ],
            volumes=[{"name": "v", "emptyDir": {}}],
        ),
        pod("scraped", [container("scraped", 8080)], {"prometheus.io/scrape": "true", "prometheus.io/port": "8080"}),
        pod(
            "tuned",
            [container("tuned", 8080)],
            {"sidecar.istio.io/proxyCPU": "200m", "traffic.sidecar.istio.io/excludeOutboundPorts": "3306"},
        ),
    ]


def replica():
    """Of a StatefulSet: the name, and labels that say it again."""
    made = pod(
        "store",
        [container("store", 8080, **PROBES)],
        labels={"statefulset.kubernetes.io/pod-name": "store-@N@", "apps.kubernetes.io/pod-index": "@N@"},
    )
    made["metadata"]["name"] = "store-@N@"
    return made


def different():
    """Another workload each time: whatever the template reads."""
    made = pod(
        "work-@N@",
        [container("main-@N@", 8080, **PROBES), container("second-@N@", 9090)],
        {
            "sidecar.istio.io/proxyCPU": "@N@m",
            "traffic.sidecar.istio.io/excludeOutboundPorts": "3306",
            "proxy.istio.io/config": '{"terminationDrainDuration": "@N@s"}',
        },
        serviceAccountName="account-@N@",
    )
    made["metadata"]["name"] = "work-@N@"
    return made


def streams(folder):
    """Reviews by the name of the stream: those of a folder, or our own."""
    bodies = []
    if folder:
        for path in sorted(pathlib.Path(folder).rglob("review-*.json")):
            bodies.append(json.loads(path.read_text()))
    else:
        bodies = [review(each, f"{n:012}") for n, each in enumerate(own_pods())]
    if not bodies:
        sys.exit(f"{folder}: no review-*.json")
    return {"pods in turn": bodies, "replicas": [review(replica())], "all different": [review(different())]}


def numbered(body, number):
    return json.dumps(body).replace("@N@", str(number))
