#include "capture/trace.h"
#include "base/test_arena.h"
#include "capture/iptables_text.h"
#include "capture/nftables_text.h"
#include "capture/plan.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct network pod[] = {{4, 32, {192, 0, 2, 10}}, {6, 128, {0x20, 1, 0xd, 0xb8, [15] = 0x10}}};

static struct trace_result traced(struct arena *arena, const struct ruleset *rules, bool incoming, const char *to,
                                  uint16_t port, uint32_t uid, const char *source, uint32_t protocol)
{
    struct trace_packet packet = {
        .incoming = incoming, .port = port, .protocol = protocol, .uid = uid, .gid = uid, .interface = SLICE("eth0")};
    const struct trace_host host = {rules, pod, ARRAY_LENGTH(pod)};
    assert_true(network_parse_host(slice_from(to), &packet.destination, NULL));
    if (source)
        assert_true(network_parse_host(slice_from(source), &packet.source, NULL));
    return trace_packet(arena, &host, &packet);
}

static void connections_go_where_istio_sends_them(void **state)
{
    const char *redirect[] = {"-b*",    "-d15090", "-i*",          "-x10.9.0.0/16",
                              "-o3306", "-u1337",  "--dual-stack", "--redirect-dns"};
    const char *tproxy[] = {"-b*", "-i*", "-u1337", "-mTPROXY", "--dual-stack", "-g5"};
    const struct capture_facts facts = {
        .resolv_conf = SLICE("nameserver 10.96.0.10\n"), .has_ipv4 = true, .has_ipv6 = true};
    struct capture_settings settings;
    assert_true(
        capture_settings_read(*state, &facts, NULL, ARRAY_LENGTH(redirect), (char *const *)redirect, &settings, NULL));
    const struct ruleset by_redirect = capture_plan_make(*state, &settings).rules;
    assert_true(
        capture_settings_read(*state, &facts, NULL, ARRAY_LENGTH(tproxy), (char *const *)tproxy, &settings, NULL));
    const struct ruleset by_tproxy = capture_plan_make(*state, &settings).rules;
    const struct {
        const struct ruleset *rules;
        bool incoming;
        const char *to;
        uint16_t port;
        uint32_t uid;
        const char *source;
        enum trace_end end;
        uint16_t end_port;
    } cases[] = {
        {&by_redirect, false, "203.0.113.5", 443, 1000, NULL, TRACE_REDIRECTED, 15001},
        {&by_redirect, false, "2001:db9::5", 443, 1000, NULL, TRACE_REDIRECTED, 15001},
        {&by_redirect, false, "203.0.113.5", 443, 1337, NULL, TRACE_LEAVES, 0},
        {&by_redirect, false, "10.9.0.1", 443, 1000, NULL, TRACE_LEAVES, 0},
        {&by_redirect, false, "203.0.113.5", 3306, 1000, NULL, TRACE_LEAVES, 0},
        {&by_redirect, false, "10.96.0.10", 53, 1000, NULL, TRACE_REDIRECTED, 15053},
        {&by_redirect, false, "10.96.0.10", 53, 1337, NULL, TRACE_LEAVES, 0},
        {&by_redirect, false, "192.0.2.10", 80, 1000, NULL, TRACE_HERE, 80},
        {&by_redirect, false, "192.0.2.10", 80, 1337, NULL, TRACE_REDIRECTED, 15006},
        {&by_redirect, false, "192.0.2.10", 80, 1337, "127.0.0.6", TRACE_HERE, 80},
        {&by_redirect, false, "127.0.0.1", 80, 1337, NULL, TRACE_HERE, 80},
        {&by_redirect, true, "192.0.2.10", 80, 0, NULL, TRACE_REDIRECTED, 15006},
        {&by_redirect, true, "192.0.2.10", 15090, 0, NULL, TRACE_HERE, 15090},
        {&by_redirect, true, "192.0.2.10", 15008, 0, NULL, TRACE_HERE, 15008},
        {&by_redirect, true, "198.51.100.1", 80, 0, NULL, TRACE_REDIRECTED, 15006},
        {&by_tproxy, true, "192.0.2.10", 80, 0, NULL, TRACE_REDIRECTED, 15006},
        {&by_tproxy, true, "2001:db8::10", 15008, 0, NULL, TRACE_REDIRECTED, 15006},
        {&by_tproxy, false, "192.0.2.10", 80, 1000, NULL, TRACE_HERE, 80},
        {&by_tproxy, false, "192.0.2.10", 15008, 1337, NULL, TRACE_REDIRECTED, 15006},
        {&by_tproxy, false, "203.0.113.5", 80, 1000, NULL, TRACE_REDIRECTED, 15001},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct trace_result result = traced(*state, cases[i].rules, cases[i].incoming, cases[i].to, cases[i].port,
                                            cases[i].uid, cases[i].source, IPPROTO_TCP);
        if (result.end != cases[i].end || result.port != cases[i].end_port || result.unknown)
            fail_msg("case %zu ended %d port %u", i, result.end, result.port);
    }
}

