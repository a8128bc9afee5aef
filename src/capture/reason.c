#include "capture/reason.h"
#include "capture/plan.h"

/* Settings that bring out every rule there can be, in one mode. */
static bool plan_everything(struct arena *arena, enum capture_mode mode, const char *flags[], int count,
                            struct capture_plan *ret)
{
    const struct capture_facts facts = {
        .resolv_conf = SLICE("nameserver 10.0.0.1\nnameserver fd00::1\n"), .has_ipv4 = true, .has_ipv6 = true};
    struct capture_settings settings;
    if (!capture_settings_read(arena, &facts, NULL, count, (char *const *)flags, &settings, NULL))
        return false;
    settings.mode = mode;
    *ret = capture_plan_make(arena, &settings);
    return true;
}

/* Native nftables: "inet istio-proxy-nat", "istio-output" for "nat", "ISTIO_OUTPUT". */
static bool name_same(struct slice planned, struct slice live)
{
    if (planned.length != live.length)
        return false;
    for (size_t i = 0; i < live.length; i++) {
        char byte = live.bytes[i];
        char upper = byte == '-' ? '_' : (char)(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte);
        if (planned.bytes[i] != byte && planned.bytes[i] != upper)
            return false;
    }
    return true;
}

static bool table_same(struct slice planned, struct slice live)
{
    const struct slice native = SLICE("inet istio-proxy-"), legacy = SLICE("legacy ");
    if (slice_starts(live, native))
        live = slice_from_offset(live, native.length);
    else if (slice_starts(live, legacy))
        live = slice_from_offset(live, legacy.length);
    return slice_equal(planned, live);
}

/* How many matches of that kind and negation; families are said in other ways. */
static size_t kind_count(const struct rule *rule, const struct match *like)
{
    size_t count = 0;
    for (size_t i = 0; i < rule->match_count; i++)
        count += rule->matches[i].kind == like->kind && rule->matches[i].negated == like->negated;
    return count;
}

static bool shape_covers(const struct rule *a, const struct rule *b)
{
    for (size_t i = 0; i < a->match_count; i++) {
        const struct match *match = &a->matches[i];
        if (match->kind != MATCH_FAMILY && !match_is_empty(match) && kind_count(b, match) == 0)
            return false;
    }
    return true;
}

static bool shape_same(const struct rule *planned, const struct rule *live)
{
    return planned->verdict.kind == live->verdict.kind && table_same(planned->table, live->table) &&
           name_same(planned->chain, live->chain) &&
           (!verdict_enters(&planned->verdict) || name_same(planned->verdict.chain, live->verdict.chain)) &&
           shape_covers(planned, live) && shape_covers(live, planned);
}

/* Rules of one shape can differ in their reason by a value alone; then the one with the same values is meant. */
static struct slice reason_of(const struct capture_plan *plan, const struct rule *live)
{
    struct slice found = {0};
    for (size_t i = 0; i < plan->rules.count; i++) {
        const struct rule *planned = &plan->rules.rules[i];
        if (!shape_same(planned, live))
            continue;
        bool values = true;
        for (size_t m = 0; m < planned->match_count; m++) {
            bool there = match_is_empty(&planned->matches[m]);
            for (size_t k = 0; k < live->match_count; k++)
                there |= match_equal(&planned->matches[m], &live->matches[k]);
            values &= there;
        }
        if (values)
            return planned->why;
        if (!found.length)
            found = planned->why;
    }
    return found;
}

void reasons_find(struct arena *arena, struct ruleset *set)
{
    const char *now[] = {"-b*",          "-d15090", "-i*",    "-q80",           "-o80",
                         "-x10.0.0.0/8", "-ceth9",  "-ktap9", "--redirect-dns", "--drop-invalid",
                         "--dual-stack", "-u1337",  "-g1337"};
    const char *listed[] = {"-b80",   "-i10.0.0.0/8,fd00::/8", "-ktap9",         "-u1337",
                            "-g1337", "--dual-stack",          "--redirect-dns", "--capture-all-dns"};
    const char *plain[] = {"-b80", "-i*", "-u1337", "-g1337", "--dual-stack"};
    const char *old[] = {"--compat=1.0", "-b*", "-d15090", "-i10.0.0.0/8", "-x10.0.0.0/8", "-u1337", "-g1337"};
    struct {
        const char **flags;
        size_t count;
    } sets[] = {{now, ARRAY_LENGTH(now)},
                {listed, ARRAY_LENGTH(listed)},
                {plain, ARRAY_LENGTH(plain)},
                {old, ARRAY_LENGTH(old)}};
    struct capture_plan plans[2 * ARRAY_LENGTH(sets)];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(plans); i++)
        count += plan_everything(arena, i % 2 ? CAPTURE_TPROXY : CAPTURE_REDIRECT, sets[i / 2].flags,
                                 (int)sets[i / 2].count, &plans[count]);
    for (size_t i = 0; i < set->count; i++) {
        for (size_t plan = 0; plan < count && !set->rules[i].why.length; plan++)
            set->rules[i].why = reason_of(&plans[plan], &set->rules[i]);
    }
}
