#include "kube/conform.h"
#include "base/buffer.h"
#include "base/number.h"
#include "kube/quantity.h"
#include "kube/text.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The way down to a node, for messages. */
struct step {
    const struct step *above;
    struct slice key; /* of a map's entry; without bytes: a list's item */
    size_t index;
};

struct conform {
    struct arena *arena;
    const struct source *source;
    struct error *error;
    bool makes_text;     /* of other scalars, where text is wanted */
    bool takes_whole;    /* 3.0 for an integer */
    bool reads_integers; /* "3" for an integer */
};

static bool value(const struct conform *conform, const struct tree *node, const struct type *type,
                  const struct step *step, const struct tree **ret);

/* ---- saying what is wrong ---- */

static bool is_plain_key(struct slice key)
{
    for (size_t i = 0; i < key.length; i++) {
        char c = key.bytes[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return false;
    }
    return key.length > 0;
}

static void path_print(struct buffer *out, const struct step *step)
{
    if (!step)
        return;
    path_print(out, step->above);
    if (!step->key.bytes)
        buffer_format(out, "[%zu]", step->index);
    else if (is_plain_key(step->key))
        buffer_format(out, "%s%.*s", out->length ? "." : "", SLICE_ARGS(step->key));
    else
        buffer_format(out, "[\"%.*s\"]", SLICE_ARGS(step->key));
}

/* The value as it may stand in a message: text in quotes and cut short, nothing for null and containers. */
static void value_print(struct buffer *out, const struct tree *node)
{
    enum { TEXT_SHOWN = 60 };
    if (node->kind == TREE_STRING)
        buffer_format(out, "\"%.*s%s\" ", SLICE_ARGS(slice_range(node->string, 0, TEXT_SHOWN)),
                      node->string.length > TEXT_SHOWN ? "..." : "");
    else if (node->kind == TREE_BOOL)
        buffer_format(out, "%s ", node->boolean ? "true" : "false");
    else if (node->kind == TREE_INT)
        buffer_format(out, "%lld ", (long long)node->integer);
    else if (node->kind == TREE_FLOAT)
        buffer_format(out, "%.17g ", node->number);
}

/* `why` is what is wrong with the value, NULL for its kind. */
static bool wrong(const struct conform *conform, const struct tree *node, const struct type *type,
                  const struct step *step, const char *why)
{
    _cleanup_(buffer_done) struct buffer path = BUFFER_INIT(256), shown = BUFFER_INIT(256);
    path_print(&path, step);
    value_print(&shown, node);
    const char *name = type->name ? strrchr(type->name, '.') : NULL;
    char want[160];
    if (name)
        snprintf(want, sizeof want, "%s (%s)", type->kind == TYPE_ENUM ? "one of its names" : "an object", name + 1);
    else
        snprintf(want, sizeof want, "%s", type->name ? type->name : "something else");
    struct slice where = path.length ? buffer_slice(&path) : SLICE("the document");
    char message[sizeof conform->error->text];
    snprintf(message, sizeof message, "%.*s%s: %.*s%s%s, want %s", SLICE_ARGS(where), path.overflowed ? "..." : "",
             SLICE_ARGS(buffer_slice(&shown)), why || !shown.length ? "" : "is ", why ? why : tree_kind_name(node),
             want);
    if (conform->source && node->offset != TREE_NO_OFFSET)
        return error_at(conform->error, ERROR_VALUE, conform->source, node->offset, "%s", message);
    return error_set(conform->error, ERROR_VALUE, (struct position){0}, "%s", message);
}

/* ---- scalars ---- */

static bool number_in_range(const struct type *type, int64_t number)
{
    switch (type->kind) {
    case TYPE_INT32:
    case TYPE_ENUM:
    case TYPE_INT_OR_STRING:
        return number >= INT32_MIN && number <= INT32_MAX;
    case TYPE_UINT32:
        return number >= 0 && number <= UINT32_MAX;
    case TYPE_UINT64:
        return number >= 0;
    default:
        return true;
    }
}

static bool integer(const struct conform *conform, const struct tree *node, const struct type *type,
                    const struct step *step, const struct tree **ret)
{
    int64_t number = 0;
    *ret = node;
    if (node->kind == TREE_INT) {
        number = node->integer;
    } else if (node->kind == TREE_STRING && conform->reads_integers) {
        if (!number_parse_i64(node->string, &number))
            return wrong(conform, node, type, step, NULL);
        struct tree *whole = tree_int(conform->arena, number);
        whole->offset = node->offset;
        *ret = whole;
    } else if (node->kind == TREE_FLOAT && conform->takes_whole) {
        /* On its way through JSON 3.0 becomes 3; from 1e21 on it has an exponent and is refused. */
        if (node->number != trunc(node->number))
            return wrong(conform, node, type, step, "has a fraction");
        if (!(node->number >= -0x1p63 && node->number < 0x1p63))
            return wrong(conform, node, type, step, "is out of range");
        number = (int64_t)node->number;
        struct tree *whole = tree_int(conform->arena, number);
        whole->offset = node->offset;
        *ret = whole;
    } else {
        return wrong(conform, node, type, step, NULL);
    }
    return number_in_range(type, number) || wrong(conform, node, type, step, "is out of range");
}

/* The text that sigs.k8s.io/yaml makes of a scalar for a field that wants text. */
static const struct tree *text_of(const struct conform *conform, const struct tree *node)
{
    char text[NUMBER_TEXT_MAX];
    struct slice made = {text, 0};
    if (node->kind == TREE_BOOL) {
        made = node->boolean ? SLICE("true") : SLICE("false");
    } else if (node->kind == TREE_INT) {
        made.length = number_format_i64(node->integer, text);
    } else {
        made = node->digits;
        if (!made.length)
            made = (struct slice){text, number_format_double(node->number, NUMBER_G32, text)};
    }
    struct tree *string = tree_string(conform->arena, arena_copy(conform->arena, made));
    string->offset = node->offset;
    return string;
}

static bool text(const struct conform *conform, const struct tree *node, const struct type *type,
                 const struct step *step, const struct tree **ret)
{
    bool is_scalar = node->kind == TREE_BOOL || node->kind == TREE_INT || node->kind == TREE_FLOAT;
    if (node->kind != TREE_STRING && (!is_scalar || !conform->makes_text))
        return wrong(conform, node, type, step, NULL);
    *ret = node->kind == TREE_STRING ? node : text_of(conform, node);
    return true;
}

static bool has_digit(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] >= '0' && text.bytes[i] <= '9')
            return true;
    }
    return false;
}

