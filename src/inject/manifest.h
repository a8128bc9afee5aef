/* manifest.h - kube-inject: the workload of one document, as `istioctl kube-inject` treats it (Istio,
 * pkg/kube/inject/inject.go, IntoObject). */
#pragma once
#include "inject/inject.h"

/* Why a workload was left as it was, for a person: "Skipping injection because ...". NUL-terminated, alive during the
 * call. */
typedef void (*manifest_warn)(void *context, const char *text);

struct manifest_options {
    const struct inject_config *config;
    const struct inject_settings *settings;
    struct slice namespace; /* of objects that name none; may be empty */
    manifest_warn warn;     /* may be NULL */
    void *context;
};

/* `source` is the document's text and `document` its tree. *ret_document: the document with its workload (or, in a
 * List, all of them) injected; `document` itself when there is nothing to inject: the text can then stay as it is. The
 * result shares nodes with `document`. Errors name the object. */
MUST_CHECK bool manifest_inject(struct arena *arena, const struct manifest_options *options,
                                const struct source *source, const struct tree *document,
                                const struct tree **ret_document, struct error *error);
