#include "inject/mesh.h"
#include "base/number.h"
#include "inject/name.h"
#include "inject/pod.h"
#include "kube/conform.h"
#include "kube/mesh_types.h"
#include "kube/text.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include <assert.h>

const struct mesh_generation *mesh_generation(bool is_1_0)
{
    static const struct mesh_generation today = {&mesh_type_MeshConfig, &mesh_type_ProxyConfig, &mesh_defaults_json};
    static const struct mesh_generation in_1_0 = {&mesh_1_0_type_MeshConfig, &mesh_1_0_type_ProxyConfig,
                                                  &mesh_1_0_defaults_json};
    return is_1_0 ? &in_1_0 : &today;
}

const struct tree *mesh_defaults(struct arena *arena, const struct mesh_generation *generation)
{
    struct source source = {.name = SLICE("built-in mesh defaults"), .text = *generation->defaults};
    const struct tree *mesh = NULL;
    bool is_json = json_read(arena, &source, &mesh, NULL);
    assert(is_json && mesh->kind == TREE_MAP);
    (void)is_json;
    return mesh;
}

int64_t mesh_status_port(const struct tree *mesh)
{
    const struct tree *port = tree_at(mesh, "defaultConfig", "statusPort");
    return tree_is(port, TREE_INT) ? port->integer : 0;
}

/* ---- what no proxy could work with (Istio, pkg/config/validation/agent) ---- */

static bool invalid(struct error *error, const char *field, const struct tree *value, const char *expected)
{
    if (!value)
        return error_set(error, ERROR_MISSING, (struct position){0}, "%s: missing, want %s", field, expected);
    if (value->kind == TREE_STRING)
        return error_set(error, ERROR_VALUE, (struct position){0}, "%s: \"%.*s\" is not %s", field,
                         SLICE_ARGS(value->string), expected);
    return error_set(error, ERROR_VALUE, (struct position){0}, "%s: found %s, want %s", field, tree_kind_name(value),
                     expected);
}

