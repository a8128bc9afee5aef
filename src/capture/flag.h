/* flag.h - command line flags as Go's pflag reads them, from a table: `--name value`, `--name=value`, `-n value`,
 * `-nvalue`, `-n=value`, clusters of letters, `--` ends them, words in between are kept, the last of a repeated flag
 * wins. As pflag does, `-n=` gives the value "=", and a switch takes no separate value: `--switch=false`. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

enum flag_kind { FLAG_TEXT, FLAG_SWITCH };

struct flag {
    const char *name; /* without dashes */
    char letter;      /* 0: none */
    enum flag_kind kind;
    const char *value; /* what the help calls its value; NULL for a switch */
    const char *help;
};

struct flag_table {
    const struct flag *flags;
    size_t count;
};

/* Called for each flag met, in order; `index` is its place in the table. A switch without a value gives "true".
 * Returning false stops with the error it has set. */
typedef bool flag_setter(void *context, size_t index, struct slice value, struct error *error);

/* Reads argv[0] to argv[argc - 1] (no program name in it). The words that are no flags go to *ret_words, in the arena.
 * Errors are ERROR_USAGE and name the flag. */
MUST_CHECK bool flags_parse(struct flag_table table, struct arena *arena, int argc, char *const *argv,
                            flag_setter *setter, void *context, struct slice **ret_words, size_t *ret_word_count,
                            struct error *error);

struct buffer;
/* The flags as help text: those with a help of their own. */
void flags_help(struct flag_table table, struct buffer *out);
