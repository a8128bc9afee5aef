/* error.h - what went wrong, where, and what was expected. Made where the cause is known, printed once, at the top.
 * Lives in the caller's frame and needs no heap, so that it can report anything. */
#pragma once
#include "base/attribute.h"
#include "base/slice.h"
#include <stdbool.h>

enum error_code {
    ERROR_NONE,
    ERROR_SYNTAX,      /* the bytes are not what their format asks for */
    ERROR_VALUE,       /* well formed, but not a value that can be used here */
    ERROR_LIMIT,       /* over one of our limits: size, depth, steps */
    ERROR_MISSING,     /* something that must be there is not */
    ERROR_SYSTEM,      /* the system refused: a file, a socket, the kernel */
    ERROR_USAGE,       /* the command line */
    ERROR_REFUSED,     /* a peer or policy said no */
};

/* Where in a text: lines and columns count from 1, columns in bytes. Line 0: no place known. The file's name is
 * borrowed and must outlive the error. */
struct position {
    struct slice file;
    unsigned line, column;
};

struct error {
    enum error_code code;
    struct position where;
    char text[512];  /* the message, without the place; cut at the end with "..." when it is longer */
    char quote[600]; /* the line of the source that is meant, or several with their numbers, or "" */
};

/* A text that is being read, to find places in. `first_line` is the number of its first line, where it is a part of
 * a file (0 counts as 1). */
struct source {
    struct slice name, text;
    unsigned first_line;
};

/* Line and column of a byte offset. */
struct position source_position(const struct source *source, size_t offset);

/* Each sets *error (which may be NULL: then nothing is kept) and returns false, for `return error_set(...)`. */
bool error_set(struct error *error, enum error_code code, struct position where, const char *format, ...) PRINTF(4, 5);
/* At a byte of a source: fills in the place and quotes the line. */
bool error_at(struct error *error, enum error_code code, const struct source *source, size_t offset, const char *format,
              ...) PRINTF(5, 6);
/* Without a place, and with strerror(errno) behind the message. */
bool error_errno(struct error *error, const char *format, ...) PRINTF(2, 3);
/* Puts "context: " in front of the message that is there. */
bool error_wrap(struct error *error, const char *format, ...) PRINTF(2, 3);
/* Gives a place to an error that has none yet. */
bool error_place(struct error *error, struct position where);

/* "FILE:LINE:COLUMN: message" and "\n    | LINE" for each line quoted; into `out`, always NUL-terminated. */
void error_print(const struct error *error, char *out, size_t capacity);
