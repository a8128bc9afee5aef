#include "capture/residue.h"
#include "capture/plan_build.h"
#include <stdio.h>

static bool chain_there(const struct ruleset *live, unsigned family, struct slice table)
{
    for (size_t i = 0; i < live->chain_count; i++) {
        const struct chain *chain = &live->chains[i];
        if (chain->families & family && slice_equal(chain->table, table) && capture_chain_is_ours(chain->name))
            return true;
    }
    return false;
}

static bool in_plan(const struct capture_plan *plan, unsigned family, const struct rule *rule)
{
    for (size_t i = 0; i < plan->rules.count; i++) {
        if (plan->rules.rules[i].families & family && rule_equal(&plan->rules.rules[i], rule))
            return true;
    }
    return false;
}

static const struct match *match_of(const struct rule *rule, enum match_kind kind)
{
    for (size_t i = 0; i < rule->match_count; i++) {
        if (rule->matches[i].kind == kind)
            return &rule->matches[i];
    }
    return NULL;
}

/* TPROXY's rules in mangle's PREROUTING and OUTPUT, whatever their mark, users and loopback network. */
static bool looks_like_tproxy(const struct rule *rule)
{
    const struct match *out = match_of(rule, MATCH_OUT_INTERFACE);
    bool on_lo = out && !out->negated && slice_equal(out->interface, SLICE("lo"));
    if (!slice_equal(rule->table, MANGLE) || rule_protocol(rule) != IPPROTO_TCP)
        return false;
    switch (rule->verdict.kind) {
    case VERDICT_SAVE_MARK:
        return rule->match_count == 2 && match_of(rule, MATCH_MARK) && slice_equal(rule->chain, PREROUTING);
    case VERDICT_RESTORE_MARK:
        return rule->match_count == 2 && match_of(rule, MATCH_CONNECTION_MARK) && slice_equal(rule->chain, OUTPUT);
    case VERDICT_RETURN:
        return rule->match_count == 3 && on_lo && match_of(rule, MATCH_MARK) && slice_equal(rule->chain, OUTPUT);
    case VERDICT_MARK:
        return rule->match_count == 4 && on_lo && match_of(rule, MATCH_DESTINATION) &&
               (match_of(rule, MATCH_UID) || match_of(rule, MATCH_GID)) &&
               rule->verdict.mark.value == CAPTURE_OUTBOUND_MARK && slice_equal(rule->chain, OUTPUT);
    default:
        return false;
    }
}

static bool interface_return(const struct rule *rule, enum match_kind kind, struct slice chain, struct slice *ret_name)
{
    const struct match *match = match_of(rule, kind);
    if (!match || match->negated || rule->match_count != 1 || rule->verdict.kind != VERDICT_RETURN ||
        !slice_equal(rule->chain, chain))
        return false;
    *ret_name = match->interface;
    return true;
}

/* Whether another rule shows that "-i NAME -j RETURN" is ours: the same interface's "-o NAME -j RETURN" (excluded), or
 * its jump to the redirection (virtual). */
static bool interface_has_partner(const struct ruleset *live, const struct rule *rule, struct slice name, bool inward)
{
    for (size_t i = 0; i < live->count; i++) {
        const struct rule *other = &live->rules[i];
        struct slice other_name = {0};
        if (!slice_equal(other->table, rule->table) || other->families != rule->families)
            continue;
        bool excluded = inward ? interface_return(other, MATCH_OUT_INTERFACE, OUTPUT, &other_name)
                               : interface_return(other, MATCH_IN_INTERFACE, PREROUTING, &other_name);
        const struct match *in = match_of(other, MATCH_IN_INTERFACE);
        bool redirected = inward && in && verdict_enters(&other->verdict) &&
                          slice_equal(other->verdict.chain, ISTIO_REDIRECT) && slice_equal(other->chain, PREROUTING);
        if ((excluded && slice_equal(other_name, name)) || (redirected && slice_equal(in->interface, name)))
            return true;
    }
    return false;
}

