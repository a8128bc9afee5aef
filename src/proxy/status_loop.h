/* status_loop.h - the status server's thread: connections and requests, as fast as they come and as slowly. What has to
 * wait is given to a thread of its own, with the connection, and comes back with it. */
#pragma once
#include "proxy/agent_metrics.h"
#include "proxy/status_reply.h"
#include "proxy/status_server.h"
#include <pthread.h>

/* The ports, each with the pages that it has. */
enum status_door { STATUS_DOOR, READY_DOOR, METRICS_DOOR, STATUS_DOORS };

/* Whose threads: each kind has its own share of them, and its own queue. */
enum status_work { WORK_AT_ONCE, WORK_READY, WORK_PROBE, WORK_SCRAPE, STATUS_WORKS };

struct status_connection {
    struct status_connection *next, *previous; /* all of the server's */
    struct status_connection *queued;          /* in its work's queue, or on the way back */
    enum status_door door;
    enum status_connection_state {
        STATUS_HEAD,    /* the next request's head is awaited, or is coming */
        STATUS_CONTENT, /* and what comes with it, which nobody wants */
        STATUS_QUEUED,
        STATUS_WORKED, /* a thread of its own answers it */
        STATUS_ENDING, /* answered; what still comes is read away, so that the answer is not lost with a reset */
    } state;
    int64_t until_ms; /* in this state */
    bool is_local;    /* a loopback address */
    struct buffer input;
    size_t seen;        /* of the input: no head ends there */
    uint64_t discarded; /* of the content */
    struct buffer head_text;
    struct http_head *head; /* borrows head_text; NULL: none yet */
    const struct status_route *route;
    struct status_reply reply;
    pthread_t thread;
    struct status_loop *loop;
};

struct status_queue {
    struct status_connection *first, *last;
    unsigned running, waiting;
};

struct status_loop {
    const struct status_settings *settings;
    struct agent_metrics metrics;
    int epoll, wake_fd, stop_fd;
    bool is_ending;
    struct status_listener {
        int fd;
        enum status_door door;
    } listeners[STATUS_DOORS];
    int64_t deaf_until_ms; /* there were no descriptors for more connections; 0: it listens */
    int64_t trim_ms;       /* when to look whether memory can be given back; INT64_MAX: it has been */
    struct status_connection *connections;
    size_t count;
    struct status_queue queues[STATUS_WORKS];
    pthread_mutex_t lock; /* of what follows */
    struct status_connection *returned;
    const char *not_ready; /* what was said last; NULL: ready */
    bool is_ready_known;
    atomic_bool wants_trim;     /* memory was needed that is not any more */
    atomic_bool *probes_failed; /* by the probes' order: the last one had no answer */
};

/* What there is, by path (status_routes.c). */
struct status_route {
    struct slice path;
    bool is_prefix;
    unsigned doors; /* bits: 1 << door */
    enum status_work work;
    enum { ANYBODY, LOCAL_ONLY, LOCAL_IF_SO_SET } who;
    bool is_post;
    void (*answer)(struct status_loop *loop, struct status_connection *connection);
    void (*answered)(struct status_loop *loop); /* NULL: nothing more is to be done */
};
/* NULL: there is no such page. */
const struct status_route *status_route_find(enum status_door door, struct slice path);
/* Refuses who may not, by an answer. */
bool status_route_admits(const struct status_loop *loop, struct status_connection *connection);

/* Answers what was last said of the proxy's readiness, without asking: for more questions than can be asked. */
void status_route_ready_again(struct status_loop *loop, struct status_connection *connection);

/* Runs until stop_fd is readable. */
void status_loop_run(struct status_loop *loop);
