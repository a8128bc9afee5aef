#include "play/fields.h"
#include "play/making.h"

static bool is_optional(const struct tree *reference)
{
    return play_flag(reference, "optional", false);
}

/* *ret_found: there is such a variable at all. */
static bool key_read(struct play_making *making, const struct play_pod *pod, const struct tree *reference,
                     struct slice *ret, bool *ret_found)
{
    struct slice name = tree_text(tree_get(reference, SLICE("name"))),
                 key = tree_text(tree_get(reference, SLICE("key")));
    const struct tree *data = play_config_map(making, pod->namespace, name);
    const struct tree *value = tree_get(data, key);
    *ret_found = value != NULL;
    *ret = play_text(making, value);
    if (value || is_optional(reference))
        return true;
    if (!data)
        return error_set(making->error, ERROR_MISSING, (struct position){0}, "the manifest has no ConfigMap \"%.*s\"",
                         SLICE_ARGS(name));
    return error_set(making->error, ERROR_MISSING, (struct position){0}, "the ConfigMap \"%.*s\" has no key \"%.*s\"",
                     SLICE_ARGS(name), SLICE_ARGS(key));
}

static bool source_read(struct play_making *making, const struct play_pod *pod, const struct tree *container,
                        const struct tree *source, struct slice *ret, bool *ret_found)
{
    const struct tree *field = tree_get(source, SLICE("fieldRef")), *key = tree_get(source, SLICE("configMapKeyRef"));
    const struct tree *resource = tree_get(source, SLICE("resourceFieldRef"));
    *ret_found = true;
    if (!tree_is_null(field))
        return play_field(making->arena, pod, tree_text(tree_get(field, SLICE("fieldPath"))), ret, making->error);
    if (!tree_is_null(resource))
        return play_resource(making->arena, container, resource, ret, making->error);
    if (!tree_is_null(key))
        return key_read(making, pod, key, ret, ret_found);
    const struct tree *secret = tree_get(source, SLICE("secretKeyRef"));
    *ret_found = false;
    return (!tree_is_null(secret) && is_optional(secret)) ||
           error_set(making->error, ERROR_VALUE, (struct position){0},
                     "valueFrom: only fieldRef, resourceFieldRef and configMapKeyRef can be played");
}

static bool maps_add(struct play_making *making, const struct play_pod *pod, const struct tree *list,
                     struct play_variables *variables)
{
    for (size_t i = 0; tree_is(list, TREE_LIST) && i < list->list.count; i++) {
        const struct tree *reference = tree_get(list->list.items[i], SLICE("configMapRef"));
        struct slice name = tree_text(tree_get(reference, SLICE("name")));
        struct slice prefix = tree_text(tree_get(list->list.items[i], SLICE("prefix")));
        const struct tree *data = tree_is_null(reference) ? NULL : play_config_map(making, pod->namespace, name);
        if (!data && is_optional(reference))
            continue;
        if (!data)
            return error_set(making->error, ERROR_MISSING, (struct position){0},
                             "envFrom: the manifest has no ConfigMap \"%.*s\"", SLICE_ARGS(name));
        for (size_t j = 0; j < data->map.count; j++)
            play_variables_set(making->arena, variables, arena_join(making->arena, prefix, data->map.entries[j].key),
                               play_text(making, data->map.entries[j].value));
    }
    return true;
}

static bool list_add(struct play_making *making, const struct play_pod *pod, const struct tree *container,
                     struct play_variables *variables)
{
    const struct tree *list = tree_get(container, SLICE("env"));
    for (size_t i = 0; tree_is(list, TREE_LIST) && i < list->list.count; i++) {
        const struct tree *entry = list->list.items[i], *source = tree_get(entry, SLICE("valueFrom"));
        struct slice name = tree_text(tree_get(entry, SLICE("name"))), value;
        bool found = true;
        if (tree_is_null(source))
            value = play_expand(making->arena, tree_text(tree_get(entry, SLICE("value"))), variables);
        else if (!source_read(making, pod, container, source, &value, &found))
            return error_wrap(making->error, "variable %.*s", SLICE_ARGS(name));
        if (found)
            play_variables_set(making->arena, variables, name, value);
    }
    return true;
}

static void variable_add(struct play_making *making, struct play_variables *variables, const char *name,
                         const char *value)
{
    if (!play_variables_find(variables, slice_from(name)))
        play_variables_set(making->arena, variables, slice_from(name), slice_from(value));
}

bool play_environment_make(struct play_making *making, const struct play_pod *pod, const struct tree *container,
                           struct play_container *ret, struct play_variables *ret_variables)
{
    struct play_variables variables = {0};
    if (!maps_add(making, pod, tree_get(container, SLICE("envFrom")), &variables) ||
        !list_add(making, pod, container, &variables))
        return false;
    *ret_variables = variables;
    /* What an image or the runtime would say; the manifest's commands do not see it. */
    variable_add(making, &variables, "PATH",
                 "/run/pillion-play/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    variable_add(making, &variables, "HOSTNAME", pod->name.bytes);
    variable_add(making, &variables, "HOME", ret->uid ? "/tmp" : "/root");
    if (ret->is_proxy) {
        /* Its connections are what there is to be shown, and who asks for the end does not want to wait. */
        variable_add(making, &variables, "PILLION_ACCESS_LOG_FILE", "/dev/stdout");
        variable_add(making, &variables, "PILLION_ACCESS_LOG_ENCODING", "JSON");
        variable_add(making, &variables, "MINIMUM_DRAIN_DURATION", "0s");
    }
    char **environment = arena_new(making->arena, char *, variables.count + 1);
    for (size_t i = 0; i < variables.count; i++)
        environment[i] =
            (char *)(uintptr_t)arena_format(making->arena, "%.*s=%.*s", (int)variables.list[i].name.length,
                                            variables.list[i].name.bytes, (int)variables.list[i].value.length,
                                            variables.list[i].value.bytes)
                .bytes;
    ret->environment = environment;
    return true;
}
