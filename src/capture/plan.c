#include "capture/plan.h"
#include "capture/plan_build.h"

static const struct slice lo = SLICE_CONSTANT("lo");
static const struct network passthrough_v4 = {4, 32, {127, 0, 0, 6}}, passthrough_v6 = {6, 128, {[15] = 6}};
static const char proxy_has_it[] = "of a connection the proxy already has";
static const struct network loopback_v6 = {6, 128, {[15] = 1}};

/* What most of the plan's parts need. */
struct planner {
    struct capture_plan *plan;
    const struct capture_settings *settings;
    struct slice output; /* the chain that outgoing traffic is now in */
};

void plan_add(struct capture_plan *plan, unsigned families, struct slice table, struct slice chain, bool first,
              struct verdict verdict, const char *why, const struct match *matches, size_t match_count)
{
    families &= plan->families;
    if (!families)
        return;
    const struct rule rule = {.families = families,
                              .table = table,
                              .chain = chain,
                              .first = first,
                              .matches = matches,
                              .match_count = match_count,
                              .verdict = verdict,
                              .why = slice_from(why)};
    ruleset_add(&plan->rules, &rule);
    const struct chain own = chain_builtin(families, table, chain);
    ruleset_add_chain(&plan->rules, &own);
    if (verdict_enters(&verdict)) {
        const struct chain target = {.families = families, .table = table, .name = verdict.chain};
        ruleset_add_chain(&plan->rules, &target);
    }
}

static unsigned network_family(const struct network *network)
{
    return network->version == 6 ? CAPTURE_IPV6 : CAPTURE_IPV4;
}

/* A rule for each family, in which the word `loopback` means: to the application's own addresses on loopback. */
#define ADD_PER_LOOPBACK(planner, table, chain, verdict, why, ...)                                                     \
    do {                                                                                                               \
        struct match loopback = to_network((planner)->settings->loopback);                                             \
        ADD((planner)->plan, CAPTURE_IPV4, table, chain, verdict, why, __VA_ARGS__);                                   \
        loopback = to_network(loopback_v6);                                                                            \
        ADD((planner)->plan, CAPTURE_IPV6, table, chain, verdict, why, __VA_ARGS__);                                   \
    } while (0)

/* ---- interfaces --------------------------------------------------------------------------------------------- */

/* What comes from a virtual machine behind the interface is on its way out: to the proxy's outbound port. In the chain
 * of the network stack these go before everything, the last one named first (Istio inserts each at the top). */
static void plan_virtual_interfaces(const struct planner *planner)
{
    const struct name_list *names = &planner->settings->virtual_interfaces;
    const struct network_list *networks = &planner->settings->outbound_networks;
    static const char why[] = "from a virtual machine to a captured destination: as outgoing traffic";
    for (size_t n = networks->count; n-- > 0;) {
        for (size_t i = names->count; i-- > 0;)
            ADD_FIRST(planner->plan, network_family(&networks->list[n]), NAT, PREROUTING, jump_to(ISTIO_REDIRECT), why,
                      in_interface(names->list[i]), to_network(networks->list[n]));
    }
    for (size_t i = names->count; networks->all && i-- > 0;)
        ADD_FIRST(planner->plan, CAPTURE_BOTH, NAT, PREROUTING, jump_to(ISTIO_REDIRECT), why,
                  in_interface(names->list[i]));
    for (size_t i = names->count; i-- > 0;)
        ADD_FIRST(planner->plan, CAPTURE_BOTH, NAT, PREROUTING, RETURN, "from a virtual machine: not inbound traffic",
                  in_interface(names->list[i]));
}

