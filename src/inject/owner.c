#include "inject/inject.h"
#include "inject/pod.h"

/* Jobs of a CronJob are named after it and the minute they were due: 8 to 10 digits. */
static bool cron_job_name(struct slice job, struct slice *ret_name)
{
    size_t digits = 0;
    while (digits < job.length && job.bytes[job.length - 1 - digits] >= '0' &&
           job.bytes[job.length - 1 - digits] <= '9')
        digits++;
    if (digits < 8 || digits > 10 || digits + 2 > job.length || job.bytes[job.length - 1 - digits] != '-')
        return false;
    *ret_name = slice_range(job, 0, job.length - digits - 1);
    return true;
}

static struct slice without_hash(struct slice name, struct slice hash)
{
    return slice_range(name, 0, name.length - (name.length > hash.length ? hash.length + 1 : 0));
}

static const struct tree *controller_of(const struct tree *pod)
{
    const struct tree *owners = tree_at(pod, "metadata", "ownerReferences");
    for (size_t i = 0; tree_is(owners, TREE_LIST) && i < owners->list.count; i++) {
        const struct tree *controller = tree_get(owners->list.items[i], SLICE("controller"));
        if (tree_is(controller, TREE_BOOL) && controller->boolean)
            return owners->list.items[i];
    }
    return NULL;
}

static void owner_of_controller(const struct tree *labels, struct inject_owner *owner)
{
    struct slice hash = pod_value_or_empty(labels, SLICE("pod-template-hash"));
    struct slice rollout_hash = pod_value_or_empty(labels, SLICE("rollouts-pod-template-hash"));
    struct slice config = pod_value_or_empty(labels, SLICE("deploymentconfig"));
    bool is_replica_set = slice_equal(owner->kind, SLICE("ReplicaSet"));
    if (is_replica_set && hash.length && slice_ends(owner->name, hash)) {
        owner->name = without_hash(owner->name, hash);
        owner->kind = SLICE("Deployment");
    } else if (is_replica_set && rollout_hash.length && slice_ends(owner->name, rollout_hash)) {
        owner->name = without_hash(owner->name, rollout_hash);
        owner->kind = SLICE("Rollout");
        owner->api_version = SLICE("v1alpha1");
    } else if (slice_equal(owner->kind, SLICE("ReplicationController")) && config.length) {
        owner->name = config;
        owner->kind = SLICE("DeploymentConfig");
    } else if (slice_equal(owner->kind, SLICE("Job")) && cron_job_name(owner->name, &owner->name)) {
        owner->kind = SLICE("CronJob");
        owner->api_version = SLICE("batch/v1");
    }
}

struct inject_owner inject_owner_of_pod(const struct tree *pod)
{
    struct slice name = tree_text(tree_at(pod, "metadata", "name"));
    struct inject_owner owner = {SLICE("v1"), SLICE("Pod"), name, tree_text(tree_at(pod, "metadata", "namespace"))};
    const struct tree *controller = controller_of(pod);
    if (!controller || !tree_text(tree_at(pod, "metadata", "generateName")).length)
        return owner;
    owner.api_version = tree_text(tree_get(controller, SLICE("apiVersion")));
    owner.kind = tree_text(tree_get(controller, SLICE("kind")));
    owner.name = tree_text(tree_get(controller, SLICE("name")));
    owner_of_controller(pod_labels(pod), &owner);
    if (!owner.name.length)
        owner.name = name;
    return owner;
}
