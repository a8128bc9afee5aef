#include "explain/case.h"
#include "base/buffer.h"
#include "kube/selector.h"

/* What the API server does when a pod is created, for one webhook: do its rules match, then its selectors, then its
 * conditions (Kubernetes, "Dynamic Admission Control"; staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook). */
struct judge {
    struct arena *arena;
    const struct explain_case *question;
    const struct explain_configuration *configuration;
    const struct tree *webhook;
    struct explain_webhook *result;
};

const struct tree *webhook_selector(const struct tree *webhook, bool on_pod)
{
    return tree_get(webhook, on_pod ? SLICE("objectSelector") : SLICE("namespaceSelector"));
}

struct position position_of(const struct explain_origin *origin, uint32_t offset)
{
    if (!origin->source || offset == TREE_NO_OFFSET)
        return (struct position){0};
    return source_position(origin->source, offset);
}

struct explain_place place_of_entry(struct arena *arena, const struct explain_origin *origin, const char *what,
                                    struct slice key, const struct tree_entry *entry)
{
    struct explain_place place = {.text = arena_format(arena, "%s%s%.*s of %.*s", what, *what ? " " : "",
                                                       SLICE_ARGS(key), SLICE_ARGS(origin->what)),
                                  .holder = origin->what};
    if (entry)
        place.position = position_of(origin, entry->key_offset);
    return place;
}

static struct explain_fact *fact_add(const struct judge *judge, const char *factor, enum explain_says says)
{
    struct explain_fact *fact = &judge->result->facts[judge->result->fact_count++];
    *fact = (struct explain_fact){.factor = factor, .says = says};
    fact->where.text = judge->configuration->origin.what;
    const struct tree_entry *entry = tree_entry(judge->webhook, slice_from(factor));
    if (entry)
        fact->where.position = position_of(&judge->configuration->origin, entry->key_offset);
    return fact;
}

/* ---- rules ---- */

static bool list_has(const struct tree *list, struct slice wanted)
{
    for (size_t i = 0; tree_is(list, TREE_LIST) && i < list->list.count; i++) {
        if (tree_text_is(list->list.items[i], SLICE("*")) || tree_text_is(list->list.items[i], wanted))
            return true;
    }
    return false;
}

/* "pods", "pods" with any part of it, everything; not "pods/status" (.../predicates/rules/rules.go). */
static bool has_pods(const struct tree *resources)
{
    static const struct slice names[] = {SLICE_CONSTANT("pods"), SLICE_CONSTANT("pods/*"), SLICE_CONSTANT("*"),
                                         SLICE_CONSTANT("*/*"),  SLICE_CONSTANT("pods/"),  SLICE_CONSTANT("*/")};
    for (size_t i = 0; tree_is(resources, TREE_LIST) && i < resources->list.count; i++) {
        for (size_t k = 0; k < ARRAY_LENGTH(names); k++) {
            if (tree_text_is(resources->list.items[i], names[k]))
                return true;
        }
    }
    return false;
}

static bool is_scope(const struct tree *rule)
{
    struct slice scope = tree_text(tree_get(rule, SLICE("scope")));
    return !scope.length || slice_equal(scope, SLICE("*")) || slice_equal(scope, SLICE("Namespaced"));
}

static bool rule_matches_kind(const struct tree *rule)
{
    return list_has(tree_get(rule, SLICE("operations")), SLICE("CREATE")) &&
           list_has(tree_get(rule, SLICE("apiGroups")), SLICE("")) &&
           list_has(tree_get(rule, SLICE("apiVersions")), SLICE("v1")) && has_pods(tree_get(rule, SLICE("resources")));
}

static void list_print(struct buffer *out, const struct tree *list)
{
    for (size_t i = 0; tree_is(list, TREE_LIST) && i < list->list.count; i++)
        buffer_format(out, "%s%.*s", i ? "," : "", SLICE_ARGS(tree_text(list->list.items[i])));
}

static struct slice rules_text(struct arena *arena, const struct tree *rules)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(16384);
    for (size_t i = 0; tree_is(rules, TREE_LIST) && i < rules->list.count; i++) {
        const struct tree *rule = rules->list.items[i];
        buffer_add_slice(&out, i ? SLICE("; ") : SLICE(""));
        list_print(&out, tree_get(rule, SLICE("operations")));
        buffer_add_literal(&out, " of ");
        list_print(&out, tree_get(rule, SLICE("resources")));
        struct slice scope = tree_text(tree_get(rule, SLICE("scope")));
        if (scope.length && !slice_equal(scope, SLICE("*")))
            buffer_format(&out, " (%.*s)", SLICE_ARGS(scope));
    }
    return out.length ? arena_copy(arena, buffer_slice(&out)) : SLICE("no rules");
}

