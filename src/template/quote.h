/* quote.h - Go's string literals, read and written (strconv.Quote, Unquote and their kin). */
#pragma once
#include "base/arena.h"
#include "base/attribute.h"
#include "base/buffer.h"
#include "base/slice.h"

/* The text in double quotes, escaped where it is not printable; with `ascii` all but ASCII is escaped. */
void quote_write(struct buffer *out, struct slice text, bool ascii);
/* A character in single quotes. */
void quote_write_rune(struct buffer *out, unsigned rune, bool ascii);
/* Whether a text can stand between backquotes on one line. */
bool quote_can_backquote(struct slice text);
/* What a literal, with its quotes ("..." or `...`), stands for. False for one with a bad escape. */
MUST_CHECK bool quote_read(struct arena *arena, struct slice literal, struct slice *ret_text);
/* A character constant with its quotes. */
MUST_CHECK bool quote_read_rune(struct slice literal, unsigned *ret_rune);
