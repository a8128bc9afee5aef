"""`pillion webhook manifest | kubectl apply -f -`: accepted, and with the rights that it grants everything works, and
nothing is granted that is not used."""
import json
import re

from certificate_tests import blocks
from injector import (Injector, config_maps, containers, generation, injected, manifest, objects, pod, redirect, settle)
from lab import Wrong, check, decode, encode, wait_for

HOME = "istio-system"
VARIANTS = [[], ["--revision", "blue"], ["--revision", "blue", "--tag", "prod"], ["--image", "registry.invalid/p:1"],
            ["--compat", "1.0"], ["--platform", "openshift"],
            ["--with-config", "--with-namespace", "--namespace", "pillion-system", "-i", "pillion-system"]]


def forget(lab, things):
    """Everything that was applied goes with the test."""
    for thing in things:
        kind, name = thing["kind"], thing["metadata"]["name"]
        if kind == "Namespace":
            continue
        where = thing["metadata"].get("namespace")
        lab.kubectl("delete", kind, name, *(["-n", where] if where else []), "--ignore-not-found", "--wait=false")


def accepted(lab, flags):
    """kubectl applies it, validated and without a warning; then there is no difference left. Server-side
    apply takes it, too."""
    text = lab.run_pillion("webhook", "manifest", *flags).stdout
    if "--with-namespace" not in flags:  # a dry run makes none
        server = lab.kubectl("apply", "--server-side", "--dry-run=server", "-f", "-", stdin=text)
        check(not server.stderr.strip(), f"server-side warnings: {server.stderr}")
    first = lab.kubectl("apply", "--validate=true", "-f", "-", stdin=text, check_code=False)
    try:
        check(first.returncode == 0, first.stderr)
        check(not first.stderr.strip(), f"warnings: {first.stderr}")
        difference = lab.kubectl("diff", "-f", "-", stdin=text, check_code=False)
        check(difference.returncode == 0, "applied, and still different:", *difference.stdout.splitlines()[:30])
    finally:
        forget(lab, manifest(lab, *flags))


def hardened(lab):
    """The Deployment's pod is admitted by the strictest Pod Security Standard, and has what the issue asks for."""
    things = manifest(lab)
    kinds = {thing["kind"] for thing in things}
    wanted = {"ServiceAccount", "Service", "Deployment", "PodDisruptionBudget", "HorizontalPodAutoscaler",
              "MutatingWebhookConfiguration"}
    check(wanted <= kinds, f"the manifest lacks {wanted - kinds}")
    deployment = next(thing for thing in things if thing["kind"] == "Deployment")
    namespace = lab.namespace({"pod-security.kubernetes.io/enforce": "restricted"})
    template = deployment["spec"]["template"]
    status, answer = lab.api.try_create({"kind": "Pod", "metadata": {"generateName": "w-", **template["metadata"]},
                                         "spec": template["spec"]}, namespace, "?dryRun=All")
    check(status == 201, f"Pod Security Standard restricted: {answer.get('message')}")
    spec = answer["spec"]
    wrong = []
    for container in spec["containers"]:
        context = container["securityContext"]
        if not context.get("readOnlyRootFilesystem"):
            wrong.append(f"{container['name']}: the root file system can be written")
        if not container.get("readinessProbe") or not container.get("livenessProbe"):
            wrong.append(f"{container['name']}: no probes")
        if not container.get("resources", {}).get("requests"):
            wrong.append(f"{container['name']}: requests nothing")
    if not (spec.get("topologySpreadConstraints") or spec.get("affinity", {}).get("podAntiAffinity")):
        wrong.append("not spread over nodes")
    if deployment["spec"].get("replicas", 1) < 2 and "HorizontalPodAutoscaler" not in kinds:
        wrong.append("one replica")
    for thing in things:
        if thing["kind"] != "MutatingWebhookConfiguration":
            continue
        for hook in thing["webhooks"]:
            for key, want in (("failurePolicy", "Fail"), ("sideEffects", "None")):
                if hook.get(key) != want:
                    wrong.append(f"{hook['name']}: {key} is {hook.get(key)}, want {want}")
            for key in ("timeoutSeconds", "reinvocationPolicy", "matchPolicy"):
                if not hook.get(key):
                    wrong.append(f"{hook['name']}: no {key}")
            if not all(rule["resources"] == ["pods"] and rule["operations"] == ["CREATE"] for rule in hook["rules"]):
                wrong.append(f"{hook['name']}: rules {hook['rules']}")
    if wrong:
        raise Wrong(*wrong)


