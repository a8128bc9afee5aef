/* http_answer.h - an answer of HTTP/1.1 (RFC 9112) from its bytes, in whatever pieces they come. Nothing is asked here.
 */
#pragma once
#include "kube/http.h"

struct http_answer {
    struct http_response *response; /* status, type and body go there; the body up to its buffer's limit */
    enum http_answer_state {
        HTTP_STATUS_LINE,
        HTTP_HEADER_LINES,
        HTTP_BODY_OF_LENGTH,
        HTTP_BODY_TO_END, /* of the connection */
        HTTP_CHUNK_SIZE,
        HTTP_CHUNK_BYTES,
        HTTP_CHUNK_END,
        HTTP_TRAILER_LINES,
        HTTP_COMPLETE,
    } state;
    uint64_t left; /* of the body, or the chunk */
    bool has_length, is_chunked;
    unsigned head_bytes; /* of lines so far, which are not without limit */
    unsigned line_length;
    char line[8192];
};

/* Takes the next bytes; what stands behind the answer's end is ignored. False, with what is wrong in *ret_wrong, for
 * what is no such answer; with response->body.overflowed where the body is too large. */
MUST_CHECK bool http_answer_feed(struct http_answer *answer, struct slice bytes, const char **ret_wrong);
/* The connection has ended: whether the answer is whole. */
bool http_answer_end(struct http_answer *answer);
