/* legacy.h - injection as Istio 1.0 did it: the template prints lists of parts, which are appended (Istio 1.0.2,
 * pilot/pkg/kube/inject/inject.go and webhook.go). */
#pragma once
#include "inject/inject.h"

/* As inject_pod, for a configuration of 1.0. What an earlier injection added (per the status annotation, or by the
 * names that versions before it used) is taken out first. */
MUST_CHECK bool legacy_inject(struct arena *arena, const struct inject_request *request, const struct tree *pod,
                              const struct tree *proxy, const struct tree *mesh, const struct tree **ret_pod,
                              struct error *error);
