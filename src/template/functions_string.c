#include "template/container.h"
#include "template/function.h"
#include "template/letter.h"
#include "template/print.h"
#include "template/quote.h"
#include "template/word_case.h"
#include "base/rune.h"
#include <stdlib.h>

/* sprig's functions of texts. */

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

static struct slice text_of(const struct call *call, size_t at)
{
    return call->arguments[at].string;
}

/* sprig's strval: texts as they are, others as fmt prints them. */
bool function_print_text(struct execution *execution, struct buffer *out, const struct template_value *value)
{
    if (value->kind == TEMPLATE_STRING && !value->pointer) {
        buffer_add_slice(out, value->string);
        return true;
    }
    return print_any(execution, out, value);
}

static bool call_to_string(struct call *call, struct template_value *ret)
{
    size_t begin = scratch_begin(call->execution);
    return function_print_text(call->execution, &call->execution->scratch, &call->arguments[0]) &&
           scratch_end_value(call->execution, begin, ret);
}

/* ---- trimming ---- */

static bool call_trim(struct call *call, struct template_value *ret)
{
    return give(ret, letter_trim(text_of(call, 0)));
}

static bool is_in_set(struct slice set, struct slice rune)
{
    size_t length;
    for (size_t at = 0; at < set.length; at += length) {
        rune_decode(slice_from_offset(set, at), &length);
        if (slice_equal(slice_range(set, at, at + length), rune))
            return true;
    }
    return false;
}

static bool call_trim_all(struct call *call, struct template_value *ret)
{
    struct slice set = text_of(call, 0), text = text_of(call, 1);
    size_t length;
    while (text.length) {
        rune_decode(text, &length);
        if (!is_in_set(set, slice_range(text, 0, length)))
            break;
        text = slice_from_offset(text, length);
    }
    while (text.length) {
        size_t start = text.length - 1;
        while (start && text.length - start < 4 && ((unsigned char)text.bytes[start] & 0xc0) == 0x80)
            start--;
        struct slice last = slice_from_offset(text, start);
        rune_decode(last, &length);
        if (length != last.length)
            last = slice_from_offset(text, text.length - 1);
        if (!is_in_set(set, last))
            break;
        text.length -= last.length;
    }
    return give(ret, text);
}

static bool call_trim_prefix(struct call *call, struct template_value *ret)
{
    struct slice prefix = text_of(call, 0), text = text_of(call, 1);
    return give(ret, slice_starts(text, prefix) ? slice_from_offset(text, prefix.length) : text);
}

static bool call_trim_suffix(struct call *call, struct template_value *ret)
{
    struct slice suffix = text_of(call, 0), text = text_of(call, 1);
    return give(ret, slice_ends(text, suffix) ? slice_range(text, 0, text.length - suffix.length) : text);
}

static bool call_has_prefix(struct call *call, struct template_value *ret)
{
    return give_bool(ret, slice_starts(text_of(call, 1), text_of(call, 0)));
}

static bool call_has_suffix(struct call *call, struct template_value *ret)
{
    return give_bool(ret, slice_ends(text_of(call, 1), text_of(call, 0)));
}

static bool call_trunc(struct call *call, struct template_value *ret)
{
    int64_t count = call->arguments[0].integer;
    struct slice text = text_of(call, 1);
    int64_t length = (int64_t)text.length;
    if (count < 0 && count > -length)
        return give(ret, slice_from_offset(text, (size_t)(length + count)));
    return give(ret, count >= 0 && length > count ? slice_range(text, 0, (size_t)count) : text);
}

static bool call_substr(struct call *call, struct template_value *ret)
{
    int64_t start = call->arguments[0].integer, end = call->arguments[1].integer;
    struct slice text = text_of(call, 2);
    int64_t length = (int64_t)text.length;
    if (start < 0)
        start = 0;
    else if (end < 0 || end > length)
        end = length;
    if (end < 0 || end > length)
        return call_fail(call, "slice bounds out of range [:%lld] with length %lld", (long long)end, (long long)length);
    if (start > end)
        return call_fail(call, "slice bounds out of range [%lld:%lld]", (long long)start, (long long)end);
    return give(ret, slice_range(text, (size_t)start, (size_t)end));
}

