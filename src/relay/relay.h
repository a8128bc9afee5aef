/* relay.h - the data plane: takes the connections that the capture rules redirect and carries their bytes, unseen, to
 * where they were going. Knows sockets and, where it is told to, mutual TLS; nothing of pods, probes or metrics' names.
 *
 * Threads: relay_open is called once, before anything else is loaded; relay_start runs `workers` threads, each with its
 * own listening sockets (SO_REUSEPORT) and connections, and no lock on the way of the bytes. All other functions may be
 * called by any thread. */
#pragma once
#include "base/error.h"
#include "relay/address.h"
#include <stdint.h>

enum relay_direction { RELAY_OUTBOUND, RELAY_INBOUND, RELAY_DIRECTIONS };

/* Where a connection went: the names that Istio's dashboards know (PassthroughCluster, BlackHoleCluster,
 * InboundPassthroughCluster) belong to whoever prints them. */
enum relay_route { RELAY_PASSED, RELAY_BLACKHOLED, RELAY_ROUTES };

/* How it ended; Envoy's "response flags" as far as connections have them. */
enum relay_flag {
    RELAY_FINISHED,         /* "-": both sides said that they were done */
    RELAY_CONNECT_FAILED,   /* UF: the destination refused, or did not answer in time */
    RELAY_OVERFLOW,         /* UO: more connections than we may have, or than there are descriptors or memory for */
    RELAY_NO_ROUTE,         /* UH: policy or a loop's end; reset, without a destination */
    RELAY_CLIENT_GONE,      /* DC: reset by the client */
    RELAY_DESTINATION_GONE, /* UC: reset by the destination */
    RELAY_TIMED_OUT,        /* SI: idle, or half closed, for too long */
    RELAY_TLS_REFUSED,      /* the handshake failed, or the peer is nobody that we expect */
    RELAY_STOPPED,          /* the proxy ends */
    RELAY_FLAGS,
};

/* How the connection between the two proxies is protected. */
enum relay_security { RELAY_PLAIN, RELAY_MUTUAL_TLS, RELAY_SECURITIES };

/* One connection that has ended. Everything is borrowed for the time of the call. */
struct relay_summary {
    enum relay_direction direction;
    enum relay_route route;
    enum relay_flag flag;
    enum relay_security security;
    int64_t start_us; /* microseconds since 1970 */
    int64_t duration_us;
    uint64_t received, sent;                       /* bytes from the client, and to it */
    struct relay_address client, destination;      /* destination: where the client wanted to go */
    struct relay_address upstream, upstream_local; /* of family 0 where there was none */
    struct slice peer;                             /* the other proxy's SPIFFE id, or empty */
    struct slice server_name;                      /* the SNI that was seen, or empty */
    const char *failure;                           /* why it could not be connected or secured; NULL: nothing to say */
};

struct relay_tls; /* relay/tls.h: identity, and whom to expect where */

struct relay_settings {
    uint16_t outbound_port, inbound_port; /* 0: none */
    bool inbound_by_address; /* Istio 1.0: what comes to outbound_port for an address of this pod is inbound */
    bool has_ipv4, has_ipv6;
    bool is_transparent;     /* inbound by TPROXY: the destination is the socket's own, the client's address is kept */
    bool is_closed;          /* outbound: REGISTRY_ONLY without a registry; nothing has a route */
    unsigned workers;        /* at least 1 */
    unsigned connection_max; /* in all; more are reset. 0: as many as there are descriptors for */
    /* Milliseconds; 0: never. Half closed: of silence, since conntrack forgets such a connection after 60 seconds, and
     * what ends it must come before (RELAY_HALF_CLOSED_MS). Both ends are reset when one of these is over. */
    unsigned connect_timeout_ms, idle_timeout_ms, half_closed_timeout_ms;
    unsigned keepalive_seconds; /* of silence before the kernel probes; 0: none */
    struct relay_tls *tls;      /* NULL: every byte is passed on as it is */
    /* Called by a worker, at every connection's end; NULL: nobody wants to know (and then nothing is gathered for it).
     * Must not block. */
    void (*ended)(void *context, const struct relay_summary *summary);
    /* Called by a worker when connections are reset or wait because something has run out; `lack`, a constant text,
     * says what. Once, and not again before there was enough for RELAY_ENOUGH_MS. NULL is fine. Must not block. */
    void (*overflowed)(void *context, const char *lack);
    void *context;
};

/* What happened since the start. Bytes and `opened` move while connections last. */
struct relay_totals {
    struct relay_count {
        uint64_t opened, closed, received, sent;
    } counts[RELAY_DIRECTIONS][RELAY_ROUTES][RELAY_SECURITIES];
    uint64_t flags[RELAY_DIRECTIONS][RELAY_FLAGS]; /* of those that ended */
    uint64_t active[RELAY_DIRECTIONS];
};

struct relay;

enum { RELAY_HALF_CLOSED_MS = 50 * 1000, RELAY_CONNECT_MS = 10 * 1000, RELAY_ENOUGH_MS = 10 * 1000 };

/* Opens the listening sockets, and raises the soft limit of descriptors to the hard one; clients may connect from now
 * on and wait for the workers. Settings are copied, what they point to is borrowed. Errors: a port is in use (which,
 * and what to do), no right to be transparent. */
MUST_CHECK bool relay_open(const struct relay_settings *settings, struct relay **ret_relay, struct error *error);
/* Starts the workers. */
MUST_CHECK bool relay_start(struct relay *relay, struct error *error);
/* Gives a relay that runs its TLS, or tells it that what it has is loaded now: connections that need it go on. For
 * relay/tls.h, which does it by itself when it is started. */
void relay_secure(struct relay *relay, struct relay_tls *tls);

void relay_total(struct relay *relay, struct relay_totals *ret_totals);
/* Whether every worker has looked at its sockets within the last `within_ms`; for readiness and watchdogs. Asking wakes
 * them, so that idle ones needn't wake up by themselves. */
bool relay_is_alive(struct relay *relay, unsigned within_ms);

/* No more inbound connections: new ones are refused (or reset, where one port serves both directions), those that are
 * open or were waiting to be accepted go on. Outbound is served to the end. */
void relay_close_inbound(struct relay *relay);
/* Ends all connections (orderly, unless bytes are left on the way) and threads and frees it; NULL is fine. */
void relay_stop(struct relay *relay);
