/* http_body.h - where the body of a message of HTTP/1.1 ends (RFC 9112, 6 and 7.1), from its bytes, in whatever pieces
 * they come. */
#pragma once
#include "base/attribute.h"
#include "base/slice.h"
#include <stdint.h>

struct http_body {
    enum http_body_state {
        HTTP_BODY_COMPLETE, /* also that of a message without a body */
        HTTP_BODY_OF_LENGTH,
        HTTP_BODY_TO_END, /* of the connection */
        HTTP_BODY_CHUNK_SIZE,
        HTTP_BODY_CHUNK_EXTENSION,
        HTTP_BODY_CHUNK_BYTES,
        HTTP_BODY_CHUNK_END,
        HTTP_BODY_TRAILER,
    } state;
    bool is_strict;      /* lines of the chunks end in CR LF, never in LF alone: requests that two readers would
                            understand in two ways are refused */
    bool has_cr;         /* the last byte of a chunk's line was one */
    uint8_t digits;      /* of the chunk's size */
    uint32_t line_bytes; /* of the extension, or of the trailer's line */
    uint32_t overhead;   /* of extensions and trailer in all */
    uint64_t left;       /* of the body, or the chunk */
};

/* Cuts what belongs to the body off the front of *bytes: *ret_piece is the next piece of the content, empty where there
 * was only framing. To be called until *bytes is empty or the state is HTTP_BODY_COMPLETE. False, with what is wrong in
 * *ret_wrong, where the framing is none. */
MUST_CHECK bool http_body_take(struct http_body *body, struct slice *bytes, struct slice *ret_piece,
                               const char **ret_wrong);
