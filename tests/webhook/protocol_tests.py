"""HTTP as the API server speaks it, and as nobody should: each test is given a server of all of them."""

import json
import ssl

import lab
from lab import Closed, injected, message, pod, review


def status_of(server, data):
    """The answer to these bytes: a status, or "closed" when the connection ends instead."""
    with server.connect() as connection:
        try:
            connection.send(data)
        except OSError:
            pass  # the server closes before it has read all of it: what it said can still be read
        try:
            return connection.answer()[0]
        except (Closed, OSError) as error:
            assert not isinstance(error, TimeoutError), "no answer, and not closed"
            return "closed"


def test_both_versions_are_answered_in_kind(server):
    for version in ("v1", "v1beta1"):
        status, headers, body = server.ask(review("u-" + version, version))
        assert (status, headers["content-type"]) == (200, "application/json"), (status, headers)
        assert json.loads(body)["apiVersion"] == f"admission.k8s.io/{version}"
        injected(body, "u-" + version)


def test_the_answer_is_that_of_pillion_review(server):
    import subprocess

    text = json.dumps(review("u-same"))
    ours = subprocess.run(
        [server.pillion, "review", "--path", "/inject"], input=text.encode(), capture_output=True, check=True
    ).stdout
    for _ in range(3):  # what is remembered of a rendering must not show
        assert json.loads(server.ask(text)[2]) == json.loads(ours)


def test_paths(server):
    assert server.ask(path="/inject?timeout=10s")[0] == 200  # as the API server asks
    assert server.ask(path="/inject/")[0] == 200
    patch = injected(server.ask(review("u"), "/inject/cluster/c-7/net/n-9?timeout=10s")[2], "u")
    assert '"ISTIO_META_CLUSTER_ID","value":"c-7"' in patch.replace(" ", "") and "n-9" in patch, patch
    for path in ("/", "/injected", "/inject2", "/INJECT", "/healthz/../inject", "/favicon.ico", "/%00"):
        assert server.ask(path=path)[0] in (404, 400), path


