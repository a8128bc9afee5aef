#include "command/command.h"
#include "serve/http_answer.h"
#include "serve/moment.h"
#include "serve/stream.h"
#include "serve/url.h"
#include <poll.h>

struct wait_flags {
    struct slice url;
    int64_t period_ms, request_ms, timeout_seconds;
};

#define FIELD(name) offsetof(struct wait_flags, name)
const struct option wait_options[] = {
    {"url", 0, OPTION_TEXT, FIELD(url), "URL", "what to ask (default http://localhost:15021/healthz/ready)", NULL},
    {"periodMillis", 0, OPTION_NUMBER, FIELD(period_ms), "N",
     "milliseconds between two attempts, at most (default 500)", NULL},
    {"requestTimeoutMillis", 0, OPTION_NUMBER, FIELD(request_ms), "N", "milliseconds for an answer (default 500)",
     NULL},
    {"timeoutSeconds", 0, OPTION_NUMBER, FIELD(timeout_seconds), "N", "seconds in all (default 60)", NULL},
    {0},
};

enum { FIRST_PERIOD_MS = 5, REQUEST_MAX = 16 * 1024, NUMBER_MAX = 1000000000 };

static bool body_drop(void *context, struct slice piece)
{
    (void)context, (void)piece;
    return true;
}

/* One attempt: true for a whole answer of status 200. */
static bool attempt(const struct url *url, int64_t until_ms, struct error *error)
{
    _cleanup_(buffer_done) struct buffer request = BUFFER_INIT(REQUEST_MAX);
    _cleanup_(stream_close) struct stream stream = STREAM_INIT;
    struct http_response response = {0};
    struct http_answer answer = {.response = &response, .receive = body_drop};
    stream.until_ms = until_ms;
    buffer_format(&request, "GET %.*s HTTP/1.1\r\nHost: %.*s\r\nConnection: close\r\n\r\n", SLICE_ARGS(url->path),
                  SLICE_ARGS(url->authority));
    if (!stream_connect_name(&stream, url->host, url->port, error) ||
        !stream_ask(&stream, buffer_slice(&request), &answer, error))
        return false;
    return response.status == 200 ||
           error_set(error, ERROR_REFUSED, (struct position){0}, "HTTP status code %u", response.status);
}

/* At once, then soon, then as often as the period says: a proxy that listens within milliseconds should not cost the
 * pod half a second. */
static bool wait_run(const struct wait_flags *flags, const struct url *url, struct error *error)
{
    int64_t end = moment_steady_ms() + flags->timeout_seconds * 1000, pause = FIRST_PERIOD_MS;
    for (;;) {
        if (attempt(url, moment_steady_ms() + flags->request_ms, error))
            return true;
        int64_t left = end - moment_steady_ms();
        if (left <= 0)
            return error_wrap(error, "the proxy at %.*s was not ready within %lld seconds", SLICE_ARGS(url->authority),
                              (long long)flags->timeout_seconds);
        if (pause > flags->period_ms)
            pause = flags->period_ms;
        (void)!poll(NULL, 0, (int)(pause < left ? pause : left));
        pause *= 2;
    }
}

static bool flags_check(struct arena *arena, const struct wait_flags *flags, const struct option_rest *rest,
                        struct url *ret_url, struct error *error)
{
    static const struct position nowhere;
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {{"periodMillis", flags->period_ms},
                   {"requestTimeoutMillis", flags->request_ms},
                   {"timeoutSeconds", flags->timeout_seconds}};
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
        if (numbers[i].value < 0 || numbers[i].value > NUMBER_MAX)
            return error_set(error, ERROR_USAGE, nowhere, "--%s %lld is out of range", numbers[i].name,
                             (long long)numbers[i].value);
    }
    if (rest->count)
        return error_set(error, ERROR_USAGE, nowhere, "\"%s\": there are only flags", rest->items[0]);
    if (!url_parse(arena, flags->url, ret_url) || ret_url->is_https)
        return error_set(error, ERROR_USAGE, nowhere, "--url \"%.*s\" is not http://HOST:PORT/PATH",
                         SLICE_ARGS(flags->url));
    return true;
}

int command_wait(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct wait_flags flags = {SLICE("http://localhost:15021/healthz/ready"), 500, 500, 60};
    struct option_rest rest;
    struct url url;
    struct error error;
    int code;
    if (!command_parse(command, &arena, argc, argv, &flags, &rest, &code))
        return code;
    if (!flags_check(&arena, &flags, &rest, &url, &error) || !wait_run(&flags, &url, &error))
        return command_fail(command, &error);
    return EXIT_DONE;
}
