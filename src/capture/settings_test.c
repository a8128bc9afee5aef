#include "capture/settings.h"
#include "base/test_arena.h"
#include "capture/value.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* One "NAME=value" after another, NULL at the end. */
static const char *environment_of(void *context, const char *name)
{
    size_t length = strlen(name);
    for (const char *const *entry = context; entry && *entry; entry++) {
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
            return *entry + length + 1;
    }
    return NULL;
}

static const struct capture_facts facts_plain = {
    .environment = environment_of,
    .passwd = SLICE_CONSTANT("root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\nistio-proxy:x:1234:1234::/:\n"),
    .group = SLICE_CONSTANT("root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n"),
    .resolv_conf = SLICE_CONSTANT("search a\nnameserver 10.96.0.10\n"),
    .has_ipv4 = true,
};

static bool read_with(struct arena *arena, const char *const *environment, const char *const *words,
                      struct capture_settings *ret, struct error *error)
{
    struct capture_facts facts = facts_plain;
    int argc = 0;
    while (words[argc])
        argc++;
    facts.environment_context = (void *)environment;
    return capture_settings_read(arena, &facts, NULL, argc, (char *const *)words, ret, error);
}

static void defaults_are_istios(void **state)
{
    struct arena *arena = *state;
    const char *none[] = {NULL};
    struct capture_settings settings;
    assert_true(read_with(arena, none, none, &settings, NULL));
    assert_int_equal(settings.proxy_port, 15001);
    assert_int_equal(settings.inbound_port, 15006);
    assert_int_equal(settings.tunnel_port, 15008);
    assert_int_equal(settings.tproxy_mark, 1337);
    assert_int_equal(settings.route_table, 133);
    assert_int_equal(settings.probe_port, 15002);
    assert_int_equal(settings.probe_timeout_ms, 5000);
    assert_int_equal(settings.mode, CAPTURE_REDIRECT);
    assert_int_equal(settings.proxy_uids.list[0], 1234); /* istio-proxy's, since there is such a user */
    assert_int_equal(settings.proxy_gids.list[0], 1234);
    assert_true(settings.owner_groups.all);
    assert_false(settings.inbound_include.given);
    assert_false(settings.ipv6);
}

static void flags_win_over_the_environment(void **state)
{
    struct arena *arena = *state;
    const char *environment[] = {
        "ISTIO_INBOUND_PORTS=*",       "INBOUND_CAPTURE_PORT=15222", "ENVOY_PORT=9",      "REDIRECT_DNS=false",
        "ISTIO_META_DNS_CAPTURE=true", "CAPTURE_ALL_DNS=",           "ENVOY_USER=daemon", NULL};
    const char *words[] = {"-b", "80,", NULL};
    struct capture_settings settings;
    assert_true(read_with(arena, environment, words, &settings, NULL));
    assert_false(settings.inbound_include.all);
    assert_int_equal(settings.inbound_include.count, 1);
    assert_int_equal(settings.inbound_port, 15222);
    assert_int_equal(settings.proxy_port, 15001); /* ENVOY_PORT is not bound to a flag */
    assert_true(settings.redirect_dns);           /* the second name overrides the first */
    assert_int_equal(settings.proxy_uids.list[0], 1);
}

