/* listener.h - the sockets that captured connections arrive at. */
#pragma once
#include "base/error.h"
#include "relay/relay.h"

struct listener {
    int fd; /* -1: closed */
    int family;
    uint16_t port;
    enum relay_direction direction;
    bool is_transparent;
    bool is_local; /* its clients are the pod's own */
};

/* Whether nobody listens on the port yet. SO_REUSEPORT, which workers share a port by, would let a second proxy of the
 * same user share it, too, and take half of the connections: so this is asked first, without it. */
MUST_CHECK bool listener_port_free(int family, uint16_t port, struct error *error);
/* Opens listener->fd; the other members say how. What accepted sockets inherit is set here, once: no delay, keepalive
 * after `keepalive_seconds` (0: none), urgent bytes in line. Errors: in use, no right to be transparent. *ret_missing
 * (and true): the kernel has no such family. */
MUST_CHECK bool listener_open(struct listener *listener, unsigned keepalive_seconds, bool *ret_missing,
                              struct error *error);
/* For a socket whose other end is in this pod, too, before it is connected or listens (whose accepted sockets inherit
 * it): Reno in place of the host's congestion control. Within a pod nothing is congested, and BBR, which some hosts
 * have, paces what is sent by timers, which costs a sixth more processor time a byte (docs/performance.md). Reno is the
 * one that each kernel has, for everybody (tcp(7), tcp_allowed_congestion_control). */
void listener_local(int fd);
/* The kernel's own probes of silent connections: after so many seconds, three of them, each a third of that apart. */
void listener_keepalive(int fd, unsigned seconds);