def test_status_codes(server):
    assert server.ask(b"")[0] == 400
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD", "BREW"):
        got = server.ask(b"", method=method, content_type=None)
        assert got[0] == 405 and got[1].get("allow") == "POST", (method, got)
    for wrong in (
        None,
        "text/plain",
        "application/jsonx",
        "application/json-patch+json",
        "",
        "json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        assert server.ask(content_type=wrong)[0] == 415, wrong
    for right in (
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/JSON",
        "application/json ;q=1",
    ):
        assert server.ask(content_type=right)[0] == 200, right


def test_what_is_no_review_is_a_400(server):
    for body in (
        "x",
        "{",
        "[]",
        "null",
        "1",
        '"text"',
        "{}",
        '{"kind":"AdmissionReview"}',
        '{"request":null}',
        "{}{}",
        "\0",
        "\xef\xbb\xbf{",
        json.dumps(review()) + "x",
        json.dumps(review())[:-1],
    ):
        status, headers, text = server.ask(body)
        assert status == 400, f"{body[:60]!r}: {status} {text[:200]}"
        assert text and headers["content-type"].startswith("text/plain"), headers


def test_a_limit_holds_for_bodies(own_server):
    """By itself: where others send large bodies, the one that comes slowest is told to go."""
    with own_server("--drainDuration", "0s") as server:
        check_limit(server)


def check_limit(server):
    limit = 3 * 1024 * 1024 + 128 * 1024
    padded = json.dumps(review("u", the_pod=pod(annotations={"filler": "@"})))
    fits = padded.replace("@", "x" * (limit - len(padded) + 1))
    assert len(fits) == limit and server.ask(fits)[0] == 200
    # What is declared is believed: 413 without waiting for the body.
    for size in (limit + 1, 2**31, 2**32 + 10, 2**63 - 1):
        assert status_of(server, message(b"", length=size)) == 413, size
    assert status_of(server, message(b"", length=limit + 1, headers=["Expect: 100-continue"])) == 413
    # What arrives in chunks is counted.
    chunks = message(b"", length="none", headers=["Transfer-Encoding: chunked"]) + b"10000\r\n" + b" " * 65536 + b"\r\n"
    data = chunks + (b"10000\r\n" + b" " * 65536 + b"\r\n") * (limit // 65536 + 1) + b"0\r\n\r\n"
    assert status_of(server, data) in (413, "closed")
    assert status_of(server, message(b"x" * (limit + 65536))) in (413, "closed")


def test_keep_alive_and_close(server):
    with server.connect() as connection:
        for n in range(50):
            status, headers, body = connection.ask(review(f"k-{n}"))
            assert status == 200 and headers.get("connection", "").lower() != "close"
            injected(body, f"k-{n}")
        assert connection.ask(b"{")[0] == 400  # a body that is wrong does not end it either
        assert connection.ask(review("last"), headers=["Connection: close"])[0] == 200
        assert connection.ended(lab.PATIENCE), "asked to close and stays open"
    for bad in (lab.message(b""), lab.message(b"{}", "/nowhere"), lab.message(b"{}", content_type="text/plain")):
        with server.connect() as connection:  # whoever is refused before the body may be told to go, but is told
            _, headers, _ = connection.send(bad).answer()
            if headers.get("connection", "").lower() == "close":
                assert connection.ended(lab.PATIENCE)
            else:
                assert connection.ask(review())[0] == 200
    with server.connect() as connection:  # HTTP/1.0 closes unless told otherwise
        text = json.dumps(review())
        connection.send(
            f"POST /inject HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}"
        )
        assert connection.answer()[0] == 200 and connection.ended(lab.PATIENCE)


def test_pipelined_requests_are_answered_in_order(server):
    with server.connect() as connection:
        connection.send(b"".join(message(json.dumps(review(f"p-{n}"))) for n in range(40)))
        for n in range(40):
            status, _, body = connection.answer()
            assert status == 200
            injected(body, f"p-{n}")


def test_expect_continue(server):
    text = json.dumps(review("e"))
    with server.connect() as connection:
        connection.send(message(b"", length=len(text), headers=["Expect: 100-continue"]))
        assert connection.answer()[0] == 100
        connection.send(text)
        status, _, body = connection.answer()
        assert status == 200
        injected(body, "e")


def chunked(text, sizes, extension=""):
    data, parts, at = text.encode(), [], 0
    for n in range(len(data)):
        size = sizes[n % len(sizes)]
        part = data[at : at + size]
        if not part:
            break
        parts.append(f"{len(part):x}{extension}\r\n".encode() + part + b"\r\n")
        at += size
    return message(b"", length="none", headers=["Transfer-Encoding: chunked"]) + b"".join(parts) + b"0\r\n\r\n"


def test_chunked_bodies(server):
    text = json.dumps(review("c"))
    for sizes in ([1], [7, 1, 300], [100000]):
        with server.connect() as connection:
            status, _, body = connection.send(chunked(text, sizes)).answer()
            assert status == 200, (sizes, status)
            injected(body, "c")
            assert connection.ask(review("after"))[0] == 200
    assert status_of(server, chunked("", [1])) == 400


def test_wrong_chunks_are_refused(server):
    head = message(b"", length="none", headers=["Transfer-Encoding: chunked"])
    text = json.dumps(review()).encode()
    size = f"{len(text):x}".encode()
    for wrong in (
        b"zz\r\n" + text,
        b"-5\r\n" + text,
        b"FFFFFFFFFFFFFFFFFF\r\n" + text,
        b"\r\n" + text,
        size + b"\r\n" + text + b"xx0\r\n\r\n",
        size + b"\r\n" + text[:-1] + b"\r\n0\r\n\r\n",
    ):
        with server.connect() as connection:
            try:
                connection.send(head + wrong)
                connection.send_no_more()
                status = connection.answer()[0]
            except (Closed, OSError) as error:
                assert not isinstance(error, TimeoutError), wrong[:20]
                continue
            assert status in (400, 413), (wrong[:20], status)


def test_lengths_that_are_wrong(server):
    text = json.dumps(review())
    # Too short: half a document, and the rest is no request.
    assert status_of(server, message(text, length=len(text) // 2)) == 400
    # Too long, then the end: nobody can say what was meant.
    with server.connect() as connection:
        connection.send(message(text, length=len(text) + 100))
        connection.send_no_more()
        try:
            assert connection.answer()[0] == 400
        except (Closed, OSError) as error:
            assert not isinstance(error, TimeoutError), "waits for ever"
    for length in ("-1", "-99999999999", "0x10", "1e3", "abc", "99999999999999999999999", "+5", "5 5", ""):
        assert status_of(server, message(text, length=length)) in (400, 413, "closed"), length
    # Not even one of two different lengths is taken for true (RFC 9112, 6.3).
    double = [f"Content-Length: {len(text)}", "Content-Length: 3"]
    for headers in (double, double[::-1]):
        got = status_of(server, message(text, length="none", headers=headers))
        assert got in (400, "closed"), (headers, got)


def test_a_length_beside_chunks_smuggles_nothing(server):
    """RFC 9112, 6.3: the chunks count and the connection ends, or the request is refused."""
    text = json.dumps(review("s"))
    for length in (3, len(text), 100000):
        with server.connect() as connection:
            connection.send(
                chunked(text, [50]).replace(
                    b"Host: localhost\r\n", f"Host: localhost\r\nContent-Length: {length}\r\n".encode()
                )
            )
            try:
                status, headers, body = connection.answer()
            except (Closed, OSError) as error:
                assert not isinstance(error, TimeoutError), "waits for ever"
                continue
            assert status in (200, 400), (length, status)
            if status == 200:
                injected(body, "s")
            assert connection.ended(
                lab.PATIENCE
            ), f"length {length}: the connection stays open after an ambiguous request"


def test_headers_without_end_are_refused(server):
    with server.connect() as connection:
        try:
            connection.send(
                b"POST /inject HTTP/1.1\r\nHost: localhost\r\n"
                + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(2000))
                + b"\r\n"
            )
        except OSError:
            pass
        try:
            assert connection.answer()[0] in (400, 413, 431)
        except (Closed, OSError) as error:
            assert not isinstance(error, TimeoutError), "neither answered nor closed"
    for data in (
        b"POST /" + b"x" * 200000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
        b"X" * 300000,
        message(b"{}", headers=["X-Long: " + "y" * 200000]),
    ):
        assert status_of(server, data) in (400, 404, 413, 414, 431, "closed"), data[:30]


def test_many_headers_are_fine(server):
    headers = [f"X-Header-{n}: {'v' * 40}" for n in range(60)] + ["Authorization: Bearer " + "t" * 1500]
    got = server.ask(headers=headers)
    assert got[0] == 200, got


def test_tls_versions(server):
    for old in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        context = lab.client_context()
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = old
        sent, received = ssl.MemoryBIO(), ssl.MemoryBIO()
        try:
            context.wrap_bio(received, sent).do_handshake()
        except ssl.SSLWantReadError:
            pass
        hello = sent.read()
        assert hello[:1] == b"\x16", "this client cannot even ask for old versions"
        with lab.Connection(server.port, tls=False) as connection:
            connection.send(hello)
            try:
                kind = connection.take(1)
            except Closed:
                continue
            assert kind == b"\x15", f"{old.name} is answered with a record of type {kind!r}, want an alert"
    for new in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = lab.client_context()
        context.minimum_version = context.maximum_version = new
        with server.connect(context=context) as connection:
            assert connection.ask(review())[0] == 200, new


def test_a_client_that_prefers_http2_is_served(server):
    context = lab.client_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with server.connect(context=context) as connection:
        assert connection.socket.selected_alpn_protocol() in (None, "http/1.1")
        assert connection.ask(review())[0] == 200


def test_metrics_are_prometheus_text(server):
    """https://prometheus.io/docs/instrumenting/exposition_formats/: HELP and TYPE first, then samples of that name alone."""
    import re

    server.ask()
    status, headers, text = server.http("/metrics")
    assert status == 200 and headers["content-type"].startswith("text/plain; version=0.0.4"), headers
    assert text.endswith(b"\n")
    kinds, helped, samples = {}, set(), {}
    for line in text.decode().splitlines():
        if line.startswith("# HELP "):
            name = line.split(" ", 3)[2]
            assert name not in helped, f"HELP of {name} twice"
            helped.add(name)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind in ("counter", "gauge", "histogram", "summary") and name not in kinds and name in helped, line
            kinds[name] = kind
        else:
            sample = re.fullmatch(
                r'([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_]\w*="[^"\\\n]*"(?:,[a-zA-Z_]\w*="[^"\\\n]*")*\})? (\S+)', line
            )
            assert sample, f"no sample: {line!r}"
            float(sample[3])
            base = re.sub(r"_(bucket|sum|count)$", "", sample[1])
            assert sample[1] in kinds or kinds.get(base) in (
                "histogram",
                "summary",
            ), f"{sample[1]} has no TYPE before it"
            assert (sample[1] + (sample[2] or "")) not in samples, f"{line} twice"
            samples[sample[1] + (sample[2] or "")] = float(sample[3])
    for name in ("requests", "success", "failure", "skip"):
        assert kinds[f"sidecar_injection_{name}_total"] == "counter"
    assert kinds["sidecar_injection_time_seconds"] == "histogram"
    buckets = [
        (float(name.split('"')[1]), value)
        for name, value in samples.items()
        if name.startswith("sidecar_injection_time_seconds_bucket")
    ]
    assert buckets == sorted(buckets) and buckets[-1][0] == float("inf"), buckets
    assert [v for _, v in buckets] == sorted(v for _, v in buckets), "buckets do not add up"
    assert (
        buckets[-1][1] == samples["sidecar_injection_time_seconds_count"] > 0
        and samples["sidecar_injection_time_seconds_sum"] > 0
    )


def test_the_plain_port(server):
    for path in ("/healthz", "/ready"):
        assert server.http(path)[0] == 200, path
        assert server.http(path, "HEAD")[0] == 200, path
        assert server.http(path, "POST")[0] == 405, path
    assert server.http("/nothing")[0] == 404
    assert server.http("/inject")[0] == 404, "reviews are answered without TLS"
    status, headers, text = server.http("/debug/inject")
    assert status == 200 and headers["content-type"].startswith("application/json"), headers
    assert b"istio-proxy" in text and isinstance(json.loads(text), dict)


def test_json_that_means_harm(own_server):
    """Each gets an answer, a refusal of the document or of the pod; never a 500, never a connection that just ends. By
    themselves, as some are large."""
    with own_server("--drainDuration", "0s") as server, lab.Good(server):
        check_harm(server)


def check_harm(server):
    deep_pod = json.dumps(review("d")).replace('"app": "web"', '"app": ' + "[" * 5000 + "]" * 5000)
    text = json.dumps(review("n"))
    bodies = {
        "deep": ("[" * 100000, 400),
        "deep objects": ('{"a":' * 50000 + "1" + "}" * 50000, 400),
        "deep in the pod": (deep_pod, 400),
        "large exponent": (text.replace("8080", "1e999999999"), None),
        "many digits": (text.replace("8080", "9" * 100000), None),
        "small exponent": (text.replace("8080", "1e-999999999"), None),
        "beyond 64 bits": (text.replace("8080", "18446744073709551616"), None),
        "minus zero": (text.replace("8080", "-0.0"), None),
        "no number": (text.replace("8080", "NaN"), 400),
        "invalid UTF-8": (text.encode().replace(b"registry", b"\xff\xfe\xc0\x80"), None),
        "lone surrogate": (text.replace("registry", "\\ud800"), None),
        "NUL in a name": (text.replace("web", "w\\u0000b"), None),
        "the same key twice": (text.replace('"uid"', '"uid": "x", "uid"'), None),
        "wrong types": (text.replace('"labels": {"app": "web"}', '"labels": [1]'), None),
        "spec is a list": (json.dumps(review("n", the_pod={"spec": []})), None),
        "no object": (text.replace('"object"', '"subject"'), None),
        "spec of null": (json.dumps(review("n", the_pod={"kind": "Pod", "spec": None})), None),
        "uid is a number": (text.replace('"uid": "n"', '"uid": 5'), None),
    }
    for name, (body, expected) in bodies.items():
        status, _, answer = server.ask(body)
        assert status in ((expected,) if expected else (200, 400)), f"{name}: {status} {answer[:200]}"
        if status == 200:
            assert json.loads(answer)["response"]["uid"] in ("n", "d", ""), f"{name}: {answer[:200]}"


def test_counts_say_what_happened(server):
    """Other tests ask the same server meanwhile: at least so many more."""
    before = server.metrics()
    for n in range(3):
        assert server.ask(review(f"m-{n}"))[0] == 200
    status, _, body = server.ask(review("host", the_pod=pod(spec={"hostNetwork": True})))
    answer = json.loads(body)["response"]
    assert status == 200 and answer["allowed"] is True and "patch" not in answer, body[:300]
    status, _, body = server.ask(
        review("bad", the_pod=pod(annotations={"traffic.sidecar.istio.io/includeOutboundIPRanges": "not-an-address"}))
    )
    answer = json.loads(body)["response"]
    assert status == 200 and answer["allowed"] is False and "not-an-address" in answer["status"]["message"], body[:300]
    after = server.metrics()
    for name, least in (("requests", 5), ("success", 3), ("skip", 1), ("failure", 1)):
        name = f"sidecar_injection_{name}_total"
        assert after[name] - before[name] >= least, name