static bool is_host(struct slice host)
{
    if (!host.length || host.length > 255)
        return false;
    if (host.bytes[0] == '[')
        return host.bytes[host.length - 1] == ']';
    for (size_t i = 0; i < host.length; i++) {
        char byte = host.bytes[i];
        if (!((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
              byte == '-' || byte == '.' || byte == '_'))
            return false;
    }
    return true;
}

/* The host may be the node's, whose address Kubernetes puts in. */
static bool is_address(const struct tree *value)
{
    struct slice text = tree_text(value);
    size_t colon = slice_find_last(text, SLICE(":"));
    uint16_t port;
    if (colon == SLICE_NONE)
        return false;
    struct slice host = slice_range(text, 0, colon);
    return (is_host(host) || slice_equal(host, SLICE("$(HOST_IP)"))) &&
           number_parse_u16(slice_from_offset(text, colon + 1), &port) && port > 0;
}

static bool is_port(const struct tree *value)
{
    return tree_is(value, TREE_INT) && value->integer >= 1 && value->integer <= 65535;
}

/* Whether it lasts at least a millisecond and a whole number of `unit` nanoseconds. */
static bool is_duration(const struct tree *value, int64_t unit)
{
    int64_t nanoseconds;
    return tree_is(value, TREE_STRING) && kube_text_parse_duration(value->string, &nanoseconds) &&
           nanoseconds >= 1000000 && nanoseconds % unit == 0;
}

/* Addresses that may be missing, but not wrong; of a tracer that is named, the address may not be missing either. */
static bool addresses_check(const struct tree *proxy, struct error *error)
{
    static const struct {
        const char *name, *path[3];
        bool is_required;
    } fields[] = {
        {"statsdUdpAddress", {"statsdUdpAddress"}, false},
        {"envoyMetricsServiceAddress", {"envoyMetricsServiceAddress"}, false},
        {"envoyMetricsService.address", {"envoyMetricsService", "address"}, false},
        {"envoyAccessLogService.address", {"envoyAccessLogService", "address"}, false},
        {"tracing.lightstep.address", {"tracing", "lightstep", "address"}, true},
        {"tracing.zipkin.address", {"tracing", "zipkin", "address"}, true},
        {"tracing.datadog.address", {"tracing", "datadog", "address"}, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        const struct tree *holder = NULL, *value = proxy;
        for (size_t step = 0; step < ARRAY_LENGTH(fields[i].path) && fields[i].path[step]; step++) {
            holder = value;
            value = tree_get(value, slice_from(fields[i].path[step]));
        }
        if (!tree_is(holder, TREE_MAP) || (!tree_text(value).length && !fields[i].is_required))
            continue;
        if (!is_address(value))
            return invalid(error, fields[i].name, value, "an address HOST:PORT");
    }
    return true;
}

static bool proxy_check(const struct mesh_generation *generation, const struct tree *proxy, struct error *error)
{
    static const char *const texts[] = {"configPath", "binaryPath"};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        const struct tree *value = tree_at(proxy, texts[i]);
        if (!tree_text(value).length)
            return invalid(error, texts[i], value, "a path");
    }
    const struct tree *cluster = tree_at(proxy, "serviceCluster");
    if (!tree_text(cluster).length && !tree_at(proxy, "tracingServiceName"))
        return invalid(error, "serviceCluster", cluster, "a name");
    const struct tree *drain = tree_at(proxy, "drainDuration");
    if (!is_duration(drain, 1000000000))
        return invalid(error, "drainDuration", drain, "a duration of whole seconds");
    if (!is_address(tree_at(proxy, "discoveryAddress")))
        return invalid(error, "discoveryAddress", tree_at(proxy, "discoveryAddress"), "an address HOST:PORT");
    if (!addresses_check(proxy, error))
        return false;
    static const char *const ports[] = {"proxyAdminPort", "statusPort"};
    for (size_t i = 0; i < ARRAY_LENGTH(ports); i++) {
        const struct tree *value = tree_at(proxy, ports[i]);
        /* 1.0 has no status port. */
        if (type_field_by_json(generation->proxy, slice_from(ports[i])) && !is_port(value))
            return invalid(error, ports[i], value, "a port, 1 to 65535");
    }
    return true;
}

static bool mesh_check(const struct mesh_generation *generation, const struct tree *mesh, struct error *error)
{
    const struct tree *port = tree_at(mesh, "proxyListenPort"), *timeout = tree_at(mesh, "connectTimeout");
    if (!is_port(port))
        return invalid(error, "proxyListenPort", port, "a port, 1 to 65535");
    if (!is_duration(timeout, 1000000))
        return invalid(error, "connectTimeout", timeout, "a duration of whole milliseconds");
    return proxy_check(generation, tree_at(mesh, "defaultConfig"), error) || error_wrap(error, "defaultConfig");
}

/* ---- layers ---- */

/* Lays the fields of a protobuf message over another: each replaces the whole field, null leaves it as it is, and
 * fields that the message does not have count for nothing. *ret_overlay is the overlay with JSON's names and checked
 * values. */
static bool message_overlay(struct arena *arena, const struct source *source, const struct tree *base,
                            const struct type *type, const struct tree **overlay, struct tree **ret_message,
                            struct error *error)
{
    if ((*overlay)->kind != TREE_MAP)
        return error_at(error, ERROR_VALUE, source, (*overlay)->offset == TREE_NO_OFFSET ? 0 : (*overlay)->offset,
                        "found %s, want an object with fields such as %.*s", tree_kind_name(*overlay),
                        SLICE_ARGS(type->fields[0].json_name));
    if (!kube_conform(arena, source, *overlay, type, KUBE_FROM_JSON, overlay, error))
        return false;
    struct tree *message = tree_copy_shallow(arena, base);
    for (size_t i = 0; i < (*overlay)->map.count; i++) {
        const struct tree_entry *entry = &(*overlay)->map.entries[i];
        if (entry->value->kind != TREE_NULL && type_field_by_json(type, entry->key))
            tree_put_at(arena, message, entry->key, entry->key_offset, entry->value);
    }
    *ret_message = message;
    return true;
}

/* Both maps of texts, the second one's on top. */
static const struct tree *maps_join(struct arena *arena, const struct tree *below, const struct tree *above)
{
    if (!tree_count(below) || !tree_count(above))
        return tree_count(above) ? above : below;
    struct tree *joined = tree_copy_shallow(arena, below);
    for (size_t i = 0; i < above->map.count; i++)
        tree_put(arena, joined, above->map.entries[i].key, above->map.entries[i].value);
    return joined;
}

static bool proxy_overlay(struct arena *arena, const struct mesh_generation *generation, const struct source *source,
                          const struct tree *proxy, const struct tree *overlay, const struct tree **ret_proxy,
                          struct error *error)
{
    struct tree *own;
    if (!message_overlay(arena, source, proxy, generation->proxy, &overlay, &own, error))
        return false;
    /* Fields replace each other, but for these two maps, which add up. */
    static const struct slice added[] = {SLICE_CONSTANT("proxyMetadata"), SLICE_CONSTANT("proxyHeaders")};
    for (size_t i = 0; i < ARRAY_LENGTH(added); i++) {
        const struct tree *joined = maps_join(arena, tree_get(proxy, added[i]), tree_get(own, added[i]));
        if (joined)
            tree_put(arena, own, added[i], joined);
    }
    /* One of a group: naming one takes the other back. */
    static const struct slice names[] = {SLICE_CONSTANT("serviceCluster"), SLICE_CONSTANT("tracingServiceName")};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (!tree_is_null(tree_get(overlay, names[i])))
            tree_remove(own, names[1 - i]);
    }
    *ret_proxy = own;
    return true;
}

