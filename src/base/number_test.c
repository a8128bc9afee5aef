#include "base/number.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void whole_numbers_are_read_whole_and_in_range(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_i64, is_u16;
        int64_t value;
    } cases[] = {
        {"0", true, true, 0},
        {"+7", true, false, 7},
        {"-7", true, false, -7},
        {"65535", true, true, 65535},
        {"65536", true, false, 65536},
        {"9223372036854775807", true, false, INT64_MAX},
        {"9223372036854775808", false, false, 0},
        {"-9223372036854775808", true, false, INT64_MIN},
        {"-9223372036854775809", false, false, 0},
        {"", false, false, 0},
        {"-", false, false, 0},
        {" 1", false, false, 0},
        {"1x", false, false, 0},
        {"1_0", false, false, 0},
        {"99999999999999999999999", false, false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t wide = 42;
        uint16_t narrow = 42;
        assert_int_equal(number_parse_i64(slice_from(cases[i].text), &wide), cases[i].is_i64);
        assert_int_equal(wide, cases[i].is_i64 ? cases[i].value : 42);
        assert_int_equal(number_parse_u16(slice_from(cases[i].text), &narrow), cases[i].is_u16);
        assert_int_equal(narrow, cases[i].is_u16 ? cases[i].value : 42);
    }
}

static void floating_point_numbers_print_as_go_prints_them(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *g, *json;
    } cases[] = {
        {0, "0", "0"},
        {1, "1", "1"},
        {-1.5, "-1.5", "-1.5"},
        {999999, "999999", "999999"},
        {1000000, "1e+06", "1000000"},
        {123456789, "1.23456789e+08", "123456789"},
        {1234567.5, "1.2345675e+06", "1234567.5"},
        {0.0001, "0.0001", "0.0001"},
        {0.00001, "1e-05", "0.00001"},
        {0.0000001, "1e-07", "1e-7"},
        {1e20, "1e+20", "100000000000000000000"},
        {1e21, "1e+21", "1e+21"},
        {1e100, "1e+100", "1e+100"},
        {0.1, "0.1", "0.1"},
        {1.0 / 3, "0.3333333333333333", "0.3333333333333333"},
        {5e-324, "5e-324", "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"},
        {INFINITY, "+Inf", "+Inf"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char text[NUMBER_TEXT_MAX + 1];
        text[number_format_double(cases[i].value, NUMBER_G, text)] = '\0';
        assert_string_equal(text, cases[i].g);
        text[number_format_double(cases[i].value, NUMBER_JSON, text)] = '\0';
        assert_string_equal(text, cases[i].json);
    }
}

static void what_is_printed_reads_back(void **state)
{
    (void)state;
    srand(1);
    for (int i = 0; i < 20000; i++) {
        union {
            uint64_t bits;
            double value;
        } random = {.bits = (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand()};
        char text[NUMBER_TEXT_MAX];
        double again;
        if (!isfinite(random.value))
            continue;
        size_t length = number_format_double(random.value, i % 2 ? NUMBER_G : NUMBER_JSON, text);
        assert_true(length <= NUMBER_TEXT_MAX);
        assert_true(number_parse_double((struct slice){text, length}, &again));
        assert_true(again == random.value);
    }
}

static void only_decimal_numbers_are_floating_point_numbers(void **state)
{
    (void)state;
    static const char *const bad[] = {"", ".", "e1", "1e", "1e+", "inf", "nan", "0x1", "1 ", "1e999", "1.2.3", "--1"};
    double value;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        assert_false(number_parse_double(slice_from(bad[i]), &value));
    assert_true(number_parse_double(SLICE(".5"), &value) && value == 0.5);
    assert_true(number_parse_double(SLICE("1."), &value) && value == 1);
    assert_true(number_parse_double(SLICE("1e-999"), &value) && value == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_read_whole_and_in_range),
        cmocka_unit_test(floating_point_numbers_print_as_go_prints_them),
        cmocka_unit_test(what_is_printed_reads_back),
        cmocka_unit_test(only_decimal_numbers_are_floating_point_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
