/* status.h - the annotation sidecar.istio.io/status, which says what was injected, so that a pod that is injected again
 * first loses it (Istio, pkg/kube/inject: SidecarInjectionStatus, stripPod, getInjectionStatus). */
#pragma once
#include "base/error.h"
#include "tree/tree.h"

/* The status of a pod as a map of lists of names; NULL when it has none or it cannot be read. */
const struct tree *status_read(struct arena *arena, const struct tree *pod);

/* Whether a list of the status ("containers", "initContainers", ...) names `name`. */
bool status_names(const struct tree *status, struct slice list, struct slice name);

/* The text for a template's part of a pod. `version` is 1.0's hash of the template (then it stands first and there is
 * no revision), or empty. */
struct slice status_text(struct arena *arena, const struct tree *template_spec, struct slice revision,
                         struct slice version);

/* The pod without what an earlier injection added, as the template is to see it. The pod itself when it was not
 * injected. `status_port` tells our own prometheus.io annotations from the user's. */
const struct tree *status_strip(struct arena *arena, const struct tree *pod, int64_t status_port);

/* Where a container goes in the order of a list. */
enum container_move { CONTAINER_FIRST, CONTAINER_LAST, CONTAINER_REMOVE };
/* Moves all containers of that name (of several, the last one stays) within a list that belongs to the caller. */
void container_move(struct tree *containers, struct slice name, enum container_move where);
