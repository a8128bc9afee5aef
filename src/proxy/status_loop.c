#include "proxy/status_loop.h"
#include "base/fd.h"
#include "base/memory.h"
#include "serve/moment.h"
#include "serve/resident.h"
#include "serve/thread.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 256,
    QUEUE_MAX = 32,
    HEAD_MS = 10 * 1000,  /* from a request's first byte to its last */
    IDLE_MS = 100 * 1000, /* between two requests: longer than clients keep connections that they might use again */
    ENDING_MS = 1000,
    SCRAPE_MS = 180 * 1000,
    DEAF_MS = 200,
    TRIM_MS = 2000,
    READ_BYTES = 4 * 1024,
    INPUT_MAX = HTTP_HEAD_BYTES_MAX + READ_BYTES,
    CONTENT_MAX = 64 * 1024,
    ACCEPTS_AT_ONCE = 64,
    EVENTS_AT_ONCE = 16,
};

/* How many of each kind of work may run at once. */
static const unsigned share[STATUS_WORKS] = {[WORK_READY] = 2, [WORK_PROBE] = 16, [WORK_SCRAPE] = 3};

/* ---- connections ---------------------------------------------------------------------------------------------- */

static bool is_loopback(const struct sockaddr_storage *address)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
    if (address->ss_family == AF_INET)
        return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    return address->ss_family == AF_INET6 &&
           (IN6_IS_ADDR_LOOPBACK(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127));
}

static bool connection_watch(struct status_loop *loop, struct status_connection *connection)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = connection};
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, connection->reply.client.fd, &event) == 0;
}

static void connection_unwatch(struct status_loop *loop, struct status_connection *connection)
{
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, connection->reply.client.fd, NULL);
}

static void connection_close(struct status_loop *loop, struct status_connection *connection)
{
    if (connection->next)
        connection->next->previous = connection->previous;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        loop->connections = connection->next;
    loop->count--;
    fd_close(&connection->reply.client.fd);
    buffer_done(&connection->input);
    buffer_done(&connection->head_text);
    free(connection->head);
    free(connection);
}

static bool is_with_others(const struct status_connection *connection)
{
    return connection->state == STATUS_QUEUED || connection->state == STATUS_WORKED;
}

/* The one whose time is up first, of those that nothing is done for; of several the oldest, which the list has last. */
static bool connection_evict(struct status_loop *loop)
{
    struct status_connection *first = NULL;
    for (struct status_connection *each = loop->connections; each; each = each->next) {
        if (!is_with_others(each) && (!first || each->until_ms <= first->until_ms))
            first = each;
    }
    if (first)
        connection_close(loop, first);
    return first;
}

static void connection_open(struct status_loop *loop, int fd, enum status_door door,
                            const struct sockaddr_storage *address)
{
    const int on = 1;
    if (loop->count >= CONNECTIONS_MAX && !connection_evict(loop)) {
        close(fd);
        return;
    }
    struct status_connection *connection = memory_new(1, sizeof *connection);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection->loop = loop;
    connection->door = door;
    connection->is_local = is_loopback(address);
    connection->until_ms = moment_steady_ms() + HEAD_MS;
    connection->input = (struct buffer)BUFFER_INIT(INPUT_MAX);
    connection->reply.client = (struct stream)STREAM_INIT;
    connection->reply.client.fd = fd;
    connection->reply.client.stop_fd = loop->stop_fd;
    connection->next = loop->connections;
    if (connection->next)
        connection->next->previous = connection;
    loop->connections = connection;
    loop->count++;
    if (!connection_watch(loop, connection))
        connection_close(loop, connection);
}

/* The client gets our end of the stream, and a moment to take the answer: closing with bytes unread would reset the
 * connection, and the answer with it. */
static void connection_end(struct status_connection *connection)
{
    shutdown(connection->reply.client.fd, SHUT_WR);
    connection->state = STATUS_ENDING;
    connection->until_ms = moment_steady_ms() + ENDING_MS;
    buffer_done(&connection->input);
    connection->input = (struct buffer)BUFFER_INIT(INPUT_MAX);
}

/* ---- threads of their own ------------------------------------------------------------------------------------- */

static void *worker_run(void *context)
{
    struct status_connection *connection = context;
    struct status_loop *loop = connection->loop;
    connection->route->answer(loop, connection);
    pthread_mutex_lock(&loop->lock);
    connection->queued = loop->returned;
    loop->returned = connection;
    pthread_mutex_unlock(&loop->lock);
    eventfd_write(loop->wake_fd, 1);
    return NULL;
}

