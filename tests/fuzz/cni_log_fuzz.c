/* Whatever is sent as log lines: every line that comes out is ended, not empty, and without control characters. */
#include "base/buffer.h"
#include "cni/log_server.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer out = BUFFER_INIT(64 * 1024 * 1024);
    log_server_lines((struct slice){(const char *)data, size}, &out);
    for (size_t i = 0; i < out.length; i++) {
        unsigned char byte = (unsigned char)out.bytes[i];
        if ((byte < ' ' && byte != '\n') || byte == 0x7f || (byte == '\n' && (i == 0 || out.bytes[i - 1] == '\n')))
            abort();
    }
    if (out.length && out.bytes[out.length - 1] != '\n')
        abort();
    buffer_done(&out);
    return 0;
}
