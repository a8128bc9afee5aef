#include "serve/stream_tls.h"
#include "base/memory.h"
#include <poll.h>
#include <stdlib.h>

struct session {
    const struct tls_library *tls;
    gnutls_session_t handle;
    gnutls_certificate_credentials_t credentials;
    bool trusts_any;
    bool is_open; /* the handshake is done */
};

static bool fail(const struct session *session, ssize_t code, const char *what, struct error *error)
{
    return error_set(error, ERROR_SYSTEM, (struct position){0}, "%s: %s", what,
                     session->tls->gnutls_strerror((int)code));
}

/* What a code that is no success asks for: waiting, or giving up. */
static bool again(struct stream *stream, ssize_t code, const char *what, struct error *error)
{
    const struct session *session = stream->session;
    if (code == GNUTLS_E_AGAIN)
        return stream_wait(stream, session->tls->gnutls_record_get_direction(session->handle) ? POLLOUT : POLLIN,
                           error);
    return code == GNUTLS_E_INTERRUPTED || !session->tls->gnutls_error_is_fatal((int)code) ||
           fail(session, code, what, error);
}

static ssize_t session_read(struct stream *stream, char *bytes, size_t capacity, struct error *error)
{
    const struct session *session = stream->session;
    for (;;) {
        ssize_t got = session->tls->gnutls_record_recv(session->handle, bytes, capacity);
        if (got >= 0)
            return got;
        if (got == GNUTLS_E_PREMATURE_TERMINATION && session->trusts_any)
            return 0; /* an end is an end: a body says itself whether it is whole */
        if (!again(stream, got, "cannot receive", error))
            return -1;
    }
}

static bool session_write(struct stream *stream, struct slice bytes, struct error *error)
{
    const struct session *session = stream->session;
    while (bytes.length) {
        ssize_t sent = session->tls->gnutls_record_send(session->handle, bytes.bytes, bytes.length);
        if (sent > 0)
            bytes = slice_from_offset(bytes, (size_t)sent);
        else if (sent < 0 && !again(stream, sent, "cannot send", error))
            return false;
    }
    return true;
}

static void session_close(struct stream *stream)
{
    struct session *session = stream->session;
    if (session->is_open)
        (void)!session->tls->gnutls_bye(session->handle, GNUTLS_SHUT_WR); /* once, without waiting: a courtesy */
    if (session->handle)
        session->tls->gnutls_deinit(session->handle);
    if (session->credentials)
        session->tls->gnutls_certificate_free_credentials(session->credentials);
    free(session);
    stream->session = NULL;
}

static const struct stream_layer layer = {session_read, session_write, session_close};

static bool authorities_read(const struct session *session, const char *authorities, struct error *error)
{
    int code =
        session->tls->gnutls_certificate_set_x509_trust_file(session->credentials, authorities, GNUTLS_X509_FMT_PEM);
    return code > 0 || error_set(error, ERROR_VALUE, (struct position){0}, "%s",
                                 code < 0 ? session->tls->gnutls_strerror(code) : "there is none in the text");
}

static bool session_open(struct session *session, int fd, const struct stream_tls_settings *settings,
                         struct error *error)
{
    static const gnutls_datum_t protocols[] = {{(unsigned char *)"h2", 2}, {(unsigned char *)"http/1.1", 8}};
    const struct tls_library *tls = session->tls;
    int code = tls->gnutls_certificate_allocate_credentials(&session->credentials);
    if (code >= 0 && settings->authorities && !authorities_read(session, settings->authorities, error))
        return false;
    if (code >= 0)
        code = tls->gnutls_init(&session->handle, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
    if (code >= 0)
        code = tls->gnutls_set_default_priority(session->handle);
    if (code >= 0)
        code = tls->gnutls_credentials_set(session->handle, GNUTLS_CRD_CERTIFICATE, session->credentials);
    if (code >= 0)
        code = tls->gnutls_alpn_set_protocols(session->handle, protocols + !settings->offers_http2,
                                              1 + settings->offers_http2, 0);
    if (code < 0)
        return fail(session, code, "TLS", error);
    tls->gnutls_transport_set_int2(session->handle, fd, fd);
    return true;
}

static bool server_verify(const struct session *session, const char *name, unsigned *ret_flaws, struct error *error)
{
    const struct tls_library *tls = session->tls;
    unsigned status = 0;
    gnutls_datum_t text = {0};
    int code = tls->gnutls_certificate_verify_peers3(session->handle, name, &status);
    if (code >= 0 && status == 0)
        return true;
    if (ret_flaws)
        *ret_flaws = status;
    if (code >= 0)
        code = tls->gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0);
    error_set(error, ERROR_REFUSED, (struct position){0}, "the server's certificate is refused: %s",
              code < 0 ? tls->gnutls_strerror(code) : (const char *)text.data);
    (*tls->gnutls_free)(text.data);
    return false;
}

bool stream_tls_start(struct stream *stream, const struct tls_library *tls, const struct stream_tls_settings *settings,
                      bool *ret_is_http2, unsigned *ret_flaws, struct error *error)
{
    struct session *session = memory_new(1, sizeof *session);
    gnutls_datum_t chosen;
    session->tls = tls;
    session->trusts_any = settings->trusts_any;
    stream->layer = &layer;
    stream->session = session;
    if (!session_open(session, stream->fd, settings, error))
        return false;
    for (int code; (code = tls->gnutls_handshake(session->handle)) < 0;) {
        if (!again(stream, code, "TLS handshake", error))
            return false;
    }
    if (!settings->trusts_any && !server_verify(session, settings->name, ret_flaws, error))
        return false;
    session->is_open = true;
    if (ret_is_http2)
        *ret_is_http2 = tls->gnutls_alpn_get_selected_protocol(session->handle, &chosen) == 0 && chosen.size == 2 &&
                        chosen.data[0] == 'h';
    return true;
}
