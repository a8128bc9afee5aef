#include "capture/route.h"
#include "capture/netlink.h"
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

static const uint8_t inbound_address[16] = {[15] = 6}; /* ::6 */

static uint8_t address_family(unsigned family)
{
    return family == CAPTURE_IPV6 ? AF_INET6 : AF_INET;
}

static void request_reset(struct netlink_request *request)
{
    request->length = 0;
    request->overflowed = false;
}

/* ---- rules -------------------------------------------------------------------------------------------------- */

struct rule_search {
    uint32_t mark, table;
    size_t found;
};

static bool rule_take(void *context, uint16_t type, const void *payload, size_t size)
{
    struct rule_search *search = context;
    struct fib_rule_hdr header;
    struct netlink_value values[FRA_MAX + 1];
    if (type != RTM_NEWRULE || !netlink_read(payload, size, &header, sizeof header, values, FRA_MAX))
        return true;
    uint32_t table = values[FRA_TABLE].bytes ? netlink_value_u32(values[FRA_TABLE]) : header.table;
    search->found += header.action == FR_ACT_TO_TBL && table == search->table &&
                     netlink_value_u32(values[FRA_FWMARK]) == search->mark && !values[FRA_SRC].bytes &&
                     !values[FRA_DST].bytes && !values[FRA_IIFNAME].bytes;
    return true;
}

static bool rules_count(struct netlink *netlink, unsigned family, uint32_t mark, uint32_t table, size_t *ret,
                        struct error *error)
{
    const struct fib_rule_hdr header = {.family = address_family(family)};
    struct netlink_request request;
    request_reset(&request);
    netlink_message(&request, RTM_GETRULE, NLM_F_DUMP, &header, sizeof header);
    int refused = EINTR;
    for (int attempt = 0; attempt < NETLINK_ATTEMPTS && refused == EINTR; attempt++) {
        struct rule_search search = {.mark = mark, .table = table};
        if (netlink_exchange(netlink, &request, rule_take, &search, &refused, error)) {
            *ret = search.found;
            return true;
        }
    }
    return error_wrap(error, "asking for the routing rules");
}

static bool rule_change(struct netlink *netlink, uint16_t type, uint16_t flags, unsigned family, uint32_t mark,
                        uint32_t table, struct error *error)
{
    const struct fib_rule_hdr header = {.family = address_family(family),
                                        .action = FR_ACT_TO_TBL,
                                        .table = table < 256 ? (uint8_t)table : RT_TABLE_UNSPEC};
    struct netlink_request request;
    request_reset(&request);
    netlink_message(&request, type, NLM_F_ACK | flags, &header, sizeof header);
    netlink_attribute_u32(&request, FRA_FWMARK, mark);
    netlink_attribute_u32(&request, FRA_FWMASK, UINT32_MAX);
    netlink_attribute_u32(&request, FRA_TABLE, table);
    int refused;
    return netlink_exchange(netlink, &request, NULL, NULL, &refused, error) ||
           error_wrap(error, "IPv%d routing rule \"fwmark %u lookup %u\"", family == CAPTURE_IPV6 ? 6 : 4, mark, table);
}

/* ---- routes and the address --------------------------------------------------------------------------------- */

/* "local default dev lo table TABLE"; *ret_changed: false when it was so already. */
static bool route_change(struct netlink *netlink, uint16_t type, uint16_t flags, unsigned family, uint32_t table,
                         bool *ret_changed, struct error *error)
{
    const struct rtmsg header = {.rtm_family = address_family(family),
                                 .rtm_table = table < 256 ? (uint8_t)table : RT_TABLE_UNSPEC,
                                 .rtm_protocol = RTPROT_BOOT,
                                 .rtm_scope = RT_SCOPE_HOST,
                                 .rtm_type = RTN_LOCAL};
    struct netlink_request request;
    request_reset(&request);
    netlink_message(&request, type, NLM_F_ACK | flags, &header, sizeof header);
    netlink_attribute_u32(&request, RTA_TABLE, table);
    netlink_attribute_u32(&request, RTA_OIF, if_nametoindex("lo"));
    int refused;
    *ret_changed = netlink_exchange(netlink, &request, NULL, NULL, &refused, error);
    bool already = type == RTM_NEWROUTE ? refused == EEXIST : refused == ESRCH || refused == ENOENT;
    return *ret_changed || already ||
           error_wrap(error, "IPv%d route \"local default dev lo table %u\"", family == CAPTURE_IPV6 ? 6 : 4, table);
}

