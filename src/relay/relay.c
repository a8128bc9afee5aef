#include "base/fd.h"
#include "base/memory.h"
#include "relay/worker.h"
#include "serve/moment.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>

enum {
    DESCRIPTORS_RESERVED = 256, /* for all else that the process does: status, DNS, scraping, files */
    DESCRIPTORS_UNKNOWN = 1024 * 1024,
};

/* ---- limits ---- */

/* A connection has two descriptors; a pipe, while bytes are in it, two more. Pipes are for when there are enough: so
 * connections may have all but the reserve, and pipes what connections leave. */
static void limits_set(struct relay *relay)
{
    struct rlimit files;
    long left = DESCRIPTORS_UNKNOWN;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
        if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < DESCRIPTORS_UNKNOWN)
            left = (long)files.rlim_cur;
    }
    left -= left > 2 * DESCRIPTORS_RESERVED ? DESCRIPTORS_RESERVED : left / 2;
    long connections = left / 2;
    if (relay->settings.connection_max && relay->settings.connection_max < connections)
        connections = relay->settings.connection_max;
    atomic_init(&relay->descriptors_left, left);
    atomic_init(&relay->connections_left, connections);
}

/* ---- opening ---- */

/* The listening sockets that are wanted, none open yet. */
static unsigned listeners_plan(const struct relay_settings *settings, struct listener listeners[WORKER_LISTENERS])
{
    unsigned count = 0;
    for (int i = 0; i < WORKER_LISTENERS; i++) {
        enum relay_direction direction = i < 2 ? RELAY_OUTBOUND : RELAY_INBOUND;
        int family = i % 2 ? AF_INET6 : AF_INET;
        uint16_t port = direction == RELAY_OUTBOUND ? settings->outbound_port : settings->inbound_port;
        bool is_transparent = settings->is_transparent && (direction == RELAY_INBOUND || settings->inbound_by_address);
        bool is_local = direction == RELAY_OUTBOUND && !settings->inbound_by_address;
        listeners[i] = (struct listener){.fd = -1};
        if (port && (family == AF_INET ? settings->has_ipv4 : settings->has_ipv6))
            listeners[count++] = (struct listener){-1, family, port, direction, is_transparent, is_local};
    }
    return count;
}

static bool listeners_open(struct relay *relay, struct listener planned[], unsigned count, struct error *error)
{
    for (unsigned i = 0; i < count; i++)
        if (!listener_port_free(planned[i].family, planned[i].port, error))
            return false;
    unsigned opened = 0;
    for (unsigned w = 0; w < relay->worker_count; w++)
        for (unsigned i = 0; i < count; i++) {
            struct listener *listener = &relay->workers[w].listeners[i];
            bool is_missing;
            *listener = planned[i];
            if (!listener_open(listener, relay->settings.keepalive_seconds, &is_missing, error))
                return false;
            opened += !is_missing;
        }
    return opened || error_set(error, ERROR_SYSTEM, (struct position){0},
                               "nothing to listen on: no port is wanted, or the kernel lacks the family");
}

static void relay_free(struct relay *relay)
{
    for (unsigned i = 0; i < relay->worker_count; i++)
        worker_done(&relay->workers[i]);
    free(relay->workers);
    free(relay);
}

bool relay_open(const struct relay_settings *settings, struct relay **ret_relay, struct error *error)
{
    struct relay *relay = memory_new(1, sizeof *relay);
    struct listener planned[WORKER_LISTENERS];
    relay->settings = *settings;
    atomic_init(&relay->tls, settings->tls);
    atomic_init(&relay->overflowed_ms, INT64_MIN);
    relay->worker_count = settings->workers ? settings->workers : 1;
    relay->workers = memory_new(relay->worker_count, sizeof *relay->workers);
    limits_set(relay);
    unsigned count = listeners_plan(settings, planned);
    for (unsigned i = 0; i < relay->worker_count; i++) {
        struct worker *worker = &relay->workers[i];
        worker->epoll = worker->wake = worker->spare = -1;
        for (int k = 0; k < WORKER_LISTENERS; k++)
            worker->listeners[k].fd = -1;
    }
    bool is_open = listeners_open(relay, planned, count, error);
    for (unsigned i = 0; i < relay->worker_count && is_open; i++)
        is_open = worker_init(&relay->workers[i], relay, error);
    if (!is_open) {
        relay_free(relay);
        return false;
    }
    *ret_relay = relay;
    return true;
}

bool relay_start(struct relay *relay, struct error *error)
{
    for (unsigned i = 0; i < relay->worker_count; i++)
        if (!worker_start(&relay->workers[i], error))
            return false; /* relay_stop ends those that run */
    return true;
}

static void workers_wake(struct relay *relay)
{
    for (unsigned i = 0; i < relay->worker_count; i++)
        worker_wake(&relay->workers[i]);
}

void relay_secure(struct relay *relay, struct relay_tls *tls)
{
    atomic_store_explicit(&relay->tls, tls, memory_order_release);
    workers_wake(relay);
}

/* ---- asking ---- */

void relay_total(struct relay *relay, struct relay_totals *ret_totals)
{
    *ret_totals = (struct relay_totals){0};
    for (unsigned i = 0; i < relay->worker_count; i++) {
        const struct counters *counters = &relay->workers[i].counters;
        for (int d = 0; d < RELAY_DIRECTIONS; d++) {
            /* Those that ended first: then there can't be more of them than there were. */
            uint64_t ended = counter_get(&counters->ended[d]), accepted = counter_get(&counters->accepted[d]);
            ret_totals->active[d] += accepted > ended ? accepted - ended : 0;
            for (int f = 0; f < RELAY_FLAGS; f++)
                ret_totals->flags[d][f] += counter_get(&counters->flags[d][f]);
            for (int r = 0; r < RELAY_ROUTES; r++)
                for (int s = 0; s < RELAY_SECURITIES; s++) {
                    struct relay_count *sum = &ret_totals->counts[d][r][s];
                    sum->closed += counter_get(&counters->counts[d][r][s].closed);
                    sum->opened += counter_get(&counters->counts[d][r][s].opened);
                    sum->received += counter_get(&counters->counts[d][r][s].received);
                    sum->sent += counter_get(&counters->counts[d][r][s].sent);
                }
        }
    }
}

bool relay_is_alive(struct relay *relay, unsigned within_ms)
{
    bool is_alive = true;
    int64_t now_ms = moment_steady_ms();
    for (unsigned i = 0; i < relay->worker_count; i++) {
        struct worker *worker = &relay->workers[i];
        int64_t asked_ms = atomic_load_explicit(&worker->asked_ms, memory_order_relaxed);
        if (!worker->is_running || (asked_ms && now_ms - asked_ms > within_ms))
            is_alive = false;
        if (!asked_ms)
            atomic_store_explicit(&worker->asked_ms, now_ms, memory_order_relaxed);
        worker_wake(worker);
    }
    return is_alive;
}

/* ---- the end ---- */

void relay_close_inbound(struct relay *relay)
{
    atomic_store_explicit(&relay->is_inbound_closed, true, memory_order_release);
    workers_wake(relay);
}

void relay_stop(struct relay *relay)
{
    if (!relay)
        return;
    atomic_store_explicit(&relay->is_stopping, true, memory_order_release);
    workers_wake(relay);
    for (unsigned i = 0; i < relay->worker_count; i++)
        if (relay->workers[i].is_running)
            pthread_join(relay->workers[i].thread, NULL);
    relay_free(relay);
}
