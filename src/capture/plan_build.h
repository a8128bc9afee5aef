/* plan_build.h - the words that plans are written in: matches and verdicts as expressions, and a rule as one line.
 *     ADD(plan, CAPTURE_BOTH, NAT, ISTIO_OUTPUT, jump_to(ISTIO_REDIRECT), "why", protocol(IPPROTO_TCP), to_port(80));
 */
#pragma once
#include "capture/plan.h"

#define NAT SLICE("nat")
#define MANGLE SLICE("mangle")
#define RAW SLICE("raw")
#define FILTER SLICE("filter")
#define PREROUTING SLICE("PREROUTING")
#define INPUT SLICE("INPUT")
#define OUTPUT SLICE("OUTPUT")
#define ISTIO_INBOUND SLICE("ISTIO_INBOUND")
#define ISTIO_IN_REDIRECT SLICE("ISTIO_IN_REDIRECT")
#define ISTIO_OUTPUT SLICE("ISTIO_OUTPUT")
#define ISTIO_OUTPUT_DNS SLICE("ISTIO_OUTPUT_DNS")
#define ISTIO_OUTPUT_OWNED SLICE("ISTIO_OUTPUT_OWNED")
#define ISTIO_REDIRECT SLICE("ISTIO_REDIRECT")
#define ISTIO_DIVERT SLICE("ISTIO_DIVERT")
#define ISTIO_TPROXY SLICE("ISTIO_TPROXY")
#define ISTIO_DROP SLICE("ISTIO_DROP")

static inline struct match not(struct match match)
{
    match.negated = true;
    return match;
}

static inline struct match in_interface(struct slice name)
{
    return (struct match){.kind = MATCH_IN_INTERFACE, .interface = name};
}

static inline struct match out_interface(struct slice name)
{
    return (struct match){.kind = MATCH_OUT_INTERFACE, .interface = name};
}

static inline struct match from_network(struct network network)
{
    return (struct match){.kind = MATCH_SOURCE, .network = network};
}

static inline struct match to_network(struct network network)
{
    return (struct match){.kind = MATCH_DESTINATION, .network = network};
}

static inline struct match protocol(uint32_t number)
{
    return (struct match){.kind = MATCH_PROTOCOL, .number = number};
}

#define TCP protocol(IPPROTO_TCP)
#define UDP protocol(IPPROTO_UDP)

static inline struct match from_port(uint16_t port)
{
    return (struct match){.kind = MATCH_SOURCE_PORT, .range = {port, port}};
}

static inline struct match to_ports(struct port_range range)
{
    return (struct match){.kind = MATCH_DESTINATION_PORT, .range = {range.low, range.high}};
}

static inline struct match to_port(uint16_t port)
{
    return to_ports((struct port_range){port, port});
}

static inline struct match in_state(uint32_t states)
{
    return (struct match){.kind = MATCH_STATE, .number = states};
}

static inline struct match marked(uint32_t mark)
{
    return (struct match){.kind = MATCH_MARK, .mark = {mark, UINT32_MAX}};
}

static inline struct match connection_marked(uint32_t mark)
{
    return (struct match){.kind = MATCH_CONNECTION_MARK, .mark = {mark, UINT32_MAX}};
}

static inline struct match owner(enum match_kind kind, uint32_t id)
{
    return (struct match){.kind = kind, .range = {id, id}};
}

static inline struct verdict just(enum verdict_kind kind)
{
    return (struct verdict){.kind = kind};
}

static inline struct verdict jump_to(struct slice chain)
{
    return (struct verdict){.kind = VERDICT_JUMP, .chain = chain};
}

static inline struct verdict redirect_to(uint16_t port)
{
    return (struct verdict){.kind = VERDICT_REDIRECT, .port = port};
}

static inline struct verdict set_mark(uint32_t mark)
{
    return (struct verdict){.kind = VERDICT_MARK, .mark = {mark, UINT32_MAX}};
}

static inline struct verdict set_zone(uint32_t zone)
{
    return (struct verdict){.kind = VERDICT_ZONE, .number = zone};
}

#define RETURN just(VERDICT_RETURN)
#define ACCEPT just(VERDICT_ACCEPT)

/* Adds a rule, and its chain and the one it leads to where they are new. */
void plan_add(struct capture_plan *plan, unsigned families, struct slice table, struct slice chain, bool first,
              struct verdict verdict, const char *why, const struct match *matches, size_t match_count);

#define PLAN_MATCHES(...)                                                                                              \
    (const struct match[]){__VA_ARGS__}, sizeof((const struct match[]){__VA_ARGS__}) / sizeof(struct match)
/* Behind what is in the chain. */
#define ADD(plan, families, table, chain, verdict, why, ...)                                                           \
    plan_add((plan), (families), (table), (chain), false, (verdict), (why), PLAN_MATCHES(__VA_ARGS__))
#define ADD_ALWAYS(plan, families, table, chain, verdict, why)                                                         \
    plan_add((plan), (families), (table), (chain), false, (verdict), (why), NULL, 0)
/* In front of what others have in the chain; such rules stand in the order they are added. */
#define ADD_FIRST(plan, families, table, chain, verdict, why, ...)                                                     \
    plan_add((plan), (families), (table), (chain), true, (verdict), (why), PLAN_MATCHES(__VA_ARGS__))

/* Istio 1.0's rules. */
void plan_make_1_0(struct capture_plan *plan, const struct capture_settings *settings);
