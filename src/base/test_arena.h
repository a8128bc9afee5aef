/* test_arena.h - for unit tests alone: an arena as the *state of each test, or of a group of them. */
#pragma once
#include "base/arena.h"
#include <stdlib.h>

/* cmocka's fixtures: `*state` is a struct arena between the two. */
static inline int test_arena_start(void **state)
{
    *state = calloc(1, sizeof(struct arena));
    return *state ? 0 : -1;
}

static inline int test_arena_stop(void **state)
{
    arena_done(*state);
    free(*state);
    return 0;
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, test_arena_start, test_arena_stop)
