#include "template/compare.h"
#include "template/container.h"
#include "template/function.h"
#include "template/letter.h"
#include "template/print.h"
#include "template/record.h"
#include "base/rune.h"

/* Go's own functions (text/template, "Functions"). */

static bool call_eq(struct call *call, struct template_value *ret)
{
    if (call->count < 2)
        return call_fail(call, "missing argument for comparison");
    bool equal = false;
    for (size_t i = 1; i < call->count && !equal; i++)
        if (!compare_equal(call, &call->arguments[0], &call->arguments[i], &equal))
            return false;
    *ret = template_from_bool(equal);
    return true;
}

static bool call_ne(struct call *call, struct template_value *ret)
{
    bool equal;
    if (!compare_equal(call, &call->arguments[0], &call->arguments[1], &equal))
        return false;
    *ret = template_from_bool(!equal);
    return true;
}

static bool call_lt(struct call *call, struct template_value *ret)
{
    bool less;
    if (!compare_less(call, &call->arguments[0], &call->arguments[1], &less))
        return false;
    *ret = template_from_bool(less);
    return true;
}

static bool less_or_equal(struct call *call, bool *ret)
{
    if (!compare_less(call, &call->arguments[0], &call->arguments[1], ret))
        return false;
    return *ret || compare_equal(call, &call->arguments[0], &call->arguments[1], ret);
}

static bool call_le(struct call *call, struct template_value *ret)
{
    bool result;
    if (!less_or_equal(call, &result))
        return false;
    *ret = template_from_bool(result);
    return true;
}

static bool call_gt(struct call *call, struct template_value *ret)
{
    bool result;
    if (!less_or_equal(call, &result))
        return false;
    *ret = template_from_bool(!result);
    return true;
}

static bool call_ge(struct call *call, struct template_value *ret)
{
    if (!call_lt(call, ret))
        return false;
    ret->boolean = !ret->boolean;
    return true;
}

static bool call_not(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(!value_is_true(&call->arguments[0]));
    return true;
}

static bool call_call(struct call *call, struct template_value *ret)
{
    (void)ret;
    struct template_value callee = value_unbox(call->arguments[0]);
    if (callee.kind == TEMPLATE_NONE)
        return call_fail(call, "call of nil");
    return call_fail(call, "non-function %.*s of type %s", SLICE_ARGS(call->first), print_type_text(&callee).text);
}

/* ---- index, slice, len ---- */

static bool index_number(struct call *call, struct template_value index, size_t limit, size_t *ret)
{
    if (index.kind == TEMPLATE_NONE)
        return call_fail(call, "cannot index slice/array with nil");
    bool is_integer = (index.kind >= TEMPLATE_INT && index.kind <= TEMPLATE_UINT64) || index.kind == TEMPLATE_ENUM ||
                      index.kind == TEMPLATE_DURATION;
    if (!is_integer || index.pointer)
        return call_fail(call, "cannot index slice/array with type %s", print_type_text(&index).text);
    if (index.integer < 0 || index.natural > limit)
        return call_fail(call, "index out of range: %lld", (long long)index.integer);
    *ret = (size_t)index.natural;
    return true;
}

static bool index_one(struct call *call, struct template_value *item, struct template_value index)
{
    if (item->kind == TEMPLATE_NIL || (item->pointer && item->is_nil))
        return call_fail(call, "index of nil pointer");
    if (item->pointer &&
        (item->kind == TEMPLATE_TREE_MAP || item->kind == TEMPLATE_TREE_LIST || item->kind == TEMPLATE_STRING))
        item->pointer = false;
    size_t at;
    struct template_value found;
    if (value_is_list(item)) {
        size_t count = value_count(call->execution, item);
        if (!index_number(call, index, count, &at))
            return false;
        if (at == count)
            return call_fail(call, "reflect: slice index out of range");
        found = list_get(call->execution, item, at);
    } else if (item->kind == TEMPLATE_STRING && !item->pointer) {
        if (!index_number(call, index, item->string.length, &at))
            return false;
        if (at == item->string.length)
            return call_fail(call, "reflect: string index out of range");
        found = (struct template_value){.kind = TEMPLATE_UINT8, .natural = (unsigned char)item->string.bytes[at]};
    } else if (value_is_map(item)) {
        if (index.kind == TEMPLATE_NONE)
            return call_fail(call, "value is nil; should be of type string");
        if (index.kind != TEMPLATE_STRING || index.pointer)
            return call_fail(call, "value has type %s; should be string", print_type_text(&index).text);
        if (!map_find(call->execution, item, index.string, &found))
            found = map_zero(item);
    } else {
        return call_fail(call, "can't index item of type %s", print_type_text(item).text);
    }
    *item = found;
    return true;
}

