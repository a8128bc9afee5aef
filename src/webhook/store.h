/* store.h - the configuration in force. A new one is parsed whole before it takes the old one's place; a request keeps
 * the one it began with until its end. */
#pragma once
#include "inject/inject.h"
#include "inject/rendering.h"
#include <stdatomic.h>

enum store_text { STORE_CONFIG, STORE_VALUES, STORE_MESH, STORE_TEXTS };

/* One configuration. Constant while anybody holds it. */
struct generation {
    struct inject_config config;
    struct inject_settings settings;
    uint64_t number;      /* from 1 */
    int64_t loaded;       /* seconds since 1970 */
    struct source texts[STORE_TEXTS]; /* as they were read; a name of length 0: none was given */
    struct arena arena;   /* where it lives */
    struct rendering_cache *renderings;
    atomic_uint holders;
};

struct store;
/* `settings` is copied; what it borrows must outlive the store. */
struct store *store_new(const struct inject_settings *settings);
void store_free(struct store *store); /* nobody holds a generation any more */

/* Takes the texts (copied; one whose name is empty is not given) into use, unless they are what is in force already.
 * *ret_changed (may be NULL) says which. On failure the old configuration stays. Safe from any thread. */
MUST_CHECK bool store_replace(struct store *store, const struct source texts[STORE_TEXTS], bool *ret_changed,
                              struct error *error);

/* The configuration in force, to be given back; NULL when there is none yet. */
struct generation *store_take(struct store *store);
/* For `_cleanup_`, too. */
void generation_release(struct generation **generation);
