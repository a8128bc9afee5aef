/* tls_peers.h - how much went to and from whom, by identity: at most RELAY_PEERS_MAX of each direction. */
#pragma once
#include "relay/tls.h"
#include <pthread.h>
#include <stdatomic.h>

struct tls_peer {
    struct slice identity; /* own; constant once it is there */
    atomic_uint_fast64_t opened, closed, received, sent;
};

struct tls_peers {
    pthread_mutex_t lock;
    size_t count[RELAY_DIRECTIONS];
    struct tls_peer *list[RELAY_DIRECTIONS][RELAY_PEERS_MAX + 1]; /* the last one: all others */
};

void tls_peers_init(struct tls_peers *peers);
void tls_peers_done(struct tls_peers *peers);
/* Where a connection with that identity is counted; counts it as opened. Stays until tls_peers_done. */
struct tls_peer *tls_peers_open(struct tls_peers *peers, enum relay_direction direction, struct slice identity);
size_t tls_peers_list(struct tls_peers *peers, enum relay_direction direction, struct relay_peer ret[]);
