#include "capture/trace.h"
#include <stdlib.h>

/* The kernel refuses loops of chains; rules from elsewhere may have some. */
enum { DEPTH_MAX = 64, STEPS_MAX = 4096, CHAINS_MAX = 100000 };

/* What one walk of a chain, or of a hook's chains, came to. */
enum walk { WALK_ON, WALK_RETURNED, WALK_STOPPED, WALK_DONE_WITH_TABLE };

struct walker {
    struct arena *arena;
    const struct trace_host *host;
    struct trace_packet packet; /* as rewritten so far */
    unsigned family;
    struct slice in, out; /* interfaces as the present hook sees them; empty: none */
    bool has_socket;      /* owner matches know who sent it */
    uint32_t mark, connection_mark;
    bool redirected, translated; /* the nat decision is made */
    struct trace_result result;
    size_t step_capacity;
    unsigned chains; /* walked so far */
};

static const struct slice lo = SLICE_CONSTANT("lo");

/* ---- matching ----------------------------------------------------------------------------------------------- */

static bool interface_matches(struct slice pattern, struct slice name)
{
    if (slice_ends(pattern, SLICE("+")))
        return slice_starts(name, slice_range(pattern, 0, pattern.length - 1));
    return slice_equal(pattern, name);
}

static bool port_in_list(const struct match *match, uint16_t port)
{
    for (size_t i = 0; i < match->ports.count; i++) {
        if (match->ports.list[i] == port)
            return true;
    }
    return false;
}

static bool in_range(const struct match *match, uint32_t number)
{
    return number >= match->range.low && number <= match->range.high;
}

/* Without regard to the negation. */
static bool match_holds(const struct walker *walker, const struct match *match)
{
    const struct trace_packet *packet = &walker->packet;
    switch (match->kind) {
    case MATCH_IN_INTERFACE:
        return interface_matches(match->interface, walker->in);
    case MATCH_OUT_INTERFACE:
        return interface_matches(match->interface, walker->out);
    case MATCH_SOURCE:
        return packet->source.version && network_contains(&match->network, &packet->source);
    case MATCH_DESTINATION:
        return network_contains(&match->network, &packet->destination);
    case MATCH_PROTOCOL:
        return match->number == 0 || match->number == packet->protocol;
    case MATCH_SOURCE_PORT:
        return packet->source_port && in_range(match, packet->source_port);
    case MATCH_DESTINATION_PORT:
        return in_range(match, packet->port);
    case MATCH_DESTINATION_PORTS:
        return port_in_list(match, packet->port);
    case MATCH_STATE: /* a connection's first packet */
        return match->number & STATE_NEW;
    case MATCH_MARK:
        return (walker->mark & match->mark.mask) == match->mark.value;
    case MATCH_CONNECTION_MARK:
        return (walker->connection_mark & match->mark.mask) == match->mark.value;
    case MATCH_UID:
        return walker->has_socket && in_range(match, packet->uid);
    case MATCH_GID:
        return walker->has_socket && in_range(match, packet->gid);
    case MATCH_SOCKET: /* none has it yet */
        return false;
    case MATCH_FAMILY:
        return match->number == packet->destination.version;
    case MATCH_COMMENT:
        return true;
    case MATCH_UNKNOWN:
        return false;
    }
    return false;
}

static bool rule_applies(struct walker *walker, const struct rule *rule)
{
    if (!(rule->families & walker->family))
        return false;
    const struct match *unknown = NULL;
    for (size_t i = 0; i < rule->match_count; i++) {
        const struct match *match = &rule->matches[i];
        if (match->kind == MATCH_UNKNOWN)
            unknown = match;
        else if (match_holds(walker, match) == match->negated)
            return false;
    }
    if (unknown && !walker->result.unknown)
        walker->result.unknown = rule;
    return !unknown;
}

/* ---- walking ------------------------------------------------------------------------------------------------ */

static void step_add(struct walker *walker, struct trace_step step)
{
    struct trace_result *result = &walker->result;
    if (result->step_count == STEPS_MAX)
        return;
    if (result->step_count == walker->step_capacity) {
        walker->step_capacity = walker->step_capacity ? walker->step_capacity * 2 : 32;
        struct trace_step *grown = arena_new(walker->arena, struct trace_step, walker->step_capacity);
        if (result->step_count)
            memcpy(grown, result->steps, result->step_count * sizeof *grown);
        result->steps = grown;
    }
    result->steps[result->step_count++] = step;
}