static bool address_change(struct netlink *netlink, uint16_t type, uint16_t flags, bool *ret_changed,
                           struct error *error)
{
    const struct ifaddrmsg header = {.ifa_family = AF_INET6, .ifa_prefixlen = 128, .ifa_index = if_nametoindex("lo")};
    struct netlink_request request;
    request_reset(&request);
    netlink_message(&request, type, NLM_F_ACK | flags, &header, sizeof header);
    netlink_attribute(&request, IFA_LOCAL, inbound_address, sizeof inbound_address);
    netlink_attribute(&request, IFA_ADDRESS, inbound_address, sizeof inbound_address);
    int refused;
    *ret_changed = netlink_exchange(netlink, &request, NULL, NULL, &refused, error);
    bool already = type == RTM_NEWADDR ? refused == EEXIST
                                       : refused == EADDRNOTAVAIL || refused == ENODEV || refused == EAFNOSUPPORT ||
                                             refused == EOPNOTSUPP;
    return *ret_changed || already || error_wrap(error, "address ::6/128 on lo");
}

/* ---- all of it ---------------------------------------------------------------------------------------------- */

static bool family_apply(struct netlink *netlink, const struct capture_plan *plan, unsigned family,
                         struct route_added *added, struct error *error)
{
    size_t rules;
    bool route;
    if (!rules_count(netlink, family, plan->tproxy_mark, plan->route_table, &rules, error))
        return false;
    if (rules == 0) {
        if (!rule_change(netlink, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, family, plan->tproxy_mark, plan->route_table,
                         error))
            return false;
        added->rules |= family;
    }
    if (!route_change(netlink, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, family, plan->route_table, &route, error))
        return false;
    added->routes |= route ? family : 0;
    return true;
}

static bool family_is_routed(const struct capture_plan *plan, unsigned family)
{
    return family == CAPTURE_IPV4 || (plan->families & CAPTURE_IPV6 && !plan->optional_ipv6);
}

static bool all_apply(struct netlink *netlink, const struct capture_plan *plan, struct route_added *added,
                      struct error *error)
{
    if (plan->loopback_address &&
        !address_change(netlink, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &added->address, error))
        return false;
    for (unsigned family = CAPTURE_IPV4; plan->tproxy_route && family <= CAPTURE_IPV6; family <<= 1) {
        if (family_is_routed(plan, family) && !family_apply(netlink, plan, family, added, error))
            return false;
    }
    return true;
}

bool route_apply(const struct capture_plan *plan, struct route_added *ret, struct error *error)
{
    *ret = (struct route_added){0};
    if (!plan->loopback_address && !plan->tproxy_route)
        return true;
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    if (!netlink_open(&netlink, NETLINK_ROUTE, error))
        return false;
    if (all_apply(&netlink, plan, ret, error))
        return true;
    route_undo(plan, ret);
    return false;
}

void route_undo(const struct capture_plan *plan, const struct route_added *added)
{
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    bool changed;
    if (!(added->rules | added->routes | added->address) || !netlink_open(&netlink, NETLINK_ROUTE, NULL))
        return;
    for (unsigned family = CAPTURE_IPV4; family <= CAPTURE_IPV6; family <<= 1) {
        if (added->rules & family)
            (void)!rule_change(&netlink, RTM_DELRULE, 0, family, plan->tproxy_mark, plan->route_table, NULL);
        if (added->routes & family)
            (void)!route_change(&netlink, RTM_DELROUTE, 0, family, plan->route_table, &changed, NULL);
    }
    if (added->address)
        (void)!address_change(&netlink, RTM_DELADDR, 0, &changed, NULL);
}

/* ---- looking ------------------------------------------------------------------------------------------------ */

struct route_search {
    uint32_t table;
    bool found;
};

static bool route_take(void *context, uint16_t type, const void *payload, size_t size)
{
    struct route_search *search = context;
    struct rtmsg header;
    struct netlink_value values[RTA_MAX + 1];
    if (type != RTM_NEWROUTE || !netlink_read(payload, size, &header, sizeof header, values, RTA_MAX))
        return true;
    uint32_t table = values[RTA_TABLE].bytes ? netlink_value_u32(values[RTA_TABLE]) : header.rtm_table;
    search->found |= table == search->table && header.rtm_type == RTN_LOCAL && header.rtm_dst_len == 0;
    return true;
}

