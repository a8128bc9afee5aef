#include "capture/nftables_text.h"
#include "base/number.h"
#include <stdio.h>

static const struct {
    struct slice plan, native;
} tables[] = {
    {SLICE_CONSTANT("raw"), SLICE_CONSTANT("istio-proxy-raw")},
    {SLICE_CONSTANT("mangle"), SLICE_CONSTANT("istio-proxy-mangle")},
    {SLICE_CONSTANT("nat"), SLICE_CONSTANT("istio-proxy-nat")},
};

/* ---- printing ----------------------------------------------------------------------------------------------- */

static void chain_print(struct buffer *out, struct slice name)
{
    for (size_t i = 0; i < name.length; i++) {
        char byte = name.bytes[i];
        buffer_add_byte(out, byte == '_' ? '-' : (char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte));
    }
}

static const char *protocol_word(uint32_t number, char out[16])
{
    if (number == IPPROTO_TCP || number == IPPROTO_UDP)
        return number == IPPROTO_TCP ? "tcp" : "udp";
    snprintf(out, 16, "%u", number);
    return out;
}

static void range_print(struct buffer *out, const struct match *match)
{
    buffer_format(out, "%u", match->range.low);
    if (match->range.high != match->range.low)
        buffer_format(out, "-%u", match->range.high);
}

/* iptables' "eth+" is nft's "eth*". */
static void interface_print(struct buffer *out, struct slice name)
{
    bool open = slice_ends(name, SLICE("+"));
    buffer_format(out, "\"%.*s%s\"", SLICE_ARGS(slice_range(name, 0, name.length - open)), open ? "*" : "");
}

static void states_print(struct buffer *out, uint32_t set)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } states[] = {{STATE_INVALID, "invalid"},
                  {STATE_ESTABLISHED, "established"},
                  {STATE_RELATED, "related"},
                  {STATE_NEW, "new"},
                  {STATE_UNTRACKED, "untracked"}};
    const char *comma = "";
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        if (set & states[i].bit) {
            buffer_format(out, "%s%s", comma, states[i].name);
            comma = ",";
        }
    }
}

static void match_print(struct buffer *out, const struct match *match, const char *protocol)
{
    const char *unequal = match->negated ? "!= " : "";
    char text[NETWORK_TEXT_MAX];
    switch (match->kind) {
    case MATCH_IN_INTERFACE:
    case MATCH_OUT_INTERFACE:
        buffer_format(out, "%s %s", match->kind == MATCH_IN_INTERFACE ? "iifname" : "oifname", unequal);
        interface_print(out, match->interface);
        break;
    case MATCH_SOURCE:
    case MATCH_DESTINATION:
        buffer_format(out, "%s %s %s%s", match->network.version == 6 ? "ip6" : "ip",
                      match->kind == MATCH_SOURCE ? "saddr" : "daddr", unequal, network_text(&match->network, text));
        break;
    case MATCH_PROTOCOL:
        buffer_format(out, "meta l4proto %s%s", unequal, protocol_word(match->number, text));
        break;
    case MATCH_SOURCE_PORT:
    case MATCH_DESTINATION_PORT:
        buffer_format(out, "%s %cport %s", protocol, match->kind == MATCH_SOURCE_PORT ? 's' : 'd', unequal);
        range_print(out, match);
        break;
    case MATCH_DESTINATION_PORTS:
        buffer_format(out, "%s dport %s{ ", protocol, unequal);
        for (size_t i = 0; i < match->ports.count; i++)
            buffer_format(out, "%s%u", i ? ", " : "", match->ports.list[i]);
        buffer_add_literal(out, " }");
        break;
    case MATCH_STATE:
        buffer_format(out, "ct state %s", unequal);
        states_print(out, match->number);
        break;
    case MATCH_MARK:
    case MATCH_CONNECTION_MARK:
        buffer_format(out, "%s mark %s0x%08x", match->kind == MATCH_MARK ? "meta" : "ct", unequal, match->mark.value);
        break;
    case MATCH_UID:
    case MATCH_GID:
        buffer_format(out, "meta sk%cid %s", match->kind == MATCH_UID ? 'u' : 'g', unequal);
        range_print(out, match);
        break;
    case MATCH_FAMILY:
        buffer_format(out, "meta nfproto %sipv%u", unequal, match->number);
        break;
    case MATCH_SOCKET: /* only Istio 1.0 has it, which has no nftables */
    case MATCH_COMMENT:
    case MATCH_UNKNOWN:
        buffer_add_slice(out, match->text);
        break;
    }
    buffer_add_byte(out, ' ');
}

static bool rule_is_of_one_version(const struct rule *rule)
{
    for (size_t i = 0; i < rule->match_count; i++) {
        enum match_kind kind = rule->matches[i].kind;
        if ((kind == MATCH_SOURCE || kind == MATCH_DESTINATION) && !match_is_empty(&rule->matches[i]))
            return true;
    }
    return false;
}

static void tproxy_print(struct buffer *out, const struct rule *rule)
{
    bool ipv6 = rule->families == CAPTURE_IPV6;
    buffer_format(out, "tproxy %s to :%u meta mark set 0x%08x accept", ipv6 ? "ip6" : "ip", rule->verdict.port,
                  rule->verdict.mark.value);
}

