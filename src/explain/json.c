/* json.c - findings as a tree: the part of print.h that programs read. Keys only ever get more. */
#include "explain/print.h"

static void put_text(struct arena *arena, struct tree *map, const char *key, struct slice text)
{
    tree_put(arena, map, slice_from(key), tree_string(arena, text));
}

/* Null where there is nothing. */
static void put_optional(struct arena *arena, struct tree *map, const char *key, struct slice text)
{
    tree_put(arena, map, slice_from(key), text.length ? tree_string(arena, text) : &tree_null_node);
}

static void put_bool(struct arena *arena, struct tree *map, const char *key, bool value)
{
    tree_put(arena, map, slice_from(key), tree_bool(value));
}

static const struct tree *place_json(struct arena *arena, const struct explain_place *place)
{
    struct tree *map = tree_map(arena, 4);
    put_text(arena, map, "text", place->text);
    if (place->position.line) {
        put_text(arena, map, "file", place->position.file);
        tree_put(arena, map, SLICE("line"), tree_int(arena, place->position.line));
        tree_put(arena, map, SLICE("column"), tree_int(arena, place->position.column));
    }
    return map;
}

/* A fact's parts have none themselves. */
static const struct tree *facts_json(struct arena *arena, const struct explain_fact *facts, size_t count)
{
    struct tree *list = tree_list(arena, count);
    for (size_t i = 0; i < count; i++) {
        const struct explain_fact *fact = &facts[i];
        struct tree *map = tree_map(arena, 8);
        put_text(arena, map, "factor", slice_from(fact->factor));
        put_text(arena, map, "says", slice_from(explain_says_name(fact->says)));
        put_bool(arena, map, "decided", fact->decided);
        put_optional(arena, map, "wants", fact->wants);
        tree_put(arena, map, SLICE("found"), fact->found.bytes ? tree_string(arena, fact->found) : &tree_null_node);
        put_optional(arena, map, "meaning", fact->meaning);
        tree_put(arena, map, SLICE("where"), place_json(arena, &fact->where));
        tree_put(arena, map, SLICE("requirements"), facts_json(arena, fact->parts, fact->part_count));
        tree_append(arena, list, map);
    }
    return list;
}

static const struct tree *webhooks_json(struct arena *arena, const struct explain_finding *finding)
{
    struct tree *list = tree_list(arena, finding->webhook_count);
    for (size_t i = 0; i < finding->webhook_count; i++) {
        const struct explain_webhook *webhook = &finding->webhooks[i];
        struct tree *map = tree_map(arena, 16);
        put_text(arena, map, "configuration", webhook->configuration);
        put_text(arena, map, "name", webhook->name);
        put_optional(arena, map, "revision", webhook->revision);
        put_optional(arena, map, "tag", webhook->tag);
        put_optional(arena, map, "target", webhook->target);
        put_bool(arena, map, "injector", webhook->is_injector);
        put_text(arena, map, "failurePolicy", webhook->failure_policy);
        put_text(arena, map, "matchPolicy", webhook->match_policy);
        put_text(arena, map, "reinvocationPolicy", webhook->reinvocation_policy);
        tree_put(arena, map, SLICE("timeoutSeconds"), tree_int(arena, webhook->timeout_seconds));
        put_bool(arena, map, "caBundle", webhook->has_ca);
        put_text(arena, map, "calls", slice_from(explain_says_name(webhook->calls)));
        tree_put(arena, map, SLICE("considered"), facts_json(arena, webhook->facts, webhook->fact_count));
        tree_put(arena, map, SLICE("policy"), facts_json(arena, webhook->policy, webhook->policy_count));
        put_bool(arena, map, "injects", webhook->injects);
        tree_append(arena, list, map);
    }
    return list;
}

