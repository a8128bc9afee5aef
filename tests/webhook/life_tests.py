"""From start to end: configuration and certificates that change, the log, the drain, and where it runs."""

import datetime
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import time

import lab
from lab import Skip, injected, pod, review, until
from ports import free_port


def profile(pillion, directory):
    """The embedded configuration: its texts by name."""
    subprocess.run([pillion, "profile", "dump", directory], check=True, capture_output=True)
    names = {"config": "inject-config.yaml", "values": "values.yaml", "mesh": "mesh-config.yaml"}
    return {word: (pathlib.Path(directory) / name).read_text() for word, name in names.items()}


def other(texts, image):
    """The same configuration with another image for the proxy."""
    changed = dict(texts)
    changed["config"] = re.sub(r"(\n +image: )[^\n]*", rf'\1"{image}"', texts["config"])
    assert changed["config"] != texts["config"]
    return changed


def flags(directory):
    return [
        "--injectConfigFile",
        f"{directory}/config",
        "--valuesFile",
        f"{directory}/values",
        "--meshConfigFile",
        f"{directory}/mesh",
    ]


class Configured:
    """A server whose files can be changed; `swapped` as the kubelet does it, else in place."""

    def __init__(self, own_server, swapped, *more):
        self.own_server, self.swapped, self.more = own_server, swapped, more

    def __enter__(self):
        self.held = lab.folder()
        self.directory = pathlib.Path(self.held.name)
        self.dump = lab.folder()
        self.texts = profile(self.own_server.pillion, self.dump.name)
        self.write(other(self.texts, "first"))
        self.server = self.own_server(*flags(self.directory), *self.more).__enter__()
        return self

    def write(self, texts):
        if self.swapped:
            lab.swap_data(self.directory, texts)
        else:
            for name, text in texts.items():
                (self.directory / name).write_text(text)

    def uses(self, image):
        status, _, body = self.server.ask(review("u"))
        assert status == 200, status
        return f'"image": "{image}"' in json.dumps(json.loads(injected(body, "u")))

    def __exit__(self, *error):
        self.server.__exit__(*error)
        self.held.cleanup()
        self.dump.cleanup()


def test_a_new_data_link_is_seen(own_server):
    with Configured(own_server, True) as it:
        assert it.uses("first")
        with lab.Good(it.server):
            for image in ("second", "third"):
                before = it.server.metrics()
                it.write(other(it.texts, image))
                until(lambda: it.uses(image), image)
                counted = "pillion_configuration_reloads_total"  # a moment later than it is in force
                until(lambda: it.server.metrics()[counted] > before[counted], "the reload is counted")


def test_files_that_are_written_again_are_seen(own_server):
    with Configured(own_server, False) as it:
        assert it.uses("first")
        (it.directory / "config").write_text(other(it.texts, "written")["config"])
        until(lambda: it.uses("written"), "a file written in place")
        (it.directory / "new").write_text(other(it.texts, "renamed")["config"])
        os.rename(it.directory / "new", it.directory / "config")
        until(lambda: it.uses("renamed"), "a file renamed over the old one")


def test_a_bad_configuration_is_refused_and_the_old_one_stays(own_server):
    with Configured(own_server, True) as it:
        counted = "pillion_configuration_reload_failures_total"
        breakages = {
            "a template that does not parse": {"config": it.texts["config"].replace("{{", "{{ if (", 1)},
            "no YAML": {"config": "templates: [\n  sidecar: {"},
            "values that are no YAML": {"values": "{ global: "},
            "a mesh that is a list": {"mesh": "- a\n"},
            "an empty file": {"config": ""},
        }
        with lab.Good(it.server):
            for what, texts in breakages.items():
                before = it.server.metrics()[counted]
                it.write({**other(it.texts, "broken"), **texts})
                until(lambda: it.server.metrics()[counted] > before, what)
                assert it.uses("first"), what
                assert it.server.http("/ready")[0] == 200, "it is as ready as before"
            log = it.server.log()
            assert re.search(r"config:\d+", log), f"the log does not name the line: {log[-1500:]}"
            it.write(other(it.texts, "repaired"))
            until(lambda: it.uses("repaired"), "the repaired one")


