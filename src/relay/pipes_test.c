#include "relay/pipes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
#include <cmocka.h>

static void an_empty_pipe_is_used_again(void **state)
{
    atomic_long left = 100;
    struct pipes pipes;
    struct pipe_ends ends, again;
    (void)state;
    pipes_init(&pipes, &left);
    assert_true(pipes_take(&pipes, 0, &ends));
    int read_end = ends.read;
    pipes_give(&pipes, &ends, true);
    assert_int_equal(ends.read, -1);
    pipes_give(&pipes, &ends, true); /* none: nothing to give */
    assert_true(pipes_take(&pipes, 0, &again));
    assert_int_equal(again.read, read_end);
    assert_int_equal(left, 98);
    /* One with bytes in it would give them to whoever comes next. */
    assert_int_equal(write(again.write, "x", 1), 1);
    pipes_give(&pipes, &again, false);
    assert_int_equal(pipes.count, 0);
    assert_int_equal(left, 100);
    pipes_done(&pipes);
}

static void the_reserve_goes_when_nobody_needs_it(void **state)
{
    atomic_long left = 100;
    struct pipes pipes;
    struct pipe_ends ends;
    (void)state;
    pipes_init(&pipes, &left);
    assert_int_equal(pipes_wait(&pipes, 0), -1);
    assert_true(pipes_take(&pipes, 10, &ends));
    assert_int_equal(pipes_wait(&pipes, 10), -1);
    pipes_give(&pipes, &ends, true);
    assert_int_equal(pipes_wait(&pipes, 11), PIPES_IDLE_MS - 1);
    pipes_trim(&pipes, 11);
    assert_int_equal(pipes.count, 1);
    assert_int_equal(pipes_wait(&pipes, 10 + PIPES_IDLE_MS), 0);
    pipes_trim(&pipes, 10 + PIPES_IDLE_MS);
    assert_int_equal(pipes_wait(&pipes, 10 + PIPES_IDLE_MS), -1);
    assert_int_equal(left, 100);
}

static void few_are_kept(void **state)
{
    enum { MANY = PIPES_KEPT + 3 };
    atomic_long left = 2 * MANY;
    struct pipes pipes;
    struct pipe_ends ends[MANY];
    (void)state;
    pipes_init(&pipes, &left);
    for (int i = 0; i < MANY; i++)
        assert_true(pipes_take(&pipes, 0, &ends[i]));
    assert_int_equal(left, 0);
    for (int i = 0; i < MANY; i++)
        pipes_give(&pipes, &ends[i], true);
    assert_int_equal(pipes.count, PIPES_KEPT);
    pipes_done(&pipes);
    assert_int_equal(left, 2 * MANY);
}

static void without_descriptors_there_is_none_for_a_while(void **state)
{
    atomic_long left = 1;
    struct pipes pipes;
    struct pipe_ends ends = {0, 0};
    (void)state;
    pipes_init(&pipes, &left);
    assert_false(pipes_take(&pipes, 5, &ends));
    assert_int_equal(ends.read, -1);
    assert_int_equal(left, 1);
    left = 10;
    assert_false(pipes_take(&pipes, 6, &ends));
    assert_true(pipes_take(&pipes, 5 + PIPES_RETRY_MS, &ends));
    pipes_give(&pipes, &ends, true);
    pipes_done(&pipes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_pipe_is_used_again),
        cmocka_unit_test(the_reserve_goes_when_nobody_needs_it),
        cmocka_unit_test(few_are_kept),
        cmocka_unit_test(without_descriptors_there_is_none_for_a_while),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
