#include "explain/case.h"

/* What a factor is called, and the part of the pod that it is about. */
static const struct {
    const char *factor, *what;
    struct slice key;
} names[POLICY_FACTORS] = {
    [POLICY_HOST_NETWORK] = {"hostNetwork", "", SLICE_CONSTANT("spec.hostNetwork")},
    [POLICY_IGNORED_NAMESPACE] = {"ignoredNamespace", "", SLICE_CONSTANT("metadata.namespace")},
    [POLICY_LABEL] = {"label", "label", SLICE_CONSTANT("sidecar.istio.io/inject")},
    [POLICY_ANNOTATION] = {"annotation", "annotation", SLICE_CONSTANT("sidecar.istio.io/inject")},
    [POLICY_NEVER_SELECTOR] = {"neverInjectSelector", "", SLICE_CONSTANT("neverInjectSelector")},
    [POLICY_ALWAYS_SELECTOR] = {"alwaysInjectSelector", "", SLICE_CONSTANT("alwaysInjectSelector")},
    [POLICY_DEFAULT] = {"policy", "", SLICE_CONSTANT("policy")},
    [POLICY_UNKNOWN] = {"knownPolicy", "", SLICE_CONSTANT("policy")},
};

static bool is_of_configuration(enum policy_factor factor)
{
    return factor == POLICY_NEVER_SELECTOR || factor == POLICY_ALWAYS_SELECTOR || factor == POLICY_DEFAULT ||
           factor == POLICY_UNKNOWN;
}

static struct slice step_meaning(const struct policy_step *step)
{
    if (step->is_overridden)
        return SLICE("does not count: the label of the same name is there");
    bool is_value = step->factor == POLICY_LABEL || step->factor == POLICY_ANNOTATION;
    if (is_value && step->is_there && step->says == POLICY_SAYS_NOTHING)
        return step->value.length ? SLICE("neither \"true\" nor \"false\": does not count")
                                  : SLICE("empty: does not count");
    if (step->factor == POLICY_HOST_NETWORK && step->says == POLICY_SAYS_NO)
        return SLICE("a sidecar would capture the traffic of the whole node");
    if (step->factor == POLICY_IGNORED_NAMESPACE && step->says == POLICY_SAYS_NO)
        return SLICE("Kubernetes' own namespaces are never injected");
    if (step->factor == POLICY_UNKNOWN && step->says == POLICY_SAYS_NO)
        return SLICE("neither enabled nor disabled: nothing is injected");
    return SLICE("");
}

static enum explain_says says_of(enum policy_says says)
{
    return says == POLICY_SAYS_YES ? EXPLAIN_YES : says == POLICY_SAYS_NO ? EXPLAIN_NO : EXPLAIN_NOTHING;
}

static struct explain_fact fact_of(struct arena *arena, const struct explain_case *question,
                                   const struct explain_configuration *configuration, const struct policy_step *step)
{
    struct explain_fact fact = {
        .factor = names[step->factor].factor,
        .says = says_of(step->says),
        .found = step->value,
        .meaning = step_meaning(step),
    };
    const struct explain_origin *origin =
        is_of_configuration(step->factor) ? &configuration->rules_origin : &question->pod_origin;
    if (step->factor == POLICY_NEVER_SELECTOR || step->factor == POLICY_ALWAYS_SELECTOR) {
        const struct tree *list =
            step->factor == POLICY_NEVER_SELECTOR ? configuration->rules->never : configuration->rules->always;
        fact.found = (struct slice){0};
        if (step->selector != SLICE_NONE)
            fact.found = arena_format(arena, "[%zu] matches the pod's labels", step->selector);
        else if (tree_count(list))
            fact.meaning = arena_format(arena, "none of %zu matches the pod's labels", tree_count(list));
    } else if (!step->is_there) {
        fact.found = (struct slice){0};
    } else if (step->factor == POLICY_HOST_NETWORK && step->says == POLICY_SAYS_NOTHING) {
        fact.found = SLICE("false");
    }
    fact.where = place_of_entry(arena, origin, names[step->factor].what, names[step->factor].key, step->entry);
    return fact;
}

void policy_judge(struct arena *arena, const struct explain_case *question,
                  const struct explain_configuration *configuration, struct explain_webhook *ret_webhook)
{
    struct policy_trace trace;
    ret_webhook->decision = policy_decide_traced(configuration->rules, question->pod, question->namespace, &trace);
    ret_webhook->injects = ret_webhook->decision.inject;
    for (size_t i = 0; i < trace.count && !question->only_verdict; i++) {
        struct explain_fact *fact = &ret_webhook->policy[ret_webhook->policy_count];
        /* That a policy is one of the two that there are is not worth a line. */
        if (trace.steps[i].factor == POLICY_UNKNOWN && trace.steps[i].says == POLICY_SAYS_NOTHING)
            continue;
        *fact = fact_of(arena, question, configuration, &trace.steps[i]);
        fact->decided = i == trace.decided;
        ret_webhook->policy_count++;
    }
}
