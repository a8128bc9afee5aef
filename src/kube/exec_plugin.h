/* exec_plugin.h - credentials from a program (Kubernetes, "Authenticating", "client-go credential plugins";
 * client.authentication.k8s.io/v1 and v1beta1). */
#pragma once
#include "kube/kubeconfig.h"
#include <stdint.h>

struct exec_answer {
    struct slice token;            /* empty: none */
    struct slice certificate, key; /* PEM; both or neither */
    int64_t expires;               /* seconds since 1970; 0: never */
};

/* What a plugin printed. Never part of an error. */
MUST_CHECK bool exec_answer_read(struct arena *arena, struct slice text, struct slice api_version,
                                 struct exec_answer *ret_answer, struct error *error);

/* Runs the plugin of `config->exec` by its argv, without a shell, with `variables` (NULL-terminated; may be NULL), its
 * own, and KUBERNETES_EXEC_INFO; a name without a slash is looked up in PATH. Its standard error goes to ours only
 * where it may talk to somebody (interactiveMode, and a terminal); otherwise its last line is in the error. Errors: a
 * program that is not there (with the installHint), fails, prints something else or takes too long. */
MUST_CHECK bool exec_plugin_run(struct arena *arena, const struct kubeconfig *config,
                                const char *(*environment)(const char *name), char *const *variables,
                                struct exec_answer *ret_answer, struct error *error);
