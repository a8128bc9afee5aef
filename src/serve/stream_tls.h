/* stream_tls.h - TLS on a stream, as its client. */
#pragma once
#include "serve/stream.h"
#include "serve/tls_library.h"

/* Texts are borrowed for the time of the call. */
struct stream_tls_settings {
    bool trusts_any;         /* the server's certificate is not looked at */
    const char *authorities; /* a PEM file: one of them must have signed the certificate, otherwise; NULL: none may */
    const char *name;        /* which the certificate must be for: a name or an address. It is not sent to the server:
                                an address has no place there (RFC 6066, section 3) */
    bool offers_http2;       /* before HTTP/1.1 */
};

/* Puts TLS on a connection that stands, before a byte has been sent; nothing of ours is sent to a server whose
 * certificate is refused. `tls` must outlive the connection. *ret_is_http2 (may be NULL): the server has chosen HTTP/2.
 * Errors: ERROR_VALUE authorities that cannot be read, ERROR_REFUSED the server's certificate (with *ret_flaws, which
 * may be NULL: the bits of gnutls_certificate_status_t, or 0), ERROR_SYSTEM the connection. An end that TLS does not
 * announce is an error, but not of a server that anybody could be. */
MUST_CHECK bool stream_tls_start(struct stream *stream, const struct tls_library *tls,
                                 const struct stream_tls_settings *settings, bool *ret_is_http2, unsigned *ret_flaws,
                                 struct error *error);
