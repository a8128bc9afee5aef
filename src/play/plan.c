#include "play/plan.h"
#include "kube/workload.h"
#include "play/making.h"

struct slice play_text(struct play_making *making, const struct tree *tree)
{
    return arena_copy(making->arena, tree_text(tree));
}

int64_t play_number(const struct tree *map, const char *key, int64_t standard)
{
    const struct tree *value = tree_get(map, slice_from(key));
    return tree_is(value, TREE_INT) ? value->integer : standard;
}

bool play_flag(const struct tree *map, const char *key, bool standard)
{
    const struct tree *value = tree_get(map, slice_from(key));
    return tree_is(value, TREE_BOOL) ? value->boolean : standard;
}

static bool is_kind(const struct tree *document, const char *kind)
{
    return tree_text_is(tree_get(document, SLICE("kind")), slice_from(kind)) &&
           tree_text_is(tree_get(document, SLICE("apiVersion")), SLICE("v1"));
}

struct slice play_metadata_name(const struct tree *document)
{
    return tree_text(tree_at(document, "metadata", "name"));
}

struct slice play_metadata_namespace(const struct play_making *making, const struct tree *document)
{
    struct slice namespace = tree_text(tree_at(document, "metadata", "namespace"));
    if (!namespace.length)
    namespace = making->namespace;
    return namespace.length ? namespace : SLICE("default");
}

const struct tree *play_config_map(const struct play_making *making, struct slice namespace, struct slice name)
{
    for (size_t i = 0; i < making->count; i++) {
        const struct tree *document = making->objects[i].document;
        if (!is_kind(document, "ConfigMap") || !slice_equal(play_metadata_name(document), name) ||
            !slice_equal(play_metadata_namespace(making, document), namespace))
            continue;
        const struct tree *data = tree_get(document, SLICE("data"));
        return tree_is(data, TREE_MAP) ? data : &tree_empty_map_node;
    }
    return NULL;
}

/* ---- pods --------------------------------------------------------------------------------------------------- */

static bool pod_number(struct play_making *making, struct play_pod *pod)
{
    size_t index = (size_t)(pod - making->plan->pods);
    if (index >= PLAY_PODS_MAX)
        return error_set(making->error, ERROR_LIMIT, (struct position){0}, "more than %d pods", PLAY_PODS_MAX);
    pod->address = arena_format(making->arena, "10.244.0.%zu", index + 2);
    pod->node_name = SLICE(PLAY_NODE_NAME);
    return true;
}

static void restart_read(struct play_pod *pod, bool is_job, const struct tree *document)
{
    const struct tree *policy = tree_get(pod->spec, SLICE("restartPolicy"));
    pod->restart = tree_text_is(policy, SLICE("Never"))       ? PLAY_RESTART_NEVER
                   : tree_text_is(policy, SLICE("OnFailure")) ? PLAY_RESTART_ON_FAILURE
                                                              : PLAY_RESTART_ALWAYS;
    pod->ends = is_job || pod->restart == PLAY_RESTART_NEVER;
    /* Kubernetes, batch/v1, JobSpec.backoffLimit. Of a pod that is tried anew it starts the containers again. */
    pod->attempts = is_job ? play_number(tree_get(document, SLICE("spec")), "backoffLimit", 6) : 0;
}

static bool has_sidecar(const struct tree *spec)
{
    static const char *const lists[] = {"initContainers", "containers"};
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        const struct tree *containers = tree_get(spec, slice_from(lists[i]));
        for (size_t j = 0; tree_is(containers, TREE_LIST) && j < containers->list.count; j++) {
            if (tree_text_is(tree_get(containers->list.items[j], SLICE("name")), SLICE("istio-proxy")))
                return true;
        }
    }
    return false;
}

