#include "command/lines.h"
#include "base/fd.h"
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_WAIT_MS = 10 };

void lines_init(struct lines *lines)
{
    struct stat status;
    *lines = (struct lines){.lock = PTHREAD_MUTEX_INITIALIZER,
                            .may_block = fstat(STDERR_FILENO, &status) || !S_ISREG(status.st_mode)};
}

static bool line_try(const struct lines *lines, struct slice line)
{
    while (line.length) {
        struct pollfd polled = {.fd = STDERR_FILENO, .events = POLLOUT};
        if (lines->may_block && poll(&polled, 1, LINE_WAIT_MS) <= 0)
            return false;
        /* A pipe that is writable has room for that much (pipe(7)). */
        struct slice part = slice_range(line, 0, PIPE_BUF);
        struct error ignored;
        if (!fd_write_all(STDERR_FILENO, SLICE("standard error"), part, &ignored))
            return false;
        line = slice_from_offset(line, part.length);
    }
    return true;
}

void lines_write(void *context, struct slice line)
{
    struct lines *lines = context;
    pthread_mutex_lock(&lines->lock);
    if (!line_try(lines, line)) {
        lines->lost++;
    } else if (lines->lost) {
        char text[80];
        int length = snprintf(text, sizeof text, "(%llu lines of the log were lost)\n", (unsigned long long)lines->lost);
        if (line_try(lines, (struct slice){text, (size_t)length}))
            lines->lost = 0;
    }
    pthread_mutex_unlock(&lines->lock);
}
