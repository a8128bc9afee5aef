#include "proxy/envoy_bootstrap.h"
#include "tree/json.h"
#include <stdarg.h>

#define EXTENSION(name) "type.googleapis.com/envoy.extensions." name

/* ---- making trees ---- */

/* Keys and values in turn, NULL at the end; a value of NULL leaves its key out. */
static const struct tree *map_of(struct arena *arena, ...)
{
    struct tree *map = tree_map(arena, 4);
    va_list arguments;
    va_start(arguments, arena);
    for (const char *key; (key = va_arg(arguments, const char *));) {
        const struct tree *value = va_arg(arguments, const struct tree *);
        if (value)
            tree_put(arena, map, slice_from(key), value);
    }
    va_end(arguments);
    return map;
}
#define MAP(arena, ...) map_of((arena), __VA_ARGS__, (const char *)NULL)

/* Items, NULL at the end. */
static const struct tree *list_of(struct arena *arena, ...)
{
    struct tree *list = tree_list(arena, 2);
    va_list arguments;
    va_start(arguments, arena);
    for (const struct tree *item; (item = va_arg(arguments, const struct tree *));)
        tree_append(arena, list, item);
    va_end(arguments);
    return list;
}
#define LIST(arena, ...) list_of((arena), __VA_ARGS__, (const struct tree *)NULL)

static const struct tree *text(struct arena *arena, const char *bytes)
{
    return tree_string(arena, slice_from(bytes));
}

static const struct tree *milliseconds(struct arena *arena, uint64_t value)
{
    return tree_string(arena, arena_format(arena, "%llu.%03llus", (unsigned long long)(value / 1000),
                                           (unsigned long long)(value % 1000)));
}

/* An extension: its name, its type, and its fields in turn. */
static const struct tree *extension(struct arena *arena, const char *name, const struct tree *config)
{
    return MAP(arena, "name", text(arena, name), "typed_config", config);
}

static const struct tree *address(struct arena *arena, const char *host, uint16_t port)
{
    const struct tree *socket = MAP(arena, "address", text(arena, host), "port_value", tree_int(arena, port));
    return MAP(arena, "socket_address", socket);
}

static const char *localhost(const struct proxy_settings *settings)
{
    return settings->prefers_ipv6 ? "::1" : "127.0.0.1";
}

/* ---- access log ---- */

static const char text_format[] =
    "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% "
    "%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% "
    "%BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" "
    "\"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW% "
    "%UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% "
    "%ROUTE_NAME%\n";

static const char *const json_formats[][2] = {
    {"start_time", "%START_TIME%"},
    {"route_name", "%ROUTE_NAME%"},
    {"method", "%REQ(:METHOD)%"},
    {"path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"},
    {"protocol", "%PROTOCOL%"},
    {"response_code", "%RESPONSE_CODE%"},
    {"response_flags", "%RESPONSE_FLAGS%"},
    {"response_code_details", "%RESPONSE_CODE_DETAILS%"},
    {"connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%"},
    {"bytes_received", "%BYTES_RECEIVED%"},
    {"bytes_sent", "%BYTES_SENT%"},
    {"duration", "%DURATION%"},
    {"upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"},
    {"x_forwarded_for", "%REQ(X-FORWARDED-FOR)%"},
    {"user_agent", "%REQ(USER-AGENT)%"},
    {"request_id", "%REQ(X-REQUEST-ID)%"},
    {"authority", "%REQ(:AUTHORITY)%"},
    {"upstream_host", "%UPSTREAM_HOST%"},
    {"upstream_cluster", "%UPSTREAM_CLUSTER_RAW%"},
    {"upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%"},
    {"downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%"},
    {"downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"},
    {"requested_server_name", "%REQUESTED_SERVER_NAME%"},
    {"upstream_transport_failure_reason", "%UPSTREAM_TRANSPORT_FAILURE_REASON%"},
};

