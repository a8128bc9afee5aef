#include "patch/merge.h"
#include "patch/merge_list.h"

#define PATCH SLICE("$patch")
#define RETAIN_KEYS SLICE("$retainKeys")
#define SET_ORDER SLICE("$setElementOrder")
#define DELETE_FROM SLICE("$deleteFromPrimitiveList")

#define refuse(merge, ...) error_set((merge)->error, ERROR_VALUE, (struct position){0}, __VA_ARGS__)

/* An object that is being made of `original`, and is it until something changes. */
struct making {
    const struct merge *merge;
    const struct tree *original;
    struct tree *copy;
};

static const struct tree *made(const struct making *making)
{
    return making->copy ? making->copy : making->original;
}

static void make_writable(struct making *making)
{
    if (!making->copy)
        making->copy = tree_copy_shallow(making->merge->arena, making->original);
}

static void put(struct making *making, const struct tree_entry *from, struct slice key, const struct tree *value)
{
    if (tree_get(made(making), key) == value)
        return;
    make_writable(making);
    tree_put_at(making->merge->arena, making->copy, key, from->key_offset, value);
}

static void drop(struct making *making, struct slice key)
{
    if (!tree_entry(made(making), key))
        return;
    make_writable(making);
    tree_remove(making->copy, key);
}

/* ---- directives ---- */

static bool is_directive(struct slice key)
{
    return key.length && key.bytes[0] == '$' &&
           (slice_equal(key, PATCH) || slice_equal(key, RETAIN_KEYS) || slice_starts(key, SET_ORDER) ||
            slice_starts(key, DELETE_FROM));
}

const struct tree *merge_directive(const struct tree *value)
{
    return value->kind == TREE_MAP ? tree_get(value, PATCH) : NULL;
}

static const struct tree *take_map(const struct merge *merge, const struct tree *value, unsigned how)
{
    struct tree *copy = NULL;
    for (uint32_t i = 0; i < value->map.count; i++) {
        const struct tree_entry *entry = &value->map.entries[i];
        bool gone = (how & MERGE_TAKE_NO_DIRECTIVES) && is_directive(entry->key);
        const struct tree *taken = gone ? NULL : merge_take(merge, entry->value, how);
        if (taken && taken->kind == TREE_NULL && (how & MERGE_TAKE_NO_NULLS))
            taken = NULL;
        if (taken == entry->value && !copy)
            continue;
        if (!copy) {
            copy = tree_map(merge->arena, value->map.count);
            copy->offset = value->offset;
            for (uint32_t j = 0; j < i; j++)
                tree_put_new(merge->arena, copy, value->map.entries[j].key, value->map.entries[j].key_offset,
                             value->map.entries[j].value);
        }
        if (taken)
            tree_put_new(merge->arena, copy, entry->key, entry->key_offset, taken);
    }
    return copy ? copy : value;
}

static const struct tree *take_list(const struct merge *merge, const struct tree *value, unsigned how)
{
    struct tree *copy = NULL;
    for (uint32_t i = 0; i < value->list.count; i++) {
        const struct tree *taken = merge_take(merge, value->list.items[i], how);
        if (taken == value->list.items[i] && !copy)
            continue;
        if (!copy) {
            copy = tree_list(merge->arena, value->list.count);
            copy->offset = value->offset;
            for (uint32_t j = 0; j < i; j++)
                tree_append(merge->arena, copy, value->list.items[j]);
        }
        if (taken)
            tree_append(merge->arena, copy, taken);
    }
    return copy ? copy : value;
}

const struct tree *merge_take(const struct merge *merge, const struct tree *value, unsigned how)
{
    if (value->kind == TREE_LIST)
        return take_list(merge, value, how);
    if (value->kind != TREE_MAP)
        return value;
    const struct tree *directive = merge_directive(value);
    bool directed = directive && !(directive->kind == TREE_NULL && (how & MERGE_TAKE_NO_NULLS));
    return directed && (how & MERGE_TAKE_NO_DIRECTED) ? NULL : take_map(merge, value, how);
}

/* The key that a directive is about: x of $setElementOrder/x. False with an error when there is none. */
static bool directed_key(const struct merge *merge, struct slice key, struct slice prefix, struct slice *ret)
{
    if (key.length <= prefix.length || key.bytes[prefix.length] != '/')
        return refuse(merge, "\"%.*s\": want %.*s/LIST", SLICE_ARGS(key), SLICE_ARGS(prefix));
    *ret = slice_from_offset(key, prefix.length + 1);
    return true;
}

