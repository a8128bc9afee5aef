/* pipes.h - the pipes that splice needs between two sockets. A connection has one only while bytes are in it; then it
 * goes back. The pages that a user's pipes may have are few, and users are told apart by their number only: the
 * sidecars of all pods of a node, uid 1337, share one allowance (pipe(7), /proc/sys/fs/pipe-user-pages-soft, 16,384
 * pages). So some are kept in reserve only while there is traffic that needs them, a pipe that cannot grow is taken as
 * it is, and there is a way to do without. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PIPES_KEPT = 16,         /* empty ones in reserve, per worker, while they are used */
    PIPES_IDLE_MS = 1000,    /* after the last use: then there is no reserve */
    PIPE_SIZE = 256 * 1024,  /* a page a slot: half of it costs a third more CPU a byte, twice as much gains little */
    PIPE_ENOUGH = 64 * 1024, /* a smaller one (over the allowance: two pages) is worse than copying */
    PIPES_RETRY_MS = 1000,   /* after one could not be had */
};

struct pipe_ends {
    int read, write; /* read -1: none */
};

struct pipes {
    struct pipe_ends kept[PIPES_KEPT];
    size_t count;
    atomic_long *descriptors_left; /* of the process; shared by all workers */
    int64_t retry_ms, used_ms;
};

void pipes_init(struct pipes *pipes, atomic_long *descriptors_left);
void pipes_done(struct pipes *pipes);
/* Milliseconds until the reserve is to be given up, -1: there is none. Call pipes_trim then. */
int pipes_wait(const struct pipes *pipes, int64_t now_ms);
void pipes_trim(struct pipes *pipes, int64_t now_ms);
/* An empty pipe that does not block; false: there is none to be had now. */
bool pipes_take(struct pipes *pipes, int64_t now_ms, struct pipe_ends *ret);
/* Gives one back and leaves "none" behind; one that is not empty is closed. */
void pipes_give(struct pipes *pipes, struct pipe_ends *ends, bool is_empty);