def container_flags(deployment):
    """The flags of the manifest's own container, behind `webhook`, without those of ports and addresses: what the test
    gives it instead."""
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    words = [*container.get("command", []), *container.get("args", [])]
    check("webhook" in words, f"the container runs {words}")
    flags, skip = [], False
    for word in words[words.index("webhook") + 1:]:
        if skip:
            skip = False
            continue
        name = word.split("=")[0]
        if name in ("--port", "--httpPort", "--service", "--namespace", "--drainDuration"):
            skip = "=" not in word
            continue
        flags.append(word)
    text = json.dumps(flags)
    check("$(" not in text, f"the container's flags need an environment: {flags}")
    return flags


def granted(lab, things, account):
    """Each thing that the manifest's roles allow: (verb, group, resource, namespace or None, name or None)."""
    roles = {(t["kind"], t["metadata"].get("namespace"), t["metadata"]["name"]): t.get("rules") or []
             for t in things if t["kind"] in ("Role", "ClusterRole")}
    found = set()
    for binding in things:
        if binding["kind"] not in ("RoleBinding", "ClusterRoleBinding"):
            continue
        subjects = binding.get("subjects") or []
        check([(s["kind"], s["name"], s.get("namespace")) for s in subjects] == [("ServiceAccount", account, HOME)],
              f"{binding['kind']} {binding['metadata']['name']} binds {subjects}")
        where = binding["metadata"].get("namespace")
        ref = binding["roleRef"]
        for rule in roles[(ref["kind"], where if ref["kind"] == "Role" else None, ref["name"])]:
            for verb in rule["verbs"]:
                for group in rule["apiGroups"]:
                    for resource in rule["resources"]:
                        for name in rule.get("resourceNames") or [None]:
                            found.add((verb, group, resource, where, name))
    return found


def with_config(lab):
    """--with-config brings ConfigMaps that the webhook which it describes can use: the embedded profile."""
    home = lab.namespace(prefix="home")
    text = lab.run_pillion("webhook", "manifest", "--with-config", "--namespace", home, "-i", home).stdout
    things = objects(lab.kubectl("create", "--dry-run=client", "-o", "json", "-f", "-", stdin=text).stdout)
    lab.kubectl("apply", "-f", "-", stdin=text)
    try:
        (deployment,) = [t for t in things if t["kind"] == "Deployment"]
        (hook,) = [t["metadata"]["name"] for t in things if t["kind"] == "MutatingWebhookConfiguration"]
        injector = Injector(lab, *container_flags(deployment), namespace=home, service="pillion-webhook")
        redirect(lab, hook, injector)
        injector.start()
        namespace = lab.namespace({"istio-injection": "enabled"})
        settle(lab, namespace)
        made = lab.api.create(pod({"app": "web"}), namespace)
        check(containers(made).count("istio-init") == 1, f"{containers(made)}")
    finally:
        forget(lab, things)


def least(lab, revision="", more=()):
    """The webhook runs by a token of the manifest's ServiceAccount: Secret, caBundle, ConfigMaps, repairs; then what it
    asked for is compared with what it may ask for."""
    flags = [*more, *(["--revision", revision] if revision else [])]
    ending = f"-{revision}" if revision else ""
    text = lab.run_pillion("webhook", "manifest", *flags).stdout
    things = objects(lab.kubectl("create", "--dry-run=client", "-o", "json", "-f", "-", stdin=text).stdout)
    try:
        return rights(lab, text, things, ending)
    finally:
        forget(lab, things)
        for kind, name in (("Secret", "pillion-webhook-tls" + ending), ("ConfigMap", "istio" + ending),
                           ("ConfigMap", "istio-sidecar-injector" + ending)):
            lab.api.delete(kind, HOME, name)