static bool call_index(struct call *call, struct template_value *ret)
{
    struct template_value item = value_unbox(call->arguments[0]);
    if (item.kind == TEMPLATE_NONE)
        return call_fail(call, "index of untyped nil");
    for (size_t i = 1; i < call->count; i++)
        if (!index_one(call, &item, value_unbox(call->arguments[i])))
            return false;
    *ret = item;
    return true;
}

static bool call_slice(struct call *call, struct template_value *ret)
{
    struct template_value item = value_unbox(call->arguments[0]);
    size_t indexes = call->count - 1;
    if (item.kind == TEMPLATE_NONE)
        return call_fail(call, "slice of untyped nil");
    if (item.pointer && item.is_nil)
        return call_fail(call, "slice of nil pointer");
    if (indexes > 3)
        return call_fail(call, "too many slice indexes: %zu", indexes);
    bool is_string = item.kind == TEMPLATE_STRING;
    if (is_string && indexes == 3)
        return call_fail(call, "cannot 3-index slice a string");
    if (!is_string && !value_is_list(&item))
        return call_fail(call, "can't slice item of type %s", print_type_text(&item).text);
    size_t length = is_string ? item.string.length : value_count(call->execution, &item);
    size_t at[3] = {0, length, length};
    for (size_t i = 0; i < indexes; i++)
        if (!index_number(call, value_unbox(call->arguments[i + 1]), length, &at[i]))
            return false;
    if (at[0] > at[1])
        return call_fail(call, "invalid slice index: %zu > %zu", at[0], at[1]);
    if (indexes == 3 && at[1] > at[2])
        return call_fail(call, "invalid slice index: %zu > %zu", at[1], at[2]);
    if (is_string) {
        *ret = template_from_string(slice_range(item.string, at[0], at[1]));
        return true;
    }
    *ret = list_part(call->execution, &item, at[0], at[1]);
    return true;
}

static bool call_len(struct call *call, struct template_value *ret)
{
    struct template_value item = call->arguments[0];
    if (item.kind == TEMPLATE_NIL || (item.pointer && item.is_nil))
        return call_fail(call, "len of nil pointer");
    if (item.kind == TEMPLATE_NONE)
        return call_fail(call, "len of no value");
    item.pointer = item.pointer && item.kind >= TEMPLATE_STRUCT;
    if (item.kind == TEMPLATE_STRING)
        *ret = template_from_int((int64_t)item.string.length);
    else if (value_is_list(&item) || value_is_map(&item))
        *ret = template_from_int((int64_t)value_count(call->execution, &item));
    else
        return call_fail(call, "len of type %s", print_type_text(&item).text);
    return true;
}

/* ---- print and escape ---- */

static bool call_print(struct call *call, struct template_value *ret)
{
    size_t begin = scratch_begin(call->execution);
    return print_all(call->execution, &call->execution->scratch, call->arguments, call->count) &&
           scratch_end_value(call->execution, begin, ret);
}

