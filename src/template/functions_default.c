#include "template/compare.h"
#include "template/container.h"
#include "template/convert.h"
#include "template/function.h"
#include "template/print.h"
#include "tree/json.h"

/* sprig's defaults, JSON and type functions, and its flow control. */

static bool give(struct template_value *ret, struct slice text)
{
    *ret = template_from_string(text);
    return true;
}

static bool give_bool(struct template_value *ret, bool value)
{
    *ret = template_from_bool(value);
    return true;
}

static bool call_default(struct call *call, struct template_value *ret)
{
    *ret = call->arguments[call->count < 2 || value_is_empty(&call->arguments[1]) ? 0 : 1];
    return true;
}

static bool call_empty(struct call *call, struct template_value *ret)
{
    return give_bool(ret, value_is_empty(&call->arguments[0]));
}

static bool call_coalesce(struct call *call, struct template_value *ret)
{
    for (size_t i = 0; i < call->count; i++)
        if (!value_is_empty(&call->arguments[i])) {
            *ret = call->arguments[i];
            break;
        }
    return true;
}

static bool call_all(struct call *call, struct template_value *ret)
{
    for (size_t i = 0; i < call->count; i++)
        if (value_is_empty(&call->arguments[i]))
            return give_bool(ret, false);
    return give_bool(ret, true);
}

static bool call_any(struct call *call, struct template_value *ret)
{
    for (size_t i = 0; i < call->count; i++)
        if (!value_is_empty(&call->arguments[i]))
            return give_bool(ret, true);
    return give_bool(ret, false);
}

static bool call_ternary(struct call *call, struct template_value *ret)
{
    *ret = call->arguments[call->arguments[2].boolean ? 0 : 1];
    return true;
}

static bool call_fail_message(struct call *call, struct template_value *ret)
{
    (void)ret;
    return call_fail(call, "%.*s", SLICE_ARGS(call->arguments[0].string));
}

/* ---- JSON ---- */

