#include "play/sandbox.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The pod's first process: it takes in orphans, as the pause container does, and nothing else. `life` is at its end
 * when the parent has gone before we asked to go with it. */
static NORETURN void hold(struct slice host_name, int life)
{
    struct pollfd parent = {.fd = life};
    sigset_t children;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "pillion-play");
    if (sethostname(host_name.bytes, host_name.length < 64 ? host_name.length : 63) < 0)
        _exit(1);
    if (poll(&parent, 1, 0) != 0)
        _exit(0);
    dup2(life, STDIN_FILENO);
    close_range(STDIN_FILENO + 1, ~0u, 0);
    sigfillset(&children);
    sigprocmask(SIG_SETMASK, &children, NULL);
    for (;;) {
        sigwaitinfo(&children, NULL);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
    }
}

bool play_sandbox_start(struct slice host_name, struct play_sandbox *ret, struct error *error)
{
    int ends[2], handle = -1;
    char path[64];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(error, "a pipe");
    struct clone_args arguments = {
        .flags = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)&handle,
        .exit_signal = SIGCHLD,
    };
    pid_t process = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    if (process == 0) {
        close(ends[1]);
        hold(host_name, ends[0]);
    }
    close(ends[0]);
    if (process < 0) {
        close(ends[1]);
        return error_errno(error, "the namespaces of a pod");
    }
    /* The other end stays open for as long as this program lives. */
    *ret = (struct play_sandbox){process, handle, -1};
    snprintf(path, sizeof path, "/proc/%d/ns/net", process);
    ret->network = open(path, O_RDONLY | O_CLOEXEC);
    return ret->network >= 0 || error_errno(error, "%s", path);
}

void play_sandbox_done(struct play_sandbox *sandbox)
{
    if (sandbox->process > 0) {
        kill(sandbox->process, SIGKILL);
        while (waitpid(sandbox->process, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    sandbox->process = 0;
    fd_close(&sandbox->handle);
    fd_close(&sandbox->network);
}
