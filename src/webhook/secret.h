/* secret.h - what replicas share through one Secret: the CA, the serving certificate, the CA that comes next and those
 * that were before. Its form only; what to do about it is rotation.h's. Kubernetes, "Secrets", "TLS Secrets":
 *
 *     tls.crt, tls.key          the serving certificate that is to be used now
 *     ca.crt, ca.key            the CA that signs
 *     ca-next.crt, ca-next.key  the CA that will sign when all API servers had time to trust it
 *     ca-old.crt                CAs that signed before, while certificates of theirs may be in use
 *     state.json                the times that no certificate tells: signedUntil, nextPublished, oldUntil
 */
#pragma once
#include "tree/tree.h"
#include "webhook/authority.h"

enum { SECRET_OLD_MAX = 8 };

/* A CA that signs no more. */
struct secret_old {
    struct slice certificate;
    int64_t until; /* when the last certificate that it signed ends; seconds since 1970 */
};

struct secret_content {
    struct authority_pair serving, ca, next; /* each empty where there is none */
    int64_t signed_until;                    /* when the last certificate that `ca` signed ends */
    int64_t next_published;                  /* since when `next` has been in the bundle; 0: not yet */
    struct secret_old old[SECRET_OLD_MAX];
    size_t old_count;
};

/* Where a Secret belongs and what its labels say. */
struct secret_place {
    struct slice namespace, name, revision;
};

/* Takes a Secret (an API object) apart into texts of `arena`. Missing parts are empty; whether they are any good is
 * not asked (renewal.h). Errors: ERROR_VALUE for what is no base64 or no map, ERROR_LIMIT. A state.json that cannot be
 * read is as one that says nothing: then the longest times that can be true are taken. */
MUST_CHECK bool secret_read(struct arena *arena, const struct tree *object, struct secret_content *ret_content,
                            struct error *error);
/* The object to create (`before` NULL), or to replace `before` by: its labels, annotations, other keys and
 * resourceVersion, which is the optimistic lock, are kept. */
const struct tree *secret_write(struct arena *arena, const struct secret_place *place,
                                const struct secret_content *content, const struct tree *before);
/* Whether we made it: its label app.kubernetes.io/managed-by says so. */
bool secret_is_ours(const struct tree *object);
/* All CAs that are to be trusted: the one that signs, the next, the old ones, in this order, whoever writes it. */
struct slice secret_bundle(struct arena *arena, const struct secret_content *content);
/* A copy that lives in another arena. */
struct secret_content secret_copy(struct arena *arena, const struct secret_content *content);

#define SECRET_LABEL SLICE("app.kubernetes.io/managed-by")
#define SECRET_LABEL_VALUE SLICE("pillion-webhook")
