/* test_support.h - what this room's unit tests and fuzzer share: changes applied to what is explained, without the code
 * that proposes them. */
#pragma once
#include "explain/explain.h"

static inline const struct tree *tree_with(struct arena *arena, const struct tree *tree, struct slice path,
                                           struct slice key, const struct tree *value)
{
    struct tree *own = tree_is(tree, TREE_MAP) ? tree_copy_shallow(arena, tree) : tree_map(arena, 2);
    size_t dot = slice_find_byte(path, '.');
    if (path.length) {
        struct slice step = slice_range(path, 0, dot);
        struct slice rest = dot == SLICE_NONE ? SLICE("") : slice_from_offset(path, dot + 1);
        tree_put(arena, own, step, tree_with(arena, tree_get(tree, step), rest, key, value));
    } else if (value) {
        tree_put(arena, own, key, value);
    } else {
        tree_remove(own, key);
    }
    return own;
}

/* The request as it is after the change. */
static inline struct explain_request request_changed(struct arena *arena, const struct explain_request *request,
                                                     const struct explain_change *change)
{
    struct explain_request changed = *request;
    struct explain_subject *subject = arena_new(arena, struct explain_subject, 1);
    *subject = *request->subject;
    changed.subject = subject;
    for (size_t i = 0; i < change->action_count; i++) {
        const struct explain_action *action = &change->actions[i];
        const struct tree *value = action->removes ? NULL : tree_string(arena, action->value);
        switch (action->kind) {
        case EXPLAIN_POD_LABEL:
        case EXPLAIN_POD_ANNOTATION:
            subject->document = tree_with(arena, subject->document, action->path, action->key, value);
            break;
        case EXPLAIN_HOST_NETWORK:
            subject->document = tree_with(arena, subject->document, action->path, action->key, tree_bool(false));
            break;
        case EXPLAIN_NAMESPACE_LABEL:
            changed.namespace_object =
                tree_with(arena, changed.namespace_object, SLICE("metadata.labels"), action->key, value);
            break;
        case EXPLAIN_MOVE:
            changed.namespace = action->value;
            break;
        case EXPLAIN_POLICY: {
            struct explain_configuration *own =
                arena_new(arena, struct explain_configuration, changed.configuration_count);
            for (size_t k = 0; k < changed.configuration_count; k++) {
                struct policy_rules *rules = arena_new(arena, struct policy_rules, 1);
                own[k] = changed.configurations[k];
                if (!own[k].rules)
                    continue;
                *rules = *own[k].rules;
                rules->policy = action->value;
                own[k].rules = rules;
            }
            changed.configurations = own;
            break;
        }
        }
    }
    return changed;
}
