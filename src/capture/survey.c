#include "capture/survey.h"
#include "capture/netlink.h"
#include "capture/plan.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <sys/socket.h>
#include <unistd.h>

static uint16_t nft_type(int message)
{
    return (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | message);
}

/* ---- nf_tables ---------------------------------------------------------------------------------------------- */

struct chain_list {
    struct arena *arena;
    struct survey_chain *chains;
    size_t count, capacity;
};

static bool chain_take(void *context, uint16_t type, const void *payload, size_t size)
{
    struct chain_list *list = context;
    struct nfgenmsg header;
    struct netlink_value values[NFTA_CHAIN_MAX + 1];
    if (type != nft_type(NFT_MSG_NEWCHAIN) ||
        !netlink_read(payload, size, &header, sizeof header, values, NFTA_CHAIN_MAX))
        return true;
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 16;
        struct survey_chain *grown = arena_new(list->arena, struct survey_chain, list->capacity);
        if (list->count)
            memcpy(grown, list->chains, list->count * sizeof *grown);
        list->chains = grown;
    }
    list->chains[list->count++] = (struct survey_chain){
        .family = header.nfgen_family,
        .table = arena_copy(list->arena, netlink_value_text(values[NFTA_CHAIN_TABLE])),
        .name = arena_copy(list->arena, netlink_value_text(values[NFTA_CHAIN_NAME])),
        .uses = __builtin_bswap32(netlink_value_u32(values[NFTA_CHAIN_USE])),
        .base = values[NFTA_CHAIN_HOOK].bytes != NULL,
        .drops = values[NFTA_CHAIN_POLICY].bytes &&
                 __builtin_bswap32(netlink_value_u32(values[NFTA_CHAIN_POLICY])) == NF_DROP,
    };
    return true;
}

static bool nf_tables_survey(struct arena *arena, struct survey *survey, struct error *error)
{
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    if (!netlink_open(&netlink, NETLINK_NETFILTER, NULL))
        return true; /* a kernel without nfnetlink: no nf_tables */
    const struct nfgenmsg header = {.nfgen_family = NFPROTO_UNSPEC, .version = NFNETLINK_V0};
    struct netlink_request request;
    request.length = 0;
    request.overflowed = false;
    netlink_message(&request, nft_type(NFT_MSG_GETCHAIN), NLM_F_DUMP | NLM_F_ACK, &header, sizeof header);
    int refused = EINTR;
    for (int attempt = 0; attempt < NETLINK_ATTEMPTS && refused == EINTR; attempt++) {
        struct chain_list list = {.arena = arena};
        survey->nf_tables = netlink_exchange(&netlink, &request, chain_take, &list, &refused, error);
        survey->chains = list.chains;
        survey->chain_count = survey->nf_tables ? list.count : 0;
    }
    /* EINVAL, EOPNOTSUPP: no such subsystem. EPERM shows when rules are written. */
    return survey->nf_tables || (refused != 0 && refused != EINTR);
}

bool survey_table_is_native(int family, struct slice table)
{
    return family == NFPROTO_INET && slice_starts(table, SLICE("istio-proxy-")) &&
           (slice_ends(table, SLICE("-nat")) || slice_ends(table, SLICE("-mangle")) ||
            slice_ends(table, SLICE("-raw")));
}

bool survey_has_native(const struct survey *survey)
{
    for (size_t i = 0; i < survey->chain_count; i++) {
        if (survey_table_is_native(survey->chains[i].family, survey->chains[i].table))
            return true;
    }
    return false;
}

static int nf_family(unsigned family)
{
    return family == CAPTURE_IPV6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
}

bool survey_has_capture(const struct survey *survey, unsigned family)
{
    for (size_t i = 0; i < survey->chain_count; i++) {
        const struct survey_chain *chain = &survey->chains[i];
        if (chain->family == nf_family(family) && capture_chain_is_ours(chain->name))
            return true;
    }
    return false;
}

/* ---- legacy ------------------------------------------------------------------------------------------------- */

