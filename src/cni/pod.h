/* pod.h - what of a pod decides on its capture: read from the tree that the API server gave, copied nowhere. */
#pragma once
#include "base/arena.h"
#include "tree/tree.h"

struct pod_facts {
    const struct tree *annotations, *labels; /* maps, or NULL */
    bool has_init;                           /* istio-init: the rules come from there */
    bool has_proxy;                          /* istio-proxy, as a container or native sidecar */
    struct slice proxy_type;                 /* "sidecar"; empty where the proxy's arguments do not say */
    const struct tree *user, *group;         /* runAsUser, runAsGroup of the proxy; NULL: not said */
    const struct tree *proxies[2];           /* the containers of that name, in order (there is one) */
    size_t proxy_count;
};

/* Init containers and containers count alike (Istio's cni/pkg/plugin/kubernetes.go, ExtractPodInfo). */
struct pod_facts pod_facts_read(const struct tree *pod);

/* The annotation's value; false where it is not there. */
bool pod_annotation(const struct pod_facts *facts, struct slice key, struct slice *ret_value);
/* A variable of the proxy's environment, "" where it takes its value from elsewhere; the last of that name counts.
 * False where it is not there. */
bool pod_variable(const struct pod_facts *facts, struct slice name, struct slice *ret_value);
/* The same as Go's strconv.ParseBool reads it. True where it is there and says true; *ret_strange (may be NULL): it is
 * there and is no boolean. */
bool pod_variable_is_true(const struct pod_facts *facts, struct slice name, bool *ret_strange);

/* The names of all containers, for messages: "app, istio-proxy". In the arena. */
struct slice pod_container_names(struct arena *arena, const struct tree *pod);
