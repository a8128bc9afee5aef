#include "webhook/webhook.h"
#include "command/cluster.h"
#include "command/command.h"
#include "command/configuration.h"
#include "command/lines.h"
#include "command/profile.h"
#include "kube/nodes.h"
#include "kube/text.h"
#include "webhook/health_file.h"
#include "webhook/processors.h"
#include <malloc.h>
#include <stdlib.h>

enum {
    PORT_TODAY = 15017,
    PORT_1_0 = 443,
    PORT_MONITOR = 15014,
    /* The API server's own limit of a request, and room for what a review puts around the object. */
    BODY_MAX = 3 * 1024 * 1024 + 128 * 1024,
    BODY_MAX_HIGHEST = 64 * 1024 * 1024,
    CONNECTION_MAX = 1024,
    THREADS_MAX = 256,
};

struct webhook_flags {
    struct configuration_flags configuration;
    struct slice address, log, compat;
    int64_t port, monitor_port, threads, body_max, connection_max;
    struct cluster_flags cluster;
    bool self_signed;
    struct slice certificate_file, key_file, ca_file, namespace, service, secret;
    struct slice webhook_configuration, webhook_name;
    struct slice drain, health_file, health_interval, certificate_life, ca_life, certificate_grace;
};
#define FIELD(field) offsetof(struct webhook_flags, field)

const struct option webhook_options[] = {
    {"port", 0, OPTION_NUMBER, FIELD(port), "PORT", "HTTPS for the API server (default 15017; --compat 1.0: 443)",
     NULL},
    {"httpPort", 0, OPTION_NUMBER, FIELD(monitor_port), "PORT",
     "HTTP for /healthz, /ready, /metrics and /debug/inject (default 15014)", NULL},
    {"address", 0, OPTION_TEXT, FIELD(address), "ADDRESS", "listen there only (default: all addresses)", NULL},
    {"threads", 0, OPTION_NUMBER, FIELD(threads), "N", "threads that serve (default: as many as processors)", NULL},
    {"maxBodyBytes", 0, OPTION_NUMBER, FIELD(body_max), "N", "of one request (default 3 MiB and 128 KiB)", NULL},
    {"maxConnections", 0, OPTION_NUMBER, FIELD(connection_max), "N",
     "above it idle ones are closed for new ones (default 1024)", NULL},
    CONFIGURATION_OPTIONS,
    {"injectConfig", 0, OPTION_TEXT, CONFIGURATION_FIELD(config), "FILE", NULL, NULL},
    {"valuesConfig", 0, OPTION_TEXT, CONFIGURATION_FIELD(values), "FILE", NULL, NULL},
    {"meshConfig", 0, OPTION_TEXT, CONFIGURATION_FIELD(mesh), "FILE", NULL, NULL},
    CLUSTER_OPTIONS(FIELD(cluster)),
    {"tlsCertFile", 0, OPTION_TEXT, FIELD(certificate_file), "FILE",
     "serving certificate and its chain (default /etc/istio/certs/cert-chain.pem)", NULL},
    {"tlsKeyFile", 0, OPTION_TEXT, FIELD(key_file), "FILE", "its key (default /etc/istio/certs/key.pem)", NULL},
    {"caCertFile", 0, OPTION_TEXT, FIELD(ca_file), "FILE", "the CA that --webhookConfigName is to name", NULL},
    {"selfSigned", 0, OPTION_SWITCH, FIELD(self_signed), NULL,
     "make CA and certificate, and share them through a Secret", NULL},
    {"namespace", 'n', OPTION_TEXT, FIELD(namespace), "NAME", "the webhook's own (default: that of --istioNamespace)",
     "POD_NAMESPACE"},
    {"service", 0, OPTION_TEXT, FIELD(service), "NAME",
     "the Service that the API server calls (default pillion-webhook[-REVISION])", NULL},
    {"secret", 0, OPTION_TEXT, FIELD(secret), "NAME", "(default pillion-webhook-tls[-REVISION])", NULL},
    {"certificateLifetime", 0, OPTION_TEXT, FIELD(certificate_life), "DURATION",
     "of --selfSigned's serving certificates (default 2160h)", NULL},
    {"caLifetime", 0, OPTION_TEXT, FIELD(ca_life), "DURATION", "of its CA (default 87600h)", NULL},
    {"certificateGrace", 0, OPTION_TEXT, FIELD(certificate_grace), "DURATION",
     "how long a new CA is published before it is used (default 5m)", NULL},
    {"webhookConfigName", 0, OPTION_TEXT, FIELD(webhook_configuration), "NAMES",
     "MutatingWebhookConfigurations whose caBundle is kept right, with commas", NULL},
    {"webhookName", 0, OPTION_TEXT, FIELD(webhook_name), "NAME", "the webhook in it, where it has a name of its own",
     NULL},
    {"drainDuration", 0, OPTION_TEXT, FIELD(drain), "DURATION", "served on after SIGTERM (default 5s)", NULL},
    {"log", 0, OPTION_TEXT, FIELD(log), "FORMAT", "text or json", NULL},
    {"healthCheckFile", 0, OPTION_TEXT, FIELD(health_file), "FILE", "touched as long as all is well", NULL},
    {"healthCheckInterval", 0, OPTION_TEXT, FIELD(health_interval), "DURATION", "how often (default 2s)", NULL},
    {"compat", 0, OPTION_TEXT, FIELD(compat), "VERSION", "1.0: the defaults of Istio 1.0's sidecar-injector", NULL},
    {0},
};

