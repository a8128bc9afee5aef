#include "tree/yaml_text.h"
#include "base/rune.h"
#include "tree/yaml_scalar.h"

/* What the bytes of a text are, or-ed together. Those without a class need no second look. */
enum {
    BYTE_SPACE = 1,
    BYTE_NEWLINE = 2,
    BYTE_COLON = 4,
    BYTE_HASH = 8,
    BYTE_HIGH = 16,    /* not ASCII */
    BYTE_CONTROL = 32, /* tabs and carriage returns too */
};

#define REPEAT_8(value) value, value, value, value, value, value, value, value
#define REPEAT_32(value) REPEAT_8(value), REPEAT_8(value), REPEAT_8(value), REPEAT_8(value)

static const unsigned char byte_classes[256] = {
    REPEAT_8(BYTE_CONTROL), BYTE_CONTROL, BYTE_CONTROL, BYTE_NEWLINE, BYTE_CONTROL, BYTE_CONTROL, BYTE_CONTROL,
    BYTE_CONTROL, BYTE_CONTROL, REPEAT_8(BYTE_CONTROL), REPEAT_8(BYTE_CONTROL),
    [' '] = BYTE_SPACE, ['#'] = BYTE_HASH, [':'] = BYTE_COLON, [0x7f] = BYTE_CONTROL,
    [0x80] = REPEAT_32(BYTE_HIGH), REPEAT_32(BYTE_HIGH), REPEAT_32(BYTE_HIGH), REPEAT_32(BYTE_HIGH),
};

/* No plain scalar starts with these. */
static const bool is_indicator[256] = {
    ['#'] = true, [','] = true, ['['] = true, [']'] = true, ['{'] = true, ['}'] = true, ['&'] = true, ['*'] = true,
    ['!'] = true, ['|'] = true, ['>'] = true, ['\''] = true, ['"'] = true, ['%'] = true, ['@'] = true, ['`'] = true,
};

static unsigned classes_of(struct slice text)
{
    unsigned classes = 0;
    for (size_t i = 0; i < text.length; i++)
        classes |= byte_classes[(unsigned char)text.bytes[i]];
    return classes;
}

/* ---- runes ---- */

static bool is_break(unsigned rune)
{
    return rune == '\n' || rune == '\r' || rune == 0x85 || rune == 0x2028 || rune == 0x2029;
}

/* go-yaml v2, yamlprivateh.go: is_printable. Nothing beyond U+FFFF is, by it. */
static bool is_printable(unsigned rune)
{
    return rune == '\n' || (rune >= ' ' && rune <= 0x7e) || (rune >= 0xa0 && rune <= 0xfffd && rune != 0xfeff);
}

/* ---- what a text allows ---- */

enum style { STYLE_PLAIN, STYLE_SINGLE, STYLE_DOUBLE, STYLE_LITERAL };

struct look {
    bool is_special;                /* needs escapes */
    bool has_breaks, has_newline;   /* any line end; "\n" */
    bool space_break, break_space;  /* a blank before a line end, and behind one */
    bool ends_in_break;
};

/* The long way, for texts with bytes that are no printable ASCII. */
static struct look look_at_runes(struct slice text)
{
    struct look look = {0};
    bool after_space = false, after_break = false;
    size_t length;
    for (size_t at = 0; at < text.length; at += length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        bool is_line_end = is_break(rune);
        look.is_special |= !is_printable(rune);
        look.has_breaks |= is_line_end;
        look.has_newline |= rune == '\n';
        look.space_break |= is_line_end && after_space;
        look.break_space |= rune == ' ' && after_break;
        after_space = rune == ' ';
        after_break = is_line_end;
    }
    look.ends_in_break = after_break;
    return look;
}

