#include "webhook/store.h"
#include "base/memory.h"
#include "serve/moment.h"
#include <pthread.h>
#include <stdlib.h>

/* Some thirty renderings of Istio's template: the workloads that are being scaled or rolled out just now. */
enum { RENDERINGS_MAX = 896 * 1024 };
/* One execution of Istio's template takes some 200 KiB. A pod with a hundred thousand containers is refused. */
enum { RENDERING_MEMORY_MAX = 32 * 1024 * 1024 };

struct store {
    pthread_mutex_t lock;      /* of `current` */
    pthread_mutex_t replacing; /* one at a time: parsing takes milliseconds */
    struct generation *current;
    struct inject_settings settings;
};

struct store *store_new(const struct inject_settings *settings)
{
    struct store *store = memory_new(1, sizeof *store);
    pthread_mutex_init(&store->lock, NULL);
    pthread_mutex_init(&store->replacing, NULL);
    store->settings = *settings;
    store->settings.limits.memory_bytes = RENDERING_MEMORY_MAX;
    return store;
}

void store_free(struct store *store)
{
    if (!store)
        return;
    generation_release(&store->current);
    pthread_mutex_destroy(&store->lock);
    pthread_mutex_destroy(&store->replacing);
    free(store);
}

struct generation *store_take(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    struct generation *generation = store->current;
    if (generation)
        atomic_fetch_add_explicit(&generation->holders, 1, memory_order_relaxed);
    pthread_mutex_unlock(&store->lock);
    return generation;
}

void generation_release(struct generation **generation)
{
    struct generation *held = *generation;
    *generation = NULL;
    if (!held || atomic_fetch_sub_explicit(&held->holders, 1, memory_order_acq_rel) > 1)
        return;
    rendering_cache_free(held->renderings);
    arena_done(&held->arena);
    free(held);
}

static bool is_same(const struct generation *current, const struct source texts[STORE_TEXTS])
{
    for (size_t i = 0; current && i < STORE_TEXTS; i++) {
        if (!slice_equal(current->texts[i].name, texts[i].name) || !slice_equal(current->texts[i].text, texts[i].text))
            return false;
    }
    return current != NULL;
}

static bool generation_load(struct generation *generation, const struct source texts[STORE_TEXTS], struct error *error)
{
    for (size_t i = 0; i < STORE_TEXTS; i++) {
        if (!texts[i].name.length)
            continue;
        generation->texts[i].name = arena_copy(&generation->arena, texts[i].name);
        generation->texts[i].text = arena_copy(&generation->arena, texts[i].text);
    }
    const struct source *own = generation->texts;
    const struct inject_config_sources sources = {
        .config = &own[STORE_CONFIG],
        .values = own[STORE_VALUES].name.length ? &own[STORE_VALUES] : NULL,
        .mesh = own[STORE_MESH].name.length ? &own[STORE_MESH] : NULL,
    };
    return inject_config_load(&generation->arena, &sources, &generation->config, error);
}

/* The place in an error borrows the name of a text that is going away. */
static void error_keep_place(struct error *error, const struct source texts[STORE_TEXTS])
{
    for (size_t i = 0; error && i < STORE_TEXTS; i++) {
        if (slice_equal(error->where.file, texts[i].name)) {
            error->where.file = texts[i].name;
            return;
        }
    }
    /* A place inside a part of a text ("template x"): put it into the message. */
    if (error && error->where.file.length) {
        char place[200];
        struct position where = error->where;
        size_t length = where.file.length < sizeof place ? where.file.length : sizeof place;
        memcpy(place, where.file.bytes, length);
        error->where = (struct position){0};
        error_wrap(error, "%.*s:%u:%u", (int)length, place, where.line, where.column);
    }
}

bool store_replace(struct store *store, const struct source texts[STORE_TEXTS], bool *ret_changed, struct error *error)
{
    pthread_mutex_lock(&store->replacing);
    struct generation *old = store->current; /* only changed under `replacing` */
    if (is_same(old, texts)) {
        pthread_mutex_unlock(&store->replacing);
        if (ret_changed)
            *ret_changed = false;
        return true;
    }
    struct generation *generation = memory_new(1, sizeof *generation);
    atomic_init(&generation->holders, 1);
    generation->settings = store->settings;
    generation->renderings = rendering_cache_new(RENDERINGS_MAX);
    generation->number = old ? old->number + 1 : 1;
    generation->loaded = moment_calendar_seconds();
    bool loaded = generation_load(generation, texts, error);
    if (loaded) {
        pthread_mutex_lock(&store->lock);
        store->current = generation;
        pthread_mutex_unlock(&store->lock);
        generation_release(&old);
        if (ret_changed)
            *ret_changed = true;
    } else {
        error_keep_place(error, texts);
        generation_release(&generation);
    }
    pthread_mutex_unlock(&store->replacing);
    return loaded;
}
