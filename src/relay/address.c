#include "relay/address.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct relay_address relay_address_from(const struct sockaddr_storage *from)
{
    struct relay_address address = {0};
    if (from->ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, from, sizeof in);
        memcpy(address.bytes, &in.sin_addr, 4);
        address.port = ntohs(in.sin_port);
        address.family = AF_INET;
    } else if (from->ss_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, from, sizeof in);
        bool is_mapped = IN6_IS_ADDR_V4MAPPED(&in.sin6_addr);
        memcpy(address.bytes, in.sin6_addr.s6_addr + (is_mapped ? 12 : 0), is_mapped ? 4 : 16);
        address.port = ntohs(in.sin6_port);
        address.family = is_mapped ? AF_INET : AF_INET6;
        address.scope = is_mapped ? 0 : in.sin6_scope_id;
    }
    return address;
}

socklen_t relay_address_to(const struct relay_address *address, struct sockaddr_storage *to)
{
    memset(to, 0, sizeof *to);
    if (address->family == AF_INET) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(address->port)};
        memcpy(&in.sin_addr, address->bytes, 4);
        memcpy(to, &in, sizeof in);
        return sizeof in;
    }
    struct sockaddr_in6 in = {
        .sin6_family = AF_INET6, .sin6_port = htons(address->port), .sin6_scope_id = address->scope};
    memcpy(&in.sin6_addr, address->bytes, 16);
    memcpy(to, &in, sizeof in);
    return sizeof in;
}

bool relay_address_is_link_local(const struct relay_address *address)
{
    return address->family == AF_INET6 && address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

bool relay_address_equal(const struct relay_address *a, const struct relay_address *b)
{
    return a->family == b->family && a->port == b->port && a->scope == b->scope &&
           memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

const char *relay_address_text(const struct relay_address *address, char out[RELAY_ADDRESS_TEXT])
{
    char text[INET6_ADDRSTRLEN];
    if (!address->family || !inet_ntop(address->family, address->bytes, text, sizeof text))
        return "-";
    if (address->family == AF_INET)
        snprintf(out, RELAY_ADDRESS_TEXT, "%s:%u", text, address->port);
    else if (address->scope)
        snprintf(out, RELAY_ADDRESS_TEXT, "[%s%%%u]:%u", text, address->scope, address->port);
    else
        snprintf(out, RELAY_ADDRESS_TEXT, "[%s]:%u", text, address->port);
    return out;
}