static bool call_println(struct call *call, struct template_value *ret)
{
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    for (size_t i = 0; i < call->count; i++) {
        if (i)
            buffer_add_byte(out, ' ');
        if (!print_any(call->execution, out, &call->arguments[i]))
            return false;
    }
    buffer_add_byte(out, '\n');
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_printf(struct call *call, struct template_value *ret)
{
    size_t begin = scratch_begin(call->execution);
    return print_format(call->execution, &call->execution->scratch, call->arguments[0].string, call->arguments + 1,
                        call->count - 1) &&
           scratch_end_value(call->execution, begin, ret);
}

/* The arguments of the escaping functions as one text. */
static bool joined_text(struct call *call, struct slice *ret)
{
    if (call->count == 1 && call->arguments[0].kind == TEMPLATE_STRING && !call->arguments[0].pointer) {
        *ret = call->arguments[0].string;
        return true;
    }
    size_t begin = scratch_begin(call->execution);
    for (size_t i = 0; i < call->count; i++) { /* to Go's evalArgs an absent value is "<no value>" */
        if (value_is_absent(&call->arguments[i]) && !call->arguments[i].pointer)
            call->arguments[i] = template_from_string(SLICE("<no value>"));
    }
    return print_all(call->execution, &call->execution->scratch, call->arguments, call->count) &&
           scratch_end(call->execution, begin, ret);
}

static bool call_html(struct call *call, struct template_value *ret)
{
    struct slice text;
    if (!joined_text(call, &text))
        return false;
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    for (size_t i = 0; i < text.length && !out->overflowed; i++)
        switch (text.bytes[i]) {
        case '\0':
            buffer_add_literal(out, "\xef\xbf\xbd");
            break;
        case '"':
            buffer_add_literal(out, "&#34;");
            break;
        case '\'':
            buffer_add_literal(out, "&#39;");
            break;
        case '&':
            buffer_add_literal(out, "&amp;");
            break;
        case '<':
            buffer_add_literal(out, "&lt;");
            break;
        case '>':
            buffer_add_literal(out, "&gt;");
            break;
        default:
            buffer_add_byte(out, text.bytes[i]);
        }
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_js(struct call *call, struct template_value *ret)
{
    struct slice text;
    if (!joined_text(call, &text))
        return false;
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    for (size_t at = 0, length; at < text.length && !out->overflowed; at += length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        if (rune == '\\' || rune == '\'' || rune == '"') {
            buffer_add_byte(out, '\\');
            buffer_add_byte(out, (char)rune);
        } else if (rune == '<' || rune == '>' || rune == '&' || rune == '=' || rune < ' ') {
            buffer_format(out, "\\u%04X", rune);
        } else if (rune < 0x80 || letter_is_printable(rune)) {
            buffer_add(out, text.bytes + at, length);
        } else {
            buffer_format(out, "\\u%04X", rune);
        }
    }
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_urlquery(struct call *call, struct template_value *ret)
{
    struct slice text;
    if (!joined_text(call, &text))
        return false;
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    for (size_t i = 0; i < text.length && !out->overflowed; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '_' || c == '.' ||
            c == '~')
            buffer_add_byte(out, (char)c);
        else if (c == ' ')
            buffer_add_byte(out, '+');
        else
            buffer_format(out, "%%%02X", c);
    }
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_logic(struct call *call, struct template_value *ret)
{
    (void)ret; /* {{ and }} and {{ or }} are evaluated argument by argument, before any call */
    return call_fail(call, "not reached");
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("and"), call_logic, FUNCTION_VARIADIC | FUNCTION_AND, 2, {TAKES_VALUE, TAKES_VALUE}},
    {SLICE_CONSTANT("call"), call_call, FUNCTION_VARIADIC | FUNCTION_CALL, 2, {TAKES_VALUE, TAKES_VALUE}},
    {SLICE_CONSTANT("eq"), call_eq, FUNCTION_VARIADIC, 2, {TAKES_VALUE, TAKES_VALUE}},
    {SLICE_CONSTANT("ge"), call_ge, 0, 2, {TAKES_VALUE, TAKES_VALUE}},
    {SLICE_CONSTANT("gt"), call_gt, 0, 2, {TAKES_VALUE, TAKES_VALUE}},
    {SLICE_CONSTANT("html"), call_html, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("index"), call_index, FUNCTION_VARIADIC, 2, {TAKES_VALUE, TAKES_VALUE}, record_look_up},
    {SLICE_CONSTANT("js"), call_js, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("le"), call_le, 0, 2, {TAKES_VALUE, TAKES_VALUE}},
    {SLICE_CONSTANT("len"), call_len, 0, 1, {TAKES_VALUE}},
    {SLICE_CONSTANT("lt"), call_lt, 0, 2, {TAKES_VALUE, TAKES_VALUE}},
    {SLICE_CONSTANT("ne"), call_ne, 0, 2, {TAKES_VALUE, TAKES_VALUE}},
    {SLICE_CONSTANT("not"), call_not, 0, 1, {TAKES_VALUE}},
    {SLICE_CONSTANT("or"), call_logic, FUNCTION_VARIADIC | FUNCTION_OR, 2, {TAKES_VALUE, TAKES_VALUE}},
    {SLICE_CONSTANT("print"), call_print, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("printf"), call_printf, FUNCTION_VARIADIC, 2, {TAKES_STRING, TAKES_ANY}},
    {SLICE_CONSTANT("println"), call_println, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("slice"), call_slice, FUNCTION_VARIADIC, 2, {TAKES_VALUE, TAKES_VALUE}},
    {SLICE_CONSTANT("urlquery"), call_urlquery, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
};

const struct function_table functions_builtin = {functions, ARRAY_LENGTH(functions)};
