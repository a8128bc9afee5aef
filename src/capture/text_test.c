/* Rules in the words of iptables and nftables, and back; and what of ours is found among others'. */
#include "capture/iptables.h"
#include "base/test_arena.h"
#include "capture/iptables_text.h"
#include "capture/nftables_text.h"
#include "capture/reason.h"
#include "capture/residue.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct capture_facts facts = {
    .resolv_conf = SLICE_CONSTANT("nameserver 10.0.0.1\nnameserver fd00::1\n"), .has_ipv4 = true, .has_ipv6 = true};

static struct capture_plan plan_of(struct arena *arena, const char *const *words)
{
    struct capture_settings settings;
    int argc = 0;
    while (words[argc])
        argc++;
    assert_true(capture_settings_read(arena, &facts, NULL, argc, (char *const *)words, &settings, NULL));
    return capture_plan_make(arena, &settings);
}

static const char *const plans[][16] = {
    {"-b*", "-d22,8000:8010", "-i*", "-x10.0.0.0/8,fd00::/8", "-q80", "-o90", "-ceth9", "-ktap+", "--redirect-dns",
     "--dual-stack"},
    {"-b80", "-i10.0.0.0/8,fd00::/8", "-mTPROXY", "-ceth9", "--drop-invalid", "--dual-stack", "-u1,2", "-g3"},
    {"-b*", "-mTPROXY", "--redirect-dns", "--capture-all-dns", "-t77"},
    {"--compat=1.0", "-b*", "-i10.0.0.0/8", "-mTPROXY"},
};

static void what_iptables_is_told_reads_back_as_the_same_rule(void **state)
{
    for (size_t p = 0; p < ARRAY_LENGTH(plans); p++) {
        struct capture_plan plan = plan_of(*state, plans[p]);
        assert_true(plan.rules.count > 10);
        for (size_t i = 0; i < plan.rules.count; i++) {
            struct buffer text = BUFFER_INIT(10000);
            struct rule again, *rule = &plan.rules.rules[i];
            iptables_rule_print(&text, rule);
            assert_true(iptables_rule_parse(*state, buffer_slice(&text), &again, NULL));
            again.table = rule->table;
            again.chain = rule->chain;
            assert_true(rule_equal(rule, &again));
            buffer_done(&text);
        }
    }
}

static void others_rules_are_kept_by_their_text(void **state)
{
    const struct {
        const char *text;
        size_t unknown;
        enum verdict_kind verdict;
    } cases[] = {
        {"-m comment --comment \"a \\\"b\\\" -j DROP\" -j ACCEPT", 0, VERDICT_ACCEPT},
        {"-m statistic --mode random --probability 0.5 -j DROP", 1, VERDICT_DROP},
        {"-p tcp -m tcp --tcp-flags FIN,SYN SYN -j DROP", 1, VERDICT_DROP},
        {"-m set ! --match-set x src -j RETURN", 1, VERDICT_RETURN},
        {"-j LOG --log-prefix \"x y\"", 0, VERDICT_UNKNOWN},
        {"-j SOMECHAIN", 0, VERDICT_JUMP},
        {"-g SOMECHAIN", 0, VERDICT_GOTO},
        {"-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff", 0, VERDICT_UNKNOWN},
        {"-j DNAT --to-destination 10.0.0.1:80", 0, VERDICT_UNKNOWN},
        {"-p tcp", 0, VERDICT_NONE},
        {"", 0, VERDICT_NONE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct rule rule;
        size_t unknown = 0;
        assert_true(iptables_rule_parse(*state, slice_from(cases[i].text), &rule, NULL));
        for (size_t m = 0; m < rule.match_count; m++)
            unknown += rule.matches[m].kind == MATCH_UNKNOWN;
        assert_int_equal(unknown, cases[i].unknown);
        assert_int_equal(rule.verdict.kind, cases[i].verdict);
        assert_string_equal(rule.text.bytes, cases[i].text);
    }
}

static void broken_rules_are_errors_with_a_place(void **state)
{
    const char *cases[] = {"-p", "-j", "-m", "-m comment --comment \"x", "! -d"};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct rule rule;
        struct error error = {0};
        assert_false(iptables_rule_parse(*state, slice_from(cases[i]), &rule, &error));
        assert_true(error.where.line == 1 && error.where.column > 0);
    }
}

