#include "base/number.h"
#include "base/rune.h"
#include "tree/json.h"

/* Recursion is bounded by TREE_HEIGHT_MAX, which is checked before each step down. */
struct reader {
    struct arena *arena;
    const struct source *source;
    struct error *error;
    const char *at, *end;
    unsigned depth;
};

static size_t offset_of(const struct reader *reader, const char *at)
{
    return (size_t)(at - reader->source->text.bytes);
}

static bool fail(struct reader *reader, const char *at, const char *expected)
{
    if (at >= reader->end)
        return error_at(reader->error, ERROR_SYNTAX, reader->source, offset_of(reader, reader->end),
                        "invalid JSON: the text ends where %s is expected", expected);
    unsigned char byte = (unsigned char)*at;
    if (byte > ' ' && byte < 0x7f)
        return error_at(reader->error, ERROR_SYNTAX, reader->source, offset_of(reader, at),
                        "invalid JSON: found '%c' where %s is expected", byte, expected);
    return error_at(reader->error, ERROR_SYNTAX, reader->source, offset_of(reader, at),
                    "invalid JSON: found byte 0x%02x where %s is expected", byte, expected);
}

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->end &&
           (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\t' || *reader->at == '\r'))
        reader->at++;
}

/* ---- strings ---- */

static bool read_hex4(struct reader *reader, unsigned *ret_value)
{
    uint64_t value;
    if (reader->end - reader->at < 4 || !number_parse_base((struct slice){reader->at, 4}, 16, &value))
        return fail(reader, reader->at, "four hexadecimal digits");
    reader->at += 4;
    *ret_value = (unsigned)value;
    return true;
}

/* Behind "\u": one escape, or the two of a surrogate pair. A lone surrogate is U+FFFD (Go, encoding/json). */
static bool read_unicode_escape(struct reader *reader, struct buffer *out)
{
    unsigned first = 0;
    if (!read_hex4(reader, &first))
        return false;
    if (first >= 0xd800 && first < 0xdc00 && reader->end - reader->at >= 6 && reader->at[0] == '\\' &&
        reader->at[1] == 'u') {
        const char *second_start = reader->at;
        unsigned second = 0;
        reader->at += 2;
        if (!read_hex4(reader, &second))
            return false;
        if (second >= 0xdc00 && second < 0xe000) {
            buffer_add_rune(out, 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            return true;
        }
        reader->at = second_start;
    }
    buffer_add_rune(out, first);
    return true;
}

static bool read_escape(struct reader *reader, struct buffer *out)
{
    static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    if (reader->at < reader->end) {
        char letter = *reader->at;
        const char *found = letter ? strchr(letters, letter) : NULL;
        if (found || letter == 'u')
            reader->at++;
        if (found) {
            buffer_add_byte(out, bytes[found - letters]);
            return true;
        }
        if (letter == 'u')
            return read_unicode_escape(reader, out);
    }
    return fail(reader, reader->at, "one of \"\\/bfnrtu behind a backslash");
}

/* The end of the run of bytes that stand for themselves, which must be valid UTF-8. */
static bool skip_ordinary(struct reader *reader)
{
    const char *at = reader->at;
    while (at < reader->end) {
        unsigned char byte = (unsigned char)*at;
        if (byte == '"' || byte == '\\')
            break;
        if (byte < ' ')
            return fail(reader, at, "the rest of a string (control characters must be escaped)");
        if (byte < 0x80) {
            at++;
            continue;
        }
        size_t length;
        rune_decode((struct slice){at, (size_t)(reader->end - at)}, &length);
        if (length == 1)
            return fail(reader, at, "valid UTF-8");
        at += length;
    }
    reader->at = at;
    return true;
}

/* `reader->at` is behind the opening quote; afterwards behind the closing one. */
static bool read_string(struct reader *reader, struct slice *ret_text)
{
    const char *start = reader->at;
    if (!skip_ordinary(reader))
        return false;
    if (reader->at < reader->end && *reader->at == '"') {
        *ret_text = (struct slice){start, (size_t)(reader->at++ - start)};
        return true;
    }
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT((size_t)(reader->end - start) * 3 + 16);
    buffer_add(&out, start, (size_t)(reader->at - start));
    while (reader->at < reader->end && *reader->at != '"') {
        reader->at++; /* the backslash: skip_ordinary stops at nothing else */
        if (!read_escape(reader, &out))
            return false;
        start = reader->at;
        if (!skip_ordinary(reader))
            return false;
        buffer_add(&out, start, (size_t)(reader->at - start));
    }
    if (reader->at >= reader->end)
        return fail(reader, reader->at, "'\"'");
    reader->at++;
    *ret_text = arena_copy(reader->arena, buffer_slice(&out));
    return true;
}

/* ---- numbers ---- */

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* RFC 8259, section 6: no leading zeros, a digit on both sides of the point. */
static bool number_scan(struct reader *reader, bool *ret_is_integer)
{
    const char *at = reader->at + (*reader->at == '-');
    const char *digits = at;
    at = skip_digits(at, reader->end);
    if (at == digits)
        return fail(reader, at, "a digit");
    if (*digits == '0' && at - digits > 1)
        return fail(reader, digits + 1, "no digit behind a leading zero");
    *ret_is_integer = true;
    if (at < reader->end && *at == '.') {
        const char *fraction = ++at;
        at = skip_digits(at, reader->end);
        if (at == fraction)
            return fail(reader, at, "a digit behind the decimal point");
        *ret_is_integer = false;
    }
    if (at < reader->end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < reader->end && (*at == '+' || *at == '-'))
            at++;
        const char *exponent = at;
        at = skip_digits(at, reader->end);
        if (at == exponent)
            return fail(reader, at, "a digit in the exponent");
        *ret_is_integer = false;
    }
    reader->at = at;
    return true;
}

