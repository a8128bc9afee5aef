#include "proxy/status_reply.h"
#include "serve/moment.h"
#include <stdio.h>

/* A chunk's size in front of it, as wide as that of any. */
#define SIZE_FORMAT "%08zx\r\n"
enum { HEAD_MAX = 1024, WHOLE_MAX = 64 * 1024, SIZE_BYTES = 10, CHUNK_BYTES = 16 * 1024, PIECE_MS = 10 * 1000 };

struct stream status_reply_limits(const struct status_reply *reply)
{
    struct stream limits = reply->client;
    limits.peer_fd = limits.fd;
    limits.fd = -1;
    limits.until_ms = INT64_MAX;
    return limits;
}

static void send_all(struct status_reply *reply, struct slice bytes)
{
    int64_t soon = moment_steady_ms() + PIECE_MS;
    reply->client.until_ms = soon < reply->until_ms ? soon : reply->until_ms;
    if (!reply->is_broken && !stream_write(&reply->client, bytes, NULL))
        reply->is_broken = reply->closes = true;
}

static void whole_send(struct status_reply *reply, unsigned status, const char *type, const char *fields,
                       struct slice body)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(WHOLE_MAX);
    const struct http_reply head = {
        .status = status,
        .content_type = type,
        .length = body.length,
        .is_http_1_0 = reply->is_http_1_0,
        .closes = reply->closes,
        .fields = fields,
    };
    http_reply_print(&text, &head);
    if (!reply->is_head)
        buffer_add_slice(&text, body);
    send_all(reply, buffer_slice(&text)); /* one segment: no answer is as long as the limit */
}

void status_reply_whole(struct status_reply *reply, unsigned status, const char *type, struct slice body)
{
    whole_send(reply, status, type, NULL, body);
}

void status_reply_error(struct status_reply *reply, unsigned status, const char *text)
{
    _cleanup_(buffer_done) struct buffer line = BUFFER_INIT(HEAD_MAX);
    buffer_format(&line, "%s\n", text);
    whole_send(reply, status, STATUS_TEXT, "X-Content-Type-Options: nosniff\r\n", buffer_slice(&line));
}

void status_reply_begin(struct status_reply *reply, unsigned status, const char *type)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(HEAD_MAX);
    reply->closes = reply->closes || reply->is_http_1_0; /* its end is the connection's */
    const struct http_reply head = {
        .status = status,
        .content_type = type,
        .length = HTTP_LENGTH_UNKNOWN,
        .is_http_1_0 = reply->is_http_1_0,
        .closes = reply->closes,
    };
    http_reply_print(&text, &head);
    reply->chunk = (struct buffer)BUFFER_INIT(2 * CHUNK_BYTES);
    send_all(reply, buffer_slice(&text));
}

/* What has been gathered, as one chunk. */
static void gathered_send(struct status_reply *reply)
{
    char size[SIZE_BYTES + 1];
    struct buffer *chunk = &reply->chunk;
    if (!chunk->length)
        return;
    struct slice bytes = slice_from_offset(buffer_slice(chunk), SIZE_BYTES);
    if (!reply->is_http_1_0) {
        snprintf(size, sizeof size, SIZE_FORMAT, bytes.length);
        memcpy(chunk->bytes, size, SIZE_BYTES);
        buffer_add_literal(chunk, "\r\n");
        bytes = buffer_slice(chunk);
    }
    send_all(reply, bytes);
    buffer_clear(chunk);
    reply->gathered = 0;
}

void status_reply_piece(struct status_reply *reply, struct slice piece)
{
    while (piece.length && !reply->is_head && !reply->is_broken) {
        struct slice part = slice_range(piece, 0, CHUNK_BYTES - reply->gathered);
        if (!reply->gathered)
            buffer_add_repeated(&reply->chunk, '0', SIZE_BYTES);
        buffer_add_slice(&reply->chunk, part);
        reply->gathered += part.length;
        piece = slice_from_offset(piece, part.length);
        if (reply->gathered == CHUNK_BYTES)
            gathered_send(reply);
    }
}

void status_reply_end(struct status_reply *reply)
{
    gathered_send(reply);
    if (!reply->is_http_1_0 && !reply->is_head)
        send_all(reply, SLICE("0\r\n\r\n"));
    buffer_done(&reply->chunk);
}
