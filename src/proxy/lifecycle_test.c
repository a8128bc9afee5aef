#include "proxy/lifecycle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const struct proxy_lifecycle five_seconds = {.minimum_drain_ms = 5000, .drain_max_ms = 30000};

/* Until it ends or the time is up; gives when. */
static int64_t run(struct lifecycle *lifecycle, int64_t from_ms, int64_t until_ms, uint64_t inbound, bool is_busy)
{
    struct lifecycle_traffic traffic = {.inbound_active = inbound};
    int64_t now_ms = from_ms;
    for (; now_ms < until_ms; now_ms += 50) {
        traffic.outbound_moved += is_busy;
        lifecycle_step(lifecycle, now_ms, &traffic);
        if (lifecycle->phase == LIFECYCLE_ENDED)
            break;
    }
    return now_ms;
}

static void without_a_signal_it_goes_on(void **state)
{
    struct lifecycle lifecycle;
    (void)state;
    lifecycle_init(&lifecycle, &five_seconds);
    assert_int_equal(lifecycle_step(&lifecycle, 1000, &(struct lifecycle_traffic){0}), -1);
    assert_int_equal(run(&lifecycle, 0, 100000, 0, false), 100000);
    assert_true(lifecycle_is_ready(&lifecycle));
}

static void it_ends_after_the_minimum_when_nobody_is_there(void **state)
{
    struct lifecycle lifecycle;
    (void)state;
    lifecycle_init(&lifecycle, &five_seconds);
    lifecycle_signal(&lifecycle, 1000);
    assert_false(lifecycle_is_ready(&lifecycle));
    assert_int_equal(run(&lifecycle, 1000, 100000, 0, false), 6000);
    assert_int_equal(lifecycle.reason, LIFECYCLE_NO_CONNECTIONS);
}

static void inbound_connections_and_outbound_traffic_hold_it_up_to_the_maximum(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct lifecycle lifecycle;
        lifecycle_init(&lifecycle, &five_seconds);
        lifecycle_signal(&lifecycle, 1000);
        assert_int_equal(run(&lifecycle, 1000, 20000, i == 0, i == 1), 20000);
        assert_int_equal(run(&lifecycle, 20000, 100000, i == 0, i == 1), 31000);
        assert_int_equal(lifecycle.reason, LIFECYCLE_TIME_IS_UP);
    }
}

static void it_ends_soon_after_the_last_connection(void **state)
{
    struct lifecycle lifecycle;
    (void)state;
    lifecycle_init(&lifecycle, &five_seconds);
    lifecycle_signal(&lifecycle, 0);
    run(&lifecycle, 0, 12000, 3, true);
    int64_t end_ms = run(&lifecycle, 12000, 100000, 0, false);
    assert_in_range(end_ms, 12000, 13100);
}

static void without_a_maximum_it_waits(void **state)
{
    const struct proxy_lifecycle settings = {.minimum_drain_ms = 0, .drain_max_ms = 0};
    struct lifecycle lifecycle;
    (void)state;
    lifecycle_init(&lifecycle, &settings);
    lifecycle_signal(&lifecycle, 0);
    assert_int_equal(run(&lifecycle, 0, 3600 * 1000, 1, false), 3600 * 1000);
    assert_int_equal(run(&lifecycle, 3600 * 1000, 7200 * 1000, 0, false), 3600 * 1000);
}

static void a_second_signal_ends_it_at_once(void **state)
{
    struct lifecycle lifecycle;
    (void)state;
    lifecycle_init(&lifecycle, &five_seconds);
    lifecycle_signal(&lifecycle, 0);
    lifecycle_signal(&lifecycle, 10);
    assert_int_equal(lifecycle.phase, LIFECYCLE_ENDED);
    assert_int_equal(lifecycle.reason, LIFECYCLE_SIGNALLED);
}

static void asked_to_drain_it_waits_for_a_signal_and_then_for_nothing(void **state)
{
    struct lifecycle lifecycle;
    (void)state;
    lifecycle_init(&lifecycle, &five_seconds);
    lifecycle_drain(&lifecycle, 0);
    assert_false(lifecycle_is_ready(&lifecycle));
    assert_int_equal(run(&lifecycle, 0, 1000000, 0, false), 1000000);
    lifecycle_signal(&lifecycle, 1000000);
    assert_int_equal(lifecycle.phase, LIFECYCLE_ENDED);
}

static void a_request_to_drain_after_a_signal_changes_nothing(void **state)
{
    struct lifecycle lifecycle;
    (void)state;
    lifecycle_init(&lifecycle, &five_seconds);
    lifecycle_signal(&lifecycle, 0);
    lifecycle_drain(&lifecycle, 10);
    assert_int_equal(run(&lifecycle, 0, 100000, 0, false), 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_signal_it_goes_on),
        cmocka_unit_test(it_ends_after_the_minimum_when_nobody_is_there),
        cmocka_unit_test(inbound_connections_and_outbound_traffic_hold_it_up_to_the_maximum),
        cmocka_unit_test(it_ends_soon_after_the_last_connection),
        cmocka_unit_test(without_a_maximum_it_waits),
        cmocka_unit_test(a_second_signal_ends_it_at_once),
        cmocka_unit_test(asked_to_drain_it_waits_for_a_signal_and_then_for_nothing),
        cmocka_unit_test(a_request_to_drain_after_a_signal_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
