#!/usr/bin/env python3
"""Requests a second of the webhook, its memory, and how soon it is ready: webhook_bench.py PILLION [flags]

All servers take turns in one run, over HTTPS with connections that are kept; figures are medians over the rounds.
  floor     tests/bench/webhook_floor: the same libraries with a fixed answer
  pillion   pillion webhook
  istio     Istio's webhook, when ISTIO_WEBHOOK is the command of one, with {port} {certificate} {key} {config} {values}
            {mesh} in it. It has no configuration of its own: it needs --config, --values and --mesh.
h2load asks for one review again and again; wrk asks for streams: the pods in turn, replicas of one workload (name and
labels differ), and pods that differ in what the template reads as well. Sampled answers are compared with what `pillion
review` says to the same pod. Exits 1 when an answer was wrong or a request failed; targets are printed only."""

import argparse
import base64
import contextlib
import json
import os
import pathlib
import random
import re
import shlex
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from webhook_pods import different, numbered, review, streams  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parents[2]
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CONTEXT.check_hostname, CONTEXT.verify_mode = False, ssl.CERT_NONE
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}
ENVIRONMENT = {**os.environ, "ENABLE_NATIVE_SIDECARS": os.environ.get("ENABLE_NATIVE_SIDECARS", "true")}
TARGETS = {"ratio": 30, "aim": 50, "resident": 9000, "ready": 10e-3}  # resident in kB, as /proc has them
problems = []


# ---- servers --------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, name, argv):
        self.name, self.argv, self.pid = name, argv, None

    def start(self):
        """Starts it; gives the seconds from exec until it has answered a request over TLS."""
        self.port = free_port()
        argv = [a.replace("{port}", str(self.port)) for a in self.argv]
        sink = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
        started = time.perf_counter()
        self.pid = os.posix_spawnp(argv[0], argv, ENVIRONMENT, file_actions=sink)
        while True:
            try:
                self.ask(FIRST)
                return time.perf_counter() - started
            except OSError:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    sys.exit(f"{self.name} has ended: {shlex.join(argv)}")
                if time.perf_counter() - started > 60:
                    sys.exit(f"{self.name} does not answer")

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), 60)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return CONTEXT.wrap_socket(plain, server_hostname="localhost")

    def ask(self, body, connection=None):
        """The answer's body; raises where the status is not 200."""
        own = connection is None
        connection = connection or self.connect()
        try:
            body = body.encode()
            connection.sendall(
                b"POST /inject HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body) + body
            )
            text = b""
            while b"\r\n\r\n" not in text:
                text += self.receive(connection)
            head, text = text.split(b"\r\n\r\n", 1)
            if not head.startswith(b"HTTP/1.1 200"):
                raise ValueError(f"{self.name}: {head[:200]!r}")
            length = re.search(rb"content-length: (\d+)", head, re.I)
            if not length:  # chunks, as Go sends what is long
                while not text.endswith(b"0\r\n\r\n"):
                    text += self.receive(connection)
                return re.sub(rb"(?:\r\n|^)[0-9a-f]+\r\n", b"", text[:-5])
            while len(text) < int(length[1]):
                text += self.receive(connection)
            return text
        finally:
            if own:
                connection.close()

    @staticmethod
    def receive(connection):
        got = connection.recv(1 << 16)
        if not got:
            raise ConnectionError("closed")
        return got

    def memory(self, what="VmRSS"):
        return int(re.search(rf"{what}:\s+(\d+)", pathlib.Path(f"/proc/{self.pid}/status").read_text())[1])

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.pid:
            os.kill(self.pid, 15)
            for _ in range(200):
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    break
                time.sleep(0.05)
            else:
                os.kill(self.pid, 9)
                os.waitpid(self.pid, 0)
        self.pid = None


def servers(options, folder, certificate, key):
    pillion = os.path.abspath(options.pillion)
    flags = (
        ["--injectConfigFile", options.config, "--valuesFile", options.values, "--meshConfigFile", options.mesh]
        if options.config
        else []
    )
    floor = pathlib.Path(pillion).parents[2] / "tests/bench/webhook_floor"
    made = []
    if floor.exists():
        made.append(Server("floor", [str(floor), "{port}", certificate, key]))
    made.append(
        Server(
            "pillion",
            [
                pillion,
                "webhook",
                "--port",
                "{port}",
                "--httpPort",
                "0",
                "--address",
                "127.0.0.1",
                "--tlsCertFile",
                certificate,
                "--tlsKeyFile",
                key,
                "--drainDuration",
                "0s",
                *flags,
            ],
        )
    )
    command = os.environ.get("ISTIO_WEBHOOK")
    if command and not flags:
        sys.exit("ISTIO_WEBHOOK needs --config, --values and --mesh")
    if command:
        words = {
            "{certificate}": certificate,
            "{key}": key,
            "{config}": options.config,
            "{values}": options.values,
            "{mesh}": options.mesh,
        }
        argv = shlex.split(command)
        for word, value in words.items():
            argv = [a.replace(word, value or "") for a in argv]
        made.append(Server("istio", argv))
    return made, [pillion, "review", "--path", "/inject", *flags]


