#include "tree/yaml_order.h"
#include "base/rune.h"
#include <stdint.h>

struct range {
    unsigned first, last;
};

static bool is_digit(unsigned rune)
{
    return rune >= '0' && rune <= '9';
}

/* Unicode's letters, near enough for keys: beyond Latin-1, the blocks of signs are left out and the rest taken. */
static bool is_letter(unsigned rune)
{
    static const struct range no_letters[] = {
        {0x2c2, 0x2c5},   {0x2d2, 0x2df},   {0x300, 0x36f},   {0x660, 0x669},     {0x966, 0x96f},      {0x2000, 0x2070},
        {0x2072, 0x207e}, {0x2080, 0x208f}, {0x20a0, 0x2101}, {0x2140, 0x2144},   {0x2150, 0x2182},    {0x2185, 0x2bff},
        {0x3000, 0x3004}, {0x3007, 0x3030}, {0xd7c7, 0xd7ca}, {0xd7fc, 0xf8ff},   {0xfe00, 0xfe6f},    {0xfefd, 0xff20},
        {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0xffe0, 0xffff}, {0x1f000, 0x1faff}, {0xe0000, 0x10ffff},
    };
    if (rune < 0x80)
        return (rune | 0x20) >= 'a' && (rune | 0x20) <= 'z';
    if (rune < 0x100)
        return rune == 0xaa || rune == 0xb5 || rune == 0xba || (rune >= 0xc0 && rune != 0xd7 && rune != 0xf7);
    for (size_t i = 0; i < sizeof no_letters / sizeof *no_letters; i++) {
        if (rune >= no_letters[i].first && rune <= no_letters[i].last)
            return false;
    }
    return true;
}

/* The number that starts at `at`; wraps around as Go's int64 does. */
static int64_t number_at(struct slice text, size_t at, int64_t start, size_t *ret_digits)
{
    uint64_t number = (uint64_t)start;
    size_t count = 0;
    for (; at + count < text.length && is_digit((unsigned char)text.bytes[at + count]); count++)
        number = number * 10 + (uint64_t)(text.bytes[at + count] - '0');
    *ret_digits = count;
    return (int64_t)number;
}

/* Two texts that are the same up to `at` and differ there in signs or digits. */
static bool number_less(struct slice a, struct slice b, size_t at, unsigned rune_a, unsigned rune_b)
{
    int64_t start = 0;
    if (rune_a == '0' || rune_b == '0') {
        for (size_t i = at; i > 0 && is_digit((unsigned char)a.bytes[i - 1]); i--) {
            if (a.bytes[i - 1] != '0') {
                start = 1; /* a zero inside a number, 10 against 1-: the digits before it count */
                break;
            }
        }
    }
    size_t digits_a, digits_b;
    int64_t number_a = number_at(a, at, start, &digits_a), number_b = number_at(b, at, start, &digits_b);
    if (number_a != number_b)
        return number_a < number_b;
    if (digits_a != digits_b)
        return digits_a < digits_b;
    return rune_a < rune_b;
}

/* go-yaml v2, sorter.go: keyList.Less. */
bool yaml_order_less(struct slice a, struct slice b)
{
    size_t at = 0, shorter = a.length < b.length ? a.length : b.length, length;
    while (at < shorter && a.bytes[at] == b.bytes[at])
        at++;
    while (at > 0 && at < shorter && ((unsigned char)a.bytes[at] & 0xc0) == 0x80)
        at--; /* to the start of the rune that differs */
    if (at == shorter)
        return a.length < b.length;
    unsigned rune_a = rune_decode(slice_from_offset(a, at), &length);
    unsigned rune_b = rune_decode(slice_from_offset(b, at), &length);
    bool is_letter_a = is_letter(rune_a), is_letter_b = is_letter(rune_b);
    if (is_letter_a && is_letter_b)
        return rune_a < rune_b;
    if (is_letter_a || is_letter_b)
        return is_letter_b;
    return number_less(a, b, at, rune_a, rune_b);
}
