/* Whatever resolv.conf says: at most so many resolvers, all different, of a family and with the port; and each of them
 * is found again in a file that names it. */
#include "dns/resolv_conf.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

static void check_found_again(const union dns_address *address)
{
    union dns_address again[RESOLVERS_MAX];
    char text[INET6_ADDRSTRLEN], line[128];
    bool is_ipv4 = address->any.sa_family == AF_INET;
    if (!inet_ntop(address->any.sa_family,
                   is_ipv4 ? (const void *)&address->v4.sin_addr : (const void *)&address->v6.sin6_addr, text,
                   sizeof text))
        abort();
    int length = is_ipv4 ? snprintf(line, sizeof line, "nameserver %s", text)
                         : snprintf(line, sizeof line, "nameserver %s%%%u", text, address->v6.sin6_scope_id);
    if (resolv_conf_read((struct slice){line, (size_t)length}, 53, again) != 1 ||
        !dns_address_equal(&again[0], address))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    union dns_address found[RESOLVERS_MAX];
    size_t count = resolv_conf_read((struct slice){(const char *)data, size}, 53, found);
    if (count > RESOLVERS_MAX)
        abort();
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (dns_address_equal(&found[i], &found[k]))
                abort();
        }
        check_found_again(&found[i]);
    }
    return 0;
}
