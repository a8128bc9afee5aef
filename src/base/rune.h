/* rune.h - UTF-8, read strictly (RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF). */
#pragma once
#include "base/slice.h"

#define RUNE_INVALID 0xfffdu

/* The rune at the start of a text that is not empty, and its length in bytes. Invalid UTF-8 gives RUNE_INVALID with
 * length 1, as Go's range over a string does. */
unsigned rune_decode(struct slice text, size_t *ret_length);
/* The offset of the first byte that is not UTF-8; the text's length when all of it is. */
size_t rune_valid_prefix(struct slice text);
/* How many runes; an invalid byte counts as one. */
size_t rune_count(struct slice text);
