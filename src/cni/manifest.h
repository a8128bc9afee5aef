/* manifest.h - what `kubectl apply` needs to put the plugin on every node: the installer's DaemonSet, its rights, its
 * configuration. YAML with comments that say why: it is meant to be read. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"

struct cni_manifest_settings {
    struct slice namespace, image, name; /* name: of all objects; the DaemonSet's is "NAME-node" */
    struct slice net_folder, binary_folder; /* on the nodes */
    struct slice exclude_namespaces, configuration_name, log_level;
    bool is_chained, native_nftables;
    bool repairs, deletes, labels; /* what is done about pods that started too early; the first that is set */
};
/* Errors: ERROR_VALUE, a name that no object can have, a path that is not absolute, or a text with control characters. */
MUST_CHECK bool cni_manifest_print(const struct cni_manifest_settings *settings, struct buffer *out,
                                   struct error *error);
