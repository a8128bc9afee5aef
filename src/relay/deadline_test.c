#include "relay/deadline.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void deadlines_make(struct deadlines *deadlines)
{
    deadlines_init(deadlines);
    deadlines->durations_ms[DEADLINE_CONNECT] = 100;
    deadlines->durations_ms[DEADLINE_HALF_CLOSED] = 30;
}

static void nothing_is_waited_for(void **state)
{
    struct deadlines deadlines;
    struct deadline one = {0};
    enum deadline_kind kind;
    (void)state;
    deadlines_make(&deadlines);
    assert_int_equal(deadlines_wait(&deadlines, 5), -1);
    assert_null(deadlines_any(&deadlines));
    deadline_clear(&one);
    /* What has no duration is listed, and never due. */
    deadline_set(&deadlines, &one, DEADLINE_IDLE, 5);
    assert_int_equal(deadlines_wait(&deadlines, 1000000), -1);
    assert_null(deadlines_due(&deadlines, 1000000, &kind));
    assert_ptr_equal(deadlines_any(&deadlines), &one);
    deadline_clear(&one);
    assert_null(deadlines_any(&deadlines));
}

static void the_first_one_of_any_kind_is_waited_for(void **state)
{
    struct deadlines deadlines;
    struct deadline a = {0}, b = {0}, c = {0};
    enum deadline_kind kind = DEADLINE_KINDS;
    (void)state;
    deadlines_make(&deadlines);
    deadline_set(&deadlines, &a, DEADLINE_CONNECT, 0);
    deadline_set(&deadlines, &b, DEADLINE_CONNECT, 10);
    deadline_set(&deadlines, &c, DEADLINE_HALF_CLOSED, 20);
    assert_int_equal(deadlines_wait(&deadlines, 20), 30);
    assert_null(deadlines_due(&deadlines, 49, &kind));
    assert_ptr_equal(deadlines_due(&deadlines, 50, &kind), &c);
    assert_int_equal(kind, DEADLINE_HALF_CLOSED);
    assert_int_equal(deadlines_wait(&deadlines, 70), 0);
    deadline_clear(&c);
    assert_int_equal(deadlines_wait(&deadlines, 70), 30);
    assert_ptr_equal(deadlines_due(&deadlines, 105, &kind), &a);
    deadline_clear(&a);
    assert_null(deadlines_due(&deadlines, 105, &kind));
    assert_int_equal(deadlines_wait(&deadlines, 105), 5);
}

static void setting_again_puts_off_and_moves(void **state)
{
    struct deadlines deadlines;
    struct deadline a = {0}, b = {0};
    enum deadline_kind kind;
    (void)state;
    deadlines_make(&deadlines);
    deadline_set(&deadlines, &a, DEADLINE_HALF_CLOSED, 0);
    deadline_set(&deadlines, &b, DEADLINE_HALF_CLOSED, 1);
    deadline_set(&deadlines, &a, DEADLINE_HALF_CLOSED, 20);
    assert_ptr_equal(deadlines_due(&deadlines, 31, &kind), &b);
    deadline_set(&deadlines, &b, DEADLINE_CONNECT, 31);
    assert_null(deadlines_due(&deadlines, 49, &kind));
    assert_ptr_equal(deadlines_due(&deadlines, 50, &kind), &a);
    deadline_set(&deadlines, &a, DEADLINE_NEVER, 50);
    assert_ptr_equal(deadlines_due(&deadlines, 131, &kind), &b);
    assert_int_equal(kind, DEADLINE_CONNECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_waited_for),
        cmocka_unit_test(the_first_one_of_any_kind_is_waited_for),
        cmocka_unit_test(setting_again_puts_off_and_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
