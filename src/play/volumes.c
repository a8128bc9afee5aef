#include "play/fields.h"
#include "play/making.h"

static bool volume_fail(struct play_making *making, const struct play_volume *volume)
{
    return error_wrap(making->error, "volume \"%.*s\"", SLICE_ARGS(volume->name));
}

static void file_add(struct play_making *making, struct play_volume *volume, size_t capacity, struct slice path,
                     struct slice text)
{
    if (!volume->files)
        volume->files = arena_new(making->arena, struct play_file, capacity);
    volume->files[volume->file_count++] = (struct play_file){arena_copy(making->arena, path), text};
}

/* No file of a volume stands outside of it, as the API server sees to, too. */
static bool path_check(struct play_making *making, struct slice path)
{
    struct slice_splitter splitter = {.rest = path};
    bool is_fine = path.length && path.bytes[0] != '/';
    for (struct slice part; is_fine && slice_split(&splitter, '/', &part);)
        is_fine = part.length && !slice_equal(part, SLICE(".."));
    return is_fine || error_set(making->error, ERROR_VALUE, (struct position){0},
                                "\"%.*s\" is no path within the volume", SLICE_ARGS(path));
}

static bool downward_add(struct play_making *making, const struct play_pod *pod, const struct tree *source,
                         struct play_volume *volume, size_t capacity)
{
    const struct tree *items = tree_get(source, SLICE("items"));
    for (size_t i = 0; tree_is(items, TREE_LIST) && i < items->list.count; i++) {
        const struct tree *item = items->list.items[i];
        struct slice path = tree_text(tree_get(item, SLICE("path"))), text = SLICE("");
        const struct tree *field = tree_at(item, "fieldRef", "fieldPath");
        if (!path_check(making, path) ||
            (field && !play_field(making->arena, pod, tree_text(field), &text, making->error)))
            return false;
        file_add(making, volume, capacity, path, text);
    }
    return true;
}

static bool config_map_add(struct play_making *making, const struct play_pod *pod, const struct tree *source,
                           struct slice name, struct play_volume *volume, size_t capacity)
{
    const struct tree *data = play_config_map(making, pod->namespace, name);
    const struct tree *items = tree_get(source, SLICE("items"));
    if (!data && play_flag(source, "optional", false))
        return true;
    if (!data)
        return error_set(making->error, ERROR_MISSING, (struct position){0}, "the manifest has no ConfigMap \"%.*s\"",
                         SLICE_ARGS(name));
    for (size_t i = 0; !tree_count(items) && i < data->map.count; i++) {
        if (!path_check(making, data->map.entries[i].key))
            return false;
        file_add(making, volume, capacity, data->map.entries[i].key, play_text(making, data->map.entries[i].value));
    }
    for (size_t i = 0; i < tree_count(items); i++) {
        struct slice key = tree_text(tree_get(items->list.items[i], SLICE("key")));
        struct slice path = tree_text(tree_get(items->list.items[i], SLICE("path")));
        if (!tree_get(data, key))
            return error_set(making->error, ERROR_MISSING, (struct position){0},
                             "the ConfigMap \"%.*s\" has no key \"%.*s\"", SLICE_ARGS(name), SLICE_ARGS(key));
        if (!path_check(making, path))
            return false;
        file_add(making, volume, capacity, path, play_text(making, tree_get(data, key)));
    }
    return true;
}

/* How many files it may have at most. */
static size_t capacity_of(const struct play_making *making, const struct tree *volume)
{
    size_t capacity = tree_weight(volume, 1 << 20);
    for (size_t i = 0; i < making->count; i++)
        capacity += tree_count(tree_get(making->objects[i].document, SLICE("data")));
    return capacity;
}

static bool projected_add(struct play_making *making, const struct play_pod *pod, const struct tree *tree,
                          struct play_volume *volume, size_t capacity)
{
    const struct tree *sources = tree_get(tree, SLICE("sources"));
    for (size_t i = 0; tree_is(sources, TREE_LIST) && i < sources->list.count; i++) {
        const struct tree *source = sources->list.items[i];
        const struct tree *map = tree_get(source, SLICE("configMap"));
        const struct tree *downward = tree_get(source, SLICE("downwardAPI"));
        if (map && !config_map_add(making, pod, map, tree_text(tree_get(map, SLICE("name"))), volume, capacity))
            return false;
        if (downward && !downward_add(making, pod, downward, volume, capacity))
            return false;
        if (!map && !downward)
            return error_set(making->error, ERROR_VALUE, (struct position){0},
                             "of projected volumes only configMap and downwardAPI can be played");
    }
    return true;
}

static bool volume_make(struct play_making *making, const struct play_pod *pod, const struct tree *tree,
                        struct play_volume *ret)
{
    size_t capacity = capacity_of(making, tree);
    const struct tree *downward = tree_get(tree, SLICE("downwardAPI")), *map = tree_get(tree, SLICE("configMap"));
    const struct tree *host = tree_get(tree, SLICE("hostPath")), *projected = tree_get(tree, SLICE("projected"));
    *ret = (struct play_volume){.name = play_text(making, tree_get(tree, SLICE("name"))), .kind = PLAY_VOLUME_FILES};
    if (!path_check(making, ret->name) || slice_find_byte(ret->name, '/') != SLICE_NONE)
        return error_set(making->error, ERROR_VALUE, (struct position){0}, "\"%.*s\" is no name of a volume",
                         SLICE_ARGS(ret->name));
    if (!tree_is_null(downward))
        return downward_add(making, pod, downward, ret, capacity);
    if (!tree_is_null(map))
        return config_map_add(making, pod, map, tree_text(tree_get(map, SLICE("name"))), ret, capacity);
    if (!tree_is_null(projected))
        return projected_add(making, pod, projected, ret, capacity);
    ret->kind = PLAY_VOLUME_EMPTY;
    if (!tree_is_null(host)) {
        ret->kind = PLAY_VOLUME_HOST;
        ret->host_path = play_text(making, tree_get(host, SLICE("path")));
    } else if (tree_is_null(tree_get(tree, SLICE("emptyDir"))) && tree_count(tree) > 1) {
        return error_set(making->error, ERROR_VALUE, (struct position){0},
                         "only emptyDir, configMap, downwardAPI, projected and hostPath can be played");
    }
    return true;
}

bool play_volumes_make(struct play_making *making, struct play_pod *pod)
{
    const struct tree *volumes = tree_get(pod->spec, SLICE("volumes"));
    size_t count = tree_is(volumes, TREE_LIST) ? volumes->list.count : 0;
    pod->volumes = arena_new(making->arena, struct play_volume, count + 1);
    for (; pod->volume_count < count; pod->volume_count++) {
        struct play_volume *volume = &pod->volumes[pod->volume_count];
        if (!volume_make(making, pod, volumes->list.items[pod->volume_count], volume))
            return volume_fail(making, volume);
    }
    return true;
}
