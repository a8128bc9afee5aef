#include "kube/canonical.h"
#include "kube/types.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void assert_text(struct slice text, const char *wanted)
{
    if (!slice_equal(text, slice_from(wanted)))
        fail_msg("found \"%.*s\", wanted \"%s\"", SLICE_ARGS(text), wanted);
}

static void quantities_take_their_shortest_form(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"2000m", "2"},     {"0.5", "500m"},    {"1024Mi", "1Gi"},  {"1000Ki", "1000Ki"}, {"1e3", "1e3"},
        {"12e2", "1200"},   {"1E", "1E"},       {"1000", "1k"},     {"1000k", "1M"},      {"512", "512"},
        {"1.5Gi", "1536Mi"}, {"0.1Gi", "107374182400m"}, {"-2000m", "-2"}, {"0.0001", "100u"}, {"0", "0"},
        {"-", "0"},         {"512Ki", "512Ki"}, {"1023Ki", "1023Ki"}, {"0.5Ki", "512"},   {"123e-3", "123e-3"},
        {"no quantity", "no quantity"},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_text(kube_quantity_canonical(&arena, slice_from(cases[i][0])), cases[i][1]);
    arena_done(&arena);
}

static void times_are_in_utc(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"},
        {"2024-01-02T03:04:05+02:00", "2024-01-02T01:04:05Z"},
        {"2024-02-29T23:30:00-01:30", "2024-03-01T01:00:00Z"},
        {"2024-01-02T03:04:05.999Z", "2024-01-02T03:04:05Z"},
        {"yesterday", "yesterday"},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_text(kube_time_canonical(&arena, slice_from(cases[i][0])), cases[i][1]);
    arena_done(&arena);
}

static void only_what_is_asked_for_changes(void **state)
{
    (void)state;
    static const char *const container = "{\"resources\":{\"limits\":{\"cpu\":\"2000m\",\"gpu\":1}},\"unknown\":[1]}";
    static const struct {
        unsigned what;
        const char *wanted;
    } cases[] = {
        {KUBE_UTC, "{\"resources\":{\"limits\":{\"cpu\":\"2000m\",\"gpu\":1}},\"unknown\":[1]}"},
        {KUBE_QUANTITIES, "{\"resources\":{\"limits\":{\"cpu\":\"2\",\"gpu\":\"1\"}},\"unknown\":[1]}"},
        {KUBE_COMPLETE, "{\"resources\":{\"limits\":{\"cpu\":\"2000m\",\"gpu\":1}},\"unknown\":[1],\"name\":\"\"}"},
        {KUBE_MERGE_KEYS, "{\"resources\":{\"limits\":{\"cpu\":\"2000m\",\"gpu\":1}},\"unknown\":[1]}"},
    };
    struct arena arena = ARENA_INIT;
    struct source source = {.name = SLICE("test"), .text = slice_from(container)};
    const struct tree *tree;
    assert_true(json_read(&arena, &source, &tree, NULL));
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct buffer out = BUFFER_INIT(1000);
        json_write(&out, kube_canonical(&arena, tree, &kube_type_Container, cases[i].what), JSON_COMPACT);
        assert_text(buffer_slice(&out), cases[i].wanted);
        buffer_done(&out);
    }
    assert_ptr_equal(kube_canonical(&arena, tree, &kube_type_Container, KUBE_UTC), tree);
    arena_done(&arena);
}

static void lists_that_merge_have_their_keys(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\"ports\":[{\"name\":\"http\"}]}", "{\"ports\":[{\"name\":\"http\",\"containerPort\":0}]}"},
        {"{\"env\":[{\"name\":null},{\"name\":\"A\"}]}", "{\"env\":[{\"name\":\"\"},{\"name\":\"A\"}]}"},
        {"{\"volumeMounts\":[{\"name\":\"v\"}],\"args\":[\"x\"]}",
         "{\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"\"}],\"args\":[\"x\"]}"},
        {"{\"envFrom\":[{}],\"ports\":[1]}", "{\"envFrom\":[{}],\"ports\":[1]}"},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct source source = {.name = SLICE("test"), .text = slice_from(cases[i][0])};
        const struct tree *tree;
        struct buffer out = BUFFER_INIT(1000);
        assert_true(json_read(&arena, &source, &tree, NULL));
        json_write(&out, kube_canonical(&arena, tree, &kube_type_Container, KUBE_MERGE_KEYS), JSON_COMPACT);
        assert_text(buffer_slice(&out), cases[i][1]);
        buffer_done(&out);
    }
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantities_take_their_shortest_form),
        cmocka_unit_test(times_are_in_utc),
        cmocka_unit_test(only_what_is_asked_for_changes),
        cmocka_unit_test(lists_that_merge_have_their_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
