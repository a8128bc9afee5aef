#include "relay/pump.h"
#include "relay/worker.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

void pump_done(struct worker *worker, struct flow *flow)
{
    pipes_give(&worker->pipes, &flow->pipe, !flow->held);
    flow->held = 0;
    free(flow->spill);
    flow->spill = NULL;
}

/* An empty pipe for this flow: the one that it still has, or another. */
static bool flow_has_pipe(struct worker *worker, struct flow *flow)
{
    return flow->pipe.read >= 0 || pipes_take(&worker->pipes, worker_now_ms(worker), &flow->pipe);
}

/* Keeps what the target did not take: in a pipe, whose pages are the kernel's and few, or in our own memory. */
static bool flow_keep(struct worker *worker, struct flow *flow, const char *bytes, size_t length)
{
    flow->is_blocked = true;
    if (flow_has_pipe(worker, flow)) {
        ssize_t written = write(flow->pipe.write, bytes, length);
        if (written > 0) {
            flow->held = (uint32_t)written;
            bytes += written;
            length -= (size_t)written;
        }
        if (!length)
            return true;
    }
    flow->spill = malloc(sizeof *flow->spill + length);
    if (!flow->spill)
        return false;
    flow->spill->offset = 0;
    flow->spill->length = (uint32_t)length;
    memcpy(flow->spill->bytes, bytes, length);
    return true;
}

/* The source gave nothing: it has nothing now, it is done, or it is gone. */
static enum pump_result flow_nothing(struct flow *flow, ssize_t result)
{
    if (result == 0) {
        flow->is_finished = true;
        flow->is_readable = false;
        return PUMP_DONE;
    }
    if (errno != EAGAIN && errno != EINTR)
        return PUMP_SOURCE_GONE;
    flow->is_readable = errno == EINTR;
    return PUMP_DONE;
}

static enum pump_result flow_copy(struct worker *worker, struct relay_connection *connection, enum side from,
                                  size_t *moved)
{
    struct flow *flow = &connection->flows[from];
    ssize_t got = recv(connection->fd[from], worker->buffer, BUFFER_SIZE, 0);
    if (got <= 0)
        return flow_nothing(flow, got);
    /* Less than was asked for: there is no more, and what comes later is told by another edge. Unless the end has been
     * announced, or something urgent: then one has to look. */
    if (got < BUFFER_SIZE)
        flow->is_readable = flow->is_ending || flow->is_unsure;
    else
        flow->is_bulk = true;
    /* Bytes whose end is near wait for it: one packet instead of two. */
    ssize_t sent =
        send(connection->fd[!from], worker->buffer, (size_t)got, MSG_NOSIGNAL | (flow->is_ending ? MSG_MORE : 0));
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        return PUMP_TARGET_GONE;
    if (sent > 0)
        *moved += (size_t)sent;
    size_t done = sent > 0 ? (size_t)sent : 0;
    if (done == (size_t)got)
        return PUMP_DONE;
    return flow_keep(worker, flow, worker->buffer + done, (size_t)got - done) ? PUMP_DONE : PUMP_NO_MEMORY;
}

static enum pump_result flow_fill(struct relay_connection *connection, enum side from)
{
    struct flow *flow = &connection->flows[from];
    ssize_t got =
        splice(connection->fd[from], NULL, flow->pipe.write, NULL, PIPE_SIZE, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (got <= 0)
        return flow_nothing(flow, got);
    flow->held = (uint32_t)got;
    return PUMP_DONE;
}

static enum pump_result flow_drain(struct relay_connection *connection, enum side from, size_t *moved)
{
    struct flow *flow = &connection->flows[from];
    struct spill *spill = flow->spill;
    ssize_t sent;
    if (flow->held)
        sent =
            splice(flow->pipe.read, NULL, connection->fd[!from], NULL, flow->held, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    else
        sent = send(connection->fd[!from], spill->bytes + spill->offset, spill->length - spill->offset, MSG_NOSIGNAL);
    if (sent < 0) {
        flow->is_blocked = errno == EAGAIN;
        return errno == EAGAIN || errno == EINTR ? PUMP_DONE : PUMP_TARGET_GONE;
    }
    *moved += (size_t)sent;
    if (flow->held) {
        flow->held -= (uint32_t)sent;
        return PUMP_DONE;
    }
    spill->offset += (uint32_t)sent;
    if (spill->offset == spill->length) {
        free(spill);
        flow->spill = NULL;
    }
    return PUMP_DONE;
}

/* The end of the bytes goes on, too; where it is the end of both ways, closing says so. */
static enum pump_result flow_shut(struct relay_connection *connection, enum side from)
{
    if (connection->state == CONNECTION_PARTING)
        return PUMP_SOURCE_GONE; /* not an end that would look as if all were well */
    connection->flows[from].is_shut = true;
    if (connection->flows[!from].is_shut)
        return PUMP_DONE;
    return shutdown(connection->fd[!from], SHUT_WR) ? PUMP_TARGET_GONE : PUMP_DONE;
}

static enum pump_result flow_step(struct worker *worker, struct relay_connection *connection, enum side from,
                                  size_t *moved)
{
    struct flow *flow = &connection->flows[from];
    if (flow->held || flow->spill)
        return flow_drain(connection, from, moved);
    if (flow->is_finished)
        return flow_shut(connection, from);
    if (!flow->is_bulk)
        return flow_copy(worker, connection, from, moved);
    if (!flow_has_pipe(worker, flow))
        return flow_copy(worker, connection, from, moved);
    return flow_fill(connection, from);
}

enum pump_result pump_run(struct worker *worker, struct relay_connection *connection, enum side from)
{
    struct flow *flow = &connection->flows[from];
    enum pump_result result = PUMP_DONE;
    size_t moved = 0;
    while (result == PUMP_DONE && !flow->is_blocked && !flow->is_shut &&
           (flow->is_readable || flow->is_finished || flow->held || flow->spill)) {
        if (moved >= WORKER_BUDGET) {
            connection_continue(worker, connection);
            break;
        }
        result = flow_step(worker, connection, from, &moved);
    }
    if (!flow->held)
        pipes_give(&worker->pipes, &flow->pipe, true);
    if (moved) {
        flow->is_bulk = moved >= BUFFER_SIZE;
        connection_count(worker, connection, from, moved);
        connection_moved(worker, connection);
    }
    return result;
}
