/* namespaces.h - the cluster's Namespaces as far as injection asks for them: OpenShift's ranges of users and groups,
 * which its annotations have. Watched; a copy is kept. */
#pragma once
#include "kube/client.h"

struct namespaces;
/* Called when something cannot be had, now; it is tried again. */
typedef void (*namespaces_failed)(void *context, const struct error *error);

/* Starts to watch, in a thread of its own. Errors: there is no way to a cluster. */
MUST_CHECK bool namespaces_start(const struct kube_access *access, namespaces_failed failed, void *context,
                                 struct namespaces **ret_namespaces, struct error *error);
/* The Namespace (its name and those annotations) in `arena`; NULL when there is none. One that is not known is waited for,
 * a second at most: the pod may have come before the news of its namespace. From any thread. */
const struct tree *namespaces_find(struct namespaces *namespaces, struct arena *arena, struct slice name);
void namespaces_stop(struct namespaces *namespaces); /* NULL is fine */
