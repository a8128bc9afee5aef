#include "inject/prometheus.h"
#include "base/number.h"
#include "inject/environment.h"
#include "inject/name.h"
#include "inject/pod.h"
#include "tree/json.h"

/* Prometheus turns each byte of an annotation's name that is not a letter or a digit into an underscore, so
 * prometheus.io/port, prometheus-io/port and prometheus_io_port are one and the same. */
static bool is_annotation(struct slice key, struct slice sanitized)
{
    if (key.length != sanitized.length)
        return false; /* a rune of several bytes becomes one underscore, but then some other name is meant */
    for (size_t i = 0; i < key.length; i++) {
        char byte = key.bytes[i];
        bool stays = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
        if ((stays ? byte : '_') != sanitized.bytes[i])
            return false;
    }
    return true;
}

#define SCRAPE SLICE("prometheus_io_scrape")
#define PORT SLICE("prometheus_io_port")
#define PATH SLICE("prometheus_io_path")
#define TARGETS SLICE("prometheus_istio_io_scrape_targets")
#define SECURE_PORT SLICE("prometheus_istio_io_secure_port")

static bool find_annotation(const struct tree *annotations, struct slice sanitized, struct slice *ret_value)
{
    for (size_t i = 0; tree_is(annotations, TREE_MAP) && i < annotations->map.count; i++) {
        if (is_annotation(annotations->map.entries[i].key, sanitized)) {
            *ret_value = tree_text(annotations->map.entries[i].value);
            return true;
        }
    }
    return false;
}

bool prometheus_port(const struct tree *annotations, struct slice *ret_port)
{
    return find_annotation(annotations, PORT, ret_port);
}

void prometheus_clear(struct tree *annotations)
{
    for (size_t i = annotations->map.count; i-- > 0;) {
        struct slice key = annotations->map.entries[i].key;
        if (is_annotation(key, SCRAPE) || is_annotation(key, PORT) || is_annotation(key, PATH) ||
            is_annotation(key, TARGETS))
            tree_remove(annotations, key);
    }
}

bool prometheus_merge_wanted(const struct tree *annotations, const struct tree *mesh)
{
    struct slice text;
    bool wanted;
    if (pod_value(annotations, SLICE("prometheus.istio.io/merge-metrics"), &text) && number_parse_bool(text, &wanted))
        return wanted;
    const struct tree *configured = tree_get(mesh, SLICE("enablePrometheusMerge"));
    return !tree_is(configured, TREE_BOOL) || configured->boolean;
}

/* The first spelling that is a boolean decides; without one, scraping is on. */
static bool scrape_wanted(const struct tree *annotations)
{
    bool wanted;
    for (size_t i = 0; tree_is(annotations, TREE_MAP) && i < annotations->map.count; i++) {
        if (is_annotation(annotations->map.entries[i].key, SCRAPE) &&
            number_parse_bool(tree_text(annotations->map.entries[i].value), &wanted))
            return wanted;
    }
    return true;
}

/* Ports that the proxy and its agent keep for themselves (Istio, pilot/cmd/pilot-agent/status). */
static const struct {
    int64_t port;
    const char *use;
} reserved_ports[] = {
    {15000, "the proxy's administration"}, {15001, "outbound capture"},        {15004, "the control plane's debugging"},
    {15006, "inbound capture"},            {15008, "HBONE tunnels"},           {15020, "the agent's merged metrics"},
    {15021, "the proxy's health"},         {15053, "the DNS proxy"},           {15090, "the proxy's own metrics"},
};

static bool port_check(struct slice text, int64_t status_port, const char *annotation, struct error *error)
{
    int64_t port;
    if (!number_parse_i64(text, &port) || port < 1 || port > 65535)
        return error_set(error, ERROR_VALUE, (struct position){0},
                         "annotation %s: invalid port \"%.*s\", want a number from 1 to 65535", annotation,
                         SLICE_ARGS(text));
    if (port == status_port)
        return error_set(error, ERROR_VALUE, (struct position){0},
                         "annotation %s: port %.*s is the agent's own: it would scrape itself", annotation,
                         SLICE_ARGS(text));
    for (size_t i = 0; i < ARRAY_LENGTH(reserved_ports); i++) {
        if (reserved_ports[i].port == port)
            return error_set(error, ERROR_VALUE, (struct position){0},
                             "annotation %s: port %.*s is reserved for %s and cannot be scraped", annotation,
                             SLICE_ARGS(text), reserved_ports[i].use);
    }
    return true;
}

/* "8080:/a,9090" as the agent reads it: [{"port":"8080","path":"/a"},...]. False when an entry has no port: then the
 * annotation counts as not there. */
