/* scrape_targets.h - where the pod's own metrics are, which are served with ours: the injector writes the pod's
 * prometheus.io annotations into ISTIO_PROMETHEUS_ANNOTATIONS and points Prometheus at our status port
 * (pkg/kube/inject/webhook.go, applyPrometheusMerge). */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include <stdint.h>

enum { SCRAPE_TARGETS_MAX = 32 };

struct scrape_target {
    uint16_t port;
    struct slice path; /* begins with "/" */
};
struct scrape_targets {
    const struct scrape_target *items;
    size_t count; /* 0: the pod has none */
};

/* Reads the variable; `is_set` false: it is not there, and nothing is scraped. The arena must outlive the targets.
 * Errors, each with its place: no JSON, no such object, a port that is none, or one of the sidecar's own, ours above
 * all: each scrape would ask for another (Istio, NewServer and istioReservedPorts). */
MUST_CHECK bool scrape_targets_parse(struct arena *arena, struct slice text, bool is_set, uint16_t status_port,
                                     struct scrape_targets *ret, struct error *error);