static bool overlay_read(struct arena *arena, const struct source *source, const struct tree **ret_overlay,
                         struct error *error)
{
    if (!yaml_read(arena, source, NULL, ret_overlay, error))
        return false;
    if ((*ret_overlay)->kind == TREE_NULL)
        *ret_overlay = &tree_empty_map_node;
    return true;
}

bool mesh_overlay_proxy(struct arena *arena, const struct mesh_generation *generation, const struct tree *proxy,
                        const struct source *source, const struct tree **ret_proxy, struct error *error)
{
    const struct tree *overlay;
    return overlay_read(arena, source, &overlay, error) &&
           proxy_overlay(arena, generation, source, proxy, overlay, ret_proxy, error);
}

static const struct tree *find_by_name(const struct tree *list, struct slice name, size_t *ret_index)
{
    for (size_t i = 0; tree_is(list, TREE_LIST) && i < list->list.count; i++) {
        *ret_index = i;
        if (tree_text_is(tree_get(list->list.items[i], SLICE("name")), name))
            return list->list.items[i];
    }
    return NULL;
}

/* Providers of the defaults stay unless one of the same name takes their place. */
static const struct tree *providers_join(struct arena *arena, const struct tree *defaults, const struct tree *given)
{
    struct tree *joined = tree_copy_shallow(arena, tree_is(defaults, TREE_LIST) ? defaults : &tree_empty_list_node);
    for (size_t i = 0; i < given->list.count; i++) {
        size_t index;
        if (find_by_name(joined, tree_text(tree_get(given->list.items[i], SLICE("name"))), &index))
            tree_set_at(joined, index, given->list.items[i]);
        else
            tree_append(arena, joined, given->list.items[i]);
    }
    return joined;
}

bool mesh_load(struct arena *arena, const struct mesh_generation *generation, const struct source *source,
               const struct tree **ret_mesh, struct error *error)
{
    static const struct slice config_name = SLICE_CONSTANT("defaultConfig"),
                              providers_name = SLICE_CONSTANT("extensionProviders");
    const struct tree *defaults = mesh_defaults(arena, generation), *overlay;
    struct tree *mesh;
    if (!overlay_read(arena, source, &overlay, error) ||
        !message_overlay(arena, source, defaults, generation->mesh, &overlay, &mesh, error))
        return false;
    const struct tree *proxy = tree_get(defaults, config_name), *given = tree_get(overlay, config_name);
    if (!tree_is_null(given) && !proxy_overlay(arena, generation, source, proxy, given, &proxy, error))
        return error_wrap(error, "defaultConfig");
    tree_put(arena, mesh, config_name, proxy);
    given = tree_get(overlay, providers_name);
    if (!tree_is_null(given))
        tree_put(arena, mesh, providers_name, providers_join(arena, tree_get(defaults, providers_name), given));
    if (!mesh_check(generation, mesh, error))
        return error_place(error, (struct position){.file = source->name, .line = 1, .column = 1});
    *ret_mesh = mesh;
    return true;
}

bool mesh_check_proxy_annotation(struct arena *arena, const struct tree *annotations, struct error *error)
{
    struct source source = {.name = SLICE("annotation proxy.istio.io/config")};
    if (!pod_value(annotations, ANNOTATION_PROXY_CONFIG, &source.text))
        return true;
    const struct mesh_generation *generation = mesh_generation(false);
    const struct tree *proxy = tree_at(mesh_defaults(arena, generation), "defaultConfig");
    return mesh_overlay_proxy(arena, generation, proxy, &source, &proxy, error) &&
           (proxy_check(generation, proxy, error) || error_wrap(error, "annotation proxy.istio.io/config"));
}
