/* http_answer.h - an answer of HTTP/1.1 (RFC 9112) from its bytes, in whatever pieces they come. Nothing is asked here.
 */
#pragma once
#include "base/buffer.h"
#include "serve/http_body.h"

/* A piece of a body as it comes; false ends the exchange. */
typedef bool (*http_receive)(void *context, struct slice piece);

struct http_response {
    unsigned status;
    int64_t retry_after;    /* seconds; 0: not said */
    char content_type[128]; /* "" where there is none */
    struct buffer body;     /* the caller gives it its limit, and gives it back */
};

struct http_answer {
    struct http_response *response; /* status, type and body go there; the body up to its buffer's limit */
    http_receive receive;           /* gets the body instead; NULL: it goes there */
    /* Gets each header field of the answer itself, in their order; NULL: nobody wants them. */
    void (*field)(void *context, struct slice name, struct slice value);
    void *context;
    bool is_to_head; /* the answer to a HEAD: it has no body, whatever it says of one */

    enum http_answer_state {
        HTTP_STATUS_LINE,
        HTTP_HEADER_LINES,
        HTTP_BODY,
        HTTP_COMPLETE,
    } state;
    struct http_body body;
    bool has_length, is_chunked;
    unsigned head_bytes; /* of lines so far, which are not without limit */
    unsigned line_length;
    char line[8192];
};

/* Takes the next bytes; what stands behind the answer's end is ignored. False, with what is wrong in *ret_wrong, for
 * what is no such answer, or where `receive` said so; with response->body.overflowed where the body is too large. */
MUST_CHECK bool http_answer_feed(struct http_answer *answer, struct slice bytes, const char **ret_wrong);
/* The connection has ended: whether the answer is whole. */
bool http_answer_end(struct http_answer *answer);
