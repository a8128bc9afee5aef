/* configuration.h - the flags that name a configuration, and the configuration they name: what inject, review and the
 * webhook have in common. */
#pragma once
#include "command/cluster.h"
#include "command/option.h"
#include "inject/inject.h"

struct configuration_flags {
    struct slice config, values, mesh; /* file names, NUL-terminated; empty: the embedded profile's */
    struct slice revision, image;
    struct slice native_sidecars, platform, compliance;
    bool cni;
};

/* The flags' rows for a command's table, whose struct begins with a `struct configuration_flags`. */
#define CONFIGURATION_FIELD(field) offsetof(struct configuration_flags, field)
#define CONFIGURATION_OPTIONS \
    {"injectConfigFile", 0, OPTION_TEXT, CONFIGURATION_FIELD(config), "FILE", \
     "injection templates: a file, or a whole ConfigMap", NULL}, \
    {"config", 0, OPTION_TEXT, CONFIGURATION_FIELD(config), "FILE", "short for --injectConfigFile", NULL}, \
    {"valuesFile", 0, OPTION_TEXT, CONFIGURATION_FIELD(values), "FILE", "the installation's values, likewise", NULL}, \
    {"values", 0, OPTION_TEXT, CONFIGURATION_FIELD(values), "FILE", "short for --valuesFile", NULL}, \
    {"meshConfigFile", 0, OPTION_TEXT, CONFIGURATION_FIELD(mesh), "FILE", "the mesh configuration, likewise", NULL}, \
    {"mesh", 0, OPTION_TEXT, CONFIGURATION_FIELD(mesh), "FILE", "short for --meshConfigFile", NULL}, \
    {"image", 0, OPTION_TEXT, CONFIGURATION_FIELD(image), "IMAGE", \
     "the embedded profile's image, as registry/pillion:1.0", NULL}, \
    {"cni", 0, OPTION_SWITCH, CONFIGURATION_FIELD(cni), NULL, \
     "the embedded profile for nodes with the CNI plugin: pods need no rights of their own", NULL}, \
    {"revision", 'r', OPTION_TEXT, CONFIGURATION_FIELD(revision), "NAME", "the control plane's revision", NULL}, \
    {"native-sidecars", 0, OPTION_TEXT, CONFIGURATION_FIELD(native_sidecars), "BOOL", \
     "the proxy as an init container that stays (Kubernetes 1.29 and later)", "ENABLE_NATIVE_SIDECARS"}, \
    {"platform", 0, OPTION_TEXT, CONFIGURATION_FIELD(platform), "NAME", \
     "openshift: users and groups from the namespace's ranges", "PLATFORM"}, \
    {"compliance-policy", 0, OPTION_TEXT, CONFIGURATION_FIELD(compliance), "NAME", "such as fips-140-3", \
     "COMPLIANCE_POLICY"}

/* What the flags say beside the three texts. */
MUST_CHECK bool configuration_settings(const struct configuration_flags *flags, struct inject_settings *ret_settings,
                                       struct error *error);
/* Reads and parses what the flags name; everything lives in `arena`. `lazy`: templates are parsed when they are used.
 */
MUST_CHECK bool configuration_load(struct arena *arena, const struct configuration_flags *flags, bool lazy,
                                   struct inject_config *ret_config, struct inject_settings *ret_settings,
                                   struct error *error);

/* The same, where what no file is given for comes from the cluster's ConfigMaps, and --native-sidecars=auto asks its
 * nodes. The cluster is not asked when the files say it all. */
MUST_CHECK bool configuration_load_cluster(struct arena *arena, const struct configuration_flags *flags,
                                           const struct cluster_flags *cluster, bool lazy,
                                           struct inject_config *ret_config, struct inject_settings *ret_settings,
                                           struct error *error);
