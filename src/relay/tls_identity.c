#include "relay/tls_identity.h"
#include "base/memory.h"
#include <errno.h>
#include <stdlib.h>

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

/* The same from a certificate's bytes. */
static bool certificate_id_read(const struct tls_library *tls, const gnutls_datum_t *bytes,
                                gnutls_x509_crt_fmt_t format, char *out, struct spiffe *ret, const char **ret_failure)
{
    gnutls_x509_crt_t certificate;
    if (tls->gnutls_x509_crt_init(&certificate) < 0)
        return *ret_failure = strerrordesc_np(ENOMEM), false;
    bool is_fine = tls->gnutls_x509_crt_import(certificate, bytes, format) >= 0;
    *ret_failure = "the certificate cannot be read";
    is_fine = is_fine && id_read(tls, certificate, out, ret, ret_failure);
    tls->gnutls_x509_crt_deinit(certificate);
    return is_fine;
}

static bool own_id_read(const struct tls_library *tls, struct slice name, struct tls_identity *identity,
                        struct error *error)
{
    const struct slice chain = identity->credential.chain;
    const gnutls_datum_t bytes = {(unsigned char *)chain.bytes, (unsigned)chain.length};
    const char *failure;
    return certificate_id_read(tls, &bytes, GNUTLS_X509_FMT_PEM, identity->id_text, &identity->id, &failure) ||
           error_set(error, ERROR_VALUE, (struct position){0}, "%.*s: %s", SLICE_ARGS(name), failure);
}

bool tls_identity_load(const struct tls_library *tls, const struct tls_credential_source *source,
                       struct tls_identity **ret_identity, struct error *error)
{
    struct tls_identity *identity = memory_new(1, sizeof *identity);
    if (!tls_credential_init(&identity->credential, tls, source, error) ||
        !own_id_read(tls, source->chain_name, identity, error)) {
        tls_identity_release(tls, identity);
        return false;
    }
    *ret_identity = identity;
    return true;
}

struct tls_identity *tls_identity_hold(struct tls_identity *identity)
{
    tls_credential_hold(&identity->credential);
    return identity;
}

void tls_identity_release(const struct tls_library *tls, struct tls_identity *identity)
{
    if (identity && tls_credential_release(&identity->credential, tls))
        free(identity);
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
    return certificate_id_read(tls, &peers[0], GNUTLS_X509_FMT_DER, out, ret_id, ret_failure);
}
