#include "inject/rendering.h"
#include "base/memory.h"
#include "kube/conform.h"
#include "kube/types.h"
#include "patch/merge.h"
#include "template/read.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

/* A template reads this or that depending on what it finds, so it can have several shapes; the odd ones of odd pods
 * must not make a look-up slow. */
enum { SHAPES_MAX = 8, TEMPLATES_MAX = 64, KEY_MAX = 256 * 1024, BUCKET_BYTES = 4096 };

/* Places that runs of a template have read. Counted by who uses it, under the cache's lock. */
struct shape {
    size_t users;
    struct template_reads *reads;
};

struct known_template {
    const struct template *parsed;
    struct shape *shapes[SHAPES_MAX]; /* the one that was of use last comes first */
    size_t count;
};

struct entry {
    struct entry *chain;            /* in its bucket */
    struct entry *newer, *older;    /* by last use */
    size_t users;                   /* leases, and the cache itself */
    uint64_t hash;
    struct shape *shape;
    struct slice key;
    size_t size;
    struct rendering rendering;
    struct arena arena; /* what the others point at */
};

struct rendering_cache {
    pthread_mutex_t lock;
    size_t capacity, bucket_count;
    uint64_t seed[2];
    struct known_template templates[TEMPLATES_MAX];
    size_t template_count;
    struct entry **buckets;
    struct entry *newest, *oldest;
    struct rendering_counts counts;
};

struct rendering_lease {
    struct entry *entry;
    struct rendering_lease *next;
};

/* ---- hashing ---- */

static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Multiply and fold, from a secret start. It only spreads the entries: whoever finds two keys of one hash has made one
 * bucket longer, since keys are compared whole. */
static uint64_t hash_key(const struct rendering_cache *cache, const struct shape *shape, struct slice key)
{
    uint64_t hash = cache->seed[0] ^ (uint64_t)(uintptr_t)shape ^ key.length, word;
    const char *at = key.bytes;
    size_t left = key.length;
    for (; left >= sizeof word; left -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = mix(hash ^ word, cache->seed[1]);
    }
    word = 0;
    if (left)
        memcpy(&word, at, left);
    return mix(hash ^ word, cache->seed[1]);
}

/* ---- entries and shapes; all but making and freeing memory under the lock ---- */

static void entry_free(struct entry *entry)
{
    if (!entry)
        return;
    arena_done(&entry->arena);
    free(entry);
}

static void shape_leave(struct shape *shape)
{
    if (--shape->users)
        return;
    template_reads_free(shape->reads);
    free(shape);
}

/* Gives the entry back when this was its last user, for the caller to free outside the lock. */
static struct entry *entry_leave(struct entry *entry, struct entry *freed)
{
    if (--entry->users)
        return freed;
    shape_leave(entry->shape);
    entry->chain = freed;
    return entry;
}

static void entries_free(struct entry *entry)
{
    while (entry) {
        struct entry *next = entry->chain;
        entry_free(entry);
        entry = next;
    }
}

static struct entry **bucket_of(struct rendering_cache *cache, uint64_t hash)
{
    return &cache->buckets[hash & (cache->bucket_count - 1)];
}

static struct entry *entry_find(struct rendering_cache *cache, uint64_t hash, const struct shape *shape,
                                struct slice key)
{
    for (struct entry *entry = *bucket_of(cache, hash); entry; entry = entry->chain)
        if (entry->hash == hash && entry->shape == shape && slice_equal(entry->key, key))
            return entry;
    return NULL;
}

