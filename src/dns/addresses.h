/* addresses.h - which addresses an answer gives to the name that was asked for. */
#pragma once
#include "base/slice.h"
#include <stdint.h>

/* Longer aliases of aliases are not followed; nor are, in an answer of more, addresses beyond these. */
enum { DNS_ALIASES_MAX = 16, DNS_ADDRESSES_MAX = 256, DNS_TTL_MAX = 3600 };

typedef void dns_answered(void *context, struct slice name, int family, const uint8_t *address, uint32_t seconds);

/* Calls `answered` for each A and AAAA record of the name asked for, or of that for which it is, by CNAME records in
 * the answer section, an alias (RFC 1034, 3.6.2). The name is in lower case, without a dot behind it, NUL-terminated;
 * the seconds are the least of the way's TTLs, at most DNS_TTL_MAX. An answer that is broken, or an error, gives none.
 */
void dns_addresses(struct slice answer, dns_answered *answered, void *context);
