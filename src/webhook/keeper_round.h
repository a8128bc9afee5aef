/* keeper_round.h - one look at the cluster, and everything that has to be done about it at that moment. The keeper's
 * thread makes rounds; tests make them against a server and a clock of their own. */
#pragma once
#include "webhook/keeper.h"
#include "webhook/renewal.h"

struct keeper_round {
    /* Set by the caller. */
    const struct tls_library *tls;
    struct kube_client *client;
    const struct keeper_settings *settings;
    const struct keeper_callbacks *callbacks;
    /* What it remembers from round to round; zero at first. */
    struct arena memory;
    struct secret_content known; /* the last good Secret, in `memory` */
    bool is_known;
    struct authority_times serving; /* of the certificate that was last given; zero: none was */
};

struct keeper_outcome {
    int64_t look_at; /* when something is due, if nobody wakes the keeper before */
    size_t written;  /* webhooks whose caBundle was put right */
    bool failed;     /* something has to be tried again; it was told to on_failed */
    bool has_bundle; /* there were CAs to write */
};

/* `arena` is for the round and may be reset after it. */
void keeper_round_run(struct keeper_round *round, struct arena *arena, int64_t now, struct keeper_outcome *ret_outcome);
void keeper_round_done(struct keeper_round *round);
