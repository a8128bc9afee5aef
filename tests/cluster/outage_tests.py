"""The control plane goes away and comes back: the webhook goes on with what it has, and catches up."""
import base64
import signal
import time

from injector import config_maps, file_injector, generation, pod, replace_file, settle
from lab import check, wait_for


def answers(injector, want):
    """It serves without an API server, by the configuration that it had."""
    answer = injector.review(pod(name="direct"), "anywhere")
    check(answer["allowed"] and f'"{want}"' in patch_text(answer), f"a review meanwhile: {answer}")


def patch_text(answer):
    return base64.b64decode(answer["patch"]).decode()


def watching(lab, **more):
    home, namespace = lab.namespace(prefix="istio"), lab.namespace()
    config_maps(lab, home, "1")
    injector = file_injector(lab, "--fromCluster", "-i", home, **more).start()
    injector.install(injector.entry([namespace]))
    settle(lab, namespace, lambda thing: generation(thing) == "1")
    return injector, home, namespace


def both_killed(lab):
    """kill -9 of etcd and API server."""
    injector, home, namespace = watching(lab)
    lab.server.kill()
    lab.etcd.kill()
    time.sleep(1)
    answers(injector, "1")
    check(injector.plain("/ready")[0] == 200, f"not ready while the API server is away: {injector.plain('/ready')}")
    lab.start_etcd()
    lab.start_server()
    config_maps(lab, home, "2")
    start = time.monotonic()
    settle(lab, namespace, lambda thing: generation(thing) == "2")
    return f"caught up {time.monotonic() - start:.1f} s after the change"


def account(lab):
    """A ServiceAccount that may read ConfigMaps, made anew each time it is asked for: (its name, a token's file)."""
    home = lab.namespace(prefix="account")
    role = lab.unique("role")
    for kind in ("ClusterRole", "ClusterRoleBinding"):
        lab.keep(kind, None, role)
    lab.api.create({"kind": "ClusterRole", "metadata": {"name": role},
                    "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]}]})
    lab.api.create({"kind": "ClusterRoleBinding", "metadata": {"name": role},
                    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
                    "subjects": [{"kind": "ServiceAccount", "name": "webhook", "namespace": home}]})
    lab.api.create({"kind": "ServiceAccount", "metadata": {"name": "webhook"}}, home)
    token = lab.put_file("token", lab.account_token(home, "webhook"))
    return home, token, lab.make_kubeconfig(home, token_file=token)


def requests(lab, home):
    """What that account asked for: [(verb, HTTP status)]."""
    return [(event["verb"], event["responseStatus"]["code"]) for event in lab.audit()
            if event["user"]["username"] == f"system:serviceaccount:{home}:webhook"]


def too_old(lab):
    """The watch's place is forgotten while the webhook can't look: it is told 410 Gone, and lists anew."""
    who, _, kubeconfig = account(lab)
    injector, home, namespace = watching(lab, kubeconfig=kubeconfig)
    injector.process.signal(signal.SIGSTOP)
    lab.server.kill()
    lab.start_server()
    config_maps(lab, home, "2")
    for number in range(20):
        lab.api.put_configmap(home, "noise", {"n": str(number)})
    lab.etcd_compact()
    lab.server.kill()
    lab.start_server()
    before = len(requests(lab, who))
    injector.process.signal(signal.SIGCONT)
    settle(lab, namespace, lambda thing: generation(thing) == "2")
    config_maps(lab, home, "3")
    settle(lab, namespace, lambda thing: generation(thing) == "3")
    after = requests(lab, who)[before:]
    check(("list", 200) in after, f"it did not list anew: {after}")
    return f"asked for {after}"


def new_token(lab):
    """Its token is no longer good: it goes on, says so, and uses the next one when it is in the file."""
    who, token, kubeconfig = account(lab)
    injector, home, namespace = watching(lab, kubeconfig=kubeconfig)
    # The account made anew is another one: its old tokens are no good. The restart ends what was let in before.
    lab.api.delete("ServiceAccount", who, "webhook")
    lab.api.create({"kind": "ServiceAccount", "metadata": {"name": "webhook"}}, who)
    lab.server.kill()
    lab.start_server()
    config_maps(lab, home, "2")
    wait_for("the log says why", lambda: injector.logged(r"(?i)unauthori[sz]ed|401"))
    answers(injector, "1")
    check(generation(lab.api.create(pod(), namespace)) == "1", "it did not go on with what it had")
    replace_file(token, lab.account_token(who, "webhook"))
    settle(lab, namespace, lambda thing: generation(thing) == "2")


def tests():
    yield "outage: kill -9 of etcd and API server", both_killed
    yield "outage: a watch that is too old", too_old
    yield "outage: a token that is no longer good", new_token
