#include "webhook/certificate.h"
#include "base/memory.h"
#include <pthread.h>
#include <stdlib.h>

struct certificate_store {
    const struct tls_library *tls;
    pthread_mutex_t lock;
    struct tls_credential *current;
};

struct certificate_store *certificate_store_new(const struct tls_library *tls)
{
    struct certificate_store *store = memory_new(1, sizeof *store);
    pthread_mutex_init(&store->lock, NULL);
    store->tls = tls;
    return store;
}

void certificate_store_free(struct certificate_store *store)
{
    if (!store)
        return;
    certificate_release(store->tls, store->current);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

struct tls_credential *certificate_store_take(struct certificate_store *store)
{
    pthread_mutex_lock(&store->lock);
    struct tls_credential *credential = store->current;
    if (credential)
        tls_credential_hold(credential);
    pthread_mutex_unlock(&store->lock);
    return credential;
}

void certificate_release(const struct tls_library *tls, struct tls_credential *credential)
{
    if (credential && tls_credential_release(credential, tls))
        free(credential);
}

bool certificate_store_replace(struct certificate_store *store, struct slice name, struct slice chain, struct slice key,
                               bool *ret_changed, struct error *error)
{
    const struct tls_credential_source source = {
        .chain_name = name, .key_name = name, .chain = chain, .key = key, .has_no_roots = true};
    pthread_mutex_lock(&store->lock);
    bool is_same = store->current && tls_credential_is(store->current, &source);
    pthread_mutex_unlock(&store->lock);
    if (ret_changed)
        *ret_changed = !is_same;
    if (is_same)
        return true;
    struct tls_credential *credential = memory_new(1, sizeof *credential);
    if (!tls_credential_init(credential, store->tls, &source, error)) {
        certificate_release(store->tls, credential);
        return false;
    }
    pthread_mutex_lock(&store->lock);
    struct tls_credential *old = store->current;
    store->current = credential;
    pthread_mutex_unlock(&store->lock);
    certificate_release(store->tls, old);
    return true;
}

void certificate_store_validity(struct certificate_store *store, int64_t *ret_from, int64_t *ret_until)
{
    pthread_mutex_lock(&store->lock);
    *ret_from = store->current ? store->current->from : 0;
    *ret_until = store->current ? store->current->until : 0;
    pthread_mutex_unlock(&store->lock);
}
