#include "template/regex_syntax.h"
#include "base/number.h"
#include "base/rune.h"

enum { REPEAT_MAX = 1000, GROUP_DEPTH_MAX = 200 };

struct reader {
    struct slice pattern;
    size_t at;
    struct buffer *out;
    struct regex_names *names;
    const char *why;
    struct slice part;
    size_t depth;
};

static bool fail(struct reader *reader, const char *why, size_t start, size_t end)
{
    reader->why = why;
    reader->part = slice_range(reader->pattern, start, end);
    return false;
}

static struct slice rest(const struct reader *reader)
{
    return slice_from_offset(reader->pattern, reader->at);
}

static char at_offset(const struct reader *reader, size_t offset)
{
    return reader->at + offset < reader->pattern.length ? reader->pattern.bytes[reader->at + offset] : 0;
}

/* A character that stands for itself. */
static void add_literal(struct buffer *out, unsigned rune)
{
    if (rune < 0x80 && rune > ' ' &&
        !((rune >= '0' && rune <= '9') || ((rune | 0x20) >= 'a' && (rune | 0x20) <= 'z'))) {
        buffer_add_byte(out, '\\');
        buffer_add_byte(out, (char)rune);
    } else if (rune < ' ' || rune == 0x7f) {
        buffer_format(out, "\\x{%x}", rune);
    } else {
        buffer_add_rune(out, rune);
    }
}

