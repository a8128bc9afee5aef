/* state.h - what the sources of the DNS proxy share: its clients, the queries that are under way, and the resolvers.
 *
 * One thread, epoll by level. What an event may still point to in the batch that is being worked off is not freed but
 * buried, and freed behind the batch. */
#pragma once
#include "base/buffer.h"
#include "dns/dns.h"
#include "dns/frame.h"
#include "dns/message.h"
#include "dns/resolv_conf.h"
#include <pthread.h>
#include <stdatomic.h>

enum {
    DNS_QUERIES_MAX = 1024,          /* under way at once; the oldest gives way to a new one */
    DNS_SOCKETS_MAX = 2048,          /* to resolvers; more than queries when all are asked at once */
    DNS_CLIENTS_MAX = 256,           /* TCP connections; the one that has been silent for longest gives way */
    DNS_CLIENT_QUERIES_MAX = 64,     /* of one connection under way, then it is not read further */
    DNS_CLIENT_OUT_MAX = 128 * 1024, /* answers that it has not taken: the same */
    DNS_HELD_MAX = 4 * 1024 * 1024,  /* bytes that queries hold in all, and as many that connections do */
    DNS_CLIENT_IDLE_MS = 10 * 1000,  /* without a whole query or answer (RFC 7766, 6.2.3: a few seconds) */
    DNS_TIMEOUT_MS = 5 * 1000,       /* Istio pkg/dns/client/dns.go, DefaultUpstreamTimeout */
    DNS_RESOLVER_BAD_MS = 30 * 1000, /* so long one that failed is asked last */
    DNS_LISTENERS_MAX = 4,           /* two families, two protocols */
    DNS_RANDOM = 256,
};

/* An element of a list in a ring around its head. */
struct link {
    struct link *previous, *next;
};

/* What epoll points to. */
struct watch {
    enum watch_kind { WATCH_STOP, WATCH_UDP, WATCH_TCP, WATCH_CLIENT, WATCH_ATTEMPT } kind;
    int fd; /* -1: gone */
};

struct resolvers {
    unsigned references; /* the newest, and each query that has begun with it */
    size_t count;
    struct resolver {
        union dns_address address;
        int64_t failed_ms; /* when it last did; 0: it did not */
    } list[RESOLVERS_MAX];
};

/* A client's TCP connection. */
struct client {
    struct watch watch;
    struct link link; /* by since_ms */
    int64_t since_ms; /* the last whole query or answer */
    union dns_address peer;
    struct frame in;
    struct buffer out;
    size_t out_sent, held; /* held: bytes, as counted in dns.clients_held */
    unsigned queries;      /* of its own under way */
    uint32_t events;       /* what epoll waits for */
    bool has_ended;        /* sends no more, but may wait for answers */
};

/* One resolver asked. */
struct attempt {
    struct watch watch;
    struct query *query;
    uint16_t id;
    uint8_t resolver; /* index */
    size_t sent;      /* by TCP: bytes of length and message */
    struct frame in;
};

struct query {
    struct link link; /* by deadline */
    int64_t deadline_ms;
    struct client *client; /* by TCP; NULL: by UDP */
    const struct watch *listener;
    union dns_address peer; /* who asks by UDP */
    uint16_t client_id;
    struct dns_query asked;
    struct resolvers *resolvers;
    size_t next, open, held; /* attempts made, and still waiting; bytes as counted in dns.queries_held */
    char *message, *kept;    /* kept: an answer that is none; for when nobody has a better one */
    size_t length, kept_length;
    struct attempt attempts[]; /* one a resolver, in the order of asking */
};

