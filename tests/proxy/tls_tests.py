"""Mutual TLS as the command runs it; what the data plane does with it is tests/relay-tls'."""

import json
import shutil
import socket
import ssl
import subprocess
import threading

from lab import CLIENT, POD, Lab, Skip, connect, echo, until, within

ME, OTHER = "spiffe://cluster.local/ns/mall/sa/shop", "spiffe://cluster.local/ns/town/sa/customer"


def openssl(folder, *words):
    done = subprocess.run(["openssl", *map(str, words)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def certificates(lab):
    """Two folders of Istio's files, for the pod and for the other side, by one CA."""
    if not shutil.which("openssl"):
        raise Skip("openssl is not installed")
    top = lab.folder
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(top, "req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/O=cluster.local", "-days", 2)
    for name, identity in (("pod", ME), ("other", OTHER)):
        folder = top / name
        folder.mkdir()
        (folder / "san").write_text(f"subjectAltName=critical,URI:{identity}\n")
        openssl(folder, "req", *curve, "-keyout", "key.pem", "-out", "request", "-subj", "/")
        openssl(folder, "x509", "-req", "-in", "request", "-CA", "../ca.pem", "-CAkey", "../ca.key", "-days", 1,
                "-extfile", "san", "-out", "cert-chain.pem", "-CAcreateserial")
        shutil.copy(top / "ca.pem", folder / "root-cert.pem")
        for file in folder.iterdir():
            file.chmod(0o644)
    return top / "pod", top / "other"


def context(folder, is_server):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.load_cert_chain(folder / "cert-chain.pem", folder / "key.pem")
    made.load_verify_locations(folder / "root-cert.pem")
    made.verify_mode = ssl.CERT_REQUIRED
    made.set_alpn_protocols(["istio-peer-exchange", "istio", "http/1.1"] if not is_server else ["http/1.1", "istio"])
    return made


def test_inbound_is_ended_here_and_counted_by_who_it_was(pillion):
    with Lab(pillion) as lab:
        mine, others = certificates(lab)
        log = lab.folder / "access.log"
        proxy = lab.start("--mtls", "PERMISSIVE", "--certificates", mine, "--accessLogFile", log)
        with context(others, False).wrap_socket(lab.inbound()) as protected, lab.inbound() as plain:
            assert echo(protected, b"x" * 4321) and echo(plain)
            of_peer = {"reporter": "destination", "connection_security_policy": "mutual_tls",
                       "source_principal": OTHER, "destination_principal": ME, "source_workload_namespace": "town"}
            until("bytes", lambda: proxy.metric("istio_tcp_received_bytes_total", **of_peer) == 4321)
            assert proxy.metric("istio_tcp_connections_opened_total", reporter="destination",
                                connection_security_policy="none") == 1
        assert proxy.metric("pillion_certificate_expiry_timestamp_seconds") > 0


def test_strict_takes_nothing_else_but_where_it_is_off(pillion):
    with Lab(pillion) as lab:
        mine, others = certificates(lab)
        lab.serve(lab.pod, POD, 8081)
        lab.start(env={"PILLION_MTLS": "STRICT,8081=DISABLE", "PILLION_CERTIFICATES": str(mine)})
        with context(others, False).wrap_socket(lab.inbound()) as protected:
            assert echo(protected)
        with connect(lab.client, POD, 8081) as plain:
            assert echo(plain)
        with lab.inbound() as plain:
            try:
                plain.sendall(b"hello")
                assert plain.recv(1) == b""
            except OSError:
                pass


def test_without_a_certificate_it_is_not_ready_until_there_is_one(pillion):
    with Lab(pillion) as lab:
        mine, _ = certificates(lab)
        folder = lab.folder / "mounted"
        folder.mkdir()
        proxy = lab.start("--mtls", "PERMISSIVE", "--certificates", folder, is_ready=False)
        until("an answer", lambda: proxy.ready() == 503)
        for name in ("key.pem", "root-cert.pem", "cert-chain.pem"):
            shutil.copy(mine / name, folder / name)
        until("readiness", lambda: proxy.ready() == 200)


def tls_server(lab, folder):
    """One connection to the client's port 7000: says the first words backwards."""
    server = within(lab.client, lambda: socket.create_server((CLIENT, 7000)))
    made = context(folder, True)

    def serve():
        try:
            raw, _ = server.accept()
            with made.wrap_socket(raw, server_side=True) as connection:
                connection.sendall(connection.recv(100)[::-1])
                connection.recv(1)
        except OSError:
            pass

    threading.Thread(target=serve, daemon=True).start()
    return server


def protected(lab, proxy):
    """Whether a connection to it is."""
    with connect(lab.pod, CLIENT, 7000) as connection, lab.outbound() as plain:
        connection.sendall(b"hello")
        assert connection.recv(100) == b"olleh" and echo(plain)
        return proxy.metric("istio_tcp_connections_opened_total", reporter="source", source_principal=ME,
                            destination_principal=OTHER) == 1


def test_outbound_is_protected_where_the_file_says_so(pillion):
    with Lab(pillion) as lab:
        mine, others = certificates(lab)
        config = lab.folder / "mtls.yaml"
        config.write_text(json.dumps({"destinations": [{"cidr": f"{CLIENT}/32", "port": 7000, "identities": [OTHER]}]}))
        with tls_server(lab, others):
            assert protected(lab, lab.start("--mtlsConfig", config, "--certificates", mine))


def dns_server(lab):
    """At the client's port 53: every name has the client's address, for a minute."""
    server = within(lab.client, lambda: socket.socket(type=socket.SOCK_DGRAM))
    server.bind((CLIENT, 53))

    def serve():
        try:
            while True:
                query, peer = server.recvfrom(512)
                question = query[12 : query.index(b"\0", 12) + 5]
                server.sendto(query[:2] + bytes.fromhex("81800001000100000000") + question
                              + bytes.fromhex("c00c000100010000003c0004") + socket.inet_aton(CLIENT), peer)
        except OSError:
            pass

    threading.Thread(target=serve, daemon=True).start()
    return server


def test_a_destination_by_name_is_known_by_the_dns_proxy(pillion):
    with Lab(pillion) as lab:
        mine, others = certificates(lab)
        config = lab.folder / "mtls.yaml"
        config.write_text(f"destinations:\n- name: Town.example\n  port: 7000\n  identities: [{OTHER}]\n")
        lab.resolve_by(CLIENT)
        with tls_server(lab, others), dns_server(lab):
            proxy = lab.start("--mtlsConfig", config, "--certificates", mine, env={"ISTIO_META_DNS_CAPTURE": "true"})
            query = bytes.fromhex("123401000001000000000000") + b"\4shop\4town\7example\0" + bytes.fromhex("00010001")

            def asked():
                with within(lab.pod, lambda: socket.socket(type=socket.SOCK_DGRAM)) as client:
                    client.settimeout(1)
                    client.sendto(query, ("127.0.0.1", 15053))
                    try:
                        return client.recv(512).endswith(socket.inet_aton(CLIENT))
                    except OSError:
                        return False

            until("an answer", asked)
            assert proxy.metric("pillion_dns_answers_total") >= 1
            assert protected(lab, proxy)


def test_mistakes_about_it_are_told(pillion):
    with Lab(pillion, rules=False) as lab:
        broken = lab.folder / "mtls.yaml"
        broken.write_text("destinations:\n- name: a\n")
        for flags, words, code in ((["--mtls", "ON"], "STRICT", 2), (["--mtlsConfig", broken], "mtls.yaml:2", 1),
                                   (["--mtlsConfig", "/nonexistent/x"], "/nonexistent/x", 1),
                                   (["--mtls", "STRICT", "--engine", "envoy"], "customConfigFile", 2)):
            proxy = lab.start(*flags, is_ready=False)
            assert proxy.wait() == code and words in proxy.stderr(), proxy.stderr()
