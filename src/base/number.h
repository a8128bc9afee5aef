/* number.h - numbers from text and back: the whole slice, range-checked, no locale. */
#pragma once
#include "base/attribute.h"
#include "base/slice.h"
#include <stdint.h>

/* Decimal digits with an optional sign ('+' too), as Go's strconv.ParseInt and ParseUint with base 10 read them (no
 * underscores). False, with *ret untouched, for anything else or out of range. */
MUST_CHECK bool number_parse_i64(struct slice text, int64_t *ret);
MUST_CHECK bool number_parse_u64(struct slice text, uint64_t *ret); /* no sign */
MUST_CHECK bool number_parse_u32(struct slice text, uint32_t *ret);
MUST_CHECK bool number_parse_u16(struct slice text, uint16_t *ret);
/* Digits of a base from 2 to 36, no sign, no prefix. */
MUST_CHECK bool number_parse_base(struct slice digits, unsigned base, uint64_t *ret);

/* A decimal floating-point number: sign, digits, point, exponent. No "inf", "nan", hexadecimal or underscores.
 * Out of range is false, too; too small gives 0. */
MUST_CHECK bool number_parse_double(struct slice text, double *ret);

/* Go's strconv.ParseBool: 1 t T TRUE true True, 0 f F FALSE false False. */
MUST_CHECK bool number_parse_bool(struct slice text, bool *ret);

/* How the shortest text that reads back as the same double is laid out. */
enum number_style {
    NUMBER_JSON, /* Go's encoding/json: exponent below 1e-6 and from 1e21 on: 1000000, 1e+21, 1e-7 */
    NUMBER_G,    /* Go's strconv 'g' with precision -1, and fmt's %v: exponent below 1e-4 and from 1e6 on:
                    1e+06, 1.23456789e+08, 1e-05 */
    NUMBER_G32,  /* the same of the nearest 32-bit number, as sigs.k8s.io/yaml makes text of numbers */
};
/* Writes at most NUMBER_TEXT_MAX bytes and no NUL; gives the length. Integers below 2^53 take a short way. Infinities
 * and NaN as Go: +Inf, -Inf, NaN. */
enum { NUMBER_TEXT_MAX = 32 };
size_t number_format_double(double value, enum number_style style, char *out);
/* The exponent that printf's %e or %a wrote, behind its letter: "-07" is -7. `digits` ends in a NUL. */
int number_exponent(const char *digits);
/* Decimal, at most 20 bytes and no NUL; gives the length. */
size_t number_format_u64(uint64_t value, char *out);
size_t number_format_i64(int64_t value, char *out);
