"""What happens to connections: bytes, ends, resets. Each test goes every way that a pod has."""
import contextlib
import json
import socket
import struct
import time

import pods
import suite
import ways

PROTECTED = [15001, 15006]


class Setting:
    """A pod with rules and a running proxy that several tests use."""

    def __init__(self, bench, flags=(), environment=None, transparent=False, compat=False, families=(4, 6)):
        self.world = bench.world()
        self.pod = bench.pod(self.world, 2, ipv4=4 in families, ipv6=6 in families)
        capture = [*pods.CAPTURE_ALL, *flags]
        if compat:
            capture = ["--compat", "1.0", "-p", "15001", "-u", "1337", "-i", "*", "-b", "*", "-d", "15090,15020"]
        elif 6 in families:
            capture.append("--dual-stack")
        self.pod.init(bench.pillion, capture)
        settings = {"ISTIO_DUAL_STACK": "true" if len(families) == 2 else "false",
                    "INSTANCE_IP": self.pod.address if 4 in families else self.pod.address6, **(environment or {})}
        self.proxy = self.pod.proxy(bench.pillion, ["--compat", "1.0"] if compat else [], settings,
                                    transparent=transparent, wait=False)
        self.proxy.wait_until_listening((15001,) if compat else (15001, 15006, 15021))
        self.ways = ways.ways(self.world, self.pod, families, transparent=transparent, service=not compat)
        if compat:
            self.ways[1].seen = "127.0.0.1"
        if transparent:
            # Replies to the client's address leave by a socket that is not bound to it: only the way in shows it.
            self.ways = [way for way in self.ways if way.name != "to itself"]

    def quiet(self):
        """Waits until all connections are over, and gives the number of descriptors."""
        self.even()
        return settled(self.proxy.descriptors)

    def even(self):
        """Waits until each connection that was opened is counted as closed."""
        def is_even():
            opened, closed = (self.proxy.total(f"istio_tcp_connections_{word}_total") for word in ("opened", "closed"))
            return opened == closed
        with contextlib.suppress(TimeoutError):
            pods.wait_for("the end of all connections", is_even)


def settled(number, seconds=0.4):
    """Waits until a number stays what it is for so long, and gives it."""
    def look():
        first = number()
        for _ in range(8):
            time.sleep(seconds / 8)
            if number() != first:
                return None
        return [first]
    return pods.wait_for("a number that stays", look)[0]


def redirect(bench):
    return bench.shared("redirect", lambda: Setting(bench))


def small_buffers(bench):
    """The kernel holds a few hundred KB of each connection, so that much can be stuck at once."""
    setting = Setting(bench, families=(4,))
    for place in (setting.world, setting.pod):
        for name in ("rmem", "wmem"):
            place.run("sysctl", "-qw", f"net.ipv4.tcp_{name}=4096 65536 262144", check=True)
    return setting


def envoy(bench):
    return Setting(bench, environment=bench.envoy(), families=(4,))


SETTINGS = {
    "REDIRECT": redirect,
    "TPROXY": lambda bench: bench.shared("tproxy", lambda: Setting(bench, ["-m", "TPROXY"], transparent=True)),
    "nftables": lambda bench: bench.shared("nftables", lambda: Setting(bench, ["--native-nftables"])),
    "small buffers": lambda bench: bench.shared("small", lambda: small_buffers(bench)),
    "Envoy": lambda bench: bench.shared("envoy", lambda: envoy(bench)),
    "IPv4 alone": lambda bench: bench.shared("ipv4", lambda: Setting(bench, families=(4,))),
    "IPv6 alone": lambda bench: bench.shared("ipv6", lambda: Setting(bench, families=(6,))),
    "Istio 1.0": lambda bench: bench.shared("compat", lambda: Setting(bench, families=(4,), compat=True)),
}


def each_way(check, settings=("REDIRECT",)):
    """A test of all ways of these settings."""
    def test(bench):
        wrong = []
        for name in settings:
            setting = SETTINGS[name](bench)
            for way in setting.ways:
                try:
                    wrong += [f"{name}, {way.name}: {text}" for text in check(bench, setting, way) or []]
                except OSError as problem:
                    wrong.append(f"{name}, {way.name}: {suite.told(problem)}")
        return wrong
    return test


