#include "webhook/rotation.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, YEAR = 365 * DAY, REPLICAS = 3 };
static const int64_t begin = 1764000000;

/* A state in order: CA of ten years, serving certificate of 90 days, both made at `begin`. */
static struct rotation_state fresh(void)
{
    const struct authority_life *life = &rotation_standard.life;
    return (struct rotation_state){.has_ca = true, .ca = {begin - life->skew, begin + life->ca}, .has_serving = true,
                                   .serving = {begin - life->skew, begin + life->serving}, .in_bundle = true};
}

static void each_thing_at_its_time(void **state)
{
    (void)state;
    const struct rotation_settings *settings = &rotation_standard;
    struct rotation_state none = {0}, good = fresh(), no_serving = fresh(), late = fresh(), staged = fresh(),
                          published = fresh(), unpublished = fresh(), lost = fresh(), with_old = fresh(),
                          dead = fresh();
    no_serving.has_serving = false;
    const int64_t end = good.ca.not_after, year_9 = begin + 9 * (int64_t)YEAR + 200 * DAY;
    late.serving = (struct authority_times){year_9 - DAY, year_9 + 89 * DAY};
    staged = late;
    staged.has_next = true;
    staged.next = (struct authority_times){year_9, year_9 + 10 * (int64_t)YEAR};
    unpublished = published = lost = staged;
    unpublished.in_bundle = false;
    published.next_published = year_9;
    lost = published;
    lost.in_bundle = false;
    with_old.old_until[0] = begin + DAY;
    with_old.old_count = 1;
    dead.has_next = false;
    const struct {
        const struct rotation_state *state;
        int64_t now;
        enum rotation_step want;
    } cases[] = {
        {&none, begin, ROTATION_START},
        {&dead, end, ROTATION_START},
        {&good, begin, ROTATION_NOTHING},
        {&good, begin + 59 * DAY, ROTATION_NOTHING},
        {&good, begin + 60 * DAY, ROTATION_RENEW},
        {&no_serving, begin, ROTATION_RENEW},
        {&late, year_9, ROTATION_STAGE},
        {&staged, year_9, ROTATION_PUBLISHED},
        {&unpublished, year_9 + 30 * DAY, ROTATION_NOTHING},
        {&published, year_9 + settings->grace - 1, ROTATION_NOTHING},
        {&published, year_9 + settings->grace, ROTATION_PROMOTE},
        {&lost, year_9 + settings->grace + DAY, ROTATION_NOTHING},
        {&unpublished, end - 31 * DAY, ROTATION_RENEW},
        {&unpublished, end - 30 * DAY, ROTATION_PROMOTE}, /* published or not */
        {&with_old, begin + DAY + settings->grace, ROTATION_NOTHING},
        {&with_old, begin + DAY + settings->grace + 1, ROTATION_DROP},
    };
    /* The year in which `late` lives begins after the CA's staging time. */
    assert_true(year_9 > end - 2 * settings->life.serving);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rotation_decision got = rotation_decide(settings, cases[i].state, cases[i].now);
        if (got.step != cases[i].want)
            fail_msg("case %zu: step %d, want %d", i, (int)got.step, (int)cases[i].want);
    }
}

static void nothing_to_do_until_it_says(void **state)
{
    (void)state;
    struct rotation_state good = fresh();
    good.old_until[0] = begin + 3 * DAY;
    good.old_count = 1;
    struct rotation_decision first = rotation_decide(&rotation_standard, &good, begin);
    assert_int_equal(first.look_at, begin + 3 * DAY + rotation_standard.grace + 1);
    assert_int_equal(rotation_decide(&rotation_standard, &good, first.look_at - 1).step, ROTATION_NOTHING);
    assert_int_equal(rotation_decide(&rotation_standard, &good, first.look_at).step, ROTATION_DROP);
}

static void lives_that_leave_no_room_are_refused(void **state)
{
    (void)state;
    const struct {
        struct rotation_settings settings;
        bool good;
    } cases[] = {
        {{{100 * DAY, 10 * DAY, 300}, 300}, true},    {{{40, 10, 0}, 1}, true},
        {{{39, 10, 0}, 1}, false},                    {{{40, 5, 0}, 0}, false},
        {{{100 * DAY, 10 * DAY, 300}, 2 * DAY}, false}, {{{INT64_MAX, 10 * DAY, 300}, 300}, false},
        {{{100 * DAY, 10 * DAY, -1}, 300}, false},
    };
    struct error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(rotation_check(&cases[i].settings, &error), cases[i].good);
    assert_true(rotation_check(&rotation_standard, &error));
}

/* ---- years in a moment: three replicas, one Secret, one bundle, and certificates that are numbers ---- */

struct world {
    struct rotation_settings settings;
    int64_t now;
    uint64_t random;
    /* The Secret. */
    bool has_secret;
    unsigned version;
    unsigned ca, next, serving_ca;           /* which CA: a number; 0 none */
    unsigned old[SECRET_OLD_MAX];
    int64_t signed_until;
    struct rotation_state state;
    /* The bundle: since when each CA is in it; 0: it is not. */
    int64_t in_bundle_since[4096];
    unsigned made;
    bool was_written; /* once */
    /* What each replica serves with. */
    struct {
        unsigned ca;
        int64_t not_after;
    } used[REPLICAS];
    size_t promotions, renewals;
};

static uint64_t world_random(struct world *world, uint64_t below)
{
    world->random = world->random * 6364136223846793005u + 1442695040888963407u;
    return (world->random >> 33) % below;
}

