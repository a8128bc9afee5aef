#include "patch/merge_list.h"

#define refuse(merge, ...) error_set((merge)->error, ERROR_VALUE, (struct position){0}, __VA_ARGS__)

/* ---- finding an item by its key ---- */

/* From this many items on, keys are looked up in a hash table. */
enum { HASH_FROM = 16 };

struct items {
    const struct tree **items;
    size_t count;
    struct slice merge_key; /* empty: an item is its own key */
    uint32_t *slots;        /* 1 + place of the first item with that key */
    uint32_t mask;
};

static const struct tree *key_of(const struct items *items, const struct tree *item)
{
    return items->merge_key.length ? tree_get(item, items->merge_key) : item;
}

static uint32_t hash_of(const struct tree *key)
{
    uint32_t hash = 2166136261u;
    double number = key->kind == TREE_INT ? (double)key->integer : key->kind == TREE_FLOAT ? key->number : 0;
    struct slice bytes = key->kind == TREE_STRING ? key->string : (struct slice){(const char *)&number, sizeof number};
    for (size_t i = 0; i < bytes.length; i++)
        hash = (hash ^ (unsigned char)bytes.bytes[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static void index_add(struct items *items, size_t at)
{
    const struct tree *key = key_of(items, items->items[at]);
    if (!items->slots || !key)
        return;
    uint32_t slot = hash_of(key) & items->mask;
    for (; items->slots[slot]; slot = (slot + 1) & items->mask) {
        if (tree_equal(key_of(items, items->items[items->slots[slot] - 1]), key))
            return;
    }
    items->slots[slot] = (uint32_t)at + 1;
}

/* The place of the first item with this key, or -1. */
static ptrdiff_t find(const struct items *items, const struct tree *key)
{
    if (items->slots) {
        for (uint32_t slot = hash_of(key) & items->mask; items->slots[slot]; slot = (slot + 1) & items->mask) {
            if (tree_equal(key_of(items, items->items[items->slots[slot] - 1]), key))
                return (ptrdiff_t)items->slots[slot] - 1;
        }
        return -1;
    }
    for (size_t i = 0; i < items->count; i++) {
        const struct tree *other = key_of(items, items->items[i]);
        if (other && tree_equal(other, key))
            return (ptrdiff_t)i;
    }
    return -1;
}

/* A list's items with room for `more`. */
static struct items items_of(const struct merge *merge, const struct tree *list, struct slice merge_key, size_t more)
{
    size_t count = tree_count(list);
    struct items items = {.items = arena_take(merge->arena, (count + more + 1) * sizeof *items.items),
                          .count = count, .merge_key = merge_key};
    if (count)
        memcpy(items.items, list->list.items, count * sizeof *items.items);
    return items;
}

/* Makes the hash table, where one is worth it. The items so far must not change places any more. */
static void items_index(const struct merge *merge, struct items *items, size_t more)
{
    size_t size = 64;
    if (items->count + more < HASH_FROM)
        return;
    while (size < (items->count + more) * 2)
        size *= 2;
    items->slots = arena_new(merge->arena, uint32_t, size);
    items->mask = (uint32_t)(size - 1);
    for (size_t i = 0; i < items->count; i++)
        index_add(items, i);
}

static const struct tree *list_of(const struct merge *merge, const struct tree *original,
                                  const struct tree *const *items, size_t count)
{
    if (original && original->list.count == count &&
        (!count || memcmp(original->list.items, items, count * sizeof *items) == 0))
        return original;
    struct tree *list = tree_list(merge->arena, count);
    if (original)
        list->offset = original->offset;
    for (size_t i = 0; i < count; i++)
        tree_append(merge->arena, list, items[i]);
    return list;
}

/* ---- checks ---- */

static bool check_keys(const struct merge *merge, const struct tree *const *items, size_t count, struct slice merge_key,
                       const char *whose)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i]->kind != TREE_MAP)
            return refuse(merge, "item %zu %s is %s, want an object with a \"%.*s\"", i, whose,
                          tree_kind_name(items[i]), SLICE_ARGS(merge_key));
        if (!tree_entry(items[i], merge_key))
            return refuse(merge, "item %zu %s has no \"%.*s\", by which these lists merge", i, whose,
                          SLICE_ARGS(merge_key));
        if (tree_get(items[i], merge_key)->kind >= TREE_LIST)
            return refuse(merge, "the \"%.*s\" of item %zu %s is %s, want a scalar", SLICE_ARGS(merge_key), i, whose,
                          tree_kind_name(tree_get(items[i], merge_key)));
    }
    return true;
}

