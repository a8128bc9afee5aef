#include "webhook/certificate.h"
#include "base/memory.h"
#include "serve/moment.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct credential {
    gnutls_certificate_credentials_t handle;
    int64_t from, until;
    struct slice chain, key; /* own; to see whether a new one is one */
    atomic_uint holders;
};

struct certificate_store {
    const struct tls_library *tls;
    pthread_mutex_t lock;
    struct credential *current;
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
    credential_release(store->tls, store->current);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

struct credential *certificate_store_take(struct certificate_store *store)
{
    pthread_mutex_lock(&store->lock);
    struct credential *credential = store->current;
    if (credential)
        atomic_fetch_add_explicit(&credential->holders, 1, memory_order_relaxed);
    pthread_mutex_unlock(&store->lock);
    return credential;
}

void credential_release(const struct tls_library *tls, struct credential *credential)
{
    if (!credential || atomic_fetch_sub_explicit(&credential->holders, 1, memory_order_acq_rel) > 1)
        return;
    if (credential->handle)
        tls->gnutls_certificate_free_credentials(credential->handle);
    memory_free_secret(credential->chain);
    memory_free_secret(credential->key);
    free(credential);
}

gnutls_certificate_credentials_t credential_handle(const struct credential *credential)
{
    return credential->handle;
}

static bool fail(const struct certificate_store *store, struct slice name, const char *what, int code,
                 struct error *error)
{
    return error_set(error, ERROR_VALUE, (struct position){0}, "%.*s: %s: %s", SLICE_ARGS(name), what,
                     store->tls->gnutls_strerror(code));
}

static gnutls_datum_t datum(struct slice text)
{
    return (gnutls_datum_t){.data = (unsigned char *)text.bytes, .size = (unsigned)text.length};
}

/* The time of the first certificate of the chain. */
static bool validity_read(const struct certificate_store *store, struct slice name, struct credential *credential,
                          struct error *error)
{
    const struct tls_library *tls = store->tls;
    gnutls_datum_t chain = datum(credential->chain);
    gnutls_x509_crt_t certificate;
    int code = tls->gnutls_x509_crt_init(&certificate);
    if (code < 0)
        return fail(store, name, "GnuTLS", code, error);
    code = tls->gnutls_x509_crt_import(certificate, &chain, GNUTLS_X509_FMT_PEM);
    credential->from = code < 0 ? 0 : (int64_t)tls->gnutls_x509_crt_get_activation_time(certificate);
    credential->until = code < 0 ? 0 : (int64_t)tls->gnutls_x509_crt_get_expiration_time(certificate);
    tls->gnutls_x509_crt_deinit(certificate);
    if (code < 0)
        return fail(store, name, "this is no certificate in PEM", code, error);
    if (credential->until <= moment_calendar_seconds())
        return error_set(error, ERROR_VALUE, (struct position){0}, "%.*s: the certificate has expired",
                         SLICE_ARGS(name));
    return true;
}

static bool credential_load(const struct certificate_store *store, struct slice name, struct credential *credential,
                            struct error *error)
{
    const struct tls_library *tls = store->tls;
    if (!validity_read(store, name, credential, error))
        return false;
    int code = tls->gnutls_certificate_allocate_credentials(&credential->handle);
    if (code < 0)
        return fail(store, name, "GnuTLS", code, error);
    gnutls_datum_t chain = datum(credential->chain), key = datum(credential->key);
    code = tls->gnutls_certificate_set_x509_key_mem2(credential->handle, &chain, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (code < 0)
        return fail(store, name, "the key cannot be used with the certificate", code, error);
    return true;
}

bool certificate_store_replace(struct certificate_store *store, struct slice name, struct slice chain,
                               struct slice key, bool *ret_changed, struct error *error)
{
    pthread_mutex_lock(&store->lock);
    bool is_same = store->current && slice_equal(store->current->chain, chain) && slice_equal(store->current->key, key);
    pthread_mutex_unlock(&store->lock);
    if (ret_changed)
        *ret_changed = !is_same;
    if (is_same)
        return true;
    struct credential *credential = memory_new(1, sizeof *credential);
    atomic_init(&credential->holders, 1);
    credential->chain = memory_copy(chain);
    credential->key = memory_copy(key);
    if (!credential_load(store, name, credential, error)) {
        credential_release(store->tls, credential);
        return false;
    }
    pthread_mutex_lock(&store->lock);
    struct credential *old = store->current;
    store->current = credential;
    pthread_mutex_unlock(&store->lock);
    credential_release(store->tls, old);
    return true;
}

void certificate_store_validity(struct certificate_store *store, int64_t *ret_from, int64_t *ret_until)
{
    pthread_mutex_lock(&store->lock);
    *ret_from = store->current ? store->current->from : 0;
    *ret_until = store->current ? store->current->until : 0;
    pthread_mutex_unlock(&store->lock);
}
