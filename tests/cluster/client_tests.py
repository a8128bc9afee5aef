"""The program as a client of a cluster: `inject --fromCluster`, ways to get in, and what it says when it can't."""
import json

from injector import SIDECAR, SMALL_MESH, SMALL_VALUES, config_maps, small_config
from lab import TOKENS, Wrong, check, encode, read_text
from ports import free_port

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app   # stays
        image: registry.invalid/app:1
"""


def from_files(lab, generation_text, *flags):
    return lab.run_pillion("inject", "-f", "-", *flags,
                           "--injectConfigFile", lab.put_file("config", small_config(generation_text)),
                           "--valuesFile", lab.put_file("values", SMALL_VALUES),
                           "--meshConfigFile", lab.put_file("mesh", SMALL_MESH), stdin=DEPLOYMENT).stdout


def as_with_files(lab):
    """The cluster's ConfigMaps give what the same texts in files give, by default and for a revision."""
    for namespace in ("istio-system", lab.namespace(prefix="istio")):
        for revision in ("", "canary"):
            config_maps(lab, namespace, f"of-{revision}", revision)
            if namespace == "istio-system":
                for name in ("istio", "istio-sidecar-injector"):
                    lab.keep("ConfigMap", namespace, name + (f"-{revision}" if revision else ""))
            named = ["--revision", revision] if revision else []
            flags = ["--fromCluster", *named, *(["-i", namespace] if namespace != "istio-system" else [])]
            live = lab.run_pillion("inject", *flags, "-f", "-", stdin=DEPLOYMENT).stdout
            check(live == from_files(lab, f"of-{revision}", *named) and SIDECAR in live,
                  f"{flags}: another output than with files", live[:400])


def applied(lab):
    """`pillion inject --fromCluster | kubectl apply` as people do it, and once more, which changes nothing."""
    home, room = lab.namespace(prefix="istio"), lab.namespace()
    config_maps(lab, home, "1")
    text = lab.run_pillion("inject", "--fromCluster", "-i", home, "-f", "-", stdin=DEPLOYMENT).stdout
    lab.kubectl("apply", "-n", room, "-f", "-", stdin=text)
    again = lab.kubectl("apply", "-n", room, "-f", "-", stdin=text).stdout
    check("unchanged" in again, again)
    stored = lab.api.get("Deployment", room, "web")["spec"]["template"]["spec"]["containers"]
    check([c["name"] for c in stored].count(SIDECAR) == 1, f"{stored}")


def ways_in(lab):
    """A token, a token file, a client certificate in files and in the kubeconfig, an exec plugin, contexts."""
    home = lab.namespace(prefix="istio")
    config_maps(lab, home, "1")
    want = from_files(lab, "1")
    certificate = lab.authority.issue(lab.unique("alice"), "/O=system:masters/CN=alice")
    token = TOKENS["admin"][0]
    credential = json.dumps({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                             "status": {"token": token}})
    plugin = lab.put_file("plugin", f"printf '%s' '{credential}'\n")
    users = {
        "token": {"token": token},
        "tokenFile": {"tokenFile": lab.put_file("token", token + "\n")},
        "certificate files": {"client-certificate": certificate[0], "client-key": certificate[1]},
        "certificate data": {"client-certificate-data": encode(read_text(certificate[0])),
                             "client-key-data": encode(read_text(certificate[1]))},
        "exec": {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": [plugin],
                          "interactiveMode": "Never"}},
    }
    base = json.loads(read_text(lab.kubeconfig))
    base["users"] = [{"name": name, "user": user} for name, user in users.items()]
    base["contexts"] = [{"name": name, "context": {"cluster": "lab", "user": name}} for name in users]
    base["current-context"] = "token"
    path, wrong = lab.put_file("all.kubeconfig", base), []
    for name in users:
        done = lab.run_pillion("inject", "--fromCluster", "-i", home, "--kubeconfig", path, "--context", name,
                               "-f", "-", stdin=DEPLOYMENT, check_code=False, environment={"KUBECONFIG": ""})
        if done.returncode or done.stdout != want:
            wrong.append(f"{name}: exit {done.returncode}: {done.stderr.strip()[:300]}")
    if wrong:
        raise Wrong(*wrong)


def refusals(lab):
    """Each way to fail is one message that says what and where, exit 1, and no output."""
    home = lab.namespace(prefix="istio")
    base, wrong = json.loads(read_text(lab.kubeconfig)), []

    def changed(**cluster):
        base["clusters"][0]["cluster"] = {**json.loads(read_text(lab.kubeconfig))["clusters"][0]["cluster"], **cluster}
        return lab.put_file("changed.kubeconfig", base)
    closed = free_port()
    cases = [
        ("no ConfigMap", lab.kubeconfig, ["istio-sidecar-injector", home]),
        ("forbidden", lab.make_kubeconfig("nobody", token=TOKENS["nobody"][0]),
         ["orbidden", "nobody", "get", "configmaps"]),
        ("a wrong token", lab.make_kubeconfig("stranger", token="no-such-token"), ["nauthori"]),
        ("nobody listens", changed(server=f"https://127.0.0.1:{closed}"), [str(closed), "refused"]),
        ("a context that is not there", None, ["no-such-context"]),
    ]
    for name, path, words in cases:
        flags = ["--kubeconfig", path] if path else ["--kubeconfig", lab.kubeconfig, "--context", "no-such-context"]
        done = lab.run_pillion("inject", "--fromCluster", "-i", home, *flags, "-f", "-", stdin=DEPLOYMENT,
                               check_code=False)
        lacking = [word for word in words if word not in done.stderr]
        if done.returncode != 1 or done.stdout or lacking:
            wrong.append(f"{name}: exit {done.returncode}, {len(done.stdout)} bytes of output, the message lacks "
                         f"{lacking}: {done.stderr.strip()[:400]}")
    if wrong:
        raise Wrong(*wrong)


def least(lab):
    """`inject --fromCluster` needs no more than to get two ConfigMaps."""
    home, name = lab.namespace(prefix="istio"), lab.unique("reader")
    config_maps(lab, home, "1")
    lab.api.create({"kind": "Role", "metadata": {"name": name},
                    "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"],
                               "resourceNames": ["istio", "istio-sidecar-injector"]}]}, home)
    lab.api.create({"kind": "RoleBinding", "metadata": {"name": name},
                    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
                    "subjects": [{"kind": "User", "name": "nobody", "apiGroup": "rbac.authorization.k8s.io"}]}, home)
    path = lab.make_kubeconfig("nobody", token=TOKENS["nobody"][0])
    done = lab.run_pillion("inject", "--fromCluster", "-i", home, "--kubeconfig", path, "-f", "-", stdin=DEPLOYMENT)
    check(done.stdout == from_files(lab, "1"), "another output than with files")


def tests():
    yield "client: inject --fromCluster is as inject with files", as_with_files
    yield "client: inject --fromCluster | kubectl apply", applied
    yield "client: every way into a cluster", ways_in
    yield "client: refusals say what and where", refusals
    yield "client: the least rights that do", least
