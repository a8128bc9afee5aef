#include "relay/tls_pump.h"
#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { STEPS_MAX = 64 }; /* of a turn, for records that carry nothing */

static const char cut_off[] = "the TLS connection was cut off: no close_notify",
                  broken[] = "the TLS connection broke the rules";

static void moved_count(struct tls_secured *secured, enum side from, size_t bytes)
{
    struct relay_connection *connection = secured->connection;
    connection_count(secured->worker->worker, connection, from, bytes);
    connection_moved(secured->worker->worker, connection);
    if (secured->peer)
        atomic_fetch_add_explicit(from == SIDE_CLIENT ? &secured->peer->received : &secured->peer->sent, bytes,
                                  memory_order_relaxed);
}

/* ---- from the protected side ---- */

static enum tls_step plain_send(struct tls_secured *secured, const char *bytes, size_t length, size_t *ret_sent)
{
    struct flow *flow = &secured->connection->flows[secured->side];
    *ret_sent = 0;
    while (*ret_sent < length) {
        ssize_t sent =
            send(secured->connection->fd[!secured->side], bytes + *ret_sent, length - *ret_sent, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno != EAGAIN)
            return TLS_OTHER_GONE;
        if (sent < 0) {
            flow->is_blocked = true;
            break;
        }
        *ret_sent += (size_t)sent;
    }
    if (*ret_sent)
        moved_count(secured, secured->side, *ret_sent);
    return TLS_DONE;
}

/* What GnuTLS gave instead of bytes. */
static enum tls_step nothing_decrypted(struct tls_secured *secured, ssize_t code)
{
    const struct tls_library *library = &secured->worker->tls->library;
    struct flow *flow = &secured->connection->flows[secured->side];
    /* Envoy does not always get its close_notify out. Where our end has been said before, nothing is left to come but
     * the peer's, and the socket's end is taken for it. */
    if (code == 0 || (code == GNUTLS_E_PREMATURE_TERMINATION && secured->is_bye)) {
        flow->is_finished = true;
        return TLS_DONE;
    }
    if (code == GNUTLS_E_AGAIN && secured->is_dry)
        return TLS_AGAIN;
    if (code != GNUTLS_E_REHANDSHAKE && !library->gnutls_error_is_fatal((int)code))
        return TLS_DONE; /* a warning, an interruption */
    if (code == GNUTLS_E_PULL_ERROR || code == GNUTLS_E_PUSH_ERROR)
        return TLS_SECURE_GONE;
    if (code == GNUTLS_E_INVALID_SESSION) /* it has been broken before, and the cause is known */
        return TLS_SECURE_GONE;
    secured->failure = broken;
    if (code == GNUTLS_E_PREMATURE_TERMINATION)
        secured->failure = cut_off;
    if (code == GNUTLS_E_FATAL_ALERT_RECEIVED) {
        /* With TLS 1.3 a client learns that its certificate was refused after its handshake. */
        secured->failure = library->gnutls_alert_get_name(library->gnutls_alert_get(secured->session));
        return flow->bytes ? TLS_SECURE_GONE : TLS_REFUSED;
    }
    return TLS_SECURE_GONE;
}

/* Decrypts as many records as the buffer holds and sends them at once. */
static enum tls_step records_decrypt(struct tls_secured *secured, size_t *moved)
{
    struct tls_worker *worker = secured->worker;
    size_t gathered = 0, sent = 0;
    ssize_t code = 0;
    secured->is_dry = false;
    while (sizeof worker->plain - gathered >= TLS_RECORD) {
        code = worker->tls->library.gnutls_record_recv(secured->session, worker->plain + gathered,
                                                       sizeof worker->plain - gathered);
        if (code <= 0)
            break;
        gathered += (size_t)code;
    }
    if (gathered) {
        *moved += gathered;
        enum tls_step step = plain_send(secured, worker->plain, gathered, &sent);
        if (step != TLS_DONE)
            return step;
        if (sent < gathered && !tls_spill_add(&secured->plain, worker->plain + sent, gathered - sent))
            return TLS_NO_MEMORY;
    }
    return code > 0 ? TLS_DONE : nothing_decrypted(secured, code);
}

