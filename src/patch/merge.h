/* merge.h - Kubernetes' strategic merge patch: a patch shaped as the object it is laid over, in which lists merge by
 * the key that their type names, and directives ($patch, $retainKeys, $setElementOrder/LIST,
 * $deleteFromPrimitiveList/LIST) say what cannot be said so. */
#pragma once
#include "base/error.h"
#include "tree/tree.h"
#include "tree/type.h"

/* Lays `patch` over `original`; both are objects of the struct type `type`, which may be NULL: then nothing is known of
 * them and lists are replaced. The rules are those of StrategicMergeMapPatchUsingLookupPatchMeta in Go's
 * k8s.io/apimachinery/pkg/util/strategicpatch, with three differences: fields that the type does not have merge as in
 * a JSON merge patch (Go gives up), directives never reach the result (Go leaves some for its decoder to drop), and
 * what makes Go panic is an error.
 *
 * Neither input changes; the result shares with them what it takes over whole, and is `original` itself when nothing
 * changes. Keys of the original keep their places, new ones come behind in the patch's order. */
MUST_CHECK bool merge_strategic(struct arena *arena, const struct tree *original, const struct tree *patch,
                                const struct type *type, const struct tree **ret, struct error *error);