struct dns {
    struct dns_settings settings;
    int epoll;
    pthread_t thread;
    struct watch stop, listeners[DNS_LISTENERS_MAX];
    size_t listener_count;
    uint16_t port;
    bool is_localhost;
    struct resolvers *resolvers;
    uint64_t conf_signature;
    int64_t conf_looked_ms, now_ms, accept_after_ms; /* the last: no more descriptors until then; 0: there are */
    struct link queries, clients, gone_queries, gone_clients;
    size_t sockets_max, clients_max; /* as many as the above say, or our share of few descriptors */
    size_t query_count, socket_count, client_count, queries_held, clients_held;
    char *scratch; /* DNS_MESSAGE_MAX bytes */
    uint8_t random[DNS_RANDOM];
    size_t random_left;
    struct {
        _Atomic uint64_t queries, answers, failures, refused, truncated, timeouts, forged, outstanding;
    } totals;
};

#define DNS_CONTAINER(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

static inline void dns_count(_Atomic uint64_t *total)
{
    atomic_fetch_add_explicit(total, 1, memory_order_relaxed);
}

/* ---- lists ---- */
static inline void link_init(struct link *head)
{
    head->previous = head->next = head;
}
static inline void link_remove(struct link *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
}
static inline void link_append(struct link *head, struct link *link)
{
    link->previous = head->previous;
    link->next = head;
    head->previous->next = link;
    head->previous = link;
}

/* ---- watch.c ---- */
/* False: epoll has no memory left. */
MUST_CHECK bool watch_add(struct dns *dns, struct watch *watch, uint32_t events);
/* Closes the descriptor. */
void watch_close(struct watch *watch);

/* ---- resolvers.c ---- */
/* Reads resolv.conf again when it has changed; at most once a second. */
void resolvers_refresh(struct dns *dns);
void resolvers_release(struct resolvers *resolvers); /* NULL is fine */
/* Who is asked, in which order: at random, and those that failed of late behind the others. */
void resolvers_order(struct dns *dns, const struct resolvers *resolvers, uint8_t ret_order[RESOLVERS_MAX]);
uint16_t random_u16(struct dns *dns);

/* ---- listeners.c ---- */
/* Opens what the settings say. */
MUST_CHECK bool listeners_open(struct dns *dns, struct error *error);
/* With "localhost": listens on ::1, too, when there is an IPv6 resolver and it doesn't yet. */
void listeners_follow(struct dns *dns);
void listeners_datagrams(struct dns *dns, struct watch *listener);
void listeners_accept(struct dns *dns, struct watch *listener);
/* Takes connections again after a time without descriptors. */
void listeners_resume(struct dns *dns);

/* ---- query.c ---- */
/* A message has come, from a client by TCP or, where that is NULL, from `peer` by UDP. The bytes may change. */
void query_take(struct dns *dns, struct client *client, const struct watch *listener, const union dns_address *peer,
                struct slice message);
void query_expire(struct dns *dns);
/* Ends those of a client that has gone. */
void query_forget_client(struct dns *dns, struct client *client);
/* Ends the oldest, with SERVFAIL; false when there is none. */
bool query_evict(struct dns *dns);
void query_end(struct dns *dns, struct query *query);
/* The answer goes to whoever asked, and the query ends. Its ID is filled in. */
void query_answer(struct dns *dns, struct query *query, char *answer, size_t length);
/* SERVFAIL, or the answer that was kept. */
void query_fail(struct dns *dns, struct query *query);
/* Asks the next resolver (or all), or gives up. */
void query_advance(struct dns *dns, struct query *query);

/* ---- attempt.c ---- */
/* False: this resolver can't be asked. */
MUST_CHECK bool attempt_start(struct dns *dns, struct query *query, struct attempt *attempt);
void attempt_close(struct dns *dns, struct attempt *attempt);
void attempt_event(struct dns *dns, struct attempt *attempt, uint32_t events);

/* ---- client.c ---- */
void client_new(struct dns *dns, int fd, const union dns_address *peer); /* takes the descriptor */
void client_event(struct dns *dns, struct client *client, uint32_t events);
void client_send(struct dns *dns, struct client *client, struct slice answer);
void client_close(struct dns *dns, struct client *client);
/* Closes the connection that was silent for longest; false when there is none. */
bool client_evict(struct dns *dns);
/* Closes the one that holds most memory. */
void client_evict_largest(struct dns *dns);
void client_expire(struct dns *dns);
