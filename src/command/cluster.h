/* cluster.h - the flags that name a cluster, and the client they name: what inject, explain and the webhook have in
 * common. */
#pragma once
#include "command/option.h"
#include "kube/config_maps.h"

struct cluster_flags {
    bool from_cluster;
    struct slice kubeconfig, context, istio_namespace;
    struct slice inject_map, mesh_map; /* names; empty: Istio's */
};

/* The flags' rows for a command's table: `offset` is where its struct has its `struct cluster_flags`. */
#define CLUSTER_FIELD(offset, field) (offset) + offsetof(struct cluster_flags, field)
#define CLUSTER_OPTIONS(offset) \
    {"fromCluster", 0, OPTION_SWITCH, CLUSTER_FIELD(offset, from_cluster), NULL, \
     "read what no file is given for from the cluster's ConfigMaps", NULL}, \
    {"istioNamespace", 'i', OPTION_TEXT, CLUSTER_FIELD(offset, istio_namespace), "NAME", \
     "where these are (istio-system)", NULL}, \
    {"injectConfigMapName", 0, OPTION_TEXT, CLUSTER_FIELD(offset, inject_map), "NAME", \
     "the ConfigMap with templates and values (istio-sidecar-injector[-REVISION])", NULL}, \
    {"meshConfigMapName", 0, OPTION_TEXT, CLUSTER_FIELD(offset, mesh_map), "NAME", \
     "the ConfigMap with the mesh (istio[-REVISION])", NULL}, \
    {"kubeconfig", 'c', OPTION_TEXT, CLUSTER_FIELD(offset, kubeconfig), "FILE", \
     "the cluster's ($KUBECONFIG, ~/.kube/config, or the pod's service account)", NULL}, \
    {"context", 0, OPTION_TEXT, CLUSTER_FIELD(offset, context), "NAME", "a context of the kubeconfig", NULL}

/* How to reach it, with this process's environment. */
struct kube_access cluster_access(const struct cluster_flags *flags);
/* Opens the client, with this process's environment. */
MUST_CHECK bool cluster_open(const struct cluster_flags *flags, struct kube_client **ret_client, struct error *error);
