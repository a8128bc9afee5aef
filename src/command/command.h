/* command.h - what pillion can do: one table for the dispatch, the help and the manual's check. A command is a function
 * of its command line; only here is anything printed, the environment read, or the program ended. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "command/option.h"

/* Exit codes: 0 done; 1 failed; 2 the command line cannot be understood. Commands may have others of their own. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct command {
    const char *name;
    /* argv[0] is the command's name. Gives the exit code. */
    int (*run)(const struct command *command, int argc, char **argv);
    const struct option *options;  /* ends with a name of NULL; NULL: the command reads its command line by itself */
    const char *usage;             /* what stands behind the name: "-f FILE [flags]" */
    const char *summary;           /* one line */
    const char *const *aliases;    /* other names, NULL-terminated; NULL: none */
    const char *details;           /* more lines for its help; may be NULL */
};

int command_inject(const struct command *command, int argc, char **argv);
int command_review(const struct command *command, int argc, char **argv);
int command_render(const struct command *command, int argc, char **argv);
int command_profile(const struct command *command, int argc, char **argv);
int command_init(const struct command *command, int argc, char **argv);
int command_proxy(const struct command *command, int argc, char **argv);
int command_explain(const struct command *command, int argc, char **argv);
int command_trace(const struct command *command, int argc, char **argv);
int command_webhook(const struct command *command, int argc, char **argv);
int command_webhook_manifest(const struct command *command, int argc, char **argv);
int command_webhook_probe(const struct command *command, int argc, char **argv);
int command_cni(const struct command *command, int argc, char **argv);
int command_cni_install(const struct command *command, int argc, char **argv);
int command_cni_manifest(const struct command *command, int argc, char **argv);
int command_cni_repair(const struct command *command, int argc, char **argv);
int command_play(const struct command *command, int argc, char **argv);
int command_wait(const struct command *command, int argc, char **argv);
int command_request(const struct command *command, int argc, char **argv);
int command_version(const struct command *command, int argc, char **argv);

extern const struct option inject_options[], review_options_table[], render_options[], profile_options[],
    webhook_options[], explain_options[], proxy_options[], wait_options[], request_options[], cni_options[],
    cni_install_options[], cni_manifest_options[], cni_repair_options[], play_options[];

/* Reads the command line by the command's table. False after --help was answered or a mistake was reported: return
 * *ret_exit then. */
MUST_CHECK bool command_parse(const struct command *command, struct arena *arena, int argc, char **argv, void *values,
                              struct option_rest *ret_rest, int *ret_exit);

/* The same, for a command that leaves out flags that it does not know (option_parse_known). */
MUST_CHECK bool command_parse_known(const struct command *command, struct arena *arena, int argc, char **argv,
                                    void *values, struct option_rest *ret_rest, struct option_rest *ret_ignored,
                                    int *ret_exit);

/* Prints the error as "pillion COMMAND: ..." and gives EXIT_USAGE for ERROR_USAGE, else EXIT_FAILED. */
int command_fail(const struct command *command, const struct error *error);
/* Prints a line to standard error. */
void command_warn(const char *text);