static enum tls_step plain_drain(struct tls_secured *secured)
{
    size_t sent;
    enum tls_step step =
        plain_send(secured, secured->plain->bytes + secured->plain->offset, tls_spill_left(secured->plain), &sent);
    if (sent)
        tls_spill_take(&secured->plain, sent);
    return step;
}

static enum tls_step secure_shut(struct tls_secured *secured)
{
    struct relay_connection *connection = secured->connection;
    connection->flows[secured->side].is_shut = true;
    if (connection->flows[!secured->side].is_shut)
        return TLS_DONE; /* closing says so */
    return shutdown(connection->fd[!secured->side], SHUT_WR) ? TLS_OTHER_GONE : TLS_DONE;
}

static enum tls_step decrypt_run(struct tls_secured *secured)
{
    struct flow *flow = &secured->connection->flows[secured->side];
    enum tls_step step = TLS_DONE;
    size_t moved = 0;
    for (int i = 0; step == TLS_DONE && !flow->is_blocked && !flow->is_shut; i++) {
        if (moved >= TLS_BUDGET || i >= STEPS_MAX) {
            connection_continue(secured->worker->worker, secured->connection);
            break;
        }
        if (secured->plain)
            step = plain_drain(secured);
        else if (flow->is_finished)
            step = secure_shut(secured);
        else
            step = records_decrypt(secured, &moved);
    }
    /* Reading may have had an answer: keys were changed. */
    if ((step == TLS_DONE || step == TLS_AGAIN) && secured->worker->out_length && !tls_session_flush(secured))
        return TLS_SECURE_GONE;
    if (!tls_session_keep(secured))
        return TLS_NO_MEMORY;
    return step == TLS_AGAIN ? TLS_DONE : step;
}

/* ---- to the protected side ---- */

static enum tls_step records_encrypt(struct tls_secured *secured, size_t *moved)
{
    struct tls_worker *worker = secured->worker;
    const struct tls_library *library = &worker->tls->library;
    struct relay_connection *connection = secured->connection;
    struct flow *flow = &connection->flows[!secured->side];
    ssize_t got = recv(connection->fd[!secured->side], worker->plain, sizeof worker->plain, 0);
    if (got == 0 && secured->phase == TLS_PARTING)
        return TLS_OTHER_GONE; /* what reset it was told before, and close_notify would deny it */
    if (got == 0) {
        flow->is_finished = true;
        flow->is_readable = false;
        return TLS_DONE;
    }
    if (got < 0) {
        flow->is_readable = errno == EINTR;
        return errno == EAGAIN || errno == EINTR ? TLS_DONE : TLS_OTHER_GONE;
    }
    if ((size_t)got < sizeof worker->plain)
        flow->is_readable = flow->is_ending || flow->is_unsure;
    for (size_t done = 0; done < (size_t)got;) {
        size_t here = (size_t)got - done < TLS_RECORD ? (size_t)got - done : TLS_RECORD;
        ssize_t sent = library->gnutls_record_send(secured->session, worker->plain + done, here);
        if (sent == GNUTLS_E_INTERRUPTED)
            continue;
        if (sent <= 0) {
            secured->failure = broken;
            return TLS_SECURE_GONE;
        }
        done += (size_t)sent;
    }
    *moved += (size_t)got;
    moved_count(secured, !secured->side, (size_t)got);
    return tls_session_flush(secured) ? TLS_DONE : TLS_SECURE_GONE;
}

/* The end: close_notify, and when it has gone the socket's own. */
static enum tls_step other_shut(struct tls_secured *secured)
{
    struct relay_connection *connection = secured->connection;
    struct flow *flow = &connection->flows[!secured->side];
    if (!secured->is_bye) {
        secured->is_bye = true;
        (void)secured->worker->tls->library.gnutls_bye(secured->session, GNUTLS_SHUT_WR);
        if (!tls_session_flush(secured))
            return TLS_SECURE_GONE;
        if (flow->is_blocked)
            return TLS_DONE;
    }
    flow->is_shut = true;
    if (connection->flows[secured->side].is_shut)
        return TLS_DONE;
    return shutdown(connection->fd[secured->side], SHUT_WR) ? TLS_SECURE_GONE : TLS_DONE;
}

