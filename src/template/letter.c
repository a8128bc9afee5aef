#include "template/letter.h"
#include "base/rune.h"
#include "template/letter_table.h"

#define IN_TABLE(table, rune) in_ranges((table), ARRAY_LENGTH(table), (rune))
#define CHANGE(table, rune) change_case((table), ARRAY_LENGTH(table), (rune))

static bool in_ranges(const struct letter_range *ranges, size_t count, unsigned rune)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (rune > ranges[middle].last)
            low = middle + 1;
        else if (rune < ranges[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

static unsigned change_case(const struct letter_case *cases, size_t count, unsigned rune)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct letter_case *found = &cases[middle];
        if (rune > found->last)
            low = middle + 1;
        else if (rune < found->first)
            high = middle;
        else
            return (rune - found->first) % found->step ? rune : (unsigned)((int)rune + found->distance);
    }
    return rune;
}

bool letter_is_letter(unsigned rune)
{
    if (rune < 0x80)
        return (rune | 0x20) >= 'a' && (rune | 0x20) <= 'z';
    return IN_TABLE(letters, rune);
}

bool letter_is_digit(unsigned rune)
{
    return rune < 0x80 ? rune >= '0' && rune <= '9' : IN_TABLE(digits, rune);
}

bool letter_is_number(unsigned rune)
{
    return rune < 0x80 ? letter_is_digit(rune) : IN_TABLE(numbers, rune);
}

bool letter_is_space(unsigned rune)
{
    if (rune < 0x80)
        return rune == ' ' || (rune >= '\t' && rune <= '\r');
    return rune == 0x85 || rune == 0xa0 || rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200a) || rune == 0x2028 ||
           rune == 0x2029 || rune == 0x202f || rune == 0x205f || rune == 0x3000;
}

bool letter_is_printable(unsigned rune)
{
    return rune < 0x80 ? rune >= 0x20 && rune < 0x7f : IN_TABLE(printable, rune);
}

bool letter_is_upper(unsigned rune)
{
    return rune < 0x80 ? rune >= 'A' && rune <= 'Z' : IN_TABLE(uppers, rune);
}

bool letter_is_lower(unsigned rune)
{
    return rune < 0x80 ? rune >= 'a' && rune <= 'z' : IN_TABLE(lowers, rune);
}

unsigned letter_to_upper(unsigned rune)
{
    if (rune < 0x80)
        return rune >= 'a' && rune <= 'z' ? rune - 0x20 : rune;
    return CHANGE(to_upper, rune);
}

unsigned letter_to_lower(unsigned rune)
{
    if (rune < 0x80)
        return rune >= 'A' && rune <= 'Z' ? rune + 0x20 : rune;
    return CHANGE(to_lower, rune);
}

unsigned letter_to_title(unsigned rune)
{
    if (rune < 0x80)
        return letter_to_upper(rune);
    return CHANGE(to_title, rune);
}

size_t letter_encode(unsigned rune, char *out)
{
    if (rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
        rune = RUNE_INVALID;
    if (rune < 0x80) {
        out[0] = (char)rune;
        return 1;
    }
    if (rune < 0x800) {
        out[0] = (char)(0xc0 | rune >> 6);
        out[1] = (char)(0x80 | (rune & 0x3f));
        return 2;
    }
    if (rune < 0x10000) {
        out[0] = (char)(0xe0 | rune >> 12);
        out[1] = (char)(0x80 | (rune >> 6 & 0x3f));
        out[2] = (char)(0x80 | (rune & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | rune >> 18);
    out[1] = (char)(0x80 | (rune >> 12 & 0x3f));
    out[2] = (char)(0x80 | (rune >> 6 & 0x3f));
    out[3] = (char)(0x80 | (rune & 0x3f));
    return 4;
}

struct slice letter_map(struct arena *arena, struct slice text, unsigned (*change)(unsigned rune))
{
    size_t at = 0, length;
    while (at < text.length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        if (change(rune) != rune || (rune == RUNE_INVALID && length == 1))
            break;
        at += length;
    }
    if (at == text.length)
        return text;
    /* A rune may grow from 1 byte (invalid) or 2 to 3, never past 4. */
    char *out = arena_take(arena, at + (text.length - at) * 4);
    if (at)
        memcpy(out, text.bytes, at);
    size_t end = at;
    while (at < text.length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        end += letter_encode(change(rune), out + end);
        at += length;
    }
    return (struct slice){out, end};
}

struct slice letter_trim(struct slice text)
{
    size_t start = 0, length;
    while (start < text.length && letter_is_space(rune_decode(slice_from_offset(text, start), &length)))
        start += length;
    size_t end = text.length;
    while (end > start) {
        size_t before = end - 1;
        while (before > start && end - before < 4 && ((unsigned char)text.bytes[before] & 0xc0) == 0x80)
            before--;
        if (!letter_is_space(rune_decode(slice_range(text, before, end), &length)) || length != end - before)
            break;
        end = before;
    }
    return slice_range(text, start, end);
}
