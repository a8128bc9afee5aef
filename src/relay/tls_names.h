/* tls_names.h - which name an address was found by, as the pod's DNS answers said. Bounded: when it is full,
 * what would be forgotten first makes room. Safe from any thread. */
#pragma once
#include "relay/tls.h"
#include <pthread.h>

enum {
    TLS_NAMES_MAX = 4096,
    TLS_NAME_MAX = 253, /* bytes (RFC 1035, 2.3.4) */
    /* Beyond what DNS says: an address that is in use must not fall back to the clear. */
    TLS_NAME_GRACE_SECONDS = 60 * 60,
};

struct tls_name {
    uint8_t address[16];
    uint8_t family;
    uint8_t name_length; /* of `name`, which is our own */
    int64_t until_ms;
    char *name;
    struct tls_name *next; /* of the same hash */
};

struct tls_names {
    pthread_mutex_t lock;
    struct tls_name **buckets; /* NULL as long as nothing was put in */
    size_t count;
};

void tls_names_init(struct tls_names *names);
void tls_names_done(struct tls_names *names);
void tls_names_put(struct tls_names *names, struct slice name, int family, const uint8_t *address, int64_t now_ms,
                   int64_t until_ms);
/* The name of an address (the last one that was put in) into `ret_name` (TLS_NAME_MAX + 1 bytes). */
bool tls_names_find(struct tls_names *names, const struct relay_address *address, int64_t now_ms, char *ret_name);
/* Whether `name` is `suffix` or below it. Letters' case does not matter in `name`. */
bool tls_name_is_below(struct slice name, struct slice suffix);
