#include "proxy/traffic_metrics.h"
#include "proxy/access_line.h"
#include "relay/spiffe.h"

/* ---- labels ---- */

/* As Prometheus quotes a label's value (its documentation, "Exposition formats"). */
static void value_add(struct buffer *out, struct slice value)
{
    buffer_add_byte(out, '"');
    for (size_t i = 0; i < value.length; i++) {
        char byte = value.bytes[i];
        if (byte == '"' || byte == '\\')
            buffer_add_byte(out, '\\');
        if (byte == '\n')
            buffer_add_literal(out, "\\n");
        else
            buffer_add_byte(out, byte);
    }
    buffer_add_byte(out, '"');
}

/* One end of a connection. */
struct workload_labels {
    struct slice workload, canonical_service, canonical_revision, namespace, principal, app, version, cluster;
};

struct series {
    enum relay_direction direction;
    enum relay_route route;
    enum relay_security security;
    struct workload_labels source, destination;
};

static const struct slice unknown = SLICE_CONSTANT("unknown");

static struct workload_labels workload_nobody(void)
{
    return (struct workload_labels){unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown};
}

static struct workload_labels workload_own(const struct proxy_workload *own)
{
    return (struct workload_labels){
        own->name,    own->canonical_name, own->canonical_revision, own->namespace, unknown, own->app,
        own->version, own->cluster};
}

/* The other proxy: its certificate says who it is, and in which namespace. */
static struct workload_labels workload_peer(struct slice identity)
{
    struct workload_labels peer = workload_nobody();
    struct spiffe id;
    if (!identity.length)
        return peer;
    peer.principal = identity;
    if (spiffe_parse(identity, &id) && id.name_space.length)
        peer.namespace = id.name_space;
    return peer;
}

static struct series series_of(const struct proxy_settings *settings, enum relay_direction direction,
                               enum relay_route route, enum relay_security security)
{
    struct workload_labels own = workload_own(&settings->workload);
    bool is_outbound = direction == RELAY_OUTBOUND;
    return (struct series){.direction = direction,
                           .route = route,
                           .security = security,
                           .source = is_outbound ? own : workload_nobody(),
                           .destination = is_outbound ? workload_nobody() : own};
}

/* In the order of Istio's documentation. */
static void labels_add(struct buffer *out, const struct series *series)
{
    bool is_outbound = series->direction == RELAY_OUTBOUND;
    const struct workload_labels *source = &series->source, *destination = &series->destination;
    const struct {
        const char *name;
        struct slice value;
    } labels[] = {
        {"reporter", is_outbound ? SLICE("source") : SLICE("destination")},
        {"source_workload", source->workload},
        {"source_canonical_service", source->canonical_service},
        {"source_canonical_revision", source->canonical_revision},
        {"source_workload_namespace", source->namespace},
        {"source_principal", source->principal},
        {"source_app", source->app},
        {"source_version", source->version},
        {"source_cluster", source->cluster},
        {"destination_workload", destination->workload},
        {"destination_workload_namespace", destination->namespace},
        {"destination_principal", destination->principal},
        {"destination_app", destination->app},
        {"destination_version", destination->version},
        {"destination_service", unknown},
        {"destination_canonical_service", destination->canonical_service},
        {"destination_canonical_revision", destination->canonical_revision},
        {"destination_service_name", access_cluster(series->direction, series->route)},
        {"destination_service_namespace", destination->namespace},
        {"destination_cluster", destination->cluster},
        {"request_protocol", SLICE("tcp")},
        {"response_flags", SLICE("-")},
        {"connection_security_policy", is_outbound                            ? unknown
                                       : series->security == RELAY_MUTUAL_TLS ? SLICE("mutual_tls")
                                                                              : SLICE("none")},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(labels); i++) {
        buffer_format(out, "%c%s=", i ? ',' : '{', labels[i].name);
        value_add(out, labels[i].value);
    }
    buffer_add_byte(out, '}');
}

/* ---- Istio's ---- */

static const struct {
    const char *name, *help;
    size_t offset;
} tcp_metrics[] = {
    {"istio_tcp_connections_opened_total", "TCP connections that were opened.", offsetof(struct relay_count, opened)},
    {"istio_tcp_connections_closed_total", "TCP connections that have ended.", offsetof(struct relay_count, closed)},
    {"istio_tcp_sent_bytes_total", "Bytes sent to the client, while connections last.",
     offsetof(struct relay_count, sent)},
    {"istio_tcp_received_bytes_total", "Bytes received from the client, while connections last.",
     offsetof(struct relay_count, received)},
};

