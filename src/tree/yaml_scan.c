#include "tree/yaml_scan.h"
#include "base/number.h"
#include "base/rune.h"

/* ---- which bytes there are ---- */

typedef unsigned char byte_vector __attribute__((vector_size(16)));
enum { CHECKED_AT_ONCE = 512 };

/* 0xff for every byte that is no printable ASCII, blank, tab or newline. */
static byte_vector odd_bytes(const char *bytes)
{
    byte_vector vector;
    memcpy(&vector, bytes, sizeof vector);
    return (byte_vector)((vector < ' ') & (vector != '\n') & (vector != '\t')) | (byte_vector)(vector > 0x7e);
}

static bool has_odd_bytes(const char *bytes)
{
    byte_vector found = {0};
    for (size_t i = 0; i < CHECKED_AT_ONCE; i += sizeof found)
        found |= odd_bytes(bytes + i);
    for (size_t i = 0; i < sizeof found; i++) {
        if (found[i])
            return true;
    }
    return false;
}

static bool is_odd(char byte)
{
    return ((unsigned char)byte < ' ' && byte != '\n' && byte != '\t') || (unsigned char)byte > 0x7e;
}

bool yaml_scan_is_simple(struct slice text)
{
    size_t at = 0;
    while (at < text.length) {
        if (text.length - at >= CHECKED_AT_ONCE && !has_odd_bytes(text.bytes + at)) {
            at += CHECKED_AT_ONCE;
            continue;
        }
        size_t stop = at + CHECKED_AT_ONCE < text.length ? at + CHECKED_AT_ONCE : text.length;
        while (at < stop) {
            if (!is_odd(text.bytes[at])) {
                at++;
                continue;
            }
            size_t length;
            unsigned rune = rune_decode(slice_from_offset(text, at), &length);
            /* No controls, no line ends but "\n", no byte order marks. */
            if (length == 1 || rune < 0xa0 || rune == 0x2028 || rune == 0x2029 || rune == 0xfeff || rune == 0xfffe ||
                rune == 0xffff)
                return false;
            at += length;
        }
    }
    return true;
}

/* ---- blank space ---- */

static void skip_line(struct yaml_scan *scan)
{
    const char *newline = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));
    scan->at = newline ? newline : scan->end;
}

static void pass_newline(struct yaml_scan *scan)
{
    scan->line = ++scan->at;
}

/* "---" or "..." at the start of a line. */
static bool is_marker(const struct yaml_scan *scan, const char *at)
{
    return scan->end - at >= 3 && (memcmp(at, "---", 3) == 0 || memcmp(at, "...", 3) == 0) &&
           (yaml_scan_is_space(scan, at + 3) || at[3] == '\t');
}

static bool comment_may_start(const struct yaml_scan *scan)
{
    return scan->at == scan->line || scan->at[-1] == ' ';
}

bool yaml_scan_token(struct yaml_scan *scan, bool at_line_start)
{
    scan->newlines = at_line_start;
    scan->comment = false;
    for (;;) {
        yaml_scan_blanks(scan);
        if (scan->at == scan->end) {
            scan->column = YAML_SCAN_END;
            return true;
        }
        if (*scan->at == '\n') {
            pass_newline(scan);
            scan->newlines++;
        } else if (*scan->at == '#') {
            if (!comment_may_start(scan))
                return false;
            scan->comment = true;
            skip_line(scan);
        } else {
            break;
        }
    }
    scan->column = (int)(scan->at - scan->line);
    return *scan->at != '\t' && scan->newlines > 0 && !(scan->column == 0 && is_marker(scan, scan->at));
}

bool yaml_scan_flow_space(struct yaml_scan *scan)
{
    for (; scan->at < scan->end; scan->at++) {
        if (*scan->at == '\n') {
            scan->line = scan->at + 1;
            if (is_marker(scan, scan->line))
                return false;
        } else if (*scan->at == '#') {
            if (!comment_may_start(scan))
                return false;
            skip_line(scan);
            scan->at--;
        } else if (*scan->at != ' ') {
            return *scan->at != '\t';
        }
    }
    return false;
}

/* ---- plain scalars ---- */