/* Is there PREFIX/key in the patch? */
static bool is_directed(const struct tree *patch, struct slice prefix, struct slice key)
{
    for (uint32_t i = 0; i < patch->map.count; i++) {
        struct slice other = patch->map.entries[i].key;
        if (other.length == prefix.length + 1 + key.length && slice_starts(other, prefix) && slice_ends(other, key) &&
            other.bytes[prefix.length] == '/')
            return true;
    }
    return false;
}

static bool list_has_text(const struct tree *list, struct slice text)
{
    for (uint32_t i = 0; i < list->list.count; i++) {
        if (tree_text_is(list->list.items[i], text))
            return true;
    }
    return false;
}

/* $retainKeys lists the only keys that may stay; the patch may set no others. */
static bool retain_keys(struct making *making, const struct tree *patch)
{
    const struct tree *keys = tree_get(patch, RETAIN_KEYS);
    if (!keys)
        return true;
    if (keys->kind != TREE_LIST)
        return refuse(making->merge, "$retainKeys is %s, want a list of keys", tree_kind_name(keys));
    for (uint32_t i = 0; i < patch->map.count; i++) {
        const struct tree_entry *entry = &patch->map.entries[i];
        if (entry->value->kind != TREE_NULL && !is_directive(entry->key) && !list_has_text(keys, entry->key))
            return refuse(making->merge, "\"%.*s\" is set but not in $retainKeys", SLICE_ARGS(entry->key));
    }
    for (uint32_t i = 0; i < making->original->map.count; i++) {
        if (!list_has_text(keys, making->original->map.entries[i].key))
            drop(making, making->original->map.entries[i].key);
    }
    return true;
}

/* ---- types ---- */

static const struct type *type_of_map(const struct type *type, struct slice key)
{
    const struct type_field *field = type_field_by_json(type, key);
    return field && field->type->kind == TYPE_STRUCT ? field->type : NULL;
}

static bool rule_of_list(const struct merge *merge, const struct type *type, struct slice key,
                         struct merge_list_rule *ret)
{
    const struct type_field *field = type_field_by_json(type, key);
    *ret = (struct merge_list_rule){0};
    if (!field || field->type->kind == TYPE_ANY || field->type->kind == TYPE_BYTES)
        return true;
    if (field->type->kind != TYPE_LIST)
        return refuse(merge, "a list, want %s", field->type->name ? field->type->name : "something else");
    *ret = (struct merge_list_rule){.merges = field->flags & TYPE_FIELD_MERGE,
                                    .merge_key = field->merge_key,
                                    .item_type = field->type->element};
    return true;
}

/* ---- objects ---- */

static bool apply_element_order(struct making *making, const struct tree *patch, const struct type *type,
                                const struct tree_entry *directive)
{
    const struct merge *merge = making->merge;
    struct slice key;
    struct merge_list_rule rule;
    if (!directed_key(merge, directive->key, SET_ORDER, &key))
        return false;
    const struct tree *original = tree_get(made(making), key), *value = tree_get(patch, key);
    if (directive->value->kind != TREE_LIST)
        return refuse(merge, "%.*s is %s, want a list", SLICE_ARGS(directive->key), tree_kind_name(directive->value));
    if ((original && original->kind != TREE_LIST) || (value && value->kind != TREE_LIST))
        return refuse(merge, "%.*s orders %s, want a list", SLICE_ARGS(directive->key),
                      tree_kind_name(original && original->kind != TREE_LIST ? original : value));
    if (type && !type_field_by_json(type, key))
        return refuse(merge, "%.*s: there is no list of this name in %s", SLICE_ARGS(directive->key), type->name);
    if (!rule_of_list(merge, type, key, &rule))
        return error_wrap(merge->error, "%.*s", SLICE_ARGS(key));
    const struct tree *merged;
    if (!merge_lists_in_order(merge, original, value, directive->value, &rule, &merged))
        return error_wrap(merge->error, "%.*s", SLICE_ARGS(key));
    if (merged)
        put(making, directive, key, merged);
    return true;
}

static enum tree_kind kind_in_go(const struct tree *tree)
{
    return tree->kind == TREE_INT ? TREE_FLOAT : (enum tree_kind)tree->kind;
}

