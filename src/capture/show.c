#include "capture/show.h"
#include "capture/iptables.h"
#include "capture/iptables_text.h"
#include "capture/json_text.h"
#include "capture/nftables_text.h"

enum { RULE_TEXT_MAX = 1 << 16 };

static const char *families_name(unsigned families)
{
    return families == CAPTURE_BOTH ? "IPv4 and IPv6" : families == CAPTURE_IPV6 ? "IPv6" : "IPv4";
}

/* ---- commands ----------------------------------------------------------------------------------------------- */

static void routes_show(struct buffer *out, const struct capture_plan *plan)
{
    if (plan->loopback_address)
        buffer_add_literal(out, "# ip -6 addr add ::6/128 dev lo\n");
    for (unsigned family = CAPTURE_IPV4; plan->tproxy_route && family <= CAPTURE_IPV6; family <<= 1) {
        const char *version = family == CAPTURE_IPV6 ? "-6 " : "";
        if (!(plan->families & family) || (family == CAPTURE_IPV6 && plan->optional_ipv6))
            continue;
        buffer_format(out, "# ip %srule add fwmark %u lookup %u\n# ip %sroute add local default dev lo table %u\n",
                      version, plan->tproxy_mark, plan->route_table, version, plan->route_table);
    }
}

void plan_show_commands(struct arena *arena, struct buffer *out, const struct capture_plan *plan, bool native)
{
    routes_show(out, plan);
    if (native) {
        buffer_add_literal(out, "# nft -f\n");
        nftables_plan_print(out, plan, true, NULL, 0);
        return;
    }
    for (unsigned family = CAPTURE_IPV4; family <= CAPTURE_IPV6; family <<= 1) {
        const struct iptables_change change = {
            .family = family, .target = &plan->rules, .tables = (1u << CAPTURE_TABLE_COUNT) - 1};
        if (!(plan->families & family))
            continue;
        buffer_format(out, "# %s-restore --noflush\n", family == CAPTURE_IPV6 ? "ip6tables" : "iptables");
        iptables_change_print(arena, &change, out, NULL);
    }
}

/* ---- reasons ------------------------------------------------------------------------------------------------ */

static const char *hook_phrase(enum hook hook)
{
    return hook == HOOK_OUTPUT       ? " (what this pod sends)"
           : hook == HOOK_PREROUTING ? " (what comes in)"
           : hook == HOOK_INPUT      ? " (what is for this pod)"
                                     : "";
}

static bool rule_is_in(const struct rule *rule, const struct chain *chain)
{
    return slice_equal(rule->table, chain->table) && slice_equal(rule->chain, chain->name);
}

static void chain_show(struct buffer *out, const struct capture_plan *plan, const struct chain *chain)
{
    enum { REASON_COLUMN = 90 };
    buffer_format(out, "\n%.*s %.*s%s\n", SLICE_ARGS(chain->table), SLICE_ARGS(chain->name), hook_phrase(chain->hook));
    unsigned number = 0;
    for (size_t i = 0; i < plan->rules.count; i++) {
        const struct rule *rule = &plan->rules.rules[i];
        if (!rule_is_in(rule, chain))
            continue;
        size_t start = out->length;
        buffer_format(out, "  %2u  ", ++number);
        if (rule->families != plan->families)
            buffer_format(out, "%s: ", families_name(rule->families));
        iptables_rule_print(out, rule);
        size_t width = out->length - start;
        buffer_add_repeated(out, ' ', width < REASON_COLUMN ? REASON_COLUMN - width : 2);
        buffer_format(out, "# %.*s\n", SLICE_ARGS(rule->why));
    }
}

void plan_show_reasons(struct buffer *out, const struct capture_plan *plan)
{
    buffer_format(out, "%zu rules for %s\n", plan->rules.count, families_name(plan->families));
    routes_show(out, plan);
    for (size_t table = 0; table < CAPTURE_TABLE_COUNT; table++) {
        for (size_t i = 0; i < plan->rules.chain_count; i++) {
            if (slice_equal(plan->rules.chains[i].table, capture_tables[table]))
                chain_show(out, plan, &plan->rules.chains[i]);
        }
    }
}

/* ---- JSON --------------------------------------------------------------------------------------------------- */

static void families_json(struct buffer *out, unsigned families)
{
    buffer_format(out, "[%s%s%s]", families & CAPTURE_IPV4 ? "\"ipv4\"" : "", families == CAPTURE_BOTH ? ", " : "",
                  families & CAPTURE_IPV6 ? "\"ipv6\"" : "");
}

static void rule_json(struct buffer *out, const struct rule *rule)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(RULE_TEXT_MAX);
    buffer_add_literal(out, "    {\"families\": ");
    families_json(out, rule->families);
    buffer_format(out, ", \"table\": \"%.*s\", \"chain\": \"%.*s\", \"rule\": ", SLICE_ARGS(rule->table),
                  SLICE_ARGS(rule->chain));
    iptables_rule_print(&text, rule);
    json_text_print(out, buffer_slice(&text));
    buffer_add_literal(out, ", \"why\": ");
    json_text_print(out, rule->why);
    buffer_add_byte(out, '}');
}

void plan_show_json(struct buffer *out, const struct capture_plan *plan)
{
    buffer_add_literal(out, "{\n  \"families\": ");
    families_json(out, plan->families);
    if (plan->tproxy_route)
        buffer_format(out, ",\n  \"route\": {\"mark\": %u, \"table\": %u}", plan->tproxy_mark, plan->route_table);
    buffer_add_literal(out, ",\n  \"rules\": [\n");
    for (size_t i = 0; i < plan->rules.count; i++) {
        rule_json(out, &plan->rules.rules[i]);
        buffer_format(out, "%s\n", i + 1 < plan->rules.count ? "," : "");
    }
    buffer_add_literal(out, "  ]\n}\n");
}
