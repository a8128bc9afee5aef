/* probe.h - probes and lifecycle hooks of the application, sent through the agent: the sidecar would answer kubelet's
 * TCP and gRPC probes itself, and mutual TLS would refuse its HTTP ones (Istio, pkg/kube/inject/app_probe.go). */
#pragma once
#include "tree/tree.h"

/* Whether probes are to be rewritten: the annotation sidecar.istio.io/rewriteAppHTTPProbers where it is a boolean,
 * otherwise what the configuration's values say. */
bool probe_rewrite_wanted(const struct tree *annotations, bool configured);

/* The probes of all containers but istio-proxy as the agent reads them from ISTIO_KUBE_APP_PROBERS: a map from path to
 * prober, named ports resolved. Probes that already go to `status_port` are left out. Empty when there are none. */
const struct tree *probe_collect(struct arena *arena, const struct tree *pod, int64_t status_port);

/* Turns the probes of all containers but istio-proxy to the agent: in `pod`, which belongs to the caller down to its
 * spec. The port is the annotation status.sidecar.istio.io/port where there is one, otherwise `status_port`. */
void probe_rewrite(struct arena *arena, struct tree *spec, const struct tree *annotations, int64_t status_port);

/* The text of the probers for the agent: Go's JSON, paths sorted. */
struct slice probe_text(struct arena *arena, const struct tree *probers);
