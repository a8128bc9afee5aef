/* http_head.h - the head of a request of HTTP/1.1 (RFC 9112), read strictly: what two readers could understand in two
 * ways is refused, except that lines may end in LF alone (RFC 9112, 2.2). */
#pragma once
#include "base/buffer.h"
#include "serve/http_body.h"

enum { HTTP_HEAD_BYTES_MAX = 16 * 1024, HTTP_HEAD_FIELDS_MAX = 64, HTTP_PATH_MAX = 1024 };

struct http_field {
    struct slice name, value;
};

/* Slices borrow the request's bytes. */
struct http_head {
    struct slice method;
    struct slice target; /* as it came */
    struct slice path;   /* with escapes taken out, in `path_bytes`; "*" for the whole server */
    struct slice query;  /* behind the "?", as it came */
    struct slice host;   /* "" where there is none */
    bool keeps_alive;    /* the connection stays open, if we like */
    bool is_http_1_0;
    bool wants_continue; /* waits for a 100 before it sends its body */
    struct http_body body;
    struct http_field fields[HTTP_HEAD_FIELDS_MAX];
    size_t field_count;
    char path_bytes[HTTP_PATH_MAX];
};

/* How many bytes the head has that `bytes` begin with, its empty line included; 0: it is not all there yet. Empty lines
 * in front of it belong to it. `from`: no head ends before that byte, as an earlier call has seen. */
size_t http_head_length(struct slice bytes, size_t from);

/* Reads a whole head. 0, or the status of the refusal with its reason in *ret_wrong. */
MUST_CHECK unsigned http_head_read(struct slice bytes, struct http_head *ret, const char **ret_wrong);

/* The first field of that name; empty where there is none. */
struct slice http_head_field(const struct http_head *head, struct slice name);

/* "OK" for 200; "" for what has no name here. */
const char *http_reason(unsigned status);

/* The head of an answer, with its Date. */
struct http_reply {
    unsigned status;
    const char *content_type; /* NULL: none */
    uint64_t length;          /* of the body; HTTP_LENGTH_UNKNOWN: chunks, or for HTTP/1.0 the connection's end */
    bool is_http_1_0;         /* the request was */
    bool closes;              /* the connection does not stay open */
    const char *fields;       /* more, each with CR LF; NULL: none */
};
#define HTTP_LENGTH_UNKNOWN UINT64_MAX
void http_reply_print(struct buffer *out, const struct http_reply *reply);