static bool answer_finish(struct status_loop *loop, struct status_connection *connection);

/* What is next of its kind, as long as there is room for it. The connection is not watched meanwhile. */
static void queue_advance(struct status_loop *loop, enum status_work work)
{
    struct status_queue *queue = &loop->queues[work];
    while (queue->first && queue->running < share[work]) {
        struct status_connection *connection = queue->first;
        queue->first = connection->queued;
        queue->waiting--;
        connection->queued = NULL;
        connection->state = STATUS_WORKED;
        connection->reply.until_ms = work == WORK_SCRAPE ? moment_steady_ms() + SCRAPE_MS : INT64_MAX;
        if (thread_start(&connection->thread, THREAD_SMALL, worker_run, connection, "an answer", NULL)) {
            queue->running++;
            continue;
        }
        /* A pod may have as many threads as its limit of processes lets it: readiness is told all the same. */
        connection->reply.closes = true;
        if (work == WORK_READY)
            connection->route->answer(loop, connection);
        else
            status_reply_error(&connection->reply, 503, "No thread can be started");
        if (connection_watch(loop, connection))
            (void)answer_finish(loop, connection);
        else
            connection_close(loop, connection);
    }
}

static void queue_append(struct status_loop *loop, struct status_connection *connection)
{
    struct status_queue *queue = &loop->queues[connection->route->work];
    connection_unwatch(loop, connection);
    connection->state = STATUS_QUEUED;
    if (queue->first)
        queue->last->queued = connection;
    else
        queue->first = connection;
    queue->last = connection;
    queue->waiting++;
    queue_advance(loop, connection->route->work);
}

/* ---- requests ------------------------------------------------------------------------------------------------- */

static void request_forget(struct status_connection *connection)
{
    free(connection->head);
    connection->head = NULL;
    buffer_done(&connection->head_text);
    connection->route = NULL;
    connection->seen = 0;
    connection->discarded = 0;
}

/* The answer is on its way. Whether more may come by this connection; else it is not to be touched any more. */
static bool answer_finish(struct status_loop *loop, struct status_connection *connection)
{
    const struct status_route *route = connection->route;
    bool is_broken = connection->reply.is_broken, closes = connection->reply.closes;
    request_forget(connection);
    if (is_broken) {
        connection_close(loop, connection);
    } else if (closes) {
        connection_end(connection);
    } else {
        connection->state = STATUS_HEAD;
        connection->until_ms = moment_steady_ms() + (connection->input.length ? HEAD_MS : IDLE_MS);
    }
    if (route && route->answered)
        route->answered(loop);
    return !is_broken && !closes;
}

static void request_refuse(struct status_loop *loop, struct status_connection *connection, unsigned status,
                           const char *wrong)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(1024);
    buffer_format(&text, "%u %s: %s", status, http_reason(status), wrong);
    connection->reply.closes = true;
    connection->route = NULL;
    status_reply_whole(&connection->reply, status, STATUS_TEXT, buffer_slice(&text));
    (void)answer_finish(loop, connection);
}

/* Whether more may come by this connection, now. */
static bool request_answer(struct status_loop *loop, struct status_connection *connection)
{
    connection->route = status_route_find(connection->door, connection->head->path);
    if (!connection->route) {
        status_reply_error(&connection->reply, 404, "404 page not found");
    } else if (!status_route_admits(loop, connection)) {
        connection->route = NULL;
    } else if (connection->route->work == WORK_AT_ONCE) {
        connection->route->answer(loop, connection);
    } else if (loop->queues[connection->route->work].waiting < QUEUE_MAX) {
        queue_append(loop, connection);
        return false;
    } else if (connection->route->work == WORK_READY) {
        status_route_ready_again(loop, connection);
    } else {
        status_reply_error(&connection->reply, 503, "Too many of these are under way");
    }
    return answer_finish(loop, connection);
}

/* Takes bytes off the front of the input. */
static void input_drop(struct status_connection *connection, size_t count)
{
    struct buffer *input = &connection->input;
    if (!count)
        return;
    input->length -= count;
    memmove(input->bytes, input->bytes + count, input->length);
    if (!input->length)
        buffer_done(input); /* an idle connection needs no memory */
}

