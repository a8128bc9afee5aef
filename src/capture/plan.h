/* plan.h - settings to rules: the whole of what capture means, without any I/O. Everything that applies, removes,
 * verifies, traces, explains or draws the rules reads this list.
 * The rules are those of Istio's tools/istio-iptables/pkg/capture/run.go, or with compat 1.0 of Istio 1.0's
 * tools/deb/istio-iptables.sh, in the order in which a packet meets them. */
#pragma once
#include "capture/rule.h"
#include "capture/settings.h"

enum { CAPTURE_DNS_PORT = 15053 };        /* where Istio's agent answers DNS */
enum { CAPTURE_OUTBOUND_MARK = 1338 };    /* TPROXY: on packets from the proxy to its own pod */
enum { CAPTURE_GROUPS_IN_RULE_MAX = 49 }; /* more owner matches than this iptables cannot put into one rule */

struct capture_plan {
    struct ruleset rules;
    unsigned families;     /* those that have rules; IPv4 is always there */
    bool optional_ipv6;    /* compat 1.0: without IPv6 in the kernel its rules are not missed */
    bool loopback_address; /* ::6 belongs on lo: the source address of the proxy's own inbound connections */
    bool tproxy_route;     /* packets with the mark are routed to this host */
    uint32_t tproxy_mark, route_table;
};

/* The plan lives in the arena and borrows names from the settings. */
struct capture_plan capture_plan_make(struct arena *arena, const struct capture_settings *settings);

/* Whether a plan, of whatever settings, can have a chain of that name. */
bool capture_chain_is_ours(struct slice name);
