/* openshift.h - users and groups that OpenShift sets aside for a namespace (Istio, pkg/kube/inject/openshift.go). */
#pragma once
#include "tree/tree.h"

/* The proxy's user and group: the last of the namespace's ranges, 1337 where it has none. `namespace_object` may be
 * NULL. */
void openshift_proxy_ids(const struct tree *namespace_object, int64_t *ret_uid, int64_t *ret_gid);

/* OpenShift gives all containers of a pod the same user, so that the proxy's traffic would look like the application's.
 * The pod without the proxy's user where it is the application's; otherwise the pod itself. */
const struct tree *openshift_release_proxy_user(struct arena *arena, const struct tree *pod);
