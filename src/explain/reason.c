#include "explain/case.h"
#include "inject/name.h"

struct reason {
    struct arena *arena;
    const struct explain_case *question;
    struct explain_finding *finding;
};

static void reason_set(const struct reason *reason, const char *factor, bool on_pod, struct slice key,
                       const struct tree_entry *entry)
{
    reason->finding->factor = factor;
    reason->finding->where =
        place_of_entry(reason->arena, on_pod ? &reason->question->pod_origin : &reason->question->namespace_origin,
                       "label", key, entry);
}

static const struct tree_entry *label_of(const struct explain_case *question, bool on_pod, struct slice key)
{
    return tree_entry(on_pod ? tree_at(question->pod, "metadata", "labels") : question->namespace_labels, key);
}

/* Would a webhook be called were this label not there? Then the label is why none is. */
static bool is_in_the_way(const struct reason *reason, bool on_pod, struct slice key)
{
    const struct tree_entry *entry = label_of(reason->question, on_pod, key);
    if (!entry)
        return false;
    struct explain_case without = case_with_label(reason->arena, reason->question, on_pod, key, true, SLICE(""));
    struct explain_verdict verdict;
    case_judge(reason->arena, &without, &verdict);
    if (!verdict.decider)
        return false;
    reason_set(reason, on_pod ? "objectSelector" : "namespaceSelector", on_pod, key, entry);
    reason->finding->reason =
        arena_format(reason->arena, "label %.*s of %.*s is \"%.*s\": no injector is asked", SLICE_ARGS(key),
                     SLICE_ARGS(on_pod ? reason->question->pod_origin.what : reason->question->namespace_origin.what),
                     SLICE_ARGS(tree_text(entry->value)));
    return true;
}

static bool any_is_in_the_way(const struct reason *reason, const struct explain_verdict *verdict)
{
    static const struct {
        bool on_pod;
        struct slice key;
    } usual[] = {{true, SLICE_CONSTANT("sidecar.istio.io/inject")},
                 {false, SLICE_CONSTANT("istio-injection")},
                 {true, SLICE_CONSTANT("istio.io/rev")},
                 {false, SLICE_CONSTANT("istio.io/rev")}};
    for (size_t i = 0; i < ARRAY_LENGTH(usual); i++) {
        if (is_in_the_way(reason, usual[i].on_pod, usual[i].key))
            return true;
    }
    /* Other labels, where the webhooks are somebody's own. */
    for (size_t i = 0; i < verdict->count; i++) {
        const struct explain_webhook *webhook = &verdict->webhooks[i];
        for (size_t k = 0; webhook->is_injector && k < webhook->fact_count; k++) {
            const struct explain_fact *fact = &webhook->facts[k];
            bool on_pod = strcmp(fact->factor, "objectSelector") == 0;
            for (size_t part = 0; part < fact->part_count; part++) {
                if (fact->parts[part].says == EXPLAIN_NO && fact->parts[part].found.bytes &&
                    is_in_the_way(
                        reason, on_pod,
                        slice_range(fact->parts[part].wants, 0, slice_find_byte(fact->parts[part].wants, ' '))))
                    return true;
            }
        }
    }
    return false;
}

static struct slice list_text(struct arena *arena, const struct tree *list)
{
    struct slice text = SLICE("");
    for (size_t i = 0; i < tree_count(list); i++)
        text = arena_format(arena, "%.*s%s%.*s", SLICE_ARGS(text), i ? ", " : "",
                            SLICE_ARGS(tree_text(list->list.items[i])));
    return text;
}

