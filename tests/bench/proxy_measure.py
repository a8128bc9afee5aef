"""The measurements of proxy_bench.py: each takes a lab whose target runs, and gives figures by name."""

import json
import re
import subprocess
import time

from proxy_lab import BULK, HTTP, IDLE_MANY, Failure, memory_mib

UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 6e7}
GIGABYTE = 1e9
IDLE_COUNTS = (1000, IDLE_MANY)
ANSWER_PORT = 7001


def measured(lab, direction, seconds, *argv, uid=None):
    """The output of a client, and the processor time that the proxy took meanwhile."""
    namespace, usual_uid, address = lab.client(direction)
    before = lab.cpu()
    out = namespace.run(
        *[str(a).replace("{address}", address) for a in argv],
        uid=usual_uid if uid is None else uid,
        timeout=seconds + 30,
    )
    if not lab.is_running():
        raise Failure(f"the proxy has ended: {lab.log_tail()}")
    return out, lab.cpu() - before


def longer(seconds):
    """For once more, where nothing has come: a machine may stand still for as long as a short measurement."""
    return 10 if seconds < 10 else 0


def bulk(lab, direction, seconds, streams):
    argv = ["iperf3", "-c", "{address}", "-p", BULK, "-t", seconds, "-P", streams, "-J"]
    until = time.monotonic() + 20
    while True:
        try:
            out, cpu = measured(lab, direction, seconds, *argv)
            break
        except Failure as failure:  # its server takes one at a time, and may not be done with the one before
            if "busy" not in str(failure) or time.monotonic() > until:
                raise
            time.sleep(0.2)
    received = json.loads(out)["end"]["sum_received"]
    gigabytes = received["bytes"] / GIGABYTE
    if not gigabytes and longer(seconds):
        return bulk(lab, direction, longer(seconds), streams)
    if not gigabytes:
        raise Failure("no byte arrived")
    return {"gbit_s": received["bits_per_second"] / 1e9, "cpu_s_gb": cpu / gigabytes}


def percentile_us(out, which):
    number, unit = re.search(rf"^ +{which}% +([\d.]+)(us|ms|s|m) *$", out, re.M).groups()  # seconds have a space
    return float(number) * UNITS[unit]


def wrk(lab, direction, seconds, connections, closing=False, prefix=()):
    """`prefix`: words of a program (run as root) that runs wrk."""
    more = ["-H", "Connection: close"] if closing else []
    load = [
        "-t1",
        "--timeout",
        "20s",
        f"-c{connections}",
        f"-d{seconds}s",
        "--latency",
        *more,
        f"http://{{address}}:{HTTP}/",
    ]
    out, cpu = measured(lab, direction, seconds, *prefix, "wrk", *load, uid=0 if prefix else None)
    count = int(re.search(r"(\d+) requests in", out)[1])
    if not count and longer(seconds):
        return wrk(lab, direction, longer(seconds), connections, closing, prefix)
    if not count:
        raise Failure(f"no answer: {out[-300:]}")
    problems = dict(re.findall(r"(connect|read|write|timeout) (\d+)", out))
    if closing:
        problems.pop("read", None)  # wrk counts the end of an answered connection as one
    errors = sum(map(int, problems.values())) + int((re.search(r"Non-2xx or 3xx responses: (\d+)", out) or (0, 0))[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    return {
        "requests": count,
        "per_s": rate,
        "p50_us": percentile_us(out, 50),
        "p99_us": percentile_us(out, 99),
        "cpu_us": cpu / count * 1e6,
        "errors": errors,
    }


KINDS = {
    "bulk_1": lambda lab, direction, seconds: bulk(lab, direction, seconds, 1),
    "bulk_8": lambda lab, direction, seconds: bulk(lab, direction, seconds, 8),
    "http_1": lambda lab, direction, seconds: wrk(lab, direction, seconds, 1),
    "http_64": lambda lab, direction, seconds: wrk(lab, direction, seconds, 64),
    "connections": lambda lab, direction, seconds: wrk(lab, direction, seconds, 16, closing=True),
}


def idle(lab, direction="outbound"):
    """Memory of a fresh proxy: without a connection, and with many idle ones, each after a request and its answer."""
    namespace, uid, address = lab.client(direction)
    time.sleep(0.7)  # what is loaded after the proxy listens has been
    result = {"rss_0": memory_mib(lab.proxy.pid), "pss_0": memory_mib(lab.proxy.pid, "Pss")}
    for count in IDLE_COUNTS:
        holder = namespace.client(uid, "hold", address, HTTP, count)
        try:
            said = holder.stdout.readline().strip()
            if said != str(count):
                raise Failure(f"of {count} idle connections: {said or 'nothing'}; {lab.log_tail()}")
            time.sleep(0.3)
            result[f"rss_{count}"] = memory_mib(lab.proxy.pid)
        finally:
            holder.stdin.close()
            holder.wait(60)
        time.sleep(0.5)
    return result


def behaviour(lab, direction):
    """A word for each thing that connections can do."""
    namespace, uid, address = lab.client(direction)
    serving, serving_uid = lab.server(direction)
    server = serving.client(serving_uid, "answer", ANSWER_PORT)
    try:
        if server.stdout.readline().strip() != "ready":
            raise Failure("the server does not start")
        # A proxy without the rule would call itself until it has no descriptors left: only who has it is asked.
        more = ["own_port"] if lab.target.expected else []
        asker = namespace.client(uid, "ask", address, ANSWER_PORT, *more)
        try:
            out = asker.communicate(timeout=180)[0]
        except subprocess.TimeoutExpired:
            asker.kill()
            raise Failure("no end of the checks within 180 seconds") from None
        return json.loads(out)
    finally:
        server.stdin.close()
        server.wait(20)
