#include "template/quote.h"
#include "base/number.h"
#include "base/rune.h"
#include "template/letter.h"

static void write_escaped(struct buffer *out, unsigned rune, char quote, bool ascii)
{
    if (rune == (unsigned char)quote || rune == '\\') {
        buffer_add_byte(out, '\\');
        buffer_add_byte(out, (char)rune);
        return;
    }
    if (letter_is_printable(rune) && (!ascii || rune < 0x80)) {
        buffer_add_rune(out, rune);
        return;
    }
    static const char short_escapes[] = "abtnvfr"; /* from U+0007 on */
    if (rune >= 7 && rune <= 13) {
        buffer_add_byte(out, '\\');
        buffer_add_byte(out, short_escapes[rune - 7]);
    } else if (rune < 0x20 || rune == 0x7f) {
        buffer_format(out, "\\x%02x", rune);
    } else {
        if (rune > 0x10ffff)
            rune = RUNE_INVALID;
        buffer_format(out, rune < 0x10000 ? "\\u%04x" : "\\U%08x", rune);
    }
}

void quote_write(struct buffer *out, struct slice text, bool ascii)
{
    buffer_add_byte(out, '"');
    for (size_t at = 0, length; at < text.length && !out->overflowed; at += length) {
        size_t plain = at;
        while (plain < text.length && text.bytes[plain] >= ' ' && text.bytes[plain] != '"' &&
               text.bytes[plain] != '\\' && text.bytes[plain] != 0x7f)
            plain++;
        if (plain > at) {
            buffer_add(out, text.bytes + at, plain - at);
            length = plain - at;
            continue;
        }
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        if (rune == RUNE_INVALID && length == 1)
            buffer_format(out, "\\x%02x", (unsigned char)text.bytes[at]);
        else
            write_escaped(out, rune, '"', ascii);
    }
    buffer_add_byte(out, '"');
}

void quote_write_rune(struct buffer *out, unsigned rune, bool ascii)
{
    if (rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
        rune = RUNE_INVALID;
    buffer_add_byte(out, '\'');
    write_escaped(out, rune, '\'', ascii);
    buffer_add_byte(out, '\'');
}

bool quote_can_backquote(struct slice text)
{
    for (size_t at = 0, length; at < text.length; at += length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        if ((rune == RUNE_INVALID && length == 1) || rune == 0xfeff || (rune < ' ' && rune != '\t') || rune == '`' ||
            rune == 0x7f)
            return false;
    }
    return true;
}

/* One character or escape at the start of `*text`, which is cut off it. `*ret_byte` says that it stands for a byte and
 * not for a rune. */
static bool read_one(struct slice *text, char quote, unsigned *ret_rune, bool *ret_byte)
{
    size_t length;
    *ret_byte = false;
    if (!text->length)
        return false;
    unsigned char first = (unsigned char)text->bytes[0];
    if (first == (unsigned char)quote || first == '\n')
        return false;
    if (first != '\\') {
        *ret_rune = rune_decode(*text, &length);
        if (*ret_rune == RUNE_INVALID && length == 1) { /* invalid UTF-8 stays what it is */
            *ret_rune = first;
            *ret_byte = true;
        }
        *text = slice_from_offset(*text, length);
        return true;
    }
    if (text->length < 2)
        return false;
    char kind = text->bytes[1];
    size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : kind >= '0' && kind <= '7' ? 3 : 0;
    if (digits) {
        size_t start = digits == 3 ? 1 : 2;
        struct slice number = slice_range(*text, start, start + digits);
        uint64_t value;
        if (number.length != digits || !number_parse_base(number, digits == 3 ? 8 : 16, &value))
            return false;
        *ret_byte = digits <= 3;
        if (*ret_byte ? value > 255 : value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
            return false;
        *ret_rune = (unsigned)value;
        *text = slice_from_offset(*text, start + digits);
        return true;
    }
    static const char names[] = "abfnrtv\\", meanings[] = "\a\b\f\n\r\t\v\\";
    const char *found = memchr(names, kind, sizeof names - 1);
    if (!found && kind != quote)
        return false;
    *ret_rune = (unsigned char)(found ? meanings[found - names] : kind);
    *text = slice_from_offset(*text, 2);
    return true;
}

bool quote_read(struct arena *arena, struct slice literal, struct slice *ret_text)
{
    if (literal.length < 2)
        return false;
    struct slice inner = slice_range(literal, 1, literal.length - 1);
    if (literal.bytes[0] == '`') {
        if (slice_find_byte(inner, '\r') == SLICE_NONE) {
            *ret_text = inner;
            return true;
        }
        char *out = arena_take(arena, inner.length);
        size_t length = 0;
        for (size_t i = 0; i < inner.length; i++) /* carriage returns in raw strings are dropped */
            if (inner.bytes[i] != '\r')
                out[length++] = inner.bytes[i];
        *ret_text = (struct slice){out, length};
        return true;
    }
    if (slice_find_byte(inner, '\\') == SLICE_NONE) {
        *ret_text = inner;
        return slice_find_byte(inner, '\n') == SLICE_NONE;
    }
    char *out = arena_take(arena, inner.length * 2);
    size_t length = 0;
    while (inner.length) {
        unsigned rune;
        bool byte;
        if (!read_one(&inner, '"', &rune, &byte))
            return false;
        if (byte)
            out[length++] = (char)rune;
        else
            length += letter_encode(rune, out + length);
    }
    *ret_text = (struct slice){out, length};
    return true;
}

bool quote_read_rune(struct slice literal, unsigned *ret_rune)
{
    struct slice inner = slice_range(literal, 1, literal.length - 1);
    unsigned rune;
    bool byte;
    if (literal.length < 3 || !read_one(&inner, '\'', &rune, &byte) || inner.length)
        return false;
    *ret_rune = byte && literal.bytes[1] != '\\' ? RUNE_INVALID : rune;
    return true;
}
