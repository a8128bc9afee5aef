#include "tree/yaml_fast.h"
#include "tree/yaml_scan.h"

/* Recursion is bounded by TREE_HEIGHT_MAX: yaml_build_start refuses more. */
struct reader {
    struct yaml_scan scan;
    struct yaml_builder *builder;
};

/* An anchor in front of a node; where it starts, the node does. NULL: none. */
struct anchor {
    struct yaml_properties properties;
    uint32_t offset;
};

/* A key must end this soon (libyaml: 1024 characters, a line). */
enum { KEY_SPAN_MAX = 1000, NO_COLLECTION = -2 };

static uint32_t offset_of(const struct reader *reader, const char *at)
{
    return (uint32_t)(at - reader->scan.start);
}

static bool build_text(struct reader *reader, const struct anchor *anchor, struct slice text, bool is_plain,
                       const char *at)
{
    return anchor ? yaml_build_scalar(reader->builder, &anchor->properties, text, is_plain, anchor->offset)
                  : yaml_build_scalar(reader->builder, NULL, text, is_plain, offset_of(reader, at));
}

static bool build_start(struct reader *reader, const struct anchor *anchor, enum tree_kind kind, const char *at)
{
    return anchor ? yaml_build_start(reader->builder, &anchor->properties, kind, anchor->offset)
                  : yaml_build_start(reader->builder, NULL, kind, offset_of(reader, at));
}

static bool read_alias(struct reader *reader, bool in_flow)
{
    const char *at = reader->scan.at;
    struct slice name;
    return yaml_scan_name(&reader->scan, in_flow, &name) &&
           yaml_build_alias(reader->builder, name, offset_of(reader, at));
}

/* ---- flow collections ---- */

static bool read_flow(struct reader *reader, const struct anchor *anchor);

static bool read_flow_node(struct reader *reader)
{
    struct yaml_scan *scan = &reader->scan;
    const char *at = scan->at;
    struct slice text;
    switch (*at) {
    case '[':
    case '{':
        return read_flow(reader, NULL);
    case '"':
    case '\'':
        return yaml_scan_quoted(scan, &text) && build_text(reader, NULL, text, false, at);
    case '*':
        return read_alias(reader, true);
    default:
        return yaml_scan_starts_plain(scan, true) && yaml_scan_plain_line(scan, true, &text) &&
               build_text(reader, NULL, text, true, at);
    }
}

/* A key and its ":", and the blank space up to the value. */
static bool read_flow_key(struct reader *reader)
{
    struct yaml_scan *scan = &reader->scan;
    const char *at = scan->at, *line = scan->line;
    bool is_quoted = *at == '"' || *at == '\'';
    struct slice text;
    if (is_quoted ? !yaml_scan_quoted(scan, &text)
                  : !yaml_scan_starts_plain(scan, true) || !yaml_scan_plain_line(scan, true, &text))
        return false;
    yaml_scan_blanks(scan);
    if (scan->at == scan->end || *scan->at != ':' || scan->line != line || scan->at - at > KEY_SPAN_MAX)
        return false;
    scan->at++;
    return build_text(reader, NULL, text, !is_quoted, at) && yaml_scan_flow_space(scan);
}

static bool read_flow(struct reader *reader, const struct anchor *anchor)
{
    struct yaml_scan *scan = &reader->scan;
    bool is_map = *scan->at == '{';
    char close = is_map ? '}' : ']';
    if (!build_start(reader, anchor, is_map ? TREE_MAP : TREE_LIST, scan->at))
        return false;
    scan->at++;
    if (!yaml_scan_flow_space(scan))
        return false;
    while (*scan->at != close) {
        if ((is_map && !read_flow_key(reader)) || !read_flow_node(reader) || !yaml_scan_flow_space(scan))
            return false;
        if (*scan->at == close)
            break;
        if (*scan->at != ',')
            return false;
        scan->at++;
        if (!yaml_scan_flow_space(scan))
            return false;
    }
    scan->at++;
    return yaml_build_end(reader->builder);
}

/* ---- blocks ---- */

static bool read_node(struct reader *reader, int indent, int column, const struct anchor *anchor);

static bool is_dash(const struct yaml_scan *scan)
{
    return scan->at < scan->end && *scan->at == '-' && yaml_scan_is_space(scan, scan->at + 1);
}

/* Behind a "-", a ":" or an anchor that ends its line: what is indented further down is the node, otherwise there is
 * none. Dashes may stand at the level of their key. */
static bool read_below(struct reader *reader, int indent, bool in_map, const struct anchor *anchor, const char *empty)
{
    struct yaml_scan *scan = &reader->scan;
    if (!yaml_scan_token(scan, false))
        return false;
    if (scan->column != YAML_SCAN_END &&
        (scan->column > indent || (in_map && scan->column == indent && is_dash(scan))))
        return read_node(reader, indent, scan->column, anchor);
    return build_text(reader, anchor, SLICE(""), true, empty);
}

static bool line_is_over(const struct yaml_scan *scan)
{
    return yaml_scan_at_line_end(scan) || *scan->at == '#';
}

static bool read_list(struct reader *reader, int column, const struct anchor *anchor)
{
    struct yaml_scan *scan = &reader->scan;
    if (!build_start(reader, anchor, TREE_LIST, scan->at))
        return false;
    do {
        const char *after = ++scan->at;
        yaml_scan_blanks(scan);
        if (line_is_over(scan) ? !read_below(reader, column, false, NULL, after)
                               : !read_node(reader, column, (int)(scan->at - scan->line), NULL))
            return false;
    } while (scan->column == column && is_dash(scan));
    return scan->column <= column && yaml_build_end(reader->builder);
}

