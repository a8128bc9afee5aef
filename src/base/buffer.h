/* buffer.h - bytes that grow, but never beyond a stated limit. Appending past the limit (or after that) adds nothing
 * and sets `overflowed`, so that a writer checks once, at its end or once a loop, and not at every byte. */
#pragma once
#include "base/attribute.h"
#include "base/slice.h"

struct buffer {
    char *bytes;
    size_t length, capacity, limit;
    bool overflowed;
};

#define BUFFER_INIT(limit_bytes) {.limit = (limit_bytes)}

/* Frees the bytes; the buffer can be used again. */
void buffer_done(struct buffer *buffer);
/* Empties it, keeping the memory. */
void buffer_clear(struct buffer *buffer);

/* Room for `more` bytes behind the end, or NULL when that is over the limit. The caller writes, then adds to length. */
char *buffer_reserve(struct buffer *buffer, size_t more);

/* The same for a few bytes at a time. `more` is not 0: before anything was added there are no bytes to point into. */
static inline char *buffer_room(struct buffer *buffer, size_t more)
{
    return LIKELY(more <= buffer->capacity - buffer->length) && !buffer->overflowed ? buffer->bytes + buffer->length
                                                                                    : buffer_reserve(buffer, more);
}

static inline void buffer_add(struct buffer *buffer, const char *bytes, size_t length)
{
    if (!length)
        return;
    char *room = buffer_room(buffer, length);
    if (!room)
        return;
    memcpy(room, bytes, length);
    buffer->length += length;
}

static inline void buffer_add_byte(struct buffer *buffer, char byte)
{
    buffer_add(buffer, &byte, 1);
}

static inline void buffer_add_slice(struct buffer *buffer, struct slice text)
{
    buffer_add(buffer, text.bytes, text.length);
}

#define buffer_add_literal(buffer, literal) buffer_add((buffer), (literal), sizeof(literal) - 1)

void buffer_add_repeated(struct buffer *buffer, char byte, size_t count);
void buffer_format(struct buffer *buffer, const char *format, ...) PRINTF(2, 3);
/* A Unicode scalar value as UTF-8; anything else becomes U+FFFD. */
void buffer_add_rune(struct buffer *buffer, unsigned rune);

/* What is in it; valid until the next append. */
static inline struct slice buffer_slice(const struct buffer *buffer)
{
    return (struct slice){buffer->bytes, buffer->length};
}
