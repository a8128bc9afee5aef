/* repair.h - pods that have started before the plugin was in place: their istio-validation fails for ever. Finds those
 * of a node as they change, and does about them what it is told. Rules, names, events and metrics are those of Istio's
 * cni/pkg/repair. */
#pragma once
#include "base/buffer.h"
#include "kube/client.h"
#include "serve/log.h"
#include <stdatomic.h>

struct repair_settings {
    struct kube_access access;
    bool repairs, deletes, labels; /* the first of them that is set, in this order */
    struct slice node;             /* its pods only; empty: all that the selectors match */
    struct slice sidecar_annotation, init_container, message; /* empty: any */
    int64_t exit_code;                                        /* 0: any */
    struct slice label_key, label_value, label_selectors, field_selectors;
    struct slice proc_folder; /* the node's /proc, as it is mounted here */
    bool native_nftables;
    const char *path; /* as $PATH, for iptables */
    char *const *variables;
    const struct log *log;
};

/* What Prometheus reads. */
enum repair_type { REPAIR_DELETE, REPAIR_LABEL, REPAIR_REPAIR, REPAIR_TYPES };
enum repair_result { REPAIR_SUCCESS, REPAIR_SKIP, REPAIR_FAIL, REPAIR_RESULTS };
struct repair_counts {
    atomic_uint_fast64_t pods[REPAIR_TYPES][REPAIR_RESULTS];
    atomic_uint_fast64_t watch_errors;
};
void repair_print(const struct repair_counts *counts, struct buffer *out);

/* Whether a pod is one of them (repaircontroller.go, matchesFilter). */
bool repair_matches(const struct repair_settings *settings, const struct tree *pod);

/* Watches and repairs in a thread of its own, whose start does not wait for the API server. The settings and what they
 * point at must outlive it. */
struct repair;
MUST_CHECK bool repair_start(const struct repair_settings *settings, struct repair_counts *counts,
                             struct repair **ret_repair, struct error *error);
void repair_stop(struct repair *repair); /* NULL is fine */
