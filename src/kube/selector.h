/* selector.h - Kubernetes' label selectors: {matchLabels: {...}, matchExpressions: [{key, operator, values}]}. */
#pragma once
#include "base/error.h"
#include "tree/tree.h"

/* Is every requirement met by the labels (a map of strings; NULL has none)? A selector that is NULL or null matches
 * nothing, an empty one everything. An unknown operator, a key or value that no label can have, and values where
 * there must be some or none are errors, whatever the labels are (Go's metav1.LabelSelectorAsSelector). The selector's
 * tree conforms to its type (kube/conform.h); parts that don't are errors here, too. */
MUST_CHECK bool kube_selector_matches(const struct tree *selector, const struct tree *labels, bool *ret,
                                      struct error *error);

/* One requirement of a selector, and how the labels meet it. */
struct kube_requirement {
    struct slice key, operator; /* In, NotIn, Exists, DoesNotExist; a pair of matchLabels is an In */
    const struct tree *values;  /* a list; of a pair of matchLabels its value; NULL: none */
    const struct tree_entry *label; /* the label of that key; NULL: there is none */
    uint32_t offset;            /* where the requirement stands in its source */
    bool is_met;
};
typedef void (*kube_requirement_visit)(void *context, const struct kube_requirement *requirement);
/* As kube_selector_matches, showing each requirement on the way, those behind one that is not met, too. `visit` may be
 * NULL. */
MUST_CHECK bool kube_selector_walk(const struct tree *selector, const struct tree *labels, kube_requirement_visit visit,
                                   void *context, bool *ret, struct error *error);
/* True when it has no requirement. */
bool kube_selector_is_empty(const struct tree *selector);

/* May this be a label's key ("example.com/Name"), a label's value? */
bool kube_label_key_is_valid(struct slice key);
bool kube_label_value_is_valid(struct slice value);
