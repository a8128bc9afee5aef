"""Hostile weather: whatever these clients do, a good client's requests go on being answered (lab.Good, all the time in
the background), memory stays under the cap, and nobody keeps a connection for longer than he is given."""

import concurrent.futures
import json
import random
import resource
import socket
import ssl
import struct
import threading
import time

import lab
from lab import Closed, message, pod, review

LONGEST = 45 + 15 * (
    lab.SLOW > 1
)  # seconds; the longest that a connection may take for anything, and some for a busy machine


def hello():
    """The first bytes of a TLS client."""
    sent, received = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        lab.CLIENT.wrap_bio(received, sent, server_hostname="localhost").do_handshake()
    except ssl.SSLWantReadError:
        pass
    return sent.read()


def drip(connection, data):
    """Sends a byte a second; gives the seconds until the server had enough."""
    started = time.monotonic()
    for n in range(LONGEST):
        try:
            connection.send(data[n % len(data) : n % len(data) + 1])
        except OSError:
            return time.monotonic() - started
        if connection.ended(1):
            return time.monotonic() - started
    raise AssertionError(f"still connected after {LONGEST} s of a byte a second")


def test_slow_handshake(server):
    with lab.Connection(server.port, tls=False) as connection:
        drip(connection, hello())


def test_slow_header(server):
    with server.connect() as connection:
        drip(connection, b"POST /inject HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"y" * 200)


def test_slow_body(server):
    with server.connect() as connection:
        connection.send(message(b"", length=5000))
        drip(connection, b" " * 100)


def test_slow_chunks(server):
    with server.connect() as connection:
        connection.send(message(b"", length="none", headers=["Transfer-Encoding: chunked"]))
        drip(connection, b"1\r\n \r\n" * 20)


def test_silent_from_the_start(server):
    with lab.Connection(server.port, tls=False) as connection:
        assert connection.ended(LONGEST), "a client that says nothing stays"


def test_silent_in_a_body(server):
    with server.connect() as connection:
        connection.send(message(b"{", length=5000))
        try:
            connection.socket.settimeout(LONGEST)
            assert connection.answer()[0] in (400, 408)
        except (Closed, ConnectionError):
            pass


def test_slow_client_of_the_plain_port(server):
    with lab.Connection(server.http_port, tls=False) as connection:
        drip(connection, b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 200)


def test_half_open_connections(server):
    """The other side says that it will send no more, and stays."""
    opened = []
    for data in (None, hello(), b""):
        for _ in range(20):
            connection = lab.Connection(server.port, tls=data is None)
            if data:
                connection.send(data)
            elif data is None:
                connection.send(message(b"{", length=100))
            connection.socket.shutdown(socket.SHUT_WR)
            opened.append(connection)
    for connection in opened:
        assert connection.ended(LONGEST), "a half-open connection is kept for ever"
        connection.close()


def test_a_client_that_never_reads(server):
    """Asks until nobody takes its questions any more, and never reads an answer: cut off, and memory stays bounded."""
    with server.connect() as client:
        connection = client.socket
        connection.settimeout(1)
        data, at = message(json.dumps(review())), 0
        started = time.monotonic()
        try:
            while True:
                try:
                    at = (at + connection.send(data[at:])) % len(data)
                except (TimeoutError, ssl.SSLWantWriteError):
                    pass  # nobody takes any more, and nothing of it was lost: from the same byte again
                assert time.monotonic() - started < 2 * LONGEST, "still connected although it never reads"
        except (ConnectionError, ssl.SSLError):
            pass


def test_plain_http_to_the_https_port(server):
    for data in (
        b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST /inject HTTP/1.1\r\nContent-Length: 99999\r\n\r\n" + b"{" * 99999,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ):
        with lab.Connection(server.port, tls=False) as connection:
            try:
                connection.send(data)
            except OSError:
                pass  # the first bytes were enough: it has closed before all had gone
            assert connection.ended(lab.PATIENCE), data[:20]


def test_tls_to_the_plain_port(server):
    with lab.Connection(server.http_port, tls=False) as connection:
        connection.send(hello())
        assert connection.ended(LONGEST)


def all_end(connections, data):
    """All are sent their bytes and the end; then all must be over before long."""
    for connection, bytes_sent in zip(connections, data):
        try:
            connection.send(bytes_sent)
            connection.socket.shutdown(socket.SHUT_WR)
        except OSError:
            continue  # the server was quicker
    for connection, bytes_sent in zip(connections, data):
        assert connection.ended(LONGEST), bytes_sent[:10]
        connection.close()


def test_garbage(server):
    chance = random.Random(7)
    data = [chance.randbytes(chance.choice([1, 5, 100, 5000, 70000])) for _ in range(150)]
    for n in range(0, len(data), 3):  # looks like a TLS record at first
        data[n] = b"\x16\x03" + bytes([chance.randrange(5)]) + struct.pack(">H", chance.randrange(65536)) + data[n]
    all_end([lab.Connection(server.port, tls=False) for _ in data], data)
    all_end([lab.Connection(server.http_port, tls=False) for _ in data[:40]], data[:40])
    inside = [chance.randbytes(chance.choice([1, 100, 20000])) + b"\r\n\r\n" for _ in range(60)]
    all_end([server.connect() for _ in inside], inside)


def test_truncated_handshakes(server):
    first = hello()
    for length in range(1, len(first), max(1, len(first) // 60)):
        with lab.Connection(server.port, tls=False) as connection:
            connection.send(first[:length])
            if length % 2:
                connection.socket.shutdown(socket.SHUT_WR)
                assert connection.ended(lab.PATIENCE)
            elif length % 4:
                reset(connection)
    with lab.Connection(
        server.port, tls=False
    ) as connection:  # a bit flipped in each place, then the second flight missing
        connection.send(first[:60] + bytes([first[60] ^ 0xFF]) + first[61:])
        try:
            connection.more()
        except (Closed, OSError):
            pass


def reset(connection):
    """Closes with a reset instead of an end."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_clients_that_leave_before_the_answer(server):
    text = json.dumps(review("gone"))
    for n in range(200):
        connection = server.connect()
        connection.send(message(text) if n % 3 else message(text)[: -(n % 50) - 1])
        if n % 2:
            reset(connection)
        else:
            connection.close()


def test_handshakes_that_are_left(server):
    """Connections opened and dropped as fast as one client can."""
    first = hello()
    for n in range(600):
        connection = lab.Connection(server.port, tls=False)
        if n % 2:
            connection.send(first)
        (reset if n % 3 else lab.Connection.close)(connection)


def heavy_bodies():
    room = 3 * 1024 * 1024
    labels = ",".join(f'"k{n}":"v"' for n in range(room // 14))
    return {
        "keys": json.dumps(review("h")).replace('"app": "web"', labels),
        "small nodes": json.dumps(review("h")).replace('"app": "web"', '"a":[' + "1," * (room // 2 - 300) + "1]"),
        "empty objects": json.dumps(review("h")).replace('"app": "web"', '"a":[' + "{}," * (room // 3 - 300) + "{}]"),
        "one string": json.dumps(review("h", the_pod=pod(annotations={"a": "s" * (room - 1000)}))),
        "escapes": json.dumps(review("h")).replace("web", "\\u00e9" * (room // 12)),
        "containers": json.dumps(
            review("h", the_pod=pod(spec={"containers": [{"name": f"c{n}"} for n in range(room // 22)]}))
        ),
        "to be escaped": json.dumps(review("h", the_pod=pod(annotations={"a": '<"' * (room // 4)}))),
        "key in key": '{"request":' + '{"a":1,' * 5000 + '"b":2' + "}" * 5000 + "}",
    }


def test_huge_documents(own_server):
    """As large as they may be, several at a time: refused or answered, and never more memory than stated. No other test
    takes the room for large ones meanwhile, as test_many_bodies_at_once does."""
    with own_server("--drainDuration", "0s") as server, lab.Good(server):
        send_huge_documents(server)


def send_huge_documents(server):
    bodies = heavy_bodies()

    def one(name):
        """Whoever sends much may be told to come back, but is answered in the end."""
        started = time.monotonic()
        while time.monotonic() - started < 4 * LONGEST:
            try:
                status, _, answer = server.ask(bodies[name])
            except (Closed, OSError):  # told to go in the middle of it
                continue
            if status != 503:
                assert status in (200, 400, 413), f"{name}: {status} {answer[:200]}"
                assert status != 200 or json.loads(answer)["response"]["uid"] in ("h", ""), name
                return
        assert lab.SANITIZED, f"{name} is never answered"  # so slow that the time for a body is over

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(one, name) for name in list(bodies) * (1 if lab.SANITIZED else 3)]:
            done.result()
    million = '{"request":{"uid":"m","object":{' + ",".join(f'"{n}":0' for n in range(1000000)) + "}}}"
    assert len(million) > 3.2e6
    try:
        status = server.ask(million)[0]
    except (Closed, OSError):
        status = 413  # refused while it was still being sent
    assert status == 413, status
    server.check_memory()


def test_many_bodies_at_once(server):
    """Three hundred clients that each promise three megabytes and keep one byte back: all of it would be a gigabyte."""
    opened = []
    body = b" " * (3 * 1024 * 1024)
    try:
        for _ in range(40 if lab.SANITIZED else 300):
            connection = server.connect()
            connection.socket.settimeout(2)
            opened.append(connection)
            try:
                connection.send(message(body[:-1], length=len(body)))
            except OSError:
                pass  # it is told to wait or to go: both are fine
        server.check_memory()
    finally:
        for connection in opened:
            connection.close()


def raise_file_limit(wanted):
    """As many descriptors as the machine allows; gives how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def test_thousands_of_idle_connections(own_server):
    """Idle before, in the middle of and after the handshake. Whoever comes after them is served all the same."""
    count = min(500 if lab.SANITIZED else 5000, raise_file_limit(12000) - 500)
    first = hello()
    opened = []
    with own_server() as server, lab.Good(server, every=0.05, fresh=2):
        try:
            for n in range(count):
                try:
                    connection = lab.Connection(server.port, tls=n % 3 == 0, timeout=lab.PATIENCE)
                except (OSError, Closed):
                    continue  # turned away: so be it, as long as good ones are not
                opened.append(connection)
                if n % 3 == 1:
                    connection.send(first)
                elif n % 9 == 0:
                    assert connection.ask(review())[0] == 200
            assert len(opened) > count * 0.9, f"only {len(opened)} of {count} could connect"
            time.sleep(1)
            for n in range(20):
                assert server.ask(review(f"idle-{n}"))[0] == 200
                assert server.http("/ready")[0] == 200
            server.check_memory()
        finally:
            for connection in opened:
                connection.close()
        lab.until(lambda: server.metrics()["pillion_connections"] < 20, "connections that left are forgotten")


def test_thousands_of_idle_connections_to_the_plain_port(own_server):
    """The probes of the kubelet come there: they must get through."""
    count = min(300 if lab.SANITIZED else 2000, raise_file_limit(12000) - 500)
    opened = []
    with own_server() as server, lab.Good(server):
        try:
            for _ in range(count):
                try:
                    opened.append(lab.Connection(server.http_port, tls=False))
                except OSError:
                    break
            for _ in range(5):
                assert server.http("/ready")[0] == 200
        finally:
            for connection in opened:
                connection.close()


def test_everybody_at_once(own_server):
    """Good clients, rude ones and garbage together; the server ends in good order while they are still at it."""
    with own_server() as server:
        stopping = threading.Event()

        def rude(seed):
            chance = random.Random(seed)
            while not stopping.is_set():
                try:
                    with lab.Connection(server.port, tls=chance.random() < 0.5, timeout=5) as connection:
                        data = message(json.dumps(review()))
                        connection.send(
                            data[: chance.randrange(len(data))] if chance.random() < 0.7 else chance.randbytes(500)
                        )
                        if chance.random() < 0.5:
                            reset(connection)
                except (OSError, Closed):
                    pass

        threads = [threading.Thread(target=rude, args=(n,), daemon=True) for n in range(3)]
        for thread in threads:
            thread.start()
        try:
            with lab.Good(server, every=0.005), lab.Good(server, every=0.005):
                time.sleep(3)
            server.check_memory()
            server.stop()
        finally:
            stopping.set()
            for thread in threads:
                thread.join()