static const struct tree *changes_json(struct arena *arena, const struct explain_finding *finding)
{
    struct tree *list = tree_list(arena, finding->change_count);
    for (size_t i = 0; i < finding->change_count; i++) {
        const struct explain_change *change = &finding->changes[i];
        struct tree *map = tree_map(arena, 3), *actions = tree_list(arena, change->action_count);
        put_bool(arena, map, "inject", !finding->would_inject);
        put_optional(arena, map, "command", change->command);
        tree_put(arena, map, SLICE("actions"), actions);
        for (size_t k = 0; k < change->action_count; k++) {
            const struct explain_action *action = &change->actions[k];
            struct tree *one = tree_map(arena, 6);
            put_text(arena, one, "on", slice_from(explain_action_name(action->kind)));
            put_text(arena, one, "action", action->removes ? SLICE("remove") : SLICE("set"));
            put_optional(arena, one, "path", action->path);
            put_text(arena, one, "key", action->key);
            tree_put(arena, one, SLICE("value"), action->removes ? &tree_null_node : tree_string(arena, action->value));
            tree_put(arena, one, SLICE("where"), place_json(arena, &action->where));
            tree_append(arena, actions, one);
        }
        tree_append(arena, list, map);
    }
    return list;
}

const struct tree *explain_json_pod(struct arena *arena, const struct explain_finding *finding)
{
    const struct explain_subject *subject = finding->subject;
    struct tree *map = tree_map(arena, 16), *decided = tree_map(arena, 4),
                *notes = tree_list(arena, finding->note_count);
    struct explain_place place = {.text = subject->origin.what};
    if (subject->origin.source)
        place.position = source_position(subject->origin.source, subject->document->offset);
    put_text(arena, map, "kind", subject->workload->kind);
    put_text(arena, map, "namespace", finding->namespace);
    put_text(arena, map, "name", subject->name);
    tree_put(arena, map, SLICE("where"), place_json(arena, &place));
    put_bool(arena, map, "live", subject->is_live);
    put_bool(arena, map, "injected", finding->injected);
    put_bool(arena, map, "wouldInject", finding->would_inject);
    put_bool(arena, map, "hasSidecar", finding->has_sidecar);
    put_bool(arena, map, "agrees", explain_agrees(finding));
    put_text(arena, map, "reason", finding->reason);
    put_text(arena, decided, "factor", slice_from(finding->factor));
    put_optional(arena, decided, "webhook", finding->decider ? finding->decider->name : SLICE(""));
    put_optional(arena, decided, "configuration", finding->decider ? finding->decider->configuration : SLICE(""));
    put_optional(arena, decided, "revision", finding->decider ? finding->decider->revision : SLICE(""));
    tree_put(arena, decided, SLICE("where"), place_json(arena, &finding->where));
    tree_put(arena, map, SLICE("decidedBy"), decided);
    tree_put(arena, map, SLICE("webhooks"), webhooks_json(arena, finding));
    for (size_t i = 0; i < finding->note_count; i++) {
        struct tree *note = tree_map(arena, 2);
        put_text(arena, note, "code", slice_from(finding->notes[i].code));
        put_text(arena, note, "text", finding->notes[i].text);
        tree_append(arena, notes, note);
    }
    tree_put(arena, map, SLICE("notes"), notes);
    tree_put(arena, map, SLICE("changes"), changes_json(arena, finding));
    return map;
}

const struct tree *explain_json(struct arena *arena, const struct explain_finding *findings, size_t count)
{
    struct tree *map = tree_map(arena, 4), *list = tree_list(arena, count);
    struct explain_count sum = explain_count(findings, count);
    for (size_t i = 0; i < count; i++)
        tree_append(arena, list, explain_json_pod(arena, &findings[i]));
    tree_put(arena, map, SLICE("version"), tree_int(arena, 1));
    tree_put(arena, map, SLICE("injected"), tree_int(arena, (int64_t)sum.injected));
    tree_put(arena, map, SLICE("notInjected"), tree_int(arena, (int64_t)(count - sum.injected)));
    tree_put(arena, map, SLICE("differ"), tree_int(arena, (int64_t)sum.differ));
    tree_put(arena, map, SLICE("pods"), list);
    return map;
}
