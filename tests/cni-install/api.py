"""A small API server over TLS: objects by path, a list and watch of pods, and what was asked of it."""
import base64
import http.server
import json
import os
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse


class Server:
    def __init__(self):
        self.objects, self.pods, self.requests, self.queries = {}, {}, [], []
        self.refuse_deletes, self.events, self.stopping = 0, [], False
        self.changed = threading.Condition()

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pillion-api-")
        key, certificate = (os.path.join(self.folder.name, name) for name in ("key", "certificate"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=api", "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        self.authority = open(certificate).read()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return lambda: server.answer(self, name[3:])
                raise AttributeError(name)

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        with self.changed:
            self.stopping = True
            self.changed.notify_all()
        self.http.shutdown()
        self.http.server_close()
        self.folder.cleanup()

    def kubeconfig(self):
        authority = base64.b64encode(self.authority.encode()).decode()
        return json.dumps({"apiVersion": "v1", "kind": "Config", "current-context": "c",
                           "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
                           "clusters": [{"name": "c", "cluster": {"server": f"https://127.0.0.1:{self.port}",
                                                                  "certificate-authority-data": authority}}],
                           "users": [{"name": "u", "user": {"token": "t"}}]})

    def add_pod(self, pod):
        with self.changed:
            known = pod["metadata"]["name"] in self.pods
            self.pods[pod["metadata"]["name"]] = pod
            self.events.append({"type": "MODIFIED" if known else "ADDED", "object": pod})
            self.changed.notify_all()

    def seen(self, method):
        with self.changed:
            return [(path, body) for verb, path, body in self.requests if verb == method]

    def answer(self, handler, method):
        path, _, query = handler.path.partition("?")
        length = int(handler.headers.get("Content-Length") or 0)
        body = json.loads(handler.rfile.read(length)) if length else None
        with self.changed:
            self.requests.append((method, path, body))
        if path == "/api/v1/pods":
            self.queries.append(query)
            words = urllib.parse.parse_qs(query)
            return self.watch(handler, int(words["resourceVersion"][0])) if "watch" in words else self.list(handler)
        if path.startswith("/api/v1/namespaces/shop/pods/"):
            return self.pod(handler, method, path.split("/")[6])
        if method == "POST":
            return self.reply(handler, 201, body)
        found = self.objects.get(path)
        return self.reply(handler, 200, found) if found else self.status(handler, 404, "NotFound")

    def pod(self, handler, method, name):
        with self.changed:
            pod = self.pods.get(name)
        if not pod:
            return self.status(handler, 404, "NotFound")
        if method == "DELETE":
            if self.refuse_deletes:
                self.refuse_deletes -= 1
                return self.status(handler, 403, "Forbidden")
            with self.changed:
                del self.pods[name]
        return self.reply(handler, 200, pod)

    def list(self, handler):
        with self.changed:
            items, version = list(self.pods.values()), str(1000 + len(self.events))
        self.reply(handler, 200, {"apiVersion": "v1", "kind": "PodList", "metadata": {"resourceVersion": version},
                                  "items": items})

    def watch(self, handler, version):
        at = version - 1000
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        end = time.monotonic() + 60
        try:
            while not self.stopping and time.monotonic() < end:
                with self.changed:
                    if at >= len(self.events):
                        self.changed.wait(1)
                    lines = [json.dumps(event) + "\n" for event in self.events[at:]]
                    at += len(lines)
                for line in lines:
                    handler.wfile.write(b"%x\r\n%s\r\n" % (len(line.encode()), line.encode()))
                handler.wfile.flush()
        except OSError:
            pass
        handler.close_connection = True

    def reply(self, handler, code, value):
        body = json.dumps(value).encode()
        handler.send_response(code)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def status(self, handler, code, reason):
        self.reply(handler, code, {"apiVersion": "v1", "kind": "Status", "status": "Failure", "code": code,
                                   "reason": reason, "message": reason})
