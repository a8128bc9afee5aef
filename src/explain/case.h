/* case.h - one question, and the answer to it: what explain.h asks of the case as it is, and of the case as it would be
 * after a change. Inside this room only. */
#pragma once
#include "explain/explain.h"

struct explain_case {
    const struct explain_configuration *configurations;
    size_t configuration_count;
    struct slice webhook_name;
    const struct tree *pod; /* metadata (its namespace among it) and spec */
    struct explain_origin pod_origin;
    const struct tree *fixed_labels; /* of the pod, that its controller sets: nobody can change them */
    struct slice namespace;
    const struct tree *namespace_labels; /* a map */
    struct explain_origin namespace_origin;
    bool only_verdict; /* leave out the texts of facts: for trying many changes */
};

struct explain_verdict {
    struct explain_webhook *webhooks;
    size_t count;
    const struct explain_webhook *decider; /* of those that are called: the last that injects, or else the last */
    bool injects;
};

void case_judge(struct arena *arena, const struct explain_case *question, struct explain_verdict *ret_verdict);
/* Judges one webhook of a configuration. */
void webhook_judge(struct arena *arena, const struct explain_case *question,
                   const struct explain_configuration *configuration, const struct tree *webhook,
                   struct explain_webhook *ret_webhook);
/* What the injector's policy says, into ret_webhook. */
void policy_judge(struct arena *arena, const struct explain_case *question,
                  const struct explain_configuration *configuration, struct explain_webhook *ret_webhook);

/* The same case with another value of a label of the pod (`on_pod`) or its namespace, or without that label. */
struct explain_case case_with_label(struct arena *arena, const struct explain_case *question, bool on_pod,
                                    struct slice key, bool removes, struct slice value);

/* Why no injector is called. */
void reason_find(struct arena *arena, const struct explain_case *question, const struct explain_verdict *verdict,
                 struct explain_finding *finding);
/* The case as it is after an action. */
struct explain_case case_with_action(struct arena *arena, const struct explain_case *question,
                                     const struct explain_action *action);
/* Where trying all small changes found none: the way to have a webhook's injector inject, obstacle by obstacle. The
 * cheapest of all webhooks' ways; 0 actions where there is none. Sets kind, key, value and what it removes. */
size_t goal_find(struct arena *arena, const struct explain_case *question,
                 struct explain_action actions[EXPLAIN_ACTIONS_MAX]);
/* How invasive an action is: this pod's labels, its network, all pods of a namespace, a whole mesh. */
unsigned action_cost(enum explain_action_kind kind, struct slice key);
/* What to change. */
void change_find(struct arena *arena, const struct explain_case *question, struct explain_finding *finding);
/* What people stumble over. */
void notes_find(struct arena *arena, const struct explain_request *request, const struct explain_case *question,
                const struct explain_verdict *verdict, struct explain_finding *finding);

/* The place of an entry of a map: "label KEY of WHAT"; `entry` may be NULL. */
struct explain_place place_of_entry(struct arena *arena, const struct explain_origin *origin, const char *what,
                                    struct slice key, const struct tree_entry *entry);
struct position position_of(const struct explain_origin *origin, uint32_t offset);

/* The values that injectors' webhooks want of a key, on pods or namespaces: a list of texts. */
const struct tree *wanted_values(struct arena *arena, const struct explain_case *question, struct slice key);
/* The selector of a webhook, "namespaceSelector" or "objectSelector". */
const struct tree *webhook_selector(const struct tree *webhook, bool on_pod);
bool webhook_is_injector(const struct tree *webhook, struct slice webhook_name);