/* NULL: none is wanted. */
static const struct tree *access_logs(struct arena *arena, const struct proxy_access_log *log)
{
    const struct tree *format;
    if (!log->file.length)
        return NULL;
    if (log->encoding == PROXY_LOG_JSON) {
        struct tree *fields = tree_map(arena, ARRAY_LENGTH(json_formats));
        for (size_t i = 0; i < ARRAY_LENGTH(json_formats); i++)
            tree_put(arena, fields, slice_from(json_formats[i][0]), text(arena, json_formats[i][1]));
        format = MAP(arena, "json_format", (const struct tree *)fields);
    } else {
        format = MAP(arena, "text_format_source", MAP(arena, "inline_string", text(arena, text_format)));
    }
    return LIST(arena,
                extension(arena, "envoy.access_loggers.file",
                          MAP(arena, "@type", text(arena, EXTENSION("access_loggers.file.v3.FileAccessLog")), "path",
                              (const struct tree *)tree_string(arena, log->file), "log_format", format)));
}

/* ---- listeners ---- */

/* Of wildcard addresses, of one family or both. */
static const struct tree *listener(struct arena *arena, const struct proxy_settings *settings, const char *name,
                                   uint16_t port, const struct tree *chains, const struct tree *filters,
                                   const char *direction, bool is_transparent)
{
    const struct relay_settings *relay = &settings->relay;
    const struct tree *more =
        relay->has_ipv4 && relay->has_ipv6 ? LIST(arena, MAP(arena, "address", address(arena, "::", port))) : NULL;
    return MAP(arena, "name", text(arena, name), "stat_prefix", text(arena, name), "address",
               address(arena, relay->has_ipv4 ? "0.0.0.0" : "::", port), "additional_addresses", more,
               "traffic_direction", direction ? text(arena, direction) : NULL, "listener_filters", filters,
               "transparent", is_transparent ? tree_bool(true) : NULL, "filter_chains", chains);
}

static const struct tree *tcp_chain(struct arena *arena, const struct proxy_settings *settings, const char *statistics,
                                    const char *cluster, uint16_t only_port)
{
    const struct tree *config = MAP(arena, "@type", text(arena, EXTENSION("filters.network.tcp_proxy.v3.TcpProxy")),
                                    "stat_prefix", text(arena, statistics), "cluster", text(arena, cluster),
                                    "idle_timeout", milliseconds(arena, settings->relay.idle_timeout_ms), "access_log",
                                    access_logs(arena, &settings->access_log));
    const struct tree *match =
        only_port ? MAP(arena, "destination_port", (const struct tree *)tree_int(arena, only_port)) : NULL;
    return MAP(arena, "filter_chain_match", match, "filters",
               LIST(arena, extension(arena, "envoy.filters.network.tcp_proxy", config)));
}

static const struct tree *original_destination(struct arena *arena)
{
    return extension(arena, "envoy.filters.listener.original_dst",
                     MAP(arena, "@type", text(arena, EXTENSION("filters.listener.original_dst.v3.OriginalDst"))));
}

/* With TPROXY the application sees the client's address; the mark is what the rules know such connections by. */
static const struct tree *original_source(struct arena *arena)
{
    return extension(arena, "envoy.filters.listener.original_src",
                     MAP(arena, "@type", text(arena, EXTENSION("filters.listener.original_src.v3.OriginalSrc")), "mark",
                         (const struct tree *)tree_int(arena, 1337)));
}

static const struct tree *outbound(struct arena *arena, const struct proxy_settings *settings)
{
    uint16_t port = settings->relay.outbound_port;
    const char *cluster = settings->relay.is_closed ? "BlackHoleCluster" : "PassthroughCluster";
    const struct tree *chains = LIST(arena, tcp_chain(arena, settings, "blackhole", "BlackHoleCluster", port),
                                     tcp_chain(arena, settings, "outbound", cluster, 0));
    return listener(arena, settings, "virtualOutbound", port, chains, LIST(arena, original_destination(arena)),
                    "OUTBOUND", false);
}

static const struct tree *inbound(struct arena *arena, const struct proxy_settings *settings)
{
    uint16_t port = settings->relay.inbound_port;
    bool is_transparent = settings->relay.is_transparent;
    const struct tree *chains = LIST(arena, tcp_chain(arena, settings, "blackhole", "BlackHoleCluster", port),
                                     tcp_chain(arena, settings, "inbound", "InboundPassthroughCluster", 0));
    const struct tree *filters = is_transparent ? LIST(arena, original_destination(arena), original_source(arena))
                                                : LIST(arena, original_destination(arena));
    return listener(arena, settings, "virtualInbound", port, chains, filters, "INBOUND", is_transparent);
}