/* ---- flags ---- */

static bool number_check(const char *flag, int64_t value, int64_t least, int64_t most, struct error *error)
{
    if (value >= least && value <= most)
        return true;
    return error_set(error, ERROR_USAGE, (struct position){0}, "--%s: %lld is not from %lld to %lld", flag,
                     (long long)value, (long long)least, (long long)most);
}

static bool duration_read(const char *flag, struct slice text, int64_t otherwise_ms, int64_t *ret_ms,
                          struct error *error)
{
    int64_t nanoseconds;
    *ret_ms = otherwise_ms;
    if (!text.length)
        return true;
    if (!kube_text_parse_duration(text, &nanoseconds) || nanoseconds < 0)
        return error_set(error, ERROR_USAGE, (struct position){0}, "--%s: \"%.*s\" is no duration: want 5s or 1m30s",
                         flag, SLICE_ARGS(text));
    *ret_ms = nanoseconds / 1000000;
    return true;
}

static struct slice text_or(struct slice text, struct slice otherwise)
{
    return text.length ? text : otherwise;
}

static bool flags_check(const struct webhook_flags *flags, bool is_1_0, struct error *error)
{
    static const struct position nowhere;
    if (flags->compat.length && !is_1_0)
        return error_set(error, ERROR_USAGE, nowhere, "--compat: \"%.*s\" is not known: want 1.0",
                         SLICE_ARGS(flags->compat));
    if (flags->log.length && !slice_equal(flags->log, SLICE("text")) && !slice_equal(flags->log, SLICE("json")))
        return error_set(error, ERROR_USAGE, nowhere, "--log: \"%.*s\" is neither text nor json",
                         SLICE_ARGS(flags->log));
    if (flags->self_signed && (flags->certificate_file.length || flags->key_file.length))
        return error_set(error, ERROR_USAGE, nowhere,
                         "--selfSigned makes a certificate, --tlsCertFile and "
                         "--tlsKeyFile name one: want one of the two");
    const struct configuration_flags *configuration = &flags->configuration;
    if (flags->cluster.from_cluster &&
        (configuration->config.length || configuration->values.length || configuration->mesh.length))
        return error_set(error, ERROR_USAGE, nowhere,
                         "--fromCluster reads ConfigMaps, --injectConfigFile and the like "
                         "name files: want one of the two");
    return number_check("port", flags->port, 0, 65535, error) &&
           number_check("httpPort", flags->monitor_port, 0, 65535, error) &&
           number_check("threads", flags->threads, 1, THREADS_MAX, error) &&
           number_check("maxBodyBytes", flags->body_max, 1, BODY_MAX_HIGHEST, error) &&
           number_check("maxConnections", flags->connection_max, 1, 100 * 1000, error);
}

