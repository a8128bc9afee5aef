#include "cni/result.h"
#include "base/error.h"
#include "tree/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void span_ends_with_its_value(void **state)
{
    const struct {
        struct slice text;
        size_t start;
        struct slice span;
    } cases[] = {
        {SLICE("{\"a\":1}"), 0, SLICE("{\"a\":1}")},
        {SLICE("{\"a\":1}"), 1, SLICE("\"a\"")},
        {SLICE("{\"a\":1}"), 5, SLICE("1")},
        {SLICE("[12 ,3]"), 1, SLICE("12")},
        {SLICE("[true\n]"), 1, SLICE("true")},
        {SLICE("[\"\\\"]\",2]"), 1, SLICE("\"\\\"]\"")},
        {SLICE("[\"\\\\\",2]"), 1, SLICE("\"\\\\\"")},
        {SLICE("[\"\"]"), 1, SLICE("\"\"")},
        {SLICE("[{\"}\":[\"{\"]},1]"), 1, SLICE("{\"}\":[\"{\"]}")},
        {SLICE("-1e5"), 0, SLICE("-1e5")},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct slice span = cni_json_span(cases[i].text, cases[i].start);
        if (!slice_equal(span, cases[i].span))
            fail_msg("case %zu: \"%.*s\"", i, SLICE_ARGS(span));
    }
}

/* `want` NULL: refused, with `word` in the message. */
static void result_is_as_it_came(void **state)
{
    const struct {
        enum cni_version version;
        struct slice previous;
        const char *want, *word;
    } cases[] = {
        {CNI_1_0_0, SLICE("{ \"cniVersion\" : \"1.0.0\", \"x\":[ 1e3 ] }"),
         "{\"cniVersion\":\"1.0.0\",\"x\":[ 1e3 ]}\n", NULL},
        {CNI_1_1_0, SLICE("{\"cniVersion\":\"1.0.0\"}"), "{\"cniVersion\":\"1.1.0\"}\n", NULL},
        {CNI_1_0_0, SLICE("{\"dns\":{},\"cniVersion\":\"1.0.0\"}"), "{\"cniVersion\":\"1.0.0\"}\n", NULL},
        {CNI_0_4_0, SLICE("{\"dns\":{},\"cniVersion\":\"0.4.0\"}"), "{\"dns\":{},\"cniVersion\":\"0.4.0\"}\n", NULL},
        {CNI_0_4_0, SLICE("{\"cniVersion\":\"0.3.0\"}"), "{\"cniVersion\":\"0.4.0\",\"dns\":{}}\n", NULL},
        {CNI_0_1_0, SLICE("{\"ip4\":{\"ip\":\"10.0.0.1/8\"}}"),
         "{\"cniVersion\":\"0.1.0\",\"ip4\":{\"ip\":\"10.0.0.1/8\"},\"dns\":{}}\n", NULL},
        {CNI_1_0_0, SLICE("null"), "{\"cniVersion\":\"1.0.0\"}\n", NULL},
        {CNI_0_3_0, SLICE("null"), "{\"cniVersion\":\"0.3.0\",\"dns\":{}}\n", NULL},
        {CNI_0_2_0, SLICE("null"), NULL, "prevResult"},
        {CNI_0_2_0, SLICE("{}"), NULL, "ip4"},
        {CNI_1_0_0, SLICE("{}"), NULL, "cniVersion"},
        {CNI_1_0_0, SLICE("{\"cniVersion\":\"0.4.0\"}"), NULL, "0.4.0"},
        {CNI_1_0_0, SLICE("{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.1\"}]}"), NULL, "10.0.0.1"},
        {CNI_1_0_0, SLICE("{\"cniVersion\":\"1.0.0\",\"ips\":[3]}"), NULL, "3 is no object"},
        {CNI_1_0_0, SLICE("[]"), NULL, "expected an object"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct buffer out = BUFFER_INIT(4096);
        struct source source = {.name = SLICE("x"), .text = cases[i].previous};
        struct error error = {0};
        const struct tree *previous;
        assert_true(json_read(&arena, &source, &previous, &error));
        bool is_made = cni_result_make(&source, previous, cases[i].version, &out, &error);
        if (is_made != (cases[i].want != NULL) || (is_made ? !slice_equal(buffer_slice(&out), slice_from(cases[i].want))
                                                           : !strstr(error.text, cases[i].word)))
            fail_msg("case %zu: \"%.*s\" %s", i, SLICE_ARGS(buffer_slice(&out)), error.text);
        buffer_done(&out);
        arena_done(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(span_ends_with_its_value),
        cmocka_unit_test(result_is_as_it_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
