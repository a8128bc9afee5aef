#include "proxy/probe_http2.h"
#include "base/arena.h"
#include "base/library.h"
#include "base/number.h"
#include <nghttp2/nghttp2.h>
#include <stdlib.h>

#define HTTP2_FUNCTIONS(X)                                                                                             \
    X(nghttp2_session_callbacks_del)                                                                                   \
    X(nghttp2_session_callbacks_new)                                                                                   \
    X(nghttp2_session_callbacks_set_on_data_chunk_recv_callback)                                                       \
    X(nghttp2_session_callbacks_set_on_frame_recv_callback)                                                            \
    X(nghttp2_session_callbacks_set_on_header_callback)                                                                \
    X(nghttp2_session_callbacks_set_on_stream_close_callback)                                                          \
    X(nghttp2_session_client_new)                                                                                      \
    X(nghttp2_session_del)                                                                                             \
    X(nghttp2_session_mem_recv)                                                                                        \
    X(nghttp2_session_mem_send)                                                                                        \
    X(nghttp2_strerror)                                                                                                \
    X(nghttp2_submit_request)                                                                                          \
    X(nghttp2_submit_settings)

struct http2 {
#define MEMBER(function) __typeof__(&function) function;
    HTTP2_FUNCTIONS(MEMBER)
#undef MEMBER
};

enum { READ_BYTES = 4 * 1024, ANSWER_FIELD_BYTES_MAX = 64 * 1024 };

struct exchange {
    struct http2 http2;
    struct stream *stream;
    struct http_answer *answer;
    struct slice body; /* what of the request's is not sent yet */
    nghttp2_session *session;
    size_t field_bytes;
    bool is_closed;      /* the stream */
    uint32_t close_code; /* 0: well */
    bool is_unwanted;    /* the rest of the answer */
};

/* ---- what the library calls ----------------------------------------------------------------------------------- */

static int field_received(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_length,
                          const uint8_t *value, size_t value_length, uint8_t flags, void *context)
{
    struct exchange *exchange = context;
    struct http_answer *answer = exchange->answer;
    struct slice field = {(const char *)name, name_length}, text = {(const char *)value, value_length};
    uint16_t status;
    (void)session, (void)frame, (void)flags;
    exchange->field_bytes += name_length + value_length;
    if (exchange->field_bytes > ANSWER_FIELD_BYTES_MAX)
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    if (slice_equal(field, SLICE(":status")) && number_parse_u16(text, &status))
        answer->response->status = status;
    else if (answer->field && answer->response->status / 100 != 1)
        answer->field(answer->context, field, text);
    return 0;
}

static int frame_received(nghttp2_session *session, const nghttp2_frame *frame, void *context)
{
    struct exchange *exchange = context;
    (void)session;
    if (frame->hd.type == NGHTTP2_HEADERS && exchange->answer->response->status / 100 > 1)
        exchange->answer->state = HTTP_BODY;
    return 0;
}

static int content_received(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *bytes,
                            size_t length, void *context)
{
    struct exchange *exchange = context;
    struct http_answer *answer = exchange->answer;
    struct slice piece = {(const char *)bytes, length};
    (void)session, (void)flags, (void)stream;
    if (answer->receive && !answer->receive(answer->context, piece))
        exchange->is_unwanted = true;
    if (!answer->receive)
        buffer_add_slice(&answer->response->body, piece);
    return exchange->is_unwanted || answer->response->body.overflowed ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

static int stream_closed(nghttp2_session *session, int32_t stream, uint32_t code, void *context)
{
    struct exchange *exchange = context;
    (void)session, (void)stream;
    exchange->is_closed = true;
    exchange->close_code = code;
    return 0;
}

static ssize_t body_wanted(nghttp2_session *session, int32_t stream, uint8_t *bytes, size_t capacity, uint32_t *flags,
                           nghttp2_data_source *source, void *context)
{
    struct exchange *exchange = context;
    struct slice piece = slice_range(exchange->body, 0, capacity);
    (void)session, (void)stream, (void)source;
    memcpy(bytes, piece.bytes, piece.length);
    exchange->body = slice_from_offset(exchange->body, piece.length);
    if (!exchange->body.length)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)piece.length;
}

/* ---- the exchange --------------------------------------------------------------------------------------------- */

static bool http2_fail(const struct exchange *exchange, ssize_t code, struct error *error)
{
    return error_set(error, ERROR_REFUSED, (struct position){0}, "HTTP/2: %s",
                     exchange->http2.nghttp2_strerror((int)code));
}

