/* dns.h - the pod's DNS proxy: what the capture rules send to it goes on to the resolvers of resolv.conf, from the
 * first query on, by the protocol that it came by (RFC 1035, RFC 5625, RFC 7766, RFC 6891). One thread, which sleeps
 * while nobody asks.
 *
 * Messages are passed on whole and not understood further than they must be, so no resolver library is of use: those
 * look names up. Each query goes out from a socket, port and ID of its own (RFC 5452). A resolver that does not answer,
 * or answers SERVFAIL, REFUSED or NOTIMP, gives way to the next, as in glibc; for half a minute it is asked last. When
 * none is left the client gets the last such answer, or SERVFAIL. Zone transfers (AXFR, IXFR) by TCP are REFUSED. */
#pragma once
#include "base/error.h"
#include "dns/addresses.h"
#include <stdint.h>

struct dns_settings {
    /* "localhost:15053" (DNS_PROXY_ADDR): 127.0.0.1 and, where resolv.conf has IPv6, ::1. Or a numeric address:
     * "10.0.0.5:53", "[::1]:53". Borrowed until dns_start returns. */
    const char *address;
    /* The file's path, borrowed; looked at when somebody asks, at most once a second, and read again when it has
     * changed. Without a resolver in it 127.0.0.1 is meant, as in glibc; a change that leaves none is not followed. */
    const char *resolv_conf;
    uint16_t resolver_port; /* 0: 53 */
    bool is_parallel;       /* ask all resolvers at once, the first good answer wins (DNS_FORWARD_PARALLEL) */
    unsigned timeout_ms;    /* for each (DNS_FORWARD_TIMEOUT); 0: 5 seconds */
    /* An answer passed: this name (lower case, no dot behind it) has this address for so many seconds, at most
     * DNS_TTL_MAX; addresses are 4 or 16 octets. Called by the thread of the DNS proxy, before the client gets the
     * answer; must not block. NULL: nobody wants to know. */
    dns_answered *answered;
    void *context;
};

/* Since the start, but for `outstanding`. */
struct dns_totals {
    uint64_t queries;   /* messages from clients that ask something */
    uint64_t answers;   /* of resolvers, passed on */
    uint64_t failures;  /* no resolver answered: SERVFAIL */
    uint64_t refused;   /* not asked of any: malformed, transfers, and the oldest when there are too many */
    uint64_t truncated; /* answers cut to the size that the client takes */
    uint64_t timeouts;  /* resolvers that did not answer in time */
    uint64_t forged;    /* what came from a resolver's address, but answers nothing that was asked */
    uint64_t outstanding;
};

struct dns;
/* Settings are copied. Errors: the address cannot be bound, or is none. */
MUST_CHECK bool dns_start(const struct dns_settings *settings, struct dns **ret_dns, struct error *error);
void dns_total(struct dns *dns, struct dns_totals *ret_totals); /* by any thread */
void dns_stop(struct dns *dns);                                 /* NULL is fine */
