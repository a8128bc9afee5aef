#include "play/line.h"
#include "base/fd.h"
#include "base/rune.h"
#include <errno.h>
#include <unistd.h>

void play_escape(struct buffer *out, struct slice text)
{
    for (size_t at = 0; at < text.length;) {
        size_t length;
        struct slice rest = slice_from_offset(text, at);
        unsigned rune = rune_decode(rest, &length);
        bool is_invalid = rune == RUNE_INVALID && length == 1;
        /* U+202A to U+202E and U+2066 to U+2069 turn the direction of what follows around. */
        bool is_control = (rune < ' ' && rune != '\t') || (rune >= 0x7f && rune < 0xa0) || rune == 0x2028 ||
                          rune == 0x2029 || (rune >= 0x202a && rune <= 0x202e) || (rune >= 0x2066 && rune <= 0x2069);
        if (is_invalid || is_control) {
            for (size_t i = 0; i < length; i++)
                buffer_format(out, "\\x%02x", (unsigned char)rest.bytes[i]);
        } else {
            buffer_add(out, rest.bytes, length);
        }
        at += length;
    }
}

static void lines_hand_out(struct play_lines *lines, bool is_end, play_line_reader *reader, void *context)
{
    struct slice rest = buffer_slice(&lines->partial);
    for (size_t end; (end = slice_find_byte(rest, '\n')) != SLICE_NONE;) {
        reader(context, slice_range(rest, 0, end));
        rest = slice_from_offset(rest, end + 1);
    }
    if (rest.length && (is_end || rest.length >= PLAY_LINE_MAX / 2)) {
        reader(context, rest);
        rest.length = 0;
    }
    if (rest.length)
        memmove(lines->partial.bytes, rest.bytes, rest.length);
    lines->partial.length = rest.length;
}

/* A few pieces at a time: one that talks without a pause must not keep everything else waiting. */
bool play_lines_read(struct play_lines *lines, play_line_reader *reader, void *context)
{
    for (int i = 0; i < 16; i++) {
        char *room = buffer_reserve(&lines->partial, PLAY_LINE_MAX / 2);
        ssize_t length = room ? read(lines->fd, room, PLAY_LINE_MAX / 2) : 0;
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0 && errno == EAGAIN)
            return true;
        if (length <= 0) {
            lines_hand_out(lines, true, reader, context);
            fd_close(&lines->fd);
            return false;
        }
        lines->partial.length += (size_t)length;
        lines_hand_out(lines, false, reader, context);
    }
    return true;
}

void play_lines_done(struct play_lines *lines)
{
    fd_close(&lines->fd);
    buffer_done(&lines->partial);
}