static enum tls_step encrypt_run(struct tls_secured *secured)
{
    struct flow *flow = &secured->connection->flows[!secured->side];
    enum tls_step step = TLS_DONE;
    size_t moved = 0;
    if (secured->out && !flow->is_blocked && !tls_session_flush(secured))
        return TLS_SECURE_GONE;
    while (step == TLS_DONE && !flow->is_blocked && !flow->is_shut && (flow->is_readable || flow->is_finished)) {
        if (moved >= TLS_BUDGET) {
            connection_continue(secured->worker->worker, secured->connection);
            break;
        }
        step = flow->is_finished ? other_shut(secured) : records_encrypt(secured, &moved);
    }
    return step;
}

/* ---- both ---- */

static void gone_end(struct tls_secured *secured, enum side gone)
{
    connection_end(secured->worker->worker, secured->connection,
                   gone == SIDE_CLIENT ? RELAY_CLIENT_GONE : RELAY_DESTINATION_GONE, secured->failure);
}

void tls_part(struct tls_secured *secured, enum side gone)
{
    struct worker *worker = secured->worker->worker;
    struct relay_connection *connection = secured->connection;
    secured->phase = TLS_PARTING;
    connection->gone = (uint8_t)gone;
    connection->flows[gone].is_readable = connection->flows[gone].is_unsure = !connection->flows[gone].is_finished;
    deadline_set(&worker->deadlines, &connection->deadline, DEADLINE_PART, worker_now_ms(worker));
    tls_part_look(secured);
}

void tls_part_look(struct tls_secured *secured)
{
    struct relay_connection *connection = secured->connection;
    enum side gone = connection->gone;
    struct flow *flow = &connection->flows[gone];
    bool is_secure = gone == secured->side;
    enum tls_step source_gone = is_secure ? TLS_SECURE_GONE : TLS_OTHER_GONE, step = source_gone;
    int unsent = 0;
    if (!flow->is_shut)
        step = is_secure ? decrypt_run(secured) : encrypt_run(secured);
    bool is_waiting = step == TLS_DONE;
    if (step == source_gone) {
        bool is_kept = is_secure ? secured->plain != NULL : secured->out != NULL;
        is_waiting = is_kept || (ioctl(connection->fd[!gone], SIOCOUTQNSD, &unsent) == 0 && unsent);
    }
    if (step == TLS_REFUSED)
        connection_end(secured->worker->worker, connection, RELAY_TLS_REFUSED, secured->failure);
    else if (!is_waiting || connection->turns > RELAY_PART_TURNS)
        gone_end(secured, gone);
}

static void step_end(struct tls_secured *secured, enum tls_step step)
{
    struct worker *worker = secured->worker->worker;
    struct relay_connection *connection = secured->connection;
    if (step == TLS_NO_MEMORY)
        connection_end(worker, connection, RELAY_OVERFLOW, strerrordesc_np(ENOMEM));
    else if (step == TLS_REFUSED)
        connection_end(worker, connection, RELAY_TLS_REFUSED, secured->failure);
    else
        tls_part(secured, step == TLS_OTHER_GONE ? !secured->side : secured->side);
}

void tls_pump(struct tls_secured *secured, enum side first)
{
    struct worker *worker = secured->worker->worker;
    struct relay_connection *connection = secured->connection;
    for (int i = 0; i < SIDES; i++) {
        enum side from = i ? !first : first;
        bool was_shut = connection->flows[from].is_shut;
        enum tls_step step = from == secured->side ? decrypt_run(secured) : encrypt_run(secured);
        if (step != TLS_DONE) {
            step_end(secured, step);
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
