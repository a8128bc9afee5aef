/* nodes.h - what a cluster's nodes can do. */
#pragma once
#include "kube/client.h"

/* Whether every node's kubelet keeps init containers running that restart always: 1.33 or later, as Istio's
 * ENABLE_NATIVE_SIDECARS=auto has it (pkg/kube/inject/webhook.go, DetectNativeSidecar; a cluster without nodes counts as
 * one that does). */
bool nodes_are_native(const struct tree *list);
/* Asks for the list, and judges it. */
MUST_CHECK bool nodes_ask_native(struct kube_client *client, bool *ret_native, struct error *error);
