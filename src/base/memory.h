/* memory.h - the heap, where running out ends the program in one place. Limits on what foreign bytes may make
 * us ask for are the callers' business (base/buffer.h, and each reader's own). */
#pragma once
#include <stddef.h>

/* `count * size` bytes, zeroed. Never NULL; aborts with a message when memory has run out or the product overflows. */
void *memory_new(size_t count, size_t size);
/* As realloc; the new part is not zeroed. Never NULL. */
void *memory_resize(void *old, size_t count, size_t size);
/* For `_cleanup_(memory_free)`: frees what the variable points at. */
void memory_free(void *variable);
