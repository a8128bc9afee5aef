#include "proxy/scrape_targets.h"
#include "base/number.h"
#include "tree/json.h"

struct reading {
    struct arena *arena;
    const struct source *source;
    struct error *error;
    uint16_t status_port;
};

static const char *reserved_for(uint16_t port)
{
    static const struct {
        uint16_t port;
        const char *what;
    } ports[] = {
        {15000, "Envoy's administration"}, {15001, "outbound traffic"}, {15004, "debugging"},
        {15006, "inbound traffic"},        {15008, "the HBONE tunnel"}, {15020, "merged metrics"},
        {15021, "the proxy's readiness"},  {15053, "the DNS proxy"},    {15090, "the proxy's metrics"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ports); i++) {
        if (ports[i].port == port)
            return ports[i].what;
    }
    return NULL;
}

/* "" where it is absent; all values are strings. */
static bool text_get(const struct reading *reading, const struct tree *map, struct slice name,
                     const struct tree **ret_tree, struct slice *ret)
{
    const struct tree *value = tree_get(map, name);
    *ret_tree = value ? value : map;
    *ret = tree_text(value);
    if (tree_is_null(value) || value->kind == TREE_STRING)
        return true;
    return error_at(reading->error, ERROR_VALUE, reading->source, value->offset, "%.*s is %s; want a string",
                    SLICE_ARGS(name), tree_kind_name(value));
}

static bool port_read(const struct reading *reading, const struct tree *tree, struct slice text, uint16_t *ret)
{
    struct error *error = reading->error;
    int64_t port;
    if (!number_parse_i64(text, &port) || port < 1 || port > UINT16_MAX)
        return error_at(error, ERROR_VALUE, reading->source, tree->offset, "\"%.*s\" is no port", SLICE_ARGS(text));
    *ret = (uint16_t)port;
    if (*ret == reading->status_port)
        return error_at(
            error, ERROR_VALUE, reading->source, tree->offset,
            "port %u is the status port itself: each scrape would ask for another. Is the pod annotated with "
            "prometheus.io/port: \"%u\", or injected twice?",
            *ret, *ret);
    const char *what = reserved_for(*ret);
    return !what ||
           error_at(error, ERROR_VALUE, reading->source, tree->offset, "port %u is the sidecar's, for %s", *ret, what);
}

/* What a request's target may not have would end its line. */
static bool path_read(const struct reading *reading, const struct tree *tree, struct slice text, struct slice *ret)
{
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.bytes[i] <= ' ' || (unsigned char)text.bytes[i] == 0x7f)
            return error_at(reading->error, ERROR_VALUE, reading->source, tree->offset,
                            "the path has a blank or a control character");
    }
    size_t end = slice_find_byte(text, '#');
    *ret = slice_range(text, 0, end);
    if (!ret->length)
        *ret = SLICE("/metrics");
    if (ret->bytes[0] != '/')
        *ret = arena_join(reading->arena, SLICE("/"), *ret);
    return true;
}

static bool target_read(const struct reading *reading, const struct tree *map, struct slice default_port,
                        struct scrape_target *ret)
{
    const struct tree *port_tree, *path_tree;
    struct slice port, path;
    if (!tree_is(map, TREE_MAP))
        return error_at(reading->error, ERROR_VALUE, reading->source, map->offset, "want an object, not %s",
                        tree_kind_name(map));
    return text_get(reading, map, SLICE("port"), &port_tree, &port) &&
           text_get(reading, map, SLICE("path"), &path_tree, &path) &&
           port_read(reading, port_tree, port.length ? port : default_port, &ret->port) &&
           path_read(reading, path_tree, path, &ret->path);
}

static bool list_read(const struct reading *reading, const struct tree *list, struct scrape_targets *ret)
{
    size_t count = tree_count(list);
    struct scrape_target *items = arena_new(reading->arena, struct scrape_target, count);
    if (count > SCRAPE_TARGETS_MAX)
        return error_at(reading->error, ERROR_LIMIT, reading->source, list->offset, "more than %d targets",
                        SCRAPE_TARGETS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!target_read(reading, list->list.items[i], (struct slice){"", 0}, &items[i]))
            return false;
    }
    *ret = (struct scrape_targets){items, count};
    return true;
}

bool scrape_targets_parse(struct arena *arena, struct slice text, bool is_set, uint16_t status_port,
                          struct scrape_targets *ret, struct error *error)
{
    struct source *source = arena_new(arena, struct source, 1);
    *source = (struct source){.name = SLICE("ISTIO_PROMETHEUS_ANNOTATIONS"), .text = text};
    const struct reading reading = {arena, source, error, status_port};
    const struct tree *tree, *scrape_tree;
    struct slice scrape;
    *ret = (struct scrape_targets){0};
    if (!is_set)
        return true;
    if (!json_read(arena, source, &tree, error))
        return false;
    if (tree_is_null(tree))
        tree = &tree_empty_map_node;
    if (!tree_is(tree, TREE_MAP))
        return error_at(error, ERROR_VALUE, source, tree->offset, "want an object, not %s", tree_kind_name(tree));
    if (!text_get(&reading, tree, SLICE("scrape"), &scrape_tree, &scrape))
        return false;
    if (slice_equal(scrape, SLICE("false")))
        return true;
    const struct tree *targets = tree_get(tree, SLICE("targets"));
    if (!tree_is_null(targets) && !tree_is(targets, TREE_LIST))
        return error_at(error, ERROR_VALUE, source, targets->offset, "targets is %s; want a list",
                        tree_kind_name(targets));
    if (tree_count(targets))
        return list_read(&reading, targets, ret);
    struct scrape_target *only = arena_new(arena, struct scrape_target, 1);
    if (!target_read(&reading, tree, SLICE("80"), only))
        return false;
    *ret = (struct scrape_targets){only, 1};
    return true;
}
