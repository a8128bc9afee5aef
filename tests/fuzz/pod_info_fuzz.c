/* A pod's annotations as a file: what is read, written anew in quotes, reads back as the same; nothing is longer than
 * what it was made of. */
#include "base/buffer.h"
#include "proxy/pod_info.h"
#include <stdint.h>
#include <stdlib.h>

static void write_line(struct buffer *out, const struct pod_info_entry *entry)
{
    buffer_add_slice(out, entry->key);
    buffer_add_literal(out, "=\"");
    for (size_t i = 0; i < entry->value.length; i++)
        buffer_format(out, "\\x%02x", (unsigned char)entry->value.bytes[i]);
    buffer_add_literal(out, "\"\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(16 * 1024 * 1024);
    const struct source source = {.name = SLICE("annotations"), .text = {(const char *)data, size}};
    struct pod_info info, again;
    struct error error;
    if (!pod_info_parse(&arena, &source, &info, &error)) {
        if (!error.where.line || !error.text[0])
            abort();
        return 0;
    }
    size_t total = 0;
    for (size_t i = 0; i < info.count; i++) {
        total += info.entries[i].key.length + info.entries[i].value.length;
        write_line(&out, &info.entries[i]);
    }
    if (total > size)
        abort();
    const struct source written = {.name = SLICE("again"), .text = buffer_slice(&out)};
    if (!pod_info_parse(&arena, &written, &again, &error) || again.count != info.count)
        abort();
    for (size_t i = 0; i < info.count; i++) {
        if (!slice_equal(info.entries[i].key, again.entries[i].key) ||
            !slice_equal(info.entries[i].value, again.entries[i].value))
            abort();
    }
    return 0;
}
