/* arena.h - memory that is given back all at once: one arena a request, document or CNI call.
 * Nothing taken from an arena is freed by itself. Not for use by two threads at once. */
#pragma once
#include "base/attribute.h"
#include "base/slice.h"
#include <stddef.h>

struct arena_chunk;
struct arena {
    char *next, *end;           /* the free part of the newest chunk */
    struct arena_chunk *newest; /* the chunks, newest first */
    size_t used;                /* bytes handed out since the last reset */
};

#define ARENA_INIT {0}

/* Gives all memory back to the system. A zeroed arena is fine. */
void arena_done(struct arena *arena);
/* Forgets everything that was taken but keeps one chunk of at most 256 KiB, so that the next request takes none from
 * the system and the memory held stays bounded. */
void arena_reset(struct arena *arena);

void *arena_grow(struct arena *arena, size_t bytes);

/* `bytes` bytes aligned for any type up to 8 bytes, not zeroed. */
static inline void *arena_take(struct arena *arena, size_t bytes)
{
    size_t rounded = (bytes + 7) & ~(size_t)7;
    if (UNLIKELY(rounded < bytes || rounded > (size_t)(arena->end - arena->next)))
        return arena_grow(arena, bytes);
    void *block = arena->next;
    arena->next += rounded;
    arena->used += rounded;
    return block;
}

/* Sees to it that the next `bytes` bytes come out of one piece, and no more is taken from the system for them. */
void arena_reserve(struct arena *arena, size_t bytes);
/* The bytes it has from the system, handed out or not. */
size_t arena_held(const struct arena *arena);

/* `count` zeroed things of `size` bytes; the product is overflow-checked. */
void *arena_zeroed(struct arena *arena, size_t count, size_t size);
#define arena_new(arena, type, count) ((type *)arena_zeroed((arena), (count), sizeof(type)))

/* A copy of the bytes; a NUL stands behind the copy that its length does not count. */
struct slice arena_copy(struct arena *arena, struct slice text);
/* The pieces in a row. */
struct slice arena_join(struct arena *arena, struct slice first, struct slice second);
/* As printf. */
struct slice arena_format(struct arena *arena, const char *format, ...) PRINTF(2, 3);