static void plan_excluded_interfaces(const struct planner *planner)
{
    const struct name_list *names = &planner->settings->excluded_interfaces;
    const struct slice tables[] = {NAT, MANGLE};
    size_t table_count = planner->settings->mode == CAPTURE_TPROXY ? 2 : 1;
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < names->count; i++) {
            ADD(planner->plan, CAPTURE_BOTH, tables[t], PREROUTING, RETURN, "came in by an excluded interface",
                in_interface(names->list[i]));
            ADD(planner->plan, CAPTURE_BOTH, tables[t], OUTPUT, RETURN, "goes out by an excluded interface",
                out_interface(names->list[i]));
        }
    }
}

/* ---- inbound ------------------------------------------------------------------------------------------------ */

static void plan_drop_invalid(const struct planner *planner)
{
    if (!planner->settings->drop_invalid)
        return;
    ADD(planner->plan, CAPTURE_BOTH, MANGLE, PREROUTING, jump_to(ISTIO_DROP),
        "belongs to no connection: dropping it is quieter than the reset it would cause", in_state(STATE_INVALID));
    ADD_ALWAYS(planner->plan, CAPTURE_BOTH, MANGLE, ISTIO_DROP, just(VERDICT_DROP), "belongs to no connection");
}

static void plan_targets(const struct planner *planner)
{
    const struct capture_settings *settings = planner->settings;
    ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_INBOUND, RETURN, "the proxy's tunnel port is reached directly", TCP,
        to_port(settings->tunnel_port));
    ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_REDIRECT, redirect_to(settings->proxy_port), "outbound", TCP);
    ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_IN_REDIRECT, redirect_to(settings->inbound_port), "inbound", TCP);
}

/* Not to be captured a second time: what has been to the proxy, and what never leaves the pod. Only TPROXY sees it. */
static void plan_inbound_loop_guards(const struct planner *planner)
{
    ADD(planner->plan, CAPTURE_BOTH, MANGLE, ISTIO_INBOUND, RETURN, "the proxy has had it: no second time", TCP,
        marked(planner->settings->tproxy_mark));
    static const char why[] = "from the proxy's own inbound address to the application";
    ADD(planner->plan, CAPTURE_IPV4, MANGLE, ISTIO_INBOUND, RETURN, why, TCP, from_network(passthrough_v4),
        in_interface(lo));
    ADD(planner->plan, CAPTURE_IPV6, MANGLE, ISTIO_INBOUND, RETURN, why, TCP, from_network(passthrough_v6),
        in_interface(lo));
    ADD(planner->plan, CAPTURE_BOTH, MANGLE, ISTIO_INBOUND, RETURN, "from the application to itself", TCP,
        in_interface(lo), not(marked(CAPTURE_OUTBOUND_MARK)));
}

static void plan_tproxy_targets(const struct planner *planner)
{
    const struct capture_settings *settings = planner->settings;
    struct verdict tproxy = {
        .kind = VERDICT_TPROXY, .port = settings->inbound_port, .mark = {settings->tproxy_mark, UINT32_MAX}};
    ADD_ALWAYS(planner->plan, CAPTURE_BOTH, MANGLE, ISTIO_DIVERT, set_mark(settings->tproxy_mark),
               "marked, so that it is routed to this host");
    ADD_ALWAYS(planner->plan, CAPTURE_BOTH, MANGLE, ISTIO_DIVERT, ACCEPT, "on to the socket it belongs to");
    ADD_PER_LOOPBACK(planner, MANGLE, ISTIO_TPROXY, tproxy, "inbound", not(loopback), TCP);
}

static void plan_inbound_port(const struct planner *planner, struct port_range range)
{
    static const char why[] = "to a captured port";
    if (planner->settings->mode == CAPTURE_TPROXY) {
        ADD(planner->plan, CAPTURE_BOTH, MANGLE, ISTIO_INBOUND, jump_to(ISTIO_DIVERT), proxy_has_it, TCP,
            to_ports(range), in_state(STATE_RELATED | STATE_ESTABLISHED));
        ADD(planner->plan, CAPTURE_BOTH, MANGLE, ISTIO_INBOUND, jump_to(ISTIO_TPROXY), why, TCP, to_ports(range));
    } else {
        ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_INBOUND, jump_to(ISTIO_IN_REDIRECT), why, TCP, to_ports(range));
    }
}

