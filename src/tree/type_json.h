/* type_json.h - a tree as Go's encoding/json would print it, were it held in a value of a Go type. Istio writes such
 * texts into annotations and environment variables, where every byte counts. */
#pragma once
#include "tree/tree.h"
#include "tree/type.h"

/* The tree that Go's json.Marshal would print: a struct's fields in Go's order, fields with omitempty left out when
 * they are empty, others present with their zero value; keys of maps sorted. Fields that the type does not have come
 * last (Go would have dropped them). Shares nodes with `tree`, which may be NULL (the type's zero value). Not for
 * protobuf messages. */
const struct tree *type_as_json(struct arena *arena, const struct tree *tree, const struct type *type);

/* The same for one field: whether Go would print it at all, and what. */
bool type_field_as_json(struct arena *arena, const struct tree *value, const struct type_field *field,
                        const struct tree **ret_value);
