"""An API server that knows pods and nothing else, over TLS, and can misbehave in every way."""
import base64
import json
import os
import socket
import ssl
import subprocess
import threading

TOKEN = "a-token"


def certificate(folder, name, addresses="IP:127.0.0.1,IP:::1"):
    key, file = f"{folder}/{name}.key", f"{folder}/{name}.crt"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            key,
            "-out",
            file,
            "-days",
            "2",
            "-subj",
            f"/CN={name}",
            "-addext",
            "subjectAltName=" + addresses,
        ],
        check=True,
        capture_output=True,
    )
    return key, file


def message(status, body, headers=()):
    head = [f"HTTP/1.1 {status}", "Content-Type: application/json", *headers]
    if not any(h.lower().startswith(("content-length", "transfer-encoding")) for h in headers):
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def status(code, reason, text):
    return message(
        f"{code} {reason}",
        json.dumps(
            {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": text, "code": code}
        ).encode(),
    )


class Server:
    """`behave`, where set, is called with (server, path, number of the request) and gives the bytes of the answer, None
    to go on as usual, or "silent"."""

    def __init__(self, folder, address="127.0.0.1", names="IP:127.0.0.1,IP:::1"):
        self.key, self.authority = certificate(folder, "api" + os.urandom(3).hex(), names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority, self.key)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.create_server((address, 0), family=family, backlog=64)
        self.context, self.pods, self.behave, self.requests, self.held = context, {}, None, [], []
        port = self.listener.getsockname()[1]
        self.url = f"https://[{address}]:{port}" if ":" in address else f"https://{address}:{port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            connection.settimeout(30)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.behave == "silent":
                self.held.append(connection)
                return
            with self.context.wrap_socket(connection, server_side=True) as tls:
                text = b""
                while b"\r\n\r\n" not in text:
                    more = tls.recv(65536)
                    if not more:
                        return
                    text += more
                answer = self.answer(text.decode())
                if answer == "silent":
                    self.held.append(connection)
                    threading.Event().wait(60)
                    return
                if isinstance(answer, bytes):
                    answer = [answer]
                for piece in answer:
                    if piece is None:  # an end that TLS does not announce
                        return
                    tls.sendall(piece)
                try:
                    tls.unwrap()
                except (OSError, ssl.SSLError):
                    pass
        except (OSError, ssl.SSLError):
            pass

    def answer(self, text):
        line, *headers = text.split("\r\n")
        method, path, _ = line.split(" ")
        self.requests.append(
            (method, path, {h.split(":", 1)[0].lower(): h.split(":", 1)[1].strip() for h in headers if ":" in h})
        )
        if self.behave:
            answer = self.behave(self, path, len(self.requests))
            if answer is not None:
                return answer
        return self.usual(path)

    def usual(self, path):
        parts = path.strip("/").split("/")
        if self.requests[-1][2].get("authorization") != "Bearer " + TOKEN:
            return status(401, "Unauthorized", "Unauthorized")
        pod = self.pods.get((parts[3], parts[5])) if len(parts) == 6 else None
        return (
            message("200 OK", json.dumps(pod).encode())
            if pod
            else status(404, "NotFound", f"pods \"{parts[-1]}\" not found")
        )

    def put(self, pod):
        self.pods[pod["metadata"]["namespace"], pod["metadata"]["name"]] = pod

    def kubeconfig(self, token=TOKEN, authority=None, url=None, more=None):
        with open(authority or self.authority, "rb") as file:
            data = base64.b64encode(file.read()).decode()
        cluster = {"server": url or self.url, "certificate-authority-data": data}
        cluster.update(more or {})
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "c",
                "clusters": [{"name": "k", "cluster": {k: v for k, v in cluster.items() if v is not None}}],
                "users": [{"name": "u", "user": {"token": token}}],
                "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
            }
        )

    def close(self):
        self.listener.close()
        for connection in self.held:
            connection.close()