static void plan_inbound_rest(const struct planner *planner)
{
    static const char why[] = "all inbound traffic is captured";
    if (planner->settings->mode == CAPTURE_TPROXY) {
        ADD(planner->plan, CAPTURE_BOTH, MANGLE, ISTIO_INBOUND, jump_to(ISTIO_DIVERT), proxy_has_it, TCP,
            in_state(STATE_RELATED | STATE_ESTABLISHED));
        ADD(planner->plan, CAPTURE_BOTH, MANGLE, ISTIO_INBOUND, jump_to(ISTIO_TPROXY), why, TCP);
    } else {
        ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_INBOUND, jump_to(ISTIO_IN_REDIRECT), why, TCP);
    }
}

static void plan_inbound(const struct planner *planner)
{
    const struct capture_settings *settings = planner->settings;
    bool tproxy = settings->mode == CAPTURE_TPROXY;
    if (!settings->inbound_include.given)
        return;
    if (tproxy)
        plan_tproxy_targets(planner);
    ADD(planner->plan, CAPTURE_BOTH, tproxy ? MANGLE : NAT, PREROUTING, jump_to(ISTIO_INBOUND), "inbound traffic", TCP);
    for (size_t i = 0; i < settings->inbound_include.count; i++)
        plan_inbound_port(planner, settings->inbound_include.list[i]);
    if (!settings->inbound_include.all)
        return;
    for (size_t i = 0; i < settings->inbound_exclude.count; i++)
        ADD(planner->plan, CAPTURE_BOTH, tproxy ? MANGLE : NAT, ISTIO_INBOUND, RETURN, "to an excluded port", TCP,
            to_ports(settings->inbound_exclude.list[i]));
    plan_inbound_rest(planner);
}

/* ---- outbound ----------------------------------------------------------------------------------------------- */

static void plan_excluded_ports(const struct planner *planner)
{
    const struct port_list *ports = &planner->settings->outbound_exclude;
    for (size_t i = 0; i < ports->count; i++) {
        ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_OUTPUT, RETURN, "to an excluded port", TCP,
            to_ports(ports->list[i]));
        ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_OUTPUT, RETURN, "to an excluded port", UDP,
            to_ports(ports->list[i]));
    }
}

/* The three rules for one user (MATCH_UID) or group (MATCH_GID) of the proxy. */
static void plan_proxy_owner(const struct planner *planner, enum match_kind kind, uint32_t id)
{
    static const char to_itself[] =
        "the proxy calls its own pod by a service's or the pod's address: as inbound traffic";
    static const char by_address[] = "the application calls itself: straight there";
    const struct capture_settings *settings = planner->settings;
    bool dns = settings->redirect_dns;
    /* With DNS capture the agent's queries over TCP to a server on this host are left alone; Istio does so only in the
     * rule for users. */
    if (dns && kind == MATCH_UID) {
        uint16_t *direct = arena_new(planner->plan->rules.arena, uint16_t, 2);
        direct[0] = 53;
        direct[1] = settings->tunnel_port;
        struct match ports = {.kind = MATCH_DESTINATION_PORTS, .ports = {direct, 2}};
        ADD_PER_LOOPBACK(planner, NAT, ISTIO_OUTPUT, jump_to(ISTIO_IN_REDIRECT), to_itself, not(loopback),
                         out_interface(lo), TCP, not(ports), owner(kind, id));
    } else {
        ADD_PER_LOOPBACK(planner, NAT, ISTIO_OUTPUT, jump_to(ISTIO_IN_REDIRECT), to_itself, not(loopback),
                         out_interface(lo), TCP, not(to_port(settings->tunnel_port)), owner(kind, id));
    }
    if (!settings->outbound_networks.loopback) {
        if (dns)
            ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_OUTPUT, RETURN, by_address, out_interface(lo), TCP,
                not(to_port(53)), not(owner(kind, id)));
        else
            ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_OUTPUT, RETURN, by_address, out_interface(lo),
                not(owner(kind, id)));
    }
    ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_OUTPUT, RETURN, "proxy's own traffic", owner(kind, id));
}

