"""The inbound side: what is ended here, what passes, what is refused, and who has to wait."""
import os
import shutil
import socket
import ssl
import struct
import time

from lab import Proxy, STRANGER, Server, context, echo, wait_for

ISTIO = ("istio-peer-exchange", "istio")


def greet(world, port=8000, folder="a", protocols=ISTIO, name=None, **options):
    raw = world.net.connect(STRANGER, port)
    return context(folder and f"{world.folder}/{folder}", protocols=protocols, **options).wrap_socket(
        raw, server_hostname=name)


def reset_by(connection):
    try:
        while connection.recv(4096):
            pass
    except (ConnectionResetError, ssl.SSLError, BrokenPipeError):
        return True
    return False


def refused(world, proxy, reason, **options):
    """The handshake fails, or with TLS 1.3 what comes first after it, and the proxy says why."""
    try:
        connection = greet(world, **options)
        connection.sendall(b"x")
        assert reset_by(connection), "it was let in"
    except (ssl.SSLError, ConnectionError):
        pass
    line = proxy.wait("ended in TLS")
    assert reason in line, line


def test_permissive_ends_the_meshs_tls(world):
    with Server(world.net, 8000, echo) as server, world.inbound(mode="PERMISSIVE") as proxy:
        connection = greet(world, name="web.two.svc")
        assert connection.selected_alpn_protocol() is None
        connection.sendall(b"hello")
        assert connection.recv(10) == b"hello" and server.count == 1
        connection.unwrap().close()
        line = proxy.wait("ended in")
        assert line.startswith("ended in - mtls 5 5 10.77.0.2:8000 spiffe://cluster.local/ns/one/sa/a|web.two.svc|"), line
        wait_for(lambda: "in:spiffe://cluster.local/ns/one/sa/a:1:1:5:5" in proxy.ask("peers"), "it is counted")
        wait_for(lambda: " 1/1/5/5 active" in proxy.ask("totals"), "it is counted")


def test_names_as_istios_clients_ask_for_them(world):
    name = "outbound_.8000_._.web.two.svc.cluster.local"
    with Server(world.net, 8000, echo), world.inbound(mode="PERMISSIVE") as proxy:
        connection = greet(world, name=name)
        connection.sendall(b"hello")
        assert connection.recv(10) == b"hello"
        connection.unwrap().close()
        assert f"|{name}|" in proxy.wait("ended in - mtls")


def test_each_version_and_cipher(world):
    cases = [(ssl.TLSVersion.TLSv1_3, None, "b")]
    for cipher in ("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"):
        cases.append((ssl.TLSVersion.TLSv1_2, cipher, "b"))
    world.authority.issue("rsa", "URI:spiffe://cluster.local/ns/two/sa/rsa", rsa=True)
    for cipher in ("ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-GCM-SHA256"):
        cases.append((ssl.TLSVersion.TLSv1_2, cipher, "rsa"))
    with Server(world.net, 8000, echo):
        for identity in ("b", "rsa"):
            with world.inbound(mode="STRICT", identity=identity):
                for version, cipher, who in cases:
                    if who != identity:
                        continue
                    connection = greet(world, version=version, ciphers=cipher)
                    connection.sendall(b"x" * 100000)
                    wanted = 100000
                    while wanted:
                        wanted -= len(connection.recv(65536))
                    assert not cipher or connection.cipher()[0] == cipher, connection.cipher()
                    connection.unwrap().close()


def test_what_is_answered_of_the_offered_protocols(world):
    with Server(world.net, 8000, echo), world.inbound(mode="PERMISSIVE"):
        for offered, answer in ((("istio-http/1.1", "istio", "http/1.1"), "http/1.1"), (("istio-h2", "istio", "h2"), "h2"),
                                (("istio", "h2", "http/1.1"), "http/1.1"), (("istio-http/1.0", "istio"), None)):
            connection = greet(world, protocols=offered)
            assert connection.selected_alpn_protocol() == answer, (offered, connection.selected_alpn_protocol())
            connection.close()


