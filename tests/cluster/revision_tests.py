"""Revisions and tags side by side, each with webhooks of its own, as `pillion webhook manifest` makes them."""
from injector import config_flags, config_maps, file_injector, generation, install_manifest, pod, settle
from lab import Wrong

REVISION = "istio.io/rev"


def got(lab, namespace, labels=None):
    return generation(lab.api.create(pod(labels), namespace))


def table(lab, rows):
    wrong = []
    for text, namespace, labels, want in rows:
        found = got(lab, namespace, labels)
        if found != want:
            wrong.append(f"{text}: generation {found}, want {want}")
    if wrong:
        raise Wrong(*wrong)


def of(number):
    return lambda thing: generation(thing) == number


def side_by_side(lab):
    """The default revision, two named ones and a tag, which is then moved from one to the other."""
    for revision in ("", "blue", "green"):
        flags = config_flags(lab, revision or "default")
        service = "pillion-webhook" + (f"-{revision}" if revision else "")
        one = file_injector(lab, *flags, "--revision", revision or "default", service=service).start()
        more = ["--revision", revision] if revision else []
        install_manifest(lab, one, *more)
        if revision == "blue":
            blue = one
    green = one
    (tag,) = set(install_manifest(lab, blue, "--revision", "blue", "--tag", "prod")) - {"pillion-sidecar-injector-blue"}
    spaces = {name: lab.namespace(labels) for name, labels in {
        "none": {}, "enabled": {"istio-injection": "enabled"}, "blue": {REVISION: "blue"}, "green": {REVISION: "green"},
        "prod": {REVISION: "prod"}, "default": {REVISION: "default"}, "unknown": {REVISION: "red"},
        "both": {"istio-injection": "enabled", REVISION: "blue"}}.items()}
    settle(lab, spaces["prod"], of("blue"))
    settle(lab, spaces["green"], of("green"))
    settle(lab, spaces["enabled"], of("default"))
    no = {"sidecar.istio.io/inject": "false"}
    table(lab, [
        ("namespace enabled", spaces["enabled"], {}, "default"),
        ("namespace rev=default", spaces["default"], {}, "default"),
        ("namespace rev=blue", spaces["blue"], {}, "blue"),
        ("namespace rev=green", spaces["green"], {}, "green"),
        ("namespace rev=prod, a tag of blue", spaces["prod"], {}, "blue"),
        ("namespace rev=red, nobody's", spaces["unknown"], {}, None),
        ("namespace enabled and rev=blue", spaces["both"], {}, "default"),
        ("pod rev=blue in no namespace's", spaces["none"], {REVISION: "blue"}, "blue"),
        ("pod rev=prod", spaces["none"], {REVISION: "prod"}, "blue"),
        ("pod rev=green and inject", spaces["none"], {REVISION: "green", "sidecar.istio.io/inject": "true"}, "green"),
        ("pod rev=green in a namespace of blue", spaces["blue"], {REVISION: "green"}, "blue"),
        ("pod without", spaces["none"], {}, None),
        ("pod that says no", spaces["prod"], no, None),
        ("pod of blue that says no", spaces["none"], {REVISION: "blue", **no}, None),
    ])
    lab.api.delete("MutatingWebhookConfiguration", None, tag)
    lab.api.delete("MutatingWebhookConfiguration", None, "pillion-sidecar-injector-green")
    install_manifest(lab, green, "--revision", "green", "--tag", "prod")
    settle(lab, spaces["prod"], of("green"))
    table(lab, [("the tag moved to green", spaces["prod"], {}, "green"), ("blue stays", spaces["blue"], {}, "blue"),
                ("pod rev=prod", spaces["none"], {REVISION: "prod"}, "green")])


def own_config_maps(lab):
    """With --fromCluster each revision reads ConfigMaps of its own."""
    home = lab.namespace(prefix="istio")
    spaces = {}
    for revision in ("", "canary"):
        config_maps(lab, home, revision or "default", revision)
        one = file_injector(lab, "--fromCluster", "-i", home, *(["-r", revision] if revision else [])).start()
        spaces[revision] = lab.namespace()
        one.install(one.entry([spaces[revision]]))
    for revision, namespace in spaces.items():
        settle(lab, namespace, of(revision or "default"))
    config_maps(lab, home, "newer", "canary")
    settle(lab, spaces["canary"], of("newer"))
    table(lab, [("the default revision is as it was", spaces[""], {}, "default")])


def tests():
    yield "revisions: the default, two more and a tag side by side", side_by_side
    yield "revisions: each has ConfigMaps of its own", own_config_maps
