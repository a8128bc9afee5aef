#include "base/fd.h"
#include "base/memory.h"
#include "dns/state.h"
#include "serve/file_watch.h"
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>

enum { FILE_MAX = 64 * 1024, LOOK_MS = 1000 };

uint16_t random_u16(struct dns *dns)
{
    uint16_t number;
    if (dns->random_left < sizeof number) {
        /* Up to 256 bytes come whole and without waiting, once the machine has started (getrandom(2)). */
        while (getrandom(dns->random, sizeof dns->random, 0) != (ssize_t)sizeof dns->random)
            ;
        dns->random_left = sizeof dns->random;
    }
    dns->random_left -= sizeof number;
    memcpy(&number, dns->random + dns->random_left, sizeof number);
    return number;
}

/* Whether what is sent there comes back to us. */
static bool is_ourselves(const struct dns *dns, const union dns_address *address)
{
    for (size_t i = 0; i < dns->listener_count; i++) {
        union dns_address own = {0};
        socklen_t length = sizeof own;
        if (getsockname(dns->listeners[i].fd, &own.any, &length) || own.any.sa_family != address->any.sa_family)
            continue;
        if (dns_address_equal(&own, address))
            return true;
        bool is_loopback = address->any.sa_family == AF_INET
                               ? ntohl(address->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET
                               : IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
        bool is_any = own.any.sa_family == AF_INET ? own.v4.sin_addr.s_addr == htonl(INADDR_ANY)
                                                   : IN6_IS_ADDR_UNSPECIFIED(&own.v6.sin6_addr);
        if (is_any && is_loopback && own.v4.sin_port == address->v4.sin_port) /* at the same place in both families */
            return true;
    }
    return false;
}

static bool file_read(const char *path, struct buffer *out)
{
    struct stat status;
    /* A pipe would let us wait. */
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && fd_read_file(path, out, NULL);
}

static struct resolvers *resolvers_read(const struct dns *dns)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(FILE_MAX);
    union dns_address addresses[RESOLVERS_MAX];
    struct resolvers *resolvers = memory_new(1, sizeof *resolvers);
    uint16_t port = dns->settings.resolver_port;
    resolvers->references = 1;
    size_t count =
        file_read(dns->settings.resolv_conf, &text) ? resolv_conf_read(buffer_slice(&text), port, addresses) : 0;
    if (count == 0)
        count = resolv_conf_read(SLICE("nameserver 127.0.0.1"), port, addresses) & (dns->resolvers ? 0 : SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!is_ourselves(dns, &addresses[i]))
            resolvers->list[resolvers->count++].address = addresses[i];
    }
    return resolvers;
}

void resolvers_refresh(struct dns *dns)
{
    struct file_watch file = FILE_WATCH_INIT;
    if (dns->resolvers && dns->now_ms - dns->conf_looked_ms < LOOK_MS)
        return;
    file_watch_add(&file, slice_from(dns->settings.resolv_conf));
    uint64_t signature = file_watch_signature(&file);
    dns->conf_looked_ms = dns->now_ms;
    if (dns->resolvers && signature == dns->conf_signature)
        return;
    struct resolvers *resolvers = resolvers_read(dns);
    dns->conf_signature = signature;
    if (dns->resolvers && !resolvers->count) {
        resolvers_release(resolvers);
        return;
    }
    resolvers_release(dns->resolvers);
    dns->resolvers = resolvers;
    listeners_follow(dns);
}

void resolvers_release(struct resolvers *resolvers)
{
    if (resolvers && --resolvers->references == 0)
        free(resolvers);
}

void resolvers_order(struct dns *dns, const struct resolvers *resolvers, uint8_t ret_order[RESOLVERS_MAX])
{
    size_t count = 0;
    for (unsigned is_bad = 0; is_bad < 2; is_bad++) {
        size_t first = count;
        for (size_t i = 0; i < resolvers->count; i++) {
            int64_t failed_ms = resolvers->list[i].failed_ms;
            if ((failed_ms && dns->now_ms - failed_ms < DNS_RESOLVER_BAD_MS) == is_bad)
                ret_order[count++] = (uint8_t)i;
        }
        for (size_t i = count; i > first + 1; i--) {
            size_t other = first + random_u16(dns) % (i - first);
            uint8_t swapped = ret_order[i - 1];
            ret_order[i - 1] = ret_order[other];
            ret_order[other] = swapped;
        }
    }
}
