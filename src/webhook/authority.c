#include "webhook/authority.h"
#include "base/buffer.h"
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>

static const struct position nowhere;
enum { SERIAL_BYTES = 16, KEY_ID_MAX = 64, PEM_MAX = 16384, HOST_MAX = 255 };

/* ---- GnuTLS's objects, for _cleanup_ ---- */

struct certificate {
    const struct tls_library *tls;
    gnutls_x509_crt_t x509;
};
struct private_key {
    const struct tls_library *tls;
    gnutls_x509_privkey_t x509;
};
struct chain {
    const struct tls_library *tls;
    gnutls_x509_crt_t x509[AUTHORITY_CHAIN_MAX];
    unsigned count;
};

static void certificate_done(struct certificate *certificate)
{
    if (certificate->x509)
        certificate->tls->gnutls_x509_crt_deinit(certificate->x509);
}

static void private_key_done(struct private_key *key)
{
    if (key->x509)
        key->tls->gnutls_x509_privkey_deinit(key->x509);
}

static void chain_done(struct chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++)
        chain->tls->gnutls_x509_crt_deinit(chain->x509[i]);
}

/* ---- reading ---- */

/* GnuTLS takes the bytes as they are, but its type has no const and counts in 32 bits. */
static bool datum_from(struct slice text, const char *what, gnutls_datum_t *ret, struct error *error)
{
    if (!text.length)
        return error_set(error, ERROR_MISSING, nowhere, "%s is empty, want PEM", what);
    if (text.length > AUTHORITY_TEXT_MAX)
        return error_set(error, ERROR_LIMIT, nowhere, "%s has %zu bytes, want %d at most", what, text.length,
                         AUTHORITY_TEXT_MAX);
    *ret = (gnutls_datum_t){(unsigned char *)(uintptr_t)text.bytes, (unsigned)text.length};
    return true;
}

static bool chain_read(struct chain *chain, struct slice pem, const char *what, struct error *error)
{
    gnutls_datum_t text;
    if (!datum_from(pem, what, &text, error))
        return false;
    unsigned count = AUTHORITY_CHAIN_MAX;
    int code = chain->tls->gnutls_x509_crt_list_import(chain->x509, &count, &text, GNUTLS_X509_FMT_PEM,
                                                       GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
    if (code == GNUTLS_E_SHORT_MEMORY_BUFFER)
        return error_set(error, ERROR_LIMIT, nowhere, "%s has more than %d certificates", what, AUTHORITY_CHAIN_MAX);
    if (code < 0)
        return tls_error(chain->tls, error, code, what);
    chain->count = count;
    return count > 0 || error_set(error, ERROR_MISSING, nowhere, "%s has no certificate", what);
}

static bool key_read(struct private_key *key, struct slice pem, struct error *error)
{
    gnutls_datum_t text;
    if (!datum_from(pem, "the key", &text, error))
        return false;
    int code = key->tls->gnutls_x509_privkey_init(&key->x509);
    if (code < 0)
        return tls_error(key->tls, error, code, "a key");
    code = key->tls->gnutls_x509_privkey_import(key->x509, &text, GNUTLS_X509_FMT_PEM);
    return code >= 0 || tls_error(key->tls, error, code, "the key");
}

static bool times_read(const struct tls_library *tls, gnutls_x509_crt_t certificate, struct authority_times *ret,
                       struct error *error)
{
    struct authority_times times = {.not_before = tls->gnutls_x509_crt_get_activation_time(certificate),
                                    .not_after = tls->gnutls_x509_crt_get_expiration_time(certificate)};
    if (times.not_before == -1 || times.not_after == -1)
        return error_set(error, ERROR_VALUE, nowhere, "the certificate says not when it is valid");
    *ret = times;
    return true;
}

/* A key and a certificate belong together when their public keys have the same hash. */
static bool key_matches(const struct tls_library *tls, gnutls_x509_crt_t certificate, struct slice pem,
                        struct error *error)
{
    _cleanup_(private_key_done) struct private_key key = {tls, NULL};
    unsigned char ids[2][KEY_ID_MAX];
    size_t lengths[2] = {KEY_ID_MAX, KEY_ID_MAX};
    if (!key_read(&key, pem, error))
        return false;
    int code = tls->gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, ids[0], &lengths[0]);
    if (code >= 0)
        code = tls->gnutls_x509_privkey_get_key_id(key.x509, GNUTLS_KEYID_USE_SHA256, ids[1], &lengths[1]);
    if (code < 0)
        return tls_error(tls, error, code, "comparing certificate and key");
    if (lengths[0] != lengths[1] || memcmp(ids[0], ids[1], lengths[0]) != 0)
        return error_set(error, ERROR_VALUE, nowhere, "the key is not the certificate's");
    return true;
}

