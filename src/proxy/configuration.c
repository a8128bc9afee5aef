#include "proxy/configuration.h"
#include "base/duration.h"
#include "base/fd.h"
#include "base/number.h"
#include "proxy/environment.h"
#include "proxy/families.h"
#include "proxy/mtls.h"
#include "proxy/pod_info.h"
#include "tree/tree.h"
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <unistd.h>

enum {
    FILE_BYTES_MAX = 4 * 1024 * 1024,
    WORKERS_MAX = 256,
    PORT_OUTBOUND = 15001,
    PORT_INBOUND = 15006,
    PORT_HEALTH = 15021,
    PORT_PROMETHEUS = 15090,
    CONNECT_MS = 10 * 1000, /* Istio, pkg/config/mesh/mesh.go, connectTimeout */
    /* Below the kernel's 60 seconds: after those conntrack has forgotten a half-closed connection, and the other FIN
     * would never arrive (nf_conntrack_tcp_timeout_close_wait). */
    HALF_CLOSED_MS = 50 * 1000,
    KEEPALIVE_MS = 120 * 1000,
    MINIMUM_DRAIN_MS = 5 * 1000,
    DNS_TIMEOUT_MS = 5 * 1000,
};

const struct proxy_flags proxy_flags_standard = {
    .mesh_file = SLICE_CONSTANT("./etc/istio/config/mesh"),
    .annotations_file = SLICE_CONSTANT("./etc/istio/pod/annotations"),
    .labels_file = SLICE_CONSTANT("./etc/istio/pod/labels"),
    .envoy_level = SLICE_CONSTANT("warning"),
    .concurrency = -1,
    .outbound_port = -1,
    .inbound_port = -1,
    .connection_max = -1,
};

struct making {
    struct arena *arena;
    const struct proxy_flags *flags;
    proxy_variable variable;
    const struct log *log;
    struct pod_info annotations, labels;
    struct proxy_environment environment;
    struct proxy_mesh mesh;
    struct proxy_settings settings;
    struct error *error;
};

static struct slice text_or(struct slice text, struct slice otherwise)
{
    return text.length ? text : otherwise;
}

/* ---- texts and files ---- */

static void unknown_tell(void *context, const struct position *where, struct slice field)
{
    const struct making *making = context;
    log_message(making->log, LOG_WARNING, "unknown-field", "%.*s:%u:%u: ProxyConfig has no field \"%.*s\"",
                SLICE_ARGS(where->file), where->line, where->column, SLICE_ARGS(field));
}

/* The whole file; *ret_found is false, and nothing is wrong, when there is none. */
static bool file_read(struct making *making, struct slice name, struct source *ret, bool *ret_found)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(FILE_BYTES_MAX);
    *ret = (struct source){.name = name};
    *ret_found = name.length && access(name.bytes, F_OK) == 0;
    if (!*ret_found)
        return true;
    if (!fd_read_file(name.bytes, &text, making->error))
        return false;
    ret->text = arena_copy(making->arena, buffer_slice(&text));
    return true;
}

static bool pod_info_read(struct making *making, struct slice name, struct pod_info *ret)
{
    struct source source;
    bool found;
    return file_read(making, name, &source, &found) &&
           (!found || pod_info_parse(making->arena, &source, ret, making->error));
}

static bool config_read(struct making *making)
{
    const struct proxy_config_reader reader = {making->arena, unknown_tell, making};
    struct proxy_config *config = &making->settings.config;
    struct source mesh;
    bool found;
    *config = proxy_config_standard;
    if (!file_read(making, making->flags->mesh_file, &mesh, &found) ||
        (found && !proxy_config_apply_mesh(&reader, &mesh, config, &making->mesh, making->error)))
        return false;
    const struct source variable = {
        .name = SLICE("PROXY_CONFIG"),
        .text = arena_copy(making->arena, slice_from(making->variable("PROXY_CONFIG"))),
    };
    const struct source annotation = {
        .name = SLICE("annotation proxy.istio.io/config"),
        .text = pod_info_get(&making->annotations, SLICE("proxy.istio.io/config"), NULL),
    };
    return proxy_config_apply(&reader, &variable, config, making->error) &&
           proxy_config_apply(&reader, &annotation, config, making->error);
}

