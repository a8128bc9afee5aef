#include "base/fd.h"
#include "relay/dial.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* The mark by which TPROXY's rules know the proxy's own packets (Istio, pilot/pkg/xds/filters/filters.go, OriginalSrc).
 */
static const unsigned transparent_mark = 1337;
static const int on = 1;

const char *dial_failure(int number)
{
    const char *text = strerrordesc_np(number);
    return text ? text : "unknown error";
}

/* The rules let what comes from these through to the app; from any other of the pod's addresses it would come back to
 * the inbound port for ever (istio/istio#14443). */
static struct relay_address inbound_source(int family)
{
    struct relay_address address = {.family = (uint8_t)family};
    if (family == AF_INET)
        memcpy(address.bytes, (const uint8_t[]){127, 0, 0, 6}, 4);
    else
        address.bytes[15] = 6;
    return address;
}

struct relay_address dial_target(const struct relay_connection *connection)
{
    struct relay_address address = connection->destination;
    if (!connection->is_loopback)
        return address;
    memset(address.bytes, 0, sizeof address.bytes);
    if (address.family == AF_INET)
        memcpy(address.bytes, (const uint8_t[]){127, 0, 0, 1}, 4);
    else
        address.bytes[15] = 1;
    return address;
}

/* Without IP_BIND_ADDRESS_NO_PORT bind takes a port that no other connection may have, whatever its destination, and
 * ports run out at some 28,000. */
static bool source_bind(int fd, const struct relay_address *source, const char **ret_failure)
{
    struct sockaddr_storage address;
    socklen_t length = relay_address_to(source, &address);
    if (!source->port)
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, length) == 0)
        return true;
    *ret_failure = errno == EADDRNOTAVAIL && source->family == AF_INET6
                       ? "::6 is no address of this pod: ip -6 addr add ::6/128 dev lo"
                       : dial_failure(errno);
    return false;
}

/* As the client: its address and port, which several connections may have at a time, to different ports. */
static bool client_bind(int fd, const struct relay_address *client, const char **ret_failure)
{
    bool is_ipv4 = client->family == AF_INET;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (setsockopt(fd, SOL_SOCKET, SO_MARK, &transparent_mark, sizeof transparent_mark) ||
        setsockopt(fd, is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6, is_ipv4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, &on,
                   sizeof on)) {
        *ret_failure = dial_failure(errno);
        return false;
    }
    return source_bind(fd, client, ret_failure);
}

bool dial(const struct relay_settings *settings, const struct relay_connection *connection, int *ret_fd,
          const char **ret_failure)
{
    struct relay_address target = dial_target(connection);
    _cleanup_(fd_close) int fd = socket(target.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        *ret_failure = dial_failure(errno);
        return false;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connection->direction == RELAY_INBOUND && !connection->is_loopback) {
        struct relay_address source = inbound_source(target.family);
        if (settings->is_transparent ? !client_bind(fd, &connection->client, ret_failure)
                                     : !source_bind(fd, &source, ret_failure))
            return false;
    }
    struct sockaddr_storage address;
    socklen_t length = relay_address_to(&target, &address);
    if (connect(fd, (struct sockaddr *)&address, length) && errno != EINPROGRESS) {
        *ret_failure = dial_failure(errno);
        return false;
    }
    *ret_fd = fd_take(&fd);
    return true;
}
