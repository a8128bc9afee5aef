/* hosts.h - the names of a play, as /etc/hosts of a pod. */
#pragma once
#include "base/buffer.h"
#include "play/plan.h"

/* localhost, the pod's own name, each Service as NAME, NAME.NAMESPACE, NAME.NAMESPACE.svc and with cluster.local behind
 * that (the short name for the pod's own namespace only), headless ones with the address of each pod, and the pods by
 * name. */
void play_hosts_text(const struct play_plan *plan, const struct play_pod *pod, struct buffer *out);
