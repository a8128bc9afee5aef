/* pod_netns.h - which network namespace of the node is a pod's: by its processes' control groups, which name the pod's
 * uid, and by its addresses. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "tree/tree.h"

/* `proc_folder` is the node's /proc as it is mounted here. Gives a descriptor of the namespace and, in the arena, a path
 * that stands for it while the process that it goes by lives. The thread visits other network namespaces meanwhile.
 * Errors: ERROR_VALUE, the pod has no address or is in the host's network; ERROR_MISSING: there is none. */
MUST_CHECK bool pod_netns_find(struct arena *arena, struct slice proc_folder, const struct tree *pod, int *ret_fd,
                               struct slice *ret_path, struct error *error);

/* Whether a /proc/PID/cgroup is one of the pod's ("...kubepods-burstable-pod1c6d_....slice/...", ".../pod1c6d-.../..."). */
bool pod_netns_group_matches(struct arena *arena, struct slice cgroup, struct slice uid);
/* When the process of a /proc/PID/stat started (proc(5), field 22); UINT64_MAX: the text is no such thing. */
uint64_t pod_netns_start_time(struct slice stat);
