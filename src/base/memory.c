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

struct slice memory_copy(struct slice text)
{
    char *bytes = memory_resize(NULL, 1, text.length + 1);
    if (text.length)
        memcpy(bytes, text.bytes, text.length);
    bytes[text.length] = '\0';
    return (struct slice){bytes, text.length};
}

void memory_free_secret(struct slice secret)
{
    if (secret.bytes)
        explicit_bzero((char *)secret.bytes, secret.length);
    free((char *)secret.bytes);
}

void memory_free(void *variable)
{
    free(*(void **)variable);
}
