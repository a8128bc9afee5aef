"""Other ways to be captured: TPROXY, and the rules of Istio 1.0."""
from lab import INBOUND, OUTBOUND, PEER, POD, Net, Relay, Skip, Way, connect, is_reset, leads_to_reset, receive, reset, talk, until
from pass_tests import exchange


def test_tproxy_keeps_the_clients_address(net, program):
    with Relay(net, program, uid=0, transparent=1) as relay:
        for family in (4, 6):
            with Way(net, "in", family) as way:
                client, server = way.pair()
                assert way.seen[0] == PEER[family] == client.getsockname()[0], way.seen
                talk(client, server)
                reset(server)
                assert is_reset(client)
                client.close()
        assert relay.line("ended in UC 2 3")


def test_tproxy_to_two_ports_from_one(net, program):
    """A client may have the same port of its own towards two of ours."""
    with Relay(net, program, uid=0, transparent=1), Way(net, "in", 4) as one, Way(net, "in", 4) as two:
        client, server = one.pair()
        second = net.peer.socket(4)
        second.setsockopt(1, 2, 1)  # SO_REUSEADDR
        second.settimeout(5)
        second.bind(("0.0.0.0", 0))
        port = second.getsockname()[1]
        second.close()
        pairs = []
        for way in (one, two):
            s = net.peer.socket(4)
            s.setsockopt(1, 2, 1)
            s.settimeout(20)
            s.bind((PEER[4], port))
            s.connect((way.address, way.port))
            other, seen = way.listener.accept()
            assert seen[0] == PEER[4] and seen[1] != port, seen
            s.sendall(b"x")
            assert receive(other, 1) == b"x"
            pairs += [s, other]
        for s in [*pairs, client, server]:
            s.close()


def test_tproxy_carries_bytes_and_goes_out_too(net, program):
    with Relay(net, program, uid=0, transparent=1):
        for direction in ("in", "out"):
            for family in (4, 6):
                with Way(net, direction, family) as way:
                    exchange(way, 5)


def test_tproxy_refused_and_loops(net, program):
    with Relay(net, program, uid=0, transparent=1) as relay:
        with Way(net, "in", 4) as way:
            way.listener.close()
            assert leads_to_reset(net.peer, 4, POD[4], way.port)
        for port in (INBOUND, OUTBOUND):
            assert leads_to_reset(net.peer, 4, POD[4], port), port
        until(lambda: relay.totals("in")["active"] + relay.totals("out")["active"] == 0, "all ended")
        assert relay.totals("in")["UF"] == 1


def test_old_rules_one_port_both_ways(net, program):
    """Istio 1.0: what comes to 15001 for an address of the pod is inbound, and goes to the app's loopback address."""
    with Relay(net, program, inbound=0, by_address=1, ipv6=0) as relay:
        for direction in ("in", "out"):
            with Way(net, direction, 4) as way:
                client, server = way.pair()
                assert way.seen[0] == ("127.0.0.1" if direction == "in" else POD[4]), way.seen
                client.sendall(b"12")
                assert receive(server, 2) == b"12"
                client.close()
                server.close()
                relay.line(f"ended {direction} - 2 0")
        assert leads_to_reset(net.peer, 4, POD[4], OUTBOUND)


def test_old_rules_the_pod_calls_itself(net, program):
    with Relay(net, program, inbound=0, by_address=1, ipv6=0) as relay, Way(net, "in", 4) as way:
        client = connect(net.pod, 4, POD[4], way.port)
        server, _ = way.listener.accept()
        client.sendall(b"me")
        assert receive(server, 2) == b"me"
        client.close()
        server.close()
        assert relay.totals("in")["opened"] == 1 and relay.totals("out")["opened"] == 0


def test_old_rules_new_addresses_are_found(net, program):
    with Relay(net, program, inbound=0, by_address=1, ipv6=0) as relay, Way(net, "in", 4) as way:
        client, server = way.pair()
        net.pod.ip("addr", "add", "198.18.50.77/32", "dev", "eth0")
        try:
            def is_inbound():
                try:
                    connect(net.peer, 4, "198.18.50.77", way.port).close()
                except ConnectionResetError:  # not known yet; the reset may overtake the end of connect()
                    return False
                return relay.totals("in")["opened"] > 1
            until(is_inbound, "the new address is known")
        finally:
            net.pod.ip("addr", "del", "198.18.50.77/32", "dev", "eth0")
        client.close()
        server.close()


def test_old_rules_closing_inbound(net, program):
    with Relay(net, program, inbound=0, by_address=1, ipv6=0) as relay, Way(net, "in", 4) as way, Way(net, "out", 4) as out:
        client, server = way.pair()
        relay.ask("close", answers=False)
        until(lambda: leads_to_reset(net.peer, 4, POD[4], way.port, seconds=1), "refused")
        client.sendall(b"1")
        assert receive(server, 1) == b"1"
        one, other = out.pair()
        for s in (client, server, one, other):
            s.close()


def controls(net):
    """The congestion control of each connection in the pod, by its two ends."""
    found, ends = {}, None
    for line in net.pod.run("ss", "-Htin", "state", "established").splitlines():
        words = line.split()
        if line[:1].isspace():
            found[ends] = words[0]
        else:
            ends = tuple(words[2:4])
    return found


def local_and_remote(net, program):
    """The controls of the proxy's ends of one connection each way: in the pod, and out of it."""
    with Relay(net, program), Way(net, "in", 4) as way, Way(net, "out", 4) as out:
        pairs = [*way.pair(), *out.pair()]
        said = controls(net)
        for s in pairs:
            s.close()
    ends = {"to the app": f":{way.port}", "from the app": "127.0.0.1:15001", "to outside": f"{PEER[4]}:{out.port}"}
    result = {what: {control for (here, there), control in said.items()
                     if (here == end if what == "from the app" else there.endswith(end))} for what, end in ends.items()}
    result["from outside"] = {control for (here, there), control in said.items()
                              if there.startswith(PEER[4]) and not there.endswith(f":{out.port}")}
    return result


def test_congestion_control_is_for_the_network(net, program):
    """Within the pod there is none to be had: what the host has set is for the ways out of it."""
    usual = net.pod.run("sysctl", "-n", "net.ipv4.tcp_congestion_control").strip()
    if usual == "reno":
        raise Skip("this host's congestion control is Reno")
    said = local_and_remote(net, program)
    assert said == {"to the app": {"reno"}, "from the app": {"reno"}, "to outside": {usual}, "from outside": {usual}}, said


for name, value in list(globals().items()):
    if name.startswith("test_tproxy"):
        value.capture = Net.TPROXY
    elif name.startswith("test_old"):
        value.capture = Net.OLD