static bool pod_make(struct play_making *making, const struct play_object *object, const struct kube_workload *workload,
                     size_t number, size_t replicas)
{
    struct play_pod *pod = &making->plan->pods[making->plan->pod_count];
    const struct tree *template = kube_path_get(object->document, workload->template_path);
    struct slice name = play_metadata_name(object->document);
    if (!name.length)
        name = tree_text(tree_at(object->document, "metadata", "generateName"));
    bool is_alone = !workload->template_path[0], is_set = slice_equal(workload->kind, SLICE("StatefulSet"));
    bool is_job = slice_equal(workload->kind, SLICE("Job")) || slice_equal(workload->kind, SLICE("CronJob"));
    *pod =
        (struct play_pod){.metadata = tree_get(template, SLICE("metadata")), .spec = tree_get(template, SLICE("spec"))};
    if (!tree_is(pod->spec, TREE_MAP))
        return error_set(making->error, ERROR_MISSING, (struct position){0}, "there is no spec of a pod");
    if (play_flag(pod->spec, "hostNetwork", false))
        return error_set(making->error, ERROR_VALUE, (struct position){0},
                         "hostNetwork: a pod in this host's own network is not played");
    pod->name = is_alone || (replicas == 1 && !is_set)
                    ? arena_copy(making->arena, name)
                    : arena_format(making->arena, "%.*s-%zu", SLICE_ARGS(name), number);
    pod->namespace = arena_copy(making->arena, play_metadata_namespace(making, object->document));
    pod->account = tree_text(tree_get(pod->spec, SLICE("serviceAccountName")));
    if (!pod->account.length)
        pod->account = SLICE("default");
    pod->grace_s = play_number(pod->spec, "terminationGracePeriodSeconds", 30);
    pod->shares_processes = play_flag(pod->spec, "shareProcessNamespace", false);
    const struct tree *before = tree_get(kube_path_get(object->original, workload->template_path), SLICE("spec"));
    pod->is_injected = has_sidecar(pod->spec) && !has_sidecar(before);
    restart_read(pod, is_job, object->document);
    if (!pod_number(making, pod) || !play_volumes_make(making, pod) || !play_containers_make(making, pod))
        return false;
    making->plan->pod_count++;
    return true;
}

static size_t replicas_read(const struct tree *document)
{
    const struct tree *spec = tree_get(document, SLICE("spec"));
    bool is_job = tree_text_is(tree_get(document, SLICE("kind")), SLICE("Job"));
    int64_t replicas = play_number(spec, is_job ? "completions" : "replicas", 1);
    return replicas < 0 ? 0 : replicas > PLAY_PODS_MAX ? PLAY_PODS_MAX + 1 : (size_t)replicas;
}

static bool workload_make(struct play_making *making, const struct play_object *object,
                          const struct kube_workload *workload)
{
    bool is_alone = !workload->template_path[0];
    size_t replicas = is_alone ? 1 : replicas_read(object->document);
    for (size_t i = 0; i < replicas; i++) {
        if (!pod_make(making, object, workload, i, replicas))
            return error_wrap(making->error, "%.*s \"%.*s\"", SLICE_ARGS(workload->kind),
                              SLICE_ARGS(play_metadata_name(object->document)));
    }
    return true;
}

/* ---- Services ----------------------------------------------------------------------------------------------- */

static bool service_port_make(struct play_making *making, const struct tree *tree, struct play_port *ret)
{
    int64_t port = play_number(tree, "port", 0);
    const struct tree *target = tree_get(tree, SLICE("targetPort"));
    int64_t number = tree_is(target, TREE_INT) ? target->integer : port;
    if (port < 1 || port > 65535 || number < 0 || number > 65535)
        return error_set(making->error, ERROR_VALUE, (struct position){0}, "ports: found %lld, want 1 to 65535",
                         (long long)(port < 1 || port > 65535 ? port : number));
    *ret = (struct play_port){.name = play_text(making, tree_get(tree, SLICE("name"))),
                              .target_name = play_text(making, target),
                              .port = (uint16_t)port,
                              .target = number ? (uint16_t)number : (uint16_t)port,
                              .is_udp = tree_text_is(tree_get(tree, SLICE("protocol")), SLICE("UDP"))};
    return true;
}

