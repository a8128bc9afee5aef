#include "webhook/authority.h"
#include "base/fd.h"
#include "base/memory.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* The openssl command is the judge that shares no code with us; without it those checks are left out. */
enum { DAY = 86400 };
static const int64_t now = 1764000000; /* 2025-11-24 */
static const struct authority_life life = {.ca = 3650 * (int64_t)DAY, .serving = 90 * DAY, .skew = 300};
static const struct slice more[] = {SLICE_CONSTANT("injector.example.com"), SLICE_CONSTANT("127.0.0.1"),
                                    SLICE_CONSTANT("fd00::1")};
static const struct authority_names names = {SLICE_CONSTANT("pillion-webhook"), SLICE_CONSTANT("istio-system"), more,
                                             ARRAY_LENGTH(more)};

struct fixture {
    struct tls_library tls;
    struct arena arena;
    struct authority_pair ca, serving, other_ca, other;
    char folder[64];
};

static int setup(void **state)
{
    struct fixture *f = memory_new(1, sizeof *f);
    struct error error = {0};
    *state = f;
    bool made = tls_library_load(&f->tls, &error) &&
                authority_make_ca(&f->tls, &f->arena, &life, now, &f->ca, &error) &&
                authority_make_ca(&f->tls, &f->arena, &life, now, &f->other_ca, &error) &&
                authority_make_serving(&f->tls, &f->arena, &life, now, &f->ca, &names, &f->serving, &error) &&
                authority_make_serving(&f->tls, &f->arena, &life, now, &f->other_ca, &names, &f->other, &error);
    if (!made)
        fprintf(stderr, "%s\n", error.text);
    snprintf(f->folder, sizeof f->folder, "/tmp/pillion-authority-XXXXXX");
    return made && mkdtemp(f->folder) ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    static const char *const files[] = {"ca.crt", "ca.key", "tls.crt", "tls.key", "out"};
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++)
        unlink(arena_format(&f->arena, "%s/%s", f->folder, files[i]).bytes);
    rmdir(f->folder);
    arena_done(&f->arena);
    free(f);
    return 0;
}

static const char *file_put(struct fixture *f, const char *name, struct slice text)
{
    const char *path = arena_format(&f->arena, "%s/%s", f->folder, name).bytes;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct error error;
    assert_true(fd >= 0 && fd_write_all(fd, slice_from(path), text, &error));
    close(fd);
    return path;
}

/* Runs openssl; its exit code, and what it printed in *ret_out. -1: there is no openssl. */
static int openssl(struct fixture *f, struct slice *ret_out, const char *const *argv)
{
    const char *path = file_put(f, "out", SLICE(""));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
            _exit(126);
        execvp("openssl", (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(1 << 20);
    struct error error;
    assert_true(fd_read_file(path, &out, &error));
    *ret_out = arena_copy(&f->arena, buffer_slice(&out));
    return WIFEXITED(status) && WEXITSTATUS(status) != 127 ? WEXITSTATUS(status) : -1;
}

static void openssl_verifies_the_chain(void **state)
{
    struct fixture *f = *state;
    const char *ca = file_put(f, "ca.crt", f->ca.certificate), *serving = file_put(f, "tls.crt", f->serving.certificate);
    struct slice at = arena_format(&f->arena, "%lld", (long long)now), out;
    static const char *const hosts[] = {"pillion-webhook", "pillion-webhook.istio-system",
                                        "pillion-webhook.istio-system.svc",
                                        "pillion-webhook.istio-system.svc.cluster.local", "injector.example.com"};
    for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
        const char *const argv[] = {"openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-attime", at.bytes,
                                    "-verify_hostname", hosts[i], "-CAfile", ca, serving, NULL};
        int code = openssl(f, &out, argv);
        if (code < 0)
            skip();
        if (code)
            fail_msg("%s: %s", hosts[i], out.bytes);
    }
    static const char *const addresses[] = {"127.0.0.1", "fd00::1"};
    for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
        const char *const argv[] = {"openssl", "verify", "-x509_strict", "-attime", at.bytes, "-verify_ip",
                                    addresses[i], "-CAfile", ca, serving, NULL};
        assert_int_equal(openssl(f, &out, argv), 0);
    }
    const char *const wrong[] = {"openssl", "verify", "-attime", at.bytes, "-verify_hostname", "other.svc", "-CAfile",
                                 ca, serving, NULL};
    assert_int_not_equal(openssl(f, &out, wrong), 0);
    const char *other = file_put(f, "ca.crt", f->other_ca.certificate);
    const char *const stranger[] = {"openssl", "verify", "-attime", at.bytes, "-CAfile", other, serving, NULL};
    assert_int_not_equal(openssl(f, &out, stranger), 0);
}

static void openssl_reads_what_was_promised(void **state)
{
    struct fixture *f = *state;
    struct slice out;
    const char *ca = file_put(f, "ca.crt", f->ca.certificate), *serving = file_put(f, "tls.crt", f->serving.certificate);
    const char *const ca_argv[] = {"openssl", "x509", "-noout", "-text", "-in", ca, NULL};
    if (openssl(f, &out, ca_argv) < 0)
        skip();
    static const char *const of_ca[] = {"Version: 3", "prime256v1", "CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign",
                                        "ecdsa-with-SHA256", "X509v3 Basic Constraints: critical", "CN = pillion webhook CA"};
    for (size_t i = 0; i < ARRAY_LENGTH(of_ca); i++)
        assert_non_null(strstr(out.bytes, of_ca[i]));
    const char *const serving_argv[] = {"openssl", "x509", "-noout", "-text", "-in", serving, NULL};
    assert_int_equal(openssl(f, &out, serving_argv), 0);
    static const char *const of_serving[] = {"CA:FALSE", "TLS Web Server Authentication", "Digital Signature",
                                             "prime256v1", "X509v3 Authority Key Identifier"};
    for (size_t i = 0; i < ARRAY_LENGTH(of_serving); i++)
        assert_non_null(strstr(out.bytes, of_serving[i]));
    const char *key = file_put(f, "tls.key", f->serving.key);
    const char *const key_argv[] = {"openssl", "pkey", "-noout", "-check", "-in", key, NULL};
    assert_int_equal(openssl(f, &out, key_argv), 0);
}

