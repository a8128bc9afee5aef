#include "base/memory.h"
#include "base/attribute.h"
#include <stdlib.h>
#include <unistd.h>

NORETURN static void memory_exhausted(void)
{
    static const char message[] = "pillion: out of memory\n";
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
        abort();
    abort();
}

void *memory_new(size_t count, size_t size)
{
    void *block = calloc(count ? count : 1, size ? size : 1);
    if (!block)
        memory_exhausted();
    return block;
}

void *memory_resize(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        memory_exhausted();
    void *block = realloc(old, bytes ? bytes : 1);
    if (!block)
        memory_exhausted();
    return block;
}

void memory_free(void *variable)
{
    free(*(void **)variable);
}