def test_sighup_reloads(own_server):
    with Configured(own_server, False) as it:
        before = len(it.server.log().splitlines())
        it.server.signal(signal.SIGHUP)
        until(lambda: len(it.server.log().splitlines()) > before, "a line about it")
        with lab.Good(it.server):
            for n in range(30):  # as often as anybody likes
                it.server.signal(signal.SIGHUP)
                time.sleep(0.01)
            it.write(other(it.texts, "hung-up"))
            it.server.signal(signal.SIGHUP)
            until(lambda: it.uses("hung-up"), "SIGHUP")


def test_new_certificates_do_not_drop_connections(own_server):
    with lab.folder() as directory, lab.folder() as made:
        files = []
        for name in ("one", "two", "three"):
            certificate, key = lab.make_certificate(made, name, name)
            files.append({"tls.crt": certificate.read_bytes(), "tls.key": key.read_bytes()})
        lab.swap_data(directory, files[0])
        shown = [ssl.PEM_cert_to_DER_cert(f["tls.crt"].decode()) for f in files]

        def serves(server, which):
            with server.connect() as connection:
                assert connection.ask(review())[0] == 200
                return connection.socket.getpeercert(True) == shown[which]

        with own_server(
            tls_flags=["--tlsCertFile", f"{directory}/tls.crt", "--tlsKeyFile", f"{directory}/tls.key"]
        ) as server:
            with lab.Good(server), server.connect() as kept:
                assert kept.ask(review())[0] == 200 and serves(server, 0)
                lab.swap_data(directory, files[1])
                until(lambda: serves(server, 1), "the second certificate")
                assert kept.ask(review())[0] == 200, "a connection from before"
                failed = "pillion_certificate_reload_failures_total"
                for wrong in (
                    {"tls.crt": files[2]["tls.crt"], "tls.key": files[1]["tls.key"]},
                    {"tls.crt": b"no", "tls.key": b"no"},
                    {"tls.crt": files[2]["tls.crt"][:200], "tls.key": files[2]["tls.key"]},
                ):
                    before = server.metrics()[failed]
                    lab.swap_data(directory, wrong)
                    until(lambda: server.metrics()[failed] > before, "a certificate that is wrong")
                    assert serves(server, 1) and server.http("/ready")[0] == 200
                lab.swap_data(directory, files[2])
                until(lambda: serves(server, 2), "the third certificate")
                assert kept.ask(review())[0] == 200, "a connection from before"
                expiry = server.metrics()["pillion_certificate_expiry_timestamp_seconds"]
                assert 0 < expiry - time.time() < 3 * 86400, expiry


def test_sigterm_drains(own_server):
    # All of it has to fit in: on a machine that stands still at times, too.
    with own_server("--drainDuration", "15s") as server:
        with server.connect() as kept, server.connect() as in_flight, server.connect() as late:
            assert kept.ask(review())[0] == 200
            text = json.dumps(review("half"))
            in_flight.send(lab.message(text)[:-20])
            late.send(lab.message(text)[:-20])
            server.signal(signal.SIGTERM)
            until(lambda: server.http("/ready")[0] == 503, "not ready", 8)
            assert server.http("/healthz")[0] == 200, "a process that drains is alive"
            assert kept.ask(review())[0] == 200, "an old connection"
            assert server.ask(review())[0] == 200, "a new one"
            in_flight.send(text[-20:])
            status, _, body = in_flight.answer()
            assert status == 200
            injected(body, "half")
            with lab.Good(server):
                time.sleep(1)
            assert server.process.poll() is None, "it did not wait"
            late.send(text[-20:])
            assert late.answer()[0] == 200
        assert server.process.wait(lab.PATIENCE + 15) == 0


def test_sigterm_with_idle_and_stuck_clients_ends_all_the_same(own_server):
    with own_server("--drainDuration", "0s") as server:
        held = [server.connect() for _ in range(20)]
        for n, connection in enumerate(held):
            if n % 2:
                connection.send(lab.message(b"", length=100))
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < 30 * lab.SLOW
        for connection in held:
            connection.close()


def test_two_sigterms_are_one(own_server):
    with own_server("--drainDuration", "1s") as server:
        server.signal(signal.SIGTERM)
        time.sleep(0.1)
        server.signal(signal.SIGTERM)
        assert server.process.wait(lab.PATIENCE) in (0, -signal.SIGTERM)


