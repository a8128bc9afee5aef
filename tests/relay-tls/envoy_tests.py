"""The real Envoy as the other side, set up as Istio sets it up."""
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading

from lab import PLAYED, STRANGER, Server, Skip, echo, wait_for

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import envoy  # noqa: E402


class Envoy:
    def __init__(self, world, name, listeners, clusters):
        binary, why = envoy.find()
        if not binary:
            raise Skip(f"no Envoy: {why}")
        path = f"{world.folder}/envoy-{name}.json"
        with open(path, "w") as file:
            json.dump({"static_resources": {"listeners": listeners, "clusters": clusters}}, file)
        self.log = open(f"{world.folder}/envoy-{name}.log", "w+b")
        self.process = subprocess.Popen(["ip", "netns", "exec", name, binary, "-c", path, "--disable-hot-restart",
                                         "--concurrency", "1", "-l", "warning"], stdout=self.log, stderr=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def address(ip, port):
    return {"socket_address": {"address": ip, "port_value": port}}


def tcp_listener(ip, port, cluster, transport=None):
    proxy = {"name": "tcp", "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", "stat_prefix": "x",
        "cluster": cluster}}
    return {"name": f"{ip}:{port}", "address": address(ip, port),
            "filter_chains": [{"filters": [proxy], **({"transport_socket": transport} if transport else {})}]}


def http_listener(ip, port, route):
    manager = {"name": "http", "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "x", "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [
            {"match": {"prefix": "/"}, **route}]}]},
        "http_filters": [{"name": "envoy.filters.http.router", "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}
    return {"name": f"{ip}:{port}", "address": address(ip, port), "filter_chains": [{"filters": [manager]}]}


def tls(world, folder, kind, protocols, expected=None):
    files = f"{world.folder}/{folder}"
    common = {"alpn_protocols": protocols,
              "tls_params": {"tls_minimum_protocol_version": "TLSv1_2", "tls_maximum_protocol_version": "TLSv1_3"},
              "tls_certificates": [{"certificate_chain": {"filename": f"{files}/cert-chain.pem"},
                                    "private_key": {"filename": f"{files}/key.pem"}}],
              "validation_context": {"trusted_ca": {"filename": f"{files}/root-cert.pem"}}}
    if expected:
        common["validation_context"]["match_typed_subject_alt_names"] = [
            {"san_type": "URI", "matcher": {"exact": expected}}]
    more = {"require_client_certificate": True} if kind == "Downstream" else {"sni": "outbound_.80_._.web.two.svc"}
    return {"name": "envoy.transport_sockets.tls", "typed_config": {
        "@type": f"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.{kind}TlsContext",
        "common_tls_context": common, **more}}


def cluster(name, ip, port, transport=None, http=None):
    made = {"name": name, "connect_timeout": "30s", "type": "STATIC", "load_assignment": {
        "cluster_name": name, "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address(ip, port)}}]}]}}
    if transport:
        made["transport_socket"] = transport
    if http:
        made["typed_extension_protocol_options"] = {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
            "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
            "explicit_http_config": {http: {}}}}
    return made


def ask(connection, words, is_ending=True):
    connection.sendall(words)
    if is_ending:
        connection.shutdown(socket.SHUT_WR)
    got = b""
    while data := connection.recv(65536):
        got += data
    return got


def listening(world, name, ip, port):
    def attempt():
        try:
            world.net.within(name, lambda: socket.create_connection((ip, port), timeout=20)).close()
            return True
        except OSError:
            return False
    wait_for(attempt, f"Envoy listens on {ip}:{port}", 60)


def test_envoy_as_the_client(world):
    expected = "spiffe://cluster.local/ns/two/sa/b"

    def to(name, port, protocols, http=None):
        return cluster(name, STRANGER, port, tls(world, "a", "Upstream", protocols, expected), http)

    clusters = [to("tcp", 8000, ["istio-peer-exchange", "istio"]),
                to("http1", 8080, ["istio-http/1.1", "istio", "http/1.1"], "http_protocol_options"),
                to("http2", 8080, ["istio-h2", "istio", "h2"], "http2_protocol_options")]
    listeners = [tcp_listener("127.0.0.1", 9101, "tcp"),
                 http_listener("127.0.0.1", 9102, {"route": {"cluster": "http1"}}),
                 http_listener("127.0.0.1", 9103, {"route": {"cluster": "http2"}})]
    app = http_listener("0.0.0.0", 8080, {"direct_response": {"status": 200, "body": {"inline_string": "from the app"}}})
    with Envoy(world, world.net.a, listeners, clusters), Envoy(world, world.net.b, [app], []), \
            Server(world.net, 8000, echo), world.inbound(mode="PERMISSIVE") as proxy:
        listening(world, world.net.a, "127.0.0.1", 9103)
        listening(world, world.net.b, "127.0.0.1", 8080)
        words = os.urandom(3_000_000)
        connection = world.net.connect("127.0.0.1", 9101)
        got = bytearray()
        sender = threading.Thread(target=lambda: (connection.sendall(words), connection.shutdown(socket.SHUT_WR)))
        sender.start()
        while data := connection.recv(65536):
            got += data
        sender.join()
        assert bytes(got) == words
        line = proxy.wait("ended in")
        assert "spiffe://cluster.local/ns/one/sa/a|outbound_.80_._.web.two.svc|" in line, line
        for port in (9102, 9103):
            request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            answer = ask(world.net.connect("127.0.0.1", port), request, is_ending=False)
            assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"from the app"), (port, answer)


def test_envoy_as_the_server(world):
    expected = "spiffe://cluster.local/ns/one/sa/a"
    protocols = ["istio-peer-exchange", "h2", "http/1.1"]
    server = tcp_listener(PLAYED, 9443, "app", tls(world, "b", "Downstream", protocols, expected))
    other = tcp_listener(PLAYED, 9444, "app", tls(world, "b", "Downstream", protocols, expected + "2"))
    with Envoy(world, world.net.b, [server, other], [cluster("app", "127.0.0.1", 8000)]), Server(world.net, 8000, echo), \
            world.outbound(to="10.77.0.4/32=spiffe://cluster.local/ns/two/sa/b") as proxy:
        listening(world, world.net.b, PLAYED, 9443)
        listening(world, world.net.b, PLAYED, 9444)
        for words in (b"hello", os.urandom(200_000)):
            try:
                got = ask(world.net.connect(PLAYED, 9443), words)
            except ConnectionError as problem:
                got = problem
            line = proxy.wait("ended out")
            assert got == words and " - mtls " in line, (line, len(words), str(got)[:100])
        try:
            assert not ask(world.net.connect(PLAYED, 9444), b"hello")
        except ConnectionError:
            pass
        assert "ended out TLS" in proxy.wait("ended out TLS")
