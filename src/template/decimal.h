/* decimal.h - decimal numbers of any length, in which sprig's addf and its kin compute. */
#pragma once
#include "base/arena.h"
#include "base/attribute.h"
#include <stdint.h>

struct decimal {
    uint8_t *digits; /* the least first */
    size_t count;    /* 0: zero */
    int exponent;    /* of the least digit */
    bool negative;
};

enum { DECIMAL_DIGITS_MAX = 4000 };

/* The shortest decimal that reads back as the double, which must be finite. */
struct decimal decimal_from_double(struct arena *arena, double value);
/* False when the result has more digits than DECIMAL_DIGITS_MAX. */
MUST_CHECK bool decimal_add(struct arena *arena, const struct decimal *a, const struct decimal *b, struct decimal *ret);
MUST_CHECK bool decimal_multiply(struct arena *arena, const struct decimal *a, const struct decimal *b,
                                 struct decimal *ret);
/* To 16 digits behind the point, rounded half away from zero; b is not zero. */
MUST_CHECK bool decimal_divide(struct arena *arena, const struct decimal *a, const struct decimal *b,
                               struct decimal *ret);
double decimal_to_double(struct arena *arena, const struct decimal *value);
