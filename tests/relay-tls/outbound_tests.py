"""The outbound side: where TLS is spoken, to whom, and that nothing leaks to anybody else."""
import os
import ssl
import threading

from lab import PLAYED, Server, context, echo, wait_for

ID = "spiffe://cluster.local/ns/two/sa/b"


class Played(Server):
    """A server of the mesh, played with Python's TLS."""

    def __init__(self, world, port, folder="b", is_asking=True, says_bye=True, **options):
        self.seen = []
        made = context(f"{world.folder}/{folder}", is_server=True, **options)
        made.verify_mode = ssl.CERT_REQUIRED if is_asking else ssl.CERT_NONE
        made.sni_callback = lambda tls, name, _: self.seen.append(name)

        def serve(connection):
            with made.wrap_socket(connection, server_side=True, suppress_ragged_eofs=False) as tls:
                self.seen.append((tls.getpeercert() or {}).get("subjectAltName"))
                while data := tls.recv(65536):
                    tls.sendall(data)
                if says_bye:
                    tls.unwrap()

        super().__init__(world.net, port, serve, PLAYED)


def ask(world, port, words=b"hello"):
    try:
        with world.net.connect(PLAYED, port) as connection:
            connection.sendall(words)
            return connection.recv(100)
    except ConnectionError:
        return None


def test_a_network_is_protected(world):
    with Played(world, 8001, protocols=["istio", "h2"]) as server, world.outbound(to=f"10.77.0.0/24={ID}") as proxy:
        connection = world.net.connect(PLAYED, 8001)
        connection.sendall(b"hello")
        assert connection.recv(10) == b"hello"
        connection.shutdown(1)
        assert connection.recv(10) == b""
        line = proxy.wait("ended out")
        assert line == f"ended out - mtls 5 5 10.77.0.4:8001 {ID}||", line
        assert server.seen == [None, (("URI", "spiffe://cluster.local/ns/one/sa/a"),)], server.seen
        wait_for(lambda: f"out:{ID}:1:1:5:5" in proxy.ask("peers"), "it is counted")


def test_after_the_clients_end_the_sockets_end_is_the_servers(world):
    """Envoy ends without close_notify at times. Before the client's end that is a reset: see test_cut_off_is_no_end."""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with Played(world, 8001, says_bye=False, version=version), world.outbound(to=f"10.77.0.4/32={ID}") as proxy:
            for words in (b"hello", os.urandom(300_000)):
                connection = world.net.connect(PLAYED, 8001)
                sender = threading.Thread(target=lambda c=connection, w=words: (c.sendall(w), c.shutdown(1)))
                sender.start()
                got = b""
                while data := connection.recv(65536):
                    got += data
                sender.join()
                assert got == words, (len(got), len(words))
                line = proxy.wait("ended out")
                assert line == f"ended out - mtls {len(words)} {len(words)} 10.77.0.4:8001 {ID}||", line


def test_versions_of_the_server(world):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with Played(world, 8001, version=version), world.outbound(to=f"10.77.0.4/32={ID}"):
            assert ask(world, 8001, b"x" * 50) == b"x" * 50


def test_other_destinations_are_not(world):
    with Server(world.net, 8001, echo, PLAYED), world.outbound(to_1=f"10.77.1.0/24={ID}", to_2=f"fd00::/8={ID}",
                                                               to_3=f"10.77.0.5/32={ID}") as proxy:
        assert ask(world, 8001) == b"hello"
        assert " plain " in proxy.wait("ended out")


def test_the_longest_prefix_decides(world):
    with Played(world, 8001), world.outbound(to_1=f"0.0.0.0/0={ID}x", to_2=f"10.77.0.4/31={ID}",
                                             to_3=f"10.0.0.0/8={ID}y"):
        assert ask(world, 8001) == b"hello"


def test_nobody_else_gets_a_byte(world):
    got = []

    def record(connection):
        got.append(connection.recv(1000))

    world.stranger.issue("impostor", f"URI:{ID}", roots=[world.authority])
    world.authority.issue("expired-server", f"URI:{ID}", days=-1)
    cases = (("another one", "b", ID + "x", "not whom we expect: " + ID), ("an impostor", "impostor", ID, "not signed by"),
             ("expired", "expired-server", ID, "expired"))
    for what, folder, expected, reason in cases:
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with Played(world, 8001, folder=folder, version=version), world.outbound(to=f"10.77.0.4/32={expected}") as proxy:
                assert not ask(world, 8001), what
                line = proxy.wait("ended out TLS")
                assert reason in line, line
    # One that speaks no TLS gets a greeting, and nothing of what the client said.
    with Server(world.net, 8001, record, PLAYED), world.outbound(to=f"10.77.0.4/32={ID}") as proxy:
        assert not ask(world, 8001, b"secret")
        line = proxy.wait("ended out TLS")
        assert len(got) == 1 and got[0][:2] == b"\x16\x03" and b"secret" not in got[0], (line, got)


def test_whoever_is_refused_by_the_server_learns_why(world):
    world.stranger.issue("unknown", "URI:spiffe://cluster.local/ns/one/sa/a", roots=[world.authority])
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with Played(world, 8001, version=version), world.outbound(identity="unknown", to=f"10.77.0.4/32={ID}") as proxy:
            assert not ask(world, 8001)
            line = proxy.wait("ended out TLS")
            assert "ertificate" in line or "CA" in line, line


def test_a_destination_by_name(world):
    with Played(world, 8001) as server, world.outbound(to=f".two.svc={ID}") as proxy:
        proxy.ask("seen web.three.svc 10.77.0.4 5")
        proxy.ask("seen web.two.svc 10.77.0.9 5")
        assert proxy.ask("seen Web.Two.svc 10.77.0.4 5")
        assert ask(world, 8001) == b"hello"
        assert server.seen[0].lower() == "web.two.svc", server.seen
    with Server(world.net, 8001, echo, PLAYED), world.outbound(to=f".two.svc={ID}") as proxy:
        proxy.ask("seen webtwo.svc 10.77.0.4 5")
        assert ask(world, 8001) == b"hello"


def test_before_tls_is_loaded_nothing_is_let_through(world):
    with Played(world, 8001), world.outbound(to=f"10.77.0.4/32={ID}", late="1") as proxy:
        connection = world.net.connect(PLAYED, 8001)
        connection.sendall(b"hello")
        connection.settimeout(0.3)
        try:
            raise AssertionError(f"not loaded, but {connection.recv(10)}")
        except TimeoutError:
            connection.settimeout(20)
        proxy.process.stdin.write(b"load\n")
        proxy.process.stdin.flush()
        assert connection.recv(10) == b"hello"


def test_nobody_there(world):
    with world.outbound(to=f"10.77.0.4/32={ID}") as proxy:
        assert not ask(world, 8009)
        assert "ended out UF mtls" in proxy.wait("ended out")