static bool quantity(const struct conform *conform, const struct tree *node, const struct type *type,
                     const struct step *step, const struct tree **ret)
{
    struct kube_quantity quantity;
    if (node->kind == TREE_STRING && !kube_quantity_parse(slice_trim(node->string), &quantity, NULL))
        return wrong(conform, node, type, step, "is no quantity");
    if (node->kind != TREE_STRING && node->kind != TREE_INT && node->kind != TREE_FLOAT)
        return wrong(conform, node, type, step, NULL);
    *ret = node;
    /* Go takes a sign or a point alone for zero; others may not. */
    if (node->kind == TREE_STRING && quantity.nanos == 0 && !has_digit(node->string)) {
        struct tree *zero = tree_string(conform->arena, SLICE("0"));
        zero->offset = node->offset;
        *ret = zero;
    }
    return true;
}

static bool enumeration(const struct conform *conform, const struct tree *node, const struct type *type,
                        const struct step *step, const struct tree **ret)
{
    if (node->kind != TREE_STRING)
        return integer(conform, node, type, step, ret);
    for (size_t i = 0; i < type->value_count; i++) {
        if (slice_equal(type->values[i].name, node->string)) {
            *ret = node;
            return true;
        }
    }
    return wrong(conform, node, type, step, "is unknown");
}

