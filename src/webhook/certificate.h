/* certificate.h - the serving certificate in force. A new one is used by the connections that are opened from then on;
 * those that are open keep theirs, so that nothing is dropped. */
#pragma once
#include "base/error.h"
#include "serve/tls_credential.h"
#include <stdint.h>

struct certificate_store;

struct certificate_store *certificate_store_new(const struct tls_library *tls);
void certificate_store_free(struct certificate_store *store); /* nobody holds a credential any more */

/* Takes a chain (PEM, the server's own first) and its key into use, unless they are what is in force already
 * (*ret_changed says, and may be NULL). `name` is for messages. Errors: text that is no certificate or key, a key of
 * another certificate, a certificate that has expired: the old one then stays. Safe from any thread. */
MUST_CHECK bool certificate_store_replace(struct certificate_store *store, struct slice name, struct slice chain,
                                          struct slice key, bool *ret_changed, struct error *error);

/* The one in force, to be given back; NULL when there is none yet. */
struct tls_credential *certificate_store_take(struct certificate_store *store);
void certificate_release(const struct tls_library *tls, struct tls_credential *credential); /* NULL is fine */

/* From when to when it is valid, in seconds since 1970; both 0 when there is none. */
void certificate_store_validity(struct certificate_store *store, int64_t *ret_from, int64_t *ret_until);
