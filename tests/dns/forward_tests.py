"""Queries, resolvers of all kinds, and what the client gets."""

import socket
import struct
import threading
import time

from lab import (
    A,
    AAAA,
    AXFR,
    CNAME,
    FORMERR,
    IXFR,
    NOERROR,
    NOTIMP,
    NXDOMAIN,
    OPT,
    REFUSED,
    SERVFAIL,
    TXT,
    Answer,
    Resolver,
    address,
    answer,
    filler,
    framed,
    message,
    name,
    opt,
    query,
    question,
    receive_message,
    record,
    wait_for,
)

ADDRESS = socket.inet_aton("192.0.2.1")


def good(data):
    return [answer(data, [address()])]


def silent(_):
    return []


def rcode(number):
    return lambda data: [answer(data, flags=0x8180 | number)]


def test_a_query_is_passed_on_whole_with_an_id_and_port_of_its_own(lab):
    seen = []
    resolver = Resolver(lab, 2, lambda data: seen.append(data) or good(data))
    lab.start(2)
    sent = message(0x1234, 0x0130, [question("WwW.Example.tEst", AAAA)], additionals=[opt(1400, b"\0\3\0\2ab")])
    for _ in range(40):
        lab.ask(sent)
    assert all(data[2:] == sent[2:] for data in seen) and len(seen) == 40
    assert len(set(resolver.idents)) > 35 and len(set(resolver.peers)) > 30, (resolver.idents, resolver.peers)
    got = lab.ask(sent)
    assert got.ident == 0x1234 and got.records == [(1, A, 1, ADDRESS)]
    assert lab.totals()["answers"] == 41


def test_tcp_goes_on_by_tcp(lab):
    resolver = Resolver(lab, 2, good)
    lab.start(2)
    got = lab.ask(query(ident=7), tcp=True)
    assert got.ident == 7 and got.rcode == NOERROR and got.records == [(1, A, 1, ADDRESS)]
    assert not resolver.peers and resolver.count == 1


def test_a_dead_resolver_gives_way_and_is_asked_last_then(lab):
    dead, alive = Resolver(lab, 2, silent), Resolver(lab, 3, good)
    lab.start(2, 3, timeout_ms=4000)
    for number in range(30):
        assert lab.ask(query(f"n{number}.test")).rcode == NOERROR
    totals = lab.totals()
    # The order is by chance: the first query to meet the dead one waits, none after it.
    assert dead.count <= 1 and alive.count == 30, (dead.count, alive.count)
    assert totals["timeouts"] == dead.count and totals["failures"] == 0, totals


def test_resolvers_are_asked_in_random_order(lab):
    both = [Resolver(lab, 2, good), Resolver(lab, 3, good)]
    lab.start(2, 3)
    for _ in range(60):
        lab.ask(query())
    assert all(resolver.count > 5 for resolver in both), [resolver.count for resolver in both]


def test_nobody_there_is_servfail_at_once(lab):
    """ICMP's "port unreachable" and TCP's reset are answers."""
    lab.start(2, 3)
    start = time.monotonic()
    for tcp in (False, True):
        got = lab.ask(query(size=1232), tcp=tcp)
        assert got.rcode == SERVFAIL and got.ident == 0x1234 and got.questions == [question("a.test")], vars(got)
        assert [kind for _, kind, _, _ in got.records] == [OPT]
    assert time.monotonic() - start < 15
    assert lab.totals()["failures"] == 2


def test_all_silent_is_servfail_in_the_end(lab):
    Resolver(lab, 2, silent)
    Resolver(lab, 3, silent)
    lab.start(2, 3, timeout_ms=200)
    for tcp in (False, True):
        got = lab.ask(query(), tcp=tcp)
        assert got.rcode == SERVFAIL and got.flags & 0x8180 == 0x8180 and got.questions == [question("a.test")]
    totals = lab.totals()
    assert totals["failures"] == 2 and totals["timeouts"] == 4 and totals["outstanding"] == 0, totals


