/* overrides.h - a container that the user has and the template has too, such as an istio-proxy of one's own: it is laid
 * over the template's, and remembered in proxy.istio.io/overrides so that a second injection can do so again (Istio,
 * pkg/kube/inject/webhook.go: reapplyOverwrittenContainers, reinsertOverrides, adjustInitContainerUser). */
#pragma once
#include "base/error.h"
#include "tree/tree.h"

/* The pod with the containers that its overrides annotation keeps and that it lacks. Fails when that is no JSON. */
MUST_CHECK bool overrides_reinsert(struct arena *arena, const struct tree *pod, const struct tree **ret_pod,
                                   struct error *error);

struct overrides_input {
    const struct tree *merged;   /* template over pod */
    const struct tree *original; /* the pod as it came */
    const struct tree *template; /* the template's part alone */
    bool is_tproxy;              /* the interception mode of the proxy's configuration */
};
/* Lays the user's containers over, writes the annotation, and adjusts the user that istio-init lets through. */
MUST_CHECK bool overrides_reapply(struct arena *arena, const struct overrides_input *input,
                                  const struct tree **ret_pod, struct error *error);
