/* yaml_text.h - a text as a YAML scalar: plain where it reads back as itself, in quotes or as a literal block where it
 * does not, by the rules of go-yaml v2. */
#pragma once
#include "base/buffer.h"

enum { YAML_FOLD_COLUMN = 80 };

/* Where a scalar stands. */
struct yaml_place {
    size_t indent;     /* of its further lines */
    size_t line_start; /* where in the buffer the line starts that it stands on; for folding */
    bool fold;         /* may be broken behind YAML_FOLD_COLUMN */
};

/* Whether the text can be a key in front of a ":" on one line; others need the form with "?". */
bool yaml_text_fits_key(struct slice text);
/* Appends the text. True when it was a literal block that has ended its last line itself. */
bool yaml_text_write(struct buffer *out, struct slice text, const struct yaml_place *place);
