#include "kube/light.h"
#include "base/attribute.h"
#include "base/fd.h"
#include "base/library.h"
#include "base/number.h"
#include "serve/http_answer.h"
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

enum { HOST_MAX = 64, REQUEST_MAX = 2 << 20, READ_BYTES = 16 * 1024 };

#define TLS_FUNCTIONS(X)                                                                                               \
    X(gnutls_alpn_set_protocols)                                                                                       \
    X(gnutls_bye)                                                                                                      \
    X(gnutls_certificate_allocate_credentials)                                                                         \
    X(gnutls_certificate_free_credentials)                                                                             \
    X(gnutls_certificate_set_x509_trust_file)                                                                          \
    X(gnutls_certificate_verification_status_print)                                                                    \
    X(gnutls_certificate_verify_peers3)                                                                                \
    X(gnutls_credentials_set)                                                                                          \
    X(gnutls_deinit)                                                                                                   \
    X(gnutls_error_is_fatal)                                                                                           \
    X(gnutls_free)                                                                                                     \
    X(gnutls_handshake)                                                                                                \
    X(gnutls_init)                                                                                                     \
    X(gnutls_record_get_direction)                                                                                     \
    X(gnutls_record_recv)                                                                                              \
    X(gnutls_record_send)                                                                                              \
    X(gnutls_set_default_priority)                                                                                     \
    X(gnutls_strerror)                                                                                                 \
    X(gnutls_transport_set_int2)

struct tls {
#define MEMBER(function) __typeof__(&function) function;
    TLS_FUNCTIONS(MEMBER)
#undef MEMBER
};

struct exchange {
    struct tls tls;
    const struct http_settings *settings;
    const struct http_request *request;
    struct http_failure *failure;
    char host[HOST_MAX]; /* without brackets */
    struct sockaddr_storage address;
    socklen_t address_size;
    struct slice authority, path;
    int fd;
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    int64_t until, connect_until; /* on the clock; INT64_MAX: no end */
    bool is_connected;            /* and the handshake is done */
};

static bool fail(struct exchange *exchange, enum http_failure_kind kind, const char *text)
{
    exchange->failure->kind = kind;
    snprintf(exchange->failure->text, sizeof exchange->failure->text, "%.*s", (int)sizeof exchange->failure->text - 1,
             text);
    return false;
}

static bool fail_errno(struct exchange *exchange, enum http_failure_kind kind)
{
    char text[128];
    const char *words = strerror_r(errno, text, sizeof text);
    snprintf(exchange->failure->text, sizeof exchange->failure->text, "%c%s", words[0] | 0x20, words + 1);
    exchange->failure->kind = kind;
    return false;
}

static bool fail_tls(struct exchange *exchange, enum http_failure_kind kind, int code)
{
    return fail(exchange, kind, exchange->tls.gnutls_strerror(code));
}

/* ---- where to ------------------------------------------------------------------------------------------------ */

static bool address_parse(const char *host, uint16_t port, struct sockaddr_storage *ret, socklen_t *ret_size)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    *ret = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        memcpy(ret, &v4, sizeof v4);
        *ret_size = sizeof v4;
        return true;
    }
    memcpy(ret, &v6, sizeof v6);
    *ret_size = sizeof v6;
    if (inet_pton(AF_INET6, host, &v6.sin6_addr) != 1)
        return false;
    memcpy(ret, &v6, sizeof v6);
    return true;
}

/* "https://ADDRESS:PORT/path": false where the host is a name, which would have to be looked up. */
static bool url_parse(struct exchange *exchange)
{
    struct slice url = slice_from(exchange->request->url), host, port;
    if (!slice_starts(url, SLICE("https://")))
        return false;
    struct slice rest = slice_from_offset(url, 8);
    size_t slash = slice_find_byte(rest, '/'), colon;
    struct slice authority = slice_range(rest, 0, slash == SLICE_NONE ? rest.length : slash);
    exchange->authority = authority;
    exchange->path = slash == SLICE_NONE ? SLICE("/") : slice_from_offset(rest, slash);
    if (slice_starts(authority, SLICE("["))) {
        colon = slice_find_byte(authority, ']');
        host = slice_range(authority, 1, colon);
        port = colon == SLICE_NONE ? (struct slice){0} : slice_from_offset(authority, colon + 1);
        port = slice_from_offset(port, port.length && port.bytes[0] == ':');
    } else {
        colon = slice_find_byte(authority, ':');
        host = slice_range(authority, 0, colon == SLICE_NONE ? authority.length : colon);
        port = colon == SLICE_NONE ? SLICE("443") : slice_from_offset(authority, colon + 1);
    }
    uint16_t number = 443;
    if (host.length >= HOST_MAX || (port.length && !number_parse_u16(port, &number)))
        return false;
    memcpy(exchange->host, host.bytes, host.length);
    exchange->host[host.length] = '\0';
    return address_parse(exchange->host, number, &exchange->address, &exchange->address_size);
}

