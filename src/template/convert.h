/* convert.h - values as trees, to be written as JSON or YAML, and JSON read into values. */
#pragma once
#include "template/execution.h"

/* The tree that Go's encoding/json would print for a value. False, with an error, when a limit is hit. */
MUST_CHECK bool convert_to_tree(struct execution *execution, const struct template_value *value,
                                const struct tree **ret);
/* JSON text as Go's json.Unmarshal reads it into interface{}: floats for numbers, boxed. False when it is no JSON; then
 * *ret_message says why. */
MUST_CHECK bool convert_from_json(struct execution *execution, struct slice text, struct template_value *ret,
                                  struct error *ret_why);
/* A protobuf message as protojson writes it. */
const struct tree *convert_message(struct arena *arena, const struct tree *tree, const struct type *type,
                                   unsigned depth);
/* What a tree becomes on Istio's way to YAML, which leads through JSON read as YAML: control characters that YAML does
 * not know make it fail (false), and a next-line character folds as a line break does. */
MUST_CHECK bool convert_for_yaml(struct arena *arena, const struct tree **tree);