static int hexadecimal(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character behind \x: two digits, or any number in braces. */
static bool read_hexadecimal(struct reader *reader, size_t start, unsigned *ret)
{
    unsigned value = 0;
    if (at_offset(reader, 0) == '{') {
        size_t close = slice_find_byte(rest(reader), '}');
        if (close == SLICE_NONE || close < 2)
            return fail(reader, "invalid escape sequence", start, reader->pattern.length);
        for (size_t i = 1; i < close; i++) {
            int digit = hexadecimal(at_offset(reader, i));
            value = value * 16 + (unsigned)(digit < 0 ? 0 : digit);
            if (digit < 0 || value > 0x10ffff)
                return fail(reader, "invalid escape sequence", start, reader->at + close + 1);
        }
        reader->at += close + 1;
    } else {
        int high = hexadecimal(at_offset(reader, 0)), low = high < 0 ? -1 : hexadecimal(at_offset(reader, 1));
        if (low < 0)
            return fail(reader, "invalid escape sequence", start, reader->at + 1);
        value = (unsigned)(high << 4 | low);
        reader->at += 2;
    }
    *ret = value;
    return true;
}

/* An escape that stands for one character; reader->at is behind the backslash. */
static bool read_escaped_rune(struct reader *reader, unsigned *ret)
{
    static const char names[] = "afnrtv", meanings[] = "\a\f\n\r\t\v";
    size_t start = reader->at - 1, length;
    if (reader->at == reader->pattern.length)
        return fail(reader, "trailing backslash at end of expression", start, reader->at);
    unsigned rune = rune_decode(rest(reader), &length);
    reader->at += length;
    bool octal_follows = at_offset(reader, 0) >= '0' && at_offset(reader, 0) <= '7';
    if (rune == '0' || (rune >= '1' && rune <= '7' && octal_follows)) {
        unsigned value = rune - '0';
        for (int i = 0; i < 2 && at_offset(reader, 0) >= '0' && at_offset(reader, 0) <= '7'; i++)
            value = value * 8 + (unsigned)(reader->pattern.bytes[reader->at++] - '0');
        *ret = value;
        return true;
    }
    if (rune == 'x')
        return read_hexadecimal(reader, start, ret);
    const char *found = rune < 0x80 ? memchr(names, (int)rune, sizeof names - 1) : NULL;
    bool word = (rune >= '0' && rune <= '9') || ((rune | 0x20) >= 'a' && (rune | 0x20) <= 'z');
    if (!found && (word || rune >= 0x80 || rune < ' '))
        return fail(reader, "invalid escape sequence", start, reader->at);
    *ret = found ? (unsigned char)meanings[found - names] : rune;
    return true;
}

/* \d and its kin, as what stands inside a class. NULL for others. */
static const char *class_of(char letter)
{
    switch (letter) {
    case 'd':
        return "0-9";
    case 's':
        return "\\t\\n\\f\\r ";
    case 'w':
        return "0-9A-Za-z_";
    default:
        return NULL;
    }
}

/* \pL, \p{Greek}, \P{^Lu}; reader->at is at the p. */
static bool read_property(struct reader *reader)
{
    size_t start = reader->at - 1;
    bool negated = at_offset(reader, 0) == 'P';
    reader->at++;
    size_t length;
    struct slice name;
    if (at_offset(reader, 0) == '{') {
        size_t close = slice_find_byte(rest(reader), '}');
        if (close == SLICE_NONE)
            return fail(reader, "invalid character class range", start, reader->pattern.length);
        name = slice_range(rest(reader), 1, close);
        reader->at += close + 1;
        if (slice_starts(name, SLICE("^"))) {
            negated = !negated;
            name = slice_from_offset(name, 1);
        }
    } else {
        if (reader->at == reader->pattern.length)
            return fail(reader, "invalid character class range", start, reader->at);
        rune_decode(rest(reader), &length);
        name = slice_range(rest(reader), 0, length);
        reader->at += length;
    }
    bool good = name.length > 0 && name.length < 40;
    for (size_t i = 0; i < name.length; i++)
        good &= (name.bytes[i] >= 'A' && name.bytes[i] <= 'Z') || name.bytes[i] == '_' ||
                (i && name.bytes[i] >= 'a' && name.bytes[i] <= 'z');
    if (!good)
        return fail(reader, "invalid character class range", start, reader->at);
    /* Longer names are scripts; to PCRE2 these alone would mean script extensions. */
    const char *kind = name.length > 2 && !slice_equal(name, SLICE("Any")) ? "sc:" : "";
    buffer_format(reader->out, "\\%c{%s%.*s}", negated ? 'P' : 'p', kind, SLICE_ARGS(name));
    return true;
}

/* ---- classes ---- */

static bool read_class_name(struct reader *reader)
{
    static const char *const names[] = {"alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph",
                                        "lower", "print", "punct", "space", "upper", "word",  "xdigit"};
    size_t close = slice_find(slice_from_offset(rest(reader), 2), SLICE(":]"));
    if (close == SLICE_NONE)
        return false; /* an ordinary bracket */
    struct slice whole = slice_range(rest(reader), 0, close + 4), name = slice_range(whole, 2, close + 2);
    struct slice bare = slice_starts(name, SLICE("^")) ? slice_from_offset(name, 1) : name;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (slice_equal(bare, slice_from(names[i]))) {
            buffer_add_slice(reader->out, whole);
            reader->at += whole.length;
            return true;
        }
    return fail(reader, "invalid character class range", reader->at, reader->at + whole.length);
}

static bool read_class_rune(struct reader *reader, size_t start, unsigned *ret)
{
    size_t length;
    if (reader->at == reader->pattern.length)
        return fail(reader, "missing closing ]", start, reader->at);
    if (at_offset(reader, 0) == '\\') {
        reader->at++;
        return read_escaped_rune(reader, ret);
    }
    *ret = rune_decode(rest(reader), &length);
    reader->at += length;
    return true;
}

static bool read_class_item(struct reader *reader, size_t start)
{
    if (slice_starts(rest(reader), SLICE("[:"))) {
        if (read_class_name(reader))
            return true;
        if (reader->why)
            return false;
    }
    if (at_offset(reader, 0) == '\\' && (at_offset(reader, 1) == 'p' || at_offset(reader, 1) == 'P')) {
        reader->at++;
        return read_property(reader);
    }
    if (at_offset(reader, 0) == '\\' && class_of((char)(at_offset(reader, 1) | 0x20))) {
        char letter = at_offset(reader, 1);
        if (letter & 0x20)
            buffer_add_slice(reader->out, slice_from(class_of(letter)));
        else if (letter == 'S')
            buffer_add_literal(reader->out, "\\x{0}-\\x{8}\\x{b}\\x{e}-\\x{1f}!-\\x{10ffff}");
        else
            buffer_format(reader->out, "\\%c", letter);
        reader->at += 2;
        return true;
    }
    unsigned low, high;
    size_t item = reader->at;
    if (!read_class_rune(reader, start, &low))
        return false;
    add_literal(reader->out, low);
    if (at_offset(reader, 0) != '-' || at_offset(reader, 1) == ']' || !at_offset(reader, 1))
        return true;
    reader->at++;
    if (!read_class_rune(reader, start, &high))
        return false;
    if (high < low)
        return fail(reader, "invalid character class range", item, reader->at);
    buffer_add_byte(reader->out, '-');
    add_literal(reader->out, high);
    return true;
}

static bool read_class(struct reader *reader)
{
    size_t start = reader->at++;
    buffer_add_byte(reader->out, '[');
    if (at_offset(reader, 0) == '^') {
        buffer_add_byte(reader->out, '^');
        reader->at++;
    }
    for (bool first = true; first || at_offset(reader, 0) != ']'; first = false) {
        if (reader->at == reader->pattern.length)
            return fail(reader, "missing closing ]", start, reader->at);
        /* A minus sign that stands for itself must be first or last. */
        if (at_offset(reader, 0) == '-' && !first && at_offset(reader, 1) != ']') {
            bool range = at_offset(reader, 1) != 0;
            if (range)
                return fail(reader, "invalid character class range", reader->at, reader->at + 2);
        }
        if (!read_class_item(reader, start))
            return false;
    }
    reader->at++;
    buffer_add_byte(reader->out, ']');
    return true;
}

/* ---- groups and atoms ---- */

static bool is_name(struct slice name)
{
    for (size_t i = 0; i < name.length; i++)
        if (name.bytes[i] != '_' && !(name.bytes[i] >= '0' && name.bytes[i] <= '9') &&
            !((name.bytes[i] | 0x20) >= 'a' && (name.bytes[i] | 0x20) <= 'z'))
            return false;
    return name.length > 0;
}

static bool add_group(struct reader *reader, struct slice name, size_t start)
{
    for (size_t i = 1; name.length && i <= reader->names->count; i++)
        if (slice_equal(reader->names->names[i], name))
            return fail(reader, "duplicate capture group name", start, reader->at);
    if (reader->names->count + 1 >= REGEX_GROUPS_MAX)
        return fail(reader, "too many groups", start, reader->at);
    reader->names->names[++reader->names->count] = name;
    buffer_add_byte(reader->out, '(');
    return true;
}

/* "(?i)" or "(?i:"; *ret_opens says whether a group begins. */
static bool read_flags(struct reader *reader, bool *ret_opens)
{
    size_t start = reader->at;
    reader->at += 2;
    bool negated = false, any = false;
    buffer_add_literal(reader->out, "(?");
    for (;; reader->at++) {
        char c = at_offset(reader, 0);
        if (c == 'i' || c == 'm' || c == 's' || c == 'U') {
            buffer_add_byte(reader->out, c);
            any = true;
        } else if (c == '-' && !negated) {
            buffer_add_byte(reader->out, c);
            negated = true;
            any = false;
        } else if ((c == ':' || c == ')') && !(negated && !any)) {
            buffer_add_byte(reader->out, c);
            *ret_opens = c == ':';
            reader->at++;
            return true;
        } else {
            return fail(reader,
                        reader->at >= reader->pattern.length ? "missing closing )"
                                                             : "invalid or unsupported Perl syntax",
                        start, reader->at + 1);
        }
    }
}

static bool read_group_start(struct reader *reader, bool *ret_opens)
{
    size_t start = reader->at;
    *ret_opens = true;
    if (at_offset(reader, 1) != '?') {
        reader->at++;
        return add_group(reader, (struct slice){"", 0}, start);
    }
    bool python = slice_starts(rest(reader), SLICE("(?P<"));
    bool named = python || (slice_starts(rest(reader), SLICE("(?<")) && at_offset(reader, 3) != '=' &&
                            at_offset(reader, 3) != '!');
    if (!named)
        return read_flags(reader, ret_opens);
    size_t close = slice_find_byte(rest(reader), '>');
    struct slice name = slice_range(rest(reader), python ? 4 : 3, close == SLICE_NONE ? 0 : close);
    if (close == SLICE_NONE || !is_name(name))
        return fail(reader, "invalid named capture", start,
                    close == SLICE_NONE ? reader->pattern.length : start + close + 1);
    reader->at += close + 1;
    return add_group(reader, name, start);
}

/* An escape outside of classes. */
static bool read_escape(struct reader *reader)
{
    char letter = at_offset(reader, 1);
    unsigned rune;
    switch (letter) {
    case 'A':
    case 'z':
    case 'b':
    case 'B':
        buffer_format(reader->out, "(?:\\%c)", letter); /* in a group it may be repeated, as RE2 lets it */
        break;
    case 'D':
    case 'W':
    case 'd':
    case 'w':
        buffer_format(reader->out, "\\%c", letter);
        break;
    case 's':
    case 'S':
        buffer_format(reader->out, "[%s%s]", letter == 'S' ? "^" : "", class_of('s'));
        break;
    case 'p':
    case 'P':
        reader->at++;
        return read_property(reader);
    default:
        reader->at++;
        if (!read_escaped_rune(reader, &rune))
            return false;
        add_literal(reader->out, rune);
        return true;
    }
    reader->at += 2;
    return true;
}

/* {n}, {n,} or {n,m}; false when the brace stands for itself. */
static bool read_counts(const struct reader *reader, size_t *ret_length, uint64_t *ret_least, uint64_t *ret_most)
{
    size_t close = slice_find_byte(rest(reader), '}');
    if (close == SLICE_NONE)
        return false;
    struct slice inner = slice_range(rest(reader), 1, close);
    size_t comma = slice_find_byte(inner, ',');
    *ret_length = close + 1;
    struct slice least = slice_range(inner, 0, comma);
    bool zeros = least.length > 1 && least.bytes[0] == '0';
    if (zeros || !number_parse_u64(least, ret_least))
        return false;
    *ret_most = *ret_least;
    if (comma == SLICE_NONE)
        return true;
    struct slice most = slice_from_offset(inner, comma + 1);
    if (!most.length) {
        *ret_most = *ret_least;
        return true;
    }
    return !(most.length > 1 && most.bytes[0] == '0') && number_parse_u64(most, ret_most);
}

/* A repetition, if there is one. `atom` is where the output of what is repeated starts; SLICE_NONE: there is nothing.
 */
static bool read_repetition(struct reader *reader, size_t atom, bool *ret_found)
{
    size_t start = reader->at, length = 1;
    uint64_t least = 0, most = 0;
    char c = at_offset(reader, 0);
    *ret_found = c == '*' || c == '+' || c == '?';
    if (c == '{') {
        *ret_found = read_counts(reader, &length, &least, &most);
        if (*ret_found && (least > REPEAT_MAX || most > REPEAT_MAX || most < least))
            return fail(reader, "invalid repeat count", start, start + length);
    }
    if (!*ret_found)
        return true;
    if (atom == SLICE_NONE)
        return fail(reader, "missing argument to repetition operator", start, start + length);
    buffer_add_slice(reader->out, slice_range(rest(reader), 0, length));
    reader->at += length;
    if (at_offset(reader, 0) == '?') {
        buffer_add_byte(reader->out, '?');
        reader->at++;
    }
    c = at_offset(reader, 0);
    bool again = c == '*' || c == '+' || c == '?' || (c == '{' && read_counts(reader, &length, &least, &most));
    if (again)
        return fail(reader, "invalid nested repetition operator", start, reader->at + (c == '{' ? length : 1));
    return true;
}

/* \Q...\E, up to the end when it is not closed. */
static void read_quoted(struct reader *reader)
{
    size_t end = slice_find(rest(reader), SLICE("\\E")), length;
    size_t stop = end == SLICE_NONE ? reader->pattern.length : reader->at + end;
    reader->at += 2;
    while (reader->at < stop) {
        add_literal(reader->out, rune_decode(rest(reader), &length));
        reader->at += length;
    }
    reader->at = end == SLICE_NONE ? stop : stop + 2;
}

/* An assertion that may be repeated: PCRE2 wants a group around it. */
static void add_assertion(struct reader *reader, char c)
{
    buffer_format(reader->out, "(?:%c)", c);
    reader->at++;
}

static bool read_pattern(struct reader *reader)
{
    size_t atom = SLICE_NONE, opened[GROUP_DEPTH_MAX], length;
    while (reader->at < reader->pattern.length) {
        bool found, opens;
        if (!read_repetition(reader, atom, &found))
            return false;
        if (found) {
            atom = SLICE_NONE;
            continue;
        }
        size_t start = reader->out->length;
        char c = at_offset(reader, 0);
        switch (c) {
        case '(':
            if (reader->depth == GROUP_DEPTH_MAX)
                return fail(reader, "expression nests too deeply", 0, reader->pattern.length);
            opened[reader->depth] = start;
            if (!read_group_start(reader, &opens))
                return false;
            reader->depth += opens;
            atom = SLICE_NONE;
            continue;
        case ')':
            if (!reader->depth)
                return fail(reader, "unexpected )", 0, reader->pattern.length);
            buffer_add_byte(reader->out, ')');
            reader->at++;
            atom = opened[--reader->depth];
            continue;
        case '|':
            buffer_add_byte(reader->out, '|');
            reader->at++;
            atom = SLICE_NONE;
            continue;
        case '[':
            if (!read_class(reader))
                return false;
            break;
        case '^':
        case '$':
            add_assertion(reader, c);
            break;
        case '.':
            buffer_add_byte(reader->out, '.');
            reader->at++;
            break;
        case '\\':
            if (at_offset(reader, 1) == 'Q')
                read_quoted(reader);
            else if (!read_escape(reader))
                return false;
            break;
        default:
            add_literal(reader->out, rune_decode(rest(reader), &length));
            reader->at += length;
        }
        atom = start;
    }
    return !reader->depth || fail(reader, "missing closing )", 0, reader->pattern.length);
}

bool regex_translate(struct slice pattern, struct buffer *out, struct regex_names *ret_names, const char **ret_why,
                     struct slice *ret_part)
{
    struct reader reader = {.pattern = pattern, .out = out, .names = ret_names};
    ret_names->count = 0;
    if (rune_valid_prefix(pattern) != pattern.length)
        fail(&reader, "invalid UTF-8", 0, pattern.length);
    else if (read_pattern(&reader))
        return true;
    *ret_why = reader.why;
    *ret_part = reader.part;
    return false;
}
