/* line.h - lines from a pipe, made fit for a terminal: what programs print is theirs to choose. */
#pragma once
#include "base/buffer.h"

/* Appends the text with everything escaped that a terminal might obey: control characters of both sets, and what is not
 * UTF-8. Tabs stay. */
void play_escape(struct buffer *out, struct slice text);

enum { PLAY_LINE_MAX = 16384 }; /* what is longer is cut into several */

struct play_lines {
    int fd; /* not blocking; -1: none */
    struct buffer partial;
};
#define PLAY_LINES_INIT                                                                                                \
    {                                                                                                                  \
        -1, BUFFER_INIT(PLAY_LINE_MAX)                                                                                 \
    }

typedef void play_line_reader(void *context, struct slice line);
/* Reads what there is and hands out whole lines, at the end of the pipe also one that is not. False at that end. */
bool play_lines_read(struct play_lines *lines, play_line_reader *reader, void *context);
void play_lines_done(struct play_lines *lines);