static bool looks_like_interface(const struct ruleset *live, const struct rule *rule)
{
    struct slice name;
    if (interface_return(rule, MATCH_IN_INTERFACE, PREROUTING, &name))
        return interface_has_partner(live, rule, name, true);
    return interface_return(rule, MATCH_OUT_INTERFACE, OUTPUT, &name) && interface_has_partner(live, rule, name, false);
}

/* Istio 1.0 closed inbound IPv6 with three rules in a row that name none of its chains. */
static bool looks_like_ipv6_block(const struct ruleset *live, size_t index)
{
    const struct network one = {6, 128, {[15] = 1}};
    const enum verdict_kind verdicts[3] = {VERDICT_ACCEPT, VERDICT_ACCEPT, VERDICT_REJECT};
    const struct rule *rule = &live->rules[index];
    if (rule->families != CAPTURE_IPV6 || !slice_equal(rule->table, FILTER) || !slice_equal(rule->chain, INPUT))
        return false;
    size_t place = rule->verdict.kind == VERDICT_REJECT ? 2 : match_of(rule, MATCH_STATE) ? 0 : 1;
    if (index < place || index - place + 3 > live->count)
        return false;
    const struct rule *three = rule - place;
    for (size_t i = 0; i < 3; i++) {
        if (!slice_equal(three[i].chain, INPUT) || !slice_equal(three[i].table, FILTER) ||
            three[i].verdict.kind != verdicts[i])
            return false;
    }
    const struct match *state = match_of(&three[0], MATCH_STATE), *to = match_of(&three[1], MATCH_DESTINATION);
    return three[0].match_count == 1 && state && state->number == STATE_ESTABLISHED && three[1].match_count == 2 &&
           to && network_equal(&to->network, &one) && match_of(&three[1], MATCH_IN_INTERFACE) &&
           three[2].match_count == 0;
}

bool *residue_mark(struct arena *arena, const struct ruleset *live, const struct capture_plan *plan, unsigned family,
                   enum residue_reach reach)
{
    bool *ours = arena_new(arena, bool, live->count + 1);
    for (size_t i = 0; i < live->count; i++) {
        const struct rule *rule = &live->rules[i];
        bool leads_to_ours = verdict_enters(&rule->verdict) && capture_chain_is_ours(rule->verdict.chain);
        /* Without a chain of ours in the table, a rule like ours is another's. The block of IPv6 has no chain. */
        bool may_be = chain_there(live, family, rule->table) || slice_equal(rule->table, FILTER);
        if (capture_chain_is_ours(rule->chain) || (may_be && in_plan(plan, family, rule)))
            ours[i] = true;
        else if (reach == RESIDUE_RECOGNISED)
            ours[i] = leads_to_ours || looks_like_ipv6_block(live, i) ||
                      (chain_there(live, family, rule->table) &&
                       (looks_like_tproxy(rule) || looks_like_interface(live, rule)));
    }
    return ours;
}

/* The next rule of the plan for that family and chain, from `index` on. */
static const struct rule *plan_next(const struct capture_plan *plan, unsigned family, const struct chain *chain,
                                    size_t *index)
{
    for (; *index < plan->rules.count; ++*index) {
        const struct rule *rule = &plan->rules.rules[*index];
        if (rule->families & family && slice_equal(rule->table, chain->table) && slice_equal(rule->chain, chain->name))
            return &plan->rules.rules[(*index)++];
    }
    return NULL;
}

static bool chain_same(const struct ruleset *live, const bool *ours, const struct capture_plan *plan, unsigned family,
                       const struct chain *chain, char difference[160])
{
    size_t next = 0;
    for (size_t i = 0; i < live->count; i++) {
        const struct rule *rule = &live->rules[i];
        if (!ours[i] || !slice_equal(rule->table, chain->table) || !slice_equal(rule->chain, chain->name))
            continue;
        const struct rule *planned = plan_next(plan, family, chain, &next);
        if (!planned || !rule_equal(planned, rule)) {
            snprintf(difference, 160, "table %.*s, chain %.*s has \"%.*s\"", SLICE_ARGS(chain->table),
                     SLICE_ARGS(chain->name), (int)(rule->text.length > 80 ? 80 : rule->text.length), rule->text.bytes);
            return false;
        }
    }
    const struct rule *missing = plan_next(plan, family, chain, &next);
    if (missing)
        snprintf(difference, 160, "table %.*s, chain %.*s lacks the rule \"%.*s\"", SLICE_ARGS(chain->table),
                 SLICE_ARGS(chain->name), SLICE_ARGS(missing->why));
    return !missing;
}

