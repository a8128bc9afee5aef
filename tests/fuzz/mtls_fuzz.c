/* Whatever the file of --mtlsConfig or the text of --mtls says: what is taken can be used, and nothing is protected
 * towards nobody in particular; what is refused has a reason. The first byte decides which of the two it is. */
#include "proxy/mtls.h"
#include "relay/spiffe.h"
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void destination_check(const struct relay_tls_destination *destination)
{
    bool is_named = destination->network.family == 0;
    check(is_named == (destination->name.length > 0) && destination->identity_count > 0);
    check(is_named || destination->prefix <= (destination->network.family == AF_INET ? 32U : 128U));
    for (size_t i = 0; i < destination->name.length; i++)
        check(destination->name.bytes[i] < 'A' || destination->name.bytes[i] > 'Z');
    for (size_t i = 0; i < destination->identity_count; i++)
        check(spiffe_is_pattern(destination->identities[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct relay_tls_settings settings = {0};
    struct error error = {0};
    if (!size)
        return 0;
    const struct slice text = {(const char *)data + 1, size - 1};
    const struct source source = {.name = SLICE("mtls.yaml"), .text = text};
    bool is_taken = data[0] % 2 ? mtls_file_parse(&arena, &source, &settings, &error)
                                : mtls_modes_parse(&arena, text, &settings, &error);
    if (!is_taken) {
        check(error.code != ERROR_NONE && error.text[0]);
        return 0;
    }
    for (size_t i = 0; i < settings.port_count; i++)
        check(settings.ports[i].port > 0 && settings.ports[i].mode <= RELAY_TLS_STRICT);
    for (size_t i = 0; i < settings.destination_count; i++)
        destination_check(&settings.destinations[i]);
    return 0;
}
