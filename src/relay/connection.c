#include "relay/dial.h"
#include "relay/pump.h"
#include "relay/worker.h"
#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char no_room[] = "more connections than this proxy may have", in_vain[] = "did not answer in time";

/* ---- the end ---- */

static void summary_tell(const struct worker *worker, const struct relay_connection *connection, enum relay_flag flag)
{
    struct relay_summary summary = {
        .direction = connection->direction,
        .route = connection->route,
        .flag = flag,
        .security = connection->security,
        .received = connection->flows[SIDE_CLIENT].bytes,
        .sent = connection->flows[SIDE_UPSTREAM].bytes,
        .client = connection->client,
        .destination = connection->destination,
        .upstream_local = connection->upstream_local,
        .failure = connection->failure,
    };
    struct timespec calendar, steady;
    clock_gettime(CLOCK_REALTIME, &calendar);
    clock_gettime(CLOCK_MONOTONIC, &steady);
    summary.duration_us = steady.tv_sec * INT64_C(1000000) + steady.tv_nsec / 1000 - connection->start_us;
    summary.start_us = calendar.tv_sec * INT64_C(1000000) + calendar.tv_nsec / 1000 - summary.duration_us;
    if (connection->is_dialled)
        summary.upstream = dial_target(connection);
    if (connection->secured)
        worker_tls_hooks(worker)->describe(connection, &summary.peer, &summary.server_name);
    worker->relay->settings.ended(worker->relay->settings.context, &summary);
}

static void side_close(struct worker *worker, struct relay_connection *connection, enum side side, bool is_reset)
{
    static const struct linger reset = {1, 0};
    int *fd = &connection->fd[side];
    if (*fd < 0)
        return;
    if (is_reset)
        setsockopt(*fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(*fd);
    *fd = -1;
    atomic_fetch_add_explicit(&worker->relay->descriptors_left, 1, memory_order_relaxed);
}

/* Everything but freeing it. */
static void connection_close(struct worker *worker, struct relay_connection *connection, enum relay_flag flag,
                             const char *failure)
{
    struct counters *counters = &worker->counters;
    bool is_whole = !connection->flows[0].held && !connection->flows[1].held && !connection->flows[0].spill &&
                    !connection->flows[1].spill;
    bool is_reset = flag != RELAY_FINISHED && !(flag == RELAY_STOPPED && is_whole && connection->is_dialled);
    connection->failure = failure;
    if (flag == RELAY_OVERFLOW)
        worker_overflowed(worker, failure);
    if (!connection->is_opened)
        counter_add(&counters->counts[connection->direction][connection->route][connection->security].opened, 1);
    if (worker->relay->settings.ended)
        summary_tell(worker, connection, flag);
    if (connection->secured) {
        worker_tls_hooks(worker)->released(worker, connection);
        connection->secured = NULL;
    }
    for (enum side side = 0; side < SIDES; side++) {
        side_close(worker, connection, side, is_reset);
        pump_done(worker, &connection->flows[side]);
    }
    deadline_clear(&connection->deadline);
    counter_add(&counters->counts[connection->direction][connection->route][connection->security].closed, 1);
    counter_add(&counters->flags[connection->direction][flag], 1);
    counter_add(&counters->ended[connection->direction], 1);
    connection->state = CONNECTION_ENDED;
}

void connection_end(struct worker *worker, struct relay_connection *connection, enum relay_flag flag,
                    const char *failure)
{
    connection_close(worker, connection, flag, failure);
    atomic_fetch_add_explicit(&worker->relay->connections_left, 1, memory_order_relaxed);
    if (connection->is_continued)
        return; /* it is in the other list, whose reader will bury it */
    connection->next = worker->graves;
    worker->graves = connection;
}

static void parting_look(struct worker *worker, struct relay_connection *connection)
{
    int unsent = 0;
    enum side gone = connection->gone;
    struct flow *flow = &connection->flows[gone];
    enum pump_result result = flow->is_shut ? PUMP_SOURCE_GONE : pump_run(worker, connection, gone);
    if (result == PUMP_SOURCE_GONE && !flow->held && !flow->spill) {
        if (ioctl(connection->fd[!gone], SIOCOUTQNSD, &unsent) || !unsent)
            result = PUMP_TARGET_GONE;
    } else if (result == PUMP_NO_MEMORY) {
        result = PUMP_TARGET_GONE;
    }
    if (result == PUMP_TARGET_GONE || connection->turns > RELAY_PART_TURNS)
        connection_end(worker, connection, gone == SIDE_CLIENT ? RELAY_CLIENT_GONE : RELAY_DESTINATION_GONE, NULL);
}

/* One side was reset. The other is to be, but first it gets what has reached us of the first one's bytes: it would have
 * reached it, had we not been there, and closing by reset throws away what waits to be sent. While it takes some, it is
 * given more time. */
static void connection_part(struct worker *worker, struct relay_connection *connection, enum side gone)
{
    connection->state = CONNECTION_PARTING;
    connection->gone = (uint8_t)gone;
    connection->flows[gone].is_readable = connection->flows[gone].is_unsure = true;
    deadline_set(&worker->deadlines, &connection->deadline, DEADLINE_PART, worker_now_ms(worker));
    parting_look(worker, connection);
}

static void parting_event(struct worker *worker, struct relay_connection *connection, enum side side, uint32_t events)
{
    if (side != connection->gone && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)))
        connection->flows[connection->gone].is_blocked = false;
    parting_look(worker, connection);
}

