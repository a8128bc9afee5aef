#include "relay/tls_identity.h"
#include "base/memory.h"
#include "serve/moment.h"
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>

struct tls_identity {
    atomic_uint holders;
    gnutls_certificate_credentials_t credentials;
    int64_t from, until;
    struct spiffe id;
    char id_text[SPIFFE_MAX];
    struct slice chain, key, roots; /* own; to see whether new ones are */
};

static gnutls_datum_t datum(struct slice text)
{
    return (gnutls_datum_t){.data = (unsigned char *)text.bytes, .size = (unsigned)text.length};
}

static bool fail(const struct tls_library *tls, struct slice name, const char *what, int code, struct error *error)
{
    return error_set(error, ERROR_VALUE, (struct position){0}, "%.*s: %s: %s", SLICE_ARGS(name), what,
                     tls->gnutls_strerror(code));
}

/* The one URI among the names of a certificate, into `out`. */
static bool id_read(const struct tls_library *tls, gnutls_x509_crt_t certificate, char *out, struct spiffe *ret,
                    const char **ret_failure)
{
    char name[SPIFFE_MAX + 1];
    size_t found = 0;
    for (unsigned i = 0; i < 256; i++) {
        size_t length = sizeof name;
        int type = tls->gnutls_x509_crt_get_subject_alt_name(certificate, i, name, &length, NULL);
        if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            break;
        if (type == GNUTLS_E_SHORT_MEMORY_BUFFER)
            length = sizeof name;
        else if (type < 0)
            return *ret_failure = "the certificate's names cannot be read", false;
        if (type != GNUTLS_SAN_URI && type != GNUTLS_E_SHORT_MEMORY_BUFFER)
            continue;
        if (found || length > SPIFFE_MAX)
            return *ret_failure = "the certificate has several URIs, or one that is too long", false;
        found = length;
        memcpy(out, name, length);
    }
    if (!spiffe_parse((struct slice){out, found}, ret))
        return *ret_failure = "the certificate has no SPIFFE id", false;
    return true;
}

static bool chain_read(const struct tls_library *tls, struct slice name, struct tls_identity *identity,
                       struct error *error)
{
    gnutls_datum_t chain = datum(identity->chain);
    gnutls_x509_crt_t certificate;
    const char *failure = NULL;
    int code = tls->gnutls_x509_crt_init(&certificate);
    if (code < 0)
        return fail(tls, name, "GnuTLS", code, error);
    code = tls->gnutls_x509_crt_import(certificate, &chain, GNUTLS_X509_FMT_PEM);
    bool has_id = code >= 0 && id_read(tls, certificate, identity->id_text, &identity->id, &failure);
    identity->from = code < 0 ? 0 : (int64_t)tls->gnutls_x509_crt_get_activation_time(certificate);
    identity->until = code < 0 ? 0 : (int64_t)tls->gnutls_x509_crt_get_expiration_time(certificate);
    tls->gnutls_x509_crt_deinit(certificate);
    if (code < 0)
        return fail(tls, name, "this is no certificate in PEM", code, error);
    if (identity->until <= moment_calendar_seconds())
        return error_set(error, ERROR_VALUE, (struct position){0}, "%.*s: the certificate has expired",
                         SLICE_ARGS(name));
    return has_id || error_set(error, ERROR_VALUE, (struct position){0}, "%.*s: %s", SLICE_ARGS(name), failure);
}

