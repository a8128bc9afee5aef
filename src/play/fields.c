#include "play/fields.h"
#include "kube/quantity.h"
#include "template/quote.h"
#include <stdlib.h>
#include <unistd.h>

enum { FIELD_MAX = 1 << 20 };

static int entry_compare(const void *a, const void *b)
{
    const struct tree_entry *const *left = a, *const *right = b;
    return slice_compare((*left)->key, (*right)->key);
}

/* A line for each entry, `key="value"`, sorted (Kubernetes, pkg/fieldpath, FormatMap). */
static struct slice map_text(struct arena *arena, const struct tree *map)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(FIELD_MAX);
    size_t count = tree_is(map, TREE_MAP) ? map->map.count : 0;
    const struct tree_entry **sorted = arena_new(arena, const struct tree_entry *, count + 1);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &map->map.entries[i];
    qsort(sorted, count, sizeof *sorted, entry_compare);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buffer_add_byte(&out, '\n');
        buffer_add_slice(&out, sorted[i]->key);
        buffer_add_byte(&out, '=');
        quote_write(&out, tree_text(sorted[i]->value), false);
    }
    return arena_copy(arena, buffer_slice(&out));
}

/* "metadata.labels['app']": the value of that key, empty where there is none. */
static bool entry_field(const struct play_pod *pod, struct slice path, struct slice *ret)
{
    static const struct {
        struct slice prefix;
        const char *map;
    } maps[] = {{SLICE_CONSTANT("metadata.labels['"), "labels"},
                {SLICE_CONSTANT("metadata.annotations['"), "annotations"}};
    for (size_t i = 0; i < ARRAY_LENGTH(maps); i++) {
        if (slice_starts(path, maps[i].prefix) && slice_ends(path, SLICE("']"))) {
            struct slice key = slice_range(path, maps[i].prefix.length, path.length - 2);
            *ret = tree_text(tree_get(tree_at(pod->metadata, maps[i].map), key));
            return true;
        }
    }
    return false;
}

bool play_field(struct arena *arena, const struct play_pod *pod, struct slice path, struct slice *ret,
                struct error *error)
{
    const struct {
        struct slice path, value;
    } fields[] = {
        {SLICE_CONSTANT("metadata.name"), pod->name},
        {SLICE_CONSTANT("metadata.namespace"), pod->namespace},
        {SLICE_CONSTANT("spec.nodeName"), pod->node_name},
        {SLICE_CONSTANT("spec.serviceAccountName"), pod->account},
        {SLICE_CONSTANT("status.podIP"), pod->address},
        {SLICE_CONSTANT("status.podIPs"), pod->address},
        {SLICE_CONSTANT("status.hostIP"), SLICE_CONSTANT(PLAY_NODE_ADDRESS)},
        {SLICE_CONSTANT("status.hostIPs"), SLICE_CONSTANT(PLAY_NODE_ADDRESS)},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        if (slice_equal(fields[i].path, path)) {
            *ret = fields[i].value;
            return true;
        }
    }
    bool is_labels = slice_equal(path, SLICE("metadata.labels"));
    if (is_labels || slice_equal(path, SLICE("metadata.annotations"))) {
        *ret = map_text(arena, tree_get(pod->metadata, is_labels ? SLICE("labels") : SLICE("annotations")));
        return true;
    }
    return entry_field(pod, path, ret) || error_set(error, ERROR_VALUE, (struct position){0},
                                                    "fieldRef: there is no field \"%.*s\"", SLICE_ARGS(path));
}

static struct slice quantity_text(struct arena *arena, const struct tree *value)
{
    return tree_is(value, TREE_INT) ? arena_format(arena, "%lld", (long long)value->integer) : tree_text(value);
}

bool play_resource(struct arena *arena, const struct tree *container, const struct tree *reference, struct slice *ret,
                   struct error *error)
{
    struct slice resource = tree_text(tree_get(reference, SLICE("resource")));
    size_t dot = slice_find_byte(resource, '.');
    struct slice kind = slice_range(resource, 0, dot),
                 name = slice_from_offset(resource, dot == SLICE_NONE ? 0 : dot + 1);
    bool is_limit = slice_equal(kind, SLICE("limits"));
    if (!is_limit && !slice_equal(kind, SLICE("requests")))
        return error_set(error, ERROR_VALUE, (struct position){0}, "resourceFieldRef: there is no resource \"%.*s\"",
                         SLICE_ARGS(resource));
    struct slice text = quantity_text(arena, tree_get(tree_get(tree_get(container, SLICE("resources")), kind), name));
    struct slice divisor_text = quantity_text(arena, tree_get(reference, SLICE("divisor")));
    struct kube_quantity value = {0}, divisor;
    if (!divisor_text.length || slice_equal(divisor_text, SLICE("0")))
        divisor_text = SLICE("1");
    if (!kube_quantity_parse(divisor_text, &divisor, error) ||
        (text.length && !kube_quantity_parse(text, &value, error)))
        return error_wrap(error, "resourceFieldRef %.*s", SLICE_ARGS(resource));
    if (!text.length && is_limit && slice_equal(name, SLICE("cpu")))
        value.nanos = (__int128)sysconf(_SC_NPROCESSORS_ONLN) * 1000000000;
    else if (!text.length && is_limit && slice_equal(name, SLICE("memory")))
        value.nanos = (__int128)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) * 1000000000;
    if (divisor.nanos <= 0)
        return error_set(error, ERROR_VALUE, (struct position){0}, "resourceFieldRef %.*s: the divisor is not positive",
                         SLICE_ARGS(resource));
    __int128 quotient = (value.nanos + divisor.nanos - 1) / divisor.nanos;
    *ret = arena_format(arena, "%lld", (long long)quotient);
    return true;
}
