/* conform.h - makes of a parsed document what Kubernetes makes of it when it decodes it into a Go type. */
#pragma once
#include "base/error.h"
#include "tree/tree.h"
#include "tree/type.h"

enum kube_source {
    KUBE_FROM_YAML, /* Go's sigs.k8s.io/yaml: what is no text becomes text where the type wants text: yes is "true" */
    KUBE_FROM_JSON, /* Go's encoding/json */
};

/* *ret shares every node that needs no change; keys keep their order, and fields that the type does not have stay as
 * they are. A value of the wrong type is an error with its path and, through the node's offset, its place in
 * `source` (which may be NULL). Null is good everywhere; in lists and in maps it becomes the zero value, as in Go.
 * Of protobuf messages (type->is_message) the JSON is protojson's: names of fields may be the proto ones, enums may be
 * numbers, 64-bit integers text; texts are never made of numbers. */
MUST_CHECK bool kube_conform(struct arena *arena, const struct source *source, const struct tree *tree,
                             const struct type *type, enum kube_source from, const struct tree **ret,
                             struct error *error);
