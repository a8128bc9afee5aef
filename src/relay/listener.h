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
};

/* Whether nobody listens on the port yet. SO_REUSEPORT, which workers share a port by, would let a second proxy of the
 * same user share it, too, and take half of the connections: so this is asked first, without it. */
MUST_CHECK bool listener_port_free(int family, uint16_t port, struct error *error);
/* Opens listener->fd; the other members say how. What accepted sockets inherit is set here, once: no delay, keepalive
 * after `keepalive_seconds` (0: none), urgent bytes in line. Errors: in use, no right to be transparent. *ret_missing
 * (and true): the kernel has no such family. */
MUST_CHECK bool listener_open(struct listener *listener, unsigned keepalive_seconds, bool *ret_missing,
                              struct error *error);
/* The kernel's own probes of silent connections: after so many seconds, three of them, each a third of that apart. */
void listener_keepalive(int fd, unsigned seconds);
