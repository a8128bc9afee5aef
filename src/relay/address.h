/* address.h - an address and port of either family, in 24 bytes. */
#pragma once
#include "base/slice.h"
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct relay_address {
    uint8_t bytes[16]; /* the first 4 for IPv4 */
    uint32_t scope;    /* the interface that a link-local address (fe80::) is of; else 0 */
    uint16_t port;     /* host order */
    uint8_t family;    /* AF_INET, AF_INET6; 0: none */
};

enum { RELAY_ADDRESS_TEXT = 68 }; /* the longest text of one, and a NUL */

/* From and to the kernel's form. An IPv4 address mapped into IPv6 is IPv4. */
struct relay_address relay_address_from(const struct sockaddr_storage *from);
socklen_t relay_address_to(const struct relay_address *address, struct sockaddr_storage *to);
/* fe80::/10: it means something only on its interface (RFC 4007). */
bool relay_address_is_link_local(const struct relay_address *address);
bool relay_address_equal(const struct relay_address *a, const struct relay_address *b);
/* "10.0.0.1:80", "[fd00::1]:80", "[fe80::1%2]:80" with the interface's number, as Envoy has it; "-" for none (and not
 * in `out`). */
const char *relay_address_text(const struct relay_address *address, char out[RELAY_ADDRESS_TEXT]);