def test_killed_and_started_again(own_server):
    """On the same ports, whatever the kernel still holds of the old connections."""
    ports = free_port(), free_port()
    for _ in range(3):
        with own_server(ports=ports) as server:
            assert server.ask(review())[0] == 200
            with server.connect() as connection:
                assert connection.ask(review())[0] == 200
                server.process.kill()
                server.process.wait()
                server.stop(-signal.SIGKILL)


SECRET = "s3cr3t-0f-nobody"


def log_requests(server):
    secret = pod(
        "orders", spec={"containers": [{"name": "c", "image": "i", "env": [{"name": "PASSWORD", "value": SECRET}]}]}
    )
    assert server.ask(review("log-1", the_pod=secret))[0] == 200
    named = pod(spec={"hostNetwork": True})
    del named["metadata"]["name"]
    named["metadata"]["generateName"] = "jobs-"
    assert server.ask(review("log-2", the_pod=named))[0] == 200
    broken = pod("broken", annotations={"traffic.sidecar.istio.io/includeOutboundIPRanges": "nowhere"})
    broken["spec"]["containers"][0]["env"] = [{"name": "P", "value": SECRET}]
    assert server.ask(review("log-3\nforged line \x1b[31m", the_pod=broken))[0] == 200
    assert server.ask(json.dumps(review("log-4", the_pod=secret))[:-2])[0] == 400
    wrong = json.dumps(review("log-5", the_pod=secret)).replace(f'"{SECRET}"', f'["{SECRET}"]')
    server.ask(wrong)
    server.stop()


def test_the_log_as_text(own_server):
    with own_server("--drainDuration", "0s") as server:
        log_requests(server)
        log = server.log()
        assert SECRET not in log, "the environment of a pod is in the log"
        assert "\x1b" not in log and not any(
            line.startswith("forged") for line in log.splitlines()
        ), "the log can be forged"
        lines = {n: [line for line in log.splitlines() if f"log-{n}" in line] for n in (1, 2, 3)}
        assert all(len(found) == 1 for found in lines.values()), lines
        assert (
            "shop" in lines[1][0] and "orders" in lines[1][0] and "jobs-" in lines[2][0] and "nowhere" in lines[3][0]
        ), lines
        for found in lines.values():
            datetime.datetime.fromisoformat(found[0].split()[0].replace("Z", "+00:00"))


def test_the_log_as_json(own_server):
    with own_server("--log", "json", "--drainDuration", "0s") as server:
        log_requests(server)
        assert SECRET not in server.log()
        events = [json.loads(line) for line in server.log().splitlines()]
        for event in events:
            datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
        found = {event["uid"][:5]: event for event in events if "uid" in event}
        assert {"log-1", "log-2", "log-3"} <= set(found), found
        assert found["log-1"]["namespace"] == "shop" and "orders" in found["log-1"].values(), found["log-1"]
        assert any(str(value).startswith("jobs-") for value in found["log-2"].values()), found["log-2"]
        for name in ("log-1", "log-2", "log-3"):
            assert any("duration" in key or "seconds" in key for key in found[name]), found[name]
        assert any("patch" in key for key in found["log-1"]), found["log-1"]


def test_mistakes_at_the_start_are_said(own_server):
    with lab.folder() as directory:
        certificate, key = lab.make_certificate(directory)
        _, other_key = lab.make_certificate(directory, "other")
        bad = pathlib.Path(directory) / "bad"
        bad.write_text("templates: [")
        good = ["--tlsCertFile", certificate, "--tlsKeyFile", key]
        with own_server() as running:
            cases = [
                (["--tlsCertFile", f"{directory}/none", "--tlsKeyFile", key], r"none"),
                (["--tlsCertFile", certificate, "--tlsKeyFile", other_key], r"tls\.crt|other\.key"),
                (["--tlsCertFile", certificate], r"key\.pem"),
                ([], r"cert-chain\.pem"),
                ([*good, "--injectConfigFile", bad], r"bad:\d+"),
                ([*good, "--port", running.port], str(running.port)),
                ([*good, "--port", "70000"], r"port"),
                ([*good, "--threads", "0"], r"threads"),
                ([*good, "--log", "xml"], r"xml"),
                ([*good, "--maxBodyBytes", "-1"], r"maxBodyBytes"),
                ([*good, "--drainDuration", "soon"], r"soon"),
                ([*good, "--address", "nowhere.invalid"], r"nowhere"),
            ]
            for arguments, words in cases:
                argv = [
                    own_server.pillion,
                    "webhook",
                    "--port",
                    "0",
                    "--httpPort",
                    "0",
                    "--address",
                    "127.0.0.1",
                    *map(str, arguments),
                ]
                # A resolver that does not answer is given up soon.
                environment = {**os.environ, "RES_OPTIONS": "timeout:1 attempts:1"}
                done = subprocess.run(argv, capture_output=True, text=True, timeout=3 * lab.PATIENCE, env=environment)
                assert done.returncode in (1, 2) and re.search(words, done.stderr), (
                    arguments,
                    done.returncode,
                    done.stderr[-500:],
                )
                assert "Sanitizer" not in done.stderr and not done.stdout, done.stderr[-3000:]


