/* fd.h - file descriptors: whole files in, all bytes out, whatever signals and partial writes come between. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"

/* For `_cleanup_(fd_close)`; -1 is nothing to close. */
void fd_close(int *fd);
/* Hands the descriptor over and leaves -1 behind. */
int fd_take(int *fd);

/* Everything up to the end, up to the buffer's limit; `name` is for messages. */
MUST_CHECK bool fd_read_all(int fd, struct slice name, struct buffer *out, struct error *error);
/* The file of that name, "-" for standard input. */
MUST_CHECK bool fd_read_file(const char *path, struct buffer *out, struct error *error);
/* Opens a file for reading, close-on-exec; "-" gives a copy of standard input. A folder is an error. */
MUST_CHECK bool fd_open_read(const char *path, int *ret_fd, struct error *error);
MUST_CHECK bool fd_write_all(int fd, struct slice name, struct slice bytes, struct error *error);
