/* workload.h - the kinds that a sidecar can be put into, and where the pod is in them. */
#pragma once
#include "tree/tree.h"
#include "tree/type.h"

enum { KUBE_PATH_MAX = 4 };

struct kube_workload {
    struct slice kind;
    const struct type *type;
    /* The keys down to the object whose `spec` is the pod's: {"spec", "template"}; none for a Pod. Unused ones are
     * NULL. */
    const char *template_path[KUBE_PATH_MAX];
    /* The keys down to the object whose `metadata` injection reads and writes: the same, but for CronJob, where Istio
     * takes the job template's. */
    const char *metadata_path[KUBE_PATH_MAX];
    bool is_list; /* no pod in it, but `items`, each a document of its own kind */
};

/* The workload of a document, by its apiVersion and kind; NULL when it is none, or no object. As in Istio, the kind
 * alone decides within the families of groups that ever served one (core, apps, extensions, batch,
 * apps.openshift.io), so that every version of the past is known; a List may come from anywhere. Kinds of the same
 * name from other groups are somebody else's. */
const struct kube_workload *kube_workload_of(const struct tree *document);
const struct kube_workload *kube_workload_find(struct slice api_version, struct slice kind);

/* Follows a path down; NULL where a key is missing. */
const struct tree *kube_path_get(const struct tree *document, const char *const path[KUBE_PATH_MAX]);
/* A copy of the document with `value` at the path, for which the containers on the way are copied, or made where they
 * are missing or null. An empty path gives `value`. */
const struct tree *kube_path_put(struct arena *arena, const struct tree *document,
                                 const char *const path[KUBE_PATH_MAX], const struct tree *value);