static bool to_json(struct call *call, enum json_style style, struct template_value *ret)
{
    const struct tree *tree;
    if (!convert_to_tree(call->execution, &call->arguments[0], &tree))
        return false;
    bool keeps_order = call->arguments[0].kind == TEMPLATE_STRUCT;
    size_t begin = scratch_begin(call->execution);
    json_write(&call->execution->scratch, tree, style | (keeps_order ? 0 : JSON_SORT_KEYS));
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_to_json(struct call *call, struct template_value *ret)
{
    return to_json(call, JSON_GO_HTML, ret);
}

static bool call_to_pretty_json(struct call *call, struct template_value *ret)
{
    return to_json(call, JSON_GO_HTML | JSON_INDENT, ret);
}

/* Not for HTML; U+2028 and U+2029 are escaped all the same. */
static bool call_to_raw_json(struct call *call, struct template_value *ret)
{
    if (!to_json(call, JSON_COMPACT, ret))
        return false;
    struct slice text = ret->string, separator = SLICE("\xe2\x80");
    size_t begin = scratch_begin(call->execution), found;
    struct buffer *out = &call->execution->scratch;
    while ((found = slice_find(text, separator)) != SLICE_NONE) {
        unsigned char last = found + 2 < text.length ? (unsigned char)text.bytes[found + 2] : 0;
        buffer_add(out, text.bytes, found);
        if (last == 0xa8 || last == 0xa9) {
            buffer_add_slice(out, last == 0xa8 ? SLICE("\\u2028") : SLICE("\\u2029"));
            text = slice_from_offset(text, found + 3);
        } else {
            buffer_add_slice(out, separator);
            text = slice_from_offset(text, found + 2);
        }
    }
    buffer_add_slice(out, text);
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_from_json(struct call *call, struct template_value *ret)
{
    struct error why;
    if (!convert_from_json(call->execution, call->arguments[0].string, ret, &why))
        *ret = TEMPLATE_NO_VALUE;
    return true;
}

static bool call_must_from_json(struct call *call, struct template_value *ret)
{
    struct error why;
    return convert_from_json(call->execution, call->arguments[0].string, ret, &why) || call_fail(call, "%s", why.text);
}

/* ---- copies ---- */

static bool deep_copy(struct call *call, const struct template_value *from, unsigned depth, struct template_value *ret)
{
    struct execution *execution = call->execution;
    size_t count;
    if (depth > VALUE_DEPTH_MAX)
        return execution_fail_limit(execution, "a value is nested deeper than %d", VALUE_DEPTH_MAX);
    if (!execution_step(execution, 1))
        return false;
    *ret = *from;
    if (from->is_nil || from->type)
        return true;
    if (value_is_list(from)) {
        struct template_value *items = list_items(execution, from, &count);
        *ret = list_new(execution, from->kind == TEMPLATE_LIST ? from->list->element : ELEMENT_ANY, count);
        for (size_t i = 0; i < count; i++)
            if (!deep_copy(call, &items[i], depth + 1, &ret->list->items[i]))
                return false;
    } else if (value_is_map(from)) {
        struct template_map_entry *entries = map_entries(execution, from, &count);
        *ret = map_new(execution, from->kind == TEMPLATE_MAP ? from->map->element : ELEMENT_ANY, count);
        for (size_t i = 0; i < count; i++) {
            struct template_value copy;
            if (!deep_copy(call, &entries[i].value, depth + 1, &copy))
                return false;
            map_put(execution, ret->map, entries[i].key, copy);
        }
    }
    ret->boxed = from->boxed;
    return true;
}

static bool call_deep_copy(struct call *call, struct template_value *ret)
{
    if (value_is_absent(&call->arguments[0]))
        return call_fail(call, "there is nothing to copy");
    return deep_copy(call, &call->arguments[0], 0, ret);
}

/* ---- types ---- */

static void write_type(struct buffer *out, const struct template_value *value)
{
    if (value_is_absent(value))
        buffer_add_literal(out, "<nil>");
    else
        print_type(out, value);
}

static bool call_type_of(struct call *call, struct template_value *ret)
{
    size_t begin = scratch_begin(call->execution);
    write_type(&call->execution->scratch, &call->arguments[0]);
    return scratch_end_value(call->execution, begin, ret);
}

static bool type_is(struct call *call, bool or_pointer, struct template_value *ret)
{
    struct template_value type;
    size_t begin = scratch_begin(call->execution);
    write_type(&call->execution->scratch, &call->arguments[1]);
    if (!scratch_end_value(call->execution, begin, &type))
        return false;
    struct slice wanted = call->arguments[0].string, got = type.string;
    return give_bool(ret, slice_equal(got, wanted) || (or_pointer && slice_starts(got, SLICE("*")) &&
                                                       slice_equal(slice_from_offset(got, 1), wanted)));
}

static bool call_type_is(struct call *call, struct template_value *ret)
{
    return type_is(call, false, ret);
}

static bool call_type_is_like(struct call *call, struct template_value *ret)
{
    return type_is(call, true, ret);
}

static bool call_kind_of(struct call *call, struct template_value *ret)
{
    return give(ret, slice_from(print_kind(&call->arguments[0])));
}

static bool call_kind_is(struct call *call, struct template_value *ret)
{
    return give_bool(ret, slice_equal(call->arguments[0].string, slice_from(print_kind(&call->arguments[1]))));
}

static bool call_deep_equal(struct call *call, struct template_value *ret)
{
    bool failed;
    *ret = template_from_bool(compare_deep_equal(call->execution, &call->arguments[0], &call->arguments[1], &failed));
    return !failed;
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("all"), call_all, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("any"), call_any, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("coalesce"), call_coalesce, FUNCTION_VARIADIC | FUNCTION_GIVES_ANY, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("deepCopy"), call_deep_copy, FUNCTION_GIVES_ANY, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("deepEqual"), call_deep_equal, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("default"), call_default, FUNCTION_VARIADIC | FUNCTION_GIVES_ANY, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("empty"), call_empty, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("fail"), call_fail_message, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("fromJson"), call_from_json, FUNCTION_GIVES_ANY, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("kindIs"), call_kind_is, 0, 2, {TAKES_STRING, TAKES_ANY}},
    {SLICE_CONSTANT("kindOf"), call_kind_of, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustDeepCopy"), call_deep_copy, FUNCTION_GIVES_ANY, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustFromJson"), call_must_from_json, FUNCTION_GIVES_ANY, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("mustToJson"), call_to_json, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustToPrettyJson"), call_to_pretty_json, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustToRawJson"), call_to_raw_json, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("ternary"), call_ternary, FUNCTION_GIVES_ANY, 3, {TAKES_ANY, TAKES_ANY, TAKES_BOOL}},
    {SLICE_CONSTANT("toJson"), call_to_json, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("toPrettyJson"), call_to_pretty_json, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("toRawJson"), call_to_raw_json, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("typeIs"), call_type_is, 0, 2, {TAKES_STRING, TAKES_ANY}},
    {SLICE_CONSTANT("typeIsLike"), call_type_is_like, 0, 2, {TAKES_STRING, TAKES_ANY}},
    {SLICE_CONSTANT("typeOf"), call_type_of, 0, 1, {TAKES_ANY}},
};

const struct function_table functions_default = {functions, ARRAY_LENGTH(functions)};
