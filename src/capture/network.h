/* network.h - an IP network: an address and how many of its bits count. A host is a network with all bits. */
#pragma once
#include "base/attribute.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"
#include <stdint.h>

struct network {
    uint8_t version;     /* 4 or 6; 0: none */
    uint8_t bits;        /* 0 to 32 or 128 */
    uint8_t address[16]; /* the first 4 bytes for IPv4; bits past `bits` are zero */
};

enum { NETWORK_TEXT_MAX = 64 }; /* the longest text of one, and a NUL */

/* "10.0.0.0/8", "fd00::/8". The length is needed and has no sign or leading zero, IPv4 bytes have no leading zero and
 * IPv6 no zone, as Go's netip.ParsePrefix wants it. Host bits are cleared, as the kernel does. */
MUST_CHECK bool network_parse(struct slice text, struct network *ret, struct error *error);
/* "10.0.0.5", "fd00::1": a host. */
MUST_CHECK bool network_parse_host(struct slice text, struct network *ret, struct error *error);

bool network_equal(const struct network *a, const struct network *b);
/* Whether the host (any network is taken by its address) lies in the network. Never across versions. */
bool network_contains(const struct network *network, const struct network *host);
/* 127.0.0.0/8 and ::1, IPv4-mapped too (Go's netip.Addr.IsLoopback). Judged by the address alone. */
bool network_is_loopback(const struct network *network);

/* The address alone, or with "/bits", NUL-terminated. Gives `out`. */
const char *network_address_text(const struct network *network, char out[NETWORK_TEXT_MAX]);
const char *network_text(const struct network *network, char out[NETWORK_TEXT_MAX]);
