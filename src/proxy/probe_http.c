#include "proxy/probe_http.h"
#include "base/number.h"
#include "proxy/probe_http2.h"
#include "serve/http_answer.h"
#include "serve/http_text.h"
#include "serve/stream_tls.h"
#include "serve/url.h"
#include <netinet/in.h>

enum { REDIRECTS_MAX = 10, REQUEST_MAX = 64 * 1024 };

struct hop {
    struct arena *arena;
    struct slice host; /* the Host field */
    struct url url;
    struct slice referer;
    struct slice location; /* of the answer; empty: none */
    struct http_response response;
    struct buffer *body;
};

/* ---- what is asked -------------------------------------------------------------------------------------------- */

/* The kubelet names the address that it knows: where its port is ours, the probe's own is meant. */
static struct slice host_of(struct arena *arena, const struct app_probe_target *target, const struct app_probe *probe,
                            struct slice host)
{
    size_t colon = slice_find_last(host, SLICE(":"));
    uint16_t port;
    if (colon == SLICE_NONE || !number_parse_u16(slice_from_offset(host, colon + 1), &port) ||
        port != target->status_port)
        return host;
    return arena_format(arena, "%.*s:%u", SLICE_ARGS(slice_range(host, 0, colon)), probe->port);
}

/* Fields that are about the connection between the kubelet and us (RFC 9110, 7.6.1), or that we write ourselves. */
static bool is_ours(struct slice name)
{
    static const struct slice names[] = {
        SLICE_CONSTANT("Host"),    SLICE_CONSTANT("Connection"),       SLICE_CONSTANT("Content-Length"),
        SLICE_CONSTANT("TE"),      SLICE_CONSTANT("Keep-Alive"),       SLICE_CONSTANT("Transfer-Encoding"),
        SLICE_CONSTANT("Trailer"), SLICE_CONSTANT("Proxy-Connection"), SLICE_CONSTANT("Upgrade"),
        SLICE_CONSTANT("Expect"),  SLICE_CONSTANT("Referer"),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (http_name_equal(name, names[i]))
            return true;
    }
    return false;
}

/* Those of the kubelet's request, its own and the probe's, which it has sent. */
static const struct http_field *fields_of(const struct hop *hop, const struct http_head *head, size_t *ret_count)
{
    struct http_field *fields = arena_new(hop->arena, struct http_field, head->field_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < head->field_count; i++) {
        bool is_referer = http_name_equal(head->fields[i].name, SLICE("Referer")) && !hop->referer.length;
        if (!is_ours(head->fields[i].name) || is_referer)
            fields[count++] = head->fields[i];
    }
    if (hop->referer.length)
        fields[count++] = (struct http_field){SLICE("Referer"), hop->referer};
    *ret_count = count;
    return fields;
}

/* ---- one exchange --------------------------------------------------------------------------------------------- */

static void field_take(void *context, struct slice name, struct slice value)
{
    struct hop *hop = context;
    if (!hop->location.length && http_name_equal(name, SLICE("Location")))
        hop->location = arena_copy(hop->arena, value);
}

/* The beginning; then nobody wants more. */
static bool body_take(void *context, struct slice piece)
{
    struct hop *hop = context;
    if (hop->response.status / 100 == 3)
        return false;
    buffer_add_slice(hop->body, slice_range(piece, 0, APP_PROBE_BODY_MAX - hop->body->length));
    return hop->body->length < APP_PROBE_BODY_MAX;
}

static bool http1_ask(struct hop *hop, struct stream *stream, const struct http_field *fields, size_t count,
                      struct http_answer *answer, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(REQUEST_MAX);
    buffer_add_literal(&text, "GET ");
    buffer_add_slice(&text, hop->url.path);
    buffer_add_literal(&text, " HTTP/1.1\r\nHost: ");
    buffer_add_slice(&text, hop->host);
    buffer_add_literal(&text, "\r\n");
    for (size_t i = 0; i < count; i++) {
        buffer_add_slice(&text, fields[i].name);
        buffer_add_literal(&text, ": ");
        buffer_add_slice(&text, fields[i].value);
        buffer_add_literal(&text, "\r\n");
    }
    buffer_add_literal(&text, "Connection: close\r\n\r\n");
    if (text.overflowed)
        return error_set(error, ERROR_LIMIT, (struct position){0}, "the probe's request is too large");
    return stream_ask(stream, buffer_slice(&text), answer, error);
}

