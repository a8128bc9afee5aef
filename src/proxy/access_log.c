#include "proxy/access_log.h"
#include "base/fd.h"
#include "base/memory.h"
#include "proxy/access_line.h"
#include "serve/moment.h"
#include "serve/thread.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum {
    QUEUE_BYTES = 256 * 1024, /* some thousand lines: a second of a busy proxy */
    GATHER_MS = 50,           /* so long a line may wait for others to be written with it */
    GATHER_BYTES = 16 * 1024, /* unless there are that many */
    KEPT_BYTES = 32 * 1024,
    WAIT_MS = 200,  /* how often a reader that does not read is looked at again */
    LAST_MS = 1000, /* and for how long at the end */
};

/* Lines go into one of two buffers; the thread takes it as a whole and leaves the other one. */
struct access_log {
    const struct proxy_access_log *settings;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* of the steady clock */
    pthread_t thread;
    struct buffer filling, writing; /* the thread's own: `writing` */
    size_t lines;                   /* in `filling` */
    uint64_t written, lost, told;   /* told: losses that the log itself has said */
    bool is_stopping, is_to_reopen;
    int fd;
};

static bool file_open(const struct proxy_access_log *settings, int *ret_fd, struct error *error)
{
    if (slice_equal(settings->file, SLICE("/dev/stdout")))
        *ret_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    else if (slice_equal(settings->file, SLICE("/dev/stderr")))
        *ret_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    else
        *ret_fd = open(settings->file.bytes, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    return *ret_fd >= 0 || error_errno(error, "access log: cannot open %.*s", SLICE_ARGS(settings->file));
}

static struct timespec after(int64_t milliseconds)
{
    int64_t until = moment_steady_ns() + milliseconds * 1000000;
    return (struct timespec){.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
}

/* ---- the writing thread ---- */

/* Whether it is time to give up: the end has come, and its last second is over. */
static bool is_over(struct access_log *log, int64_t *stopping_since_ms)
{
    pthread_mutex_lock(&log->lock);
    bool is_stopping = log->is_stopping;
    pthread_mutex_unlock(&log->lock);
    if (is_stopping && !*stopping_since_ms)
        *stopping_since_ms = moment_steady_ms();
    return is_stopping && moment_steady_ms() - *stopping_since_ms >= LAST_MS;
}

/* How many of the first bytes to write at once: whole lines, as long as one fits what a pipe takes in one piece. */
static size_t portion(struct slice text)
{
    if (text.length <= PIPE_BUF)
        return text.length;
    size_t end = slice_find_last(slice_range(text, 0, PIPE_BUF), SLICE("\n"));
    return end == SLICE_NONE ? PIPE_BUF : end + 1;
}

/* Waits for room without blocking in write: a pipe that is writable takes PIPE_BUF bytes (pipe(7)). Gives how many
 * lines did not go out. */
static size_t lines_write(struct access_log *log, struct slice text)
{
    int64_t stopping_since_ms = 0;
    while (text.length) {
        struct pollfd polled = {.fd = log->fd, .events = POLLOUT};
        int ready = poll(&polled, 1, WAIT_MS);
        if (ready <= 0 && is_over(log, &stopping_since_ms))
            break;
        if (ready <= 0)
            continue;
        ssize_t written = write(log->fd, text.bytes, portion(text));
        if (written < 0 && errno != EINTR && errno != EAGAIN)
            break; /* a full disk, a reader that has gone */
        if (written > 0)
            text = slice_from_offset(text, (size_t)written);
    }
    size_t left = 0;
    for (size_t i = 0; i < text.length; i++)
        left += text.bytes[i] == '\n';
    return left;
}

/* Says how many lines were lost, in their place. */
static void loss_tell(struct access_log *log, uint64_t lost)
{
    static const char *const formats[] = {
        [PROXY_LOG_TEXT] = "# %llu lines of the access log were lost\n",
        [PROXY_LOG_JSON] = "{\"lost_lines\":%llu}\n",
    };
    char text[80];
    int length = snprintf(text, sizeof text, formats[log->settings->encoding], (unsigned long long)lost);
    if (!lines_write(log, (struct slice){text, (size_t)length}))
        log->told += lost;
}

/* With the lock: waits until there is something to write, and then a little for more. */
static void lines_wait(struct access_log *log)
{
    while (!log->filling.length && !log->is_stopping && !log->is_to_reopen)
        pthread_cond_wait(&log->changed, &log->lock);
    const struct timespec until = after(GATHER_MS);
    while (!log->is_stopping && log->filling.length < GATHER_BYTES &&
           pthread_cond_timedwait(&log->changed, &log->lock, &until) == 0)
        continue;
}

static void reopen(struct access_log *log)
{
    struct error ignored; /* then the lines go on to where they went */
    int fd;
    if (!file_open(log->settings, &fd, &ignored))
        return;
    fd_close(&log->fd);
    log->fd = fd;
}

static void *write_all(void *context)
{
    struct access_log *log = context;
    pthread_mutex_lock(&log->lock);
    while (!log->is_stopping || log->filling.length) {
        lines_wait(log);
        struct buffer swapped = log->filling;
        log->filling = log->writing;
        log->writing = swapped;
        size_t lines = log->lines;
        log->lines = 0;
        bool is_to_reopen = log->is_to_reopen;
        log->is_to_reopen = false;
        uint64_t untold = log->lost - log->told;
        pthread_mutex_unlock(&log->lock);
        if (is_to_reopen)
            reopen(log);
        size_t lost = lines_write(log, buffer_slice(&log->writing));
        if (untold && !lost)
            loss_tell(log, untold);
        if (log->writing.capacity > KEPT_BYTES)
            buffer_done(&log->writing); /* what a crowd needed goes back */
        buffer_clear(&log->writing);
        pthread_mutex_lock(&log->lock);
        log->written += lines - lost;
        log->lost += lost;
    }
    pthread_mutex_unlock(&log->lock);
    return NULL;
}

/* ---- for everybody ---- */

bool access_log_start(const struct proxy_access_log *settings, struct access_log **ret, struct error *error)
{
    int fd;
    if (!file_open(settings, &fd, error))
        return false;
    struct access_log *log = memory_new(1, sizeof *log);
    log->settings = settings;
    log->fd = fd;
    log->filling = (struct buffer)BUFFER_INIT(QUEUE_BYTES);
    log->writing = (struct buffer)BUFFER_INIT(QUEUE_BYTES);
    pthread_mutex_init(&log->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&log->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (!thread_start(&log->thread, THREAD_SMALL, write_all, log, "the access log", error)) {
        access_log_stop(log);
        return false;
    }
    *ret = log;
    return true;
}

void access_log_connection(struct access_log *log, const struct relay_summary *summary)
{
    char bytes[ACCESS_LINE_MAX];
    /* On the stack: as long as the line does not grow, nothing is taken from the heap. */
    struct buffer line = {.bytes = bytes, .capacity = sizeof bytes, .limit = sizeof bytes};
    access_line_add(&line, log->settings->encoding, summary);
    pthread_mutex_lock(&log->lock);
    bool is_first = !log->filling.length;
    bool fits = !line.overflowed && line.length <= QUEUE_BYTES - log->filling.length;
    if (fits)
        buffer_add(&log->filling, line.bytes, line.length);
    log->lines += fits;
    log->lost += !fits;
    bool is_enough = log->filling.length >= GATHER_BYTES;
    pthread_mutex_unlock(&log->lock);
    if (is_first || is_enough)
        pthread_cond_signal(&log->changed);
}

void access_log_reopen(struct access_log *log)
{
    pthread_mutex_lock(&log->lock);
    log->is_to_reopen = true;
    pthread_mutex_unlock(&log->lock);
    pthread_cond_signal(&log->changed);
}

void access_log_total(struct access_log *log, uint64_t *ret_written, uint64_t *ret_lost)
{
    pthread_mutex_lock(&log->lock);
    *ret_written = log->written;
    *ret_lost = log->lost;
    pthread_mutex_unlock(&log->lock);
}

void access_log_stop(struct access_log *log)
{
    if (!log)
        return;
    if (log->thread) {
        pthread_mutex_lock(&log->lock);
        log->is_stopping = true;
        pthread_mutex_unlock(&log->lock);
        pthread_cond_signal(&log->changed);
        pthread_join(log->thread, NULL);
    }
    pthread_cond_destroy(&log->changed);
    pthread_mutex_destroy(&log->lock);
    buffer_done(&log->filling);
    buffer_done(&log->writing);
    fd_close(&log->fd);
    memory_free(&log);
}
