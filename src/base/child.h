/* child.h - running another program by argv, never by a shell: text in, text out. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

struct child {
    char *const *argv;        /* argv[0] is the program's path */
    char *const *environment; /* NULL-terminated */
    struct slice input;       /* its standard input */
    bool shares_input, shares_errors; /* ours instead: it talks to somebody at our terminal */
    unsigned timeout_ms;      /* then it is killed, with what it has started; 0: it may take for ever */
    size_t output_max;        /* of what it prints, bytes; 0: 64 MiB */
};

struct child_result {
    int status;           /* its exit status; 128 + signal when one ended it */
    bool is_late;         /* it was killed because its time was up */
    struct buffer output; /* what it printed; given back by child_result_done; `overflowed`: there was more */
    struct buffer errors;
};

/* False when it could not be run at all; an exit status other than 0 is for the caller to judge. The child gets the
 * signals' default actions and no blocked ones. */
MUST_CHECK bool child_run(const struct child *child, struct child_result *ret, struct error *error);
void child_result_done(struct child_result *result);
