/* profile.h - the embedded profile for programs that are tests: with what the commands put in the place of its marks. */
#pragma once
#include "base/arena.h"

extern const char profile_config_text[], profile_values_text[], profile_mesh_text[];

/* The values as `pillion profile dump` prints them, for nodes without the CNI plugin. */
static inline struct slice profile_values(struct arena *arena)
{
    static const struct slice marks[][2] = {{SLICE_CONSTANT("@IMAGE@"), SLICE_CONSTANT("pillion:test")},
                                            {SLICE_CONSTANT("@CNI@"), SLICE_CONSTANT("false")}};
    struct slice text = slice_from(profile_values_text);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t at = slice_find(text, marks[i][0]);
        if (at == SLICE_NONE)
            continue;
        struct slice head = arena_join(arena, slice_range(text, 0, at), marks[i][1]);
        text = arena_join(arena, head, slice_from_offset(text, at + marks[i][0].length));
    }
    return text;
}
