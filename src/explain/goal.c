/* goal.c - the way to a sidecar, one obstacle after another. */
#include "explain/case.h"
#include "inject/name.h"
#include "kube/selector.h"

struct goal {
    struct arena *arena;
    size_t webhook; /* which one is to be called */
};

/* The first requirement of a selector that is not met. */
static void unmet_take(void *context, const struct kube_requirement *requirement)
{
    struct kube_requirement *unmet = context;
    if (!requirement->is_met && !unmet->key.bytes)
        *unmet = *requirement;
}

static bool selector_step(const struct explain_case *question, const struct tree *selector, bool on_pod,
                          struct explain_action *ret_action)
{
    const struct tree *labels = on_pod ? tree_at(question->pod, "metadata", "labels") : question->namespace_labels;
    struct kube_requirement unmet = {0};
    bool matches = false;
    if (!kube_selector_walk(selector, labels, unmet_take, &unmet, &matches, NULL) || !unmet.key.bytes ||
        slice_equal(unmet.key, LABEL_NAMESPACE_NAME) || (on_pod && tree_get(question->fixed_labels, unmet.key)))
        return false;
    struct explain_action action = {.kind = on_pod ? EXPLAIN_POD_LABEL : EXPLAIN_NAMESPACE_LABEL, .key = unmet.key};
    if (slice_equal(unmet.operator, SLICE("In")))
        action.value = tree_text(tree_is(unmet.values, TREE_LIST) ? unmet.values->list.items[0] : unmet.values);
    else if (slice_equal(unmet.operator, SLICE("Exists")))
        action.value = SLICE("true");
    else
        action.removes = true;
    *ret_action = action;
    return true;
}

/* The webhook is called, but the policy says no. */
static bool policy_step(const struct explain_webhook *webhook, struct explain_action *ret_action)
{
    static const struct {
        const char *factor;
        enum explain_action_kind kind;
        struct slice key, value;
    } steps[] = {
        {"hostNetwork", EXPLAIN_HOST_NETWORK, SLICE_CONSTANT("hostNetwork"), SLICE_CONSTANT("false")},
        {"ignoredNamespace", EXPLAIN_MOVE, SLICE_CONSTANT("namespace"), SLICE_CONSTANT("another-namespace")},
        {"knownPolicy", EXPLAIN_POLICY, SLICE_CONSTANT("policy"), SLICE_CONSTANT("enabled")},
        {"annotation", EXPLAIN_POD_ANNOTATION, SLICE_CONSTANT("sidecar.istio.io/inject"), SLICE_CONSTANT("true")},
        {"label", EXPLAIN_POD_LABEL, SLICE_CONSTANT("sidecar.istio.io/inject"), SLICE_CONSTANT("true")},
        {"neverInjectSelector", EXPLAIN_POD_LABEL, SLICE_CONSTANT("sidecar.istio.io/inject"), SLICE_CONSTANT("true")},
        {"policy", EXPLAIN_POLICY, SLICE_CONSTANT("policy"), SLICE_CONSTANT("enabled")},
    };
    for (size_t i = 0; i < webhook->policy_count; i++) {
        for (size_t k = 0; webhook->policy[i].decided && k < ARRAY_LENGTH(steps); k++) {
            if (strcmp(webhook->policy[i].factor, steps[k].factor) != 0)
                continue;
            *ret_action = (struct explain_action){.kind = steps[k].kind, .key = steps[k].key, .value = steps[k].value};
            return true;
        }
    }
    return false;
}

static const struct tree *webhook_at(const struct explain_case *question, size_t index)
{
    for (size_t i = 0; i < question->configuration_count; i++) {
        const struct tree *webhooks = tree_get(question->configurations[i].tree, SLICE("webhooks"));
        if (index < tree_count(webhooks))
            return webhooks->list.items[index];
        index -= tree_count(webhooks);
    }
    return NULL;
}

static bool next_step(const struct goal *goal, const struct explain_case *question,
                      const struct explain_webhook *webhook, struct explain_action *ret_action)
{
    const struct tree *tree = webhook_at(question, goal->webhook);
    if (webhook->calls != EXPLAIN_NO)
        return policy_step(webhook, ret_action);
    for (size_t i = 0; i < webhook->fact_count; i++) {
        bool on_pod = strcmp(webhook->facts[i].factor, "objectSelector") == 0;
        if (webhook->facts[i].says == EXPLAIN_NO)
            return (on_pod || strcmp(webhook->facts[i].factor, "namespaceSelector") == 0) &&
                   selector_step(question, webhook_selector(tree, on_pod), on_pod, ret_action);
    }
    return false;
}

/* A step about the same thing takes the place of the earlier one. Gives 0 when there are too many. */
static size_t step_add(struct explain_action *actions, size_t count, const struct explain_action *action)
{
    for (size_t i = 0; i < count; i++) {
        if (actions[i].kind != action->kind || !slice_equal(actions[i].key, action->key))
            continue;
        actions[i] = *action;
        return count;
    }
    if (count == EXPLAIN_ACTIONS_MAX)
        return 0;
    actions[count] = *action;
    return count + 1;
}

static size_t way_find(const struct goal *goal, const struct explain_case *question, struct explain_action *actions)
{
    struct explain_case changed = *question;
    size_t count = 0;
    for (size_t step = 0; step < 2 * EXPLAIN_ACTIONS_MAX; step++) {
        struct explain_action action;
        struct explain_verdict verdict;
        case_judge(goal->arena, &changed, &verdict);
        if (verdict.injects)
            return count;
        if (!next_step(goal, &changed, &verdict.webhooks[goal->webhook], &action))
            return 0;
        action.cost = action_cost(action.kind, action.key);
        count = step_add(actions, count, &action);
        if (!count)
            return 0;
        changed = case_with_action(goal->arena, &changed, &action);
    }
    return 0;
}

size_t goal_find(struct arena *arena, const struct explain_case *question,
                 struct explain_action actions[EXPLAIN_ACTIONS_MAX])
{
    unsigned least = 0;
    size_t best = 0;
    struct explain_verdict verdict;
    case_judge(arena, question, &verdict);
    for (size_t i = 0; i < verdict.count; i++) {
        const struct goal goal = {arena, i};
        struct explain_action way[EXPLAIN_ACTIONS_MAX];
        size_t count = verdict.webhooks[i].is_injector ? way_find(&goal, question, way) : 0;
        unsigned cost = 0;
        for (size_t k = 0; k < count; k++)
            cost += way[k].cost;
        if (!count || (best && cost >= least))
            continue;
        memcpy(actions, way, count * sizeof *way);
        best = count;
        least = cost;
    }
    return best;
}
