#include "explain/case.h"
#include "inject/pod.h"

void case_judge(struct arena *arena, const struct explain_case *question, struct explain_verdict *ret_verdict)
{
    struct explain_verdict verdict = {0};
    size_t capacity = 0;
    for (size_t i = 0; i < question->configuration_count; i++)
        capacity += tree_count(tree_get(question->configurations[i].tree, SLICE("webhooks")));
    verdict.webhooks = arena_new(arena, struct explain_webhook, capacity);
    for (size_t i = 0; i < question->configuration_count; i++) {
        const struct explain_configuration *configuration = &question->configurations[i];
        const struct tree *webhooks = tree_get(configuration->tree, SLICE("webhooks"));
        for (size_t k = 0; tree_is(webhooks, TREE_LIST) && k < webhooks->list.count; k++) {
            struct explain_webhook *webhook = &verdict.webhooks[verdict.count++];
            webhook_judge(arena, question, configuration, webhooks->list.items[k], webhook);
            if (!webhook->is_injector || webhook->calls == EXPLAIN_NO)
                continue;
            /* Each takes out what the one before it put in: the last that injects is the one whose sidecar stays. */
            if (!verdict.decider || webhook->injects || !verdict.decider->injects)
                verdict.decider = webhook;
            verdict.injects = verdict.injects || webhook->injects;
        }
    }
    *ret_verdict = verdict;
}

struct explain_case case_with_label(struct arena *arena, const struct explain_case *question, bool on_pod,
                                    struct slice key, bool removes, struct slice value)
{
    struct explain_case changed = *question;
    struct tree *pod = tree_copy_shallow(arena, question->pod), *labels;
    if (on_pod) {
        labels = own_map(arena, own_map(arena, pod, SLICE("metadata")), SLICE("labels"));
        changed.pod = pod;
    } else {
        labels = tree_copy_shallow(arena, question->namespace_labels);
        changed.namespace_labels = labels;
    }
    if (removes)
        tree_remove(labels, key);
    else
        tree_put(arena, labels, key, tree_string(arena, value));
    return changed;
}

static void values_add(struct arena *arena, struct tree *values, const struct tree *text)
{
    for (size_t i = 0; i < values->list.count; i++) {
        if (tree_equal(values->list.items[i], text))
            return;
    }
    if (text->kind == TREE_STRING)
        tree_append(arena, values, text);
}

const struct tree *wanted_values(struct arena *arena, const struct explain_case *question, struct slice key)
{
    struct tree *found = tree_list(arena, 4);
    for (size_t i = 0; i < 2 * question->configuration_count; i++) {
        const struct tree *webhooks = tree_get(question->configurations[i / 2].tree, SLICE("webhooks"));
        for (size_t k = 0; tree_is(webhooks, TREE_LIST) && k < webhooks->list.count; k++) {
            const struct tree *selector = webhook_selector(webhooks->list.items[k], i % 2 == 1);
            const struct tree *pair = tree_get(tree_get(selector, SLICE("matchLabels")), key);
            const struct tree *expressions = tree_get(selector, SLICE("matchExpressions"));
            if (!webhook_is_injector(webhooks->list.items[k], question->webhook_name))
                continue;
            if (pair)
                values_add(arena, found, pair);
            for (size_t m = 0; tree_is(expressions, TREE_LIST) && m < expressions->list.count; m++) {
                const struct tree *expression = expressions->list.items[m];
                const struct tree *values = tree_get(expression, SLICE("values"));
                bool wants = tree_text_is(tree_get(expression, SLICE("key")), key) &&
                             tree_text_is(tree_get(expression, SLICE("operator")), SLICE("In"));
                for (size_t n = 0; wants && tree_is(values, TREE_LIST) && n < values->list.count; n++)
                    values_add(arena, found, values->list.items[n]);
            }
        }
    }
    return found;
}

const struct tree *explain_known_revisions(struct arena *arena, const struct explain_configuration *configurations,
                                           size_t count, struct slice webhook_name)
{
    const struct explain_case question = {
        .configurations = configurations, .configuration_count = count, .webhook_name = webhook_name};
    return wanted_values(arena, &question, LABEL_REVISION);
}
