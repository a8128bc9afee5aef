"""Every line of the capture tests again, with the real proxy behind the rules: the bytes arrive, intact, at the right
end, both ways; who passed the proxy and who did not is read from its access log."""
import contextlib
import hashlib
import itertools
import os
import socket
import struct
import threading

import pods
import lab
import traffic

BACK_ENDS = {"iptables": ["--force-iptables-binary", "nft"], "legacy iptables": ["--force-iptables-binary", "legacy"],
             "nftables": ["--native-nftables"]}
MAGIC = b"echo:"
PROXY_PAGES = {15021: ("/healthz/ready", 200), 15090: ("/stats/prometheus", 200)}
ANSWER = "203.0.113.77"
QUERIES = itertools.count(1)


# ---- both ends ------------------------------------------------------------------------------------------------------

def echo(connection):
    """Reads to the end, and only then answers: nothing comes back where half-closing does not pass."""
    got = pods.read_all(connection)
    if got.startswith(MAGIC):
        local = connection.getsockname()
        connection.sendall(f"{local[1]} {hashlib.sha256(got).hexdigest()}\n".encode() + got)


def echo_or_dns(connection):
    """Port 53: a DNS message, with its length before it, or an echo."""
    first = pods.receive(connection, 2)
    if first == MAGIC[:2]:
        got = first + pods.read_all(connection)
        connection.sendall(f"{connection.getsockname()[1]} {hashlib.sha256(got).hexdigest()}\n".encode() + got)
        return
    query = pods.receive(connection, struct.unpack("!H", first)[0])
    answer = dns_answer(query)
    connection.sendall(struct.pack("!H", len(answer)) + answer)


def dns_query(name, number):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", 1, 1)


def dns_answer(query):
    end = query.index(b"\0", 12) + 5
    head = query[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0)
    return head + query[12:end] + b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 30, 4) + socket.inet_aton(ANSWER)


class Ends:
    """Listeners of both sides on every port of the capture tests, but for those of the proxy itself."""

    def __init__(self, world, pod):
        self.servers, self.asked = {}, []
        for name, place in (("peer", world), ("pod", pod)):
            for port in lab.PORTS:
                if name == "pod" and port in PROXY_PAGES:
                    continue
                handler = echo_or_dns if (name, port) == ("peer", 53) else echo
                self.servers[name, port] = pods.Server(place, handler, "::", port)
        self.sockets = []
        for text in [a.split("/")[0] for texts in lab.PEER.values() for a in texts]:
            for port in (53, 3306):
                sock = world.socket(pods.family_of(text), 0, kind=socket.SOCK_DGRAM)
                sock.settimeout(None)
                sock.bind((text, port))
                self.sockets.append(sock)
                threading.Thread(target=self.answer, args=(sock, port), daemon=True).start()

    def answer(self, sock, port):
        while True:
            try:
                query, client = sock.recvfrom(4000)
            except OSError:
                return
            if not query:
                return
            self.asked.append((sock.getsockname()[:2], client[:2], query))
            sock.sendto(dns_answer(query) if port == 53 else query, client)

    def who(self, end, port):
        """The clients that a server saw, the newest last."""
        return self.servers[end, port].seen

    def close(self):
        for server in self.servers.values():
            server.close()
        for sock in self.sockets:
            sock.close()


# ---- one connection -------------------------------------------------------------------------------------------------

