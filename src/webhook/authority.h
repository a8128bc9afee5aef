/* authority.h - a certificate authority for one Service: makes the CA and the serving certificates, and judges those
 * that others hand in. ECDSA P-256, SHA-256, PEM (RFC 7468), keys as PKCS #8. Pure but for GnuTLS's random numbers:
 * the time comes in, in seconds since 1970 (UTC). Sources: RFC 5280; Kubernetes, "Dynamic Admission Control",
 * "Service reference": the API server asks for the name SERVICE.NAMESPACE.svc. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "serve/tls_library.h"

/* A certificate and its key, as PEM; the key may be empty. */
struct authority_pair {
    struct slice certificate, key;
};

/* How long a certificate is good for, in seconds. `skew` is how much earlier than now it begins to be valid, for peers
 * whose clocks are behind. */
struct authority_life {
    int64_t ca, serving, skew;
};

/* What a serving certificate is for: SERVICE, SERVICE.NAMESPACE, SERVICE.NAMESPACE.svc and SERVICE.NAMESPACE.svc.
 * cluster.local, and more DNS names or IP addresses (each NUL-terminated). */
struct authority_names {
    struct slice service, namespace;
    const struct slice *more;
    size_t more_count;
};

struct authority_times {
    int64_t not_before, not_after;
};

/* A self-signed CA that may sign end certificates only (pathlen 0), with a subject of its own, so that two that are
 * trusted at once are told apart. */
MUST_CHECK bool authority_make_ca(const struct tls_library *tls, struct arena *arena, const struct authority_life *life,
                                  int64_t now, struct authority_pair *ret_ca, struct error *error);
/* A serving certificate by that CA, with a new key; it ends no later than the CA does. */
MUST_CHECK bool authority_make_serving(const struct tls_library *tls, struct arena *arena,
                                       const struct authority_life *life, int64_t now, const struct authority_pair *ca,
                                       const struct authority_names *names, struct authority_pair *ret_serving,
                                       struct error *error);

/* One certificate that is a CA, and, where there is one, its key. Says when it is valid and leaves it to the caller to
 * judge that. Errors: ERROR_VALUE with what is wrong. */
MUST_CHECK bool authority_check_ca(const struct tls_library *tls, const struct authority_pair *ca,
                                   struct authority_times *ret_times, struct error *error);
/* A serving certificate, with the chain that leads to its root behind it: the key is its key; it is for servers; it
 * covers `names` (NULL: not asked); it chains to a certificate of `bundle` (empty: not asked). The times are those of
 * the first certificate; they are the caller's to judge. */
MUST_CHECK bool authority_check_serving(const struct tls_library *tls, const struct authority_pair *serving,
                                        struct slice bundle, const struct authority_names *names,
                                        struct authority_times *ret_times, struct error *error);
/* A file of CA certificates, one at least: every one can be read. */
MUST_CHECK bool authority_check_bundle(const struct tls_library *tls, struct slice bundle, struct error *error);

/* Cuts the next "CERTIFICATE" block off a text, with its end of line; false when there is none. What stands around
 * blocks is skipped (RFC 7468, section 5.2: explanatory text). */
bool authority_next_certificate(struct slice *rest, struct slice *ret_block);

/* More certificates in one text than this are refused; so are texts of more bytes. */
enum { AUTHORITY_CHAIN_MAX = 32, AUTHORITY_TEXT_MAX = 1 << 20 };
