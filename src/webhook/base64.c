#include "webhook/base64.h"
#include <nettle/base64.h>

struct slice base64_write(struct arena *arena, struct slice bytes)
{
    size_t length = BASE64_ENCODE_RAW_LENGTH(bytes.length);
    char *text = arena_take(arena, length + 1);
    base64_encode_raw(text, bytes.length, (const uint8_t *)bytes.bytes);
    text[length] = '\0';
    return (struct slice){text, length};
}

bool base64_read(struct arena *arena, struct slice text, struct slice *ret_bytes)
{
    struct base64_decode_ctx context;
    size_t length = BASE64_DECODE_LENGTH(text.length);
    uint8_t *bytes = arena_take(arena, length + 1);
    base64_decode_init(&context);
    if (!base64_decode_update(&context, &length, bytes, text.length, text.bytes) || !base64_decode_final(&context))
        return false;
    bytes[length] = '\0';
    *ret_bytes = (struct slice){(const char *)bytes, length};
    return true;
}
