#include "proxy/app_probes.h"
#include "tree/json.h"

struct reading {
    struct arena *arena;
    const struct source *source;
    struct error *error;
};

static bool wrong(const struct reading *reading, const struct tree *tree, const char *what)
{
    return error_at(reading->error, ERROR_VALUE, reading->source, tree->offset, "%s", what);
}

/* ---- fields --------------------------------------------------------------------------------------------------- */

/* NULL in *ret for a field that is absent or null. */
static bool field_get(const struct reading *reading, const struct tree *map, struct slice name, enum tree_kind kind,
                      const char *wanted, const struct tree **ret)
{
    const struct tree *value = tree_get(map, name);
    *ret = tree_is_null(value) ? NULL : value;
    if (!*ret || value->kind == kind)
        return true;
    return error_at(reading->error, ERROR_VALUE, reading->source, value->offset, "%.*s is %s; want %s",
                    SLICE_ARGS(name), tree_kind_name(value), wanted);
}

static bool text_get(const struct reading *reading, const struct tree *map, struct slice name, struct slice *ret)
{
    const struct tree *value;
    if (!field_get(reading, map, name, TREE_STRING, "a string", &value))
        return false;
    *ret = tree_text(value);
    return true;
}

/* The injector has resolved named ports. */
static bool port_get(const struct reading *reading, const struct tree *map, uint16_t *ret)
{
    const struct tree *value;
    if (!field_get(reading, map, SLICE("port"), TREE_INT, "a number", &value))
        return false;
    if (!value || value->integer < 1 || value->integer > UINT16_MAX)
        return wrong(reading, value ? value : map, value ? "port is not from 1 to 65535" : "there is no port");
    *ret = (uint16_t)value->integer;
    return true;
}

/* With a "/" in front, what may not stand in a request's target escaped, without a fragment. */
static struct slice path_prepare(struct arena *arena, struct slice path)
{
    static const char digits[] = "0123456789ABCDEF";
    char *out = arena_take(arena, 3 * path.length + 1);
    size_t length = 0;
    if (!path.length || path.bytes[0] != '/')
        out[length++] = '/';
    for (size_t i = 0; i < path.length && path.bytes[i] != '#'; i++) {
        unsigned char byte = (unsigned char)path.bytes[i];
        if (byte > ' ' && byte < 0x7f) {
            out[length++] = (char)byte;
            continue;
        }
        out[length++] = '%';
        out[length++] = digits[byte >> 4];
        out[length++] = digits[byte & 15];
    }
    return (struct slice){out, length};
}

/* ---- one probe ------------------------------------------------------------------------------------------------ */

static bool http_read(const struct reading *reading, const struct tree *map, struct app_probe *probe)
{
    struct slice path, scheme;
    if (!text_get(reading, map, SLICE("path"), &path) || !text_get(reading, map, SLICE("scheme"), &scheme) ||
        !port_get(reading, map, &probe->port))
        return false;
    probe->path = path_prepare(reading->arena, path);
    probe->is_https = slice_equal(scheme, SLICE("HTTPS"));
    return true;
}

static bool tcp_read(const struct reading *reading, const struct tree *map, struct app_probe *probe)
{
    return port_get(reading, map, &probe->port);
}

static bool grpc_read(const struct reading *reading, const struct tree *map, struct app_probe *probe)
{
    return port_get(reading, map, &probe->port) && text_get(reading, map, SLICE("service"), &probe->service);
}

static bool kind_read(const struct reading *reading, const struct tree *map, struct app_probe *probe)
{
    static const struct {
        struct slice name;
        bool (*read)(const struct reading *reading, const struct tree *map, struct app_probe *probe);
    } kinds[] = {
        [APP_PROBE_HTTP] = {SLICE_CONSTANT("httpGet"), http_read},
        [APP_PROBE_TCP] = {SLICE_CONSTANT("tcpSocket"), tcp_read},
        [APP_PROBE_GRPC] = {SLICE_CONSTANT("grpc"), grpc_read},
    };
    size_t found = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        const struct tree *value;
        if (!field_get(reading, map, kinds[i].name, TREE_MAP, "an object", &value))
            return false;
        if (!value)
            continue;
        found++;
        probe->kind = (enum app_probe_kind)i;
        if (!kinds[i].read(reading, value, probe))
            return error_wrap(reading->error, "%.*s", SLICE_ARGS(kinds[i].name));
    }
    return found == 1 || wrong(reading, map, "want exactly one of httpGet, tcpSocket and grpc");
}

