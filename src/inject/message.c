#include "inject/message.h"
#include "base/number.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct reader {
    struct arena *arena;
    const struct source *source;
    struct error *error;
};

static bool value_read(const struct reader *reader, struct slice name, const struct tree *value,
                       const struct type *type, const struct tree **ret_value);

static bool fail(const struct reader *reader, struct slice name, const struct tree *value, const char *expected)
{
    size_t offset = value->offset == TREE_NO_OFFSET ? 0 : value->offset;
    if (value->kind == TREE_STRING)
        return error_at(reader->error, ERROR_VALUE, reader->source, offset, "%.*s: \"%.*s\" is not %s", SLICE_ARGS(name),
                        SLICE_ARGS(value->string), expected);
    return error_at(reader->error, ERROR_VALUE, reader->source, offset, "%.*s: found %s, want %s", SLICE_ARGS(name),
                    tree_kind_name(value), expected);
}

/* The field a key means; proto files write proxy_listen_port, JSON proxyListenPort. */
static const struct type_field *field_of(const struct type *type, struct slice key)
{
    const struct type_field *field = type_field_by_json(type, key);
    if (field || slice_find_byte(key, '_') == SLICE_NONE || key.length > 100)
        return field;
    char camel[100];
    size_t length = 0;
    for (size_t i = 0; i < key.length; i++) {
        bool raise = key.bytes[i] == '_' && i + 1 < key.length;
        char byte = key.bytes[raise ? ++i : i];
        camel[length++] = raise && byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
    }
    return type_field_by_json(type, (struct slice){camel, length});
}

/* One part, as "1.5h": its digits and its unit. */
static bool duration_part(struct slice *rest, int64_t *nanoseconds)
{
    static const struct {
        struct slice unit;
        int64_t nanoseconds;
    } units[] = {
        /* longer names first: "ms" is no "m" */
        {SLICE_CONSTANT("ns"), 1}, {SLICE_CONSTANT("us"), 1000}, {SLICE_CONSTANT("\xc2\xb5s"), 1000},
        {SLICE_CONSTANT("ms"), 1000000}, {SLICE_CONSTANT("s"), 1000000000},
        {SLICE_CONSTANT("m"), 60000000000}, {SLICE_CONSTANT("h"), 3600000000000},
    };
    size_t length = 0, points = 0;
    while (length < rest->length && ((rest->bytes[length] >= '0' && rest->bytes[length] <= '9') ||
                                     (rest->bytes[length] == '.' && points++ == 0)))
        length++;
    double number;
    if (length > 30 || !number_parse_double(slice_range(*rest, 0, length), &number))
        return false;
    *rest = slice_from_offset(*rest, length);
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
        if (!slice_starts(*rest, units[i].unit))
            continue;
        double part = number * (double)units[i].nanoseconds;
        if (part >= 9e18 || __builtin_add_overflow(*nanoseconds, (int64_t)(part + 0.5), nanoseconds))
            return false;
        *rest = slice_from_offset(*rest, units[i].unit.length);
        return true;
    }
    return false;
}

bool message_parse_duration(struct slice text, int64_t *ret_nanoseconds)
{
    bool negative = text.length && text.bytes[0] == '-';
    struct slice rest = slice_from_offset(text, text.length && (negative || text.bytes[0] == '+'));
    int64_t nanoseconds = 0;
    if (slice_equal(rest, SLICE("0"))) {
        *ret_nanoseconds = 0;
        return true;
    }
    if (!rest.length)
        return false;
    while (rest.length) {
        if (!duration_part(&rest, &nanoseconds))
            return false;
    }
    *ret_nanoseconds = negative ? -nanoseconds : nanoseconds;
    return true;
}

/* In the one form that protobuf prints: "60s" for "1m", so that whoever reads it later needs to know no other. */
static bool duration_read(const struct reader *reader, struct slice name, const struct tree *value,
                          const struct tree **ret_value)
{
    int64_t nanoseconds;
    if (value->kind != TREE_STRING || !message_parse_duration(value->string, &nanoseconds))
        return fail(reader, name, value, "a duration such as 45s, 0.5s or 1m30s");
    char fraction[16];
    int length = snprintf(fraction, sizeof fraction, ".%09lld", llabs(nanoseconds % 1000000000));
    while (length > 0 && (fraction[length - 1] == '0' || fraction[length - 1] == '.'))
        length--;
    struct slice text = arena_format(reader->arena, "%s%lld%.*ss", nanoseconds < 0 ? "-" : "",
                                     llabs(nanoseconds / 1000000000), length, fraction);
    struct tree *node = tree_string(reader->arena, text);
    node->offset = value->offset;
    *ret_value = node;
    return true;
}

static bool integer_read(const struct reader *reader, struct slice name, const struct tree *value,
                         enum type_kind kind, const struct tree **ret_value)
{
    int64_t number;
    if (value->kind == TREE_INT)
        number = value->integer;
    else if (value->kind == TREE_FLOAT && value->number == floor(value->number) && fabs(value->number) < 9e18)
        number = (int64_t)value->number;
    else if (value->kind != TREE_STRING || !number_parse_i64(value->string, &number))
        return fail(reader, name, value, "a whole number");
    bool fits = kind == TYPE_INT32    ? number >= INT32_MIN && number <= INT32_MAX
                : kind == TYPE_UINT32 ? number >= 0 && number <= UINT32_MAX
                : kind == TYPE_UINT64 ? number >= 0
                                      : true;
    if (!fits)
        return fail(reader, name, value, "a number in range");
    if (value->kind == TREE_INT) {
        *ret_value = value;
    } else {
        struct tree *node = tree_int(reader->arena, number);
        node->offset = value->offset;
        *ret_value = node;
    }
    return true;
}