/* What `nft -s list ruleset` prints of a plan for IPv4, by hand. */
static void what_nft_lists_reads_back_as_the_plan(void **state)
{
    const struct slice text = SLICE(
        "table inet istio-proxy-nat {\n\tchain istio-inbound {\n\t\ttcp dport 15008 counter packets 3 bytes 180 "
        "return\n"
        "\t\tmeta l4proto tcp counter jump istio-in-redirect\n\t}\n\n\tchain istio-redirect {\n\t\tmeta l4proto tcp "
        "counter redirect to :15001\n"
        "\t}\n\n\tchain istio-in-redirect {\n\t\tmeta l4proto tcp counter redirect to :15006\n\t}\n\n\tchain "
        "prerouting {\n"
        "\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\tmeta nfproto ipv4 meta l4proto tcp counter "
        "jump istio-inbound\n"
        "\t}\n\n\tchain output {\n\t\ttype nat hook output priority -100; policy accept;\n\t\tmeta nfproto ipv4 "
        "counter jump istio-output\n"
        "\t}\n\n\tchain istio-output {\n\t\tip saddr 127.0.0.6 oifname \"lo\" counter return\n"
        "\t\tip daddr != 127.0.0.1 oifname \"lo\" tcp dport != 15008 meta skuid 1337 counter jump istio-in-redirect\n"
        "\t\toifname \"lo\" meta skuid != 1337 counter return\n\t\tmeta skuid 1337 counter return\n"
        "\t\tip daddr != 127.0.0.1 oifname \"lo\" tcp dport != 15008 meta skgid 1337 counter jump istio-in-redirect\n"
        "\t\toifname \"lo\" meta skgid != 1337 counter return\n\t\tmeta skgid 1337 counter return\n"
        "\t\tip daddr 127.0.0.1 counter return\n\t\tcounter jump istio-redirect\n\t}\n}\ntable inet other {\n\tset s "
        "{\n\t\ttype ipv4_addr\n"
        "\t\telements = { 1.2.3.4 }\n\t}\n\tchain c {\n\t\ttcp flags syn drop\n\t}\n}\n");
    const char *words[] = {"-b*", "-i*", "-u1337", NULL};
    struct capture_plan plan = plan_of(*state, words);
    struct ruleset live = {.arena = *state}, all = {.arena = *state};
    char difference[160] = "";
    nftables_list_parse(text, true, &live);
    if (residue_compare_native(&live, &plan, difference) != RESIDUE_SAME)
        fail_msg("%s", difference);
    nftables_list_parse(text, false, &all);
    const struct chain *output = ruleset_find_chain(&all, CAPTURE_IPV4, SLICE("inet istio-proxy-nat"), SLICE("output"));
    assert_true(output && output->hook == HOOK_OUTPUT && output->priority == -100 && output->nat);
    assert_int_equal(all.rules[all.count - 1].matches[0].kind, MATCH_UNKNOWN);
}

static void nft_is_told_each_family_apart(void **state)
{
    const char *words[] = {"-i*", "-b*", "--redirect-dns", NULL};
    struct capture_plan plan = plan_of(*state, words);
    struct buffer text = BUFFER_INIT(100000);
    nftables_plan_print(&text, &plan, false, NULL, 0);
    buffer_add_byte(&text, '\0');
    assert_non_null(strstr(text.bytes, "output meta nfproto ipv4 counter jump istio-output\n"));
    assert_null(strstr(text.bytes, "delete table"));
    assert_null(strstr(text.bytes, "ip6"));
    buffer_done(&text);
}

/* A namespace as iptables-save prints it: our rules among others'. */
static const struct slice saved = SLICE_CONSTANT(
    "# Generated by iptables-save\n*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT DROP [1:2]\n:ISTIO_INBOUND - [0:0]\n"
    ":ISTIO_OUTPUT - [0:0]\n:ISTIO_REDIRECT - [0:0]\n:ISTIO_IN_REDIRECT - [0:0]\n:THEIRS - [0:0]\n-A PREROUTING -i "
    "eth9 -j RETURN\n"
    "-A PREROUTING -p tcp -j ISTIO_INBOUND\n-A PREROUTING -i net1 -j RETURN\n-A OUTPUT -d 9.9.9.9/32 -j ACCEPT\n"
    "[5:300] -A OUTPUT -o net1 -j RETURN\n-A OUTPUT -j ISTIO_OUTPUT\n-A ISTIO_INBOUND -p tcp -m tcp --dport 15008 -j "
    "RETURN\n"
    "-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN\n-A THEIRS -j ACCEPT\nCOMMIT\n");

