"""The tests that make connections."""
import os
import shlex

import lab
import traffic

PAIR = []


def pair():
    """One pair for all of them: each test takes its rules out again, and the next finds what it left."""
    if not PAIR:
        PAIR.append(lab.Pair().__enter__())
    return PAIR[0]


def close():
    if PAIR:
        PAIR.pop().__exit__()


def scenario(pillion, flags, environment, expected):
    connections, want = [e[0] for e in expected], [e[1] for e in expected]
    return traffic.Traffic(pillion, pair()).one(flags, environment, connections, want)[0]


def random_cases(pillion, seeds):
    """Kernel, trace and both back ends agree."""
    here, wrong = traffic.Traffic(pillion, pair()), []
    for seed in seeds:
        flags, environment, connections = traffic.random_case(seed)
        ends = {}
        for name, more in traffic.BACK_ENDS.items():
            problems, ends[name] = here.one([*more, *flags], environment, connections, live=seed % 4 == 0)
            wrong += [f"seed {seed}, {name}: init {shlex.join(flags)} {environment}: {p}" for p in problems]
        for n, connection in enumerate(connections):
            if len({ends[name][n] if n < len(ends[name]) else None for name in ends}) > 1:
                wrong.append(f"seed {seed}: init {shlex.join(flags)} {environment}: {traffic.describe(connection)}: " +
                             ", ".join(f"{name} {ends[name][n:n + 1]}" for name in ends))
        if len(wrong) > 10:
            break
    return wrong


def rules(namespace):
    lines = []
    for tool in ("iptables", "ip6tables"):
        for table in ("raw", "mangle", "nat"):
            text = namespace.run(tool + "-nft", "-t", table, "-S").stdout.splitlines()
            lines += [f"{tool} {table} {line}" for line in text if not line.startswith("-P")]
    return lines


def as_istio(pillion, istio, seeds):
    """The same settings given to Istio's own program make the same rules."""
    wrong = []
    for seed in seeds:
        flags, environment, _ = traffic.random_case(seed)
        if any(":" in flag and flag[0].isdigit() and "," not in flag and "/" not in flag for flag in flags):
            continue
        made = []
        for program in ([*pillion, "init"], istio):
            with lab.pod_alone() as pod:
                pod.run("env", *(f"{k}={v}" for k, v in environment.items()), *program, *flags)
                made.append(rules(pod))
        if made[0] != made[1]:
            only = [f"only ours: {r}" for r in made[0] if r not in made[1]]
            only += [f"only Istio's: {r}" for r in made[1] if r not in made[0]]
            wrong += [f"seed {seed}: {shlex.join(flags)} {environment}", *(only or ["the order differs"])]
    return wrong


def tests(pillion, options):
    for name, flags, environment, expected in traffic.SCENARIOS:
        for back_end, more in traffic.BACK_ENDS.items():
            yield (f"{name}, {back_end}",
                   lambda f=[*more, *flags], e=environment, x=expected: scenario(pillion, f, e, x))
    name, flags, environment, expected = traffic.SCENARIO_1_0
    yield name, lambda: scenario(pillion, flags, environment, expected)
    step = 25
    for first in range(0, options.random, step):
        seeds = range(options.seed * 10000 + first, options.seed * 10000 + min(first + step, options.random))
        yield f"random settings {seeds.start} to {seeds.stop - 1}", lambda s=seeds: random_cases(pillion, s)
    istio = shlex.split(os.environ.get("ISTIO_IPTABLES", ""))
    if istio:
        start = options.seed * 10000
        yield "random settings as Istio's own", lambda: as_istio(pillion, istio, range(start, start + 40))
