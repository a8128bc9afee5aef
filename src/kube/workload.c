#include "kube/workload.h"
#include "kube/types.h"

#define TEMPLATE {"spec", "template"}
static const struct kube_workload workloads[] = {
    {SLICE_CONSTANT("Pod"), &kube_type_Pod, {0}, {0}, false},
    {SLICE_CONSTANT("Deployment"), &kube_type_Deployment, TEMPLATE, TEMPLATE, false},
    {SLICE_CONSTANT("StatefulSet"), &kube_type_StatefulSet, TEMPLATE, TEMPLATE, false},
    {SLICE_CONSTANT("DaemonSet"), &kube_type_DaemonSet, TEMPLATE, TEMPLATE, false},
    {SLICE_CONSTANT("ReplicaSet"), &kube_type_ReplicaSet, TEMPLATE, TEMPLATE, false},
    {SLICE_CONSTANT("ReplicationController"), &kube_type_ReplicationController, TEMPLATE, TEMPLATE, false},
    {SLICE_CONSTANT("Job"), &kube_type_Job, TEMPLATE, TEMPLATE, false},
    {SLICE_CONSTANT("CronJob"), &kube_type_CronJob, {"spec", "jobTemplate", "spec", "template"},
     {"spec", "jobTemplate"}, false},
    {SLICE_CONSTANT("DeploymentConfig"), &kube_type_DeploymentConfig, TEMPLATE, TEMPLATE, false},
    {SLICE_CONSTANT("List"), &kube_type_List, {0}, {0}, true},
};

static const struct slice families[] = {
    SLICE_CONSTANT("apps"), SLICE_CONSTANT("batch"), SLICE_CONSTANT("extensions"), SLICE_CONSTANT("apps.openshift.io"),
};

/* "v1" has no group: that is the core. */
static bool is_of_a_family(struct slice api_version)
{
    size_t stroke = slice_find_byte(api_version, '/');
    if (stroke == SLICE_NONE)
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(families); i++) {
        if (slice_equal(slice_range(api_version, 0, stroke), families[i]))
            return true;
    }
    return false;
}

const struct kube_workload *kube_workload_find(struct slice api_version, struct slice kind)
{
    for (size_t i = 0; i < ARRAY_LENGTH(workloads); i++) {
        if (slice_equal(kind, workloads[i].kind))
            return workloads[i].is_list || is_of_a_family(api_version) ? &workloads[i] : NULL;
    }
    return NULL;
}

const struct kube_workload *kube_workload_of(const struct tree *document)
{
    return kube_workload_find(tree_text(tree_get(document, SLICE("apiVersion"))),
                              tree_text(tree_get(document, SLICE("kind"))));
}

const struct tree *kube_path_get(const struct tree *document, const char *const path[KUBE_PATH_MAX])
{
    for (size_t i = 0; i < KUBE_PATH_MAX && path[i] && document; i++)
        document = tree_get(document, slice_from(path[i]));
    return document;
}

const struct tree *kube_path_put(struct arena *arena, const struct tree *document,
                                 const char *const path[KUBE_PATH_MAX], const struct tree *value)
{
    struct tree *copies[KUBE_PATH_MAX];
    size_t depth = 0;
    for (; depth < KUBE_PATH_MAX && path[depth]; depth++) {
        copies[depth] = tree_is(document, TREE_MAP) ? tree_copy_shallow(arena, document) : tree_map(arena, 2);
        document = tree_get(document, slice_from(path[depth]));
    }
    while (depth--) {
        tree_put(arena, copies[depth], slice_from(path[depth]), value);
        value = copies[depth];
    }
    return value;
}
