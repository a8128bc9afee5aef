/* kubeconfig_text.h - the kubeconfig that the plugin reads on the node: the installer's own service account, seen from
 * outside of its pod. Names and layout are Istio's (cni/pkg/install/kubeconfig.go). */
#pragma once
#include "base/buffer.h"
#include "tree/tree.h"

struct kubeconfig_values {
    struct slice protocol, host, port; /* of the API server; an IPv6 host gets its brackets */
    struct slice authority;            /* the CA's certificate, PEM; not used with skip_verify */
    struct slice token;
    bool skip_verify;
};
void kubeconfig_text(struct arena *arena, const struct kubeconfig_values *values, struct buffer *out);
