#include "base/fd.h"
#include "serve/listen.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool address_parse(const char *text, uint16_t port, union socket_address *ret, socklen_t *ret_length)
{
    *ret = (union socket_address){0};
    if (text && inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1) {
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = htons(port);
        *ret_length = sizeof ret->v4;
        return true;
    }
    if (text && inet_pton(AF_INET6, text, &ret->v6.sin6_addr) != 1)
        return false;
    if (!text)
        ret->v6.sin6_addr = in6addr_any;
    ret->v6.sin6_family = AF_INET6;
    ret->v6.sin6_port = htons(port);
    *ret_length = sizeof ret->v6;
    return true;
}

static bool socket_open(const union socket_address *address, socklen_t length, int *ret_fd)
{
    static const int on = 1, off = 0;
    _cleanup_(fd_close) int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, &address->any, length) || listen(fd, BACKLOG))
        return false;
    *ret_fd = fd_take(&fd);
    return true;
}

bool listen_tcp(const char *address, uint16_t port, int *ret_fd, uint16_t *ret_port, struct error *error)
{
    union socket_address wanted, bound;
    socklen_t length;
    if (!address_parse(address, port, &wanted, &length))
        return error_set(error, ERROR_USAGE, (struct position){0},
                         "\"%s\" is no numeric address: want 127.0.0.1 or ::1, say", address);
    bool is_open = socket_open(&wanted, length, ret_fd);
    if (!is_open && !address && errno == EAFNOSUPPORT) { /* a kernel without IPv6 */
        address = "0.0.0.0";
        is_open = address_parse(address, port, &wanted, &length) && socket_open(&wanted, length, ret_fd);
    }
    if (!is_open)
        return error_errno(error, "cannot listen on %s port %u", address ? address : "any address,", port);
    length = sizeof bound;
    if (getsockname(*ret_fd, &bound.any, &length)) {
        error_errno(error, "getsockname");
        fd_close(ret_fd);
        return false;
    }
    *ret_port = ntohs(bound.any.sa_family == AF_INET ? bound.v4.sin_port : bound.v6.sin6_port);
    return true;
}
