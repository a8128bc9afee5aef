/* tls_identity.h - who we are and whom we believe: a certificate with its key and the roots, and its SPIFFE id. */
#pragma once
#include "relay/spiffe.h"
#include "serve/tls_credential.h"

/* Constant, as its credential is, whose holders are its own. */
struct tls_identity {
    struct tls_credential credential;
    struct spiffe id; /* in `id_text` */
    char id_text[SPIFFE_MAX];
};

/* Errors: those of tls_credential_init, and no SPIFFE id. The caller is the first holder. */
MUST_CHECK bool tls_identity_load(const struct tls_library *tls, const struct tls_credential_source *source,
                                  struct tls_identity **ret_identity, struct error *error);
struct tls_identity *tls_identity_hold(struct tls_identity *identity);
void tls_identity_release(const struct tls_library *tls, struct tls_identity *identity); /* NULL is fine */

/* Within a handshake: whether the peer's chain leads to the roots, is valid now, is made for its end of TLS, and its
 * certificate has one SPIFFE id (X.509-SVID standard, section 2: exactly one URI). The id goes into `out`, which holds
 * SPIFFE_MAX bytes. False: *ret_failure is a constant text. */
bool tls_identity_check_peer(const struct tls_library *tls, gnutls_session_t session, bool is_server, char *out,
                             struct spiffe *ret_id, const char **ret_failure);
