"""Many connections at once, many after each other, and in every state at the same time; nothing of them may stay."""
import contextlib
import os
import random
import socket
import subprocess
import sys
import time

import pods
import ways
from stream_tests import Setting, redirect


def crowd(bench):
    """Ten thousand connections at once, or as many as the machine has descriptors for."""
    setting, wrong = redirect(bench), []
    count = min(bench.size(10_000, 1_000), (bench.descriptors - 400) // 2)
    before = setting.quiet()
    for way in setting.ways[:2]:
        opened = setting.proxy.total("istio_tcp_connections_opened_total")
        argv = [*way.server_place.inside, sys.executable, os.path.join(os.path.dirname(__file__), "crowd.py")]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            port = int(server.stdout.readline())
            clients = []
            try:
                begun = time.monotonic()
                for number in range(count):
                    clients.append(way.connect(port))
                    clients[-1].sendall(number.to_bytes(8, "big"))
                bad = sum(pods.receive(client, 8) != number.to_bytes(8, "big")
                          for number, client in enumerate(clients))
                took, memory = time.monotonic() - begun, setting.proxy.memory()
                for client in reversed(clients):  # all of them are still there
                    client.sendall(b"ABCDEFGH")
                bad += sum(pods.receive(client, 8) != b"ABCDEFGH" for client in clients)
            finally:
                for client in clients:
                    client.close()
                server.stdin.close()
                told = server.stdout.read().strip()
        if bad or told != f"{count}":
            wrong.append(f"{way.name}: {bad} of {count} answers are not right; the server counted {told}")
        if memory > 25 and not bench.sanitized:
            wrong.append(f"{way.name}: {memory:.1f} MiB with {count} connections")
        print(f"     {way.name}: {count} connections in {took:.1f} s, {memory:.1f} MiB")
        with contextlib.suppress(TimeoutError):
            pods.wait_for("all to end", lambda: setting.proxy.descriptors() <= before + 2)
        if setting.proxy.descriptors() > before + 2:
            wrong.append(f"{way.name}: {setting.proxy.descriptors()} descriptors, {before} before")
        counted = setting.proxy.total("istio_tcp_connections_opened_total") - opened
        if counted != count:
            wrong.append(f"{way.name}: {counted} connections counted, not {count}")
    return wrong


def churn(bench):
    """20,000 connections a minute: nothing leaks, no source port is missing."""
    setting, wrong = redirect(bench), []
    seconds = 600 if bench.long else 0
    total = 20_000 * seconds // 60 if seconds else bench.size(6_600, 1_000)
    chosen = [way for way in setting.ways if way.name in ("outbound", "inbound", "inbound IPv6")]
    opened, before, memory = setting.proxy.total("istio_tcp_connections_opened_total"), setting.quiet(), None
    begun = time.monotonic()
    def echo(connection):
        connection.sendall(pods.receive(connection, 16))
        connection.recv(1)
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(pods.Server(way.server_place, echo)) for way in chosen]
        def some(worker, workers):
            for number in range(worker, total, workers):
                ahead = begun + seconds * number / total - time.monotonic()
                if ahead > 0:
                    time.sleep(ahead)
                way, server = chosen[number % len(chosen)], servers[number % len(chosen)]
                with way.connect(server.port) as client:
                    token = os.urandom(16)
                    client.sendall(token)
                    if pods.receive(client, 16) != token:
                        raise ConnectionError(f"{way.name}: another answer")
                if number == total // 3:
                    nonlocal memory
                    memory = setting.proxy.memory()
        try:
            ways.at_once(*(lambda w=worker: some(w, 4) for worker in range(4)))
        except OSError as problem:
            wrong.append(f"{type(problem).__name__}: {problem}")
        problems = [problem for server in servers for problem in server.problems]
        if problems:
            wrong.append(f"{len(problems)} servers' connections went wrong: {problems[0]}")
    took = time.monotonic() - begun
    print(f"     {total} connections in {took:.1f} s")
    with contextlib.suppress(TimeoutError):
        pods.wait_for("all to end", lambda: setting.proxy.descriptors() <= before + 2)
    after = setting.proxy.descriptors()
    if after > before + 2:
        wrong.append(f"{after} descriptors, {before} before")
    grown = setting.proxy.memory() - memory
    if grown > 1 and not bench.sanitized:
        wrong.append(f"{grown:.1f} MiB more after {total} connections than after a third of them")
    counted = setting.proxy.total("istio_tcp_connections_opened_total") - opened
    if counted != total:
        wrong.append(f"{counted} connections counted, not {total}")
    return wrong


