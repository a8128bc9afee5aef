/* dns.h - the pod's DNS proxy: what the capture rules send to it goes on to the resolvers of resolv.conf, from the
 * first query on, by the protocol that it came by (RFC 1035, RFC 7766, RFC 6891). One thread. */
#pragma once
#include "base/error.h"
#include <stdint.h>

struct dns_settings {
    const char *address;     /* "localhost:15053" (DNS_PROXY_ADDR): 127.0.0.1 and, where resolv.conf has IPv6, ::1 */
    const char *resolv_conf; /* the file's path; followed as it changes */
    bool is_parallel;        /* ask all resolvers at once, the first answer wins (DNS_FORWARD_PARALLEL) */
    unsigned timeout_ms;     /* for each (DNS_FORWARD_TIMEOUT) */
    /* An answer passed: this name (lower case, no dot behind it) has this address for so long. Called by the thread of
     * the DNS proxy; NULL: nobody wants to know. */
    void (*answered)(void *context, struct slice name, int family, const uint8_t *address, uint32_t seconds);
    void *context;
};

/* Since the start. */
struct dns_totals {
    uint64_t queries, answers, failures, truncated, timeouts, refused;
};

struct dns;
/* Settings are copied. Errors: the address cannot be bound. */
MUST_CHECK bool dns_start(const struct dns_settings *settings, struct dns **ret_dns, struct error *error);
void dns_total(struct dns *dns, struct dns_totals *ret_totals);
void dns_stop(struct dns *dns); /* NULL is fine */