bool authority_check_ca(const struct tls_library *tls, const struct authority_pair *ca,
                        struct authority_times *ret_times, struct error *error)
{
    _cleanup_(chain_done) struct chain chain = {.tls = tls};
    unsigned critical, is_ca = 0;
    int pathlen;
    if (!chain_read(&chain, ca->certificate, "the CA's certificate", error))
        return false;
    if (chain.count != 1)
        return error_set(error, ERROR_VALUE, nowhere, "found %u certificates, want the CA's alone", chain.count);
    int code = tls->gnutls_x509_crt_get_basic_constraints(chain.x509[0], &critical, &is_ca, &pathlen);
    if (code < 0 || !is_ca)
        return error_set(error, ERROR_VALUE, nowhere, "the certificate is no CA's (basicConstraints)");
    if (ca->key.length && !key_matches(tls, chain.x509[0], ca->key, error))
        return false;
    return times_read(tls, chain.x509[0], ret_times, error);
}

bool authority_check_bundle(const struct tls_library *tls, struct slice bundle, struct error *error)
{
    _cleanup_(chain_done) struct chain chain = {.tls = tls};
    return chain_read(&chain, bundle, "the CA bundle", error);
}

/* ---- names ---- */

/* Each name of the service, from the shortest on. */
static const char *const service_names[] = {"%.*s", "%.*s.%.*s", "%.*s.%.*s.svc", "%.*s.%.*s.svc.cluster.local"};

static size_t names_count(const struct authority_names *names)
{
    return (names->service.length ? ARRAY_LENGTH(service_names) : 0) + names->more_count;
}

/* Name number `index` into `out`. A name that DNS cannot have is cut, and then matches nothing and is refused. */
static void name_write(const struct authority_names *names, size_t index, char out[HOST_MAX + 1])
{
    size_t own = names->service.length ? ARRAY_LENGTH(service_names) : 0;
    if (index >= own) {
        snprintf(out, HOST_MAX + 1, "%.*s", SLICE_ARGS(names->more[index - own]));
        return;
    }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(out, HOST_MAX + 1, service_names[index], SLICE_ARGS(names->service), SLICE_ARGS(names->namespace));
#pragma GCC diagnostic pop
}

static bool names_covered(const struct tls_library *tls, gnutls_x509_crt_t certificate,
                          const struct authority_names *names, struct error *error)
{
    char name[HOST_MAX + 1];
    for (size_t i = 0; i < names_count(names); i++) {
        name_write(names, i, name);
        if (!tls->gnutls_x509_crt_check_hostname(certificate, name))
            return error_set(error, ERROR_VALUE, nowhere, "the certificate is not for %s", name);
    }
    return true;
}

/* An end certificate for servers: extendedKeyUsage has serverAuth (or any), or there is none (RFC 5280, 4.2.1.12). */
static bool is_for_servers(const struct tls_library *tls, gnutls_x509_crt_t certificate)
{
    char oid[64];
    for (unsigned i = 0;; i++) {
        size_t length = sizeof oid;
        int code = tls->gnutls_x509_crt_get_key_purpose_oid(certificate, i, oid, &length, NULL);
        if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return i == 0;
        if (code == GNUTLS_E_SHORT_MEMORY_BUFFER)
            continue;
        if (code < 0)
            return false;
        if (strcmp(oid, GNUTLS_KP_TLS_WWW_SERVER) == 0 || strcmp(oid, GNUTLS_KP_ANY) == 0)
            return true;
    }
}

/* Signatures and constraints; the times are judged by the caller's clock, not by the system's. */
static bool chain_leads_to(const struct chain *chain, struct slice bundle, struct error *error)
{
    const struct tls_library *tls = chain->tls;
    _cleanup_(chain_done) struct chain roots = {.tls = tls};
    unsigned verdict = 0;
    if (!chain_read(&roots, bundle, "the CA bundle", error))
        return false;
    int code = tls->gnutls_x509_crt_list_verify(chain->x509, chain->count, roots.x509, roots.count, NULL, 0,
                                                GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
                                                    GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS,
                                                &verdict);
    if (code < 0)
        return tls_error(tls, error, code, "verifying the certificate");
    return verdict == 0 ||
           error_set(error, ERROR_VALUE, nowhere, "the certificate does not chain to a CA of the bundle");
}

bool authority_check_serving(const struct tls_library *tls, const struct authority_pair *serving, struct slice bundle,
                             const struct authority_names *names, struct authority_times *ret_times,
                             struct error *error)
{
    _cleanup_(chain_done) struct chain chain = {.tls = tls};
    if (!chain_read(&chain, serving->certificate, "the serving certificate", error) ||
        !key_matches(tls, chain.x509[0], serving->key, error))
        return false;
    if (!is_for_servers(tls, chain.x509[0]))
        return error_set(error, ERROR_VALUE, nowhere, "the certificate is not for servers (extendedKeyUsage)");
    if ((names && !names_covered(tls, chain.x509[0], names, error)) ||
        (bundle.length && !chain_leads_to(&chain, bundle, error)))
        return false;
    return times_read(tls, chain.x509[0], ret_times, error);
}