static bool read_number(struct reader *reader, struct tree **ret_tree)
{
    const char *start = reader->at;
    bool is_integer = false;
    if (!number_scan(reader, &is_integer))
        return false;
    struct slice text = {start, (size_t)(reader->at - start)};
    int64_t integer;
    bool minus_zero = slice_equal(text, SLICE("-0")); /* to Go, which reads doubles, it has its sign */
    if (is_integer && !minus_zero && number_parse_i64(text, &integer)) {
        *ret_tree = tree_int(reader->arena, integer);
        return true;
    }
    double number;
    if (!number_parse_double(text, &number))
        return error_at(reader->error, ERROR_VALUE, reader->source, offset_of(reader, start),
                        "the number is larger than a 64-bit floating-point number can hold");
    *ret_tree = tree_float(reader->arena, number);
    if (is_integer)
        (*ret_tree)->digits = text;
    return true;
}

/* ---- values ---- */

static bool read_value(struct reader *reader, const struct tree **ret_tree);

static bool step_down(struct reader *reader)
{
    if (reader->depth++ < TREE_HEIGHT_MAX)
        return true;
    return error_at(reader->error, ERROR_LIMIT, reader->source, offset_of(reader, reader->at),
                    "nested deeper than %d levels", TREE_HEIGHT_MAX);
}

/* Behind an item: true when another one follows, its first byte next; *ret_end when the container is closed. */
static bool read_separator(struct reader *reader, char closing, const char *expected, bool *ret_end)
{
    skip_space(reader);
    *ret_end = reader->at < reader->end && *reader->at == closing;
    if (!*ret_end && (reader->at >= reader->end || *reader->at != ','))
        return fail(reader, reader->at, expected);
    reader->at++;
    skip_space(reader);
    return true;
}

