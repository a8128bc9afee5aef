/* letter.h - what Unicode says of a character, as Go's package unicode does: no locale. */
#pragma once
#include "base/arena.h"
#include "base/slice.h"
#include <stdint.h>

struct letter_range {
    uint32_t first, last;
};
struct letter_case {
    uint32_t first, last, step;
    int32_t distance;
};

bool letter_is_letter(unsigned rune);
bool letter_is_digit(unsigned rune); /* a decimal digit of any script */
bool letter_is_number(unsigned rune); /* Roman numerals, fractions and the like too */
bool letter_is_space(unsigned rune);
bool letter_is_printable(unsigned rune); /* letters, marks, numbers, punctuation, symbols and the ASCII blank */
bool letter_is_upper(unsigned rune);
bool letter_is_lower(unsigned rune);
unsigned letter_to_upper(unsigned rune);
unsigned letter_to_lower(unsigned rune);
unsigned letter_to_title(unsigned rune);

/* A text changed letter by letter; it is returned as it is when nothing changes. */
struct slice letter_map(struct arena *arena, struct slice text, unsigned (*change)(unsigned rune));
/* Writes a rune as UTF-8 (U+FFFD for what is none) and gives the length, at most 4. */
size_t letter_encode(unsigned rune, char *out);
/* Without the white space, of any script, at both ends. */
struct slice letter_trim(struct slice text);
