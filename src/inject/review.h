/* review.h - an AdmissionReview in, its answer out (Kubernetes, "Dynamic Admission Control"). What `pillion review` and
 * the webhook share. */
#pragma once
#include "inject/inject.h"

struct review_options {
    const struct inject_config *config;
    const struct inject_settings *settings;
    struct slice path;                   /* of the request: /inject/cluster/c1/net/n2 */
    const struct tree *namespace_object; /* the Namespace of the request's pod, or NULL */
    /* Where there is none, and it matters (OpenShift): gives it, in `arena`, or NULL. May be NULL. */
    const struct tree *(*namespace_find)(void *context, struct arena *arena, struct slice name);
    void *namespace_context;
    struct rendering_cache *renderings;  /* for this configuration, and settings with one environment; or NULL */
};

/* What became of a review, for logs and metrics. Texts live in the arena. */
struct review_outcome {
    struct slice uid, namespace, name;
    enum { REVIEW_INJECTED, REVIEW_SKIPPED, REVIEW_REFUSED } what;
    struct slice reason;
    size_t patch_bytes;
};

/* Answers the review in `source` (JSON). The answer is appended to `out` in the version asked. A pod that cannot be
 * injected is refused in the answer, with the reason. False only when the text is no AdmissionReview with a request:
 * then there is nobody to answer. `ret_outcome` may be NULL. */
MUST_CHECK bool review_answer(struct arena *arena, const struct review_options *options, const struct source *source,
                              struct buffer *out, struct review_outcome *ret_outcome, struct error *error);