/* ---- abbreviation, as Apache's StringUtils has it ---- */

static bool abbreviate(struct call *call, struct slice text, int64_t offset, int64_t width, struct template_value *ret)
{
    struct arena *arena = call->execution->arena;
    int64_t length = (int64_t)text.length;
    if (length <= width)
        return give(ret, text);
    if (offset > length)
        offset = length;
    if (length - offset < width - 3)
        offset = length - (width - 3);
    if (offset <= 4)
        return give(ret, arena_join(arena, slice_range(text, 0, (size_t)(width - 3)), SLICE("...")));
    if (width < 7)
        return give(ret, SLICE(""));
    if (offset + width - 3 < length) {
        struct template_value inner;
        if (width - 3 < 4)
            inner = template_from_string(SLICE(""));
        else if (!abbreviate(call, slice_from_offset(text, (size_t)offset), 0, width - 3, &inner))
            return false;
        return give(ret, arena_join(arena, SLICE("..."), inner.string));
    }
    return give(ret, arena_join(arena, SLICE("..."), slice_from_offset(text, (size_t)(length - (width - 3)))));
}

static bool call_abbrev(struct call *call, struct template_value *ret)
{
    int64_t width = call->arguments[0].integer;
    return width < 4 ? give(ret, text_of(call, 1)) : abbreviate(call, text_of(call, 1), 0, width, ret);
}

static bool call_abbrevboth(struct call *call, struct template_value *ret)
{
    int64_t left = call->arguments[0].integer, right = call->arguments[1].integer;
    if (right < 4 || (left > 0 && right < 7))
        return give(ret, text_of(call, 2));
    return abbreviate(call, text_of(call, 2), left, right, ret);
}

/* ---- case ---- */

static bool call_upper(struct call *call, struct template_value *ret)
{
    return give(ret, letter_map(call->execution->arena, text_of(call, 0), letter_to_upper));
}

static bool call_lower(struct call *call, struct template_value *ret)
{
    return give(ret, letter_map(call->execution->arena, text_of(call, 0), letter_to_lower));
}

typedef void (*change_case)(struct buffer *out, struct slice text);