static bool judge_rules(const struct judge *judge)
{
    const struct tree *rules = tree_get(judge->webhook, SLICE("rules"));
    bool matches = false, in_scope = false;
    for (size_t i = 0; tree_is(rules, TREE_LIST) && i < rules->list.count; i++) {
        bool is_kind = rule_matches_kind(rules->list.items[i]);
        matches = matches || is_kind;
        in_scope = in_scope || (is_kind && is_scope(rules->list.items[i]));
    }
    struct explain_fact *fact = fact_add(judge, "rules", matches ? EXPLAIN_YES : EXPLAIN_NO);
    if (!judge->question->only_verdict)
        fact->wants = rules_text(judge->arena, rules);
    fact->found = SLICE("CREATE of pods");
    if (!matches)
        fact->meaning = SLICE("it is not asked about pods that are created");
    if (!matches)
        return false;
    fact = fact_add(judge, "scope", in_scope ? EXPLAIN_YES : EXPLAIN_NO);
    fact->found = SLICE("Namespaced");
    if (!in_scope)
        fact->meaning = SLICE("its rules are for what belongs to no namespace, and pods do");
    return in_scope;
}

/* ---- selectors ---- */

struct selector_visit {
    const struct judge *judge;
    const struct explain_origin *origin;
    struct explain_fact *facts;
    size_t count, capacity;
};

static struct slice requirement_text(struct arena *arena, const struct kube_requirement *requirement)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(16384);
    buffer_format(&out, "%.*s %.*s", SLICE_ARGS(requirement->key), SLICE_ARGS(requirement->operator));
    if (requirement->values) {
        buffer_add_literal(&out, " [");
        if (requirement->values->kind == TREE_LIST)
            list_print(&out, requirement->values);
        else
            buffer_add_slice(&out, tree_text(requirement->values));
        buffer_add_byte(&out, ']');
    }
    return arena_copy(arena, buffer_slice(&out));
}

static void requirement_add(void *context, const struct kube_requirement *requirement)
{
    struct selector_visit *visit = context;
    struct arena *arena = visit->judge->arena;
    if (visit->count == visit->capacity)
        return;
    struct explain_fact *fact = &visit->facts[visit->count++];
    fact->factor = "label";
    fact->says = requirement->is_met ? EXPLAIN_YES : EXPLAIN_NO;
    fact->wants = requirement_text(arena, requirement);
    if (requirement->label)
        fact->found = tree_text(requirement->label->value);
    fact->where = place_of_entry(arena, visit->origin, "label", requirement->key, requirement->label);
}

static bool judge_selector(const struct judge *judge, bool on_pod)
{
    const struct explain_case *question = judge->question;
    const struct tree *selector = webhook_selector(judge->webhook, on_pod);
    const struct tree *labels = on_pod ? tree_at(question->pod, "metadata", "labels") : question->namespace_labels;
    struct explain_fact *fact = fact_add(judge, on_pod ? "objectSelector" : "namespaceSelector", EXPLAIN_YES);
    /* The API server puts an empty selector where there is none, and that matches everything. */
    if (tree_is_null(selector) || (selector->kind == TREE_MAP && kube_selector_is_empty(selector))) {
        fact->meaning = SLICE("no selector: everything matches");
        return true;
    }
    size_t capacity = tree_count(tree_get(selector, SLICE("matchLabels"))) +
                      tree_count(tree_get(selector, SLICE("matchExpressions")));
    struct selector_visit visit = {
        .judge = judge,
        .origin = on_pod ? &question->pod_origin : &question->namespace_origin,
        .facts = arena_new(judge->arena, struct explain_fact, capacity),
        .capacity = capacity,
    };
    bool matches = false;
    struct error error = {0};
    if (!kube_selector_walk(selector, labels, question->only_verdict ? NULL : requirement_add, &visit, &matches,
                            &error)) {
        matches = false;
        fact->meaning =
            arena_format(judge->arena, "not a valid selector, which the API server refuses: %s", error.text);
    }
    fact->says = matches ? EXPLAIN_YES : EXPLAIN_NO;
    fact->parts = visit.facts;
    fact->part_count = visit.count;
    return matches;
}

/* ---- conditions ---- */

