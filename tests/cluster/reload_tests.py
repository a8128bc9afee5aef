"""Configuration that changes while Pods are created: files as Kubernetes mounts them, files as people write them, and
ConfigMaps. No create is refused, each Pod is of one configuration, and a broken one changes nothing."""
import json
import re
import signal
import time

from injector import (BROKEN, SMALL_MESH, SMALL_VALUES, Load, Mounted, config_maps, file_injector, generation,
                      injected, pod, replace_file, settle, small_config)
from lab import check, wait_for

REFUSED = re.compile(r"refused.*:2:\d+: ")


def said(injector):
    """The log without what it says of each review."""
    return "\n".join(line for line in injector.log().splitlines() if " review " not in line)


def failed(injector):
    return injector.metrics()["pillion_configuration_reload_failures_total"]


def is_whole(thing):
    """Annotation and image of one generation, and both there."""
    image = next((c["image"] for c in thing["spec"]["containers"] if c["name"] == "istio-proxy"), "")
    return generation(thing) is not None and image == f"registry.invalid/proxy:{generation(thing)}"


def change_break_repair(lab, injector, put):
    """`put` gives the webhook a configuration's text, or tries to."""
    namespace = lab.namespace()
    injector.install(injector.entry([namespace]))
    settle(lab, namespace)

    def of(number):
        return lambda thing: generation(thing) == number
    with Load(lab, namespace, clients=8, want=is_whole) as load:
        load.wait_created(50)
        put(small_config("2"))
        settle(lab, namespace, of("2"))
        for broken in BROKEN:
            failures, refused = failed(injector), len(REFUSED.findall(injector.log()))
            put(broken)
            wait_for("the broken configuration is counted", lambda: failed(injector) > failures)
            wait_for("the log names line 2",
                     lambda: len(REFUSED.findall(injector.log())) > refused or (False, said(injector)))
        load.wait_created(50)
        made = lab.api.create(pod(), namespace, "?dryRun=All")
        check(generation(made) == "2", f"the old configuration is not in force, but {generation(made)}")
        check(injector.plain("/ready")[0] == 200, "not ready, although the old configuration is in force")
        put(small_config("3"))
        settle(lab, namespace, of("3"))
        load.wait_created(50)
        for number in range(4, 24):  # quickly, one after the other: the last one stays
            put(small_config(str(number)))
            time.sleep(0.01)
        settle(lab, namespace, of("23"))
        load.wait_created(20)
    shown = json.loads(injector.plain("/debug/inject")[1])
    check("proxy:23" in json.dumps(shown), "/debug/inject does not show the configuration in force")
    check({"1", "2", "3", "23"} <= set(load.seen), f"generations seen: {load.seen}")
    return load.summary()


def mounted(lab):
    rest = {"values": SMALL_VALUES, "mesh": SMALL_MESH}
    folder = Mounted(f"{lab.folder}/{lab.unique('mounted')}", {"config": small_config("1"), **rest})
    injector = file_injector(lab, "--injectConfig", folder.path("config"), "--valuesConfig", folder.path("values"),
                             "--meshConfig", folder.path("mesh")).start()
    return change_break_repair(lab, injector, lambda text: folder.put({"config": text, **rest}))


def renamed(lab):
    paths = [lab.put_file(name, text) for name, text in
             (("config", small_config("1")), ("values", SMALL_VALUES), ("mesh", SMALL_MESH))]
    injector = file_injector(lab, "--injectConfigFile", paths[0], "--valuesFile", paths[1], "--meshConfigFile",
                             paths[2]).start()
    return change_break_repair(lab, injector, lambda text: replace_file(paths[0], text))


def config_map(lab):
    home = lab.namespace(prefix="istio")
    config_maps(lab, home, "1")
    injector = file_injector(lab, "--fromCluster", "--istioNamespace", home).start()
    return change_break_repair(lab, injector, lambda text: config_maps(lab, home, None, config=text))


def config_map_gone(lab):
    """Deleted ConfigMaps leave the configuration in force, and new ones are taken up."""
    home, namespace = lab.namespace(prefix="istio"), lab.namespace()
    config_maps(lab, home, "1")
    injector = file_injector(lab, "--fromCluster", "-i", home).start()
    injector.install(injector.entry([namespace]))
    settle(lab, namespace)
    for name in ("istio", "istio-sidecar-injector"):
        lab.api.delete("ConfigMap", home, name)
    time.sleep(0.5)
    check(generation(lab.api.create(pod(), namespace)) == "1", "the configuration went with its ConfigMap")
    check(injector.plain("/ready")[0] == 200, "not ready")
    config_maps(lab, home, "2")
    settle(lab, namespace, lambda thing: generation(thing) == "2")


def config_map_late(lab):
    """Started before its ConfigMaps are there: not ready, no crash, and ready when they come; a broken one first."""
    home, namespace = lab.namespace(prefix="istio"), lab.namespace()
    injector = file_injector(lab, "--fromCluster", "-i", home).launch()
    wait_for("the plain port answers", lambda: injector.plain("/healthz")[0] == 200)
    time.sleep(0.5)
    check(injector.plain("/ready")[0] == 503, f"/ready without a configuration: {injector.plain('/ready')}")
    config_maps(lab, home, None, config=BROKEN[1])
    wait_for("the log names the line", lambda: injector.logged(REFUSED) or (False, said(injector)))
    check(injector.plain("/ready")[0] == 503, "ready with a broken configuration")
    config_maps(lab, home, "1")
    injector.wait_ready()
    injector.install(injector.entry([namespace]))
    settle(lab, namespace)


def values_and_mesh(lab):
    """Values and mesh are watched as well; SIGHUP looks at once."""
    config = small_config("{{ .Values.global.tag }}-{{ .MeshConfig.TrustDomain }}")
    paths = [lab.put_file(name, text) for name, text in
             (("config", config), ("values", "global: {tag: a}\n"), ("mesh", "trustDomain: one\n"))]
    injector = file_injector(lab, "--injectConfigFile", paths[0], "--valuesFile", paths[1], "--meshConfigFile",
                             paths[2]).start()
    namespace = lab.namespace()
    injector.install(injector.entry([namespace]))
    settle(lab, namespace, lambda thing: generation(thing) == "a-one")
    replace_file(paths[1], "global: {tag: b}\n")
    settle(lab, namespace, lambda thing: generation(thing) == "b-one")
    with open(paths[2], "w") as file:  # in place, as editors without a care do
        file.write("trustDomain: two\n")
    injector.process.signal(signal.SIGHUP)
    settle(lab, namespace, lambda thing: generation(thing) == "b-two")
    check(injected(lab.api.create(pod(), namespace)), "no sidecar")


def tests():
    yield "reload: a mounted ConfigMap changed, broken, repaired under load", mounted
    yield "reload: a file changed, broken, repaired under load", renamed
    yield "reload: ConfigMaps changed, broken, repaired under load", config_map
    yield "reload: ConfigMaps deleted and made anew", config_map_gone
    yield "reload: ConfigMaps that come late", config_map_late
    yield "reload: values and mesh, and SIGHUP", values_and_mesh