/* A page of HTTP that another port has. */
static const struct tree *page(struct arena *arena, const struct proxy_settings *settings, const char *name,
                               uint16_t port, const char *path, const char *cluster)
{
    const struct tree *route = MAP(arena, "match", MAP(arena, "prefix", text(arena, path)), "route",
                                   MAP(arena, "cluster", text(arena, cluster)));
    const struct tree *host = MAP(arena, "name", text(arena, "backend"), "domains", LIST(arena, text(arena, "*")),
                                  "routes", LIST(arena, route));
    const struct tree *router = extension(arena, "envoy.filters.http.router",
                                          MAP(arena, "@type", text(arena, EXTENSION("filters.http.router.v3.Router"))));
    const struct tree *manager =
        MAP(arena, "@type", text(arena, EXTENSION("filters.network.http_connection_manager.v3.HttpConnectionManager")),
            "stat_prefix", text(arena, name), "route_config", MAP(arena, "virtual_hosts", LIST(arena, host)),
            "http_filters", LIST(arena, router));
    const struct tree *chain =
        MAP(arena, "filters", LIST(arena, extension(arena, "envoy.filters.network.http_connection_manager", manager)));
    return listener(arena, settings, name, port, LIST(arena, chain), NULL, NULL, false);
}

/* ---- clusters ---- */

/* Where connections go to their original destination: as many as there are. */
static const struct tree *original_cluster(struct arena *arena, const struct proxy_settings *settings, const char *name,
                                           const struct tree *bind)
{
    const struct relay_settings *relay = &settings->relay;
    const struct tree *most = tree_int(arena, UINT32_MAX);
    const struct tree *limits = LIST(arena, MAP(arena, "max_connections", most, "max_pending_requests", most,
                                                "max_requests", most, "max_retries", most));
    const struct tree *seconds = tree_int(arena, relay->keepalive_seconds);
    const struct tree *keepalive =
        relay->keepalive_seconds
            ? MAP(arena, "tcp_keepalive", MAP(arena, "keepalive_time", seconds, "keepalive_interval", seconds))
            : NULL;
    return MAP(arena, "name", text(arena, name), "type", text(arena, "ORIGINAL_DST"), "lb_policy",
               text(arena, "CLUSTER_PROVIDED"), "connect_timeout", milliseconds(arena, relay->connect_timeout_ms),
               "circuit_breakers", MAP(arena, "thresholds", limits), "upstream_connection_options", keepalive,
               "upstream_bind_config", bind);
}

/* The source that the rules let through to the application (Istio, listener_address.go). */
static const struct tree *inbound_bind(struct arena *arena, const struct proxy_settings *settings)
{
    const struct relay_settings *relay = &settings->relay;
    const struct tree *v4 =
        MAP(arena, "address", text(arena, "127.0.0.6"), "port_value", (const struct tree *)tree_int(arena, 0));
    const struct tree *v6 =
        MAP(arena, "address", text(arena, "::6"), "port_value", (const struct tree *)tree_int(arena, 0));
    const struct tree *more = relay->has_ipv4 && relay->has_ipv6 ? LIST(arena, MAP(arena, "address", v6)) : NULL;
    return relay->is_transparent
               ? NULL
               : MAP(arena, "source_address", relay->has_ipv4 ? v4 : v6, "extra_source_addresses", more);
}

static const struct tree *fixed_cluster(struct arena *arena, const struct proxy_settings *settings, const char *name,
                                        uint16_t port)
{
    const struct tree *endpoint =
        MAP(arena, "endpoint", MAP(arena, "address", address(arena, localhost(settings), port)));
    const struct tree *endpoints = port ? LIST(arena, MAP(arena, "lb_endpoints", LIST(arena, endpoint)))
                                        : (const struct tree *)tree_list(arena, 0);
    return MAP(arena, "name", text(arena, name), "type", text(arena, "STATIC"), "connect_timeout",
               text(arena, "0.250s"), "load_assignment",
               MAP(arena, "cluster_name", text(arena, name), "endpoints", endpoints));
}