/* A variable of the environment, or else of proxyMetadata, which the injector makes variables of. */
static const char *variable_get(void *context, const char *name)
{
    const struct making *making = context;
    const char *value = making->variable(name);
    const struct tree *entry = tree_get(making->settings.config.metadata, slice_from(name));
    return value || !entry ? value : tree_text(entry).bytes; /* a NUL stands behind it */
}

/* ---- values ---- */

static bool fail_flag(struct making *making, const char *flag, struct slice value, const char *expected)
{
    return error_set(making->error, ERROR_USAGE, (struct position){0}, "--%s: \"%.*s\" is not %s", flag,
                     SLICE_ARGS(value), expected);
}

/* The place of a word in a list; `otherwise` when the text is empty. */
static bool choice_read(struct making *making, const char *flag, struct slice text, const char *const *words,
                        const char *expected, unsigned otherwise, unsigned *ret)
{
    if (!text.length) {
        *ret = otherwise;
        return true;
    }
    for (unsigned i = 0; words[i]; i++) {
        if (slice_equal(text, slice_from(words[i]))) {
            *ret = i;
            return true;
        }
    }
    return fail_flag(making, flag, text, expected);
}

static bool milliseconds_read(struct making *making, const char *flag, struct slice text, int64_t otherwise,
                              int64_t *ret)
{
    int64_t nanoseconds;
    if (!text.length) {
        *ret = otherwise;
        return true;
    }
    if (!duration_parse(text, &nanoseconds) || nanoseconds < 0 || nanoseconds / 1000000 > INT_MAX)
        return fail_flag(making, flag, text, "a duration from 0s to 596h, such as 30s");
    *ret = nanoseconds / 1000000;
    return true;
}

static bool number_read(struct making *making, const char *flag, int64_t number, int64_t least, int64_t most,
                        int64_t otherwise, int64_t *ret)
{
    if (number != -1 && (number < least || number > most))
        return error_set(making->error, ERROR_USAGE, (struct position){0}, "--%s: want %lld to %lld", flag,
                         (long long)least, (long long)most);
    *ret = number == -1 ? otherwise : number;
    return true;
}

/* ---- the parts ---- */

static unsigned processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

/* A value that was set, else the limit of processors, else one thread: a pod without a limit has the node's number of
 * processors for one, and threads for all of them would only cost memory. */
static bool workers_choose(struct making *making)
{
    int64_t asked = making->settings.config.concurrency, flag = 0;
    if (!number_read(making, "concurrency", making->flags->concurrency, 0, WORKERS_MAX, 0, &flag))
        return false;
    if (flag > 0) /* Istio: the flag is the old way, 0 is as good as not given */
        asked = flag;
    unsigned here = processors();
    int64_t limit = making->environment.cpu_limit;
    if (asked < 0)
        asked = limit > 0 && limit < here ? limit : 1;
    if (asked == 0)
        asked = here;
    making->settings.relay.workers = (unsigned)(asked > WORKERS_MAX ? WORKERS_MAX : asked);
    return true;
}

