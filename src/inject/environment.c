#include "inject/environment.h"
#include "inject/name.h"
#include "inject/pod.h"

static struct container_place place_of(const struct tree *spec)
{
    static const struct slice fields[] = {SLICE_CONSTANT("containers"), SLICE_CONSTANT("initContainers")};
    for (size_t field = 0; field < ARRAY_LENGTH(fields); field++) {
        const struct tree *containers = tree_get(spec, fields[field]);
        for (size_t i = 0; tree_is(containers, TREE_LIST) && i < containers->list.count; i++) {
            if (slice_equal(container_name(containers->list.items[i]), NAME_PROXY))
                return (struct container_place){.init = field == 1, .found = true, .index = i};
        }
    }
    return (struct container_place){0};
}

/* The sidecar's list of variables, the caller's to change; NULL without a sidecar. */
static struct tree *own_environment(struct arena *arena, struct tree *spec)
{
    struct container_place place = place_of(spec);
    if (!place.found)
        return NULL;
    struct tree *containers = own_list(arena, spec, place.init ? SLICE("initContainers") : SLICE("containers"));
    return own_list(arena, own_item(arena, containers, place.index), SLICE("env"));
}

static const struct tree *variable_new(struct arena *arena, struct slice name, struct slice value)
{
    struct tree *variable = tree_map(arena, 2);
    tree_put(arena, variable, SLICE("name"), tree_string(arena, name));
    tree_put(arena, variable, SLICE("value"), tree_string(arena, value));
    return variable;
}

static struct slice variable_name(const struct tree *variable)
{
    return tree_text(tree_get(variable, SLICE("name")));
}

void environment_append(struct arena *arena, struct tree *spec, struct slice name, struct slice value)
{
    struct tree *list = own_environment(arena, spec);
    if (list)
        tree_append(arena, list, variable_new(arena, name, value));
}

void environment_set(struct arena *arena, struct tree *spec, struct slice name, struct slice value)
{
    struct tree *list = own_environment(arena, spec);
    for (size_t i = 0; list && i < list->list.count; i++) {
        if (slice_equal(variable_name(list->list.items[i]), name)) {
            tree_set_at(list, i, variable_new(arena, name, value));
            return;
        }
    }
    if (list)
        tree_append(arena, list, variable_new(arena, name, value));
}

struct slice environment_value(const struct tree *spec, struct slice name)
{
    struct container_place place = place_of(spec);
    if (!place.found)
        return SLICE("");
    const struct tree *containers = tree_get(spec, place.init ? SLICE("initContainers") : SLICE("containers"));
    const struct tree *list = tree_get(containers->list.items[place.index], SLICE("env"));
    for (size_t i = 0; tree_is(list, TREE_LIST) && i < list->list.count; i++) {
        if (slice_equal(variable_name(list->list.items[i]), name))
            return tree_text(tree_get(list->list.items[i], SLICE("value")));
    }
    return SLICE("");
}

void environment_replace_all(struct arena *arena, struct tree *spec, const struct tree *variables)
{
    struct tree *list = tree_count(variables) ? own_environment(arena, spec) : NULL;
    if (!list)
        return;
    for (size_t i = list->list.count; i-- > 0;) {
        if (tree_get(variables, variable_name(list->list.items[i])))
            tree_remove_at(list, i);
    }
    /* The smallest name above the last one, again and again: there are a handful. */
    struct slice last = {0};
    for (size_t added = 0; added < variables->map.count; added++) {
        const struct tree_entry *next = NULL;
        for (size_t i = 0; i < variables->map.count; i++) {
            const struct tree_entry *entry = &variables->map.entries[i];
            if ((!added || slice_compare(entry->key, last) > 0) &&
                (!next || slice_compare(entry->key, next->key) < 0))
                next = entry;
        }
        last = next->key;
        tree_append(arena, list, variable_new(arena, next->key, tree_text(next->value)));
    }
}
