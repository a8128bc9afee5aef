/* connection.h - one captured connection: its client, its upstream, and what is known of both. Internal to the room.
 *
 * A connection belongs to the worker that accepted it, from its first byte to its last; nobody else looks at it.
 *
 *     accept --> (PEEKING) --> (HANDSHAKING) --> CONNECTING --> (HANDSHAKING) --> PASSING --> ENDED
 *                 a ClientHello?   as server                     as client
 *
 * Plain connections skip what is in brackets, and pay one branch an event for it: `secured` is NULL.
 *
 * The seam for TLS. `struct relay_tls` begins with a `const struct relay_tls_hooks *` (below). The core asks two of
 * them:
 *
 *   - `accepted`, before it dials, for each connection that has a route. True: TLS has taken it. It then has `secured`
 *     set, is in PEEKING or HANDSHAKING, with its client watched for reading and writing (edge triggered), and no
 *     upstream; once it is known to be plain, or the handshake is done, TLS calls connection_dial.
 *   - `connected`, when the destination has answered. True: TLS has taken it (HANDSHAKING as client, or pumping as
 *     server). False: it is passed on as it is, by splice.
 *
 * While `secured` is set,
 *
 *   - every event of either end goes to `event` and every deadline that is due to `expired`, and the core leaves
 *     reading and writing alone (an upstream that is CONNECTING is still the core's until `connected`);
 *   - what TLS counts it adds with connection_count; for more than WORKER_BUDGET bytes at once it calls
 *     connection_continue and gets `event` with 0 later, so that others have their turn;
 *   - connection_end ends it, and calls `released` first;
 *   - to give it (back) to the core as plain: set `secured` to NULL (after freeing it), then connection_dial or
 *     connection_pass.
 *
 * The worker's `buffer` of BUFFER_SIZE bytes is free for use within one call. */
#pragma once
#include "relay/deadline.h"
#include "relay/pipes.h"
#include "relay/relay.h"

struct listener;
struct relay_connection;
struct worker;

enum side { SIDE_CLIENT, SIDE_UPSTREAM, SIDES };

enum connection_state {
    CONNECTION_PEEKING,
    CONNECTION_HANDSHAKING,
    CONNECTION_CONNECTING,
    CONNECTION_PASSING,
    CONNECTION_PARTING, /* one side was reset; the other is to get what it had sent before, and is reset then */
    CONNECTION_ENDED,   /* freed after the worker's batch of events, which may still name it */
};

/* Bytes that were read and could not be written, where no pipe could be had for them. */
struct spill {
    uint32_t offset, length;
    char bytes[];
};

/* The bytes from one side, which gives this its index, to the other. */
struct flow {
    uint64_t bytes;        /* passed on */
    struct pipe_ends pipe; /* only while bytes are in it */
    struct spill *spill;   /* the same; behind what is in the pipe */
    uint32_t held;         /* bytes in the pipe */
    bool is_readable : 1;  /* an edge was seen, and not the end of what it announced */
    bool is_ending : 1;    /* the source has said that it is done: read until that comes */
    bool is_unsure : 1;    /* reset, or urgent bytes that cut reading short (tcp(7)): read until nothing is left */
    bool is_bulk : 1;      /* much came at once: splice rather than copy */
    bool is_blocked : 1;   /* the other side takes no more; an edge will say when it does */
    bool is_finished : 1;  /* the source has said that it is done */
    bool is_shut : 1;      /* and the other side was told */
};