bool light_can(const struct http_settings *settings, const struct http_request *request)
{
    struct exchange exchange = {.request = request};
    return settings->is_light && strcmp(request->method, "GET") == 0 && !request->body.length && !request->receive &&
           request->stop_fd < 0 && !request->certificate && !settings->proxy && !settings->connect_to &&
           (settings->authorities || settings->is_insecure) && url_parse(&exchange);
}

/* ---- waiting ------------------------------------------------------------------------------------------------- */

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_for(struct exchange *exchange, short events)
{
    int64_t until = exchange->until;
    if (!exchange->is_connected && exchange->connect_until < until)
        until = exchange->connect_until;
    for (;;) {
        int64_t left = until - clock_ms();
        struct pollfd wait = {.fd = exchange->fd, .events = events};
        if (left <= 0)
            return fail(exchange, HTTP_TIMEOUT,
                        exchange->is_connected ? "it is silent" : "no connection came about in time");
        int count = poll(&wait, 1, left > 60000 ? 60000 : (int)left);
        if (count > 0)
            return true;
        if (count < 0 && errno != EINTR)
            return fail_errno(exchange, HTTP_BROKEN);
    }
}

static bool wait_for_tls(struct exchange *exchange)
{
    return wait_for(exchange, exchange->tls.gnutls_record_get_direction(exchange->session) ? POLLOUT : POLLIN);
}

/* ---- the connection ------------------------------------------------------------------------------------------ */

static bool connection_open(struct exchange *exchange)
{
    const int on = 1;
    exchange->fd = socket(exchange->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (exchange->fd < 0)
        return fail_errno(exchange, HTTP_UNSENT);
    setsockopt(exchange->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(exchange->fd, (const struct sockaddr *)&exchange->address, exchange->address_size) == 0)
        return true;
    if (errno != EINPROGRESS && errno != EINTR)
        return fail_errno(exchange, HTTP_UNSENT);
    socklen_t size = sizeof errno;
    int refused = 0;
    if (!wait_for(exchange, POLLOUT) || getsockopt(exchange->fd, SOL_SOCKET, SO_ERROR, &refused, &size) < 0)
        return false;
    errno = refused;
    return !refused || fail_errno(exchange, HTTP_UNSENT);
}

static bool session_open(struct exchange *exchange)
{
    static const gnutls_datum_t protocol = {(unsigned char *)"http/1.1", 8};
    const struct tls *tls = &exchange->tls;
    int code = tls->gnutls_certificate_allocate_credentials(&exchange->credentials);
    if (code >= 0 && exchange->settings->authorities) {
        code = tls->gnutls_certificate_set_x509_trust_file(exchange->credentials, exchange->settings->authorities,
                                                           GNUTLS_X509_FMT_PEM);
        if (code <= 0)
            return fail(exchange, HTTP_CERTIFICATE,
                        code < 0 ? tls->gnutls_strerror(code) : "there is none in the text");
    }
    if (code >= 0)
        code = tls->gnutls_init(&exchange->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
    if (code >= 0)
        code = tls->gnutls_set_default_priority(exchange->session);
    if (code >= 0)
        code = tls->gnutls_credentials_set(exchange->session, GNUTLS_CRD_CERTIFICATE, exchange->credentials);
    if (code >= 0)
        code = tls->gnutls_alpn_set_protocols(exchange->session, &protocol, 1, 0);
    if (code < 0)
        return fail_tls(exchange, HTTP_IMPOSSIBLE, code);
    tls->gnutls_transport_set_int2(exchange->session, exchange->fd, exchange->fd);
    return true;
}

/* The certificate is looked at before a byte of ours is sent. No name is sent to the server: its name is an address,
 * which has no place there (RFC 6066, section 3). */
static bool server_verify(struct exchange *exchange)
{
    const struct tls *tls = &exchange->tls;
    unsigned status = 0;
    if (exchange->settings->is_insecure)
        return true;
    int code = tls->gnutls_certificate_verify_peers3(exchange->session, exchange->host, &status);
    if (code >= 0 && status == 0)
        return true;
    gnutls_datum_t text = {0};
    if (code < 0 || tls->gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) < 0)
        return fail_tls(exchange, HTTP_UNTRUSTED, code < 0 ? code : GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR);
    /* In the words of libcurl where the same has happened, to which the advice fits. */
    bool is_stranger = status & (GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA);
    snprintf(exchange->failure->text, sizeof exchange->failure->text, "the server's certificate is refused: %s%.*s",
             is_stranger ? "signer not trusted. " : "", (int)text.size, text.data);
    exchange->failure->kind = HTTP_UNTRUSTED;
    (*tls->gnutls_free)(text.data);
    return false;
}

static bool handshake(struct exchange *exchange)
{
    for (;;) {
        int code = exchange->tls.gnutls_handshake(exchange->session);
        if (code >= 0)
            break;
        if (code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED) {
            if (!wait_for_tls(exchange))
                return false;
        } else if (exchange->tls.gnutls_error_is_fatal(code)) {
            return fail_tls(exchange, HTTP_UNSENT, code);
        }
    }
    if (!server_verify(exchange))
        return false;
    exchange->is_connected = true;
    return true;
}

/* ---- the question and the answer ----------------------------------------------------------------------------- */

static bool request_send(struct exchange *exchange)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(REQUEST_MAX);
    buffer_add_literal(&text, "GET ");
    buffer_add_slice(&text, exchange->path);
    buffer_format(&text, " HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: %s\r\nConnection: close\r\n",
                  SLICE_ARGS(exchange->authority), exchange->settings->user_agent);
    for (const char *const *header = exchange->request->headers; header && *header; header++) {
        buffer_add_slice(&text, slice_from(*header));
        buffer_add_literal(&text, "\r\n");
    }
    buffer_add_literal(&text, "\r\n");
    if (text.overflowed)
        return fail(exchange, HTTP_IMPOSSIBLE, "the request is too large");
    struct slice rest = buffer_slice(&text);
    while (rest.length) {
        ssize_t sent = exchange->tls.gnutls_record_send(exchange->session, rest.bytes, rest.length);
        if (sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED) {
            if (!wait_for_tls(exchange))
                return false;
        } else if (sent < 0) {
            return fail_tls(exchange, HTTP_BROKEN, (int)sent);
        } else {
            rest = slice_from_offset(rest, (size_t)sent);
        }
    }
    return true;
}

