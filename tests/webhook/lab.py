"""What the webhook's tests share: certificates, a server of one's own, a client that sends exactly the bytes it is told
to, and a good client whose requests must go on being answered whatever else happens."""

import base64
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

SANITIZED = any(word in os.environ.get("PILLION_BUILD", "") for word in ("sanitize", "tsan"))
SLOW = 4 if SANITIZED else 1  # sanitizers take their time
PATIENCE = 20 * SLOW  # no answer within so many seconds is no answer
CAP = 256 * 1024  # KiB resident: docs/pillion-webhook.1.md
REVIEW_TIME = 10 * SLOW  # after so long the API server gives a webhook up (its timeoutSeconds default)


class Skip(Exception):
    """The machine lacks what a test needs."""


# ---- certificates and files ---------------------------------------------------------------------


def make_certificate(folder, name="tls", common_name="localhost"):
    """A certificate that vouches for itself, and its key: ECDSA P-256, as the program's own are."""
    folder = pathlib.Path(folder)
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            key,
            "-out",
            certificate,
            "-subj",
            f"/CN={common_name}",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ],
        check=True,
        capture_output=True,
    )
    key.chmod(0o644)  # one test reads it as another user
    return certificate, key


def folder():
    made = tempfile.TemporaryDirectory(prefix="pillion-webhook-")
    os.chmod(made.name, 0o755)
    return made


def swap_data(directory, files):
    """Writes files as the kubelet writes a ConfigMap's: a new folder, and one rename of the link ..data to it."""
    directory = pathlib.Path(directory)
    version = tempfile.mkdtemp(prefix="..2026_", dir=directory)
    os.chmod(version, 0o755)
    for name, text in files.items():
        pathlib.Path(version, name).write_bytes(text if isinstance(text, bytes) else text.encode())
    os.symlink(os.path.basename(version), directory / "..data_tmp")
    os.rename(directory / "..data_tmp", directory / "..data")
    for name in files:
        if not os.path.lexists(directory / name):
            os.symlink(f"..data/{name}", directory / name)


def until(condition, what, seconds=None):
    """Waits until condition() gives something true, and gives that."""
    end = time.monotonic() + (seconds or PATIENCE)
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.05)


class Standstill:
    """For how long this machine let nobody run, in all: a thread sleeps for a moment at a time, and counts by how much it
    slept too long. What is measured meanwhile is late by so much, and the program is not to blame."""

    STEP = 0.05

    def __init__(self):
        self.step = 0.0, time.monotonic()  # lost until then, and when that was
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            time.sleep(self.STEP)
            now = time.monotonic()
            self.step = self.so_far(now), now

    def so_far(self, now=None):
        """Seconds, those since the last step included: it may be over, and the thread not have run yet."""
        lost, last = self.step
        late = (now or time.monotonic()) - last - self.STEP
        return lost + (late if late > self.STEP else 0)


STANDSTILL = Standstill()


# ---- reviews ------------------------------------------------------------------------------------


def pod(name="web", **changes):
    made = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "labels": {"app": name}},
        "spec": {
            "containers": [{"name": "main", "image": "registry.example/main:1.0", "ports": [{"containerPort": 8080}]}]
        },
    }
    made["spec"].update(changes.pop("spec", {}))
    made["metadata"].update(changes)
    return made


def review(uid="u-1", version="v1", the_pod=None, namespace="shop"):
    return {
        "apiVersion": f"admission.k8s.io/{version}",
        "kind": "AdmissionReview",
        "request": {
            "uid": uid,
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "namespace": namespace,
            "operation": "CREATE",
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "object": the_pod or pod(),
        },
    }


def patch_of(answer):
    """The operations that an answer (text of an AdmissionReview) asks for."""
    return json.loads(base64.b64decode(json.loads(answer)["response"]["patch"]))


