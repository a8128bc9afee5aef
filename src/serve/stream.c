#include "serve/stream.h"
#include "base/fd.h"
#include "serve/http_answer.h"
#include "serve/moment.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>

enum { GONE_MS = 500, READ_BYTES = 8 * 1024, HOST_MAX = 64 };

bool stream_address(struct slice host, uint16_t port, struct sockaddr_storage *ret, socklen_t *ret_size)
{
    char text[HOST_MAX];
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (slice_equal(host, SLICE("localhost")))
        host = SLICE("127.0.0.1");
    if (host.length >= sizeof text)
        return false;
    memcpy(text, host.bytes, host.length);
    text[host.length] = '\0';
    *ret = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(ret, &v4, sizeof v4);
        *ret_size = sizeof v4;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
        return false;
    memcpy(ret, &v6, sizeof v6);
    *ret_size = sizeof v6;
    return true;
}

static bool give_up(struct error *error, const char *why)
{
    return error_set(error, ERROR_SYSTEM, (struct position){0}, "%s", why);
}

/* A client that has ended its side may still want the answer (a pipe into nc), but mostly it is gone. */
static void peer_ended(struct stream *stream)
{
    int64_t soon = moment_steady_ms() + GONE_MS;
    if (soon < stream->until_ms)
        stream->until_ms = soon;
    stream->peer_fd = -1;
}

bool stream_wait(struct stream *stream, short events, struct error *error)
{
    for (;;) {
        int64_t left = stream->until_ms == INT64_MAX ? 60000 : stream->until_ms - moment_steady_ms();
        struct pollfd waits[] = {
            {.fd = stream->fd, .events = events},
            {.fd = stream->stop_fd, .events = POLLIN},
            {.fd = stream->peer_fd, .events = POLLRDHUP},
        };
        /* What is there already may be taken at any time. */
        int count = poll(waits, 3, left > 60000 ? 60000 : left > 0 ? (int)left : 0);
        if (count < 0 && errno != EINTR)
            return error_errno(error, "poll");
        if (count == 0 && left <= 0) {
            stream->is_late = true;
            return give_up(error, "the time is up");
        }
        if (count <= 0)
            continue;
        if (waits[1].revents)
            return give_up(error, "the proxy ends");
        if (waits[2].revents)
            peer_ended(stream);
        if (waits[0].revents)
            return true;
    }
}

static bool source_bind(const struct stream *stream, const struct stream_route *route, struct error *error)
{
    const int on = 1;
    if (!route->source_size)
        return true;
    /* The port is chosen when the destination is known: of each there are as many as of destinations. */
    setsockopt(stream->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    return bind(stream->fd, (const struct sockaddr *)&route->source, route->source_size) == 0 ||
           error_errno(error, "cannot bind the source address");
}

bool stream_connect_start(struct stream *stream, const struct stream_route *route, struct error *error)
{
    const int on = 1;
    const struct linger second = {.l_onoff = 1, .l_linger = 1};
    stream->fd = socket(route->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (stream->fd < 0)
        return error_errno(error, "socket");
    setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (route->lingers)
        setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &second, sizeof second);
    if (!source_bind(stream, route, error))
        return false;
    return connect(stream->fd, (const struct sockaddr *)&route->address, route->address_size) == 0 ||
           errno == EINPROGRESS || errno == EINTR || error_errno(error, "cannot connect");
}

bool stream_connect_finish(struct stream *stream, struct error *error)
{
    socklen_t size = sizeof errno;
    int refused = 0;
    if (!stream_wait(stream, POLLOUT, error))
        return error_wrap(error, "cannot connect");
    getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &refused, &size);
    errno = refused;
    return !refused || error_errno(error, "cannot connect");
}

bool stream_connect(struct stream *stream, const struct stream_route *route, struct error *error)
{
    return stream_connect_start(stream, route, error) && stream_connect_finish(stream, error);
}