def test_the_apps_own_tls_passes(world):
    served = context(f"{world.folder}/b", is_server=True, protocols=["h2", "http/1.1"])

    def serve(connection):
        with served.wrap_socket(connection, server_side=True) as tls:
            tls.sendall(tls.recv(100))

    with Server(world.net, 8443, serve), world.inbound(mode="PERMISSIVE") as proxy:
        for protocols in (("h2", "http/1.1"), ()):
            connection = greet(world, port=8443, protocols=protocols)
            connection.sendall(b"mine")
            assert connection.recv(10) == b"mine"
            connection.close()
            assert " plain " in proxy.wait("ended in")


def test_plain_passes_under_permissive(world):
    with Server(world.net, 8000, echo), world.inbound(mode="PERMISSIVE") as proxy:
        for words in (b"GET / HTTP/1.1\r\n\r\n", b"\x16", b"\x16\x03\x01\x00\x02\x01\x00" + b"x" * 50000, b"x" * 300000):
            connection = world.net.connect(STRANGER, 8000)
            connection.sendall(words)
            connection.shutdown(socket.SHUT_WR)
            got = b""
            while data := connection.recv(65536):
                got += data
            assert got == words, (words[:20], len(got))
            assert proxy.wait("ended in").startswith(f"ended in - plain {len(words)} {len(words)} ")


def test_a_client_that_says_nothing_and_ends(world):
    with Server(world.net, 8000, lambda c: (c.recv(10), c.sendall(b"bye"))), world.inbound(mode="PERMISSIVE"):
        connection = world.net.connect(STRANGER, 8000)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(10) == b"bye" and connection.recv(10) == b""


def welcomed(world, port):
    connection = world.net.connect(STRANGER, port)
    assert connection.recv(100) == b"welcome"
    connection.close()


def test_server_first_protocols(world):
    def welcome(connection):
        connection.sendall(b"welcome")
        connection.recv(10)

    with Server(world.net, 3306, welcome), Server(world.net, 3307, welcome):
        with world.inbound(mode="PERMISSIVE", detection=700):
            start = time.monotonic()
            welcomed(world, 3306)
            assert time.monotonic() - start >= 0.65
        # Where nothing is to be detected, or with mTLS, nobody waits for that: longer than a client would.
        with world.inbound(mode="PERMISSIVE", detection=60000, port="3307=DISABLE"):
            welcomed(world, 3307)
            connection = greet(world, port=3306)
            assert connection.recv(100) == b"welcome"
            connection.close()


def test_a_slow_client_of_a_server_that_waits_still_has_tls(world):
    """After the time of detection the app is connected, but as long as it is silent nothing is decided."""
    with Server(world.net, 8000, echo) as server, world.inbound(mode="PERMISSIVE", detection=50) as proxy:
        raw = world.net.connect(STRANGER, 8000)
        wait_for(lambda: server.count == 1, "the app is connected")
        connection = context(f"{world.folder}/a", protocols=ISTIO).wrap_socket(raw)
        connection.sendall(b"late")
        assert connection.recv(10) == b"late" and server.count == 1
        connection.unwrap().close()
        assert " mtls 4 4 " in proxy.wait("ended in -")
        wait_for(lambda: proxy.ask("totals").split()[3:5] == ["1/1/0/0", "1/1/4/4"], "it is counted")
        raw = world.net.connect(STRANGER, 8000)
        wait_for(lambda: server.count == 2, "the app is connected")
        raw.sendall(b"plain")
        assert raw.recv(10) == b"plain"


def test_strict_refuses_what_is_plain_at_once(world):
    with Server(world.net, 8000, echo) as server, world.inbound(mode="STRICT") as proxy:
        connection = world.net.connect(STRANGER, 8000)
        start = time.monotonic()
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert reset_by(connection) and time.monotonic() - start < 10  # not only when the time for a greeting is over
        assert "does not speak the mesh's TLS" in proxy.wait("ended in TLS")
        silent = world.net.connect(STRANGER, 8000)
        silent.shutdown(socket.SHUT_WR)
        assert reset_by(silent)
        assert server.count == 0


def test_strict_takes_any_tls_with_a_certificate_of_the_mesh(world):
    with Server(world.net, 8000, echo) as server, world.inbound(mode="STRICT") as proxy:
        connection = greet(world, protocols=())
        connection.sendall(b"x")
        assert connection.recv(1) == b"x"
        connection.close()
        refused(world, proxy, "no certificate", folder=None, protocols=())
        assert server.count == 1


