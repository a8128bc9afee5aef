/* json.h - JSON (RFC 8259) to trees and back. The reader is strict: one value, nothing behind it, valid UTF-8, no
 * lone surrogates' meaning guessed (they become U+FFFD, as Go's encoding/json has it). */
#pragma once
#include "base/buffer.h"
#include "base/error.h"
#include "tree/tree.h"

/* Reads `source->text` (below 4 GiB) into `arena`; strings without escapes borrow the source's bytes, which must live
 * as long as the arena. Of duplicate keys the last value wins, at the first one's place. Numbers with neither point nor
 * exponent that fit 64 bits are TREE_INT, others TREE_FLOAT (larger ones keep their digits). Errors: ERROR_SYNTAX with
 * the place, ERROR_LIMIT for nesting beyond TREE_HEIGHT_MAX. */
MUST_CHECK bool json_read(struct arena *arena, const struct source *source, const struct tree **ret_tree,
                          struct error *error);

enum json_style {
    JSON_COMPACT = 0,
    JSON_GO_HTML = 1,  /* escape <, >, &, U+2028 and U+2029 too, as Go's json.Marshal does */
    JSON_SORT_KEYS = 2, /* keys in byte order, as Go writes a map */
    JSON_INDENT = 4,    /* two blanks a level */
};
/* Appends the text of a tree; overflow shows in the buffer. Floats as Go's encoding/json; NaN and infinities as null.
 */
void json_write(struct buffer *out, const struct tree *tree, enum json_style style);
/* A string with its quotes. Invalid UTF-8 becomes \ufffd. */
void json_write_string(struct buffer *out, struct slice text, enum json_style style);
