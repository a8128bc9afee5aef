/* listen.h - sockets that take connections. */
#pragma once
#include "base/error.h"
#include <stdint.h>

/* A socket that listens on a numeric address (NULL: all, of both families) and a port (0: any); its port in *ret_port.
 * Errors: the address is in use, or not of this machine. */
MUST_CHECK bool listen_tcp(const char *address, uint16_t port, int *ret_fd, uint16_t *ret_port, struct error *error);
