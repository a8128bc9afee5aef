#include "kube/memory_file.h"
#include "base/fd.h"
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

bool memory_file_set(struct memory_file *file, struct slice bytes, struct error *error)
{
    _cleanup_(fd_close) int fd = memfd_create("certificate", MFD_CLOEXEC);
    char path[MEMORY_FILE_PATH];
    if (fd < 0)
        return error_errno(error, "cannot make a file in memory");
    if (!fd_write_all(fd, SLICE("a file in memory"), bytes, error))
        return false;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (access(path, R_OK) < 0)
        return error_errno(error, "cannot read %s: certificates that are no files need /proc", path);
    memory_file_done(file);
    file->fd = fd_take(&fd);
    memcpy(file->path, path, sizeof path);
    return true;
}

void memory_file_done(struct memory_file *file)
{
    fd_close(&file->fd);
}

const char *memory_file_path(const struct memory_file *file)
{
    return file->fd >= 0 ? file->path : NULL;
}
