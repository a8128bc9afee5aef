/* yaml_scan.h - the scalars and the blank space of the YAML that manifests are written in, for the fast reader.
 *
 * A scan function gives up (false) on whatever it does not surely understand, be it an error or only rare; libyaml then
 * reads the text from its start (tree/yaml_events.h). So none of them needs to know what is wrong. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"

struct yaml_scan {
    struct arena *arena;
    const char *start, *end; /* the text */
    const char *at;
    const char *line;        /* where the line of `at` starts */
    int column;              /* of the token that yaml_scan_token found; YAML_SCAN_END at the end */
    unsigned newlines;       /* that it passed, and whether it passed a comment */
    bool comment;
    struct buffer scratch;
};

enum { YAML_SCAN_END = -1 };

/* Whether the whole text is UTF-8 of printable characters, blanks, tabs and "\n": what the other functions expect. */
bool yaml_scan_is_simple(struct slice text);

/* Passes blanks, comments and line ends up to the next token. `at_line_start`: as if a line end stood before `at`. */
MUST_CHECK bool yaml_scan_token(struct yaml_scan *scan, bool at_line_start);
/* The same where the line ends do not matter: between brackets. */
MUST_CHECK bool yaml_scan_flow_space(struct yaml_scan *scan);
static inline void yaml_scan_blanks(struct yaml_scan *scan)
{
    while (scan->at < scan->end && *scan->at == ' ')
        scan->at++;
}
/* At the end of the line, or of all; a comment is no end. */
static inline bool yaml_scan_at_line_end(const struct yaml_scan *scan)
{
    return scan->at == scan->end || *scan->at == '\n';
}
/* A blank or a line end stands there, or nothing. */
static inline bool yaml_scan_is_space(const struct yaml_scan *scan, const char *at)
{
    return at >= scan->end || *at == ' ' || *at == '\n';
}

/* Whether a plain scalar can start with the byte at `at`. */
bool yaml_scan_starts_plain(const struct yaml_scan *scan, bool in_flow);
/* A plain scalar as far as it stands on this line; stops at what ends it: ":", "#", the line's end, a bracket. */
MUST_CHECK bool yaml_scan_plain_line(struct yaml_scan *scan, bool in_flow, struct slice *ret_text);
/* The lines that continue a plain scalar in a block at column `indent`, of which `first` is the first line. Ends at the
 * next token, as yaml_scan_token does. */
MUST_CHECK bool yaml_scan_plain_rest(struct yaml_scan *scan, int indent, struct slice first, struct slice *ret_text);
/* A scalar in single or double quotes, its quotes included. */
MUST_CHECK bool yaml_scan_quoted(struct yaml_scan *scan, struct slice *ret_text);
/* A literal or folded block, from its "|" or ">" to the start of the line behind it. */
MUST_CHECK bool yaml_scan_block(struct yaml_scan *scan, int indent, struct slice *ret_text);
/* The name behind "&" or "*". */
MUST_CHECK bool yaml_scan_name(struct yaml_scan *scan, bool in_flow, struct slice *ret_name);
