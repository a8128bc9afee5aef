#include "inject/status.h"
#include "base/number.h"
#include "inject/name.h"
#include "inject/pod.h"
#include "inject/prometheus.h"
#include "tree/json.h"

const struct tree *status_read(struct arena *arena, const struct tree *pod)
{
    struct source source = {.name = SLICE("annotation sidecar.istio.io/status")};
    const struct tree *status;
    if (!pod_value(pod_annotations(pod), ANNOTATION_STATUS, &source.text) || !json_read(arena, &source, &status, NULL))
        return NULL;
    if (status->kind != TREE_MAP)
        return status->kind == TREE_NULL ? &tree_empty_map_node : NULL;
    /* Go reads it into lists of strings: anything else makes the whole status unreadable. */
    static const struct slice lists[] = {SLICE_CONSTANT("initContainers"), SLICE_CONSTANT("containers"),
                                         SLICE_CONSTANT("volumes"), SLICE_CONSTANT("imagePullSecrets")};
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        const struct tree *list = tree_get(status, lists[i]);
        if (tree_is_null(list))
            continue;
        if (list->kind != TREE_LIST)
            return NULL;
        for (size_t item = 0; item < list->list.count; item++) {
            if (list->list.items[item]->kind != TREE_STRING && list->list.items[item]->kind != TREE_NULL)
                return NULL;
        }
    }
    return status;
}

bool status_names(const struct tree *status, struct slice list_name, struct slice name)
{
    const struct tree *list = tree_get(status, list_name);
    for (size_t i = 0; tree_is(list, TREE_LIST) && i < list->list.count; i++) {
        if (slice_equal(tree_text(list->list.items[i]), name))
            return true;
    }
    return false;
}

static const struct tree *names_of(struct arena *arena, const struct tree *items)
{
    if (!tree_is(items, TREE_LIST) || !items->list.count)
        return &tree_null_node; /* Go prints a nil slice as null */
    struct tree *names = tree_list(arena, items->list.count);
    for (size_t i = 0; i < items->list.count; i++)
        tree_append(arena, names, tree_string(arena, container_name(items->list.items[i])));
    return names;
}

struct slice status_text(struct arena *arena, const struct tree *template_spec, struct slice revision,
                         struct slice version)
{
    static const struct slice lists[] = {SLICE_CONSTANT("initContainers"), SLICE_CONSTANT("containers"),
                                         SLICE_CONSTANT("volumes"), SLICE_CONSTANT("imagePullSecrets")};
    struct tree *status = tree_map(arena, 5);
    if (version.length)
        tree_put(arena, status, SLICE("version"), tree_string(arena, version));
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
        tree_put(arena, status, lists[i], names_of(arena, tree_get(template_spec, lists[i])));
    if (!version.length)
        tree_put(arena, status, SLICE("revision"), tree_string(arena, revision.length ? revision : SLICE("default")));
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(16 * 1024 * 1024);
    json_write(&out, status, JSON_GO_HTML);
    return arena_copy(arena, buffer_slice(&out));
}

void container_move(struct tree *containers, struct slice name, enum container_move where)
{
    const struct tree *match = NULL;
    for (size_t i = containers->list.count; i-- > 0;) {
        if (!slice_equal(container_name(containers->list.items[i]), name))
            continue;
        if (!match)
            match = containers->list.items[i];
        tree_remove_at(containers, i);
    }
    if (!match || where == CONTAINER_REMOVE)
        return;
    /* One was taken out, so there is room for it without an arena. */
    size_t at = where == CONTAINER_FIRST ? 0 : containers->list.count;
    memmove(containers->list.items + at + 1, containers->list.items + at,
            (containers->list.count - at) * sizeof *containers->list.items);
    containers->list.items[at] = match;
    containers->list.count++;
}

const struct tree *status_strip(struct arena *arena, const struct tree *pod, int64_t status_port)
{
    const struct tree *status = status_read(arena, pod);
    if (!status)
        return pod;
    struct tree *stripped = tree_copy_shallow(arena, pod);
    struct tree *spec = own_map(arena, stripped, SLICE("spec"));
    static const struct slice lists[] = {SLICE_CONSTANT("containers"), SLICE_CONSTANT("initContainers")};
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        const struct tree *names = tree_get(status, lists[i]);
        if (!tree_count(names) || !tree_is(tree_get(spec, lists[i]), TREE_LIST))
            continue;
        struct tree *containers = own_list(arena, spec, lists[i]);
        for (size_t name = 0; name < names->list.count; name++)
            container_move(containers, tree_text(names->list.items[name]), CONTAINER_REMOVE);
    }
    struct tree *metadata = own_map(arena, stripped, SLICE("metadata"));
    struct tree *annotations = own_map(arena, metadata, SLICE("annotations"));
    struct slice port;
    int64_t number;
    if (prometheus_port(annotations, &port) && number_parse_i64(port, &number) && number == status_port)
        prometheus_clear(annotations);
    tree_remove(annotations, ANNOTATION_STATUS);
    return stripped;
}