# ---- bytes and their ends -------------------------------------------------------------------------------------------

def much_both_ways(bench, setting, way):
    full = 200_000_000 if way.name in ("outbound", "inbound") else 20_000_000
    length = bench.size(full, full // 20)
    with way.joined() as (client, server):
        address, there = client.getsockname(), server.getsockname()
        got = ways.at_once(lambda: ways.send_much(client, length), lambda: ways.send_much(server, length + 1),
                           lambda: ways.receive_much(client), lambda: ways.receive_much(server))
    if got[2] != ways.expected(length + 1) or got[3] != ways.expected(length):
        return [f"sent {length} and {length + 1} bytes, came {got[3][0]} and {got[2][0]}, or their hashes differ"]
    return log_says(setting, address, there, way, received=length, sent=length + 1, flags="-")


def log_says(setting, client, there, way, **want):
    """What the log has of the way from the client to `there`; which may be two lines, with a Service between them."""
    wrong = []
    for cluster in way.clusters:
        line = setting.proxy.line_of(client, cluster, setting.pod.address, there[1])
        wrong += [f"{name} {line[name]} in the log, not {value}: {line['text']}" for name, value in want.items()
                  if line[name] != value and value is not None]
        client = None
    return wrong


def half_close(bench, setting, way):
    """Each side may say that it is done and still be told something for as long as it likes."""
    length, wrong = bench.size(3_000_000, 300_000), []
    for first in ("client", "server"):
        with way.joined() as ends:
            done, other = ends if first == "client" else ends[::-1]
            done.sendall(b"all of it")
            done.shutdown(socket.SHUT_WR)
            got = pods.read_all(other)
            _, back = ways.at_once(lambda: ways.send_much(other, length), lambda: ways.receive_much(done))
        if got != b"all of it" or back != ways.expected(length):
            wrong.append(f"after the {first}'s end: {got!r}, and {back[0]} bytes of {length} back")
    return wrong


def server_first(bench, setting, way):
    """What the server says first comes at once, and the client sees whom it should."""
    limit, fastest, wrong = 1 if bench.sanitized else 0.3, 99, []
    for number in range(10):
        if number > 2 and fastest < limit:
            break
        with way.server_place.listen() as listener:
            begun = time.monotonic()
            with way.connect(listener.getsockname()[1]) as client:
                server, seen = listener.accept()
                with server:
                    server.sendall(b"220 ready\r\n")
                    if client.recv(100) != b"220 ready\r\n":
                        wrong.append("another greeting")
                    fastest = min(fastest, time.monotonic() - begun)
                    client.sendall(b"EHLO\r\n")
                    if server.recv(100) != b"EHLO\r\n":
                        wrong.append("another answer to the greeting")
        host = seen[0][7:] if seen[0].startswith("::ffff:") else seen[0]
        if host != way.seen:
            wrong.append(f"the server sees {host}, not {way.seen}")
    if fastest > limit:
        wrong.append(f"the greeting took {fastest:.3f} s")
    return wrong


def slow_readers(bench, setting, way):
    """Who does not read holds up the sender, not the proxy's memory; nothing is lost when it reads on."""
    crowd, wrong, before = bench.size(16, 8), [], setting.proxy.memory()
    with contextlib.ExitStack() as stack:
        pairs = [stack.enter_context(way.joined()) for _ in range(crowd)]
        sent = []
        for number, (client, server) in enumerate(pairs):
            source = client if number % 2 else server
            source.settimeout(0.05 if number else 0.3)
            count = 0
            with contextlib.suppress(TimeoutError):
                while count < 100_000_000:
                    count += source.send(memoryview(ways.BLOCK)[count % len(ways.BLOCK):])
            sent.append(count)
        grown = setting.proxy.memory() - before
        if max(sent) >= 100_000_000:
            wrong.append("the sender was never held up")
        if grown > 2 and not bench.sanitized:
            wrong.append(f"{crowd} slow readers cost {grown:.1f} MiB of the proxy")
        for number, (client, server) in enumerate(pairs):
            source, sink = (client, server) if number % 2 else (server, client)
            source.shutdown(socket.SHUT_WR)
            got = ways.receive_much(sink)
            if got != ways.expected(sent[number]):
                wrong.append(f"{got[0]} bytes of {sent[number]} came, or others")
    return wrong


def refused(bench, setting, way):
    """The client's connect succeeded, since the proxy took it; what it sees next is a reset, soon."""
    port, fastest = way.port_of(next(pods.SERVER_PORTS)), 99
    for _ in range(5):  # the machine may stand still in one
        begun = time.monotonic()
        with way.client_place.socket(pods.family_of(way.address)) as client:
            try:
                client.connect((way.address, port))
                return [f"connected, then {client.recv(10)!r}"]
            except ConnectionRefusedError:
                return ["refused at once: it did not pass the proxy"]
            except ConnectionResetError:  # the reset may even overtake the end of connect()
                pass
        fastest = min(fastest, time.monotonic() - begun)
        if fastest < 1:
            break
    wrong = [f"the reset took {fastest:.1f} s"] if fastest > (3 if bench.sanitized else 1) else []
    flag = "UC" if len(way.clusters) > 1 else "UF"  # the proxy's own inbound side takes what its outbound side sends
    line = pods.wait_for("the log line", lambda: next((
        line for line in setting.proxy.lines() if line["destination"].endswith(f":{port}")
        and line["cluster"] == way.clusters[0] and line["flags"] != "-"), None))
    if line["flags"] != flag or line["received"] or line["sent"]:
        wrong.append(f"the log says {line['text']}")
    return wrong


def resets(bench, setting, way):
    """A reset by either end is one for the other, and the log says whose it was."""
    wrong = []
    for who, flags in (("client", "DC"), ("server", "UC")):
        with way.joined() as ends:
            address, there = ends[0].getsockname(), ends[1].getsockname()
            ends[0].sendall(b"question")
            pods.receive(ends[1], 8)
            ends[1].sendall(b"answer")
            pods.receive(ends[0], 6)
            ending, other = ends if who == "client" else ends[::-1]
            pods.reset(ending)
            try:
                wrong.append(f"the {who} reset, the other got {other.recv(10)!r}")
            except ConnectionResetError:
                pass
        wrong += log_says(setting, address, there, way, flags=flags, received=8, sent=6)
    return wrong


def reset_before_the_end(bench, setting, way):
    """A reset overtakes what was not delivered; it is not turned into a clean end of a part."""
    with way.joined() as (client, server):
        server.settimeout(0.1)
        with contextlib.suppress(TimeoutError):
            while True:
                server.send(ways.BLOCK)
        pods.reset(server)
        try:
            while client.recv(1 << 18):
                pass
            return ["the client sees a clean end where the server reset"]
        except ConnectionResetError:
            return []


# ---- ports and policies ---------------------------------------------------------------------------------------------

def own_ports(bench):
    """Connections to the proxy's own ports lead nowhere, and above all not round and round."""
    setting, wrong = redirect(bench), []
    before, logged = setting.quiet(), len(setting.proxy.lines())
    pod, world = setting.pod, setting.world
    for place, address in ((world, pod.address), (world, pod.address6), (pod, "127.0.0.1"), (pod, "::1"),
                           (pod, pod.address), (pod, pods.WORLD), (pod, pods.WORLD6)):
        for port in PROTECTED:
            begun = time.monotonic()
            with place.socket(pods.family_of(address)) as client:
                try:
                    client.connect((address, port))
                    client.sendall(b"x")
                    if client.recv(10):
                        wrong.append(f"{address} port {port} answered")
                except TimeoutError:
                    wrong.append(f"{address} port {port}: still open after {time.monotonic() - begun:.0f} s")
                except OSError:
                    pass
    # What goes round and round ends in no log line, or in one after the other.
    with contextlib.suppress(TimeoutError):
        pods.wait_for("lines", lambda: len(setting.proxy.lines()) >= logged + 4)
    count = settled(lambda: len(setting.proxy.lines()))
    wrong += [line["text"] for line in setting.proxy.lines()[logged:] if line["flags"] == "-"]
    if count < logged + 4:
        wrong.append(f"{count - logged} lines in the log")
    with contextlib.suppress(TimeoutError):
        pods.wait_for("all to end", lambda: setting.proxy.descriptors() <= before + 2)
    after = setting.quiet()
    return [*wrong, f"{after} descriptors, {before} before"] if after > before + 2 else wrong


def registry_only(bench):
    """Nothing has a route: accepted, closed, and said so."""
    setting = Setting(bench, environment=pods.outbound_policy("REGISTRY_ONLY"), families=(4,))
    with setting.world.listen() as listener:
        port = listener.getsockname()[1]
        with setting.pod.socket() as client, contextlib.suppress(ConnectionResetError):
            client.connect((pods.WORLD, port))
            if client.recv(10):
                return ["something answered"]
        listener.settimeout(0.1)
        try:
            listener.accept()
            return ["it arrived"]
        except TimeoutError:
            pass
    line = pods.wait_for("a line in the log", lambda: (setting.proxy.lines() or [None])[0])
    wrong = []
    if line["cluster"] != "BlackHoleCluster" or line["flags"] not in ("UH", "NR"):
        wrong.append(f"the log says {line['text']}")
    # The way in is open as ever.
    inbound = next(way for way in setting.ways if way.name == "inbound")
    return wrong + (server_first(bench, setting, inbound) or [])


def strays(bench):
    """A segment that belongs to no window of its connection: the kernel does not redirect it, the app knows nothing of
    it, and the reset that it answers with ends the client's connection, unless the rules drop it."""
    def survives(flags):
        setting = Setting(bench, flags, families=(4,))
        with setting.ways[1].joined() as (client, server):
            with pods.inside(setting.world):
                raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
            with raw:
                client.sendall(b"before")
                pods.receive(server, 6)
                stray(raw, client.getsockname(), client.getpeername())
            time.sleep(0.3)  # nothing is to happen
            try:
                client.sendall(b"after")
                return pods.receive(server, 5) == b"after"
            except OSError:
                return False
    wrong = [] if survives(["--drop-invalid"]) else ["the connection was reset although the rules drop such segments"]
    return wrong if not survives([]) else [*wrong, "it does no harm where nothing is dropped: this shows nothing"]


def stray(raw, source, target):
    """Sends one segment of the connection from source to target, from far outside its window; what it acknowledges is
    right, as it is of segments that are late, and so is what a reset of it looks like."""
    raw.settimeout(pods.PATIENCE)
    while True:
        packet = raw.recv(65536)
        segment = packet[(packet[0] & 15) * 4:]
        if segment[:4] == struct.pack("!HH", target[1], source[1]) and segment[13] & 0x12 == 0x10:  # no SYN
            break
    theirs, ours = struct.unpack("!II", segment[4:12])
    data = b"late"
    head = struct.pack("!HHIIBBHHH", source[1], target[1], (ours + 0x40000000) & 0xFFFFFFFF, theirs, 5 << 4, 0x18, 1000,
                       0, 0)
    text = socket.inet_aton(source[0]) + socket.inet_aton(target[0]) + struct.pack("!HH", 6, len(head + data))
    text += head + data
    total = sum(struct.unpack(f"!{len(text) // 2}H", text))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    raw.sendto(head[:16] + struct.pack("!H", checksum) + head[18:] + data, (target[0], 0))


def idle_timeout(bench):
    """None by default; where one is set it ends connections on both sides, and not silently."""
    setting = Setting(bench, environment={"ISTIO_META_IDLE_TIMEOUT": "2s"}, families=(4,))
    def used(client, server):
        """Whether bytes pass for three seconds, and the longest that there were none, as seen from here."""
        longest, begun = 0, time.monotonic()
        last = begun
        while last - begun < 3:
            try:
                client.sendall(b"x")
                passes = server.recv(1) == b"x"
            except OSError:
                passes = False
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
            if not passes:
                return False, longest, last
            time.sleep(0.2)
        return True, longest, last
    def one(way):
        wrong = []
        with way.joined() as (client, server):
            address = client.getsockname()
            passes, longest, last = used(client, server)
            if not passes:  # what is used is not idle; but it is not used while the machine stands still
                return None if longest > 1 else [f"{way.name}: ended while it was used"]
            for name, end in (("client", client), ("server", server)):
                try:
                    got = end.recv(1)
                    wrong.append(f"{way.name}: the {name} sees {got!r} instead of a reset")
                except ConnectionResetError:
                    pass
                except TimeoutError:
                    wrong.append(f"{way.name}: nothing happens at the {name}")
            took = time.monotonic() - last
            if took < 1.5:
                wrong.append(f"{way.name}: it took {took:.1f} s")
        if setting.proxy.line_of(address)["flags"] not in ("SI", "UT"):
            wrong.append(f"{way.name}: the log says {setting.proxy.line_of(address)['text']}")
        return wrong
    def until_it_could_be_used(way):
        for _ in range(5):
            wrong = one(way)
            if wrong is not None:
                return wrong
        return [f"{way.name}: the machine stood still for a second each time"]
    return sum(ways.at_once(*(lambda w=way: until_it_could_be_used(w) for way in setting.ways[:2])), [])


def bytes_while_it_lasts(bench):
    """Metrics move while a connection is open."""
    setting, wrong = redirect(bench), []
    for way in setting.ways[:2]:
        reporter = "destination" if ways.is_inbound(way) else "source"
        def total(name, reporter=reporter):
            return setting.proxy.total(name, reporter=reporter)
        names = [f"istio_tcp_{word}_total" for word in
                 ("connections_opened", "connections_closed", "received_bytes", "sent_bytes")]
        setting.even()
        before = [total(name) for name in names]
        with way.joined() as (client, server):
            client.sendall(b"q" * 1000)
            pods.receive(server, 1000)
            server.sendall(b"a" * 70)
            pods.receive(client, 70)
            with contextlib.suppress(TimeoutError):
                pods.wait_for("bytes", lambda b=before: [total(names[n]) - b[n] for n in (2, 3)] == [1000, 70])
            during = [total(name) - was for name, was in zip(names, before)]
        with contextlib.suppress(TimeoutError):
            pods.wait_for("the end", lambda b=before: total(names[1]) - b[1] == 1)
        after = [total(name) - was for name, was in zip(names, before)]
        if during != [1, 0, 1000, 70] or after != [1, 1, 1000, 70]:
            wrong.append(f"{way.name}: opened, closed, received, sent: {during} while it lasts, {after} after it")
    return wrong


def json_log(bench):
    setting = Setting(bench, environment=pods.access_log("JSON"), families=(4,))
    way = setting.ways[1]
    with way.joined() as (client, server):
        address = client.getsockname()
        client.sendall(b"12345")
        pods.receive(server, 5)
        port = server.getsockname()[1]
    def find():
        for text in setting.proxy.out.read_text().splitlines():
            with contextlib.suppress(ValueError):
                line = json.loads(text)
                if line.get("downstream_remote_address") == pods.address_text(address):
                    return line
        return None
    line = pods.wait_for("a line of JSON", find)
    there = f"{setting.pod.address}:{port}"
    want = {"bytes_received": 5, "bytes_sent": 0, "upstream_cluster": "InboundPassthroughCluster",
            "response_flags": "-", "downstream_local_address": there, "upstream_host": there}
    return [f"{name}: {line.get(name)!r}, not {value!r}" for name, value in want.items() if line.get(name) != value]


def tests():
    everywhere = tuple(name for name in SETTINGS if name not in ("small buffers", "Envoy"))
    yield "streams: 200 MB both ways at once, with checksums", each_way(much_both_ways)
    yield "streams: the same, less, by TPROXY", each_way(lambda b, s, w: much_both_ways(b, s, w), ("TPROXY",))
    yield "streams: half-close", each_way(half_close, everywhere)
    yield "streams: the server speaks first", each_way(server_first, everywhere)
    yield "streams: slow readers", each_way(slow_readers, ("small buffers",))
    yield "engine envoy: half-close, and the server speaks first", each_way(
        lambda b, s, w: (half_close(b, s, w) or []) + (server_first(b, s, w) or []), ("Envoy",))
    yield "streams: connection refused", each_way(refused, everywhere)
    yield "streams: resets", each_way(resets, everywhere)
    yield "streams: a reset after much", each_way(reset_before_the_end)
    yield "streams: the proxy's own ports", own_ports
    yield "streams: REGISTRY_ONLY", registry_only
    yield "streams: packets that belong to no connection", strays
    yield "streams: idle time-out", idle_timeout
    yield "streams: metrics while it lasts", bytes_while_it_lasts
    yield "streams: the log as JSON", json_log
