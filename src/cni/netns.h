/* netns.h - network namespaces of pods, by file. */
#pragma once
#include "base/error.h"

/* Opens the namespace that the file stands for. `path` is NUL-terminated. ERROR_MISSING where there is no such file;
 * ERROR_VALUE where it is something else. */
MUST_CHECK bool netns_open(const char *path, int *ret_fd, struct error *error);
/* Whether it is the one that this thread is in. */
bool netns_is_own(int fd);

/* Moves this thread into the namespace and gives the one it was in. */
MUST_CHECK bool netns_enter(int fd, int *ret_previous, struct error *error);
/* Back into that one, which is closed. A thread that cannot go back must not go on: the process ends. */
void netns_leave(int *previous);
