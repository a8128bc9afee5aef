#include "relay/tls_connection.h"
#include "relay/tls_pump.h"
#include "base/memory.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static const char not_the_meshs[] = "the client does not speak the mesh's TLS, and nothing else is let in",
                  no_greeting[] = "no TLS greeting came in time", no_identity[] = "there is no certificate yet",
                  too_slow[] = "the TLS handshake took too long";

/* ---- beginnings and ends ---- */

static struct tls_worker *tls_worker_of(struct relay_tls *tls, struct worker *worker)
{
    if (worker->secured)
        return worker->secured;
    struct tls_worker *own = memory_new(1, sizeof *own);
    own->tls = tls;
    own->worker = worker;
    own->waiting.next = own->waiting.previous = &own->waiting;
    worker->deadlines.durations_ms[DEADLINE_PEEK] = tls->settings.detection_ms;
    worker->secured = own;
    return own;
}

static struct tls_secured *secured_new(struct relay_tls *tls, struct worker *worker,
                                       struct relay_connection *connection, enum side side)
{
    struct tls_secured *secured = calloc(1, sizeof *secured);
    if (!secured)
        return NULL;
    secured->connection = connection;
    secured->worker = tls_worker_of(tls, worker);
    secured->side = (uint8_t)side;
    connection->secured = secured;
    return secured;
}

static void waiting_leave(struct tls_secured *secured)
{
    if (!secured->next)
        return;
    secured->next->previous = secured->previous;
    secured->previous->next = secured->next;
    secured->next = secured->previous = NULL;
}

static void waiting_enter(struct tls_secured *secured)
{
    struct tls_secured *ring = &secured->worker->waiting;
    secured->phase = TLS_WAITING;
    secured->next = ring;
    secured->previous = ring->previous;
    ring->previous->next = secured;
    ring->previous = secured;
}

static void peek_leave(struct tls_secured *secured)
{
    if (secured->phase == TLS_PEEKING)
        secured->worker->peeked -= tls_spill_left(secured->in);
}

static void secured_free(struct tls_secured *secured)
{
    peek_leave(secured);
    waiting_leave(secured);
    secured->connection->secured = NULL;
    tls_session_end(secured);
    free(secured);
}

static void refuse(struct tls_secured *secured, const char *failure)
{
    connection_end(secured->worker->worker, secured->connection, RELAY_TLS_REFUSED, failure);
}

/* From now on it counts as protected; one that was opened as a plain one is not any more. */
static void security_set(struct tls_secured *secured)
{
    struct relay_connection *connection = secured->connection;
    struct counters *counters = &secured->worker->worker->counters;
    if (connection->security == RELAY_MUTUAL_TLS)
        return;
    if (connection->is_opened) {
        counter_add(&counters->counts[connection->direction][connection->route][RELAY_PLAIN].closed, 1);
        counter_add(&counters->counts[connection->direction][connection->route][RELAY_MUTUAL_TLS].opened, 1);
    }
    connection->security = RELAY_MUTUAL_TLS;
}

static bool is_dialled(const struct tls_secured *secured)
{
    return secured->connection->fd[SIDE_UPSTREAM] >= 0;
}

/* ---- the handshake ---- */

static void step_take(struct tls_secured *secured, enum tls_step step)
{
    struct worker *worker = secured->worker->worker;
    switch (step) {
    case TLS_AGAIN:
        return;
    case TLS_DONE:
        if (is_dialled(secured))
            connection_pass(worker, secured->connection);
        else
            connection_dial(worker, secured->connection);
        return;
    case TLS_REFUSED:
        refuse(secured, secured->failure);
        return;
    case TLS_NO_MEMORY:
        connection_end(worker, secured->connection, RELAY_OVERFLOW, strerrordesc_np(ENOMEM));
        return;
    case TLS_SECURE_GONE:
    case TLS_OTHER_GONE:
        refuse(secured, secured->failure ? secured->failure : "the peer went away during the TLS handshake");
        return;
    }
}