def few_source_ports(bench):
    """The source address alone is bound, not a port: each destination has all ports (IP_BIND_ADDRESS_NO_PORT)."""
    setting = Setting(bench, families=(4, 6))
    setting.pod.run("sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40063", check=True)
    wrong = []
    for way in setting.ways[:4]:
        with contextlib.ExitStack() as stack:
            made = 0
            try:
                for _ in range(6):  # the client's own port is another of the 64 that lead to the same place
                    port = next(pods.SERVER_PORTS)
                    listener = stack.enter_context(way.server_place.listen("::", port))
                    for _ in range(25):
                        client = stack.enter_context(way.connect(port))
                        server, _ = listener.accept()
                        stack.enter_context(server)
                        server.sendall(b"!")
                        if client.recv(1) != b"!":
                            raise ConnectionError("closed")
                        made += 1
            except OSError as problem:
                wrong.append(f"{way.name}: with 64 source ports and {made} connections: {problem}")
    return wrong


def storm(bench):
    """Connections that end in every way at every time, many at once; nothing is left of them."""
    setting, wrong = redirect(bench), []
    before = setting.quiet()
    seed = int(os.environ.get("PILLION_SEED", "1"))
    def serve(connection, rng):
        with contextlib.suppress(OSError):
            connection.settimeout(0.3)
            for _ in range(rng.randint(0, 4)):
                what = rng.random()
                if what < 0.4:
                    connection.sendall(ways.BLOCK[:rng.choice([1, 100, 70_000, 400_000])])
                elif what < 0.7:
                    connection.recv(rng.choice([1, 1000, 1 << 18]))
                elif what < 0.8:
                    connection.shutdown(socket.SHUT_WR)
                else:
                    time.sleep(rng.random() / 100)
            if rng.random() < 0.3:
                pods.reset(connection)
    servers = [pods.Server(place, lambda c, r=random.Random(seed): serve(c, r))
               for place in (setting.world, setting.pod)]
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(server)
        with setting.world.listen() as closed:
            dead = closed.getsockname()[1]
        def client(worker):
            rng = random.Random(seed * 1000 + worker)
            for _ in range(bench.size(100, 30)):
                way = rng.choice(setting.ways[:4])
                port = dead if rng.random() < 0.1 else servers[ways.is_inbound(way)].port
                with contextlib.suppress(OSError):
                    connection = way.connect(port)
                    with connection:
                        serve(connection, rng)
        ways.at_once(*(lambda w=worker: client(w) for worker in range(8)))
    with contextlib.suppress(TimeoutError):
        pods.wait_for("all to end", lambda: setting.proxy.descriptors() <= before + 2)
    after = setting.proxy.descriptors()
    if after > before + 2:
        wrong.append(f"{after} descriptors, {before} before (PILLION_SEED={seed})")
    def balanced():
        sums = {name: setting.proxy.total(f"istio_tcp_connections_{name}_total") for name in ("opened", "closed")}
        return sums["opened"] == sums["closed"]
    with contextlib.suppress(TimeoutError):
        pods.wait_for("counters", balanced)
        return wrong
    return [*wrong, f"opened and closed connections differ (PILLION_SEED={seed})"]


def tests():
    yield "crowds: ten thousand connections at once", crowd
    yield "crowds: 20,000 connections a minute", churn
    yield "crowds: few source ports", few_source_ports
    yield "crowds: a storm", storm
