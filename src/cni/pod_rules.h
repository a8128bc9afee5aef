/* pod_rules.h - a pod, as the API server describes it, to rules in its network namespace: what the plugin does at ADD
 * and CHECK, and repair afterwards. The pod is a tree as kube_get gives it. Facts of Istio's: cni/pkg/plugin. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "tree/tree.h"

/* Whether a pod's traffic is to be captured. */
struct pod_decision {
    bool is_captured;
    struct slice reason; /* why not, as a phrase: "it has no container istio-proxy"; empty when it is captured */
};
/* Istio's cni/pkg/plugin/plugin.go, doAddRun, in its order. The reason lives in the arena. */
struct pod_decision pod_rules_decide(struct arena *arena, const struct tree *pod);

/* What applying needs of the process that does it. All is borrowed. */
struct pod_rules_world {
    const char *(*environment)(void *context, const char *name); /* as getenv; asked for few names only */
    void *environment_context;
    const char *path;        /* as $PATH, to find iptables in; NULL: the usual system directories */
    char *const *variables;  /* for iptables, NULL-terminated */
    bool is_native_nftables; /* rules by libnftables, not by iptables */
};

/* Where the rules go. */
struct pod_network {
    int fd;            /* the network namespace, as netns_open (cni/netns.h) gives it */
    struct slice path; /* a file that stands for it, for legacy iptables to lock; NUL-terminated; may be empty */
};

/* Makes the namespace have the rules of the pod's annotations and proxy, whatever rules of ours were there; nothing is
 * changed on failure. Whether the pod is to be captured at all is not asked here. This thread is in the namespace for
 * the time of the call, and back in its own afterwards. `report` gets what was done, a line each. Errors: ERROR_VALUE
 * for an annotation that cannot be used, with its name and value; others as capture_apply's.
 * iptables asks the name services for the users in its rules: a process that does nothing else calls
 * host_lookups_confine (capture/host.h) before, so that it cannot wait for a server. */
MUST_CHECK bool pod_rules_apply(struct arena *arena, const struct tree *pod, const struct pod_network *network,
                                const struct pod_rules_world *world, struct buffer *report, struct error *error);
/* Whether the namespace has exactly those rules. Nothing is changed. ERROR_MISSING says what is not as it should be. */
MUST_CHECK bool pod_rules_verify(struct arena *arena, const struct tree *pod, const struct pod_network *network,
                                 const struct pod_rules_world *world, struct error *error);
