"""Real clients and real servers through the proxy: the server in the pod and the client outside, and the other way."""
import base64
import contextlib
import glob
import hashlib
import os
import pwd
import shutil
import signal
import struct
import subprocess

import injected
import pods
from suite import Skip, need


class Stage:
    """One direction: where the server runs, where the client, and the address that the client uses."""

    def __init__(self, name, server, client, address, folder):
        self.name, self.server, self.client, self.address, self.folder = name, server, client, address, folder

    def client_run(self, argv, user=None, data=None, environment=None, timeout=60):
        uid, gid = ids(user)
        text = isinstance(data, str) or data is None
        with self.client.start(argv, uid, gid, environment={"HOME": "/nonexistent", **(environment or {})}, text=text,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            try:
                out = process.communicate(data, timeout)[0]
            except subprocess.TimeoutExpired:
                process.kill()
                out = process.communicate()[0]
                raise TimeoutError(f"{argv[0]}: nothing after {timeout} s; {out[-300:]!r}") from None
        if process.returncode:
            raise ConnectionError(f"{' '.join(argv[:6])}: {process.returncode}: {out[-500:]!r}")
        return out

    @contextlib.contextmanager
    def running(self, argv, port, user=None, stop=signal.SIGTERM, environment=None):
        """The server, from when it listens on; ended by its own process id."""
        uid, gid = ids(user)
        log = os.path.join(self.folder, os.path.basename(argv[0]) + ".log")
        with open(log, "ab") as out:
            process = self.server.start(argv, uid, gid, environment=environment, stdin=subprocess.DEVNULL, stdout=out,
                                        stderr=out, cwd=self.folder)
        def ready():
            if process.poll() is not None:
                with open(log, errors="replace") as text:
                    raise RuntimeError(f"{argv[0]} ended: {text.read()[-500:]}")
            with contextlib.suppress(OSError), self.server.connect("127.0.0.1", port, uid=0):
                return True
            return False
        try:
            pods.wait_for(argv[0], ready, 60)
            yield process
        finally:
            process.send_signal(stop)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def ids(user):
    if user is None:
        return pods.APP_UID, pods.APP_UID
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise Skip(f"there is no user {user}") from None
    return entry.pw_uid, entry.pw_gid


def both_ways(check):
    def test(bench):
        setting = bench.shared("clients", lambda: make(bench))
        folder = setting.pod.folder
        wrong, proxy = [], setting.proxy
        for name, server, client, address, cluster in (
                ("inbound", setting.pod, setting.world, setting.pod.address, "InboundPassthroughCluster"),
                ("outbound", setting.world, setting.pod, pods.WORLD, "PassthroughCluster")):
            before = passed(proxy, cluster)
            try:
                wrong += [f"{name}: {text}" for text in check(Stage(name, server, client, address, folder)) or []]
            except (OSError, RuntimeError) as problem:
                wrong.append(f"{name}: {type(problem).__name__}: {problem}")
            # Otherwise the test would be passed without a proxy.
            try:
                pods.wait_for("the log", lambda b=before, c=cluster: passed(proxy, c) > b)
            except TimeoutError:
                wrong.append(f"{name}: nothing passed the proxy")
        return wrong
    return test


def passed(proxy, cluster):
    return sum(line["cluster"] == cluster for line in proxy.lines())


def make(bench):
    import stream_tests
    return stream_tests.Setting(bench, families=(4,))


def folder_for(stage, name, user=None):
    path = os.path.join(stage.folder, name)
    os.makedirs(path, exist_ok=True)
    os.chown(path, *ids(user))
    return path


# ---- HTTP -----------------------------------------------------------------------------------------------------------

NGINX = """
daemon off; master_process off; pid nginx.pid; error_log stderr;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path body; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  server {{ listen 8080; root {folder}; }}
  server {{ listen 8081 http2; root {folder}; }}
  server {{ listen 8443 ssl http2; root {folder}; ssl_certificate cert.pem; ssl_certificate_key key.pem; }}
}}
"""


def nginx_and_curl(stage):
    need("nginx", "curl", "openssl")
    folder = folder_for(stage, "nginx")
    injected.certificate(folder)
    for name in ("key.pem", "cert.pem"):
        os.chmod(os.path.join(folder, name), 0o644)
    content = os.urandom(5_000_000)
    with open(os.path.join(folder, "large"), "wb") as file:
        file.write(content)
    with open(os.path.join(folder, "nginx.conf"), "w") as file:
        file.write(NGINX.format(folder=folder))
    want, wrong = hashlib.sha256(content).hexdigest(), []
    with stage.running(["nginx", "-p", folder, "-c", "nginx.conf"], 8080):
        # With HTTP/2 and no TLS, curl 7.88 cannot use its connection again.
        for name, times, flags, url in (("HTTP/1.1", 2, ["--http1.1"], "http://{}:8080/large"),
                                        ("HTTP/2 without TLS", 1, ["--http2-prior-knowledge"], "http://{}:8081/large"),
                                        ("HTTP/2", 2, ["--http2", "-k"], "https://{}:8443/large")):
            urls = [url.format(stage.address)] * times
            got = stage.client_run(["curl", "-sS", "--fail", "--max-time", "30", *flags, *urls], data=b"")
            parts = [hashlib.sha256(got[n * len(content):][:len(content)]).hexdigest() for n in range(times)]
            if parts != [want] * times or len(got) != times * len(content):
                wrong.append(f"{name}: {len(got)} bytes, not {times} times {len(content)}, or others")
        if shutil.which("h2load"):
            out = stage.client_run(["h2load", "-n", "2000", "-c", "20", "-m", "10",
                                    f"http://{stage.address}:8081/nginx.conf"])
            if "2000 succeeded, 0 failed" not in out:
                wrong.append(f"h2load: {out[-400:]}")
    return wrong


def websocket(stage):
    """A handshake by curl's words, then frames both ways, masked and not, as long as both like."""
    wrong = []
    def frame(kind, payload, mask):
        key = os.urandom(4) if mask else b""
        size = len(payload)
        head = bytes([0x80 | kind]) + (bytes([(mask << 7) | size]) if size < 126 else
                                       bytes([(mask << 7) | 126]) + struct.pack("!H", size) if size < 65536 else
                                       bytes([(mask << 7) | 127]) + struct.pack("!Q", size))
        body = bytes(b ^ key[n % 4] for n, b in enumerate(payload)) if mask else payload
        return head + key + body
    def read(connection):
        head = pods.receive(connection, 2)
        size = head[1] & 127
        if size > 125:
            size = int.from_bytes(pods.receive(connection, 2 if size == 126 else 8), "big")
        key = pods.receive(connection, 4) if head[1] & 128 else None
        body = pods.receive(connection, size)
        return head[0] & 15, bytes(b ^ key[n % 4] for n, b in enumerate(body)) if key else body
    def serve(connection):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(1)
        key = next(line.split(b": ")[1] for line in head.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key"))
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + frame(1, b"welcome", 0))
        while True:
            kind, body = read(connection)
            connection.sendall(frame(kind, body[::-1], 0))
            if kind == 8:
                return
    with pods.Server(stage.server, serve) as server, stage.client.connect(stage.address, server.port) as client:
        client.sendall(b"GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(1)
        if b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" not in head or read(client) != (1, b"welcome"):
            wrong.append(f"the handshake: {head!r}")
        for payload in (b"hello", os.urandom(70_000), b""):
            client.sendall(frame(2, payload, 1))
            if read(client) != (2, payload[::-1]):
                wrong.append(f"a message of {len(payload)} bytes came back otherwise")
        client.sendall(frame(8, b"", 1))
        if read(client)[0] != 8 or client.recv(1):
            wrong.append("no close")
    return wrong


def grpc_health(stage):
    need("curl")
    call = b"\0\0\0\0\x04\x0a\x02ab"
    with injected.Grpc(stage.server) as server:
        got = stage.client_run(["curl", "-sS", "--http2-prior-knowledge", "-H", "content-type: application/grpc", "-H",
                                "te: trailers", "--data-binary", "@-", "--max-time", "20",
                                f"http://{stage.address}:{server.port}/grpc.health.v1.Health/Check"], data=call)
        if got != b"\0\0\0\0\x02\x08\x01" or server.services != ["ab"]:
            return [f"answered {got!r}, asked for {server.services}"]
    return []


# ---- databases ------------------------------------------------------------------------------------------------------

def redis(stage):
    need("redis-server", "redis-cli")
    folder, wrong = folder_for(stage, "redis"), []
    cli = ["redis-cli", "-h", stage.address, "-p", "6379"]
    with stage.running(["redis-server", "--port", "6379", "--dir", folder, "--save", "", "--protected-mode", "no",
                        "--bind", "0.0.0.0"], 6379):
        value = base64.b64encode(os.urandom(2_000_000))
        stage.client_run([*cli, "-x", "set", "large"], data=value)
        got = stage.client_run([*cli, "get", "large"], data=b"")
        if got.strip() != value:
            wrong.append(f"{len(value)} bytes set, {len(got)} got")
        commands = "".join(f"*3\r\n$3\r\nSET\r\n${len(str(n)) + 1}\r\nk{n}\r\n$5\r\nvalue\r\n" for n in range(20_000))
        out = stage.client_run([*cli, "--pipe"], data=commands)
        if "errors: 0, replies: 20000" not in out:
            wrong.append(f"pipelining: {out[-200:]}")
        uid, gid = ids(None)
        subscriber = stage.client.start([*cli, "subscribe", "news"], uid, gid, stdin=subprocess.DEVNULL, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            for _ in range(3):
                subscriber.stdout.readline()
            for number in range(5):
                stage.client_run([*cli, "publish", "news", f"item {number}"])
                heard = [subscriber.stdout.readline().strip() for _ in range(3)]
                if heard != ["message", "news", f"item {number}"]:
                    wrong.append(f"heard {heard}")
        finally:
            subscriber.kill()
            subscriber.communicate()
    return wrong


def can_run(stage, argv):
    try:
        stage.client_run(argv)
        return True
    except ConnectionError:
        return False


def postgresql(stage):
    need("psql")
    binaries = next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)), None)
    if not binaries:
        raise Skip("PostgreSQL is not installed (tools/install-dependencies clients)")
    folder, wrong = folder_for(stage, "postgresql", "postgres"), []
    data = os.path.join(folder, "data")
    if not os.path.exists(data):
        subprocess.run(["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", f"{binaries}/initdb",
                        "-D", data, "-A", "trust", "-N", "-U", "app", "--no-instructions"], check=True,
                       capture_output=True, cwd=folder)
        with open(os.path.join(data, "pg_hba.conf"), "a") as file:
            file.write("host all all all trust\n")
    psql = ["psql", "-X", "-q", "-At", "-h", stage.address, "-U", "app", "-d", "postgres", "-v", "ON_ERROR_STOP=1"]
    server = [f"{binaries}/postgres", "-D", data, "-c", "listen_addresses=*", "-c", "fsync=off", "-k", folder]
    with stage.running(server, 5432, "postgres", signal.SIGINT):
        pods.wait_for("PostgreSQL to have started", lambda: can_run(stage, [*psql, "-c", "select 1"]))  # it listens before
        rows = "".join(f"{n}\t{hashlib.md5(str(n).encode()).hexdigest() * 2}\n" for n in range(40_000))
        stage.client_run([*psql, "-c", "create table if not exists t (n int, v text); truncate t", "-c",
                          "copy t from stdin"], data=rows)
        got = stage.client_run([*psql, "-c", "copy (select * from t order by n) to stdout"])
        if got != rows:
            wrong.append(f"{len(rows)} bytes copied in, {len(got)} out, or others")
        # Cancelling takes a second connection, with the first one's key.
        uid, gid = ids(None)
        process = stage.client.start([*psql, "-c", "select pg_sleep(60)"], uid, gid, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            count = "select count(*) from pg_stat_activity where query like 'select pg_sleep%'"
            pods.wait_for("the query", lambda: stage.client_run([*psql, "-c", count]).strip() == "1")
            process.send_signal(signal.SIGINT)
            out = process.communicate(timeout=20)[0]
            if "canceling statement" not in out:
                wrong.append(f"cancelling: {out}")
        finally:
            process.kill()
    return wrong


def mariadb(stage):
    need("mariadbd", "mariadb", "mariadb-install-db")
    folder, wrong = folder_for(stage, "mariadb", "mysql"), []
    data = os.path.join(folder, "data")
    if not os.path.exists(data):
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--user=mysql",
                        "--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-flush-method=nosync"],
                       check=True, capture_output=True, cwd=folder)
    rights = os.path.join(folder, "rights.sql")
    with open(rights, "w") as file:
        file.write("create user if not exists app@'%';\ngrant all on *.* to app@'%';\n"
                   "create database if not exists shop;\n")
    client = ["mariadb", "--no-defaults", "-h", stage.address, "-P", "3306", "--protocol=tcp", "-u", "app", "-N", "-B",
              "--max-allowed-packet=64M", "--skip-ssl", "shop"]
    with stage.running(["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={folder}/socket",
                        f"--pid-file={folder}/pid", "--port=3306", "--bind-address=0.0.0.0", f"--init-file={rights}",
                        "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--skip-name-resolve",
                        "--max-allowed-packet=64M", "--log-bin-trust-function-creators=1"], 3306, "mysql"):
        text = base64.b64encode(os.urandom(1_500_000)).decode()
        got = stage.client_run(client, data=f"create or replace table t (v longtext); insert into t values ('{text}');"
                                            f"select md5(v) from t; select v from t;\n")
        lines = got.strip().splitlines()
        if lines != [hashlib.md5(text.encode()).hexdigest(), text]:
            wrong.append(f"{len(lines)} lines, {[len(line) for line in lines][:3]}: {got[:100]!r}")
    return wrong


def tests():
    for name, check in (("nginx and curl, HTTP/1.1 and HTTP/2", nginx_and_curl), ("WebSocket", websocket),
                        ("gRPC's health check", grpc_health), ("redis", redis), ("PostgreSQL", postgresql),
                        ("MariaDB", mariadb)):
        yield f"clients: {name}", both_ways(check)