/* What comes with a request means nothing here, but where it ends does. True: it has ended. */
static bool content_discard(struct status_loop *loop, struct status_connection *connection)
{
    struct slice bytes = buffer_slice(&connection->input), piece;
    const char *wrong = NULL;
    bool is_right = true;
    while (is_right && bytes.length && connection->head->body.state != HTTP_BODY_COMPLETE) {
        is_right = http_body_take(&connection->head->body, &bytes, &piece, &wrong);
        connection->discarded += is_right ? piece.length : 0;
    }
    if (is_right && connection->discarded <= CONTENT_MAX) {
        input_drop(connection, connection->input.length - bytes.length);
        return connection->head->body.state == HTTP_BODY_COMPLETE;
    }
    request_refuse(loop, connection, is_right ? 413 : 400, is_right ? "content is of no use here" : wrong);
    return false;
}

/* The head's bytes stay where they are, since the head points at them; what stands behind moves. */
static void head_detach(struct status_connection *connection, size_t length)
{
    struct slice rest = slice_from_offset(buffer_slice(&connection->input), length);
    connection->head_text = connection->input;
    connection->input = (struct buffer)BUFFER_INIT(INPUT_MAX);
    buffer_add_slice(&connection->input, rest);
    connection->head_text.length = length;
}

/* True: there is a whole head, and it is right. */
static bool head_take(struct status_loop *loop, struct status_connection *connection)
{
    const char *wrong = NULL;
    size_t length = http_head_length(buffer_slice(&connection->input), connection->seen);
    struct status_reply *reply = &connection->reply;
    connection->seen = connection->input.length;
    reply->until_ms = 0; /* what is answered here is sent at once, or not */
    reply->is_head = reply->is_http_1_0 = reply->closes = false;
    if (!length && connection->input.length >= HTTP_HEAD_BYTES_MAX) {
        request_refuse(loop, connection, 431, "the head is too large");
        return false;
    }
    if (!length)
        return false;
    head_detach(connection, length);
    connection->head = memory_new(1, sizeof *connection->head);
    unsigned status = http_head_read(buffer_slice(&connection->head_text), connection->head, &wrong);
    if (status) {
        request_refuse(loop, connection, status, wrong);
        return false;
    }
    reply->is_head = slice_equal(connection->head->method, SLICE("HEAD"));
    reply->is_http_1_0 = connection->head->is_http_1_0;
    reply->closes = !connection->head->keeps_alive;
    if (connection->head->wants_continue && !connection->input.length)
        (void)!stream_write(&reply->client, SLICE("HTTP/1.1 100 Continue\r\n\r\n"), NULL);
    connection->state = STATUS_CONTENT;
    return true;
}

/* As far as the bytes that have come go: several requests may stand in a row. */
static void connection_advance(struct status_loop *loop, struct status_connection *connection)
{
    do {
        if (connection->state == STATUS_HEAD && (!connection->input.length || !head_take(loop, connection)))
            return;
    } while (content_discard(loop, connection) && request_answer(loop, connection));
}

static void connection_read(struct status_loop *loop, struct status_connection *connection)
{
    char bytes[READ_BYTES];
    ssize_t got = recv(connection->reply.client.fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        connection_close(loop, connection);
        return;
    }
    if (connection->state == STATUS_HEAD && !connection->input.length)
        connection->until_ms = moment_steady_ms() + HEAD_MS;
    if (connection->state == STATUS_ENDING)
        return;
    buffer_add(&connection->input, bytes, (size_t)got);
    connection_advance(loop, connection);
}

/* Those that threads have answered. */
static void returned_take(struct status_loop *loop)
{
    eventfd_t count;
    (void)!eventfd_read(loop->wake_fd, &count);
    pthread_mutex_lock(&loop->lock);
    struct status_connection *connection = loop->returned;
    loop->returned = NULL;
    pthread_mutex_unlock(&loop->lock);
    while (connection) {
        struct status_connection *next = connection->queued;
        enum status_work work = connection->route->work;
        pthread_join(connection->thread, NULL);
        connection->queued = NULL;
        loop->queues[work].running--;
        if (loop->is_ending || connection->reply.is_broken || !connection_watch(loop, connection))
            connection_close(loop, connection);
        else if (answer_finish(loop, connection))
            connection_advance(loop, connection);
        queue_advance(loop, work);
        connection = next;
    }
}

