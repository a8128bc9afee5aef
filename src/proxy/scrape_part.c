#include "proxy/scrape_part.h"
#include "base/fd.h"
#include "proxy/metrics_format.h"
#include "serve/http_text.h"
#include "serve/url.h"

enum {
    READ_BYTES = 16 * 1024,
    REQUEST_MAX = 32 * 1024,
    LINE_BYTES_MAX = 64 * 1024,
    PENDING_MAX = 2 * READ_BYTES,
    REDIRECTIONS_MAX = 10
};
static const uint64_t part_max = 256 << 20; /* an app that never ends must not hold a thread for ever */

static void fail(struct scrape_part *part)
{
    part->state = SCRAPE_PART_FAILED;
    stream_close(&part->stream);
}

/* ---- lines ---------------------------------------------------------------------------------------------------- */

/* What has no place before the end of it all: "# EOF", and the blank lines that may follow it. */
static bool is_end(struct slice line)
{
    line = slice_trim(line);
    return !line.length || slice_equal(line, SLICE("# EOF"));
}

/* Whole lines. */
static void lines_emit(struct scrape_part *part, struct slice lines)
{
    size_t from = 0;
    for (size_t at = 0; part->strips_end && at < lines.length;) {
        struct slice rest = slice_from_offset(lines, at);
        size_t end = at + slice_find_byte(rest, '\n') + 1;
        if (is_end(slice_range(lines, at, end))) {
            status_reply_piece(part->reply, slice_range(lines, from, at));
            from = end;
        }
        at = end;
    }
    status_reply_piece(part->reply, slice_from_offset(lines, from));
}

/* A line that nobody needs as a whole goes on as it comes. */
static void line_begin(struct scrape_part *part, struct slice piece)
{
    if (!part->is_mid_line && part->line.length + piece.length <= LINE_BYTES_MAX) {
        buffer_add_slice(&part->line, piece);
        return;
    }
    status_reply_piece(part->reply, buffer_slice(&part->line));
    status_reply_piece(part->reply, piece);
    buffer_clear(&part->line);
    part->is_mid_line = true;
}

static void lines_take(struct scrape_part *part, struct slice piece)
{
    if (part->line.length || part->is_mid_line) {
        size_t end = slice_find_byte(piece, '\n');
        struct slice rest_of_line = slice_range(piece, 0, end == SLICE_NONE ? end : end + 1);
        line_begin(part, rest_of_line);
        if (end == SLICE_NONE)
            return;
        lines_emit(part, buffer_slice(&part->line));
        buffer_clear(&part->line);
        part->is_mid_line = false;
        piece = slice_from_offset(piece, rest_of_line.length);
    }
    size_t last = piece.length;
    while (last && piece.bytes[last - 1] != '\n')
        last--;
    lines_emit(part, slice_range(piece, 0, last));
    if (last < piece.length)
        line_begin(part, slice_from_offset(piece, last));
}

/* The last line may have no end; the next part begins on one of its own. */
static void lines_finish(struct scrape_part *part)
{
    struct slice line = buffer_slice(&part->line);
    if (part->is_mid_line) {
        status_reply_piece(part->reply, SLICE("\n"));
    } else if (line.length && !(part->strips_end && is_end(line))) {
        status_reply_piece(part->reply, line);
        status_reply_piece(part->reply, SLICE("\n"));
    }
}

static bool content_take(void *context, struct slice piece)
{
    struct scrape_part *part = context;
    if (part->response.status != 200)
        return true;
    part->passed += piece.length;
    if (part->state == SCRAPE_PART_PASSING)
        lines_take(part, piece);
    else
        buffer_add_slice(&part->pending, piece);
    return part->passed <= part_max && !part->reply->is_broken;
}

static void field_take(void *context, struct slice name, struct slice value)
{
    struct scrape_part *part = context;
    if (http_name_equal(name, SLICE("Content-Encoding")) && !http_name_equal(value, SLICE("identity")))
        part->is_encoded = true;
    else if (http_name_equal(name, SLICE("Location")) && !part->location.length)
        part->location = arena_copy(part->arena, value);
}

/* ---- the steps ------------------------------------------------------------------------------------------------ */

static void answer_expect(struct scrape_part *part)
{
    part->answer = (struct http_answer){
        .response = &part->response, .receive = content_take, .field = field_take, .context = part};
    part->location = (struct slice){"", 0};
    part->is_encoded = false;
    buffer_clear(&part->pending);
}

void scrape_part_connect(struct scrape_part *part)
{
    struct stream_route route = {.source_size = 0};
    part->pending = (struct buffer)BUFFER_INIT(PENDING_MAX);
    part->line = (struct buffer)BUFFER_INIT(LINE_BYTES_MAX);
    answer_expect(part);
    /* From and to 127.0.0.1, which is not captured; an app that listens on ::1 alone is tried next. */
    if (!stream_address(SLICE("127.0.0.1"), part->port, &route.address, &route.address_size) ||
        !stream_connect_start(&part->stream, &route, &part->error))
        fail(part);
}

