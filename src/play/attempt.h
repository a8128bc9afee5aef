/* attempt.h - one run of a probe or a hook, which never blocks. */
#pragma once
#include "play/launch.h"

enum play_outcome { PLAY_PENDING, PLAY_PASSED, PLAY_FAILED };

struct play_attempt {
    bool is_active;
    const struct play_action *action;
    struct play_process process; /* EXEC */
    int fd;                      /* HTTP, TCP */
    int64_t end_ms;              /* then it has failed; SLEEP: passed */
    size_t sent, received;
    char head[16]; /* of the answer: "HTTP/1.1 200" */
};
#define PLAY_ATTEMPT_INIT                                                                                              \
    {                                                                                                                  \
        .process = PLAY_PROCESS_INIT, .fd = -1                                                                         \
    }

/* Whom it is for, and from where it comes. */
struct play_attempt_world {
    const struct play_pod *pod;
    const struct play_container *container;
    int running; /* pidfd of the container's process */
    int node;    /* network namespace that probes come from, as the kubelet's */
    int output;  /* where an EXEC's output goes */
};

/* `now_ms` on the caller's clock. A start that fails is a failed attempt: play_attempt_look says so. */
void play_attempt_start(struct play_attempt *attempt, const struct play_action *action,
                        const struct play_attempt_world *world, int64_t now_ms, int64_t limit_ms);
enum play_outcome play_attempt_look(struct play_attempt *attempt, int64_t now_ms);
/* For poll(2): -1 where there is nothing to wait for but time or a child's end. */
int play_attempt_fd(const struct play_attempt *attempt, short *ret_events);
/* Ends it, whatever state it is in. */
void play_attempt_done(struct play_attempt *attempt);
