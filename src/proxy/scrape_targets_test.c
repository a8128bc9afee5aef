#include "proxy/scrape_targets.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void targets_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct scrape_target targets[2];
        size_t count;
    } cases[] = {
        {"{\"scrape\":\"true\",\"path\":\"/m\",\"port\":\"9090\"}", {{9090, SLICE_CONSTANT("/m")}}, 1},
        {"{\"scrape\":\"\",\"path\":\"\",\"port\":\"\"}", {{80, SLICE_CONSTANT("/metrics")}}, 1},
        {"{}", {{80, SLICE_CONSTANT("/metrics")}}, 1},
        {"null", {{80, SLICE_CONSTANT("/metrics")}}, 1},
        {"{\"path\":\"m?a=b#c\"}", {{80, SLICE_CONSTANT("/m?a=b")}}, 1},
        {"{\"scrape\":\"false\",\"port\":\"15020\"}", {{0}}, 0},
        {"{\"port\":\"1\",\"targets\":[{\"port\":\"09090\",\"path\":\"/x\"},{\"port\":\"9091\"}]}",
         {{9090, SLICE_CONSTANT("/x")}, {9091, SLICE_CONSTANT("/metrics")}},
         2},
        {"{\"port\":\"81\",\"targets\":[]}", {{81, SLICE_CONSTANT("/metrics")}}, 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        struct scrape_targets targets;
        struct error error = {0};
        if (!scrape_targets_parse(&arena, slice_from(cases[i].text), true, 15020, &targets, &error))
            fail_msg("%s: %s", cases[i].text, error.text);
        assert_int_equal(targets.count, cases[i].count);
        for (size_t k = 0; k < targets.count; k++) {
            assert_int_equal(targets.items[k].port, cases[i].targets[k].port);
            assert_true(slice_equal(targets.items[k].path, cases[i].targets[k].path));
        }
    }
}

static void without_the_variable_nothing_is_scraped(void **state)
{
    (void)state;
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct scrape_targets targets;
    assert_true(scrape_targets_parse(&arena, SLICE(""), false, 15020, &targets, NULL));
    assert_int_equal(targets.count, 0);
    assert_false(scrape_targets_parse(&arena, SLICE(""), true, 15020, &targets, NULL));
}

static void mistakes_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"{\"port\":\"15020\"}", "the status port itself"},
        {"{\"targets\":[{\"port\":\"015020\"}]}", "the status port itself"},
        {"{\"targets\":[{\"port\":\"15090\"}]}", "the sidecar's"},
        {"{\"targets\":[{\"port\":\"15004\"}]}", "the sidecar's"},
        {"{\"targets\":[{\"path\":\"/x\"}]}", "\"\" is no port"},
        {"{\"targets\":[{\"port\":\"http\"}]}", "\"http\" is no port"},
        {"{\"targets\":[5]}", "want an object"},
        {"{\"targets\":{}}", "want a list"},
        {"{\"port\":9090}", "port is an integer; want a string"},
        {"{\"scrape\":true}", "scrape is a boolean; want a string"},
        {"{\"port\":\"70000\"}", "is no port"},
        {"{\"path\":\"/a\\r\\nb\"}", "control character"},
        {"[]", "want an object"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        struct scrape_targets targets;
        struct error error = {0};
        if (scrape_targets_parse(&arena, slice_from(cases[i].text), true, 15020, &targets, &error))
            fail_msg("taken: %s", cases[i].text);
        if (!strstr(error.text, cases[i].words) || error.where.line != 1)
            fail_msg("%s: %s", cases[i].text, error.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(targets_are_read),
                                       cmocka_unit_test(without_the_variable_nothing_is_scraped),
                                       cmocka_unit_test(mistakes_are_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