def injected(answer, uid):
    """Checks that the answer is to this request and injects; gives the patch as text."""
    got = json.loads(answer)
    assert got["kind"] == "AdmissionReview" and "request" not in got, answer[:300]
    assert got["response"]["uid"] == uid, f"uid {got['response']['uid']!r}, want {uid!r}"
    assert got["response"]["allowed"] is True and got["response"]["patchType"] == "JSONPatch", answer[:300]
    text = base64.b64decode(got["response"]["patch"]).decode()
    assert any("istio-proxy" in json.dumps(operation.get("value")) for operation in json.loads(text)), text[:300]
    return text


# ---- a client that sends the bytes it is told to -------------------------------------------------


class Closed(Exception):
    """The server ended the connection instead of answering."""


class Connection:
    def __init__(self, port, tls=True, timeout=None, context=None):
        raw = socket.create_connection(("127.0.0.1", port), timeout or PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket, self.buffer = raw, b""
        if tls:
            try:
                self.socket = (context or CLIENT).wrap_socket(raw, server_hostname="localhost")
            except BaseException:
                raw.close()
                raise

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())
        return self

    def more(self):
        try:
            got = self.socket.recv(65536)
        except (ConnectionError, ssl.SSLError) as error:
            raise Closed(str(error)) from error
        if not got:
            raise Closed("end of file")
        self.buffer += got

    def take(self, length):
        while len(self.buffer) < length:
            self.more()
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def answer(self, method="POST"):
        """Status, headers (names in small letters) and body of the next answer."""
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        assert re.fullmatch(r"HTTP/1\.[01] \d\d\d( .*)?", lines[0]), lines[0]
        status = int(lines[0].split()[1])
        headers = {name.strip().lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        if status // 100 == 1 or method == "HEAD":
            return status, headers, b""
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while True:
                while b"\r\n" not in self.buffer:
                    self.more()
                size, self.buffer = self.buffer.split(b"\r\n", 1)
                part = self.take(int(size, 16) + 2)
                body += part[:-2]
                if len(part) == 2:
                    return status, headers, body
        assert "content-length" in headers, f"an answer without a length: {lines}"
        return status, headers, self.take(int(headers["content-length"]))

    def ask(self, body, path="/inject", method="POST", content_type="application/json", headers=()):
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        self.send(message(body, path, method, content_type, headers))
        return self.answer(method)

    def send_no_more(self):
        """Ends one direction alone. (An SSLSocket's own shutdown() forgets TLS: no answer could be read any more.)"""
        socket.socket.shutdown(self.socket, socket.SHUT_WR)

    def ended(self, seconds):
        """True once the server has closed the connection."""
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        return True

    def close(self):
        try:
            self.socket.close()
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def message(body, path="/inject", method="POST", content_type="application/json", headers=(), length=None):
    body = body if isinstance(body, bytes) else body.encode()
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    if content_type is not None:
        head.append(f"Content-Type: {content_type}")
    if length != "none":
        head.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def client_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # which certificate it is, a test of its own asks
    return context


CLIENT = client_context()


# ---- a server of one's own -----------------------------------------------------------------------

class Server:
    """`pillion webhook` with the flags given; its own files in self.folder. Ends it, and looks at how it ended. Without
    `ports` the kernel chooses them, and its log says which: one that is chosen before may be somebody's by then."""

    def __init__(self, pillion, *flags, tls_flags=None, wrapper=(), environment=None, wait=True, ports=None):
        self.held = folder()
        self.folder = pathlib.Path(self.held.name)
        self.port, self.http_port = ports or (0, 0)
        if tls_flags is None:
            certificate, key = make_certificate(self.folder)
            tls_flags = ["--tlsCertFile", certificate, "--tlsKeyFile", key]
        self.log_path = self.folder / "log"
        argv = [
            *wrapper,
            pillion,
            "webhook",
            "--port",
            self.port,
            "--httpPort",
            self.http_port,
            "--address",
            "127.0.0.1",
            *tls_flags,
            *flags,
        ]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [str(a) for a in argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **(environment or {})},
            )
        self.pid = self.process.pid
        self.ended = False
        if wait:
            try:
                until(self.has_ports, "the ports in the log")
                until(self.is_ready, "/ready")
            except BaseException:
                self.process.kill()
                self.process.wait()
                raise

    def log(self):
        return self.log_path.read_text(errors="replace")

    def check_alive(self):
        assert self.process.poll() is None, f"ended with {self.process.returncode}: {self.log()[-2000:]}"

    def has_ports(self):
        self.check_alive()
        if not self.port:
            # In both forms of the log: `port=1 http_port=2` and `"port":1,"http_port":2`.
            found = re.search(r'\bserving\b.*\bport"?[=:](\d+)\W+http_port"?[=:](\d+)\b', self.log())
            if found:
                self.port, self.http_port = int(found[1]), int(found[2])
        return self.port

    def is_ready(self):
        self.check_alive()
        try:
            return self.http("/ready")[0] == 200
        except (OSError, Closed):
            return False

    def http(self, path, method="GET"):
        with Connection(self.http_port, tls=False) as connection:
            return connection.ask("", path, method, None, ["Connection: close"])

    def connect(self, **options):
        return Connection(self.port, **options)

    def ask(self, body=None, path="/inject", **options):
        with self.connect() as connection:
            return connection.ask(review() if body is None else body, path, **options)

    def metrics(self):
        """Values by name, labels included as they are written."""
        status, _, text = self.http("/metrics")
        assert status == 200, status
        lines = (line for line in text.decode().splitlines() if line and not line.startswith("#"))
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines}

    def memory(self, what="VmHWM"):
        """KiB, as the kernel counts: now (VmRSS), or the most there ever was (VmHWM)."""
        return int(re.search(rf"^{what}:\s+(\d+)", pathlib.Path(f"/proc/{self.pid}/status").read_text(), re.M).group(1))

    def check_memory(self):
        if not SANITIZED:  # their shadow memory counts, too
            assert self.memory() <= CAP, f"{self.memory()} KiB resident, more than {CAP}"

    def signal(self, number):
        os.kill(self.pid, number)

    def stop(self, expected=0):
        """SIGTERM; gives the exit code after checking it and that no sanitizer complained."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE + 40)
        except subprocess.TimeoutExpired as error:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"does not end: {self.log()[-1000:]}") from error
        log = self.log()
        assert "Sanitizer" not in log and "runtime error:" not in log, log[-6000:]
        self.ended = True
        assert code == expected, f"exit {code}, want {expected}: {log[-2000:]}"
        return code

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None and not self.ended:
                self.stop()
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.held.cleanup()


class Good:
    """A client that does everything right, by one connection that it keeps and by new ones, in the background."""

    def __init__(self, server, every=0.02, fresh=10):
        self.server, self.every, self.fresh = server, every, fresh
        self.failures, self.count, self.worst = [], 0, 0.0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)

    @staticmethod
    def clock():
        """Stands still while the machine does."""
        return time.monotonic() - STANDSTILL.so_far()

    def one(self, connection, uid):
        started = self.clock()
        status, _, body = connection.ask(review(uid, the_pod=pod(f"good-{self.count % 7}")))
        self.worst = max(self.worst, self.clock() - started)
        assert status == 200, status
        injected(body, uid)
        self.count += 1

    def work(self):
        kept = None
        while not self.stopping.wait(self.every):
            uid = f"good-{self.count}"
            try:
                if self.count % self.fresh == 0:
                    started = self.clock()
                    with self.server.connect() as new:
                        self.one(new, uid)
                    self.worst = max(self.worst, self.clock() - started)
                kept = kept or self.server.connect()
                self.one(kept, uid)
            except (OSError, Closed, AssertionError, ValueError, KeyError) as error:
                self.failures.append(f"request {self.count}: {type(error).__name__} {error}")
                if kept:
                    kept.close()
                kept = None
        if kept:
            kept.close()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        self.stopping.set()
        self.thread.join()
        if kind is None:
            assert not self.failures, f"{len(self.failures)} of {self.count} good requests failed: {self.failures[:3]}"
            assert self.count > 0, "no good request was answered"
            assert self.worst < REVIEW_TIME, f"a good request took {self.worst:.1f} s"
