"""Certificates: made by the program and kept in a Secret, or brought in files; and the caBundle that goes with them."""
import json
import re
import ssl
import time

from injector import Injector, Load, Mounted, config_flags, injected, issue, pod, replace_file, settle
from lab import Authority, Wrong, check, decode, encode, read_text, run, wait_for

BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.S)


def pem(der):
    return ssl.DER_cert_to_PEM_cert(der).strip()


def blocks(text):
    return [block.strip() for block in BLOCK.findall(text)]


class SelfSigned:
    """A webhook with its own CA, in a namespace of its own, asked for one namespace."""

    def __init__(self, lab, start=True, more_entries=()):
        self.lab, self.home, self.room = lab, lab.namespace(prefix="home"), lab.namespace()
        self.hook = lab.unique("hook")
        self.injector = self.make()
        self.secret_name = "pillion-webhook-tls"
        self.injector.install(self.injector.entry([self.room]), *more_entries, name=self.hook)
        if start:
            self.injector.start()
            settle(lab, self.room)

    def make(self, service=None):
        """A replica."""
        return Injector(self.lab, "--selfSigned", "--webhookConfigName", self.hook, *config_flags(self.lab, "1"),
                        namespace=self.home, service=service)

    def secret(self):
        found = self.lab.api.find("Secret", self.home, self.secret_name)
        return {key: decode(value) for key, value in found["data"].items()} if found else None

    def change_secret(self, **parts):
        self.lab.api.merge("Secret", self.home, self.secret_name,
                           {"data": {key.replace("_", "."): encode(value) for key, value in parts.items()}})

    def hooks(self):
        return self.lab.api.get("MutatingWebhookConfiguration", None, self.hook)["webhooks"]

    def bundle(self, which=0):
        return decode(self.hooks()[which]["clientConfig"].get("caBundle"))

    def set_bundle(self, text, which=0):
        self.lab.api.patch("MutatingWebhookConfiguration", None, self.hook,
                           [{"op": "add", "path": f"/webhooks/{which}/clientConfig/caBundle", "value": encode(text)}
                            if text else {"op": "remove", "path": f"/webhooks/{which}/clientConfig/caBundle"}])

    def authority(self, prefix="ca"):
        secret = self.secret()
        return Authority.found(f"{self.lab.folder}/{self.lab.unique('found')}", secret[prefix + ".crt"],
                               secret[prefix + ".key"])


def written(lab):
    """The Secret is made, the caBundle written, and what is served verifies for the Service's names."""
    mine = SelfSigned(lab)
    secret = mine.secret()
    check(secret and secret["ca.crt"].strip() in mine.bundle(), "the caBundle has not the Secret's CA")
    ca = lab.put_file("ca.pem", mine.bundle())
    for name in ("svc", "svc.cluster.local"):
        full = f"{mine.injector.service}.{mine.home}.{name}"
        served = mine.injector.serving_certificate(ca, full)
    check(pem(served) == blocks(secret["tls.crt"])[0], "another certificate is served than the Secret's")
    text = run("openssl", "x509", "-noout", "-text", stdin=pem(served)).stdout
    for word in ("prime256v1", "ecdsa-with-SHA256", "TLS Web Server Authentication"):
        check(word in text, f"the serving certificate lacks {word}:\n{text}")
    check(injected(lab.api.create(pod(), mine.room)), "no sidecar")
    keys = lab.api.get("Secret", mine.home, mine.secret_name)
    check(keys["metadata"].get("ownerReferences") is None, "the Secret would go with its first replica")


def repaired(lab):
    """Overwritten, emptied, and the whole configuration made anew: it is right again soon. Webhooks of others, in the
    same configuration too, stay as they are."""
    mine = SelfSigned(lab, start=False)
    stranger = lab.authority.bundle()
    others = [mine.injector.entry([lab.namespace()], name=name, ca=stranger, failurePolicy="Ignore")
              for name in ("policy.example.com", "evil-sidecar-injector.istio.io",
                           "sidecar-injector.istio.io.example.com")]
    for other in others:
        lab.api.patch("MutatingWebhookConfiguration", None, mine.hook,
                      [{"op": "add", "path": "/webhooks/-", "value": other}])
    unrelated = mine.injector.install(mine.injector.entry([lab.namespace()], ca=stranger))
    mine.injector.start()
    settle(lab, mine.room)
    good = mine.bundle()
    for wrong in (read_text(lab.authority.certificate), ""):
        mine.set_bundle(wrong)
        wait_for("the caBundle is right again", lambda: mine.bundle() == good)
    hooks = mine.hooks()
    check([h["clientConfig"].get("caBundle") for h in hooks[1:]] == [stranger] * len(others),
          "a webhook that is not ours was changed")
    lab.api.delete("MutatingWebhookConfiguration", None, mine.hook)
    time.sleep(0.3)
    mine.injector.install(mine.injector.entry([mine.room]), name=mine.hook)
    wait_for("the new configuration has its caBundle", lambda: mine.bundle() == good)
    settle(lab, mine.room)
    left = lab.api.get("MutatingWebhookConfiguration", None, unrelated)["webhooks"][0]["clientConfig"]["caBundle"]
    check(left == stranger, "a configuration that was not named was changed")