static bool session_open(struct exchange *exchange, struct error *error)
{
    const struct http2 *http2 = &exchange->http2;
    /* Neither pushes nor a large table of fields: one question, one answer. */
    static const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, ANSWER_FIELD_BYTES_MAX},
    };
    nghttp2_session_callbacks *callbacks;
    int code = http2->nghttp2_session_callbacks_new(&callbacks);
    if (code)
        return http2_fail(exchange, code, error);
    http2->nghttp2_session_callbacks_set_on_header_callback(callbacks, field_received);
    http2->nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_received);
    http2->nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, content_received);
    http2->nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_closed);
    code = http2->nghttp2_session_client_new(&exchange->session, callbacks, exchange);
    http2->nghttp2_session_callbacks_del(callbacks);
    if (!code)
        code = http2->nghttp2_submit_settings(exchange->session, NGHTTP2_FLAG_NONE, settings, ARRAY_LENGTH(settings));
    return !code || http2_fail(exchange, code, error);
}

static nghttp2_nv pair(struct slice name, struct slice value)
{
    /* The library copies both. */
    return (nghttp2_nv){(uint8_t *)name.bytes, (uint8_t *)value.bytes, name.length, value.length, NGHTTP2_NV_FLAG_NONE};
}

static struct slice small_letters(struct arena *arena, struct slice name)
{
    char *copy = arena_take(arena, name.length + 1);
    for (size_t i = 0; i < name.length; i++)
        copy[i] = name.bytes[i] >= 'A' && name.bytes[i] <= 'Z' ? (char)(name.bytes[i] | 0x20) : name.bytes[i];
    return (struct slice){copy, name.length};
}

static bool request_submit(struct exchange *exchange, const struct probe_http2_request *request, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    nghttp2_nv *pairs = arena_new(&arena, nghttp2_nv, request->field_count + 4);
    const nghttp2_data_provider provider = {.read_callback = body_wanted};
    size_t count = 0;
    pairs[count++] = pair(SLICE(":method"), request->method);
    pairs[count++] = pair(SLICE(":scheme"), request->scheme);
    if (request->authority.length)
        pairs[count++] = pair(SLICE(":authority"), request->authority);
    pairs[count++] = pair(SLICE(":path"), request->path);
    for (size_t i = 0; i < request->field_count; i++)
        pairs[count++] = pair(small_letters(&arena, request->fields[i].name), request->fields[i].value);
    exchange->body = request->body;
    int32_t stream = exchange->http2.nghttp2_submit_request(exchange->session, NULL, pairs, count,
                                                            request->body.length ? &provider : NULL, NULL);
    return stream >= 0 || http2_fail(exchange, stream, error);
}

static bool frames_send(struct exchange *exchange, struct error *error)
{
    for (;;) {
        const uint8_t *bytes;
        ssize_t length = exchange->http2.nghttp2_session_mem_send(exchange->session, &bytes);
        if (length < 0)
            return http2_fail(exchange, length, error);
        if (!length)
            return true;
        if (!stream_write(exchange->stream, (struct slice){(const char *)bytes, (size_t)length}, error))
            return false;
    }
}

static bool exchange_run(struct exchange *exchange, struct error *error)
{
    char bytes[READ_BYTES];
    while (!exchange->is_closed) {
        if (!frames_send(exchange, error))
            return false;
        ssize_t got = stream_read(exchange->stream, bytes, sizeof bytes, error);
        if (got < 0)
            return false;
        if (!got)
            return error_set(error, ERROR_REFUSED, (struct position){0},
                             "the connection ended in the middle of the answer");
        ssize_t taken =
            exchange->http2.nghttp2_session_mem_recv(exchange->session, (const uint8_t *)bytes, (size_t)got);
        if (taken < 0)
            return http2_fail(exchange, taken, error);
    }
    if (exchange->close_code || exchange->answer->state < HTTP_BODY)
        return error_set(error, ERROR_REFUSED, (struct position){0}, "HTTP/2: the server reset the stream, code %u",
                         exchange->close_code);
    exchange->answer->state = HTTP_COMPLETE;
    return true;
}

bool probe_http2_ask(struct stream *stream, const struct probe_http2_request *request, struct http_answer *answer,
                     struct error *error)
{
    static const struct library_symbol symbols[] = {
#define SYMBOL(function) LIBRARY_SYMBOL(struct http2, function),
        HTTP2_FUNCTIONS(SYMBOL)
#undef SYMBOL
    };
    struct exchange exchange = {.stream = stream, .answer = answer};
    if (!library_load("libnghttp2.so.14", "libnghttp2-14", symbols, ARRAY_LENGTH(symbols), &exchange.http2, error))
        return false;
    bool is_done =
        session_open(&exchange, error) && request_submit(&exchange, request, error) && exchange_run(&exchange, error);
    if (exchange.session)
        exchange.http2.nghttp2_session_del(exchange.session);
    return is_done;
}
