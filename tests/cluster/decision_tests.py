"""The decision table: which pods get a sidecar. (That `explain` says the same: explain_tests.py.)

Two descriptions of it stand here, and neither was made from the program: rows as a person would write them into a
manual, and the rules in a few lines (Istio, "Installing the Sidecar", "Controlling the injection policy"), which give
the answer for all combinations.
"""
import itertools
import json
from concurrent.futures import ThreadPoolExecutor

from injector import config_flags, file_injector, injected, install_manifest, pod, settle
from lab import Wrong, check

SELECTORS = """neverInjectSelector:
- matchLabels:
    team: never
alwaysInjectSelector:
- matchExpressions:
  - key: team
    operator: In
    values: [always]
"""
INJECT = "sidecar.istio.io/inject"
ENABLED, DISABLED, NONE = {"istio-injection": "enabled"}, {"istio-injection": "disabled"}, {}
DEFAULT, OTHER = {"istio.io/rev": "default"}, {"istio.io/rev": "canary"}

# Namespace's labels, pod's label, pod's annotation, more of the pod, sidecar with policy enabled / disabled. The
# selectors of SELECTORS are in force.
ROWS = [
    (ENABLED, None, None, {}, True, False),
    (ENABLED, "true", None, {}, True, True),
    (ENABLED, "false", None, {}, False, False),
    (ENABLED, None, "true", {}, True, True),
    (ENABLED, None, "false", {}, False, False),
    (ENABLED, "true", "false", {}, True, True),
    (ENABLED, "false", "true", {}, False, False),
    (ENABLED, None, "maybe", {}, True, False),
    (ENABLED, None, None, {"labels": {"team": "never"}}, False, False),
    (ENABLED, None, None, {"labels": {"team": "always"}}, True, True),
    (ENABLED, "true", None, {"labels": {"team": "never"}}, True, True),
    (ENABLED, None, "true", {"labels": {"team": "never"}}, True, True),
    (ENABLED, None, "false", {"labels": {"team": "always"}}, False, False),
    (ENABLED, None, None, {"hostNetwork": True}, False, False),
    (ENABLED, "true", None, {"hostNetwork": True}, False, False),
    (ENABLED, None, None, {"labels": {"team": "always"}, "hostNetwork": True}, False, False),
    (ENABLED, None, None, {"labels": OTHER}, True, False),
    (DISABLED, None, None, {}, False, False),
    (DISABLED, "true", None, {}, False, False),
    (DISABLED, None, "true", {}, False, False),
    (DISABLED, None, None, {"labels": {"team": "always"}}, False, False),
    (DISABLED, None, None, {"labels": DEFAULT}, False, False),
    (NONE, None, None, {}, False, False),
    (NONE, "true", None, {}, True, True),
    (NONE, "false", None, {}, False, False),
    (NONE, None, "true", {}, False, False),
    (NONE, "true", "false", {}, True, True),
    (NONE, None, None, {"labels": {"team": "always"}}, False, False),
    (NONE, None, None, {"labels": DEFAULT}, True, False),
    (NONE, "true", None, {"labels": DEFAULT}, True, True),
    (NONE, "false", None, {"labels": DEFAULT}, False, False),
    (NONE, None, "false", {"labels": DEFAULT}, False, False),
    (NONE, None, None, {"labels": OTHER}, False, False),
    (NONE, "true", None, {"labels": OTHER}, False, False),
    (NONE, "true", None, {"hostNetwork": True}, False, False),
    (DEFAULT, None, None, {}, True, False),
    (DEFAULT, "true", None, {}, True, True),
    (DEFAULT, "false", None, {}, False, False),
    (DEFAULT, None, "false", {}, False, False),
    (DEFAULT, None, None, {"labels": OTHER}, True, False),
    (OTHER, None, None, {}, False, False),
    (OTHER, "true", None, {}, False, False),
    (OTHER, None, None, {"labels": DEFAULT}, False, False),
    ({**ENABLED, **OTHER}, None, None, {}, True, False),
    ({**DISABLED, **DEFAULT}, None, None, {}, False, False),
    ({**DISABLED, **DEFAULT}, "true", None, {}, False, False),
    ("kube-system", "true", None, {}, False, False),
    ("kube-public", "true", None, {}, False, False),
    ("kube-node-lease", "true", None, {"labels": {"team": "always"}}, False, False),
    ("istio-system", "true", None, {}, False, False),
]


def row_pod(label, annotation, more, name=None):
    labels = dict(more.get("labels", {}))
    if label is not None:
        labels[INJECT] = label
    return pod(labels, {} if annotation is None else {INJECT: annotation}, name,
               **{key: value for key, value in more.items() if key != "labels"})


def row_text(row):
    return f"namespace {row[0]}, label {row[1]}, annotation {row[2]}, {row[3]}"


class Namespaces:
    """One for each set of labels."""

    def __init__(self, lab):
        self.lab, self.names = lab, {}

    def of(self, labels):
        if isinstance(labels, str):
            return labels
        key = json.dumps(labels, sort_keys=True)
        if key not in self.names:
            self.names[key] = self.lab.namespace(labels)
        return self.names[key]


