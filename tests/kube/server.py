"""An API server made of rules, on loopback, over HTTPS, and a proxy in front of it: what tests/kube/run asks."""
import http.server
import json
import pathlib
import socket
import ssl
import subprocess
import threading


def openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificates(directory):
    """ca.crt signs server.crt (127.0.0.1, ::1, localhost, api.test), other.crt (other.test), expired.crt and client.crt;
    stranger.crt signs nothing."""
    for name in ("ca", "stranger"):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                f"{name}.key", "-out", f"{name}.crt", "-subj", f"/CN={name}", "-days", "30", cwd=directory)
    leaves = {"server": "subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost,DNS:api.test",
              "other": "subjectAltName=DNS:other.test", "expired": "subjectAltName=IP:127.0.0.1",
              "client": "extendedKeyUsage=clientAuth"}
    for name, extension in leaves.items():
        (pathlib.Path(directory) / f"{name}.ext").write_text(extension + "\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
                "-out", f"{name}.csr", "-subj", f"/CN={name}", cwd=directory)
        if name == "expired":
            (pathlib.Path(directory) / "index.txt").write_text("")
            (pathlib.Path(directory) / "serial.txt").write_text("77\n")
            (pathlib.Path(directory) / "ca.conf").write_text(
                "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial.txt\nnew_certs_dir=.\ndefault_md=sha256\n"
                "policy=p\nunique_subject=no\n[p]\ncommonName=supplied\n")
            openssl("ca", "-batch", "-config", "ca.conf", "-cert", "ca.crt", "-keyfile", "ca.key", "-in", f"{name}.csr",
                    "-out", f"{name}.crt", "-extfile", f"{name}.ext", "-startdate", "20200101000000Z", "-enddate",
                    "20200102000000Z", "-notext", cwd=directory)
        else:
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                    "-out", f"{name}.crt", "-days", "20", "-extfile", f"{name}.ext", cwd=directory)


class Request:
    def __init__(self, handler, body):
        self.method, self.path, self.body = handler.command, handler.path, body
        self.headers = {k.lower(): v for k, v in handler.headers.items()}
        self.groups = handler.headers.get_all("Impersonate-Group") or []
        peer = handler.connection.getpeercert() if isinstance(handler.connection, ssl.SSLSocket) else None
        self.peer = dict(part for group in peer["subject"] for part in group)["commonName"] if peer else None
        self.connection = handler.client_address[1]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        self.request.settimeout(150)
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def handle(self):
        try:
            super().handle()
        except (OSError, ssl.SSLError):
            self.close_connection = True

    def answer(self, status, body=b"", headers=()):
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        self.send_response(status)
        given = {name.lower() for name, _ in headers}
        for name, value in headers:
            self.send_header(name, value)
        if "content-type" not in given:
            self.send_header("Content-Type", "application/json")
        if "content-length" not in given:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self):
        """Begins a stream; each `self.line(...)` is a chunk of its own."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def event(self, kind, thing):
        self.chunk(json.dumps({"type": kind, "object": thing}).encode() + b"\n")

    def finish_stream(self):
        self.wfile.write(b"0\r\n\r\n")

    def hang(self):
        """Until the client has had enough, or the test is over."""
        self.server.closing.wait(150)
        self.close_connection = True

    def run(self):
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(self, self.rfile.read(length))
        with self.server.lock:
            self.server.requests.append(request)
            number = len(self.server.requests)
        self.server.rule(self, request, number)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = run

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """`rule(handler, request, number)` answers; numbers count from 1."""
    daemon_threads = True
    block_on_close = False

    def __init__(self, rule, certificates=None, certificate="server", address="127.0.0.1"):
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, 0), Handler)
        self.rule, self.requests, self.lock, self.closing = rule, [], threading.Lock(), threading.Event()
        self.port = self.server_address[1]
        self.is_tls = certificates is not None
        if self.is_tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{certificates}/{certificate}.crt", f"{certificates}/{certificate}.key")
            context.load_verify_locations(f"{certificates}/ca.crt")
            context.verify_mode = ssl.CERT_OPTIONAL
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self):
        host = f"[{self.server_address[0]}]" if ":" in self.server_address[0] else self.server_address[0]
        return f"http{'s' if self.is_tls else ''}://{host}:{self.port}"

    def handle_error(self, *_):
        pass

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.shutdown()
        self.server_close()


class Proxy:
    """Answers CONNECT by connecting to `port` on loopback, whatever the name is."""

    def __init__(self, port):
        self.target, self.heads = port, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(4096)
            if not piece:
                return
            head += piece
        self.heads.append(head.decode())
        server = socket.create_connection(("127.0.0.1", self.target))
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for source, sink in ((connection, server), (server, connection)):
            threading.Thread(target=self.copy, args=(source, sink), daemon=True).start()

    @staticmethod
    def copy(source, sink):
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