static bool connect_numeric(struct stream *stream, struct slice host, uint16_t port, bool *ret_is_numeric,
                            struct error *error)
{
    struct stream_route route = {.source_size = 0};
    *ret_is_numeric = stream_address(host, port, &route.address, &route.address_size);
    return *ret_is_numeric && stream_connect(stream, &route, error);
}

/* Asks the system's resolver: with its libraries, and for as long as it likes. */
static bool connect_resolved(struct stream *stream, struct slice host, uint16_t port, struct error *error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char name[NI_MAXHOST], service[8];
    bool is_connected = false;
    if (host.length >= sizeof name || memchr(host.bytes, '\0', host.length))
        return error_set(error, ERROR_VALUE, (struct position){0}, "the name of the host is none");
    memcpy(name, host.bytes, host.length);
    name[host.length] = '\0';
    snprintf(service, sizeof service, "%u", port);
    int code = getaddrinfo(name, service, &hints, &found);
    if (code)
        return error_set(error, ERROR_SYSTEM, (struct position){0}, "%s: %s", name, gai_strerror(code));
    for (const struct addrinfo *each = found; each && !is_connected; each = each->ai_next) {
        struct stream_route route = {.address_size = each->ai_addrlen};
        memcpy(&route.address, each->ai_addr, each->ai_addrlen);
        fd_close(&stream->fd);
        is_connected = stream_connect(stream, &route, error);
    }
    freeaddrinfo(found);
    return is_connected;
}

bool stream_connect_name(struct stream *stream, struct slice host, uint16_t port, struct error *error)
{
    struct error other;
    bool is_numeric;
    if (connect_numeric(stream, host, port, &is_numeric, error))
        return true;
    if (!is_numeric)
        return connect_resolved(stream, host, port, error);
    if (!slice_equal(host, SLICE("localhost")))
        return false;
    fd_close(&stream->fd);
    return connect_numeric(stream, SLICE("::1"), port, &is_numeric, &other);
}

bool stream_write(struct stream *stream, struct slice bytes, struct error *error)
{
    if (stream->layer)
        return stream->layer->write(stream, bytes, error);
    while (bytes.length) {
        ssize_t sent = send(stream->fd, bytes.bytes, bytes.length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0)
            bytes = slice_from_offset(bytes, (size_t)sent);
        else if (sent < 0 && errno == EAGAIN && !stream_wait(stream, POLLOUT, error))
            return false;
        else if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return error_errno(error, "cannot send");
    }
    return true;
}

ssize_t stream_read(struct stream *stream, char *bytes, size_t capacity, struct error *error)
{
    if (stream->layer)
        return stream->layer->read(stream, bytes, capacity, error);
    for (;;) {
        ssize_t got = recv(stream->fd, bytes, capacity, MSG_DONTWAIT);
        if (got >= 0)
            return got;
        if (errno != EAGAIN && errno != EINTR) {
            error_errno(error, "cannot receive");
            return -1;
        }
        if (errno == EAGAIN && !stream_wait(stream, POLLIN, error))
            return -1;
    }
}

void stream_close(struct stream *stream)
{
    if (stream->layer)
        stream->layer->close(stream);
    stream->layer = NULL;
    fd_close(&stream->fd);
}

bool stream_ask(struct stream *stream, struct slice request, struct http_answer *answer, struct error *error)
{
    char bytes[READ_BYTES];
    if (!stream_write(stream, request, error))
        return false;
    while (answer->state != HTTP_COMPLETE) {
        const char *wrong = "";
        ssize_t got = stream_read(stream, bytes, sizeof bytes, error);
        if (got < 0)
            return false;
        if (got == 0 && !http_answer_end(answer))
            return give_up(error, "the connection ended in the middle of the answer");
        if (got > 0 && !http_answer_feed(answer, (struct slice){bytes, (size_t)got}, &wrong))
            return give_up(error, wrong);
    }
    return true;
}
