#include "base/slice.h"

struct slice slice_from(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

int slice_compare(struct slice a, struct slice b)
{
    size_t shared = a.length < b.length ? a.length : b.length;
    int order = shared ? memcmp(a.bytes, b.bytes, shared) : 0;
    if (order != 0)
        return order;
    return a.length < b.length ? -1 : a.length > b.length;
}

bool slice_ends(struct slice text, struct slice suffix)
{
    return text.length >= suffix.length &&
           (suffix.length == 0 || memcmp(text.bytes + text.length - suffix.length, suffix.bytes, suffix.length) == 0);
}

size_t slice_find(struct slice text, struct slice needle)
{
    if (needle.length == 0)
        return 0;
    if (needle.length > text.length)
        return SLICE_NONE;
    const char *found = memmem(text.bytes, text.length, needle.bytes, needle.length);
    return found ? (size_t)(found - text.bytes) : SLICE_NONE;
}

size_t slice_find_last(struct slice text, struct slice needle)
{
    if (needle.length > text.length)
        return SLICE_NONE;
    for (size_t start = text.length - needle.length + 1; start-- > 0;) {
        if (needle.length == 0 || memcmp(text.bytes + start, needle.bytes, needle.length) == 0)
            return start;
    }
    return SLICE_NONE;
}

size_t slice_find_byte(struct slice text, char byte)
{
    const char *found = text.length ? memchr(text.bytes, byte, text.length) : NULL;
    return found ? (size_t)(found - text.bytes) : SLICE_NONE;
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct slice slice_trim(struct slice text)
{
    while (text.length && is_space(text.bytes[0])) {
        text.bytes++;
        text.length--;
    }
    while (text.length && is_space(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

bool slice_split(struct slice_splitter *splitter, char separator, struct slice *ret_part)
{
    if (splitter->finished)
        return false;
    size_t at = slice_find_byte(splitter->rest, separator);
    if (at == SLICE_NONE) {
        *ret_part = splitter->rest;
        splitter->finished = true;
        return true;
    }
    *ret_part = slice_range(splitter->rest, 0, at);
    splitter->rest = slice_from_offset(splitter->rest, at + 1);
    return true;
}
