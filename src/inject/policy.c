#include "inject/policy.h"
#include "inject/name.h"
#include "inject/pod.h"
#include "kube/selector.h"
#include <strings.h>

/* Namespaces of Kubernetes itself and of kind's storage; 1.0 knew the first two. */
static const struct slice ignored_namespaces[] = {SLICE_CONSTANT("kube-system"), SLICE_CONSTANT("kube-public"),
                                                  SLICE_CONSTANT("kube-node-lease"),
                                                  SLICE_CONSTANT("local-path-storage")};

static bool is_ignored(struct slice namespace, bool is_1_0)
{
    size_t count = is_1_0 ? 2 : ARRAY_LENGTH(ignored_namespaces);
    for (size_t i = 0; i < count; i++) {
        if (slice_equal(namespace, ignored_namespaces[i]))
            return true;
    }
    return false;
}

/* Which selector matches, or SLICE_NONE. One that is empty or not valid matches nothing. */
static size_t first_match(const struct tree *selectors, const struct tree *labels)
{
    for (size_t i = 0; tree_is(selectors, TREE_LIST) && i < selectors->list.count; i++) {
        const struct tree *selector = selectors->list.items[i];
        bool matches = false;
        if (!kube_selector_is_empty(selector) && kube_selector_matches(selector, labels, &matches, NULL) && matches)
            return i;
    }
    return SLICE_NONE;
}

static struct policy_decision decide_default(const struct policy_rules *rules)
{
    bool enabled = slice_equal(rules->policy, SLICE("enabled"));
    bool known = enabled || slice_equal(rules->policy, SLICE("disabled"));
    return (struct policy_decision){enabled, known ? POLICY_DEFAULT : POLICY_UNKNOWN, rules->policy, 0};
}

static bool text_is(struct slice text, const char *word)
{
    return text.length == strlen(word) && strncasecmp(text.bytes, word, text.length) == 0;
}

static struct policy_decision decide_1_0(const struct policy_rules *rules, const struct tree *pod)
{
    struct slice value = pod_value_or_empty(pod_annotations(pod), ANNOTATION_INJECT);
    struct policy_decision by_default = decide_default(rules);
    if (!value.length || by_default.factor == POLICY_UNKNOWN)
        return by_default;
    bool yes = text_is(value, "y") || text_is(value, "yes") || text_is(value, "true") || text_is(value, "on");
    return (struct policy_decision){yes, POLICY_ANNOTATION, value, 0};
}

static struct policy_decision decide_today(const struct policy_rules *rules, const struct tree *pod)
{
    struct policy_decision by_default = decide_default(rules);
    if (by_default.factor == POLICY_UNKNOWN)
        return by_default;
    struct slice value = pod_value_or_empty(pod_annotations(pod), ANNOTATION_INJECT);
    enum policy_factor factor = POLICY_ANNOTATION;
    /* Where both are there the label wins, even an empty one. */
    if (pod_value(pod_labels(pod), LABEL_INJECT, &value))
        factor = POLICY_LABEL;
    bool is_true = slice_equal(value, SLICE("true"));
    if (is_true || slice_equal(value, SLICE("false")))
        return (struct policy_decision){is_true, factor, value, 0};
    size_t match = first_match(rules->never, pod_labels(pod));
    if (match != SLICE_NONE)
        return (struct policy_decision){false, POLICY_NEVER_SELECTOR, {0}, match};
    match = first_match(rules->always, pod_labels(pod));
    if (match != SLICE_NONE)
        return (struct policy_decision){true, POLICY_ALWAYS_SELECTOR, {0}, match};
    return by_default;
}

struct policy_decision policy_decide(const struct policy_rules *rules, const struct tree *pod, struct slice namespace)
{
    const struct tree *host_network = tree_at(pod, "spec", "hostNetwork");
    if (tree_is(host_network, TREE_BOOL) && host_network->boolean)
        return (struct policy_decision){false, POLICY_HOST_NETWORK, SLICE("true"), 0};
    struct slice own = tree_text(tree_at(pod, "metadata", "namespace"));
    if (own.length)
        namespace = own;
    if (is_ignored(namespace, rules->is_1_0))
        return (struct policy_decision){false, POLICY_IGNORED_NAMESPACE, namespace, 0};
    return rules->is_1_0 ? decide_1_0(rules, pod) : decide_today(rules, pod);
}

struct slice policy_reason(struct arena *arena, const struct policy_decision *decision)
{
    switch (decision->factor) {
    case POLICY_HOST_NETWORK:
        return SLICE("the pod uses its node's network (hostNetwork: true)");
    case POLICY_IGNORED_NAMESPACE:
        return arena_format(arena, "namespace %.*s is never injected", SLICE_ARGS(decision->value));
    case POLICY_LABEL:
        return arena_format(arena, "label sidecar.istio.io/inject is \"%.*s\"", SLICE_ARGS(decision->value));
    case POLICY_ANNOTATION:
        return arena_format(arena, "annotation sidecar.istio.io/inject is \"%.*s\"", SLICE_ARGS(decision->value));
    case POLICY_NEVER_SELECTOR:
        return arena_format(arena, "neverInjectSelector[%zu] matches the pod's labels", decision->selector);
    case POLICY_ALWAYS_SELECTOR:
        return arena_format(arena, "alwaysInjectSelector[%zu] matches the pod's labels", decision->selector);
    case POLICY_DEFAULT:
        return arena_format(arena, "policy is %.*s", SLICE_ARGS(decision->value));
    case POLICY_UNKNOWN:
        return arena_format(arena, "policy is \"%.*s\", which is neither enabled nor disabled",
                            SLICE_ARGS(decision->value));
    }
    return SLICE("");
}