static bool connect_finish(struct scrape_part *part)
{
    if (stream_connect_finish(&part->stream, &part->error))
        return true;
    struct error other;
    if (part->stream.is_late)
        return false;
    fd_close(&part->stream.fd);
    return stream_connect_name(&part->stream, SLICE("::1"), part->port, &other);
}

static bool request_send(struct scrape_part *part)
{
    static const struct slice passed_on[] = {SLICE_CONSTANT("User-Agent"),
                                             SLICE_CONSTANT("X-Prometheus-Scrape-Timeout-Seconds")};
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(REQUEST_MAX);
    buffer_add_literal(&text, "GET ");
    buffer_add_slice(&text, part->path);
    buffer_format(&text, " HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\nAccept: ", part->port);
    metrics_accept_print(&text, http_head_field(part->head, SLICE("Accept")), part->is_open);
    buffer_add_literal(&text, "\r\n");
    for (size_t i = 0; i < ARRAY_LENGTH(passed_on); i++) {
        struct slice value = http_head_field(part->head, passed_on[i]);
        if (!value.length)
            continue;
        buffer_add_slice(&text, passed_on[i]);
        buffer_add_literal(&text, ": ");
        buffer_add_slice(&text, value);
        buffer_add_literal(&text, "\r\n");
    }
    buffer_add_literal(&text, "\r\n");
    if (text.overflowed)
        return error_set(&part->error, ERROR_LIMIT, (struct position){0}, "the request is too large");
    return stream_write(&part->stream, buffer_slice(&text), &part->error);
}

void scrape_part_ask(struct scrape_part *part)
{
    if (part->state != SCRAPE_PART_FAILED && (!connect_finish(part) || !request_send(part)))
        fail(part);
}

/* One read; false after a failure. */
static bool more(struct scrape_part *part)
{
    char bytes[READ_BYTES];
    const char *wrong = "";
    ssize_t got = stream_read(&part->stream, bytes, sizeof bytes, &part->error);
    if (got < 0)
        return false;
    if (got == 0)
        return http_answer_end(&part->answer) ||
               error_set(&part->error, ERROR_REFUSED, (struct position){0}, "the connection ended in the middle");
    return http_answer_feed(&part->answer, (struct slice){bytes, (size_t)got}, &wrong) ||
           error_set(&part->error, ERROR_REFUSED, (struct position){0}, "%s", wrong);
}

/* "/metrics" that moves to "/metrics/" is common. */
static bool redirection_follow(struct scrape_part *part)
{
    struct url base = {.authority = arena_format(part->arena, "localhost:%u", part->port),
                       .host = SLICE("localhost"),
                       .port = part->port,
                       .path = part->path};
    struct url next;
    bool is_there = url_resolve(part->arena, &base, part->location, &next) && !next.is_https &&
                    next.port == part->port &&
                    (slice_equal(next.host, base.host) || slice_equal(next.host, SLICE("127.0.0.1")));
    if (!is_there)
        return error_set(&part->error, ERROR_REFUSED, (struct position){0}, "status %u, to \"%.*s\"",
                         part->response.status, SLICE_ARGS(part->location));
    part->path = next.path;
    stream_close(&part->stream);
    answer_expect(part);
    return stream_connect_name(&part->stream, base.host, part->port, &part->error) && request_send(part);
}

static bool head_read(struct scrape_part *part)
{
    for (unsigned asked = 0; asked < REDIRECTIONS_MAX; asked++) {
        while (part->answer.state < HTTP_BODY) {
            if (!more(part))
                return false;
        }
        if (part->response.status / 100 == 3 && part->location.length) {
            if (!redirection_follow(part))
                return false;
            continue;
        }
        if (part->response.status != 200)
            return error_set(&part->error, ERROR_REFUSED, (struct position){0}, "status %u", part->response.status);
        return !part->is_encoded || error_set(&part->error, ERROR_REFUSED, (struct position){0},
                                              "a Content-Encoding that was not asked for");
    }
    return error_set(&part->error, ERROR_LIMIT, (struct position){0}, "more than %d redirections", REDIRECTIONS_MAX);
}

void scrape_part_head(struct scrape_part *part)
{
    if (part->state != SCRAPE_PART_FAILED && !head_read(part))
        fail(part);
}

void scrape_part_pass(struct scrape_part *part)
{
    if (part->state == SCRAPE_PART_FAILED)
        return;
    part->state = SCRAPE_PART_PASSING;
    lines_take(part, buffer_slice(&part->pending));
    buffer_done(&part->pending);
    while (part->answer.state != HTTP_COMPLETE) {
        if (!more(part)) {
            fail(part);
            if (part->is_mid_line) /* what was begun is ended, whatever it says */
                lines_finish(part);
            return;
        }
    }
    lines_finish(part);
    part->state = SCRAPE_PART_COMPLETE;
    stream_close(&part->stream);
}

void scrape_part_done(struct scrape_part *part)
{
    stream_close(&part->stream);
    buffer_done(&part->pending);
    buffer_done(&part->line);
}
