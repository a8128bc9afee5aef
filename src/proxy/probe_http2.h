/* probe_http2.h - one request over HTTP/2 on a connection of its own, by libnghttp2, which is loaded by the first. */
#pragma once
#include "serve/http_answer.h"
#include "serve/http_head.h"
#include "serve/stream.h"

struct probe_http2_request {
    struct slice method, scheme, authority, path;
    const struct http_field *fields; /* names in any case: they are sent in small letters (RFC 9113, 8.2) */
    size_t field_count;
    struct slice body; /* empty: none */
};

/* Reads the answer into *answer, as if it were one of HTTP/1.1: status, each field (trailers, too), content; its state
 * is HTTP_BODY from the head's end on, and HTTP_COMPLETE at the end. Errors: the connection, the protocol, or that the
 * server has reset the stream. */
MUST_CHECK bool probe_http2_ask(struct stream *stream, const struct probe_http2_request *request,
                                struct http_answer *answer, struct error *error);