static bool timeout_read(const struct reading *reading, const struct tree *map, struct app_probe *probe)
{
    const struct tree *value;
    if (!field_get(reading, map, SLICE("timeoutSeconds"), TREE_INT, "a number", &value))
        return false;
    if (value && (value->integer < INT32_MIN || value->integer > INT32_MAX))
        return wrong(reading, value, "timeoutSeconds is too large");
    probe->timeout_seconds = value ? (int32_t)value->integer : 0;
    return true;
}

/* "/app-health/CONTAINER/livez" and the like: appProberPattern of Istio. */
static bool key_is_right(struct slice key)
{
    static const struct slice tops[] = {SLICE_CONSTANT("app-health"), SLICE_CONSTANT("app-lifecycle")};
    static const struct slice ends[] = {SLICE_CONSTANT("livez"), SLICE_CONSTANT("readyz"), SLICE_CONSTANT("startupz"),
                                        SLICE_CONSTANT("prestopz"), SLICE_CONSTANT("poststartz")};
    struct slice_splitter splitter = {.rest = key};
    struct slice parts[5];
    size_t count = 0;
    bool is_top = false, is_end = false;
    while (count < ARRAY_LENGTH(parts) && slice_split(&splitter, '/', &parts[count]))
        count++;
    if (count != 4 || parts[0].length || !parts[2].length)
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(tops); i++)
        is_top = is_top || slice_equal(parts[1], tops[i]);
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++)
        is_end = is_end || slice_equal(parts[3], ends[i]);
    return is_top && is_end;
}

static bool entry_read(const struct reading *reading, const struct tree_entry *entry, struct app_probe *probe)
{
    probe->key = entry->key;
    if (!key_is_right(entry->key))
        return error_at(reading->error, ERROR_VALUE, reading->source, entry->key_offset,
                        "\"%.*s\" is not /app-health/CONTAINER/{livez,readyz,startupz} or "
                        "/app-lifecycle/CONTAINER/{prestopz,poststartz}",
                        SLICE_ARGS(entry->key));
    if (!tree_is(entry->value, TREE_MAP))
        return error_at(reading->error, ERROR_VALUE, reading->source, entry->value->offset,
                        "\"%.*s\" is %s; want an object", SLICE_ARGS(entry->key), tree_kind_name(entry->value));
    return (kind_read(reading, entry->value, probe) && timeout_read(reading, entry->value, probe)) ||
           error_wrap(reading->error, "\"%.*s\"", SLICE_ARGS(entry->key));
}

/* ---- all of them ---------------------------------------------------------------------------------------------- */

bool app_probes_parse(struct arena *arena, struct slice text, struct app_probes *ret, struct error *error)
{
    struct source *source = arena_new(arena, struct source, 1);
    *source = (struct source){.name = SLICE("ISTIO_KUBE_APP_PROBERS"), .text = text};
    const struct reading reading = {arena, source, error};
    const struct tree *tree;
    *ret = (struct app_probes){0};
    if (!text.length)
        return true;
    if (!json_read(arena, source, &tree, error))
        return false;
    if (tree_is_null(tree))
        return true;
    if (!tree_is(tree, TREE_MAP))
        return wrong(&reading, tree, "want an object of paths and their probes");
    struct app_probe *items = arena_new(arena, struct app_probe, tree_count(tree));
    for (size_t i = 0; i < tree_count(tree); i++) {
        if (!entry_read(&reading, &tree->map.entries[i], &items[i]))
            return false;
    }
    *ret = (struct app_probes){items, tree_count(tree)};
    return true;
}

const struct app_probe *app_probes_find(const struct app_probes *probes, struct slice key)
{
    for (size_t i = 0; i < probes->count; i++) {
        if (slice_equal(probes->items[i].key, key))
            return &probes->items[i];
    }
    return NULL;
}
