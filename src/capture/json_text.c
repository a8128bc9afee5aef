#include "capture/json_text.h"
#include "base/rune.h"

void json_text_print(struct buffer *out, struct slice text)
{
    buffer_add_byte(out, '"');
    while (text.length) {
        size_t length;
        unsigned rune = rune_decode(text, &length);
        if (rune == '"' || rune == '\\')
            buffer_add_byte(out, '\\');
        if (rune < ' ')
            buffer_format(out, "\\u%04x", rune);
        else
            buffer_add_rune(out, rune);
        text = slice_from_offset(text, length);
    }
    buffer_add_byte(out, '"');
}