def test_a_poor_answer_is_for_when_there_is_no_better(lab):
    for number in (SERVFAIL, REFUSED, NOTIMP):
        poor = Resolver(lab, 10 + number, rcode(number))
        fine = Resolver(lab, 20 + number, good)
        lab.start(10 + number, 20 + number)
        for tcp in (False, True) * 12:
            assert lab.ask(query(), tcp=tcp).rcode == NOERROR
        assert poor.count and fine.count == 24, (poor.count, fine.count)
        lab.stop()
        lab.start(10 + number)
        assert lab.ask(query()).rcode == number
        lab.stop()
        lab.start(10 + number, 99)  # nobody at the other
        for tcp in (False, True):
            got = lab.ask(query(), tcp=tcp)
            assert got.rcode == number, (number, got.rcode)
        lab.stop()


def test_nxdomain_is_an_answer(lab):
    no, yes = Resolver(lab, 2, rcode(NXDOMAIN)), Resolver(lab, 3, good)
    lab.start(2, 3)
    codes = [lab.ask(query()).rcode for _ in range(40)]
    assert set(codes) == {NOERROR, NXDOMAIN} and no.count + yes.count == 40, codes


def test_parallel_takes_the_first_good_answer(lab):
    slow = Resolver(lab, 2, lambda data: time.sleep(0.3) or good(data))
    dead, poor, fine = Resolver(lab, 3, silent), Resolver(lab, 4, rcode(SERVFAIL)), Resolver(lab, 5, good)
    lab.start(2, 3, 4, 5, 99, parallel=True)
    start = time.monotonic()
    for number in range(5):
        assert lab.ask(query(), tcp=number == 4).rcode == NOERROR
    assert time.monotonic() - start < 15
    wait_for(lambda: all(one.count == 5 for one in (slow, dead, poor, fine)), "everybody was asked")
    lab.stop()
    lab.start(3, 4, 99, timeout_ms=4000, parallel=True)
    assert lab.ask(query()).rcode == SERVFAIL
    assert lab.totals()["timeouts"] == 1


def test_answers_to_other_questions_do_not_count(lab):
    def liar(data):
        ident = struct.unpack("!H", data[:2])[0]
        evil = [address("198.51.100.66")]
        return [
            b"",
            b"\0",
            data[:11],
            answer(data, evil, ident=ident ^ 1),  # another ID
            answer(data, evil, questions=[question("b.test")]),  # another name
            answer(data, evil, questions=[question("a.test", AAAA)]),  # another type
            answer(data, evil, questions=[question("a.test", A, 3)]),  # another class
            answer(data, evil, questions=[question("a.test")] * 2),
            answer(data, evil, questions=[]),  # none, and no error
            answer(data, evil, flags=0x0180),  # no answer at all
            answer(data, evil, flags=0xA180),  # another opcode
            data,
            answer(data, evil)[:20],
            *good(data),
        ]

    resolver = Resolver(lab, 2, liar)
    lab.start(2)
    for tcp in (False, True):
        got = lab.ask(query(), tcp=tcp)
        assert got.records == [(1, A, 1, ADDRESS)], got.records
    assert resolver.count == 2 and lab.totals()["forged"] == 26
    assert {line[1] for line in lab.answered()} == {"192.0.2.1"}


def test_only_the_resolver_that_was_asked_may_answer(lab):
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ports = []

    def late(data):
        # From another address, with all the rest right.
        stranger.sendto(answer(data, [address("198.51.100.66")]), ("127.0.0.1", resolver.peers[-1]))
        ports.append(resolver.peers[-1])
        time.sleep(0.1)
        return good(data)

    resolver = Resolver(lab, 2, late)
    lab.start(2)
    assert lab.ask(query()).records == [(1, A, 1, ADDRESS)] and ports
    stranger.close()


def test_letters_case_is_the_clients_business(lab):
    Resolver(lab, 2, lambda data: [answer(data, [address()], questions=[question("a.TEST")])])
    lab.start(2)
    assert lab.ask(query("A.test")).questions == [question("a.TEST")]


def test_an_error_without_a_question_is_an_answer(lab):
    Resolver(lab, 2, lambda data: [answer(data, flags=0x8181, questions=[])])
    lab.start(2)
    got = lab.ask(query(size=1232))
    assert got.rcode == FORMERR and got.ident == 0x1234 and not got.questions


# ---- sizes -------------------------------------------------------------------------------------------------------


