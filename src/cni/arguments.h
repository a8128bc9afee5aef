/* arguments.h - CNI_ARGS: "KEY=VALUE;KEY=VALUE" (CNI conventions, "Use of CNI_ARGS"). */
#pragma once
#include "base/error.h"

struct cni_arguments {
    struct slice pod, namespace; /* K8S_POD_NAME, K8S_POD_NAMESPACE; empty: not there. They borrow the text's bytes */
};

/* An empty text has no arguments. Errors: a part that is no pair, and a key that is not known where IgnoreUnknown does
 * not say that such ones are fine. */
MUST_CHECK bool cni_arguments_parse(struct slice text, struct cni_arguments *ret, struct error *error);
