#include "relay/pipes.h"
#include <fcntl.h>
#include <unistd.h>

void pipes_init(struct pipes *pipes, atomic_long *descriptors_left)
{
    *pipes = (struct pipes){.descriptors_left = descriptors_left};
}

static void pipe_close(struct pipes *pipes, struct pipe_ends ends)
{
    close(ends.read);
    close(ends.write);
    atomic_fetch_add_explicit(pipes->descriptors_left, 2, memory_order_relaxed);
}

void pipes_done(struct pipes *pipes)
{
    while (pipes->count)
        pipe_close(pipes, pipes->kept[--pipes->count]);
}

static bool pipe_open(struct pipes *pipes, struct pipe_ends *ret)
{
    int ends[2];
    if (atomic_fetch_sub_explicit(pipes->descriptors_left, 2, memory_order_relaxed) < 2 ||
        pipe2(ends, O_NONBLOCK | O_CLOEXEC)) {
        atomic_fetch_add_explicit(pipes->descriptors_left, 2, memory_order_relaxed);
        return false;
    }
    *ret = (struct pipe_ends){ends[0], ends[1]};
    if (fcntl(ends[0], F_SETPIPE_SZ, PIPE_SIZE) >= PIPE_SIZE || fcntl(ends[0], F_GETPIPE_SZ) >= PIPE_ENOUGH)
        return true;
    pipe_close(pipes, *ret);
    return false;
}

int pipes_wait(const struct pipes *pipes, int64_t now_ms)
{
    if (!pipes->count)
        return -1;
    int64_t left = pipes->used_ms + PIPES_IDLE_MS - now_ms;
    return left > 0 ? (int)left : 0;
}

void pipes_trim(struct pipes *pipes, int64_t now_ms)
{
    if (pipes_wait(pipes, now_ms) == 0)
        pipes_done(pipes);
}

bool pipes_take(struct pipes *pipes, int64_t now_ms, struct pipe_ends *ret)
{
    pipes->used_ms = now_ms;
    if (pipes->count) {
        *ret = pipes->kept[--pipes->count];
        return true;
    }
    if (now_ms < pipes->retry_ms)
        return false;
    if (pipe_open(pipes, ret))
        return true;
    ret->read = ret->write = -1;
    pipes->retry_ms = now_ms + PIPES_RETRY_MS;
    return false;
}

void pipes_give(struct pipes *pipes, struct pipe_ends *ends, bool is_empty)
{
    if (ends->read < 0)
        return;
    if (is_empty && pipes->count < PIPES_KEPT)
        pipes->kept[pipes->count++] = *ends;
    else
        pipe_close(pipes, *ends);
    ends->read = ends->write = -1;
}