static bool judge_conditions(const struct judge *judge)
{
    const struct tree *conditions = tree_get(judge->webhook, SLICE("matchConditions"));
    if (!tree_count(conditions))
        return false;
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(65536);
    for (size_t i = 0; conditions->kind == TREE_LIST && i < conditions->list.count; i++)
        buffer_format(&out, "%s%.*s: %.*s", i ? "; " : "",
                      SLICE_ARGS(tree_text(tree_get(conditions->list.items[i], SLICE("name")))),
                      SLICE_ARGS(tree_text(tree_get(conditions->list.items[i], SLICE("expression")))));
    struct explain_fact *fact = fact_add(judge, "matchConditions", EXPLAIN_UNKNOWN);
    fact->wants = arena_copy(judge->arena, buffer_slice(&out));
    fact->meaning = SLICE("CEL is not evaluated here: the webhook is called only if all of these hold");
    return true;
}

/* ---- the rest ---- */

static struct slice target_text(struct arena *arena, const struct tree *client)
{
    struct slice url = tree_text(tree_get(client, SLICE("url")));
    const struct tree *service = tree_get(client, SLICE("service"));
    if (url.length || !tree_is(service, TREE_MAP))
        return url;
    const struct tree *port = tree_get(service, SLICE("port"));
    return arena_format(arena, "%.*s/%.*s:%lld%.*s", SLICE_ARGS(tree_text(tree_get(service, SLICE("namespace")))),
                        SLICE_ARGS(tree_text(tree_get(service, SLICE("name")))),
                        tree_is(port, TREE_INT) ? (long long)port->integer : 443LL,
                        SLICE_ARGS(tree_text(tree_get(service, SLICE("path")))));
}

static struct slice text_or(const struct tree *webhook, struct slice key, struct slice otherwise)
{
    struct slice text = tree_text(tree_get(webhook, key));
    return text.length ? text : otherwise;
}

/* istioctl makes a configuration ask for a label that nobody sets when another takes its place. */
static bool is_deactivated(const struct tree *webhook)
{
    return tree_get(tree_get(webhook_selector(webhook, false), SLICE("matchLabels")), SLICE("istio.io/deactivated")) !=
           NULL;
}

static void webhook_describe(const struct judge *judge)
{
    const struct tree *webhook = judge->webhook, *metadata = tree_get(judge->configuration->tree, SLICE("metadata"));
    const struct tree *labels = tree_get(metadata, SLICE("labels")), *client = tree_get(webhook, SLICE("clientConfig"));
    const struct tree *timeout = tree_get(webhook, SLICE("timeoutSeconds"));
    /* The defaults are those of v1; the API server writes them down. */
    bool is_old = slice_ends(tree_text(tree_get(judge->configuration->tree, SLICE("apiVersion"))), SLICE("/v1beta1"));
    *judge->result = (struct explain_webhook){
        .configuration = tree_text(tree_get(metadata, SLICE("name"))),
        .name = tree_text(tree_get(webhook, SLICE("name"))),
        .revision = tree_text(tree_get(labels, LABEL_REVISION)),
        .tag = tree_text(tree_get(labels, LABEL_TAG)),
        .target = target_text(judge->arena, client),
        .failure_policy = text_or(webhook, SLICE("failurePolicy"), is_old ? SLICE("Ignore") : SLICE("Fail")),
        .match_policy = text_or(webhook, SLICE("matchPolicy"), is_old ? SLICE("Exact") : SLICE("Equivalent")),
        .reinvocation_policy = text_or(webhook, SLICE("reinvocationPolicy"), SLICE("Never")),
        .timeout_seconds = tree_is(timeout, TREE_INT) ? timeout->integer
                           : is_old                   ? 30
                                                      : 10,
        .is_injector = webhook_is_injector(webhook, judge->question->webhook_name),
        .is_deactivated = is_deactivated(webhook),
        .has_ca = judge->configuration->is_standard || tree_text(tree_get(client, SLICE("caBundle"))).length > 0,
    };
}

void webhook_judge(struct arena *arena, const struct explain_case *question,
                   const struct explain_configuration *configuration, const struct tree *webhook,
                   struct explain_webhook *ret_webhook)
{
    const struct judge judge = {arena, question, configuration, webhook, ret_webhook};
    webhook_describe(&judge);
    bool rules = judge_rules(&judge);
    bool namespace = judge_selector(&judge, false), object = judge_selector(&judge, true);
    bool conditions = judge_conditions(&judge), called = rules && namespace && object;
    ret_webhook->calls = !called ? EXPLAIN_NO : conditions ? EXPLAIN_UNKNOWN : EXPLAIN_YES;
    for (size_t i = 0; i < ret_webhook->fact_count && !called; i++) {
        if (ret_webhook->facts[i].says != EXPLAIN_NO)
            continue;
        ret_webhook->facts[i].decided = true;
        break;
    }
    if (called && ret_webhook->is_injector && configuration->rules)
        policy_judge(arena, question, configuration, ret_webhook);
}
