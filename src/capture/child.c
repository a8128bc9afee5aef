#include "capture/child.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_MAX = 64 << 20 };

void child_result_done(struct child_result *result)
{
    buffer_done(&result->output);
    buffer_done(&result->errors);
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

static int spawn(char *const *argv, char *const *environment, int in, int out, int errors, pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    int failed = posix_spawn(ret, argv[0], &actions, NULL, argv, environment);
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

static void streams_read(int out, int errors, struct child_result *result)
{
    struct pollfd streams[2] = {{.fd = out, .events = POLLIN}, {.fd = errors, .events = POLLIN}};
    struct buffer *buffers[2] = {&result->output, &result->errors};
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        if (poll(streams, 2, -1) < 0 && errno != EINTR)
            return;
        for (size_t i = 0; i < 2; i++) {
            if (streams[i].fd >= 0 && streams[i].revents && !stream_read(streams[i].fd, buffers[i]))
                streams[i].fd = -1;
        }
    }
}

bool child_run(char *const *argv, char *const *environment, struct slice input, struct child_result *ret,
               struct error *error)
{
    int out[2], errors[2];
    _cleanup_(fd_close) int in = input_file(input);
    if (in < 0 || pipe2(out, O_CLOEXEC) < 0)
        return error_errno(error, "running %s", argv[0]);
    _cleanup_(fd_close) int out_read = out[0];
    _cleanup_(fd_close) int out_write = out[1];
    if (pipe2(errors, O_CLOEXEC) < 0) {
        fd_close(&out_write);
        return error_errno(error, "running %s", argv[0]);
    }
    _cleanup_(fd_close) int errors_read = errors[0];
    pid_t child;
    errno = spawn(argv, environment, in, out_write, errors[1], &child);
    fd_close(&out_write);
    close(errors[1]);
    if (errno)
        return error_errno(error, "running %s", argv[0]);
    *ret = (struct child_result){.output = BUFFER_INIT(OUTPUT_MAX), .errors = BUFFER_INIT(OUTPUT_MAX)};
    streams_read(out_read, errors_read, ret);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}
