#include "relay/tls_peers.h"
#include "base/memory.h"
#include <stdlib.h>

void tls_peers_init(struct tls_peers *peers)
{
    *peers = (struct tls_peers){0};
    pthread_mutex_init(&peers->lock, NULL);
}

void tls_peers_done(struct tls_peers *peers)
{
    for (int d = 0; d < RELAY_DIRECTIONS; d++)
        for (size_t i = 0; i <= RELAY_PEERS_MAX; i++)
            if (peers->list[d][i]) {
                free((char *)peers->list[d][i]->identity.bytes);
                free(peers->list[d][i]);
            }
    pthread_mutex_destroy(&peers->lock);
}

struct tls_peer *tls_peers_open(struct tls_peers *peers, enum relay_direction direction, struct slice identity)
{
    pthread_mutex_lock(&peers->lock);
    size_t at = 0, count = peers->count[direction];
    while (at < count && !slice_equal(peers->list[direction][at]->identity, identity))
        at++;
    struct tls_peer **peer = &peers->list[direction][at]; /* at most RELAY_PEERS_MAX: the others' */
    if (!*peer) {
        *peer = memory_new(1, sizeof **peer);
        if (at < RELAY_PEERS_MAX) {
            (*peer)->identity = memory_copy(identity);
            peers->count[direction]++;
        }
    }
    pthread_mutex_unlock(&peers->lock);
    atomic_fetch_add_explicit(&(*peer)->opened, 1, memory_order_relaxed);
    return *peer;
}

size_t tls_peers_list(struct tls_peers *peers, enum relay_direction direction, struct relay_peer ret[])
{
    size_t count = 0;
    pthread_mutex_lock(&peers->lock);
    for (size_t i = 0; i <= RELAY_PEERS_MAX; i++) {
        const struct tls_peer *peer = peers->list[direction][i];
        if (peer)
            ret[count++] = (struct relay_peer){
                .identity = peer->identity,
                .closed = atomic_load_explicit(&peer->closed, memory_order_relaxed),
                .opened = atomic_load_explicit(&peer->opened, memory_order_relaxed),
                .received = atomic_load_explicit(&peer->received, memory_order_relaxed),
                .sent = atomic_load_explicit(&peer->sent, memory_order_relaxed),
            };
    }
    pthread_mutex_unlock(&peers->lock);
    return count;
}
