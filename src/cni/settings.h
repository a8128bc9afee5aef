/* settings.h - a pod's annotations, its proxy's variables and the node's own to settings of src/capture: Istio's
 * cni/pkg/plugin/sidecar_redirect.go, NewRedirect. */
#pragma once
#include "capture/settings.h"
#include "cni/pod.h"

/* `facts` are those of the pod's namespace. Of the process's environment only the variables that Istio's plugin reads
 * there count: ISTIO_OUTBOUND_OWNER_GROUPS, ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE, ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR.
 * `warnings` gets a line for each value that is ignored. Settings live in the arena. ERROR_VALUE names the annotation,
 * its value and what was expected. */
MUST_CHECK bool cni_settings_read(struct arena *arena, const struct pod_facts *pod, const struct capture_facts *facts,
                                  bool is_native_nftables, struct buffer *warnings, struct capture_settings *ret,
                                  struct error *error);