def test_who_is_refused(world):
    world.stranger.issue("foreign", "URI:spiffe://cluster.local/ns/one/sa/a", roots=[world.authority])
    world.authority.issue("domain", "URI:spiffe://other.example/ns/one/sa/a")
    world.authority.issue("expired", "URI:spiffe://cluster.local/ns/one/sa/a", days=-1)
    world.authority.issue("nobody", "DNS:web.example")
    world.authority.issue("twice", "URI:spiffe://cluster.local/ns/one/sa/a,URI:spiffe://cluster.local/ns/one/sa/b")
    world.authority.issue("longer", "URI:spiffe://cluster.local/ns/one/sa/a,URI:https://example.com/")
    with Server(world.net, 8000, echo) as server, world.inbound(mode="PERMISSIVE") as proxy:
        for folder, reason in (("foreign", "not signed by one of our roots"), ("domain", "another trust domain: spiffe://other"),
                               ("expired", "expired"), ("nobody", "no SPIFFE id"), ("twice", "several URIs"),
                               ("longer", "several URIs"), (None, "no certificate")):
            for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
                refused(world, proxy, reason, folder=folder, version=version)
        assert server.count == 0
        connection = greet(world)
        connection.sendall(b"x")
        assert connection.recv(1) == b"x"
    with Server(world.net, 8000, echo), world.inbound(mode="PERMISSIVE", domain_1="other.example", domain_2="td2"):
        connection = greet(world, folder="domain")
        connection.sendall(b"x")
        assert connection.recv(1) == b"x"


def hello_of(world, protocols=ISTIO, name="a.b"):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context(f"{world.folder}/a", protocols=protocols).wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return tls, incoming, outgoing


def finish(raw, tls, incoming, outgoing):
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            raw.sendall(outgoing.read())
            incoming.write(raw.recv(65536))
    tls.write(b"hello")
    raw.sendall(outgoing.read())
    while True:
        try:
            return tls.read(10)
        except ssl.SSLWantReadError:
            incoming.write(raw.recv(65536))


def test_a_greeting_byte_by_byte(world):
    with Server(world.net, 8000, echo), world.inbound(mode="PERMISSIVE"):
        raw = world.net.connect(STRANGER, 8000)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tls, incoming, outgoing = hello_of(world)
        for byte in outgoing.read():
            raw.sendall(bytes([byte]))
            time.sleep(0.0005)
        assert finish(raw, tls, incoming, outgoing) == b"hello"


def test_a_greeting_in_many_records(world):
    with Server(world.net, 8000, echo), world.inbound(mode="PERMISSIVE"):
        raw = world.net.connect(STRANGER, 8000)
        tls, incoming, outgoing = hello_of(world)
        message = outgoing.read()[5:]
        for i in range(0, len(message), 30):
            part = message[i:i + 30]
            raw.sendall(b"\x16\x03\x01" + struct.pack(">H", len(part)) + part)
        assert finish(raw, tls, incoming, outgoing) == b"hello"


def large_hello(size):
    """A greeting with an extension of nothing that makes it so large."""
    def vector(number, data):
        return len(data).to_bytes(number, "big") + data
    extensions = struct.pack(">H", 21) + vector(2, bytes(min(size, 65000)))
    extensions += struct.pack(">H", 16) + vector(2, vector(2, vector(1, b"istio")))
    body = b"\x03\x03" + os.urandom(32) + b"\0" + vector(2, b"\x13\x01") + b"\x01\0" + vector(2, extensions)
    message = b"\x01" + vector(3, body)
    return b"".join(b"\x16\x03\x01" + vector(2, message[i:i + 16384]) for i in range(0, len(message), 16384))


