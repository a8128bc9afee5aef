/* json_patch.h - JSON Patch (RFC 6902): the operations that make one tree of another, and carrying them out. */
#pragma once
#include "base/error.h"
#include "tree/tree.h"

/* The operations, a list of {op, path, value} objects, that make `to` of `from` when they are applied in order; an
 * empty list when the two are equal. Only "add", "remove" and "replace" are used. Parts that the trees share by pointer
 * are not looked into. In lists, objects that go by the same name (or key, path, port) are taken for the same one, so
 * that an item more or less, or one that moved, costs one operation or two. Takes about n log n. */
const struct tree *json_patch_diff(struct arena *arena, const struct tree *from, const struct tree *to);

/* Carries out a patch, strictly: what is to be removed or replaced must be there, an index must lie within its list,
 * "test" must hold; nothing else goes. *ret shares no container with the document or the patch. */
MUST_CHECK bool json_patch_apply(struct arena *arena, const struct tree *document, const struct tree *patch,
                                 const struct tree **ret, struct error *error);

/* A patch that copies parts of the document into each other can make it grow like a power of two. */
enum { JSON_PATCH_NODES_MAX = 1000000 };
