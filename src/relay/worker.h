/* worker.h - a thread with its own listening sockets, connections, pipes and counters: whatever it does, it does not
 * wait for another one. Internal to the room. */
#pragma once
#include "relay/connection.h"
#include "relay/destination.h"
#include "relay/listener.h"
#include <pthread.h>

enum {
    WORKER_LISTENERS = 4, /* two families, two directions */
    /* What is read at once by copying. More than that at once, and splice takes over: it has a fixed price of about two
     * more system calls, and none per byte (docs/performance.md, "The data plane"). */
    BUFFER_SIZE = 16 * 1024,
    RELAY_SETTLE_MS = 5000, /* an upstream gets its keepalive when it is so old: most are gone by then */
    RELAY_PART_MS = 20,     /* how often to look whether the last bytes have left */
    RELAY_PART_TURNS = 50,  /* and how many times */
    RELAY_PEEK_MS = 5000,   /* TLS: for a client that sends nothing */
    RELAY_HANDSHAKE_MS = 15000,
    WORKER_BUDGET = 4 * 1024 * 1024, /* bytes a connection may pass on in a turn: a millisecond or so */
};

/* One writer, the worker; anybody may read. */
struct counter {
    _Atomic uint64_t value; /* read and written without a lock */
};
static inline void counter_add(struct counter *counter, uint64_t number)
{
    uint64_t sum = atomic_load_explicit(&counter->value, memory_order_relaxed) + number;
    atomic_store_explicit(&counter->value, sum, memory_order_relaxed);
}
static inline uint64_t counter_get(const struct counter *counter)
{
    return atomic_load_explicit(&counter->value, memory_order_relaxed);
}

struct counters {
    struct {
        struct counter opened, closed, received, sent;
    } counts[RELAY_DIRECTIONS][RELAY_ROUTES][RELAY_SECURITIES];
    struct counter flags[RELAY_DIRECTIONS][RELAY_FLAGS];
    struct counter accepted[RELAY_DIRECTIONS], ended[RELAY_DIRECTIONS];
};

/* What all workers share. */
struct relay {
    struct relay_settings settings;
    _Atomic(struct relay_tls *) tls;
    atomic_long connections_left, descriptors_left;
    _Atomic int64_t overflowed_ms; /* when something was lacking last; INT64_MIN: never */
    atomic_bool is_inbound_closed, is_stopping;
    unsigned worker_count;
    struct worker *workers;
};

struct worker {
    struct relay *relay;
    pthread_t thread;
    bool is_running;
    int epoll, wake; /* wake: an eventfd */
    int spare;       /* a descriptor to do without, so that connections can be refused when there are no more */
    struct listener listeners[WORKER_LISTENERS];
    int64_t now_us; /* steady; as of the batch of events */
    struct deadlines deadlines;
    struct pipes pipes;
    struct own_addresses own;
    struct relay_connection *continued, **continued_end; /* to go on with */
    struct relay_connection *graves;                     /* to free */
    int64_t accept_again_ms;                             /* accepting pauses until then; 0: it doesn't */
    char *buffer;                                        /* BUFFER_SIZE bytes */
    void *secured;                                       /* TLS's; NULL: no such connection yet */
    struct counters counters;
    _Atomic int64_t looked_ms, asked_ms; /* when it last looked; when somebody asked it to, 0: it has */
};

static inline const struct relay_tls_hooks *worker_tls_hooks(const struct worker *worker)
{
    return relay_tls_hooks(atomic_load_explicit(&worker->relay->tls, memory_order_relaxed));
}

static inline int64_t worker_now_ms(const struct worker *worker)
{
    return worker->now_us / 1000;
}

MUST_CHECK bool worker_init(struct worker *worker, struct relay *relay, struct error *error);
void worker_done(struct worker *worker); /* not running any more, or never */
MUST_CHECK bool worker_start(struct worker *worker, struct error *error);
/* Makes it look at its sockets and at what is asked of it. */
void worker_wake(struct worker *worker);
/* Something has run out, at the cost of a connection: tells whoever wants to know, once for a time of lack. */
void worker_overflowed(struct worker *worker, const char *lack);
/* Watches one end of a connection, edge triggered, for all that can happen to it. False: the kernel has no memory. */
MUST_CHECK bool worker_watch(struct worker *worker, struct relay_connection *connection, enum side side);
