"""Link-local addresses: they mean something only on their interface (RFC 4007)."""
import socket

from lab import OUTBOUND, POD, WAIT, Net, Relay, Way, talk, until


class Links:
    """The two ends' addresses of the link, once the kernel knows that nobody else has them; and its number in each."""

    def __init__(self, net):
        self.addresses, self.numbers = {}, {}
        for space in (net.pod, net.peer):
            def settled(space=space):
                words = space.ip("-6", "-o", "addr", "show", "dev", "eth0", "scope", "link").split()
                return words and "tentative" not in words and words[3].split("/")[0]
            self.addresses[space] = until(settled, "a link-local address")
            self.numbers[space] = space.inside.submit(socket.if_nametoindex, "eth0").result()

    def name(self, seen_by, whose, port):
        """As `seen_by` writes an address of `whose`."""
        return f"[{self.addresses[whose]}%{self.numbers[seen_by]}]:{port}"

    def connect(self, client_space, address, port, own=None, seconds=WAIT):
        s = client_space.socket(6)
        s.settimeout(seconds)
        number = self.numbers[client_space]
        try:
            if own:
                s.bind((own, 0, 0, number))
            s.connect((address, port, 0, number))
        except BaseException:
            s.close()
            raise
        return s


def is_reset_at_once(links, net, port):
    """Before connect has returned, or after."""
    try:
        with links.connect(net.peer, links.addresses[net.pod], port) as client:
            client.recv(1)
        return False
    except ConnectionResetError:
        return True


def test_a_link_local_client_reaches_the_app(net, program):
    """A router of the link, or the node: they need no address of a network's to speak to a pod."""
    links = Links(net)
    with Relay(net, program) as relay, Way(net, "in", 6) as way:
        client = links.connect(net.peer, way.address, way.port, own=links.addresses[net.peer])
        server, seen = way.listener.accept()
        assert seen[0] == "::6", seen
        talk(client, server)
        port = client.getsockname()[1]
        client.close()
        server.close()
        line = relay.line("ended in - 2 3")
        assert line.split()[5:7] == [links.name(net.pod, net.peer, port), f"[{way.address}]:{way.port}"], line


def inbound_is_reset_at_once(net, program, **more):
    """Nothing that the app answers would reach us (src/relay/dial.c): this is said, and not waited for."""
    links = Links(net)
    with Relay(net, program, connect_ms=600000, **more) as relay, Way(net, "in", 6) as way:
        assert is_reset_at_once(links, net, way.port)
        line = relay.line("ended in UF 0 0")
        assert line.split()[6] == links.name(net.pod, net.pod, way.port) and "link-local" in line, line
        # Those to the pod's other addresses, on the same port, are served.
        client, server = way.pair()
        client.close()
        server.close()


def test_inbound_to_a_link_local_address_is_reset_at_once(net, program):
    inbound_is_reset_at_once(net, program)


def test_tproxy_inbound_to_a_link_local_address_is_reset_at_once(net, program):
    inbound_is_reset_at_once(net, program, uid=0, transparent=1)


def test_outbound_to_a_link_local_address_goes_by_its_interface(net, program):
    """REDIRECT sends what leaves the pod to ::1, where a socket that belongs to an interface cannot go: the kernel drops
    it, and no proxy sees it. A rule that names an address of the interface instead brings it here."""
    links = Links(net)
    rule = ["OUTPUT", "-p", "tcp", "-d", "fe80::/10", "-m", "owner", "!", "--uid-owner", "1337", "-j", "DNAT",
            "--to-destination", f"[{POD[6]}]:{OUTBOUND}"]
    with Relay(net, program) as relay, Way(net, "out", 6) as way:
        net.pod.run("ip6tables", "-w", "-t", "nat", "-I", *rule)
        try:
            client = links.connect(net.pod, links.addresses[net.peer], way.port)
            server, seen = way.listener.accept()
            assert seen[0].split("%")[0] == links.addresses[net.pod] and seen[3] == links.numbers[net.peer], seen
            talk(client, server)
            port = client.getsockname()[1]
            client.close()
            server.close()
        finally:
            net.pod.run("ip6tables", "-w", "-t", "nat", "-D", *rule)
        line = relay.line("ended out - 2 3")
        client_name, destination, upstream, upstream_local = line.split()[5:9]
        assert client_name == links.name(net.pod, net.pod, port), line
        assert destination == upstream == links.name(net.pod, net.peer, way.port), line
        assert upstream_local.rsplit(":", 1)[0] == links.name(net.pod, net.pod, 0).rsplit(":", 1)[0], line


test_tproxy_inbound_to_a_link_local_address_is_reset_at_once.capture = Net.TPROXY
