#include "kube/kubeconfig.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#define FIRST \
    "apiVersion: v1\nkind: Config\ncurrent-context: one\n" \
    "clusters:\n- name: c\n  cluster: {server: 'https://first:6443//', certificate-authority: pki/ca.crt}\n" \
    "users:\n- name: u\n  user: {client-certificate-data: Y2VydA==, client-key-data: a2V5, tokenFile: /run/token}\n" \
    "contexts:\n- name: one\n  context: {cluster: c, user: u, namespace: ns}\n"
#define SECOND \
    "current-context: two\n" \
    "clusters:\n- name: c\n  cluster: {server: 'https://second', insecure-skip-tls-verify: true}\n" \
    "- name: d\n  cluster: {server: 'https://second', proxy-url: 'http://p', tls-server-name: t}\n" \
    "users:\n- name: u\n  user: {token: second}\n- name: v\n  user: {exec: {command: ./p}, username: a, password: b}\n" \
    "contexts:\n- name: two\n  context: {cluster: c, user: u}\n- name: three\n  context: {cluster: d, user: v}\n" \
    "- name: lost\n  context: {cluster: nowhere, user: u}\n- name: nobody\n  context: {cluster: c, user: ghost}\n" \
    "- name: bare\n  context: {cluster: c}\n"

static bool read_both(struct arena *arena, struct slice context, struct kubeconfig *ret, struct error *error)
{
    const struct source sources[] = {{.name = SLICE("/home/a/config"), .text = SLICE(FIRST)},
                                     {.name = SLICE("more/config"), .text = SLICE(SECOND)}};
    return kubeconfig_read(arena, sources, 2, context, ret, error);
}

#define assert_text(slice, literal) assert_true(slice_equal((slice), SLICE(literal)))

static void the_first_file_with_an_entry_wins(void **state)
{
    struct arena arena = ARENA_INIT;
    struct kubeconfig config;
    struct error error;
    (void)state;
    assert_true(read_both(&arena, SLICE(""), &config, &error));
    assert_text(config.context, "one");
    assert_text(config.namespace, "ns");
    assert_text(config.server, "https://first:6443");
    assert_text(config.authorities.path, "/home/a/pki/ca.crt");
    assert_text(config.certificate.bytes, "cert");
    assert_text(config.key.bytes, "key");
    assert_text(config.token_file, "/run/token");
    assert_text(config.file, "/home/a/config");
    assert_int_equal(config.token.length, 0);
    /* The second file's own context is about entries of the first: nothing of the second's is mixed in. */
    assert_true(read_both(&arena, SLICE("two"), &config, &error));
    assert_text(config.server, "https://first:6443");
    assert_false(config.is_insecure);
    assert_int_equal(config.token.length, 0);
    assert_text(config.file, "more/config");
    arena_done(&arena);
}

static void other_fields_are_read(void **state)
{
    struct arena arena = ARENA_INIT;
    struct kubeconfig config;
    struct error error;
    (void)state;
    assert_true(read_both(&arena, SLICE("three"), &config, &error));
    assert_text(config.proxy_url, "http://p");
    assert_text(config.tls_server_name, "t");
    assert_text(config.username, "a");
    assert_text(config.password, "b");
    assert_non_null(config.exec);
    assert_text(config.exec_folder, "more/");
    assert_true(read_both(&arena, SLICE("bare"), &config, &error));
    assert_int_equal(config.user.length, 0);
    arena_done(&arena);
}

static void what_is_missing_is_named(void **state)
{
    const struct {
        const char *context, *words;
    } cases[] = {{"prod", "no context \"prod\"; there are \"one\", \"two\", \"three\""},
                 {"lost", "cluster \"nowhere\", which is not there"},
                 {"nobody", "user \"ghost\", which is not there"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct kubeconfig config;
        struct error error;
        assert_false(read_both(&arena, slice_from(cases[i].context), &config, &error));
        assert_int_equal(error.code, ERROR_MISSING);
        assert_non_null(strstr(error.text, cases[i].words));
        arena_done(&arena);
    }
}

#define CONTEXT "\ncurrent-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
#define CLUSTER "\nclusters: [{name: c, cluster: {server: 's'}}]\n"

static void mistakes_have_a_place_and_quote_nothing(void **state)
{
    const struct {
        struct slice text;
        const char *words;
        unsigned line;
    } cases[] = {
        {SLICE("users: [a"), "", 1},
        {SLICE("- a\n"), "kubeconfig: found a list", 1},
        {SLICE("clusters: 1\n"), "clusters: found an integer, want a list", 1},
        {SLICE("users:\n- a\n"), "users: found a string, want objects", 2},
        {SLICE(CONTEXT "clusters:\n- name: c\n  cluster: {}\n"), "cluster \"c\" has no server", 6},
        {SLICE(CONTEXT CLUSTER "users:\n- name: u\n  user:\n    token: 1234\n"), "token: found an integer", 9},
        {SLICE(CONTEXT CLUSTER "users:\n- name: u\n  user:\n    client-key-data: '%%secret'\n"),
         "client-key-data is not base64", 9},
        {SLICE(CONTEXT CLUSTER "users:\n- name: u\n  user:\n    client-key-data: YQ==\n"),
         "has a client-key, but no client-certificate", 9},
        {SLICE(CONTEXT CLUSTER "users:\n- name: u\n  user:\n    token: \"secret\\0\"\n"), "there is a NUL in it", 9},
        {SLICE(CONTEXT CLUSTER "users:\n- name: u\n  user:\n    auth-provider: {name: gcp}\n"), "want an exec plugin", 9},
        {SLICE(CONTEXT "clusters: [{name: c, cluster: {server: s, insecure-skip-tls-verify: maybe}}]\n"),
         "want true or false", 4},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct kubeconfig config;
        struct error error = {0};
        struct source source = {.name = SLICE("config"), .text = cases[i].text};
        assert_false(kubeconfig_read(&arena, &source, 1, SLICE(""), &config, &error));
        assert_non_null(strstr(error.text, cases[i].words));
        assert_int_equal(error.where.line, cases[i].line);
        assert_null(strstr(error.text, "secret"));
        assert_string_equal(error.quote, "");
        arena_done(&arena);
    }
}

static void an_empty_file_has_no_context(void **state)
{
    struct arena arena = ARENA_INIT;
    struct kubeconfig config;
    struct error error;
    struct source source = {.name = SLICE("config"), .text = SLICE("")};
    (void)state;
    assert_false(kubeconfig_read(&arena, &source, 1, SLICE(""), &config, &error));
    assert_non_null(strstr(error.text, "no current-context"));
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_file_with_an_entry_wins), cmocka_unit_test(other_fields_are_read),
        cmocka_unit_test(what_is_missing_is_named),          cmocka_unit_test(mistakes_have_a_place_and_quote_nothing),
        cmocka_unit_test(an_empty_file_has_no_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
