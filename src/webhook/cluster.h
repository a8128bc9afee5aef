/* cluster.h - the configuration as it is in the cluster: two ConfigMaps, watched (Istio: istio-sidecar-injector with
 * templates and values, istio with the mesh). */
#pragma once
#include "kube/config_maps.h"
#include "webhook/store.h"

struct cluster_settings {
    struct kube_access access;
    struct config_map_names maps;
    void *context;
    /* Both are there, and at least one is new. Called by one thread at a time; the texts live during the call. */
    void (*changed)(void *context, const struct source texts[STORE_TEXTS]);
    /* Something cannot be had, now; it is tried again. */
    void (*failed)(void *context, const struct error *error);
};

struct cluster;
/* Starts to watch, in threads of its own. Errors: there is no way to a cluster (kube_client_open). */
MUST_CHECK bool cluster_start(const struct cluster_settings *settings, struct cluster **ret_cluster,
                              struct error *error);
void cluster_stop(struct cluster *cluster); /* NULL is fine */