/* A nat REDIRECT: to this host's address on the way in, to loopback on the way out (nf_nat_redirect_ipv4, _ipv6). Where
 * TPROXY has chosen the socket, that stays chosen, whatever becomes of the address. */
static void redirect(struct walker *walker, const struct rule *rule)
{
    if (!walker->redirected) {
        walker->result.port = rule->verdict.port;
        walker->result.reason = rule->why;
    }
    walker->redirected = walker->translated = true;
    walker->packet.port = rule->verdict.port;
    if (walker->packet.incoming)
        return;
    bool ipv6 = walker->packet.destination.version == 6;
    walker->packet.destination = ipv6 ? (struct network){6, 128, {[15] = 1}} : (struct network){4, 32, {127, 0, 0, 1}};
}

/* A TPROXY: the packet stays as it is, its socket is chosen. */
static void proxy(struct walker *walker, const struct rule *rule)
{
    walker->mark = (walker->mark & ~rule->verdict.mark.mask) ^ rule->verdict.mark.value;
    walker->result.port = rule->verdict.port;
    walker->result.reason = rule->why;
    walker->redirected = true;
}

static enum walk stop(struct walker *walker, enum trace_end end, struct slice reason)
{
    walker->result.end = end;
    walker->result.reason = reason;
    return WALK_STOPPED;
}

static enum walk chain_walk(struct walker *walker, const struct chain *chain, unsigned depth);

static enum walk chain_enter(struct walker *walker, const struct rule *rule, unsigned depth)
{
    const struct chain *target =
        ruleset_find_chain(walker->host->rules, walker->family, rule->table, rule->verdict.chain);
    if (!target) { /* a target of the kernel's that is not known here: LOG, NFLOG, ... */
        if (!walker->result.unknown)
            walker->result.unknown = rule;
        return WALK_ON;
    }
    enum walk walk = chain_walk(walker, target, depth + 1);
    if (walk == WALK_RETURNED || walk == WALK_ON)
        return rule->verdict.kind == VERDICT_GOTO ? WALK_RETURNED : WALK_ON;
    return walk;
}

/* What the rule that applies does. */
static enum walk verdict_follow(struct walker *walker, const struct rule *rule, unsigned depth)
{
    const struct verdict *verdict = &rule->verdict;
    switch (verdict->kind) {
    case VERDICT_NONE:
    case VERDICT_ZONE:
        return WALK_ON;
    case VERDICT_ACCEPT:
        return WALK_DONE_WITH_TABLE;
    case VERDICT_DROP:
        return stop(walker, TRACE_DROPPED, rule->why);
    case VERDICT_REJECT:
        return stop(walker, TRACE_REJECTED, rule->why);
    case VERDICT_RETURN:
        if (!walker->redirected)
            walker->result.reason = rule->why;
        return WALK_RETURNED;
    case VERDICT_JUMP:
    case VERDICT_GOTO:
        return chain_enter(walker, rule, depth);
    case VERDICT_REDIRECT:
        redirect(walker, rule);
        return WALK_DONE_WITH_TABLE;
    case VERDICT_TPROXY:
        proxy(walker, rule);
        return WALK_DONE_WITH_TABLE;
    case VERDICT_MARK:
        walker->mark = (walker->mark & ~verdict->mark.mask) ^ verdict->mark.value;
        return WALK_ON;
    case VERDICT_SAVE_MARK:
        walker->connection_mark = walker->mark;
        return WALK_ON;
    case VERDICT_RESTORE_MARK:
        walker->mark = walker->connection_mark;
        return WALK_ON;
    case VERDICT_UNKNOWN:
        if (!walker->result.unknown)
            walker->result.unknown = rule;
        return WALK_ON;
    }
    return WALK_ON;
}

