#include "cni/repair.h"
#include "tree/yaml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define POD(statuses) "{metadata: {annotations: {a: ''}}, status: {initContainerStatuses: [" statuses "]}}"

static bool matches(const struct repair_settings *settings, const char *text)
{
    struct arena arena = ARENA_INIT;
    struct source source = {.name = SLICE("pod"), .text = slice_from(text)};
    const struct tree *pod = NULL;
    assert_true(yaml_read(&arena, &source, NULL, &pod, NULL));
    bool found = repair_matches(settings, pod);
    arena_done(&arena);
    return found;
}

static void broken_is_what_failed_and_was_started_again(void **state)
{
    (void)state;
    const struct repair_settings settings = {.sidecar_annotation = SLICE("a"), .init_container = SLICE("v"),
                                             .exit_code = 126};
    const struct {
        const char *pod;
        bool is_broken;
    } cases[] = {
        {POD("{name: v, lastState: {terminated: {exitCode: 126}}}"), true},
        {POD("{name: v, state: {waiting: {}}, lastState: {terminated: {exitCode: 126}}}"), true},
        {POD("{name: v, state: {terminated: {exitCode: 126, reason: Error}}, lastState: {terminated: {exitCode: 126}}}"), true},
        {POD("{name: v, state: {terminated: {exitCode: 126}}, lastState: {}}"), false},
        {POD("{name: v, state: {terminated: {exitCode: 126, reason: Completed}}, lastState: {terminated: {exitCode: 126}}}"), false},
        {POD("{name: v, state: {terminated: {exitCode: 0}}, lastState: {terminated: {exitCode: 126}}}"), false},
        {POD("{name: v, lastState: {terminated: {exitCode: 125}}}"), false},
        {POD("{name: w, lastState: {terminated: {exitCode: 126}}}"), false},
        {POD("{name: w}, {name: v, lastState: {terminated: {exitCode: 126}}}"), true},
        {POD(""), false},
        {"{metadata: {annotations: {b: ''}}, status: {initContainerStatuses: [{name: v, lastState: {terminated: {exitCode: 126}}}]}}", false},
        {"{metadata: {}, status: {initContainerStatuses: no}}", false},
        {"no pod", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (matches(&settings, cases[i].pod) != cases[i].is_broken)
            fail_msg("%s", cases[i].pod);
    }
}

static void what_is_empty_asks_nothing(void **state)
{
    (void)state;
    struct repair_settings settings = {.message = SLICE(" not ready\n")};
    assert_true(matches(&settings, "{status: {initContainerStatuses: [{name: x, lastState: {terminated: {exitCode: 9, "
                                   "message: \"\\tnot ready \"}}}]}}"));
    assert_false(matches(&settings, "{status: {initContainerStatuses: [{name: x, lastState: {terminated: {exitCode: 9, "
                                    "message: other}}}]}}"));
    settings.message = SLICE("  ");
    assert_true(matches(&settings, "{status: {initContainerStatuses: [{lastState: {terminated: {message: x}}}]}}"));
}

static void metrics_have_what_was_counted(void **state)
{
    (void)state;
    struct repair_counts counts = {0};
    struct buffer out = BUFFER_INIT(65536);
    atomic_store(&counts.pods[REPAIR_LABEL][REPAIR_SKIP], 3);
    repair_print(&counts, &out);
    buffer_add_byte(&out, '\0');
    assert_non_null(strstr(out.bytes, "\nistio_cni_repair_pods_repaired_total{type=\"label\",result=\"skip\"} 3\n"));
    assert_null(strstr(out.bytes, "delete"));
    buffer_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_is_what_failed_and_was_started_again),
        cmocka_unit_test(what_is_empty_asks_nothing),
        cmocka_unit_test(metrics_have_what_was_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
