#include "base/number.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool number_parse_base(struct slice digits, unsigned base, uint64_t *ret)
{
    if (digits.length == 0)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < digits.length; i++) {
        char byte = digits.bytes[i];
        unsigned digit = byte >= '0' && byte <= '9'   ? (unsigned)(byte - '0')
                         : byte >= 'a' && byte <= 'z' ? (unsigned)(byte - 'a') + 10
                         : byte >= 'A' && byte <= 'Z' ? (unsigned)(byte - 'A') + 10
                                                      : 99;
        if (digit >= base || __builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *ret = value;
    return true;
}

bool number_parse_u64(struct slice text, uint64_t *ret)
{
    return number_parse_base(text, 10, ret);
}

bool number_parse_i64(struct slice text, int64_t *ret)
{
    bool negative = text.length && text.bytes[0] == '-';
    if (text.length && (text.bytes[0] == '-' || text.bytes[0] == '+'))
        text = slice_from_offset(text, 1);
    uint64_t magnitude;
    if (!number_parse_base(text, 10, &magnitude) || magnitude > (uint64_t)INT64_MAX + negative)
        return false;
    *ret = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

bool number_parse_u32(struct slice text, uint32_t *ret)
{
    uint64_t value;
    if (!number_parse_base(text, 10, &value) || value > UINT32_MAX)
        return false;
    *ret = (uint32_t)value;
    return true;
}

bool number_parse_u16(struct slice text, uint16_t *ret)
{
    uint64_t value;
    if (!number_parse_base(text, 10, &value) || value > UINT16_MAX)
        return false;
    *ret = (uint16_t)value;
    return true;
}

static size_t digits_skip(struct slice text, size_t at)
{
    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9')
        at++;
    return at;
}

bool number_parse_double(struct slice text, double *ret)
{
    size_t at = text.length && (text.bytes[0] == '-' || text.bytes[0] == '+');
    size_t whole = at;
    at = digits_skip(text, at);
    size_t digits = at - whole;
    if (at < text.length && text.bytes[at] == '.') {
        size_t fraction = ++at;
        at = digits_skip(text, at);
        digits += at - fraction;
    }
    if (digits == 0)
        return false;
    if (at < text.length && (text.bytes[at] == 'e' || text.bytes[at] == 'E')) {
        at++;
        if (at < text.length && (text.bytes[at] == '-' || text.bytes[at] == '+'))
            at++;
        size_t exponent = at;
        at = digits_skip(text, at);
        if (at == exponent)
            return false;
    }
    if (at != text.length)
        return false;
    char small[64], *copy = text.length < sizeof small ? small : malloc(text.length + 1);
    if (!copy)
        return false;
    memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    double value = strtod(copy, NULL);
    if (copy != small)
        free(copy);
    if (!isfinite(value))
        return false;
    *ret = value;
    return true;
}

bool number_parse_bool(struct slice text, bool *ret)
{
    static const char *const yes[] = {"1", "t", "T", "TRUE", "true", "True"};
    static const char *const no[] = {"0", "f", "F", "FALSE", "false", "False"};
    for (size_t i = 0; i < ARRAY_LENGTH(yes); i++) {
        bool is_yes = slice_equal(text, slice_from(yes[i]));
        if (is_yes || slice_equal(text, slice_from(no[i]))) {
            *ret = is_yes;
            return true;
        }
    }
    return false;
}

int number_exponent(const char *digits)
{
    int64_t exponent = 0;
    return number_parse_i64(slice_from(digits), &exponent) ? (int)exponent : 0;
}

/* The digits and the decimal exponent of the shortest text that reads back as `value` (which is finite and > 0):
 * value = 0.DIGITS * 10^*ret_point. */
static size_t digits_shortest(double value, bool narrow, char digits[static 20], int *ret_point)
{
    char text[40];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, value);
        if (precision == 17 || (narrow ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value))
            break;
    }
    size_t count = 0;
    const char *at = text;
    for (; *at && *at != 'e'; at++) {
        if (*at != '.')
            digits[count++] = *at;
    }
    *ret_point = number_exponent(at + 1) + 1;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return count;
}

static size_t format_exponent(const char *digits, size_t count, int exponent, bool two_digits, char *out)
{
    size_t length = 0;
    out[length++] = digits[0];
    if (count > 1) {
        out[length++] = '.';
        memcpy(out + length, digits + 1, count - 1);
        length += count - 1;
    }
    out[length++] = 'e';
    out[length++] = exponent < 0 ? '-' : '+';
    unsigned magnitude = (unsigned)abs(exponent);
    if (magnitude >= 100)
        out[length++] = (char)('0' + magnitude / 100);
    if (magnitude >= 10 || two_digits)
        out[length++] = (char)('0' + magnitude / 10 % 10);
    out[length++] = (char)('0' + magnitude % 10);
    return length;
}

/* `point` is where the decimal point stands among the digits: -5 to 21 here, so the text stays short. */
static size_t format_plain(const char *digits, size_t count, int point, char *out)
{
    size_t length = 0;
    if (point <= 0) {
        out[length++] = '0';
        out[length++] = '.';
        for (int i = point; i < 0; i++)
            out[length++] = '0';
        memcpy(out + length, digits, count);
        return length + count;
    }
    for (int i = 0; i < point || i < (int)count; i++) {
        if (i == point)
            out[length++] = '.';
        out[length++] = i < (int)count ? digits[i] : '0';
    }
    return length;
}

/* Where Go changes from plain digits to an exponent: strconv/ftoa.go (%e is used ...) and encoding/json/encode.go
 * (floatEncoder). */
static bool wants_exponent(double value, int exponent, enum number_style style)
{
    return style == NUMBER_JSON ? value < 1e-6 || value >= 1e21 : exponent < -4 || exponent >= 6;
}

size_t number_format_double(double value, enum number_style style, char *out)
{
    if (style == NUMBER_G32)
        value = (double)(float)value;
    if (isnan(value))
        return memcpy(out, "NaN", 3), 3;
    if (isinf(value))
        return memcpy(out, value < 0 ? "-Inf" : "+Inf", 4), 4;
    size_t length = 0;
    if (signbit(value)) {
        out[length++] = '-';
        value = -value;
    }
    if (value == 0) {
        out[length++] = '0';
        return length;
    }
    if (value < (style == NUMBER_JSON ? 9007199254740992.0 : 1e6) && value == (double)(uint64_t)value)
        return length + number_format_u64((uint64_t)value, out + length);
    char digits[20];
    int point;
    size_t count = digits_shortest(value, style == NUMBER_G32, digits, &point);
    if (wants_exponent(value, point - 1, style))
        return length + format_exponent(digits, count, point - 1, style != NUMBER_JSON, out + length);
    return length + format_plain(digits, count, point, out + length);
}

size_t number_format_u64(uint64_t value, char *out)
{
    char reversed[20];
    size_t count = 0;
    do
        reversed[count++] = (char)('0' + value % 10);
    while (value /= 10);
    for (size_t i = 0; i < count; i++)
        out[i] = reversed[count - 1 - i];
    return count;
}

size_t number_format_i64(int64_t value, char *out)
{
    if (value >= 0)
        return number_format_u64((uint64_t)value, out);
    out[0] = '-';
    return 1 + number_format_u64(0 - (uint64_t)value, out + 1);
}
