#include "template/container.h"
#include "template/function.h"

/* sprig's base64 and base32: RFC 4648, with padding. What cannot be decoded gives the reason as a text. */

struct encoding {
    const char *letters;
    unsigned bits;       /* of one letter */
    unsigned bytes, size; /* so many bytes are so many letters */
    const char *name;
};

static const struct encoding base64 = {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6, 3, 4,
                                       "base64"};
static const struct encoding base32 = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 5, 8, "base32"};

static bool encode(struct call *call, const struct encoding *encoding, struct template_value *ret)
{
    struct slice text = call->arguments[0].string;
    size_t groups = (text.length + encoding->bytes - 1) / encoding->bytes;
    if (!execution_allows_text(call->execution, groups, encoding->size))
        return false;
    char *out = arena_take(call->execution->arena, groups * encoding->size + 1);
    size_t length = 0;
    for (size_t at = 0; at < text.length; at += encoding->bytes) {
        uint64_t group = 0;
        size_t have = text.length - at < encoding->bytes ? text.length - at : encoding->bytes;
        for (size_t i = 0; i < encoding->bytes; i++)
            group = group << 8 | (i < have ? (unsigned char)text.bytes[at + i] : 0);
        size_t letters = (have * 8 + encoding->bits - 1) / encoding->bits;
        for (size_t i = 0; i < encoding->size; i++)
            out[length++] = i < letters ? encoding->letters[group >> ((encoding->size - 1 - i) * encoding->bits) &
                                                            (((uint64_t)1 << encoding->bits) - 1)]
                                        : '=';
    }
    *ret = template_from_string((struct slice){out, length});
    return true;
}

/* Decodes; gives the offset of the first byte that is wrong, or SLICE_NONE. Line breaks are skipped. */
static size_t decode_into(const struct encoding *encoding, struct slice text, char *out, size_t *ret_length)
{
    size_t length = 0, at = 0;
    for (;;) {
        uint64_t group = 0;
        size_t letters = 0, padding = 0, group_start = at;
        bool any = false;
        while (at < text.length && letters + padding < encoding->size) {
            char c = text.bytes[at++];
            if (c == '\n' || c == '\r')
                continue;
            any = true;
            const char *found = c ? strchr(encoding->letters, c) : NULL;
            if (c == '=' && letters) {
                bool allowed =
                    encoding->size == 4 ? letters >= 2 : letters == 2 || letters == 4 || letters == 5 || letters == 7;
                if (!allowed)
                    return at - 1;
                padding++;
            } else if (!found || padding) {
                return at - 1;
            } else {
                group = group << encoding->bits | (uint64_t)(found - encoding->letters);
                letters++;
            }
        }
        if (!any) {
            *ret_length = length;
            return SLICE_NONE;
        }
        if (letters + padding < encoding->size)
            return encoding->size == 4 && padding ? text.length : group_start;
        size_t bytes = letters * encoding->bits / 8, unused = encoding->size - letters;
        group <<= unused * encoding->bits;
        for (size_t i = 0; i < bytes; i++)
            out[length++] = (char)(group >> ((encoding->bytes - 1 - i) * 8));
        if (padding) {
            while (at < text.length && (text.bytes[at] == '\n' || text.bytes[at] == '\r'))
                at++;
            if (at < text.length)
                return at;
        }
    }
}

static bool decode(struct call *call, const struct encoding *encoding, struct template_value *ret)
{
    struct slice text = call->arguments[0].string;
    char *out = arena_take(call->execution->arena, text.length + 8);
    size_t length = 0, wrong = decode_into(encoding, text, out, &length);
    if (wrong == SLICE_NONE)
        *ret = template_from_string((struct slice){out, length});
    else
        *ret = template_from_string(
            arena_format(call->execution->arena, "illegal %s data at input byte %zu", encoding->name, wrong));
    return true;
}

static bool call_b32dec(struct call *call, struct template_value *ret)
{
    return decode(call, &base32, ret);
}

static bool call_b32enc(struct call *call, struct template_value *ret)
{
    return encode(call, &base32, ret);
}

static bool call_b64dec(struct call *call, struct template_value *ret)
{
    return decode(call, &base64, ret);
}

static bool call_b64enc(struct call *call, struct template_value *ret)
{
    return encode(call, &base64, ret);
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("b32dec"), call_b32dec, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("b32enc"), call_b32enc, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("b64dec"), call_b64dec, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("b64enc"), call_b64enc, 0, 1, {TAKES_STRING}},
};

const struct function_table functions_encoding = {functions, ARRAY_LENGTH(functions)};