def test_large_answers_reach_those_who_take_them(lab):
    sizes = {4: 4000, 60: 60000}
    Resolver(lab, 2, lambda data: [answer(data, [filler(sizes[int(data[13:15])])], additionals=[opt(1232)])])
    lab.start(2)
    for word, size in sizes.items():
        asked = f"{word:02}"
        got = lab.ask(query(asked, TXT, size=65535))
        assert not got.truncated and len(got.records[0][3]) == size
        got = lab.ask(query(asked, TXT), tcp=True)
        assert not got.truncated and len(got.records[0][3]) == size
        for limit in (None, 512, 1232):
            got = lab.ask(query(asked, TXT, size=limit))
            assert got.truncated and len(got.data) <= (limit or 512), (limit, len(got.data))
            assert got.records == [(3, OPT, 1232, b"")] and got.questions == [question(asked, TXT)]
    assert lab.totals()["truncated"] == 6


def test_whole_records_stay_as_many_as_there_is_room_for(lab):
    Resolver(
        lab, 2, lambda data: [answer(data, [address(f"192.0.2.{i}") for i in range(100)], additionals=[opt(4096)])]
    )
    lab.start(2)
    for size, count in ((None, 29), (600, 35), (1232, 74), (4096, 100)):
        got = lab.ask(query(size=size))
        addresses = [data for _, kind, _, data in got.records if kind == A]
        assert addresses == [socket.inet_aton(f"192.0.2.{i}") for i in range(count)], (size, len(addresses))
        assert got.truncated == (count < 100) and got.records[-1][1] == OPT and len(got.data) <= (size or 512)


def test_tc_of_a_resolver_is_passed_on(lab):
    Resolver(lab, 2, lambda data: [answer(data, flags=0x8380)])
    lab.start(2)
    got = lab.ask(query())
    assert got.truncated and not got.records
    assert lab.totals()["truncated"] == 0


def test_large_queries_pass(lab):
    Resolver(lab, 2, lambda data: [answer(data[: data.index(b"\0", 12) + 5], [address()])])
    lab.start(2)
    for tcp, size in ((False, 30000), (True, 65000)):
        asked = message(
            1, 0x0100, [question("a.test")], additionals=[opt(4096, b"\0\x0c" + struct.pack("!H", size) + bytes(size))]
        )
        assert lab.ask(asked, tcp=tcp).rcode == NOERROR


# ---- TCP ---------------------------------------------------------------------------------------------------------


def test_tcp_byte_by_byte_both_ways(lab):
    Resolver(lab, 2, lambda data: [answer(data, [address(f"192.0.2.{i}") for i in range(20)])], split=True)
    lab.start(2)
    with lab.tcp() as client:
        for ident in range(3):
            for byte in framed(query(ident=ident)):
                client.send(bytes([byte]))
            got = Answer(receive_message(client))
            assert got.ident == ident and len(got.records) == 20


def test_tcp_pipelined_answers_come_as_they_are_ready(lab):
    go = threading.Event()

    def say(data):
        if b"slow" in data:
            go.wait(15)
        return good(data)

    Resolver(lab, 2, say)
    lab.start(2)
    with lab.tcp() as client:
        client.sendall(
            b"".join(
                framed(query("slow.test" if ident == 0 else f"n{ident}.test", ident=ident)) for ident in range(200)
            )
        )
        client.shutdown(socket.SHUT_WR)  # who says nothing more may still wait (RFC 7766, 6.2.4)
        idents = [Answer(receive_message(client)).ident]
        go.set()
        idents += [Answer(receive_message(client)).ident for _ in range(199)]
        assert sorted(idents) == list(range(200)) and idents[0] != 0
        assert client.recv(1) == b""


def test_zone_transfers_by_tcp_are_refused(lab):
    resolver = Resolver(lab, 2, good)
    lab.start(2)
    for kind in (AXFR, IXFR):
        got = lab.ask(query(kind=kind), tcp=True)
        assert got.rcode == REFUSED and got.questions == [question("a.test", kind)]
    assert resolver.count == 0 and lab.totals()["refused"] == 2
    assert lab.ask(query(kind=IXFR)).rcode == NOERROR  # by UDP it is one message


def test_a_resolver_that_hangs_up_gives_way(lab):
    def rude(_):
        raise EOFError

    Resolver(lab, 2, rude)
    Resolver(lab, 3, good)
    lab.start(2, 3)
    for _ in range(6):
        assert lab.ask(query(), tcp=True).rcode == NOERROR


