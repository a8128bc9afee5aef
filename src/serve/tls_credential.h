/* tls_credential.h - a certificate chain with its key, and whom we believe: one generation of it. Each connection holds
 * the one that it began with, so that a new one breaks nothing. Constant after tls_credential_init, so whoever holds it
 * reads it without a lock. The one in force, from which others take it, is its owner's to lock: between reading that
 * pointer and tls_credential_hold nobody may let go of what it points to. */
#pragma once
#include "serve/tls_library.h"
#include <stdatomic.h>
#include <stdint.h>

struct tls_credential {
    gnutls_certificate_credentials_t handle;
    int64_t from, until;            /* when its certificate is valid, in seconds since 1970 */
    struct slice chain, key, roots; /* own; to see whether new ones are the same */
    atomic_uint holders;
};

/* What files or a Secret contain, in PEM; the names are for messages. */
struct tls_credential_source {
    struct slice chain_name, key_name, roots_name;
    struct slice chain, key, roots; /* the own certificate first */
    bool has_no_roots;              /* it is for a server that asks nobody who he is */
};

/* The caller is the first holder, also where this fails. Errors: what is no certificate or key, a key of another
 * certificate, a certificate that has expired, no roots where there should be some. */
MUST_CHECK bool tls_credential_init(struct tls_credential *credential, const struct tls_library *tls,
                                    const struct tls_credential_source *source, struct error *error);
/* Whether it was made of these contents. */
bool tls_credential_is(const struct tls_credential *credential, const struct tls_credential_source *source);

/* Of any thread. */
void tls_credential_hold(struct tls_credential *credential);
/* True: nobody holds it any more, its contents are gone, and what it stands in is the caller's to free. */
MUST_CHECK bool tls_credential_release(struct tls_credential *credential, const struct tls_library *tls);
