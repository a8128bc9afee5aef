#include "play/launch.h"
#include "base/fd.h"
#include "base/number.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_LIMIT_MS = 20000, STATUS_SIGNAL = 128, CAPABILITY_MAX = 63 };

/* ---- in the child ------------------------------------------------------------------------------------------- */

/* Nobody but the parent hears of it, by the pipe that closes when the program starts. */
static NORETURN void give_up(int report, const struct error *error)
{
    bool is_told = fd_write_all(report, SLICE("report"), (struct slice){(const char *)error, sizeof *error}, NULL);
    _exit(is_told ? 127 : 126);
}

/* The kernel gives root what the bounding set has, and others nothing. */
static bool identity_take(const struct play_container *container, struct error *error)
{
    for (int i = 0; i <= CAPABILITY_MAX; i++) {
        if (!(container->capabilities >> i & 1) && prctl(PR_CAPBSET_DROP, i) < 0 && errno != EINVAL)
            return error_errno(error, "dropping capability %d", i);
    }
    if (setgroups(0, NULL) < 0 || setresgid(container->gid, container->gid, container->gid) < 0 ||
        setresuid(container->uid, container->uid, container->uid) < 0)
        return error_errno(error, "becoming user %u, group %u", container->uid, container->gid);
    if (container->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return error_errno(error, "giving up new privileges");
    return true;
}

/* As the shell looks for it: execvpe takes our own PATH, not the container's. */
static void program_run(const struct play_launch *launch, struct error *error)
{
    char *const *environment = launch->container->environment;
    struct slice path = SLICE("/usr/local/bin:/usr/bin:/bin");
    const char *name = launch->argv[0];
    for (size_t i = 0; environment[i]; i++) {
        if (slice_starts(slice_from(environment[i]), SLICE("PATH=")))
            path = slice_from(environment[i] + 5);
    }
    errno = ENOENT;
    if (strchr(name, '/'))
        execve(name, launch->argv, environment);
    int found = 0;
    struct slice_splitter folders = {.rest = path};
    for (struct slice folder; !strchr(name, '/') && slice_split(&folders, ':', &folder);) {
        char file[4096];
        snprintf(file, sizeof file, "%.*s/%s", SLICE_ARGS(folder), name);
        execve(file, launch->argv, environment);
        if (errno != ENOENT && errno != ENOTDIR)
            found = errno;
    }
    errno = found ? found : errno;
    if (errno == ENOENT || errno == ENOTDIR)
        error_set(error, ERROR_MISSING, (struct position){0},
                  "there is no program \"%s\" on this host; install it: images are not pulled here", name);
    else
        error_errno(error, "cannot run \"%s\"", name);
}

static NORETURN void become_program(const struct play_launch *launch, int report)
{
    struct error error = {0};
    sigset_t none;
    const struct play_container *container = launch->container;
    setsid();
    sigemptyset(&none);
    if (chdir(container->folder) < 0) {
        error_errno(&error, "working folder %s", container->folder);
        give_up(report, &error);
    }
    if (!identity_take(container, &error))
        give_up(report, &error);
    /* Only now: a change of user forgets it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    program_run(launch, &error);
    give_up(report, &error);
}

/* The container's first process: with its end the kernel kills whatever else is in the container. */
static NORETURN void attend(pid_t program)
{
    sigset_t all;
    siginfo_t signal;
    int status;
    sigfillset(&all);
    for (;;) {
        for (pid_t gone; (gone = waitpid(-1, &status, WNOHANG)) > 0;) {
            if (gone == program)
                _exit(WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_SIGNAL + WTERMSIG(status));
        }
        if (sigwaitinfo(&all, &signal) > 0 && signal.si_signo != SIGCHLD)
            kill(program, signal.si_signo);
    }
}

/* Descriptors 0 to 2 as the program is to have them, 3 for reports; everything else of ours is closed. */
static int descriptors_arrange(const struct play_launch *launch, int report)
{
    int input = open("/dev/null", O_RDONLY);
    int kept[] = {input, launch->output, launch->errors, report};
    for (size_t i = 0; i < ARRAY_LENGTH(kept); i++)
        kept[i] = fcntl(kept[i], F_DUPFD, 10);
    for (int i = 0; i < (int)ARRAY_LENGTH(kept); i++)
        dup2(kept[i], i);
    close_range(4, ~0u, 0);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    /* A program of another user opens /dev/stdout: it is its own. */
    (void)!fchown(STDOUT_FILENO, launch->container->uid, launch->container->gid);
    (void)!fchown(STDERR_FILENO, launch->container->uid, launch->container->gid);
    return 3;
}

static NORETURN void contain(const struct play_launch *launch, int report)
{
    struct error error = {0};
    sigset_t all;
    sigfillset(&all);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    report = descriptors_arrange(launch, report);
    if (!launch->root)
        become_program(launch, report);
    if (!play_root_enter(launch->root, &error))
        give_up(report, &error);
    if (launch->pod->shares_processes)
        become_program(launch, report);
    sigprocmask(SIG_SETMASK, &all, NULL);
    pid_t program = fork();
    if (program < 0) {
        error_errno(&error, "a process");
        give_up(report, &error);
    }
    if (program == 0)
        become_program(launch, report);
    prctl(PR_SET_NAME, "pillion-play");
    close_range(STDIN_FILENO, ~0u, 0);
    attend(program);
}

/* ---- here --------------------------------------------------------------------------------------------------- */

/* Processes tell their numbers by a byte each: the kernel translates the sender's number on the way. */
enum { IS_BETWEEN = 'b', IS_LAST = 'l' };

static pid_t clone_sibling(uint64_t flags)
{
    struct clone_args arguments = {.flags = CLONE_PARENT | flags};
    return (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
}

static NORETURN void contain_telling(const struct play_launch *launch, int answer, int report)
{
    const char sign = IS_LAST;
    (void)!send(answer, &sign, 1, MSG_NOSIGNAL);
    contain(launch, report);
}

/* The one between has done its part when the next one is there. */
static NORETURN void hand_over(pid_t next, int report)
{
    struct error error = {0};
    if (next > 0)
        _exit(0);
    error_errno(&error, "a process");
    give_up(report, &error);
}

/* In the pod's process namespace, and in it only can the container's be made (pid_namespaces(7)). */
static NORETURN void go_deeper(const struct play_launch *launch, int answer, int report)
{
    const char sign = IS_BETWEEN;
    (void)!send(answer, &sign, 1, MSG_NOSIGNAL);
    pid_t process = clone_sibling(CLONE_NEWNS | CLONE_NEWPID);
    if (process == 0)
        contain_telling(launch, answer, report);
    hand_over(process, report);
}

/* The root of a process, by its pidfd; -1, and errno says why: it has ended. */
static int root_open(int process)
{
    char path[64];
    uint64_t id = 0;
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(4096);
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", process);
    if (!fd_read_file(path, &text, NULL))
        return -1;
    struct slice_splitter lines = {.rest = buffer_slice(&text)};
    for (struct slice line; slice_split(&lines, '\n', &line);)
        if (slice_starts(line, SLICE("Pid:")) && !number_parse_u64(slice_trim(slice_from_offset(line, 4)), &id)) {
            errno = ESRCH;
            return -1;
        }
    snprintf(path, sizeof path, "/proc/%" PRIu64 "/root", id);
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Entering a mount namespace leads to its own root, which is not the container's where this program runs in a chroot.
 */
static bool spaces_enter(const struct play_launch *launch, int spaces)
{
    if (launch->sandbox)
        return setns(launch->sandbox->handle, spaces) == 0;
    _cleanup_(fd_close) int root = root_open(launch->running);
    return root >= 0 && setns(launch->running, spaces | CLONE_NEWNS) == 0 && fchdir(root) == 0 && chroot(".") == 0 &&
           chdir("/") == 0;
}

/* Process namespaces are for children only, so one process goes there and has the child; being ours by CLONE_PARENT,
 * the child is not lost when it ends. */
static NORETURN void go_between(const struct play_launch *launch, int answer, int report)
{
    struct error error = {0};
    bool is_new = launch->sandbox, is_shared = launch->pod->shares_processes;
    if (!spaces_enter(launch, CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC)) {
        error_errno(&error, "entering the pod");
        give_up(report, &error);
    }
    pid_t process = clone_sibling(is_new && is_shared ? CLONE_NEWNS : 0);
    if (process == 0 && is_new && !is_shared)
        go_deeper(launch, answer, report);
    if (process == 0)
        contain_telling(launch, answer, report);
    hand_over(process, report);
}

static void process_wait(pid_t process)
{
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* Takes in those between. Gives 0 when there is none that stays. */
static pid_t answer_read(int answer)
{
    for (;;) {
        char sign = 0;
        union {
            struct cmsghdr header;
            char bytes[CMSG_SPACE(sizeof(struct ucred))];
        } control = {0};
        struct ucred sender = {0};
        struct iovec part = {&sign, 1};
        struct msghdr message = {
            .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control};
        ssize_t length = recvmsg(answer, &message, 0);
        if (length < 0 && errno == EINTR)
            continue;
        const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        if (length != 1 || !header || header->cmsg_type != SCM_CREDENTIALS)
            return 0;
        memcpy(&sender, CMSG_DATA(header), sizeof sender);
        if (sign == IS_LAST)
            return sender.pid;
        process_wait(sender.pid);
    }
}

static bool report_read(int report, struct error *error)
{
    struct error found;
    size_t length = 0;
    struct pollfd one = {.fd = report, .events = POLLIN};
    while (length < sizeof found) {
        int ready = poll(&one, 1, START_LIMIT_MS);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0)
            return error_set(error, ERROR_SYSTEM, (struct position){0}, "it did not start within %d s",
                             START_LIMIT_MS / 1000);
        ssize_t got = read(report, (char *)&found + length, sizeof found - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return true; /* the program has taken the place of whoever would have written */
        length += (size_t)got;
    }
    found.where = (struct position){0};
    if (error)
        *error = found;
    return false;
}

static bool answers_open(int ret[2], struct error *error)
{
    const int on = 1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) < 0)
        return error_errno(error, "a pair of sockets");
    if (setsockopt(ret[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0)
        return true;
    close(ret[0]);
    close(ret[1]);
    return error_errno(error, "a pair of sockets");
}

bool play_launch(const struct play_launch *launch, struct play_process *ret, struct error *error)
{
    int answer[2], report[2];
    if (!answers_open(answer, error))
        return false;
    _cleanup_(fd_close) int answer_end = answer[0];
    _cleanup_(fd_close) int answer_write = answer[1];
    if (pipe2(report, O_CLOEXEC) < 0)
        return error_errno(error, "a pipe");
    _cleanup_(fd_close) int report_end = report[0];
    _cleanup_(fd_close) int report_write = report[1];
    pid_t between = fork();
    if (between == 0)
        go_between(launch, answer_write, report_write);
    if (between < 0)
        return error_errno(error, "a process");
    fd_close(&answer_write);
    fd_close(&report_write);
    pid_t process = answer_read(answer_end);
    process_wait(between);
    bool is_started = report_read(report_end, error);
    if (is_started && !process)
        is_started = error_set(error, ERROR_SYSTEM, (struct position){0}, "the process went before it started");
    if (!is_started && process) {
        kill(process, SIGKILL);
        process_wait(process);
    }
    if (is_started)
        *ret = (struct play_process){process, (int)syscall(SYS_pidfd_open, process, 0)};
    return is_started;
}

void play_process_signal(const struct play_process *process, int number)
{
    if (process->id > 0)
        kill(process->id, number);
}

void play_process_forget(struct play_process *process)
{
    process->id = 0;
    fd_close(&process->handle);
}