static bool ports_choose(struct making *making)
{
    static const char *const modes[] = {"REDIRECT", "TPROXY", "NONE", NULL};
    static const char *const versions[] = {"1.0", NULL};
    struct relay_settings *relay = &making->settings.relay;
    unsigned mode = 0, version = 0;
    int64_t outbound = 0, inbound = 0;
    if (!choice_read(making, "compat", making->flags->compat, versions, "a version: want 1.0", 1, &version) ||
        !number_read(making, "proxyListenPort", making->flags->outbound_port, 0, 65535, PORT_OUTBOUND, &outbound) ||
        !number_read(making, "proxyInboundListenPort", making->flags->inbound_port, 0, 65535, PORT_INBOUND, &inbound))
        return false;
    if (!choice_read(making, "", making->environment.interception, modes, "",
                     (unsigned)making->settings.config.interception, &mode))
        return error_set(making->error, ERROR_VALUE, (struct position){0},
                         "environment variable ISTIO_META_INTERCEPTION_MODE: \"%.*s\" is not one of REDIRECT, TPROXY, "
                         "NONE",
                         SLICE_ARGS(making->environment.interception));
    making->settings.config.interception = mode;
    relay->is_transparent = mode == PROXY_TPROXY;
    relay->inbound_by_address = version == 0;
    relay->outbound_port = mode == PROXY_UNCAPTURED ? 0 : (uint16_t)outbound;
    relay->inbound_port = mode == PROXY_UNCAPTURED || version == 0 ? 0 : (uint16_t)inbound;
    return true;
}

static bool relay_choose(struct making *making)
{
    static const char *const policies[] = {"ALLOW_ANY", "REGISTRY_ONLY", NULL};
    const struct proxy_flags *flags = making->flags;
    struct relay_settings *relay = &making->settings.relay;
    int64_t connect = 0, idle = 0, half_closed = 0, keepalive = 0, connections = 0;
    unsigned policy = 0;
    if (!choice_read(making, "outboundTrafficPolicy", text_or(flags->outbound_policy, making->mesh.outbound_policy),
                     policies, "one of ALLOW_ANY, REGISTRY_ONLY", 0, &policy) ||
        !milliseconds_read(making, "connectTimeout", flags->connect_timeout, CONNECT_MS, &connect) ||
        !milliseconds_read(making, "idleTimeout", flags->idle_timeout, making->environment.idle_ms, &idle) ||
        !milliseconds_read(making, "halfClosedTimeout", flags->half_closed_timeout, HALF_CLOSED_MS, &half_closed) ||
        !milliseconds_read(making, "keepalive", flags->keepalive, KEEPALIVE_MS, &keepalive) ||
        !number_read(making, "maxConnections", flags->connection_max, 0, 10 * 1000 * 1000, 0, &connections))
        return false;
    relay->is_closed = policy == 1;
    relay->connect_timeout_ms = (unsigned)connect;
    relay->idle_timeout_ms = (unsigned)idle;
    relay->half_closed_timeout_ms = (unsigned)half_closed;
    relay->keepalive_seconds = (unsigned)((keepalive + 999) / 1000);
    relay->connection_max = (unsigned)connections;
    return true;
}

static bool families_choose(struct making *making)
{
    struct slice addresses = text_or(making->environment.instance_addresses, making->environment.instance_address);
    struct families families;
    if (!families_find(addresses, !making->environment.dual_stack, &families, making->error))
        return error_wrap(making->error, "environment variable INSTANCE_IP");
    making->settings.relay.has_ipv4 = families.has_ipv4;
    making->settings.relay.has_ipv6 = families.has_ipv6;
    making->settings.prefers_ipv6 = families.prefers_ipv6;
    making->settings.instance_address = making->environment.instance_address;
    return true;
}

/* What the status server asks the pod's containers for. */
static bool probes_choose(struct making *making)
{
    const struct proxy_environment *environment = &making->environment;
    struct status_settings *status = &making->settings.status;
    if (!app_probes_parse(making->arena, environment->probers, &status->probes, making->error))
        return error_wrap(making->error, "environment variable ISTIO_KUBE_APP_PROBERS");
    if (!scrape_targets_parse(making->arena, environment->prometheus_annotations,
                              environment->prometheus_annotations.length > 0, making->settings.status_port,
                              &status->scrape, making->error))
        return error_wrap(making->error, "environment variable ISTIO_PROMETHEUS_ANNOTATIONS");
    if (!app_probe_target_set(&status->target, environment->instance_address, environment->probes_localhost,
                              making->error))
        return error_wrap(making->error, "environment variable INSTANCE_IP");
    status->target.status_port = making->settings.status_port;
    status->target.offers_http2 = environment->probes_http2;
    return true;
}

