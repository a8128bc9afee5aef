/* overlay.h - runs one template for one pod: what templates of Istio see as their data (Istio, pkg/kube/inject,
 * SidecarTemplateData), and the tree of what they print. */
#pragma once
#include "inject/inject.h"

struct overlay_input {
    const struct inject_request *request;
    const struct tree *pod;   /* as the template is to see it */
    const struct tree *proxy; /* the ProxyConfig of this pod */
    const struct tree *mesh;
    int64_t proxy_uid, proxy_gid;
};

/* Renders and reads back, or remembers what was rendered for a pod that is the same as far as the template looks. The
 * text itself is for places in later errors. All lives as long as `arena`, if the request's leases do. */
MUST_CHECK bool overlay_render(struct arena *arena, const struct overlay_input *input,
                               const struct inject_template *template, struct rendering *ret_rendering,
                               struct error *error);

/* Quotes the lines around the error's place, with their numbers, if it is in this text: nobody has that at hand, so
 * that one line would not help. */
void overlay_quote(struct error *error, const struct source *rendered);
