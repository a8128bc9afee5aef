#include "play/expand.h"
#include "base/buffer.h"

enum { EXPANDED_MAX = 16 << 20 };

const struct play_variable *play_variables_find(const struct play_variables *variables, struct slice name)
{
    for (size_t i = variables->count; i-- > 0;) {
        if (slice_equal(variables->list[i].name, name))
            return &variables->list[i];
    }
    return NULL;
}

void play_variables_set(struct arena *arena, struct play_variables *variables, struct slice name, struct slice value)
{
    for (size_t i = 0; i < variables->count; i++) {
        if (slice_equal(variables->list[i].name, name)) {
            variables->list[i].value = value;
            return;
        }
    }
    if (variables->count == variables->capacity) {
        size_t capacity = variables->capacity ? variables->capacity * 2 : 16;
        struct play_variable *list = arena_new(arena, struct play_variable, capacity);
        if (variables->count)
            memcpy(list, variables->list, variables->count * sizeof *list);
        variables->list = list;
        variables->capacity = capacity;
    }
    variables->list[variables->count++] = (struct play_variable){name, value};
}

/* What stands behind a dollar sign; gives how many bytes of it were used. */
static size_t reference_add(struct buffer *out, struct slice rest, const struct play_variables *variables)
{
    if (slice_starts(rest, SLICE("$"))) {
        buffer_add_byte(out, '$');
        return 1;
    }
    size_t end = slice_starts(rest, SLICE("(")) ? slice_find_byte(rest, ')') : SLICE_NONE;
    buffer_add_byte(out, '$');
    if (end == SLICE_NONE)
        return 0;
    const struct play_variable *variable = play_variables_find(variables, slice_range(rest, 1, end));
    if (variable) {
        out->length--; /* the dollar sign */
        buffer_add_slice(out, variable->value);
    } else {
        buffer_add_slice(out, slice_range(rest, 0, end + 1));
    }
    return end + 1;
}

struct slice play_expand(struct arena *arena, struct slice text, const struct play_variables *variables)
{
    if (slice_find_byte(text, '$') == SLICE_NONE)
        return arena_copy(arena, text);
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(EXPANDED_MAX);
    for (size_t at = 0; at < text.length;) {
        char byte = text.bytes[at++];
        if (byte == '$')
            at += reference_add(&out, slice_from_offset(text, at), variables);
        else
            buffer_add_byte(&out, byte);
    }
    return arena_copy(arena, buffer_slice(&out));
}
