/* explain_cluster.c - the half of `pillion explain` that asks a cluster. */
#include "command/explain.h"
#include "kube/config_maps.h"

struct cluster_reading {
    struct explain_run *run;
    struct kube_client *client;
};

/* ---- what is named on the command line ---- */

/* kubectl's words for a kind. */
static const struct {
    const char *words; /* with a blank before and behind each */
    const char *group_version, *plural, *kind;
} kinds[] = {
    {" pod pods po ", "v1", "pods", "Pod"},
    {" deployment deployments deploy ", "apps/v1", "deployments", "Deployment"},
    {" statefulset statefulsets sts ", "apps/v1", "statefulsets", "StatefulSet"},
    {" daemonset daemonsets ds ", "apps/v1", "daemonsets", "DaemonSet"},
    {" replicaset replicasets rs ", "apps/v1", "replicasets", "ReplicaSet"},
    {" job jobs ", "batch/v1", "jobs", "Job"},
    {" cronjob cronjobs cj ", "batch/v1", "cronjobs", "CronJob"},
    {" replicationcontroller replicationcontrollers rc ", "v1", "replicationcontrollers", "ReplicationController"},
    {" deploymentconfig deploymentconfigs dc ", "apps.openshift.io/v1", "deploymentconfigs", "DeploymentConfig"},
};

static bool kind_find(struct arena *arena, struct slice target, size_t *ret_kind, struct slice *ret_name,
                      struct error *error)
{
    size_t stroke = slice_find_byte(target, '/');
    struct slice kind = slice_range(target, 0, stroke), name = slice_from_offset(target, stroke + 1);
    if (stroke == SLICE_NONE || !name.length || slice_find_byte(name, '/') != SLICE_NONE)
        return error_set(error, ERROR_USAGE, (struct position){0}, "\"%.*s\" is no KIND/NAME, as pod/web or deploy/web",
                         SLICE_ARGS(target));
    struct slice word = arena_format(arena, " %.*s ", SLICE_ARGS(kind));
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (kind.length && slice_find(slice_from(kinds[i].words), word) != SLICE_NONE) {
            *ret_kind = i;
            *ret_name = name;
            return true;
        }
    }
    return error_set(error, ERROR_USAGE, (struct position){0},
                     "no kind \"%.*s\": want pod, deploy, sts, ds, rs, job, cronjob, rc or dc", SLICE_ARGS(kind));
}

/* The items of the API server's lists have neither kind nor apiVersion. */
static const struct tree *with_kind(struct arena *arena, const struct tree *object, const char *group_version,
                                    const char *kind)
{
    struct tree *own = tree_copy_shallow(arena, object);
    tree_put(arena, own, SLICE("apiVersion"), tree_string(arena, slice_from(group_version)));
    tree_put(arena, own, SLICE("kind"), tree_string(arena, slice_from(kind)));
    return own;
}

static bool target_read(const struct cluster_reading *reading, const char *target, struct error *error)
{
    struct explain_run *run = reading->run;
    struct kube_answer answer;
    struct slice name;
    size_t kind = 0;
    if (!kind_find(run->arena, slice_from(target), &kind, &name, error))
        return false;
    const struct kube_resource resource = {kinds[kind].group_version, kinds[kind].plural, run->default_namespace, name};
    return kube_get(reading->client, run->arena, &resource, &answer, error) &&
           explain_add_document(run, NULL,
                                with_kind(run->arena, answer.object, kinds[kind].group_version, kinds[kind].kind), true,
                                error);
}

static bool list_read(const struct cluster_reading *reading, const char *group_version, const char *plural,
                      const struct tree **ret_items, struct error *error)
{
    const struct kube_resource resource = {group_version, plural, SLICE(""), SLICE("")};
    struct kube_answer answer;
    if (!kube_list(reading->client, reading->run->arena, &resource, NULL, &answer, error))
        return false;
    const struct tree *items = tree_get(answer.object, SLICE("items"));
    *ret_items = tree_is(items, TREE_LIST) ? items : &tree_empty_list_node;
    return true;
}

/* All pods; then all namespaces, so that there is one request for them. */
static bool all_read(const struct cluster_reading *reading, struct error *error)
{
    static const char *const what[][2] = {{"pods", "Pod"}, {"namespaces", "Namespace"}};
    struct explain_run *run = reading->run;
    for (size_t i = 0; i < ARRAY_LENGTH(what); i++) {
        const struct tree *items;
        if (!list_read(reading, "v1", what[i][0], &items, error))
            return false;
        for (size_t k = 0; k < items->list.count; k++) {
            if (!explain_add_document(run, NULL, with_kind(run->arena, items->list.items[k], "v1", what[i][1]), true,
                                      error))
                return false;
        }
    }
    return true;
}

