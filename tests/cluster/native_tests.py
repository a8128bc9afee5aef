"""Sidecars as init containers that go on running, where --native-sidecars=auto finds that every node can have them."""
from injector import SMALL_MESH, SMALL_VALUES, containers, file_injector, injected, pod, settle
from lab import check, resource_path

CONFIG = """policy: enabled
defaultTemplates: [sidecar]
templates:
  sidecar: |
    spec:
      {{ if .NativeSidecars }}initContainers{{ else }}containers{{ end }}:
      - name: istio-proxy
        image: registry.invalid/proxy:1
"""
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  template:
    spec:
      containers: [{name: app, image: registry.invalid/app:1}]
"""
# The kubelets of the nodes that are there, and whether the sidecar is to be native (KEP-753: stable since 1.33).
NODES = [([], True), (["v1.33.0"], True), (["v1.34.1", "v1.33.1-gke.1100"], True), (["v1.34.1", "v1.32.9"], False),
         (["v1.28.4+k3s1"], False)]


def node(lab, number, version):
    name = f"node-{number}"
    lab.api.create({"kind": "Node", "metadata": {"name": name}})
    lab.keep("Node", None, name)
    lab.api.must("PATCH", resource_path("Node", None, name, "/status"), {"status": {"nodeInfo": {
        "kubeletVersion": version, **dict.fromkeys(("machineID", "systemUUID", "bootID", "kernelVersion", "osImage",
                                                    "containerRuntimeVersion", "kubeProxyVersion", "operatingSystem",
                                                    "architecture"), "")}}}, "application/merge-patch+json")


def is_native(thing):
    return [c["name"] for c in thing["spec"].get("initContainers", [])] == ["istio-proxy"]


def by_the_nodes(lab):
    """Each time a webhook and an `inject` that look at other nodes."""
    home, wrong = lab.namespace(prefix="istio"), []
    lab.api.put_configmap(home, "istio", {"mesh": SMALL_MESH})
    lab.api.put_configmap(home, "istio-sidecar-injector", {"config": CONFIG, "values": SMALL_VALUES})
    for versions, native in NODES:
        for number, version in enumerate(versions):
            node(lab, number, version)
        namespace = lab.namespace()
        injector = file_injector(lab, "--fromCluster", "-i", home, "--native-sidecars", "auto").start()
        injector.install(injector.entry([namespace]))
        settle(lab, namespace)
        made = lab.api.create(pod(), namespace)
        if is_native(made) is not native:
            wrong.append(f"nodes {versions}: the webhook made {containers(made)}")
        text = lab.run_pillion("inject", "--fromCluster", "-i", home, "--native-sidecars", "auto", "-f", "-",
                               stdin=DEPLOYMENT).stdout
        if (" initContainers:" in text) is not native or "istio-proxy" not in text:
            wrong.append(f"nodes {versions}: inject made {text}")
        injector.stop()
        lab.clean()
    check(not wrong, *wrong)


def not_asked_for(lab):
    """Without the flag nobody looks at nodes: the least rights are enough."""
    home, namespace = lab.namespace(prefix="istio"), lab.namespace()
    lab.api.put_configmap(home, "istio", {"mesh": SMALL_MESH})
    lab.api.put_configmap(home, "istio-sidecar-injector", {"config": CONFIG, "values": SMALL_VALUES})
    node(lab, 0, "v1.34.1")
    injector = file_injector(lab, "--fromCluster", "-i", home).start()
    injector.install(injector.entry([namespace]))
    settle(lab, namespace)
    made = lab.api.create(pod(), namespace)
    check(injected(made) and not is_native(made), f"{containers(made)}")


def tests():
    yield "native sidecars: as the nodes' kubelets allow", by_the_nodes
    yield "native sidecars: not unless asked for", not_asked_for