/* All items of both lists are objects, or all are of one scalar kind. */
static bool check_kinds(const struct merge *merge, const struct tree *original, const struct tree *patch)
{
    const struct tree *lists[] = {original, patch}, *first = NULL;
    for (size_t which = 0; which < 2; which++) {
        for (size_t i = 0; i < tree_count(lists[which]); i++) {
            const struct tree *item = lists[which]->list.items[i];
            first = first ? first : item;
            bool number = (item->kind == TREE_INT || item->kind == TREE_FLOAT) &&
                          (first->kind == TREE_INT || first->kind == TREE_FLOAT);
            if (item->kind == TREE_LIST || item->kind == TREE_NULL)
                return refuse(merge, "lists that merge cannot hold %s", tree_kind_name(item));
            if (item->kind != first->kind && !number)
                return refuse(merge, "lists that merge cannot hold both %s and %s", tree_kind_name(first),
                              tree_kind_name(item));
        }
    }
    return first || refuse(merge, "there is nothing to put in order");
}

/* ---- order ---- */

struct ranked {
    const struct tree *item;
    ptrdiff_t rank;          /* in the list that gives the order, or -1 */
    ptrdiff_t original_rank; /* in the original list, or -1 */
};

static bool is_before(const struct ranked *a, const struct ranked *b)
{
    return a->rank < 0 || b->rank < 0 || a->rank < b->rank;
}

/* Stable. What has no rank is before everything, in both directions: Go's comparison is none, and its insertion sort
 * makes of it what this one does. */
static void sort(const struct merge *merge, struct ranked *items, size_t count)
{
    enum { INSERTION_MAX = 20 };
    if (count <= INSERTION_MAX) {
        for (size_t i = 1; i < count; i++) {
            for (size_t j = i; j > 0 && is_before(&items[j], &items[j - 1]); j--) {
                struct ranked item = items[j];
                items[j] = items[j - 1];
                items[j - 1] = item;
            }
        }
        return;
    }
    size_t half = count / 2, left = 0, right = half;
    sort(merge, items, half);
    sort(merge, items + half, count - half);
    struct ranked *sorted = arena_take(merge->arena, count * sizeof *sorted);
    for (size_t i = 0; i < count; i++) {
        bool take_right = left == half || (right < count && is_before(&items[right], &items[left]));
        sorted[i] = items[take_right ? right++ : left++];
    }
    memcpy(items, sorted, count * sizeof *sorted);
}

/* Moves what is to be deleted to the end, and gives the number of the others. (There is such a thing only where the
 * patch adds an item in which something is to be deleted: Go keeps that.) */
static size_t deletes_last(const struct merge *merge, struct ranked *items, size_t count)
{
    size_t kept = 0, moved = 0;
    struct ranked *last = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct tree *directive = merge_directive(items[i].item);
        if (!directive || !tree_text_is(directive, SLICE("delete"))) {
            items[kept++] = items[i];
            continue;
        }
        if (!last)
            last = arena_take(merge->arena, count * sizeof *last);
        last[moved++] = items[i];
    }
    if (moved)
        memcpy(items + kept, last, moved * sizeof *last);
    return kept;
}

/* Puts `merged` in order: those that `order` has as it has them, the others as `original` has them; of two from both
 * groups, the one that only the original has goes first when it was first there. That is why what the patch adds
 * stands before everything else (strategicpatch's normalizeElementOrder and mergeSortedSlice). */
static void put_in_order(const struct merge *merge, const struct tree **merged, size_t count,
                         const struct items *order, const struct items *original)
{
    struct ranked *ordered = arena_take(merge->arena, (count + 1) * sizeof *ordered);
    struct ranked *others = arena_take(merge->arena, (count + 1) * sizeof *others);
    size_t ordered_count = 0, others_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct tree *key = key_of(original, merged[i]);
        ptrdiff_t rank = find(order, key), original_rank = find(original, key);
        if (rank >= 0)
            ordered[ordered_count++] = (struct ranked){merged[i], rank, original_rank};
        else
            others[others_count++] = (struct ranked){merged[i], original_rank, original_rank};
    }
    sort(merge, ordered, deletes_last(merge, ordered, ordered_count));
    sort(merge, others, deletes_last(merge, others, others_count));
    for (size_t i = 0, j = 0, k = 0; k < count; k++) {
        bool other = j == ordered_count ||
                     (i < others_count && others[i].original_rank >= 0 && ordered[j].original_rank >= 0 &&
                      others[i].original_rank < ordered[j].original_rank);
        merged[k] = other ? others[i++].item : ordered[j++].item;
    }
}

/* ---- merging ---- */

/* Carries out the items of the patch that are directives: those that "delete" take items out of `original`, and one
 * that says "replace" makes the patch's others the whole list. `patch` keeps the others. */
