/* What a server of gRPC answers to a health check: read or refused; what is read, behind a field that nobody knows, is
 * read as the same. A service's name comes out as it went in. */
#include "proxy/health_message.h"
#include <stdlib.h>

static void with_unknown_field(struct slice body, uint64_t status)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(1 << 20);
    uint64_t again;
    size_t length = body.length - 5 + 4;
    const char head[] = {
        0, (char)(length >> 24), (char)(length >> 16), (char)(length >> 8), (char)length, 15 << 3 | 2, 2, 'x', 'y'};
    buffer_add(&out, head, sizeof head);
    buffer_add_slice(&out, slice_from_offset(body, 5));
    if (!health_message_read(buffer_slice(&out), &again) || again != status)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice body = {(const char *)data, size};
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(8192);
    uint64_t status;
    if (health_message_read(body, &status))
        with_unknown_field(body, status);
    health_message_print(&out, body);
    if (!out.overflowed && (!slice_ends(buffer_slice(&out), body) || !health_message_read(buffer_slice(&out), &status)))
        abort();
    return 0;
}
