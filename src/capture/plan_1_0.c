/* plan_1_0.c - the rules of Istio 1.0's tools/deb/istio-iptables.sh: one port both ways, IPv4 only, and inbound IPv6
 * closed, since nothing of it would be captured. */
#include "capture/plan_build.h"

static const struct slice lo = SLICE_CONSTANT("lo");
static const char socket_has_it[] = "a socket has it already";
static const struct match has_socket = {.kind = MATCH_SOCKET};

static void plan_port_1_0(struct capture_plan *plan, const struct capture_settings *settings, struct port_range range)
{
    static const char why[] = "to a captured port";
    if (settings->mode == CAPTURE_TPROXY) {
        ADD(plan, CAPTURE_IPV4, MANGLE, ISTIO_INBOUND, jump_to(ISTIO_DIVERT), socket_has_it, TCP, to_ports(range),
            has_socket);
        ADD(plan, CAPTURE_IPV4, MANGLE, ISTIO_INBOUND, jump_to(ISTIO_TPROXY), why, TCP, to_ports(range));
    } else {
        ADD(plan, CAPTURE_IPV4, NAT, ISTIO_INBOUND, jump_to(ISTIO_IN_REDIRECT), why, TCP, to_ports(range));
    }
}

static void plan_rest_1_0(struct capture_plan *plan, const struct capture_settings *settings)
{
    static const char why[] = "all inbound traffic is captured";
    if (settings->mode == CAPTURE_TPROXY) {
        ADD(plan, CAPTURE_IPV4, MANGLE, ISTIO_INBOUND, jump_to(ISTIO_DIVERT), socket_has_it, TCP, has_socket);
        ADD(plan, CAPTURE_IPV4, MANGLE, ISTIO_INBOUND, jump_to(ISTIO_TPROXY), why, TCP);
    } else {
        ADD(plan, CAPTURE_IPV4, NAT, ISTIO_INBOUND, jump_to(ISTIO_IN_REDIRECT), why, TCP);
    }
}

static void plan_inbound_1_0(struct capture_plan *plan, const struct capture_settings *settings)
{
    bool tproxy = settings->mode == CAPTURE_TPROXY;
    struct slice table = tproxy ? MANGLE : NAT;
    if (!settings->inbound_include.given)
        return;
    if (tproxy) {
        struct verdict verdict = {
            .kind = VERDICT_TPROXY, .port = settings->proxy_port, .mark = {settings->tproxy_mark, UINT32_MAX}};
        ADD_ALWAYS(plan, CAPTURE_IPV4, MANGLE, ISTIO_DIVERT, set_mark(settings->tproxy_mark),
                   "marked, so that it is routed to this host");
        ADD_ALWAYS(plan, CAPTURE_IPV4, MANGLE, ISTIO_DIVERT, ACCEPT, "on to the socket it belongs to");
        ADD(plan, CAPTURE_IPV4, MANGLE, ISTIO_TPROXY, verdict, "inbound", not(to_network(settings->loopback)), TCP);
    }
    ADD(plan, CAPTURE_IPV4, table, PREROUTING, jump_to(ISTIO_INBOUND), "inbound traffic", TCP);
    for (size_t i = 0; i < settings->inbound_include.count; i++)
        plan_port_1_0(plan, settings, settings->inbound_include.list[i]);
    if (!settings->inbound_include.all)
        return;
    ADD(plan, CAPTURE_IPV4, table, ISTIO_INBOUND, RETURN, "SSH is left alone", TCP, to_port(22));
    for (size_t i = 0; i < settings->inbound_exclude.count; i++)
        ADD(plan, CAPTURE_IPV4, table, ISTIO_INBOUND, RETURN, "to an excluded port", TCP,
            to_ports(settings->inbound_exclude.list[i]));
    plan_rest_1_0(plan, settings);
}

static void plan_outbound_1_0(struct capture_plan *plan, const struct capture_settings *settings)
{
    const struct network_list *excluded = &settings->excluded_networks, *captured = &settings->outbound_networks;
    ADD(plan, CAPTURE_IPV4, NAT, OUTPUT, jump_to(ISTIO_OUTPUT), "outgoing traffic", TCP);
    if (settings->loopback_redirected)
        ADD(plan, CAPTURE_IPV4, NAT, ISTIO_OUTPUT, jump_to(ISTIO_REDIRECT),
            "to this pod by a service's or the pod's address", not(to_network(settings->loopback)), out_interface(lo));
    for (size_t i = 0; i < settings->proxy_uids.count; i++)
        ADD(plan, CAPTURE_IPV4, NAT, ISTIO_OUTPUT, RETURN, "proxy's own traffic",
            owner(MATCH_UID, settings->proxy_uids.list[i]));
    for (size_t i = 0; i < settings->proxy_gids.count; i++)
        ADD(plan, CAPTURE_IPV4, NAT, ISTIO_OUTPUT, RETURN, "proxy's own traffic",
            owner(MATCH_GID, settings->proxy_gids.list[i]));
    ADD(plan, CAPTURE_IPV4, NAT, ISTIO_OUTPUT, RETURN, "to this pod's loopback: straight there",
        to_network(settings->loopback));
    for (size_t i = 0; i < excluded->count; i++)
        ADD(plan, CAPTURE_IPV4, NAT, ISTIO_OUTPUT, RETURN, "to an excluded network", to_network(excluded->list[i]));
    if (captured->all)
        ADD_ALWAYS(plan, CAPTURE_IPV4, NAT, ISTIO_OUTPUT, jump_to(ISTIO_REDIRECT),
                   "all other outgoing traffic is captured");
    for (size_t i = 0; i < captured->count; i++)
        ADD(plan, CAPTURE_IPV4, NAT, ISTIO_OUTPUT, jump_to(ISTIO_REDIRECT), "to a captured network",
            to_network(captured->list[i]));
    if (captured->count)
        ADD_ALWAYS(plan, CAPTURE_IPV4, NAT, ISTIO_OUTPUT, RETURN, "all other traffic is left alone");
}

/* The script flushed the chain first; others' rules there are none of our business. */
static void plan_ipv6_block(struct capture_plan *plan)
{
    const struct network one = {6, 128, {[15] = 1}};
    ADD(plan, CAPTURE_IPV6, FILTER, INPUT, ACCEPT, "of a connection that was let out", in_state(STATE_ESTABLISHED));
    ADD(plan, CAPTURE_IPV6, FILTER, INPUT, ACCEPT, "within the pod", to_network(one), in_interface(lo));
    ADD_ALWAYS(plan, CAPTURE_IPV6, FILTER, INPUT, just(VERDICT_REJECT), "IPv6 would get past the proxy");
}

void plan_make_1_0(struct capture_plan *plan, const struct capture_settings *settings)
{
    ADD(plan, CAPTURE_IPV4, NAT, ISTIO_REDIRECT, redirect_to(settings->proxy_port), "outbound", TCP);
    ADD(plan, CAPTURE_IPV4, NAT, ISTIO_IN_REDIRECT, redirect_to(settings->proxy_port), "inbound", TCP);
    plan_inbound_1_0(plan, settings);
    plan_outbound_1_0(plan, settings);
    if (settings->ipv6_blocked)
        plan_ipv6_block(plan);
}