static void own_certificates_pass_with_their_times(void **state)
{
    struct fixture *f = *state;
    struct authority_times times;
    struct error error;
    assert_true(authority_check_ca(&f->tls, &f->ca, &times, &error));
    assert_int_equal(times.not_before, now - life.skew);
    assert_int_equal(times.not_after, now + life.ca);
    assert_true(authority_check_serving(&f->tls, &f->serving, f->ca.certificate, &names, &times, &error));
    assert_int_equal(times.not_after, now + life.serving);
    /* Of a bundle, any one will do. */
    struct slice bundle = arena_join(&f->arena, f->other_ca.certificate, f->ca.certificate);
    assert_true(authority_check_serving(&f->tls, &f->serving, bundle, &names, &times, &error));
    assert_true(authority_check_bundle(&f->tls, bundle, &error));
}

static void a_serving_certificate_ends_with_its_ca(void **state)
{
    struct fixture *f = *state;
    struct authority_pair serving;
    struct authority_times times;
    struct error error;
    int64_t late = now + life.ca - 1000;
    assert_true(authority_make_serving(&f->tls, &f->arena, &life, late, &f->ca, &names, &serving, &error));
    assert_true(authority_check_serving(&f->tls, &serving, f->ca.certificate, NULL, &times, &error));
    assert_int_equal(times.not_after, now + life.ca);
}

static void wrong_ones_are_told_apart(void **state)
{
    struct fixture *f = *state;
    static const struct authority_names elsewhere = {SLICE_CONSTANT("pillion-webhook"), SLICE_CONSTANT("other")};
    const struct authority_pair mixed = {f->serving.certificate, f->other.key},
                                mixed_ca = {f->ca.certificate, f->other_ca.key},
                                garbage = {SLICE_CONSTANT("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
                                           f->ca.key},
                                none = {{0}, f->ca.key}, no_key = {f->serving.certificate, {0}};
    const struct {
        const struct authority_pair *pair;
        struct slice bundle;
        const struct authority_names *names;
        const char *says;
    } cases[] = {
        {&mixed, f->ca.certificate, &names, "the key is not the certificate's"},
        {&f->serving, f->other_ca.certificate, &names, "does not chain"},
        {&f->serving, f->ca.certificate, &elsewhere, "is not for pillion-webhook.other"},
        {&garbage, f->ca.certificate, &names, "the serving certificate: "},
        {&none, f->ca.certificate, &names, "is empty, want PEM"},
        {&no_key, f->ca.certificate, &names, "the key is empty"},
        {&f->serving, SLICE("no PEM"), &names, "the CA bundle: "},
    };
    struct authority_times times;
    struct error error;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_false(authority_check_serving(&f->tls, cases[i].pair, cases[i].bundle, cases[i].names, &times, &error));
        if (!strstr(error.text, cases[i].says))
            fail_msg("case %zu: \"%s\" lacks \"%s\"", i, error.text, cases[i].says);
    }
    assert_false(authority_check_ca(&f->tls, &f->serving, &times, &error));
    assert_non_null(strstr(error.text, "is no CA's"));
    assert_false(authority_check_ca(&f->tls, &mixed_ca, &times, &error));
}

static void names_that_are_none_are_refused(void **state)
{
    struct fixture *f = *state;
    static const struct slice bad[] = {SLICE_CONSTANT("a b"), SLICE_CONSTANT(""), SLICE_CONSTANT("a\nb")};
    struct authority_pair serving;
    struct error error;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct authority_names wrong = {SLICE("s"), SLICE("n"), &bad[i], 1};
        assert_false(authority_make_serving(&f->tls, &f->arena, &life, now, &f->ca, &wrong, &serving, &error));
    }
}

static void blocks_are_cut_from_text(void **state)
{
    (void)state;
    struct slice rest = SLICE("words\n-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n\nmore -----BEGIN "
                              "CERTIFICATE-----\nB\n-----END CERTIFICATE----- tail -----BEGIN CERTIFICATE-----"),
                 block;
    assert_true(authority_next_certificate(&rest, &block));
    assert_true(slice_equal(block, SLICE("-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n\n")));
    assert_true(authority_next_certificate(&rest, &block));
    assert_true(slice_ends(block, SLICE("B\n-----END CERTIFICATE-----")));
    assert_false(authority_next_certificate(&rest, &block));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openssl_verifies_the_chain),
        cmocka_unit_test(openssl_reads_what_was_promised),
        cmocka_unit_test(own_certificates_pass_with_their_times),
        cmocka_unit_test(a_serving_certificate_ends_with_its_ca),
        cmocka_unit_test(wrong_ones_are_told_apart),
        cmocka_unit_test(names_that_are_none_are_refused),
        cmocka_unit_test(blocks_are_cut_from_text),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
