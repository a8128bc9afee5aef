#include "relay/tls_identity.h"
#include "base/memory.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

enum { PEM_MAX = 8192, DAY = 86400 };

#define ID "spiffe://cluster.local/ns/shop/sa/web"

struct authority {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
};

struct fixture {
    struct tls_library tls;
    struct authority root, other;
};

/* What a certificate is to be; what is left out is as usual. */
struct wish {
    const char *uris[2], *dns;
    const char *purpose; /* NULL: both ends of TLS */
    int64_t from, until; /* seconds from now */
    bool is_unlimited, is_ca, is_alone /* signed by itself */;
};

/* A certificate with its key, and what a mesh's agent would have written of them. */
struct pair {
    struct authority made;
    char chain[PEM_MAX], key[PEM_MAX], roots[PEM_MAX];
    struct tls_credential_source source;
};

static struct slice pem_of(const struct tls_library *tls, gnutls_x509_crt_t certificate, char out[PEM_MAX])
{
    size_t length = PEM_MAX;
    assert_return_code(tls->gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, out, &length), 0);
    return (struct slice){out, length};
}

static void sign(const struct fixture *f, const struct authority *by, const struct wish *wish, struct authority *ret)
{
    static unsigned char serial;
    const struct tls_library *tls = &f->tls;
    time_t now = time(NULL);
    gnutls_x509_crt_t made;
    serial++;
    assert_return_code(tls->gnutls_x509_privkey_init(&ret->key), 0);
    assert_return_code(tls->gnutls_x509_privkey_generate(ret->key, GNUTLS_PK_ECDSA,
                                                         GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                       0);
    assert_return_code(tls->gnutls_x509_crt_init(&made), 0);
    ret->certificate = made;
    tls->gnutls_x509_crt_set_version(made, 3);
    tls->gnutls_x509_crt_set_serial(made, &serial, 1);
    tls->gnutls_x509_crt_set_key(made, ret->key);
    tls->gnutls_x509_crt_set_activation_time(made, now + (wish->from ? wish->from : -DAY));
    tls->gnutls_x509_crt_set_expiration_time(made, wish->is_unlimited ? GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION
                                                                      : now + (wish->until ? wish->until : DAY));
    tls->gnutls_x509_crt_set_basic_constraints(made, wish->is_ca, -1);
    tls->gnutls_x509_crt_set_key_usage(made, wish->is_ca ? GNUTLS_KEY_KEY_CERT_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (wish->is_ca) /* roots are found by their names */
        tls->gnutls_x509_crt_set_dn_by_oid(made, GNUTLS_OID_X520_COMMON_NAME, 0, by ? "other" : "root", by ? 5 : 4);
    for (int i = 0; i < 2 && wish->uris[i]; i++)
        tls->gnutls_x509_crt_set_subject_alt_name(made, GNUTLS_SAN_URI, wish->uris[i], (unsigned)strlen(wish->uris[i]),
                                                  GNUTLS_FSAN_APPEND);
    if (wish->dns)
        tls->gnutls_x509_crt_set_subject_alt_name(made, GNUTLS_SAN_DNSNAME, wish->dns, (unsigned)strlen(wish->dns),
                                                  GNUTLS_FSAN_APPEND);
    if (!wish->is_ca && (!wish->purpose || strcmp(wish->purpose, GNUTLS_KP_TLS_WWW_SERVER) == 0))
        tls->gnutls_x509_crt_set_key_purpose_oid(made, GNUTLS_KP_TLS_WWW_SERVER, 0);
    if (!wish->is_ca && (!wish->purpose || strcmp(wish->purpose, GNUTLS_KP_TLS_WWW_CLIENT) == 0))
        tls->gnutls_x509_crt_set_key_purpose_oid(made, GNUTLS_KP_TLS_WWW_CLIENT, 0);
    const struct authority *signer = wish->is_ca || wish->is_alone ? ret : by;
    assert_return_code(tls->gnutls_x509_crt_sign2(made, signer->certificate, signer->key, GNUTLS_DIG_SHA256, 0), 0);
}

static void authority_done(const struct tls_library *tls, struct authority *authority)
{
    tls->gnutls_x509_crt_deinit(authority->certificate);
    tls->gnutls_x509_privkey_deinit(authority->key);
}

static struct pair *pair_make(const struct fixture *f, const struct authority *by, struct wish wish)
{
    struct pair *pair = memory_new(1, sizeof *pair);
    size_t length = sizeof pair->key;
    sign(f, by, &wish, &pair->made);
    pair->source = (struct tls_credential_source){
        .chain_name = SLICE("cert-chain.pem"), .key_name = SLICE("key.pem"), .roots_name = SLICE("root-cert.pem")};
    pair->source.chain = pem_of(&f->tls, pair->made.certificate, pair->chain);
    pair->source.roots = pem_of(&f->tls, f->root.certificate, pair->roots);
    assert_return_code(
        f->tls.gnutls_x509_privkey_export_pkcs8(pair->made.key, GNUTLS_X509_FMT_PEM, NULL, 0, pair->key, &length), 0);
    pair->source.key = (struct slice){pair->key, length};
    return pair;
}

static void pair_free(const struct fixture *f, struct pair *pair)
{
    authority_done(&f->tls, &pair->made);
    free(pair);
}

static int setup(void **state)
{
    struct fixture *f = memory_new(1, sizeof *f);
    struct error error = {0};
    *state = f;
    if (!tls_library_load(&f->tls, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return -1;
    }
    sign(f, NULL, &(struct wish){.is_ca = true}, &f->root);
    sign(f, &f->root, &(struct wish){.is_ca = true}, &f->other); /* of another name, and nobody's but its own */
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    authority_done(&f->tls, &f->root);
    authority_done(&f->tls, &f->other);
    free(f);
    return 0;
}

static void an_identity_says_who_it_is(void **state)
{
    const struct fixture *f = *state;
    struct error error = {0};
    struct tls_identity *identity = NULL;
    int64_t now = time(NULL);
    struct pair *pair = pair_make(f, &f->root, (struct wish){.uris = {ID}, .dns = "web.shop.svc", .until = 1000});
    int64_t after = time(NULL);
    if (!tls_identity_load(&f->tls, &pair->source, &identity, &error))
        fail_msg("%s", error.text);
    /* Nothing of the source is needed any more. */
    struct tls_credential_source source = pair->source;
    source.chain = memory_copy(source.chain);
    memset(pair->chain, 'x', source.chain.length);
    assert_true(tls_credential_is(&identity->credential, &source));
    const struct spiffe *id = &identity->id;
    assert_true(slice_equal(id->text, SLICE(ID)));
    assert_true(slice_equal(id->trust_domain, SLICE("cluster.local")));
    assert_true(slice_equal(id->name_space, SLICE("shop")));
    assert_true(slice_equal(id->service_account, SLICE("web")));
    assert_in_range(identity->credential.from, now - DAY - 600, after - DAY);
    assert_in_range(identity->credential.until, now + 1000 - 600, after + 1000);
    assert_non_null(identity->credential.handle);
    /* It is there until the last holder lets go. */
    assert_ptr_equal(tls_identity_hold(identity), identity);
    tls_identity_release(&f->tls, identity);
    assert_true(slice_equal(identity->id.text, SLICE(ID)));
    tls_identity_release(&f->tls, identity);
    tls_identity_release(&f->tls, NULL);
    free((char *)source.chain.bytes);
    pair_free(f, pair);
}

/* RFC 5280, 4.1.2.5: 99991231235959Z says that there is no well-defined end. */
static void a_certificate_may_have_no_end(void **state)
{
    const struct fixture *f = *state;
    struct error error = {0};
    struct tls_identity *identity = NULL;
    struct pair *pair = pair_make(f, &f->root, (struct wish){.uris = {ID}, .is_unlimited = true});
    if (!tls_identity_load(&f->tls, &pair->source, &identity, &error))
        fail_msg("%s", error.text);
    assert_true(identity->credential.until > time(NULL) + 10000 * (int64_t)DAY);
    tls_identity_release(&f->tls, identity);
    pair_free(f, pair);
}

static void any_other_content_is_another_identity(void **state)
{
    const struct fixture *f = *state;
    struct error error = {0};
    struct tls_identity *identity = NULL;
    struct pair *pair = pair_make(f, &f->root, (struct wish){.uris = {ID}});
    assert_true(tls_identity_load(&f->tls, &pair->source, &identity, &error));
    for (int i = 0; i < 4; i++) {
        struct tls_credential_source source = pair->source;
        struct slice *one = i == 0 ? &source.chain : i == 1 ? &source.key : i == 2 ? &source.roots : &source.chain_name;
        one->length--;
        assert_int_equal(tls_credential_is(&identity->credential, &source),
                         i == 3); /* only what it is made of counts */
    }
    tls_identity_release(&f->tls, identity);
    pair_free(f, pair);
}

static void load_fails(const struct fixture *f, const struct tls_credential_source *source, const char *file,
                       const char *why)
{
    struct error error = {0};
    struct tls_identity *identity = NULL;
    if (tls_identity_load(&f->tls, source, &identity, &error))
        fail_msg("taken, though: %s %s", file, why);
    assert_null(identity);
    if (strncmp(error.text, file, strlen(file)) != 0 || !strstr(error.text, why))
        fail_msg("%s, want %s ... %s", error.text, file, why);
}

static void a_certificate_that_is_no_identity_is_refused(void **state)
{
    static char long_id[SPIFFE_MAX + 64];
    const struct fixture *f = *state;
    memset(long_id, 'x', sizeof long_id - 1);
    memcpy(long_id, ID, sizeof ID - 1);
    const struct {
        struct wish wish;
        const char *why;
    } cases[] = {
        {{.uris = {NULL}}, "no SPIFFE id"},
        {{.dns = "web.shop.svc"}, "no SPIFFE id"},
        {{.uris = {"https://cluster.local/ns/shop/sa/web"}}, "no SPIFFE id"},
        {{.uris = {"spiffe://cluster.local:80/ns/shop/sa/web"}}, "no SPIFFE id"},
        {{.uris = {ID, "spiffe://cluster.local/ns/shop/sa/other"}}, "several URIs"},
        {{.uris = {ID, ID}}, "several URIs"},
        {{.uris = {"https://x", ID}}, "several URIs"},
        {{.uris = {long_id}}, "too long"},
        {{.uris = {ID}, .from = -2 * DAY, .until = -1}, "has expired"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct pair *pair = pair_make(f, &f->root, cases[i].wish);
        load_fails(f, &pair->source, "cert-chain.pem: ", cases[i].why);
        pair_free(f, pair);
    }
}

static void files_that_are_broken_are_named(void **state)
{
    const struct fixture *f = *state;
    struct pair *pair = pair_make(f, &f->root, (struct wish){.uris = {ID}});
    struct pair *second = pair_make(f, &f->root, (struct wish){.uris = {ID}});
    const struct slice wrong[] = {SLICE(""), SLICE("nonsense"), SLICE("-----BEGIN CERTIFICATE-----\nAAAA\n"),
                                  slice_range(pair->source.chain, 0, pair->source.chain.length / 2)};
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        struct tls_credential_source source = pair->source;
        source.chain = wrong[i];
        load_fails(f, &source, "cert-chain.pem: ", "no certificate in PEM");
        source = pair->source;
        source.key = wrong[i];
        load_fails(f, &source, "key.pem: ", "cannot be used");
        source = pair->source;
        source.roots = wrong[i];
        load_fails(f, &source, "root-cert.pem: ", "certificate");
    }
    struct tls_credential_source source = pair->source;
    source.key = second->source.key;
    load_fails(f, &source, "key.pem: ", "cannot be used with the certificate");
    pair_free(f, second);
    pair_free(f, pair);
}

/* ---- the other end's ---- */

static gnutls_session_t session_new(const struct tls_library *tls, unsigned flags, int fd,
                                    const struct tls_identity *identity)
{
    gnutls_session_t session;
    assert_return_code(tls->gnutls_init(&session, flags | GNUTLS_NONBLOCK), 0);
    assert_return_code(tls->gnutls_set_default_priority(session), 0);
    if (identity)
        assert_return_code(tls->gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, identity->credential.handle),
                           0);
    if (flags & GNUTLS_SERVER) {
        tls->gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
        tls->gnutls_certificate_send_x509_rdn_sequence(session, 1); /* whatever the client has, it shows */
    }
    tls->gnutls_transport_set_int2(session, fd, fd);
    return session;
}

/* Joins a server and a client that are content with anybody, and asks one of them what it thinks of the other. */
static const char *checked(const struct fixture *f, const struct tls_identity *server,
                           const struct tls_identity *client, bool by_server, char out[SPIFFE_MAX],
                           struct spiffe *ret_id)
{
    const struct tls_library *tls = &f->tls;
    const char *failure = NULL;
    int fds[2], codes[2] = {-1, -1};
    assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    gnutls_session_t sessions[] = {session_new(tls, GNUTLS_SERVER, fds[0], server),
                                   session_new(tls, GNUTLS_CLIENT, fds[1], client)};
    for (int i = 0; i < 100 && (codes[0] || codes[1]); i++)
        for (int k = 0; k < 2; k++)
            if (codes[k] && (codes[k] = tls->gnutls_handshake(sessions[k])) < 0 && tls->gnutls_error_is_fatal(codes[k]))
                fail_msg("%s", tls->gnutls_strerror(codes[k]));
    assert_true(codes[0] == 0 && codes[1] == 0);
    bool is_fine = tls_identity_check_peer(tls, sessions[by_server ? 0 : 1], by_server, out, ret_id, &failure);
    for (int k = 0; k < 2; k++) {
        tls->gnutls_deinit(sessions[k]);
        close(fds[k]);
    }
    assert_true(is_fine || failure);
    return is_fine ? NULL : failure;
}

static void peers_are_who_the_roots_say(void **state)
{
    const struct fixture *f = *state;
    struct error error = {0};
    struct pair *own = pair_make(f, &f->root, (struct wish){.uris = {ID}});
    struct tls_identity *self = NULL;
    const struct {
        bool is_others;
        struct wish wish;
        const char *as_client, *as_server; /* what is wrong with it; NULL: nothing */
    } cases[] = {
        {false, {.uris = {ID}}, NULL, NULL},
        {true, {.uris = {ID}}, "not signed by one of our roots", "not signed by one of our roots"},
        {false, {.uris = {ID}, .is_alone = true}, "not signed by one of our roots", "not signed by one of our roots"},
        {false, {.uris = {ID}, .from = DAY, .until = 2 * DAY}, "not valid yet", "not valid yet"},
        {false, {.uris = {ID}, .purpose = GNUTLS_KP_TLS_WWW_CLIENT}, NULL, "not made for this end"},
        {false, {.uris = {ID}, .purpose = GNUTLS_KP_TLS_WWW_SERVER}, "not made for this end", NULL},
    };
    assert_true(tls_identity_load(&f->tls, &own->source, &self, &error));
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct pair *pair = pair_make(f, cases[i].is_others ? &f->other : &f->root, cases[i].wish);
        struct tls_identity *peer = NULL;
        if (!tls_identity_load(&f->tls, &pair->source, &peer, &error))
            fail_msg("%zu: %s", i, error.text);
        for (int by_server = 0; by_server < 2; by_server++) {
            char out[SPIFFE_MAX];
            struct spiffe id = {0};
            const char *wanted = by_server ? cases[i].as_client : cases[i].as_server;
            const char *failure = checked(f, by_server ? self : peer, by_server ? peer : self, by_server, out, &id);
            if (!wanted != !failure || (wanted && !strstr(failure, wanted)))
                fail_msg("%zu, by the %s: %s", i, by_server ? "server" : "client", failure ? failure : "trusted");
            if (!wanted)
                assert_true(slice_equal(id.text, SLICE(ID)) && id.text.bytes == out);
        }
        tls_identity_release(&f->tls, peer);
        pair_free(f, pair);
    }
    tls_identity_release(&f->tls, self);
    pair_free(f, own);
}

static void a_peer_without_a_certificate_is_nobody(void **state)
{
    const struct fixture *f = *state;
    struct error error = {0};
    char out[SPIFFE_MAX];
    struct spiffe id;
    struct pair *pair = pair_make(f, &f->root, (struct wish){.uris = {ID}});
    struct tls_identity *self = NULL;
    gnutls_certificate_credentials_t none;
    assert_true(tls_identity_load(&f->tls, &pair->source, &self, &error));
    assert_return_code(f->tls.gnutls_certificate_allocate_credentials(&none), 0);
    int fds[2], codes[2] = {-1, -1};
    const char *failure = NULL;
    assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    gnutls_session_t sessions[] = {session_new(&f->tls, GNUTLS_SERVER, fds[0], self),
                                   session_new(&f->tls, GNUTLS_CLIENT, fds[1], NULL)};
    assert_return_code(f->tls.gnutls_credentials_set(sessions[1], GNUTLS_CRD_CERTIFICATE, none), 0);
    for (int i = 0; i < 100 && (codes[0] || codes[1]); i++)
        for (int k = 0; k < 2; k++)
            if (codes[k])
                codes[k] = f->tls.gnutls_handshake(sessions[k]);
    assert_true(codes[0] == 0 && codes[1] == 0);
    assert_false(tls_identity_check_peer(&f->tls, sessions[0], true, out, &id, &failure));
    assert_non_null(strstr(failure, "no certificate"));
    for (int k = 0; k < 2; k++) {
        f->tls.gnutls_deinit(sessions[k]);
        close(fds[k]);
    }
    f->tls.gnutls_certificate_free_credentials(none);
    tls_identity_release(&f->tls, self);
    pair_free(f, pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_identity_says_who_it_is),
        cmocka_unit_test(a_certificate_may_have_no_end),
        cmocka_unit_test(any_other_content_is_another_identity),
        cmocka_unit_test(a_certificate_that_is_no_identity_is_refused),
        cmocka_unit_test(files_that_are_broken_are_named),
        cmocka_unit_test(peers_are_who_the_roots_say),
        cmocka_unit_test(a_peer_without_a_certificate_is_nobody),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
