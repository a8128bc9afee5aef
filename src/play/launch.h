/* launch.h - a container's process, or another one in a container that runs: in the pod's namespaces, with the
 * container's files, user, group and capabilities, and nothing of ours but its two outputs. */
#pragma once
#include "base/error.h"
#include "play/root.h"
#include "play/sandbox.h"
#include <signal.h>

struct play_launch {
    const struct play_pod *pod;
    const struct play_container *container;
    const struct play_sandbox *sandbox; /* a new container's pod; NULL: */
    int running;                        /* the pidfd of the container that it joins */
    const struct play_root *root;       /* of a new container */
    char *const *argv;
    int output, errors; /* write ends; borrowed */
};

struct play_process {
    pid_t id;   /* 0: none. A child of ours: whoever sees it end waits for it and forgets the number */
    int handle; /* its pidfd */
};
#define PLAY_PROCESS_INIT                                                                                              \
    {                                                                                                                  \
        0, -1                                                                                                          \
    }

/* Returns when the program has been started, or could not be: ERROR_SYSTEM, ERROR_MISSING (no such program). A new
 * container's process is a small one of ours, which passes signals on, takes in orphans, ends as the program ends, and
 * with which everything in the container ends; with a shared process namespace it is the program itself. */
MUST_CHECK bool play_launch(const struct play_launch *launch, struct play_process *ret, struct error *error);
/* Sends a signal, if it is there. */
void play_process_signal(const struct play_process *process, int number);
void play_process_forget(struct play_process *process);