bool authority_next_certificate(struct slice *rest, struct slice *ret_block)
{
    static const struct slice begin = SLICE_CONSTANT("-----BEGIN CERTIFICATE-----"),
                              end = SLICE_CONSTANT("-----END CERTIFICATE-----");
    size_t first = slice_find(*rest, begin);
    if (first == SLICE_NONE)
        return false;
    struct slice text = slice_from_offset(*rest, first);
    size_t last = slice_find(text, end);
    if (last == SLICE_NONE)
        return false;
    size_t length = last + end.length;
    while (length < text.length && (text.bytes[length] == '\r' || text.bytes[length] == '\n'))
        length++;
    *ret_block = slice_range(text, 0, length);
    *rest = slice_from_offset(text, length);
    return true;
}

/* ---- making ---- */

/* The first failure of a row of calls; the rest of the row is then not made. */
struct step {
    const struct tls_library *tls;
    int code;
};
#define STEP(step, function, ...) \
    ((step)->code = (step)->code < 0 ? (step)->code : (step)->tls->function(__VA_ARGS__))

/* 126 random bits, positive and of the shortest form, as RFC 5280, 4.1.2.2 wants a serial number. */
static void serial_make(struct step *step, unsigned char serial[SERIAL_BYTES])
{
    STEP(step, gnutls_rnd, GNUTLS_RND_NONCE, serial, SERIAL_BYTES);
    serial[0] = (unsigned char)((serial[0] & 0x3f) | 0x40);
}