static bool apply_directives(const struct merge *merge, struct items *original, struct items *patch, bool *ret_replace)
{
    size_t kept = 0;
    for (size_t i = 0; i < patch->count; i++) {
        const struct tree *directive = merge_directive(patch->items[i]);
        if (!directive) {
            patch->items[kept++] = patch->items[i];
        } else if (tree_text_is(directive, SLICE("delete"))) {
            const struct tree *key = key_of(patch, patch->items[i]);
            if (!key)
                return refuse(merge, "item %zu of the patch is to be deleted but has no \"%.*s\"", i,
                              SLICE_ARGS(patch->merge_key));
            for (ptrdiff_t at; (at = find(original, key)) >= 0; original->count--)
                memmove(&original->items[at], &original->items[at + 1],
                        (original->count - (size_t)at - 1) * sizeof *original->items);
        } else if (tree_text_is(directive, SLICE("replace"))) {
            *ret_replace = true;
        } else {
            return refuse(merge, "\"$patch\": \"%.*s\" in a list is neither \"replace\" nor \"delete\"",
                          SLICE_ARGS(tree_text(directive)));
        }
    }
    patch->count = kept;
    return true;
}

/* Adds the patch's items to `items`, which has room for them, or merges them into those of the same key: also into
 * items of the patch, which are still with their directives, as in Go. */
static bool add_items(const struct merge *merge, struct items *items, const struct items *patch,
                      const struct type *item_type)
{
    for (size_t i = 0; i < patch->count; i++) {
        const struct tree *item = patch->items[i], *key = key_of(patch, item);
        if (!key)
            return refuse(merge, "item %zu of the patch has no \"%.*s\", by which these lists merge", i,
                          SLICE_ARGS(patch->merge_key));
        ptrdiff_t at = find(items, key);
        if (at < 0) {
            items->items[items->count++] = item;
            index_add(items, items->count - 1);
        } else if (items->merge_key.length &&
                   !merge_maps(merge, items->items[at], item, item_type, &items->items[at])) {
            return error_wrap(merge->error, "[%.*s: %.*s]", SLICE_ARGS(patch->merge_key), SLICE_ARGS(tree_text(key)));
        }
    }
    return true;
}

static const struct tree *without(const struct merge *merge, const struct tree *original, const struct tree *patch)
{
    struct items gone = items_of(merge, patch, (struct slice){0}, 0);
    struct items items = items_of(merge, original, gone.merge_key, 0);
    size_t kept = 0;
    items_index(merge, &gone, 0);
    for (size_t i = 0; i < items.count; i++) {
        if (find(&gone, items.items[i]) < 0)
            items.items[kept++] = items.items[i];
    }
    return list_of(merge, original, items.items, kept);
}

/* Of equal scalars the first stays. */
static void remove_doubles(const struct merge *merge, struct items *items)
{
    struct items kept = {.items = items->items, .merge_key = items->merge_key};
    items_index(merge, &kept, items->count);
    for (size_t i = 0; i < items->count; i++) {
        if (find(&kept, items->items[i]) >= 0)
            continue;
        kept.items[kept.count++] = items->items[i];
        index_add(&kept, kept.count - 1);
    }
    *items = kept;
}

/* `ret_seen`, when not NULL, gets what Go's caller sees of the original list afterwards, which it uses to order: the
 * same array, in which deleting moves items up and adding overwrites what is left behind them. */
static bool merge_items(const struct merge *merge, const struct tree *original, const struct tree *patch,
                        const struct merge_list_rule *rule, const struct tree **ret, const struct tree **ret_seen)
{
    bool maps = (original->list.count ? original : patch)->list.items[0]->kind == TREE_MAP;
    if (maps && !rule->merge_key.length)
        return refuse(merge, "these lists of objects have no key by which to merge");
    if (!maps && rule->merge_key.length)
        return refuse(merge, "a list of scalars, want objects with a \"%.*s\"", SLICE_ARGS(rule->merge_key));
    struct items items = items_of(merge, original, rule->merge_key, patch->list.count);
    struct items changes = items_of(merge, patch, rule->merge_key, 0);
    bool replace = false;
    if (maps && !apply_directives(merge, &items, &changes, &replace))
        return false;
    const struct tree **seen = items.items;
    if (replace) {
        items = changes;
        changes.count = 0;
    }
    if (!maps)
        remove_doubles(merge, &items);
    struct items before = items; /* the same array: what is added comes behind, what merges keeps its key */
    items_index(merge, &items, changes.count);
    items_index(merge, &before, 0);
    items_index(merge, &changes, 0);
    if (!add_items(merge, &items, &changes, rule->item_type) ||
        (maps && !check_keys(merge, items.items, items.count, rule->merge_key, "of the list")))
        return false;
    const struct tree **merged = arena_take(merge->arena, (items.count + 1) * sizeof *merged);
    memcpy(merged, items.items, items.count * sizeof *merged);
    put_in_order(merge, merged, items.count, &changes, &before);
    if (ret_seen)
        *ret_seen = list_of(merge, original, seen, original->list.count);
    *ret = list_of(merge, original, merged, items.count);
    return true;
}