static enum walk chain_walk(struct walker *walker, const struct chain *chain, unsigned depth)
{
    const struct ruleset *rules = walker->host->rules;
    bool applied = false, any = false;
    size_t number = 0;
    if (depth > DEPTH_MAX || walker->chains++ > CHAINS_MAX)
        return WALK_ON;
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->rules[i];
        if (!slice_equal(rule->chain, chain->name) || !slice_equal(rule->table, chain->table) ||
            !(rule->families & walker->family))
            continue;
        number++;
        any = true;
        if (!rule_applies(walker, rule))
            continue;
        applied = true;
        step_add(walker, (struct trace_step){chain->table, chain->name, rule, number, false});
        enum walk walk = verdict_follow(walker, rule, depth);
        if (walk != WALK_ON)
            return walk;
    }
    if (any && !applied)
        step_add(walker, (struct trace_step){chain->table, chain->name, NULL, 0, false});
    return WALK_ON;
}

static int chain_order(const void *a, const void *b)
{
    const struct chain *left = *(const struct chain *const *)a, *right = *(const struct chain *const *)b;
    return left->priority != right->priority ? (left->priority > right->priority ? 1 : -1)
                                             : (left > right) - (left < right);
}

/* All chains of a hook by priority. A connection is translated once: where that is done, nat chains are passed by. */
static enum walk hook_walk(struct walker *walker, enum hook hook, bool with_nat)
{
    const struct ruleset *rules = walker->host->rules;
    const struct chain **chains = arena_new(walker->arena, const struct chain *, rules->chain_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < rules->chain_count; i++) {
        const struct chain *chain = &rules->chains[i];
        if (chain->hook == hook && chain->families & walker->family)
            chains[count++] = chain;
    }
    qsort(chains, count, sizeof(const struct chain *), chain_order);
    for (size_t i = 0; i < count; i++) {
        if (chains[i]->nat && (!with_nat || walker->translated))
            continue;
        enum walk walk = chain_walk(walker, chains[i], 0);
        if (walk == WALK_STOPPED)
            return walk;
        if (walk != WALK_DONE_WITH_TABLE && chains[i]->drops) {
            step_add(walker, (struct trace_step){chains[i]->table, chains[i]->name, NULL, 0, true});
            return stop(walker, TRACE_DROPPED, SLICE("the chain's policy"));
        }
    }
    return WALK_ON;
}

/* ---- the way through the host ------------------------------------------------------------------------------- */

static bool is_here(const struct walker *walker)
{
    const struct network *destination = &walker->packet.destination;
    if (network_is_loopback(destination))
        return true;
    for (size_t i = 0; i < walker->host->address_count; i++) {
        if (network_equal(&walker->host->addresses[i], destination))
            return true;
    }
    return false;
}

static void arrive(struct walker *walker)
{
    walker->result.end = walker->redirected ? TRACE_REDIRECTED : TRACE_HERE;
    if (!walker->redirected)
        walker->result.port = walker->packet.port;
}

static void come_in(struct walker *walker)
{
    walker->in = walker->packet.incoming ? walker->packet.interface : lo;
    walker->out = (struct slice){0};
    walker->has_socket = false;
    if (hook_walk(walker, HOOK_PREROUTING, walker->packet.incoming) == WALK_STOPPED)
        return;
    if (!is_here(walker) && !walker->redirected) {
        walker->out = walker->packet.interface;
        if (hook_walk(walker, HOOK_FORWARD, true) != WALK_STOPPED)
            walker->result.end = TRACE_FORWARDED;
        return;
    }
    if (hook_walk(walker, HOOK_INPUT, false) != WALK_STOPPED)
        arrive(walker);
}

static void go_out(struct walker *walker)
{
    bool here = is_here(walker);
    walker->in = (struct slice){0};
    walker->out = here ? lo : walker->packet.interface;
    walker->has_socket = true;
    if (hook_walk(walker, HOOK_OUTPUT, true) == WALK_STOPPED)
        return;
    here = is_here(walker); /* a redirection leads to this host */
    walker->out = here ? lo : walker->packet.interface;
    if (hook_walk(walker, HOOK_POSTROUTING, false) == WALK_STOPPED)
        return;
    if (here)
        come_in(walker);
    else
        walker->result.end = TRACE_LEAVES;
}

struct trace_result trace_packet(struct arena *arena, const struct trace_host *host, const struct trace_packet *packet)
{
    struct walker walker = {
        .arena = arena,
        .host = host,
        .packet = *packet,
        .family = packet->destination.version == 6 ? CAPTURE_IPV6 : CAPTURE_IPV4,
    };
    if (packet->incoming)
        come_in(&walker);
    else
        go_out(&walker);
    return walker.result;
}
