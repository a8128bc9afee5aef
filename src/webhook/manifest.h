/* manifest.h - what `kubectl apply -f -` needs to run the webhook in a cluster, as YAML documents. No I/O. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include <stdint.h>

enum { MANIFEST_TAGS_MAX = 15 };

/* Texts may be empty where a default is named. */
struct manifest_settings {
    struct slice revision;        /* "" or "default": the default one, whose names have no suffix */
    const struct slice *tags;     /* each with a MutatingWebhookConfiguration of its own */
    size_t tag_count;
    struct slice istio_namespace; /* of Istio's ConfigMaps; default istio-system */
    struct slice namespace;       /* the webhook's own; default: istio_namespace */
    struct slice image;
    int64_t replicas;             /* at least so many */
    struct slice priority_class;  /* default: system-cluster-critical in kube-system, none elsewhere */
    struct slice ca_bundle;       /* PEM for the caBundle; default: none, the running webhook writes it */
    bool is_1_0;                  /* the single webhook of Istio 1.0 */
    bool is_openshift;
    bool with_namespace;          /* print the namespaces, too */
    struct slice config, values, mesh; /* texts for Istio's ConfigMaps; an empty config: none are printed */
};

/* Appends the documents, in the order in which they are to be applied. Errors: ERROR_USAGE for names that Kubernetes
 * would refuse; an overflow of `out` is ERROR_LIMIT. */
MUST_CHECK bool manifest_write(struct arena *arena, const struct manifest_settings *settings, struct buffer *out,
                               struct error *error);
