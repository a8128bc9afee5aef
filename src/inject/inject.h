/* inject.h - the injection itself: a pod and a configuration in, a pod out. No I/O, no globals. */
#pragma once
#include "inject/config.h"
#include "inject/rendering.h"

/* Who made the pod, as far as it shows: what templates see as .TypeMeta and .DeploymentMeta. */
struct inject_owner {
    struct slice api_version, kind, name, namespace;
};
/* Guesses the workload behind a pod from its owner references, as Istio's pkg/kube/util.go, GetDeployMetaFromPod. */
struct inject_owner inject_owner_of_pod(const struct tree *pod);

struct inject_settings {
    struct slice revision;         /* "" is printed as "default" by most templates */
    bool native_sidecars;          /* ENABLE_NATIVE_SIDECARS */
    bool is_openshift;             /* PLATFORM=openshift */
    struct slice compliance_policy; /* COMPLIANCE_POLICY */
    template_environment environment; /* for templates' `env`; NULL: there is none */
    void *environment_context;
    int64_t now_seconds;              /* since 1970, for templates' `now` */
    struct template_limits limits;    /* of one template's execution; zeroes: template.h's own */
};

struct inject_request {
    const struct inject_config *config;
    const struct inject_settings *settings;
    const struct tree *pod;              /* metadata and spec, conforming to Kubernetes' types (kube/conform.h) */
    const struct tree *owner_metadata;   /* 1.0's .DeploymentMeta: the workload's metadata */
    struct inject_owner owner;
    const struct tree *namespace_object; /* the Namespace, or NULL: OpenShift's ranges of users */
    const struct tree *path_environment; /* variables from the webhook's path, or NULL */
    struct rendering_leases *renderings; /* of a cache for this configuration, and for settings with one environment;
                                            NULL: nothing is remembered. To be released with the arena */
    bool is_webhook; /* default templates, aliases and injected annotations count; kube-inject has the template
                        "sidecar" alone */
};

/* Injects, whatever the policy says. `*ret_pod` shares nodes with the request's pod and lives in `arena`. Errors: a bad
 * annotation, a template that fails or whose text is no pod; with names of the annotation, template or field. */
MUST_CHECK bool inject_pod(struct arena *arena, const struct inject_request *request, const struct tree **ret_pod,
                           struct error *error);

/* The variables in a path as /inject/cluster/c1/net/n2, as a map of texts (Istio, pkg/kube/inject/webhook.go,
 * parseInjectEnvs). */
const struct tree *inject_path_environment(struct arena *arena, struct slice path);