static void head_add(struct buffer *out, const char *name, const char *type, const char *help)
{
    buffer_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void sample_add(struct buffer *out, size_t metric, const struct series *series, const struct relay_count *count)
{
    uint64_t value;
    memcpy(&value, (const char *)count + tcp_metrics[metric].offset, sizeof value);
    buffer_format(out, "%s", tcp_metrics[metric].name);
    labels_add(out, series);
    buffer_format(out, " %llu\n", (unsigned long long)value);
}

/* Of connections between two proxies that know each other, by who the other is. */
static void peers_add(struct buffer *out, const struct traffic_facts *facts, size_t metric,
                      enum relay_direction direction)
{
    struct relay_peer peers[RELAY_PEERS_MAX + 1];
    struct relay_tls_state state;
    size_t count = relay_peers(facts->tls, direction, peers);
    relay_tls_look(facts->tls, &state);
    for (size_t i = 0; i < count; i++) {
        struct series series = series_of(facts->settings, direction, RELAY_PASSED, RELAY_MUTUAL_TLS);
        bool is_outbound = direction == RELAY_OUTBOUND;
        *(is_outbound ? &series.destination : &series.source) = workload_peer(peers[i].identity);
        if (state.identity[0])
            (is_outbound ? &series.source : &series.destination)->principal = slice_from(state.identity);
        const struct relay_count counts = {peers[i].opened, peers[i].closed, peers[i].received, peers[i].sent};
        if (counts.opened)
            sample_add(out, metric, &series, &counts);
    }
}

static void tcp_add(struct buffer *out, const struct traffic_facts *facts, size_t metric)
{
    head_add(out, tcp_metrics[metric].name, "counter", tcp_metrics[metric].help);
    for (unsigned i = 0; i < RELAY_DIRECTIONS * RELAY_ROUTES * RELAY_SECURITIES; i++) {
        enum relay_direction direction = (enum relay_direction)(i / (RELAY_ROUTES * RELAY_SECURITIES));
        enum relay_route route = (enum relay_route)(i / RELAY_SECURITIES % RELAY_ROUTES);
        enum relay_security security = (enum relay_security)(i % RELAY_SECURITIES);
        const struct relay_count *count = &facts->relay->counts[direction][route][security];
        const struct series series = series_of(facts->settings, direction, route, security);
        if (facts->tls && security == RELAY_MUTUAL_TLS && route == RELAY_PASSED)
            peers_add(out, facts, metric, direction);
        else if (count->opened) /* a pod has few of them */
            sample_add(out, metric, &series, count);
    }
}

/* ---- ours ---- */

static const char *const direction_names[RELAY_DIRECTIONS] = {"outbound", "inbound"};

static void connections_add(struct buffer *out, const struct relay_totals *totals)
{
    head_add(out, "pillion_connections_active", "gauge", "Connections that are open.");
    for (unsigned direction = 0; direction < RELAY_DIRECTIONS; direction++)
        buffer_format(out, "pillion_connections_active{direction=\"%s\"} %llu\n", direction_names[direction],
                      (unsigned long long)totals->active[direction]);
    head_add(out, "pillion_connections_ended_total", "counter", "Connections that have ended, by how they did.");
    for (unsigned direction = 0; direction < RELAY_DIRECTIONS; direction++) {
        for (unsigned flag = 0; flag < RELAY_FLAGS; flag++) {
            if (totals->flags[direction][flag])
                buffer_format(out, "pillion_connections_ended_total{direction=\"%s\",how=\"%s\",flag=\"%s\"} %llu\n",
                              direction_names[direction], access_flag_name((enum relay_flag)flag),
                              access_flag((enum relay_flag)flag), (unsigned long long)totals->flags[direction][flag]);
        }
    }
}

static void number_add(struct buffer *out, const char *name, const char *type, const char *help, uint64_t value)
{
    head_add(out, name, type, help);
    buffer_format(out, "%s %llu\n", name, (unsigned long long)value);
}

static void dns_add(struct buffer *out, const struct dns_totals *dns)
{
    const struct {
        const char *name, *help;
        uint64_t value;
    } rows[] = {
        {"pillion_dns_queries_total", "Queries to the DNS proxy.", dns->queries},
        {"pillion_dns_answers_total", "Answers of resolvers that were passed on.", dns->answers},
        {"pillion_dns_failures_total", "Queries that no resolver answered.", dns->failures},
        {"pillion_dns_truncated_total", "Answers too large for their client's UDP.", dns->truncated},
        {"pillion_dns_timeouts_total", "Resolvers that did not answer in time.", dns->timeouts},
        {"pillion_dns_refused_total", "Queries that were no queries, or too many.", dns->refused},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        number_add(out, rows[i].name, "counter", rows[i].help, rows[i].value);
}

static void tls_add(struct buffer *out, struct relay_tls *tls)
{
    struct relay_tls_state state;
    relay_tls_look(tls, &state);
    number_add(out, "pillion_certificate_loads_total", "counter", "How often the workload's certificate was loaded.",
               state.loads);
    number_add(out, "pillion_certificate_failures_total", "counter", "How often it could not be.", state.failures);
    if (state.is_ready)
        number_add(out, "pillion_certificate_expiry_timestamp_seconds", "gauge", "When it ends, since 1970.",
                   (uint64_t)state.until);
}

void traffic_metrics_print(struct buffer *out, const struct traffic_facts *facts)
{
    head_add(out, "istio_build", "gauge", "Which program this is.");
    buffer_format(out, "istio_build{component=\"proxy\",tag=\"pillion-%s\"} 1\n", facts->version);
    for (size_t i = 0; facts->relay && i < ARRAY_LENGTH(tcp_metrics); i++)
        tcp_add(out, facts, i);
    if (facts->relay)
        connections_add(out, facts->relay);
    if (facts->settings->access_log.file.length) {
        number_add(out, "pillion_access_log_lines_total", "counter", "Lines written to the access log.",
                   facts->log_lines);
        number_add(out, "pillion_access_log_lost_total", "counter", "Lines that nobody took in time.", facts->log_lost);
    }
    if (facts->tls)
        tls_add(out, facts->tls);
    if (facts->dns)
        dns_add(out, facts->dns);
    number_add(out, "pillion_ready", "gauge", "Whether the pod may get connections.", facts->is_ready);
}