/* One key of the patch; `deletes` when it comes as $deleteFromPrimitiveList/key. */
static bool apply_value(struct making *making, const struct tree_entry *entry, struct slice key,
                        const struct type *type, bool deletes)
{
    const struct merge *merge = making->merge;
    const struct tree *original = tree_get(made(making), key), *value = entry->value, *merged = NULL;
    struct merge_list_rule rule;
    if (value->kind == TREE_NULL) {
        drop(making, key);
        return true;
    }
    if (!original || kind_in_go(original) != kind_in_go(value)) {
        if (deletes)
            return true;
        merged = merge_take(merge, value, MERGE_TAKE_NO_NULLS | MERGE_TAKE_NO_DIRECTED);
    } else if (value->kind == TREE_MAP) {
        if (!merge_maps(merge, original, value, type_of_map(type, key), &merged))
            return error_wrap(merge->error, "%.*s", SLICE_ARGS(key));
    } else if (value->kind == TREE_LIST) {
        if (!rule_of_list(merge, type, key, &rule) || !merge_lists(merge, original, value, &rule, deletes, &merged))
            return error_wrap(merge->error, "%.*s", SLICE_ARGS(key));
    } else {
        merged = tree_equal(original, value) ? original : value;
    }
    if (merged)
        put(making, entry, key, merged);
    else
        drop(making, key);
    return true;
}

/* All of the patch but plain values: they come after it. */
static bool apply_directives(struct making *making, const struct tree *patch, const struct type *type)
{
    if (!retain_keys(making, patch))
        return false;
    for (uint32_t i = 0; i < patch->map.count; i++) {
        if (slice_starts(patch->map.entries[i].key, SET_ORDER) &&
            !apply_element_order(making, patch, type, &patch->map.entries[i]))
            return false;
    }
    for (uint32_t i = 0; i < patch->map.count; i++) {
        const struct tree_entry *entry = &patch->map.entries[i];
        struct slice key;
        if (slice_starts(entry->key, DELETE_FROM) && (!directed_key(making->merge, entry->key, DELETE_FROM, &key) ||
                                                      !apply_value(making, entry, key, type, true)))
            return false;
    }
    return true;
}

bool merge_maps(const struct merge *merge, const struct tree *original, const struct tree *patch,
                const struct type *type, const struct tree **ret)
{
    struct making making = {.merge = merge, .original = original};
    bool directed = false;
    for (uint32_t i = 0; i < patch->map.count; i++)
        directed = directed || is_directive(patch->map.entries[i].key);
    const struct tree *directive = directed ? tree_get(patch, PATCH) : NULL;
    if (directive) {
        if (!tree_text_is(directive, SLICE("replace")) && !tree_text_is(directive, SLICE("delete")))
            return refuse(merge, "\"$patch\": \"%.*s\" is neither \"replace\" nor \"delete\"",
                          SLICE_ARGS(tree_text(directive)));
        if (tree_text_is(directive, SLICE("delete"))) {
            *ret = &tree_empty_map_node;
        } else {
            struct tree *copy = tree_copy_shallow(merge->arena, patch);
            tree_remove(copy, PATCH);
            *ret = copy;
        }
        return true;
    }
    if (directed && !apply_directives(&making, patch, type))
        return false;
    for (uint32_t i = 0; i < patch->map.count; i++) {
        const struct tree_entry *entry = &patch->map.entries[i];
        if (directed && (is_directive(entry->key) || is_directed(patch, SET_ORDER, entry->key)))
            continue;
        if (!apply_value(&making, entry, entry->key, type, false))
            return false;
    }
    *ret = made(&making);
    return true;
}

static bool has_directives(const struct tree *tree)
{
    for (uint32_t i = 0; tree->kind == TREE_LIST && i < tree->list.count; i++) {
        if (has_directives(tree->list.items[i]))
            return true;
    }
    for (uint32_t i = 0; tree->kind == TREE_MAP && i < tree->map.count; i++) {
        if (is_directive(tree->map.entries[i].key) || has_directives(tree->map.entries[i].value))
            return true;
    }
    return false;
}

bool merge_strategic(struct arena *arena, const struct tree *original, const struct tree *patch,
                     const struct type *type, const struct tree **ret, struct error *error)
{
    const struct merge merge = {.arena = arena, .error = error};
    const struct tree *merged;
    if (original->kind != TREE_MAP)
        return refuse(&merge, "what is merged into is %s, want an object", tree_kind_name(original));
    if (patch->kind != TREE_MAP)
        return refuse(&merge, "the patch is %s, want an object", tree_kind_name(patch));
    if (!merge_maps(&merge, original, patch, type, &merged))
        return false;
    /* Only now: items of the patch merge with others of the patch, directives and all. */
    *ret = has_directives(patch) ? merge_take(&merge, merged, MERGE_TAKE_NO_DIRECTIVES) : merged;
    return true;
}
