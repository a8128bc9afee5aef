/* quantity.h - Kubernetes' quantities: 100m, 1.5, 64Mi, 2e3. */
#pragma once
#include "base/error.h"

/* A value in billionths, rounded away from zero, as the API server does with anything finer. Values too large for it
 * (from 1.7e29 on) count as the largest there is. */
struct kube_quantity {
    __int128 nanos;
};

/* The grammar of Go's resource.ParseQuantity, which also takes "+", "." and "k" for zero. */
MUST_CHECK bool kube_quantity_parse(struct slice text, struct kube_quantity *ret, struct error *error);
/* <0, 0, >0; 1024Mi equals 1Gi. */
int kube_quantity_compare(struct kube_quantity a, struct kube_quantity b);