/* Groups named: all others' traffic is left alone. One rule asks "none of them"; where they are too many for one, each
 * group's traffic goes on in a chain of its own and the rest falls through. */
static void plan_owner_groups(struct planner *planner)
{
    const struct id_list *groups = &planner->settings->owner_groups;
    static const char not_captured[] = "of a group that is not captured";
    for (size_t i = 0; groups->all && i < planner->settings->excluded_groups.count; i++)
        ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_OUTPUT, RETURN, not_captured,
            owner(MATCH_GID, planner->settings->excluded_groups.list[i]));
    if (groups->all)
        return;
    if (groups->count <= CAPTURE_GROUPS_IN_RULE_MAX) {
        struct match none_of[CAPTURE_GROUPS_IN_RULE_MAX + 1];
        for (size_t i = 0; i < groups->count; i++)
            none_of[i] = not(owner(MATCH_GID, groups->list[i]));
        plan_add(planner->plan, CAPTURE_BOTH, NAT, ISTIO_OUTPUT, false, RETURN, not_captured, none_of, groups->count);
        return;
    }
    struct verdict go_on = {.kind = VERDICT_GOTO, .chain = ISTIO_OUTPUT_OWNED};
    for (size_t i = 0; i < groups->count; i++)
        ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_OUTPUT, go_on, "of a captured group",
            owner(MATCH_GID, groups->list[i]));
    planner->output = ISTIO_OUTPUT_OWNED;
}

static void plan_destinations(const struct planner *planner)
{
    const struct capture_settings *settings = planner->settings;
    const struct network_list *excluded = &settings->excluded_networks, *captured = &settings->outbound_networks;
    ADD_PER_LOOPBACK(planner, NAT, planner->output, RETURN, "to this pod's loopback: straight there", loopback);
    for (size_t i = 0; i < excluded->count; i++)
        ADD(planner->plan, network_family(&excluded->list[i]), NAT, planner->output, RETURN, "to an excluded network",
            to_network(excluded->list[i]));
    for (size_t i = 0; i < settings->outbound_include.count; i++)
        ADD(planner->plan, CAPTURE_BOTH, NAT, planner->output, jump_to(ISTIO_REDIRECT), "to a captured port", TCP,
            to_ports(settings->outbound_include.list[i]));
    if (captured->all)
        ADD_ALWAYS(planner->plan, CAPTURE_BOTH, NAT, planner->output, jump_to(ISTIO_REDIRECT),
                   "all other outgoing traffic is captured");
    for (size_t i = 0; i < captured->count; i++)
        ADD(planner->plan, network_family(&captured->list[i]), NAT, planner->output, jump_to(ISTIO_REDIRECT),
            "to a captured network", to_network(captured->list[i]));
}

/* ---- DNS ---------------------------------------------------------------------------------------------------- */

static unsigned dns_families(const struct capture_settings *settings)
{
    unsigned families = settings->capture_all_dns ? CAPTURE_BOTH : 0;
    for (size_t i = 0; i < settings->dns_servers.count; i++)
        families |= network_family(&settings->dns_servers.list[i]);
    return families;
}

static void plan_dns_redirect(const struct planner *planner, uint32_t number)
{
    const struct network_list *servers = &planner->settings->dns_servers;
    static const char why[] = "DNS query: to the agent";
    struct verdict verdict = redirect_to(CAPTURE_DNS_PORT);
    if (planner->settings->capture_all_dns)
        ADD(planner->plan, CAPTURE_BOTH, NAT, ISTIO_OUTPUT_DNS, verdict, why, protocol(number), to_port(53));
    for (size_t i = 0; i < servers->count; i++)
        ADD(planner->plan, network_family(&servers->list[i]), NAT, ISTIO_OUTPUT_DNS, verdict, why, protocol(number),
            to_port(53), to_network(servers->list[i]));
}

