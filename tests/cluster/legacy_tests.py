"""Istio 1.0: its webhook, its flags, its kind of template; and, where they are given, Istio's own ConfigMaps."""
import json
import os

from injector import SIDECAR, containers, file_injector, injected, install_manifest, pod, settle
from lab import Skip, check

# In the form of 1.0: one template in [[ ]], lists of containers and volumes at its top.
CONFIG = """apiVersion: v1
kind: ConfigMap
metadata:
  name: istio-sidecar-injector
  namespace: istio-system
data:
  config: |-
    policy: enabled
    template: |-
      initContainers:
      - name: istio-init
        image: registry.invalid/init:1.0
        args: ["-p", [[ .MeshConfig.ProxyListenPort ]], "-u", 1337]
        securityContext:
          capabilities: {add: [NET_ADMIN]}
      containers:
      - name: istio-proxy
        image: [[ if (isset .ObjectMeta.Annotations "sidecar.istio.io/proxyImage") -]]
        "[[ index .ObjectMeta.Annotations "sidecar.istio.io/proxyImage" ]]"
        [[ else -]]
        registry.invalid/proxy:1.0
        [[ end -]]
        args: [proxy, sidecar, --drainDuration, [[ formatDuration .ProxyConfig.DrainDuration ]]]
        env:
        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
      volumes:
      - {name: istio-envoy, emptyDir: {medium: Memory}}
"""
MESH = """apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  mesh: |-
    defaultConfig:
      drainDuration: 45s
      discoveryAddress: istio-pilot.istio-system:15007
"""
ENABLED = {"istio-injection": "enabled"}


def behind_four_lines(lab, config, mesh):
    """The one webhook of 1.0 with its one selector, and the program under 1.0's flags."""
    injector = file_injector(lab, "--compat", "1.0", "--injectConfig", config, "--meshConfig", mesh).start()
    injector.install(injector.entry(name="sidecar-injector.istio.io", versions=["v1beta1"],
                                    selector={"matchLabels": ENABLED}))
    labelled, plain = lab.namespace(ENABLED), lab.namespace()
    settle(lab, labelled)
    return injector, labelled, plain


def decisions(lab, labelled, plain):
    """As 1.0 decided: no label of the pod's, and yes in four words."""
    wrong = []
    for namespace, annotation, want in ((labelled, None, True), (labelled, "false", False), (labelled, "no", False),
                                        (labelled, "yes", True), (labelled, "On", True), (labelled, "y", True),
                                        (plain, None, False), (plain, "true", False)):
        made = lab.api.create(pod({}, {"sidecar.istio.io/inject": annotation} if annotation else {}), namespace)
        stored = lab.api.get("Pod", namespace, made["metadata"]["name"])
        if injected(stored) != want:
            wrong.append(f"labelled {namespace == labelled}, annotation {annotation}: {containers(stored)}")
    stored = lab.api.create(pod({"sidecar.istio.io/inject": "false"}), labelled)
    if not injected(stored):
        wrong.append("1.0 knows no label sidecar.istio.io/inject, and it was heeded")
    check(not wrong, *wrong)


def own_words(lab):
    config, mesh = lab.put_file("injector.yaml", CONFIG), lab.put_file("mesh.yaml", MESH)
    _, labelled, plain = behind_four_lines(lab, config, mesh)
    decisions(lab, labelled, plain)
    stored = lab.api.create(pod({}, {"sidecar.istio.io/proxyImage": "registry.invalid/other:2"}), labelled)
    proxy = next(c for c in stored["spec"]["containers"] if c["name"] == SIDECAR)
    check(proxy["image"] == "registry.invalid/other:2", proxy["image"])
    check(proxy["args"] == ["proxy", "sidecar", "--drainDuration", "45s"], f"{proxy['args']}")
    init = stored["spec"]["initContainers"][0]
    check(init["args"] == ["-p", "15001", "-u", "1337"], f"{init['args']}")