class Attempt:
    """One connection of a scenario: made, and later judged by the log."""

    def __init__(self, pod, ends, connection, want, transparent):
        self.pod, self.ends, self.asked, self.transparent = pod, ends, connection, transparent
        self.want, self.local, self.route = want, None, []
        self.place = pod if connection["from"] == "pod" else pod.world
        self.end, self.port = want.split(":") if ":" in want else (want, None)
        self.to = connection["to"]

    def problem(self):
        """Makes the connection. Gives what is wrong, or None."""
        try:
            if self.asked["proto"] == "udp" or self.port == "15053":
                return self.ask()
            if self.end == "refused" or self.asked["port"] == 15008:
                return self.refused()  # nobody listens for tunnels, and it makes no difference who says so
            if self.end == "pod" and int(self.port) in PROXY_PAGES:
                return self.page()
            return self.exchange()
        except OSError as problem:
            return f"{type(problem).__name__}: {problem}"

    def open(self):
        asked = self.asked
        return self.place.connect(self.to, asked["port"], asked["uid"], asked["gid"], asked.get("source"),
                                  next(lab.OWN_PORTS))

    def refused(self):
        try:
            with self.open() as connection:
                if connection.recv(1) == b"":
                    return "connected, then closed"
            return "connected"
        except (ConnectionRefusedError, PermissionError, ConnectionResetError):
            return None

    def page(self):
        """What the proxy serves itself is neither captured nor sent on."""
        path, want = PROXY_PAGES[int(self.port)]
        host, seen = self.to if ":" not in self.to else f"[{self.to}]", []
        def answers():  # a proxy that listens need not be ready yet
            with self.open() as connection:
                seen.append(pods.http_once(connection, host, path)[0])
            return seen[-1] == want
        with contextlib.suppress(TimeoutError):
            pods.wait_for(path, answers)
        return None if seen[-1:] == [want] else f"{path}: {seen[-1:]}"

    def exchange(self):
        self.route = self.way()
        arrives = "pod" if self.route and self.route[-1].startswith("Inbound") else self.end
        if self.port in ("15001", "15006") and not self.route[-1].startswith("Inbound"):
            arrives = "peer"
        server = self.ends.servers[arrives, self.asked["port"]]
        before = len(server.seen)
        data = MAGIC + os.urandom(3000)
        with self.open() as connection:
            self.local = connection.getsockname()
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = pods.read_all(connection)
        line, _, back = answer.partition(b"\n")
        if not answer:
            return "connected, then closed without an answer"
        if back != data or line != f"{self.asked['port']} {hashlib.sha256(data).hexdigest()}".encode():
            return f"what came back differs: {line!r} and {len(back)} bytes of {len(data)}"
        self.sent, self.got = len(data), len(answer)
        if len(server.seen) != before + 1:
            return f"it ended elsewhere than at {arrives}:{self.asked['port']}"
        return self.source_problem(plain(server.seen[-1]))

    def way(self):
        """The clusters that a connection passes, by where the rules send it."""
        if self.port == "15006":
            return ["InboundPassthroughCluster"]
        if self.port == "15001":
            if self.to in (self.pod.address, self.pod.address6, f"198.19.0.{self.pod.number}"):
                return self.own_way
            return ["PassthroughCluster"]
        return []

    source, source6 = "127.0.0.6", "::6"

    # Of what the rules send to the outbound port although it is meant for the pod itself: the proxy's own connection to
    # a pod's address comes back as inbound.
    own_way = ["PassthroughCluster", "InboundPassthroughCluster"]

    def source_problem(self, seen):
        """The address that the server saw."""
        if self.route[-1:] == ["InboundPassthroughCluster"]:
            # Transparent: the client's address, but the proxy's own port; two sockets of one pod with the same numbers
            # would be one.
            want = self.local[0] if self.transparent else self.source6 if ":" in self.to else self.source
        elif not self.route:
            return None if seen == self.local[:2] else f"seen from {seen}, not from {self.local[:2]}"
        else:
            want = self.pod.address6 if ":" in self.to else None
        if want is None:  # the address of the pod on the way to there
            return None if seen[0].endswith(f".{self.pod.number}") and seen != self.local[:2] else f"seen from {seen}"
        return None if seen[0] == want else f"seen from {seen[0]}, not from {want}"

    def ask(self):
        """A DNS query: whether the DNS proxy was between is seen from the port that asks the server."""
        asked = self.asked
        number = next(QUERIES)
        query = dns_query(f"somewhere-{number}.example", number)
        if asked["proto"] == "udp":
            with self.place.socket(pods.family_of(self.to), asked["uid"], asked["gid"], socket.SOCK_DGRAM) as sock:
                sock.bind(("", next(lab.OWN_PORTS)))
                sock.connect((self.to, asked["port"]))
                sock.send(query)
                answer, own = sock.recv(4000), sock.getsockname()[:2]
            # Of this question: that of one before may come again, when its answer was late.
            server, client = next(who[:2] for who in self.ends.asked if query[12:] in who[2])
            direct = client == own and server == (self.to, asked["port"])
            if direct != (self.end == "peer"):
                return f"asked {server} from {client}, itself {own}"
        else:
            with self.open() as connection:
                connection.sendall(struct.pack("!H", len(query)) + query)
                length = pods.receive(connection, 2)
                answer, own = pods.receive(connection, struct.unpack("!H", length)[0]), connection.getsockname()
            client = plain(self.ends.who("peer", 53)[-1])
            if client == own[:2]:
                return "the DNS proxy was not asked"
        if asked["port"] == 53 and not answer.endswith(socket.inet_aton(ANSWER)):
            return f"an answer without the address: {answer!r}"
        return None

    def log_problem(self, proxy):
        """The log has a line for each passage, with the bytes and the addresses, and none for what went past."""
        if self.local is None:
            return None
        client = self.local
        for cluster in self.route:
            try:
                line = proxy.line_of(client, cluster)
            except TimeoutError:
                return f"no line of {cluster} in the log"
            if (line["received"], line["sent"]) != (self.sent, self.got):
                return f"{self.sent} bytes and {self.got} back, in the log {line['text']}"
            if line["destination"] != pods.address_text((self.to, self.asked["port"])) or line["flags"] != "-":
                return f"the log says {line['text']}"
            client = split_address(line["upstream_local"])
        if not self.route and any(line["client"] == pods.address_text(self.local) for line in proxy.lines()):
            return "it passed the proxy"
        return None