static bool namespaces_read(const struct cluster_reading *reading, struct error *error)
{
    struct explain_run *run = reading->run;
    for (size_t i = 0; i < run->count; i++) {
        struct slice name = explain_namespace_of(run, &run->subjects[i]);
        if (explain_find_namespace(run, name) != SLICE_NONE)
            continue;
        const struct kube_resource resource = {"v1", "namespaces", SLICE(""), name};
        struct kube_answer answer;
        if (kube_get(reading->client, run->arena, &resource, &answer, error)) {
            if (!explain_add_document(run, NULL, with_kind(run->arena, answer.object, "v1", "Namespace"), true, error))
                return false;
        } else if (answer.status != 404 || run->subjects[i].is_live) {
            return error_wrap(error, "the labels of namespace %.*s (--namespaceLabels can give them)",
                              SLICE_ARGS(name));
        }
    }
    return true;
}

/* ---- the webhooks, and what is behind them ---- */

static bool webhooks_read(const struct cluster_reading *reading, struct error *error)
{
    struct explain_run *run = reading->run;
    const struct tree *items;
    bool found = false;
    if (run->flags->webhooks.length)
        return explain_read_webhooks(run, error);
    if (!list_read(reading, "admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", &items, error))
        return error_wrap(error, "the webhooks (--webhooks can give them)");
    for (size_t i = 0; i < items->list.count; i++) {
        const struct tree *object = with_kind(run->arena, items->list.items[i], "admissionregistration.k8s.io/v1",
                                              "MutatingWebhookConfiguration");
        if (!explain_configurations_add(run->arena, NULL, object, &run->configurations, &found, error))
            return false;
    }
    explain_configurations_sort(&run->configurations);
    return true;
}

/* What is behind a webhook whose configuration nobody knows. */
static const struct policy_rules assumed_rules = {.policy = SLICE_CONSTANT("enabled")};

static void rules_read(const struct cluster_reading *reading, struct explain_configuration *configuration)
{
    struct explain_run *run = reading->run;
    const struct cluster_flags *cluster = &run->flags->cluster;
    struct slice namespace =
        cluster->istio_namespace.length ? cluster->istio_namespace : explain_configuration_namespace(configuration);
    struct config_map_names names = config_map_names(
        run->arena, namespace, explain_configuration_revision(configuration), cluster->inject_map, SLICE(""));
    struct config_map_texts texts;
    struct error error = {0};
    struct inject_config *config = arena_new(run->arena, struct inject_config, 1);
    configuration->rules_origin.what =
        arena_format(run->arena, "configmap %.*s/%.*s", SLICE_ARGS(names.namespace), SLICE_ARGS(names.inject));
    if (config_maps_get(reading->client, run->arena, &names, CONFIG_MAP_CONFIG, &texts, &error)) {
        struct source *source = arena_new(run->arena, struct source, 1);
        *source = texts.config;
        const struct inject_config_sources sources = {.config = source, .lazy = true};
        if (inject_config_load(run->arena, &sources, config, &error)) {
            configuration->rules = &config->rules;
            return;
        }
    }
    configuration->rules = &assumed_rules;
    configuration->rules_origin.what = SLICE("an assumption");
    configuration->assumed = arena_copy(run->arena, slice_from(error.text));
}

/* One request a ConfigMap: a revision's and its tags' webhooks have the same. */
static void all_rules_read(const struct cluster_reading *reading)
{
    struct explain_configurations *list = &reading->run->configurations;
    for (size_t i = 0; i < list->count; i++) {
        struct explain_configuration *one = &list->items[i];
        if (!explain_configuration_is_injector(one, reading->run->flags->webhook_name))
            continue;
        for (size_t k = 0; k < i && !one->rules; k++) {
            const struct explain_configuration *other = &list->items[k];
            if (!other->rules ||
                !slice_equal(explain_configuration_revision(one), explain_configuration_revision(other)) ||
                !slice_equal(explain_configuration_namespace(one), explain_configuration_namespace(other)))
                continue;
            one->rules = other->rules;
            one->rules_origin = other->rules_origin;
            one->assumed = other->assumed;
        }
        if (!one->rules)
            rules_read(reading, one);
    }
}

bool explain_read_cluster(struct explain_run *run, const struct option_rest *targets, struct error *error)
{
    _cleanup_(kube_client_close) struct kube_client *client = NULL;
    /* Mistakes on the command line before anybody is asked. */
    for (size_t i = 0; i < targets->count; i++) {
        struct slice name;
        size_t kind;
        if (!kind_find(run->arena, slice_from(targets->items[i]), &kind, &name, error))
            return false;
    }
    if (!cluster_open(&run->flags->cluster, &client, error))
        return false;
    const struct cluster_reading reading = {run, client};
    if (!run->default_namespace.length)
        run->default_namespace = arena_copy(run->arena, kube_client_namespace(client));
    for (size_t i = 0; i < targets->count; i++) {
        if (!target_read(&reading, targets->items[i], error))
            return false;
    }
    if ((run->flags->all_namespaces && !all_read(&reading, error)) || !namespaces_read(&reading, error) ||
        !webhooks_read(&reading, error))
        return false;
    if (run->flags->configuration.config.length)
        explain_use_flags_config(run);
    else
        all_rules_read(&reading);
    return true;
}