static bool route_find(struct netlink *netlink, unsigned family, uint32_t table, bool *ret, struct error *error)
{
    const struct rtmsg header = {.rtm_family = address_family(family)};
    struct netlink_request request;
    request_reset(&request);
    netlink_message(&request, RTM_GETROUTE, NLM_F_DUMP, &header, sizeof header);
    int refused = EINTR;
    for (int attempt = 0; attempt < NETLINK_ATTEMPTS && refused == EINTR; attempt++) {
        struct route_search search = {.table = table};
        if (netlink_exchange(netlink, &request, route_take, &search, &refused, error)) {
            *ret = search.found;
            return true;
        }
    }
    return error_wrap(error, "asking for the routes");
}

struct address_search {
    bool found;
};

static bool address_take(void *context, uint16_t type, const void *payload, size_t size)
{
    struct address_search *search = context;
    struct ifaddrmsg header;
    struct netlink_value values[IFA_MAX + 1];
    if (type != RTM_NEWADDR || !netlink_read(payload, size, &header, sizeof header, values, IFA_MAX))
        return true;
    search->found |= values[IFA_ADDRESS].bytes && values[IFA_ADDRESS].size == sizeof inbound_address &&
                     memcmp(values[IFA_ADDRESS].bytes, inbound_address, sizeof inbound_address) == 0;
    return true;
}

static bool address_find(struct netlink *netlink, bool *ret, struct error *error)
{
    const struct ifaddrmsg header = {.ifa_family = AF_INET6};
    struct netlink_request request;
    request_reset(&request);
    netlink_message(&request, RTM_GETADDR, NLM_F_DUMP, &header, sizeof header);
    int refused = EINTR;
    for (int attempt = 0; attempt < NETLINK_ATTEMPTS && refused == EINTR; attempt++) {
        struct address_search search = {0};
        if (netlink_exchange(netlink, &request, address_take, &search, &refused, error)) {
            *ret = search.found;
            return true;
        }
    }
    return error_wrap(error, "asking for the addresses");
}

static bool family_verify(struct netlink *netlink, const struct capture_plan *plan, unsigned family,
                          struct error *error)
{
    int version = family == CAPTURE_IPV6 ? 6 : 4;
    size_t rules;
    bool has_route;
    if (!rules_count(netlink, family, plan->tproxy_mark, plan->route_table, &rules, error) ||
        !route_find(netlink, family, plan->route_table, &has_route, error))
        return false;
    if (rules == 0)
        return error_set(error, ERROR_MISSING, (struct position){0},
                         "the IPv%d routing rule \"fwmark %u lookup %u\" is missing", version, plan->tproxy_mark,
                         plan->route_table);
    return has_route ||
           error_set(error, ERROR_MISSING, (struct position){0},
                     "the IPv%d route \"local default dev lo table %u\" is missing", version, plan->route_table);
}

bool route_verify(const struct capture_plan *plan, struct error *error)
{
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    bool has_address = true;
    if (!plan->loopback_address && !plan->tproxy_route)
        return true;
    if (!netlink_open(&netlink, NETLINK_ROUTE, error))
        return false;
    if (plan->loopback_address && !address_find(&netlink, &has_address, error))
        return false;
    if (!has_address)
        return error_set(error, ERROR_MISSING, (struct position){0}, "the address ::6/128 is missing on lo");
    for (unsigned family = CAPTURE_IPV4; plan->tproxy_route && family <= CAPTURE_IPV6; family <<= 1) {
        if (family_is_routed(plan, family) && !family_verify(&netlink, plan, family, error))
            return false;
    }
    return true;
}

/* ---- taking out --------------------------------------------------------------------------------------------- */

bool route_remove(const struct capture_plan *plan, struct error *error)
{
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    bool changed;
    if (!netlink_open(&netlink, NETLINK_ROUTE, error))
        return false;
    for (unsigned family = CAPTURE_IPV4; family <= CAPTURE_IPV6; family <<= 1) {
        size_t rules = 0;
        if (!rules_count(&netlink, family, plan->tproxy_mark, plan->route_table, &rules,
                         family == CAPTURE_IPV6 ? NULL : error)) {
            if (family == CAPTURE_IPV6)
                continue; /* a kernel without IPv6 */
            return false;
        }
        if (rules == 0)
            continue;
        while (rules-- > 0) {
            if (!rule_change(&netlink, RTM_DELRULE, 0, family, plan->tproxy_mark, plan->route_table, error))
                return false;
        }
        if (!route_change(&netlink, RTM_DELROUTE, 0, family, plan->route_table, &changed, error))
            return false;
    }
    return true;
}

bool route_address_remove(struct error *error)
{
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    bool changed;
    return netlink_open(&netlink, NETLINK_ROUTE, error) && address_change(&netlink, RTM_DELADDR, 0, &changed, error);
}
