/* credential.h - who to be to the API server: headers and certificates from a kubeconfig's user or a pod's service
 * account, fresh for each request. Tokens are never part of an error. */
#pragma once
#include "kube/kubeconfig.h"

struct credential;

/* What a request needs; valid until the next call. */
struct credential_use {
    const char *const *headers; /* "Authorization: ...", "Impersonate-User: ..."; NULL-terminated */
    const char *certificate, *key; /* PEM files; NULL: none */
    bool is_new_certificate;       /* another one than the last time: connections made with that are of no use */
};

/* `environment` and `variables`: as in kube_access; borrowed, as `config` is. Errors: files that cannot be read. */
MUST_CHECK bool credential_open(const struct kubeconfig *config, const char *(*environment)(const char *name),
                                char *const *variables, struct credential **ret_credential, struct error *error);
void credential_close(struct credential **credential); /* for _cleanup_ */

/* Reads token files anew, and runs the exec plugin where what it gave has expired. */
MUST_CHECK bool credential_get(struct credential *credential, struct credential_use *ret_use, struct error *error);
/* After a 401: forgets what an exec plugin gave. False when the next credential_get could give nothing else. */
bool credential_expire(struct credential *credential);
/* What it is, for messages: "the token of user \"x\"". */
struct slice credential_describe(const struct credential *credential);
