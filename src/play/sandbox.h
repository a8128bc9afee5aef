/* sandbox.h - what the containers of a pod share: namespaces for its network, its processes, its host name, and a first
 * process that holds them. When that process ends, everything in the pod does; it ends with this program, however that
 * ends. */
#pragma once
#include "base/attribute.h"
#include "base/error.h"
#include "base/slice.h"
#include <sys/types.h>

struct play_sandbox {
    pid_t process; /* 0: none */
    int handle;    /* its pidfd */
    int network;   /* its network namespace */
};
#define PLAY_SANDBOX_INIT                                                                                              \
    {                                                                                                                  \
        0, -1, -1                                                                                                      \
    }

MUST_CHECK bool play_sandbox_start(struct slice host_name, struct play_sandbox *ret, struct error *error);
/* Kills whatever is in it and waits for its end. Safe to repeat. */
void play_sandbox_done(struct play_sandbox *sandbox);
