"""Tables, ratios and verdicts of proxy_bench.py."""

import statistics

from proxy_lab import DIRECTIONS, IDLE_MANY

LISTEN_MS, IDLE_MIB, MANY_MIB, CONNECTION_KIB = 10, 3.0, 25.0, 2.0
NOISE_FREE = ("floor", "pillion")  # whose errors are ours
LOAD_COLUMNS = (
    ("Gb/s, 1 stream", "bulk_1", "gbit_s", "{:.1f}"),
    ("8 streams", "bulk_8", "gbit_s", "{:.1f}"),
    ("CPU s/GB, 1", "bulk_1", "cpu_s_gb", "{:.2f}"),
    ("8", "bulk_8", "cpu_s_gb", "{:.2f}"),
    ("requests/s, 1 connection", "http_1", "per_s", "{:,.0f}"),
    ("p50, p99 us", "http_1", ("p50_us", "p99_us"), "{:,.0f}"),
    ("64 connections", "http_64", "per_s", "{:,.0f}"),
    ("p50, p99 us", "http_64", ("p50_us", "p99_us"), "{:,.0f}"),
    ("CPU us/request, 1", "http_1", "cpu_us", "{:.1f}"),
    ("64", "http_64", "cpu_us", "{:.1f}"),
    ("new connections/s", "connections", "per_s", "{:,.0f}"),
    ("CPU us/connection", "connections", "cpu_us", "{:.1f}"),
)
# What is wanted of ours: against whom, what, and the ratio; True: at least, False: at most.
WANTED = (
    ("envoy", "requests/s, 64 connections", "http_64", "per_s", True, 1.12),
    ("envoy", "p99, 64 connections", "http_64", "p99_us", False, 0.6),
    ("envoy", "CPU a GB, 1 stream", "bulk_1", "cpu_s_gb", False, 0.6),
    ("envoy", "CPU a GB, 8 streams", "bulk_8", "cpu_s_gb", False, 0.6),
    ("envoy", "CPU a connection", "connections", "cpu_us", False, 0.55),
    ("floor", "requests/s, 1 connection", "http_1", "per_s", True, 0.95),
    ("floor", "requests/s, 64 connections", "http_64", "per_s", True, 0.95),
    ("floor", "CPU a request, 64 connections", "http_64", "cpu_us", False, 1.05),
    ("floor", "Gb/s, 1 stream", "bulk_1", "gbit_s", True, 0.95),
    ("floor", "Gb/s, 8 streams", "bulk_8", "gbit_s", True, 0.95),
    ("floor", "CPU a GB, 1 stream", "bulk_1", "cpu_s_gb", False, 1.05),
    ("floor", "CPU a GB, 8 streams", "bulk_8", "cpu_s_gb", False, 1.05),
    ("floor", "connections/s", "connections", "per_s", True, 0.95),
    ("floor", "CPU a connection", "connections", "cpu_us", False, 1.05),
)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def rounds(run, name, direction, kind):
    return run.figures.get((name, direction, kind), [])


def median(run, name, direction, kind, key):
    values = [figures[key] for figures in rounds(run, name, direction, kind) if figures and key in figures]
    return statistics.median(values) if values else None


def ratio(run, other, direction, kind, key):
    """Ours to another's: the median over the rounds in which both have a figure."""
    pairs = zip(rounds(run, "pillion", direction, kind), rounds(run, other, direction, kind))
    values = [ours[key] / theirs[key] for ours, theirs in pairs if ours and theirs and theirs[key]]
    return statistics.median(values) if values else None


def load_table(run, names, direction):
    rows = []
    for name in names:
        row = [name]
        for _, kind, keys, form in LOAD_COLUMNS:
            keys = (keys,) if isinstance(keys, str) else keys
            values = [median(run, name, direction, kind, key) for key in keys]
            row.append(
                ", ".join("-" if v is None or (name == "none" and "cpu" in keys[0]) else form.format(v) for v in values)
            )
        rows.append(row)
    return table([direction, *(title for title, *_ in LOAD_COLUMNS)], rows)


def kib_a_connection(memory):
    return (memory[f"rss_{IDLE_MANY}"] - memory["rss_0"]) * 1024 / IDLE_MANY


def process_table(run, names):
    head = (
        "process",
        "binary MiB",
        "exec to listening, ms",
        "least",
        "RSS MiB",
        "PSS",
        "1,000 idle",
        f"{IDLE_MANY:,} idle",
        "KiB a connection",
    )
    rows = []
    for name in names:
        starts, memory, binary = run.starts.get(name), run.memory.get(name), run.binaries.get(name)
        if not starts:
            continue
        row = [name, f"{binary:.2f}" if binary else "-", f"{statistics.median(starts):.1f}", f"{min(starts):.1f}"]
        if memory:
            row += [f"{memory[key]:.1f}" for key in ("rss_0", "pss_0", "rss_1000", f"rss_{IDLE_MANY}")]
            row.append(f"{kib_a_connection(memory):.2f}")
        rows.append(row + ["-"] * (len(head) - len(row)))
    return table(head, rows)