/* The same query can be seen twice, from the application to the agent and from the agent to the server, at the same
 * ports: two zones keep connection tracking from taking them for one (Istio run.go, addDNSConntrackZones). */
static void plan_dns_zones_of_proxy(const struct planner *planner, enum match_kind kind, const struct id_list *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        ADD(planner->plan, CAPTURE_BOTH, RAW, ISTIO_OUTPUT_DNS, set_zone(1), "the agent's own query", UDP, to_port(53),
            owner(kind, ids->list[i]));
        ADD(planner->plan, CAPTURE_BOTH, RAW, ISTIO_OUTPUT_DNS, set_zone(2), "the agent's answer", UDP,
            from_port(CAPTURE_DNS_PORT), owner(kind, ids->list[i]));
    }
}

static void plan_dns_zones(const struct planner *planner)
{
    const struct capture_settings *settings = planner->settings;
    const struct network_list *servers = &settings->dns_servers;
    struct capture_plan *plan = planner->plan;
    plan_dns_zones_of_proxy(planner, MATCH_UID, &settings->proxy_uids);
    plan_dns_zones_of_proxy(planner, MATCH_GID, &settings->proxy_gids);
    ADD_ALWAYS(plan, dns_families(settings), RAW, PREROUTING, jump_to(ISTIO_INBOUND), "DNS answers have their zone");
    if (settings->capture_all_dns) {
        ADD(plan, CAPTURE_BOTH, RAW, ISTIO_OUTPUT_DNS, set_zone(2), "an application's query", UDP, to_port(53));
        ADD(plan, CAPTURE_BOTH, RAW, ISTIO_INBOUND, set_zone(1), "a server's answer to the agent", UDP, from_port(53));
    }
    for (size_t i = 0; i < servers->count; i++) {
        unsigned family = network_family(&servers->list[i]);
        ADD(plan, family, RAW, ISTIO_OUTPUT_DNS, set_zone(2), "an application's query", UDP, to_port(53),
            to_network(servers->list[i]));
        ADD(plan, family, RAW, ISTIO_INBOUND, set_zone(1), "a server's answer to the agent", UDP, from_port(53),
            from_network(servers->list[i]));
    }
}

static void plan_dns(const struct planner *planner)
{
    if (!planner->settings->redirect_dns)
        return;
    ADD_ALWAYS(planner->plan, CAPTURE_BOTH, RAW, OUTPUT, jump_to(ISTIO_OUTPUT_DNS), "DNS queries have their zone");
    ADD_ALWAYS(planner->plan, dns_families(planner->settings), NAT, planner->output, jump_to(ISTIO_OUTPUT_DNS),
               "DNS queries may go to the agent");
    plan_dns_redirect(planner, IPPROTO_TCP);
    plan_dns_redirect(planner, IPPROTO_UDP);
    plan_dns_zones(planner);
}

/* ---- TPROXY: marks ------------------------------------------------------------------------------------------ */

static void plan_proxy_marks(const struct planner *planner, enum match_kind kind, const struct id_list *ids)
{
    for (size_t i = 0; i < ids->count; i++)
        ADD_PER_LOOPBACK(planner, MANGLE, OUTPUT, set_mark(CAPTURE_OUTBOUND_MARK),
                         "the proxy calls its own pod: marked, to be captured as inbound traffic", not(loopback),
                         out_interface(lo), TCP, owner(kind, ids->list[i]));
}

/* The mark that the proxy puts on its connections to the application is kept with the connection, so that the answers
 * are routed back to the proxy, too. */