static bool targets_parse(struct arena *arena, struct slice text, struct tree **ret_targets)
{
    struct tree *targets = tree_list(arena, 0);
    struct slice_splitter splitter = {.rest = text};
    for (struct slice entry; slice_split(&splitter, ',', &entry);) {
        entry = slice_trim(entry);
        if (!entry.length)
            continue;
        size_t colon = slice_find_byte(entry, ':');
        struct slice port = slice_trim(slice_range(entry, 0, colon));
        struct slice path = colon == SLICE_NONE ? SLICE("") : slice_trim(slice_from_offset(entry, colon + 1));
        if (!port.length)
            return false;
        struct tree *target = tree_map(arena, 2);
        tree_put(arena, target, SLICE("port"), tree_string(arena, port));
        tree_put(arena, target, SLICE("path"), tree_string(arena, path.length ? path : SLICE("/metrics")));
        tree_append(arena, targets, target);
    }
    *ret_targets = targets;
    return true;
}

/* What the agent is told to scrape, for ISTIO_PROMETHEUS_ANNOTATIONS; NULL in *ret_text when there is nothing. */
static bool scrape_text(struct arena *arena, const struct tree *annotations, int64_t status_port,
                        struct slice *ret_text, struct error *error)
{
    struct slice scrape = SLICE(""), path = SLICE(""), port = SLICE(""), list;
    find_annotation(annotations, SCRAPE, &scrape);
    find_annotation(annotations, PATH, &path);
    find_annotation(annotations, PORT, &port);
    struct tree *targets = NULL;
    if (find_annotation(annotations, TARGETS, &list) && !targets_parse(arena, list, &targets))
        targets = NULL;
    if (tree_count(targets)) {
        /* Agents of before these targets read the first one from the old fields. */
        port = tree_text(tree_get(targets->list.items[0], SLICE("port")));
        path = tree_text(tree_get(targets->list.items[0], SLICE("path")));
        for (size_t i = 0; i < targets->list.count; i++) {
            if (!port_check(tree_text(tree_get(targets->list.items[i], SLICE("port"))), status_port,
                            "prometheus.istio.io/scrape-targets", error))
                return false;
        }
    } else if (port.length && !port_check(port, status_port, "prometheus.io/port", error)) {
        return false;
    }
    *ret_text = (struct slice){0};
    if (!scrape.length && !path.length && !port.length)
        return true;
    struct tree *map = tree_map(arena, 4);
    tree_put(arena, map, SLICE("scrape"), tree_string(arena, scrape));
    tree_put(arena, map, SLICE("path"), tree_string(arena, path));
    tree_put(arena, map, SLICE("port"), tree_string(arena, port));
    if (tree_count(targets))
        tree_put(arena, map, SLICE("targets"), targets);
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(1024 * 1024);
    json_write(&out, map, JSON_GO_HTML);
    *ret_text = arena_copy(arena, buffer_slice(&out));
    return true;
}

bool prometheus_merge(struct arena *arena, struct tree *annotations, struct tree *spec, int64_t status_port,
                      struct error *error)
{
    if (!scrape_wanted(annotations))
        return true;
    struct slice status_text = arena_format(arena, "%lld", (long long)status_port), port, text;
    /* Already ours: the pod is injected again. */
    if (prometheus_port(annotations, &port) && slice_equal(port, status_text))
        return true;
    if (!scrape_text(arena, annotations, status_port, &text, error))
        return false;
    if (text.length)
        environment_append(arena, spec, SLICE("ISTIO_PROMETHEUS_ANNOTATIONS"), text);
    /* Prometheus takes any one of several spellings, so all of them have to go. */
    prometheus_clear(annotations);
    tree_put(arena, annotations, SLICE("prometheus.io/port"), tree_string(arena, status_text));
    tree_put(arena, annotations, SLICE("prometheus.io/path"), tree_string(arena, SLICE("/stats/prometheus")));
    tree_put(arena, annotations, SLICE("prometheus.io/scrape"), tree_string(arena, SLICE("true")));
    return true;
}

void prometheus_announce_secure_port(struct arena *arena, struct tree *annotations, const struct tree *spec)
{
    struct slice value;
    if (find_annotation(annotations, SECURE_PORT, &value))
        return;
    value = environment_value(spec, SLICE("ENVOY_SECURE_MERGED_METRICS_PORT"));
    if (value.length && !slice_equal(value, SLICE("0")))
        tree_put(arena, annotations, SLICE("prometheus.istio.io/secure-port"), tree_string(arena, value));
}