static void order_unlink(struct rendering_cache *cache, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void order_add(struct rendering_cache *cache, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static struct entry *entry_drop(struct rendering_cache *cache, struct entry *entry, struct entry *freed)
{
    struct entry **link = bucket_of(cache, entry->hash);
    while (*link != entry)
        link = &(*link)->chain;
    *link = entry->chain;
    order_unlink(cache, entry);
    cache->counts.entries--;
    cache->counts.bytes -= entry->size;
    return entry_leave(entry, freed);
}

static struct known_template *template_find(struct rendering_cache *cache, const struct template *parsed)
{
    for (size_t i = 0; i < cache->template_count; i++)
        if (cache->templates[i].parsed == parsed)
            return &cache->templates[i];
    return NULL;
}

static void shape_to_front(struct known_template *known, const struct shape *shape)
{
    for (size_t at = 1; at < known->count; at++) {
        struct shape *moved = known->shapes[at];
        if (moved != shape)
            continue;
        memmove(known->shapes + 1, known->shapes, at * sizeof *known->shapes);
        known->shapes[0] = moved;
        return;
    }
}

/* ---- the cache ---- */

struct rendering_cache *rendering_cache_new(size_t capacity)
{
    struct rendering_cache *cache = memory_new(1, sizeof *cache);
    pthread_mutex_init(&cache->lock, NULL);
    cache->capacity = capacity;
    cache->bucket_count = 64;
    while (cache->bucket_count < capacity / BUCKET_BYTES && cache->bucket_count < 1 << 20)
        cache->bucket_count *= 2;
    cache->buckets = memory_new(cache->bucket_count, sizeof *cache->buckets);
    if (getrandom(cache->seed, sizeof cache->seed, 0) != (ssize_t)sizeof cache->seed)
        cache->seed[0] = cache->seed[1] = (uint64_t)(uintptr_t)cache * 0x9e3779b97f4a7c15u;
    cache->seed[1] |= 1;
    return cache;
}

void rendering_cache_free(struct rendering_cache *cache)
{
    if (!cache)
        return;
    struct entry *freed = NULL;
    while (cache->newest)
        freed = entry_drop(cache, cache->newest, freed);
    entries_free(freed);
    for (size_t i = 0; i < cache->template_count; i++)
        for (size_t shape = 0; shape < cache->templates[i].count; shape++)
            shape_leave(cache->templates[i].shapes[shape]);
    pthread_mutex_destroy(&cache->lock);
    free(cache->buckets);
    free(cache);
}

struct rendering_counts rendering_cache_counts(struct rendering_cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    struct rendering_counts counts = cache->counts;
    pthread_mutex_unlock(&cache->lock);
    return counts;
}

void rendering_leases_release(struct rendering_leases *leases)
{
    if (!leases->first)
        return;
    struct entry *freed = NULL;
    pthread_mutex_lock(&leases->cache->lock);
    for (struct rendering_lease *lease = leases->first; lease; lease = lease->next)
        freed = entry_leave(lease->entry, freed);
    pthread_mutex_unlock(&leases->cache->lock);
    leases->first = NULL;
    entries_free(freed);
}

/* ---- looking up ---- */

/* The template's shapes as they are now, each with one user more. */
static size_t shapes_take(struct rendering_cache *cache, const struct template *parsed, struct shape **shapes)
{
    pthread_mutex_lock(&cache->lock);
    const struct known_template *known = template_find(cache, parsed);
    size_t count = known ? known->count : 0;
    for (size_t i = 0; i < count; i++) {
        shapes[i] = known->shapes[i];
        shapes[i]->users++;
    }
    pthread_mutex_unlock(&cache->lock);
    return count;
}

/* The entry, with one user more, or NULL. */
static struct entry *entry_take(struct rendering_cache *cache, const struct template *parsed, struct shape *shape,
                                struct slice key)
{
    uint64_t hash = hash_key(cache, shape, key);
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = entry_find(cache, hash, shape, key);
    if (entry) {
        entry->users++;
        cache->counts.hits++;
        order_unlink(cache, entry);
        order_add(cache, entry);
        struct known_template *known = template_find(cache, parsed);
        if (known)
            shape_to_front(known, shape);
    }
    pthread_mutex_unlock(&cache->lock);
    return entry;
}

static struct rendering lease_add(struct rendering_leases *leases, struct arena *arena, struct entry *entry)
{
    struct rendering_lease *lease = arena_new(arena, struct rendering_lease, 1);
    *lease = (struct rendering_lease){entry, leases->first};
    leases->first = lease;
    return entry->rendering;
}

bool rendering_find(struct rendering_leases *leases, struct arena *arena, const struct rendering_question *question,
                    struct rendering *ret_rendering)
{
    struct rendering_cache *cache = leases->cache;
    struct shape *shapes[SHAPES_MAX];
    size_t count = shapes_take(cache, question->parsed, shapes);
    struct entry *found = NULL;
    _cleanup_(buffer_done) struct buffer key = BUFFER_INIT(KEY_MAX);
    for (size_t i = 0; i < count && !found; i++) {
        buffer_clear(&key);
        if (template_reads_key(shapes[i]->reads, question->members, question->member_count, &key))
            found = entry_take(cache, question->parsed, shapes[i], buffer_slice(&key));
    }
    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < count; i++)
        shape_leave(shapes[i]);
    cache->counts.misses += !found;
    pthread_mutex_unlock(&cache->lock);
    if (!found)
        return false;
    *ret_rendering = lease_add(leases, arena, found);
    return true;
}

/* ---- keeping ---- */

/* What is known of the overlay beforehand. False when it fits no pod: that is an error for each that asks for it. */
static bool entry_prepare(struct entry *entry, struct arena *arena, bool is_1_0)
{
    struct rendering *rendering = &entry->rendering;
    const struct tree *conforming;
    if (is_1_0)
        return kube_conform(arena, NULL, rendering->overlay, &kube_type_PodSpec, KUBE_FROM_YAML, &conforming, NULL);
    if (!kube_conform(arena, NULL, rendering->overlay, &kube_type_Pod, KUBE_FROM_JSON, &conforming, NULL))
        return false;
    rendering->is_conforming = conforming == rendering->overlay;
    return merge_strategic(&entry->arena, &tree_empty_map_node, rendering->overlay, &kube_type_Pod, &rendering->alone,
                           NULL);
}

static struct entry *entry_new(const struct rendering *rendering, struct slice key)
{
    enum { NODE_BYTES = sizeof(struct tree) + sizeof(struct tree_entry), OTHER_BYTES = 4096 };
    const struct source *from = rendering->source;
    struct entry *entry = memory_new(1, sizeof *entry);
    struct arena *arena = &entry->arena;
    arena_reserve(arena, from->text.length + from->name.length + key.length + OTHER_BYTES +
                             NODE_BYTES * tree_weight(rendering->overlay, SIZE_MAX / NODE_BYTES / 2));
    struct source *source = arena_new(arena, struct source, 1);
    *source = (struct source){.name = arena_copy(arena, from->name), .text = arena_copy(arena, from->text)};
    entry->key = arena_copy(arena, key);
    entry->rendering.source = source;
    entry->rendering.overlay = tree_copy_moved(arena, rendering->overlay, from->text, source->text);
    entry->users = 1;
    return entry;
}

/* The shape with these reads, one user more; made when there is none. Takes `reads`. */
static struct shape *shape_take(struct rendering_cache *cache, const struct template *parsed,
                                struct template_reads *reads)
{
    struct known_template *known = template_find(cache, parsed);
    if (!known && cache->template_count < TEMPLATES_MAX) {
        known = &cache->templates[cache->template_count++];
        known->parsed = parsed;
    }
    for (size_t i = 0; known && i < known->count; i++)
        if (template_reads_equal(known->shapes[i]->reads, reads)) {
            template_reads_free(reads);
            known->shapes[i]->users++;
            return known->shapes[i];
        }
    struct shape *shape = memory_new(1, sizeof *shape);
    *shape = (struct shape){.users = 1, .reads = reads};
    if (!known)
        return shape; /* of no use to anybody; nothing is kept for long */
    if (known->count == SHAPES_MAX)
        shape_leave(known->shapes[--known->count]);
    memmove(known->shapes + 1, known->shapes, known->count * sizeof *known->shapes);
    known->shapes[0] = shape;
    known->count++;
    shape->users++;
    return shape;
}

/* Puts the entry in, or gives the one that another thread has put there meanwhile. */
static struct entry *entry_add(struct rendering_cache *cache, struct entry *entry, const struct template *parsed,
                               struct template_reads *reads, struct entry **freed)
{
    entry->shape = shape_take(cache, parsed, reads);
    entry->hash = hash_key(cache, entry->shape, entry->key);
    struct entry *other = entry_find(cache, entry->hash, entry->shape, entry->key);
    if (other) {
        *freed = entry_leave(entry, *freed);
        return other;
    }
    struct entry **bucket = bucket_of(cache, entry->hash);
    entry->chain = *bucket;
    *bucket = entry;
    order_add(cache, entry);
    cache->counts.kept++;
    cache->counts.entries++;
    cache->counts.bytes += entry->size;
    while (cache->counts.bytes > cache->capacity) {
        cache->counts.dropped++;
        *freed = entry_drop(cache, cache->oldest, *freed);
    }
    return entry;
}

void rendering_keep(struct rendering_leases *leases, struct arena *arena, const struct rendering_question *question,
                    const struct template_recording *recording, struct rendering *rendering)
{
    struct rendering_cache *cache = leases->cache;
    _cleanup_(buffer_done) struct buffer key = BUFFER_INIT(KEY_MAX);
    struct template_reads *reads = template_reads_new(recording);
    struct entry *entry = NULL, *freed = NULL;
    if (reads && template_reads_key(reads, question->members, question->member_count, &key))
        entry = entry_new(rendering, buffer_slice(&key));
    if (entry && entry_prepare(entry, arena, question->is_1_0))
        entry->size = sizeof *entry + arena_held(&entry->arena);
    if (!entry || !entry->size || entry->size > cache->capacity / 4) {
        template_reads_free(reads);
        entry_free(entry);
        return;
    }
    pthread_mutex_lock(&cache->lock);
    struct entry *kept = entry_add(cache, entry, question->parsed, reads, &freed);
    kept->users++;
    pthread_mutex_unlock(&cache->lock);
    entries_free(freed);
    *rendering = lease_add(leases, arena, kept);
}
