"""`pillion explain` says what the API server did, and what it proposes to change has the effect that it says."""
import copy
import json

from decision_tests import (INJECT, NONE, ROWS, Namespaces, asked, create_rows, row_pod, row_text, standard, wanted)
from injector import config_maps, injected, pod, settle, small_config
from lab import Wrong, check, read_text


def explain(lab, *argv, thing=None, code=(0, 3)):
    """(exit code, parsed JSON)."""
    done = lab.run_pillion("explain", *argv, "-o", "json", stdin=json.dumps(thing) if thing else None, check_code=False)
    check(done.returncode in code, f"explain {' '.join(argv)}: exit {done.returncode}: {done.stderr.strip()[:300]}")
    return done.returncode, json.loads(done.stdout)


def namespace_labels(lab):
    return {item["metadata"]["name"]: item["metadata"].get("labels", {}) for item in lab.api.get("Namespace")["items"]}


def offline(lab, thing, labels, hooks, flags):
    pairs = ",".join(f"{key}={value}" for key, value in labels.items())
    code, answer = explain(lab, "-f", "-", "--namespaceLabels", pairs, "--webhooks", hooks, *flags, thing=thing)
    (one,) = answer["pods"]
    return code, one


def share_config(lab, flags):
    """The webhook's configuration as the cluster's ConfigMap, where live explanations look for it."""
    config_maps(lab, "istio-system", None, config=read_text(flags[1]))
    for name in ("istio", "istio-sidecar-injector"):
        lab.keep("ConfigMap", "istio-system", name)


def webhooks_file(lab):
    return lab.put_file("webhooks", lab.api.get("MutatingWebhookConfiguration"))


def agrees(lab, policy):
    """Each row of the decision table, from the manifest and from the stored pod."""
    pods, rows, flags = create_rows(lab, policy)
    share_config(lab, flags)
    hooks, labels, wrong = webhooks_file(lab), namespace_labels(lab), []
    for thing, (text, want) in zip(pods, rows):
        where = thing["metadata"]["namespace"]
        code, one = offline(lab, thing, labels[where], hooks, flags)
        if (code == 0, one["injected"], one["wouldInject"]) != (want,) * 3:
            wrong.append(f"offline: {text}: exit {code}, {one['injected']}, {one['wouldInject']}: {one['reason']}")
        code, answer = explain(lab, f"pod/{thing['metadata']['name']}", "-n", where)
        (one,) = answer["pods"]
        if (code == 0, one["injected"], one["wouldInject"], one["hasSidecar"]) != (want,) * 4 or not one["agrees"]:
            wrong.append(f"live: {text}: exit {code}, {one['injected']}, {one['wouldInject']}, {one['agrees']}: "
                         f"{one['reason']}")
    if wrong:
        raise Wrong(f"{len(wrong)} of {2 * len(pods)} answers differ:", *wrong[:12])
    return everything(lab)


def everything(lab):
    """-A names every pod of the cluster, and of each whether it has a sidecar."""
    stored = {(item["metadata"]["namespace"], item["metadata"]["name"]): injected(item)
              for item in lab.api.must("GET", "/api/v1/pods")["items"]}
    _, answer = explain(lab, "-A")
    said = {(one["namespace"], one["name"]): one["hasSidecar"] for one in answer["pods"]}
    check(said == stored, f"explain -A: {len(said)} pods, and there are {len(stored)}; differing: "
          f"{[key for key in stored if stored[key] != said.get(key)][:5]}")
    check(answer["injected"] == sum(one["injected"] for one in answer["pods"]), "the sums are wrong")
    return f"{len(stored)} pods in explain -A"


def workloads(lab):
    """Deployments: what would become of their pods, which is what the API server makes of them."""
    flags = standard(lab, "enabled")
    share_config(lab, flags)
    namespaces, wrong = Namespaces(lab), []
    for number, row in enumerate(ROWS):
        if isinstance(row[0], str):
            continue
        where, name = namespaces.of(row[0]), f"web-{number}"
        template = row_pod(*row[1:4])
        template["metadata"].pop("generateName")
        template["metadata"]["labels"]["app"] = name
        lab.api.create({"kind": "Deployment", "metadata": {"name": name},
                        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template}}, where)
        thing = pod()
        thing["metadata"].update(template["metadata"])
        thing["spec"] = template["spec"]
        want = injected(lab.api.create(thing, where, "?dryRun=All"))
        check(want == row[4], f"{row_text(row)}: the API server made another pod of the template")
        code, answer = explain(lab, f"deploy/{name}", "-n", where)
        if (code == 0, answer["pods"][0]["injected"]) != (want, want):
            wrong.append(f"{row_text(row)}: exit {code}: {answer['pods'][0]['reason']}")
    if wrong:
        raise Wrong(*wrong)


