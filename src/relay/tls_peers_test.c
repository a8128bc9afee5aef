#include "relay/tls_peers.h"
#include "base/attribute.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static struct tls_peer *peer_open(struct tls_peers *peers, enum relay_direction direction, unsigned number)
{
    char text[64];
    int length = snprintf(text, sizeof text, "spiffe://example/ns/n/sa/%u", number);
    return tls_peers_open(peers, direction, (struct slice){text, (size_t)length});
}

static void an_identity_is_one_peer_of_each_direction(void **state)
{
    struct relay_peer list[RELAY_PEERS_MAX + 1];
    struct tls_peers peers;
    (void)state;
    tls_peers_init(&peers);
    assert_int_equal(tls_peers_list(&peers, RELAY_INBOUND, list), 0);
    struct tls_peer *one = peer_open(&peers, RELAY_INBOUND, 1);
    assert_ptr_equal(peer_open(&peers, RELAY_INBOUND, 1), one);
    assert_ptr_not_equal(peer_open(&peers, RELAY_INBOUND, 2), one);
    assert_ptr_not_equal(peer_open(&peers, RELAY_OUTBOUND, 1), one);
    /* Identities are compared byte by byte, and whole. */
    assert_ptr_not_equal(tls_peers_open(&peers, RELAY_INBOUND, SLICE("spiffe://example/ns/n/sa/")), one);
    assert_ptr_not_equal(tls_peers_open(&peers, RELAY_INBOUND, SLICE("spiffe://Example/ns/n/sa/1")), one);
    one->closed += 1;
    one->received += 20;
    one->sent += 300;
    assert_int_equal(tls_peers_list(&peers, RELAY_OUTBOUND, list), 1);
    assert_int_equal(list[0].opened, 1);
    assert_int_equal(list[0].closed + list[0].received + list[0].sent, 0);
    assert_int_equal(tls_peers_list(&peers, RELAY_INBOUND, list), 4);
    assert_true(slice_equal(list[0].identity, SLICE("spiffe://example/ns/n/sa/1")));
    assert_int_equal(list[0].opened, 2);
    assert_int_equal(list[0].closed, 1);
    assert_int_equal(list[0].received, 20);
    assert_int_equal(list[0].sent, 300);
    tls_peers_done(&peers);
}

static void beyond_the_limit_all_are_one(void **state)
{
    struct relay_peer list[RELAY_PEERS_MAX + 1];
    struct tls_peers peers;
    (void)state;
    tls_peers_init(&peers);
    struct tls_peer *last = NULL;
    for (unsigned i = 0; i < RELAY_PEERS_MAX; i++)
        last = peer_open(&peers, RELAY_OUTBOUND, i);
    assert_int_equal(tls_peers_list(&peers, RELAY_OUTBOUND, list), RELAY_PEERS_MAX);
    struct tls_peer *others = peer_open(&peers, RELAY_OUTBOUND, RELAY_PEERS_MAX);
    assert_ptr_not_equal(others, last);
    for (unsigned i = 1; i < 10; i++)
        assert_ptr_equal(peer_open(&peers, RELAY_OUTBOUND, RELAY_PEERS_MAX + i), others);
    /* The first ones are still counted by themselves, and the other direction knows nothing of it. */
    assert_ptr_equal(peer_open(&peers, RELAY_OUTBOUND, RELAY_PEERS_MAX - 1), last);
    assert_ptr_not_equal(peer_open(&peers, RELAY_INBOUND, RELAY_PEERS_MAX), others);
    assert_int_equal(tls_peers_list(&peers, RELAY_OUTBOUND, list), RELAY_PEERS_MAX + 1);
    for (unsigned i = 0; i < RELAY_PEERS_MAX; i++) {
        assert_true(list[i].identity.length > 0);
        assert_int_equal(list[i].opened, i == RELAY_PEERS_MAX - 1 ? 2 : 1);
    }
    assert_int_equal(list[RELAY_PEERS_MAX].identity.length, 0);
    assert_int_equal(list[RELAY_PEERS_MAX].opened, 10);
    tls_peers_done(&peers);
}

enum { ROUNDS = 1000, IDENTITIES = RELAY_PEERS_MAX + 16 };

static void *work(void *context)
{
    for (unsigned i = 0; i < ROUNDS; i++)
        atomic_fetch_add_explicit(&peer_open(context, RELAY_INBOUND, i % IDENTITIES)->received, 3,
                                  memory_order_relaxed);
    return NULL;
}

static void threads_lose_no_count(void **state)
{
    struct relay_peer list[RELAY_PEERS_MAX + 1];
    struct tls_peers peers;
    pthread_t threads[3];
    (void)state;
    tls_peers_init(&peers);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &peers), 0);
    for (unsigned i = 0; i < ROUNDS; i++)
        assert_true(tls_peers_list(&peers, RELAY_INBOUND, list) <= RELAY_PEERS_MAX + 1);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        pthread_join(threads[i], NULL);
    uint64_t opened = 0, received = 0;
    size_t count = tls_peers_list(&peers, RELAY_INBOUND, list);
    assert_int_equal(count, RELAY_PEERS_MAX + 1);
    for (size_t i = 0; i < count; i++) {
        opened += list[i].opened;
        received += list[i].received;
        for (size_t k = 0; k < i; k++)
            assert_false(slice_equal(list[i].identity, list[k].identity));
    }
    assert_int_equal(opened, ROUNDS * ARRAY_LENGTH(threads));
    assert_int_equal(received, 3 * ROUNDS * ARRAY_LENGTH(threads));
    tls_peers_done(&peers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_identity_is_one_peer_of_each_direction),
        cmocka_unit_test(beyond_the_limit_all_are_one),
        cmocka_unit_test(threads_lose_no_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
