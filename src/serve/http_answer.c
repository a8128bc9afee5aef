#include "serve/http_answer.h"
#include "base/number.h"
#include "serve/http_text.h"
#include <stdio.h>

enum { HEAD_BYTES_MAX = 64 * 1024 };

static bool wrong(const char **ret_wrong, const char *what)
{
    *ret_wrong = what;
    return false;
}

/* ---- lines --------------------------------------------------------------------------------------------------- */

/* "HTTP/1.1 200 OK". */
static bool status_line(struct http_answer *answer, struct slice line, const char **ret_wrong)
{
    uint16_t status;
    bool is_http = slice_starts(line, SLICE("HTTP/1.")) && line.length >= 12 && line.bytes[8] == ' ' &&
                   (line.length == 12 || line.bytes[12] == ' ');
    if (!is_http || !number_parse_u16(slice_range(line, 9, 12), &status) || status < 100)
        return wrong(ret_wrong, "the answer is not HTTP/1.1");
    answer->response->status = status;
    answer->response->content_type[0] = '\0';
    answer->response->retry_after = 0;
    answer->has_length = answer->is_chunked = false;
    answer->body = (struct http_body){0};
    answer->state = HTTP_HEADER_LINES;
    return true;
}

static bool length_take(struct http_answer *answer, struct slice value, const char **ret_wrong)
{
    uint64_t length;
    /* Two lengths that differ are how requests are smuggled (RFC 9112, 6.3); none is believed then. */
    if (!number_parse_u64(value, &length) || (answer->has_length && length != answer->body.left))
        return wrong(ret_wrong, "the answer's Content-Length cannot be understood");
    answer->has_length = true;
    answer->body.left = length;
    return true;
}

static bool header_line(struct http_answer *answer, struct slice line, const char **ret_wrong)
{
    struct http_response *response = answer->response;
    size_t colon = slice_find_byte(line, ':');
    if (colon == SLICE_NONE || colon == 0)
        return wrong(ret_wrong, "the answer has a header line that is none");
    struct slice name = slice_range(line, 0, colon), value = slice_trim(slice_from_offset(line, colon + 1));
    uint32_t seconds;
    if (answer->field && answer->response->status / 100 != 1)
        answer->field(answer->context, name, value);
    if (http_name_equal(name, SLICE("Content-Length")))
        return length_take(answer, value, ret_wrong);
    if (http_name_equal(name, SLICE("Transfer-Encoding"))) {
        if (!http_name_equal(value, SLICE("chunked")))
            return wrong(ret_wrong, "the answer has a Transfer-Encoding that was not asked for");
        answer->is_chunked = true;
    } else if (http_name_equal(name, SLICE("Content-Type"))) {
        snprintf(response->content_type, sizeof response->content_type, "%.*s", SLICE_ARGS(value));
    } else if (http_name_equal(name, SLICE("Retry-After")) && number_parse_u32(value, &seconds)) {
        response->retry_after = seconds;
    }
    return true;
}

/* RFC 9112, 6.3: what says how long the body is. */
static void head_end(struct http_answer *answer)
{
    unsigned status = answer->response->status;
    answer->state = HTTP_BODY;
    if (status / 100 == 1) /* one that only says to wait */
        answer->state = HTTP_STATUS_LINE;
    else if (status == 204 || status == 304 || answer->is_to_head)
        answer->state = HTTP_COMPLETE;
    else if (answer->is_chunked)
        answer->body.state = HTTP_BODY_CHUNK_SIZE;
    else if (!answer->has_length)
        answer->body.state = HTTP_BODY_TO_END;
    else if (answer->body.left)
        answer->body.state = HTTP_BODY_OF_LENGTH;
    else
        answer->state = HTTP_COMPLETE;
}

static bool line_take(struct http_answer *answer, struct slice line, const char **ret_wrong)
{
    if (answer->state == HTTP_STATUS_LINE)
        return status_line(answer, line, ret_wrong);
    if (line.length)
        return header_line(answer, line, ret_wrong);
    head_end(answer);
    return true;
}

/* ---- bytes --------------------------------------------------------------------------------------------------- */

static bool body_take(struct http_answer *answer, struct slice *bytes, const char **ret_wrong)
{
    struct slice piece;
    if (!http_body_take(&answer->body, bytes, &piece, ret_wrong))
        return wrong(ret_wrong, "the answer's chunks cannot be understood");
    if (answer->receive && piece.length && !answer->receive(answer->context, piece))
        return wrong(ret_wrong, "nobody wants the rest of the answer");
    if (!answer->receive)
        buffer_add_slice(&answer->response->body, piece);
    if (answer->response->body.overflowed)
        return wrong(ret_wrong, "the answer is too large");
    if (answer->body.state == HTTP_BODY_COMPLETE)
        answer->state = HTTP_COMPLETE;
    return true;
}

/* Adds to the line up to its end. */
static bool line_bytes_take(struct http_answer *answer, struct slice *bytes, const char **ret_wrong)
{
    size_t end = slice_find_byte(*bytes, '\n');
    struct slice piece = slice_range(*bytes, 0, end == SLICE_NONE ? bytes->length : end);
    *bytes = slice_from_offset(*bytes, piece.length + (end != SLICE_NONE));
    if (piece.length >= sizeof answer->line - answer->line_length ||
        piece.length + 1 > HEAD_BYTES_MAX - answer->head_bytes)
        return wrong(ret_wrong, "the answer's head is too large");
    memcpy(answer->line + answer->line_length, piece.bytes, piece.length);
    answer->line_length += (unsigned)piece.length;
    answer->head_bytes += (unsigned)piece.length + (end != SLICE_NONE);
    if (end == SLICE_NONE)
        return true;
    struct slice line = {answer->line, answer->line_length};
    answer->line_length = 0;
    if (slice_ends(line, SLICE("\r")))
        line.length--;
    return line_take(answer, line, ret_wrong);
}

bool http_answer_feed(struct http_answer *answer, struct slice bytes, const char **ret_wrong)
{
    while (bytes.length && answer->state != HTTP_COMPLETE) {
        if (!(answer->state == HTTP_BODY ? body_take : line_bytes_take)(answer, &bytes, ret_wrong))
            return false;
    }
    return true;
}

bool http_answer_end(struct http_answer *answer)
{
    if (answer->state == HTTP_BODY && answer->body.state == HTTP_BODY_TO_END)
        answer->state = HTTP_COMPLETE;
    return answer->state == HTTP_COMPLETE;
}
