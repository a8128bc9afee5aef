"""What the status server's tests share: the server as a program, the pod's app as a server that does what a test tells it
to, and a client that sends exactly the bytes it is told to."""

import contextlib
import http.client
import http.server
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from ports import free_port  # noqa: E402

SANITIZED = any(word in os.environ.get("PILLION_BUILD", "") for word in ("sanitize", "tsan"))
PATIENCE = 60 if SANITIZED else 20  # seconds: no answer within so many is no answer


class Skip(Exception):
    """The machine lacks what a test needs."""


def program():
    return pathlib.Path(os.environ["PILLION_BUILD"]).parents[1] / "proxy/status_test_program"


def in_time(limit, take, tries=5):
    """Takes what gives seconds until it took less than the limit: of several, all are too slow only where the fault is
    not the machine's, which may stand still at any moment."""
    taken = []
    while len(taken) < tries:
        taken.append(take())
        if taken[-1] < limit:
            return
    raise AssertionError(f"took {', '.join(f'{seconds:.2f}' for seconds in taken)} s, not {limit}")


def until(condition, what="it", seconds=PATIENCE):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"{what} did not come within {seconds} s")


class Status:
    """The server, with the environment that the injector sets."""

    def __init__(self, probes=None, scrape=None, **variables):
        environment = dict(os.environ, INSTANCE_IP="127.0.0.1")
        if probes is not None:
            environment["ISTIO_KUBE_APP_PROBERS"] = probes if isinstance(probes, str) else json.dumps(probes)
        if scrape is not None:
            environment["ISTIO_PROMETHEUS_ANNOTATIONS"] = scrape if isinstance(scrape, str) else json.dumps(scrape)
        environment.update({name: str(value) for name, value in variables.items()})
        for _ in range(5):
            self.start(environment)
            if self.first or "Address already in use" not in self.logged():
                break
            self.process.communicate()  # somebody else, of another suite, has taken a port meanwhile
            self.log.close()

    def start(self, environment):
        self.port, self.ready_port, self.metrics_port = free_port(), free_port(), free_port()
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [program(), str(self.port), str(self.ready_port), str(self.metrics_port)],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.first = self.process.stdout.readline().strip()

    def __enter__(self):
        assert self.first == "listening", self.logged()
        self.idle_threads = 0
        self.idle_threads = self.threads()
        return self

    def __exit__(self, kind, error, trace):
        with contextlib.suppress(BrokenPipeError, ValueError):
            self.process.stdin.close()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("the server did not end") from error
        logged = self.logged()
        self.log.close()
        self.process.stdout.close()
        assert "Sanitizer" not in logged and "runtime error" not in logged, logged[-4000:]
        assert code == 0 or error, f"exit {code}: {logged[-2000:]}"

    def logged(self):
        return os.pread(self.log.fileno(), 1 << 20, 0).decode(errors="replace")

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        while self.said() != "done":
            pass

    def said(self):
        return self.process.stdout.readline().strip()

    def memory(self, name="VmRSS"):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(name + r":\s+(\d+)", text)[1])

    def threads(self):
        """How many threads there are beside those that are always there: one of ThreadSanitizer's among them."""
        return len(os.listdir(f"/proc/{self.process.pid}/task")) - self.idle_threads

    def ask(self, path, method="GET", port=None, body=None, headers=None, address="127.0.0.1", source=None):
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection(
            address, port or self.port, timeout=PATIENCE, source_address=(source, 0) if source else None)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.text = answer.read()
        connection.close()
        return answer

    def raw(self, sent, port=None, ends=False):
        """Everything that comes for these bytes, until the server closes."""
        with socket.create_connection(("127.0.0.1", port or self.port), PATIENCE) as client:
            with contextlib.suppress(ConnectionError):  # answered before all of it was sent, and closed
                client.sendall(sent if isinstance(sent, bytes) else sent.encode())
                if ends:
                    client.shutdown(socket.SHUT_WR)
            got = b""
            while True:
                try:
                    piece = client.recv(65536)
                except ConnectionResetError:
                    return got
                if not piece:
                    return got
                got += piece


def status_of(answer):
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else None


class App:
    """An HTTP server whose pages are functions of the request handler: App(ok=..., slow=...). What came is in
    .requests: (path, headers, peer address)."""

    def __init__(self, tls=None, family=socket.AF_INET, address="127.0.0.1", at_port=0, **pages):
        app = self
        self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                app.requests.append((self.path, self.headers, self.client_address[0]))
                name = re.split(r"[/?]", self.path)[1]
                pages.get(name, answer(404))(self)

            def log_message(self, *_):
                pass

            def handle(self):
                with contextlib.suppress(OSError):
                    super().handle()

        class Server(http.server.ThreadingHTTPServer):
            address_family = family
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Server((address, at_port), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def answer(status, text=b"", **headers):
    """A page: this status, text and these headers (Content_Type)."""
    body = text if isinstance(text, bytes) else text.encode()

    def page(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
    return page


def raw_page(*pieces):
    """A page of these bytes, then the connection's end; numbers are seconds of silence."""
    def page(handler):
        handler.close_connection = True
        for piece in pieces:
            if isinstance(piece, (int, float)):
                time.sleep(piece)
            else:
                handler.wfile.write(piece)
    return page


@contextlib.contextmanager
def listening(serve, family=socket.AF_INET, address="127.0.0.1"):
    """A bare socket; serve(connection) for each client, in a thread. Gives the port."""
    listener = socket.socket(family)
    listener.bind((address, 0))
    listener.listen(64)
    connections = []

    def accept():
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                connections.append(client)
                threading.Thread(target=run, args=(client,), daemon=True).start()

    def run(client):
        with contextlib.suppress(Exception):  # what clients send may be no HTTP/2
            serve(client)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for client in connections:
            client.close()


def certificate(folder):
    """A certificate that nobody vouches for, and its key: a context for a server."""
    names = [os.path.join(folder, "tls.crt"), os.path.join(folder, "tls.key")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", names[1], "-out", names[0], "-subj", "/CN=somebody"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*names)
    return context


def http2(respond, tls=None):
    """A server of HTTP/2: respond(headers, body) gives a list of (headers, content) to send, the last one ends the
    stream; None resets it. A context manager that gives the port."""
    try:
        import h2.config
        import h2.connection
        import h2.events
    except ImportError:
        raise Skip("python3-h2 is not installed")

    def send(connection, stream, parts):
        if parts is None:
            connection.reset_stream(stream)
            return
        for i, (headers, content) in enumerate(parts):
            is_last = i == len(parts) - 1
            connection.send_headers(stream, headers, end_stream=is_last and not content)
            if content:
                connection.send_data(stream, content, end_stream=is_last)

    def serve(client):
        if tls:
            client = tls.wrap_socket(client, server_side=True)
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        client.sendall(connection.data_to_send())
        asked = {}
        while True:
            got = client.recv(65536)
            if not got:
                return
            for event in connection.receive_data(got):
                if isinstance(event, h2.events.RequestReceived):
                    asked[event.stream_id] = (dict(event.headers), b"")
                elif isinstance(event, h2.events.DataReceived):
                    headers, body = asked[event.stream_id]
                    asked[event.stream_id] = (headers, body + event.data)
                elif isinstance(event, h2.events.StreamEnded):
                    send(connection, event.stream_id, respond(*asked[event.stream_id]))
            client.sendall(connection.data_to_send())

    return listening(serve)


def http_probe(port, path="/ok", timeout=PATIENCE, **more):
    return {"httpGet": dict({"path": path, "port": port, "scheme": "HTTP"}, **more), "timeoutSeconds": timeout}
