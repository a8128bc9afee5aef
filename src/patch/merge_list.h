/* merge_list.h - the lists of a strategic merge; merge.c does the objects and both call each other. */
#pragma once
#include "patch/merge.h"

struct merge {
    struct arena *arena;
    struct error *error;
};

/* What the type says of a list. */
struct merge_list_rule {
    bool merges;                   /* else it is replaced */
    struct slice merge_key;        /* empty: the items are scalars */
    const struct type *item_type;  /* NULL: unknown */
};

/* `deletes`: the patch is a $deleteFromPrimitiveList. */
MUST_CHECK bool merge_lists(const struct merge *merge, const struct tree *original, const struct tree *patch,
                            const struct merge_list_rule *rule, bool deletes, const struct tree **ret);

/* The same under a $setElementOrder list. `original` or `patch` may be NULL; both NULL gives NULL. */
MUST_CHECK bool merge_lists_in_order(const struct merge *merge, const struct tree *original, const struct tree *patch,
                                     const struct tree *order, const struct merge_list_rule *rule,
                                     const struct tree **ret);

/* In merge.c. */
MUST_CHECK bool merge_maps(const struct merge *merge, const struct tree *original, const struct tree *patch,
                           const struct type *type, const struct tree **ret);

/* A value without some of what is in it, at any depth; the same one where nothing is to go. NULL when it is to go
 * itself. */
enum merge_take {
    MERGE_TAKE_NO_NULLS = 1,     /* without the keys whose value is null */
    MERGE_TAKE_NO_DIRECTED = 2,  /* without the objects that have a $patch */
    MERGE_TAKE_NO_DIRECTIVES = 4 /* without the keys that are directives */
};
const struct tree *merge_take(const struct merge *merge, const struct tree *value, unsigned how);

/* The $patch of an object, or NULL. */
const struct tree *merge_directive(const struct tree *value);