static void handshake_begin(struct tls_secured *secured)
{
    struct worker *worker = secured->worker->worker;
    if (secured->connection->state != CONNECTION_HANDSHAKING) {
        secured->connection->state = CONNECTION_HANDSHAKING;
        deadline_set(&worker->deadlines, &secured->connection->deadline, DEADLINE_HANDSHAKE, worker_now_ms(worker));
    }
    if (atomic_load_explicit(&secured->worker->tls->is_ready, memory_order_acquire))
        step_take(secured, tls_session_begin(secured));
    else
        waiting_enter(secured);
}

/* ---- looking at the first bytes ---- */

/* Passed on as it is, what was read first. */
static void become_plain(struct tls_secured *secured)
{
    struct worker *worker = secured->worker->worker;
    struct relay_connection *connection = secured->connection;
    if (secured->is_strict) {
        refuse(secured, not_the_meshs);
        return;
    }
    peek_leave(secured);
    connection->flows[SIDE_CLIENT].spill = secured->in;
    secured->in = NULL;
    secured_free(secured);
    if (connection->fd[SIDE_UPSTREAM] >= 0)
        connection_pass(worker, connection);
    else
        connection_dial(worker, connection);
}

/* What is answered of the offered protocols: see tls.h. */
static const char *protocol_choose(const struct client_hello *hello)
{
    if (client_hello_offers(hello, SLICE("http/1.1")))
        return "http/1.1";
    return client_hello_offers(hello, SLICE("h2")) ? "h2" : NULL;
}

static void become_server(struct tls_secured *secured, const struct client_hello *hello)
{
    peek_leave(secured);
    security_set(secured);
    secured->protocol = protocol_choose(hello);
    if (hello->server_name.length)
        secured->server_name = strndup(hello->server_name.bytes, hello->server_name.length);
    if (hello->psk_modes.length && slice_find_byte(hello->server_name, '_') != SLICE_NONE)
        secured->name_distance = (int32_t)(hello->psk_modes.bytes - hello->server_name.bytes);
    handshake_begin(secured);
}

/* False: all that could be known is. */
static bool greeting_look(struct tls_secured *secured)
{
    struct client_hello hello;
    struct slice bytes = {secured->in->bytes, secured->in->length};
    switch (client_hello_parse(bytes, secured->worker->all, &hello)) {
    case CLIENT_HELLO_MORE:
        if (bytes.length < CLIENT_HELLO_BYTES_MAX && secured->worker->peeked < TLS_PEEKED_MAX)
            return true;
        break;
    case CLIENT_HELLO_OTHER:
        break;
    case CLIENT_HELLO_WHOLE:
        if (secured->is_strict || client_hello_is_mesh(&hello)) {
            become_server(secured, &hello);
            return false;
        }
        break;
    }
    become_plain(secured);
    return false;
}

static void peek(struct tls_secured *secured)
{
    struct tls_worker *own = secured->worker;
    struct worker *worker = own->worker;
    struct relay_connection *connection = secured->connection;
    struct flow *flow = &connection->flows[SIDE_CLIENT];
    while (flow->is_readable) {
        size_t had = tls_spill_left(secured->in);
        size_t wanted = CLIENT_HELLO_BYTES_MAX - had;
        ssize_t got =
            recv(connection->fd[SIDE_CLIENT], own->plain, wanted < sizeof own->plain ? wanted : sizeof own->plain, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno != EAGAIN) {
            connection_end(worker, connection, RELAY_CLIENT_GONE, NULL);
            return;
        }
        if (got < 0) {
            flow->is_readable = false;
            break;
        }
        if (got == 0) {
            become_plain(secured); /* whose reader finds the end, too */
            return;
        }
        if (!tls_spill_add(&secured->in, own->plain, (size_t)got)) {
            connection_end(worker, connection, RELAY_OVERFLOW, strerrordesc_np(ENOMEM));
            return;
        }
        own->peeked += (size_t)got;
        if (!greeting_look(secured))
            return;
        if (!had) /* it is no silent client any more, but may be a slow one */
            deadline_set(&worker->deadlines, &connection->deadline, DEADLINE_HANDSHAKE, worker_now_ms(worker));
    }
}

