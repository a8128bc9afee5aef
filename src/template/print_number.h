/* print_number.h - numbers and texts under the flags of a verb, as Go's package fmt formats them. */
#pragma once
#include "base/buffer.h"
#include "base/slice.h"
#include <stdint.h>

struct print_flags {
    bool has_width, has_precision, minus, plus, sharp, space, zero;
    bool plus_v, sharp_v; /* %+v and %#v */
    int width, precision;
};

void print_padded(struct buffer *out, const struct print_flags *flags, struct slice text);
struct slice print_truncated(const struct print_flags *flags, struct slice text);
void print_quoted(struct buffer *out, const struct print_flags *flags, struct slice text);
void print_hexadecimal(struct buffer *out, const struct print_flags *flags, struct slice text, bool upper);
/* False for a verb that is none of integers. */
bool print_integer(struct buffer *out, const struct print_flags *flags, uint64_t value, bool is_signed, unsigned verb);
void print_float(struct buffer *out, const struct print_flags *flags, double value, char verb);