static bool http2_ask(struct hop *hop, struct stream *stream, const struct http_field *fields, size_t count,
                      struct http_answer *answer, struct error *error)
{
    const struct probe_http2_request request = {
        .method = SLICE("GET"),
        .scheme = SLICE("https"),
        .authority = hop->host,
        .path = hop->url.path,
        .fields = fields,
        .field_count = count,
    };
    return probe_http2_ask(stream, &request, answer, error);
}

/* The certificate is not looked at, as the kubelet does not (Kubernetes, "Configure Liveness, Readiness and Startup
 * Probes", HTTP probes). GnuTLS is loaded by the first one, and stays. */
static bool tls_start(struct stream *stream, struct tls_library *tls, bool offers_http2, bool *ret_is_http2,
                      struct error *error)
{
    const struct stream_tls_settings settings = {.trusts_any = true, .offers_http2 = offers_http2};
    return tls_library_load(tls, error) && stream_tls_start(stream, tls, &settings, ret_is_http2, NULL, error);
}

static bool hop_run(struct hop *hop, const struct app_probe_target *target, const struct http_head *head,
                    const struct stream *limits, struct error *error)
{
    struct tls_library tls;
    _cleanup_(stream_close) struct stream stream = *limits;
    struct stream_route route = target->route;
    struct http_answer answer = {.response = &hop->response, .receive = body_take, .field = field_take, .context = hop};
    bool is_http2 = false;
    size_t count;
    const struct http_field *fields = fields_of(hop, head, &count);
    ((struct sockaddr_in *)&route.address)->sin_port = htons(hop->url.port); /* where IPv6 has it, too */
    if (!stream_connect(&stream, &route, error) ||
        (hop->url.is_https && !tls_start(&stream, &tls, target->offers_http2, &is_http2, error)))
        return false;
    /* Once the head is here the status is known, whatever becomes of the body. */
    return (is_http2 ? http2_ask : http1_ask)(hop, &stream, fields, count, &answer, error) || answer.state == HTTP_BODY;
}

/* ---- redirections --------------------------------------------------------------------------------------------- */

static bool is_redirection(unsigned status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static struct slice url_text(struct arena *arena, const struct url *url)
{
    struct slice start = arena_join(arena, url->is_https ? SLICE("https://") : SLICE("http://"), url->authority);
    return arena_join(arena, start, url->path);
}

/* Where to next, as Go's client goes: a Host field of its own stays for a reference without a host. *ret_goes is false
 * where the answer is the last one: it points to another host, or nowhere. */
static bool hop_next(struct hop *hop, bool *ret_goes, struct error *error)
{
    struct url next;
    *ret_goes = false;
    if (!is_redirection(hop->response.status) || !hop->location.length)
        return true;
    if (!url_resolve(hop->arena, &hop->url, hop->location, &next))
        return error_set(error, ERROR_VALUE, (struct position){0}, "the app redirects to \"%.*s\", which is no URL",
                         SLICE_ARGS(hop->location));
    *ret_goes = slice_equal(next.host, hop->url.host);
    if (!*ret_goes)
        return true;
    bool is_downgrade = hop->url.is_https && !next.is_https;
    bool is_reference = next.authority.bytes == hop->url.authority.bytes;
    hop->referer = is_downgrade ? (struct slice){"", 0} : url_text(hop->arena, &hop->url);
    hop->host = is_reference ? hop->host : next.authority;
    hop->url = next;
    hop->location = (struct slice){"", 0};
    return true;
}

bool probe_http_run(const struct app_probe_target *target, const struct app_probe *probe, const struct http_head *head,
                    const struct stream *limits, struct app_probe_answer *ret, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    bool is_v6 = slice_find_byte(target->host, ':') != SLICE_NONE;
    struct hop hop = {.arena = &arena, .body = &ret->body};
    bool goes = true;
    ret->body = (struct buffer)BUFFER_INIT(APP_PROBE_BODY_MAX);
    hop.host = host_of(&arena, target, probe, head->host);
    hop.url = (struct url){
        .is_https = probe->is_https,
        .authority = arena_format(&arena, is_v6 ? "[%.*s]:%u" : "%.*s:%u", SLICE_ARGS(target->host), probe->port),
        .host = target->host,
        .port = probe->port,
        .path = probe->path,
    };
    for (unsigned asked = 0; goes; asked++) {
        if (asked == REDIRECTS_MAX)
            return error_set(error, ERROR_LIMIT, (struct position){0}, "stopped after %d redirections", REDIRECTS_MAX);
        if (!hop_run(&hop, target, head, limits, error) || !hop_next(&hop, &goes, error))
            return false;
    }
    /* A redirection without a Location is not to be had of us; to the kubelet it means success (Istio, the same). */
    ret->status = hop.response.status / 100 == 3 ? 200 : hop.response.status;
    return true;
}