static bool read_list(struct reader *reader, struct tree **ret_tree)
{
    struct tree *list = tree_list(reader->arena, 0);
    if (!step_down(reader))
        return false;
    reader->at++;
    skip_space(reader);
    bool end = reader->at < reader->end && *reader->at == ']';
    reader->at += end;
    while (!end) {
        const struct tree *item;
        if (!read_value(reader, &item))
            return false;
        tree_append(reader->arena, list, item);
        if (!read_separator(reader, ']', "',' or ']'", &end))
            return false;
    }
    reader->depth--;
    *ret_tree = list;
    return true;
}

static bool read_member(struct reader *reader, struct tree *map)
{
    if (reader->at >= reader->end || *reader->at != '"')
        return fail(reader, reader->at, "a key in double quotes");
    uint32_t key_offset = (uint32_t)offset_of(reader, reader->at++);
    struct slice key;
    if (!read_string(reader, &key))
        return false;
    skip_space(reader);
    if (reader->at >= reader->end || *reader->at != ':')
        return fail(reader, reader->at, "':'");
    reader->at++;
    skip_space(reader);
    const struct tree *value;
    if (!read_value(reader, &value))
        return false;
    tree_put_at(reader->arena, map, key, key_offset, value);
    return true;
}

static bool read_map(struct reader *reader, struct tree **ret_tree)
{
    struct tree *map = tree_map(reader->arena, 0);
    if (!step_down(reader))
        return false;
    reader->at++;
    skip_space(reader);
    bool end = reader->at < reader->end && *reader->at == '}';
    reader->at += end;
    while (!end) {
        if (!read_member(reader, map) || !read_separator(reader, '}', "',' or '}'", &end))
            return false;
    }
    reader->depth--;
    *ret_tree = map;
    return true;
}

static bool read_word(struct reader *reader, struct slice word, const struct tree *value, struct tree **ret_tree)
{
    struct slice rest = {reader->at, (size_t)(reader->end - reader->at)};
    if (!slice_starts(rest, word))
        return fail(reader, reader->at, "a value");
    reader->at += word.length;
    *ret_tree = tree_copy_shallow(reader->arena, value);
    return true;
}

static bool read_value(struct reader *reader, const struct tree **ret_tree)
{
    if (reader->at >= reader->end)
        return fail(reader, reader->at, "a value");
    uint32_t offset = (uint32_t)offset_of(reader, reader->at);
    struct tree *tree = NULL;
    bool read = false;
    struct slice text;
    switch (*reader->at) {
    case '{':
        read = read_map(reader, &tree);
        break;
    case '[':
        read = read_list(reader, &tree);
        break;
    case '"':
        reader->at++;
        read = read_string(reader, &text);
        if (read)
            tree = tree_string(reader->arena, text);
        break;
    case 't':
        read = read_word(reader, SLICE("true"), &tree_true_node, &tree);
        break;
    case 'f':
        read = read_word(reader, SLICE("false"), &tree_false_node, &tree);
        break;
    case 'n':
        read = read_word(reader, SLICE("null"), &tree_null_node, &tree);
        break;
    default:
        read = *reader->at == '-' || (*reader->at >= '0' && *reader->at <= '9') ? read_number(reader, &tree)
                                                                               : fail(reader, reader->at, "a value");
    }
    if (!read)
        return false;
    tree->offset = offset;
    *ret_tree = tree;
    return true;
}

bool json_read(struct arena *arena, const struct source *source, const struct tree **ret_tree, struct error *error)
{
    struct slice text = source->text;
    if (text.length >= TREE_NO_OFFSET)
        return error_at(error, ERROR_LIMIT, source, 0, "the text has %zu bytes, more than 4 GiB", text.length);
    struct reader reader = {.arena = arena, .source = source, .error = error, .at = text.bytes ? text.bytes : ""};
    reader.end = reader.at + text.length;
    skip_space(&reader);
    const struct tree *tree;
    if (!read_value(&reader, &tree))
        return false;
    skip_space(&reader);
    if (reader.at < reader.end)
        return fail(&reader, reader.at, "the end of the text");
    *ret_tree = tree;
    return true;
}
