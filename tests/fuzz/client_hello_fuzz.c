/* More bytes never change a verdict other than "more", and what is found lies in the bytes. */
#include "relay/client_hello.h"
#include <stdlib.h>

static void check(bool is_true)
{
    if (!is_true)
        abort();
}

static bool lies_in(struct slice part, const char *bytes, size_t length)
{
    return part.bytes >= bytes && part.bytes + part.length <= bytes + length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *scratch = malloc(size + 1);
    enum client_hello_verdict before = CLIENT_HELLO_MORE;
    struct client_hello first = {0};
    size_t step = size / 256 + 1;
    for (size_t length = 0; length <= size; length += size - length < step && length < size ? size - length : step) {
        struct client_hello hello = {0};
        char *exact = malloc(length ? length : 1); /* of its size, so that reading beyond is found */
        memcpy(exact, data, length);
        enum client_hello_verdict verdict = client_hello_parse((struct slice){exact, length}, scratch, &hello);
        check(before == CLIENT_HELLO_MORE || verdict == before);
        check(verdict == CLIENT_HELLO_OTHER || !length || client_hello_may_begin((struct slice){exact, length}));
        if (verdict == CLIENT_HELLO_WHOLE) {
            for (size_t i = 0; i < hello.protocol_count; i++)
                check(lies_in(hello.protocols[i], exact, length) || lies_in(hello.protocols[i], scratch, size));
            check(!hello.server_name.length || lies_in(hello.server_name, exact, length) ||
                  lies_in(hello.server_name, scratch, size));
            check(before != CLIENT_HELLO_WHOLE || first.protocol_count == hello.protocol_count);
            first = hello;
        }
        before = verdict;
        free(exact);
    }
    free(scratch);
    return 0;
}
