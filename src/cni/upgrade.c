#include "cni/upgrade.h"
#include "base/number.h"

enum { REQUEST_MS = 2000, RETRY_MS = 1000 };

/* ---- node affinity ---- */

static bool value_is_listed(const struct tree *values, struct slice value)
{
    for (size_t i = 0; i < tree_count(values); i++) {
        if (tree_text_is(values->list.items[i], value))
            return true;
    }
    return false;
}

static bool compare_numbers(const struct tree *values, const struct tree *value, bool is_greater)
{
    int64_t wanted, found;
    if (tree_count(values) != 1 || !value || !number_parse_i64(tree_text(values->list.items[0]), &wanted) ||
        !number_parse_i64(tree_text(value), &found))
        return false;
    return is_greater ? found > wanted : found < wanted;
}

static bool is_in(const struct tree *values, const struct tree *value)
{
    return value && value_is_listed(values, tree_text(value));
}
static bool is_not_in(const struct tree *values, const struct tree *value)
{
    return !is_in(values, value);
}
static bool exists(const struct tree *values, const struct tree *value)
{
    (void)values;
    return value != NULL;
}
static bool does_not_exist(const struct tree *values, const struct tree *value)
{
    (void)values;
    return value == NULL;
}
static bool is_greater(const struct tree *values, const struct tree *value)
{
    return compare_numbers(values, value, true);
}
static bool is_less(const struct tree *values, const struct tree *value)
{
    return compare_numbers(values, value, false);
}

static const struct {
    struct slice name;
    bool (*holds)(const struct tree *values, const struct tree *value);
} operators[] = {
    {SLICE_CONSTANT("In"), is_in},         {SLICE_CONSTANT("NotIn"), is_not_in},
    {SLICE_CONSTANT("Exists"), exists},    {SLICE_CONSTANT("DoesNotExist"), does_not_exist},
    {SLICE_CONSTANT("Gt"), is_greater},    {SLICE_CONSTANT("Lt"), is_less},
};

static bool requirements_hold(const struct tree *requirements, const struct tree *facts)
{
    for (size_t i = 0; i < tree_count(requirements); i++) {
        const struct tree *requirement = requirements->list.items[i];
        const struct tree *value = tree_get(facts, tree_text(tree_get(requirement, SLICE("key"))));
        bool holds = false;
        for (size_t j = 0; j < ARRAY_LENGTH(operators); j++) {
            if (tree_text_is(tree_get(requirement, SLICE("operator")), operators[j].name))
                holds = operators[j].holds(tree_get(requirement, SLICE("values")), value);
        }
        if (!holds)
            return false;
    }
    return true;
}

/* Fields are asked by "metadata.name" only. */
static bool term_holds(const struct tree *term, const struct tree *labels, const struct tree *metadata)
{
    const struct tree *expressions = tree_get(term, SLICE("matchExpressions"));
    const struct tree *fields = tree_get(term, SLICE("matchFields"));
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct tree *named = tree_map(&arena, 1);
    tree_put(&arena, named, SLICE("metadata.name"), tree_string(&arena, tree_text(tree_get(metadata, SLICE("name")))));
    return tree_count(expressions) + tree_count(fields) > 0 && requirements_hold(expressions, labels) &&
           requirements_hold(fields, named);
}

bool upgrade_wants_node(const struct tree *daemon_set, const struct tree *node)
{
    const struct tree *pod = tree_at(daemon_set, "spec", "template", "spec");
    const struct tree *labels = tree_at(node, "metadata", "labels");
    const struct tree *selector = tree_get(pod, SLICE("nodeSelector"));
    for (size_t i = 0; tree_is(selector, TREE_MAP) && i < selector->map.count; i++) {
        const struct tree *value = tree_get(labels, selector->map.entries[i].key);
        if (!value || !slice_equal(tree_text(value), tree_text(selector->map.entries[i].value)))
            return false;
    }
    const struct tree *terms = tree_at(pod, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution",
                                       "nodeSelectorTerms");
    for (size_t i = 0; i < tree_count(terms); i++) {
        if (term_holds(terms->list.items[i], labels, tree_get(node, SLICE("metadata"))))
            return true;
    }
    return tree_count(terms) == 0;
}

/* ---- asking ---- */

static bool object_get(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                       struct kube_answer *answer, struct error *error)
{
    *answer = (struct kube_answer){0};
    return kube_get(client, arena, resource, answer, error);
}

enum upgrade_verdict upgrade_ask(const struct upgrade_settings *settings, const char **ret_reason, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(kube_client_close) struct kube_client *client = NULL;
    struct kube_access access = settings->access;
    struct kube_answer answer, node;
    access.timeout_ms = REQUEST_MS;
    access.retry_ms = RETRY_MS;
    const struct kube_resource owner = {"apps/v1", "daemonsets", settings->namespace, settings->daemon_set};
    const struct kube_resource place = {"v1", "nodes", SLICE(""), settings->node};
    *ret_reason = "nobody can be asked";
    if (!kube_client_open(&access, &client, error))
        return UPGRADE_UNKNOWN;
    if (!object_get(client, &arena, &owner, &answer, error)) {
        *ret_reason = answer.status == 404   ? "the DaemonSet is gone"
                      : answer.status == 401 ? "the service account is gone"
                                             : "there is no answer";
        return answer.status == 404 || answer.status == 401 ? UPGRADE_GOES : UPGRADE_UNKNOWN;
    }
    *ret_reason = "the DaemonSet is being deleted";
    if (tree_at(answer.object, "metadata", "deletionTimestamp"))
        return UPGRADE_GOES;
    *ret_reason = "the node cannot be read";
    if (!object_get(client, &arena, &place, &node, error))
        return UPGRADE_UNKNOWN;
    bool stays = upgrade_wants_node(answer.object, node.object);
    *ret_reason = stays ? "the DaemonSet is there: an upgrade or a restart" : "the DaemonSet does not want this node";
    return stays ? UPGRADE_STAYS : UPGRADE_GOES;
}
