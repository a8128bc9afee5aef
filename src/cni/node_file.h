/* node_file.h - files on the node that others read at any moment and perhaps write, too. A file is made whole under
 * another name in the same folder, reaches the disk, and takes its place by a rename: whoever looks, and whatever ends
 * the program, sees the old file or the new one (an emptied network configuration stops a node: istio#44167). */
#pragma once
#include "base/buffer.h"
#include "base/error.h"
#include <sys/stat.h>

/* A file as it was when it was read. */
struct node_file {
    int fd;
    struct stat status;
};
#define NODE_FILE_INIT {.fd = -1}
void node_file_done(struct node_file *file);

/* Reads the file of that name (NUL-terminated). ERROR_MISSING: there is none. */
MUST_CHECK bool node_file_read(const char *path, struct buffer *out, struct node_file *ret, struct error *error);
/* Whether it was written to since it was read (in place, perhaps after it has lost its name). */
bool node_file_is_changed(const struct node_file *file);
/* Whether another file has that name by now, or none. */
bool node_file_is_replaced(const struct node_file *file, const char *path);

/* Writes `bytes` to the file of that name. With `seen`, a link is followed, the new file gets mode and owner of what was
 * seen, and where the file is no longer that, nothing is done and *ret_overtaken is set; without, the mode is `mode`, and
 * a link is replaced. `ret_written` (may be NULL) tells the new file from others. On failure the old file is as it was. */
MUST_CHECK bool node_file_write(const char *path, struct slice bytes, const struct node_file *seen, mode_t mode,
                                bool *ret_overtaken, struct stat *ret_written, struct error *error);
/* Whether it is that file, and nobody has written to it since. */
bool node_file_is(const struct node_file *file, const struct stat *written);
/* The same as node_file_write with what another file (an open one, from its start) holds. */
MUST_CHECK bool node_file_copy(const char *path, int from, mode_t mode, struct error *error);
/* Removes it; one that is not there is fine. */
MUST_CHECK bool node_file_remove(const char *path, struct error *error);

/* What NODE_FILE_MARK begins is what a killed run has left. */
#define NODE_FILE_MARK ".tmp.pillion-"
/* Removes files beside `path` whose names are its name, `mark` and something; gives their number. */
size_t node_file_sweep(const char *path, const char *mark);