def secret_lost(lab):
    """Somebody deletes the Secret, or breaks it: there is a good one soon, and Pods go on being created."""
    mine = SelfSigned(lab)
    with Load(lab, mine.room, clients=4) as load:
        before = mine.secret()
        lab.api.delete("Secret", mine.home, mine.secret_name)
        wait_for("a Secret again", lambda: (mine.secret() or {}).get("tls.crt"))
        load.wait_created(100)
        mine.change_secret(tls_crt="nonsense")
        wait_for("the certificate is good again", lambda: blocks(mine.secret()["tls.crt"]))
        load.wait_created(100)
    ca = mine.secret()["ca.crt"].strip()
    wait_for("the caBundle has the CA that is in the Secret now", lambda: ca in mine.bundle())
    mine.injector.serving_certificate(lab.put_file("ca.pem", mine.bundle()))
    return f"{load.summary()}; the CA is {'the same' if before['ca.crt'].strip() == ca else 'another'}"


def renewed(lab):
    """A certificate in the last third of its life is renewed while Pods are created: none is refused."""
    mine = SelfSigned(lab)
    old = mine.secret()
    service = f"{mine.injector.service}.{mine.home}.svc"
    names = [f"DNS:{name}" for name in (mine.injector.service, service.removesuffix(".svc"), service,
                                        service + ".cluster.local")]
    certificate, key = mine.authority().issue("late", f"/CN={service}", names, (-80, 10))
    late = blocks(read_text(certificate))[0]
    with Load(lab, mine.room, clients=8) as load:
        load.wait_created(50)
        mine.change_secret(tls_crt=read_text(certificate), tls_key=read_text(key))
        wait_for("the late certificate is replaced", lambda: blocks(mine.secret()["tls.crt"])[0] != late)
        new = blocks(mine.secret()["tls.crt"])[0]
        wait_for("the new one is served", lambda: pem(mine.injector.serving_certificate()) == new)
        load.wait_created(100)
    check(mine.secret()["ca.crt"] == old["ca.crt"], "the CA changed, too")
    return load.summary()


def ca_renewed(lab):
    """A CA near its end: the next one is staged in the bundle, then takes over, and the old one stays while its
    certificates may be in use. Under load, and no Pod is refused. (The grace period's start is set back by hand.)"""
    mine = SelfSigned(lab, start=False)
    service = f"{mine.injector.service}.{mine.home}.svc"
    old = Authority(f"{lab.folder}/{lab.unique('old')}", "old-ca", days=100)
    names = [f"DNS:{name}" for name in (mine.injector.service, service.removesuffix(".svc"), service,
                                        service + ".cluster.local")]
    certificate, key = old.issue("serving", f"/CN={service}", names, (0, 80))
    lab.api.create({"kind": "Secret", "type": "kubernetes.io/tls",
                    "metadata": {"name": mine.secret_name,
                                 "labels": {"app.kubernetes.io/managed-by": "pillion-webhook"}},
                    "data": {name: encode(read_text(path)) for name, path in
                             (("tls.crt", certificate), ("tls.key", key), ("ca.crt", old.certificate),
                              ("ca.key", old.key))}}, mine.home)
    mine.injector.start()
    settle(lab, mine.room)
    old_ca = blocks(read_text(old.certificate))[0]
    check(pem(mine.injector.serving_certificate()) == blocks(read_text(certificate))[0], "the Secret's was not used")
    wait_for("the next CA is in the bundle", lambda: len(blocks(mine.bundle())) == 2)
    staged = blocks(mine.secret()["ca-next.crt"])[0]
    check(set(blocks(mine.bundle())) == {old_ca, staged}, "the bundle is not the old CA and the next")
    state = wait_for("published", lambda: (lambda s: s if s.get("nextPublished") else None)(
        json.loads(mine.secret().get("state.json") or "{}")))
    check(pem(mine.injector.serving_certificate()) == blocks(read_text(certificate))[0], "it was promoted at once")
    with Load(lab, mine.room, clients=8) as load:
        load.wait_created(50)
        state["nextPublished"] = int(time.time()) - 3600
        mine.change_secret(state_json=json.dumps(state))
        wait_for("the next CA is the CA", lambda: blocks(mine.secret()["ca.crt"])[0] == staged)
        new = blocks(mine.secret()["tls.crt"])[0]
        wait_for("a certificate of it is served", lambda: pem(mine.injector.serving_certificate()) == new)
        load.wait_created(100)
    check({old_ca, staged} <= set(blocks(mine.bundle())), "the old CA left the bundle while it may be in use")
    mine.injector.serving_certificate(lab.put_file("ca.pem", staged + "\n"))
    return load.summary()


