/* lines.h - log lines to standard error, one at a time, whichever thread they come from. */
#pragma once
#include "base/slice.h"
#include <pthread.h>
#include <stdint.h>

struct lines {
    pthread_mutex_t lock;
    uint64_t lost;
    bool may_block; /* a pipe, a socket or a terminal, not a file */
};
void lines_init(struct lines *lines);
/* For `struct log`; the context is a struct lines. A reader that has stopped reading does not stop the program: what
 * does not go out soon is counted and dropped. */
void lines_write(void *context, struct slice line);
