#include "dns/frame.h"
#include "base/memory.h"
#include "dns/message.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { FIRST_BYTES = 512 };

/* Reads up to `wanted` bytes; FRAME_WHOLE when there were some. */
static enum frame_result piece_read(int fd, char *into, size_t wanted, bool is_between, size_t *got)
{
    ssize_t count;
    do
        count = recv(fd, into, wanted, 0);
    while (count < 0 && errno == EINTR);
    if (count > 0) {
        *got += (size_t)count;
        return FRAME_WHOLE;
    }
    if (count == 0)
        return is_between ? FRAME_END : FRAME_BROKEN;
    return errno == EAGAIN ? FRAME_MORE : FRAME_BROKEN;
}

static void grow(struct frame *frame)
{
    size_t capacity = frame->capacity ? 2 * frame->capacity : FIRST_BYTES;
    frame->capacity = capacity < frame->length ? capacity : frame->length;
    frame->bytes = memory_resize(frame->bytes, frame->capacity, 1);
}

enum frame_result frame_read(struct frame *frame, int fd)
{
    enum frame_result result;
    while (frame->prefix_got < sizeof frame->prefix) {
        result = piece_read(fd, frame->prefix + frame->prefix_got, sizeof frame->prefix - frame->prefix_got,
                            frame->prefix_got == 0, &frame->prefix_got);
        if (result != FRAME_WHOLE)
            return result;
    }
    frame->length = dns_get_u16(frame->prefix);
    while (frame->got < frame->length) {
        if (frame->got == frame->capacity)
            grow(frame);
        result = piece_read(fd, frame->bytes + frame->got, frame->capacity - frame->got, false, &frame->got);
        if (result != FRAME_WHOLE)
            return result;
    }
    return FRAME_WHOLE;
}

struct slice frame_message(const struct frame *frame)
{
    return (struct slice){frame->bytes, frame->length};
}

void frame_clear(struct frame *frame)
{
    free(frame->bytes);
    *frame = (struct frame){0};
}
