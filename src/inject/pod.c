#include "inject/pod.h"

const struct tree *pod_annotations(const struct tree *pod)
{
    return tree_at(pod, "metadata", "annotations");
}

const struct tree *pod_labels(const struct tree *pod)
{
    return tree_at(pod, "metadata", "labels");
}

const struct tree *pod_containers(const struct tree *pod, bool init)
{
    return tree_at(pod, "spec", init ? "initContainers" : "containers");
}

bool pod_value(const struct tree *map, struct slice key, struct slice *ret_value)
{
    const struct tree *value = tree_get(map, key);
    if (!tree_is(value, TREE_STRING))
        return false;
    *ret_value = value->string;
    return true;
}

struct slice pod_value_or_empty(const struct tree *map, struct slice key)
{
    struct slice value = SLICE("");
    return pod_value(map, key, &value) ? value : SLICE("");
}

struct slice container_name(const struct tree *container)
{
    return tree_text(tree_get(container, SLICE("name")));
}

static struct container_place place_in(const struct tree *containers, struct slice name, bool init)
{
    for (size_t i = 0; tree_is(containers, TREE_LIST) && i < containers->list.count; i++) {
        if (slice_equal(container_name(containers->list.items[i]), name))
            return (struct container_place){.init = init, .found = true, .index = i};
    }
    return (struct container_place){0};
}

const struct tree *container_find(const struct tree *containers, struct slice name)
{
    struct container_place place = place_in(containers, name, false);
    return place.found ? containers->list.items[place.index] : NULL;
}

struct container_place pod_place_container(const struct tree *pod, struct slice name)
{
    struct container_place place = place_in(pod_containers(pod, false), name, false);
    return place.found ? place : place_in(pod_containers(pod, true), name, true);
}

const struct tree *pod_find_container(const struct tree *pod, struct slice name)
{
    const struct tree *container = container_find(pod_containers(pod, false), name);
    return container ? container : container_find(pod_containers(pod, true), name);
}

struct slice pod_display_name(struct arena *arena, const struct tree *pod)
{
    struct slice name = tree_text(tree_at(pod, "metadata", "name"));
    if (name.length)
        return name;
    struct slice generated = tree_text(tree_at(pod, "metadata", "generateName"));
    return generated.length ? arena_join(arena, generated, SLICE("*****")) : SLICE("");
}

struct tree *own_map(struct arena *arena, struct tree *parent, struct slice key)
{
    const struct tree *child = tree_get(parent, key);
    struct tree *own = tree_is(child, TREE_MAP) ? tree_copy_shallow(arena, child) : tree_map(arena, 4);
    tree_put(arena, parent, key, own);
    return own;
}

struct tree *own_list(struct arena *arena, struct tree *parent, struct slice key)
{
    const struct tree *child = tree_get(parent, key);
    struct tree *own = tree_is(child, TREE_LIST) ? tree_copy_shallow(arena, child) : tree_list(arena, 4);
    tree_put(arena, parent, key, own);
    return own;
}

struct tree *own_item(struct arena *arena, struct tree *list, size_t index)
{
    const struct tree *item = list->list.items[index];
    struct tree *own = tree_is(item, TREE_MAP) ? tree_copy_shallow(arena, item) : tree_map(arena, 4);
    tree_set_at(list, index, own);
    return own;
}
