#include "serve/http_head.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#define HOST "Host: h\r\n"
static const struct {
    struct slice text;
    unsigned status; /* 0: read */
    const char *path, *query, *host;
    bool keeps_alive;
    enum http_body_state body;
} cases[] = {
    {SLICE_CONSTANT("GET / HTTP/1.1\r\nHost: a:1\r\n\r\n"), 0, "/", "", "a:1", true, HTTP_BODY_COMPLETE},
    {SLICE_CONSTANT("GET /a%2Fb%41?c=%20 HTTP/1.1\n" HOST "\n"), 0, "/a%2FbA", "c=%20", "h", true, HTTP_BODY_COMPLETE},
    {SLICE_CONSTANT("\r\nGET / HTTP/1.1\r\n" HOST "Connection: x, Close\r\n\r\n"), 0, "/", "", "h", false,
     HTTP_BODY_COMPLETE},
    {SLICE_CONSTANT("GET / HTTP/1.0\r\n\r\n"), 0, "/", "", "", false, HTTP_BODY_COMPLETE},
    {SLICE_CONSTANT("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), 0, "/", "", "", true, HTTP_BODY_COMPLETE},
    {SLICE_CONSTANT("GET / HTTP/1.9\r\n" HOST "\r\n"), 0, "/", "", "h", true, HTTP_BODY_COMPLETE},
    {.text = SLICE_CONSTANT("GET / HTTP/1.10\r\n" HOST "\r\n"), .status = 505},
    {SLICE_CONSTANT("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), 0, "*", "", "h", true, HTTP_BODY_COMPLETE},
    {SLICE_CONSTANT("GET http://o/p?q HTTP/1.1\r\n" HOST "\r\n"), 0, "/p", "q", "o", true, HTTP_BODY_COMPLETE},
    {SLICE_CONSTANT("GET http://o HTTP/1.1\r\n" HOST "\r\n"), 0, "/", "", "o", true, HTTP_BODY_COMPLETE},
    {SLICE_CONSTANT("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n"), 0, "/", "", "h", true,
     HTTP_BODY_OF_LENGTH},
    {SLICE_CONSTANT("POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"), 0, "/", "", "h", true, HTTP_BODY_COMPLETE},
    {SLICE_CONSTANT("POST / HTTP/1.1\r\n" HOST "transfer-encoding: Chunked\r\n\r\n"), 0, "/", "", "h", true,
     HTTP_BODY_CHUNK_SIZE},
    {.text = SLICE_CONSTANT("GET / HTTP/1.1\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET / HTTP/1.1\r\n" HOST HOST "\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET  HTTP/1.1\r\n" HOST "\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET /a b HTTP/1.1\r\n" HOST "\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET a HTTP/1.1\r\n" HOST "\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET /%zz HTTP/1.1\r\n" HOST "\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET /% HTTP/1.1\r\n" HOST "\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("G@T / HTTP/1.1\r\n" HOST "\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET / HTTP/2.0\r\n" HOST "\r\n"), .status = 505},
    {.text = SLICE_CONSTANT("GET / FTP/1.1\r\n" HOST "\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET /\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET / HTTP/1.1\r\n" HOST "A : b\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET / HTTP/1.1\r\n" HOST "A: b\r\n c\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET / HTTP/1.1\r\n" HOST "A: b\rc\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET / HTTP/1.1\r\n" HOST "A: b\0c\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET / HTTP/1.1\r\n" HOST ": b\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET / HTTP/1.1\r\n" HOST "nothing\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
     .status = 400},
    {.text = SLICE_CONSTANT("POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
     .status = 400},
    {.text = SLICE_CONSTANT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"), .status = 501},
    {.text = SLICE_CONSTANT("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), .status = 400},
    {.text = SLICE_CONSTANT("GET / HTTP/1.1\r\n" HOST "Expect: much\r\n\r\n"), .status = 417},
};

static void heads_are_read_strictly(void **state)
{
    (void)state;
    struct http_head *head = calloc(1, sizeof *head);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *wrong = NULL;
        unsigned status = http_head_read(cases[i].text, head, &wrong);
        if (status != cases[i].status || (status && !wrong))
            fail_msg("case %zu: %u, %s", i, status, wrong ? wrong : "-");
        if (!status && (!slice_equal(head->path, slice_from(cases[i].path)) ||
                        !slice_equal(head->query, slice_from(cases[i].query)) ||
                        !slice_equal(head->host, slice_from(cases[i].host)) ||
                        head->keeps_alive != cases[i].keeps_alive || head->body.state != cases[i].body))
            fail_msg("case %zu: path %.*s, query %.*s, host %.*s", i, SLICE_ARGS(head->path), SLICE_ARGS(head->query),
                     SLICE_ARGS(head->host));
    }
    free(head);
}

static void a_heads_end_is_found_in_any_pieces(void **state)
{
    (void)state;
    static const struct {
        struct slice text;
        size_t length;
    } texts[] = {
        {SLICE_CONSTANT("GET / HTTP/1.1\r\nA: b\r\n\r\nbody\r\n\r\n"), 24},
        {SLICE_CONSTANT("\r\n\r\nGET / HTTP/1.0\n\nbody"), 20},
        {SLICE_CONSTANT("GET / HTTP/1.0\n\r\n"), 17},
        {SLICE_CONSTANT("GET / HTTP/1.0\r\nA: b\r\n"), 0},
        {SLICE_CONSTANT("\r\n\r\n"), 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        size_t found = 0, seen = 0;
        for (size_t end = 1; end <= texts[i].text.length && !found; end++) {
            found = http_head_length(slice_range(texts[i].text, 0, end), seen);
            seen = end;
        }
        assert_int_equal(found, texts[i].length);
        assert_int_equal(http_head_length(texts[i].text, 0), texts[i].length);
    }
}

static void too_many_fields_are_refused(void **state)
{
    (void)state;
    struct http_head *head = calloc(1, sizeof *head);
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(65536);
    const char *wrong;
    buffer_add_literal(&text, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (size_t i = 1; i < HTTP_HEAD_FIELDS_MAX; i++)
        buffer_add_literal(&text, "A: b\r\n");
    size_t length = text.length;
    buffer_add_literal(&text, "\r\n");
    assert_int_equal(http_head_read(buffer_slice(&text), head, &wrong), 0);
    text.length = length;
    buffer_add_literal(&text, "A: b\r\n\r\n");
    assert_int_equal(http_head_read(buffer_slice(&text), head, &wrong), 431);
    free(head);
}

static void answers_say_how_long_they_are(void **state)
{
    (void)state;
    static const struct {
        struct http_reply reply;
        const char *has, *has_not;
    } replies[] = {
        {{.status = 200, .length = 3}, "Content-Length: 3\r\n\r\n", "Connection"},
        {{.status = 200, .length = HTTP_LENGTH_UNKNOWN}, "Transfer-Encoding: chunked\r\n", "Content-Length"},
        {{.status = 200, .length = HTTP_LENGTH_UNKNOWN, .is_http_1_0 = true, .closes = true}, "close", "chunked"},
        {{.status = 200, .length = 0, .is_http_1_0 = true}, "Connection: keep-alive", "close"},
        {{.status = 503, .length = 0, .closes = true}, "HTTP/1.1 503 Service Unavailable\r\nDate: ", "Content-Type"},
        {{.status = 204, .length = 0}, "204 No Content", "Content-Length"},
        {{.status = 200, .content_type = "text/plain"}, "Content-Type: text/plain\r\n", "chunked"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(replies); i++) {
        _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(4096);
        http_reply_print(&out, &replies[i].reply);
        buffer_add_byte(&out, '\0');
        if (!strstr(out.bytes, replies[i].has) || strstr(out.bytes, replies[i].has_not) ||
            !strstr(out.bytes, "\r\n\r\n"))
            fail_msg("reply %zu: %s", i, out.bytes);
    }
}

/* Of requests, read in all pieces. `content` NULL: refused. */
static void strict_chunks(void **state)
{
    (void)state;
    static const struct {
        struct slice text;
        const char *content;
        bool is_complete;
    } bodies[] = {
        {SLICE_CONSTANT("3\r\nabc\r\n0\r\n\r\n"), "abc", true},
        {SLICE_CONSTANT("3;x=y\r\nabc\r\n1 \r\nd\r\n0\r\nA: b\r\n\r\n"), "abcd", true},
        {SLICE_CONSTANT("3\r\nab"), "ab", false},
        {SLICE_CONSTANT("3\nabc\n0\n\n"), NULL, false},
        {SLICE_CONSTANT("3\r\nabcd\r\n"), NULL, false},
        {SLICE_CONSTANT("3\r\nabc\n"), NULL, false},
        {SLICE_CONSTANT("\r\n"), NULL, false},
        {SLICE_CONSTANT("x\r\n"), NULL, false},
        {SLICE_CONSTANT("3x\r\n"), NULL, false},
        {SLICE_CONSTANT("3\rabc"), NULL, false},
        {SLICE_CONSTANT("00000000000000003\r\n"), NULL, false},
        {SLICE_CONSTANT("0\r\nA: b\n\r\n"), NULL, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++) {
        for (size_t step = 1; step <= bodies[i].text.length; step++) {
            struct http_body body = {.state = HTTP_BODY_CHUNK_SIZE, .is_strict = true};
            _cleanup_(buffer_done) struct buffer content = BUFFER_INIT(64);
            bool is_right = true;
            for (size_t at = 0; at < bodies[i].text.length && is_right; at += step) {
                struct slice bytes = slice_range(bodies[i].text, at, at + step), piece;
                const char *wrong;
                while (is_right && bytes.length && body.state != HTTP_BODY_COMPLETE) {
                    is_right = http_body_take(&body, &bytes, &piece, &wrong);
                    buffer_add_slice(&content, is_right ? piece : (struct slice){0});
                }
            }
            if (is_right != (bodies[i].content != NULL) ||
                (is_right && (!slice_equal(buffer_slice(&content), slice_from(bodies[i].content)) ||
                              (body.state == HTTP_BODY_COMPLETE) != bodies[i].is_complete)))
                fail_msg("body %zu by %zu: %s, \"%.*s\"", i, step, is_right ? "taken" : "refused",
                         SLICE_ARGS(buffer_slice(&content)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_read_strictly),
        cmocka_unit_test(a_heads_end_is_found_in_any_pieces),
        cmocka_unit_test(too_many_fields_are_refused),
        cmocka_unit_test(answers_say_how_long_they_are),
        cmocka_unit_test(strict_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
