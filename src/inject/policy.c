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

/* What the factors look at. */
struct question {
    const struct policy_rules *rules;
    const struct tree *pod;
    struct slice namespace;
};

static enum policy_says yes_or_no(bool yes)
{
    return yes ? POLICY_SAYS_YES : POLICY_SAYS_NO;
}

static void ask_host_network(const struct question *question, struct policy_step *step)
{
    step->entry = tree_entry(tree_get(question->pod, SLICE("spec")), SLICE("hostNetwork"));
    step->is_there = step->entry && step->entry->value->kind != TREE_NULL;
    if (!step->is_there || step->entry->value->kind != TREE_BOOL || !step->entry->value->boolean)
        return;
    step->says = POLICY_SAYS_NO;
    step->value = SLICE("true");
}

static void ask_namespace(const struct question *question, struct policy_step *step)
{
    step->entry = tree_entry(tree_get(question->pod, SLICE("metadata")), SLICE("namespace"));
    struct slice own = step->entry ? tree_text(step->entry->value) : SLICE("");
    step->value = own.length ? own : question->namespace;
    step->is_there = true;
    if (is_ignored(step->value, question->rules->is_1_0))
        step->says = POLICY_SAYS_NO;
}

static bool is_known_policy(struct slice policy)
{
    return slice_equal(policy, SLICE("enabled")) || slice_equal(policy, SLICE("disabled"));
}

static void ask_unknown(const struct question *question, struct policy_step *step)
{
    step->value = question->rules->policy;
    step->is_there = true;
    if (!is_known_policy(step->value))
        step->says = POLICY_SAYS_NO;
}

static void ask_default(const struct question *question, struct policy_step *step)
{
    step->value = question->rules->policy;
    step->is_there = true;
    step->says = yes_or_no(slice_equal(step->value, SLICE("enabled")));
}

static bool value_find(const struct tree *map, struct slice key, struct policy_step *step)
{
    step->entry = tree_entry(map, key);
    step->is_there = pod_value(map, key, &step->value);
    return step->is_there;
}

static void say_true_or_false(struct policy_step *step)
{
    bool is_true = slice_equal(step->value, SLICE("true"));
    if (is_true || slice_equal(step->value, SLICE("false")))
        step->says = yes_or_no(is_true);
}

static void ask_label(const struct question *question, struct policy_step *step)
{
    if (value_find(pod_labels(question->pod), LABEL_INJECT, step))
        say_true_or_false(step);
}

static void ask_annotation(const struct question *question, struct policy_step *step)
{
    struct slice label;
    if (!value_find(pod_annotations(question->pod), ANNOTATION_INJECT, step))
        return;
    /* Where both are there the label wins, even an empty one. */
    step->is_overridden = pod_value(pod_labels(question->pod), LABEL_INJECT, &label);
    if (!step->is_overridden)
        say_true_or_false(step);
}

static bool text_is(struct slice text, const char *word)
{
    return text.length == strlen(word) && strncasecmp(text.bytes, word, text.length) == 0;
}

static void ask_annotation_1_0(const struct question *question, struct policy_step *step)
{
    static const char *const words[] = {"y", "yes", "true", "on"};
    if (!value_find(pod_annotations(question->pod), ANNOTATION_INJECT, step) || !step->value.length)
        return;
    step->says = POLICY_SAYS_NO;
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (text_is(step->value, words[i]))
            step->says = POLICY_SAYS_YES;
    }
}

static void ask_selectors(const struct question *question, const struct tree *selectors, enum policy_says says,
                          struct policy_step *step)
{
    step->is_there = tree_count(selectors) > 0;
    step->selector = first_match(selectors, pod_labels(question->pod));
    if (step->selector != SLICE_NONE)
        step->says = says;
}

static void ask_never(const struct question *question, struct policy_step *step)
{
    ask_selectors(question, question->rules->never, POLICY_SAYS_NO, step);
}

static void ask_always(const struct question *question, struct policy_step *step)
{
    ask_selectors(question, question->rules->always, POLICY_SAYS_YES, step);
}

/* Who is asked, in this order; the last one always answers. */
struct factor {
    enum policy_factor factor;
    void (*ask)(const struct question *question, struct policy_step *step);
};
static const struct factor factors_today[] = {
    {POLICY_HOST_NETWORK, ask_host_network}, {POLICY_IGNORED_NAMESPACE, ask_namespace},
    {POLICY_UNKNOWN, ask_unknown},           {POLICY_LABEL, ask_label},
    {POLICY_ANNOTATION, ask_annotation},     {POLICY_NEVER_SELECTOR, ask_never},
    {POLICY_ALWAYS_SELECTOR, ask_always},    {POLICY_DEFAULT, ask_default},
};
static const struct factor factors_1_0[] = {
    {POLICY_HOST_NETWORK, ask_host_network}, {POLICY_IGNORED_NAMESPACE, ask_namespace},
    {POLICY_UNKNOWN, ask_unknown},           {POLICY_ANNOTATION, ask_annotation_1_0},
    {POLICY_DEFAULT, ask_default},
};

static struct policy_decision decide(const struct question *question, struct policy_trace *trace)
{
    const struct factor *factors = question->rules->is_1_0 ? factors_1_0 : factors_today;
    size_t count = question->rules->is_1_0 ? ARRAY_LENGTH(factors_1_0) : ARRAY_LENGTH(factors_today);
    struct policy_decision decision = {0};
    bool decided = false;
    for (size_t i = 0; i < count && (trace || !decided); i++) {
        struct policy_step step = {.factor = factors[i].factor, .selector = SLICE_NONE};
        factors[i].ask(question, &step);
        if (trace)
            trace->steps[trace->count++] = step;
        if (decided || step.says == POLICY_SAYS_NOTHING)
            continue;
        decided = true;
        decision = (struct policy_decision){step.says == POLICY_SAYS_YES, step.factor, step.value,
                                            step.selector == SLICE_NONE ? 0 : step.selector};
        if (trace)
            trace->decided = i;
    }
    return decision;
}

struct policy_decision policy_decide(const struct policy_rules *rules, const struct tree *pod, struct slice namespace)
{
    return decide(&(struct question){rules, pod, namespace}, NULL);
}

struct policy_decision policy_decide_traced(const struct policy_rules *rules, const struct tree *pod,
                                            struct slice namespace, struct policy_trace *ret_trace)
{
    *ret_trace = (struct policy_trace){0};
    return decide(&(struct question){rules, pod, namespace}, ret_trace);
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
    case POLICY_FACTORS:
        break;
    }
    return SLICE("");
}