def test_greetings_of_64_kib_and_more(world):
    """The first is still looked at (and fails, since it is not a good one); the second passes as it is."""
    over = b"\x16\x03\x01\x40\x00\x01\x01\x00\x01\x03\x03" + b"x" * (16384 - 6)
    over += (b"\x16\x03\x03\x40\x00" + b"y" * 16384) * 5
    with Server(world.net, 8000, echo) as server, world.inbound(mode="PERMISSIVE") as proxy:
        raw = world.net.connect(STRANGER, 8000)
        raw.sendall(large_hello(65000))
        line = proxy.wait("ended in TLS")
        raw.close()
        assert " mtls " in line and "too long" not in line and server.count == 0
        raw = world.net.connect(STRANGER, 8000)
        raw.sendall(over)
        raw.shutdown(socket.SHUT_WR)
        got = b""
        while data := raw.recv(65536):
            got += data
        assert got == over, len(got)


def test_cut_off_is_no_end(world):
    ends = []

    def record(connection):
        try:
            while connection.recv(65536):
                pass
            ends.append("end")
        except ConnectionResetError:
            ends.append("reset")

    with Server(world.net, 8000, record), world.inbound(mode="STRICT") as proxy:
        connection = greet(world)
        connection.sendall(b"half")
        wait_for(lambda: "/4/0" in proxy.ask("totals"), "the bytes have passed")
        raw = socket.socket(fileno=os.dup(connection.fileno()))
        raw.shutdown(socket.SHUT_WR)
        assert "cut off" in proxy.wait("ended in DC")
        wait_for(lambda: ends, "the app knows")
        assert ends == ["reset"], ends


def test_what_comes_before_tls_is_loaded_waits(world):
    with Server(world.net, 8000, echo) as server, world.inbound(mode="PERMISSIVE", late="1") as proxy:
        raw = world.net.connect(STRANGER, 8000)
        tls, incoming, outgoing = hello_of(world)
        raw.sendall(outgoing.read())
        plain = world.net.connect(STRANGER, 8000)
        plain.sendall(b"plain")
        assert plain.recv(10) == b"plain" and server.count == 1
        raw.setblocking(False)
        try:
            raise AssertionError(f"not loaded, but {raw.recv(10)}")
        except BlockingIOError:
            raw.settimeout(20)
        proxy.process.stdin.write(b"load\n")
        proxy.process.stdin.flush()
        assert finish(raw, tls, incoming, outgoing) == b"hello" and server.count == 2


def test_files_that_are_bad_stay_out_of_force(world):
    folder = world.authority.issue("turning", "URI:spiffe://cluster.local/ns/two/sa/turning")
    other = world.authority.issue("other", "URI:spiffe://cluster.local/ns/two/sa/other")
    with Server(world.net, 8000, echo), world.inbound(mode="STRICT", identity="turning") as proxy:
        for name, wrong in (("key.pem", (other / "key.pem").read_text()), ("cert-chain.pem", "nothing"),
                            ("root-cert.pem", "")):
            good = (folder / name).read_text()
            (folder / "next").write_text(wrong)
            os.rename(folder / "next", folder / name)
            assert name.split(".")[0] in proxy.wait("failed"), name
            connection = greet(world)
            connection.sendall(b"x")
            assert connection.recv(1) == b"x"
            connection.close()
            (folder / "next").write_text(good)
            os.rename(folder / "next", folder / name)
            time.sleep(0.3)
        for name in ("key.pem", "root-cert.pem", "cert-chain.pem"):
            shutil.copy(other / name, folder / name)
        proxy.wait("loaded")
        *_, identity, loads, failures = proxy.ask("state").split()
        # It may have looked between two copies, too.
        assert identity.endswith("sa/other") and int(loads) == 2 and int(failures) >= 3, (identity, loads, failures)


def test_started_before_the_files_are_there(world):
    folder = f"{world.folder}/later"
    proxy = Proxy(world.net, world.net.b, world.program, world.folder, "later", inbound=15006, mode="STRICT", late="1")
    with proxy, Server(world.net, 8000, echo):
        proxy.process.stdin.write(b"load\n")
        proxy.process.stdin.flush()
        assert "later" in proxy.wait("failed")
        raw = world.net.connect(STRANGER, 8000)
        tls, incoming, outgoing = hello_of(world)
        raw.sendall(outgoing.read())
        os.mkdir(folder)
        world.authority.issue("later", "URI:spiffe://cluster.local/ns/two/sa/later")
        proxy.wait("loaded", 60)
        assert finish(raw, tls, incoming, outgoing) == b"hello"