/* Files, or what the embedded profile has in their place. Its values and mesh are for its own templates. */
static void texts_choose(struct arena *arena, const struct configuration_flags *flags,
                         struct webhook_settings *settings)
{
    struct source *defaults = settings->defaults;
    profile_sources(arena, flags->image, flags->cni, &defaults[STORE_CONFIG], &defaults[STORE_VALUES],
                    &defaults[STORE_MESH]);
    settings->files[STORE_CONFIG] = flags->config;
    settings->files[STORE_VALUES] = flags->values;
    settings->files[STORE_MESH] = flags->mesh;
    if (flags->config.length)
        defaults[STORE_VALUES] = defaults[STORE_MESH] = (struct source){0};
}

static bool configurations_read(struct slice names, struct webhook_settings *settings, struct error *error)
{
    struct slice_splitter splitter = {.rest = names};
    for (struct slice name; slice_split(&splitter, ',', &name);) {
        if (!slice_trim(name).length)
            continue;
        if (settings->webhook_configuration_count == WEBHOOK_CONFIGURATIONS_MAX)
            return error_set(error, ERROR_USAGE, (struct position){0}, "--webhookConfigName: more than %d names",
                             WEBHOOK_CONFIGURATIONS_MAX);
        settings->webhook_configurations[settings->webhook_configuration_count++] = slice_trim(name);
    }
    return true;
}

static bool rotation_read(const struct webhook_flags *flags, struct rotation_settings *ret_rotation,
                          struct error *error)
{
    struct rotation_settings rotation = rotation_standard;
    int64_t serving, ca, grace;
    if (!duration_read("certificateLifetime", flags->certificate_life, rotation.life.serving * 1000, &serving, error) ||
        !duration_read("caLifetime", flags->ca_life, rotation.life.ca * 1000, &ca, error) ||
        !duration_read("certificateGrace", flags->certificate_grace, rotation.grace * 1000, &grace, error))
        return false;
    rotation.life.serving = serving / 1000;
    rotation.life.ca = ca / 1000;
    rotation.grace = grace / 1000;
    *ret_rotation = rotation;
    return rotation_check(&rotation, error);
}

static bool settings_make(struct arena *arena, const struct webhook_flags *flags, bool is_1_0,
                          struct webhook_settings *settings, struct error *error)
{
    struct slice revision = flags->configuration.revision;
    *settings = (struct webhook_settings){
        .address = flags->address.length ? flags->address.bytes : NULL,
        .port = (uint16_t)flags->port,
        .monitor_port = (uint16_t)flags->monitor_port,
        .threads = (unsigned)flags->threads,
        .body_max = (uint64_t)flags->body_max,
        .connection_max = (size_t)flags->connection_max,
        .from_cluster = flags->cluster.from_cluster,
        .maps = config_map_names(arena, flags->cluster.istio_namespace, revision, flags->cluster.inject_map,
                                 flags->cluster.mesh_map),
        .self_signed = flags->self_signed,
        .certificate_file = text_or(flags->certificate_file, SLICE("/etc/istio/certs/cert-chain.pem")),
        .key_file = text_or(flags->key_file, SLICE("/etc/istio/certs/key.pem")),
        .ca_file = text_or(flags->ca_file, is_1_0 ? SLICE("/etc/istio/certs/root-cert.pem") : SLICE("")),
        .service = text_or(flags->service, config_map_revised(arena, "pillion-webhook", revision)),
        .secret = text_or(flags->secret, config_map_revised(arena, "pillion-webhook-tls", revision)),
        .any_service = !flags->self_signed,
        .webhook_name = flags->webhook_name,
        .access = cluster_access(&flags->cluster),
        .health_file = flags->health_file,
    };
    settings->namespace = text_or(flags->namespace, settings->maps.namespace);
    struct slice own = flags->self_signed ? config_map_revised(arena, "pillion-sidecar-injector", revision) : SLICE("");
    texts_choose(arena, &flags->configuration, settings);
    return configurations_read(text_or(flags->webhook_configuration, own), settings, error) &&
           rotation_read(flags, &settings->rotation, error) &&
           duration_read("drainDuration", flags->drain, 5000, &settings->drain_ms, error) &&
           duration_read("healthCheckInterval", flags->health_interval, 2000, &settings->health_interval_ms, error) &&
           configuration_settings(&flags->configuration, &settings->injection, error);
}