static bool is_colon(const struct yaml_scan *scan)
{
    return scan->at < scan->end && *scan->at == ':' && yaml_scan_is_space(scan, scan->at + 1);
}

/* From a key's ":" on, over all further keys. */
static bool read_map(struct reader *reader, int column, const struct anchor *anchor, struct slice key, bool is_plain,
                     const char *key_at)
{
    struct yaml_scan *scan = &reader->scan;
    if (!build_start(reader, anchor, TREE_MAP, key_at))
        return false;
    for (;;) {
        if (scan->at - key_at > KEY_SPAN_MAX || !build_text(reader, NULL, key, is_plain, key_at))
            return false;
        const char *after = ++scan->at;
        yaml_scan_blanks(scan);
        if (line_is_over(scan) ? !read_below(reader, column, true, NULL, after)
                               : !read_node(reader, column, NO_COLLECTION, NULL))
            return false;
        if (scan->column != column)
            break;
        key_at = scan->at;
        const char *line = scan->line;
        is_plain = *key_at != '"' && *key_at != '\'';
        if (is_plain ? !yaml_scan_starts_plain(scan, false) || !yaml_scan_plain_line(scan, false, &key)
                     : !yaml_scan_quoted(scan, &key))
            return false;
        yaml_scan_blanks(scan);
        if (!is_colon(scan) || scan->line != line)
            return false;
    }
    return scan->column < column && yaml_build_end(reader->builder);
}

/* A text that is a key when a ":" follows, and otherwise a value. */
static bool read_text(struct reader *reader, int indent, int column, const struct anchor *anchor)
{
    struct yaml_scan *scan = &reader->scan;
    const char *at = scan->at, *line = scan->line;
    bool is_plain = *at != '"' && *at != '\'';
    struct slice text;
    if (is_plain ? !yaml_scan_starts_plain(scan, false) || !yaml_scan_plain_line(scan, false, &text)
                 : !yaml_scan_quoted(scan, &text))
        return false;
    const char *behind = scan->at;
    yaml_scan_blanks(scan);
    if (is_colon(scan))
        return column != NO_COLLECTION && scan->line == line && read_map(reader, column, anchor, text, is_plain, at);
    scan->at = behind;
    if (is_plain ? !yaml_scan_plain_rest(scan, indent, text, &text) : !yaml_scan_token(scan, false))
        return false;
    return build_text(reader, anchor, text, is_plain, at);
}

static bool read_anchored(struct reader *reader, int indent, bool in_map)
{
    struct yaml_scan *scan = &reader->scan;
    struct anchor anchor = {.offset = offset_of(reader, scan->at)};
    if (!yaml_scan_name(scan, false, &anchor.properties.anchor))
        return false;
    yaml_scan_blanks(scan);
    /* What libyaml makes of an anchor without a node, or in front of a key, it may say itself. */
    if (line_is_over(scan))
        return read_below(reader, indent, in_map, &anchor, NULL);
    return *scan->at != '&' && *scan->at != '*' && read_node(reader, indent, NO_COLLECTION, &anchor);
}

/* A node in a block whose entries stand at column `indent`. `column`: where a collection would start here, or
 * NO_COLLECTION behind a "key:". Ends at the next token. */
static bool read_node(struct reader *reader, int indent, int column, const struct anchor *anchor)
{
    struct yaml_scan *scan = &reader->scan;
    const char *at = scan->at;
    struct slice text;
    switch (*at) {
    case '[':
    case '{':
        return read_flow(reader, anchor) && yaml_scan_token(scan, false);
    case '|':
    case '>':
        return yaml_scan_block(scan, indent, &text) && build_text(reader, anchor, text, false, at) &&
               yaml_scan_token(scan, true);
    case '*':
        return !anchor && read_alias(reader, false) && yaml_scan_token(scan, false);
    case '&':
        return !anchor && read_anchored(reader, indent, column == NO_COLLECTION);
    case '-':
        if (is_dash(scan))
            return column != NO_COLLECTION && read_list(reader, column, anchor);
        break;
    default:
        break;
    }
    return read_text(reader, indent, column, anchor);
}

static bool read_document(struct reader *reader)
{
    struct yaml_scan *scan = &reader->scan;
    bool has_token = yaml_scan_token(scan, true);
    if (!has_token && scan->column == 0 && scan->end - scan->at > 3 && memcmp(scan->at, "---", 3) == 0 &&
        yaml_scan_is_space(scan, scan->at + 3)) {
        scan->at += 3;
        has_token = yaml_scan_token(scan, false);
    }
    return has_token && scan->column != YAML_SCAN_END && read_node(reader, YAML_SCAN_END, scan->column, NULL) &&
           scan->column == YAML_SCAN_END;
}

bool yaml_fast_read(struct yaml_builder *builder)
{
    struct slice text = builder->source->text;
    struct reader reader = {.builder = builder};
    if (!text.length || !yaml_scan_is_simple(text))
        return false;
    reader.scan = (struct yaml_scan){.arena = builder->arena,
                                     .start = text.bytes,
                                     .end = text.bytes + text.length,
                                     .at = text.bytes,
                                     .line = text.bytes,
                                     .scratch = BUFFER_INIT(SIZE_MAX)};
    bool done = read_document(&reader);
    buffer_done(&reader.scan.scratch);
    return done;
}
