/* regex.h - regular expressions in Go's syntax, matched by PCRE2, which is loaded when the first one is needed: few
 * templates have any, and every program that starts would pay for the library. */
#pragma once
#include "template/execution.h"

struct regex;

/* The compiled pattern; kept until the execution ends. NULL with the reason in *ret_why (NUL-terminated, in the arena)
 * for a pattern that is none, or when the library is missing (then *ret_missing). */
const struct regex *regex_get(struct execution *execution, struct slice pattern, const char **ret_why,
                              bool *ret_missing);
/* The first match from `start` on. *ret_groups gets the starts and ends of the match and its groups, SLICE_NONE where a
 * group took no part. An error only when a limit is hit. */
MUST_CHECK bool regex_match(struct execution *execution, const struct regex *regex, struct slice text, size_t start,
                            bool *ret_matched, const size_t **ret_offsets);
size_t regex_group_count(const struct regex *regex);
/* The number of a group with a name; 0 when there is none. */
size_t regex_group_named(const struct regex *regex, struct slice name);
/* Frees what the execution compiled. */
void regex_done(struct execution *execution);