static bool credentials_load(const struct tls_library *tls, const struct tls_identity_source *source,
                             struct tls_identity *identity, struct error *error)
{
    int code = tls->gnutls_certificate_allocate_credentials(&identity->credentials);
    if (code < 0)
        return fail(tls, source->chain_name, "GnuTLS", code, error);
    gnutls_datum_t chain = datum(identity->chain), key = datum(identity->key), roots = datum(identity->roots);
    code = tls->gnutls_certificate_set_x509_key_mem2(identity->credentials, &chain, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (code < 0)
        return fail(tls, source->key_name, "the key cannot be used with the certificate", code, error);
    code = tls->gnutls_certificate_set_x509_trust_mem(identity->credentials, &roots, GNUTLS_X509_FMT_PEM);
    if (code < 0)
        return fail(tls, source->roots_name, "these are no certificates in PEM", code, error);
    return code > 0 || error_set(error, ERROR_VALUE, (struct position){0}, "%.*s: no certificate is in it",
                                 SLICE_ARGS(source->roots_name));
}

bool tls_identity_load(const struct tls_library *tls, const struct tls_identity_source *source,
                       struct tls_identity **ret_identity, struct error *error)
{
    struct tls_identity *identity = memory_new(1, sizeof *identity);
    atomic_init(&identity->holders, 1);
    identity->chain = memory_copy(source->chain);
    identity->key = memory_copy(source->key);
    identity->roots = memory_copy(source->roots);
    if (!chain_read(tls, source->chain_name, identity, error) || !credentials_load(tls, source, identity, error)) {
        tls_identity_release(tls, identity);
        return false;
    }
    *ret_identity = identity;
    return true;
}

bool tls_identity_is(const struct tls_identity *identity, const struct tls_identity_source *source)
{
    return slice_equal(identity->chain, source->chain) && slice_equal(identity->key, source->key) &&
           slice_equal(identity->roots, source->roots);
}

struct tls_identity *tls_identity_hold(struct tls_identity *identity)
{
    atomic_fetch_add_explicit(&identity->holders, 1, memory_order_relaxed);
    return identity;
}

void tls_identity_release(const struct tls_library *tls, struct tls_identity *identity)
{
    if (!identity || atomic_fetch_sub_explicit(&identity->holders, 1, memory_order_acq_rel) > 1)
        return;
    if (identity->credentials)
        tls->gnutls_certificate_free_credentials(identity->credentials);
    memory_free_secret(identity->chain);
    memory_free_secret(identity->key);
    memory_free_secret(identity->roots);
    free(identity);
}

gnutls_certificate_credentials_t tls_identity_credentials(const struct tls_identity *identity)
{
    return identity->credentials;
}

const struct spiffe *tls_identity_id(const struct tls_identity *identity)
{
    return &identity->id;
}

void tls_identity_validity(const struct tls_identity *identity, int64_t *ret_from, int64_t *ret_until)
{
    *ret_from = identity->from;
    *ret_until = identity->until;
}

/* What GnuTLS found wrong, the most telling first. */
static const char *status_text(unsigned status)
{
    static const struct {
        unsigned bit;
        const char *text;
    } table[] = {
        {GNUTLS_CERT_SIGNER_NOT_FOUND, "the certificate is not signed by one of our roots"},
        {GNUTLS_CERT_SIGNER_NOT_CA, "the certificate is signed by one that may not sign"},
        {GNUTLS_CERT_SIGNATURE_FAILURE, "the certificate's signature is wrong"},
        {GNUTLS_CERT_EXPIRED, "the certificate has expired"},
        {GNUTLS_CERT_NOT_ACTIVATED, "the certificate is not valid yet"},
        {GNUTLS_CERT_PURPOSE_MISMATCH, "the certificate is not made for this end of TLS"},
        {GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, "the certificate violates its signer's constraints"},
        {GNUTLS_CERT_INSECURE_ALGORITHM, "the certificate is signed with a weak algorithm"},
        {GNUTLS_CERT_REVOKED, "the certificate has been revoked"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(table); i++)
        if (status & table[i].bit)
            return table[i].text;
    return "the certificate cannot be trusted";
}

bool tls_identity_check_peer(const struct tls_library *tls, gnutls_session_t session, bool is_server, char *out,
                             struct spiffe *ret_id, const char **ret_failure)
{
    static const char no_certificate[] = "the peer has shown no certificate";
    const char *purpose = is_server ? GNUTLS_KP_TLS_WWW_CLIENT : GNUTLS_KP_TLS_WWW_SERVER;
    gnutls_typed_vdata_st wanted = {.type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *)purpose};
    unsigned status = 0, count = 0;
    const gnutls_datum_t *peers = tls->gnutls_certificate_get_peers(session, &count);
    if (!peers || !count)
        return *ret_failure = no_certificate, false;
    if (tls->gnutls_certificate_verify_peers(session, &wanted, 1, &status) < 0)
        return *ret_failure = "the certificate cannot be verified", false;
    if (status)
        return *ret_failure = status_text(status), false;
    gnutls_x509_crt_t certificate;
    if (tls->gnutls_x509_crt_init(&certificate) < 0)
        return *ret_failure = strerrordesc_np(ENOMEM), false;
    bool is_fine = tls->gnutls_x509_crt_import(certificate, &peers[0], GNUTLS_X509_FMT_DER) >= 0;
    *ret_failure = "the certificate cannot be read";
    is_fine = is_fine && id_read(tls, certificate, out, ret_id, ret_failure);
    tls->gnutls_x509_crt_deinit(certificate);
    return is_fine;
}
