#include "kube/config_maps.h"

struct slice config_map_revised(struct arena *arena, const char *name, struct slice revision)
{
    if (!revision.length || slice_equal(revision, SLICE("default")))
        return slice_from(name);
    return arena_format(arena, "%s-%.*s", name, SLICE_ARGS(revision));
}

struct config_map_names config_map_names(struct arena *arena, struct slice namespace, struct slice revision,
                                         struct slice inject, struct slice mesh)
{
    return (struct config_map_names){
        .namespace = namespace.length ? namespace : SLICE("istio-system"),
        .inject = inject.length ? inject : config_map_revised(arena, "istio-sidecar-injector", revision),
        .mesh = mesh.length ? mesh : config_map_revised(arena, "istio", revision),
    };
}

bool config_map_text(struct arena *arena, const struct tree *object, struct slice key, struct source *ret_source,
                     struct error *error)
{
    const struct tree *data = tree_get(object, SLICE("data")), *text = tree_get(data, key);
    struct slice map = arena_format(arena, "configmap %.*s/%.*s",
                                    SLICE_ARGS(tree_text(tree_at(object, "metadata", "namespace"))),
                                    SLICE_ARGS(tree_text(tree_at(object, "metadata", "name"))));
    if (!tree_is(text, TREE_STRING)) {
        struct slice keys = SLICE("");
        for (size_t i = 0; tree_is(data, TREE_MAP) && i < tree_count(data) && keys.length < 200; i++)
            keys = arena_format(arena, "%.*s%s%.*s", SLICE_ARGS(keys), i ? ", " : "",
                                SLICE_ARGS(data->map.entries[i].key));
        return error_set(error, ERROR_MISSING, (struct position){.file = map}, "there is no key %.*s in it%s%.*s",
                         SLICE_ARGS(key), keys.length ? "; it has " : "", SLICE_ARGS(keys));
    }
    *ret_source = (struct source){
        .name = arena_format(arena, "%.*s, key %.*s", SLICE_ARGS(map), SLICE_ARGS(key)), .text = text->string};
    return true;
}

static bool inject_map_get(struct kube_client *client, struct arena *arena, const struct config_map_names *names,
                           unsigned wanted, struct config_map_texts *texts, struct error *error)
{
    struct kube_resource resource = {"v1", "configmaps", names->namespace, names->inject};
    struct kube_answer answer;
    if (!kube_get(client, arena, &resource, &answer, error))
        return false;
    if (wanted & CONFIG_MAP_CONFIG && !config_map_text(arena, answer.object, SLICE("config"), &texts->config, error))
        return false;
    if (wanted & CONFIG_MAP_VALUES &&
        !config_map_text(arena, answer.object, SLICE("values"), &texts->values, NULL))
        texts->values = (struct source){0};
    return true;
}

static bool mesh_map_get(struct kube_client *client, struct arena *arena, const struct config_map_names *names,
                         struct config_map_texts *texts, struct error *error)
{
    struct kube_resource resource = {"v1", "configmaps", names->namespace, names->mesh};
    struct kube_answer answer;
    return kube_get(client, arena, &resource, &answer, error) &&
           config_map_text(arena, answer.object, SLICE("mesh"), &texts->mesh, error);
}

bool config_maps_get(struct kube_client *client, struct arena *arena, const struct config_map_names *names,
                     unsigned wanted, struct config_map_texts *ret_texts, struct error *error)
{
    struct config_map_texts texts = {0};
    if (wanted & (CONFIG_MAP_CONFIG | CONFIG_MAP_VALUES) &&
        !inject_map_get(client, arena, names, wanted, &texts, error))
        return false;
    if (wanted & CONFIG_MAP_MESH && !mesh_map_get(client, arena, names, &texts, error))
        return false;
    *ret_texts = texts;
    return true;
}
