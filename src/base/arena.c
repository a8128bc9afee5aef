#include "base/arena.h"
#include "base/memory.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(start, length) ASAN_POISON_MEMORY_REGION((start), (length))
#define UNPOISON(start, length) ASAN_UNPOISON_MEMORY_REGION((start), (length))
#else
#define POISON(start, length) ((void)(start), (void)(length))
#define UNPOISON(start, length) ((void)(start), (void)(length))
#endif

enum { CHUNK_FIRST = 16 * 1024, CHUNK_KEPT_MAX = 256 * 1024, CHUNK_GROWTH_MAX = 4 * 1024 * 1024 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t capacity;
    char bytes[] __attribute__((aligned(16)));
};

/* Only the chunk's reuse after a reset is watched by ASan: within one request a block's neighbours are its own. */
static void chunk_open(struct arena *arena, struct arena_chunk *chunk)
{
    UNPOISON(chunk->bytes, chunk->capacity);
    arena->next = chunk->bytes;
    arena->end = chunk->bytes + chunk->capacity;
}

static void chunks_free(struct arena_chunk *chunk)
{
    while (chunk) {
        struct arena_chunk *older = chunk->older;
        UNPOISON(chunk->bytes, chunk->capacity);
        free(chunk);
        chunk = older;
    }
}

void arena_done(struct arena *arena)
{
    chunks_free(arena->newest);
    *arena = (struct arena)ARENA_INIT;
}

void arena_reset(struct arena *arena)
{
    struct arena_chunk *kept = NULL;
    for (struct arena_chunk **link = &arena->newest; *link; link = &(*link)->older) {
        if ((*link)->capacity <= CHUNK_KEPT_MAX) {
            kept = *link;
            *link = kept->older;
            break;
        }
    }
    chunks_free(arena->newest);
    *arena = (struct arena)ARENA_INIT;
    if (kept) {
        kept->older = NULL;
        arena->newest = kept;
        POISON(kept->bytes, kept->capacity);
        chunk_open(arena, kept);
    }
}

static void chunk_add(struct arena *arena, size_t capacity)
{
    if (capacity > SIZE_MAX - sizeof(struct arena_chunk))
        capacity = SIZE_MAX - sizeof(struct arena_chunk); /* cannot be had: memory_resize says so and aborts */
    struct arena_chunk *chunk = memory_resize(NULL, 1, sizeof *chunk + capacity);
    chunk->capacity = capacity;
    chunk->older = arena->newest;
    arena->newest = chunk;
    chunk_open(arena, chunk);
}

void *arena_grow(struct arena *arena, size_t bytes)
{
    size_t rounded = (bytes + 7) & ~(size_t)7;
    size_t capacity = CHUNK_FIRST;
    if (arena->newest) {
        capacity = arena->newest->capacity * 2;
        if (capacity > CHUNK_GROWTH_MAX)
            capacity = CHUNK_GROWTH_MAX;
    }
    if (capacity < rounded)
        capacity = rounded;
    chunk_add(arena, rounded < bytes ? SIZE_MAX : capacity);
    void *block = arena->next;
    arena->next += rounded;
    arena->used += rounded;
    return block;
}

void arena_reserve(struct arena *arena, size_t bytes)
{
    if (bytes > (size_t)(arena->end - arena->next))
        chunk_add(arena, bytes > SIZE_MAX - 7 ? SIZE_MAX : (bytes + 7) & ~(size_t)7);
}

size_t arena_held(const struct arena *arena)
{
    size_t held = 0;
    for (const struct arena_chunk *chunk = arena->newest; chunk; chunk = chunk->older)
        held += sizeof *chunk + chunk->capacity;
    return held;
}

void *arena_zeroed(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        bytes = SIZE_MAX;
    return memset(arena_take(arena, bytes), 0, bytes);
}

struct slice arena_copy(struct arena *arena, struct slice text)
{
    return arena_join(arena, text, (struct slice){0});
}

struct slice arena_join(struct arena *arena, struct slice first, struct slice second)
{
    size_t length = first.length + second.length;
    char *bytes = arena_take(arena, length + 1);
    if (first.length)
        memcpy(bytes, first.bytes, first.length);
    if (second.length)
        memcpy(bytes + first.length, second.bytes, second.length);
    bytes[length] = '\0';
    return (struct slice){bytes, length};
}

struct slice arena_format(struct arena *arena, const char *format, ...)
{
    va_list measured, printed;
    va_start(measured, format);
    va_copy(printed, measured);
    int length = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    if (length < 0)
        length = 0;
    char *bytes = arena_take(arena, (size_t)length + 1);
    bytes[0] = '\0';
    vsnprintf(bytes, (size_t)length + 1, format, printed);
    va_end(printed);
    return (struct slice){bytes, (size_t)length};
}
