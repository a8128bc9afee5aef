/* bundle.h - keeps the caBundle of our webhooks right in a MutatingWebhookConfiguration, and touches nothing else.
 * Kubernetes, "Dynamic Admission Control": clientConfig.caBundle, PEM in base64. */
#pragma once
#include "kube/client.h"

/* Which webhooks of a configuration are ours: those of Istio's names (inject/webhooks.h), and the one of `webhook_name`
 * where that is set; but one that is sent to another Service than `service` in `namespace` has another CA and is not.
 * An empty `service`: wherever it is sent. One with a URL has no Service and counts. */
struct bundle_target {
    struct slice webhook_name, service, namespace;
};

/* What a configuration needs. */
struct bundle_change {
    size_t ours, wrong;       /* webhooks that are ours; those whose caBundle is another */
    const struct tree *patch; /* RFC 6902; NULL when nothing is wrong */
};
/* The patch first tests the resourceVersion that was read, and each webhook's name at its place, so that it cannot hit
 * another one; the API server refuses it as a whole (422) when something moved. */
struct bundle_change bundle_compare(struct arena *arena, const struct tree *configuration,
                                    const struct bundle_target *target, struct slice bundle);

/* Reads the configuration and patches it where it is wrong; again where somebody else was quicker. *ret_status 404 and
 * true: there is none (yet). *ret_change: what the last look saw, `wrong` being what was put right. */
MUST_CHECK bool bundle_keep(struct kube_client *client, struct arena *arena, struct slice configuration,
                            const struct bundle_target *target, struct slice bundle,
                            struct bundle_change *ret_change, bool *ret_is_there, struct error *error);