static bool merge_lists_seen(const struct merge *merge, const struct tree *original, const struct tree *patch,
                             const struct merge_list_rule *rule, bool deletes, const struct tree **ret,
                             const struct tree **ret_seen)
{
    if (!rule->merges && !deletes) {
        *ret = tree_equal(original, patch) ? original : patch;
        return true;
    }
    *ret = original;
    if (!original->list.count && !patch->list.count)
        return true;
    if (!check_kinds(merge, original, patch))
        return false;
    if (deletes && (original->list.count ? original : patch)->list.items[0]->kind != TREE_MAP) {
        *ret = without(merge, original, patch);
        return true;
    }
    return merge_items(merge, original, patch, rule, ret, ret_seen);
}

bool merge_lists(const struct merge *merge, const struct tree *original, const struct tree *patch,
                 const struct merge_list_rule *rule, bool deletes, const struct tree **ret)
{
    return merge_lists_seen(merge, original, patch, rule, deletes, ret, NULL);
}

/* The patch's items must come in the order that the directive gives, and all be in it. */
static bool check_order(const struct merge *merge, const struct tree *patch, const struct tree *order,
                        struct slice merge_key)
{
    if (!tree_count(patch) || !tree_count(order))
        return true;
    size_t place = 0, at = 0;
    while (at < patch->list.count && place < order->list.count) {
        const struct tree *item = patch->list.items[at], *ordered = order->list.items[place];
        if (merge_key.length && item->kind != TREE_MAP)
            return refuse(merge, "item %zu of the patch is %s, want an object", at, tree_kind_name(item));
        if (merge_directive(item)) {
            at++;
            continue;
        }
        if (merge_key.length && (!check_keys(merge, &item, 1, merge_key, "of the patch") ||
                                 !check_keys(merge, &ordered, 1, merge_key, "of $setElementOrder")))
            return false;
        if (tree_equal(merge_key.length ? tree_get(item, merge_key) : item,
                       merge_key.length ? tree_get(ordered, merge_key) : ordered))
            at++;
        place++;
    }
    if (at < patch->list.count && place >= order->list.count) {
        /* Go skips the items that are to be deleted, wherever they stand. */
        while (at < patch->list.count && tree_text_is(merge_directive(patch->list.items[at]), SLICE("delete")))
            at++;
    }
    return at >= patch->list.count || place < order->list.count ||
           refuse(merge, "item %zu of the patch is not where $setElementOrder has it", at);
}

bool merge_lists_in_order(const struct merge *merge, const struct tree *original, const struct tree *patch,
                          const struct tree *order, const struct merge_list_rule *rule, const struct tree **ret)
{
    const struct tree *merged = original, *seen = original;
    if (!check_order(merge, patch, order, rule->merge_key))
        return false;
    *ret = NULL;
    if (!original && !patch)
        return true;
    if (!original)
        merged = merge_take(merge, patch, MERGE_TAKE_NO_DIRECTED);
    else if (patch && !merge_lists_seen(merge, original, patch, rule, false, &merged, &seen))
        return false;
    if (!check_kinds(merge, seen, patch))
        return false;
    bool maps = (tree_count(seen) ? seen : patch)->list.items[0]->kind == TREE_MAP;
    bool all_empty = !tree_count(merged) && !tree_count(order) && !tree_count(seen);
    if (maps != (rule->merge_key.length > 0) && !all_empty)
        return refuse(merge, maps ? "these lists of objects have no key by which to put them in order"
                                  : "a list of scalars, want objects");
    struct items items = items_of(merge, merged, rule->merge_key, 0);
    struct items orders = items_of(merge, order, rule->merge_key, 0);
    struct items before = items_of(merge, seen, rule->merge_key, 0);
    if (maps && (!check_keys(merge, items.items, items.count, rule->merge_key, "of the list") ||
                 !check_keys(merge, orders.items, orders.count, rule->merge_key, "of $setElementOrder") ||
                 !check_keys(merge, before.items, before.count, rule->merge_key, "of the list")))
        return false;
    items_index(merge, &orders, 0);
    items_index(merge, &before, 0);
    put_in_order(merge, items.items, items.count, &orders, &before);
    *ret = list_of(merge, original, items.items, items.count);
    return true;
}
