#include "proxy/mtls.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static void modes_are_of_all_ports_and_of_single_ones(void **state)
{
    (void)state;
    static const struct {
        struct slice text;
        enum relay_tls_mode inbound;
        size_t ports;
        bool is_wanted;
    } cases[] = {
        {SLICE_CONSTANT(""), RELAY_TLS_DISABLE, 0, false},
        {SLICE_CONSTANT("DISABLE"), RELAY_TLS_DISABLE, 0, false},
        {SLICE_CONSTANT("STRICT"), RELAY_TLS_STRICT, 0, true},
        {SLICE_CONSTANT("PERMISSIVE,3306=DISABLE,8443=STRICT"), RELAY_TLS_PERMISSIVE, 2, true},
        {SLICE_CONSTANT("3306=PERMISSIVE"), RELAY_TLS_DISABLE, 1, true},
        {SLICE_CONSTANT("DISABLE,3306=DISABLE"), RELAY_TLS_DISABLE, 1, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        struct relay_tls_settings settings = {0};
        struct error error;
        assert_true(mtls_modes_parse(&arena, cases[i].text, &settings, &error));
        assert_int_equal(settings.inbound, cases[i].inbound);
        assert_int_equal(settings.port_count, cases[i].ports);
        assert_int_equal(mtls_is_wanted(&settings), cases[i].is_wanted);
    }
}

static void modes_that_are_none_are_refused(void **state)
{
    (void)state;
    static const struct slice cases[] = {SLICE_CONSTANT("strict"),   SLICE_CONSTANT("STRICT,"),
                                         SLICE_CONSTANT("0=STRICT"), SLICE_CONSTANT("x=STRICT"),
                                         SLICE_CONSTANT("80=ON"),    SLICE_CONSTANT("80=")};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        struct relay_tls_settings settings = {0};
        struct error error;
        assert_false(mtls_modes_parse(&arena, cases[i], &settings, &error));
        assert_int_equal(error.code, ERROR_USAGE);
    }
}

static bool parse(struct arena *arena, const char *text, struct relay_tls_settings *settings, struct error *error)
{
    const struct source source = {.name = SLICE("mtls.yaml"), .text = slice_from(text)};
    *settings = (struct relay_tls_settings){.detection_ms = RELAY_TLS_DETECTION_MS};
    return mtls_file_parse(arena, &source, settings, error);
}

static void a_file_says_whom_to_expect_where(void **state)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct relay_tls_settings settings;
    struct error error;
    (void)state;
    assert_true(parse(&arena,
                      "trustDomains: [cluster.local, other.example]\n"
                      "detectionTimeout: 1.5s\n"
                      "destinations:\n"
                      "- cidr: 10.96.0.0/12\n"
                      "  port: 8080\n"
                      "  identities: [spiffe://cluster.local/ns/shop/sa/web, spiffe://cluster.local/ns/a/*]\n"
                      "- name: .Shop.Svc.cluster.local.\n"
                      "  identities: [spiffe://cluster.local/ns/shop/*]\n"
                      "- cidr: fd00::5\n"
                      "  identities: [spiffe://cluster.local/ns/shop/*]\n",
                      &settings, &error));
    assert_int_equal(settings.trust_domain_count, 2);
    assert_int_equal(settings.detection_ms, 1500);
    assert_int_equal(settings.destination_count, 3);
    const struct relay_tls_destination *first = &settings.destinations[0];
    assert_int_equal(first->network.family, AF_INET);
    assert_int_equal(first->prefix, 12);
    assert_int_equal(first->port, 8080);
    assert_int_equal(first->identity_count, 2);
    assert_true(slice_equal(settings.destinations[1].name, SLICE("shop.svc.cluster.local")));
    assert_int_equal(settings.destinations[1].network.family, 0);
    assert_int_equal(settings.destinations[2].prefix, 128);
    assert_true(mtls_is_wanted(&settings));
    assert_true(parse(&arena, "", &settings, &error) && !mtls_is_wanted(&settings));
    assert_int_equal(settings.detection_ms, RELAY_TLS_DETECTION_MS);
}

static void mistakes_in_a_file_have_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned line;
    } cases[] = {
        {"- a\n", 1},
        {"trustDomain: [a]\n", 1},
        {"trustDomains: [a/b]\n", 1},
        {"trustDomains: a\n", 1},
        {"\ndetectionTimeout: 5\n", 2},
        {"destinations: {}\n", 1},
        {"destinations:\n- port: 80\n", 2},
        {"destinations:\n- cidr: 10.0.0.0/8\n", 2},
        {"destinations:\n- cidr: 10.0.0.0/33\n  identities: [spiffe://a/b]\n", 2},
        {"destinations:\n- cidr: 10.0.0/8\n  identities: [spiffe://a/b]\n", 2},
        {"destinations:\n- cidr: 10.0.0.0/8\n  name: a\n  identities: [spiffe://a/b]\n", 2},
        {"destinations:\n- name: a b\n  identities: [spiffe://a/b]\n", 2},
        {"destinations:\n- name: a\n  port: 0\n  identities: [spiffe://a/b]\n", 3},
        {"destinations:\n- name: a\n  identities: [https://a/b]\n", 3},
        {"destinations:\n- name: a\n  identity: [spiffe://a/b]\n", 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        struct relay_tls_settings settings;
        struct error error;
        assert_false(parse(&arena, cases[i].text, &settings, &error));
        assert_int_equal(error.where.line, cases[i].line);
    }
}

static void file_touch(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static void certificates_are_found_by_either_set_of_names(void **state)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    char folder[] = "/tmp/pillion-mtls-XXXXXX";
    struct relay_tls_settings settings = {0};
    (void)state;
    assert_non_null(mkdtemp(folder));
    mtls_files_find(&arena, slice_from(folder), &settings);
    assert_true(slice_ends(slice_from(settings.chain), SLICE("/cert-chain.pem")));
    static const char *const names[] = {"certificates.pem", "private_key.pem", "ca_certificates.pem"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        file_touch(folder, names[i]);
    mtls_files_find(&arena, slice_from(folder), &settings);
    assert_true(slice_starts(slice_from(settings.key), slice_from(folder)));
    assert_true(slice_ends(slice_from(settings.key), SLICE("/private_key.pem")));
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    mtls_files_find(&arena, SLICE(""), &settings);
    assert_true(slice_starts(slice_from(settings.roots), SLICE("./var/run/secrets/workload-spiffe-credentials/")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes_are_of_all_ports_and_of_single_ones),
        cmocka_unit_test(modes_that_are_none_are_refused),
        cmocka_unit_test(a_file_says_whom_to_expect_where),
        cmocka_unit_test(mistakes_in_a_file_have_a_place),
        cmocka_unit_test(certificates_are_found_by_either_set_of_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
