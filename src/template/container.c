#include "template/container.h"
#include <stdlib.h>

bool value_is_list(const struct template_value *value)
{
    return !value->pointer && (value->kind == TEMPLATE_LIST || value->kind == TEMPLATE_TREE_LIST);
}

bool value_is_map(const struct template_value *value)
{
    return !value->pointer && (value->kind == TEMPLATE_MAP || value->kind == TEMPLATE_TREE_MAP);
}

static const struct type *element_type(const struct template_value *value)
{
    return value->type && value->type->element && value->type->element->kind != TYPE_ANY ? value->type->element : NULL;
}

bool value_is_map_of_any(const struct template_value *value)
{
    if (!value_is_map(value))
        return false;
    return value->kind == TEMPLATE_MAP ? value->map->element == ELEMENT_ANY : !element_type(value);
}

bool value_is_map_of_strings(const struct template_value *value)
{
    if (!value_is_map(value))
        return false;
    if (value->kind == TEMPLATE_MAP)
        return value->map->element == ELEMENT_STRING;
    const struct type *element = element_type(value);
    return element && element->kind == TYPE_STRING;
}

static size_t plain_count(const struct template_value *value)
{
    if (value->is_nil)
        return 0;
    switch ((enum template_kind)value->kind) {
    case TEMPLATE_LIST:
        return value->list->count;
    case TEMPLATE_MAP:
        return value->map->count;
    case TEMPLATE_TREE_LIST:
    case TEMPLATE_TREE_MAP:
        return tree_count(value->tree);
    default:
        return 0;
    }
}

bool value_is_true(const struct template_value *value)
{
    if (value->pointer)
        return !value->is_nil;
    switch ((enum template_kind)value->kind) {
    case TEMPLATE_NONE:
    case TEMPLATE_NIL:
        return false;
    case TEMPLATE_BOOL:
        return value->boolean;
    case TEMPLATE_INT:
    case TEMPLATE_INT32:
    case TEMPLATE_INT64:
    case TEMPLATE_UINT8:
    case TEMPLATE_UINT32:
    case TEMPLATE_UINT64:
    case TEMPLATE_ENUM:
    case TEMPLATE_DURATION:
        return value->integer != 0;
    case TEMPLATE_FLOAT:
        return value->number != 0;
    case TEMPLATE_COMPLEX:
        return value->complex.real != 0 || value->complex.imaginary != 0;
    case TEMPLATE_STRING:
        return value->string.length != 0;
    case TEMPLATE_LIST:
    case TEMPLATE_MAP:
    case TEMPLATE_TREE_LIST:
    case TEMPLATE_TREE_MAP:
        return plain_count(value) != 0;
    default:
        return true; /* structs */
    }
}

bool value_is_empty(const struct template_value *value)
{
    return !value_is_true(value);
}

struct template_value value_current(struct execution *execution, struct template_value value)
{
    if (LIKELY(!execution->changed_count) || value.kind != TEMPLATE_TREE_MAP || value.is_nil)
        return value;
    for (size_t i = 0; i < execution->changed_count; i++)
        if (execution->changed[i].original == value.tree)
            return (struct template_value){
                .kind = TEMPLATE_MAP, .boxed = value.boxed, .map = execution->changed[i].copy};
    return value;
}

size_t value_count(struct execution *execution, const struct template_value *value)
{
    struct template_value current = value_current(execution, *value);
    return plain_count(&current);
}

struct template_value value_element(const struct tree *tree, const struct type *element)
{
    if (LIKELY(!element && tree)) { /* plain data: much the most frequent */
        switch ((enum tree_kind)tree->kind) {
        case TREE_STRING:
            return (struct template_value){.kind = TEMPLATE_STRING, .boxed = true, .string = tree->string};
        case TREE_MAP:
            return (struct template_value){.kind = TEMPLATE_TREE_MAP, .boxed = true, .tree = tree};
        case TREE_BOOL:
            return (struct template_value){.kind = TEMPLATE_BOOL, .boxed = true, .boolean = tree->boolean};
        default:
            break;
        }
    }
    struct template_value value = template_from_tree(tree, element);
    if (!element || element->kind == TYPE_ANY) {
        value.boxed = true;
        if (value.kind == TEMPLATE_NONE)
            value.kind = TEMPLATE_NIL;
    } else if (element->kind == TYPE_STRUCT && element->is_message) {
        value.pointer = true;
        value.is_nil = tree_is_null(tree);
    }
    return value;
}

struct template_value list_get(struct execution *execution, const struct template_value *list, size_t at)
{
    (void)execution;
    if (list->kind == TEMPLATE_TREE_LIST)
        return value_element(list->tree->list.items[at], element_type(list));
    return list->list->items[at];
}

