#include "relay/tls_names.h"
#include "base/memory.h"
#include <stdlib.h>
#include <strings.h>

enum { BUCKETS = 1024 };

void tls_names_init(struct tls_names *names)
{
    *names = (struct tls_names){0};
    pthread_mutex_init(&names->lock, NULL);
}

static void name_free(struct tls_name *name)
{
    free(name->name);
    free(name);
}

void tls_names_done(struct tls_names *names)
{
    for (size_t i = 0; names->buckets && i < BUCKETS; i++)
        while (names->buckets[i]) {
            struct tls_name *name = names->buckets[i];
            names->buckets[i] = name->next;
            name_free(name);
        }
    free(names->buckets);
    pthread_mutex_destroy(&names->lock);
}

/* Chosen addresses make one list long at worst, of TLS_NAMES_MAX. */
static size_t bucket_of(int family, const uint8_t *address)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < (family == AF_INET ? 4 : 16); i++)
        hash = (hash ^ address[i]) * 16777619u;
    return (hash ^ hash >> 16) % BUCKETS;
}

static bool name_is_of(const struct tls_name *name, int family, const uint8_t *address)
{
    return name->family == family && memcmp(name->address, address, family == AF_INET ? 4 : 16) == 0;
}

/* Takes out what has expired, or if nothing has what expires first. */
static void names_make_room(struct tls_names *names, int64_t now_ms)
{
    struct tls_name **first = NULL;
    size_t before = names->count;
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct tls_name **at = &names->buckets[i]; *at;) {
            struct tls_name *name = *at;
            if (name->until_ms <= now_ms) {
                *at = name->next;
                name_free(name);
                names->count--;
                continue;
            }
            if (!first || name->until_ms < (*first)->until_ms)
                first = at;
            at = &name->next;
        }
    if (names->count == before && first) {
        struct tls_name *name = *first;
        *first = name->next;
        name_free(name);
        names->count--;
    }
}

void tls_names_put(struct tls_names *names, struct slice name, int family, const uint8_t *address, int64_t now_ms,
                   int64_t until_ms)
{
    if ((family != AF_INET && family != AF_INET6) || !name.length || name.length > TLS_NAME_MAX)
        return;
    pthread_mutex_lock(&names->lock);
    if (!names->buckets)
        names->buckets = memory_new(BUCKETS, sizeof *names->buckets);
    size_t bucket = bucket_of(family, address);
    struct tls_name *entry = names->buckets[bucket];
    while (entry && !name_is_of(entry, family, address))
        entry = entry->next;
    if (!entry) {
        if (names->count >= TLS_NAMES_MAX)
            names_make_room(names, now_ms);
        entry = memory_new(1, sizeof *entry);
        entry->family = (uint8_t)family;
        memcpy(entry->address, address, family == AF_INET ? 4 : 16);
        entry->next = names->buckets[bucket];
        names->buckets[bucket] = entry;
        names->count++;
    }
    if (until_ms > entry->until_ms)
        entry->until_ms = until_ms;
    if (!slice_equal((struct slice){entry->name, entry->name_length}, name)) {
        free(entry->name);
        entry->name = (char *)memory_copy(name).bytes;
        entry->name_length = (uint8_t)name.length;
    }
    pthread_mutex_unlock(&names->lock);
}

bool tls_names_find(struct tls_names *names, const struct relay_address *address, int64_t now_ms, char *ret_name)
{
    bool is_found = false;
    pthread_mutex_lock(&names->lock);
    struct tls_name *entry = names->buckets ? names->buckets[bucket_of(address->family, address->bytes)] : NULL;
    while (entry && !name_is_of(entry, address->family, address->bytes))
        entry = entry->next;
    if (entry && entry->until_ms > now_ms) {
        is_found = true;
        memcpy(ret_name, entry->name, (size_t)entry->name_length + 1);
    }
    pthread_mutex_unlock(&names->lock);
    return is_found;
}

bool tls_name_is_below(struct slice name, struct slice suffix)
{
    if (!suffix.length || name.length < suffix.length)
        return false;
    size_t start = name.length - suffix.length;
    return (!start || name.bytes[start - 1] == '.') &&
           strncasecmp(name.bytes + start, suffix.bytes, suffix.length) == 0;
}