static bool with_changed_case(struct call *call, change_case change, struct template_value *ret)
{
    size_t begin = scratch_begin(call->execution);
    change(&call->execution->scratch, text_of(call, 0));
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_title(struct call *call, struct template_value *ret)
{
    return with_changed_case(call, word_case_title, ret);
}

static bool call_untitle(struct call *call, struct template_value *ret)
{
    return with_changed_case(call, word_case_untitle, ret);
}

static bool call_swapcase(struct call *call, struct template_value *ret)
{
    return with_changed_case(call, word_case_swap, ret);
}

static bool call_camelcase(struct call *call, struct template_value *ret)
{
    return with_changed_case(call, word_case_camel, ret);
}

static bool call_snakecase(struct call *call, struct template_value *ret)
{
    return with_changed_case(call, word_case_snake, ret);
}

static bool call_kebabcase(struct call *call, struct template_value *ret)
{
    return with_changed_case(call, word_case_kebab, ret);
}

static bool call_initials(struct call *call, struct template_value *ret)
{
    return with_changed_case(call, word_case_initials, ret);
}

static bool call_nospace(struct call *call, struct template_value *ret)
{
    return with_changed_case(call, word_case_no_space, ret);
}

/* ---- repetition, replacement, layout ---- */

static bool call_repeat(struct call *call, struct template_value *ret)
{
    int64_t count = call->arguments[0].integer;
    struct slice text = text_of(call, 1);
    if (count < 0)
        return call_fail(call, "strings: negative Repeat count");
    if (!execution_allows_text(call->execution, text.length, (size_t)count))
        return false;
    char *out = arena_take(call->execution->arena, text.length * (size_t)count + 1);
    for (int64_t i = 0; i < count && text.length; i++)
        memcpy(out + (size_t)i * text.length, text.bytes, text.length);
    return give(ret, (struct slice){out, text.length * (size_t)count});
}

static bool call_replace(struct call *call, struct template_value *ret)
{
    struct slice old = text_of(call, 0), new = text_of(call, 1), text = text_of(call, 2);
    if (slice_equal(old, new) || slice_find(text, old) == SLICE_NONE)
        return give(ret, text);
    size_t begin = scratch_begin(call->execution), at = 0;
    struct buffer *out = &call->execution->scratch;
    if (!old.length) /* between all characters */
        buffer_add_slice(out, new);
    while (at < text.length && !out->overflowed) {
        struct slice rest = slice_from_offset(text, at);
        size_t found;
        if (old.length)
            found = slice_find(rest, old);
        else
            rune_decode(rest, &found);
        if (found == SLICE_NONE) {
            buffer_add_slice(out, rest);
            break;
        }
        buffer_add(out, rest.bytes, found);
        buffer_add_slice(out, new);
        at += found + old.length;
    }
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_nindent(struct call *call, struct template_value *ret)
{
    int64_t blanks = call->arguments[0].integer;
    if (blanks < 0)
        return call_fail(call, "strings: negative Repeat count");
    if (!execution_allows_text(call->execution, (size_t)blanks, 1))
        return false;
    struct slice text = text_of(call, 1);
    size_t begin = scratch_begin(call->execution), line_end;
    struct buffer *out = &call->execution->scratch;
    buffer_add_byte(out, '\n');
    buffer_add_repeated(out, ' ', (size_t)blanks);
    while ((line_end = slice_find_byte(text, '\n')) != SLICE_NONE && !out->overflowed) {
        buffer_add(out, text.bytes, line_end + 1);
        buffer_add_repeated(out, ' ', (size_t)blanks);
        text = slice_from_offset(text, line_end + 1);
    }
    buffer_add_slice(out, text);
    return scratch_end_value(call->execution, begin, ret);
}

/* Lines of at most `width` bytes, broken at blanks; with `cut`, words longer than a line are cut. */
static bool wrap(struct call *call, struct slice text, int64_t wanted, struct slice separator, bool cut,
                 struct template_value *ret)
{
    size_t width = wanted < 1 ? 1 : (size_t)wanted, at = 0;
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    if (!separator.length)
        separator = SLICE("\n");
    while (text.length - at > width && !out->overflowed) {
        if (text.bytes[at] == ' ') {
            at++;
            continue;
        }
        size_t blank = slice_find_last(slice_range(text, at, at + width + 1), SLICE(" "));
        size_t end = at + width, next = at + width;
        if (blank != SLICE_NONE) {
            end = at + blank;
            next = end + 1;
        } else if (!cut) {
            size_t after = slice_find_byte(slice_from_offset(text, at + width), ' ');
            if (after == SLICE_NONE)
                break;
            end = at + width + after;
            next = end + 1;
        }
        buffer_add(out, text.bytes + at, end - at);
        buffer_add_slice(out, separator);
        at = next;
    }
    buffer_add_slice(out, slice_from_offset(text, at));
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_wrap(struct call *call, struct template_value *ret)
{
    return wrap(call, text_of(call, 1), call->arguments[0].integer, SLICE(""), false, ret);
}

static bool call_wrap_with(struct call *call, struct template_value *ret)
{
    return wrap(call, text_of(call, 2), call->arguments[0].integer, text_of(call, 1), true, ret);
}

/* ---- several values as one text ---- */

static bool call_quote(struct call *call, struct template_value *ret)
{
    struct buffer *out = &call->execution->scratch;
    size_t begin = scratch_begin(call->execution);
    bool first = true;
    for (size_t i = 0; i < call->count; i++) {
        const struct template_value *value = &call->arguments[i];
        struct slice text = value->string;
        if (value_is_absent(value) && !value->pointer)
            continue;
        if (value->kind != TEMPLATE_STRING || value->pointer) {
            size_t inner = scratch_begin(call->execution);
            if (!function_print_text(call->execution, out, value) || !scratch_end(call->execution, inner, &text))
                return false;
        }
        if (!first)
            buffer_add_byte(out, ' ');
        first = false;
        quote_write(out, text, false);
    }
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_squote(struct call *call, struct template_value *ret)
{
    struct buffer *out = &call->execution->scratch;
    size_t begin = scratch_begin(call->execution);
    bool first = true;
    for (size_t i = 0; i < call->count; i++) {
        if (value_is_absent(&call->arguments[i]))
            continue;
        if (!first)
            buffer_add_byte(out, ' ');
        first = false;
        buffer_add_byte(out, '\'');
        if (!print_any(call->execution, out, &call->arguments[i]))
            return false;
        buffer_add_byte(out, '\'');
    }
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_cat(struct call *call, struct template_value *ret)
{
    struct buffer *out = &call->execution->scratch;
    size_t begin = scratch_begin(call->execution);
    bool first = true;
    for (size_t i = 0; i < call->count; i++) {
        if (value_is_absent(&call->arguments[i]))
            continue;
        if (!first)
            buffer_add_byte(out, ' ');
        first = false;
        if (!print_any(call->execution, out, &call->arguments[i]))
            return false;
    }
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_plural(struct call *call, struct template_value *ret)
{
    return give(ret, text_of(call, call->arguments[2].integer == 1 ? 0 : 1));
}

static bool call_hello(struct call *call, struct template_value *ret)
{
    (void)call;
    return give(ret, SLICE("Hello!"));
}

/* ---- splitting and joining ---- */

/* The parts between separators, at most `most` (negative: all); without a separator the characters. */
static bool split(struct call *call, struct slice text, struct slice separator, int64_t most,
                  struct template_value *ret)
{
    struct execution *execution = call->execution;
    size_t count = 1, found, length;
    if (most == 0) {
        *ret = list_new(execution, ELEMENT_STRING, 0);
        ret->is_nil = true;
        return true;
    }
    if (!separator.length) {
        count = rune_count(text);
    } else {
        for (struct slice rest = text; (found = slice_find(rest, separator)) != SLICE_NONE; count++)
            rest = slice_from_offset(rest, found + separator.length);
    }
    if (most > 0 && count > (size_t)most)
        count = (size_t)most;
    if (!execution_allows_items(execution, count))
        return false;
    *ret = list_new(execution, ELEMENT_STRING, count);
    for (size_t i = 0; i + 1 < count; i++) {
        if (separator.length) {
            found = slice_find(text, separator);
            length = separator.length;
        } else {
            rune_decode(text, &found);
            length = 0;
        }
        ret->list->items[i] = template_from_string(slice_range(text, 0, found));
        text = slice_from_offset(text, found + length);
    }
    if (count)
        ret->list->items[count - 1] = template_from_string(text);
    return true;
}

static bool call_split_list(struct call *call, struct template_value *ret)
{
    return split(call, text_of(call, 1), text_of(call, 0), -1, ret);
}

/* {"_0": first part, ...} */
static bool parts_as_map(struct call *call, const struct template_value *parts, struct template_value *ret)
{
    *ret = map_new(call->execution, ELEMENT_STRING, parts->list->count);
    for (size_t i = 0; i < parts->list->count; i++)
        map_put(call->execution, ret->map, arena_format(call->execution->arena, "_%zu", i), parts->list->items[i]);
    return true;
}

static bool call_split(struct call *call, struct template_value *ret)
{
    struct template_value parts;
    return split(call, text_of(call, 1), text_of(call, 0), -1, &parts) && parts_as_map(call, &parts, ret);
}

static bool call_splitn(struct call *call, struct template_value *ret)
{
    struct template_value parts;
    return split(call, text_of(call, 2), text_of(call, 0), call->arguments[1].integer, &parts) &&
           parts_as_map(call, &parts, ret);
}

/* sprig's strslice: the items that are not nil, as texts. A list of strings stays the very same list. */
static bool as_strings(struct call *call, const struct template_value *value, struct template_value *ret)
{
    struct execution *execution = call->execution;
    if (value->kind == TEMPLATE_LIST && value->list->element == ELEMENT_STRING) {
        *ret = *value;
        return true;
    }
    size_t count = 0;
    struct template_value single = *value, *items = &single;
    if (value_is_list(value))
        items = list_items(execution, value, &count);
    else
        count = value_is_absent(value) ? 0 : 1;
    if (!execution_allows_items(execution, count))
        return false;
    *ret = list_new(execution, ELEMENT_STRING, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct template_value item = value_unbox(items[i]);
        if (value_is_absent(&item))
            continue;
        size_t begin = scratch_begin(execution);
        if (item.kind != TEMPLATE_STRING && (!function_print_text(execution, &execution->scratch, &item) ||
                                             !scratch_end_value(execution, begin, &item)))
            return false;
        ret->list->items[kept++] = item;
    }
    ret->list->count = kept;
    return true;
}

static bool call_to_strings(struct call *call, struct template_value *ret)
{
    return as_strings(call, &call->arguments[0], ret);
}

static bool call_join(struct call *call, struct template_value *ret)
{
    struct template_value list;
    if (!as_strings(call, &call->arguments[1], &list))
        return false;
    size_t begin = scratch_begin(call->execution);
    for (size_t i = 0; !list.is_nil && i < list.list->count && !call->execution->scratch.overflowed; i++) {
        if (i)
            buffer_add_slice(&call->execution->scratch, text_of(call, 0));
        buffer_add_slice(&call->execution->scratch, list.list->items[i].string);
    }
    return scratch_end_value(call->execution, begin, ret);
}

static int compare_texts(const void *a, const void *b)
{
    return slice_compare(((const struct template_value *)a)->string, ((const struct template_value *)b)->string);
}

/* Sorts a list of strings in place, as sprig does. */
static bool call_sort_alpha(struct call *call, struct template_value *ret)
{
    if (!as_strings(call, &call->arguments[0], ret))
        return false;
    if (!value_is_list(&call->arguments[0]) && !ret->list->count) { /* what is no list is printed, even nil */
        *ret = list_new(call->execution, ELEMENT_STRING, 1);
        ret->list->items[0] = template_from_string(SLICE("<nil>"));
    }
    if (!ret->is_nil)
        qsort(ret->list->items, ret->list->count, sizeof *ret->list->items, compare_texts);
    return true;
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("abbrev"), call_abbrev, 0, 2, {TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("abbrevboth"), call_abbrevboth, 0, 3, {TAKES_INT, TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("camelcase"), call_camelcase, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("cat"), call_cat, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("hasPrefix"), call_has_prefix, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("hasSuffix"), call_has_suffix, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("hello"), call_hello, 0, 0, {TAKES_NOTHING}},
    {SLICE_CONSTANT("initials"), call_initials, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("join"), call_join, 0, 2, {TAKES_STRING, TAKES_ANY}},
    {SLICE_CONSTANT("kebabcase"), call_kebabcase, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("lower"), call_lower, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("nindent"), call_nindent, 0, 2, {TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("nospace"), call_nospace, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("plural"), call_plural, 0, 3, {TAKES_STRING, TAKES_STRING, TAKES_INT}},
    {SLICE_CONSTANT("quote"), call_quote, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("repeat"), call_repeat, 0, 2, {TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("replace"), call_replace, 0, 3, {TAKES_STRING, TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("snakecase"), call_snakecase, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("sortAlpha"), call_sort_alpha, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("split"), call_split, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("splitList"), call_split_list, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("splitn"), call_splitn, 0, 3, {TAKES_STRING, TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("squote"), call_squote, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("substr"), call_substr, 0, 3, {TAKES_INT, TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("swapcase"), call_swapcase, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("title"), call_title, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("toString"), call_to_string, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("toStrings"), call_to_strings, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("trim"), call_trim, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("trimAll"), call_trim_all, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("trimPrefix"), call_trim_prefix, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("trimSuffix"), call_trim_suffix, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("trimall"), call_trim_all, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("trunc"), call_trunc, 0, 2, {TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("untitle"), call_untitle, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("upper"), call_upper, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("wrap"), call_wrap, 0, 2, {TAKES_INT, TAKES_STRING}},
    {SLICE_CONSTANT("wrapWith"), call_wrap_with, 0, 3, {TAKES_INT, TAKES_STRING, TAKES_STRING}},
};

const struct function_table functions_string = {functions, ARRAY_LENGTH(functions)};
