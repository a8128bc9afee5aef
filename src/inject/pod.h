/* pod.h - ways into a pod's tree, and the means to change one that shares nodes with others. */
#pragma once
#include "tree/tree.h"

/* Parts of a pod; NULL where it has none. */
const struct tree *pod_annotations(const struct tree *pod);
const struct tree *pod_labels(const struct tree *pod);
/* spec.containers or spec.initContainers. */
const struct tree *pod_containers(const struct tree *pod, bool init);

/* The value of an annotation or label; false when the map has no such key or its value is no string. */
bool pod_value(const struct tree *map, struct slice key, struct slice *ret_value);
/* The same, with "" for one that is missing. */
struct slice pod_value_or_empty(const struct tree *map, struct slice key);

/* The first container of that name in a list of containers; NULL when there is none. */
const struct tree *container_find(const struct tree *containers, struct slice name);
/* Among spec.containers, then spec.initContainers (Istio, pkg/kube/inject/app_probe.go, FindContainerFromPod). */
const struct tree *pod_find_container(const struct tree *pod, struct slice name);
struct slice container_name(const struct tree *container);

/* Where a container hangs in a pod that is being changed. */
struct container_place {
    bool init, found;
    size_t index;
};
struct container_place pod_place_container(const struct tree *pod, struct slice name);

/* What a person calls this pod: its name, "web-*****" for a generateName, or "". */
struct slice pod_display_name(struct arena *arena, const struct tree *pod);

/* A copy of the map (or list) that hangs under `key`, hung there in its place: it belongs to `parent` alone and may be
 * changed. One that is missing, null or of another kind is made anew, empty. */
struct tree *own_map(struct arena *arena, struct tree *parent, struct slice key);
struct tree *own_list(struct arena *arena, struct tree *parent, struct slice key);
/* The same for an item of a list that is a map. */
struct tree *own_item(struct arena *arena, struct tree *list, size_t index);
