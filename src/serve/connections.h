/* connections.h - who is connected, since when, and who has to go: HTTP libraries know a time-out for silence, but a
 * client that sends a byte a second is never silent, and thousands of idle ones must not keep others out. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum connection_state {
    CONNECTION_NEW,     /* no request yet: TLS handshake, first header */
    CONNECTION_IDLE,    /* kept alive between two requests, or sending the next one's header */
    CONNECTION_READING, /* a request's header is here, its body is coming */
    CONNECTION_WRITING, /* the answer is on its way */
    CONNECTION_STATES,
};

struct connection {
    struct connection *newer, *older; /* in its state's list */
    enum connection_state state;
    bool is_closing, is_large; /* large: its request has taken of what all share */
    int64_t since_ms; /* in this state; steady clock */
    int64_t progress_ms; /* of a large request: when something came of it */
    int fd;
    void *attached; /* the owner's */
};

struct connection_list {
    struct connection *oldest, *newest;
    size_t count;
};

struct connections {
    pthread_mutex_t lock;
    struct connection_list lists[CONNECTION_STATES];
    size_t limit; /* above it the oldest one without a request is closed for each new one */
};

/* How long a connection may be in a state. API servers close idle connections after 90 seconds, and should be the ones
 * to do it: a request that meets our closing would fail (Go, net/http, DefaultTransport.IdleConnTimeout). */
enum {
    CONNECTION_NEW_MS = 10 * 1000,
    CONNECTION_IDLE_MS = 150 * 1000,
    CONNECTION_READING_MS = 10 * 1000,
    CONNECTION_WRITING_MS = 30 * 1000,
};

void connections_init(struct connections *connections, size_t limit);
void connections_done(struct connections *connections); /* all have left */

/* A new connection; owned by the list until it leaves. *ret_evicted: another one was told to go. NULL when there is no
 * room, since everybody is busy. */
struct connection *connections_enter(struct connections *connections, int fd, int64_t now_ms, bool *ret_evicted);
/* It is gone; frees it and gives what was attached to it. Call before its descriptor is closed. */
void *connections_leave(struct connections *connections, struct connection *connection);
void connections_move(struct connections *connections, struct connection *connection, enum connection_state state,
                      int64_t now_ms);

/* More has come of a large request, one that takes of what all share. */
void connections_progress(struct connections *connections, struct connection *connection, int64_t now_ms);
/* Of those with a large request shuts down the one of which nothing has come for longest, other than `spared`; false when
 * there is none. */
bool connections_evict_large(struct connections *connections, const struct connection *spared);
/* Shuts down those that have been in their state for too long; gives how many. */
size_t connections_expire(struct connections *connections, int64_t now_ms);
/* Shuts down those that are between requests, for the end of a drain. */
void connections_close_idle(struct connections *connections);
size_t connections_count(struct connections *connections);
/* Those with a request. */
size_t connections_busy(struct connections *connections);
