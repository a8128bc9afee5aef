#include "capture/probe.h"
#include "base/fd.h"
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ORIGINAL_DESTINATION = 80 }; /* SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST */
static const struct position nowhere;

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* 127.0.0.N or ::N */
static union address loopback_address(bool ipv6, uint8_t last, uint16_t port, socklen_t *ret_size)
{
    union address address = {0};
    if (ipv6) {
        address.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port)};
        address.v6.sin6_addr.s6_addr[15] = last;
        *ret_size = sizeof address.v6;
    } else {
        address.v4 = (struct sockaddr_in){
            .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(0x7f000000u | last)};
        *ret_size = sizeof address.v4;
    }
    return address;
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* -1 when the port is taken: the proxy itself may be there already. */
static int listener_open(bool ipv6, uint16_t port)
{
    socklen_t size;
    union address address = loopback_address(ipv6, 1, port, &size);
    _cleanup_(fd_close) int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int yes = 1;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) < 0 || bind(fd, &address.any, size) < 0 ||
        listen(fd, 16) < 0)
        return -1;
    return fd_take(&fd);
}

/* A connection on its way to 127.0.0.6 (::6), by a socket that belongs to the proxy's user where we may do that. */
static int connection_open(const struct capture_settings *settings, bool ipv6)
{
    socklen_t size, own_size;
    union address address = loopback_address(ipv6, 6, settings->probe_port, &size);
    union address own = loopback_address(ipv6, 1, 0, &own_size);
    const struct id_list *uids = &settings->proxy_uids;
    /* The kernel looks at who opened the socket (xt_owner, nft skuid: the file's fsuid); root needs no other thread or
     * process to open one as somebody else. */
    int uid = uids->count ? setfsuid(uids->list[0]) : -1;
    _cleanup_(fd_close) int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (uid >= 0)
        setfsuid((uid_t)uid);
    if (fd < 0 || bind(fd, &own.any, own_size) < 0 || (connect(fd, &address.any, size) < 0 && errno != EINPROGRESS))
        return -1;
    return fd_take(&fd);
}

/* Whether the connection that waits at the listener is ours: it was meant for the probe's port. */
static bool arrival_is_ours(int listener, bool ipv6, uint16_t probe_port)
{
    _cleanup_(fd_close) int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    union address original = {0};
    socklen_t size = sizeof original;
    if (fd < 0 || getsockopt(fd, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ORIGINAL_DESTINATION, &original, &size) < 0)
        return false;
    return ntohs(ipv6 ? original.v6.sin6_port : original.v4.sin_port) == probe_port;
}

static bool probe_once(const struct capture_settings *settings, bool ipv6, struct pollfd listeners[2], int wait_ms)
{
    _cleanup_(fd_close) int connection = connection_open(settings, ipv6);
    (void)connection;
    uint64_t until = now_ms() + (uint64_t)wait_ms;
    for (uint64_t now = now_ms(); now < until; now = now_ms()) {
        if (poll(listeners, 2, (int)(until - now)) < 0 && errno != EINTR)
            return false;
        for (size_t i = 0; i < 2; i++) {
            if (listeners[i].revents & POLLIN && arrival_is_ours(listeners[i].fd, ipv6, settings->probe_port))
                return true;
        }
    }
    return false;
}

bool capture_probe(const struct capture_settings *settings, struct error *error)
{
    bool ipv6 = settings->ipv6_first;
    _cleanup_(fd_close) int outbound = listener_open(ipv6, settings->proxy_port);
    _cleanup_(fd_close) int inbound = listener_open(ipv6, settings->inbound_port);
    struct pollfd listeners[2] = {{.fd = outbound, .events = POLLIN}, {.fd = inbound, .events = POLLIN}};
    if (outbound < 0 && inbound < 0)
        return error_set(error, ERROR_SYSTEM, nowhere, "cannot listen on %s port %u or %u, to check the redirection",
                         ipv6 ? "[::1]" : "127.0.0.1", settings->proxy_port, settings->inbound_port);
    uint64_t until = now_ms() + settings->probe_timeout_ms;
    for (uint64_t now = now_ms(); now < until; now = now_ms()) {
        uint64_t left = until - now;
        if (probe_once(settings, ipv6, listeners, left < 1000 ? (int)left : 1000))
            return true;
    }
    return error_set(error, ERROR_REFUSED, nowhere,
                     "a connection to %s port %u was not redirected to port %u within %llu ms",
                     ipv6 ? "[::6]" : "127.0.0.6", settings->probe_port, settings->inbound_port,
                     (unsigned long long)settings->probe_timeout_ms);
}
