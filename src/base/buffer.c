#include "base/buffer.h"
#include "base/memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CAPACITY_FIRST = 256 };

void buffer_done(struct buffer *buffer)
{
    free(buffer->bytes);
    buffer->bytes = NULL;
    buffer->length = buffer->capacity = 0;
    buffer->overflowed = false;
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->overflowed = false;
}

char *buffer_reserve(struct buffer *buffer, size_t more)
{
    if (buffer->overflowed || more > buffer->limit - buffer->length) {
        buffer->overflowed = true;
        return NULL;
    }
    size_t needed = buffer->length + more;
    if (needed > buffer->capacity || !buffer->bytes) {
        size_t capacity = buffer->capacity ? buffer->capacity : CAPACITY_FIRST;
        if (capacity > buffer->limit)
            capacity = buffer->limit;
        while (capacity < needed)
            capacity = capacity > buffer->limit / 2 ? buffer->limit : capacity * 2;
        buffer->bytes = memory_resize(buffer->bytes, capacity, 1);
        buffer->capacity = capacity;
    }
    return buffer->bytes + buffer->length;
}

void buffer_add_repeated(struct buffer *buffer, char byte, size_t count)
{
    char *room = count ? buffer_reserve(buffer, count) : NULL;
    if (!room)
        return;
    memset(room, byte, count);
    buffer->length += count;
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list measured, printed;
    va_start(measured, format);
    va_copy(printed, measured);
    int length = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    /* vsnprintf writes a NUL too, so it needs a byte of room more than it adds. */
    char *room = length > 0 ? buffer_reserve(buffer, (size_t)length + 1) : NULL;
    if (room) {
        vsnprintf(room, (size_t)length + 1, format, printed);
        buffer->length += (size_t)length;
    }
    va_end(printed);
}

void buffer_add_rune(struct buffer *buffer, unsigned rune)
{
    if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
        rune = 0xfffd;
    char bytes[4];
    size_t length;
    if (rune < 0x80) {
        bytes[0] = (char)rune;
        length = 1;
    } else if (rune < 0x800) {
        bytes[0] = (char)(0xc0 | rune >> 6);
        bytes[1] = (char)(0x80 | (rune & 0x3f));
        length = 2;
    } else if (rune < 0x10000) {
        bytes[0] = (char)(0xe0 | rune >> 12);
        bytes[1] = (char)(0x80 | (rune >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (rune & 0x3f));
        length = 3;
    } else {
        bytes[0] = (char)(0xf0 | rune >> 18);
        bytes[1] = (char)(0x80 | (rune >> 12 & 0x3f));
        bytes[2] = (char)(0x80 | (rune >> 6 & 0x3f));
        bytes[3] = (char)(0x80 | (rune & 0x3f));
        length = 4;
    }
    buffer_add(buffer, bytes, length);
}
