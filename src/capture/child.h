/* child.h - running another program by argv, never by a shell: text in, text out. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

struct child_result {
    int status;           /* its exit status; 128 + signal when one ended it */
    struct buffer output; /* what it printed; given back by child_result_done */
    struct buffer errors;
};

/* argv[0] is the program's path; the environment is `environment` (NULL-terminated), standard input is `input`. False
 * when it could not be run at all; an exit status other than 0 is for the caller to judge. */
MUST_CHECK bool child_run(char *const *argv, char *const *environment, struct slice input, struct child_result *ret,
                          struct error *error);
void child_result_done(struct child_result *result);