struct relay_connection {
    int fd[SIDES]; /* -1: none */
    struct flow flows[SIDES];
    struct deadline deadline;
    struct relay_connection *next; /* in the worker's list of those to continue, or of those to free */
    void *secured;                 /* TLS's; NULL: plain */
    struct relay_address client, destination;
    struct relay_address upstream_local; /* only where somebody wants summaries */
    int64_t start_us;                    /* steady */
    const char *failure;                 /* constant text, or NULL */
    uint8_t direction, route, security, state;
    uint8_t gone, turns;                                  /* of parting */
    bool is_continued : 1, is_dialled : 1, is_opened : 1; /* opened: counted as such */
    bool is_loopback : 1;                                 /* inbound to 127.0.0.1 (Istio 1.0) */
    bool is_settled : 1;                                  /* keepalive of the upstream is set */
    bool is_watched : 1;                                  /* the client is, by epoll */
    bool is_owing : 1; /* the last step of the upstream's handshake is to go with the first bytes */
};

static inline struct relay_connection *connection_of(struct deadline *deadline)
{
    return (struct relay_connection *)(void *)((char *)deadline - offsetof(struct relay_connection, deadline));
}

struct relay_tls_hooks {
    bool (*accepted)(struct relay_tls *tls, struct worker *worker, struct relay_connection *connection);
    bool (*connected)(struct relay_tls *tls, struct worker *worker, struct relay_connection *connection);
    /* epoll's events of this side; 0 with either side: go on with what was left for later. */
    void (*event)(struct worker *worker, struct relay_connection *connection, enum side side, uint32_t events);
    void (*expired)(struct worker *worker, struct relay_connection *connection, enum deadline_kind kind);
    /* It is about to be closed: frees `secured`. What the summary wants of it stays valid until `released` returns. */
    void (*released)(struct worker *worker, struct relay_connection *connection);
    /* For the summary: the peer's identity and the server name, or empty ones. */
    void (*describe)(const struct relay_connection *connection, struct slice *ret_peer, struct slice *ret_server_name);
    /* The worker was woken: relay_secure may have been called. */
    void (*woken)(struct worker *worker);
    /* It has ended, with all its connections: frees what is TLS's of it (worker->secured). By another thread. */
    void (*worker_done)(struct worker *worker);
};

static inline const struct relay_tls_hooks *relay_tls_hooks(const struct relay_tls *tls)
{
    return *(const struct relay_tls_hooks *const *)(const void *)tls;
}

/* Takes an accepted socket: finds out where it was going and dials, or ends it. */
void connection_accept(struct worker *worker, const struct listener *listener, int fd,
                       const struct relay_address *client);
/* Ends an accepted socket for which there is no room. */
void connection_refuse(struct worker *worker, const struct listener *listener, int fd,
                       const struct relay_address *client, const char *failure);
/* Connects to the destination, as the direction demands: inbound from 127.0.0.6 or ::6 (Istio,
 * pilot/pkg/networking/core/cluster_builder.go, buildInboundPassthroughCluster), or by TPROXY from the client's own
 * address. Ends the connection when that fails at once. */
void connection_dial(struct worker *worker, struct relay_connection *connection);
/* From now on bytes are passed on as they are. */
void connection_pass(struct worker *worker, struct relay_connection *connection);
/* Closes both ends, orderly when `flag` is RELAY_FINISHED and by reset otherwise, and tells whoever wants to know. */
void connection_end(struct worker *worker, struct relay_connection *connection, enum relay_flag flag,
                    const char *failure);

/* What the worker found: an event of one side (epoll's bits), a deadline, or its turn to go on. */
void connection_event(struct worker *worker, struct relay_connection *connection, enum side side, uint32_t events);
void connection_expired(struct worker *worker, struct relay_connection *connection, enum deadline_kind kind);
void connection_resume(struct worker *worker, struct relay_connection *connection);

/* Notes in its two flows what an event of one side says. */
void connection_note(struct relay_connection *connection, enum side side, uint32_t events);
/* Puts it at the end of the worker's queue of those that have more to do than one turn allows. */
void connection_continue(struct worker *worker, struct relay_connection *connection);
/* Counts bytes that have been passed on from this side to the other. */
void connection_count(struct worker *worker, struct relay_connection *connection, enum side from, size_t bytes);
/* Something moved: puts off the deadline that is about silence. */
void connection_moved(struct worker *worker, struct relay_connection *connection);