static void verdict_print(struct buffer *out, const struct rule *rule)
{
    const struct verdict *verdict = &rule->verdict;
    switch (verdict->kind) {
    case VERDICT_NONE:
        break;
    case VERDICT_ACCEPT:
        buffer_add_literal(out, "accept");
        break;
    case VERDICT_DROP:
        buffer_add_literal(out, "drop");
        break;
    case VERDICT_REJECT:
        buffer_add_literal(out, "reject");
        break;
    case VERDICT_RETURN:
        buffer_add_literal(out, "return");
        break;
    case VERDICT_JUMP:
    case VERDICT_GOTO:
        buffer_format(out, "%s ", verdict->kind == VERDICT_JUMP ? "jump" : "goto");
        chain_print(out, verdict->chain);
        break;
    case VERDICT_REDIRECT:
        buffer_format(out, "redirect to :%u", verdict->port);
        break;
    case VERDICT_TPROXY:
        tproxy_print(out, rule);
        break;
    case VERDICT_MARK:
        buffer_format(out, "meta mark set 0x%08x", verdict->mark.value);
        break;
    case VERDICT_SAVE_MARK:
        buffer_add_literal(out, "ct mark set meta mark");
        break;
    case VERDICT_RESTORE_MARK:
        buffer_add_literal(out, "meta mark set ct mark");
        break;
    case VERDICT_ZONE:
        buffer_format(out, "ct zone set %u", verdict->number);
        break;
    case VERDICT_UNKNOWN:
        buffer_add_slice(out, verdict->chain);
        break;
    }
}

void nftables_rule_print(struct buffer *out, const struct rule *rule, bool only_ipv4)
{
    char number[16];
    const char *protocol = protocol_word(rule_protocol(rule), number);
    bool entered = chain_builtin(rule->families, rule->table, rule->chain).hook != HOOK_NONE;
    bool one_family = rule->families != CAPTURE_BOTH && (!only_ipv4 || entered);
    if (one_family && !rule_is_of_one_version(rule))
        buffer_format(out, "meta nfproto ipv%d ", rule->families == CAPTURE_IPV6 ? 6 : 4);
    for (size_t i = 0; i < rule->match_count; i++) {
        if (!match_is_empty(&rule->matches[i]))
            match_print(out, &rule->matches[i], protocol);
    }
    buffer_add_literal(out, "counter ");
    verdict_print(out, rule);
}

/* Types and hooks as Istio's tools/istio-nftables/pkg/capture/run.go has them. */
static void base_chain_print(struct buffer *out, const struct chain *chain)
{
    if (chain->hook == HOOK_NONE)
        return;
    bool output = chain->hook == HOOK_OUTPUT, mangle = slice_equal(chain->table, SLICE("mangle"));
    const char *type = chain->nat ? "nat" : output && mangle ? "route" : "filter";
    buffer_format(out, " { type %s hook %s priority %d; policy accept; }", type, output ? "output" : "prerouting",
                  chain->priority);
}

struct line_recorder {
    size_t *rules;
    size_t capacity, line;
};

static void line_end(struct buffer *out, struct line_recorder *lines, size_t rule)
{
    buffer_add_byte(out, '\n');
    if (lines->line < lines->capacity)
        lines->rules[lines->line] = rule;
    lines->line++;
}

static void table_print(struct buffer *out, const struct capture_plan *plan, size_t table, struct line_recorder *lines)
{
    struct slice native = tables[table].native;
    for (size_t i = 0; i < plan->rules.chain_count; i++) {
        const struct chain *chain = &plan->rules.chains[i];
        if (!slice_equal(chain->table, tables[table].plan))
            continue;
        buffer_format(out, "add chain inet %.*s ", SLICE_ARGS(native));
        chain_print(out, chain->name);
        base_chain_print(out, chain);
        line_end(out, lines, SIZE_MAX);
    }
    for (size_t i = 0; i < plan->rules.count; i++) {
        const struct rule *rule = &plan->rules.rules[i];
        if (!slice_equal(rule->table, tables[table].plan))
            continue;
        buffer_format(out, "add rule inet %.*s ", SLICE_ARGS(native));
        chain_print(out, rule->chain);
        buffer_add_byte(out, ' ');
        nftables_rule_print(out, rule, plan->families == CAPTURE_IPV4);
        line_end(out, lines, i);
    }
}

/* Deleting needs the table to be there. */
static void table_delete_print(struct buffer *out, struct slice native, struct line_recorder *lines)
{
    buffer_format(out, "add table inet %.*s", SLICE_ARGS(native));
    line_end(out, lines, SIZE_MAX);
    buffer_format(out, "delete table inet %.*s", SLICE_ARGS(native));
    line_end(out, lines, SIZE_MAX);
}

void nftables_plan_print(struct buffer *out, const struct capture_plan *plan, bool replace, size_t *rules_by_line,
                         size_t capacity)
{
    struct line_recorder lines = {rules_by_line, capacity, 0};
    for (size_t table = 0; table < ARRAY_LENGTH(tables); table++) {
        bool used = false;
        for (size_t i = 0; i < plan->rules.count; i++)
            used |= slice_equal(plan->rules.rules[i].table, tables[table].plan);
        if (replace)
            table_delete_print(out, tables[table].native, &lines);
        if (!used)
            continue;
        buffer_format(out, "add table inet %.*s", SLICE_ARGS(tables[table].native));
        line_end(out, &lines, SIZE_MAX);
        table_print(out, plan, table, &lines);
    }
}

void nftables_clean_print(struct buffer *out)
{
    struct line_recorder none = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(tables); i++)
        table_delete_print(out, tables[i].native, &none);
}