static void key_make(struct step *step, struct private_key *key)
{
    STEP(step, gnutls_x509_privkey_init, &key->x509);
    STEP(step, gnutls_x509_privkey_generate, key->x509, GNUTLS_PK_ECDSA,
         GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
}

/* Everything that both kinds have: version 3, serial, times, subject, public key and its identifier. */
static void certificate_begin(struct step *step, struct certificate *certificate, const struct private_key *key,
                              const unsigned char serial[SERIAL_BYTES], const char *common_name,
                              const struct authority_times *times)
{
    unsigned char id[KEY_ID_MAX];
    size_t id_length = sizeof id;
    STEP(step, gnutls_x509_crt_init, &certificate->x509);
    STEP(step, gnutls_x509_crt_set_version, certificate->x509, 3);
    STEP(step, gnutls_x509_crt_set_serial, certificate->x509, serial, SERIAL_BYTES);
    STEP(step, gnutls_x509_crt_set_activation_time, certificate->x509, (time_t)times->not_before);
    STEP(step, gnutls_x509_crt_set_expiration_time, certificate->x509, (time_t)times->not_after);
    STEP(step, gnutls_x509_crt_set_dn_by_oid, certificate->x509, GNUTLS_OID_X520_COMMON_NAME, 0, common_name,
         (unsigned)strlen(common_name));
    STEP(step, gnutls_x509_crt_set_key, certificate->x509, key->x509);
    STEP(step, gnutls_x509_crt_get_key_id, certificate->x509, GNUTLS_KEYID_USE_SHA1, id, &id_length);
    STEP(step, gnutls_x509_crt_set_subject_key_id, certificate->x509, id, id_length);
}

static bool pair_export(struct step *step, struct arena *arena, const struct certificate *certificate,
                        const struct private_key *key, const char *what, struct authority_pair *ret,
                        struct error *error)
{
    char *texts[2] = {arena_take(arena, PEM_MAX), arena_take(arena, PEM_MAX)};
    size_t lengths[2] = {PEM_MAX, PEM_MAX};
    STEP(step, gnutls_x509_crt_export, certificate->x509, GNUTLS_X509_FMT_PEM, texts[0], &lengths[0]);
    STEP(step, gnutls_x509_privkey_export_pkcs8, key->x509, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, texts[1],
         &lengths[1]);
    if (step->code < 0)
        return tls_error(step->tls, error, step->code, what);
    *ret = (struct authority_pair){slice_from(texts[0]), slice_from(texts[1])};
    return true;
}

bool authority_make_ca(const struct tls_library *tls, struct arena *arena, const struct authority_life *life,
                       int64_t now, struct authority_pair *ret_ca, struct error *error)
{
    _cleanup_(private_key_done) struct private_key key = {tls, NULL};
    _cleanup_(certificate_done) struct certificate certificate = {tls, NULL};
    struct step step = {tls, 0};
    struct authority_times times = {now - life->skew, now + life->ca};
    unsigned char serial[SERIAL_BYTES] = {0};
    char name[64];
    serial_make(&step, serial);
    snprintf(name, sizeof name, "pillion webhook CA %02x%02x%02x%02x%02x%02x", serial[1], serial[2], serial[3],
             serial[4], serial[5], serial[6]);
    key_make(&step, &key);
    certificate_begin(&step, &certificate, &key, serial, name, &times);
    STEP(&step, gnutls_x509_crt_set_basic_constraints, certificate.x509, 1, 0);
    STEP(&step, gnutls_x509_crt_set_key_usage, certificate.x509, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
    STEP(&step, gnutls_x509_crt_sign2, certificate.x509, certificate.x509, key.x509, GNUTLS_DIG_SHA256, 0);
    return pair_export(&step, arena, &certificate, &key, "making a CA", ret_ca, error);
}

static void names_add(struct step *step, gnutls_x509_crt_t certificate, const struct authority_names *names)
{
    char name[HOST_MAX + 1];
    for (size_t i = 0; i < names_count(names); i++) {
        struct in6_addr address;
        name_write(names, i, name);
        if (inet_pton(AF_INET, name, &address) == 1)
            STEP(step, gnutls_x509_crt_set_subject_alt_name, certificate, GNUTLS_SAN_IPADDRESS, &address, 4,
                 GNUTLS_FSAN_APPEND);
        else if (inet_pton(AF_INET6, name, &address) == 1)
            STEP(step, gnutls_x509_crt_set_subject_alt_name, certificate, GNUTLS_SAN_IPADDRESS, &address, 16,
                 GNUTLS_FSAN_APPEND);
        else
            STEP(step, gnutls_x509_crt_set_subject_alt_name, certificate, GNUTLS_SAN_DNSNAME, name,
                 (unsigned)strlen(name), GNUTLS_FSAN_APPEND);
    }
}

/* Letters, digits, and . - * between them, as a DNS name or an address (with :) has them. */
static bool names_check(const struct authority_names *names, struct error *error)
{
    for (size_t i = 0; i < names_count(names); i++) {
        char name[HOST_MAX + 1];
        name_write(names, i, name);
        size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*:");
        if (!length || name[length] || length == HOST_MAX)
            return error_set(error, ERROR_VALUE, nowhere, "\"%s\" is no DNS name or IP address", name);
    }
    return names_count(names) > 0 || error_set(error, ERROR_MISSING, nowhere, "a certificate for no name at all");
}

bool authority_make_serving(const struct tls_library *tls, struct arena *arena, const struct authority_life *life,
                            int64_t now, const struct authority_pair *ca, const struct authority_names *names,
                            struct authority_pair *ret_serving, struct error *error)
{
    _cleanup_(private_key_done) struct private_key key = {tls, NULL}, ca_key = {tls, NULL};
    _cleanup_(certificate_done) struct certificate certificate = {tls, NULL};
    _cleanup_(chain_done) struct chain issuer = {.tls = tls};
    struct step step = {tls, 0};
    struct authority_times times = {now - life->skew, now + life->serving}, ca_times;
    unsigned char serial[SERIAL_BYTES] = {0}, id[KEY_ID_MAX];
    size_t id_length = sizeof id;
    if (!names_check(names, error) || !authority_check_ca(tls, ca, &ca_times, error) ||
        !chain_read(&issuer, ca->certificate, "the CA's certificate", error) || !key_read(&ca_key, ca->key, error))
        return error_wrap(error, "making a serving certificate");
    if (times.not_after > ca_times.not_after)
        times.not_after = ca_times.not_after;
    serial_make(&step, serial);
    key_make(&step, &key);
    certificate_begin(&step, &certificate, &key, serial, "pillion webhook", &times);
    if (tls->gnutls_x509_crt_get_subject_key_id(issuer.x509[0], id, &id_length, NULL) >= 0)
        STEP(&step, gnutls_x509_crt_set_authority_key_id, certificate.x509, id, id_length);
    STEP(&step, gnutls_x509_crt_set_basic_constraints, certificate.x509, 0, -1);
    STEP(&step, gnutls_x509_crt_set_key_usage, certificate.x509, GNUTLS_KEY_DIGITAL_SIGNATURE);
    STEP(&step, gnutls_x509_crt_set_key_purpose_oid, certificate.x509, GNUTLS_KP_TLS_WWW_SERVER, 0);
    names_add(&step, certificate.x509, names);
    STEP(&step, gnutls_x509_crt_sign2, certificate.x509, issuer.x509[0], ca_key.x509, GNUTLS_DIG_SHA256, 0);
    return pair_export(&step, arena, &certificate, &key, "making a serving certificate", ret_serving, error);
}