def from_config_maps(lab):
    """The same, read from the cluster's ConfigMaps."""
    for text in (CONFIG, MESH):
        lab.kubectl("apply", "-f", "-", stdin=text)
    for name in ("istio", "istio-sidecar-injector"):
        lab.keep("ConfigMap", "istio-system", name)
    injector = file_injector(lab, "--compat", "1.0", "--fromCluster").start()
    injector.install(injector.entry(name="sidecar-injector.istio.io", versions=["v1beta1"],
                                    selector={"matchLabels": ENABLED}))
    labelled, plain = lab.namespace(ENABLED), lab.namespace()
    settle(lab, labelled)
    decisions(lab, labelled, plain)


def manifest(lab):
    """The manifest of 1.0's webhook, in today's API version."""
    injector = file_injector(lab, "--compat", "1.0", "--injectConfig", lab.put_file("injector.yaml", CONFIG),
                             "--meshConfig", lab.put_file("mesh.yaml", MESH), service="pillion-webhook").start()
    (name,) = install_manifest(lab, injector, "--compat", "1.0")
    hooks = lab.api.get("MutatingWebhookConfiguration", None, name)["webhooks"]
    check([hook["name"] for hook in hooks] == ["sidecar-injector.istio.io"], f"{[hook['name'] for hook in hooks]}")
    labelled, plain = lab.namespace(ENABLED), lab.namespace()
    settle(lab, labelled)
    decisions(lab, labelled, plain)


def istio_1_0_2(lab):
    folder = os.environ.get("PILLION_ISTIO_1_0_DATA")
    if not folder or not os.path.isfile(os.path.join(folder, "istio-sidecar-injector.yaml")):
        raise Skip("PILLION_ISTIO_1_0_DATA does not name a folder with Istio 1.0.2's ConfigMaps")
    folder = os.path.abspath(folder)
    _, labelled, plain = behind_four_lines(lab, f"{folder}/istio-sidecar-injector.yaml", f"{folder}/istio.yaml")
    decisions(lab, labelled, plain)
    text = json.dumps(pod({"app": "sleep"}, name="sleep"))
    lab.kubectl("create", "-n", labelled, "-f", "-", stdin=text)
    stored = json.loads(lab.kubectl("get", "pod", "sleep", "-n", labelled, "-o", "json").stdout)
    images = [c["image"] for c in stored["spec"]["initContainers"] + stored["spec"]["containers"]]
    check(containers(stored) == ["istio-init", "app", SIDECAR] and any("proxyv2:1.0.2" in image for image in images),
          f"{containers(stored)} {images}")
    proxy = stored["spec"]["containers"][1]
    check("sleep" in proxy["args"] and "45s" in proxy["args"], f"{proxy['args']}")
    for name in ("istio-sidecar-injector", "istio"):
        lab.keep("ConfigMap", "istio-system", name)
        lab.kubectl("apply", "-f", f"{folder}/{name}.yaml")
    live = lab.run_pillion("inject", "--fromCluster", "-f", "-", stdin=text).stdout
    files = lab.run_pillion("inject", "--injectConfigFile", f"{folder}/istio-sidecar-injector.yaml", "--meshConfigFile",
                            f"{folder}/istio.yaml", "-f", "-", stdin=text).stdout
    check(live == files and SIDECAR in live, "inject --fromCluster and inject with the files differ", live[:300])


def istio_today(lab):
    paths = os.environ.get("PILLION_ISTIO_CONFIG", "").split(":")
    if len(paths) != 3 or not all(map(os.path.isfile, paths)):
        raise Skip("PILLION_ISTIO_CONFIG does not name three files of Istio's, as CONFIG:VALUES:MESH")
    config, values, mesh = map(os.path.abspath, paths)
    injector = file_injector(lab, "--injectConfigFile", config, "--valuesFile", values, "--meshConfigFile", mesh,
                             service="pillion-webhook").start()
    install_manifest(lab, injector)
    namespace = lab.namespace(ENABLED)
    settle(lab, namespace)
    stored = lab.api.create(pod({"app": "web"}), namespace)
    check(injected(stored) and "istio-init" in containers(stored), f"{containers(stored)}")


def tests():
    yield "istio 1.0: a configuration in its form, behind its webhook", own_words
    yield "istio 1.0: from ConfigMaps", from_config_maps
    yield "istio 1.0: the manifest's webhook", manifest
    yield "istio 1.0.2: its own ConfigMaps", istio_1_0_2
    yield "istio of today: its own configuration", istio_today