def plain(address):
    host = address[0]
    return (host[7:] if host.startswith("::ffff:") else host, address[1])


def split_address(text):
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


# ---- scenarios ------------------------------------------------------------------------------------------------------

def describe(connection, want):
    return f"{traffic.describe(connection)}, to end at {want}"


def flags_of(scenario_flags):
    """The status port is the agent's, and never captured where it is the injector that writes the flags."""
    flags = list(scenario_flags)
    if "-d" in flags:
        flags[flags.index("-d") + 1] += ",15020"
    return flags


def scenario(bench, flags, environment, expected, more, compat=False, engine=None):
    world, pod, ends = bench.shared("traffic", lambda: make(bench))
    transparent = "TPROXY" in flags
    done = pod.init(bench.pillion, [*more, *flags_of(flags)], environment, check=False)
    if done.returncode:
        return [f"init: {done.stderr.strip()}"]
    wrong = []
    settings = {"ISTIO_DUAL_STACK": "true", "INSTANCE_IP": pod.address, **(engine or {})}
    if "--redirect-dns" in flags:
        settings["ISTIO_META_DNS_CAPTURE"] = "true"
    proxy = pod.proxy(bench.pillion, ["--compat", "1.0"] if compat else [], settings, transparent=transparent,
                      wait=False)
    try:
        proxy.wait_until_listening((15001, 15021) if compat else (15001, 15006, 15021))
        attempts = []
        for connection, want in expected:
            attempt = Attempt(pod, ends, connection, want, transparent)
            if compat:
                # The rules of 1.0 let through what goes to the loopback address, and nothing else.
                attempt.own_way, attempt.source = ["InboundPassthroughCluster"], "127.0.0.1"
            problem = attempt.problem()
            if problem:
                wrong.append(f"{describe(connection, want)}: {problem}")
            else:
                attempts.append(attempt)
        for attempt in attempts:
            problem = attempt.log_problem(proxy)
            if problem:
                wrong.append(f"{describe(attempt.asked, attempt.want)}: {problem}")
    finally:
        proxy.stop()
        pod.init(bench.pillion, [*flags_of(flags), *([] if compat else more), "clean" if compat else "--cleanup-only"],
                 environment)
    return wrong


def reached(expected):
    """Without what nobody answers: there Envoy says that it has ended, and no more."""
    return [(connection, want) for connection, want in expected if connection["port"] != 15008]


def make(bench):
    world = bench.world()
    pod = bench.pod(world)
    return world, pod, Ends(world, pod)


def tests():
    for name, flags, environment, expected in traffic.SCENARIOS:
        for back_end, more in BACK_ENDS.items():
            yield (f"traffic: {name}, {back_end}",
                   lambda bench, f=flags, e=environment, x=expected, m=more: scenario(bench, f, e, x, m))
    for name, flags, environment, expected in traffic.SCENARIOS[:2]:
        yield (f"engine envoy: {name}", lambda bench, f=flags, e=environment, x=reached(expected):
               scenario(bench, f, e, x, [], engine=bench.envoy()))
    name, flags, environment, expected = traffic.SCENARIO_1_0
    yield f"traffic: {name}", lambda bench: scenario(bench, flags, environment, expected, [], compat=True)
