/* tls_identity.h - who we are and whom we believe: a certificate chain with its key, and the roots. A generation is
 * constant and held by each connection that was opened with it, so that a new one breaks nothing. */
#pragma once
#include "relay/spiffe.h"
#include "serve/tls_library.h"
#include <stdint.h>

struct tls_identity;

/* The contents of the three files, PEM; the names are for messages. */
struct tls_identity_source {
    struct slice chain_name, key_name, roots_name;
    struct slice chain, key, roots;
};

/* Errors: what is no certificate or key, a key of another certificate, an expired one, no SPIFFE id, no roots. The
 * caller is the first holder. */
MUST_CHECK bool tls_identity_load(const struct tls_library *tls, const struct tls_identity_source *source,
                                  struct tls_identity **ret_identity, struct error *error);
/* Whether it was made of these contents. */
bool tls_identity_is(const struct tls_identity *identity, const struct tls_identity_source *source);
struct tls_identity *tls_identity_hold(struct tls_identity *identity);
void tls_identity_release(const struct tls_library *tls, struct tls_identity *identity); /* NULL is fine */

gnutls_certificate_credentials_t tls_identity_credentials(const struct tls_identity *identity);
const struct spiffe *tls_identity_id(const struct tls_identity *identity);
void tls_identity_validity(const struct tls_identity *identity, int64_t *ret_from, int64_t *ret_until);

/* Within a handshake: whether the peer's chain leads to the roots, is valid now, is made for its end of TLS, and its
 * certificate has one SPIFFE id (X.509-SVID standard, section 2: exactly one URI). The id goes into `out`, which holds
 * SPIFFE_MAX bytes. False: *ret_failure is a constant text. */
bool tls_identity_check_peer(const struct tls_library *tls, gnutls_session_t session, bool is_server, char *out,
                             struct spiffe *ret_id, const char **ret_failure);
