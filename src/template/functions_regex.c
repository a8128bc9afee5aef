#include "base/number.h"
#include "base/rune.h"
#include "template/container.h"
#include "template/function.h"
#include "template/letter.h"
#include "template/regex.h"

/* sprig's regular expressions, with the rules of Go's package regexp for empty matches. */

static struct slice text_of(const struct call *call, size_t at)
{
    return call->arguments[at].string;
}

static bool compile(struct call *call, const struct regex **ret)
{
    const char *why;
    bool missing;
    *ret = regex_get(call->execution, text_of(call, 0), &why, &missing);
    return *ret || call_fail(call, "%s", why);
}

/* Where a match is looked for after an empty one. */
static size_t step_over(struct slice text, size_t at)
{
    size_t length;
    if (at >= text.length)
        return text.length + 1;
    rune_decode(slice_from_offset(text, at), &length);
    return at + length;
}

static bool call_must_match(struct call *call, struct template_value *ret)
{
    const struct regex *regex;
    const size_t *offsets;
    *ret = template_from_bool(false);
    return compile(call, &regex) && regex_match(call->execution, regex, text_of(call, 1), 0, &ret->boolean, &offsets);
}

static bool call_match(struct call *call, struct template_value *ret)
{
    const char *why;
    bool missing;
    *ret = template_from_bool(false);
    if (!regex_get(call->execution, text_of(call, 0), &why, &missing))
        return !missing || call_fail(call, "%s", why); /* a bad pattern matches nothing */
    return call_must_match(call, ret);
}

static bool call_find(struct call *call, struct template_value *ret)
{
    const struct regex *regex;
    const size_t *offsets;
    bool matched;
    if (!compile(call, &regex) || !regex_match(call->execution, regex, text_of(call, 1), 0, &matched, &offsets))
        return false;
    *ret = template_from_string(matched ? slice_range(text_of(call, 1), offsets[0], offsets[1]) : SLICE(""));
    return true;
}

/* ---- all matches ---- */

struct matches {
    size_t (*ranges)[2];
    size_t count, capacity;
};

static bool find_all(struct call *call, const struct regex *regex, struct slice text, int64_t most,
                     struct matches *matches)
{
    size_t limit = most < 0 ? text.length + 1 : (size_t)most, at = 0, previous_end = SLICE_NONE;
    const size_t *offsets;
    bool matched;
    *matches = (struct matches){0};
    while (matches->count < limit && at <= text.length) {
        if (!regex_match(call->execution, regex, text, at, &matched, &offsets))
            return false;
        if (!matched)
            break;
        bool empty = offsets[1] == at;
        bool accept = !empty || offsets[0] != previous_end; /* no empty match right behind another one */
        previous_end = offsets[1];
        if (accept) {
            if (matches->count == matches->capacity) {
                matches->capacity = matches->capacity ? matches->capacity * 2 : 16;
                size_t(*grown)[2] = arena_take(call->execution->arena, matches->capacity * sizeof *grown);
                if (matches->count)
                    memcpy(grown, matches->ranges, matches->count * sizeof *grown);
                matches->ranges = grown;
            }
            matches->ranges[matches->count][0] = offsets[0];
            matches->ranges[matches->count++][1] = offsets[1];
        }
        at = empty ? step_over(text, at) : offsets[1];
    }
    return execution_allows_items(call->execution, matches->count);
}

static bool call_find_all(struct call *call, struct template_value *ret)
{
    const struct regex *regex;
    struct matches matches;
    struct slice text = text_of(call, 1);
    if (!compile(call, &regex) || !find_all(call, regex, text, call->arguments[2].integer, &matches))
        return false;
    *ret = list_new(call->execution, ELEMENT_STRING, matches.count);
    ret->is_nil = !matches.count;
    for (size_t i = 0; i < matches.count; i++)
        ret->list->items[i] = template_from_string(slice_range(text, matches.ranges[i][0], matches.ranges[i][1]));
    return true;
}

static bool call_split(struct call *call, struct template_value *ret)
{
    const struct regex *regex;
    struct matches matches;
    struct slice text = text_of(call, 1);
    int64_t most = call->arguments[2].integer;
    if (!compile(call, &regex))
        return false;
    *ret = list_new(call->execution, ELEMENT_STRING, 0);
    ret->is_nil = most == 0;
    if (most == 0)
        return true;
    if (text_of(call, 0).length && !text.length) {
        *ret = list_new(call->execution, ELEMENT_STRING, 1);
        ret->list->items[0] = template_from_string(text);
        return true;
    }
    if (!find_all(call, regex, text, most, &matches))
        return false;
    *ret = list_new(call->execution, ELEMENT_STRING, matches.count + 1);
    size_t count = 0, begin = 0, end = 0;
    for (size_t i = 0; i < matches.count && !(most > 0 && count == (size_t)most - 1); i++) {
        end = matches.ranges[i][0];
        if (matches.ranges[i][1] != 0)
            ret->list->items[count++] = template_from_string(slice_range(text, begin, end));
        begin = matches.ranges[i][1];
    }
    if (end != text.length)
        ret->list->items[count++] = template_from_string(slice_from_offset(text, begin));
    ret->list->count = count;
    return true;
}