def test_any_free_port(own_server):
    with own_server(ports=(0, 0), wait=False) as server:
        found = until(
            lambda: re.search(r" serving .*\bport=(\d+) http_port=(\d+)", server.log()), "the ports in the log"
        )
        server.port, server.http_port = int(found[1]), int(found[2])
        assert server.port and server.http_port and server.ask(review())[0] == 200 and server.http("/ready")[0] == 200


def test_flags_of_1_0(own_server):
    with lab.folder() as directory:
        directory = pathlib.Path(directory)
        certificate, key = lab.make_certificate(directory)
        config = (
            "policy: enabled\ntemplate: |-\n  containers:\n  - name: istio-proxy\n    image: [[ .MeshConfig.DefaultConfig.ServiceCluster ]]:1.0\n"
            '    args: ["[[ .ObjectMeta.Namespace ]]"]\n'
        )
        (directory / "config").write_text(config)
        (directory / "mesh").write_text("defaultConfig:\n  serviceCluster: from-the-mesh\n")
        (directory / "values").write_text("{}\n")
        health = directory / "health"
        with own_server(
            "--compat",
            "1.0",
            "--injectConfig",
            directory / "config",
            "--meshConfig",
            directory / "mesh",
            "--valuesConfig",
            directory / "values",
            "--healthCheckInterval",
            "1s",
            "--healthCheckFile",
            health,
            tls_flags=["--tlsCertFile", certificate, "--tlsKeyFile", key, "--caCertFile", certificate],
        ) as server:
            status, _, body = server.ask(review("old", "v1beta1"))
            assert status == 200 and json.loads(body)["apiVersion"] == "admission.k8s.io/v1beta1"
            patch = injected(body, "old")
            assert "from-the-mesh:1.0" in patch and "shop" in patch, patch
            first = until(lambda: health.exists() and health.stat().st_mtime_ns, "the health file")
            until(lambda: health.stat().st_mtime_ns > first, "the health file is touched again")


def test_any_user_on_a_read_only_file_system(own_server):
    """No capability, no privilege, nothing that can be written, as a container of a Deployment has it."""
    if os.geteuid() != 0:
        raise Skip("needs root, to become somebody else")
    script = (
        "set -e; mount --make-rprivate /; "
        "cut -d' ' -f2 /proc/mounts | while read -r m; do case $m in /proc*|/sys*|/dev*) ;; *) mount -o remount,bind,ro \"$m\" 2>/dev/null || true;; esac; done; "
        "if touch /tmp/pillion-probe 2>/dev/null; then exit 99; fi; "
        'exec setpriv --reuid 12345 --regid 12345 --clear-groups --no-new-privs --bounding-set -all "$@"'
    )
    probe = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", "true"], capture_output=True, text=True)
    if probe.returncode:
        raise Skip(f"no mounts of its own here: {probe.stderr.strip() or 'file systems stay writable'}")
    with lab.folder() as directory:
        binary = pathlib.Path(directory) / "pillion"
        # By another process: a file that this one writes can't be run (ETXTBSY) while a child that another thread has
        # just forked still holds it.
        subprocess.run(["cp", own_server.pillion, binary], check=True)
        binary.chmod(0o755)
        wrapper = ["unshare", "--mount", "sh", "-c", script, "sh"]
        with own_server(wrapper=wrapper, pillion=binary) as server:
            status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
            assert re.search(r"^Uid:\s+12345\s+12345", status, re.M) and re.search(
                r"^CapBnd:\s+0+$", status, re.M
            ), status
            for n in range(20):
                assert server.ask(review(f"ro-{n}"))[0] == 200
            assert server.http("/metrics")[0] == 200