static void ours_are_told_from_others(void **state)
{
    const char *words[] = {"-u1337", NULL};
    struct capture_plan plan = plan_of(*state, words);
    struct ruleset live = {.arena = *state};
    assert_true(iptables_save_parse(saved, CAPTURE_IPV4, &live, NULL));
    assert_int_equal(live.count, 9);
    assert_true(ruleset_find_chain(&live, CAPTURE_IPV4, SLICE("nat"), SLICE("OUTPUT"))->drops);
    const bool recognised[] = {false, true, true, false, true, true, true, true, false};
    const bool planned[] = {false, false, false, false, false, true, true, true, false};
    const bool *wide = residue_mark(*state, &live, &plan, CAPTURE_IPV4, RESIDUE_RECOGNISED);
    const bool *narrow = residue_mark(*state, &live, &plan, CAPTURE_IPV4, RESIDUE_OF_PLAN);
    for (size_t i = 0; i < live.count; i++) {
        assert_int_equal(wide[i], recognised[i]);
        assert_int_equal(narrow[i], planned[i]);
    }
    char difference[160] = "";
    assert_int_equal(residue_compare(&live, wide, &plan, CAPTURE_IPV4, SLICE("nat"), difference), RESIDUE_DIFFERENT);
    assert_int_equal(residue_compare(&live, wide, &plan, CAPTURE_IPV4, SLICE("raw"), NULL), RESIDUE_SAME);
    assert_non_null(strstr(difference, "nat"));
}

static void a_change_takes_out_ours_and_names_others_nowhere(void **state)
{
    struct ruleset live = {.arena = *state};
    const char *words[] = {NULL};
    struct capture_plan plan = plan_of(*state, words);
    assert_true(iptables_save_parse(saved, CAPTURE_IPV4, &live, NULL));
    const struct iptables_change change = {
        .family = CAPTURE_IPV4,
        .live = &live,
        .ours = residue_mark(*state, &live, &plan, CAPTURE_IPV4, RESIDUE_RECOGNISED),
        .tables = (1u << CAPTURE_TABLE_COUNT) - 1,
    };
    struct buffer text = BUFFER_INIT(10000);
    struct line_map map = {0};
    iptables_change_print(*state, &change, &text, &map);
    buffer_add_byte(&text, '\0');
    assert_string_equal(
        text.bytes, "*nat\n-D OUTPUT -j ISTIO_OUTPUT\n-D OUTPUT -o net1 -j RETURN\n-D PREROUTING -i net1 -j RETURN\n"
                    "-D PREROUTING -p tcp -j ISTIO_INBOUND\n-F ISTIO_INBOUND\n-F ISTIO_OUTPUT\n-F ISTIO_REDIRECT\n"
                    "-F ISTIO_IN_REDIRECT\n-X ISTIO_INBOUND\n-X ISTIO_OUTPUT\n-X ISTIO_REDIRECT\n"
                    "-X ISTIO_IN_REDIRECT\nCOMMIT\n");
    assert_int_equal(map.count, 14);
    buffer_done(&text);
}

static void live_rules_find_their_reasons(void **state)
{
    struct ruleset live = {.arena = *state};
    assert_true(iptables_save_parse(saved, CAPTURE_IPV4, &live, NULL));
    nftables_list_parse(
        SLICE("table inet istio-proxy-nat {\n chain istio-output {\n meta skuid 4711 counter return\n }\n}\n"), false,
        &live);
    reasons_find(*state, &live);
    assert_int_equal(live.rules[3].why.length, 0);
    assert_true(slice_equal(live.rules[5].why, SLICE("outgoing traffic")));
    assert_true(slice_equal(live.rules[6].why, SLICE("the proxy's tunnel port is reached directly")));
    assert_true(slice_equal(live.rules[9].why, SLICE("proxy's own traffic")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(what_iptables_is_told_reads_back_as_the_same_rule),
        WITH_ARENA(others_rules_are_kept_by_their_text),
        WITH_ARENA(broken_rules_are_errors_with_a_place),
        WITH_ARENA(what_nft_lists_reads_back_as_the_plan),
        WITH_ARENA(nft_is_told_each_family_apart),
        WITH_ARENA(ours_are_told_from_others),
        WITH_ARENA(a_change_takes_out_ours_and_names_others_nowhere),
        WITH_ARENA(live_rules_find_their_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
