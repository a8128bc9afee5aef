#include "tree/tree.h"
#include <assert.h>
#include <stdarg.h>

/* From this many keys on a map has a hash index; below, a look along the keys is quicker. */
enum { INDEX_FROM = 24 };

const struct tree tree_null_node = {.kind = TREE_NULL, .offset = TREE_NO_OFFSET};
const struct tree tree_true_node = {.kind = TREE_BOOL, .offset = TREE_NO_OFFSET, .boolean = true};
const struct tree tree_false_node = {.kind = TREE_BOOL, .offset = TREE_NO_OFFSET, .boolean = false};
const struct tree tree_empty_map_node = {.kind = TREE_MAP, .offset = TREE_NO_OFFSET};
const struct tree tree_empty_list_node = {.kind = TREE_LIST, .offset = TREE_NO_OFFSET};
const struct tree tree_empty_string_node = {.kind = TREE_STRING, .offset = TREE_NO_OFFSET, .string = {"", 0}};

static struct tree *node_new(struct arena *arena, enum tree_kind kind)
{
    struct tree *node = arena_take(arena, sizeof *node);
    *node = (struct tree){.kind = (uint8_t)kind, .offset = TREE_NO_OFFSET};
    return node;
}

struct tree *tree_int(struct arena *arena, int64_t value)
{
    struct tree *node = node_new(arena, TREE_INT);
    node->integer = value;
    return node;
}

struct tree *tree_float(struct arena *arena, double value)
{
    struct tree *node = node_new(arena, TREE_FLOAT);
    node->number = value;
    return node;
}

struct tree *tree_string(struct arena *arena, struct slice text)
{
    struct tree *node = node_new(arena, TREE_STRING);
    node->string = text;
    return node;
}

struct tree *tree_list(struct arena *arena, size_t capacity)
{
    struct tree *node = node_new(arena, TREE_LIST);
    if (capacity) {
        node->list.items = arena_take(arena, capacity * sizeof *node->list.items);
        node->list.capacity = (uint32_t)capacity;
    }
    return node;
}

struct tree *tree_map(struct arena *arena, size_t capacity)
{
    struct tree *node = node_new(arena, TREE_MAP);
    if (capacity) {
        node->map.entries = arena_take(arena, capacity * sizeof *node->map.entries);
        node->map.capacity = (uint32_t)capacity;
    }
    return node;
}

static void height_raise(struct tree *container, const struct tree *child)
{
    assert(child->height < UINT16_MAX);
    if (child->height >= container->height)
        container->height = (uint16_t)(child->height + 1);
}

/* Arena memory cannot be given back, so doubling wastes at most as much again as is used. */
static void list_make_room(struct arena *arena, struct tree *list)
{
    if (list->list.count < list->list.capacity)
        return;
    uint32_t capacity = list->list.capacity ? list->list.capacity * 2 : 4;
    assert(capacity > list->list.capacity);
    const struct tree **items = arena_take(arena, capacity * sizeof *items);
    if (list->list.count)
        memcpy(items, list->list.items, list->list.count * sizeof *items);
    list->list.items = items;
    list->list.capacity = capacity;
}

void tree_append(struct arena *arena, struct tree *list, const struct tree *child)
{
    assert(list->kind == TREE_LIST);
    list_make_room(arena, list);
    list->list.items[list->list.count++] = child;
    height_raise(list, child);
}

void tree_insert(struct arena *arena, struct tree *list, size_t at, const struct tree *child)
{
    assert(list->kind == TREE_LIST && at <= list->list.count);
    list_make_room(arena, list);
    memmove(list->list.items + at + 1, list->list.items + at, (list->list.count - at) * sizeof *list->list.items);
    list->list.items[at] = child;
    list->list.count++;
    height_raise(list, child);
}

void tree_remove_at(struct tree *list, size_t at)
{
    assert(list->kind == TREE_LIST && at < list->list.count);
    list->list.count--;
    memmove(list->list.items + at, list->list.items + at + 1, (list->list.count - at) * sizeof *list->list.items);
}

void tree_set_at(struct tree *list, size_t at, const struct tree *child)
{
    assert(list->kind == TREE_LIST && at < list->list.count);
    list->list.items[at] = child;
    height_raise(list, child);
}

/* FNV-1a; the keys' order of arrival is kept apart, so a forged set of keys costs time in one map only, and the
 * seed, an address, differs from run to run. */