# ---- what passes by ----------------------------------------------------------------------------------------------


def test_addresses_that_pass_are_told(lab):
    alias = record(b"\xc0\x0c", CNAME, name("b.test"), 30)
    says = {
        b"plain": [address(), address("2001:db8::1")],
        b"alias": [alias, address("192.0.2.2", name("B.test"), 90), address("192.0.2.3", name("c.test"))],
        b"order": [
            address("192.0.2.4", name("c.test"), 500),
            record(name("b.test"), CNAME, name("c.test"), 99999),
            alias,
        ],
        b"loops": [alias, record(name("b.test"), CNAME, b"\xc0\x0c", 9), address("192.0.2.9", name("x.test"))],
        b"years": [address("192.0.2.5", ttl=10**9)],
        b"never": [address("192.0.2.6", ttl=1 << 31)],
        b"other": [address("192.0.2.7", name("test"))],
        b"class": [record(b"\xc0\x0c", A, ADDRESS, klass=3)],
        b"short": [record(b"\xc0\x0c", A, b"abc")],
        b"error": [address()],
    }
    Resolver(
        lab,
        2,
        lambda data: [answer(data, says[data[13:18].lower()], flags=0x8183 if data[13:18] == b"error" else 0x8180)],
    )
    lab.start(2)
    for word in says:
        lab.ask(query(("PLAIN" if word == b"plain" else word.decode()) + ".Test"), tcp=word == b"years")
    want = [
        ("plain.test", "192.0.2.1", "60"),
        ("plain.test", "2001:db8::1", "60"),
        ("alias.test", "192.0.2.2", "30"),
        ("order.test", "192.0.2.4", "30"),
        ("years.test", "192.0.2.5", "3600"),
        ("never.test", "192.0.2.6", "0"),
    ]
    wait_for(lambda: len(lab.answered()) >= len(want), "addresses")
    assert lab.answered() == want, lab.answered()


# ---- resolv.conf -------------------------------------------------------------------------------------------------


def test_resolv_conf_is_followed(lab):
    first, second = Resolver(lab, 2, good), Resolver(lab, 3, good)
    lab.start(2)
    lab.ask(query())
    assert (first.count, second.count) == (1, 0)
    lab.write_conf("nameserver 127.0.0.3\n")
    wait_for(lambda: lab.ask(query()) and second.count, "the new resolver is asked")
    before = first.count
    lab.ask(query())
    assert first.count == before
    lab.write_conf("# nobody\n")
    time.sleep(1.2)
    assert lab.ask(query()).rcode == NOERROR
    lab.conf.unlink()
    time.sleep(1.2)
    assert lab.ask(query()).rcode == NOERROR


def test_no_resolver_means_localhost(lab):
    here = Resolver(lab, 1, good)
    for conf in (False, "", "search a.test\n", "nameserver nonsense\n"):
        lab.start(conf=conf)
        assert lab.ask(query()).rcode == NOERROR
        lab.stop()
    assert here.count == 4


def test_ipv6_resolvers_and_clients(lab):
    try:
        six = Resolver(lab, 1, good, family=socket.AF_INET6)
    except OSError as problem:
        import lab as room

        raise room.Skip(f"no IPv6 here: {problem}") from None
    lab.start(conf="nameserver ::1\n")
    for tcp in (False, True):
        assert lab.ask(query(), tcp=tcp).rcode == NOERROR
    assert lab.ask(query(), family=socket.AF_INET6).rcode == NOERROR and six.count == 3


def test_we_never_ask_ourselves(lab):
    """At our own port, the address we listen on is no resolver."""
    lab.start(1, port=lab.port)
    for tcp in (False, True):
        assert lab.ask(query(), tcp=tcp).rcode == SERVFAIL
    assert lab.totals()["queries"] == 2


def test_an_address_in_use_is_said(lab):
    import subprocess

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind(("127.0.0.1", lab.port))
        other.listen()
        for where, words in (
            (f"localhost:{lab.port}", "cannot listen for DNS"),
            ("localhost", "no address and port"),
            ("nowhere:53", "want localhost"),
            (":53", "no address and port"),
        ):
            done = subprocess.run([lab.program, where, "/dev/null"], capture_output=True, text=True, input="")
            assert done.returncode == 1 and words in done.stderr, done
