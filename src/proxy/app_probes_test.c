#include "proxy/app_probes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void probes_are_read(void **state)
{
    (void)state;
    static const char text[] =
        "{\"/app-health/web/readyz\":{\"httpGet\":{\"path\":\"ok now#x\",\"port\":8080,\"scheme\":\"HTTPS\","
        "\"httpHeaders\":[{\"name\":\"A\",\"value\":\"b\"}],\"host\":\"ignored\"},\"timeoutSeconds\":3},\n"
        " \"/app-health/db/livez\":{\"tcpSocket\":{\"port\":3306},\"timeoutSeconds\":1,\"future\":[]},\n"
        " \"/app-health/api/startupz\":{\"grpc\":{\"port\":9000,\"service\":null},\"httpGet\":null},\n"
        " \"/app-health/api/livez\":{\"grpc\":{\"port\":9000,\"service\":\"x\"}},\n"
        " \"/app-lifecycle/web/prestopz\":{\"httpGet\":{\"port\":1}}}";
    static const struct app_probe wanted[] = {
        {SLICE_CONSTANT("/app-health/web/readyz"), APP_PROBE_HTTP, 8080, true, SLICE_CONSTANT("/ok%20now"), {0}, 3},
        {SLICE_CONSTANT("/app-health/db/livez"), APP_PROBE_TCP, 3306, false, {0}, {0}, 1},
        {SLICE_CONSTANT("/app-health/api/startupz"), APP_PROBE_GRPC, 9000, false, {0}, {0}, 0},
        {SLICE_CONSTANT("/app-health/api/livez"), APP_PROBE_GRPC, 9000, false, {0}, SLICE_CONSTANT("x"), 0},
        {SLICE_CONSTANT("/app-lifecycle/web/prestopz"), APP_PROBE_HTTP, 1, false, SLICE_CONSTANT("/"), {0}, 0},
    };
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct app_probes probes;
    struct error error = {0};
    if (!app_probes_parse(&arena, slice_from(text), &probes, &error))
        fail_msg("%s", error.text);
    assert_int_equal(probes.count, ARRAY_LENGTH(wanted));
    for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
        const struct app_probe *found = app_probes_find(&probes, wanted[i].key);
        assert_non_null(found);
        assert_int_equal(found->kind, wanted[i].kind);
        assert_int_equal(found->port, wanted[i].port);
        assert_int_equal(found->is_https, wanted[i].is_https);
        assert_int_equal(found->timeout_seconds, wanted[i].timeout_seconds);
        assert_true(slice_equal(found->path, wanted[i].path) && slice_equal(found->service, wanted[i].service));
    }
    assert_null(app_probes_find(&probes, SLICE("/app-health/web/livez")));
}

static void nothing_has_no_probes(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "{}", "null"};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        struct app_probes probes;
        assert_true(app_probes_parse(&arena, slice_from(texts[i]), &probes, NULL));
        assert_int_equal(probes.count, 0);
    }
}

#define PROBE(key, value) "{\"" key "\":\n " value "}"
#define WEB(value) PROBE("/app-health/web/livez", value)

static void mistakes_have_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
        unsigned line;
    } cases[] = {
        {"[", "", 1},
        {"{\"a\":{}} x", "", 1},
        {"[]", "want an object", 1},
        {PROBE("/app-health/web/healthz", "{}"), "is not /app-health/CONTAINER", 1},
        {PROBE("/app-health//livez", "{}"), "is not /app-health/CONTAINER", 1},
        {PROBE("/app-health/a/b/livez", "{}"), "is not /app-health/CONTAINER", 1},
        {PROBE("app-health/a/livez", "{}"), "is not /app-health/CONTAINER", 1},
        {PROBE("/app-health/a/livez/", "{}"), "is not /app-health/CONTAINER", 1},
        {PROBE("/app/a/livez", "{}"), "is not /app-health/CONTAINER", 1},
        {WEB("null"), "want an object", 2},
        {WEB("{}"), "exactly one", 2},
        {WEB("{\"httpGet\":{\"port\":1},\"grpc\":{\"port\":1}}"), "exactly one", 2},
        {WEB("{\"httpGet\":{\"port\":\"http\"}}"), "port is a string; want a number", 2},
        {WEB("{\"tcpSocket\":{\"port\":\"80\"}}"), "port is a string; want a number", 2},
        {WEB("{\"grpc\":{\"port\":80.5}}"), "want a number", 2},
        {WEB("{\"httpGet\":{}}"), "there is no port", 2},
        {WEB("{\"httpGet\":{\"port\":0}}"), "not from 1 to 65535", 2},
        {WEB("{\"httpGet\":{\"port\":65536}}"), "not from 1 to 65535", 2},
        {WEB("{\"httpGet\":{\"port\":1,\"path\":5}}"), "path is an integer; want a string", 2},
        {WEB("{\"httpGet\":[]}"), "httpGet is a list; want an object", 2},
        {WEB("{\"tcpSocket\":{\"port\":1},\"timeoutSeconds\":\"1\"}"), "timeoutSeconds is a string", 2},
        {WEB("{\"tcpSocket\":{\"port\":1},\"timeoutSeconds\":4294967296}"), "too large", 2},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        struct app_probes probes;
        struct error error = {0};
        if (app_probes_parse(&arena, slice_from(cases[i].text), &probes, &error))
            fail_msg("taken: %s", cases[i].text);
        if (!strstr(error.text, cases[i].words) || error.where.line != cases[i].line)
            fail_msg("%s: line %u: %s", cases[i].text, error.where.line, error.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(probes_are_read), cmocka_unit_test(nothing_has_no_probes),
                                       cmocka_unit_test(mistakes_have_a_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
