/* frame.h - messages on a TCP connection: each behind its length in two octets (RFC 1035, 4.2.2), in as many pieces as
 * the network likes. */
#pragma once
#include "base/slice.h"
#include <stdint.h>

/* A message that is coming in. Zeroed at first. Takes memory as bytes arrive, not as their length promises. */
struct frame {
    char prefix[2], *bytes;
    size_t prefix_got, got, length, capacity;
};

enum frame_result {
    FRAME_WHOLE,  /* `bytes` and `length` are a message; frame_clear before the next */
    FRAME_MORE,   /* not all is there yet */
    FRAME_END,    /* the other side has ended, between two messages */
    FRAME_BROKEN, /* within one, or the connection is no more */
};

/* Reads from a socket that doesn't block, and nothing beyond the message. */
enum frame_result frame_read(struct frame *frame, int fd);
struct slice frame_message(const struct frame *frame);
/* Gives its memory back, and is ready for the next message. */
void frame_clear(struct frame *frame);