static bool status_choose(struct making *making)
{
    struct proxy_settings *settings = &making->settings;
    bool found;
    struct slice text = pod_info_get(&making->annotations, SLICE("status.sidecar.istio.io/port"), &found);
    int64_t port = settings->config.status_port;
    if (found && (!number_parse_i64(text, &port) || port < 0 || port > 65535))
        return error_set(making->error, ERROR_VALUE, (struct position){0},
                         "annotation status.sidecar.istio.io/port: \"%.*s\" is not a port, from 0 to 65535",
                         SLICE_ARGS(text));
    settings->status_port = (uint16_t)port;
    settings->health_port = (uint16_t)making->environment.health_port;
    settings->prometheus_port = (uint16_t)making->environment.prometheus_port;
    bool is_builtin = settings->engine == PROXY_BUILTIN; /* else Envoy has the two others */
    settings->status.status_port = settings->status_port;
    settings->status.ready_port = is_builtin ? settings->health_port : 0;
    settings->status.metrics_port = is_builtin ? settings->prometheus_port : 0;
    settings->status.envoy_port = is_builtin ? 0 : settings->prometheus_port;
    settings->status.metrics_are_local = making->environment.metrics_localhost_only;
    return probes_choose(making);
}

/* Without EXIT_ON_ZERO_ACTIVE_CONNECTIONS Istio ends after terminationDrainDuration, whatever is open, and has 5
 * seconds for who never said so. Here that duration, if somebody has said so, is only the most. */
static bool lifecycle_choose(struct making *making)
{
    const struct proxy_flags *flags = making->flags;
    struct proxy_lifecycle *lifecycle = &making->settings.lifecycle;
    int64_t asked = making->settings.config.termination_drain_ms;
    if (asked < 0 || making->environment.exits_on_zero)
        asked = 0;
    lifecycle->exits_with_pod = flags->exits_with_pod;
    return milliseconds_read(making, "minimumDrainDuration", flags->minimum_drain, making->environment.minimum_drain_ms,
                             &lifecycle->minimum_drain_ms) &&
           milliseconds_read(making, "drainTimeout", flags->drain_max, asked, &lifecycle->drain_max_ms);
}

static void workload_choose(struct making *making)
{
    const struct proxy_environment *environment = &making->environment;
    const struct pod_info *labels = &making->labels;
    const struct slice unknown = SLICE("unknown");
    struct slice app = pod_info_get(labels, SLICE("app"), NULL);
    struct slice version = pod_info_get(labels, SLICE("version"), NULL);
    struct slice name = pod_info_get(labels, SLICE("service.istio.io/canonical-name"), NULL);
    struct slice revision = pod_info_get(labels, SLICE("service.istio.io/canonical-revision"), NULL);
    /* Istio, pkg/model/labels.go, CanonicalServiceLabels. */
    name = text_or(name, pod_info_get(labels, SLICE("app.kubernetes.io/name"), NULL));
    revision = text_or(revision, pod_info_get(labels, SLICE("app.kubernetes.io/version"), NULL));
    making->settings.workload = (struct proxy_workload){
        .name = text_or(environment->workload, unknown),
        .namespace = text_or(environment->namespace, unknown),
        .app = text_or(app, unknown),
        .version = text_or(version, unknown),
        .canonical_name = text_or(text_or(text_or(name, app), environment->workload), unknown),
        .canonical_revision = text_or(text_or(revision, version), SLICE("latest")),
        .cluster = text_or(environment->cluster, unknown),
        .pod = text_or(environment->pod, unknown),
        .service_account = text_or(environment->service_account, unknown),
        .trust_domain = text_or(environment->trust_domain, SLICE("cluster.local")),
        .mesh = text_or(environment->mesh, unknown),
    };
}