static void parting_expired(struct worker *worker, struct relay_connection *connection)
{
    connection->turns++;
    deadline_set(&worker->deadlines, &connection->deadline, DEADLINE_PART, worker_now_ms(worker));
    parting_look(worker, connection);
}

/* ---- the beginning ---- */

static void connection_init(struct worker *worker, struct relay_connection *connection, const struct listener *listener,
                            int fd, const struct relay_address *client)
{
    const struct relay_settings *settings = &worker->relay->settings;
    connection->fd[SIDE_CLIENT] = fd;
    connection->fd[SIDE_UPSTREAM] = -1;
    for (enum side side = 0; side < SIDES; side++)
        connection->flows[side].pipe.read = -1;
    connection->client = *client;
    connection->start_us = worker->now_us;
    connection->direction = (uint8_t)listener->direction;
    bool is_known = listener->is_transparent ? destination_transparent(fd, &connection->destination)
                                             : destination_redirected(fd, listener->family, &connection->destination);
    /* What the proxy itself sends to its pod is redirected in that mode, too: TPROXY is for what comes from outside. */
    if (listener->is_transparent && is_known && connection->destination.port == listener->port)
        is_known = destination_redirected(fd, listener->family, &connection->destination);
    if (settings->inbound_by_address && is_known &&
        own_addresses_have(&worker->own, &connection->destination, worker_now_ms(worker))) {
        connection->direction = RELAY_INBOUND;
        connection->is_loopback = true;
    }
    /* To one of our own ports: nobody was redirected, or it would go round in circles. The port decides: the pod may
     * have several addresses (Istio, listener_builder.go, buildInboundBlackhole). */
    bool is_own = connection->destination.port == listener->port ||
                  (connection->direction == RELAY_INBOUND && connection->destination.port == settings->outbound_port);
    if (!is_known || is_own || (settings->is_closed && connection->direction == RELAY_OUTBOUND))
        connection->route = RELAY_BLACKHOLED;
    atomic_fetch_sub_explicit(&worker->relay->descriptors_left, 1, memory_order_relaxed);
    counter_add(&worker->counters.accepted[connection->direction], 1);
}

void connection_refuse(struct worker *worker, const struct listener *listener, int fd,
                       const struct relay_address *client, const char *failure)
{
    struct relay_connection connection = {0};
    connection_init(worker, &connection, listener, fd, client);
    connection_close(worker, &connection, RELAY_OVERFLOW, failure);
}

void connection_accept(struct worker *worker, const struct listener *listener, int fd,
                       const struct relay_address *client)
{
    struct relay *relay = worker->relay;
    struct relay_connection *connection = NULL;
    if (atomic_fetch_sub_explicit(&relay->connections_left, 1, memory_order_relaxed) > 0)
        connection = calloc(1, sizeof *connection);
    if (!connection) {
        atomic_fetch_add_explicit(&relay->connections_left, 1, memory_order_relaxed);
        connection_refuse(worker, listener, fd, client, no_room);
        return;
    }
    connection_init(worker, connection, listener, fd, client);
    if (connection->route == RELAY_BLACKHOLED) {
        connection_end(worker, connection, RELAY_NO_ROUTE, NULL);
        return;
    }
    if (connection->is_loopback && /* otherwise its listener is closed, and who was in its backlog was let in */
        atomic_load_explicit(&relay->is_inbound_closed, memory_order_relaxed)) {
        connection_end(worker, connection, RELAY_STOPPED, "no more inbound connections are taken");
        return;
    }
    struct relay_tls *tls = atomic_load_explicit(&relay->tls, memory_order_acquire);
    if (tls && relay_tls_hooks(tls)->accepted(tls, worker, connection))
        return;
    connection_dial(worker, connection);
}

