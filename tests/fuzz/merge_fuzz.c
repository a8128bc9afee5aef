/* A merge leaves its inputs alone, changes nothing when there is nothing to change, leaves no directive behind and,
 * unless directives, nulls or doubles are in play, comes to the same when it is done twice. */
#include "grow.h"
#include "kube/types.h"
#include "patch/merge.h"
#include <stdlib.h>

static bool is_simple(const struct tree *tree)
{
    static const struct slice keys[] = {SLICE_CONSTANT("name"), SLICE_CONSTANT("containerPort"),
                                        SLICE_CONSTANT("mountPath")};
    for (size_t i = 0; i < tree_count(tree); i++) {
        const struct tree *child = tree->kind == TREE_LIST ? tree->list.items[i] : tree->map.entries[i].value;
        if (child->kind == TREE_NULL || !is_simple(child) ||
            (tree->kind == TREE_MAP && slice_starts(tree->map.entries[i].key, SLICE("$"))))
            return false;
        for (size_t k = 0; k < ARRAY_LENGTH(keys) && tree->kind == TREE_LIST; k++) {
            for (size_t j = 0; j < i; j++) {
                const struct tree *key = tree_get(child, keys[k]);
                if (key && tree_get(tree->list.items[j], keys[k]) &&
                    tree_equal(key, tree_get(tree->list.items[j], keys[k])))
                    return false;
            }
        }
    }
    return true;
}

static bool has_directive(const struct tree *tree)
{
    for (size_t i = 0; i < tree_count(tree); i++) {
        const struct tree *child = tree->kind == TREE_LIST ? tree->list.items[i] : tree->map.entries[i].value;
        if (has_directive(child) ||
            (tree->kind == TREE_MAP && slice_starts(tree->map.entries[i].key, SLICE("$"))))
            return true;
    }
    return false;
}

static void check(struct arena *arena, const struct tree *original, const struct tree *patch, const struct type *type)
{
    const struct tree *before = tree_copy_deep(arena, original), *patch_before = tree_copy_deep(arena, patch);
    const struct tree *result, *again;
    struct error error = {0};
    bool merged = merge_strategic(arena, original, patch, type, &result, &error);
    if (!tree_equal(original, before) || !tree_equal(patch, patch_before) || merged != !error.text[0])
        abort();
    if (!merged)
        return;
    if (result->height > (original->height > patch->height ? original->height : patch->height))
        abort();
    if (has_directive(result))
        abort();
    if (is_simple(patch) && is_simple(original) && merge_strategic(arena, result, patch, type, &again, &error) &&
        !tree_equal(again, result))
        abort();
    if (!merge_strategic(arena, original, &tree_empty_map_node, type, &again, &error) || again != original)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct grow grow = {.arena = &arena, .bytes = data, .length = size};
    struct tree *original = tree_map(&arena, 2), *patch = tree_map(&arena, 2), *spec = tree_map(&arena, 2),
                *patch_spec = tree_map(&arena, 2);
    tree_put(&arena, spec, SLICE("containers"), grow_tree(&grow, 0));
    tree_put(&arena, spec, grow_key(&grow), grow_tree(&grow, 0));
    tree_put(&arena, original, SLICE("spec"), spec);
    tree_put(&arena, original, SLICE("metadata"), grow_tree(&grow, 0));
    grow.directives = true;
    tree_put(&arena, patch_spec, SLICE("containers"), grow_tree(&grow, 0));
    tree_put(&arena, patch_spec, grow_key(&grow), grow_tree(&grow, 0));
    tree_put(&arena, patch, SLICE("spec"), patch_spec);
    tree_put(&arena, patch, SLICE("metadata"), grow_tree(&grow, 0));
    check(&arena, original, patch, &kube_type_Pod);
    check(&arena, original, patch, NULL);
    arena_done(&arena);
    return 0;
}