/* In the one form that protojson prints, "60s" for "1m", so that whoever reads it later needs to know no other. */
static bool duration(const struct conform *conform, const struct tree *node, const struct type *type,
                     const struct step *step, const struct tree **ret)
{
    int64_t nanoseconds;
    if (node->kind != TREE_STRING || !kube_text_parse_duration(node->string, &nanoseconds))
        return wrong(conform, node, type, step, node->kind == TREE_STRING ? "is something else" : NULL);
    char fraction[16];
    int length = snprintf(fraction, sizeof fraction, ".%09lld", llabs(nanoseconds % 1000000000));
    while (length > 0 && (fraction[length - 1] == '0' || fraction[length - 1] == '.'))
        length--;
    struct slice text = arena_format(conform->arena, "%s%lld%.*ss", nanoseconds < 0 ? "-" : "",
                                     llabs(nanoseconds / 1000000000), length, fraction);
    *ret = node;
    if (!slice_equal(text, node->string)) {
        struct tree *own = tree_string(conform->arena, text);
        own->offset = node->offset;
        *ret = own;
    }
    return true;
}

static bool scalar(const struct conform *conform, const struct tree *node, const struct type *type,
                   const struct step *step, const struct tree **ret)
{
    bool fits = false;
    const char *why = NULL;
    switch (type->kind) {
    case TYPE_STRING:
        return text(conform, node, type, step, ret);
    case TYPE_INT32:
    case TYPE_INT64:
    case TYPE_UINT32:
    case TYPE_UINT64:
        return integer(conform, node, type, step, ret);
    case TYPE_QUANTITY:
        return quantity(conform, node, type, step, ret);
    case TYPE_ENUM:
        return enumeration(conform, node, type, step, ret);
    case TYPE_INT_OR_STRING:
        if (node->kind != TREE_STRING)
            return integer(conform, node, type, step, ret);
        fits = true;
        break;
    case TYPE_BOOL:
        fits = node->kind == TREE_BOOL;
        break;
    case TYPE_FLOAT64:
        fits = node->kind == TREE_INT || node->kind == TREE_FLOAT;
        break;
    case TYPE_TIME:
        fits = node->kind == TREE_STRING && kube_text_is_time(node->string);
        why = node->kind == TREE_STRING ? "is something else" : NULL;
        break;
    case TYPE_BYTES:
        fits = node->kind == TREE_STRING && kube_text_is_base64(node->string);
        why = node->kind == TREE_STRING ? "is something else" : NULL;
        break;
    case TYPE_DURATION:
        return duration(conform, node, type, step, ret);
    default:
        fits = true;
    }
    if (!fits)
        return wrong(conform, node, type, step, why);
    *ret = node;
    return true;
}

/* ---- containers ---- */

/* Go decodes null in a list or a map into an element that is its zero value. */
static const struct tree *zero_value(const struct conform *conform, const struct type *type, const struct tree *null)
{
    struct tree *zero;
    switch (type->kind) {
    case TYPE_BOOL:
        return &tree_false_node;
    case TYPE_STRING:
        return &tree_empty_string_node;
    case TYPE_STRUCT:
        return &tree_empty_map_node;
    case TYPE_INT32:
    case TYPE_INT64:
    case TYPE_INT_OR_STRING:
        return tree_int(conform->arena, 0);
    case TYPE_QUANTITY:
        zero = tree_string(conform->arena, SLICE("0"));
        zero->offset = null->offset;
        return zero;
    default:
        return null;
    }
}

static bool element(const struct conform *conform, const struct tree *node, const struct type *type,
                    const struct step *step, const struct tree **ret)
{
    if (node->kind != TREE_NULL)
        return value(conform, node, type, step, ret);
    *ret = zero_value(conform, type, node);
    return true;
}

static bool list(const struct conform *conform, const struct tree *node, const struct type *type,
                 const struct step *above, const struct tree **ret)
{
    if (node->kind != TREE_LIST)
        return wrong(conform, node, type, above, NULL);
    struct tree *copy = NULL;
    for (size_t i = 0; i < node->list.count; i++) {
        struct step step = {.above = above, .index = i};
        const struct tree *made;
        if (!element(conform, node->list.items[i], type->element, &step, &made))
            return false;
        if (made == node->list.items[i])
            continue;
        if (!copy)
            copy = tree_copy_shallow(conform->arena, node);
        tree_set_at(copy, i, made);
    }
    *ret = copy ? copy : node;
    return true;
}

