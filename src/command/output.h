/* output.h - all or nothing: what a command prints appears when it has succeeded, or not at all. In memory up to a
 * megabyte, then in a temporary file without a name; a named file is written beside its place and renamed. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"

struct output {
    struct slice path;    /* empty: standard output */
    struct buffer recent; /* not yet in the file */
    int fd;               /* the temporary file, or -1 */
    char *temporary;      /* its name, beside `path`; NULL for a file that goes to standard output */
    bool is_unnamed;      /* it gets that name only when it is complete */
    char *resolved;       /* what `path` is when the one asked for is a link */
};

/* Opens an output for a file's path (NUL-terminated), or standard output for "" and "-". */
MUST_CHECK bool output_open(struct output *output, struct slice path, struct error *error);
MUST_CHECK bool output_add(struct output *output, struct slice bytes, struct error *error);
/* Makes it appear. */
MUST_CHECK bool output_commit(struct output *output, struct error *error);
/* Frees what it holds; what was not committed is gone. For `_cleanup_`. */
void output_done(struct output *output);
