/* resolv_conf.h - the resolvers that resolv.conf(5) names. */
#pragma once
#include "base/slice.h"
#include <netinet/in.h>

/* glibc reads the first three; somebody who writes more has something that reads them. */
enum { RESOLVERS_MAX = 8 };

union dns_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* The addresses behind "nameserver", in their order and without doubles, with `port`; gives how many. IPv4 as
 * inet_aton(3) reads it, IPv6 with its zone ("fe80::1%eth0", a name or number), as glibc has it; blanks in front are no
 * harm. Lines that name no address, or a zone that is not there, are left out, and the other settings are for those who
 * look names up: time-outs and attempts are ours. */
size_t resolv_conf_read(struct slice text, uint16_t port, union dns_address ret_resolvers[RESOLVERS_MAX]);
socklen_t dns_address_length(const union dns_address *address);
bool dns_address_equal(const union dns_address *a, const union dns_address *b);