bool yaml_scan_starts_plain(const struct yaml_scan *scan, bool in_flow)
{
    static const bool is_indicator[256] = {
        ['?'] = true, [':'] = true, [','] = true, ['['] = true, [']'] = true, ['{'] = true, ['}'] = true, ['#'] = true,
        ['&'] = true, ['*'] = true, ['!'] = true, ['|'] = true, ['>'] = true, ['\''] = true, ['"'] = true,
        ['%'] = true, ['@'] = true, ['`'] = true, [' '] = true, ['\t'] = true, ['\n'] = true,
    };
    if (scan->at == scan->end || is_indicator[(unsigned char)*scan->at])
        return false;
    if (*scan->at != '-')
        return true;
    const char *next = scan->at + 1;
    return !yaml_scan_is_space(scan, next) && *next != '\t' && (!in_flow || !is_indicator[(unsigned char)*next]);
}

enum { STOP_BLOCK = 1, STOP_FLOW = 2 };

static const unsigned char plain_stops[256] = {
    ['\n'] = STOP_BLOCK | STOP_FLOW, [':'] = STOP_BLOCK | STOP_FLOW, ['#'] = STOP_BLOCK | STOP_FLOW,
    [','] = STOP_FLOW, ['['] = STOP_FLOW, [']'] = STOP_FLOW, ['{'] = STOP_FLOW, ['}'] = STOP_FLOW, ['?'] = STOP_FLOW,
};

bool yaml_scan_plain_line(struct yaml_scan *scan, bool in_flow, struct slice *ret_text)
{
    const char *start = scan->at, *at = start, *end = scan->end;
    unsigned stops = in_flow ? STOP_FLOW : STOP_BLOCK;
    for (;; at++) {
        while (at < end && !(plain_stops[(unsigned char)*at] & stops))
            at++;
        if (at == end || *at == '\n')
            break;
        if (*at == ':') {
            if (yaml_scan_is_space(scan, at + 1))
                break;
            if (at[1] == '\t')
                return false; /* in brackets a ":" before one is text for go-yaml ([fe80::]), though not for libyaml */
        } else if (*at == '#') {
            if (at == start || at[-1] == '\t')
                return false;
            if (at[-1] == ' ')
                break;
        } else {
            if (*at == '?')
                return false;
            break;
        }
    }
    scan->at = at;
    while (at > start && at[-1] == ' ')
        at--;
    if (at == start || at[-1] == '\t')
        return false;
    *ret_text = (struct slice){start, (size_t)(at - start)};
    return true;
}

/* A single line end between two lines of text is a blank; each further one stays. */
static void add_line_ends(struct buffer *out, size_t newlines)
{
    if (newlines == 1)
        buffer_add_byte(out, ' ');
    else
        buffer_add_repeated(out, '\n', newlines - 1);
}

bool yaml_scan_plain_rest(struct yaml_scan *scan, int indent, struct slice first, struct slice *ret_text)
{
    if (!yaml_scan_token(scan, false))
        return false;
    if (scan->column <= indent || scan->comment || scan->column == YAML_SCAN_END) {
        *ret_text = first;
        return true;
    }
    buffer_clear(&scan->scratch);
    buffer_add_slice(&scan->scratch, first);
    do {
        struct slice line;
        add_line_ends(&scan->scratch, scan->newlines);
        if (!yaml_scan_plain_line(scan, false, &line) || (!yaml_scan_at_line_end(scan) && *scan->at == ':') ||
            !yaml_scan_token(scan, false))
            return false;
        buffer_add_slice(&scan->scratch, line);
    } while (scan->column > indent && !scan->comment && scan->column != YAML_SCAN_END);
    *ret_text = arena_copy(scan->arena, buffer_slice(&scan->scratch));
    return true;
}

/* ---- quoted scalars ---- */

/* At a line end within quotes: the blanks around it go, and it counts as in add_line_ends. `escaped`: a backslash
 * stood before it, so that it is nothing itself. */
static bool fold_quoted_line(struct yaml_scan *scan, bool escaped)
{
    size_t newlines = 0;
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n')) {
        if (*scan->at != '\n') {
            scan->at++;
            continue;
        }
        pass_newline(scan);
        newlines++;
        if (is_marker(scan, scan->at))
            return false;
    }
    if (escaped)
        buffer_add_repeated(&scan->scratch, '\n', newlines - 1);
    else
        add_line_ends(&scan->scratch, newlines);
    return true;
}

/* The blanks that end a line do not count, unless they came from an escape: those stand before `fixed`. */
static void trim_blanks(struct buffer *buffer, size_t fixed)
{
    while (buffer->length > fixed &&
           (buffer->bytes[buffer->length - 1] == ' ' || buffer->bytes[buffer->length - 1] == '\t'))
        buffer->length--;
}

