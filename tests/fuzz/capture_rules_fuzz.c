/* Any text that iptables-save or nft may print is read; rules that are understood print and read back as the same; and
 * every packet finds its way through them. */
#include "capture/iptables.h"
#include "capture/iptables_text.h"
#include "capture/nftables_text.h"
#include "capture/reason.h"
#include "capture/residue.h"
#include "capture/trace.h"
#include <stdio.h>
#include <stdlib.h>

/* nft's chains may have names that iptables has other uses for. */
static bool is_chain_name(struct slice name)
{
    const struct slice targets[] = {SLICE("ACCEPT"), SLICE("DROP"), SLICE("RETURN"), SLICE("REJECT")};
    for (size_t i = 0; i < ARRAY_LENGTH(targets); i++) {
        if (slice_equal(targets[i], name))
            return false;
    }
    return name.length > 0;
}

static bool is_understood(const struct rule *rule)
{
    for (size_t i = 0; i < rule->match_count; i++) {
        const struct match *match = &rule->matches[i];
        bool port = match->kind == MATCH_SOURCE_PORT || match->kind == MATCH_DESTINATION_PORT;
        if (match->kind == MATCH_UNKNOWN || match->kind == MATCH_FAMILY || (port && !rule_protocol(rule)))
            return false;
        /* What quotes hid is printed without them. */
        bool named = match->kind == MATCH_IN_INTERFACE || match->kind == MATCH_OUT_INTERFACE;
        if (named &&
            (!match->text.length || match->text.bytes[0] == '"' || slice_find_byte(match->text, ' ') != SLICE_NONE))
            return false;
    }
    bool quoted = slice_find_byte(rule->text, '"') != SLICE_NONE;
    if (verdict_enters(&rule->verdict) && (quoted || !is_chain_name(rule->verdict.chain)))
        return false;
    return rule->verdict.kind != VERDICT_UNKNOWN;
}

static void differs(const struct rule *rule, const struct buffer *printed)
{
    fprintf(stderr, "read  %.*s\nwrote %.*s\n", SLICE_ARGS(rule->text), SLICE_ARGS(buffer_slice(printed)));
    abort();
}

static void check_rule(struct arena *arena, const struct rule *rule)
{
    struct buffer text = BUFFER_INIT(1 << 20);
    struct rule again;
    iptables_rule_print(&text, rule);
    if (is_understood(rule)) {
        if (!iptables_rule_parse(arena, buffer_slice(&text), &again, NULL))
            differs(rule, &text);
        again.table = rule->table;
        again.chain = rule->chain;
        if (!rule_equal(rule, &again))
            differs(rule, &text);
    }
    buffer_done(&text);
}

static void check_trace(struct arena *arena, const struct ruleset *set, bool incoming, uint32_t number)
{
    const struct trace_packet packet = {.incoming = incoming,
                                        .destination = {4, 32, {10, 0, 0, 1}},
                                        .port = 80,
                                        .protocol = number,
                                        .uid = 1337,
                                        .interface = SLICE("eth0")};
    const struct network own = {4, 32, {10, 0, 0, 2}};
    const struct trace_host host = {set, &own, 1};
    struct buffer text = BUFFER_INIT(64 << 20);
    const struct trace_result result = trace_packet(arena, &host, &packet);
    trace_print(&text, &result, &packet);
    trace_print_json(&text, &result, &packet);
    buffer_done(&text);
}

static void check_set(struct arena *arena, struct ruleset *set)
{
    const struct capture_plan plan = {.rules = {.arena = arena}, .families = CAPTURE_IPV4};
    struct buffer text = BUFFER_INIT(64 << 20);
    if (set->count > 200)
        set->count = 200;
    for (size_t i = 0; i < set->count; i++)
        check_rule(arena, &set->rules[i]);
    check_trace(arena, set, false, IPPROTO_TCP);
    check_trace(arena, set, true, IPPROTO_UDP);
    const bool *ours = residue_mark(arena, set, &plan, CAPTURE_IPV4, RESIDUE_RECOGNISED);
    const struct iptables_change change = {.family = CAPTURE_IPV4, .live = set, .ours = ours, .tables = 15};
    for (size_t i = 0; i < CAPTURE_TABLE_COUNT; i++)
        (void)residue_compare(set, ours, &plan, CAPTURE_IPV4, capture_tables[i], NULL);
    iptables_change_print(arena, &change, &text, NULL);
    /* Slow, since it makes plans to compare with. */
    if (set->count % 8 == 1)
        reasons_find(arena, set);
    buffer_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct slice text = {(const char *)data, size};
    struct ruleset saved = {.arena = &arena}, listed = {.arena = &arena}, planned = {.arena = &arena};
    struct error error = {0};
    if (iptables_save_parse(text, CAPTURE_IPV4, &saved, &error))
        check_set(&arena, &saved);
    else if (!error.where.line || !error.text[0])
        abort();
    nftables_list_parse(text, false, &listed);
    check_set(&arena, &listed);
    nftables_list_parse(text, true, &planned);
    char difference[160];
    const struct capture_plan plan = {.rules = {.arena = &arena}, .families = CAPTURE_BOTH};
    (void)residue_compare_native(&planned, &plan, difference);
    arena_done(&arena);
    return 0;
}
