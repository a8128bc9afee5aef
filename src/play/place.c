#include "play/place.h"
#include "base/fd.h"
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

static const char own[] = "/proc/self/ns/net";

bool play_place_new(int *ret_fd, struct error *error)
{
    _cleanup_(play_place_return) int home = open(own, O_RDONLY | O_CLOEXEC);
    if (home < 0)
        return error_errno(error, "%s", own);
    if (unshare(CLONE_NEWNET) < 0)
        return error_errno(error, "a network namespace");
    *ret_fd = open(own, O_RDONLY | O_CLOEXEC);
    return *ret_fd >= 0 || error_errno(error, "%s", own);
}

bool play_place_enter(int fd, int *ret_home, struct error *error)
{
    _cleanup_(fd_close) int home = open(own, O_RDONLY | O_CLOEXEC);
    if (home < 0)
        return error_errno(error, "%s", own);
    if (setns(fd, CLONE_NEWNET) < 0)
        return error_errno(error, "entering a network namespace");
    *ret_home = fd_take(&home);
    return true;
}

/* Where the way back is closed there is nothing sensible left to do: everything after would happen in the wrong
 * network. It cannot be: whoever may enter a namespace may go home. */
void play_place_return(int *home)
{
    if (*home < 0)
        return;
    if (setns(*home, CLONE_NEWNET) < 0)
        _exit(1);
    fd_close(home);
}
