#include "command/output.h"
#include "base/fd.h"
#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IN_MEMORY_MAX = 1024 * 1024, COPY_CHUNK = 64 * 1024, NAME_ATTEMPTS = 1000 };

static bool is_standard(struct slice path)
{
    return path.length == 0 || slice_equal(path, SLICE("-"));
}

/* What is written over is the file itself, not a link to it. */
static struct slice path_resolve(struct output *output, struct slice path)
{
    output->resolved = realpath(path.bytes, NULL);
    return output->resolved ? slice_from(output->resolved) : path;
}

/* A file without a name, in the folder of `path`: nothing stays behind of a program that is killed. Not all file systems
 * have such files, and they get their name by way of /proc. */
static int unnamed_open(struct slice path)
{
    size_t stroke = slice_find_last(path, SLICE("/"));
    char folder[PATH_MAX];
    if ((stroke != SLICE_NONE && stroke >= sizeof folder) || access("/proc/self/fd", X_OK) < 0)
        return -1;
    snprintf(folder, sizeof folder, "%.*s", stroke == SLICE_NONE ? 1 : (int)stroke + 1,
             stroke == SLICE_NONE ? "." : path.bytes);
    return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
}

bool output_open(struct output *output, struct slice path, struct error *error)
{
    *output = (struct output){.fd = -1, .recent = BUFFER_INIT(2 * IN_MEMORY_MAX)};
    if (is_standard(path))
        return true;
    output->path = path_resolve(output, path);
    path = output->path;
    struct stat status;
    /* Devices and pipes cannot be renamed over; they are written at the end, like standard output. */
    if (stat(path.bytes, &status) == 0 && !S_ISREG(status.st_mode)) {
        if (!S_ISDIR(status.st_mode))
            return true;
        errno = EISDIR;
        return error_errno(error, "cannot write %s", path.bytes);
    }
    size_t size = path.length + sizeof ".XXXXXX";
    output->temporary = memory_new(size, 1);
    snprintf(output->temporary, size, "%s.XXXXXX", path.bytes);
    output->fd = unnamed_open(path);
    output->is_unnamed = output->fd >= 0;
    if (!output->is_unnamed)
        output->fd = mkostemp(output->temporary, O_CLOEXEC);
    if (output->fd >= 0)
        return true;
    free(output->temporary);
    output->temporary = NULL;
    return error_errno(error, "cannot make a file beside %s", path.bytes);
}

static bool spool_open(struct output *output, struct error *error)
{
    const char *folder = getenv("TMPDIR");
    char name[4096];
    snprintf(name, sizeof name, "%s/pillion.XXXXXX", folder && *folder ? folder : "/tmp");
    output->fd = mkostemp(name, O_CLOEXEC);
    if (output->fd < 0)
        return error_errno(error, "cannot make a temporary file %s (TMPDIR names another folder)", name);
    unlink(name);
    return true;
}

static bool recent_flush(struct output *output, struct error *error)
{
    struct slice name = output->temporary ? output->path : SLICE("the temporary file");
    if (!fd_write_all(output->fd, name, buffer_slice(&output->recent), error))
        return false;
    buffer_clear(&output->recent);
    return true;
}

bool output_add(struct output *output, struct slice bytes, struct error *error)
{
    if (bytes.length + output->recent.length > IN_MEMORY_MAX) {
        if ((output->fd < 0 && !spool_open(output, error)) || !recent_flush(output, error))
            return false;
        if (bytes.length > IN_MEMORY_MAX)
            return fd_write_all(output->fd, output->path, bytes, error);
    }
    buffer_add_slice(&output->recent, bytes);
    return true;
}

/* The file keeps the permissions it had; a new one gets what any new file gets. */
static mode_t mode_for(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0)
        return status.st_mode & 07777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Gives the file without a name one that no other has. */
static bool name_give(struct output *output)
{
    char self[64];
    char *end = output->temporary + output->path.length;
    snprintf(self, sizeof self, "/proc/self/fd/%d", output->fd);
    for (unsigned attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
        snprintf(end, sizeof ".XXXXXX", ".%06u", ((unsigned)getpid() + attempt) % 1000000);
        if (linkat(AT_FDCWD, self, AT_FDCWD, output->temporary, AT_SYMLINK_FOLLOW) == 0) {
            output->is_unnamed = false;
            return true;
        }
        if (errno != EEXIST)
            return false;
    }
    return false;
}

static bool file_commit(struct output *output, struct error *error)
{
    const char *path = output->path.bytes;
    if (!recent_flush(output, error))
        return false;
    if (fchmod(output->fd, mode_for(path)) < 0 || fsync(output->fd) < 0 || (output->is_unnamed && !name_give(output)) ||
        rename(output->temporary, path) < 0)
        return error_errno(error, "cannot write %s", path);
    free(output->temporary);
    output->temporary = NULL;
    return true;
}

static bool spool_copy(struct output *output, int to, struct slice name, struct error *error)
{
    char chunk[COPY_CHUNK];
    if (lseek(output->fd, 0, SEEK_SET) < 0)
        return error_errno(error, "cannot read the temporary file");
    for (;;) {
        ssize_t count = read(output->fd, chunk, sizeof chunk);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_errno(error, "cannot read the temporary file");
        if (count == 0)
            return true;
        if (!fd_write_all(to, name, (struct slice){chunk, (size_t)count}, error))
            return false;
    }
}

bool output_commit(struct output *output, struct error *error)
{
    if (output->temporary)
        return file_commit(output, error);
    struct slice name = output->path.length ? output->path : SLICE("standard output");
    _cleanup_(fd_close) int device = -1;
    if (output->path.length && (device = open(output->path.bytes, O_WRONLY | O_CLOEXEC)) < 0)
        return error_errno(error, "cannot open %s", output->path.bytes);
    int to = device >= 0 ? device : STDOUT_FILENO;
    if (output->fd >= 0 && !spool_copy(output, to, name, error))
        return false;
    return fd_write_all(to, name, buffer_slice(&output->recent), error);
}

void output_done(struct output *output)
{
    if (output->temporary) {
        if (!output->is_unnamed)
            unlink(output->temporary);
        free(output->temporary);
        output->temporary = NULL;
    }
    free(output->resolved);
    output->resolved = NULL;
    fd_close(&output->fd);
    buffer_done(&output->recent);
}
