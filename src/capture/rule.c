#include "capture/rule.h"

const struct slice capture_tables[CAPTURE_TABLE_COUNT] = {
    SLICE_CONSTANT("raw"),
    SLICE_CONSTANT("mangle"),
    SLICE_CONSTANT("nat"),
    SLICE_CONSTANT("filter"),
};

/* A list twice as long, in the arena; the old one stays where it is until the arena goes. */
static void *list_grow(struct arena *arena, const void *old, size_t size, size_t count, size_t *capacity)
{
    if (count < *capacity)
        return NULL;
    *capacity = *capacity ? *capacity * 2 : 64;
    void *grown = arena_zeroed(arena, *capacity, size);
    if (count)
        memcpy(grown, old, count * size);
    return grown;
}

struct rule *ruleset_add(struct ruleset *set, const struct rule *rule)
{
    void *grown = list_grow(set->arena, set->rules, sizeof *set->rules, set->count, &set->capacity);
    if (grown)
        set->rules = grown;
    struct rule *added = &set->rules[set->count++];
    *added = *rule;
    struct match *matches = arena_new(set->arena, struct match, rule->match_count);
    if (rule->match_count)
        memcpy(matches, rule->matches, rule->match_count * sizeof *matches);
    added->matches = matches;
    return added;
}

const struct chain *ruleset_find_chain(const struct ruleset *set, unsigned families, struct slice table,
                                       struct slice name)
{
    for (size_t i = 0; i < set->chain_count; i++) {
        const struct chain *chain = &set->chains[i];
        if (chain->families & families && slice_equal(chain->name, name) && slice_equal(chain->table, table))
            return chain;
    }
    return NULL;
}

struct chain *ruleset_add_chain(struct ruleset *set, const struct chain *chain)
{
    for (size_t i = 0; i < set->chain_count; i++) {
        struct chain *there = &set->chains[i];
        if (slice_equal(there->name, chain->name) && slice_equal(there->table, chain->table)) {
            there->families |= chain->families;
            return there;
        }
    }
    void *grown = list_grow(set->arena, set->chains, sizeof *set->chains, set->chain_count, &set->chain_capacity);
    if (grown)
        set->chains = grown;
    set->chains[set->chain_count] = *chain;
    return &set->chains[set->chain_count++];
}

struct chain chain_builtin(unsigned families, struct slice table, struct slice name)
{
    /* Priorities: linux/netfilter_ipv4.h, enum nf_ip_hook_priorities. */
    static const struct {
        struct slice table, name;
        enum hook hook;
        int priority;
    } builtin[] = {
        {SLICE_CONSTANT("raw"), SLICE_CONSTANT("PREROUTING"), HOOK_PREROUTING, -300},
        {SLICE_CONSTANT("raw"), SLICE_CONSTANT("OUTPUT"), HOOK_OUTPUT, -300},
        {SLICE_CONSTANT("mangle"), SLICE_CONSTANT("PREROUTING"), HOOK_PREROUTING, -150},
        {SLICE_CONSTANT("mangle"), SLICE_CONSTANT("INPUT"), HOOK_INPUT, -150},
        {SLICE_CONSTANT("mangle"), SLICE_CONSTANT("FORWARD"), HOOK_FORWARD, -150},
        {SLICE_CONSTANT("mangle"), SLICE_CONSTANT("OUTPUT"), HOOK_OUTPUT, -150},
        {SLICE_CONSTANT("mangle"), SLICE_CONSTANT("POSTROUTING"), HOOK_POSTROUTING, -150},
        {SLICE_CONSTANT("nat"), SLICE_CONSTANT("PREROUTING"), HOOK_PREROUTING, -100},
        {SLICE_CONSTANT("nat"), SLICE_CONSTANT("INPUT"), HOOK_INPUT, 100},
        {SLICE_CONSTANT("nat"), SLICE_CONSTANT("OUTPUT"), HOOK_OUTPUT, -100},
        {SLICE_CONSTANT("nat"), SLICE_CONSTANT("POSTROUTING"), HOOK_POSTROUTING, 100},
        {SLICE_CONSTANT("filter"), SLICE_CONSTANT("INPUT"), HOOK_INPUT, 0},
        {SLICE_CONSTANT("filter"), SLICE_CONSTANT("FORWARD"), HOOK_FORWARD, 0},
        {SLICE_CONSTANT("filter"), SLICE_CONSTANT("OUTPUT"), HOOK_OUTPUT, 0},
        {SLICE_CONSTANT("security"), SLICE_CONSTANT("INPUT"), HOOK_INPUT, 50},
        {SLICE_CONSTANT("security"), SLICE_CONSTANT("FORWARD"), HOOK_FORWARD, 50},
        {SLICE_CONSTANT("security"), SLICE_CONSTANT("OUTPUT"), HOOK_OUTPUT, 50},
    };
    struct chain chain = {.families = families, .table = table, .name = name};
    for (size_t i = 0; i < ARRAY_LENGTH(builtin); i++) {
        if (slice_equal(builtin[i].table, table) && slice_equal(builtin[i].name, name)) {
            chain.hook = builtin[i].hook;
            chain.priority = builtin[i].priority;
            chain.nat = slice_equal(table, SLICE("nat"));
        }
    }
    return chain;
}

