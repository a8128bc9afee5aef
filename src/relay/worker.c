#include "base/fd.h"
#include "base/memory.h"
#include "relay/dial.h"
#include "relay/worker.h"
#include "serve/moment.h"
#include "serve/thread.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    EVENTS = 128,
    ACCEPT_BATCH = 64,
    ACCEPT_PAUSE_MS = 100,
};

/* What an event is about is in the low bits of its pointer. */
enum event_kind { EVENT_CLIENT = SIDE_CLIENT, EVENT_UPSTREAM = SIDE_UPSTREAM, EVENT_LISTENER, EVENT_WAKE, EVENT_KINDS };
static const uint64_t kind_mask = EVENT_KINDS - 1;
_Static_assert((EVENT_KINDS & (EVENT_KINDS - 1)) == 0 && _Alignof(struct listener) >= EVENT_KINDS, "bits to spare");

static bool fd_watch(const struct worker *worker, int action, int fd, uint32_t events, const void *thing,
                     enum event_kind kind)
{
    struct epoll_event event = {.events = events, .data.u64 = (uint64_t)(uintptr_t)thing | kind};
    return epoll_ctl(worker->epoll, action, fd, &event) == 0;
}

bool worker_watch(struct worker *worker, struct relay_connection *connection, enum side side)
{
    connection->is_watched = true;
    return fd_watch(worker, EPOLL_CTL_ADD, connection->fd[side], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET,
                    connection, (enum event_kind)side);
}

/* ---- accepting ---- */

static void listeners_watch(struct worker *worker, uint32_t events)
{
    for (int i = 0; i < WORKER_LISTENERS; i++)
        if (worker->listeners[i].fd >= 0)
            (void)fd_watch(worker, EPOLL_CTL_MOD, worker->listeners[i].fd, events, &worker->listeners[i],
                           EVENT_LISTENER);
}

void worker_overflowed(struct worker *worker, const char *lack)
{
    struct relay *relay = worker->relay;
    int64_t now_ms = worker_now_ms(worker);
    int64_t last_ms = atomic_exchange_explicit(&relay->overflowed_ms, now_ms, memory_order_relaxed);
    if (relay->settings.overflowed && (last_ms == INT64_MIN || now_ms - last_ms > RELAY_ENOUGH_MS))
        relay->settings.overflowed(relay->settings.context, lack);
}

/* Out of descriptors or memory: clients wait in the backlog until there are some again. */
static void accept_pause(struct worker *worker)
{
    worker_overflowed(worker, dial_failure(errno));
    worker->accept_again_ms = worker_now_ms(worker) + ACCEPT_PAUSE_MS;
    listeners_watch(worker, 0);
}

static int socket_accept(const struct listener *listener, struct relay_address *ret_client)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    int fd = accept4(listener->fd, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        *ret_client = relay_address_from(&address);
    return fd;
}

/* No descriptor is left: the spare one serves to refuse whoever waits, which tells more than silence. False, and errno:
 * it could not; EAGAIN: nobody waits, which the kernel does not say to those without a descriptor. */
static bool spare_accept(struct worker *worker, const struct listener *listener)
{
    struct relay_address client;
    if (worker->spare < 0)
        return false;
    fd_close(&worker->spare);
    int fd = socket_accept(listener, &client), number = errno;
    if (fd >= 0)
        connection_refuse(worker, listener, fd, &client, "no descriptors are left");
    worker->spare = fcntl(worker->wake, F_DUPFD_CLOEXEC, 0);
    errno = number;
    return fd >= 0;
}

/* Gives whether there may be more. */
static bool listener_accept(struct worker *worker, const struct listener *listener)
{
    struct relay_address client;
    for (int i = 0; i < ACCEPT_BATCH && listener->fd >= 0; i++) {
        int fd = socket_accept(listener, &client);
        if (fd >= 0) {
            connection_accept(worker, listener, fd, &client);
            continue;
        }
        if (errno == EMFILE && spare_accept(worker, listener))
            continue;
        if (errno == EAGAIN)
            return false;
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            accept_pause(worker);
            return false;
        }
        /* Anything else is about the one connection that was lost before it was accepted (accept(2)). */
    }
    return true;
}

