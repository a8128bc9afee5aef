#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_CHUNK = 64 * 1024 };

void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

int fd_take(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

/* A file's size is known before it is read: one buffer of that size then, and one read. */
static void reserve_for_file(int fd, struct buffer *out)
{
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
        (size_t)status.st_size < out->limit - out->length)
        (void)buffer_reserve(out, (size_t)status.st_size + 1);
}

bool fd_read_all(int fd, struct slice name, struct buffer *out, struct error *error)
{
    reserve_for_file(fd, out);
    for (;;) {
        size_t room = out->capacity - out->length;
        if (room == 0) {
            room = out->limit - out->length < READ_CHUNK ? out->limit - out->length : READ_CHUNK;
            if (room == 0 || !buffer_reserve(out, room))
                return error_set(error, ERROR_LIMIT, (struct position){.file = name}, "larger than %zu bytes",
                                 out->limit);
        }
        ssize_t count = read(fd, out->bytes + out->length, room);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_errno(error, "cannot read %.*s", SLICE_ARGS(name));
        if (count == 0)
            return true;
        out->length += (size_t)count;
    }
}

bool fd_open_read(const char *path, int *ret_fd, struct error *error)
{
    _cleanup_(fd_close) int fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                                        : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0)
        return error_errno(error, "cannot open %s", strcmp(path, "-") == 0 ? "standard input" : path);
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return error_errno(error, "cannot read %s", path);
    }
    *ret_fd = fd_take(&fd);
    return true;
}

bool fd_read_file(const char *path, struct buffer *out, struct error *error)
{
    _cleanup_(fd_close) int fd = -1;
    return fd_open_read(path, &fd, error) && fd_read_all(fd, slice_from(path), out, error);
}

bool fd_write_all(int fd, struct slice name, struct slice bytes, struct error *error)
{
    while (bytes.length) {
        ssize_t count = write(fd, bytes.bytes, bytes.length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_errno(error, "cannot write %.*s", SLICE_ARGS(name));
        bytes = slice_from_offset(bytes, (size_t)count);
    }
    return true;
}
