#include "webhook/health_file.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <time.h>

bool health_file_touch(struct slice path, struct error *error)
{
    _cleanup_(fd_close) int fd = open(path.bytes, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0 || futimens(fd, NULL))
        return error_errno(error, "health file %.*s", SLICE_ARGS(path));
    return true;
}

bool health_file_check(struct slice path, int64_t interval_ms, struct error *error)
{
    struct stat status;
    struct timespec now;
    if (stat(path.bytes, &status))
        return error_errno(error, "health file %.*s", SLICE_ARGS(path));
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age = (now.tv_sec - status.st_mtim.tv_sec) * INT64_C(1000) +
                  (now.tv_nsec - status.st_mtim.tv_nsec) / 1000000;
    if (age <= interval_ms)
        return true;
    return error_set(error, ERROR_VALUE, (struct position){0},
                     "health file %.*s is %" PRId64 " ms old, want at most %" PRId64 " ms", SLICE_ARGS(path), age,
                     interval_ms);
}
