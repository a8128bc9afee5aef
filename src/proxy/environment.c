#include "proxy/environment.h"
#include "base/duration.h"
#include "base/number.h"

enum kind { TEXT, SWITCH, NUMBER, DURATION };

struct row {
    const char *name;
    enum kind kind;
    size_t offset;
    int64_t least, most;
};

#define PLACE(member) offsetof(struct proxy_environment, member)
enum { PORT_MAX = 65535, DAY_MS = 24 * 3600 * 1000, PROCESSORS_MAX = 65536 };

static const struct row rows[] = {
    {"INSTANCE_IP", TEXT, PLACE(instance_address)},
    {"INSTANCE_IPS", TEXT, PLACE(instance_addresses)},
    {"POD_NAME", TEXT, PLACE(pod)},
    {"POD_NAMESPACE", TEXT, PLACE(namespace)},
    {"SERVICE_ACCOUNT", TEXT, PLACE(service_account)},
    {"TRUST_DOMAIN", TEXT, PLACE(trust_domain)},
    {"ISTIO_META_WORKLOAD_NAME", TEXT, PLACE(workload)},
    {"ISTIO_META_CLUSTER_ID", TEXT, PLACE(cluster)},
    {"ISTIO_META_MESH_ID", TEXT, PLACE(mesh)},
    {"ISTIO_META_INTERCEPTION_MODE", TEXT, PLACE(interception)},
    {"ISTIO_KUBE_APP_PROBERS", TEXT, PLACE(probers)},
    {"ISTIO_PROMETHEUS_ANNOTATIONS", TEXT, PLACE(prometheus_annotations)},
    {"ISTIO_BOOTSTRAP_OVERRIDE", TEXT, PLACE(bootstrap_override)},
    {"DNS_PROXY_ADDR", TEXT, PLACE(dns_address)},
    {"ISTIO_META_DNS_CAPTURE", SWITCH, PLACE(dns_capture)},
    {"DNS_FORWARD_PARALLEL", SWITCH, PLACE(dns_parallel)},
    {"ISTIO_DUAL_STACK", SWITCH, PLACE(dual_stack)},
    {"EXIT_ON_ZERO_ACTIVE_CONNECTIONS", SWITCH, PLACE(exits_on_zero)},
    {"METRICS_LOCALHOST_ACCESS_ONLY", SWITCH, PLACE(metrics_localhost_only)},
    {"REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION", SWITCH, PLACE(probes_localhost)},
    {"ISTIO_ENABLE_HTTP2_PROBING", SWITCH, PLACE(probes_http2)},
    {"ISTIO_CPU_LIMIT", NUMBER, PLACE(cpu_limit), 0, PROCESSORS_MAX},
    {"ENVOY_STATUS_PORT", NUMBER, PLACE(health_port), 1, PORT_MAX},
    {"ENVOY_PROMETHEUS_PORT", NUMBER, PLACE(prometheus_port), 1, PORT_MAX},
    {"ISTIO_META_IDLE_TIMEOUT", DURATION, PLACE(idle_ms), 0, 365 * (int64_t)DAY_MS},
    {"MINIMUM_DRAIN_DURATION", DURATION, PLACE(minimum_drain_ms), 0, DAY_MS},
    {"DNS_FORWARD_TIMEOUT", DURATION, PLACE(dns_timeout_ms), 1, DAY_MS},
};

static bool fail(const struct row *row, struct slice text, const char *expected, struct error *error)
{
    return error_set(error, ERROR_VALUE, (struct position){0}, "environment variable %s: \"%.*s\" is not %s", row->name,
                     SLICE_ARGS(text), expected);
}

static bool number_store(const struct row *row, struct slice text, int64_t number, int64_t *to, const char *unit,
                         struct error *error)
{
    if (number < row->least || number > row->most)
        return error_set(error, ERROR_VALUE, (struct position){0},
                         "environment variable %s: %.*s is out of range: want %lld to %lld%s", row->name,
                         SLICE_ARGS(text), (long long)row->least, (long long)row->most, unit);
    *to = number;
    return true;
}

static bool value_read(const struct row *row, struct slice text, void *to, struct error *error)
{
    int64_t number;
    switch (row->kind) {
    case TEXT:
        *(struct slice *)to = text;
        return true;
    case SWITCH:
        return number_parse_bool(text, to) || fail(row, text, "true or false", error);
    case NUMBER:
        return (number_parse_i64(text, &number) || fail(row, text, "a whole number", error)) &&
               number_store(row, text, number, to, "", error);
    case DURATION:
        return (duration_parse(text, &number) || fail(row, text, "a duration, such as 30s", error)) &&
               number_store(row, text, number / 1000000, to, " ms", error);
    }
    return false;
}

bool proxy_environment_read(const char *(*variable)(void *context, const char *name), void *context,
                            struct proxy_environment *values, struct error *error)
{
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct slice text = slice_from(variable(context, rows[i].name));
        if (text.length && !value_read(&rows[i], text, (char *)values + rows[i].offset, error))
            return false;
    }
    return true;
}
