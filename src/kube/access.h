/* access.h - which API server, and who to be: a kubeconfig, or the pod's own service account. */
#pragma once
#include "kube/client.h"
#include "kube/kubeconfig.h"

/* As kubectl looks: the file that is named; else those of $KUBECONFIG (missing ones are passed over), else
 * ~/.kube/config, and where none of these is there, the service account. `arena` outlives `ret_config`. Errors: as
 * kube_client_open. */
MUST_CHECK bool access_find(struct arena *arena, const struct kube_access *access, struct kubeconfig *ret_config,
                            struct error *error);

/* The proxy for the server (NULL: none) and the hosts it is not for (NULL: none), from proxy-url or the environment. */
struct access_proxy {
    const char *url, *exceptions;
};
struct access_proxy access_proxy_find(struct arena *arena, const struct kube_access *access,
                                      const struct kubeconfig *config);