void connection_dial(struct worker *worker, struct relay_connection *connection)
{
    const char *failure = NULL;
    counter_add(&worker->counters.counts[connection->direction][connection->route][connection->security].opened, 1);
    connection->is_opened = true;
    bool is_ours = false;
    if (!dial(&worker->relay->settings, connection, &connection->fd[SIDE_UPSTREAM], &is_ours, &failure)) {
        connection_end(worker, connection, is_ours ? RELAY_OVERFLOW : RELAY_CONNECT_FAILED, failure);
        return;
    }
    atomic_fetch_sub_explicit(&worker->relay->descriptors_left, 1, memory_order_relaxed);
    connection->is_dialled = true;
    connection->state = CONNECTION_CONNECTING;
    deadline_set(&worker->deadlines, &connection->deadline, DEADLINE_CONNECT, worker_now_ms(worker));
    if ((!connection->is_watched && !worker_watch(worker, connection, SIDE_CLIENT)) ||
        !worker_watch(worker, connection, SIDE_UPSTREAM))
        connection_end(worker, connection, RELAY_OVERFLOW, dial_failure(errno));
}

/* ---- in between ---- */

void connection_count(struct worker *worker, struct relay_connection *connection, enum side from, size_t bytes)
{
    connection->flows[from].bytes += bytes;
    if (from == SIDE_CLIENT)
        counter_add(&worker->counters.counts[connection->direction][connection->route][connection->security].received,
                    bytes);
    else
        counter_add(&worker->counters.counts[connection->direction][connection->route][connection->security].sent,
                    bytes);
}

void connection_continue(struct worker *worker, struct relay_connection *connection)
{
    if (connection->is_continued)
        return;
    connection->is_continued = true;
    connection->next = NULL;
    *worker->continued_end = connection;
    worker->continued_end = &connection->next;
}

static void keepalive_settle(const struct worker *worker, struct relay_connection *connection)
{
    unsigned seconds = worker->relay->settings.keepalive_seconds;
    if (!connection->is_settled && seconds)
        listener_keepalive(connection->fd[SIDE_UPSTREAM], seconds);
    connection->is_settled = true;
}

void connection_moved(struct worker *worker, struct relay_connection *connection)
{
    if (UNLIKELY(connection->state == CONNECTION_PARTING))
        connection->turns = 0;
    else if (connection->flows[SIDE_CLIENT].is_shut || connection->flows[SIDE_UPSTREAM].is_shut) {
        if (!worker->deadlines.durations_ms[DEADLINE_HALF_CLOSED])
            keepalive_settle(worker, connection);
        deadline_set(&worker->deadlines, &connection->deadline, DEADLINE_HALF_CLOSED, worker_now_ms(worker));
    } else if (worker->deadlines.durations_ms[DEADLINE_IDLE]) {
        deadline_set(&worker->deadlines, &connection->deadline, DEADLINE_IDLE, worker_now_ms(worker));
    }
}

void connection_pass(struct worker *worker, struct relay_connection *connection)
{
    bool ends_when_idle = worker->deadlines.durations_ms[DEADLINE_IDLE] != 0;
    connection->state = CONNECTION_PASSING;
    if (ends_when_idle)
        keepalive_settle(worker, connection);
    deadline_set(&worker->deadlines, &connection->deadline, ends_when_idle ? DEADLINE_IDLE : DEADLINE_SETTLE,
                 worker_now_ms(worker));
    connection_continue(worker, connection);
}

/* Moves what can be moved, first from the side where something happened: what it sent before it was reset has to be
 * read before something that is written to it finds that out. */
static void connection_pump(struct worker *worker, struct relay_connection *connection, enum side first)
{
    for (int i = 0; i < SIDES; i++) {
        enum side from = i ? !first : first;
        bool was_shut = connection->flows[from].is_shut;
        enum pump_result result = pump_run(worker, connection, from);
        if (result == PUMP_NO_MEMORY) {
            connection_end(worker, connection, RELAY_OVERFLOW, dial_failure(ENOMEM));
            return;
        }
        if (result != PUMP_DONE) {
            enum side gone = result == PUMP_SOURCE_GONE ? from : !from;
            if (connection->flows[gone].is_ending)
                dial_push(connection->fd[!gone]); /* it was reset after it had said that it was done */
            connection_part(worker, connection, gone);
            return;
        }
        if (connection->flows[0].is_shut && connection->flows[1].is_shut) {
            connection_end(worker, connection, RELAY_FINISHED, NULL);
            return;
        }
        if (connection->flows[from].is_shut != was_shut)
            connection_moved(worker, connection);
    }
}

