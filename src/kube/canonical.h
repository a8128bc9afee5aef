/* canonical.h - trees in the form in which Kubernetes' own encoders print them. */
#pragma once
#include "tree/tree.h"
#include "tree/type.h"

enum {
    KUBE_COMPLETE = 1,   /* required texts, numbers and booleans are there, with their zero value */
    KUBE_UTC = 2,        /* points in time in UTC, to the second */
    KUBE_QUANTITIES = 4, /* quantities in their shortest form: 2000m is 2, 1024Mi is 1Gi */
    KUBE_MERGE_KEYS = 8, /* the keys by which lists merge are there, with their zero value, where they are required */
};

/* `tree` conforms to `type` (kube/conform.h). Shares all nodes that stay as they are. */
const struct tree *kube_canonical(struct arena *arena, const struct tree *tree, const struct type *type, unsigned what);

/* A quantity as Go's resource.Quantity prints it; the text itself when it is none, or is that already. */
struct slice kube_quantity_canonical(struct arena *arena, struct slice text);
/* 2024-01-02T03:04:05+02:00 as 2024-01-02T01:04:05Z; the text itself when it is no time, or is that already. */
struct slice kube_time_canonical(struct arena *arena, struct slice text);