static void world_serve_new(struct world *world)
{
    const struct authority_life *life = &world->settings.life;
    int64_t end = world->now + life->serving;
    world->serving_ca = world->ca;
    world->state.has_serving = true;
    world->state.serving = (struct authority_times){world->now - life->skew,
                                                    end < world->state.ca.not_after ? end : world->state.ca.not_after};
    if (world->signed_until < world->state.serving.not_after)
        world->signed_until = world->state.serving.not_after;
    world->renewals++;
}

static void world_apply(struct world *world, enum rotation_step step)
{
    const struct authority_life *life = &world->settings.life;
    struct rotation_state *state = &world->state;
    const struct authority_times times = {world->now - life->skew, world->now + life->ca};
    size_t kept = 0;
    switch (step) {
    case ROTATION_NOTHING:
        return;
    case ROTATION_START:
        assert_false(world->has_secret);
        world->has_secret = state->has_ca = true;
        world->ca = ++world->made;
        state->ca = times;
        world_serve_new(world);
        break;
    case ROTATION_RENEW:
        world_serve_new(world);
        break;
    case ROTATION_STAGE:
        world->next = ++world->made;
        state->has_next = true;
        state->next = times;
        state->next_published = 0;
        break;
    case ROTATION_PUBLISHED:
        state->next_published = world->now;
        break;
    case ROTATION_PROMOTE:
        assert_true(state->old_count < SECRET_OLD_MAX);
        world->old[state->old_count] = world->ca;
        state->old_until[state->old_count++] = world->signed_until;
        world->ca = world->next;
        state->ca = state->next;
        state->has_next = false;
        world->next = 0;
        state->next_published = world->signed_until = 0;
        world->promotions++;
        world_serve_new(world);
        break;
    case ROTATION_DROP:
        for (size_t i = 0; i < state->old_count; i++) {
            if (rotation_old_is_over(&world->settings, state->old_until[i], world->now))
                continue;
            world->old[kept] = world->old[i];
            state->old_until[kept++] = state->old_until[i];
        }
        state->old_count = kept;
        break;
    }
    world->version++;
}

static bool world_wants(const struct world *world, unsigned ca)
{
    bool wanted = ca == world->ca || ca == world->next;
    for (size_t i = 0; i < world->state.old_count; i++)
        wanted |= ca == world->old[i];
    return wanted;
}

static void world_write_bundle(struct world *world)
{
    for (unsigned ca = 1; ca <= world->made; ca++) {
        if (!world_wants(world, ca))
            world->in_bundle_since[ca] = 0;
        else if (!world->in_bundle_since[ca])
            world->in_bundle_since[ca] = world->now;
    }
    world->was_written = true;
}

/* A replica's round. It may die at any point, and another one may come between its reading and its writing. */
static void world_round(struct world *world, size_t replica, bool may_nest)
{
    for (int steps = 0; steps < 10; steps++) {
        if (world_random(world, 50) == 0)
            return; /* killed */
        if (world->has_secret) {
            world->used[replica].ca = world->serving_ca;
            world->used[replica].not_after = world->state.serving.not_after;
            world_write_bundle(world);
        }
        world->state.in_bundle = world->has_secret;
        struct rotation_decision decision = rotation_decide(&world->settings, &world->state, world->now);
        if (decision.step == ROTATION_NOTHING)
            return;
        unsigned version = world->version;
        if (may_nest && world_random(world, 3) == 0)
            world_round(world, (replica + 1) % REPLICAS, false);
        if (version == world->version) /* else: 409, read again */
            world_apply(world, decision.step);
    }
    fail_msg("a round that does not end");
}

static void world_check(const struct world *world)
{
    for (size_t i = 0; i < REPLICAS; i++) {
        unsigned ca = world->used[i].ca;
        if (!ca)
            continue;
        if (world->now >= world->used[i].not_after)
            fail_msg("replica %zu serves with an expired certificate", i);
        if (!world->in_bundle_since[ca])
            fail_msg("replica %zu serves with a certificate nobody trusts", i);
        if (ca > 1 && world->now - world->in_bundle_since[ca] < world->settings.grace)
            fail_msg("replica %zu serves with CA %u, trusted since %lld s", i, ca,
                     (long long)(world->now - world->in_bundle_since[ca]));
    }
}

static void every_moment_of_thirty_years_is_safe(void **state)
{
    (void)state;
    static const struct rotation_settings settings[] = {
        {{3650 * (int64_t)DAY, 90 * DAY, 300}, 300},
        {{400 * (int64_t)DAY, 30 * DAY, 300}, HOUR},
        {{60 * (int64_t)DAY, 10 * DAY, 0}, DAY},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        static struct world world;
        world = (struct world){.settings = settings[i], .now = begin, .random = 42 + i};
        assert_true(rotation_check(&settings[i], NULL));
        world_round(&world, 0, true);
        while (world.now < begin + 30 * (int64_t)YEAR) {
            /* Mostly some hours, at times a moment: what is due at the same time meets. */
            world.now += 1 + (int64_t)world_random(&world, world_random(&world, 4) ? 6 * HOUR : 2);
            world_round(&world, world_random(&world, REPLICAS), true);
            world_check(&world);
        }
        assert_true(world.promotions >= 2 && world.renewals > 4 * world.promotions);
        assert_true(world.made == world.promotions + 1 + world.state.has_next);
        assert_true(world.state.old_count <= 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thing_at_its_time),
        cmocka_unit_test(nothing_to_do_until_it_says),
        cmocka_unit_test(lives_that_leave_no_room_are_refused),
        cmocka_unit_test(every_moment_of_thirty_years_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
