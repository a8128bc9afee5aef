#include "template/convert.h"
#include "base/rune.h"
#include "template/container.h"
#include "template/date.h"
#include "template/date_layout.h"
#include "template/print.h"
#include "tree/json.h"
#include "tree/type_json.h"

static bool to_tree(struct execution *execution, const struct template_value *value, unsigned depth,
                    const struct tree **ret);

/* Go reads JSON's numbers as float64: integers that a double cannot hold are rounded. */
enum { EXACT_MAX_SHIFT = 53 };

static bool is_exact(int64_t integer)
{
    return integer <= (int64_t)1 << EXACT_MAX_SHIFT && integer >= -((int64_t)1 << EXACT_MAX_SHIFT);
}

/* Whether plain data can be written as it is: no integers to round, no maps that the template has changed. Counts the
 * nodes as steps. */
static bool is_as_it_is(struct execution *execution, const struct tree *tree, bool *ret_plain)
{
    if (!execution_step(execution, 1))
        return false;
    if (tree->kind == TREE_INT && !is_exact(tree->integer))
        *ret_plain = false;
    if (tree->kind == TREE_LIST)
        for (uint32_t i = 0; i < tree->list.count; i++)
            if (!is_as_it_is(execution, tree->list.items[i], ret_plain))
                return false;
    if (tree->kind == TREE_MAP)
        for (uint32_t i = 0; i < tree->map.count; i++)
            if (!is_as_it_is(execution, tree->map.entries[i].value, ret_plain))
                return false;
    return true;
}

static bool check_height(struct execution *execution, const struct tree *child)
{
    return !tree_is_too_deep(child) ||
           execution_fail_limit(execution, "a value is nested deeper than %d", TREE_HEIGHT_MAX);
}

static bool list_to_tree(struct execution *execution, const struct template_value *value, unsigned depth,
                         const struct tree **ret)
{
    size_t count = value_count(execution, value);
    struct tree *list = tree_list(execution->arena, count);
    for (size_t i = 0; i < count; i++) {
        struct template_value item = list_get(execution, value, i);
        const struct tree *child;
        if (!to_tree(execution, &item, depth + 1, &child) || !check_height(execution, child))
            return false;
        tree_append(execution->arena, list, child);
    }
    *ret = list;
    return true;
}

static bool map_to_tree(struct execution *execution, const struct template_value *value, unsigned depth,
                        const struct tree **ret)
{
    size_t count;
    struct template_map_entry *entries = map_entries(execution, value, &count);
    struct tree *map = tree_map(execution->arena, count);
    for (size_t i = 0; i < count; i++) {
        const struct tree *child;
        if (!to_tree(execution, &entries[i].value, depth + 1, &child) || !check_height(execution, child))
            return false;
        tree_put_new(execution->arena, map, entries[i].key, TREE_NO_OFFSET, child);
    }
    *ret = map;
    return true;
}

static bool root_to_tree(struct execution *execution, const struct template_value *value, unsigned depth,
                         const struct tree **ret)
{
    struct tree *map = tree_map(execution->arena, value->count);
    for (uint32_t i = 0; i < value->count; i++) {
        const struct tree *child;
        if (!to_tree(execution, &value->members[i].value, depth + 1, &child) || !check_height(execution, child))
            return false;
        tree_put(execution->arena, map, value->members[i].name, child);
    }
    *ret = map;
    return true;
}

static bool text_to_tree(struct execution *execution, const struct template_value *value, const struct tree **ret)
{
    size_t begin = scratch_begin(execution);
    struct slice text;
    if (value->kind == TEMPLATE_TIME)
        date_layout_print(&execution->scratch, value->time, SLICE("2006-01-02T15:04:05.999999999Z07:00"));
    else
        print_stringer(execution, &execution->scratch, value);
    if (!scratch_end(execution, begin, &text))
        return false;
    *ret = tree_string(execution->arena, text);
    return true;
}