static void plan_tproxy_marks(const struct planner *planner)
{
    const struct capture_settings *settings = planner->settings;
    uint32_t mark = settings->tproxy_mark;
    if (settings->mode != CAPTURE_TPROXY)
        return;
    ADD(planner->plan, CAPTURE_BOTH, MANGLE, PREROUTING, just(VERDICT_SAVE_MARK),
        "from the proxy to the application: the connection keeps the mark", TCP, marked(mark));
    ADD(planner->plan, CAPTURE_BOTH, MANGLE, OUTPUT, RETURN, "marked by the proxy already", out_interface(lo), TCP,
        marked(mark));
    plan_proxy_marks(planner, MATCH_UID, &settings->proxy_uids);
    plan_proxy_marks(planner, MATCH_GID, &settings->proxy_gids);
    ADD(planner->plan, CAPTURE_BOTH, MANGLE, OUTPUT, just(VERDICT_RESTORE_MARK),
        "the application's answer: back to the proxy", TCP, connection_marked(mark));
}

/* ---- all ---------------------------------------------------------------------------------------------------- */

static void plan_make_now(struct capture_plan *plan, const struct capture_settings *settings)
{
    struct planner planner = {plan, settings, ISTIO_OUTPUT};
    plan_virtual_interfaces(&planner);
    plan_excluded_interfaces(&planner);
    plan_drop_invalid(&planner);
    if (settings->mode == CAPTURE_TPROXY)
        plan_inbound_loop_guards(&planner);
    plan_targets(&planner);
    plan_inbound(&planner);
    ADD_ALWAYS(plan, CAPTURE_BOTH, NAT, OUTPUT, jump_to(ISTIO_OUTPUT), "outgoing traffic");
    plan_excluded_ports(&planner);
    static const char why[] = "from the proxy's own inbound address to the application";
    ADD(plan, CAPTURE_IPV4, NAT, ISTIO_OUTPUT, RETURN, why, from_network(passthrough_v4), out_interface(lo));
    ADD(plan, CAPTURE_IPV6, NAT, ISTIO_OUTPUT, RETURN, why, from_network(passthrough_v6), out_interface(lo));
    for (size_t i = 0; i < settings->proxy_uids.count; i++)
        plan_proxy_owner(&planner, MATCH_UID, settings->proxy_uids.list[i]);
    for (size_t i = 0; i < settings->proxy_gids.count; i++)
        plan_proxy_owner(&planner, MATCH_GID, settings->proxy_gids.list[i]);
    plan_owner_groups(&planner);
    plan_dns(&planner);
    plan_destinations(&planner);
    plan_tproxy_marks(&planner);
}

struct capture_plan capture_plan_make(struct arena *arena, const struct capture_settings *settings)
{
    bool old = settings->compat == COMPAT_1_0;
    struct capture_plan plan = {
        .rules = {.arena = arena},
        .families = old || settings->ipv6 ? CAPTURE_BOTH : CAPTURE_IPV4,
        .optional_ipv6 = old,
        .loopback_address = !old && settings->ipv6,
        .tproxy_route = settings->mode == CAPTURE_TPROXY && settings->inbound_include.given,
        .tproxy_mark = settings->tproxy_mark,
        .route_table = settings->route_table,
    };
    if (old)
        plan_make_1_0(&plan, settings);
    else
        plan_make_now(&plan, settings);
    return plan;
}

bool capture_chain_is_ours(struct slice name)
{
    const struct slice ours[] = {ISTIO_INBOUND,  ISTIO_IN_REDIRECT, ISTIO_OUTPUT, ISTIO_OUTPUT_DNS, ISTIO_OUTPUT_OWNED,
                                 ISTIO_REDIRECT, ISTIO_DIVERT,      ISTIO_TPROXY, ISTIO_DROP};
    for (size_t i = 0; i < ARRAY_LENGTH(ours); i++) {
        if (slice_equal(ours[i], name))
            return true;
    }
    return false;
}
