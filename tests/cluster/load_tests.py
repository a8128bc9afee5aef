"""Many Pods at once, a drain, and kills at any moment."""
import random
import signal
import time

from certificate_tests import SelfSigned
from injector import Load, file_injector, injected, pod, settle
from lab import check, wait_for


def many(lab):
    """2,000 Pods, stored, by 32 clients, with the embedded profile: none refused, none without its sidecar."""
    injector = file_injector(lab).start()
    namespace = lab.namespace()
    injector.install(injector.entry([namespace]))
    settle(lab, namespace)
    before = injector.metrics()
    start = time.monotonic()
    with Load(lab, namespace, clients=32, total=2000, dry_run=False) as load:
        load.join()
    took = time.monotonic() - start
    after = injector.metrics()
    check(len(load.took) == 2000, f"{len(load.took)} creates")
    found, path = [], f"/api/v1/namespaces/{namespace}/pods?limit=500"
    more = path
    while more:
        page = lab.api.must("GET", more)
        found += page["items"]
        token = page["metadata"].get("continue")
        more = f"{path}&continue={token}" if token else None
    check(len(found) == 2000 and all(map(injected, found)),
          f"{len(found)} pods stored, {sum(map(injected, found))} with a sidecar")
    counted = after["sidecar_injection_success_total"] - before["sidecar_injection_success_total"]
    check(counted == 2000, f"{counted} successes were counted")
    spent = after["sidecar_injection_time_seconds_sum"] - before["sidecar_injection_time_seconds_sum"]
    return (f"{load.summary()}, {2000 / took:.0f} a second; the webhook's own time: {spent / 2000 * 1e6:.0f} us each, "
            f"{after['process_resident_memory_bytes'] / 1e6:.1f} MB resident")


def drain(lab):
    """SIGTERM: not ready at once, but served for the time of the drain; then exit 0. The drain is long enough for a machine
    that stands still at times: everything has to be done in it."""
    injector = file_injector(lab, "--drainDuration", "20s").start()
    namespace = lab.namespace()
    injector.install(injector.entry([namespace]))
    settle(lab, namespace)
    with Load(lab, namespace, clients=4) as load:
        load.wait_created(50)
        injector.process.signal(signal.SIGTERM)
        wait_for("not ready", lambda: injector.plain("/ready")[0] == 503, 10)
        load.wait_created(100)
        check(injector.plain("/healthz")[0] == 200, "not alive while it drains")
    code = injector.process.popen.wait(90)
    check(code == 0, f"exit {code}", injector.log()[-600:])
    return load.summary()


def killed(lab):
    """SIGKILL at random moments while Pods are created: those that were created have their sidecar, those that were not
    were told why, and what is in the cluster is as it was."""
    mine = SelfSigned(lab)
    secret, bundle = mine.secret(), mine.bundle()
    rng = random.Random(4)
    load = Load(lab, mine.room, clients=4)
    with load:
        for turn in range(10):
            time.sleep(rng.uniform(0, 0.4))
            mine.injector.kill()
            time.sleep(rng.uniform(0, 0.05))
            # Some die young: in the middle of their start, too.
            mine.injector.launch()
            if turn % 2:
                time.sleep(rng.uniform(0, 0.03))
                mine.injector.kill()
                mine.injector.launch()
            mine.injector.wait_ready()
            wait_for("creates go well again", lambda: lab.api.try_create(pod(), mine.room, "?dryRun=All")[0] == 201)
        expected = 'failed calling webhook "test.sidecar-injector.istio.io"'
        unexpected = [line for line in load.wrong if expected not in line]
        refused, load.wrong = len(load.wrong), unexpected
    check(mine.secret() == secret, "the Secret is another")
    check(mine.bundle() == bundle, "the caBundle is another")
    check(injected(lab.api.create(pod(), mine.room)), "no sidecar in the end")
    return f"{load.summary()}; {refused} were refused while it was dead"


def tests():
    yield "load: 2000 pods by 32 clients", many
    yield "load: SIGTERM drains", drain
    yield "load: kill -9 at random moments", killed
