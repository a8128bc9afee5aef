#include "webhook/namespaces.h"
#include "base/fd.h"
#include "base/memory.h"
#include "serve/thread.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_SECONDS = 1, ANNOTATIONS = 2 };
static const struct slice annotation_names[ANNOTATIONS] = {
    SLICE_CONSTANT("openshift.io/sa.scc.uid-range"), SLICE_CONSTANT("openshift.io/sa.scc.supplemental-groups")};

/* One Namespace; its texts are its own. */
struct known {
    struct slice name, annotations[ANNOTATIONS]; /* bytes NULL: it has no such annotation */
    bool is_stale; /* not in the list that is being taken over */
};

struct namespaces {
    namespaces_failed failed;
    void *context;
    struct kube_client *client;
    pthread_t thread;
    bool is_running;
    int stop;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t news;
    struct known *known;
    size_t count, capacity;
};

static void known_clear(struct known *known)
{
    free((char *)known->name.bytes);
    for (size_t i = 0; i < ANNOTATIONS; i++)
        free((char *)known->annotations[i].bytes);
    *known = (struct known){0};
}

static struct known *known_find(const struct namespaces *namespaces, struct slice name)
{
    for (size_t i = 0; i < namespaces->count; i++) {
        if (slice_equal(namespaces->known[i].name, name))
            return &namespaces->known[i];
    }
    return NULL;
}

static void known_remove(struct namespaces *namespaces, struct known *known)
{
    known_clear(known);
    *known = namespaces->known[--namespaces->count];
}

static void known_put(struct namespaces *namespaces, const struct tree *object)
{
    struct slice name = tree_text(tree_at(object, "metadata", "name"));
    struct known *known = known_find(namespaces, name);
    if (known) {
        known_clear(known);
    } else {
        if (namespaces->count == namespaces->capacity) {
            namespaces->capacity = namespaces->capacity ? namespaces->capacity * 2 : 64;
            namespaces->known = memory_resize(namespaces->known, namespaces->capacity, sizeof *namespaces->known);
        }
        known = &namespaces->known[namespaces->count++];
        *known = (struct known){0};
    }
    known->name = memory_copy(name);
    for (size_t i = 0; i < ANNOTATIONS; i++) {
        const struct tree *value = tree_get(tree_at(object, "metadata", "annotations"), annotation_names[i]);
        if (tree_is(value, TREE_STRING))
            known->annotations[i] = memory_copy(value->string);
    }
}

static void on_list(void *context, const struct tree *list)
{
    struct namespaces *namespaces = context;
    const struct tree *items = tree_get(list, SLICE("items"));
    pthread_mutex_lock(&namespaces->lock);
    for (size_t i = 0; i < namespaces->count; i++)
        namespaces->known[i].is_stale = true;
    for (size_t i = 0; tree_is(items, TREE_LIST) && i < items->list.count; i++)
        known_put(namespaces, items->list.items[i]);
    for (size_t i = namespaces->count; i-- > 0;) {
        if (namespaces->known[i].is_stale)
            known_remove(namespaces, &namespaces->known[i]);
    }
    pthread_cond_broadcast(&namespaces->news);
    pthread_mutex_unlock(&namespaces->lock);
}

static void on_change(void *context, enum kube_event event, const struct tree *object)
{
    struct namespaces *namespaces = context;
    pthread_mutex_lock(&namespaces->lock);
    struct known *known = known_find(namespaces, tree_text(tree_at(object, "metadata", "name")));
    if (event != KUBE_DELETED)
        known_put(namespaces, object);
    else if (known)
        known_remove(namespaces, known);
    pthread_cond_broadcast(&namespaces->news);
    pthread_mutex_unlock(&namespaces->lock);
}

static void on_failure(void *context, const struct error *error)
{
    const struct namespaces *namespaces = context;
    namespaces->failed(namespaces->context, error);
}

static void *watch_run(void *context)
{
    struct namespaces *namespaces = context;
    const struct kube_resource resource = {.group_version = "v1", .plural = "namespaces"};
    const struct kube_watcher watcher = {.context = namespaces, .listed = on_list, .changed = on_change,
                                         .failed = on_failure};
    kube_watch(namespaces->client, &resource, NULL, &watcher, namespaces->stop);
    return NULL;
}

bool namespaces_start(const struct kube_access *access, namespaces_failed failed, void *context,
                      struct namespaces **ret_namespaces, struct error *error)
{
    struct namespaces *namespaces = memory_new(1, sizeof *namespaces);
    pthread_condattr_t steady;
    namespaces->failed = failed;
    namespaces->context = context;
    pthread_mutex_init(&namespaces->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&namespaces->news, &steady);
    pthread_condattr_destroy(&steady);
    namespaces->stop = eventfd(0, EFD_CLOEXEC);
    bool started = namespaces->stop >= 0 || error_errno(error, "eventfd");
    namespaces->is_running =
        started && kube_client_open(access, &namespaces->client, error) &&
        thread_start(&namespaces->thread, THREAD_DEEP, watch_run, namespaces, "a watch", error);
    if (!namespaces->is_running) {
        namespaces_stop(namespaces);
        return false;
    }
    *ret_namespaces = namespaces;
    return true;
}

static const struct tree *known_tree(const struct known *known, struct arena *arena)
{
    struct tree *object = tree_map(arena, 1), *metadata = tree_map(arena, 2), *annotations = tree_map(arena, ANNOTATIONS);
    for (size_t i = 0; i < ANNOTATIONS; i++) {
        if (known->annotations[i].bytes)
            tree_put(arena, annotations, annotation_names[i],
                     tree_string(arena, arena_copy(arena, known->annotations[i])));
    }
    tree_put(arena, metadata, SLICE("name"), tree_string(arena, arena_copy(arena, known->name)));
    tree_put(arena, metadata, SLICE("annotations"), annotations);
    tree_put(arena, object, SLICE("metadata"), metadata);
    return object;
}

const struct tree *namespaces_find(struct namespaces *namespaces, struct arena *arena, struct slice name)
{
    struct timespec end;
    const struct known *known;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += WAIT_SECONDS;
    pthread_mutex_lock(&namespaces->lock);
    while (!(known = known_find(namespaces, name)) &&
           pthread_cond_timedwait(&namespaces->news, &namespaces->lock, &end) != ETIMEDOUT)
        ;
    const struct tree *object = known ? known_tree(known, arena) : NULL;
    pthread_mutex_unlock(&namespaces->lock);
    return object;
}

void namespaces_stop(struct namespaces *namespaces)
{
    static const uint64_t one = 1;
    if (!namespaces)
        return;
    if (namespaces->is_running && write(namespaces->stop, &one, sizeof one) == (ssize_t)sizeof one)
        pthread_join(namespaces->thread, NULL);
    kube_client_close(&namespaces->client);
    while (namespaces->count)
        known_remove(namespaces, &namespaces->known[namespaces->count - 1]);
    free(namespaces->known);
    fd_close(&namespaces->stop);
    pthread_cond_destroy(&namespaces->news);
    pthread_mutex_destroy(&namespaces->lock);
    free(namespaces);
}