/* ---- replacing ---- */

/* The group that "$name", "${name}" or "$1" means; *rest is behind the dollar and moves on. False when the dollar
 * stands for itself. */
static bool read_reference(struct slice *rest, struct slice *ret_name)
{
    bool braces = slice_starts(*rest, SLICE("{"));
    size_t start = braces, end = start, length;
    while (end < rest->length) {
        unsigned rune = rune_decode(slice_from_offset(*rest, end), &length);
        if (rune != '_' && !letter_is_letter(rune) && !letter_is_digit(rune))
            break;
        end += length;
    }
    if (end == start || (braces && (end == rest->length || rest->bytes[end] != '}')))
        return false;
    *ret_name = slice_range(*rest, start, end);
    *rest = slice_from_offset(*rest, end + braces);
    return true;
}

static void expand(struct buffer *out, const struct regex *regex, struct slice template, struct slice text,
                   const size_t *offsets)
{
    size_t dollar;
    while ((dollar = slice_find_byte(template, '$')) != SLICE_NONE && !out->overflowed) {
        buffer_add(out, template.bytes, dollar);
        template = slice_from_offset(template, dollar + 1);
        struct slice name;
        if (slice_starts(template, SLICE("$"))) {
            buffer_add_byte(out, '$');
            template = slice_from_offset(template, 1);
        } else if (!read_reference(&template, &name)) {
            buffer_add_byte(out, '$');
        } else {
            uint64_t group = 0;
            bool by_number = name.bytes[0] >= '0' && name.bytes[0] <= '9' &&
                             !(name.length > 1 && name.bytes[0] == '0') && number_parse_u64(name, &group);
            if (!by_number) {
                group = regex_group_named(regex, name);
                if (!group)
                    continue;
            }
            if (group <= regex_group_count(regex) && offsets[group * 2] != SLICE_NONE)
                buffer_add_slice(out, slice_range(text, offsets[group * 2], offsets[group * 2 + 1]));
        }
    }
    buffer_add_slice(out, template);
}

static bool replace(struct call *call, bool literal, struct template_value *ret)
{
    const struct regex *regex;
    const size_t *offsets;
    bool matched;
    struct slice text = text_of(call, 1), replacement = text_of(call, 2);
    if (!compile(call, &regex))
        return false;
    struct buffer *out = &call->execution->scratch;
    size_t begin = scratch_begin(call->execution), at = 0, done = 0;
    while (at <= text.length && !out->overflowed) {
        if (!regex_match(call->execution, regex, text, at, &matched, &offsets))
            return false;
        if (!matched)
            break;
        size_t start = offsets[0], end = offsets[1];
        buffer_add_slice(out, slice_range(text, done, start));
        if (end > done || start == 0) { /* not for an empty match right behind another one */
            if (literal)
                buffer_add_slice(out, replacement);
            else
                expand(out, regex, replacement, text, offsets);
        }
        done = end;
        size_t next = step_over(text, at);
        at = next > end ? next : end;
    }
    buffer_add_slice(out, slice_from_offset(text, done));
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_replace_all(struct call *call, struct template_value *ret)
{
    return replace(call, false, ret);
}

static bool call_replace_all_literal(struct call *call, struct template_value *ret)
{
    return replace(call, true, ret);
}

static bool call_quote_meta(struct call *call, struct template_value *ret)
{
    struct slice text = text_of(call, 0);
    size_t begin = scratch_begin(call->execution);
    struct buffer *out = &call->execution->scratch;
    for (size_t i = 0; i < text.length && !out->overflowed; i++) {
        if (text.bytes[i] && strchr("\\.+*?()|[]{}^$", text.bytes[i]))
            buffer_add_byte(out, '\\');
        buffer_add_byte(out, text.bytes[i]);
    }
    return scratch_end_value(call->execution, begin, ret);
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("mustRegexFind"), call_find, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("mustRegexFindAll"), call_find_all, 0, 3, {TAKES_STRING, TAKES_STRING, TAKES_INT}},
    {SLICE_CONSTANT("mustRegexMatch"), call_must_match, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("mustRegexReplaceAll"), call_replace_all, 0, 3, {TAKES_STRING, TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("mustRegexReplaceAllLiteral"),
     call_replace_all_literal,
     0,
     3,
     {TAKES_STRING, TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("mustRegexSplit"), call_split, 0, 3, {TAKES_STRING, TAKES_STRING, TAKES_INT}},
    {SLICE_CONSTANT("regexFind"), call_find, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("regexFindAll"), call_find_all, 0, 3, {TAKES_STRING, TAKES_STRING, TAKES_INT}},
    {SLICE_CONSTANT("regexMatch"), call_match, 0, 2, {TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("regexQuoteMeta"), call_quote_meta, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("regexReplaceAll"), call_replace_all, 0, 3, {TAKES_STRING, TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("regexReplaceAllLiteral"),
     call_replace_all_literal,
     0,
     3,
     {TAKES_STRING, TAKES_STRING, TAKES_STRING}},
    {SLICE_CONSTANT("regexSplit"), call_split, 0, 3, {TAKES_STRING, TAKES_STRING, TAKES_INT}},
};

const struct function_table functions_regex = {functions, ARRAY_LENGTH(functions)};
