/* environment.h - the environment of the sidecar's container, wherever in the pod it runs. `spec` is the spec of a pod
 * that belongs to the caller alone; without a container istio-proxy nothing happens. */
#pragma once
#include "tree/tree.h"

/* Adds a variable at the end, even if there is one of that name. */
void environment_append(struct arena *arena, struct tree *spec, struct slice name, struct slice value);
/* Replaces the value of the variable of that name, or adds it at the end. */
void environment_set(struct arena *arena, struct tree *spec, struct slice name, struct slice value);
/* The value of the first variable of that name; empty when there is none. */
struct slice environment_value(const struct tree *spec, struct slice name);
/* Takes out every variable that `variables` (a map from name to text) has, and adds those at the end, names sorted
 * (Istio, pkg/kube/inject/inject.go, updateClusterEnvs). */
void environment_replace_all(struct arena *arena, struct tree *spec, const struct tree *variables);
