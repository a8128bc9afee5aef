/* memory.h - the heap, where running out ends the program in one place. Limits on what foreign bytes may make
 * us ask for are the callers' business (base/buffer.h, and each reader's own). */
#pragma once
#include "base/slice.h"

/* `count * size` bytes, zeroed. Never NULL; aborts with a message when memory has run out or the product overflows. */
void *memory_new(size_t count, size_t size);
/* As realloc; the new part is not zeroed. Never NULL. */
void *memory_resize(void *old, size_t count, size_t size);
/* A copy of the bytes that is the caller's to free; a NUL stands behind it that the length does not count. */
struct slice memory_copy(struct slice text);
/* Frees what memory_copy gave after overwriting it: keys. No bytes (NULL) are fine. */
void memory_free_secret(struct slice secret);
/* For `_cleanup_(memory_free)`: frees what the variable points at. */
void memory_free(void *variable);