def standard(lab, policy, selectors=SELECTORS):
    """A webhook with this policy, asked by the webhooks of the manifest; the flags of its configuration."""
    flags = config_flags(lab, "1", policy=policy, more=selectors)
    injector = file_injector(lab, *flags, service="pillion-webhook").start()
    install_manifest(lab, injector)
    settle(lab, lab.namespace(ENABLED), thing=row_pod("true", None, {}))
    return flags


def wrong_rows(rows, answers):
    return [f"{text}: {'no ' if want else ''}sidecar, and the table says {'one' if want else 'none'}"
            for (text, want), got in zip(rows, answers) if want != got]


def create_rows(lab, policy):
    """Every row as a real Pod, created by kubectl and read back: (pods, [(row, sidecar?)], configuration's flags)."""
    flags = standard(lab, policy)
    namespaces, pods, rows = Namespaces(lab), [], []
    run = lab.unique("row")
    for number, row in enumerate(ROWS):
        thing = row_pod(*row[1:4], name=f"{run}-{number}")
        thing["metadata"]["namespace"] = namespaces.of(row[0])
        pods.append(thing)
        rows.append((row_text(row), row[4] if policy == "enabled" else row[5]))
    lab.kubectl("create", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": pods}))
    stored = {item["metadata"]["name"]: item
              for item in json.loads(lab.kubectl("get", "pods", "-A", "-o", "json").stdout)["items"]}
    got = [injected(stored[thing["metadata"]["name"]]) for thing in pods]
    for thing in pods:  # kube-system and its like are everybody's
        if not thing["metadata"]["namespace"].startswith("ns-"):
            lab.keep("Pod", thing["metadata"]["namespace"], thing["metadata"]["name"])
    wrong = wrong_rows(rows, got)
    if wrong:
        raise Wrong(*wrong)
    return pods, rows, flags


# ---- all combinations -----------------------------------------------------------------------------------------------

def asked(namespace, labels):
    """Whether the webhooks of the default revision are asked at all."""
    if labels.get(INJECT) == "false":
        return False
    if "istio-injection" in namespace:
        return namespace["istio-injection"] == "enabled"
    if "istio.io/rev" in namespace:
        return namespace["istio.io/rev"] == "default"
    if "istio.io/rev" in labels:
        return labels["istio.io/rev"] == "default"
    return labels.get(INJECT) == "true"


def wanted(policy, thing, selectors):
    """Whether a webhook that is asked injects."""
    labels, annotations = thing["metadata"]["labels"], thing["metadata"]["annotations"]
    if thing["spec"].get("hostNetwork"):
        return False
    value = labels.get(INJECT, annotations.get(INJECT))
    if value in ("true", "false"):
        return value == "true"
    team = labels.get("team") if selectors else None
    if team in ("never", "always"):
        return team != "never"
    return policy == "enabled"


def combinations():
    for label, annotation, revision, team, host in itertools.product(
            (None, "true", "false", "yes", ""), (None, "true", "false", "no"), (None, "default", "canary"),
            (None, "never", "always"), (False, True)):
        if host and (revision or team == "never"):
            continue
        labels = {key: value for key, value in (("istio.io/rev", revision), ("team", team)) if value}
        yield row_pod(label, annotation, {"labels": labels, **({"hostNetwork": True} if host else {})})


def all_combinations(lab, policy, selectors):
    standard(lab, policy, selectors)
    namespaces, jobs = Namespaces(lab), []
    for labels in (NONE, ENABLED, DISABLED, {"istio-injection": "maybe"}, DEFAULT, OTHER, {**ENABLED, **OTHER},
                   {**DISABLED, **DEFAULT}):
        jobs += [(namespaces.of(labels), labels, thing) for thing in combinations()]

    def one(job):
        status, answer = lab.api.try_create(job[2], job[0], "?dryRun=All")
        return injected(answer) if status == 201 else answer.get("message", status)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(one, jobs))
    wrong = []
    for (_, labels, thing), answer in zip(jobs, answers):
        want = asked(labels, thing["metadata"]["labels"]) and wanted(policy, thing, selectors)
        if answer is not want:
            wrong.append(f"namespace {labels}, {thing['metadata']}, hostNetwork {thing['spec'].get('hostNetwork')}: "
                         f"{answer}, want {want}")
    if wrong:
        raise Wrong(f"{len(wrong)} of {len(jobs)} differ:", *wrong[:10])
    check(len(jobs) > 1000 and {True, False} <= set(answers), "the combinations are not what they were meant to be")
    return f"{len(jobs)} combinations"


def tests():
    for policy in ("enabled", "disabled"):
        name = f"decision table, policy {policy}"
        yield f"{name}: real pods by kubectl", lambda lab, p=policy: f"{len(create_rows(lab, p)[0])} rows"
        yield f"{name}: all combinations", lambda lab, p=policy: all_combinations(lab, p, SELECTORS)
    yield ("decision table, no selectors: all combinations", lambda lab: all_combinations(lab, "enabled", ""))
