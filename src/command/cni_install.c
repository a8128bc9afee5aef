#include "base/number.h"
#include "cni/install.h"
#include "command/cni_flags.h"
#include "command/command.h"
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

enum { PORT_HEALTH = 8000, PORT_MONITOR = 15014 };
#define SERVICE_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount"

struct install_flags {
    struct cni_flags common;
    struct slice net_folder, configuration_name, run_folder, source_folder, target_folder, authority_file;
    struct slice exclude_namespaces, pod_namespace, kubeconfig_mode, account_folder, daemon_set, node_name;
    struct slice protocol, host, port;
    bool is_chained, is_group_readable, skip_verify, repairs, is_ambient, is_owned, disable_safe_upgrade;
    int64_t health_port, monitor_port;
};
#define FIELD(field) offsetof(struct install_flags, field)

const struct option cni_install_options[] = {
    {"mounted-cni-net-dir", 0, OPTION_TEXT, FIELD(net_folder), "FOLDER",
     "the node's network configuration (default /host/etc/cni/net.d)", "MOUNTED_CNI_NET_DIR"},
    {"cni-conf-name", 0, OPTION_TEXT, FIELD(configuration_name), "NAME",
     "the file in it (default: the first that is valid)", "CNI_CONF_NAME"},
    {"chained-cni-plugin", 0, OPTION_SWITCH, FIELD(is_chained), NULL,
     "into that file (default); false: into a file by itself, for Multus", "CHAINED_CNI_PLUGIN"},
    {"chained", 0, OPTION_SWITCH, FIELD(is_chained), NULL, NULL, NULL},
    {"cni-conf-group-read", 0, OPTION_SWITCH, FIELD(is_group_readable), NULL,
     "a file by itself with mode 0640 instead of 0600", "CNI_CONF_GROUP_READ"},
    {"cni-agent-run-dir", 0, OPTION_TEXT, FIELD(run_folder), "FOLDER",
     "where the kubeconfig and the log's socket are (default /var/run/istio-cni)", "CNI_AGENT_RUN_DIR"},
    {"cni-bin-source-dir", 0, OPTION_TEXT, FIELD(source_folder), "FOLDER",
     "where istio-cni is (default /opt/cni/bin; without it there: this program)", NULL},
    {"cni-bin-target-dir", 0, OPTION_TEXT, FIELD(target_folder), "FOLDER",
     "the node's plugins (default /host/opt/cni/bin)", NULL},
    {"kubeconfig-mode", 0, OPTION_TEXT, FIELD(kubeconfig_mode), "MODE", "of the kubeconfig (default 0600)",
     "KUBECONFIG_MODE"},
    {"kube-ca-file", 0, OPTION_TEXT, FIELD(authority_file), "FILE",
     "the API server's CA (default: the service account's)", "KUBE_CA_FILE"},
    {"skip-tls-verify", 0, OPTION_SWITCH, FIELD(skip_verify), NULL, "do not verify the API server's certificate",
     "SKIP_TLS_VERIFY"},
    {"service-account-dir", 0, OPTION_TEXT, FIELD(account_folder), "FOLDER", "(default " SERVICE_ACCOUNT ")", NULL},
    {"exclude-namespaces", 0, OPTION_TEXT, FIELD(exclude_namespaces), "NAME,...", "whose pods are left alone",
     "EXCLUDE_NAMESPACES"},
    {"pod-namespace", 0, OPTION_TEXT, FIELD(pod_namespace), "NAME", "the installer's own", "POD_NAMESPACE"},
    {"daemon-set-name", 0, OPTION_TEXT, FIELD(daemon_set), "NAME", "the installer's own (default istio-cni-node)",
     "DAEMON_SET_NAME"},
    {"node-name", 0, OPTION_TEXT, FIELD(node_name), "NAME", "the installer's own (default: the host's name)",
     "KUBERNETES_NODE_NAME"},
    {"disable-safe-upgrade", 0, OPTION_SWITCH, FIELD(disable_safe_upgrade), NULL,
     "take the plugin out at SIGTERM, even when another installer follows", "AMBIENT_DISABLE_SAFE_UPGRADE"},
    {"health-port", 0, OPTION_NUMBER, FIELD(health_port), "PORT", "HTTP for /healthz and /readyz (default 8000)", NULL},
    {"monitoring-port", 0, OPTION_NUMBER, FIELD(monitor_port), "PORT", "HTTP for /metrics (default 15014)",
     "MONITORING_PORT"},
    {"repair-enabled", 0, OPTION_SWITCH, FIELD(repairs), NULL, "look for pods that started too early (default)",
     "REPAIR_ENABLED"},
    CNI_OPTIONS,
    /* What Istio's takes and has no use for here. */
    {"kubernetes-service-protocol", 0, OPTION_TEXT, FIELD(protocol), "SCHEME", NULL, "KUBERNETES_SERVICE_PROTOCOL"},
    {"kubernetes-service-host", 0, OPTION_TEXT, FIELD(host), "HOST", NULL, "KUBERNETES_SERVICE_HOST"},
    {"kubernetes-service-port", 0, OPTION_TEXT, FIELD(port), "PORT", NULL, "KUBERNETES_SERVICE_PORT"},
    {"ambient-enabled", 0, OPTION_SWITCH, FIELD(is_ambient), NULL, NULL, "AMBIENT_ENABLED"},
    {"istio-owned-cni-config", 0, OPTION_SWITCH, FIELD(is_owned), NULL, NULL, "ISTIO_OWNED_CNI_CONFIG"},
    {"istio-owned-cni-config-filename", 0, OPTION_TEXT, CNI_FIELD(ignored), "NAME", NULL, NULL},
    {"enable-ambient-detection-retry", 0, OPTION_TEXT, CNI_FIELD(ignored), "BOOL", NULL, NULL},
    {"cni-network-config", 0, OPTION_TEXT, CNI_FIELD(ignored), "TEXT", NULL, NULL},
    {"cni-network-config-file", 0, OPTION_TEXT, CNI_FIELD(ignored), "FILE", NULL, NULL},
    {"log-level", 0, OPTION_TEXT, CNI_FIELD(ignored), "LEVEL", NULL, NULL},
    {"ztunnel-uds-address", 0, OPTION_TEXT, CNI_FIELD(ignored), "FILE", NULL, NULL},
    {0},
};

