/* link.h - the network of a play: a namespace that stands for the node, with a bridge in it, and a pair of interfaces
 * from there into each pod's. All packets between pods pass the node, which has the rules of Services
 * (play/service.h). The host's own network is not touched. */
#pragma once
#include "base/attribute.h"
#include "base/error.h"
#include "base/slice.h"
#include <stddef.h>

#define PLAY_BRIDGE "pillion-play0"

/* The node's namespace with its bridge; for fd_close. */
MUST_CHECK bool play_node_make(int *ret_node, struct error *error);
/* Gives the pod's namespace its interface, address and routes. `number` names the node's end. */
MUST_CHECK bool play_pod_join(int node, int pod, size_t number, struct slice address, struct error *error);
