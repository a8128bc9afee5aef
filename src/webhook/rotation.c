#include "webhook/rotation.h"

enum { DAY = 24 * 60 * 60 };
const struct rotation_settings rotation_standard = {
    .life = {.ca = 3650 * (int64_t)DAY, .serving = 90 * (int64_t)DAY, .skew = 300},
    .grace = 300,
};

bool rotation_check(const struct rotation_settings *settings, struct error *error)
{
    static const struct position nowhere;
    const struct authority_life *life = &settings->life;
    const int64_t longest = 1000 * 366 * (int64_t)DAY;
    if (settings->grace < 0 || life->skew < 0 || life->skew > longest || life->ca > longest)
        return error_set(error, ERROR_VALUE, nowhere, "lives of certificates are from 0 to 1000 years");
    if (life->serving < 6 || life->serving / 6 < settings->grace)
        return error_set(error, ERROR_VALUE, nowhere,
                         "a serving certificate for %lld s and a grace of %lld s: want six times the grace at least",
                         (long long)life->serving, (long long)settings->grace);
    if (life->ca / 4 < life->serving)
        return error_set(error, ERROR_VALUE, nowhere,
                         "a CA for %lld s and serving certificates for %lld s: want four times as much at least",
                         (long long)life->ca, (long long)life->serving);
    return true;
}

/* Sums that stay at the end of time. */
static int64_t later(int64_t time, int64_t by)
{
    int64_t sum;
    return __builtin_add_overflow(time, by, &sum) ? INT64_MAX : sum;
}

bool rotation_old_is_over(const struct rotation_settings *settings, int64_t until, int64_t now)
{
    return now > later(until, settings->grace);
}

/* Two thirds of its life. */
static int64_t renewal_time(const struct authority_times *times)
{
    int64_t life = times->not_after - times->not_before;
    return times->not_before + life / 3 * 2;
}

/* A CA whose end comes before those of two serving certificates in a row. */
static int64_t stage_time(const struct rotation_settings *settings, const struct rotation_state *state)
{
    return state->ca.not_after - 2 * settings->life.serving;
}

/* A CA this near to its end is left whether or not its successor could be published: where there is no configuration,
 * nobody can be surprised; where there is one that cannot be written, an expired certificate is no better. */
static int64_t leave_time(const struct rotation_settings *settings, const struct rotation_state *state)
{
    return state->ca.not_after - settings->life.serving / 3;
}

static bool may_promote(const struct rotation_settings *settings, const struct rotation_state *state, int64_t now)
{
    if (!state->has_next)
        return false;
    if (now >= leave_time(settings, state))
        return true;
    return state->next_published && state->in_bundle && now >= later(state->next_published, settings->grace);
}

static void earlier(int64_t *time, int64_t other)
{
    if (other < *time)
        *time = other;
}

static int64_t next_look(const struct rotation_settings *settings, const struct rotation_state *state)
{
    int64_t look = renewal_time(&state->serving);
    earlier(&look, state->has_next ? leave_time(settings, state) : stage_time(settings, state));
    if (state->has_next && state->next_published)
        earlier(&look, later(state->next_published, settings->grace));
    for (size_t i = 0; i < state->old_count; i++)
        earlier(&look, later(later(state->old_until[i], settings->grace), 1));
    return look;
}

static enum rotation_step step_of(const struct rotation_settings *settings, const struct rotation_state *state,
                                  int64_t now)
{
    if (!state->has_ca || (now >= state->ca.not_after && !state->has_next))
        return ROTATION_START;
    if (may_promote(settings, state, now))
        return ROTATION_PROMOTE;
    if (!state->has_serving || now >= renewal_time(&state->serving))
        return ROTATION_RENEW;
    if (!state->has_next && now >= stage_time(settings, state))
        return ROTATION_STAGE;
    if (state->has_next && !state->next_published && state->in_bundle)
        return ROTATION_PUBLISHED;
    for (size_t i = 0; i < state->old_count; i++) {
        if (rotation_old_is_over(settings, state->old_until[i], now))
            return ROTATION_DROP;
    }
    return ROTATION_NOTHING;
}

struct rotation_decision rotation_decide(const struct rotation_settings *settings, const struct rotation_state *state,
                                         int64_t now)
{
    struct rotation_decision decision = {.step = step_of(settings, state, now)};
    decision.look_at = decision.step == ROTATION_NOTHING ? next_look(settings, state) : now;
    return decision;
}

const char *rotation_step_text(enum rotation_step step)
{
    static const char *const texts[] = {
        [ROTATION_START] = "made a CA and a serving certificate",
        [ROTATION_RENEW] = "renewed the serving certificate",
        [ROTATION_STAGE] = "made the next CA, which signs nothing before it is trusted",
        [ROTATION_PUBLISHED] = "the next CA is in the caBundle",
        [ROTATION_PROMOTE] = "the next CA is the CA now, and the serving certificate is of it",
        [ROTATION_DROP] = "took CAs out of the caBundle that no certificate in use needs",
    };
    return (size_t)step < ARRAY_LENGTH(texts) ? texts[step] : NULL;
}