/* Both headers call their requests differently but number them alike. */
static bool legacy_table_has_rules(int fd, unsigned family, struct slice name)
{
    struct ipt_getinfo info = {0};
    socklen_t size = sizeof info;
    if (name.length >= sizeof info.name)
        return false;
    memcpy(info.name, name.bytes, name.length);
    int level = family == CAPTURE_IPV6 ? IPPROTO_IPV6 : IPPROTO_IP;
    if (getsockopt(fd, level, IPT_SO_GET_INFO, &info, &size) < 0)
        return true; /* it exists, and we may not look: then somebody uses it */
    /* An empty table has a policy for each hook and an end mark. */
    return info.num_entries > (unsigned)__builtin_popcount(info.valid_hooks) + 1;
}

static void legacy_survey(unsigned family, struct survey *survey)
{
    char names[1024];
    int list = open(family == CAPTURE_IPV6 ? "/proc/self/net/ip6_tables_names" : "/proc/self/net/ip_tables_names",
                    O_RDONLY | O_CLOEXEC);
    if (list < 0)
        return; /* no legacy iptables in this kernel */
    ssize_t length = read(list, names, sizeof names);
    close(list);
    if (length <= 0)
        return;
    int fd = socket(family == CAPTURE_IPV6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    struct slice_splitter lines = {.rest = {names, (size_t)length}};
    for (struct slice name; slice_split(&lines, '\n', &name);) {
        if (name.length == 0)
            continue;
        survey->legacy_tables |= family;
        if (fd < 0 || legacy_table_has_rules(fd, family, name))
            survey->legacy_rules |= family;
    }
    if (fd >= 0)
        close(fd);
}

bool survey_take(struct arena *arena, struct survey *ret, struct error *error)
{
    *ret = (struct survey){0};
    if (!nf_tables_survey(arena, ret, error))
        return error_wrap(error, "asking for the packet filter's chains");
    legacy_survey(CAPTURE_IPV4, ret);
    legacy_survey(CAPTURE_IPV6, ret);
    return true;
}

/* ---- pruning ------------------------------------------------------------------------------------------------ */

static void batch_mark(struct netlink_request *request, uint16_t type)
{
    const struct nfgenmsg header = {
        .nfgen_family = NFPROTO_UNSPEC, .version = NFNETLINK_V0, .res_id = __builtin_bswap16(NFNL_SUBSYS_NFTABLES)};
    netlink_message(request, type, 0, &header, sizeof header);
}

/* One transaction: with NLM_F_NONREC the kernel deletes nothing that is still in use, and then nothing at all. */
static void table_prune(struct netlink *netlink, const struct survey *survey, int family, struct slice table)
{
    struct netlink_request request;
    request.length = 0;
    request.overflowed = false;
    const struct nfgenmsg header = {.nfgen_family = (uint8_t)family, .version = NFNETLINK_V0};
    bool all = true;
    batch_mark(&request, NFNL_MSG_BATCH_BEGIN);
    for (size_t i = 0; i < survey->chain_count; i++) {
        const struct survey_chain *chain = &survey->chains[i];
        if (chain->family != family || !slice_equal(chain->table, table))
            continue;
        if (!chain->base || chain->uses || chain->drops) {
            all = false;
            continue;
        }
        netlink_message(&request, nft_type(NFT_MSG_DELCHAIN), NLM_F_ACK | NLM_F_NONREC, &header, sizeof header);
        netlink_attribute_text(&request, NFTA_CHAIN_TABLE, table);
        netlink_attribute_text(&request, NFTA_CHAIN_NAME, chain->name);
    }
    if (all) {
        netlink_message(&request, nft_type(NFT_MSG_DELTABLE), NLM_F_ACK | NLM_F_NONREC, &header, sizeof header);
        netlink_attribute_text(&request, NFTA_TABLE_NAME, table);
    }
    batch_mark(&request, NFNL_MSG_BATCH_END);
    /* Whether it worked is of no interest: what stays is empty. */
    int refused;
    (void)!netlink_exchange(netlink, &request, NULL, NULL, &refused, NULL);
}

void survey_prune(const struct survey *survey, unsigned family, const struct slice *tables, size_t count)
{
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    if (!netlink_open(&netlink, NETLINK_NETFILTER, NULL))
        return;
    for (size_t i = 0; i < count; i++)
        table_prune(&netlink, survey, nf_family(family), tables[i]);
}
