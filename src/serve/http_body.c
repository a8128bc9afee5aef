#include "serve/http_body.h"

enum { LINE_MAX_BYTES = 4096, OVERHEAD_MAX = 64 * 1024 };

static bool wrong(const char **ret_wrong, const char *what)
{
    *ret_wrong = what;
    return false;
}

static int digit_value(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
        return (byte | 0x20) - 'a' + 10;
    return -1;
}

/* The line with a chunk's size has ended. */
static void size_end(struct http_body *body)
{
    body->digits = 0;
    body->line_bytes = 0;
    body->state = body->left ? HTTP_BODY_CHUNK_BYTES : HTTP_BODY_TRAILER;
}

/* What ends a line, in its two bytes; *ret_ends. Anything but LF behind a CR is wrong. */
static bool line_end(struct http_body *body, char byte, bool *ret_ends, const char **ret_wrong)
{
    *ret_ends = byte == '\n' && (body->has_cr || !body->is_strict);
    bool is_right = byte == '\n' ? *ret_ends : !body->has_cr;
    body->has_cr = byte == '\r';
    return is_right || wrong(ret_wrong, "a line that ends in neither CR LF");
}

/* "1a;name=value": extensions mean nothing to us. */
static bool size_byte(struct http_body *body, char byte, const char **ret_wrong)
{
    int value = digit_value(byte);
    bool ends;
    if (body->state == HTTP_BODY_CHUNK_SIZE && value >= 0 && !body->has_cr) {
        body->left = (body->digits ? body->left : 0) << 4 | (uint64_t)value;
        return ++body->digits <= 16 || wrong(ret_wrong, "a chunk that is too long");
    }
    if (!body->digits)
        return wrong(ret_wrong, "a chunk without a size");
    if (!line_end(body, byte, &ends, ret_wrong))
        return false;
    if (ends) {
        size_end(body);
        return true;
    }
    if (byte == '\r')
        return true;
    if (body->state == HTTP_BODY_CHUNK_SIZE && byte != ';' && byte != ' ' && byte != '\t')
        return wrong(ret_wrong, "a chunk without a size");
    body->state = HTTP_BODY_CHUNK_EXTENSION;
    if (++body->line_bytes > LINE_MAX_BYTES || ++body->overhead > OVERHEAD_MAX)
        return wrong(ret_wrong, "a chunk's extension that is too long");
    return true;
}

static bool chunk_end_byte(struct http_body *body, char byte, const char **ret_wrong)
{
    bool ends;
    if (byte != '\r' && byte != '\n')
        return wrong(ret_wrong, "a chunk longer than it says");
    if (!line_end(body, byte, &ends, ret_wrong))
        return false;
    if (ends)
        body->state = HTTP_BODY_CHUNK_SIZE;
    return true;
}

/* Fields behind the body: nobody here wants them. */
static bool trailer_byte(struct http_body *body, char byte, const char **ret_wrong)
{
    bool ends;
    if (!line_end(body, byte, &ends, ret_wrong))
        return false;
    if (ends && !body->line_bytes)
        body->state = HTTP_BODY_COMPLETE;
    if (ends)
        body->line_bytes = 0;
    else if (byte != '\r' && (++body->line_bytes > LINE_MAX_BYTES || ++body->overhead > OVERHEAD_MAX))
        return wrong(ret_wrong, "a trailer that is too large");
    return true;
}

static void content_take(struct http_body *body, struct slice *bytes, struct slice *ret_piece)
{
    struct slice piece = *bytes;
    if (body->state != HTTP_BODY_TO_END) {
        piece = slice_range(piece, 0, body->left < piece.length ? (size_t)body->left : piece.length);
        body->left -= piece.length;
        if (!body->left)
            body->state = body->state == HTTP_BODY_OF_LENGTH ? HTTP_BODY_COMPLETE : HTTP_BODY_CHUNK_END;
    }
    *bytes = slice_from_offset(*bytes, piece.length);
    *ret_piece = piece;
}

bool http_body_take(struct http_body *body, struct slice *bytes, struct slice *ret_piece, const char **ret_wrong)
{
    *ret_piece = (struct slice){"", 0};
    while (bytes->length) {
        char byte = bytes->bytes[0];
        bool is_right = true;
        switch (body->state) {
        case HTTP_BODY_COMPLETE:
            return true;
        case HTTP_BODY_OF_LENGTH:
        case HTTP_BODY_TO_END:
        case HTTP_BODY_CHUNK_BYTES:
            content_take(body, bytes, ret_piece);
            return true;
        case HTTP_BODY_CHUNK_SIZE:
        case HTTP_BODY_CHUNK_EXTENSION:
            is_right = size_byte(body, byte, ret_wrong);
            break;
        case HTTP_BODY_CHUNK_END:
            is_right = chunk_end_byte(body, byte, ret_wrong);
            break;
        case HTTP_BODY_TRAILER:
            is_right = trailer_byte(body, byte, ret_wrong);
            break;
        }
        if (!is_right)
            return false;
        *bytes = slice_from_offset(*bytes, 1);
    }
    return true;
}
