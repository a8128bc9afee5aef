/* prometheus.h - one scrape instead of two: the application's prometheus.io annotations move into the proxy's
 * environment, and Prometheus is sent to the agent, which serves both (Istio, pkg/kube/inject/webhook.go,
 * applyPrometheusMerge and applySecurePrometheusAnnotation). */
#pragma once
#include "base/error.h"
#include "tree/tree.h"

/* Whether metrics are merged: the annotation prometheus.istio.io/merge-metrics, otherwise the mesh's
 * enablePrometheusMerge (yes when it says nothing). */
bool prometheus_merge_wanted(const struct tree *annotations, const struct tree *mesh);

/* Moves the annotations. `metadata` and `spec` belong to the caller's pod alone. Fails for a port that is none, is the
 * agent's own or is one of the proxy's. */
MUST_CHECK bool prometheus_merge(struct arena *arena, struct tree *annotations, struct tree *spec, int64_t status_port,
                                 struct error *error);

/* prometheus.istio.io/secure-port from the proxy's ENVOY_SECURE_MERGED_METRICS_PORT, unless the user set it. */
void prometheus_announce_secure_port(struct arena *arena, struct tree *annotations, const struct tree *spec);

/* The value of the prometheus.io/port annotation in any of its spellings. */
bool prometheus_port(const struct tree *annotations, struct slice *ret_port);
/* Takes all prometheus.io annotations out of a map that belongs to the caller. */
void prometheus_clear(struct tree *annotations);
