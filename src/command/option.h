/* option.h - command lines, as Go's pflag reads them, which Istio's programs use: --name value, --name=value, -n value,
 * -nvalue, switches with --name or --name=false, flags between arguments, -- before the rest. Help, parsing and the
 * check of the manual read the same table. */
#pragma once
#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

enum option_kind {
    OPTION_TEXT,   /* struct slice; the last one wins */
    OPTION_TEXTS,  /* struct option_texts; each one given adds to it */
    OPTION_SWITCH, /* bool */
    OPTION_NUMBER, /* int64_t */
};

struct option_texts {
    const char **items; /* NULL-terminated strings of argv */
    size_t count;
};

struct option {
    const char *name; /* without dashes; NULL ends a table */
    char letter;      /* 0: none */
    enum option_kind kind;
    size_t offset;        /* where in the command's struct its value goes */
    const char *argument; /* what the help calls its value: "FILE" */
    const char *help;     /* NULL: another name of an option above, not shown */
    const char *variable; /* the environment variable with its default, or NULL */
};

/* What is left beside the options. */
struct option_rest {
    const char **items;
    size_t count;
};

struct arena;
/* The environment; NULL when a variable is not set. */
typedef const char *(*option_environment)(const char *name);

/* Reads argv[1..] into `values`, after the variables of the environment. Errors are ERROR_USAGE and name the flag, what
 * is wrong with it, and the flag that was perhaps meant. */
MUST_CHECK bool option_parse(struct arena *arena, const struct option *options, int argc, char **argv,
                             option_environment environment, void *values, struct option_rest *ret_rest,
                             struct error *error);

/* The same, but flags that the table does not have are left out, with the next word where that can be their value, and
 * given in *ret_ignored as they stood in argv: what Istio's agent does (cobra, FParseErrWhitelist.UnknownFlags). */
MUST_CHECK bool option_parse_known(struct arena *arena, const struct option *options, int argc, char **argv,
                                   option_environment environment, void *values, struct option_rest *ret_rest,
                                   struct option_rest *ret_ignored, struct error *error);

/* Whether --help or -h stands among the arguments (before --). */
bool option_wants_help(int argc, char **argv);

/* The word of a list that is nearest to `word`, if one is near enough to have been meant; else NULL. The list ends with
 * NULL. */
const char *option_nearest(const char *word, const char *const *words);

struct buffer;
/* The table as help text, a line or two an option. */
void option_help(struct buffer *out, const struct option *options);