static bool enum_read(const struct reader *reader, struct slice name, const struct tree *value,
                      const struct type *type, const struct tree **ret_value)
{
    for (size_t i = 0; i < type->value_count; i++) {
        const struct type_enum_value *known = &type->values[i];
        if (tree_text_is(value, known->name) || (value->kind == TREE_INT && value->integer == known->number)) {
            *ret_value = value->kind == TREE_STRING ? value : tree_string(reader->arena, known->name);
            return true;
        }
    }
    if (value->kind == TREE_INT) { /* an open enum keeps numbers that it has no name for */
        *ret_value = value;
        return true;
    }
    char expected[300] = "one of";
    size_t length = strlen(expected);
    for (size_t i = 0; i < type->value_count && length + type->values[i].name.length + 2 < sizeof expected; i++) {
        expected[length++] = ' ';
        memcpy(expected + length, type->values[i].name.bytes, type->values[i].name.length);
        length += type->values[i].name.length;
    }
    expected[length] = '\0';
    return fail(reader, name, value, expected);
}

static bool list_read(const struct reader *reader, struct slice name, const struct tree *value,
                      const struct type *type, const struct tree **ret_value)
{
    if (value->kind != TREE_LIST)
        return fail(reader, name, value, "a list");
    struct tree *list = tree_list(reader->arena, value->list.count);
    for (size_t i = 0; i < value->list.count; i++) {
        const struct tree *item;
        if (!value_read(reader, name, value->list.items[i], type->element, &item))
            return false;
        tree_append(reader->arena, list, item);
    }
    *ret_value = list;
    return true;
}

static bool map_read(const struct reader *reader, struct slice name, const struct tree *value, const struct type *type,
                     const struct tree **ret_value)
{
    if (value->kind != TREE_MAP)
        return fail(reader, name, value, "an object");
    struct tree *map = tree_map(reader->arena, value->map.count);
    for (size_t i = 0; i < value->map.count; i++) {
        const struct tree_entry *entry = &value->map.entries[i];
        const struct tree *item = &tree_empty_string_node;
        bool is_null_text = entry->value->kind == TREE_NULL && type->element->kind == TYPE_STRING;
        if (!is_null_text && !value_read(reader, entry->key, entry->value, type->element, &item))
            return error_wrap(reader->error, "%.*s", SLICE_ARGS(name));
        tree_put_new(reader->arena, map, entry->key, entry->key_offset, item);
    }
    *ret_value = map;
    return true;
}

static bool message_read(const struct reader *reader, const struct tree *base, const struct tree *overlay,
                         const struct type *type, const struct tree **ret_message)
{
    struct tree *message = base ? tree_copy_shallow(reader->arena, base) : tree_map(reader->arena, overlay->map.count);
    message->offset = overlay->offset;
    for (size_t i = 0; i < overlay->map.count; i++) {
        const struct tree_entry *entry = &overlay->map.entries[i];
        const struct type_field *field = field_of(type, entry->key);
        const struct tree *value;
        if (!field || entry->value->kind == TREE_NULL)
            continue;
        if (!value_read(reader, field->json_name, entry->value, field->type, &value))
            return false;
        tree_put_at(reader->arena, message, field->json_name, entry->key_offset, value);
    }
    *ret_message = message;
    return true;
}

static bool value_read(const struct reader *reader, struct slice name, const struct tree *value,
                       const struct type *type, const struct tree **ret_value)
{
    *ret_value = value;
    switch (type->kind) {
    case TYPE_BOOL:
        return value->kind == TREE_BOOL || fail(reader, name, value, "true or false");
    case TYPE_INT32:
    case TYPE_INT64:
    case TYPE_UINT32:
    case TYPE_UINT64:
        return integer_read(reader, name, value, type->kind, ret_value);
    case TYPE_FLOAT64:
        return value->kind == TREE_INT || value->kind == TREE_FLOAT || fail(reader, name, value, "a number");
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_TIME:
        return value->kind == TREE_STRING || fail(reader, name, value, "a string (put it in quotes)");
    case TYPE_DURATION:
        return duration_read(reader, name, value, ret_value);
    case TYPE_ENUM:
        return enum_read(reader, name, value, type, ret_value);
    case TYPE_WRAPPER:
        return value_read(reader, name, value, type->element, ret_value);
    case TYPE_LIST:
        return list_read(reader, name, value, type, ret_value);
    case TYPE_MAP:
        return map_read(reader, name, value, type, ret_value);
    case TYPE_STRUCT:
        if (value->kind != TREE_MAP)
            return fail(reader, name, value, "an object");
        return message_read(reader, NULL, value, type, ret_value) ||
               error_wrap(reader->error, "%.*s", SLICE_ARGS(name));
    case TYPE_ANY:
    case TYPE_QUANTITY:
    case TYPE_INT_OR_STRING:
        return true;
    }
    return true;
}

bool message_overlay(struct arena *arena, const struct source *source, const struct tree *base,
                     const struct tree *overlay, const struct type *type, const struct tree **ret_message,
                     struct error *error)
{
    const struct reader reader = {arena, source, error};
    if (overlay->kind != TREE_MAP)
        return error_at(error, ERROR_VALUE, source, overlay->offset == TREE_NO_OFFSET ? 0 : overlay->offset,
                        "found %s, want an object with fields such as %.*s", tree_kind_name(overlay),
                        SLICE_ARGS(type->fields[0].json_name));
    return message_read(&reader, base, overlay, type, ret_message);
}