/* ---- where to, and what for ---- */

static enum relay_tls_mode mode_of(const struct relay_tls_settings *settings, uint16_t port)
{
    for (size_t i = 0; i < settings->port_count; i++)
        if (settings->ports[i].port == port)
            return settings->ports[i].mode;
    return settings->inbound;
}

static bool network_has(const struct relay_tls_destination *destination, const struct relay_address *address)
{
    if (destination->network.family != address->family)
        return false;
    unsigned whole = destination->prefix / 8, rest = destination->prefix % 8;
    if (memcmp(destination->network.bytes, address->bytes, whole) != 0)
        return false;
    return !rest || ((destination->network.bytes[whole] ^ address->bytes[whole]) >> (8 - rest)) == 0;
}

/* The destination that an address belongs to, or NULL; by name, with the name in `ret_name`, which is empty otherwise.
 */
static const struct relay_tls_destination *destination_find(struct relay_tls *tls, const struct relay_address *address,
                                                            int64_t now_ms, char *ret_name)
{
    const struct relay_tls_settings *settings = &tls->settings;
    const struct relay_tls_destination *best = NULL;
    bool has_names = false;
    ret_name[0] = '\0';
    for (size_t i = 0; i < settings->destination_count; i++) {
        const struct relay_tls_destination *one = &settings->destinations[i];
        has_names = has_names || !one->network.family;
        if ((!one->port || one->port == address->port) && network_has(one, address) &&
            (!best || one->prefix > best->prefix))
            best = one;
    }
    if (best || !has_names || !tls_names_find(&tls->names, address, now_ms, ret_name))
        return best;
    for (size_t i = 0; i < settings->destination_count; i++) {
        const struct relay_tls_destination *one = &settings->destinations[i];
        if (!one->network.family && (!one->port || one->port == address->port) &&
            tls_name_is_below(slice_from(ret_name), one->name))
            return one;
    }
    return NULL;
}

static bool outbound_accepted(struct relay_tls *tls, struct worker *worker, struct relay_connection *connection)
{
    char name[TLS_NAME_MAX + 1];
    const struct relay_tls_destination *destination =
        destination_find(tls, &connection->destination, worker_now_ms(worker), name);
    if (!destination)
        return false;
    struct tls_secured *secured = secured_new(tls, worker, connection, SIDE_UPSTREAM);
    connection->security = RELAY_MUTUAL_TLS;
    if (!secured) {
        connection_end(worker, connection, RELAY_OVERFLOW, strerrordesc_np(ENOMEM));
        return true;
    }
    secured->destination = destination;
    secured->protocol = "istio";
    if (name[0])
        secured->server_name = strdup(name);
    secured->phase = TLS_HANDSHAKING;
    return false; /* the core dials, and `connected` comes next */
}

static bool inbound_accepted(struct relay_tls *tls, struct worker *worker, struct relay_connection *connection)
{
    enum relay_tls_mode mode = mode_of(&tls->settings, connection->destination.port);
    if (mode == RELAY_TLS_DISABLE)
        return false;
    struct tls_secured *secured = secured_new(tls, worker, connection, SIDE_CLIENT);
    if (!secured || !worker_watch(worker, connection, SIDE_CLIENT)) {
        connection_end(worker, connection, RELAY_OVERFLOW, strerrordesc_np(ENOMEM));
        return true;
    }
    secured->is_strict = mode == RELAY_TLS_STRICT;
    if (secured->is_strict)
        security_set(secured);
    connection->state = CONNECTION_PEEKING;
    deadline_set(&worker->deadlines, &connection->deadline, secured->is_strict ? DEADLINE_HANDSHAKE : DEADLINE_PEEK,
                 worker_now_ms(worker));
    return true;
}

/* ---- the hooks ---- */

static bool accepted(struct relay_tls *tls, struct worker *worker, struct relay_connection *connection)
{
    return connection->direction == RELAY_INBOUND ? inbound_accepted(tls, worker, connection)
                                                  : outbound_accepted(tls, worker, connection);
}

