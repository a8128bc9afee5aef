/* deadline.h - time-outs without a heap or a scan: each kind has one duration, so each kind's list is in the order of
 * its deadlines as long as new ones go to its end. Setting, moving and clearing are O(1), and so is asking what comes
 * first. Belongs to one thread. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum deadline_kind {
    DEADLINE_NEVER,       /* no time-out; listed all the same, so that nothing is lost sight of */
    DEADLINE_CONNECT,     /* the destination has not answered yet */
    DEADLINE_SETTLE,      /* young: not worth what its keepalive costs to set */
    DEADLINE_IDLE,        /* both ways open, and nothing moves */
    DEADLINE_HALF_CLOSED, /* one way closed, and nothing moves on the other */
    DEADLINE_PART,        /* one end was reset, and the other has not got all yet that it sent before */
    DEADLINE_PEEK,        /* a ClientHello may come, or the client waits for us to speak first */
    DEADLINE_HANDSHAKE,   /* TLS has begun */
    DEADLINE_KINDS,
};

struct deadline {
    struct deadline *next, *previous; /* NULL: in no list */
    int64_t at_ms;
};

struct deadlines {
    struct deadline heads[DEADLINE_KINDS]; /* rings */
    unsigned durations_ms[DEADLINE_KINDS]; /* 0: never */
};

/* No durations yet: the caller sets those that it wants. */
void deadlines_init(struct deadlines *deadlines);
/* Takes it out of the list that it is in, and to the end of the one of this kind (one without a duration: of those that
 * never end). `now_ms` never goes back. */
void deadline_set(struct deadlines *deadlines, struct deadline *deadline, enum deadline_kind kind, int64_t now_ms);
/* In no list any more; may be called again. */
void deadline_clear(struct deadline *deadline);
/* Milliseconds until the first one is due, 0 if it is; -1: there is none. For epoll_wait. */
int deadlines_wait(const struct deadlines *deadlines, int64_t now_ms);
/* One that is due, still in its list, which the caller has to take it out of; NULL: none (any more). */
struct deadline *deadlines_due(struct deadlines *deadlines, int64_t now_ms, enum deadline_kind *ret_kind);
/* Any that is listed at all; NULL: none. */
struct deadline *deadlines_any(struct deadlines *deadlines);
