#include "cni/manifest.h"
#include "base/fd.h"
#include "command/command.h"
#include "command/version.h"
#include <unistd.h>

enum { MANIFEST_MAX = 1024 * 1024 };

const struct option cni_manifest_options[] = {
    {"namespace", 'n', OPTION_TEXT, offsetof(struct cni_manifest_settings, namespace), "NAME",
     "where the installer runs (default istio-system)", NULL},
    {"name", 0, OPTION_TEXT, offsetof(struct cni_manifest_settings, name), "NAME",
     "of the objects (default istio-cni; the plugin lets pods of istio-cni-node through)", NULL},
    {"image", 0, OPTION_TEXT, offsetof(struct cni_manifest_settings, image), "IMAGE",
     "as registry/pillion:1.0 (default: the embedded profile's)", NULL},
    {"cniConfDir", 0, OPTION_TEXT, offsetof(struct cni_manifest_settings, net_folder), "FOLDER",
     "of the network configuration on the nodes (default /etc/cni/net.d)", NULL},
    {"cniBinDir", 0, OPTION_TEXT, offsetof(struct cni_manifest_settings, binary_folder), "FOLDER",
     "of the plugins on the nodes (default /opt/cni/bin)", NULL},
    {"excludeNamespaces", 0, OPTION_TEXT, offsetof(struct cni_manifest_settings, exclude_namespaces), "NAME,...",
     "whose pods are left alone (default kube-system)", NULL},
    {"cniConfFileName", 0, OPTION_TEXT, offsetof(struct cni_manifest_settings, configuration_name), "NAME",
     "of the configuration (default: the first on each node)", NULL},
    {"chained", 0, OPTION_SWITCH, offsetof(struct cni_manifest_settings, is_chained), NULL,
     "into the provider's configuration (default); false: into a file by itself, for Multus", NULL},
    {"nativeNftables", 0, OPTION_SWITCH, offsetof(struct cni_manifest_settings, native_nftables), NULL,
     "rules by nftables, not iptables", NULL},
    {"logLevel", 0, OPTION_TEXT, offsetof(struct cni_manifest_settings, log_level), "LEVEL",
     "of the plugin (default info)", NULL},
    {"repairPods", 0, OPTION_SWITCH, offsetof(struct cni_manifest_settings, repairs), NULL,
     "set up the rules of pods that started too early (default)", NULL},
    {"deletePods", 0, OPTION_SWITCH, offsetof(struct cni_manifest_settings, deletes), NULL,
     "or delete them, with --repairPods=false", NULL},
    {"labelPods", 0, OPTION_SWITCH, offsetof(struct cni_manifest_settings, labels), NULL,
     "or label them, with --repairPods=false", NULL},
    {0},
};

int command_cni_manifest(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(MANIFEST_MAX);
    struct command here = *command;
    struct cni_manifest_settings settings = {
        .namespace = SLICE("istio-system"), .name = SLICE("istio-cni"), .net_folder = SLICE("/etc/cni/net.d"),
        .binary_folder = SLICE("/opt/cni/bin"), .exclude_namespaces = SLICE("kube-system"), .log_level = SLICE("info"),
        .is_chained = true, .repairs = true,
    };
    struct option_rest rest;
    struct error error = {0};
    int code;
    here.name = "cni manifest";
    here.usage = "[flags]";
    here.summary = "print what puts the CNI plugin on every node";
    here.details = "For `kubectl apply -f -`: DaemonSet, ServiceAccount, its rights, ConfigMap.\n";
    here.options = cni_manifest_options;
    if (!command_parse(&here, &arena, argc, argv, &settings, &rest, &code))
        return code;
    if (rest.count) {
        error_set(&error, ERROR_USAGE, (struct position){0}, "\"%s\" stands alone", rest.items[0]);
        return command_fail(&here, &error);
    }
    if (!settings.image.length)
        settings.image = SLICE("pillion:" PILLION_VERSION);
    if (!cni_manifest_print(&settings, &out, &error) ||
        !fd_write_all(STDOUT_FILENO, SLICE("standard output"), buffer_slice(&out), &error))
        return command_fail(&here, &error);
    return EXIT_DONE;
}