static bool answer_receive(struct exchange *exchange, struct http_response *response)
{
    char bytes[READ_BYTES];
    struct http_answer answer = {.response = response};
    while (answer.state != HTTP_COMPLETE) {
        const char *wrong = "";
        ssize_t got = exchange->tls.gnutls_record_recv(exchange->session, bytes, sizeof bytes);
        if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED) {
            if (!wait_for_tls(exchange))
                return false;
        } else if (got < 0 && exchange->tls.gnutls_error_is_fatal((int)got)) {
            return fail_tls(exchange, HTTP_BROKEN, (int)got);
        } else if (got == 0) {
            if (!http_answer_end(&answer))
                return fail(exchange, HTTP_BROKEN, "it ended in the middle of the answer");
        } else if (got > 0 && !http_answer_feed(&answer, (struct slice){bytes, (size_t)got}, &wrong)) {
            return fail(exchange, response->body.overflowed ? HTTP_BODY_LIMIT : HTTP_BROKEN, wrong);
        }
    }
    return true;
}

static void exchange_close(struct exchange *exchange)
{
    if (exchange->session && exchange->is_connected) /* once, without waiting: a courtesy */
        (void)!exchange->tls.gnutls_bye(exchange->session, GNUTLS_SHUT_WR);
    if (exchange->session)
        exchange->tls.gnutls_deinit(exchange->session);
    if (exchange->credentials)
        exchange->tls.gnutls_certificate_free_credentials(exchange->credentials);
    fd_close(&exchange->fd);
}

static bool tls_load(struct exchange *exchange, void **ret_library)
{
    static const struct library_symbol symbols[] = {
#define SYMBOL(function) LIBRARY_SYMBOL(struct tls, function),
        TLS_FUNCTIONS(SYMBOL)
#undef SYMBOL
    };
    struct error error = {0};
    return library_borrow("libgnutls.so.30", "libgnutls30", symbols, ARRAY_LENGTH(symbols), &exchange->tls, ret_library,
                          &error) ||
           fail(exchange, HTTP_IMPOSSIBLE, error.text);
}

bool light_exchange(const struct http_settings *settings, const struct http_request *request,
                    struct http_response *response, struct http_failure *ret_failure)
{
    int64_t now = clock_ms();
    /* What is done next may load libnftables: the two of them would be too much at once. */
    _cleanup_(library_return) void *library = NULL;
    struct exchange exchange = {
        .settings = settings,
        .request = request,
        .failure = ret_failure,
        .fd = -1,
        .until = request->timeout_ms ? now + request->timeout_ms : INT64_MAX,
        .connect_until = request->connect_timeout_ms ? now + request->connect_timeout_ms : INT64_MAX,
    };
    if (!tls_load(&exchange, &library))
        return false;
    bool is_done = url_parse(&exchange) && connection_open(&exchange) && session_open(&exchange) &&
                   handshake(&exchange) && request_send(&exchange) && answer_receive(&exchange, response);
    exchange_close(&exchange);
    return is_done;
}
