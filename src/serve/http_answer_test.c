#include "serve/http_answer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { BODY_MAX = 64 };

/* `body` NULL: refused. */
static const struct {
    struct slice text;
    unsigned status;
    const char *body;
    bool is_complete;
} cases[] = {
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}x"), 200, "{}", true},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\ncontent-LENGTH:2\r\n\r\n{"), 200, "{", false},
    {SLICE_CONSTANT("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"), 200, "", true},
    {SLICE_CONSTANT("HTTP/1.0 200 OK\n\nup to the end"), 200, "up to the end", true},
    {SLICE_CONSTANT("HTTP/1.1 204 No\r\n\r\nx"), 204, "", true},
    {SLICE_CONSTANT("HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nx"), 404, "x", true},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nT: x\r\n\r\n"),
     200, "abcd", true},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
     200, "ab", true},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"), 200, "ab", false},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n"), 200, NULL, false},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"), 200, NULL, false},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n"), 200, NULL, false},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"), 200, NULL, false},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), 200, NULL, false},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n"), 200, NULL, false},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), 200, NULL, false},
    {SLICE_CONSTANT("HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n"
                    "0123456789012345678901234567890123456789012345678901234567890123456789"),
     200, NULL, false},
    {SLICE_CONSTANT("HTTP/2 200\r\n\r\n"), 0, NULL, false},
    {SLICE_CONSTANT("HTTP/1.1 2x0 OK\r\n\r\n"), 0, NULL, false},
    {SLICE_CONSTANT("SSH-2.0-OpenSSH\r\n"), 0, NULL, false},
    {SLICE_CONSTANT(""), 0, "", false},
};

static void read_case(size_t index, size_t step)
{
    struct http_response response = {.body = BUFFER_INIT(BODY_MAX)};
    struct http_answer answer = {.response = &response};
    struct slice text = cases[index].text;
    const char *wrong = NULL;
    bool is_taken = true;
    for (size_t at = 0; at < text.length && is_taken; at += step)
        is_taken = http_answer_feed(&answer, slice_range(text, at, at + step), &wrong);
    if (is_taken != (cases[index].body != NULL) || response.status != cases[index].status ||
        (is_taken && (!slice_equal(buffer_slice(&response.body), slice_from(cases[index].body)) ||
                      http_answer_end(&answer) != cases[index].is_complete)) ||
        (!is_taken && !wrong))
        fail_msg("case %zu by %zu: status %u, %s, body \"%.*s\"", index, step, response.status, wrong ? wrong : "taken",
                 SLICE_ARGS(buffer_slice(&response.body)));
    buffer_done(&response.body);
}

static void answers_are_read_in_any_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t step = 1; step <= cases[i].text.length + 1; step++)
            read_case(i, step);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers_are_read_in_any_pieces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