def changed(thing, labels, actions):
    """The pod, its namespace's labels and the namespace's name (None: the same) after these actions."""
    thing, labels, name = copy.deepcopy(thing), dict(labels), None
    labels.pop("kubernetes.io/metadata.name", None)
    for action in actions:
        key, value = action["key"], action["value"]
        holder = {"podLabel": thing["metadata"]["labels"], "podAnnotation": thing["metadata"]["annotations"],
                  "namespaceLabel": labels}.get(action["on"])
        if holder is not None:
            holder.pop(key, None)
            if action["action"] == "set":
                holder[key] = value
        elif action["on"] == "hostNetwork":
            thing["spec"]["hostNetwork"] = False
        elif action["on"] == "namespace":
            name = value
        else:
            raise Wrong(f"an action that this test can't try: {action}")
    return thing, labels, name


def changes(lab):
    """Each change that is proposed for each row, tried on the API server: the answer is the other one."""
    flags = standard(lab, "enabled")
    hooks, every, namespaces = webhooks_file(lab), namespace_labels(lab), Namespaces(lab)
    tried, wrong = 0, []

    for row in ROWS:
        where = namespaces.of(row[0])
        labels = every.get(where, row[0] if isinstance(row[0], dict) else {})
        thing = row_pod(*row[1:4], name="tried")
        thing["metadata"]["namespace"] = where
        _, one = offline(lab, thing, labels, hooks, flags)
        if not one["changes"]:
            wrong.append(f"{row_text(row)}: nothing is proposed")
        for change in one["changes"]:
            if change["inject"] == row[4]:
                wrong.append(f"{row_text(row)}: a change to what it is already")
            new, new_labels, name = changed(thing, labels, change["actions"])
            if name and not lab.api.find("Namespace", None, name):
                lab.api.create({"kind": "Namespace", "metadata": {"name": name, "labels": new_labels}})
            del new["metadata"]["namespace"]
            tried += 1
            made = injected(lab.api.create(new, name or namespaces.of(new_labels), "?dryRun=All"))
            if made != change["inject"]:
                wrong.append(f"{row_text(row)}: {made} after {json.dumps(change['actions'])[:400]}")
    if wrong:
        raise Wrong(f"{len(wrong)} of {tried} changes:", *wrong[:12])
    check(tried >= len(ROWS), f"only {tried} changes were proposed")
    return f"{tried} changes tried"


def table(lab):
    """--table, row by row, against the API server under both policies."""
    config = lab.put_file("config", small_config("1"))
    done = lab.run_pillion("explain", "--table", "-o", "json", "--injectConfigFile", config)
    rows, wrong = json.loads(done.stdout)["rows"], []
    for policy in ("enabled", "disabled"):
        standard(lab, policy, selectors="")
        namespaces = Namespaces(lab)
        for row in rows:
            labels = {key: row[name] for key, name in (("istio-injection", "namespaceInjection"),
                                                       ("istio.io/rev", "namespaceRevision")) if row[name] is not None}
            more = {"labels": {"istio.io/rev": row["podRevision"]}} if row["podRevision"] is not None else {}
            thing = row_pod(row["podLabel"], row["podAnnotation"], more)
            got = injected(lab.api.create(thing, namespaces.of(labels), "?dryRun=All"))
            rule = asked(labels, thing["metadata"]["labels"]) and wanted(policy, thing, "")
            if (got, rule) != (row[policy]["injected"],) * 2:
                wrong.append(f"{policy}: {row}: the API server says {got}")
        lab.clean()
    if wrong:
        raise Wrong(*wrong[:10])
    check(len(rows) >= 40, f"{len(rows)} rows")
    return f"{len(rows)} rows"


def stale(lab):
    """A pod that would be decided otherwise now says so; what is not there is an error of its own."""
    flags = standard(lab, "enabled")
    share_config(lab, flags)
    namespace = lab.namespace(NONE)
    lab.api.create(pod(name="before"), namespace)
    lab.api.merge("Namespace", None, namespace, {"metadata": {"labels": {"istio-injection": "enabled"}}})
    settle(lab, namespace)
    lab.api.create(pod({INJECT: "true"}, name="after"), namespace)
    code, answer = explain(lab, "pod/before", "pod/after", "-n", namespace)
    found = [(one["hasSidecar"], one["wouldInject"], one["agrees"]) for one in answer["pods"]]
    check(code == 3 and found == [(False, True, False), (True, True, True)], f"exit {code}: {found}")
    done = lab.run_pillion("explain", "pod/absent", "-n", namespace, check_code=False)
    check(done.returncode == 1 and "absent" in done.stderr and not done.stdout,
          f"exit {done.returncode}: {done.stderr}")
    text = lab.run_pillion("explain", "pod/before", "-n", namespace, check_code=False).stdout
    check("istio-injection" in text and namespace in text, text)


def tests():
    for policy in ("enabled", "disabled"):
        yield f"explain: agrees on every row, live and offline, policy {policy}", lambda lab, p=policy: agrees(lab, p)
    yield "explain: deployments", workloads
    yield "explain: what it proposes to change, tried", changes
    yield "explain: --table is what the API server does", table
    yield "explain: pods that would be decided otherwise now", stale
