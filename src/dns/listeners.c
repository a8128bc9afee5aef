#include "base/fd.h"
#include "base/number.h"
#include "dns/state.h"
#include <arpa/inet.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BACKLOG = 128,
    DATAGRAMS_AT_ONCE = 64,      /* then answers get their turn */
    RECEIVE_BYTES = 1024 * 1024, /* for bursts; the kernel gives what it allows */
    ACCEPT_PAUSE_MS = 100,
};

static bool listener_open(struct dns *dns, const union dns_address *address, int type)
{
    static const int on = 1, bytes = RECEIVE_BYTES;
    struct watch *watch = &dns->listeners[dns->listener_count];
    _cleanup_(fd_close) int fd = socket(address->any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    if (address->any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (type == SOCK_STREAM)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    else
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    if (bind(fd, &address->any, dns_address_length(address)) || (type == SOCK_STREAM && listen(fd, BACKLOG)))
        return false;
    *watch = (struct watch){.kind = type == SOCK_STREAM ? WATCH_TCP : WATCH_UDP, .fd = fd};
    if (!watch_add(dns, watch, EPOLLIN))
        return false;
    fd_take(&fd);
    dns->listener_count++;
    return true;
}

/* UDP and TCP, or neither. */
static bool address_open(struct dns *dns, const union dns_address *address)
{
    size_t before = dns->listener_count;
    if (listener_open(dns, address, SOCK_DGRAM) && listener_open(dns, address, SOCK_STREAM))
        return true;
    int problem = errno;
    while (dns->listener_count > before)
        watch_close(&dns->listeners[--dns->listener_count]);
    errno = problem;
    return false;
}

/* The host of "HOST:PORT", without the brackets of "[::1]:53". */
static bool host_split(const char *text, char host[INET6_ADDRSTRLEN + 16], uint16_t *ret_port)
{
    struct slice address = slice_from(text);
    size_t colon = slice_find_last(address, SLICE(":"));
    if (colon == SLICE_NONE || !number_parse_u16(slice_from_offset(address, colon + 1), ret_port) || !*ret_port)
        return false;
    address = slice_range(address, 0, colon);
    if (slice_starts(address, SLICE("[")) && slice_ends(address, SLICE("]")))
        address = slice_range(address, 1, address.length - 1);
    if (!address.length || address.length >= INET6_ADDRSTRLEN + 16)
        return false;
    memcpy(host, address.bytes, address.length);
    host[address.length] = '\0';
    return true;
}

static bool address_fill(const char *host, uint16_t port, union dns_address *ret)
{
    *ret = (union dns_address){0};
    if (inet_pton(AF_INET, host, &ret->v4.sin_addr) == 1) {
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = htons(port);
        return true;
    }
    if (inet_pton(AF_INET6, host, &ret->v6.sin6_addr) != 1)
        return false;
    ret->v6.sin6_family = AF_INET6;
    ret->v6.sin6_port = htons(port);
    return true;
}

bool listeners_open(struct dns *dns, struct error *error)
{
    char host[INET6_ADDRSTRLEN + 16];
    union dns_address address;
    const char *wanted = dns->settings.address;
    if (!host_split(wanted, host, &dns->port))
        return error_set(error, ERROR_USAGE, (struct position){0},
                         "\"%s\" is no address and port for DNS: want localhost:15053, say", wanted);
    dns->is_localhost = strcmp(host, "localhost") == 0;
    if (!address_fill(dns->is_localhost ? "127.0.0.1" : host, dns->port, &address))
        return error_set(error, ERROR_USAGE, (struct position){0},
                         "\"%s\" is no address for DNS: want localhost or a numeric one", host);
    if (!address_open(dns, &address))
        return error_errno(error, "cannot listen for DNS on %s", wanted);
    return true;
}

void listeners_follow(struct dns *dns)
{
    union dns_address address;
    bool has_ipv6 = false;
    for (size_t i = 0; i < dns->resolvers->count; i++)
        has_ipv6 = has_ipv6 || dns->resolvers->list[i].address.any.sa_family == AF_INET6;
    /* A kernel without IPv6 can't send anything there. */
    if (has_ipv6 && dns->is_localhost && dns->listener_count < DNS_LISTENERS_MAX &&
        address_fill("::1", dns->port, &address))
        (void)address_open(dns, &address);
}

void listeners_datagrams(struct dns *dns, struct watch *listener)
{
    for (unsigned i = 0; i < DATAGRAMS_AT_ONCE; i++) {
        union dns_address peer = {0};
        socklen_t length = sizeof peer;
        ssize_t count = recvfrom(listener->fd, dns->scratch, DNS_MESSAGE_MAX, 0, &peer.any, &length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return;
        query_take(dns, NULL, listener, &peer, (struct slice){dns->scratch, (size_t)count});
    }
}

static void listeners_wait_for(struct dns *dns, uint32_t events)
{
    for (size_t i = 0; i < dns->listener_count; i++) {
        struct epoll_event event = {.events = events, .data.ptr = &dns->listeners[i]};
        if (dns->listeners[i].kind == WATCH_TCP)
            epoll_ctl(dns->epoll, EPOLL_CTL_MOD, dns->listeners[i].fd, &event);
    }
}

void listeners_resume(struct dns *dns)
{
    dns->accept_after_ms = 0;
    listeners_wait_for(dns, EPOLLIN);
}

void listeners_accept(struct dns *dns, struct watch *listener)
{
    union dns_address peer = {0};
    socklen_t length = sizeof peer;
    int fd = accept4(listener->fd, &peer.any, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
        client_new(dns, fd, &peer);
        return;
    }
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM)
        return;
    /* The connection waits in the backlog and would wake us without end. */
    if (client_evict(dns))
        return;
    dns->accept_after_ms = dns->now_ms + ACCEPT_PAUSE_MS;
    listeners_wait_for(dns, 0);
}