/* ---- flags ---- */

static const char *environment_get(const char *name)
{
    return getenv(name);
}

/* As Go reads a number: 0640 and 0o640 are octal, 416 is decimal. */
static bool mode_read(struct slice text, mode_t *ret, struct error *error)
{
    uint64_t mode = 0;
    bool is_octal = text.length > 1 && text.bytes[0] == '0';
    struct slice digits = slice_starts(text, SLICE("0o")) ? slice_from_offset(text, 2) : text;
    if (number_parse_base(digits, is_octal ? 8 : 10, &mode) && mode <= 0777) {
        *ret = (mode_t)mode;
        return true;
    }
    return error_set(error, ERROR_USAGE, (struct position){0}, "--kubeconfig-mode: \"%.*s\" is no mode: want 0600, say",
                     SLICE_ARGS(text));
}

static bool port_check(const char *flag, int64_t value, struct error *error)
{
    return (value >= 0 && value <= 65535) ||
           error_set(error, ERROR_USAGE, (struct position){0}, "--%s: %lld is no port", flag, (long long)value);
}

static bool flags_check(const struct install_flags *flags, struct error *error)
{
    static const struct position nowhere;
    if (flags->is_ambient)
        return error_set(error, ERROR_USAGE, nowhere, "--ambient-enabled: this is for sidecars only");
    if (!flags->host.length)
        return error_set(error, ERROR_MISSING, nowhere,
                         "KUBERNETES_SERVICE_HOST is not set: this is meant to run in a pod");
    if (!flags->port.length)
        return error_set(error, ERROR_MISSING, nowhere,
                         "KUBERNETES_SERVICE_PORT is not set: this is meant to run in a pod");
    if (slice_find_byte(flags->configuration_name, '/') != SLICE_NONE)
        return error_set(error, ERROR_USAGE, nowhere, "--cni-conf-name: \"%.*s\" is no name of a file",
                         SLICE_ARGS(flags->configuration_name));
    return port_check("health-port", flags->health_port, error) &&
           port_check("monitoring-port", flags->monitor_port, error);
}

static struct slice file_in(struct arena *arena, struct slice folder, const char *name)
{
    return arena_format(arena, "%.*s/%s", SLICE_ARGS(folder), name);
}

/* The plugin is this program by another name; an image may hold another one for its nodes. */
static struct slice binary_find(struct arena *arena, struct slice folder)
{
    struct slice path = file_in(arena, folder, CONFLIST_PLUGIN);
    return access(path.bytes, F_OK) == 0 ? path : SLICE("/proc/self/exe");
}

static struct slice node_name(struct arena *arena, const struct install_flags *flags)
{
    char name[HOST_NAME_MAX + 1];
    if (flags->node_name.length)
        return flags->node_name;
    if (flags->common.node_name.length)
        return flags->common.node_name;
    return gethostname(name, sizeof name) ? SLICE("") : arena_copy(arena, slice_from(name));
}