/* ---- the loop ------------------------------------------------------------------------------------------------- */

static void listeners_watch(struct status_loop *loop, bool is_on)
{
    for (int i = 0; i < STATUS_DOORS; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &loop->listeners[i]};
        if (loop->listeners[i].fd >= 0)
            epoll_ctl(loop->epoll, is_on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, loop->listeners[i].fd, &event);
    }
}

static void listener_accept(struct status_loop *loop, const struct status_listener *listener)
{
    for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
        struct sockaddr_storage address = {0};
        socklen_t size = sizeof address;
        int fd = accept4(listener->fd, (struct sockaddr *)&address, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            connection_open(loop, fd, listener->door, &address);
            continue;
        }
        bool is_short = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
        /* Without a descriptor nobody can be told so. Somebody who waits for nothing gives theirs. */
        if (is_short && !connection_evict(loop) && !loop->deaf_until_ms) {
            listeners_watch(loop, false);
            loop->deaf_until_ms = moment_steady_ms() + DEAF_MS;
        }
        if (errno != ECONNABORTED && errno != EINTR)
            return;
    }
}

/* What is due by now; gives when the next thing is. */
static int64_t due_do(struct status_loop *loop)
{
    int64_t now = moment_steady_ms(), next = INT64_MAX;
    for (struct status_connection *each = loop->connections, *after; each; each = after) {
        after = each->next;
        if (is_with_others(each))
            continue;
        if (each->until_ms <= now)
            connection_close(loop, each);
        else if (each->until_ms < next)
            next = each->until_ms;
    }
    if (loop->deaf_until_ms && loop->deaf_until_ms <= now) {
        listeners_watch(loop, true);
        loop->deaf_until_ms = 0;
    }
    if (loop->deaf_until_ms && loop->deaf_until_ms < next)
        next = loop->deaf_until_ms;
    if (atomic_exchange(&loop->wants_trim, false))
        loop->trim_ms = now + TRIM_MS;
    if (loop->trim_ms <= now) {
        resident_trim();
        loop->trim_ms = INT64_MAX;
    }
    return loop->trim_ms < next ? loop->trim_ms : next;
}

static int wait_ms(int64_t next)
{
    if (next == INT64_MAX)
        return -1;
    int64_t left = next - moment_steady_ms();
    return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static bool is_listener(const struct status_loop *loop, const void *pointer)
{
    return (const struct status_listener *)pointer >= loop->listeners &&
           (const struct status_listener *)pointer < loop->listeners + STATUS_DOORS;
}

/* The event's connection may have been closed by an earlier one's; only the first is taken then. */
static bool is_connected(const struct status_loop *loop, const void *pointer)
{
    for (const struct status_connection *each = loop->connections; each; each = each->next) {
        if (each == pointer)
            return true;
    }
    return false;
}

/* Threads end soon, since what they wait for has. */
static void loop_end(struct status_loop *loop)
{
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->stop_fd, NULL);
    for (int i = 0; i < STATUS_WORKS; i++)
        loop->queues[i].first = NULL;
    for (int i = 0; i < STATUS_WORKS; i++) {
        while (loop->queues[i].running) {
            struct epoll_event event;
            (void)!epoll_wait(loop->epoll, &event, 1, 100);
            returned_take(loop);
        }
    }
    while (loop->connections)
        connection_close(loop, loop->connections);
    fd_close(&loop->epoll);
}

void status_loop_run(struct status_loop *loop)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    struct epoll_event wake = {.events = EPOLLIN, .data.ptr = &loop->wake_fd};
    struct epoll_event stop = {.events = EPOLLIN, .data.ptr = &loop->stop_fd};
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->trim_ms = INT64_MAX;
    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake_fd, &wake);
    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->stop_fd, &stop);
    listeners_watch(loop, true);
    while (!loop->is_ending) {
        int count = epoll_wait(loop->epoll, events, EVENTS_AT_ONCE, wait_ms(due_do(loop)));
        for (int i = 0; i < count; i++) {
            void *pointer = events[i].data.ptr;
            if (pointer == &loop->stop_fd)
                loop->is_ending = true;
            else if (pointer == &loop->wake_fd)
                returned_take(loop);
            else if (is_listener(loop, pointer))
                listener_accept(loop, pointer);
            else if (is_connected(loop, pointer))
                connection_read(loop, pointer);
        }
    }
    loop_end(loop);
}
