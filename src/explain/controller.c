#include "explain/controller.h"

/* "@": the workload's name. Kubernetes, "Well-Known Labels, Annotations and Taints";
 * OpenShift, "Deployments". Values that nobody can know beforehand have a word of the right shape. */
static const struct {
    struct slice kind;
    const char *key, *value;
} added[] = {
    {SLICE_CONSTANT("Deployment"), "pod-template-hash", "hash"},
    {SLICE_CONSTANT("StatefulSet"), "statefulset.kubernetes.io/pod-name", "@-0"},
    {SLICE_CONSTANT("StatefulSet"), "apps.kubernetes.io/pod-index", "0"},
    {SLICE_CONSTANT("StatefulSet"), "controller-revision-hash", "hash"},
    {SLICE_CONSTANT("DaemonSet"), "controller-revision-hash", "hash"},
    {SLICE_CONSTANT("DaemonSet"), "pod-template-generation", "1"},
    {SLICE_CONSTANT("Job"), "job-name", "@"},
    {SLICE_CONSTANT("Job"), "batch.kubernetes.io/job-name", "@"},
    {SLICE_CONSTANT("Job"), "controller-uid", "uid"},
    {SLICE_CONSTANT("Job"), "batch.kubernetes.io/controller-uid", "uid"},
    {SLICE_CONSTANT("CronJob"), "job-name", "@-1"},
    {SLICE_CONSTANT("CronJob"), "batch.kubernetes.io/job-name", "@-1"},
    {SLICE_CONSTANT("CronJob"), "controller-uid", "uid"},
    {SLICE_CONSTANT("CronJob"), "batch.kubernetes.io/controller-uid", "uid"},
    {SLICE_CONSTANT("DeploymentConfig"), "deployment", "@-1"},
    {SLICE_CONSTANT("DeploymentConfig"), "deploymentconfig", "@"},
};

void controller_labels_add(struct arena *arena, const struct kube_workload *workload, struct slice name,
                           struct tree *labels)
{
    for (size_t i = 0; i < ARRAY_LENGTH(added); i++) {
        struct slice key = slice_from(added[i].key), value = slice_from(added[i].value);
        if (!slice_equal(workload->kind, added[i].kind) || tree_get(labels, key))
            continue;
        if (value.bytes[0] == '@')
            value = arena_join(arena, name, slice_from_offset(value, 1));
        tree_put(arena, labels, key, tree_string(arena, value));
    }
}
