/* measure RUNS COMMAND...: runs a command so often, without its output, and prints for each run its microseconds and its
 * largest resident size in KiB. A small parent, since a child's figure starts at its parent's. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    for (long i = 0; i < runs; i++) {
        pid_t child;
        int status;
        struct rusage usage;
        double start = now();
        if (posix_spawnp(&child, argv[2], &actions, NULL, argv + 2, environ) != 0 ||
            wait4(child, &status, 0, &usage) != child)
            return 1;
        printf("%.1f %ld %d\n", now() - start, usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
    }
    return runs > 0 ? 0 : 2;
}
