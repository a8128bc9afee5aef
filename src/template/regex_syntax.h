/* regex_syntax.h - regular expressions as Go (RE2) writes them, checked and put into PCRE2's words. What RE2 does not
 * have (looking around, back references, possessive repetition) is refused, as Go refuses it. */
#pragma once
#include "base/arena.h"
#include "base/attribute.h"
#include "base/buffer.h"
#include "base/slice.h"

enum { REGEX_GROUPS_MAX = 250 };

struct regex_names {
    struct slice names[REGEX_GROUPS_MAX]; /* of the groups, from 1 on; empty for those without */
    size_t count;                         /* of groups */
};

/* Writes the pattern for PCRE2 (UTF, DOLLAR_ENDONLY, ALT_CIRCUMFLEX, newlines are \n). False with the reason in
 * *ret_why and the part that is meant in *ret_part. */
MUST_CHECK bool regex_translate(struct slice pattern, struct buffer *out, struct regex_names *ret_names,
                                const char **ret_why, struct slice *ret_part);