static struct ruleset saved(struct arena *arena, const char *text)
{
    struct ruleset set = {.arena = arena};
    assert_true(iptables_save_parse(slice_from(text), CAPTURE_IPV4, &set, NULL));
    return set;
}

static void others_rules_count(void **state)
{
    const struct {
        const char *rules;
        enum trace_end end;
        bool certain;
    } cases[] = {
        {"*filter\n:OUTPUT ACCEPT\n-A OUTPUT -d 8.8.8.8/32 -j DROP\nCOMMIT\n", TRACE_DROPPED, true},
        {"*filter\n:OUTPUT ACCEPT\n-A OUTPUT -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n", TRACE_REJECTED, true},
        {"*filter\n:OUTPUT DROP\nCOMMIT\n", TRACE_DROPPED, true},
        {"*filter\n:OUTPUT DROP\n-A OUTPUT -p tcp -j ACCEPT\nCOMMIT\n", TRACE_LEAVES, true},
        {"*mangle\n:POSTROUTING DROP\nCOMMIT\n", TRACE_DROPPED, true},
        {"*filter\n:OUTPUT ACCEPT\n-A OUTPUT -m statistic --mode nth --every 2 -j DROP\nCOMMIT\n", TRACE_LEAVES, false},
        {"*filter\n:OUTPUT ACCEPT\n-A OUTPUT -p udp -m statistic --mode nth --every 2 -j DROP\nCOMMIT\n", TRACE_LEAVES,
         true},
        {"*nat\n:OUTPUT ACCEPT\n:A -\n:B -\n-A OUTPUT -j A\n-A OUTPUT -p tcp -j REDIRECT --to-ports 9\n-A A -g B\n-A A "
         "-j DROP\n"
         "-A B -p udp -j DROP\nCOMMIT\n",
         TRACE_REDIRECTED, true},
        {"*nat\n:OUTPUT ACCEPT\n:A -\n-A OUTPUT -j A\n-A A -j A\nCOMMIT\n", TRACE_LEAVES,
         true}, /* no end: the kernel refuses such */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct ruleset rules = saved(*state, cases[i].rules);
        struct trace_result result = traced(*state, &rules, false, "8.8.8.8", 80, 0, NULL, IPPROTO_TCP);
        if (result.end != cases[i].end || (result.unknown == NULL) != cases[i].certain)
            fail_msg("case %zu ended %d", i, result.end);
    }
}

static void what_is_printed_says_why(void **state)
{
    struct ruleset rules =
        saved(*state, "*nat\n:OUTPUT ACCEPT\n-A OUTPUT -p tcp -j REDIRECT --to-ports 15001\nCOMMIT\n");
    rules.rules[0].why = SLICE("out\"bound");
    const struct trace_packet packet = {
        .destination = {4, 32, {8, 8, 8, 8}}, .port = 80, .protocol = IPPROTO_TCP, .interface = SLICE("eth0")};
    const struct trace_host host = {&rules, pod, ARRAY_LENGTH(pod)};
    const struct trace_result result = trace_packet(*state, &host, &packet);
    struct buffer text = BUFFER_INIT(10000), json = BUFFER_INIT(10000);
    trace_print(&text, &result, &packet);
    trace_print_json(&json, &result, &packet);
    buffer_add_byte(&text, '\0');
    buffer_add_byte(&json, '\0');
    assert_non_null(strstr(text.bytes, "nat OUTPUT\n"));
    assert_non_null(strstr(text.bytes, "redirected to 15001 (out\"bound)\n"));
    assert_non_null(strstr(json.bytes, "\"why\": \"out\\\"bound\""));
    buffer_done(&text);
    buffer_done(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(connections_go_where_istio_sends_them),
        WITH_ARENA(others_rules_count),
        WITH_ARENA(what_is_printed_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