void connection_note(struct relay_connection *connection, enum side side, uint32_t events)
{
    struct flow *from = &connection->flows[side];
    if (events & (EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        from->is_readable = !from->is_finished;
    if (events & (EPOLLPRI | EPOLLHUP | EPOLLERR))
        from->is_unsure = true;
    else if (events & EPOLLRDHUP)
        from->is_ending = true;
    if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
        connection->flows[!side].is_blocked = false;
}

static void passing_event(struct worker *worker, struct relay_connection *connection, enum side side, uint32_t events)
{
    connection_note(connection, side, events);
    if ((connection->flows[0].is_bulk || connection->flows[1].is_bulk) && events && !(events & EPOLLERR)) {
        connection_continue(worker, connection); /* small messages first */
        return;
    }
    connection_pump(worker, connection, side);
    if (UNLIKELY(events & EPOLLERR) && connection->state == CONNECTION_PASSING)
        connection_part(worker, connection, side);
}

static void connected(struct worker *worker, struct relay_connection *connection)
{
    if (worker->relay->settings.ended) {
        struct sockaddr_storage local;
        socklen_t length = sizeof local;
        if (getsockname(connection->fd[SIDE_UPSTREAM], (struct sockaddr *)&local, &length) == 0)
            connection->upstream_local = relay_address_from(&local);
    }
    struct relay_tls *tls = atomic_load_explicit(&worker->relay->tls, memory_order_acquire);
    if (UNLIKELY(tls) && relay_tls_hooks(tls)->connected(tls, worker, connection)) {
        dial_acknowledge(connection->fd[SIDE_UPSTREAM]);
        return;
    }
    connection->is_owing = true;
    connection_pass(worker, connection);
}

static void connecting_event(struct worker *worker, struct relay_connection *connection, enum side side,
                             uint32_t events)
{
    connection_note(connection, side, events);
    if (side == SIDE_CLIENT) {
        if (events & (EPOLLERR | EPOLLHUP))
            connection_end(worker, connection, RELAY_CLIENT_GONE, NULL);
    } else if (events & (EPOLLERR | EPOLLHUP)) {
        int number = 0;
        socklen_t length = sizeof number;
        getsockopt(connection->fd[SIDE_UPSTREAM], SOL_SOCKET, SO_ERROR, &number, &length);
        bool is_late = number == ECONNRESET && !atomic_load_explicit(&worker->relay->tls, memory_order_relaxed);
        if (is_late) /* it has been there, and may have said something before it was reset */
            connection_part(worker, connection, SIDE_UPSTREAM);
        else
            connection_end(worker, connection, RELAY_CONNECT_FAILED, dial_failure(number ? number : ECONNRESET));
    } else if (events & EPOLLOUT) {
        connected(worker, connection);
    }
}

void connection_event(struct worker *worker, struct relay_connection *connection, enum side side, uint32_t events)
{
    if (UNLIKELY(connection->state == CONNECTION_ENDED))
        return;
    if (connection->state == CONNECTION_CONNECTING) {
        connecting_event(worker, connection, side, events);
        return;
    }
    if (UNLIKELY(connection->state == CONNECTION_PARTING)) {
        parting_event(worker, connection, side, events);
        return;
    }
    if (UNLIKELY(connection->secured)) {
        worker_tls_hooks(worker)->event(worker, connection, side, events);
        return;
    }
    passing_event(worker, connection, side, events);
}

void connection_resume(struct worker *worker, struct relay_connection *connection)
{
    connection->is_continued = false;
    if (connection->state == CONNECTION_ENDED) {
        connection->next = worker->graves;
        worker->graves = connection;
    } else {
        connection_event(worker, connection, SIDE_CLIENT, 0);
        if (connection->is_owing && connection->state == CONNECTION_PASSING) {
            connection->is_owing = false;
            if (!connection->flows[SIDE_CLIENT].bytes)
                dial_acknowledge(connection->fd[SIDE_UPSTREAM]);
        }
    }
}

void connection_expired(struct worker *worker, struct relay_connection *connection, enum deadline_kind kind)
{
    if (kind == DEADLINE_SETTLE) {
        keepalive_settle(worker, connection);
        deadline_set(&worker->deadlines, &connection->deadline, DEADLINE_NEVER, worker_now_ms(worker));
    } else if (kind == DEADLINE_PART && !connection->secured) {
        parting_expired(worker, connection);
    } else if (kind == DEADLINE_CONNECT) {
        connection_end(worker, connection, RELAY_CONNECT_FAILED, in_vain);
    } else if (connection->secured) {
        worker_tls_hooks(worker)->expired(worker, connection, kind);
    } else {
        connection_end(worker, connection, RELAY_TIMED_OUT, NULL);
    }
}
