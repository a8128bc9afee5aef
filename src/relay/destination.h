/* destination.h - where a captured connection was going, and which addresses are this pod's own. */
#pragma once
#include "relay/address.h"
#include <stddef.h>

/* The address and port that the client asked for, before the REDIRECT rule changed them: of an accepted socket of this
 * family, from conntrack (SO_ORIGINAL_DST; linux/netfilter_ipv4.h, netfilter_ipv6/ip6_tables.h). Of one that came by
 * TPROXY, or that no rule touched, it is the socket's own address. False: neither can be told. */
bool destination_redirected(int fd, int family, struct relay_address *ret);
bool destination_transparent(int fd, struct relay_address *ret);

/* The addresses of this network namespace's interfaces, as they were at most a second before. Belongs to one thread. */
struct own_addresses {
    struct relay_address *list; /* port 0 */
    size_t count;
    int64_t read_ms; /* 0: never */
};
void own_addresses_done(struct own_addresses *own);
/* Whether the address (of any port) is one of them. Pods' addresses hardly ever change, so one that is found is
 * believed; before one is said to be foreign the list is read again, but not more than once a second. */
bool own_addresses_have(struct own_addresses *own, const struct relay_address *address, int64_t now_ms);