static bool scan_single_quoted(struct yaml_scan *scan, struct slice *ret_text)
{
    buffer_clear(&scan->scratch);
    for (;;) {
        const char *at = scan->at;
        while (at < scan->end && *at != '\'' && *at != '\n')
            at++;
        if (at == scan->end)
            return false;
        buffer_add(&scan->scratch, scan->at, (size_t)(at - scan->at));
        scan->at = at;
        if (*at == '\n') {
            trim_blanks(&scan->scratch, 0);
            if (!fold_quoted_line(scan, false))
                return false;
            continue;
        }
        scan->at++;
        if (scan->at == scan->end || *scan->at != '\'')
            break;
        buffer_add_byte(&scan->scratch, '\'');
        scan->at++;
    }
    *ret_text = arena_copy(scan->arena, buffer_slice(&scan->scratch));
    return true;
}

static bool scan_hex_escape(struct yaml_scan *scan, size_t digits)
{
    uint64_t rune;
    if ((size_t)(scan->end - scan->at) < digits || !number_parse_base((struct slice){scan->at, digits}, 16, &rune) ||
        (rune >= 0xd800 && rune <= 0xdfff) || rune > 0x10ffff)
        return false;
    scan->at += digits;
    buffer_add_rune(&scan->scratch, (unsigned)rune);
    return true;
}

/* Behind the backslash. */
static bool scan_escape(struct yaml_scan *scan)
{
    static const struct {
        char letter;
        unsigned short rune;
    } escapes[] = {{'0', 0},    {'a', 7},     {'b', 8},    {'t', 9},   {'\t', 9},     {'n', 10},     {'v', 11},
                   {'f', 12},   {'r', 13},    {'e', 0x1b}, {' ', ' '}, {'"', '"'},    {'/', '/'},    {'\\', '\\'},
                   {'N', 0x85}, {'_', 0xa0},  {'L', 0x2028}, {'P', 0x2029}};
    char letter = *scan->at++;
    for (size_t i = 0; i < ARRAY_LENGTH(escapes); i++) {
        if (escapes[i].letter == letter) {
            buffer_add_rune(&scan->scratch, escapes[i].rune);
            return true;
        }
    }
    return (letter == 'x' && scan_hex_escape(scan, 2)) || (letter == 'u' && scan_hex_escape(scan, 4)) ||
           (letter == 'U' && scan_hex_escape(scan, 8));
}

static bool scan_double_quoted(struct yaml_scan *scan, struct slice *ret_text)
{
    size_t fixed = 0;
    buffer_clear(&scan->scratch);
    for (;;) {
        const char *at = scan->at;
        while (at < scan->end && *at != '"' && *at != '\n' && *at != '\\')
            at++;
        if (scan->end - at < 2 && (at == scan->end || *at == '\\'))
            return false;
        buffer_add(&scan->scratch, scan->at, (size_t)(at - scan->at));
        scan->at = at;
        if (*at == '"') {
            scan->at++;
            break;
        }
        if (*at == '\n') {
            trim_blanks(&scan->scratch, fixed);
            if (!fold_quoted_line(scan, false))
                return false;
        } else {
            scan->at++;
            if (*scan->at == '\n' ? !fold_quoted_line(scan, true) : !scan_escape(scan))
                return false;
        }
        fixed = scan->scratch.length;
    }
    *ret_text = arena_copy(scan->arena, buffer_slice(&scan->scratch));
    return true;
}

bool yaml_scan_quoted(struct yaml_scan *scan, struct slice *ret_text)
{
    char quote = *scan->at++;
    const char *at = scan->at;
    while (at < scan->end && *at != quote && *at != '\n' && *at != '\\')
        at++;
    if (at < scan->end && *at == '\\' && quote == '\'') {
        while (at < scan->end && *at != quote && *at != '\n')
            at++;
    }
    bool is_doubled = quote == '\'' && at + 1 < scan->end && at[1] == '\'';
    if (at < scan->end && *at == quote && !is_doubled) {
        *ret_text = (struct slice){scan->at, (size_t)(at - scan->at)};
        scan->at = at + 1;
        return true;
    }
    return quote == '"' ? scan_double_quoted(scan, ret_text) : scan_single_quoted(scan, ret_text);
}

/* ---- blocks ---- */

struct block {
    bool folded, keep, strip;
    int indent; /* of its lines; 0: what the first one has */
};

