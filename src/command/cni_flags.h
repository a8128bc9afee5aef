/* cni_flags.h - flags that `pillion cni install` and `pillion cni repair` share: Istio's install-cni's, each with the
 * variable that stands for it (cni/pkg/cmd/root.go). */
#pragma once
#include "cni/repair.h"
#include "command/lines.h"
#include "command/option.h"

struct cni_flags {
    bool repair_pods, delete_pods, label_pods, native_nftables, log_as_json;
    struct slice label_key, label_value, node_name, sidecar_annotation, init_container, message, exit_code;
    struct slice label_selectors, field_selectors, proc_folder, log_level;
    struct slice ignored; /* of flags that are taken and mean nothing here */
};
#define CNI_FIELD(field) offsetof(struct cni_flags, field)
/* Rows for a table whose struct begins with a `struct cni_flags`. */
#define CNI_OPTIONS \
    {"repair-repair-pods", 0, OPTION_SWITCH, CNI_FIELD(repair_pods), NULL, \
     "set up the rules in the broken pod's network after all", "REPAIR_REPAIR_PODS"}, \
    {"repair-delete-pods", 0, OPTION_SWITCH, CNI_FIELD(delete_pods), NULL, "or delete the pod", "REPAIR_DELETE_PODS"}, \
    {"repair-label-pods", 0, OPTION_SWITCH, CNI_FIELD(label_pods), NULL, "or put a label on it", "REPAIR_LABEL_PODS"}, \
    {"repair-broken-pod-label-key", 0, OPTION_TEXT, CNI_FIELD(label_key), "KEY", \
     "of that label (default cni.istio.io/uninitialized)", "REPAIR_BROKEN_POD_LABEL_KEY"}, \
    {"repair-broken-pod-label-value", 0, OPTION_TEXT, CNI_FIELD(label_value), "VALUE", "of that label (default true)", \
     "REPAIR_BROKEN_POD_LABEL_VALUE"}, \
    {"repair-node-name", 0, OPTION_TEXT, CNI_FIELD(node_name), "NAME", "look at this node's pods (default: all nodes)", \
     "REPAIR_NODE_NAME"}, \
    {"repair-sidecar-annotation", 0, OPTION_TEXT, CNI_FIELD(sidecar_annotation), "KEY", \
     "only pods with it (default sidecar.istio.io/status)", "REPAIR_SIDECAR_ANNOTATION"}, \
    {"repair-init-container-name", 0, OPTION_TEXT, CNI_FIELD(init_container), "NAME", \
     "what fails in them (default istio-validation)", "REPAIR_INIT_CONTAINER_NAME"}, \
    {"repair-init-container-termination-message", 0, OPTION_TEXT, CNI_FIELD(message), "TEXT", \
     "with this message only", "REPAIR_INIT_CONTAINER_TERMINATION_MESSAGE"}, \
    {"repair-init-container-exit-code", 0, OPTION_TEXT, CNI_FIELD(exit_code), "CODE", \
     "with this exit code only; 0: any (default 126)", "REPAIR_INIT_CONTAINER_EXIT_CODE"}, \
    {"repair-label-selectors", 0, OPTION_TEXT, CNI_FIELD(label_selectors), "SELECTOR", "only pods that match", \
     "REPAIR_LABEL_SELECTORS"}, \
    {"repair-field-selectors", 0, OPTION_TEXT, CNI_FIELD(field_selectors), "SELECTOR", "only pods that match", \
     "REPAIR_FIELD_SELECTORS"}, \
    {"proc-dir", 0, OPTION_TEXT, CNI_FIELD(proc_folder), "FOLDER", "the node's /proc (default /host/proc)", NULL}, \
    {"native-nftables", 0, OPTION_SWITCH, CNI_FIELD(native_nftables), NULL, "rules by nftables, not iptables", \
     "NATIVE_NFTABLES"}, \
    {"log_output_level", 0, OPTION_TEXT, CNI_FIELD(log_level), "SCOPE:LEVEL,...", \
     "cni-plugin's level goes into the configuration (default info)", NULL}, \
    {"log_as_json", 0, OPTION_SWITCH, CNI_FIELD(log_as_json), NULL, "log lines as JSON", NULL}, \
    {"log_target", 0, OPTION_TEXT, CNI_FIELD(ignored), "FILE", NULL, NULL}, \
    {"log_rotate", 0, OPTION_TEXT, CNI_FIELD(ignored), "FILE", NULL, NULL}, \
    {"log_rotate_max_age", 0, OPTION_TEXT, CNI_FIELD(ignored), "N", NULL, NULL}, \
    {"log_rotate_max_backups", 0, OPTION_TEXT, CNI_FIELD(ignored), "N", NULL, NULL}, \
    {"log_rotate_max_size", 0, OPTION_TEXT, CNI_FIELD(ignored), "N", NULL, NULL}, \
    {"log_caller", 0, OPTION_TEXT, CNI_FIELD(ignored), "SCOPE", NULL, NULL}, \
    {"log_stacktrace_level", 0, OPTION_TEXT, CNI_FIELD(ignored), "LEVEL", NULL, NULL}, \
    {"ctrlz_port", 0, OPTION_TEXT, CNI_FIELD(ignored), "PORT", NULL, NULL}, \
    {"ctrlz_address", 0, OPTION_TEXT, CNI_FIELD(ignored), "ADDRESS", NULL, NULL}

/* The defaults, before the command line is read. A variable that is set to nothing is "any", where that means something
 * (Istio's options take empty variables). */
void cni_flags_default(struct cni_flags *flags);
MUST_CHECK bool cni_flags_repair(const struct cni_flags *flags, const struct log *log, struct repair_settings *ret,
                                 struct error *error);
/* The plugin's level of "all:info,cni-plugin:debug". */
MUST_CHECK bool cni_flags_plugin_level(const struct cni_flags *flags, struct slice *ret, struct error *error);
