#include "base/rune.h"

unsigned rune_decode(struct slice text, size_t *ret_length)
{
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    unsigned first = bytes[0];
    *ret_length = 1;
    if (first < 0x80)
        return first;
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.length < length)
        return RUNE_INVALID;
    unsigned rune = first & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return RUNE_INVALID;
        rune = rune << 6 | (bytes[i] & 0x3f);
    }
    static const unsigned smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (rune < smallest[length] || rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
        return RUNE_INVALID;
    *ret_length = length;
    return rune;
}

size_t rune_valid_prefix(struct slice text)
{
    size_t at = 0;
    while (at < text.length) {
        if ((unsigned char)text.bytes[at] < 0x80) {
            at++;
            continue;
        }
        size_t length;
        rune_decode(slice_from_offset(text, at), &length);
        if (length == 1)
            return at;
        at += length;
    }
    return at;
}

size_t rune_count(struct slice text)
{
    size_t count = 0, length;
    for (size_t at = 0; at < text.length; at += length, count++)
        rune_decode(slice_from_offset(text, at), &length);
    return count;
}