/* "auto": what the cluster's nodes can do, as they are now. */
static bool native_ask(const struct webhook_flags *flags, struct inject_settings *settings, struct error *error)
{
    _cleanup_(kube_client_close) struct kube_client *client = NULL;
    if (!flags->cluster.from_cluster || !slice_equal(flags->configuration.native_sidecars, SLICE("auto")))
        return true;
    return (cluster_open(&flags->cluster, &client, error) &&
            nodes_ask_native(client, &settings->native_sidecars, error)) ||
           error_wrap(error, "--native-sidecars=auto");
}

/* ---- running ---- */

/* A few threads that each take and give the same sizes again and again: separate heaps would only cost memory, and what
 * one large request took goes back to the system. */
static void heap_tune(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TOP_PAD, 16 * 1024);
    mallopt(M_TRIM_THRESHOLD, 256 * 1024);
    mallopt(M_MMAP_THRESHOLD, 256 * 1024);
}

int command_webhook(const struct command *command, int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "probe") == 0)
        return command_webhook_probe(command, argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "manifest") == 0)
        return command_webhook_manifest(command, argc - 1, argv + 1);
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct webhook_flags flags = {.port = -1,
                                  .monitor_port = PORT_MONITOR,
                                  .body_max = BODY_MAX,
                                  .connection_max = CONNECTION_MAX,
                                  .threads = processors_available()};
    struct webhook_settings settings;
    struct option_rest rest;
    struct error error;
    int code;
    if (!command_parse(command, &arena, argc, argv, &flags, &rest, &code))
        return code;
    if (rest.count) {
        error_set(&error, ERROR_USAGE, (struct position){0}, "\"%s\" stands alone", rest.items[0]);
        return command_fail(command, &error);
    }
    /* A link of that name is Istio 1.0's program. */
    bool is_link = slice_ends(slice_from(argv[0]), SLICE("sidecar-injector")); /* with its folder, perhaps */
    bool is_1_0 = slice_equal(flags.compat, SLICE("1.0")) || (!flags.compat.length && is_link);
    if (flags.port < 0)
        flags.port = is_1_0 ? PORT_1_0 : PORT_TODAY;
    if (!flags_check(&flags, is_1_0, &error) || !settings_make(&arena, &flags, is_1_0, &settings, &error) ||
        !native_ask(&flags, &settings.injection, &error))
        return command_fail(command, &error);
    struct lines lines;
    lines_init(&lines);
    settings.log = (struct log){.json = slice_equal(flags.log, SLICE("json")), .write = lines_write, .context = &lines};
    heap_tune();
    return webhook_run(&settings, &error) ? EXIT_DONE : command_fail(command, &error);
}

/* ---- probe ---- */

struct probe_flags {
    struct slice path, interval;
};

static const struct option probe_options[] = {
    {"probe-path", 0, OPTION_TEXT, offsetof(struct probe_flags, path), "FILE", "the file of --healthCheckFile", NULL},
    {"interval", 0, OPTION_TEXT, offsetof(struct probe_flags, interval), "DURATION", "how old it may be (default 4s)",
     NULL},
    {0},
};

/* `sidecar-injector probe`: Istio 1.0's Deployment runs it in the container. */
int command_webhook_probe(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct command probe = *command;
    struct probe_flags flags = {0};
    struct option_rest rest;
    struct error error;
    int64_t interval_ms;
    int code;
    probe.options = probe_options;
    probe.usage = "probe --probe-path FILE [--interval DURATION]";
    if (!command_parse(&probe, &arena, argc, argv, &flags, &rest, &code))
        return code;
    if (!flags.path.length) {
        error_set(&error, ERROR_USAGE, (struct position){0}, "probe: want --probe-path FILE");
        return command_fail(command, &error);
    }
    bool healthy = duration_read("interval", flags.interval, 4000, &interval_ms, &error) &&
                   health_file_check(flags.path, interval_ms, &error);
    return healthy ? EXIT_DONE : command_fail(command, &error);
}
