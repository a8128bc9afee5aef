#include "capture/live.h"
#include "capture/netlink.h"
#include "capture/nftables.h"
#include "capture/nftables_text.h"
#include "capture/reason.h"
#include <linux/netfilter.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

/* ---- rules -------------------------------------------------------------------------------------------------- */

/* The tables that iptables-nft keeps in nf_tables, and its own program prints best. */
static bool is_iptables_table(const struct survey_chain *chain)
{
    const struct slice names[] = {SLICE("raw"), SLICE("mangle"), SLICE("nat"), SLICE("filter"), SLICE("security")};
    if (chain->family != NFPROTO_IPV4 && chain->family != NFPROTO_IPV6)
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (slice_equal(names[i], chain->table))
            return true;
    }
    return false;
}

static bool family_has(const struct survey *survey, unsigned family, bool of_iptables)
{
    for (size_t i = 0; i < survey->chain_count; i++) {
        const struct survey_chain *chain = &survey->chains[i];
        bool meets =
            chain->family == NFPROTO_INET || chain->family == (family == CAPTURE_IPV6 ? NFPROTO_IPV6 : NFPROTO_IPV4);
        if (meets && is_iptables_table(chain) == of_iptables)
            return true;
    }
    return false;
}

static void ruleset_append(struct ruleset *set, const struct ruleset *more, const char *prefix)
{
    for (size_t i = 0; i < more->chain_count; i++) {
        struct chain chain = more->chains[i];
        chain.table = arena_join(set->arena, slice_from(prefix), chain.table);
        ruleset_add_chain(set, &chain);
    }
    for (size_t i = 0; i < more->count; i++) {
        struct rule rule = more->rules[i];
        rule.table = arena_join(set->arena, slice_from(prefix), rule.table);
        ruleset_add(set, &rule);
    }
}

static bool iptables_add(struct arena *arena, const struct iptables_world *world, unsigned family, bool legacy,
                         struct ruleset *set, struct error *error)
{
    struct iptables_tool tool;
    struct ruleset read;
    if (!iptables_find_kind(arena, world, family, legacy, &tool))
        return error_set(error, ERROR_MISSING, (struct position){0},
                         "the namespace has rules of %s%s, and that program is not in $PATH to read them",
                         family == CAPTURE_IPV6 ? "ip6tables" : "iptables", legacy ? "-legacy" : "-nft");
    if (!iptables_read(arena, &tool, &read, error))
        return false;
    ruleset_append(set, &read, legacy ? "legacy " : "");
    return true;
}

static bool nftables_add(struct arena *arena, const struct survey *survey, struct ruleset *set, struct error *error)
{
    _cleanup_(nftables_close) struct nftables *nftables = NULL;
    struct slice text;
    struct ruleset read = {.arena = arena};
    if (!nftables_open(&nftables, error))
        return false;
    /* Table by table: what iptables-nft made it may not be able to print. */
    for (size_t i = 0; i < survey->chain_count; i++) {
        const struct survey_chain *chain = &survey->chains[i];
        bool seen = is_iptables_table(chain);
        for (size_t before = 0; before < i; before++)
            seen |= survey->chains[before].family == chain->family &&
                    slice_equal(survey->chains[before].table, chain->table);
        const char *family = chain->family == NFPROTO_INET   ? "inet"
                             : chain->family == NFPROTO_IPV4 ? "ip"
                             : chain->family == NFPROTO_IPV6 ? "ip6"
                                                             : NULL;
        if (seen || !family)
            continue;
        struct slice command = arena_format(arena, "list table %s %.*s", family, SLICE_ARGS(chain->table));
        if (!nftables_run(arena, nftables, command.bytes, &text, error))
            return false;
        nftables_list_parse(text, false, &read);
    }
    ruleset_append(set, &read, "");
    return true;
}

bool live_rules_read(struct arena *arena, const char *path, char *const *environment, unsigned family,
                     struct ruleset *ret, struct error *error)
{
    struct survey survey;
    if (!survey_take(arena, &survey, error))
        return false;
    const struct iptables_world world = {path, environment, &survey, {0}};
    *ret = (struct ruleset){.arena = arena};
    if (survey.legacy_rules & family && !iptables_add(arena, &world, family, true, ret, error))
        return false;
    if (family_has(&survey, family, true) && !iptables_add(arena, &world, family, false, ret, error))
        return false;
    if (family_has(&survey, family, false) && !nftables_add(arena, &survey, ret, error))
        return false;
    reasons_find(arena, ret);
    return true;
}

/* ---- route -------------------------------------------------------------------------------------------------- */

struct route_reader {
    unsigned interface, type;
    struct network source;
    unsigned version;
};

static bool route_take(void *context, uint16_t type, const void *payload, size_t size)
{
    struct route_reader *reader = context;
    struct rtmsg header;
    struct netlink_value values[RTA_MAX + 1];
    if (type != RTM_NEWROUTE || !netlink_read(payload, size, &header, sizeof header, values, RTA_MAX))
        return true;
    reader->interface = netlink_value_u32(values[RTA_OIF]);
    reader->type = header.rtm_type;
    size_t length = reader->version == 6 ? 16 : 4;
    if (values[RTA_PREFSRC].bytes && values[RTA_PREFSRC].size >= length) {
        reader->source = (struct network){.version = (uint8_t)reader->version, .bits = (uint8_t)(length * 8)};
        memcpy(reader->source.address, values[RTA_PREFSRC].bytes, length);
    }
    return true;
}

bool live_route_find(struct arena *arena, const struct network *destination, struct slice *ret_interface,
                     struct network *ret_source, struct error *error)
{
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    char address[NETWORK_TEXT_MAX], name[IF_NAMESIZE] = "";
    if (!netlink_open(&netlink, NETLINK_ROUTE, error))
        return false;
    bool ipv6 = destination->version == 6;
    const struct rtmsg header = {.rtm_family = ipv6 ? AF_INET6 : AF_INET, .rtm_dst_len = destination->bits};
    struct netlink_request request;
    request.length = 0;
    request.overflowed = false;
    netlink_message(&request, RTM_GETROUTE, NLM_F_ACK, &header, sizeof header);
    netlink_attribute(&request, RTA_DST, destination->address, ipv6 ? 16 : 4);
    struct route_reader reader = {.version = destination->version};
    int refused;
    if (!netlink_exchange(&netlink, &request, route_take, &reader, &refused, error))
        return error_wrap(error, "no route to %s", network_address_text(destination, address));
    if_indextoname(reader.interface, name);
    *ret_interface = arena_copy(arena, slice_from(reader.type == RTN_LOCAL ? "lo" : name));
    *ret_source = reader.source;
    return true;
}
