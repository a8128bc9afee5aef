"""Clients that mean no good, and limits."""

import os
import random
import resource
import socket
import struct
import time

from forward_tests import good, silent
from lab import (
    FORMERR,
    NOERROR,
    NOTIMP,
    Answer,
    Resolver,
    Skip,
    address,
    answer,
    filler,
    framed,
    message,
    opt,
    query,
    question,
    receive_message,
    wait_for,
)

SANITIZED = "ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ  # which take memory of their own


def test_malformed_queries(lab):
    resolver = Resolver(lab, 2, good)
    lab.start(2)
    head = struct.pack("!HHHHHH", 9, 0x0100, 1, 0, 0, 0)
    cases = [
        (message(9, 0x0100), FORMERR),
        (message(9, 0x0100, [question("a.test")] * 2), FORMERR),
        (head, FORMERR),
        (head + b"\x01a\0\0\1\0", FORMERR),  # half a class
        (head + b"\xc0\x0c\0\1\0\1", FORMERR),  # a pointer to itself
        (head + b"\xc0\x00\0\1\0\1", FORMERR),
        (head + b"\x41" + b"a" * 65 + b"\0\0\1\0\1", FORMERR),  # an unknown kind of label
        (head + b"\x3f" + b"a" * 10, FORMERR),
        (head + (b"\x3f" + b"a" * 63) * 4 + b"\0\0\1\0\1", FORMERR),  # 257 octets
        (message(9, 0x0100, [question("a.test")], additionals=[opt(512)] * 2), FORMERR),
        (message(9, 0x0100, [question("a.test")])[:10] + b"\0\1" + question("a.test"), FORMERR),  # a record is missing
        (message(9, 0x0100, [question("a.test")], additionals=[opt(512)[:-1] + b"\x09"]), FORMERR),
        (message(9, 0x2900, [question("a.test")]), NOTIMP),  # UPDATE
        (message(9, 0x1000), NOTIMP),  # STATUS
    ]
    for data, wanted in cases:
        for tcp in (False, True):
            got = lab.ask(data, tcp=tcp)
            assert got.rcode == wanted and got.ident == 9 and got.flags & 0x8000, (data, vars(got))
    assert resolver.count == 0 and lab.totals()["refused"] == 2 * len(cases)
    longest = (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"a" * 61 + b"\0"  # 255 octets are allowed
    assert lab.ask(head + longest + b"\0\1\0\1").rcode == NOERROR


def test_no_query_gets_no_answer(lab):
    Resolver(lab, 2, good)
    lab.start(2)
    with lab.udp() as client:
        for data in (b"", b"x", query()[:11], answer(query(), [address()]), bytes(12)[:2] + b"\x80" + bytes(9)):
            client.send(data)
        client.send(query(ident=77))
        assert Answer(client.recv(65535)).ident == 77
    assert lab.totals()["queries"] == 1


def test_garbage(lab):
    Resolver(lab, 2, good)
    lab.start(2, timeout_ms=200)
    chance = random.Random(1)
    whole = query("some.longer.name.test", size=1232)
    with lab.udp() as client:
        for _ in range(3000):
            data = bytearray(whole) if chance.random() < 0.7 else bytearray(chance.randbytes(chance.randrange(600)))
            for _ in range(chance.randrange(4)):
                if data:
                    data[chance.randrange(len(data))] = chance.randrange(256)
            client.send(bytes(data[: chance.randrange(len(data) + 1)] if chance.random() < 0.3 else data))
    for _ in range(50):
        try:
            with lab.tcp() as client:
                client.sendall(chance.randbytes(chance.randrange(3000)))
        except OSError:
            pass
    wait_for(lambda: not asked_in_vain(lab), "it goes on answering")
    wait_for(lambda: lab.totals()["outstanding"] == 0, "all queries end")


def test_garbage_from_resolvers(lab):
    chance = random.Random(2)

    def say(data):
        whole = bytearray(answer(data, [address(), filler(300)], additionals=[opt(1232)]))
        for _ in range(chance.randrange(1, 6)):
            whole[chance.randrange(12 + 12, len(whole))] = chance.randrange(256)
        return [bytes(whole[: chance.randrange(len(whole))]), bytes(whole)]

    Resolver(lab, 2, say)
    lab.start(2, timeout_ms=100)
    for number in range(500):
        with lab.udp() as client:
            client.send(query(ident=number))
            assert client.recv(65535)[:2] == struct.pack("!H", number)
    for number in range(20):
        with lab.tcp() as client:
            client.sendall(framed(query(ident=number)))
            assert receive_message(client)[:2] == struct.pack("!H", number)


def asked_in_vain(lab):
    """Whether a query gets no answer; as any datagram it may be lost in a crowd."""
    with lab.udp() as client:
        client.settimeout(1)
        client.send(query("good.test", ident=3))
        try:
            return Answer(client.recv(65535)).rcode != NOERROR
        except socket.timeout:
            return True


def test_a_flood_of_20000_queries(lab):
    """Nobody answers; the oldest give way, memory and descriptors stay bounded, and all is as before in the end."""
    resolver = Resolver(lab, 2, lambda data: good(data) if b"good" in data else [])
    lab.start(2, timeout_ms=6000)  # much more than 1024 are to come within that
    lab.ask(query("good.test"))
    files = lab.files()
    with lab.udp() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        for number in range(20000):
            client.send(query(f"n{number}.test", ident=number))
            if number % 100 == 99:
                time.sleep(0.002)
        totals = lab.totals()
        assert totals["outstanding"] <= 1024 and totals["refused"] > 0, totals
        assert lab.files() <= files + 1024 + 2
        Answer(client.recv(65535))
    wait_for(lambda: not asked_in_vain(lab), "others are served")
    wait_for(lambda: lab.totals()["outstanding"] == 0, "all queries end")
    totals = lab.totals()
    assert totals["queries"] == totals["answers"] + totals["refused"] + totals["failures"], totals
    assert lab.files() == files
    assert SANITIZED or lab.memory() < 8 * 1024, lab.memory()
    assert resolver.count > 1000


def test_silent_and_slow_tcp_clients_are_not_kept_beyond_the_limit(lab):
    Resolver(lab, 2, good)
    lab.start(2)
    files = lab.files()
    crowd = []
    for number in range(400):
        client = lab.tcp()
        client.send(framed(query())[: number % 5])
        crowd.append(client)
    with lab.tcp() as client:
        client.sendall(framed(query(ident=4)))
        assert Answer(receive_message(client)).ident == 4
        assert lab.files() <= files + 256 + 2
    for client in crowd:
        client.close()
    wait_for(lambda: lab.files() == files, "descriptors are given back")


def test_a_silent_connection_ends_after_a_time(lab):
    Resolver(lab, 2, good)
    lab.start(2)
    start = time.monotonic()
    with lab.tcp() as silent_one, lab.tcp() as dripping:
        silent_one.sendall(framed(query(ident=4)))
        Answer(receive_message(silent_one))
        dripping.settimeout(0.5)
        for byte in framed(query("a" * 63 + ".test")):
            try:
                dripping.send(bytes([byte]))
                if dripping.recv(1) == b"":
                    break
            except socket.timeout:
                continue
            except OSError:
                break
        assert 8 < time.monotonic() - start < 30
        assert silent_one.recv(1) == b""


def test_who_does_not_read_is_not_read_from(lab):
    """Large answers that a client leaves lying are bounded; and others are served."""
    Resolver(lab, 2, lambda data: [answer(data, [filler(60000)])] if b"large" in data else good(data))
    lab.start(2)
    before = lab.memory()
    greedy = []
    for _ in range(30):
        client = lab.tcp()
        client.setblocking(False)
        try:
            for number in range(3000):
                client.send(framed(query("large.test", ident=number)))
        except (BlockingIOError, OSError):
            pass
        greedy.append(client)
    for number in range(20):
        assert lab.ask(query(ident=number), tcp=bool(number & 1)).ident == number
    assert SANITIZED or lab.memory() < before + 16 * 1024, (before, lab.memory())
    for client in greedy:
        client.close()


def test_clients_that_go_while_their_query_is_under_way(lab):
    Resolver(lab, 2, silent)
    lab.start(2)
    for number in range(200):
        client = lab.tcp()
        client.sendall(framed(query(ident=number)) * 3)
        if number % 2:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif number % 4 == 0:
            client.shutdown(socket.SHUT_WR)
        client.close()
    # How many are read before their client is seen to be gone is by chance.
    wait_for(lambda: lab.totals()["queries"] > 50, "queries came")
    with lab.udp() as client:  # crowds them out
        for number in range(3000):
            client.send(query(ident=number))
            wait_for(lambda: number % 100 or lab.totals()["outstanding"] <= 1024, "room")
    lab.stop()


def test_too_few_descriptors(lab):
    Resolver(lab, 2, good)
    lab.start(2, timeout_ms=1000, limit=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)))
    crowd = [lab.tcp() for _ in range(100)]
    got = []
    with lab.udp() as client:
        for number in range(300):
            client.send(query(ident=number))
        while len(got) <= 100:  # others may be lost, in a crowd
            got.append(Answer(client.recv(65535)))
    for client in crowd:
        client.close()
    wait_for(lambda: lab.ask(query(ident=8)).rcode == NOERROR, "it recovers")
    wait_for(lambda: lab.ask(query(ident=8), tcp=True).rcode == NOERROR, "it recovers")


def settle(lab):
    """Until what the last query left to do is done."""
    before = None
    while (now := lab.cpu()) != before:
        before = now
        time.sleep(0.3)


def test_nothing_wakes_it_while_nobody_asks(lab):
    if "TSAN_OPTIONS" in os.environ:
        raise Skip("the sanitizer has a thread of its own")
    Resolver(lab, 2, good)
    lab.start(2)
    lab.ask(query())
    settle(lab)

    def woken():
        _, before = lab.cpu()
        time.sleep(2.5)
        return lab.cpu()[1] - before

    # A clock of a second would be two each time. A machine that stands still may wake it, but not always.
    times = []
    while 0 not in times:
        times.append(woken())
        assert len(times) < 6, times
    assert SANITIZED or lab.memory() < 4 * 1024, lab.memory()


def test_stopping_under_load(lab):
    Resolver(lab, 2, silent)
    Resolver(lab, 3, good)
    for _ in range(5):
        lab.start(2, 3, parallel=True)
        clients = [lab.tcp() for _ in range(20)]
        with lab.udp() as client:
            for number in range(300):
                client.send(query(ident=number))
        for client in clients:
            client.sendall(framed(query()) * 10 + b"\1")
        lab.stop()
        for client in clients:
            client.close()