/* Whoever is in the backlog already was let in. */
static void inbound_close(struct worker *worker)
{
    for (int i = 0; i < WORKER_LISTENERS; i++) {
        struct listener *listener = &worker->listeners[i];
        if (listener->fd >= 0 && listener->direction == RELAY_INBOUND) {
            while (listener_accept(worker, listener))
                continue;
            fd_close(&listener->fd);
        }
    }
}

/* ---- the loop ---- */

static void wake_drain(struct worker *worker)
{
    uint64_t number;
    ssize_t ignored = read(worker->wake, &number, sizeof number);
    (void)ignored;
    if (worker->secured)
        worker_tls_hooks(worker)->woken(worker);
}

static void event_handle(struct worker *worker, const struct epoll_event *event)
{
    enum event_kind kind = (enum event_kind)(event->data.u64 & kind_mask);
    void *thing = (void *)(uintptr_t)(event->data.u64 & ~kind_mask); // NOLINT(performance-no-int-to-ptr)
    switch (kind) {
    case EVENT_CLIENT:
    case EVENT_UPSTREAM:
        connection_event(worker, thing, (enum side)kind, event->events);
        break;
    case EVENT_LISTENER:
        (void)listener_accept(worker, thing);
        break;
    case EVENT_WAKE:
    case EVENT_KINDS:
        wake_drain(worker);
        break;
    }
}

static bool is_heavy(const struct relay_connection *connection)
{
    return connection->state != CONNECTION_ENDED &&
           (connection->secured || connection->flows[0].is_bulk || connection->flows[1].is_bulk);
}

/* Those that have much to do, or more than their turn allowed: up to one of them, then it is looked who else has come.
 * So a small message waits for one turn of a large transfer at most, however many there are. */
static void continued_run(struct worker *worker)
{
    struct relay_connection *list = worker->continued, **end = worker->continued_end;
    bool was_heavy = false;
    worker->continued = NULL;
    worker->continued_end = &worker->continued;
    while (list && !was_heavy) {
        struct relay_connection *connection = list;
        list = connection->next;
        was_heavy = is_heavy(connection);
        connection_resume(worker, connection);
    }
    if (!list)
        return;
    *end = worker->continued;
    if (!worker->continued)
        worker->continued_end = end;
    worker->continued = list;
}

static void deadlines_run(struct worker *worker)
{
    enum deadline_kind kind = DEADLINE_NEVER;
    struct deadline *due;
    while ((due = deadlines_due(&worker->deadlines, worker_now_ms(worker), &kind)))
        connection_expired(worker, connection_of(due), kind);
    pipes_trim(&worker->pipes, worker_now_ms(worker));
    if (worker->accept_again_ms && worker_now_ms(worker) >= worker->accept_again_ms) {
        worker->accept_again_ms = 0;
        if (worker->spare < 0)
            worker->spare = fcntl(worker->wake, F_DUPFD_CLOEXEC, 0);
        listeners_watch(worker, EPOLLIN);
    }
}

static void graves_empty(struct worker *worker)
{
    while (worker->graves) {
        struct relay_connection *connection = worker->graves;
        worker->graves = connection->next;
        free(connection);
    }
}

/* The sooner of two, where -1 is never. */
static int sooner(int a, int b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int wait_ms(const struct worker *worker)
{
    int64_t now_ms = worker_now_ms(worker);
    if (worker->continued)
        return 0;
    int wait = sooner(deadlines_wait(&worker->deadlines, now_ms), pipes_wait(&worker->pipes, now_ms));
    if (!worker->accept_again_ms)
        return wait;
    return sooner(wait, worker->accept_again_ms > now_ms ? (int)(worker->accept_again_ms - now_ms) : 0);
}

static void turn_run(struct worker *worker)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(worker->epoll, events, EVENTS, wait_ms(worker));
    worker->now_us = moment_steady_ns() / 1000;
    atomic_store_explicit(&worker->looked_ms, worker_now_ms(worker), memory_order_relaxed);
    atomic_store_explicit(&worker->asked_ms, 0, memory_order_relaxed);
    for (int i = 0; i < count; i++)
        event_handle(worker, &events[i]);
    continued_run(worker);
    deadlines_run(worker);
    graves_empty(worker);
}

