#include "proxy/families.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

static bool text_family(struct slice text, int *ret_family)
{
    char name[INET6_ADDRSTRLEN];
    uint8_t bytes[16];
    if (!text.length || text.length >= sizeof name)
        return false;
    memcpy(name, text.bytes, text.length);
    name[text.length] = 0;
    *ret_family = slice_find_byte(text, ':') == SLICE_NONE ? AF_INET : AF_INET6;
    return inet_pton(*ret_family, name, bytes) == 1;
}

static void family_add(struct families *families, int family)
{
    bool is_first = !families->has_ipv4 && !families->has_ipv6;
    families->has_ipv4 |= family == AF_INET;
    families->has_ipv6 |= family == AF_INET6;
    if (is_first)
        families->prefers_ipv6 = family == AF_INET6;
}

/* Whether others can reach the pod by it (Istio, pilot/pkg/util/network/ip.go, GetPrivateIPs). */
static bool is_public(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        uint32_t host = ntohl(in.sin_addr.s_addr);
        return host >> 24 != 127 && host >> 16 != 0xa9fe;
    }
    struct sockaddr_in6 in;
    memcpy(&in, address, sizeof in);
    return !IN6_IS_ADDR_LOOPBACK(&in.sin6_addr) && !IN6_IS_ADDR_LINKLOCAL(&in.sin6_addr) &&
           memcmp(&in.sin6_addr, &(const struct in6_addr){.s6_addr = {[15] = 6}}, sizeof in.sin6_addr) != 0; /* ::6 */
}

bool families_find(struct slice addresses, bool is_single, struct families *ret, struct error *error)
{
    struct families families = {0};
    struct slice_splitter splitter = {.rest = addresses};
    for (struct slice part; addresses.length && slice_split(&splitter, ',', &part);) {
        int family;
        if (!text_family(slice_trim(part), &family))
            return error_set(error, ERROR_VALUE, (struct position){0}, "\"%.*s\" is not an IP address",
                             SLICE_ARGS(part));
        family_add(&families, family);
    }
    struct ifaddrs *list = NULL;
    if (!(is_single && addresses.length) && getifaddrs(&list) < 0)
        return error_errno(error, "cannot read the addresses of the interfaces");
    /* IPv4 first: the kernel lists it first, and so does what captured the traffic. */
    for (const struct ifaddrs *at = list; at; at = at->ifa_next) {
        bool is_ip = at->ifa_addr && (at->ifa_addr->sa_family == AF_INET || at->ifa_addr->sa_family == AF_INET6);
        if (is_ip && is_public(at->ifa_addr))
            family_add(&families, at->ifa_addr->sa_family);
    }
    freeifaddrs(list);
    if (!families.has_ipv4 && !families.has_ipv6)
        families.has_ipv4 = true;
    if (is_single) {
        families.has_ipv4 = !families.prefers_ipv6;
        families.has_ipv6 = families.prefers_ipv6;
    }
    *ret = families;
    return true;
}