static bool tls_choose(struct making *making)
{
    const struct proxy_flags *flags = making->flags;
    struct proxy_settings *settings = &making->settings;
    struct source file;
    bool found;
    settings->tls.detection_ms = RELAY_TLS_DETECTION_MS;
    if (!mtls_modes_parse(making->arena, flags->mtls, &settings->tls, making->error) ||
        !file_read(making, flags->mtls_file, &file, &found))
        return false;
    if (flags->mtls_file.length && !found)
        return error_set(making->error, ERROR_SYSTEM, (struct position){0}, "--mtlsConfig: there is no file %s",
                         flags->mtls_file.bytes);
    if (found && !mtls_file_parse(making->arena, &file, &settings->tls, making->error))
        return error_wrap(making->error, "--mtlsConfig");
    settings->has_tls = mtls_is_wanted(&settings->tls);
    if (settings->has_tls && settings->engine == PROXY_ENVOY)
        return error_set(making->error, ERROR_USAGE, (struct position){0},
                         "--mtls and --mtlsConfig are for the built-in engine; Envoy takes a customConfigFile");
    mtls_files_find(making->arena, flags->certificates, &settings->tls);
    return true;
}

static bool engine_choose(struct making *making)
{
    static const char *const engines[] = {"builtin", "envoy", NULL};
    static const char *const encodings[] = {"TEXT", "JSON", NULL};
    const struct proxy_flags *flags = making->flags;
    struct proxy_settings *settings = &making->settings;
    unsigned engine = 0, encoding = 0;
    if (!choice_read(making, "engine", flags->engine, engines, "one of builtin, envoy", PROXY_BUILTIN, &engine) ||
        !choice_read(making, "accessLogEncoding", text_or(flags->access_log_encoding, making->mesh.access_log_encoding),
                     encodings, "one of TEXT, JSON", PROXY_LOG_TEXT, &encoding))
        return false;
    settings->engine = (enum proxy_engine)engine;
    settings->access_log.file = text_or(flags->access_log_file, making->mesh.access_log_file);
    settings->access_log.encoding = (enum proxy_log_encoding)encoding;
    settings->config.binary_path = text_or(flags->envoy, settings->config.binary_path);
    settings->envoy_level = flags->envoy_level;
    settings->envoy_component_level = flags->envoy_component_level;
    settings->envoy_override = making->environment.bootstrap_override;
    settings->logs_json = flags->logs_json;
    settings->dns = (struct proxy_dns){.is_enabled = making->environment.dns_capture,
                                       .is_parallel = making->environment.dns_parallel,
                                       .address = making->environment.dns_address,
                                       .timeout_ms = making->environment.dns_timeout_ms};
    return true;
}

bool proxy_configure(struct arena *arena, const struct proxy_flags *flags, proxy_variable variable,
                     const struct log *log, struct proxy_settings *ret, struct error *error)
{
    struct making making = {
        .arena = arena,
        .flags = flags,
        .variable = variable,
        .log = log,
        .environment = {.dual_stack = true,
                        .probes_http2 = true,
                        .health_port = PORT_HEALTH,
                        .prometheus_port = PORT_PROMETHEUS,
                        .minimum_drain_ms = MINIMUM_DRAIN_MS,
                        .dns_timeout_ms = DNS_TIMEOUT_MS,
                        .dns_address = SLICE("localhost:15053")},
        .error = error,
    };
    if (!pod_info_read(&making, flags->annotations_file, &making.annotations) ||
        !pod_info_read(&making, flags->labels_file, &making.labels) || !config_read(&making) ||
        !proxy_environment_read(variable_get, &making, &making.environment, error) || !workers_choose(&making) ||
        !ports_choose(&making) || !relay_choose(&making) || !families_choose(&making) || !engine_choose(&making) ||
        !tls_choose(&making) || !status_choose(&making) || !lifecycle_choose(&making))
        return false;
    workload_choose(&making);
    *ret = making.settings;
    return true;
}
