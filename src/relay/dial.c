#include "base/fd.h"
#include "relay/dial.h"
#include "relay/listener.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* The mark by which TPROXY's rules know the proxy's own packets (Istio, pilot/pkg/xds/filters/filters.go, OriginalSrc).
 */
static const unsigned transparent_mark = 1337;
static const int on = 1, off = 0;

/* A socket towards a link-local address belongs to its interface, and what the app answers to ::6 or to a marked
 * connection comes by lo: the kernel drops it, and nobody would hear of it before the time-out. */
static const char link_local[] = "inbound connections to a link-local address cannot be passed on";

const char *dial_failure(int number)
{
    const char *text = strerrordesc_np(number);
    return text ? text : "unknown error";
}

enum { PORT_DISTANCE = 31000 };

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

void dial_acknowledge(int fd)
{
    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void dial_push(int fd)
{
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* By TPROXY the app sees the client's address, but not its port: with that, the connection to the app would be the same
 * four numbers as the client's to us, in the same network namespace. Nor may it be the port of another one of the
 * client's connections, for the same reason, so a free one of the kernel's choice won't do: it comes from the range
 * that clients' come from, too. One that depends on the client's, far away from that range, is another for each of
 * them. */
static struct relay_address transparent_source(const struct relay_address *client, bool is_second)
{
    struct relay_address source = *client;
    bool is_high = client->port > PORT_DISTANCE + 1024;
    source.port = (uint16_t)(is_high ? client->port - PORT_DISTANCE : client->port + PORT_DISTANCE);
    if (is_second)
        source.port = 0;
    return source;
}

/* Without IP_BIND_ADDRESS_NO_PORT bind takes a port that no other connection may have, whatever its destination, and
 * ports run out at some 28,000. */
static bool source_bind(int fd, const struct relay_address *source)
{
    struct sockaddr_storage address;
    socklen_t length = relay_address_to(source, &address);
    if (source->port)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    else
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    return bind(fd, (struct sockaddr *)&address, length) == 0;
}

static bool transparent_set(int fd, int family)
{
    bool is_ipv4 = family == AF_INET;
    return setsockopt(fd, SOL_SOCKET, SO_MARK, &transparent_mark, sizeof transparent_mark) == 0 &&
           setsockopt(fd, is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6, is_ipv4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, &on,
                      sizeof on) == 0;
}

/* Sets errno when it fails. */
static bool dial_once(const struct relay_connection *connection, bool is_transparent, bool is_second, int *ret_fd)
{
    struct relay_address target = dial_target(connection);
    _cleanup_(fd_close) int fd = socket(target.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
    if (connection->direction == RELAY_INBOUND)
        listener_local(fd);
    if (connection->direction == RELAY_INBOUND && !connection->is_loopback) {
        struct relay_address source =
            is_transparent ? transparent_source(&connection->client, is_second) : inbound_source(target.family);
        if ((is_transparent && !transparent_set(fd, target.family)) || !source_bind(fd, &source))
            return false;
    }
    struct sockaddr_storage address;
    socklen_t length = relay_address_to(&target, &address);
    if (connect(fd, (struct sockaddr *)&address, length) && errno != EINPROGRESS)
        return false;
    *ret_fd = fd_take(&fd);
    return true;
}

bool dial(const struct relay_settings *settings, const struct relay_connection *connection, int *ret_fd,
          bool *ret_is_ours, const char **ret_failure)
{
    bool is_inbound = connection->direction == RELAY_INBOUND, is_transparent = settings->is_transparent && is_inbound;
    if (is_inbound && !connection->is_loopback && relay_address_is_link_local(&connection->destination)) {
        *ret_is_ours = false;
        *ret_failure = link_local;
        return false;
    }
    if (dial_once(connection, is_transparent, false, ret_fd))
        return true;
    if (is_transparent && (errno == EADDRINUSE || errno == EADDRNOTAVAIL) &&
        dial_once(connection, is_transparent, true, ret_fd))
        return true;
    *ret_is_ours = errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;
    *ret_failure = errno == EADDRNOTAVAIL && is_inbound && connection->destination.family == AF_INET6
                       ? "::6 is no address of this pod: ip -6 addr add ::6/128 dev lo"
                       : dial_failure(errno);
    return false;
}