def rights(lab, text, things, ending):
    (account,) = [t["metadata"]["name"] for t in things if t["kind"] == "ServiceAccount"]
    (hook,) = [t["metadata"]["name"] for t in things if t["kind"] == "MutatingWebhookConfiguration"]
    (deployment,) = [t for t in things if t["kind"] == "Deployment"]
    own = container_flags(deployment)
    config_maps(lab, HOME, "1", ending[1:])
    lab.kubectl("apply", "-f", "-", stdin=text)
    token = lab.account_token(HOME, account)  # kubectl create token
    before = len(lab.audit())
    injector = Injector(lab, *own, service="pillion-webhook" + ending,
                        kubeconfig=lab.make_kubeconfig(lab.unique("account"), token=token, namespace=HOME))
    redirect(lab, hook, injector)
    injector.start()
    namespace = lab.namespace({"istio.io/rev": ending[1:]} if ending else {"istio-injection": "enabled"})
    settle(lab, namespace)
    if "--fromCluster" in own:
        config_maps(lab, HOME, "2", ending[1:])
        settle(lab, namespace, lambda thing: generation(thing) == "2")

    def bundles():
        return {decode(h["clientConfig"].get("caBundle"))
                for h in lab.api.get("MutatingWebhookConfiguration", None, hook)["webhooks"]}
    good = bundles()
    check(len(good) == 1 and blocks(min(good)), f"caBundles of the manifest's webhooks: {good}")
    lab.api.patch("MutatingWebhookConfiguration", None, hook,
                  [{"op": "remove", "path": "/webhooks/0/clientConfig/caBundle"}])
    wait_for("the caBundle is right again", lambda: bundles() == good)
    lab.api.merge("Secret", HOME, "pillion-webhook-tls" + ending, {"data": {"tls.crt": encode("nonsense")}})
    wait_for("the Secret is good again", lambda: blocks(decode(lab.api.get(
        "Secret", HOME, "pillion-webhook-tls" + ending)["data"]["tls.crt"])))
    check(injected(lab.api.create(pod(), namespace)), "no sidecar")
    never = lab.api.create(pod({"sidecar.istio.io/inject": "true"}), HOME, "?dryRun=All")
    check(not injected(never), f"its own namespace is injected: {containers(never)}")
    lab.kubectl("apply", "-f", "-", stdin=text)
    check(bundles() == good, "applying the manifest once more took the caBundle away")
    return compare(lab, things, account, before)


def compare(lab, things, account, before):
    """What it asked for is all that it may ask for: before long, since the last watch may not have begun yet."""
    last = {}

    def ask():
        last["asked"], last["wrong"] = asked_and_wrong(lab, things, account, before)
        return not last["wrong"]
    try:
        wait_for("every right is used, and none is lacking", ask, 30, 0.5)
    except Wrong as late:
        raise Wrong(*last["wrong"], "asked for:", *(f"  {item}" for item in sorted(last["asked"], key=str))) from late
    return "asked for: " + ", ".join(sorted({f"{a[0]} {a[2]}" for a in last["asked"]}))


def asked_and_wrong(lab, things, account, before):
    user = f"system:serviceaccount:{HOME}:{account}"
    asked, refused = set(), []
    for event in lab.audit()[before:]:
        if event["user"]["username"] != user or "objectRef" not in event:
            continue
        ref = event["objectRef"]
        name = ref.get("name")
        if not name:  # a list or watch of one thing counts as that thing's
            match = re.search(r"metadata\.name(?:=|%3D)([^&,]+)", event["requestURI"])
            name = match.group(1) if match else None
        asked.add((event["verb"], ref.get("apiGroup", ""), ref["resource"], ref.get("namespace"), name))
        if event.get("responseStatus", {}).get("code") == 403:
            refused.append(f"refused: {event['verb']} {event['requestURI']}")
    wrong = sorted(set(refused)) if asked else [f"{user} asked for nothing"]
    for verb, group, resource, where, name in sorted(granted(lab, things, account), key=str):
        if not any(a[0] == verb and a[1:3] == (group, resource) and where in (None, a[3]) and name in (None, a[4])
                   for a in asked):
            wrong.append(f"granted and never used: {verb} {resource} {name or ''} in {where or 'all namespaces'}")
        if name is None and verb not in ("create", "list", "watch"):
            wrong.append(f"granted for any name: {verb} {resource} in {where or 'all namespaces'}")
    return asked, wrong


def tests():
    yield "manifest --with-config: the embedded profile at work", with_config
    for flags in VARIANTS:
        yield f"manifest {' '.join(flags) or '(no flags)'}: kubectl applies it", lambda lab, f=flags: accepted(lab, f)
    yield "manifest: the Deployment is hardened", hardened
    yield "manifest: its rights are enough, and all are used", least
    yield ("manifest --platform openshift: its rights are enough, and all are used",
           lambda lab: least(lab, more=["--platform", "openshift"]))
    yield "manifest --revision blue: its rights are enough, and all are used", lambda lab: least(lab, "blue")
