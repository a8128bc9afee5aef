/* pod_source.h - the one pod of a call, from the API server: asked again while what is wrong may pass, and never longer
 * than the runtime waits. */
#pragma once
#include "base/arena.h"
#include "cni/failure.h"
#include "cni/plugin_log.h"
#include "tree/tree.h"

struct pod_question {
    struct slice kubeconfig; /* NUL-terminated */
    struct slice namespace, name;
    const char *(*environment)(const char *name); /* proxies */
    char *const *variables;                       /* for credential plugins */
    unsigned patience_ms;                         /* how long at most; 0: the first answer counts, whatever it is */
};

/* The pod, in the arena. A kubeconfig that is not there or cannot be read fails at once (CNI_CODE_KUBECONFIG). What the
 * server refuses is asked again for a while only, since the agent may be about to write a new token or a role may just
 * be made; a pod that is not there yet and a server that cannot be reached for longer. *ret_asked: the kubeconfig
 * was read and the server was asked. */
MUST_CHECK bool pod_source_get(struct arena *arena, const struct pod_question *question, struct plugin_log *log,
                               const struct tree **ret_pod, bool *ret_asked, struct cni_failure *failure);

/* Whether ADDs could be served: the server lets us read pods. One question, a short wait. */
MUST_CHECK bool pod_source_probe(struct arena *arena, const struct pod_question *question, struct cni_failure *failure);