static bool to_tree(struct execution *execution, const struct template_value *value, unsigned depth,
                    const struct tree **ret)
{
    if (depth >= VALUE_DEPTH_MAX)
        return execution_fail_limit(execution, "a value is nested deeper than %d", VALUE_DEPTH_MAX);
    if (!execution_step(execution, 1))
        return false;
    struct arena *arena = execution->arena;
    struct template_value current = value_current(execution, *value);
    if (current.is_nil) {
        *ret = &tree_null_node;
        return true;
    }
    switch ((enum template_kind)current.kind) {
    case TEMPLATE_NONE:
    case TEMPLATE_NIL:
    case TEMPLATE_COMPLEX:
        *ret = &tree_null_node;
        return true;
    case TEMPLATE_BOOL:
        *ret = tree_bool(current.boolean);
        return true;
    case TEMPLATE_INT:
    case TEMPLATE_INT32:
    case TEMPLATE_INT64:
    case TEMPLATE_UINT8:
    case TEMPLATE_UINT32:
    case TEMPLATE_ENUM:
    case TEMPLATE_DURATION:
        *ret = tree_int(arena, current.integer);
        return true;
    case TEMPLATE_UINT64:
        *ret =
            current.natural > INT64_MAX ? tree_float(arena, (double)current.natural) : tree_int(arena, current.integer);
        return true;
    case TEMPLATE_FLOAT:
        *ret = tree_float(arena, current.number);
        return true;
    case TEMPLATE_STRING:
        *ret = tree_string(arena, current.string);
        return true;
    case TEMPLATE_LIST:
        return list_to_tree(execution, &current, depth, ret);
    case TEMPLATE_MAP:
        return map_to_tree(execution, &current, depth, ret);
    case TEMPLATE_TREE_LIST:
    case TEMPLATE_TREE_MAP: {
        bool plain = !execution->changed_count;
        if (!is_as_it_is(execution, current.tree, &plain))
            return false;
        if (current.type && current.type->element && current.type->element->kind != TYPE_ANY)
            *ret = type_as_json(arena, current.tree, current.type);
        else if (plain)
            *ret = current.tree;
        else
            return current.kind == TEMPLATE_TREE_LIST ? list_to_tree(execution, &current, depth, ret)
                                                      : map_to_tree(execution, &current, depth, ret);
        return true;
    }
    case TEMPLATE_STRUCT:
        *ret = current.type->is_message ? convert_message(arena, current.tree, current.type, 0)
                                        : type_as_json(arena, current.tree, current.type);
        return true;
    case TEMPLATE_ROOT:
        return root_to_tree(execution, &current, depth, ret);
    case TEMPLATE_TIME:
    case TEMPLATE_VERSION:
        return text_to_tree(execution, &current, ret);
    case TEMPLATE_WRAPPER:
    case TEMPLATE_PROTO_DURATION:
    case TEMPLATE_QUANTITY:
    case TEMPLATE_INT_OR_STRING:
    case TEMPLATE_META_TIME:
        *ret = current.tree ? current.tree : &tree_null_node;
        return true;
    }
    return false;
}

bool convert_to_tree(struct execution *execution, const struct template_value *value, const struct tree **ret)
{
    return to_tree(execution, value, 0, ret);
}

bool convert_from_json(struct execution *execution, struct slice text, struct template_value *ret,
                       struct error *ret_why)
{
    struct source source = {SLICE("JSON"), text, 0};
    const struct tree *tree;
    if (!json_read(execution->arena, &source, &tree, ret_why))
        return false;
    *ret = template_from_tree(tree, NULL);
    return true;
}

/* ---- protojson ---- */

static bool is_proto_default(const struct tree *value, const struct type *type)
{
    if (tree_is_null(value))
        return true;
    switch (type->kind) {
    case TYPE_BOOL:
        return value->kind == TREE_BOOL && !value->boolean;
    case TYPE_STRING:
    case TYPE_BYTES:
        return value->kind == TREE_STRING && !value->string.length;
    case TYPE_INT32:
    case TYPE_INT64:
    case TYPE_UINT32:
    case TYPE_UINT64:
    case TYPE_FLOAT64:
    case TYPE_ENUM: {
        struct template_value number = template_from_tree(value, type);
        return type->kind == TYPE_FLOAT64 ? number.number == 0 : number.integer == 0;
    }
    case TYPE_LIST:
    case TYPE_MAP:
        return !tree_count(value);
    default:
        return false; /* messages, wrappers, durations: there is there */
    }
}

static const struct tree *scalar_to_proto(struct arena *arena, const struct tree *tree, const struct type *type)
{
    struct template_value value = template_from_tree(tree, type);
    switch (type->kind) {
    case TYPE_ENUM:
        for (size_t i = 0; i < type->value_count; i++)
            if (type->values[i].number == value.integer)
                return tree_string(arena, type->values[i].name);
        return tree_int(arena, value.integer);
    case TYPE_INT64:
    case TYPE_UINT64: /* 64-bit integers are strings: JavaScript's numbers cannot hold them */
        return tree_string(arena,
                           arena_format(arena, type->kind == TYPE_INT64 ? "%lld" : "%llu", (long long)value.integer));
    case TYPE_INT32:
    case TYPE_UINT32:
        return tree_int(arena, value.integer);
    case TYPE_DURATION: {
        int64_t nanoseconds;
        if (!date_read_proto_duration(tree_text(tree), &nanoseconds))
            return tree;
        return tree_string(arena, date_proto_duration_text(arena, nanoseconds));
    }
    case TYPE_WRAPPER:
        return type->element ? scalar_to_proto(arena, tree, type->element) : tree;
    default:
        return tree;
    }
}

