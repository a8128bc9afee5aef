#include "cni/netns.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct position nowhere;

bool netns_open(const char *path, int *ret_fd, struct error *error)
{
    /* Not blocking: somebody may have put a pipe there. */
    _cleanup_(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return error_set(error, ERROR_MISSING, nowhere, "the network namespace %s is not there", path);
    if (fd < 0)
        return error_errno(error, "cannot open the network namespace %s", path);
    /* ioctl_ns(2); anything else does not know the request. */
    if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET)
        return error_set(error, ERROR_VALUE, nowhere, "%s is not a network namespace", path);
    *ret_fd = fd_take(&fd);
    return true;
}

/* That of the thread: of /proc/self it would be that of the process's first one. */
static const char own_path[] = "/proc/thread-self/ns/net";

bool netns_is_own(int fd)
{
    struct stat there, here;
    return fstat(fd, &there) == 0 && stat(own_path, &here) == 0 && there.st_ino == here.st_ino &&
           there.st_dev == here.st_dev;
}

bool netns_enter(int fd, int *ret_previous, struct error *error)
{
    _cleanup_(fd_close) int previous = open(own_path, O_RDONLY | O_CLOEXEC);
    if (previous < 0)
        return error_errno(error, "cannot open %s, to come back to this network namespace", own_path);
    if (setns(fd, CLONE_NEWNET) < 0)
        return error_errno(error, "entering the pod's network namespace (this needs CAP_SYS_ADMIN)");
    *ret_previous = fd_take(&previous);
    return true;
}

void netns_leave(int *previous)
{
    if (*previous < 0)
        return;
    if (setns(*previous, CLONE_NEWNET) < 0) {
        /* Whatever this thread did next, it would do in a pod's network. */
        perror("pillion: cannot go back to the own network namespace");
        abort();
    }
    fd_close(previous);
}