/* A revision that no webhook is for. */
static bool is_unknown_revision(const struct reason *reason, bool on_pod)
{
    const struct tree_entry *entry = label_of(reason->question, on_pod, LABEL_REVISION);
    const struct tree *revisions = wanted_values(reason->arena, reason->question, LABEL_REVISION);
    if (!entry || !tree_count(revisions))
        return false;
    for (size_t i = 0; i < revisions->list.count; i++) {
        if (tree_equal(revisions->list.items[i], entry->value))
            return false;
    }
    reason_set(reason, on_pod ? "objectSelector" : "namespaceSelector", on_pod, LABEL_REVISION, entry);
    reason->finding->reason =
        arena_format(reason->arena, "%.*s has istio.io/rev=%.*s, but no webhook is for it; there are: %.*s",
                     SLICE_ARGS(on_pod ? reason->question->pod_origin.what : reason->question->namespace_origin.what),
                     SLICE_ARGS(tree_text(entry->value)), SLICE_ARGS(list_text(reason->arena, revisions)));
    return true;
}

/* What would have it injected: "istio-injection=enabled on the namespace, ...". */
static struct slice wishes_text(const struct reason *reason)
{
    static const struct slice keys[] = {SLICE_CONSTANT("istio-injection"), SLICE_CONSTANT("istio.io/rev"),
                                        SLICE_CONSTANT("sidecar.istio.io/inject")};
    struct slice text = SLICE("");
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        const struct tree *values = wanted_values(reason->arena, reason->question, keys[i]);
        for (size_t k = 0; k < tree_count(values); k++)
            text = arena_format(reason->arena, "%.*s%s%.*s=%.*s", SLICE_ARGS(text), text.length ? ", " : "",
                                SLICE_ARGS(keys[i]), SLICE_ARGS(tree_text(values->list.items[k])));
    }
    return text;
}

/* A label that is there and means nothing to anybody. */
static bool is_without_meaning(const struct reason *reason, bool on_pod, struct slice key, const char *good)
{
    const struct tree_entry *entry = label_of(reason->question, on_pod, key);
    if (!entry || slice_equal(tree_text(entry->value), slice_from(good)))
        return false;
    reason_set(reason, on_pod ? "objectSelector" : "namespaceSelector", on_pod, key, entry);
    bool is_refusal = tree_text_is(entry->value, SLICE("disabled")) || tree_text_is(entry->value, SLICE("false"));
    struct slice but = is_refusal
                           ? SLICE(": no injector is asked")
                           : arena_format(reason->arena, ", not \"%s\", and nothing else asks for a sidecar", good);
    reason->finding->reason =
        arena_format(reason->arena, "label %.*s of %.*s is \"%.*s\"%.*s", SLICE_ARGS(key),
                     SLICE_ARGS(on_pod ? reason->question->pod_origin.what : reason->question->namespace_origin.what),
                     SLICE_ARGS(tree_text(entry->value)), SLICE_ARGS(but));
    return true;
}

void reason_find(struct arena *arena, const struct explain_case *question, const struct explain_verdict *verdict,
                 struct explain_finding *finding)
{
    const struct reason reason = {arena, question, finding};
    size_t injectors = 0, active = 0;
    for (size_t i = 0; i < verdict->count; i++) {
        const struct explain_webhook *webhook = &verdict->webhooks[i];
        injectors += webhook->is_injector;
        active += webhook->is_injector && webhook->facts[0].says == EXPLAIN_YES &&
                  strcmp(webhook->facts[1].factor, "scope") == 0 && webhook->facts[1].says == EXPLAIN_YES;
    }
    finding->factor = "none";
    finding->where.text = question->namespace_origin.what;
    if (!injectors) {
        finding->reason = SLICE("there is no injector's webhook");
        return;
    }
    if (!active) {
        finding->factor = "rules";
        finding->reason = SLICE("the injectors' webhooks are not asked about pods that are created (their rules)");
        return;
    }
    if (any_is_in_the_way(&reason, verdict) || is_unknown_revision(&reason, false) ||
        is_unknown_revision(&reason, true) || is_without_meaning(&reason, false, LABEL_INJECTION, "enabled") ||
        is_without_meaning(&reason, true, LABEL_INJECT, "true"))
        return;
    struct slice wishes = wishes_text(&reason);
    finding->reason = arena_format(arena, "neither %.*s nor the pod asks for a sidecar%s%.*s",
                                   SLICE_ARGS(question->namespace_origin.what),
                                   wishes.length ? "; labels that do: " : "", SLICE_ARGS(wishes));
}
