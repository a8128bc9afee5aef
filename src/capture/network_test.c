#include "capture/network.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct network parsed(const char *text)
{
    struct network network;
    struct error error;
    assert_true(network_parse(slice_from(text), &network, &error));
    return network;
}

static void networks_print_as_the_kernel_keeps_them(void **state)
{
    (void)state;
    const struct {
        const char *in, *out;
    } cases[] = {
        {"10.0.0.0/8", "10.0.0.0/8"},
        {"10.1.2.3/8", "10.0.0.0/8"},
        {"1.2.3.4/32", "1.2.3.4/32"},
        {"0.0.0.0/0", "0.0.0.0/0"},
        {"fd00::1/64", "fd00::/64"},
        {"FD00:0:0:0::/64", "fd00::/64"},
        {"::ffff:10.0.0.0/104", "::ffff:10.0.0.0/104"},
        {"::/0", "::/0"},
        {"2001:db8::ff/127", "2001:db8::fe/127"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct network network = parsed(cases[i].in);
        char text[NETWORK_TEXT_MAX];
        assert_string_equal(network_text(&network, text), cases[i].out);
    }
}

static void bad_networks_are_refused_and_quoted(void **state)
{
    (void)state;
    const char *cases[] = {"",
                           "10.0.0.1",
                           "10.0.0/8",
                           "10.0.0.0/33",
                           "10.0.0.0/",
                           "10.0.0.0/08",
                           "10.0.0.0/+8",
                           "010.0.0.0/8",
                           " 10.0.0.0/8",
                           "fd00::/129",
                           "fe80::1%lo/64",
                           "*",
                           "10.0.0.0/8 ",
                           "/8",
                           "::1",
                           "10.0.0.0.0/8",
                           "hello/8",
                           "1.2.3.4/-1"};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct network network = {.version = 9};
        struct error error = {0};
        assert_false(network_parse(slice_from(cases[i]), &network, &error));
        assert_int_equal(network.version, 9);
        assert_non_null(strstr(error.text, cases[i]));
    }
}

static void a_network_contains_its_hosts_and_no_others(void **state)
{
    (void)state;
    const struct {
        const char *network, *host;
        bool contains;
    } cases[] = {
        {"10.96.0.0/12", "10.111.255.255", true},
        {"10.96.0.0/12", "10.112.0.0", false},
        {"0.0.0.0/0", "8.8.8.8", true},
        {"0.0.0.0/0", "::1", false},
        {"::/0", "8.8.8.8", false},
        {"fd00::/8", "fdff::1", true},
        {"127.0.0.1/32", "127.0.0.1", true},
        {"127.0.0.1/32", "127.0.0.2", false},
        {"::1/128", "::1", true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct network network = parsed(cases[i].network), host;
        assert_true(network_parse_host(slice_from(cases[i].host), &host, NULL));
        assert_int_equal(network_contains(&network, &host), cases[i].contains);
    }
}

static void loopback_is_known_in_both_versions(void **state)
{
    (void)state;
    const struct {
        const char *text;
        bool loopback;
    } cases[] = {{"127.0.0.0/8", true},  {"127.3.2.1/32", true}, {"::1/128", true},  {"::ffff:127.0.0.1/128", true},
                 {"126.0.0.0/8", false}, {"::/0", false},        {"::6/128", false}, {"128.0.0.1/32", false}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct network network = parsed(cases[i].text);
        assert_int_equal(network_is_loopback(&network), cases[i].loopback);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_print_as_the_kernel_keeps_them),
        cmocka_unit_test(bad_networks_are_refused_and_quoted),
        cmocka_unit_test(a_network_contains_its_hosts_and_no_others),
        cmocka_unit_test(loopback_is_known_in_both_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
