#include "play/link.h"
#include "base/fd.h"
#include "capture/netlink.h"
#include "capture/network.h"
#include "play/place.h"
#include "play/plan.h"
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <unistd.h>

enum { FLAGS_NEW = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL };

struct nest {
    size_t at;
};

/* Attributes that hold others: opened, filled, closed. */
static struct nest nest_open(struct netlink_request *request, uint16_t type, const void *header, size_t size)
{
    struct nest nest = {request->length};
    netlink_attribute(request, type, header, size);
    return nest;
}

static void nest_close(struct netlink_request *request, struct nest nest)
{
    if (request->overflowed)
        return;
    uint16_t length = (uint16_t)(request->length - nest.at);
    memcpy(request->bytes + nest.at, &length, sizeof length); /* nla_len is its first field */
}

static bool ask(struct netlink *netlink, struct netlink_request *request, const char *what, struct error *error)
{
    int code;
    return netlink_exchange(netlink, request, NULL, NULL, &code, error) || error_wrap(error, "%s", what);
}

static bool link_up(struct netlink *netlink, const char *name, struct error *error)
{
    struct netlink_request request = {0};
    struct ifinfomsg header = {.ifi_index = (int)if_nametoindex(name), .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
    netlink_message(&request, RTM_NEWLINK, NLM_F_ACK, &header, sizeof header);
    return ask(netlink, &request, name, error);
}

static bool address_add(struct netlink *netlink, const char *name, struct slice text, uint8_t bits, struct error *error)
{
    struct netlink_request request = {0};
    struct network address;
    if (!network_parse_host(text, &address, error))
        return false;
    struct ifaddrmsg header = {.ifa_family = AF_INET, .ifa_prefixlen = bits, .ifa_index = if_nametoindex(name)};
    netlink_message(&request, RTM_NEWADDR, FLAGS_NEW, &header, sizeof header);
    netlink_attribute(&request, IFA_LOCAL, address.address, 4);
    netlink_attribute(&request, IFA_ADDRESS, address.address, 4);
    return ask(netlink, &request, name, error);
}

/* To one host on the link itself, or by way of it to everywhere. */
static bool route_add(struct netlink *netlink, const char *name, struct slice host, bool is_gateway,
                      struct error *error)
{
    struct netlink_request request = {0};
    struct network address;
    if (!network_parse_host(host, &address, error))
        return false;
    struct rtmsg header = {.rtm_family = AF_INET,
                           .rtm_dst_len = is_gateway ? 0 : 32,
                           .rtm_table = RT_TABLE_MAIN,
                           .rtm_protocol = RTPROT_BOOT,
                           .rtm_scope = is_gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
                           .rtm_type = RTN_UNICAST};
    netlink_message(&request, RTM_NEWROUTE, FLAGS_NEW, &header, sizeof header);
    netlink_attribute(&request, is_gateway ? RTA_GATEWAY : RTA_DST, address.address, 4);
    netlink_attribute_u32(&request, RTA_OIF, if_nametoindex(name));
    return ask(netlink, &request, "a route", error);
}

static bool bridge_add(struct netlink *netlink, struct error *error)
{
    struct netlink_request request = {0};
    struct ifinfomsg header = {0};
    netlink_message(&request, RTM_NEWLINK, FLAGS_NEW, &header, sizeof header);
    netlink_attribute_text(&request, IFLA_IFNAME, SLICE(PLAY_BRIDGE));
    struct nest info = nest_open(&request, IFLA_LINKINFO, NULL, 0);
    netlink_attribute_text(&request, IFLA_INFO_KIND, SLICE("bridge"));
    nest_close(&request, info);
    return ask(netlink, &request, "the bridge " PLAY_BRIDGE, error);
}

static bool setting_write(const char *path, struct slice value, struct error *error)
{
    _cleanup_(fd_close) int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(error, "%s", path);
    return fd_write_all(fd, slice_from(path), value, error);
}

/* Of the thread's namespace alone. */
static bool node_settings_write(struct error *error)
{
    static const char ip[] = "/proc/sys/net/ipv4/ip_forward";
    static const char redirects[] = "/proc/sys/net/ipv4/conf/all/send_redirects";
    static const char filter[] = "/proc/sys/net/bridge/bridge-nf-call-iptables";
    static const char bridge[] = "/proc/sys/net/ipv4/conf/" PLAY_BRIDGE "/send_redirects";
    /* Where the module br_netfilter is loaded, a Service's packets would be turned around within the bridge, which
     * sends nothing back to where it came from: to a pod that calls itself. */
    if (access(filter, F_OK) == 0 && !setting_write(filter, SLICE("0"), error))
        return false;
    /* Packets leave by the interface that they came in by; nobody is to be told of a shorter way, which there is not
     * for a Service. */
    return setting_write(ip, SLICE("1"), error) && setting_write(redirects, SLICE("0"), error) &&
           setting_write(bridge, SLICE("0"), error);
}

bool play_node_make(int *ret_node, struct error *error)
{
    _cleanup_(fd_close) int node = -1;
    _cleanup_(play_place_return) int home = -1;
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    if (!play_place_new(&node, error) || !play_place_enter(node, &home, error) ||
        !netlink_open(&netlink, NETLINK_ROUTE, error))
        return false;
    if (!bridge_add(&netlink, error) || !link_up(&netlink, "lo", error) || !link_up(&netlink, PLAY_BRIDGE, error) ||
        !address_add(&netlink, PLAY_BRIDGE, SLICE(PLAY_NODE_ADDRESS), 24, error) || !node_settings_write(error))
        return false;
    *ret_node = fd_take(&node);
    return true;
}

static bool pair_add(struct netlink *netlink, const char *name, int pod, struct error *error)
{
    struct netlink_request request = {0};
    struct ifinfomsg header = {0}, peer = {0};
    netlink_message(&request, RTM_NEWLINK, FLAGS_NEW, &header, sizeof header);
    netlink_attribute_text(&request, IFLA_IFNAME, slice_from(name));
    netlink_attribute_u32(&request, IFLA_MASTER, if_nametoindex(PLAY_BRIDGE));
    struct nest info = nest_open(&request, IFLA_LINKINFO, NULL, 0);
    netlink_attribute_text(&request, IFLA_INFO_KIND, SLICE("veth"));
    struct nest data = nest_open(&request, IFLA_INFO_DATA, NULL, 0);
    struct nest other = nest_open(&request, VETH_INFO_PEER, &peer, sizeof peer);
    netlink_attribute_text(&request, IFLA_IFNAME, SLICE("eth0"));
    netlink_attribute_u32(&request, IFLA_NET_NS_FD, (uint32_t)pod);
    nest_close(&request, other);
    nest_close(&request, data);
    nest_close(&request, info);
    return ask(netlink, &request, name, error) && link_up(netlink, name, error);
}

bool play_pod_join(int node, int pod, size_t number, struct slice address, struct error *error)
{
    char name[IFNAMSIZ];
    snprintf(name, sizeof name, "play%u", (unsigned)number % 100000);
    {
        _cleanup_(play_place_return) int home = -1;
        _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
        if (!play_place_enter(node, &home, error) || !netlink_open(&netlink, NETLINK_ROUTE, error) ||
            !pair_add(&netlink, name, pod, error))
            return false;
    }
    _cleanup_(play_place_return) int home = -1;
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    return play_place_enter(pod, &home, error) && netlink_open(&netlink, NETLINK_ROUTE, error) &&
           link_up(&netlink, "lo", error) && link_up(&netlink, "eth0", error) &&
           address_add(&netlink, "eth0", address, 32, error) &&
           route_add(&netlink, "eth0", SLICE(PLAY_NODE_ADDRESS), false, error) &&
           route_add(&netlink, "eth0", SLICE(PLAY_NODE_ADDRESS), true, error) &&
           /* As container runtimes have it: programs need not be root for port 80. */
           setting_write("/proc/sys/net/ipv4/ip_unprivileged_port_start", SLICE("0"), error);
}
