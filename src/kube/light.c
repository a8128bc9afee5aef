#include "kube/light.h"
#include "base/library.h"
#include "serve/moment.h"
#include "serve/stream_tls.h"
#include "serve/url.h"
#include <stdio.h>

enum { REQUEST_MAX = 2 << 20 };

/* False where the host is a name, which would have to be looked up. */
static bool target_find(struct arena *arena, const struct http_request *request, struct url *ret_url,
                        struct stream_route *ret_route)
{
    *ret_route = (struct stream_route){0};
    return url_parse(arena, slice_from(request->url), ret_url) && ret_url->is_https &&
           !slice_equal(ret_url->host, SLICE("localhost")) &&
           stream_address(ret_url->host, ret_url->port, &ret_route->address, &ret_route->address_size);
}

bool light_can(const struct http_settings *settings, const struct http_request *request)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct url url;
    struct stream_route route;
    return settings->is_light && strcmp(request->method, "GET") == 0 && !request->body.length && !request->receive &&
           request->stop_fd < 0 && !request->certificate && !settings->proxy && !settings->connect_to &&
           (settings->authorities || settings->is_insecure) && target_find(&arena, request, &url, &route);
}

static bool fail(struct http_failure *failure, enum http_failure_kind kind, const char *text)
{
    failure->kind = kind;
    snprintf(failure->text, sizeof failure->text, "%.*s", (int)sizeof failure->text - 1, text);
    return false;
}

static bool connection_open(struct stream *stream, const struct stream_route *route, struct tls_library *tls,
                            void **ret_library, const struct stream_tls_settings *settings,
                            struct http_failure *failure)
{
    struct error error;
    failure->certificate_flaws = 0;
    bool is_begun = stream_connect_start(stream, route, &error);
    /* The library is loaded while the server takes the connection. */
    if (is_begun && !tls_library_borrow(tls, ret_library, &error))
        return fail(failure, HTTP_IMPOSSIBLE, error.text);
    if (is_begun && stream_connect_finish(stream, &error) &&
        stream_tls_start(stream, tls, settings, NULL, &failure->certificate_flaws, &error))
        return true;
    if (stream->is_late)
        return fail(failure, HTTP_TIMEOUT, "no connection came about in time");
    return fail(failure,
                error.code == ERROR_VALUE     ? HTTP_CERTIFICATE
                : error.code == ERROR_REFUSED ? HTTP_UNTRUSTED
                                              : HTTP_UNSENT,
                error.text);
}

static bool ask(struct stream *stream, const struct http_settings *settings, const struct http_request *request,
                const struct url *url, struct http_response *response, struct http_failure *failure)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(REQUEST_MAX);
    struct http_answer answer = {.response = response};
    struct error error;
    buffer_add_literal(&text, "GET ");
    buffer_add_slice(&text, url->path);
    buffer_format(&text, " HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: %s\r\nConnection: close\r\n",
                  SLICE_ARGS(url->authority), settings->user_agent);
    for (const char *const *header = request->headers; header && *header; header++) {
        buffer_add_slice(&text, slice_from(*header));
        buffer_add_literal(&text, "\r\n");
    }
    buffer_add_literal(&text, "\r\n");
    if (text.overflowed)
        return fail(failure, HTTP_IMPOSSIBLE, "the request is too large");
    if (stream_ask(stream, buffer_slice(&text), &answer, &error))
        return true;
    if (stream->is_late)
        return fail(failure, HTTP_TIMEOUT, "it is silent");
    return fail(failure, response->body.overflowed ? HTTP_BODY_LIMIT : HTTP_BROKEN, error.text);
}

static int64_t moment_after(unsigned timeout_ms)
{
    return timeout_ms ? moment_steady_ms() + timeout_ms : INT64_MAX;
}

bool light_exchange(const struct http_settings *settings, const struct http_request *request,
                    struct http_response *response, struct http_failure *ret_failure)
{
    const int64_t until_ms = moment_after(request->timeout_ms);
    const int64_t connect_until_ms = moment_after(request->connect_timeout_ms);
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    /* What is done next may load libnftables: the two of them would be too much at once. */
    _cleanup_(library_return) void *library = NULL;
    _cleanup_(stream_close) struct stream stream = STREAM_INIT;
    struct tls_library tls;
    struct url url;
    struct stream_route route;
    if (!target_find(&arena, request, &url, &route))
        return fail(ret_failure, HTTP_IMPOSSIBLE, "it is for libcurl");
    const struct stream_tls_settings tls_settings = {.trusts_any = settings->is_insecure,
                                                     .authorities = settings->authorities,
                                                     .name = arena_copy(&arena, url.host).bytes};
    stream.until_ms = connect_until_ms < until_ms ? connect_until_ms : until_ms;
    if (!connection_open(&stream, &route, &tls, &library, &tls_settings, ret_failure))
        return false;
    stream.until_ms = until_ms;
    return ask(&stream, settings, request, &url, response, ret_failure);
}