/* ---- all of it ---- */

static const struct tree *node(struct arena *arena, const struct proxy_settings *settings)
{
    const struct proxy_workload *workload = &settings->workload;
    struct slice address_text = settings->instance_address.length ? settings->instance_address : SLICE("127.0.0.1");
    struct slice id =
        arena_format(arena, "sidecar~%.*s~%.*s.%.*s~%.*s.svc.cluster.local", SLICE_ARGS(address_text),
                     SLICE_ARGS(workload->pod), SLICE_ARGS(workload->namespace), SLICE_ARGS(workload->namespace));
    const struct tree *metadata =
        MAP(arena, "NAME", (const struct tree *)tree_string(arena, workload->pod), "NAMESPACE",
            (const struct tree *)tree_string(arena, workload->namespace), "WORKLOAD_NAME",
            (const struct tree *)tree_string(arena, workload->name), "CLUSTER_ID",
            (const struct tree *)tree_string(arena, workload->cluster), "MESH_ID",
            (const struct tree *)tree_string(arena, workload->mesh), "SERVICE_ACCOUNT",
            (const struct tree *)tree_string(arena, workload->service_account));
    return MAP(arena, "id", (const struct tree *)tree_string(arena, id), "cluster",
               (const struct tree *)tree_string(arena, settings->config.service_cluster), "metadata", metadata);
}

/* It says so at each start, otherwise, that nobody has set a limit. */
static const struct tree *overload(struct arena *arena, const struct proxy_settings *settings)
{
    const int64_t most = settings->relay.connection_max ? settings->relay.connection_max : INT32_MAX;
    const struct tree *config =
        MAP(arena, "@type",
            text(arena, EXTENSION("resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig")),
            "max_active_downstream_connections", (const struct tree *)tree_int(arena, most));
    return MAP(arena, "resource_monitors",
               LIST(arena, extension(arena, "envoy.resource_monitors.global_downstream_max_connections", config)));
}

static const struct tree *log_format(struct arena *arena)
{
    return MAP(arena, "log_format",
               MAP(arena, "json_format",
                   MAP(arena, "time", text(arena, "%Y-%m-%dT%T.%fZ"), "level", text(arena, "%l"), "scope",
                       text(arena, "envoy %n"), "msg", text(arena, "%j"), "thread", text(arena, "%t"))));
}

void envoy_bootstrap_print(struct buffer *out, const struct proxy_settings *settings)
{
    _cleanup_(arena_done) struct arena storage = ARENA_INIT;
    struct arena *arena = &storage;
    const struct relay_settings *relay = &settings->relay;
    uint16_t admin = (uint16_t)settings->config.admin_port;
    struct tree *listeners = tree_list(arena, 4);
    if (relay->outbound_port)
        tree_append(arena, listeners, outbound(arena, settings));
    if (relay->inbound_port)
        tree_append(arena, listeners, inbound(arena, settings));
    tree_append(arena, listeners,
                settings->status_port
                    ? page(arena, settings, "agent", settings->health_port, "/healthz/ready", "agent")
                    : page(arena, settings, "agent", settings->health_port, "/ready", "prometheus_stats"));
    tree_append(arena, listeners,
                page(arena, settings, "stats", settings->prometheus_port, "/stats/prometheus", "prometheus_stats"));
    const struct tree *clusters =
        LIST(arena, original_cluster(arena, settings, "PassthroughCluster", NULL),
             original_cluster(arena, settings, "InboundPassthroughCluster", inbound_bind(arena, settings)),
             fixed_cluster(arena, settings, "BlackHoleCluster", 0),
             fixed_cluster(arena, settings, "agent", settings->status_port),
             fixed_cluster(arena, settings, "prometheus_stats", admin));
    const struct tree *bootstrap =
        MAP(arena, "node", node(arena, settings), "admin",
            MAP(arena, "address", address(arena, localhost(settings), admin)), "application_log_config",
            settings->logs_json ? log_format(arena) : NULL, "overload_manager", overload(arena, settings),
            "static_resources", MAP(arena, "listeners", (const struct tree *)listeners, "clusters", clusters));
    json_write(out, bootstrap, JSON_INDENT);
    buffer_add_byte(out, '\n');
}