static uint32_t key_hash(struct slice key)
{
    uint32_t hash = 2166136261u ^ (uint32_t)(uintptr_t)&tree_null_node;
    for (size_t i = 0; i < key.length; i++)
        hash = (hash ^ (unsigned char)key.bytes[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static size_t index_size(const struct tree *map)
{
    size_t size = 64;
    while (size < (size_t)map->map.capacity * 2)
        size *= 2;
    return size;
}

static void index_add(struct tree *map, uint32_t position)
{
    size_t mask = index_size(map) - 1;
    size_t slot = key_hash(map->map.entries[position].key) & mask;
    while (map->map.index[slot])
        slot = (slot + 1) & mask;
    map->map.index[slot] = position + 1;
}

static void index_rebuild(struct tree *map)
{
    memset(map->map.index, 0, index_size(map) * sizeof *map->map.index);
    for (uint32_t i = 0; i < map->map.count; i++)
        index_add(map, i);
}

const struct tree_entry *tree_entry(const struct tree *map, struct slice key)
{
    if (!map || map->kind != TREE_MAP)
        return NULL;
    if (map->map.index) {
        size_t mask = index_size(map) - 1;
        for (size_t slot = key_hash(key) & mask; map->map.index[slot]; slot = (slot + 1) & mask) {
            const struct tree_entry *entry = &map->map.entries[map->map.index[slot] - 1];
            if (slice_equal(entry->key, key))
                return entry;
        }
        return NULL;
    }
    for (uint32_t i = 0; i < map->map.count; i++) {
        const struct tree_entry *entry = &map->map.entries[i];
        if (entry->key.length == key.length && memcmp(entry->key.bytes, key.bytes, key.length) == 0)
            return entry;
    }
    return NULL;
}

const struct tree *tree_get(const struct tree *map, struct slice key)
{
    const struct tree_entry *entry = tree_entry(map, key);
    return entry ? entry->value : NULL;
}

void tree_put_new(struct arena *arena, struct tree *map, struct slice key, uint32_t key_offset,
                  const struct tree *value)
{
    assert(map->kind == TREE_MAP);
    bool grown = map->map.count == map->map.capacity;
    if (grown) {
        uint32_t capacity = map->map.capacity ? map->map.capacity * 2 : 4;
        assert(capacity > map->map.capacity);
        struct tree_entry *entries = arena_take(arena, capacity * sizeof *entries);
        if (map->map.count)
            memcpy(entries, map->map.entries, map->map.count * sizeof *entries);
        map->map.entries = entries;
        map->map.capacity = capacity;
    }
    map->map.entries[map->map.count++] = (struct tree_entry){key.bytes ? key : SLICE(""), value, key_offset};
    height_raise(map, value);
    if (map->map.count < INDEX_FROM)
        return;
    if (!map->map.index || grown) {
        map->map.index = arena_take(arena, index_size(map) * sizeof *map->map.index);
        index_rebuild(map);
    } else {
        index_add(map, map->map.count - 1);
    }
}

const struct tree *tree_put_at(struct arena *arena, struct tree *map, struct slice key, uint32_t key_offset,
                               const struct tree *value)
{
    struct tree_entry *entry = (struct tree_entry *)tree_entry(map, key);
    if (!entry) {
        tree_put_new(arena, map, key, key_offset, value);
        return NULL;
    }
    const struct tree *old = entry->value;
    entry->value = value;
    height_raise(map, value);
    return old;
}

const struct tree *tree_put(struct arena *arena, struct tree *map, struct slice key, const struct tree *value)
{
    return tree_put_at(arena, map, key, TREE_NO_OFFSET, value);
}

bool tree_remove(struct tree *map, struct slice key)
{
    const struct tree_entry *entry = tree_entry(map, key);
    if (!entry)
        return false;
    size_t at = (size_t)(entry - map->map.entries);
    map->map.count--;
    memmove(map->map.entries + at, map->map.entries + at + 1, (map->map.count - at) * sizeof *map->map.entries);
    if (map->map.index)
        index_rebuild(map);
    return true;
}

struct tree *tree_copy_shallow(struct arena *arena, const struct tree *tree)
{
    struct tree *copy = arena_take(arena, sizeof *copy);
    *copy = *tree;
    if (tree->kind == TREE_LIST) {
        copy->list.capacity = tree->list.count + 2;
        copy->list.items = arena_take(arena, copy->list.capacity * sizeof *copy->list.items);
        if (tree->list.count)
            memcpy(copy->list.items, tree->list.items, tree->list.count * sizeof *copy->list.items);
    } else if (tree->kind == TREE_MAP) {
        copy->map.capacity = tree->map.count + 4;
        copy->map.entries = arena_take(arena, copy->map.capacity * sizeof *copy->map.entries);
        if (tree->map.count)
            memcpy(copy->map.entries, tree->map.entries, tree->map.count * sizeof *copy->map.entries);
        copy->map.index = NULL;
        if (copy->map.count >= INDEX_FROM) {
            copy->map.index = arena_take(arena, index_size(copy) * sizeof *copy->map.index);
            index_rebuild(copy);
        }
    }
    return copy;
}

/* Texts that lie in `from` are taken from `to`, which has the same bytes. */
static struct slice text_copy(struct arena *arena, struct slice text, struct slice from, struct slice to)
{
    size_t at = (size_t)((uintptr_t)text.bytes - (uintptr_t)from.bytes);
    if (!text.length)
        return SLICE("");
    if (at < from.length && text.length <= from.length - at)
        return (struct slice){to.bytes + at, text.length};
    return arena_copy(arena, text);
}

struct tree *tree_copy_moved(struct arena *arena, const struct tree *tree, struct slice from, struct slice to)
{
    struct tree *copy = arena_take(arena, sizeof *copy);
    *copy = *tree;
    if (tree->kind == TREE_STRING) {
        copy->string = text_copy(arena, tree->string, from, to);
    } else if (tree->kind == TREE_FLOAT) {
        copy->digits = text_copy(arena, tree->digits, from, to);
    } else if (tree->kind == TREE_LIST) {
        copy->list.capacity = tree->list.count;
        copy->list.items = arena_take(arena, tree->list.count * sizeof *copy->list.items);
        for (size_t i = 0; i < tree->list.count; i++)
            copy->list.items[i] = tree_copy_moved(arena, tree->list.items[i], from, to);
    } else if (tree->kind == TREE_MAP) {
        copy->map.capacity = tree->map.count;
        copy->map.entries = arena_take(arena, tree->map.count * sizeof *copy->map.entries);
        for (size_t i = 0; i < tree->map.count; i++) {
            const struct tree_entry *entry = &tree->map.entries[i];
            copy->map.entries[i] = (struct tree_entry){text_copy(arena, entry->key, from, to),
                                                       tree_copy_moved(arena, entry->value, from, to),
                                                       entry->key_offset};
        }
        copy->map.index = NULL;
        if (copy->map.count >= INDEX_FROM) {
            copy->map.index = arena_take(arena, index_size(copy) * sizeof *copy->map.index);
            index_rebuild(copy);
        }
    }
    return copy;
}

struct tree *tree_copy_deep(struct arena *arena, const struct tree *tree)
{
    return tree_copy_moved(arena, tree, (struct slice){0}, (struct slice){0});
}

const struct tree *tree_at_keys(const struct tree *tree, ...)
{
    va_list keys;
    va_start(keys, tree);
    for (const char *key; tree && (key = va_arg(keys, const char *));)
        tree = tree_get(tree, slice_from(key));
    va_end(keys);
    return tree;
}

static bool maps_equal(const struct tree *a, const struct tree *b)
{
    if (a->map.count != b->map.count)
        return false;
    for (size_t i = 0; i < a->map.count; i++) {
        /* Most maps that are equal have their keys in the same order. */
        const struct tree_entry *entry = &a->map.entries[i];
        const struct tree *other = slice_equal(entry->key, b->map.entries[i].key) ? b->map.entries[i].value
                                                                                  : tree_get(b, entry->key);
        if (!other || !tree_equal(entry->value, other))
            return false;
    }
    return true;
}

bool tree_equal(const struct tree *a, const struct tree *b)
{
    if (a == b)
        return true;
    if (!a || !b)
        return false;
    if (a->kind != b->kind) {
        if (a->kind == TREE_INT && b->kind == TREE_FLOAT)
            return (double)a->integer == b->number;
        if (a->kind == TREE_FLOAT && b->kind == TREE_INT)
            return a->number == (double)b->integer;
        return false;
    }
    switch ((enum tree_kind)a->kind) {
    case TREE_NULL:
        return true;
    case TREE_BOOL:
        return a->boolean == b->boolean;
    case TREE_INT:
        return a->integer == b->integer;
    case TREE_FLOAT:
        return a->number == b->number && (!a->digits.length || !b->digits.length || slice_equal(a->digits, b->digits));
    case TREE_STRING:
        return slice_equal(a->string, b->string);
    case TREE_LIST:
        if (a->list.count != b->list.count)
            return false;
        for (size_t i = 0; i < a->list.count; i++) {
            if (!tree_equal(a->list.items[i], b->list.items[i]))
                return false;
        }
        return true;
    case TREE_MAP:
        return maps_equal(a, b);
    }
    return false;
}

const char *tree_kind_name(const struct tree *tree)
{
    static const char *const names[] = {"null", "a boolean", "an integer", "a floating-point number", "a string",
                                        "a list", "an object"};
    return tree ? names[tree->kind] : "nothing";
}

size_t tree_weight(const struct tree *tree, size_t limit)
{
    size_t weight = 1;
    for (size_t i = 0; i < tree_count(tree) && weight <= limit; i++)
        weight += tree_weight(tree->kind == TREE_LIST ? tree->list.items[i] : tree->map.entries[i].value,
                              limit - weight);
    return weight;
}
