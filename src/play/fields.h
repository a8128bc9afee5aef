/* fields.h - what a pod tells its containers of itself: fieldRef, resourceFieldRef and the files of downwardAPI volumes
 * (Kubernetes, "Downward API"). */
#pragma once
#include "base/error.h"
#include "play/plan.h"

/* The value of a fieldRef's path. Errors: a path that is none or that nobody knows here. */
MUST_CHECK bool play_field(struct arena *arena, const struct play_pod *pod, struct slice path, struct slice *ret,
                           struct error *error);
/* The value of a resourceFieldRef of the container (its tree): "limits.cpu" divided by the divisor, rounded up. Where
 * there is no limit, this machine's processors and memory. */
MUST_CHECK bool play_resource(struct arena *arena, const struct tree *container, const struct tree *reference,
                              struct slice *ret, struct error *error);
