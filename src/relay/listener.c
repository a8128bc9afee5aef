#include "base/fd.h"
#include "relay/listener.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static const int on = 1;

/* Cut to net.core.somaxconn by the kernel. */
enum { BACKLOG = 65535, PROBES = 3 };

static bool socket_bind(int fd, int family, uint16_t port)
{
    struct relay_address any = {.family = (uint8_t)family, .port = port};
    struct sockaddr_storage address;
    socklen_t length = relay_address_to(&any, &address);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (family == AF_INET6) /* so that both families have a socket of their own */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    return bind(fd, (struct sockaddr *)&address, length) == 0;
}

static bool bind_failed(uint16_t port, struct error *error)
{
    if (errno == EADDRINUSE)
        return error_set(error, ERROR_SYSTEM, (struct position){0},
                         "port %u is in use: another proxy runs in this network namespace (ss -ltnp 'sport = :%u')",
                         port, port);
    return error_errno(error, "cannot listen on port %u", port);
}

bool listener_port_free(int family, uint16_t port, struct error *error)
{
    _cleanup_(fd_close) int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && !socket_bind(fd, family, port) && errno == EADDRINUSE)
        return bind_failed(port, error);
    return true; /* what else is wrong, listener_open says */
}

void listener_local(int fd)
{
    static const char name[] = "reno";
    setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, sizeof name - 1);
}

void listener_keepalive(int fd, unsigned seconds)
{
    int idle = seconds > 32767 ? 32767 : (int)seconds; /* tcp(7): the kernel's limit */
    int interval = idle / PROBES > 0 ? idle / PROBES : 1, probes = PROBES;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

bool listener_open(struct listener *listener, unsigned keepalive_seconds, bool *ret_missing, struct error *error)
{
    bool is_ipv4 = listener->family == AF_INET;
    _cleanup_(fd_close) int fd = socket(listener->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    *ret_missing = fd < 0 && errno == EAFNOSUPPORT;
    if (*ret_missing)
        return true;
    if (fd < 0)
        return error_errno(error, "socket");
    if (listener->is_transparent && setsockopt(fd, is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6,
                                               is_ipv4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, &on, sizeof on))
        return error_errno(error, "port %u cannot be transparent (mode TPROXY), which needs the capability NET_ADMIN",
                           listener->port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (listener->is_local)
        listener_local(fd);
    if (keepalive_seconds)
        listener_keepalive(fd, keepalive_seconds);
    if (!socket_bind(fd, listener->family, listener->port)) {
        *ret_missing = errno == EADDRNOTAVAIL && !is_ipv4; /* IPv6 is switched off */
        return *ret_missing || bind_failed(listener->port, error);
    }
    if (listen(fd, BACKLOG))
        return bind_failed(listener->port, error);
    listener->fd = fd_take(&fd);
    return true;
}