def behaviour_table(run):
    kinds = list(dict.fromkeys(kind for found in run.behaviours.values() for kind in found))
    rows = [
        [name, direction, *(found.get(kind, "-") for kind in kinds)]
        for (name, direction), found in run.behaviours.items()
    ]
    return table(["behaviour", "", *(kind.replace("_", " ") for kind in kinds)], rows)


def calls_table(run):
    rows = []
    for name, kinds in run.calls.items():
        for kind, (total, named) in (kinds or {}).items():
            rows.append([name, kind, f"{total:.1f}", named])
    return table(["system calls", "for a", "in all", "which"], rows)


def markdown(run, names):
    parts = []
    if run.figures:
        parts += [load_table(run, names, direction) for direction in DIRECTIONS]
    if run.starts:
        parts.append(process_table(run, names))
    if run.behaviours:
        parts.append(behaviour_table(run))
    if run.calls:
        parts.append(calls_table(run))
    return "\n".join(parts)


def verdict(what, value, wanted, at_least):
    met = value >= wanted if at_least else value <= wanted
    return f"  {'met    ' if met else 'NOT MET'} {what}: {value:.2f}, wanted {'>=' if at_least else '<='} {wanted:g}"


def verdicts(run):
    lines = []
    for other, title, kind, key, at_least, wanted in WANTED:
        for direction in DIRECTIONS:
            value = ratio(run, other, direction, kind, key)
            if value is not None:
                lines.append(verdict(f"{direction}, {title}, of {other}'s", value, wanted, at_least))
    if run.starts.get("pillion"):
        lines.append(
            verdict("ms from exec to listening (median)", statistics.median(run.starts["pillion"]), LISTEN_MS, False)
        )
    memory = run.memory.get("pillion")
    if memory:
        lines.append(verdict("MiB idle", memory["rss_0"], IDLE_MIB, False))
        lines.append(verdict(f"MiB with {IDLE_MANY} idle connections", memory[f"rss_{IDLE_MANY}"], MANY_MIB, False))
        lines.append(verdict("KiB a connection", kib_a_connection(memory), CONNECTION_KIB, False))
        envoy = run.memory.get("envoy")
        if envoy:
            lines.append(verdict("memory idle, of envoy's", memory["rss_0"] / envoy["rss_0"], 0.05, False))
    return lines


def checks(run, chosen):
    """How many of the checks that do not depend on the machine's pace passed, and a line for each that did not."""
    outcomes = []

    def check(good, line):
        outcomes.append((good, line))

    for (name, direction, kind), taken in run.figures.items():
        if name in NOISE_FREE:
            errors = sum(figures.get("errors", 0) for figures in taken if figures)
            lost = sum(figures is None for figures in taken)
            check(
                not errors and not lost, f"{name}, {direction}, {kind}: {errors} errors, {lost} rounds without a figure"
            )
    for (name, direction), found in run.behaviours.items():
        for kind, wanted in (chosen[name].expected or {}).items():
            wanted = wanted[direction] if isinstance(wanted, dict) else wanted
            allowed = (wanted,) if isinstance(wanted, str) else wanted
            check(found.get(kind) in allowed, f"{name}, {direction}, {kind}: {found.get(kind)}, wanted {wanted}")
    # The least, since another job on the machine can only make it later.
    if run.starts.get("pillion"):
        least = min(run.starts["pillion"])
        check(least <= LISTEN_MS, f"{least:.1f} ms at least from exec to listening, wanted {LISTEN_MS}")
    memory = run.memory.get("pillion")
    if memory:
        for key, limit in (("rss_0", IDLE_MIB), (f"rss_{IDLE_MANY}", MANY_MIB)):
            check(memory[key] <= limit, f"{memory[key]:.1f} MiB resident ({key}), wanted {limit}")
    for name, what in run.problems:
        if name in NOISE_FREE and name in chosen:
            check(False, f"{name}: {what}")
    return sum(good for good, _ in outcomes), [line for good, line in outcomes if not good]


def plain(run):
    return {
        "figures": {", ".join(key): value for key, value in run.figures.items()},
        "starts_ms": run.starts,
        "memory_mib": run.memory,
        "behaviours": {", ".join(key): value for key, value in run.behaviours.items()},
        "system_calls": run.calls,
        "problems": run.problems,
    }
