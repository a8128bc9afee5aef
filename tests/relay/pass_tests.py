"""What is passed on: bytes, both ways, and where they seem to come from."""
import hashlib
import os
import select
import signal
import socket
import threading
import time

from lab import POD, WAIT, Relay, Way, connect, receive, sanitized, until

WAYS = [(direction, family) for direction in ("out", "in") for family in (4, 6)]
SOURCE = {4: "127.0.0.6", 6: "::6"}


def text(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def test_who_is_seen_and_what_is_told(net, program):
    with Relay(net, program) as relay:
        for direction, family in WAYS:
            with Way(net, direction, family) as way:
                client, server = way.pair()
                seen = POD[family] if direction == "out" else SOURCE[family]
                assert way.seen[0] == seen, (direction, family, way.seen)
                client.sendall(b"12345")
                assert receive(server, 5) == b"12345"
                server.sendall(b"123")
                assert receive(client, 3) == b"123"
                own = client.getsockname()
                client.close()
                assert server.recv(1) == b""
                server.close()
                line = relay.line(f"5 3 {text(own[0], own[1])} {text(way.address, way.port)}")
                assert line.startswith(f"ended {direction} - 5 3 "), line
                assert line.split()[7:] == [text(way.address, way.port), text(way.seen[0], way.seen[1])], line


def test_the_server_speaks_first(net, program):
    """At once, though our acknowledgement waits for the client's first bytes where there are some."""
    with Relay(net, program):
        for direction, family in WAYS:
            with Way(net, direction, family) as way:
                taken = []
                for _ in range(20):
                    began = time.monotonic()
                    client, server = way.pair()
                    server.sendall(b"220 hello\r\n")
                    assert receive(client, 11) == b"220 hello\r\n"
                    taken.append(time.monotonic() - began)
                    client.close()
                    server.close()
                assert min(taken) < 0.1, taken


def stream(s, block, count, digest=None):
    for _ in range(count):
        s.sendall(block)
    s.shutdown(socket.SHUT_WR)


def drink(s, sums, name, pace=None):
    digest = hashlib.blake2b()
    total = 0
    while data := s.recv(1 << 18):
        digest.update(data)
        total += len(data)
        if pace:
            time.sleep(pace)
    sums[name] = (total, digest.hexdigest())


def exchange(way, megabytes, pace=None):
    """So much each way at once; gives what arrived and what should have."""
    client, server = way.pair()
    client.settimeout(120)
    server.settimeout(120)
    blocks = {"up": os.urandom(1 << 20), "down": os.urandom(1 << 20)}
    sums = {}
    threads = [threading.Thread(target=stream, args=(client, blocks["up"], megabytes)),
               threading.Thread(target=stream, args=(server, blocks["down"], megabytes)),
               threading.Thread(target=drink, args=(server, sums, "up", pace)),
               threading.Thread(target=drink, args=(client, sums, "down"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    server.close()
    for name, block in blocks.items():
        digest = hashlib.blake2b()
        for _ in range(megabytes):
            digest.update(block)
        assert sums.get(name) == (megabytes << 20, digest.hexdigest()), f"{way.direction} {way.family} {name} differs"


def test_200_megabytes_arrive_as_they_were(net, program):
    size = 20 if sanitized() else 100  # each way
    with Relay(net, program, workers=2) as relay:
        for direction, family in WAYS:
            with Way(net, direction, family) as way:
                exchange(way, size)
        until(lambda: relay.totals("out")["active"] + relay.totals("in")["active"] == 0, "all ended")
        for direction in ("out", "in"):
            totals = relay.totals(direction)
            assert totals["received"] == totals["sent"] == size << 21, totals


def test_pieces_of_every_size_arrive_in_order(net, program):
    """Around what is copied at once, and at the seam between copying and splicing."""
    sizes = [1, 2, 16383, 16384, 16385, 1, 32768, 3, 70000, 16384, 16384, 1, 300000, 5, 1000000, 1]
    with Relay(net, program), Way(net, "out", 4) as way:
        client, server = way.pair()
        for s, t in ((client, server), (server, client)):
            for size in sizes:
                data = os.urandom(size)
                sender = threading.Thread(target=s.sendall, args=(data,))
                sender.start()
                assert receive(t, size) == data, size
                sender.join()
        client.close()
        server.close()


def test_no_pipe_no_problem(net, program):
    """Where connections have taken all descriptors there are no pipes: bytes are copied, those that wait kept."""
    with Relay(net, program, limit=24) as relay, Way(net, "out", 4) as way:
        pairs = [way.pair() for _ in range(5)]
        before = relay.descriptors()
        exchange(way, 4, pace=0.001)
        assert relay.descriptors() <= before + 2
        for client, server in pairs:
            client.close()
            server.close()


def test_half_closed_by_the_client(net, program):
    with Relay(net, program) as relay:
        for direction, family in WAYS:
            with Way(net, direction, family) as way:
                client, server = way.pair()
                client.sendall(b"x" * 100000)
                client.shutdown(socket.SHUT_WR)
                assert len(receive(server, 100000)) == 100000 and server.recv(1) == b""
                server.sendall(b"y" * 1000000)
                server.close()
                assert receive(client, 1000000) == b"y" * 1000000 and client.recv(1) == b""
                client.close()
        until(lambda: relay.totals("in")["-"] == relay.totals("out")["-"] == 2, "ended in order")


def test_half_closed_by_the_server(net, program):
    with Relay(net, program):
        for direction, family in WAYS:
            with Way(net, direction, family) as way:
                client, server = way.pair()
                server.shutdown(socket.SHUT_WR)
                assert client.recv(1) == b""
                client.sendall(b"late")
                assert receive(server, 4) == b"late"
                client.close()
                assert server.recv(1) == b""
                server.close()


def test_the_end_comes_with_the_last_bytes(net, program):
    with Relay(net, program), Way(net, "out", 4) as way:
        for _ in range(100):
            client, server = way.pair()
            client.sendall(b"q")
            client.close()
            assert receive(server, 1) == b"q" and server.recv(1) == b""
            server.close()


def test_urgent_bytes_stay_in_line(net, program):
    with Relay(net, program), Way(net, "out", 4) as way:
        client, server = way.pair()
        client.sendall(b"abc")
        client.send(b"!", socket.MSG_OOB)
        client.sendall(b"def")
        assert receive(server, 7) == b"abc!def"
        client.sendall(b"more")
        assert receive(server, 4) == b"more"
        client.close()
        server.close()


def test_a_slow_reader_holds_up_nobody_else(net, program):
    with Relay(net, program) as relay, Way(net, "out", 4) as way:
        slow = [way.pair() for _ in range(6)]
        data = os.urandom(1 << 20)
        sent = []
        for client, server in slow:
            server.setblocking(False)
            count = 0
            while select.select([], [server], [], 0.3)[1] and count < 64 << 20:
                count += server.send(memoryview(data)[count % len(data):])
            sent.append(count)
        assert max(sent) < 64 << 20, "somebody reads on though the client doesn't"
        assert sanitized() or relay.resident_kib() < 6000, relay.resident_kib()
        client, server = way.pair()
        for _ in range(200):
            client.sendall(b"ping")
            server.sendall(receive(server, 4))
            receive(client, 4)
        for (client, server), count in zip(slow, sent):
            server.setblocking(True)
            server.shutdown(socket.SHUT_WR)
            got = receive(client, count)
            whole = data * (count // len(data)) + data[:count % len(data)]
            assert got == whole and client.recv(1) == b""
            client.close()
            server.close()


def test_a_busy_connection_leaves_others_their_turn(net, program):
    with Relay(net, program, workers=1) as relay, Way(net, "out", 4) as way:
        busy = [way.pair() for _ in range(4)]
        stop = threading.Event()

        def flood(s):
            block = bytes(1 << 20)
            try:
                while not stop.is_set():
                    s.sendall(block)
            except OSError:
                pass

        def swallow(s):
            try:
                while s.recv(1 << 20):
                    pass
            except OSError:
                pass

        threads = [threading.Thread(target=f, args=(s,)) for c, s in busy for f, s in ((flood, c), (swallow, s))]
        for thread in threads:
            thread.start()
        client, server = way.pair()
        moved = relay.totals("out")["received"]
        began = time.monotonic()
        for _ in range(100):
            client.sendall(b"ping")
            server.sendall(receive(server, 4))
            receive(client, 4)
        took = time.monotonic() - began
        assert relay.totals("out")["received"] > moved + 1000, "bytes of connections that last are not counted"
        stop.set()
        for c, s in busy:
            c.close()
        for thread in threads:
            thread.join()
        for c, s in [*busy, (client, server)]:
            s.close()
            c.close()
        assert took < WAIT, took


def test_totals_move_while_a_connection_lasts(net, program):
    with Relay(net, program, log=0) as relay:
        for direction in ("out", "in"):
            with Way(net, direction, 4) as way:
                client, server = way.pair()
                client.sendall(b"1234567")
                receive(server, 7)
                server.sendall(b"12")
                receive(client, 2)

                def counted():
                    totals = relay.totals(direction)
                    return [totals[name] for name in ("opened", "closed", "received", "sent", "active")] == [1, 0, 7, 2, 1]
                until(counted, "counted")
                client.close()
                server.close()
                until(lambda: relay.totals(direction)["active"] == 0, "ended")


def test_the_pod_calls_itself_by_a_service(net, program):
    """Out by 15001, and back through the node, which puts another address in both places: in by 15006, to the app."""
    service = "10.96.50.9"
    rules = [["PREROUTING", "-d", service, "-p", "tcp", "-j", "DNAT", "--to-destination", POD[4]],
             ["POSTROUTING", "-d", POD[4], "-p", "tcp", "-m", "conntrack", "--ctstate", "DNAT", "-j", "MASQUERADE"]]
    for rule in rules:
        net.peer.run("iptables", "-w", "-t", "nat", "-A", *rule)
    try:
        with Relay(net, program) as relay, Way(net, "in", 4) as way:
            client = connect(net.pod, 4, service, way.port)
            server, seen = way.listener.accept()
            client.sendall(b"me")
            assert receive(server, 2) == b"me" and seen[0] == SOURCE[4], seen
            client.close()
            server.close()
            assert service in relay.line("ended out - 2 0") and POD[4] in relay.line("ended in - 2 0")
    finally:
        for rule in rules:
            net.peer.run("iptables", "-w", "-t", "nat", "-D", *rule)


def test_a_stopped_relay_loses_nothing_that_waits(net, program):
    """Clients that come before the workers look are in the backlog."""
    with Relay(net, program) as relay, Way(net, "out", 4) as way:
        relay.process.send_signal(signal.SIGSTOP)
        clients = [way.connect() for _ in range(50)]
        for client in clients:
            client.sendall(b"x" * 1000)
        relay.process.send_signal(signal.SIGCONT)
        for client in clients:
            server, _ = way.listener.accept()
            server.settimeout(WAIT)
            assert receive(server, 1000) == b"x" * 1000
            server.close()
        for client in clients:
            client.close()
