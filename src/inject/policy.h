/* policy.h - is injection wanted for this pod, and which of all the things that have a say decided it? */
#pragma once
#include "tree/tree.h"

enum policy_factor {
    POLICY_HOST_NETWORK,       /* the pod shares its node's network */
    POLICY_IGNORED_NAMESPACE,  /* kube-system and the like */
    POLICY_LABEL,              /* the label sidecar.istio.io/inject */
    POLICY_ANNOTATION,         /* the annotation of the same name */
    POLICY_NEVER_SELECTOR,     /* neverInjectSelector of the configuration */
    POLICY_ALWAYS_SELECTOR,
    POLICY_DEFAULT,            /* policy: enabled or disabled */
    POLICY_UNKNOWN,            /* policy is neither: nothing is injected */
    POLICY_FACTORS,            /* how many there are */
};

struct policy_decision {
    bool inject;
    enum policy_factor factor;
    struct slice value; /* the label's or annotation's value, the policy, or the namespace */
    size_t selector;    /* which of the selectors, from 0 */
};

/* What the decision depends on. NULL or empty where there is nothing. */
struct policy_rules {
    struct slice policy;              /* "enabled" or "disabled" */
    const struct tree *never, *always; /* lists of label selectors */
    bool is_1_0; /* Istio 1.0: no label, no selectors, "y", "yes" and "on" are yes too, and whatever else is no */
};

enum policy_says {
    POLICY_SAYS_NOTHING, /* the next one is asked */
    POLICY_SAYS_NO,
    POLICY_SAYS_YES,
};

/* What one factor has to say. */
struct policy_step {
    enum policy_factor factor;
    enum policy_says says;
    bool is_there;            /* a label, annotation or selector is there at all, whatever it says */
    bool is_overridden;       /* an annotation that does not count because the label is there */
    struct slice value;
    size_t selector;          /* of the selectors: which matches, from 0; else SLICE_NONE */
    const struct tree_entry *entry; /* where it stands in the pod; NULL: nowhere there */
};

/* All factors in the order in which they are asked: the first that says something decides. */
struct policy_trace {
    struct policy_step steps[POLICY_FACTORS];
    size_t count, decided; /* how many there are; which one decided */
};

/* Decides for a pod in `namespace` (which counts where the pod names none). In the order of Istio,
 * pkg/kube/inject/inject.go, injectRequired; of 1.0: pilot/pkg/kube/inject/inject.go. */
struct policy_decision policy_decide(const struct policy_rules *rules, const struct tree *pod, struct slice namespace);
/* The same, with what every factor says, those behind the one that decided, too. */
struct policy_decision policy_decide_traced(const struct policy_rules *rules, const struct tree *pod,
                                            struct slice namespace, struct policy_trace *ret_trace);
/* One line for a log or a person: "label sidecar.istio.io/inject is \"false\"". */
struct slice policy_reason(struct arena *arena, const struct policy_decision *decision);
