/* place.h - moving this thread between network namespaces. The program has one thread; sockets stay where they were
 * made, whatever namespace the thread is in later. */
#pragma once
#include "base/attribute.h"
#include "base/error.h"

/* A new network namespace, which lives as long as the descriptor, or a process in it. The thread stays where it is. */
MUST_CHECK bool play_place_new(int *ret_fd, struct error *error);
/* Goes there; *ret_home is the way back, for _cleanup_(play_place_return): nothing for -1. */
MUST_CHECK bool play_place_enter(int fd, int *ret_home, struct error *error);
void play_place_return(int *home);
