#include "serve/tls_credential.h"
#include "base/memory.h"
#include "serve/moment.h"

static bool fail(const struct tls_library *tls, struct slice name, const char *what, int code, struct error *error)
{
    return error_set(error, ERROR_VALUE, (struct position){0}, "%.*s: %s: %s", SLICE_ARGS(name), what,
                     tls->gnutls_strerror(code));
}

static gnutls_datum_t datum(struct slice text)
{
    return (gnutls_datum_t){.data = (unsigned char *)text.bytes, .size = (unsigned)text.length};
}

/* The time of the first certificate of the chain. */
static bool validity_read(struct tls_credential *credential, const struct tls_library *tls, struct slice name,
                          struct error *error)
{
    gnutls_datum_t chain = datum(credential->chain);
    gnutls_x509_crt_t certificate;
    int code = tls->gnutls_x509_crt_init(&certificate);
    if (code < 0)
        return fail(tls, name, "GnuTLS", code, error);
    code = tls->gnutls_x509_crt_import(certificate, &chain, GNUTLS_X509_FMT_PEM);
    credential->from = code < 0 ? 0 : (int64_t)tls->gnutls_x509_crt_get_activation_time(certificate);
    credential->until = code < 0 ? 0 : (int64_t)tls->gnutls_x509_crt_get_expiration_time(certificate);
    tls->gnutls_x509_crt_deinit(certificate);
    if (code < 0)
        return fail(tls, name, "this is no certificate in PEM", code, error);
    return credential->until > moment_calendar_seconds() ||
           error_set(error, ERROR_VALUE, (struct position){0}, "%.*s: the certificate has expired", SLICE_ARGS(name));
}

static bool handle_make(struct tls_credential *credential, const struct tls_library *tls,
                        const struct tls_credential_source *source, struct error *error)
{
    int code = tls->gnutls_certificate_allocate_credentials(&credential->handle);
    if (code < 0)
        return fail(tls, source->chain_name, "GnuTLS", code, error);
    gnutls_datum_t chain = datum(credential->chain), key = datum(credential->key), roots = datum(credential->roots);
    code = tls->gnutls_certificate_set_x509_key_mem2(credential->handle, &chain, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (code < 0)
        return fail(tls, source->key_name, "the key cannot be used with the certificate", code, error);
    if (source->has_no_roots)
        return true;
    code = tls->gnutls_certificate_set_x509_trust_mem(credential->handle, &roots, GNUTLS_X509_FMT_PEM);
    if (code < 0)
        return fail(tls, source->roots_name, "these are no certificates in PEM", code, error);
    return code > 0 || error_set(error, ERROR_VALUE, (struct position){0}, "%.*s: no certificate is in it",
                                 SLICE_ARGS(source->roots_name));
}

bool tls_credential_init(struct tls_credential *credential, const struct tls_library *tls,
                         const struct tls_credential_source *source, struct error *error)
{
    *credential = (struct tls_credential){
        .chain = memory_copy(source->chain),
        .key = memory_copy(source->key),
        .roots = memory_copy(source->roots),
    };
    atomic_init(&credential->holders, 1);
    return validity_read(credential, tls, source->chain_name, error) && handle_make(credential, tls, source, error);
}

bool tls_credential_is(const struct tls_credential *credential, const struct tls_credential_source *source)
{
    return slice_equal(credential->chain, source->chain) && slice_equal(credential->key, source->key) &&
           slice_equal(credential->roots, source->roots);
}

void tls_credential_hold(struct tls_credential *credential)
{
    atomic_fetch_add_explicit(&credential->holders, 1, memory_order_relaxed);
}

bool tls_credential_release(struct tls_credential *credential, const struct tls_library *tls)
{
    if (atomic_fetch_sub_explicit(&credential->holders, 1, memory_order_acq_rel) > 1)
        return false;
    if (credential->handle)
        tls->gnutls_certificate_free_credentials(credential->handle);
    memory_free_secret(credential->chain);
    memory_free_secret(credential->key);
    memory_free_secret(credential->roots);
    return true;
}
