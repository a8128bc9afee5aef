/* failure.h - errors as the CNI specification has them: a code for the runtime, a message for people. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"

/* The specification's section 4, "Error": below 100 its own, from 100 on the plugin's. */
enum cni_code {
    CNI_CODE_NONE,
    CNI_CODE_VERSION = 1,     /* incompatible version of the specification */
    CNI_CODE_ENVIRONMENT = 4, /* a variable is missing or cannot be used */
    CNI_CODE_INPUT = 5,       /* the configuration cannot be read */
    CNI_CODE_SYNTAX = 6,      /* ... or is not JSON of the right form */
    CNI_CODE_CONFIGURATION = 7,
    CNI_CODE_NAMESPACE = 8,    /* CNI_NETNS (as the reference library has it) */
    CNI_CODE_AGAIN = 11,       /* it may pass: try again later */
    CNI_CODE_UNAVAILABLE = 50, /* STATUS: no ADD can be served */
    CNI_CODE_KUBECONFIG = 100,
    CNI_CODE_SERVER = 101, /* the API server answers, and not with the pod */
    CNI_CODE_POD = 102,    /* the pod's annotations cannot be used */
    CNI_CODE_RULES = 103,  /* the rules could not be set up */
    CNI_CODE_CHECK = 104,  /* CHECK: they are not as they should be */
};

struct cni_failure {
    enum cni_code code;
    struct error error;
};

/* The object for standard output. `version` is that of the configuration; empty where it is not known. */
void cni_failure_print(const struct cni_failure *failure, struct slice version, struct buffer *out);