static size_t map_place(const struct template_map *map, struct slice key, bool *ret_found)
{
    size_t low = 0, high = map->count;
    *ret_found = false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = slice_compare(map->entries[middle].key, key);
        if (order == 0) {
            *ret_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool map_find(struct execution *execution, const struct template_value *map, struct slice key,
              struct template_value *ret)
{
    if (map->is_nil)
        return false;
    struct template_value current = UNLIKELY(execution->changed_count) ? value_current(execution, *map) : *map;
    if (current.kind == TEMPLATE_TREE_MAP) {
        const struct tree *found = tree_get(current.tree, key);
        if (found)
            *ret = value_element(found, element_type(&current));
        return found != NULL;
    }
    bool found;
    size_t place = map_place(current.map, key, &found);
    if (found)
        *ret = current.map->entries[place].value;
    return found;
}

struct template_value map_zero(const struct template_value *map)
{
    if (map->kind == TEMPLATE_MAP)
        return map->map->element == ELEMENT_STRING ? template_from_string(SLICE(""))
                                                   : (struct template_value){.kind = TEMPLATE_NIL, .boxed = true};
    return value_element(NULL, element_type(map));
}

static int compare_entries(const void *a, const void *b)
{
    return slice_compare(((const struct template_map_entry *)a)->key, ((const struct template_map_entry *)b)->key);
}

struct template_map_entry *map_entries(struct execution *execution, const struct template_value *map, size_t *ret_count)
{
    *ret_count = 0;
    if (map->is_nil)
        return NULL;
    struct template_value current = value_current(execution, *map);
    size_t count = plain_count(&current);
    struct template_map_entry *entries = arena_take(execution->arena, (count + 1) * sizeof *entries);
    *ret_count = count;
    if (current.kind == TEMPLATE_MAP) {
        if (count)
            memcpy(entries, current.map->entries, count * sizeof *entries);
        return entries;
    }
    const struct type *element = element_type(&current);
    for (size_t i = 0; i < count; i++) {
        entries[i].key = current.tree->map.entries[i].key;
        entries[i].value = value_element(current.tree->map.entries[i].value, element);
    }
    qsort(entries, count, sizeof *entries, compare_entries);
    return entries;
}

struct template_value list_new(struct execution *execution, enum template_element element, size_t count)
{
    struct template_list *list = arena_new(execution->arena, struct template_list, 1);
    list->element = element;
    list->count = count;
    list->items = arena_new(execution->arena, struct template_value, count + 1);
    return (struct template_value){.kind = TEMPLATE_LIST, .list = list};
}

struct template_value map_new(struct execution *execution, enum template_element element, size_t capacity)
{
    struct template_map *map = arena_new(execution->arena, struct template_map, 1);
    map->element = element;
    map->capacity = capacity;
    map->entries = capacity ? arena_take(execution->arena, capacity * sizeof *map->entries) : NULL;
    return (struct template_value){.kind = TEMPLATE_MAP, .map = map};
}

void map_put(struct execution *execution, struct template_map *map, struct slice key, struct template_value value)
{
    if (map->element == ELEMENT_ANY) {
        value.boxed = true;
        if (value.kind == TEMPLATE_NONE)
            value.kind = TEMPLATE_NIL;
    }
    bool found;
    size_t place = map_place(map, key, &found);
    if (found) {
        map->entries[place].value = value;
        return;
    }
    if (map->count == map->capacity) {
        map->capacity = map->capacity ? map->capacity * 2 : 8;
        struct template_map_entry *grown = arena_take(execution->arena, map->capacity * sizeof *grown);
        if (map->count)
            memcpy(grown, map->entries, map->count * sizeof *grown);
        map->entries = grown;
    }
    memmove(map->entries + place + 1, map->entries + place, (map->count - place) * sizeof *map->entries);
    map->entries[place] = (struct template_map_entry){key, value};
    map->count++;
}

void map_take_out(struct template_map *map, struct slice key)
{
    bool found;
    size_t place = map_place(map, key, &found);
    if (!found)
        return;
    memmove(map->entries + place, map->entries + place + 1, (map->count - place - 1) * sizeof *map->entries);
    map->count--;
}

struct template_map *map_for_change(struct execution *execution, const struct template_value *map)
{
    if (map->is_nil)
        return NULL;
    struct template_value current = value_current(execution, *map);
    if (current.kind == TEMPLATE_MAP)
        return current.map;
    size_t count;
    struct template_map_entry *entries = map_entries(execution, &current, &count);
    struct template_map *copy = arena_new(execution->arena, struct template_map, 1);
    *copy = (struct template_map){.entries = entries, .count = count, .capacity = count};
    if (execution->changed_count == execution->changed_capacity) {
        execution->changed_capacity = execution->changed_capacity ? execution->changed_capacity * 2 : 8;
        struct changed_map *grown = arena_take(execution->arena, execution->changed_capacity * sizeof *grown);
        if (execution->changed_count)
            memcpy(grown, execution->changed, execution->changed_count * sizeof *grown);
        execution->changed = grown;
    }
    execution->changed[execution->changed_count++] = (struct changed_map){current.tree, copy};
    return copy;
}

struct template_value *list_items(struct execution *execution, const struct template_value *list, size_t *ret_count)
{
    size_t count = plain_count(list);
    *ret_count = count;
    if (list->kind == TEMPLATE_LIST && !list->is_nil)
        return list->list->items;
    struct template_value *items = arena_take(execution->arena, (count + 1) * sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = list_get(execution, list, i);
    return items;
}

struct template_value list_part(struct execution *execution, const struct template_value *list, size_t start,
                                size_t end)
{
    size_t count;
    struct template_value *items = list_items(execution, list, &count);
    struct template_list *part = arena_new(execution->arena, struct template_list, 1);
    part->element = list->kind == TEMPLATE_LIST ? list->list->element : ELEMENT_ANY;
    part->items = items + start;
    part->count = end - start;
    return (struct template_value){.kind = TEMPLATE_LIST, .list = part};
}