static bool scan_block_header(struct yaml_scan *scan, int parent, struct block *block)
{
    block->folded = *scan->at++ == '>';
    for (; scan->at < scan->end; scan->at++) {
        char byte = *scan->at;
        if ((byte == '+' || byte == '-') && !block->keep && !block->strip) {
            block->keep = byte == '+';
            block->strip = byte == '-';
        } else if (byte >= '1' && byte <= '9' && !block->indent) {
            block->indent = (parent > 0 ? parent : 0) + byte - '0';
        } else {
            break;
        }
    }
    yaml_scan_blanks(scan);
    if (scan->at < scan->end && *scan->at == '#' && scan->at[-1] == ' ')
        skip_line(scan);
    if (scan->at == scan->end || *scan->at != '\n')
        return false;
    pass_newline(scan);
    return true;
}

/* The first line that is not blank tells the indentation; a blank line that is longer would change it: too odd. */
static bool find_indent(const struct yaml_scan *scan, int parent, int *ret_indent)
{
    size_t longest = 0;
    for (const char *line = scan->at;;) {
        const char *at = line;
        while (at < scan->end && *at == ' ')
            at++;
        size_t blanks = (size_t)(at - line);
        if (at < scan->end && *at == '\n') {
            longest = blanks > longest ? blanks : longest;
            line = at + 1;
            continue;
        }
        if ((at < scan->end && *at == '\t') || longest > blanks || blanks > 10000)
            return false;
        int least = parent + 1 > 1 ? parent + 1 : 1;
        *ret_indent = (int)blanks > least ? (int)blanks : least;
        return true;
    }
}

/* How many of the `indent` blanks that make a line part of the block it has. */
static size_t indent_of(const struct yaml_scan *scan, size_t indent)
{
    size_t room = (size_t)(scan->end - scan->at), most = indent < room ? indent : room, count = 0;
    while (count < most && scan->at[count] == ' ')
        count++;
    return count;
}

bool yaml_scan_block(struct yaml_scan *scan, int parent, struct slice *ret_text)
{
    struct block block = {0};
    struct buffer *out = &scan->scratch;
    if (!scan_block_header(scan, parent, &block) || (!block.indent && !find_indent(scan, parent, &block.indent)))
        return false;
    buffer_clear(out);
    size_t newlines = 0; /* behind the last line of text, not yet written */
    bool has_text = false, was_indented = false;
    while (scan->at < scan->end) {
        size_t blanks = indent_of(scan, (size_t)block.indent);
        const char *at = scan->at + blanks;
        if (at < scan->end && *at == '\n') {
            newlines++;
            scan->line = scan->at = at + 1;
            continue;
        }
        if (blanks < (size_t)block.indent || at == scan->end) {
            if (at < scan->end && *at == '\t')
                return false;
            break;
        }
        const char *newline = memchr(at, '\n', (size_t)(scan->end - at));
        if (!newline)
            newline = scan->end;
        bool is_indented = *at == ' ' || *at == '\t';
        if (block.folded && has_text && !was_indented && !is_indented)
            add_line_ends(out, newlines);
        else if (newlines)
            buffer_add_repeated(out, '\n', newlines);
        buffer_add(out, at, (size_t)(newline - at));
        has_text = true;
        was_indented = is_indented;
        newlines = newline < scan->end;
        scan->line = scan->at = newline + (newline < scan->end);
    }
    if (block.keep)
        buffer_add_repeated(out, '\n', newlines);
    else if (!block.strip && newlines && has_text)
        buffer_add_byte(out, '\n');
    *ret_text = arena_copy(scan->arena, buffer_slice(out));
    return true;
}

/* ---- names ---- */

bool yaml_scan_name(struct yaml_scan *scan, bool in_flow, struct slice *ret_name)
{
    const char *start = ++scan->at;
    while (scan->at < scan->end && ((*scan->at >= '0' && *scan->at <= '9') || (*scan->at >= 'a' && *scan->at <= 'z') ||
                                    (*scan->at >= 'A' && *scan->at <= 'Z') || *scan->at == '-' || *scan->at == '_'))
        scan->at++;
    *ret_name = (struct slice){start, (size_t)(scan->at - start)};
    if (scan->at == start)
        return false;
    return yaml_scan_is_space(scan, scan->at) ||
           (in_flow && (*scan->at == ',' || *scan->at == ']' || *scan->at == '}'));
}
