/* status_reply.h - an answer of the status server's on its way to a client: whole, or in pieces. */
#pragma once
#include "serve/http_head.h"
#include "serve/stream.h"

struct status_reply {
    struct stream client;
    int64_t until_ms; /* when the client must have taken the answer; 0: at once, or it is not sent */
    bool is_http_1_0, is_head;
    bool closes;         /* the connection ends behind the answer */
    bool is_broken;      /* it could not be sent: the client has gone, or takes nothing */
    struct buffer chunk; /* of an answer in pieces: what is gathered */
    size_t gathered;
};

/* What ends whatever is done for that client: its going, and the server's end. */
struct stream status_reply_limits(const struct status_reply *reply);

#define STATUS_TEXT "text/plain; charset=utf-8"

/* `type` NULL: none is said. */
void status_reply_whole(struct status_reply *reply, unsigned status, const char *type, struct slice body);
/* Go's http.Error: the text with a line's end. */
void status_reply_error(struct status_reply *reply, unsigned status, const char *text);

/* Without a length that is known. Pieces may be of any size, empty ones too; a broken answer takes them and says no
 * more. */
void status_reply_begin(struct status_reply *reply, unsigned status, const char *type);
void status_reply_piece(struct status_reply *reply, struct slice piece);
void status_reply_end(struct status_reply *reply);
