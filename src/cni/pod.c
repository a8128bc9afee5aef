#include "cni/pod.h"
#include "base/buffer.h"
#include "base/number.h"

enum { NAMES_MAX = 1024 };

static const char *const container_lists[] = {"initContainers", "containers"};

static void proxy_take(struct pod_facts *facts, const struct tree *container)
{
    const struct tree *arguments = tree_get(container, SLICE("args"));
    const struct tree *security = tree_get(container, SLICE("securityContext"));
    if (tree_is(arguments, TREE_LIST) && arguments->list.count >= 2 &&
        tree_text_is(arguments->list.items[0], SLICE("proxy")))
        facts->proxy_type = tree_text(arguments->list.items[1]);
    if (tree_is(security, TREE_MAP)) {
        facts->user = tree_get(security, SLICE("runAsUser"));
        facts->group = tree_get(security, SLICE("runAsGroup"));
    }
    /* Names are unique within a list, so that there can be one in each. */
    if (facts->proxy_count < ARRAY_LENGTH(facts->proxies))
        facts->proxies[facts->proxy_count++] = container;
    facts->has_proxy = true;
}

struct pod_facts pod_facts_read(const struct tree *pod)
{
    struct pod_facts facts = {
        .annotations = tree_at(pod, "metadata", "annotations"),
        .labels = tree_at(pod, "metadata", "labels"),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(container_lists); i++) {
        const struct tree *list = tree_at(pod, "spec", container_lists[i]);
        for (size_t k = 0; tree_is(list, TREE_LIST) && k < list->list.count; k++) {
            const struct tree *name = tree_get(list->list.items[k], SLICE("name"));
            facts.has_init |= tree_text_is(name, SLICE("istio-init"));
            if (tree_text_is(name, SLICE("istio-proxy")))
                proxy_take(&facts, list->list.items[k]);
        }
    }
    return facts;
}

bool pod_annotation(const struct pod_facts *facts, struct slice key, struct slice *ret_value)
{
    const struct tree *value = tree_get(facts->annotations, key);
    if (!tree_is(value, TREE_STRING))
        return false;
    *ret_value = value->string;
    return true;
}

bool pod_variable(const struct pod_facts *facts, struct slice name, struct slice *ret_value)
{
    for (size_t i = facts->proxy_count; i-- > 0;) {
        const struct tree *list = tree_get(facts->proxies[i], SLICE("env"));
        for (size_t k = tree_is(list, TREE_LIST) ? list->list.count : 0; k-- > 0;) {
            if (!tree_text_is(tree_get(list->list.items[k], SLICE("name")), name))
                continue;
            *ret_value = tree_text(tree_get(list->list.items[k], SLICE("value")));
            return true;
        }
    }
    return false;
}

bool pod_variable_is_true(const struct pod_facts *facts, struct slice name, bool *ret_strange)
{
    struct slice text;
    bool value = false;
    bool is_there = pod_variable(facts, name, &text);
    bool is_boolean = is_there && number_parse_bool(text, &value);
    if (ret_strange)
        *ret_strange = is_there && !is_boolean;
    return is_boolean && value;
}

struct slice pod_container_names(struct arena *arena, const struct tree *pod)
{
    _cleanup_(buffer_done) struct buffer names = BUFFER_INIT(NAMES_MAX);
    for (size_t i = 0; i < ARRAY_LENGTH(container_lists); i++) {
        const struct tree *list = tree_at(pod, "spec", container_lists[i]);
        for (size_t k = 0; tree_is(list, TREE_LIST) && k < list->list.count; k++) {
            buffer_add_slice(&names, names.length ? SLICE(", ") : SLICE(""));
            buffer_add_slice(&names, tree_text(tree_get(list->list.items[k], SLICE("name"))));
        }
    }
    return arena_copy(arena, buffer_slice(&names));
}