static bool settings_make(struct arena *arena, const struct install_flags *flags, const struct log *log,
                          struct install_settings *ret, struct error *error)
{
    *ret = (struct install_settings){
        .setup = {
            .net_folder = flags->net_folder,
            .configuration_name = flags->configuration_name,
            .is_chained = flags->is_chained,
            .own_mode = flags->is_group_readable ? 0640 : 0600,
            .entry = {.agent_run_folder = flags->run_folder,
                      .exclude_namespaces = flags->exclude_namespaces,
                      .pod_namespace = flags->pod_namespace,
                      .native_nftables = flags->common.native_nftables},
            .binary_source = binary_find(arena, flags->source_folder),
            .binary_target = file_in(arena, flags->target_folder, CONFLIST_PLUGIN),
            .kubeconfig = file_in(arena, flags->run_folder, "istio-cni-kubeconfig"),
            .server = {.protocol = flags->protocol, .host = flags->host, .port = flags->port,
                       .skip_verify = flags->skip_verify},
            .token_file = file_in(arena, flags->account_folder, "token"),
            .authority_file = flags->authority_file.length ? flags->authority_file
                                                           : file_in(arena, flags->account_folder, "ca.crt"),
            .log = log,
        },
        .health_port = (uint16_t)flags->health_port,
        .monitor_port = (uint16_t)flags->monitor_port,
        .log_socket = file_in(arena, flags->run_folder, "log.sock"),
        .keeps_on_upgrade = !flags->disable_safe_upgrade,
        .upgrade = {.access = {.environment = environment_get, .service_account_folder = flags->account_folder},
                    .namespace = flags->pod_namespace,
                    .daemon_set = flags->daemon_set,
                    .node = node_name(arena, flags)},
        .repairs = flags->repairs,
        .log = log,
        .line_print = lines_write,
        .line_context = log->context,
    };
    if (!cni_flags_plugin_level(&flags->common, &ret->setup.entry.log_level, error) ||
        !mode_read(flags->kubeconfig_mode, &ret->setup.kubeconfig_mode, error) ||
        !cni_flags_repair(&flags->common, log, &ret->repair, error))
        return false;
    ret->repair.access.service_account_folder = flags->account_folder;
    return true;
}

/* Few threads that do little: separate heaps would only cost memory. */
static void heap_tune(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TRIM_THRESHOLD, 256 * 1024);
    mallopt(M_MMAP_THRESHOLD, 256 * 1024);
}

/* One exit code for all that goes wrong, as Istio's install-cni has it. */
static int install_fail(const struct command *command, const struct error *error)
{
    command_fail(command, error);
    return EXIT_FAILED;
}

int command_cni_install(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct command here = *command;
    struct install_flags flags = {
        .net_folder = SLICE("/host/etc/cni/net.d"), .is_chained = true,
        .run_folder = SLICE("/var/run/istio-cni"), .source_folder = SLICE("/opt/cni/bin"),
        .target_folder = SLICE("/host/opt/cni/bin"), .account_folder = SLICE(SERVICE_ACCOUNT),
        .kubeconfig_mode = SLICE("0600"), .daemon_set = SLICE("istio-cni-node"), .protocol = SLICE("https"),
        .repairs = true, .health_port = PORT_HEALTH, .monitor_port = PORT_MONITOR,
    };
    struct install_settings settings;
    struct option_rest rest;
    struct error error = {0};
    int code;
    here.name = "cni install";
    here.usage = "[flags]";
    here.summary = "keep the CNI plugin on this node";
    here.details = "Runs on every node (`pillion cni manifest`). Puts the plugin, its kubeconfig and its entry in the network\n"
                   "configuration in place, keeps them there, and takes them out at SIGTERM. Takes Istio's install-cni's flags\n"
                   "and variables.\n";
    here.options = cni_install_options;
    cni_flags_default(&flags.common);
    if (!command_parse(&here, &arena, argc, argv, &flags, &rest, &code))
        return code ? EXIT_FAILED : EXIT_DONE;
    if (rest.count) {
        error_set(&error, ERROR_USAGE, (struct position){0}, "\"%s\" stands alone", rest.items[0]);
        return install_fail(&here, &error);
    }
    struct lines lines;
    lines_init(&lines);
    const struct log log = {.json = flags.common.log_as_json, .write = lines_write, .context = &lines};
    if (!flags_check(&flags, &error) || !settings_make(&arena, &flags, &log, &settings, &error))
        return install_fail(&here, &error);
    if (flags.is_owned)
        log_message(&log, LOG_WARNING, "ignored", "istio-owned-cni-config means something with ambient only");
    heap_tune();
    if (install_run(&settings, &error))
        return EXIT_DONE;
    return error.code == ERROR_NONE ? EXIT_FAILED : install_fail(&here, &error);
}
