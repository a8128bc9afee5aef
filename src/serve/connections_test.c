#include "serve/connections.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIRS = 6 };

/* Connections as the server sees them: `ours` is registered, `theirs` is the client's end. */
struct crowd {
    struct connections connections;
    int ours[PAIRS], theirs[PAIRS];
    struct connection *members[PAIRS];
    size_t count;
};

static void crowd_open(struct crowd *crowd, size_t limit)
{
    *crowd = (struct crowd){.count = 0};
    connections_init(&crowd->connections, limit);
    for (size_t i = 0; i < PAIRS; i++) {
        int pair[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), 0);
        crowd->ours[i] = pair[0];
        crowd->theirs[i] = pair[1];
    }
}

static bool crowd_enter(struct crowd *crowd, int64_t now, bool *ret_evicted)
{
    size_t i = crowd->count;
    crowd->members[i] = connections_enter(&crowd->connections, crowd->ours[i], now, ret_evicted);
    if (!crowd->members[i])
        return false;
    crowd->count++;
    return true;
}

/* Was the connection shut down? The client then reads an end. */
static bool is_shut(const struct crowd *crowd, size_t i)
{
    char byte;
    return recv(crowd->theirs[i], &byte, 1, MSG_DONTWAIT) == 0;
}

static void crowd_close(struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->count; i++)
        connections_leave(&crowd->connections, crowd->members[i]);
    assert_int_equal(connections_count(&crowd->connections), 0);
    for (size_t i = 0; i < PAIRS; i++) {
        close(crowd->ours[i]);
        close(crowd->theirs[i]);
    }
    connections_done(&crowd->connections);
}

static void each_state_has_its_patience(void **state)
{
    static const int64_t patience[CONNECTION_STATES] = {CONNECTION_NEW_MS, CONNECTION_IDLE_MS, CONNECTION_READING_MS,
                                                        CONNECTION_WRITING_MS};
    (void)state;
    for (size_t i = 0; i < CONNECTION_STATES; i++) {
        struct crowd crowd;
        bool evicted;
        crowd_open(&crowd, 10);
        assert_true(crowd_enter(&crowd, 0, &evicted));
        assert_false(evicted);
        connections_move(&crowd.connections, crowd.members[0], (enum connection_state)i, 1000);
        assert_int_equal(connections_expire(&crowd.connections, 1000 + patience[i]), 0);
        assert_false(is_shut(&crowd, 0));
        assert_int_equal(connections_expire(&crowd.connections, 1001 + patience[i]), 1);
        assert_true(is_shut(&crowd, 0));
        /* Once is enough. */
        assert_int_equal(connections_expire(&crowd.connections, 2000 + patience[i]), 0);
        crowd_close(&crowd);
    }
}

static void a_full_house_shows_the_door_to_the_one_that_asked_nothing_for_longest(void **state)
{
    struct crowd crowd;
    bool evicted;
    (void)state;
    crowd_open(&crowd, 3);
    for (int64_t i = 0; i < 3; i++)
        assert_true(crowd_enter(&crowd, i, &evicted));
    connections_move(&crowd.connections, crowd.members[0], CONNECTION_IDLE, 5);
    connections_move(&crowd.connections, crowd.members[1], CONNECTION_READING, 5);
    assert_true(crowd_enter(&crowd, 10, &evicted));
    assert_true(evicted);
    assert_true(is_shut(&crowd, 2)); /* new, and older than the newest */
    assert_false(is_shut(&crowd, 0));
    assert_true(crowd_enter(&crowd, 11, &evicted));
    assert_true(is_shut(&crowd, 3));
    assert_true(crowd_enter(&crowd, 12, &evicted));
    assert_true(is_shut(&crowd, 4));
    assert_false(is_shut(&crowd, 0));
    assert_false(is_shut(&crowd, 1));
    crowd_close(&crowd);
}

static void nobody_is_put_out_in_the_middle_of_a_request(void **state)
{
    struct crowd crowd;
    bool evicted;
    (void)state;
    crowd_open(&crowd, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(crowd_enter(&crowd, 0, &evicted));
        connections_move(&crowd.connections, crowd.members[i], i ? CONNECTION_WRITING : CONNECTION_READING, 1);
    }
    assert_int_equal(connections_busy(&crowd.connections), 2);
    assert_false(crowd_enter(&crowd, 2, &evicted));
    assert_false(evicted);
    connections_close_idle(&crowd.connections);
    assert_false(is_shut(&crowd, 0));
    connections_move(&crowd.connections, crowd.members[0], CONNECTION_IDLE, 3);
    connections_close_idle(&crowd.connections);
    assert_true(is_shut(&crowd, 0));
    crowd_close(&crowd);
}

static void of_large_requests_the_one_that_stands_still_for_longest_goes_first(void **state)
{
    struct crowd crowd;
    bool evicted;
    (void)state;
    crowd_open(&crowd, 10);
    for (size_t i = 0; i < 4; i++) {
        assert_true(crowd_enter(&crowd, 0, &evicted));
        connections_move(&crowd.connections, crowd.members[i], CONNECTION_READING, (int64_t)i);
    }
    assert_false(connections_evict_large(&crowd.connections, NULL));
    for (size_t i = 1; i < 4; i++)
        connections_progress(&crowd.connections, crowd.members[i], 100 - (int64_t)i);
    connections_progress(&crowd.connections, crowd.members[3], 200);
    assert_true(connections_evict_large(&crowd.connections, crowd.members[1]));
    assert_true(is_shut(&crowd, 2));
    assert_true(connections_evict_large(&crowd.connections, NULL));
    assert_true(is_shut(&crowd, 1));
    assert_true(connections_evict_large(&crowd.connections, NULL));
    assert_false(connections_evict_large(&crowd.connections, NULL));
    assert_false(is_shut(&crowd, 0));
    /* The next request begins anew. */
    connections_move(&crowd.connections, crowd.members[0], CONNECTION_IDLE, 9);
    crowd_close(&crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_has_its_patience),
        cmocka_unit_test(a_full_house_shows_the_door_to_the_one_that_asked_nothing_for_longest),
        cmocka_unit_test(nobody_is_put_out_in_the_middle_of_a_request),
        cmocka_unit_test(of_large_requests_the_one_that_stands_still_for_longest_goes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
