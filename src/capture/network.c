#include "capture/network.h"
#include "base/number.h"
#include <arpa/inet.h>
#include <stdio.h>

static unsigned version_bits(unsigned version)
{
    return version == 6 ? 128 : 32;
}

/* Without the length; false when it is neither. */
static bool address_parse(struct slice text, struct network *ret)
{
    char terminated[INET6_ADDRSTRLEN + 1];
    if (text.length == 0 || text.length >= sizeof terminated || slice_find_byte(text, '\0') != SLICE_NONE)
        return false;
    memcpy(terminated, text.bytes, text.length);
    terminated[text.length] = '\0';
    struct network network = {.version = slice_find_byte(text, ':') == SLICE_NONE ? 4 : 6};
    if (inet_pton(network.version == 6 ? AF_INET6 : AF_INET, terminated, network.address) != 1)
        return false;
    network.bits = (uint8_t)version_bits(network.version);
    *ret = network;
    return true;
}

static void host_bits_clear(struct network *network)
{
    for (unsigned bit = network->bits; bit < version_bits(network->version); bit++)
        network->address[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
}

bool network_parse(struct slice text, struct network *ret, struct error *error)
{
    struct position nowhere = {0};
    size_t slash = slice_find_last(text, SLICE("/"));
    if (slash == SLICE_NONE)
        return error_set(error, ERROR_VALUE, nowhere, "\"%.*s\" has no length: expected a network like 10.0.0.0/8",
                         SLICE_ARGS(text));
    struct network network;
    if (!address_parse(slice_range(text, 0, slash), &network))
        return error_set(error, ERROR_VALUE, nowhere,
                         "\"%.*s\" does not begin with an IP address: expected a network like 10.0.0.0/8 or fd00::/8",
                         SLICE_ARGS(text));
    struct slice length = slice_from_offset(text, slash + 1);
    uint16_t bits;
    bool padded = length.length > 1 && length.bytes[0] == '0';
    if (padded || !number_parse_u16(length, &bits) || bits > version_bits(network.version))
        return error_set(error, ERROR_VALUE, nowhere, "\"%.*s\" has the length \"%.*s\": expected 0 to %u",
                         SLICE_ARGS(text), SLICE_ARGS(length), version_bits(network.version));
    network.bits = (uint8_t)bits;
    host_bits_clear(&network);
    *ret = network;
    return true;
}

bool network_parse_host(struct slice text, struct network *ret, struct error *error)
{
    if (address_parse(text, ret))
        return true;
    return error_set(error, ERROR_VALUE, (struct position){0},
                     "\"%.*s\" is not an IP address: expected one like 10.0.0.5", SLICE_ARGS(text));
}

bool network_equal(const struct network *a, const struct network *b)
{
    return a->version == b->version && a->bits == b->bits && memcmp(a->address, b->address, sizeof a->address) == 0;
}

bool network_contains(const struct network *network, const struct network *host)
{
    if (network->version != host->version)
        return false;
    struct network cut = *host;
    cut.bits = network->bits;
    host_bits_clear(&cut);
    return network_equal(network, &cut);
}

bool network_is_loopback(const struct network *network)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}, one[16] = {[15] = 1};
    if (network->version == 4)
        return network->address[0] == 127;
    if (memcmp(network->address, mapped, sizeof mapped) == 0)
        return network->address[12] == 127;
    return network->version == 6 && memcmp(network->address, one, sizeof one) == 0;
}

const char *network_address_text(const struct network *network, char out[NETWORK_TEXT_MAX])
{
    if (!inet_ntop(network->version == 6 ? AF_INET6 : AF_INET, network->address, out, NETWORK_TEXT_MAX))
        out[0] = '\0';
    return out;
}

const char *network_text(const struct network *network, char out[NETWORK_TEXT_MAX])
{
    network_address_text(network, out);
    size_t length = strlen(out);
    snprintf(out + length, NETWORK_TEXT_MAX - length, "/%u", network->bits);
    return out;
}