static bool connected(struct relay_tls *tls, struct worker *worker, struct relay_connection *connection)
{
    struct tls_secured *secured = connection->secured;
    (void)tls;
    if (!secured)
        return false;
    if (secured->phase == TLS_HANDSHAKING)
        handshake_begin(secured);
    else
        connection_pass(worker, connection); /* PEEKING, too: `event` goes on */
    return true;
}

static void handshake_event(struct tls_secured *secured, enum side side, uint32_t events)
{
    struct relay_connection *connection = secured->connection;
    if (side != secured->side && events & (EPOLLERR | EPOLLHUP)) {
        connection_end(secured->worker->worker, connection,
                       side == SIDE_CLIENT ? RELAY_CLIENT_GONE : RELAY_DESTINATION_GONE, NULL);
        return;
    }
    if (side == secured->side)
        step_take(secured, tls_session_handshake(secured));
}

static void event(struct worker *worker, struct relay_connection *connection, enum side side, uint32_t events)
{
    struct tls_secured *secured = connection->secured;
    connection_note(connection, side, events);
    switch ((enum tls_phase)secured->phase) {
    case TLS_PEEKING:
        /* The app speaks first: then the client that was silent waits for that, in the clear. */
        if (is_dialled(secured) && connection->flows[SIDE_UPSTREAM].is_readable && !secured->in)
            become_plain(secured);
        else
            peek(secured);
        return;
    case TLS_WAITING:
        if (events & (EPOLLERR | EPOLLHUP))
            connection_end(worker, connection, side == SIDE_CLIENT ? RELAY_CLIENT_GONE : RELAY_DESTINATION_GONE, NULL);
        return;
    case TLS_HANDSHAKING:
        handshake_event(secured, side, events);
        return;
    case TLS_PASSING:
        tls_pump(secured, side);
        if (UNLIKELY(events & EPOLLERR) && connection->state != CONNECTION_ENDED && secured->phase == TLS_PASSING)
            tls_part(secured, side);
        return;
    case TLS_PARTING:
        tls_part_look(secured);
        return;
    }
}

static void expired(struct worker *worker, struct relay_connection *connection, enum deadline_kind kind)
{
    struct tls_secured *secured = connection->secured;
    if (kind == DEADLINE_PART) {
        connection->turns++;
        deadline_set(&worker->deadlines, &connection->deadline, DEADLINE_PART, worker_now_ms(worker));
        tls_part_look(secured);
    } else if (kind == DEADLINE_PEEK)
        connection_dial(worker, connection); /* and see who speaks first */
    else if (kind != DEADLINE_HANDSHAKE)
        connection_end(worker, connection, RELAY_TIMED_OUT, NULL);
    else if (secured->phase == TLS_PEEKING && !secured->is_strict)
        become_plain(secured);
    else
        refuse(secured, secured->phase == TLS_PEEKING   ? no_greeting
                        : secured->phase == TLS_WAITING ? no_identity
                                                        : too_slow);
}

static void released(struct worker *worker, struct relay_connection *connection)
{
    (void)worker;
    secured_free(connection->secured);
}

static void describe(const struct relay_connection *connection, struct slice *ret_peer, struct slice *ret_server_name)
{
    const struct tls_secured *secured = connection->secured;
    *ret_peer = slice_from(secured->peer_id);
    *ret_server_name = slice_from(secured->server_name);
}

static void woken(struct worker *worker)
{
    struct tls_worker *own = worker->secured;
    if (!atomic_load_explicit(&own->tls->is_ready, memory_order_acquire))
        return;
    while (own->waiting.next != &own->waiting) {
        struct tls_secured *secured = own->waiting.next;
        waiting_leave(secured);
        handshake_begin(secured);
    }
}

static void worker_ended(struct worker *worker)
{
    free(worker->secured);
    worker->secured = NULL;
}

const struct relay_tls_hooks tls_connection_hooks = {
    .accepted = accepted,
    .connected = connected,
    .event = event,
    .expired = expired,
    .released = released,
    .describe = describe,
    .woken = woken,
    .worker_done = worker_ended,
};
