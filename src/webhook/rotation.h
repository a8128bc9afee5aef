/* rotation.h - when to renew what: a function of what the Secret says and of the time, with no certificate in its
 * hands, so that years can be tried in a test.
 *
 * The order, and why it is so. API servers trust what the caBundle has; they must know a CA before anybody serves with a
 * certificate of it, and must know it until nobody can any more:
 *
 *   1. A serving certificate is renewed by the same CA when two thirds of its life are over. The bundle knows that CA
 *      already: every replica may use the new one at once, and the old one goes on being good for the last third.
 *   2. A CA near its end gets a successor, which is staged: it is in the Secret and in the bundle, and signs nothing.
 *   3. When a replica has seen it in every configuration there is, it notes the time in the Secret: published.
 *   4. A grace period later (API servers watch their configurations, replicas the Secret; seconds are enough), and only
 *      while the bundle still has it, the staged CA is promoted: it becomes the CA, and the same update of the Secret
 *      brings the first serving certificate of it. No replica can see the one without the other.
 *   5. The CA before it stays in the bundle until the last certificate that it signed has ended, which the Secret
 *      remembers, and a grace period more.
 *
 * Each step is one update of the Secret under its resourceVersion: whoever loses reads again and decides again, and a
 * process that is killed between two steps has left nothing half done. */
#pragma once
#include "webhook/secret.h"

struct rotation_settings {
    struct authority_life life;
    int64_t grace; /* seconds */
};
/* A CA for ten years, serving certificates for 90 days, valid from five minutes back; five minutes of grace. */
extern const struct rotation_settings rotation_standard;
/* Lives that leave room for the order above: serving at least 6 graces, the CA at least 4 serving lives. */
MUST_CHECK bool rotation_check(const struct rotation_settings *settings, struct error *error);

/* What is in the Secret, as times. Certificates that are no good are not there. */
struct rotation_state {
    bool has_ca, has_next, has_serving;
    struct authority_times ca, next, serving;
    int64_t next_published; /* 0: not yet */
    int64_t old_until[SECRET_OLD_MAX];
    size_t old_count;
    bool in_bundle; /* at this moment every configuration (there is one) has all CAs of the Secret */
};

enum rotation_step {
    ROTATION_NOTHING,
    ROTATION_START,     /* there is no CA: a new one, and a serving certificate of it */
    ROTATION_RENEW,     /* a new serving certificate by the CA */
    ROTATION_STAGE,     /* a new CA beside the old one */
    ROTATION_PUBLISHED, /* note that the staged CA is in the bundle */
    ROTATION_PROMOTE,   /* the staged CA becomes the CA and signs */
    ROTATION_DROP,      /* old CAs that nobody can need any more */
};

struct rotation_decision {
    enum rotation_step step;
    int64_t look_at; /* of ROTATION_NOTHING: when something will be due at the earliest */
};
struct rotation_decision rotation_decide(const struct rotation_settings *settings, const struct rotation_state *state,
                                         int64_t now);
/* Whether that old CA is to go. */
bool rotation_old_is_over(const struct rotation_settings *settings, int64_t until, int64_t now);
/* "made a new CA", for the log; NULL: nothing to tell. */
const char *rotation_step_text(enum rotation_step step);
