#include "tree/type_json.h"
#include <stdlib.h>

/* What Go's omitempty leaves out: false, 0, "", nil, and lists and maps without items; never a struct. */
static bool is_empty(const struct tree *value, const struct type_field *field)
{
    if (tree_is_null(value))
        return field->type->kind != TYPE_STRUCT || (field->flags & TYPE_FIELD_POINTER);
    if (field->flags & TYPE_FIELD_POINTER)
        return false;
    switch ((enum tree_kind)value->kind) {
    case TREE_NULL:
        return true;
    case TREE_BOOL:
        return !value->boolean;
    case TREE_INT:
        return value->integer == 0 && field->type->kind != TYPE_INT_OR_STRING;
    case TREE_FLOAT:
        return value->number == 0;
    case TREE_STRING:
        return value->string.length == 0 && field->type->kind != TYPE_INT_OR_STRING;
    case TREE_LIST:
    case TREE_MAP:
        return field->type->kind != TYPE_STRUCT && tree_count(value) == 0;
    }
    return false;
}

static const struct tree *zero_value(struct arena *arena, const struct type *type)
{
    switch (type->kind) {
    case TYPE_BOOL:
        return &tree_false_node;
    case TYPE_INT32:
    case TYPE_INT64:
    case TYPE_UINT32:
    case TYPE_UINT64:
    case TYPE_FLOAT64:
    case TYPE_INT_OR_STRING:
    case TYPE_ENUM:
        return tree_int(arena, 0);
    case TYPE_STRING:
        return &tree_empty_string_node;
    case TYPE_QUANTITY:
        return tree_string(arena, SLICE("0"));
    case TYPE_STRUCT:
        return &tree_empty_map_node;
    default:
        return &tree_null_node;
    }
}

bool type_field_as_json(struct arena *arena, const struct tree *value, const struct type_field *field,
                        const struct tree **ret_value)
{
    if ((field->flags & TYPE_FIELD_OMIT_EMPTY) && is_empty(value, field))
        return false;
    if (tree_is_null(value) && (field->flags & TYPE_FIELD_POINTER))
        *ret_value = &tree_null_node;
    else
        *ret_value = type_as_json(arena, value, field->type);
    return true;
}

static const struct tree *struct_as_json(struct arena *arena, const struct tree *tree, const struct type *type)
{
    size_t present = tree_count(tree);
    struct tree *out = tree_map(arena, present + 2);
    for (size_t i = 0; i < type->field_count; i++) {
        const struct type_field *field = &type->fields[i];
        const struct tree *value;
        if (type_field_as_json(arena, tree_get(tree, field->json_name), field, &value))
            tree_put_new(arena, out, field->json_name, TREE_NO_OFFSET, value);
    }
    for (size_t i = 0; i < present; i++) {
        const struct tree_entry *entry = &tree->map.entries[i];
        if (!type_field_by_json(type, entry->key))
            tree_put_new(arena, out, entry->key, entry->key_offset, entry->value);
    }
    return out;
}

static int entry_compare(const void *a, const void *b)
{
    return slice_compare(((const struct tree_entry *)a)->key, ((const struct tree_entry *)b)->key);
}

static const struct tree *map_as_json(struct arena *arena, const struct tree *tree, const struct type *element)
{
    struct tree *sorted = tree_map(arena, tree->map.count);
    struct tree_entry *entries = arena_take(arena, tree->map.count * sizeof *entries + 1);
    if (tree->map.count)
        memcpy(entries, tree->map.entries, tree->map.count * sizeof *entries);
    qsort(entries, tree->map.count, sizeof *entries, entry_compare);
    for (size_t i = 0; i < tree->map.count; i++)
        tree_put_new(arena, sorted, entries[i].key, entries[i].key_offset,
                     type_as_json(arena, entries[i].value, element));
    return sorted;
}

static const struct type type_any = {.kind = TYPE_ANY, .name = "any"};

const struct tree *type_as_json(struct arena *arena, const struct tree *tree, const struct type *type)
{
    if (!type)
        type = &type_any;
    if (tree_is_null(tree)) {
        if (type->kind != TYPE_STRUCT)
            return zero_value(arena, type);
        tree = &tree_empty_map_node;
    }
    if (tree->kind == TREE_MAP)
        return type->kind == TYPE_STRUCT ? struct_as_json(arena, tree, type) : map_as_json(arena, tree, type->element);
    if (tree->kind != TREE_LIST)
        return tree;
    struct tree *list = tree_list(arena, tree->list.count);
    for (size_t i = 0; i < tree->list.count; i++)
        tree_append(arena, list, type_as_json(arena, tree->list.items[i], type->element));
    return list;
}