static bool service_make(struct play_making *making, const struct tree *document)
{
    struct play_plan *plan = making->plan;
    const struct tree *spec = tree_get(document, SLICE("spec"));
    const struct tree *ports = tree_get(spec, SLICE("ports"));
    struct play_service *service = &plan->services[plan->service_count];
    size_t count = tree_is(ports, TREE_LIST) ? ports->list.count : 0;
    *service = (struct play_service){.name = arena_copy(making->arena, play_metadata_name(document)),
                                     .namespace = arena_copy(making->arena, play_metadata_namespace(making, document)),
                                     .selector = tree_get(spec, SLICE("selector")),
                                     .ports = arena_new(making->arena, struct play_port, count + 1),
                                     .port_count = count};
    if (plan->service_count >= PLAY_PODS_MAX)
        return error_set(making->error, ERROR_LIMIT, (struct position){0}, "more than %d Services", PLAY_PODS_MAX);
    if (!tree_text_is(tree_get(spec, SLICE("clusterIP")), SLICE("None")))
        service->address = arena_format(making->arena, "10.96.0.%zu", plan->service_count + 10);
    for (size_t i = 0; i < count; i++) {
        if (!service_port_make(making, ports->list.items[i], &service->ports[i]))
            return error_wrap(making->error, "Service \"%.*s\"", SLICE_ARGS(service->name));
    }
    plan->service_count++;
    return true;
}

bool play_service_selects(const struct play_service *service, const struct play_pod *pod)
{
    const struct tree *labels = tree_get(pod->metadata, SLICE("labels"));
    if (!tree_count(service->selector) || !tree_is(service->selector, TREE_MAP) ||
        !slice_equal(service->namespace, pod->namespace))
        return false;
    for (size_t i = 0; i < service->selector->map.count; i++) {
        const struct tree_entry *entry = &service->selector->map.entries[i];
        const struct tree *value = tree_get(labels, entry->key);
        if (!value || !tree_equal(value, entry->value))
            return false;
    }
    return true;
}

uint16_t play_service_target(const struct play_port *port, const struct play_pod *pod)
{
    const struct tree name = {.kind = TREE_STRING, .string = port->target_name};
    return port->target_name.length ? play_port_find(pod, NULL, &name) : port->target;
}

/* ---- all of it ---------------------------------------------------------------------------------------------- */

/* Upper bounds, so that what has an address keeps it. */
static void room_make(struct play_making *making)
{
    size_t pods = 0;
    for (size_t i = 0; i < making->count; i++)
        pods += kube_workload_of(making->objects[i].document) ? replicas_read(making->objects[i].document) + 1 : 0;
    making->plan->pods = arena_new(making->arena, struct play_pod, pods + 1);
    making->plan->services = arena_new(making->arena, struct play_service, making->count + 1);
}

bool play_plan_make(struct arena *arena, const struct play_object *objects, size_t count, struct slice namespace,
                    struct play_plan *ret, struct error *error)
{
    struct play_plan plan = {.arena = arena};
    struct play_making making = {arena, objects, count, namespace, error, &plan};
    room_make(&making);
    for (size_t i = 0; i < count; i++) {
        const struct tree *document = objects[i].document;
        const struct kube_workload *workload = kube_workload_of(document);
        bool done = workload ? workload_make(&making, &objects[i], workload)
                             : !is_kind(document, "Service") || service_make(&making, document);
        if (!done) {
            error_place(error, source_position(&objects[i].source, objects[i].original->offset));
            return false;
        }
    }
    if (!plan.pod_count)
        return error_set(error, ERROR_MISSING, (struct position){0}, "there is no workload to play");
    *ret = plan;
    return true;
}
