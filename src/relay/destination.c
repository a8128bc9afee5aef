#include "base/memory.h"
#include "relay/destination.h"
#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The same number for both families: SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST, whose headers cannot be included
 * together with netinet/in.h everywhere. */
enum { ORIGINAL_DESTINATION = 80, REFRESH_MS = 1000 };

bool destination_transparent(int fd, struct relay_address *ret)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length))
        return false;
    *ret = relay_address_from(&address);
    return ret->family != 0;
}

bool destination_redirected(int fd, int family, struct relay_address *ret)
{
    struct sockaddr_storage address;
    socklen_t length = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    int level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
    if (getsockopt(fd, level, ORIGINAL_DESTINATION, &address, &length))
        return destination_transparent(fd, ret); /* without conntrack there was no rule either */
    *ret = relay_address_from(&address);
    return ret->family != 0;
}

void own_addresses_done(struct own_addresses *own)
{
    free(own->list);
    *own = (struct own_addresses){0};
}

static void own_addresses_read(struct own_addresses *own)
{
    struct ifaddrs *all;
    if (getifaddrs(&all))
        return; /* what was known stays */
    size_t count = 0, capacity = 0;
    struct relay_address *list = NULL;
    for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
        if (!one->ifa_addr || (one->ifa_addr->sa_family != AF_INET && one->ifa_addr->sa_family != AF_INET6))
            continue;
        struct sockaddr_storage storage = {0};
        memcpy(&storage, one->ifa_addr,
               one->ifa_addr->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 8;
            list = memory_resize(list, capacity, sizeof *list);
        }
        list[count++] = relay_address_from(&storage);
    }
    freeifaddrs(all);
    free(own->list);
    own->list = list;
    own->count = count;
}

static bool own_addresses_find(const struct own_addresses *own, const struct relay_address *address)
{
    for (size_t i = 0; i < own->count; i++)
        if (own->list[i].family == address->family &&
            memcmp(own->list[i].bytes, address->bytes, sizeof address->bytes) == 0)
            return true;
    return false;
}

bool own_addresses_have(struct own_addresses *own, const struct relay_address *address, int64_t now_ms)
{
    if (own_addresses_find(own, address))
        return true;
    if (own->read_ms && now_ms - own->read_ms < REFRESH_MS)
        return false;
    own->read_ms = now_ms;
    own_addresses_read(own);
    return own_addresses_find(own, address);
}
