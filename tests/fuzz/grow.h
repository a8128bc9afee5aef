/* grow.h - trees from any bytes: what looks like a pod more often than JSON text of the same bytes would. */
#pragma once
#include "tree/tree.h"

struct grow {
    struct arena *arena;
    const unsigned char *bytes;
    size_t length;
    bool directives; /* with keys that mean something to a merge */
};

static inline unsigned grow_byte(struct grow *grow)
{
    if (!grow->length)
        return 0;
    grow->length--;
    return *grow->bytes++;
}

static inline struct slice grow_key(struct grow *grow)
{
    static const struct slice keys[] = {
        SLICE_CONSTANT("metadata"), SLICE_CONSTANT("spec"), SLICE_CONSTANT("containers"), SLICE_CONSTANT("name"),
        SLICE_CONSTANT("env"), SLICE_CONSTANT("ports"), SLICE_CONSTANT("containerPort"), SLICE_CONSTANT("volumes"),
        SLICE_CONSTANT("volumeMounts"), SLICE_CONSTANT("mountPath"), SLICE_CONSTANT("labels"),
        SLICE_CONSTANT("finalizers"), SLICE_CONSTANT("args"), SLICE_CONSTANT("value"), SLICE_CONSTANT("emptyDir"),
        SLICE_CONSTANT("resources"), SLICE_CONSTANT("limits"), SLICE_CONSTANT("cpu"), SLICE_CONSTANT("livenessProbe"),
        SLICE_CONSTANT("httpGet"), SLICE_CONSTANT("port"), SLICE_CONSTANT("creationTimestamp"),
        SLICE_CONSTANT("hostNetwork"), SLICE_CONSTANT("unknown"), SLICE_CONSTANT("a/b~c"), SLICE_CONSTANT(""),
        SLICE_CONSTANT("op"), SLICE_CONSTANT("path"), SLICE_CONSTANT("from"), SLICE_CONSTANT("tolerations"),
        /* the directives */
        SLICE_CONSTANT("$patch"), SLICE_CONSTANT("$retainKeys"), SLICE_CONSTANT("$setElementOrder/containers"),
        SLICE_CONSTANT("$setElementOrder/env"), SLICE_CONSTANT("$setElementOrder/finalizers"),
        SLICE_CONSTANT("$setElementOrder"), SLICE_CONSTANT("$deleteFromPrimitiveList/finalizers"),
        SLICE_CONSTANT("$deleteFromPrimitiveList/containers"), SLICE_CONSTANT("$setElementOrder/volumes")};
    enum { DIRECTIVES = 9 };
    size_t count = ARRAY_LENGTH(keys) - (grow->directives ? 0 : DIRECTIVES);
    return keys[grow_byte(grow) % count];
}

static inline const struct tree *grow_scalar(struct grow *grow)
{
    static const struct slice texts[] = {
        SLICE_CONSTANT("a"), SLICE_CONSTANT("b"), SLICE_CONSTANT("c"), SLICE_CONSTANT(""), SLICE_CONSTANT("delete"),
        SLICE_CONSTANT("replace"), SLICE_CONSTANT("/spec/containers/0"), SLICE_CONSTANT("/metadata"),
        SLICE_CONSTANT("/spec/containers/-"), SLICE_CONSTANT("add"), SLICE_CONSTANT("remove"), SLICE_CONSTANT("move"),
        SLICE_CONSTANT("copy"), SLICE_CONSTANT("test"), SLICE_CONSTANT("1.5Gi"),
        SLICE_CONSTANT("2024-01-02T03:04:05.6Z"), SLICE_CONSTANT("name"), SLICE_CONSTANT("/0"),
        SLICE_CONSTANT("/1/name"), SLICE_CONSTANT("containers"), SLICE_CONSTANT("finalizers"),
        SLICE_CONSTANT("/unknown"), SLICE_CONSTANT("100m")};
    unsigned choice = grow_byte(grow);
    switch (choice % 8) {
    case 0:
        return &tree_null_node;
    case 1:
        return tree_bool(choice & 8);
    case 2:
        return tree_int(grow->arena, (int)(choice >> 3) - 2);
    case 3:
        return tree_float(grow->arena, (double)(choice >> 3) / 2);
    default:
        return tree_string(grow->arena, texts[grow_byte(grow) % ARRAY_LENGTH(texts)]);
    }
}

static inline const struct tree *grow_tree(struct grow *grow, unsigned depth)
{
    unsigned choice = grow_byte(grow), count = choice >> 2 & 7;
    if (depth > 12 || choice % 4 == 0 || !grow->length)
        return grow_scalar(grow);
    struct tree *tree = choice % 4 == 1 ? tree_list(grow->arena, count) : tree_map(grow->arena, count);
    /* Now and then a long one, where other ways are gone. */
    count = choice >= 0xfc ? 40 : count;
    for (unsigned i = 0; i < count; i++) {
        struct slice key = tree->kind == TREE_MAP ? grow_key(grow) : SLICE("");
        const struct tree *child = grow_tree(grow, depth + 1);
        if (tree->kind == TREE_MAP)
            tree_put(grow->arena, tree, key, child);
        else
            tree_append(grow->arena, tree, child);
    }
    return tree;
}