static void *worker_run(void *context)
{
    struct worker *worker = context;
    struct relay *relay = worker->relay;
    worker->now_us = moment_steady_ns() / 1000;
    while (!atomic_load_explicit(&relay->is_stopping, memory_order_acquire)) {
        turn_run(worker);
        if (UNLIKELY(atomic_load_explicit(&relay->is_inbound_closed, memory_order_relaxed)))
            inbound_close(worker);
    }
    struct deadline *any;
    while ((any = deadlines_any(&worker->deadlines)))
        connection_end(worker, connection_of(any), RELAY_STOPPED, NULL);
    continued_run(worker); /* all have ended */
    graves_empty(worker);
    return NULL;
}

/* ---- life ---- */

bool worker_init(struct worker *worker, struct relay *relay, struct error *error)
{
    const struct relay_settings *settings = &relay->settings;
    worker->relay = relay;
    worker->continued_end = &worker->continued;
    worker->epoll = epoll_create1(EPOLL_CLOEXEC);
    worker->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (worker->epoll < 0 || worker->wake < 0)
        return error_errno(error, "epoll_create1, eventfd");
    worker->spare = fcntl(worker->wake, F_DUPFD_CLOEXEC, 0);
    worker->buffer = memory_new(1, BUFFER_SIZE);
    pipes_init(&worker->pipes, &relay->descriptors_left);
    deadlines_init(&worker->deadlines);
    worker->deadlines.durations_ms[DEADLINE_CONNECT] = settings->connect_timeout_ms;
    worker->deadlines.durations_ms[DEADLINE_SETTLE] = settings->keepalive_seconds ? RELAY_SETTLE_MS : 0;
    worker->deadlines.durations_ms[DEADLINE_IDLE] = settings->idle_timeout_ms;
    worker->deadlines.durations_ms[DEADLINE_HALF_CLOSED] = settings->half_closed_timeout_ms;
    worker->deadlines.durations_ms[DEADLINE_PART] = RELAY_PART_MS;
    worker->deadlines.durations_ms[DEADLINE_PEEK] = RELAY_PEEK_MS;
    worker->deadlines.durations_ms[DEADLINE_HANDSHAKE] = RELAY_HANDSHAKE_MS;
    bool is_watching = fd_watch(worker, EPOLL_CTL_ADD, worker->wake, EPOLLIN, worker, EVENT_WAKE);
    for (int i = 0; i < WORKER_LISTENERS; i++)
        if (worker->listeners[i].fd >= 0)
            is_watching = is_watching && fd_watch(worker, EPOLL_CTL_ADD, worker->listeners[i].fd, EPOLLIN,
                                                  &worker->listeners[i], EVENT_LISTENER);
    return is_watching || error_errno(error, "epoll_ctl");
}

void worker_done(struct worker *worker)
{
    if (worker->secured)
        worker_tls_hooks(worker)->worker_done(worker);
    for (int i = 0; i < WORKER_LISTENERS; i++)
        fd_close(&worker->listeners[i].fd);
    pipes_done(&worker->pipes);
    own_addresses_done(&worker->own);
    free(worker->buffer);
    fd_close(&worker->spare);
    fd_close(&worker->wake);
    fd_close(&worker->epoll);
}

bool worker_start(struct worker *worker, struct error *error)
{
    worker->is_running = thread_start(&worker->thread, THREAD_SMALL, worker_run, worker, "connections", error);
    return worker->is_running;
}

void worker_wake(struct worker *worker)
{
    static const uint64_t one = 1;
    ssize_t ignored = write(worker->wake, &one, sizeof one);
    (void)ignored;
}