const struct tree *convert_message(struct arena *arena, const struct tree *tree, const struct type *type,
                                   unsigned depth)
{
    if (tree_is_null(tree))
        return type->kind == TYPE_STRUCT ? &tree_empty_map_node : &tree_null_node;
    if (depth >= VALUE_DEPTH_MAX)
        return &tree_null_node;
    if (type->kind == TYPE_STRUCT && tree->kind == TREE_MAP) {
        struct tree *out = tree_map(arena, tree_count(tree));
        for (size_t i = 0; i < type->field_count; i++) {
            const struct type_field *field = &type->fields[i];
            const struct tree *value = tree_get(tree, field->json_name);
            bool keeps_default = (field->flags & (TYPE_FIELD_ONE_OF | TYPE_FIELD_POINTER)) && !tree_is_null(value);
            if (keeps_default || !is_proto_default(value, field->type))
                tree_put_new(arena, out, field->json_name, TREE_NO_OFFSET,
                             convert_message(arena, value, field->type, depth + 1));
        }
        return out;
    }
    if (type->kind == TYPE_LIST && tree->kind == TREE_LIST) {
        struct tree *out = tree_list(arena, tree_count(tree));
        for (uint32_t i = 0; i < tree->list.count; i++)
            tree_append(arena, out, convert_message(arena, tree->list.items[i], type->element, depth + 1));
        return out;
    }
    if (type->kind == TYPE_MAP && tree->kind == TREE_MAP) {
        struct template_value map = {.kind = TEMPLATE_TREE_MAP, .tree = tree, .type = type};
        struct execution plain = {.arena = arena};
        size_t count;
        struct template_map_entry *entries = map_entries(&plain, &map, &count); /* sorted */
        struct tree *out = tree_map(arena, count);
        for (size_t i = 0; i < count; i++)
            tree_put_new(arena, out, entries[i].key, TREE_NO_OFFSET,
                         convert_message(arena, tree_get(tree, entries[i].key), type->element, depth + 1));
        return out;
    }
    return scalar_to_proto(arena, tree, type);
}

/* ---- JSON read as YAML ---- */

static bool is_yaml_character(unsigned rune)
{
    return rune < 0x7f || rune == 0x85 || (rune >= 0xa0 && rune <= 0xfffd) || rune >= 0x10000;
}

/* Blanks around a line break go; one break is a blank, more are one less line breaks. */
static struct slice fold_next_lines(struct arena *arena, struct slice text)
{
    char *out = arena_take(arena, text.length + 1);
    size_t length = 0;
    for (size_t at = 0; at < text.length;) {
        size_t breaks = 0, end = at;
        for (size_t next = at; next < text.length; next = end) {
            while (end < text.length && text.bytes[end] == ' ')
                end++;
            if (!slice_starts(slice_from_offset(text, end), SLICE("\xc2\x85")))
                break;
            end += 2;
            breaks++;
        }
        if (!breaks) {
            out[length++] = text.bytes[at++];
            continue;
        }
        if (breaks == 1)
            out[length++] = ' ';
        for (; breaks > 1; breaks--)
            out[length++] = '\n';
        at = end;
    }
    return (struct slice){out, length};
}

/* Without an arena it only looks whether the text can be written. */
static bool text_for_yaml(struct arena *arena, struct slice *text)
{
    bool folds = false;
    for (size_t at = 0, length; at < text->length; at += length) {
        unsigned char first = (unsigned char)text->bytes[at];
        length = 1;
        if (first < 0x7f)
            continue;
        unsigned rune = rune_decode(slice_from_offset(*text, at), &length);
        if (!is_yaml_character(rune))
            return false;
        folds |= rune == 0x85;
    }
    if (folds && arena)
        *text = fold_next_lines(arena, *text);
    return true;
}

/* A key must end on its line, and within 1,024 characters of JSON. */
static bool is_yaml_key(struct slice key)
{
    enum { KEY_MAX = 1024, ESCAPE_MAX = 6 };
    struct slice text = key;
    if (!text_for_yaml(NULL, &text) || slice_find(key, SLICE("\xc2\x85")) != SLICE_NONE)
        return false;
    if (key.length < KEY_MAX / ESCAPE_MAX)
        return true;
    _cleanup_(buffer_done) struct buffer json = BUFFER_INIT(key.length * ESCAPE_MAX + 2);
    json_write_string(&json, key, JSON_GO_HTML);
    return rune_count(buffer_slice(&json)) <= KEY_MAX;
}

bool convert_for_yaml(struct arena *arena, const struct tree **tree)
{
    const struct tree *from = *tree;
    struct tree *copy = NULL;
    if (from->kind == TREE_STRING) {
        struct slice text = from->string;
        if (!text_for_yaml(arena, &text))
            return false;
        if (text.bytes != from->string.bytes)
            *tree = tree_string(arena, text);
    } else if (from->kind == TREE_LIST) {
        for (uint32_t i = 0; i < from->list.count; i++) {
            const struct tree *child = from->list.items[i];
            if (!convert_for_yaml(arena, &child))
                return false;
            if (child != from->list.items[i]) {
                copy = copy ? copy : tree_copy_shallow(arena, from);
                tree_set_at(copy, i, child);
            }
        }
    } else if (from->kind == TREE_MAP) {
        for (uint32_t i = 0; i < from->map.count; i++) {
            const struct tree *child = from->map.entries[i].value;
            if (!is_yaml_key(from->map.entries[i].key) || !convert_for_yaml(arena, &child))
                return false;
            if (child != from->map.entries[i].value) {
                copy = copy ? copy : tree_copy_shallow(arena, from);
                (void)tree_put(arena, copy, from->map.entries[i].key, child);
            }
        }
    }
    if (copy)
        *tree = copy;
    return true;
}
