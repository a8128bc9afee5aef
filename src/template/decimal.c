#include "template/decimal.h"
#include "base/number.h"
#include <math.h>
#include <stdlib.h>

enum { DIVISION_DIGITS = 16 };

static void normalise(struct decimal *value)
{
    while (value->count && !value->digits[value->count - 1])
        value->count--;
}

struct decimal decimal_from_double(struct arena *arena, double value)
{
    char text[NUMBER_TEXT_MAX];
    size_t length = number_format_double(fabs(value), NUMBER_G, text);
    struct decimal result = {.digits = arena_zeroed(arena, length + 1, 1), .negative = value < 0};
    size_t point = SLICE_NONE, digits = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.') {
            point = digits;
        } else if (text[i] == 'e') {
            text[length < sizeof text ? length : sizeof text - 1] = 0;
            result.exponent = number_exponent(text + i + 1);
            break;
        } else {
            result.digits[digits++] = (uint8_t)(text[i] - '0');
        }
    }
    if (point != SLICE_NONE)
        result.exponent -= (int)(digits - point);
    for (size_t i = 0; i < digits / 2; i++) { /* the least first */
        uint8_t digit = result.digits[i];
        result.digits[i] = result.digits[digits - 1 - i];
        result.digits[digits - 1 - i] = digit;
    }
    result.count = digits;
    normalise(&result);
    return result;
}

/* The same number with a smaller exponent. */
static bool with_exponent(struct arena *arena, const struct decimal *value, int exponent, struct decimal *ret)
{
    size_t zeros = value->count ? (size_t)(value->exponent - exponent) : 0;
    if (value->count + zeros > DECIMAL_DIGITS_MAX)
        return false;
    *ret = *value;
    ret->exponent = exponent;
    ret->digits = arena_zeroed(arena, value->count + zeros + 1, 1);
    if (value->count)
        memcpy(ret->digits + zeros, value->digits, value->count);
    ret->count = value->count + zeros;
    return true;
}

static int compare_digits(const uint8_t *a, size_t count_a, const uint8_t *b, size_t count_b)
{
    if (count_a != count_b)
        return count_a < count_b ? -1 : 1;
    while (count_a--)
        if (a[count_a] != b[count_a])
            return a[count_a] < b[count_a] ? -1 : 1;
    return 0;
}

/* a -= b, where a is not less. */
static void subtract_digits(uint8_t *a, size_t count_a, const uint8_t *b, size_t count_b)
{
    int borrow = 0;
    for (size_t i = 0; i < count_a; i++) {
        int digit = a[i] - (i < count_b ? b[i] : 0) - borrow;
        borrow = digit < 0;
        a[i] = (uint8_t)(digit + (borrow ? 10 : 0));
    }
}

bool decimal_add(struct arena *arena, const struct decimal *a, const struct decimal *b, struct decimal *ret)
{
    struct decimal left, right;
    int exponent = a->exponent < b->exponent ? a->exponent : b->exponent;
    if (!with_exponent(arena, a, exponent, &left) || !with_exponent(arena, b, exponent, &right))
        return false;
    if (compare_digits(left.digits, left.count, right.digits, right.count) < 0) {
        struct decimal swapped = left;
        left = right;
        right = swapped;
    }
    if (left.negative != right.negative) {
        subtract_digits(left.digits, left.count, right.digits, right.count);
    } else {
        int carry = 0;
        for (size_t i = 0; i < left.count; i++) {
            int digit = left.digits[i] + (i < right.count ? right.digits[i] : 0) + carry;
            carry = digit > 9;
            left.digits[i] = (uint8_t)(digit - (carry ? 10 : 0));
        }
        if (carry)
            left.digits[left.count++] = 1;
    }
    normalise(&left);
    *ret = left;
    return true;
}

bool decimal_multiply(struct arena *arena, const struct decimal *a, const struct decimal *b, struct decimal *ret)
{
    struct decimal result = {.exponent = a->exponent + b->exponent, .negative = a->negative != b->negative};
    if (a->count + b->count > DECIMAL_DIGITS_MAX)
        return false;
    result.digits = arena_zeroed(arena, a->count + b->count + 1, 1);
    for (size_t i = 0; i < a->count; i++) {
        unsigned carry = 0;
        for (size_t k = 0; k < b->count || carry; k++) {
            unsigned digit = result.digits[i + k] + carry + (k < b->count ? (unsigned)a->digits[i] * b->digits[k] : 0);
            result.digits[i + k] = (uint8_t)(digit % 10);
            carry = digit / 10;
        }
    }
    result.count = a->count + b->count;
    normalise(&result);
    *ret = result;
    return true;
}

bool decimal_divide(struct arena *arena, const struct decimal *dividend, const struct decimal *divisor,
                    struct decimal *ret)
{
    const struct decimal first = *dividend, second = *divisor, *a = &first, *b = &second; /* *ret may be one of them */
    /* One digit more than wanted, by long division; then round. */
    struct decimal result = {.exponent = -(DIVISION_DIGITS + 1), .negative = a->negative != b->negative};
    int shift = a->exponent - b->exponent + DIVISION_DIGITS + 1; /* a * 10^shift / b, of the digits alone */
    size_t zeros = shift > 0 ? (size_t)shift : 0, cut = shift < 0 ? (size_t)-shift : 0;
    size_t count = a->count + zeros > cut ? a->count + zeros - cut : 0;
    *ret = (struct decimal){.digits = arena_zeroed(arena, 1, 1), .exponent = -DIVISION_DIGITS};
    if (count > DECIMAL_DIGITS_MAX || b->count > DECIMAL_DIGITS_MAX)
        return false;
    result.digits = arena_zeroed(arena, count + 2, 1);
    uint8_t *rest = arena_zeroed(arena, b->count + 2, 1);
    size_t rest_count = 0;
    for (size_t i = count; i-- > 0;) {
        memmove(rest + 1, rest, rest_count);
        rest[0] = i < zeros ? 0 : a->digits[i - zeros + cut];
        rest_count++;
        while (rest_count && !rest[rest_count - 1])
            rest_count--;
        while (compare_digits(rest, rest_count, b->digits, b->count) >= 0) {
            subtract_digits(rest, rest_count, b->digits, b->count);
            while (rest_count && !rest[rest_count - 1])
                rest_count--;
            result.digits[i]++;
        }
    }
    result.count = count;
    normalise(&result);
    bool round_up = result.count && result.digits[0] >= 5;
    if (!result.count)
        return true;
    result.digits++;
    result.count--;
    result.exponent++;
    for (size_t i = 0; round_up; i++) {
        if (i >= result.count)
            result.count = i + 1;
        round_up = ++result.digits[i] == 10;
        if (round_up)
            result.digits[i] = 0;
    }
    normalise(&result);
    *ret = result;
    return true;
}

double decimal_to_double(struct arena *arena, const struct decimal *value)
{
    char *text = arena_take(arena, value->count + 32);
    size_t length = 0;
    if (!value->count)
        return 0;
    if (value->negative)
        text[length++] = '-';
    for (size_t i = value->count; i-- > 0;)
        text[length++] = (char)('0' + value->digits[i]);
    text[length++] = 'e';
    length += number_format_i64(value->exponent, text + length);
    double result;
    if (number_parse_double((struct slice){text, length}, &result))
        return result;
    return value->negative ? -INFINITY : INFINITY; /* too large for a double */
}
