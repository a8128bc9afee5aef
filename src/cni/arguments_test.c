#include "cni/arguments.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void pairs_are_read(void **state)
{
    const struct {
        struct slice text, namespace, pod;
        bool is_read;
    } cases[] = {
        {SLICE(""), SLICE(""), SLICE(""), true},
        {SLICE("K8S_POD_NAMESPACE=a;K8S_POD_NAME=b"), SLICE("a"), SLICE("b"), true},
        {SLICE("X=y;K8S_POD_NAME=b;IgnoreUnknown=1"), SLICE(""), SLICE("b"), true},
        {SLICE("IgnoreUnknown=true;X="), SLICE(""), SLICE(""), true},
        {SLICE("K8S_POD_NAME=a;K8S_POD_NAME=b"), SLICE(""), SLICE("b"), true},
        {SLICE("X=y"), SLICE(""), SLICE(""), false},
        {SLICE("X=y;IgnoreUnknown=0"), SLICE(""), SLICE(""), false},
        {SLICE("IgnoreUnknown=yes"), SLICE(""), SLICE(""), false},
        {SLICE("K8S_POD_NAME"), SLICE(""), SLICE(""), false},
        {SLICE("K8S_POD_NAME=a=b"), SLICE(""), SLICE(""), false},
        {SLICE("IgnoreUnknown=1;"), SLICE(""), SLICE(""), false},
        {SLICE(";"), SLICE(""), SLICE(""), false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct cni_arguments arguments = {0};
        struct error error = {0};
        bool is_read = cni_arguments_parse(cases[i].text, &arguments, &error);
        if (is_read != cases[i].is_read || !slice_equal(arguments.namespace, cases[i].namespace) ||
            !slice_equal(arguments.pod, cases[i].pod) || (!is_read && !strstr(error.text, "CNI_ARGS")))
            fail_msg("case %zu: %d \"%.*s\" \"%.*s\" %s", i, is_read, SLICE_ARGS(arguments.namespace),
                     SLICE_ARGS(arguments.pod), error.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pairs_are_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