/* As look_at_runes, for printable ASCII and newlines. */
static struct look look_at_lines(struct slice text)
{
    struct look look = {.has_breaks = true, .has_newline = true};
    const char *at = text.bytes, *end = text.bytes + text.length;
    for (const char *newline; at < end && (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
        look.space_break |= newline > text.bytes && newline[-1] == ' ';
        look.break_space |= newline + 1 < end && newline[1] == ' ';
    }
    look.ends_in_break = end[-1] == '\n';
    return look;
}

/* Signs that would end a plain scalar or start something else; the text is not empty. */
static bool has_indicators(struct slice text, unsigned classes)
{
    const char *bytes = text.bytes, *end = text.bytes + text.length;
    unsigned char first = (unsigned char)bytes[0];
    bool is_alone = text.length == 1 || bytes[1] == ' ' || bytes[1] == '\t';
    if (is_indicator[first] || ((first == '-' || first == '?' || first == ':') && is_alone))
        return true;
    if (text.length >= 3 && (memcmp(bytes, "---", 3) == 0 || memcmp(bytes, "...", 3) == 0))
        return true;
    if (classes & BYTE_COLON) {
        for (const char *at = bytes; (at = memchr(at, ':', (size_t)(end - at))); at++) {
            if (at + 1 == end || at[1] == ' ' || at[1] == '\t')
                return true;
        }
    }
    if (classes & BYTE_HASH) {
        for (const char *at = bytes; (at = memchr(at, '#', (size_t)(end - at))); at++) {
            if (at > bytes && at[-1] == ' ')
                return true;
        }
    }
    return false;
}

/* go-yaml v2: encode.go, stringv, asks for a style; emitterc.go, yaml_emitter_select_scalar_style, may refuse it. */
static enum style choose_style(struct slice text, unsigned classes)
{
    if (text.length == 0)
        return STYLE_DOUBLE;
    struct look look = {0};
    if (classes & (BYTE_HIGH | BYTE_CONTROL))
        look = look_at_runes(text);
    else if (classes & BYTE_NEWLINE)
        look = look_at_lines(text);
    bool ends_in_space = text.bytes[text.length - 1] == ' ';
    if (look.is_special || look.space_break)
        return STYLE_DOUBLE;
    if (look.has_newline)
        return ends_in_space ? STYLE_DOUBLE : STYLE_LITERAL;
    if (yaml_scalar_wants_quotes(text))
        return STYLE_DOUBLE;
    if (look.has_breaks)
        return look.break_space ? STYLE_DOUBLE : STYLE_SINGLE;
    if (text.bytes[0] == ' ' || ends_in_space || has_indicators(text, classes))
        return STYLE_SINGLE;
    return STYLE_PLAIN;
}

/* ---- writing ---- */

static size_t column_of(const struct buffer *out, size_t line_start)
{
    return rune_count(slice_from_offset(buffer_slice(out), line_start));
}

static void start_line(struct buffer *out, const struct yaml_place *place)
{
    buffer_add_byte(out, '\n');
    buffer_add_repeated(out, ' ', place->indent);
}

/* A plain text, broken at the single blanks behind column 80. */
static void write_folded(struct buffer *out, struct slice text, const struct yaml_place *place)
{
    size_t column = column_of(out, place->line_start), at = 0;
    while (at < text.length) {
        struct slice rest = slice_from_offset(text, at);
        size_t word = slice_find_byte(rest, ' ');
        if (word == SLICE_NONE)
            word = rest.length;
        buffer_add(out, rest.bytes, word);
        column += rune_count(slice_range(rest, 0, word));
        at += word;
        size_t blanks = 0;
        while (at + blanks < text.length && text.bytes[at + blanks] == ' ')
            blanks++;
        if (blanks == 1 && column > YAML_FOLD_COLUMN) {
            start_line(out, place);
            column = place->indent;
        } else {
            buffer_add_repeated(out, ' ', blanks);
            column += blanks;
        }
        at += blanks;
    }
}

static bool may_fold(const struct buffer *out, struct slice text, unsigned classes, const struct yaml_place *place)
{
    return place->fold && (classes & BYTE_SPACE) && out->length - place->line_start + text.length > YAML_FOLD_COLUMN;
}

static void write_plain(struct buffer *out, struct slice text, unsigned classes, const struct yaml_place *place)
{
    if (may_fold(out, text, classes, place))
        write_folded(out, text, place);
    else
        buffer_add_slice(out, text);
}

/* Single quotes: only the quote itself is written differently; U+2028 and U+2029 start lines that are indented. */
static void write_single_quoted(struct buffer *out, struct slice text, const struct yaml_place *place)
{
    size_t column = column_of(out, place->line_start) + 1, length;
    bool after_space = false, after_break = false;
    buffer_add_byte(out, '\'');
    for (size_t at = 0; at < text.length; at += length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        if (rune == ' ') {
            bool is_inside = at > 0 && at + 1 < text.length;
            if (place->fold && !after_space && column > YAML_FOLD_COLUMN && is_inside && text.bytes[at + 1] != ' ') {
                start_line(out, place);
                column = place->indent;
            } else {
                buffer_add_byte(out, ' ');
                column++;
            }
            after_space = true;
            continue;
        }
        if (is_break(rune)) {
            column = 0;
            after_break = true;
        } else {
            if (after_break) {
                buffer_add_repeated(out, ' ', place->indent);
                column = place->indent;
            }
            if (rune == '\'') {
                buffer_add_byte(out, '\'');
                column++;
            }
            column++;
            after_break = after_space = false;
        }
        buffer_add(out, text.bytes + at, length);
    }
    buffer_add_byte(out, '\'');
}

/* The escape's length. */
static size_t write_escape(struct buffer *out, unsigned rune)
{
    static const struct {
        unsigned rune;
        char letter;
    } letters[] = {{0, '0'},    {7, 'a'},    {8, 'b'},    {9, 't'},     {10, 'n'},    {11, 'v'},      {12, 'f'},
                   {13, 'r'},   {0x1b, 'e'}, {'"', '"'},  {'\\', '\\'}, {0x85, 'N'},  {0xa0, '_'},    {0x2028, 'L'},
                   {0x2029, 'P'}};
    char text[10] = {'\\'};
    for (size_t i = 0; i < ARRAY_LENGTH(letters); i++) {
        if (letters[i].rune == rune) {
            text[1] = letters[i].letter;
            buffer_add(out, text, 2);
            return 2;
        }
    }
    size_t digits = rune <= 0xff ? 2 : rune <= 0xffff ? 4 : 8;
    text[1] = digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
    for (size_t i = 0; i < digits; i++)
        text[2 + i] = "0123456789ABCDEF"[rune >> 4 * (digits - 1 - i) & 15];
    buffer_add(out, text, digits + 2);
    return digits + 2;
}

static void write_double_quoted(struct buffer *out, struct slice text, const struct yaml_place *place)
{
    /* go-yaml v2 escapes every character of a text that starts with a byte order mark. */
    bool escape_all = slice_starts(text, SLICE("\xef\xbb\xbf")), after_space = false;
    size_t column = column_of(out, place->line_start) + 1, length;
    buffer_add_byte(out, '"');
    for (size_t at = 0; at < text.length; at += length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        if (escape_all || rune == '"' || rune == '\\' || !is_printable(rune) || is_break(rune)) {
            column += write_escape(out, rune);
            after_space = false;
        } else if (rune == ' ' && place->fold && !after_space && column > YAML_FOLD_COLUMN && at > 0 &&
                   at + 1 < text.length) {
            start_line(out, place);
            column = place->indent;
            if (text.bytes[at + 1] == ' ') {
                buffer_add_byte(out, '\\');
                column++;
            }
            after_space = true;
        } else {
            buffer_add(out, text.bytes + at, length);
            column++;
            after_space = rune == ' ';
        }
    }
    buffer_add_byte(out, '"');
}

/* The length of the line end at the end of a text, 0 when there is none. */
static size_t last_break(struct slice text)
{
    if (slice_ends(text, SLICE("\n")))
        return 1;
    return slice_ends(text, SLICE("\xe2\x80\xa8")) || slice_ends(text, SLICE("\xe2\x80\xa9")) ? 3 : 0;
}

/* Where the next line starts, behind its line end. */
static size_t line_end(struct slice text, size_t at, bool is_ascii)
{
    if (is_ascii) {
        const char *newline = memchr(text.bytes + at, '\n', text.length - at);
        return newline ? (size_t)(newline - text.bytes) + 1 : text.length;
    }
    size_t length;
    for (; at < text.length; at += length) {
        if (is_break(rune_decode(slice_from_offset(text, at), &length)))
            return at + length;
    }
    return at;
}

/* "|", an indentation indicator where the first line does not show it, and how the last line ends. */
static void write_literal(struct buffer *out, struct slice text, unsigned classes, const struct yaml_place *place)
{
    bool is_ascii = !(classes & BYTE_HIGH);
    size_t first_break = last_break(slice_range(text, 0, line_end(text, 0, is_ascii)));
    size_t final_break = last_break(text);
    buffer_add_byte(out, '|');
    if (text.bytes[0] == ' ' || (first_break && line_end(text, 0, is_ascii) == first_break))
        buffer_add_byte(out, '2');
    if (final_break == 0)
        buffer_add_byte(out, '-');
    else if (final_break == text.length || last_break(slice_range(text, 0, text.length - final_break)))
        buffer_add_byte(out, '+');
    buffer_add_byte(out, '\n');
    for (size_t at = 0, next; at < text.length; at = next) {
        next = line_end(text, at, is_ascii);
        struct slice line = slice_range(text, at, next);
        if (last_break(line) != line.length)
            buffer_add_repeated(out, ' ', place->indent);
        buffer_add_slice(out, line);
    }
}

/* Invalid bytes as U+FFFD, which is what is left of them in JSON. */
static void write_invalid(struct buffer *out, struct slice text, const struct yaml_place *place)
{
    _cleanup_(buffer_done) struct buffer valid = BUFFER_INIT(SIZE_MAX);
    size_t length;
    for (size_t at = 0; at < text.length; at += length)
        buffer_add_rune(&valid, rune_decode(slice_from_offset(text, at), &length));
    yaml_text_write(out, buffer_slice(&valid), place);
}

bool yaml_text_write(struct buffer *out, struct slice text, const struct yaml_place *place)
{
    unsigned classes = classes_of(text);
    if ((classes & BYTE_HIGH) && rune_valid_prefix(text) != text.length) {
        write_invalid(out, text, place);
        return false;
    }
    enum style style = choose_style(text, classes);
    if (style == STYLE_PLAIN)
        write_plain(out, text, classes, place);
    else if (style == STYLE_SINGLE)
        write_single_quoted(out, text, place);
    else if (style == STYLE_DOUBLE)
        write_double_quoted(out, text, place);
    else
        write_literal(out, text, classes, place);
    return style == STYLE_LITERAL && last_break(text) > 0;
}

bool yaml_text_fits_key(struct slice text)
{
    enum { KEY_LENGTH_MAX = 128 }; /* go-yaml v2, emitterc.go: yaml_emitter_check_simple_key */
    if (text.length > KEY_LENGTH_MAX)
        return false;
    unsigned classes = classes_of(text);
    if (!(classes & (BYTE_NEWLINE | BYTE_HIGH | BYTE_CONTROL)))
        return true;
    return !look_at_runes(text).has_breaks;
}
