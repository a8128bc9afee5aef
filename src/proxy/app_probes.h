/* app_probes.h - which probes of the pod's own containers come to us: the injector points the kubelet at our status
 * port and writes into ISTIO_KUBE_APP_PROBERS where they were meant to go (Istio, pkg/kube/inject/app_probe.go). */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include <stdint.h>

struct app_probe {
    struct slice key; /* "/app-health/web/readyz": the path that the kubelet asks for */
    enum app_probe_kind { APP_PROBE_HTTP, APP_PROBE_TCP, APP_PROBE_GRPC } kind;
    uint16_t port;
    bool is_https;
    struct slice path;       /* of HTTP: begins with "/", with its query; fit to be sent */
    struct slice service;    /* of gRPC; may be empty */
    int32_t timeout_seconds; /* 0: none for HTTP and TCP, and no time at all for gRPC */
};

struct app_probes {
    const struct app_probe *items;
    size_t count;
};

/* Reads the variable; an empty one has no probes. `arena` and `text` must outlive the probes. Errors, each with its
 * place in the text: no JSON; a key that is no such path; not exactly one of httpGet, tcpSocket and grpc; a port that
 * is no number from 1 to 65535; a field of another type (as pilot/cmd/pilot-agent/status/server.go,
 * validateAppKubeProber). Unknown fields are ignored. */
MUST_CHECK bool app_probes_parse(struct arena *arena, struct slice text, struct app_probes *ret, struct error *error);

/* NULL: there is none. */
const struct app_probe *app_probes_find(const struct app_probes *probes, struct slice key);
