"""How connections end: by reset, refusal, time-outs, rules."""
import fcntl
import os
import signal
import socket
import struct
import subprocess
import termios
import time

from lab import INBOUND, NOWHERE, OUTBOUND, POD, WAIT, Relay, Way, cannot_send, connect, is_refused, is_reset, leads_to_reset, receive, reset, until

WAYS = [(direction, family) for direction in ("out", "in") for family in (4, 6)]


def test_a_reset_by_either_is_a_reset_for_the_other(net, program):
    with Relay(net, program) as relay:
        for direction, family in WAYS:
            with Way(net, direction, family) as way:
                client, server = way.pair()
                reset(client)
                assert is_reset(server), (direction, family)
                server.close()
                client, server = way.pair()
                reset(server)
                assert is_reset(client), (direction, family)
                client.close()
        for direction in ("out", "in"):
            until(lambda: relay.totals(direction)["active"] == 0, "ended")
            totals = relay.totals(direction)
            assert totals["DC"] == totals["UC"] == 2, totals


def test_what_was_sent_before_a_reset_arrives(net, program):
    """As an answer that is followed by a reset, since the server did not read the whole request."""
    with Relay(net, program), Way(net, "out", 4) as way:
        for size in (1, 5000, 14000):  # one flight: what the server has not sent yet, its kernel throws away
            for _ in range(10):
                client, server = way.pair()
                client.sendall(b"question" * 1000)
                receive(server, 1)
                server.sendall(b"a" * size)
                server.close()  # unread bytes: a reset
                assert receive(client, size) == b"a" * size
                assert is_reset(client)
                client.close()


def test_a_reset_waits_for_what_is_on_its_way(net, program):
    """All has left the server; the client's window is small, so most of it is still with us."""
    with Relay(net, program) as relay, Way(net, "out", 4) as way:
        client = net.pod.socket(4)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(WAIT)
        client.connect((way.address, way.port))
        server, _ = way.listener.accept()
        data = os.urandom(150000)
        server.sendall(data)

        def unsent():
            return struct.unpack("i", fcntl.ioctl(server, termios.TIOCOUTQ, bytes(4)))[0]
        until(lambda: unsent() == 0, "it has left the server")
        reset(server)
        assert receive(client, len(data)) == data
        assert is_reset(client)
        assert relay.line("ended out UC 0 150000")
        client.close()


def test_a_reset_reaches_a_client_that_does_not_read(net, program):
    with Relay(net, program) as relay, Way(net, "out", 4) as way:
        client, server = way.pair()
        server.setblocking(False)
        try:
            while True:
                server.send(bytes(1 << 20))
                time.sleep(0.05)
        except BlockingIOError:
            pass
        reset(server)
        relay.line("ended out UC")
        client.close()


def test_refused_is_a_reset(net, program):
    with Relay(net, program) as relay:
        for direction, family in WAYS:
            with Way(net, direction, family) as way:
                free = way.port
                way.listener.close()
                assert leads_to_reset(way.client_space, family, way.address, free), (direction, family)
        assert relay.line("ended out UF").endswith("Connection refused")
        for direction in ("out", "in"):
            until(lambda: relay.totals(direction)["UF"] == 2, "told")


def test_a_destination_that_resets_at_once_is_heard(net, program):
    with Relay(net, program) as relay, Way(net, "out", 4) as way:
        for _ in range(20):
            relay.process.send_signal(signal.SIGSTOP)
            client = way.connect()
            relay.process.send_signal(signal.SIGCONT)
            server, _ = way.listener.accept()
            server.sendall(b"421 too many\r\n")
            reset(server)
            assert receive(client, 14) == b"421 too many\r\n" and is_reset(client)
            client.close()
        until(lambda: relay.totals("out")["UC"] == 20, "told")
        assert relay.totals("out")["UF"] == 0


def test_no_answer_in_time_is_a_reset(net, program):
    with Relay(net, program, connect_ms=300) as relay:
        began = time.monotonic()
        assert leads_to_reset(net.pod, 4, NOWHERE, 80)
        assert time.monotonic() - began >= 0.29
        assert relay.line("ended out UF").endswith("did not answer in time")


def test_a_client_that_leaves_before_the_answer_is_noticed(net, program):
    with Relay(net, program, connect_ms=60000) as relay:
        client = connect(net.pod, 4, NOWHERE, 80)
        until(lambda: relay.totals("out")["active"] == 1, "accepted")
        reset(client)
        relay.line("ended out DC")


def test_our_own_ports_lead_nowhere(net, program):
    with Relay(net, program) as relay:
        for family in (4, 6):
            for space, port in ((net.peer, INBOUND), (net.peer, OUTBOUND), (net.pod, OUTBOUND), (net.pod, INBOUND)):
                assert leads_to_reset(space, family, POD[family], port), (family, port)
        until(lambda: relay.totals("out")["active"] + relay.totals("in")["active"] == 0, "all ended")
        opened = relay.totals("out")["opened"] + relay.totals("in")["opened"]
        assert opened <= 4, "they went round"
        assert relay.totals("in")["blackholed"] >= 4 and relay.totals("out")["blackholed"] >= 2


