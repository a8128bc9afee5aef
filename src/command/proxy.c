#include "proxy/agent.h"
#include "command/command.h"
#include "command/lines.h"
#include "command/version.h"
#include "proxy/configuration.h"
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

struct values {
    struct proxy_flags proxy;
    struct slice log_level;
    struct slice unused; /* of flags that Istio's agent has and that mean nothing here */
    int64_t unused_number;
};
#define FIELD(field) offsetof(struct values, field)

const struct option proxy_options[] = {
    {"engine", 0, OPTION_TEXT, FIELD(proxy.engine), "NAME", "what carries the bytes: builtin (default) or envoy",
     "PILLION_ENGINE"},
    {"envoy", 0, OPTION_TEXT, FIELD(proxy.envoy), "FILE", "the Envoy to run (default: binaryPath)", "PILLION_ENVOY"},
    {"concurrency", 0, OPTION_NUMBER, FIELD(proxy.concurrency), "N",
     "threads that carry bytes (default: the CPU limit, else 1)", NULL},
    {"compat", 0, OPTION_TEXT, FIELD(proxy.compat), "VERSION", "1.0: inbound comes to port 15001, too",
     "PILLION_COMPAT"},
    {"proxyListenPort", 0, OPTION_NUMBER, FIELD(proxy.outbound_port), "PORT",
     "where captured outbound connections come (default 15001)", NULL},
    {"proxyInboundListenPort", 0, OPTION_NUMBER, FIELD(proxy.inbound_port), "PORT",
     "where captured inbound connections come (default 15006)", NULL},
    {"outboundTrafficPolicy", 0, OPTION_TEXT, FIELD(proxy.outbound_policy), "MODE",
     "ALLOW_ANY (default), or REGISTRY_ONLY: nothing goes out", "PILLION_OUTBOUND_TRAFFIC_POLICY"},
    {"accessLogFile", 0, OPTION_TEXT, FIELD(proxy.access_log_file), "FILE",
     "a line for each connection that ended, such as to /dev/stdout", "PILLION_ACCESS_LOG_FILE"},
    {"accessLogEncoding", 0, OPTION_TEXT, FIELD(proxy.access_log_encoding), "FORM", "TEXT (default) or JSON",
     "PILLION_ACCESS_LOG_ENCODING"},
    {"mtls", 0, OPTION_TEXT, FIELD(proxy.mtls), "MODE[,PORT=MODE...]",
     "inbound: DISABLE (default), PERMISSIVE or STRICT", "PILLION_MTLS"},
    {"mtlsConfig", 0, OPTION_TEXT, FIELD(proxy.mtls_file), "FILE", "outbound: which destinations have which identity",
     "PILLION_MTLS_CONFIG"},
    {"certificates", 0, OPTION_TEXT, FIELD(proxy.certificates), "FOLDER",
     "the workload's certificate, key and roots (default: where Istio has them)", "PILLION_CERTIFICATES"},
    {"connectTimeout", 0, OPTION_TEXT, FIELD(proxy.connect_timeout), "DURATION",
     "for a destination to answer (default 10s)", "PILLION_CONNECT_TIMEOUT"},
    {"idleTimeout", 0, OPTION_TEXT, FIELD(proxy.idle_timeout), "DURATION",
     "silence after which a connection is reset (default ISTIO_META_IDLE_TIMEOUT, else never)", NULL},
    {"halfClosedTimeout", 0, OPTION_TEXT, FIELD(proxy.half_closed_timeout), "DURATION",
     "the same when one side has ended (default 50s)", "PILLION_HALF_CLOSED_TIMEOUT"},
    {"keepalive", 0, OPTION_TEXT, FIELD(proxy.keepalive), "DURATION",
     "silence after which the kernel asks whether the peer is there (default 2m; 0s: never)", "PILLION_KEEPALIVE"},
    {"maxConnections", 0, OPTION_NUMBER, FIELD(proxy.connection_max), "N",
     "at once (default 0: as many as there are descriptors for)", "PILLION_MAX_CONNECTIONS"},
    {"minimumDrainDuration", 0, OPTION_TEXT, FIELD(proxy.minimum_drain), "DURATION",
     "how long everything goes on after SIGTERM (default MINIMUM_DRAIN_DURATION, else 5s)", NULL},
    {"drainTimeout", 0, OPTION_TEXT, FIELD(proxy.drain_max), "DURATION",
     "the end after SIGTERM, whatever is open (default terminationDrainDuration, else 0s: never)",
     "PILLION_DRAIN_TIMEOUT"},
    {"exitWithPod", 0, OPTION_SWITCH, FIELD(proxy.exits_with_pod), NULL,
     "end when no process of another container is left (shared process namespace)", "PILLION_EXIT_WITH_POD"},
    {"meshConfig", 0, OPTION_TEXT, FIELD(proxy.mesh_file), "FILE",
     "the mesh configuration, where there is one (default ./etc/istio/config/mesh)", NULL},
    {"annotationsFile", 0, OPTION_TEXT, FIELD(proxy.annotations_file), "FILE",
     "the pod's annotations (default ./etc/istio/pod/annotations)", NULL},
    {"labelsFile", 0, OPTION_TEXT, FIELD(proxy.labels_file), "FILE", "its labels (default ./etc/istio/pod/labels)",
     NULL},
    {"proxyLogLevel", 0, OPTION_TEXT, FIELD(proxy.envoy_level), "LEVEL", "of Envoy (default warning)", NULL},
    {"proxyComponentLogLevel", 0, OPTION_TEXT, FIELD(proxy.envoy_component_level), "LEVELS",
     "of its parts, such as misc:error", NULL},
    {"log_output_level", 0, OPTION_TEXT, FIELD(log_level), "LEVEL",
     "of everything else: debug, info (default), warn, error, none", NULL},
    {"log_as_json", 0, OPTION_SWITCH, FIELD(proxy.logs_json), NULL, "log lines are JSON objects", NULL},
    {"domain", 0, OPTION_TEXT, FIELD(unused), "DOMAIN", "taken for Istio's sake, of no effect", NULL},
    {"serviceCluster", 0, OPTION_TEXT, FIELD(unused), "NAME", NULL, NULL},
    {"stsPort", 0, OPTION_NUMBER, FIELD(unused_number), "PORT", NULL, NULL},
    {"tokenManagerPlugin", 0, OPTION_TEXT, FIELD(unused), "NAME", NULL, NULL},
    {"templateFile", 0, OPTION_TEXT, FIELD(unused), "FILE", NULL, NULL},
    {"outlierLogPath", 0, OPTION_TEXT, FIELD(unused), "FILE", NULL, NULL},
    {0},
};

