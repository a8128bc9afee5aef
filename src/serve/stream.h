/* stream.h - a connection that is waited for: with an end to all of it, given up when somebody says so, or when the one
 * on whose behalf it is has gone. One thread uses it, which may block. */
#pragma once
#include "base/error.h"
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

struct stream;
/* What stands between the bytes and the socket: TLS. Each as its name below says. */
struct stream_layer {
    ssize_t (*read)(struct stream *stream, char *bytes, size_t capacity, struct error *error);
    bool (*write)(struct stream *stream, struct slice bytes, struct error *error);
    void (*close)(struct stream *stream);
};

struct stream {
    int fd;
    int64_t until_ms; /* of the steady clock (serve/moment.h); INT64_MAX: no end */
    int stop_fd;      /* given up when it is readable; -1: none */
    int peer_fd;      /* the client that waits for what comes of this: once it has ended its side, there is only a
                         moment left; -1: none */
    const struct stream_layer *layer; /* NULL: none */
    void *session;                    /* the layer's */
    bool is_late;                     /* what failed did so because the time was up */
};
#define STREAM_INIT                                                                                                    \
    {                                                                                                                  \
        .fd = -1, .until_ms = INT64_MAX, .stop_fd = -1, .peer_fd = -1                                                  \
    }

/* Where to, and from where. */
struct stream_route {
    struct sockaddr_storage address;
    socklen_t address_size;
    struct sockaddr_storage source; /* its port is 0 */
    socklen_t source_size;          /* 0: any */
    bool lingers; /* waits a second at most for the last bytes, and leaves no TIME_WAIT of a minute behind: Istio's and
                     the kubelet's dialer for probes (pilot/cmd/pilot-agent/status/dialer_others.go) */
};

/* The address of a numeric host without brackets; "localhost" is that of IPv4. False for anything else. */
MUST_CHECK bool stream_address(struct slice host, uint16_t port, struct sockaddr_storage *ret, socklen_t *ret_size);

/* Waits for the socket (poll's POLLIN or POLLOUT). False: the time is up, or there is no use in it any more. */
MUST_CHECK bool stream_wait(struct stream *stream, short events, struct error *error);
MUST_CHECK bool stream_connect(struct stream *stream, const struct stream_route *route, struct error *error);
/* The same in two steps, for several at once. */
MUST_CHECK bool stream_connect_start(struct stream *stream, const struct stream_route *route, struct error *error);
MUST_CHECK bool stream_connect_finish(struct stream *stream, struct error *error);
/* To a host by its name or address, from anywhere: each of its addresses in turn; "localhost" is 127.0.0.1, then ::1,
 * without asking anybody. */
MUST_CHECK bool stream_connect_name(struct stream *stream, struct slice host, uint16_t port, struct error *error);
/* All bytes. */
MUST_CHECK bool stream_write(struct stream *stream, struct slice bytes, struct error *error);
/* At least one; 0 at the end of the stream, -1 for an error. */
MUST_CHECK ssize_t stream_read(struct stream *stream, char *bytes, size_t capacity, struct error *error);
void stream_close(struct stream *stream); /* for _cleanup_ */

struct http_answer;
/* Sends a request of HTTP/1.1 (its head, and its body) and reads the answer. */
MUST_CHECK bool stream_ask(struct stream *stream, struct slice request, struct http_answer *answer,
                           struct error *error);