static void bad_values_name_flag_and_value(void **state)
{
    struct arena *arena = *state;
    const struct {
        const char *environment[2], *words[4], *name, *value;
        enum error_code code;
    } cases[] = {
        {{NULL}, {"-p", "70000"}, "-p (--envoy-port)", "70000", ERROR_VALUE},
        {{NULL}, {"-p", ""}, "--envoy-port", "\"\"", ERROR_VALUE},
        {{NULL}, {"-z", "0"}, "--inbound-capture-port", "\"0\"", ERROR_VALUE},
        {{NULL}, {"-b", "*,80"}, "--istio-inbound-ports", "*,80", ERROR_VALUE},
        {{NULL}, {"-b", "http"}, "--istio-inbound-ports", "http", ERROR_VALUE},
        {{NULL}, {"-b", "9:8"}, "--istio-inbound-ports", "9:8", ERROR_VALUE},
        {{NULL}, {"-b", "80\n-A"}, "--istio-inbound-ports", "80", ERROR_VALUE},
        {{NULL}, {"-d", "*"}, "--istio-local-exclude-ports", "*", ERROR_VALUE},
        {{NULL}, {"-q", "*"}, "--istio-outbound-ports", "*", ERROR_VALUE},
        {{NULL}, {"-i", "10.0.0/8"}, "--istio-service-cidr", "10.0.0/8", ERROR_VALUE},
        {{NULL}, {"-i", "*,10.0.0.0/8"}, "--istio-service-cidr", "stand alone", ERROR_VALUE},
        {{NULL}, {"-x", "*"}, "--istio-service-exclude-cidr", "*", ERROR_VALUE},
        {{NULL}, {"-u", "-1"}, "--proxy-uid", "-1", ERROR_VALUE},
        {{NULL}, {"-u", "4294967295"}, "--proxy-uid", "4294967295", ERROR_VALUE},
        {{NULL}, {"-u", "nosuchuser"}, "--proxy-uid", "nosuchuser", ERROR_VALUE},
        {{NULL}, {"-g", "nosuch"}, "--proxy-gid", "nosuch", ERROR_VALUE},
        {{NULL}, {"-m", "tproxy"}, "--istio-inbound-interception-mode", "tproxy", ERROR_VALUE},
        {{NULL}, {"-c", "averyveryverylonginterface"}, "--istio-exclude-interfaces", "too long", ERROR_VALUE},
        {{NULL}, {"-k", "a b"}, "--kube-virt-interfaces", "a b", ERROR_VALUE},
        {{NULL}, {"-t", "abc"}, "--istio-inbound-tproxy-mark", "abc", ERROR_VALUE},
        {{NULL}, {"-r", "255"}, "--istio-inbound-tproxy-route-table", "255", ERROR_VALUE},
        {{NULL}, {"--force-iptables-binary", "x"}, "--force-iptables-binary", "nft or legacy", ERROR_VALUE},
        {{NULL}, {"--probe-timeout", "5"}, "--probe-timeout", "unit", ERROR_USAGE},
        {{NULL}, {"--iptables-probe-port", "x"}, "--iptables-probe-port", "x", ERROR_USAGE},
        {{NULL}, {"--redirect-dns=maybe"}, "--redirect-dns", "maybe", ERROR_USAGE},
        {{NULL}, {"--output", "xml"}, "--output", "xml", ERROR_USAGE},
        {{NULL}, {"--compat", "2"}, "--compat", "1.0", ERROR_USAGE},
        {{"DUAL_STACK=perhaps"}, {NULL}, "DUAL_STACK", "perhaps", ERROR_USAGE},
        {{"ISTIO_SERVICE_CIDR=10.0.0.1"}, {NULL}, "ISTIO_SERVICE_CIDR", "10.0.0.1", ERROR_VALUE},
        {{"ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR=10.0.0.0/8"}, {NULL}, "LOOPBACK_CIDR", "10.0.0.0/8", ERROR_VALUE},
        {{"ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR=127.0.0.1/7"}, {NULL}, "LOOPBACK_CIDR", "127.0.0.1/7", ERROR_VALUE},
        {{"ISTIO_OUTBOUND_OWNER_GROUPS=nosuch"}, {NULL}, "OWNER_GROUPS", "nosuch", ERROR_VALUE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct capture_settings settings;
        struct error error = {0};
        assert_false(read_with(arena, cases[i].environment, cases[i].words, &settings, &error));
        assert_int_equal(error.code, cases[i].code);
        if (!strstr(error.text, cases[i].name) || !strstr(error.text, cases[i].value))
            fail_msg("%s lacks %s or %s", error.text, cases[i].name, cases[i].value);
    }
}

static void at_most_64_groups(void **state)
{
    struct arena *arena = *state;
    char text[1000] = "ISTIO_OUTBOUND_OWNER_GROUPS=";
    const char *environment[] = {text, NULL}, *none[] = {NULL};
    struct capture_settings settings;
    struct error error;
    for (size_t i = 0, length = strlen(text); i < 64; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%zu,", 3000 + i);
    assert_true(read_with(arena, environment, none, &settings, NULL));
    assert_int_equal(settings.owner_groups.count, 64);
    memcpy(text + strlen(text), "9", 2);
    assert_false(read_with(arena, environment, none, &settings, &error));
    assert_non_null(strstr(error.text, "65"));
}

static void the_letter_o_names_a_format_or_ports(void **state)
{
    struct arena *arena = *state;
    const char *none[] = {NULL}, *both[] = {"-o", "3306", "-o", "dot", NULL};
    struct capture_settings settings;
    assert_true(read_with(arena, none, both, &settings, NULL));
    assert_int_equal(settings.output, OUTPUT_DOT);
    assert_int_equal(settings.outbound_exclude.list[0].low, 3306);
}

static void compat_1_0_has_its_own_letters_and_defaults(void **state)
{
    struct arena *arena = *state;
    const char *environment[] = {"ENVOY_PORT=15111", "PROXY_UID=7", "ENABLE_INBOUND_IPV6=1", NULL}, *none[] = {NULL};
    const char *plain[] = {"--compat", "1.0", NULL}, *unknown[] = {"--compat=1.0", "-q", "1", NULL};
    const char *clean[] = {"--compat", "1.0", "clean", NULL};
    struct capture_settings settings;
    struct error error;
    assert_true(read_with(arena, environment, plain, &settings, NULL));
    assert_int_equal(settings.proxy_port, 15111);
    assert_int_equal(settings.inbound_port, 15111);
    assert_int_equal(settings.proxy_uids.count, 2); /* and root, for the CA agent of those days */
    assert_int_equal(settings.proxy_uids.list[0], 1234);
    assert_false(settings.ipv6_blocked);
    assert_true(read_with(arena, none, clean, &settings, NULL));
    assert_true(settings.cleanup_only && settings.ipv6_blocked);
    assert_false(read_with(arena, none, unknown, &settings, &error));
    assert_int_equal(error.code, ERROR_USAGE);
}

static void without_an_address_nothing_is_guessed(void **state)
{
    struct arena *arena = *state;
    struct capture_facts facts = facts_plain;
    struct capture_settings settings;
    struct error error;
    facts.has_ipv4 = false;
    assert_false(capture_settings_read(arena, &facts, NULL, 0, NULL, &settings, &error));
    assert_non_null(strstr(error.text, "no address"));
    facts.has_ipv6 = true;
    assert_true(capture_settings_read(arena, &facts, NULL, 0, NULL, &settings, NULL));
    assert_true(settings.ipv6 && settings.ipv6_first);
}

static void durations_are_gos(void **state)
{
    (void)state;
    const struct {
        const char *text;
        long ms; /* -1: refused */
    } cases[] = {{"5s", 5000},  {"1m30s", 90000},    {"1.5s", 1500}, {"300ms", 300}, {"1h", 3600000},
                 {"0", 0},      {"+2s", 2000},       {"1500us", 1},  {".5s", 500},   {"5", -1},
                 {"", -1},      {"s", -1},           {"5 s", -1},    {"-5s", -1},    {"5d", -1},
                 {"1..5s", -1}, {"99999999999h", -1}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        uint64_t ms = 7;
        assert_int_equal(duration_parse_ms(slice_from(cases[i].text), &ms), cases[i].ms >= 0);
        assert_int_equal(ms, cases[i].ms >= 0 ? cases[i].ms : 7);
    }
}

static void resolv_conf_is_read_leniently(void **state)
{
    struct network_list servers = resolv_conf_servers(
        *state,
        SLICE(
            "# nameserver 1.1.1.1\nnameserver 10.0.0.1\n nameserver\tfe80::1%eth0 # link\nnameserver\nnameserver bad\n"
            "nameserverx 1.2.3.4\noptions ndots:5\nnameserver 10.0.0.2"));
    char text[NETWORK_TEXT_MAX];
    assert_int_equal(servers.count, 3);
    assert_string_equal(network_address_text(&servers.list[0], text), "10.0.0.1");
    assert_string_equal(network_address_text(&servers.list[1], text), "fe80::1");
    assert_string_equal(network_address_text(&servers.list[2], text), "10.0.0.2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(defaults_are_istios),
        WITH_ARENA(flags_win_over_the_environment),
        WITH_ARENA(bad_values_name_flag_and_value),
        WITH_ARENA(at_most_64_groups),
        WITH_ARENA(the_letter_o_names_a_format_or_ports),
        WITH_ARENA(compat_1_0_has_its_own_letters_and_defaults),
        WITH_ARENA(without_an_address_nothing_is_guessed),
        cmocka_unit_test(durations_are_gos),
        WITH_ARENA(resolv_conf_is_read_leniently),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
