/* request.h - what the container runtime asks: CNI_* variables and the network configuration on standard input (CNI
 * specification 1.1.0, sections 2 and 4). */
#pragma once
#include "base/arena.h"
#include "cni/arguments.h"
#include "cni/failure.h"
#include "cni/version.h"
#include "tree/tree.h"

enum cni_command { CNI_ADD, CNI_DEL, CNI_CHECK, CNI_STATUS, CNI_GC, CNI_VERSION };

/* Texts are borrowed from the environment and the input, or live in the arena; those of the environment end in a NUL.
 */
struct cni_request {
    enum cni_command command;
    struct slice container, namespace, interface, argument_text; /* CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME, CNI_ARGS */
    bool may_be_own_namespace;                                   /* CNI_NETNS_OVERRIDE */
    struct cni_arguments arguments;                              /* read from argument_text by cni_request_arguments */

    struct source source;             /* the configuration's text */
    const struct tree *configuration; /* a map, or null */
    enum cni_version version;
    struct slice version_text; /* as it stands there; empty: it does not */
    struct slice name;
    const struct tree *previous;             /* prevResult; NULL: none */
    struct slice kubeconfig;                 /* the file's path */
    struct slice run_folder;                 /* cni_agent_run_dir; empty: not said */
    struct slice log_level, agent_namespace; /* plugin_log_level, pod_namespace */
    const struct tree *excluded_namespaces;  /* a list of texts, or NULL */
    bool is_native_nftables;
};

/* Reads the variables and checks that those are there, and well formed, that the command needs. `environment` is as
 * getenv. *ret_is_call: false where CNI_COMMAND is not set, so that this is no call by a runtime. */
MUST_CHECK bool cni_request_environment(const char *(*environment)(const char *name), struct cni_request *ret,
                                        bool *ret_is_call, struct cni_failure *failure);
/* Reads the configuration, all but what only some commands need; for every command but VERSION. Keys are told apart
 * without regard to case, as Go's encoding/json does; what is not known is ignored. */
MUST_CHECK bool cni_request_configuration(struct arena *arena, struct slice text, struct cni_request *request,
                                          struct cni_failure *failure);
/* Reads the plugin's own keys and prevResult's place: for ADD, CHECK and STATUS. DEL shall not fail for them. */
MUST_CHECK bool cni_request_settings(struct arena *arena, struct cni_request *request, struct cni_failure *failure);
MUST_CHECK bool cni_request_arguments(struct cni_request *request, struct cni_failure *failure);

/* "ADD". */
const char *cni_command_name(enum cni_command command);
