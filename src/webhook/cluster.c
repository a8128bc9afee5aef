#include "webhook/cluster.h"
#include "base/fd.h"
#include "base/memory.h"
#include "serve/thread.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { MAP_INJECTOR, MAP_MESH, MAPS };

/* The keys of the two ConfigMaps. */
static const struct {
    const char *key;
    size_t map;
    bool is_needed;
} keys[STORE_TEXTS] = {
    [STORE_CONFIG] = {"config", MAP_INJECTOR, true},
    [STORE_VALUES] = {"values", MAP_INJECTOR, false},
    [STORE_MESH] = {"mesh", MAP_MESH, true},
};

/* One ConfigMap and its thread. */
struct watched {
    struct cluster *cluster;
    struct slice name;
    struct kube_client *client;
    pthread_t thread;
    bool is_running, is_there;
};

struct cluster {
    struct cluster_settings settings;
    struct watched maps[MAPS];
    int stop;
    pthread_mutex_t lock;      /* of the texts, and of the calls to `changed` */
    struct arena names;
    struct source texts[STORE_TEXTS]; /* text.bytes NULL: not there */
};

static void text_put(struct source *text, struct slice value)
{
    free((char *)text->text.bytes);
    text->text = memory_copy(value);
}

static void missing_report(const struct watched *watched, const char *key)
{
    struct error error;
    const struct cluster_settings *settings = &watched->cluster->settings;
    error_set(&error, ERROR_MISSING, (struct position){0}, "configmap %.*s/%.*s%s%s: not there; waiting for it",
              SLICE_ARGS(settings->maps.namespace), SLICE_ARGS(watched->name), key ? ", key " : "", key ? key : "");
    settings->failed(settings->context, &error);
}

/* Takes the texts of a ConfigMap over; the old ones stay where a key that is needed has gone. */
static void map_take(struct watched *watched, const struct tree *object)
{
    struct cluster *cluster = watched->cluster;
    size_t map = (size_t)(watched - cluster->maps);
    const struct tree *data = tree_get(object, SLICE("data"));
    bool is_complete = true;
    pthread_mutex_lock(&cluster->lock);
    for (size_t i = 0; i < STORE_TEXTS; i++) {
        if (keys[i].map != map)
            continue;
        const struct tree *value = tree_get(data, slice_from(keys[i].key));
        if (!tree_is(value, TREE_STRING) && keys[i].is_needed) {
            missing_report(watched, keys[i].key);
            is_complete = false;
        }
    }
    for (size_t i = 0; is_complete && i < STORE_TEXTS; i++) {
        if (keys[i].map == map)
            text_put(&cluster->texts[i], tree_text(tree_get(data, slice_from(keys[i].key))));
    }
    watched->is_there = watched->is_there || is_complete;
    if (is_complete && cluster->maps[MAP_INJECTOR].is_there && cluster->maps[MAP_MESH].is_there)
        cluster->settings.changed(cluster->settings.context, cluster->texts);
    pthread_mutex_unlock(&cluster->lock);
}

static void map_listed(void *context, const struct tree *list)
{
    struct watched *watched = context;
    const struct tree *items = tree_get(list, SLICE("items"));
    for (size_t i = 0; tree_is(items, TREE_LIST) && i < items->list.count; i++) {
        if (tree_text_is(tree_at(items->list.items[i], "metadata", "name"), watched->name)) {
            map_take(watched, items->list.items[i]);
            return;
        }
    }
    missing_report(watched, NULL);
}

static void map_changed(void *context, enum kube_event event, const struct tree *object)
{
    struct watched *watched = context;
    if (!tree_text_is(tree_at(object, "metadata", "name"), watched->name))
        return;
    if (event == KUBE_DELETED)
        missing_report(watched, NULL); /* what was read stays in force */
    else
        map_take(watched, object);
}

static void map_failed(void *context, const struct error *error)
{
    const struct watched *watched = context;
    const struct cluster_settings *settings = &watched->cluster->settings;
    settings->failed(settings->context, error);
}

static void *map_run(void *context)
{
    struct watched *watched = context;
    const struct kube_resource resource = {
        .group_version = "v1", .plural = "configmaps", .namespace = watched->cluster->settings.maps.namespace,
        .name = watched->name};
    const struct kube_watcher watcher = {.context = watched, .listed = map_listed, .changed = map_changed,
                                         .failed = map_failed};
    kube_watch(watched->client, &resource, NULL, &watcher, watched->cluster->stop);
    return NULL;
}

static bool map_start(struct cluster *cluster, size_t map, struct slice name, struct error *error)
{
    struct watched *watched = &cluster->maps[map];
    watched->cluster = cluster;
    watched->name = name;
    for (size_t i = 0; i < STORE_TEXTS; i++) {
        if (keys[i].map == map)
            cluster->texts[i].name = arena_format(&cluster->names, "configmap %.*s/%.*s, key %s",
                                                  SLICE_ARGS(cluster->settings.maps.namespace), SLICE_ARGS(name),
                                                  keys[i].key);
    }
    if (!kube_client_open(&cluster->settings.access, &watched->client, error))
        return false;
    watched->is_running = thread_start(&watched->thread, THREAD_DEEP, map_run, watched, "a watch", error);
    return watched->is_running;
}

bool cluster_start(const struct cluster_settings *settings, struct cluster **ret_cluster, struct error *error)
{
    struct cluster *cluster = memory_new(1, sizeof *cluster);
    cluster->settings = *settings;
    pthread_mutex_init(&cluster->lock, NULL);
    cluster->stop = eventfd(0, EFD_CLOEXEC);
    bool started = cluster->stop >= 0 || error_errno(error, "eventfd");
    started = started && map_start(cluster, MAP_INJECTOR, settings->maps.inject, error) &&
              map_start(cluster, MAP_MESH, settings->maps.mesh, error);
    if (!started) {
        cluster_stop(cluster);
        return false;
    }
    *ret_cluster = cluster;
    return true;
}

void cluster_stop(struct cluster *cluster)
{
    static const uint64_t one = 1;
    if (!cluster)
        return;
    if (cluster->stop >= 0 && write(cluster->stop, &one, sizeof one) < 0)
        return; /* cannot be: the counter is far from full */
    for (size_t i = 0; i < MAPS; i++) {
        if (cluster->maps[i].is_running)
            pthread_join(cluster->maps[i].thread, NULL);
        kube_client_close(&cluster->maps[i].client);
    }
    for (size_t i = 0; i < STORE_TEXTS; i++)
        free((char *)cluster->texts[i].text.bytes);
    arena_done(&cluster->names);
    fd_close(&cluster->stop);
    pthread_mutex_destroy(&cluster->lock);
    free(cluster);
}
