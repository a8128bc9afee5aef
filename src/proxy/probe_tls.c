#include "proxy/probe_tls.h"
#include "base/memory.h"
#include "serve/tls_library.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

struct tls {
    struct tls_library library;
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
};

static bool tls_fail(const struct tls *tls, ssize_t code, const char *what, struct error *error)
{
    return error_set(error, ERROR_REFUSED, (struct position){0}, "%s: %s", what,
                     tls->library.gnutls_strerror((int)code));
}

/* What a code that is no success asks for: waiting, or giving up. */
static bool tls_again(struct stream *stream, ssize_t code, const char *what, struct error *error)
{
    const struct tls *tls = stream->session;
    if (code == GNUTLS_E_AGAIN)
        return stream_wait(stream, tls->library.gnutls_record_get_direction(tls->session) ? POLLOUT : POLLIN, error);
    return code == GNUTLS_E_INTERRUPTED || !tls->library.gnutls_error_is_fatal((int)code) ||
           tls_fail(tls, code, what, error);
}

static ssize_t tls_read(struct stream *stream, char *bytes, size_t capacity, struct error *error)
{
    const struct tls *tls = stream->session;
    for (;;) {
        ssize_t got = tls->library.gnutls_record_recv(tls->session, bytes, capacity);
        if (got >= 0)
            return got;
        if (got == GNUTLS_E_PREMATURE_TERMINATION) /* an end is an end: a body says itself whether it is whole */
            return 0;
        if (!tls_again(stream, got, "cannot receive", error))
            return -1;
    }
}

static bool tls_write(struct stream *stream, struct slice bytes, struct error *error)
{
    const struct tls *tls = stream->session;
    while (bytes.length) {
        ssize_t sent = tls->library.gnutls_record_send(tls->session, bytes.bytes, bytes.length);
        if (sent > 0)
            bytes = slice_from_offset(bytes, (size_t)sent);
        else if (sent < 0 && !tls_again(stream, sent, "cannot send", error))
            return false;
    }
    return true;
}

static void tls_close(struct stream *stream)
{
    struct tls *tls = stream->session;
    if (tls->session) {
        (void)!tls->library.gnutls_bye(tls->session, GNUTLS_SHUT_WR); /* once, without waiting: a courtesy */
        tls->library.gnutls_deinit(tls->session);
    }
    if (tls->credentials)
        tls->library.gnutls_certificate_free_credentials(tls->credentials);
    free(tls);
    stream->session = NULL;
}

static const struct stream_layer tls_layer = {tls_read, tls_write, tls_close};

static bool session_open(struct tls *tls, int fd, bool offers_http2, struct error *error)
{
    static const gnutls_datum_t protocols[] = {{(unsigned char *)"h2", 2}, {(unsigned char *)"http/1.1", 8}};
    int code = tls->library.gnutls_certificate_allocate_credentials(&tls->credentials);
    if (code >= 0)
        code = tls->library.gnutls_init(&tls->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
    if (code >= 0)
        code = tls->library.gnutls_set_default_priority(tls->session);
    if (code >= 0)
        code = tls->library.gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, tls->credentials);
    if (code >= 0)
        code = tls->library.gnutls_alpn_set_protocols(tls->session, protocols + !offers_http2, 1 + offers_http2, 0);
    if (code < 0)
        return tls_fail(tls, code, "TLS", error);
    tls->library.gnutls_transport_set_int2(tls->session, fd, fd);
    return true;
}

bool probe_tls_start(struct stream *stream, bool offers_http2, bool *ret_is_http2, struct error *error)
{
    struct tls *tls = memory_new(1, sizeof *tls);
    gnutls_datum_t chosen;
    if (!tls_library_load(&tls->library, error)) {
        free(tls);
        return false;
    }
    stream->layer = &tls_layer;
    stream->session = tls;
    if (!session_open(tls, stream->fd, offers_http2, error))
        return false;
    for (int code; (code = tls->library.gnutls_handshake(tls->session)) < 0;) {
        if (!tls_again(stream, code, "TLS handshake", error))
            return false;
    }
    *ret_is_http2 = tls->library.gnutls_alpn_get_selected_protocol(tls->session, &chosen) == 0 && chosen.size == 2 &&
                    chosen.data[0] == 'h';
    return true;
}