bool match_is_empty(const struct match *match)
{
    if (match->kind == MATCH_COMMENT)
        return true;
    return (match->kind == MATCH_SOURCE || match->kind == MATCH_DESTINATION) && !match->negated &&
           match->network.bits == 0;
}

static bool ports_hold(const struct match *match, uint16_t port)
{
    for (size_t i = 0; i < match->ports.count; i++) {
        if (match->ports.list[i] == port)
            return true;
    }
    return false;
}

/* As sets: nftables sorts them. */
static bool ports_equal(const struct match *a, const struct match *b)
{
    for (size_t i = 0; i < a->ports.count; i++) {
        if (!ports_hold(b, a->ports.list[i]))
            return false;
    }
    for (size_t i = 0; i < b->ports.count; i++) {
        if (!ports_hold(a, b->ports.list[i]))
            return false;
    }
    return true;
}

bool match_equal(const struct match *a, const struct match *b)
{
    if (a->kind != b->kind || a->negated != b->negated)
        return false;
    switch (a->kind) {
    case MATCH_IN_INTERFACE:
    case MATCH_OUT_INTERFACE:
    case MATCH_COMMENT:
    case MATCH_UNKNOWN:
        return slice_equal(a->text, b->text);
    case MATCH_SOURCE:
    case MATCH_DESTINATION:
        return network_equal(&a->network, &b->network);
    case MATCH_PROTOCOL:
    case MATCH_STATE:
    case MATCH_FAMILY:
        return a->number == b->number;
    case MATCH_SOURCE_PORT:
    case MATCH_DESTINATION_PORT:
    case MATCH_UID:
    case MATCH_GID:
        return a->range.low == b->range.low && a->range.high == b->range.high;
    case MATCH_DESTINATION_PORTS:
        return ports_equal(a, b);
    case MATCH_MARK:
    case MATCH_CONNECTION_MARK:
        return a->mark.value == b->mark.value && a->mark.mask == b->mark.mask;
    case MATCH_SOCKET:
        return true;
    }
    return false;
}

static bool verdict_equal(const struct verdict *a, const struct verdict *b)
{
    return a->kind == b->kind && slice_equal(a->chain, b->chain) && a->port == b->port && a->number == b->number &&
           a->mark.value == b->mark.value && a->mark.mask == b->mark.mask;
}

/* How many of the rule's matches are equal to this one. */
static size_t match_occurrences(const struct rule *rule, const struct match *match)
{
    size_t found = 0;
    for (size_t i = 0; i < rule->match_count; i++)
        found += match_equal(&rule->matches[i], match);
    return found;
}

static size_t match_count_that_counts(const struct rule *rule)
{
    size_t count = 0;
    for (size_t i = 0; i < rule->match_count; i++)
        count += !match_is_empty(&rule->matches[i]);
    return count;
}

bool rule_equal(const struct rule *a, const struct rule *b)
{
    if (!slice_equal(a->chain, b->chain) || !slice_equal(a->table, b->table) ||
        !verdict_equal(&a->verdict, &b->verdict))
        return false;
    if (match_count_that_counts(a) != match_count_that_counts(b))
        return false;
    for (size_t i = 0; i < a->match_count; i++) {
        const struct match *match = &a->matches[i];
        if (!match_is_empty(match) && match_occurrences(a, match) != match_occurrences(b, match))
            return false;
    }
    return true;
}

uint32_t rule_protocol(const struct rule *rule)
{
    for (size_t i = 0; i < rule->match_count; i++) {
        if (rule->matches[i].kind == MATCH_PROTOCOL && !rule->matches[i].negated)
            return rule->matches[i].number;
    }
    return 0;
}

bool verdict_enters(const struct verdict *verdict)
{
    return verdict->kind == VERDICT_JUMP || verdict->kind == VERDICT_GOTO;
}
