/* annotation.h - the annotations that steer injection, checked before a template sees them (Istio,
 * pkg/kube/inject/validate.go). */
#pragma once
#include "base/error.h"
#include "tree/tree.h"

/* Checks every annotation that has a rule. The error names annotation, value, and what was expected.
 * `is_1_0`: only the rules that Istio 1.0 has. */
MUST_CHECK bool annotation_check_all(struct arena *arena, const struct tree *annotations, bool is_1_0,
                                     struct error *error);
