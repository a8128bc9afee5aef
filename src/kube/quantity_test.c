#include "kube/quantity.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static struct kube_quantity quantity(const char *text)
{
    struct kube_quantity value = {0};
    struct error error;
    if (!kube_quantity_parse(slice_from(text), &value, &error))
        fail_msg("%s: %s", text, error.text);
    return value;
}

static void equal_amounts_are_equal(void **state)
{
    (void)state;
    const char *pairs[][2] = {
        {"1024Mi", "1Gi"},   {"1", "1000m"},    {"0.5", "500m"},  {"1.5Ki", "1536"},       {"2e3", "2k"},
        {"2E3", "2000"},     {"1E", "1000P"},   {"-1.5", "-1500m"}, {"+1", "1"},           {".5", "500m"},
        {"5.", "5"},         {"0", "."},        {"+", "k"},       {"0.1n", "1n"},          {"0.0000000001", "1n"},
        {"1e-12", "1n"},     {"-0.1n", "-1n"},  {"100Ei", "9223372036854775807Ki"},        {"1e100", "2e100"},
        {"00012", "12"},     {"0.1Ki", "102400m"}, {"1.00000000000000000000000", "1"},     {"1u", "1000n"},
        {"1000000000000000000000000000n", "1E"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
        if (kube_quantity_compare(quantity(pairs[i][0]), quantity(pairs[i][1])) != 0)
            fail_msg("%s and %s differ", pairs[i][0], pairs[i][1]);
    }
}

static void smaller_amounts_come_first(void **state)
{
    (void)state;
    const char *order[] = {"-1Gi", "-1", "-1n", "0", "1n", "1u", "1m", "0.9", "1", "1k", "1Ki", "1M", "1Mi",
                           "1G",   "1Gi", "1T", "1Ti", "1P", "1Pi", "1E", "1Ei", "1e20"};
    for (size_t i = 1; i < ARRAY_LENGTH(order); i++)
        assert_true(kube_quantity_compare(quantity(order[i - 1]), quantity(order[i])) < 0);
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    const char *bad[] = {"", "abc", "1 Gi", "1KI", "1gi", "1.2.3", "1e", "1ee3", "1m3", "--1", "1-", "1_000", "0x10",
                         "1Kib", "1e1e", "1i", "1e99999999999999999999", "Inf", "\xff",
                         "Pi", ".Ei", "e-10"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct kube_quantity value;
        struct error error = {0};
        if (kube_quantity_parse(slice_from(bad[i]), &value, &error))
            fail_msg("\"%s\" is taken", bad[i]);
        assert_int_equal(error.code, ERROR_VALUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_amounts_are_equal),
        cmocka_unit_test(smaller_amounts_come_first),
        cmocka_unit_test(other_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
