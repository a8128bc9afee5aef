#include "base/child.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OUTPUT_MAX = 64 << 20, WAIT_STEP_MS = 10 };

void child_result_done(struct child_result *result)
{
    buffer_done(&result->output);
    buffer_done(&result->errors);
}

static int64_t clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A file in memory that holds the input: the child can read it at leisure, and cannot block us. */
static int input_file(struct slice input)
{
    int fd = memfd_create("input", MFD_CLOEXEC);
    while (fd >= 0 && input.length) {
        ssize_t written = write(fd, input.bytes, input.length);
        if (written <= 0) {
            close(fd);
            return -1;
        }
        input = slice_from_offset(input, (size_t)written);
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

/* A group of its own, so that all of it can be killed; one that reads from the terminal must stay in ours, though. */
static int spawn(const struct child *child, int in, int out, int errors, pid_t *ret)
{
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, ignored;
    sigemptyset(&none);
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    sigaddset(&ignored, SIGXFSZ);
    posix_spawn_file_actions_init(&actions);
    if (!child->shares_input)
        posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (!child->shares_errors)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &ignored);
    if (child->timeout_ms && !child->shares_input) {
        posix_spawnattr_setpgroup(&attributes, 0);
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    posix_spawnattr_setflags(&attributes, flags);
    int failed = posix_spawn(ret, child->argv[0], &actions, &attributes, child->argv, child->environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* False at the end of the stream, or when it says more than anybody needs. */
static bool stream_read(int fd, struct buffer *buffer)
{
    char *room = buffer_reserve(buffer, 4096);
    if (!room)
        return false;
    ssize_t length = read(fd, room, 4096);
    if (length < 0 && errno == EINTR)
        return true;
    if (length > 0)
        buffer->length += (size_t)length;
    return length > 0;
}

/* `end` is on clock_now's clock; 0: none. False: it came first. */
static bool streams_read(int out, int errors, int64_t end, struct child_result *result)
{
    struct pollfd streams[2] = {{.fd = out, .events = POLLIN}, {.fd = errors, .events = POLLIN}};
    struct buffer *buffers[2] = {&result->output, &result->errors};
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        int64_t left = end ? end - clock_now() : -1;
        if (end && left <= 0)
            return false;
        if (poll(streams, 2, (int)left) < 0 && errno != EINTR)
            return true;
        for (size_t i = 0; i < 2; i++) {
            if (streams[i].fd >= 0 && streams[i].revents && !stream_read(streams[i].fd, buffers[i]))
                streams[i].fd = -1;
            /* Not read on, it would wait for us, and we for the other stream. */
            if (buffers[i]->overflowed)
                return true;
        }
    }
    return true;
}

/* One that has closed its output may go on. */
static bool exit_wait(pid_t process, int64_t end, int *status)
{
    for (;;) {
        pid_t gone = waitpid(process, status, end ? WNOHANG : 0);
        if (gone == process)
            return true;
        if (gone < 0 && errno != EINTR) {
            *status = 0;
            return true;
        }
        if (end && clock_now() >= end)
            return false;
        if (end)
            poll(NULL, 0, WAIT_STEP_MS);
    }
}

bool child_run(const struct child *child, struct child_result *ret, struct error *error)
{
    int out[2], errors[2], status = 0;
    _cleanup_(fd_close) int in = input_file(child->input);
    if (in < 0 || pipe2(out, O_CLOEXEC) < 0)
        return error_errno(error, "running %s", child->argv[0]);
    _cleanup_(fd_close) int out_read = out[0];
    _cleanup_(fd_close) int out_write = out[1];
    if (pipe2(errors, O_CLOEXEC) < 0)
        return error_errno(error, "running %s", child->argv[0]);
    _cleanup_(fd_close) int errors_read = errors[0];
    pid_t process;
    errno = spawn(child, in, out_write, errors[1], &process);
    fd_close(&out_write);
    close(errors[1]);
    if (errno)
        return error_errno(error, "running %s", child->argv[0]);
    size_t limit = child->output_max ? child->output_max : OUTPUT_MAX;
    *ret = (struct child_result){.output = BUFFER_INIT(limit), .errors = BUFFER_INIT(limit)};
    int64_t end = child->timeout_ms ? clock_now() + child->timeout_ms : 0;
    bool is_read = streams_read(out_read, errors_read, end, ret);
    /* It may have more to say: that must not keep it waiting, nor us. */
    fd_close(&out_read);
    fd_close(&errors_read);
    if (!is_read || !exit_wait(process, end, &status)) {
        ret->is_late = true;
        kill(child->shares_input ? process : -process, SIGKILL);
        (void)exit_wait(process, 0, &status);
    }
    ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}