static bool chains_same(const struct ruleset *live, const bool *ours, const struct capture_plan *plan, unsigned family,
                        struct slice table, char difference[160])
{
    for (size_t i = 0; i < plan->rules.chain_count; i++) {
        const struct chain *chain = &plan->rules.chains[i];
        if (!(chain->families & family) || !slice_equal(chain->table, table))
            continue;
        if (chain->hook == HOOK_NONE && !ruleset_find_chain(live, family, table, chain->name)) {
            snprintf(difference, 160, "table %.*s lacks the chain %.*s", SLICE_ARGS(table), SLICE_ARGS(chain->name));
            return false;
        }
        if (!chain_same(live, ours, plan, family, chain, difference))
            return false;
    }
    for (size_t i = 0; i < live->chain_count; i++) {
        const struct chain *chain = &live->chains[i];
        if (slice_equal(chain->table, table) && !ruleset_find_chain(&plan->rules, family, table, chain->name) &&
            (capture_chain_is_ours(chain->name) || !chain_same(live, ours, plan, family, chain, difference))) {
            if (capture_chain_is_ours(chain->name))
                snprintf(difference, 160, "table %.*s has the chain %.*s", SLICE_ARGS(table), SLICE_ARGS(chain->name));
            return false;
        }
    }
    return true;
}

enum residue_state residue_compare(const struct ruleset *live, const bool *ours, const struct capture_plan *plan,
                                   unsigned family, struct slice table, char ret_difference[160])
{
    char difference[160] = "";
    bool any = chain_there(live, family, table), planned = false;
    for (size_t i = 0; i < live->count; i++)
        any |= ours[i] && slice_equal(live->rules[i].table, table) && !in_plan(plan, family, &live->rules[i]);
    for (size_t i = 0; i < plan->rules.count; i++)
        planned |= plan->rules.rules[i].families & family && slice_equal(plan->rules.rules[i].table, table);
    if (!any && planned && !chains_same(live, ours, plan, family, table, difference))
        return RESIDUE_NONE;
    if (chains_same(live, ours, plan, family, table, difference))
        return RESIDUE_SAME;
    if (ret_difference)
        memcpy(ret_difference, difference, sizeof difference);
    return RESIDUE_DIFFERENT;
}

/* The families of each of the plan's rules against those of the live rule in the same place. Where the plan is for IPv4
 * alone, only the rules where packets come in say so. */
static bool families_same(const struct ruleset *live, const struct capture_plan *plan, const struct chain *chain)
{
    size_t next = 0;
    bool said = chain->hook != HOOK_NONE || plan->families == CAPTURE_BOTH;
    for (size_t i = 0; i < live->count; i++) {
        const struct rule *rule = &live->rules[i];
        if (!slice_equal(rule->table, chain->table) || !slice_equal(rule->chain, chain->name))
            continue;
        const struct rule *planned = plan_next(plan, CAPTURE_BOTH, chain, &next);
        if (said && planned && planned->families != rule->families)
            return false;
    }
    return true;
}

enum residue_state residue_compare_native(const struct ruleset *live, const struct capture_plan *plan,
                                          char ret_difference[160])
{
    if (live->chain_count == 0)
        return RESIDUE_NONE;
    bool *all = arena_new(live->arena, bool, live->count + 1);
    memset(all, true, live->count + 1);
    for (size_t i = 0; i < CAPTURE_TABLE_COUNT; i++) {
        if (!chains_same(live, all, plan, CAPTURE_BOTH, capture_tables[i], ret_difference))
            return RESIDUE_DIFFERENT;
    }
    for (size_t i = 0; i < plan->rules.chain_count; i++) {
        if (!families_same(live, plan, &plan->rules.chains[i])) {
            snprintf(ret_difference, 160, "the rules are for other IP versions");
            return RESIDUE_DIFFERENT;
        }
    }
    return RESIDUE_SAME;
}
