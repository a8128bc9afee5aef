/* upgrade.h - is the installer being replaced, or is it being taken away? */
#pragma once
#include "kube/client.h"

struct upgrade_settings {
    struct kube_access access;
    struct slice namespace, daemon_set, node; /* the installer's own */
};

enum upgrade_verdict {
    UPGRADE_STAYS,   /* another installer comes: leave all in place */
    UPGRADE_GOES,    /* the DaemonSet is gone, or going, or does not want this node any more */
    UPGRADE_UNKNOWN, /* the error says why */
};
/* Asks the API server, for a few seconds at most (Istio, nodeagent/server.go, ShouldStopCleanup). The reason is for the
 * log. */
enum upgrade_verdict upgrade_ask(const struct upgrade_settings *settings, const char **ret_reason, struct error *error);

/* Whether a DaemonSet's pods may run on a node, by its node selector and required node affinity (Kubernetes, "Assigning
 * Pods to Nodes"). */
bool upgrade_wants_node(const struct tree *daemon_set, const struct tree *node);