def test_registry_only_lets_nothing_out(net, program):
    with Relay(net, program, closed=1) as relay:
        with Way(net, "out", 4) as way:
            assert leads_to_reset(net.pod, 4, way.address, way.port)
            assert "UH" in relay.line("ended out")
            way.listener.settimeout(0.1)
            try:
                way.listener.accept()
                raise AssertionError("it arrived")
            except TimeoutError:
                pass
        with Way(net, "in", 4) as way:
            client, server = way.pair()
            client.sendall(b"in")
            assert receive(server, 2) == b"in"
            client.close()
            server.close()
        totals = relay.totals("out")
        assert totals["blackholed"] == totals["UH"] == 1 and totals["opened"] == 0, totals


def test_idle_connections_are_reset_where_that_is_asked_for(net, program):
    with Relay(net, program, idle_ms=4000) as relay, Way(net, "out", 4) as way:
        client, server = way.pair()
        for _ in range(8):  # longer than the time-out, in sum
            last = time.monotonic()
            client.sendall(b"x")
            receive(server, 1)
            time.sleep(0.6)
        assert is_reset(client) and is_reset(server)
        assert time.monotonic() - last > 3.9
        relay.line("ended out SI 8 0")
        client.close()
        server.close()


def test_idle_connections_stay_by_default(net, program):
    with Relay(net, program) as relay, Way(net, "in", 4) as way:
        client, server = way.pair()
        cpu = relay.cpu_seconds()
        time.sleep(1)
        assert relay.cpu_seconds() - cpu < 0.03, "it does not sleep"
        client.sendall(b"x")
        assert receive(server, 1) == b"x"
        client.close()
        server.close()


def test_half_closed_and_silent_ends_in_time(net, program):
    with Relay(net, program, half_ms=4000) as relay, Way(net, "out", 4) as outward, Way(net, "in", 4) as inward:
        pairs = [way.pair() for way in (outward, inward)]
        for client, server in pairs:
            client.shutdown(socket.SHUT_WR)
            assert server.recv(1) == b""
        for _ in range(8):  # a long download, after the client's end
            for client, server in pairs:
                server.sendall(b"x")
                receive(client, 1)
            time.sleep(0.6)
        for client, server in pairs:
            assert is_reset(client) and cannot_send(server)
            client.close()
            server.close()
        for direction in ("out", "in"):
            relay.line(f"ended {direction} SI 0 8")


def test_keepalive_on_both_sides(net, program):
    with Relay(net, program, keepalive=100) as relay, Way(net, "out", 4) as way:
        client, server = way.pair()

        def timers():
            out = net.pod.run("ss", "-tnoH", "state", "established")
            lines = [line for line in out.splitlines() if str(way.port) in line or f":{OUTBOUND}" in line]
            return len([line for line in lines if "timer:(keepalive,1min" in line])
        until(lambda: timers() >= 1, "the client's")
        until(lambda: timers() >= 2, "the destination's, after a few seconds", 30)
        assert relay.totals("out")["active"] == 1
        client.close()
        server.close()


def test_a_port_in_use_is_said(net, program):
    with Relay(net, program):
        for numbers in ({}, {"inbound": 0}, {"outbound": 0}):
            try:
                Relay(net, program, **numbers)
                raise AssertionError("two of them listen")
            except RuntimeError as error:
                assert "port 15" in str(error) and "in use" in str(error), error


def test_transparent_needs_a_right(net, program):
    try:
        Relay(net, program, transparent=1)
        raise AssertionError("uid 1337 is transparent")
    except RuntimeError as error:
        assert "NET_ADMIN" in str(error), error


def test_closing_inbound_spares_the_rest(net, program):
    with Relay(net, program) as relay, Way(net, "in", 4) as inward, Way(net, "out", 4) as outward:
        client, server = inward.pair()
        relay.ask("close", answers=False)
        until(lambda: is_refused(net.peer, 4, POD[4], inward.port), "refused")
        client.sendall(b"still here")
        assert receive(server, 10) == b"still here"
        one, other = outward.pair()
        one.sendall(b"out")
        assert receive(other, 3) == b"out"
        assert relay.totals("in")["active"] >= 1
        for s in (client, server, one, other):
            s.close()


def test_it_is_alive(net, program):
    with Relay(net, program, workers=2) as relay:
        for _ in range(3):
            assert relay.ask("alive") == "yes"
            time.sleep(0.05)


def test_at_its_end_all_connections_end(net, program):
    relay = Relay(net, program)
    with Way(net, "out", 4) as way:
        client, server = way.pair()
        client.sendall(b"last")
        assert receive(server, 4) == b"last"
        relay.close()
        assert server.recv(1) == b"" and client.recv(1) == b""
        assert "STOP" in relay.lines[-1], relay.lines
        client.close()
        server.close()


def test_one_family_alone(net, program):
    with Relay(net, program, ipv4=0), Way(net, "in", 6) as way:
        client, server = way.pair()
        client.sendall(b"six")
        assert receive(server, 3) == b"six"
        client.close()
        server.close()
        listeners = subprocess.run(["ip", "netns", "exec", net.pod.name, "ss", "-tlnH"], capture_output=True, text=True).stdout
        assert f"0.0.0.0:{INBOUND}" not in listeners