# ---- load -----------------------------------------------------------------------------------------


def seconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * UNITS[unit]


def h2load(server, clients, duration, body):
    out = subprocess.run(
        [
            "h2load",
            "--h1",
            "-t1",
            "-c",
            str(clients),
            "-D",
            str(duration),
            "-d",
            body,
            "-H",
            "content-type: application/json",
            f"https://127.0.0.1:{server.port}/inject",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    done, failed, errors = map(int, re.search(r"(\d+) done, \d+ succeeded, (\d+) failed, (\d+) errored", out).groups())
    good = int(re.search(r"status codes: (\d+) 2xx", out)[1])
    if failed or errors or good < done or not done:  # one more may come in when the time is over
        problems.append(f"{server.name}: {done} answers, {good} of them 2xx, {failed} failed, {errors} errors")
    worst, mean = (seconds(t) for t in re.search(r"time for request:\s+\S+\s+(\S+)\s+(\S+)", out).groups())
    return done / duration, mean, worst, done


def wrk_command(server, clients, duration, bodies, first, *count):
    script = str(TOP / "tests/bench/webhook_stream.lua")
    return [
        "wrk",
        "-t1",
        f"-c{clients}",
        f"-d{duration}s",
        "--timeout",
        "30s",
        "-s",
        script,
        f"https://127.0.0.1:{server.port}/inject",
        "--",
        bodies,
        str(first),
        *map(str, count),
    ]


def wrk(server, clients, duration, bodies, first):
    argv = wrk_command(server, clients, duration, bodies, first)
    out = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    requests, microseconds, mean, worst, errors = (float(f) for f in re.search(r"^RESULT (.*)$", out, re.M)[1].split())
    if errors or not requests:
        problems.append(f"{server.name}: {errors:.0f} errors in {requests:.0f} requests")
    return requests / microseconds * 1e6, mean / 1e6, worst / 1e6, int(requests)


class Tally:
    """Figures of one kind of load: of each server, those of its rounds."""

    def __init__(self):
        self.rounds = {}

    def add(self, server, load):
        before = server.cpu()
        figures = load(server)
        self.rounds.setdefault(server.name, []).append((*figures[:3], (server.cpu() - before) / max(1, figures[3])))

    def median(self, name):
        return [statistics.median(column) for column in zip(*self.rounds[name])]

    def report(self, title):
        print(f"{title}\n  {'':9}{'requests/s':>12}{'mean':>11}{'worst':>11}{'processor':>13}")
        for name, rounds in self.rounds.items():
            rate, mean, worst, cpu = self.median(name)
            line = f"  {name:9}{rate:12,.0f}{mean * 1e3:8.2f} ms{worst * 1e3:8.1f} ms{cpu * 1e6:10.1f} us"
            line += f"   worst of all {max(r[2] for r in rounds) * 1e3:.0f} ms"
            print(line, flush=True)
        if "istio" in self.rounds:
            ours, theirs = self.median("pillion"), self.median("istio")
            print(
                f"  ratios: {ours[0] / theirs[0]:.1f} times the requests, mean 1/{theirs[1] / ours[1]:.0f}, worst 1/{theirs[2] / ours[2]:.0f}, "
                f"processor time 1/{theirs[3] / ours[3]:.0f}",
                flush=True,
            )

    def targets(self, title):
        if "istio" not in self.rounds:
            return
        ours, theirs = self.median("pillion"), self.median("istio")
        target(
            f"{title}: times the requests",
            ours[0] / theirs[0],
            f"{TARGETS['ratio']} (aim {TARGETS['aim']})",
            ours[0] / theirs[0] >= TARGETS["ratio"],
        )
        target(
            f"{title}: worst, a part of",
            theirs[2] / ours[2],
            f"{TARGETS['ratio']}",
            theirs[2] / ours[2] >= TARGETS["ratio"],
        )


verdicts = []


def target(what, value, wanted, met):
    verdicts.append(f"  {'met    ' if met else 'NOT MET'} {what}: {value:.1f}, target {wanted}")


# ---- answers --------------------------------------------------------------------------------------


def applied(document, operations):
    """RFC 6902, strictly: what an operation needs must be there."""
    document = json.loads(json.dumps(document))
    for operation in operations:
        keys = [k.replace("~1", "/").replace("~0", "~") for k in operation["path"].split("/")[1:]]
        parent = document
        for key in keys[:-1]:
            parent = parent[int(key) if isinstance(parent, list) else key]
        last, kind = keys[-1], operation["op"]
        if isinstance(parent, list):
            last = len(parent) if last == "-" else int(last)
            assert last < len(parent) + (kind == "add"), operation
        if kind == "remove":
            del parent[last]
        elif kind == "test":
            assert parent[last] == operation["value"], operation
        elif isinstance(parent, list) and kind == "add":
            parent.insert(last, operation["value"])
        else:
            assert kind == "add" or last in parent or isinstance(parent, list), operation
            parent[last] = operation["value"]
    return document


def patched(request, answer):
    """The pod as the answer wants it; the refusal where it is one."""
    response = json.loads(answer)["response"]
    if (
        json.loads(answer)["apiVersion"] != json.loads(request)["apiVersion"]
        or response["uid"] != json.loads(request)["request"]["uid"]
    ):
        raise ValueError(f"an answer to another request: {answer[:200]}")
    if "patch" not in response:
        return response.get("status", response["allowed"])
    return applied(json.loads(request)["request"]["object"], json.loads(base64.b64decode(response["patch"])))


class Sampler:
    """Asks, while others load the server, for pods of the same stream; afterwards compares the answers."""

    def __init__(self, server, bodies, begin):
        self.server, self.bodies, self.begin = server, bodies, begin
        self.samples, self.stopping = [], threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self):
        chance = random.Random(self.begin)
        connection = self.server.connect()
        while not self.stopping.wait(0.1):
            text = numbered(chance.choice(self.bodies), chance.randrange(self.begin, self.begin + 20000))
            self.samples.append((text, self.server.ask(text, connection)))
        connection.close()

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()


def compare(samples, review_command):
    wrong = 0
    for text, answer in samples:
        expected = subprocess.run(
            review_command, input=text.encode(), capture_output=True, check=True, env=ENVIRONMENT
        ).stdout
        if patched(text, answer) != patched(text, expected):
            wrong += 1
            problems.append(f"another answer than `pillion review` gives: {text[:300]}")
    print(f"  {len(samples)} sampled answers, {wrong} of them other than `pillion review`'s", flush=True)


def same_containers(ours, theirs, bodies):
    """That both are asked for the same work."""
    for n, body in enumerate(bodies):
        text = numbered(body, n)
        names = []
        for server in (ours, theirs):
            result = patched(text, server.ask(text))
            spec = result.get("spec", {}) if isinstance(result, dict) else {}
            names.append(
                [
                    (c.get("name"), c.get("image"))
                    for part in ("initContainers", "containers")
                    for c in spec.get(part, [])
                ]
            )
        if names[0] != names[1]:
            problems.append(f"not the same containers as Istio's: {text[:200]}: {names}")


# ---- the run --------------------------------------------------------------------------------------


def measure_start(all_servers, runs):
    figures = {server.name: [] for server in all_servers}
    for n in range(runs):
        for server in all_servers:
            if server.name == "istio" and n >= 5:
                continue
            figures[server.name].append(server.start())
            server.stop()
    print("from exec to the first answer over TLS")
    for name, times in figures.items():
        print(
            f"  {name:9}{statistics.median(times) * 1e3:9.1f} ms   least {min(times) * 1e3:.1f} ms, most {max(times) * 1e3:.1f} ms",
            flush=True,
        )
    ready = statistics.median(figures["pillion"])
    target("ready, ms from exec", ready * 1e3, f"{TARGETS['ready'] * 1e3:.0f}", ready <= TARGETS["ready"])


def million(server, bodies_file, total):
    """Memory after each tenth of so many requests, all kinds of pods mixed."""
    print(f"memory over {total:,} requests, 16 connections, pods in turn and all different ones mixed")
    sizes, step = [], max(1000, total // 10)
    for n in range(total // step):
        started = time.perf_counter()
        subprocess.run(wrk_command(server, 16, 3600, bodies_file, n * step, step), capture_output=True, check=True)
        rate = step / (time.perf_counter() - started)
        sizes.append(server.memory())
        print(
            f"  after {(n + 1) * step:>9,}: {sizes[-1]:6} kB resident, at most {server.memory('VmHWM')} kB   ({rate:,.0f}/s)",
            flush=True,
        )
    target(f"resident after {total:,} requests, kB", sizes[-1], TARGETS["resident"], sizes[-1] <= TARGETS["resident"])
    grown = sizes[-1] - sizes[len(sizes) * 3 // 10]
    target("growth over the last seven tenths, kB", grown, "256", grown <= 256)


def load_singles(options, everybody, single):
    for clients in options.connections:
        tally = Tally()
        for n in range(options.rounds):
            body = single[n * 7 % len(single)]
            for server in everybody:
                tally.add(server, lambda s: h2load(s, clients, options.duration, body))
        title = f"h2load, {clients} connection{'s' * (clients > 1)}"
        tally.report(title + ", one review a round")
        if clients > 1:
            tally.targets(title)


def load_stream(options, everybody, title, clients, bodies, file, first):
    """One stream; numbers go on from `first`, so that no pod comes a second time."""
    tally, samples = Tally(), []
    for n in range(options.rounds):
        begin = first + n * 1000000
        for server in everybody:
            if server.name == "floor":
                continue
            sampler = Sampler(server, bodies, begin)
            with sampler if server.name == "pillion" else contextlib.nullcontext():
                tally.add(server, lambda s: wrk(s, clients, options.duration, file, begin))
            samples += sampler.samples
    tally.report(title)
    tally.targets(title)
    return samples


def load_all(options, everybody, kinds, files, single, review_command):
    servers_by_name = {server.name: server for server in everybody}
    if "istio" in servers_by_name:
        same_containers(
            servers_by_name["pillion"], servers_by_name["istio"], kinds["pods in turn"][:20] + kinds["all different"]
        )
    if "h2load" in options.parts:
        load_singles(options, everybody, single)
    first = 1
    for name in kinds if "wrk" in options.parts else ():
        for clients in [c for c in options.connections if c > 1]:
            samples = load_stream(
                options, everybody, f"wrk, {clients} connections, {name}", clients, kinds[name], files[name], first
            )
            compare(random.Random(1).sample(samples, min(len(samples), options.samples)), review_command)
            first += 100000000
    print("memory after all of this")
    for server in everybody:
        print(f"  {server.name:9}{server.memory():8} kB resident, at most {server.memory('VmHWM')} kB", flush=True)


def run(options, folder):
    certificate, key = f"{folder}/tls.crt", f"{folder}/tls.key"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            key,
            "-out",
            certificate,
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ],
        check=True,
        capture_output=True,
    )
    kinds = streams(options.bodies)
    global FIRST
    FIRST = numbered(kinds["pods in turn"][0], 0)
    files = {}
    for n, (name, bodies) in enumerate(
        {**kinds, "mixed": kinds["pods in turn"] + [review(different())] * len(kinds["pods in turn"])}.items()
    ):
        files[name] = f"{folder}/stream-{n}"
        pathlib.Path(files[name]).write_text("".join(json.dumps(b) + "\n" for b in bodies))
    single = []
    for n, body in enumerate(kinds["pods in turn"]):
        single.append(f"{folder}/body-{n}")
        pathlib.Path(single[-1]).write_text(json.dumps(body))
    everybody, review_command = servers(options, folder, certificate, key)
    print(
        f"configuration: {options.config or 'the embedded profile'}; {len(single)} reviews, {sum(map(os.path.getsize, single)) // len(single)} bytes each; "
        f"{os.cpu_count()} processors, {options.rounds} rounds of {options.duration} s"
    )
    ours = next(server for server in everybody if server.name == "pillion")
    try:
        if "start" in options.parts:
            measure_start(everybody, options.starts)
        if {"h2load", "wrk"} & set(options.parts):
            for server in everybody:
                server.start()
            load_all(options, everybody, kinds, files, single, review_command)
            ours.stop()
        if "memory" in options.parts:
            ours.start()
            million(ours, files["mixed"], options.requests)
    finally:
        for server in everybody:
            server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pillion")
    for name in ("config", "values", "mesh"):
        parser.add_argument("--" + name, default=os.environ.get("BENCH_" + name.upper()))
    parser.add_argument(
        "--bodies", metavar="FOLDER", help="reviews (review-*.json below it) instead of the bench's own"
    )
    parser.add_argument("--parts", type=lambda text: text.split(","), default=["start", "h2load", "wrk", "memory"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--duration", type=int, default=3, help="seconds of each round")
    parser.add_argument("--starts", type=int, default=21)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--requests", type=int, default=1000000, help="of the part memory")
    parser.add_argument("--connections", type=lambda text: [int(n) for n in text.split(",")], default=[1, 16, 64])
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and the servers with it
    with tempfile.TemporaryDirectory(prefix="pillion-bench-") as folder:
        run(options, folder)
    if verdicts:
        print("targets")
        print("\n".join(verdicts))
    for problem in problems[:20]:
        print("WRONG", problem)
    sys.exit(1 if problems else 0)


main()
