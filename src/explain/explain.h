/* explain.h - why a pod gets a sidecar, or none: what the API server asks of each webhook, what the injector's policy
 * says, which of it decided, and what to change for the other answer. No I/O: trees in, findings out. The decisions are
 * those of inject/policy.h and kube/selector.h, not copies of them. */
#pragma once
#include "base/error.h"
#include "inject/policy.h"
#include "inject/webhooks.h"
#include "kube/workload.h"

/* Where a tree comes from. */
struct explain_origin {
    struct slice what;           /* for a person: "namespace shop", "the pod template of Deployment web" */
    const struct source *source; /* the text that the tree's offsets count in; NULL: there is none */
};

/* One MutatingWebhookConfiguration, and what is known of the injector behind it. */
struct explain_configuration {
    const struct tree *tree; /* conforms to its type */
    struct explain_origin origin;
    const struct policy_rules *rules; /* of the injector */
    struct explain_origin rules_origin;
    bool is_standard;     /* made up by us: nothing is known of its service */
    struct slice assumed; /* why the rules are a guess; empty: they are not */
};

/* What it is about: a pod, or a workload with a pod in it. */
struct explain_subject {
    const struct kube_workload *workload;
    const struct tree *document;  /* conforms to the workload's type */
    struct explain_origin origin; /* .what: "Deployment web" */
    struct slice name;
    bool is_live; /* the API server has it: a pod then is what admission made of it */
};

struct explain_request {
    const struct explain_configuration *configurations; /* in the order of their names: explain_sort */
    size_t configuration_count;
    struct slice webhook_name; /* one more name that an injector's webhook has; may be empty */
    struct slice namespace;
    const struct tree *namespace_object; /* a Namespace, or NULL: its labels are not known, and taken as none */
    struct explain_origin namespace_origin;
    const struct explain_subject *subject;
    bool wants_changes; /* look for what to change, too */
};

/* ---- findings: all in the arena of the request ---- */

enum explain_says { EXPLAIN_NOTHING, EXPLAIN_NO, EXPLAIN_YES, EXPLAIN_UNKNOWN };
/* "nothing", "no", "yes", "unknown" */
const char *explain_says_name(enum explain_says says);

struct explain_place {
    struct slice text;        /* "label istio-injection of namespace shop" */
    struct slice holder;      /* "namespace shop" */
    struct position position; /* line 0: none */
};

/* One thing that was looked at. */
struct explain_fact {
    const char *factor;     /* "namespaceSelector", "hostNetwork", ...; of a requirement "label" */
    enum explain_says says; /* of a webhook's: call it; of the policy's: inject */
    bool decided;
    struct slice wants;   /* "istio-injection In [enabled]"; may be empty */
    struct slice found;   /* the value; NULL bytes: there is none */
    struct slice meaning; /* for a person; may be empty */
    struct explain_place where;
    const struct explain_fact *parts; /* a selector's requirements */
    size_t part_count;
};

enum { EXPLAIN_WEBHOOK_FACTS = 5 };

struct explain_webhook {
    struct slice configuration, name, revision, tag; /* revision: of its label; "" where it has none */
    struct slice target;                             /* "istio-system/istiod:443/inject", a URL, or "" */
    struct slice failure_policy, match_policy, reinvocation_policy;
    int64_t timeout_seconds;
    bool is_injector, is_deactivated;
    bool has_ca;
    enum explain_says calls; /* unknown: matchConditions, which are not evaluated, have a say */
    struct explain_fact facts[EXPLAIN_WEBHOOK_FACTS];
    size_t fact_count;
    struct explain_fact policy[POLICY_FACTORS]; /* of an injector that is called */
    size_t policy_count;
    struct policy_decision decision;
    bool injects;
};

struct explain_note {
    const char *code; /* "label-on-workload", ...: docs/pillion-explain.1.md lists them */
    struct slice text;
};

enum explain_action_kind {
    EXPLAIN_POD_LABEL,
    EXPLAIN_POD_ANNOTATION,
    EXPLAIN_HOST_NETWORK,
    EXPLAIN_NAMESPACE_LABEL,
    EXPLAIN_POLICY,
    EXPLAIN_MOVE
};
const char *explain_action_name(enum explain_action_kind kind);

/* One line to change. */
struct explain_action {
    enum explain_action_kind kind;
    bool removes;
    struct slice key, value;
    struct slice path;          /* "spec.template.metadata.labels" */
    struct explain_place where; /* the line that is there, or what it goes into */
    unsigned cost;
};

enum { EXPLAIN_ACTIONS_MAX = 6, EXPLAIN_CHANGES_MAX = 2 };
/* What together gives the other answer: that was tried. */
struct explain_change {
    struct explain_action actions[EXPLAIN_ACTIONS_MAX];
    size_t action_count;
    struct slice command; /* kubectl's, or empty */
};

enum { EXPLAIN_NOTES_MAX = 32 };

struct explain_finding {
    const struct explain_subject *subject;
    struct slice namespace;
    bool injected;     /* the answer: it has a sidecar, or (if it isn't live) gets one */
    bool would_inject; /* what webhooks and policy say now */
    bool has_sidecar;  /* it stands in the pod as it is given */
    struct slice reason;
    const char *factor;                     /* what decided: as in facts; "none" where nothing asks for it */
    const struct explain_webhook *decider;  /* whose injector decided; NULL: none is called */
    struct slice revision;                  /* the decider's */
    struct explain_place where;             /* of what decided */
    const struct explain_webhook *webhooks; /* in the order in which the API server asks them */
    size_t webhook_count;
    struct explain_note notes[EXPLAIN_NOTES_MAX];
    size_t note_count;
    struct explain_change changes[EXPLAIN_CHANGES_MAX]; /* the least invasive first */
    size_t change_count;
};

/* Explains. Nothing that is in the trees makes it fail: a configuration that the API server would refuse is one that
 * says no. */
void explain_pod(struct arena *arena, const struct explain_request *request, struct explain_finding *ret_finding);

/* ---- configurations ---- */

struct explain_configurations {
    struct explain_configuration *items;
    size_t count;
};
/* Adds the MutatingWebhookConfiguration that a document is, or those of a List; others are passed by (*ret_found says
 * whether there was one). Rules are left open. `source` may be NULL. Errors: a field of the wrong type, with its place.
 */
MUST_CHECK bool explain_configurations_add(struct arena *arena, const struct source *source,
                                           const struct tree *document, struct explain_configurations *list,
                                           bool *ret_found, struct error *error);
/* Adds the one of an installation without changes. */
void explain_configurations_add_standard(struct arena *arena, const struct inject_webhooks *which,
                                         struct explain_configurations *list);
/* The API server's order: by name. */
void explain_configurations_sort(struct explain_configurations *list);
/* The revision that it is for: its label istio.io/rev, "" without one. */
struct slice explain_configuration_revision(const struct explain_configuration *configuration);
/* Whether one of its webhooks is an injector's. */
bool explain_configuration_is_injector(const struct explain_configuration *configuration, struct slice webhook_name);
/* The namespace of the service behind it; "" where it has none. */
struct slice explain_configuration_namespace(const struct explain_configuration *configuration);
/* The revisions and tags that injectors' webhooks ask for (istio.io/rev): a list of texts. */
const struct tree *explain_known_revisions(struct arena *arena, const struct explain_configuration *configurations,
                                           size_t count, struct slice webhook_name);
