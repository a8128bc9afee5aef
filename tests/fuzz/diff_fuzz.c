/* The difference of two trees, applied to the first, gives the second; and what is no good patch is refused. */
#include "grow.h"
#include "patch/json_patch.h"
#include <stdlib.h>

static uint16_t exact_height(const struct tree *tree)
{
    uint16_t height = 0;
    for (size_t i = 0; i < tree_count(tree); i++) {
        uint16_t below = exact_height(tree->kind == TREE_LIST ? tree->list.items[i] : tree->map.entries[i].value);
        height = below >= height ? (uint16_t)(below + 1) : height;
    }
    return height;
}

/* Some children are others, the rest is shared. */
static const struct tree *mutated(struct grow *grow, const struct tree *tree)
{
    unsigned choice = grow_byte(grow);
    if (tree->kind < TREE_LIST || choice % 16 == 0)
        return choice % 4 ? tree : grow_tree(grow, 8);
    struct tree *copy = tree_copy_shallow(grow->arena, tree);
    for (unsigned changes = choice % 4; changes && copy->kind == TREE_LIST; changes--) {
        size_t at = copy->list.count ? grow_byte(grow) % copy->list.count : 0;
        const struct tree *item = copy->list.count ? copy->list.items[at] : &tree_null_node;
        unsigned what = grow_byte(grow) % 4;
        if (what == 0 || !copy->list.count)
            tree_insert(grow->arena, copy, at, grow_tree(grow, 8));
        else if (what == 1 || what == 2)
            tree_remove_at(copy, at);
        if (what == 2) /* moved */
            tree_insert(grow->arena, copy, copy->list.count ? grow_byte(grow) % copy->list.count : 0, item);
        if (what == 3 && copy->list.count)
            tree_set_at(copy, at, mutated(grow, item));
    }
    for (unsigned changes = choice % 4; changes && copy->kind == TREE_MAP; changes--) {
        struct slice key = copy->map.count ? copy->map.entries[grow_byte(grow) % copy->map.count].key : SLICE("x");
        const struct tree *value = tree_get(copy, key);
        unsigned what = grow_byte(grow) % 4;
        if (what == 0)
            tree_remove(copy, key);
        else if (what == 1)
            tree_put(grow->arena, copy, grow_key(grow), grow_tree(grow, 8));
        else if (value)
            tree_put(grow->arena, copy, key, mutated(grow, value));
    }
    return copy;
}

static void check(struct arena *arena, const struct tree *from, const struct tree *to)
{
    const struct tree *before = tree_copy_deep(arena, from), *after = tree_copy_deep(arena, to), *result;
    const struct tree *patch = json_patch_diff(arena, from, to);
    struct error error;
    if (!json_patch_apply(arena, from, patch, &result, &error) || !tree_equal(result, to))
        abort();
    if (exact_height(result) != result->height || (tree_count(patch) == 0) != tree_equal(from, to))
        abort();
    if (!tree_equal(before, from) || !tree_equal(after, to))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct grow grow = {.arena = &arena, .bytes = data, .length = size, .directives = true};
    const struct tree *from = grow_tree(&grow, 0), *changed = mutated(&grow, from), *other = grow_tree(&grow, 0);
    check(&arena, from, changed);
    check(&arena, from, other);
    check(&arena, changed, from);

    /* Any tree as a patch. */
    const struct tree *before = tree_copy_deep(&arena, from), *result;
    struct error error = {0};
    if (json_patch_apply(&arena, from, other, &result, &error) ? exact_height(result) != result->height
                                                                : !error.text[0])
        abort();
    if (!tree_equal(from, before))
        abort();
    arena_done(&arena);
    return 0;
}