def race(lab):
    """Two replicas that start at the same moment, ten times: one CA, and both serve what it signed."""
    mine = SelfSigned(lab, start=False)
    replicas = [mine.injector, mine.make(service=mine.injector.service)]
    seen = set()
    for turn in range(10):
        lab.api.delete("Secret", mine.home, mine.secret_name)
        for replica in replicas:
            replica.launch()
        for replica in replicas:
            replica.wait_ready()
        secret = mine.secret()
        ca = blocks(secret["ca.crt"])[0]
        check(ca not in seen, f"round {turn}: the CA is an old one")
        seen.add(ca)
        ca_file = lab.put_file("ca.pem", ca + "\n")
        for which, replica in enumerate(replicas):
            try:
                served = pem(replica.serving_certificate(ca_file))
            except ssl.SSLError as problem:
                raise Wrong(f"round {turn}, replica {which}: {problem}") from problem
            check(served == blocks(secret["tls.crt"])[0],
                  f"round {turn}, replica {which}: another certificate than the Secret's")
        wait_for(f"round {turn}: the caBundle has the CA", lambda: ca in blocks(mine.bundle()))
        settle(lab, mine.room)
        if turn % 2:
            for replica in replicas:
                replica.kill()
        else:
            for replica in replicas:
                replica.stop()


def files_under_load(lab, mounted):
    """Certificate and key swapped in their folder while Pods are created; then a pair that does not fit, which is
    refused, and a good one again."""
    service = lab.unique("webhook")
    pairs = [[read_text(path) for path in issue(lab, service, "istio-system")] for _ in range(4)]
    folder = f"{lab.folder}/{lab.unique('tls')}"
    both = Mounted(folder, {"tls.crt": pairs[0][0], "tls.key": pairs[0][1]})

    def put(certificate, key):
        if mounted:
            both.put({"tls.crt": certificate, "tls.key": key})
        else:
            replace_file(both.path("tls.crt"), certificate)
            replace_file(both.path("tls.key"), key)
    injector = Injector(lab, "--tlsCertFile", both.path("tls.crt"), "--tlsKeyFile", both.path("tls.key"),
                        *config_flags(lab, "1"), service=service, ca=lab.authority.bundle()).start()
    namespace = lab.namespace()
    injector.install(injector.entry([namespace]))
    settle(lab, namespace)
    with Load(lab, namespace, clients=8) as load:
        for certificate, key in pairs[1:3]:
            load.wait_created(50)
            put(certificate, key)
            wait_for("the new certificate is served",
                     lambda: pem(injector.serving_certificate()) == blocks(certificate)[0])
        failures = injector.metrics()["pillion_certificate_reload_failures_total"]
        put(pairs[3][0], pairs[0][1])
        wait_for("the pair that does not fit is counted",
                 lambda: injector.metrics()["pillion_certificate_reload_failures_total"] > failures)
        check(pem(injector.serving_certificate()) == blocks(pairs[2][0])[0], "the certificate in force changed")
        load.wait_created(50)
        put(*pairs[3])
        wait_for("the repaired pair is served",
                 lambda: pem(injector.serving_certificate()) == blocks(pairs[3][0])[0])
        load.wait_created(50)
    return load.summary()


def bundle_from_file(lab):
    """With files, and --caCertFile and --webhookConfigName as in 1.0, the caBundle is the file's, and follows it."""
    hook, namespace, service = lab.unique("hook"), lab.namespace(), lab.unique("webhook")
    certificate, key = issue(lab, service, "istio-system")
    ca = lab.put_file("ca.crt", read_text(lab.authority.certificate))
    injector = Injector(lab, "--tlsCertFile", certificate, "--tlsKeyFile", key, "--caCertFile", ca,
                        "--webhookConfigName", hook, "--webhookName", "own.example.com", *config_flags(lab, "1"),
                        service=service)
    injector.install(injector.entry([namespace], name="own.example.com"),
                     injector.entry([lab.namespace()], name="other.example.com", failurePolicy="Ignore"), name=hook)
    injector.start()
    settle(lab, namespace)

    def bundles():
        hooks = lab.api.get("MutatingWebhookConfiguration", None, hook)["webhooks"]
        return [blocks(decode(h["clientConfig"].get("caBundle"))) for h in hooks]
    own = blocks(read_text(lab.authority.certificate))
    check(bundles() == [own, []], "the caBundles are not as they should be")
    second = Authority(f"{lab.folder}/{lab.unique('second')}", "second")
    replace_file(ca, read_text(lab.authority.certificate) + read_text(second.certificate))
    wait_for("the caBundle follows the file", lambda: len(bundles()[0]) == 2)
    settle(lab, namespace)


def tests():
    yield "certificates: Secret and caBundle are written, and verify", written
    yield "certificates: the caBundle is repaired, others' stay", repaired
    yield "certificates: the Secret is lost or broken under load", secret_lost
    yield "certificates: renewed under load", renewed
    yield "certificates: the CA is renewed under load", ca_renewed
    yield "certificates: two replicas race for the Secret, 10 rounds", race
    yield "certificates: files swapped as mounted Secrets are, under load", lambda lab: files_under_load(lab, True)
    yield "certificates: files renamed under load", lambda lab: files_under_load(lab, False)
    yield "certificates: --caCertFile is written and followed", bundle_from_file