/* The JSON name of a message's field that goes by its proto name: proxy_metadata is proxyMetadata. NULL when there is
 * none. */
static const struct type_field *field_by_proto_name(const struct type *type, struct slice name)
{
    char camel[128];
    size_t length = 0;
    bool raise = false;
    if (name.length > sizeof camel)
        return NULL;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        if (c != '_')
            camel[length++] = raise && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        raise = c == '_';
    }
    return type_field_by_json(type, (struct slice){camel, length});
}

static bool map(const struct conform *conform, const struct tree *node, const struct type *type,
                const struct step *above, const struct tree **ret)
{
    if (node->kind != TREE_MAP)
        return wrong(conform, node, type, above, NULL);
    struct conform inlined = *conform;
    inlined.makes_text = false;
    struct tree *copy = NULL;
    for (size_t i = 0; i < node->map.count; i++) {
        const struct tree_entry *entry = &node->map.entries[i];
        struct step step = {.above = above, .key = entry->key};
        const struct tree *made = entry->value;
        if (type->kind == TYPE_MAP) {
            if (!element(conform, entry->value, type->element, &step, &made))
                return false;
        } else {
            const struct type_field *field = type_field_by_json(type, entry->key);
            if (!field)
                continue;
            /* sigs.k8s.io/yaml looks for an inlined struct's fields one level too high and finds no text there. */
            bool is_inline = field->flags & TYPE_FIELD_INLINE;
            if (!value(is_inline ? &inlined : conform, entry->value, field->type, &step, &made))
                return false;
        }
        if (made == entry->value)
            continue;
        if (!copy)
            copy = tree_copy_shallow(conform->arena, node);
        copy->map.entries[i].value = made; /* of the same height */
    }
    *ret = copy ? copy : node;
    return true;
}

static bool message(const struct conform *conform, const struct tree *node, const struct type *type,
                    const struct step *above, const struct tree **ret)
{
    if (node->kind != TREE_MAP)
        return wrong(conform, node, type, above, NULL);
    const struct conform inner = {.arena = conform->arena, .source = conform->source, .error = conform->error,
                                  .takes_whole = true, .reads_integers = true};
    struct tree *copy = tree_map(conform->arena, node->map.count);
    bool changed = false;
    for (size_t i = 0; i < node->map.count; i++) {
        const struct tree_entry *entry = &node->map.entries[i];
        struct step step = {.above = above, .key = entry->key};
        const struct tree *made = entry->value;
        const struct type_field *field = type_field_by_json(type, entry->key);
        if (!field)
            field = field_by_proto_name(type, entry->key);
        if (field && !value(&inner, entry->value, field->type, &step, &made))
            return false;
        struct slice key = field && !slice_equal(field->json_name, entry->key) ? field->json_name : entry->key;
        changed = changed || made != entry->value || key.bytes != entry->key.bytes;
        tree_put_at(conform->arena, copy, key, entry->key_offset, made);
    }
    *ret = changed ? copy : node;
    return true;
}

static bool value(const struct conform *conform, const struct tree *node, const struct type *type,
                  const struct step *step, const struct tree **ret)
{
    *ret = node;
    if (node->kind == TREE_NULL || type->kind == TYPE_ANY)
        return true;
    switch (type->kind) {
    case TYPE_STRUCT:
        return (type->is_message ? message : map)(conform, node, type, step, ret);
    case TYPE_MAP:
        return map(conform, node, type, step, ret);
    case TYPE_LIST:
        return list(conform, node, type, step, ret);
    case TYPE_WRAPPER:
        return value(conform, node, type->element, step, ret);
    default:
        return scalar(conform, node, type, step, ret);
    }
}

bool kube_conform(struct arena *arena, const struct source *source, const struct tree *tree, const struct type *type,
                  enum kube_source from, const struct tree **ret, struct error *error)
{
    bool yaml = from == KUBE_FROM_YAML;
    struct conform conform = {.arena = arena, .source = source, .error = error, .makes_text = yaml,
                              .takes_whole = yaml};
    const struct tree *made;
    if (!value(&conform, tree, type, NULL, &made))
        return false;
    *ret = made;
    return true;
}
