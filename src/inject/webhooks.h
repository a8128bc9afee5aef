/* webhooks.h - the webhooks by which an installation is asked to inject: their names and selectors as data, for whoever
 * prints them (`pillion webhook manifest`) and for whoever reasons about them (`pillion explain`). */
#pragma once
#include "tree/tree.h"

struct inject_webhooks {
    struct slice revision; /* the control plane's; "" or "default": the one that istio-injection=enabled means */
    struct slice tag;      /* a revision tag's own webhooks, beside its revision's; "": the revision's. The tag
                              "default" takes over istio-injection=enabled */
    bool every_namespace;  /* Istio's enableNamespacesByDefault: also what has no label at all (default only) */
    bool is_1_0;           /* the single webhook of 1.0; the other members then mean nothing */
};

/* A list of {name, namespaceSelector, objectSelector}, in Istio's order: rev.namespace. and rev.object. (the label
 * istio.io/rev on the namespace, or on the pod), and for the default revision or tag namespace. and object. (the labels
 * istio-injection on the namespace, sidecar.istio.io/inject on the pod), then auto. where asked for, each followed by
 * "sidecar-injector.istio.io". 1.0: that name alone, and no objectSelector. The rest of a webhook (clientConfig, rules,
 * policies) is the caller's. Sources: Istio, manifests/charts/istio-control/istio-discovery/templates/
 * mutatingwebhook.yaml and revision-tags-mwc.yaml; 1.0.2, install/kubernetes/helm/istio/charts/
 * sidecarInjectorWebhook/templates/mutatingwebhook.yaml. */
const struct tree *inject_webhooks_standard(struct arena *arena, const struct inject_webhooks *which);

/* Whether a webhook of that name is an injector's: "sidecar-injector.istio.io", with or without something and a dot in
 * front of it. */
bool inject_webhooks_is_name(struct slice name);
/* What istio.io/rev must be for these webhooks: the tag, the revision, or "default". */
struct slice inject_webhooks_label(const struct inject_webhooks *which);

#define WEBHOOK_NAME SLICE("sidecar-injector.istio.io")
#define LABEL_REVISION SLICE("istio.io/rev")
#define LABEL_TAG SLICE("istio.io/tag")
#define LABEL_INJECTION SLICE("istio-injection")
/* Kubernetes puts this label on every namespace by itself, since 1.21. */
#define LABEL_NAMESPACE_NAME SLICE("kubernetes.io/metadata.name")