static const char *variable(const char *name)
{
    return getenv(name);
}

/* "default:info,ads:debug": the level that has no scope, or that of "default" (Istio, pkg/log, --log_output_level). */
static enum log_level level_read(struct slice text)
{
    static const struct {
        struct slice name;
        int level;
    } levels[] = {
        {SLICE_CONSTANT("debug"), LOG_DEBUG},  {SLICE_CONSTANT("info"), LOG_INFO},
        {SLICE_CONSTANT("warn"), LOG_WARNING}, {SLICE_CONSTANT("error"), LOG_ERROR},
        {SLICE_CONSTANT("fatal"), LOG_ERROR},  {SLICE_CONSTANT("none"), LOG_ERROR + 1},
    };
    int level = LOG_INFO;
    struct slice_splitter splitter = {.rest = text};
    for (struct slice part; slice_split(&splitter, ',', &part);) {
        if (slice_starts(part, SLICE("default:")))
            part = slice_from_offset(part, sizeof "default:" - 1);
        for (size_t i = 0; i < ARRAY_LENGTH(levels); i++)
            level = slice_equal(part, levels[i].name) ? levels[i].level : level;
    }
    return (enum log_level)level;
}

/* All threads share one heap, which gives back what it does not need. */
static void heap_tune(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TOP_PAD, 16 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

int command_proxy(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct values values = {.proxy = proxy_flags_standard};
    struct proxy_settings settings;
    struct option_rest rest, ignored;
    struct error error;
    int status;
    heap_tune();
    if (!command_parse_known(command, &arena, argc, argv, &values, &rest, &ignored, &status))
        return status;
    if (rest.count > 1 || (rest.count && strcmp(rest.items[0], "sidecar") != 0)) {
        error_set(&error, ERROR_USAGE, (struct position){0}, "\"%s\": want `proxy sidecar`",
                  rest.items[rest.count > 1 && strcmp(rest.items[0], "sidecar") == 0]);
        return command_fail(command, &error);
    }
    struct lines lines;
    lines_init(&lines);
    const struct log log = {
        .json = values.proxy.logs_json, .least = level_read(values.log_level), .write = lines_write, .context = &lines};
    for (size_t i = 0; i < ignored.count; i++)
        log_message(&log, LOG_DEBUG, "flag-ignored", "%s", ignored.items[i]);
    if (!proxy_configure(&arena, &values.proxy, variable, &log, &settings, &error))
        return command_fail(command, &error);
    settings.variables = environ;
    if (!proxy_run(&settings, PILLION_VERSION, &log, &status, &error))
        return command_fail(command, &error);
    return status;
}
