#include "proxy/pod_info.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void values_are_unquoted_as_go_does(void **state)
{
    (void)state;
    static const struct {
        struct slice line, key, value;
    } cases[] = {
        {SLICE_CONSTANT("app=\"web\""), SLICE_CONSTANT("app"), SLICE_CONSTANT("web")},
        {SLICE_CONSTANT("a=\"\""), SLICE_CONSTANT("a"), SLICE_CONSTANT("")},
        {SLICE_CONSTANT("a=\"b=c\""), SLICE_CONSTANT("a"), SLICE_CONSTANT("b=c")},
        {SLICE_CONSTANT("a=\"1\\n2\\t\\\"3\\\"\\\\\""), SLICE_CONSTANT("a"), SLICE_CONSTANT("1\n2\t\"3\"\\")},
        {SLICE_CONSTANT("a=\"\\x41\\u00e4\\U0001f600\\101\""), SLICE_CONSTANT("a"),
         SLICE_CONSTANT("A\xc3\xa4\xf0\x9f\x98\x80"
                        "A")},
        {SLICE_CONSTANT("nonsense\na=\"b\"\n\n"), SLICE_CONSTANT("a"), SLICE_CONSTANT("b")},
        {SLICE_CONSTANT("a=\"b\"\na=\"c\"\n"), SLICE_CONSTANT("a"), SLICE_CONSTANT("c")},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        const struct source source = {.name = SLICE("annotations"), .text = cases[i].line};
        struct pod_info info;
        struct error error;
        bool found;
        assert_true(pod_info_parse(&arena, &source, &info, &error));
        assert_true(slice_equal(pod_info_get(&info, cases[i].key, &found), cases[i].value));
        assert_true(found);
        assert_int_equal(pod_info_get(&info, SLICE("other"), &found).length, 0);
        assert_false(found);
    }
}

static void a_value_without_its_quotes_has_a_place(void **state)
{
    (void)state;
    static const struct {
        struct slice text;
        unsigned line, column;
    } cases[] = {
        {SLICE_CONSTANT("a=\"b\"\nkey=value"), 2, 5}, {SLICE_CONSTANT("a=\"b"), 1, 4},
        {SLICE_CONSTANT("a=\"b\\q\""), 1, 5},         {SLICE_CONSTANT("a=\"b\\x4\""), 1, 5},
        {SLICE_CONSTANT("a=\"b\\ud800\""), 1, 5},     {SLICE_CONSTANT("a=\"b\"c\""), 1, 5},
        {SLICE_CONSTANT("a=\"\\400\""), 1, 4},        {SLICE_CONSTANT("a="), 1, 3},
        {SLICE_CONSTANT("a=\"b\\\""), 1, 5},          {SLICE_CONSTANT("a=\"\\U00110000\""), 1, 4},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        const struct source source = {.name = SLICE("annotations"), .text = cases[i].text};
        struct pod_info info;
        struct error error;
        assert_false(pod_info_parse(&arena, &source, &info, &error));
        assert_int_equal(error.where.line, cases[i].line);
        assert_int_equal(error.where.column, cases[i].column);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_unquoted_as_go_does),
        cmocka_unit_test(a_value_without_its_quotes_has_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
