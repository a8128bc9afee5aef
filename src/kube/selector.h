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
/* True when it has no requirement. */
bool kube_selector_is_empty(const struct tree *selector);

/* May this be a label's key ("example.com/Name"), a label's value? */
bool kube_label_key_is_valid(struct slice key);
bool kube_label_value_is_valid(struct slice value);
