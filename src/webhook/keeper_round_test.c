#include "webhook/keeper_round.h"
#include "base/memory.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include "webhook/base64.h"
#include "webhook/cluster_double.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

enum { HOUR = 3600, DAY = 86400, YEAR = 365 * DAY, REPLICAS = 3 };
static const int64_t begin = 1764000000;
#define SECRET "secrets/istio-system/pillion-webhook-tls"
#define CONFIGURATION "mutatingwebhookconfigurations//pillion-sidecar-injector"

static const struct slice configurations[] = {SLICE_CONSTANT("pillion-sidecar-injector"), SLICE_CONSTANT("tag")};
static const struct rotation_settings lives = {{400 * (int64_t)DAY, 30 * DAY, 300}, 300};

/* A replica, and what it was told. */
struct replica {
    struct fixture *fixture;
    struct keeper_settings settings;
    struct keeper_callbacks callbacks;
    struct keeper_round round;
    struct keeper_outcome outcome;
    struct authority_pair used; /* in the fixture's arena */
    struct authority_times times;
    size_t certificates, bundles, failures;
    char failure[512], events[1024];
};

struct fixture {
    struct tls_library tls;
    struct kube_client cluster;
    struct arena arena, round_arena;
    int64_t now;
    uint64_t random;
    struct replica replicas[REPLICAS];
};

static void certificate_given(void *context, const struct authority_pair *serving, const struct authority_times *times)
{
    struct replica *replica = context;
    struct arena *arena = &replica->fixture->arena;
    replica->used = (struct authority_pair){arena_copy(arena, serving->certificate), arena_copy(arena, serving->key)};
    replica->times = *times;
    replica->certificates++;
}

static void bundle_written(void *context, struct slice configuration, size_t webhooks)
{
    (void)configuration;
    ((struct replica *)context)->bundles += webhooks;
}

static void event_told(void *context, const char *text)
{
    struct replica *replica = context;
    size_t length = strlen(replica->events);
    snprintf(replica->events + length, sizeof replica->events - length, "%s\n", text);
}

static void failure_told(void *context, const struct error *error)
{
    struct replica *replica = context;
    replica->failures++;
    snprintf(replica->failure, sizeof replica->failure, "%s", error->text);
}

static void replica_start(struct fixture *f, size_t index)
{
    struct replica *replica = &f->replicas[index];
    keeper_round_done(&replica->round);
    *replica = (struct replica){
        .fixture = f,
        .settings = {.namespace = SLICE("istio-system"), .service = SLICE("pillion-webhook"),
                     .secret = SLICE("pillion-webhook-tls"), .configurations = configurations,
                     .configuration_count = 1, .rotation = &lives},
        .callbacks = {replica, certificate_given, bundle_written, event_told, failure_told},
        .round = {.tls = &f->tls, .client = &f->cluster, .settings = &replica->settings,
                  .callbacks = &replica->callbacks},
    };
}

static int setup(void **state)
{
    struct fixture *f = memory_new(1, sizeof *f);
    struct error error;
    *state = f;
    f->now = begin;
    f->random = 7;
    for (size_t i = 0; i < REPLICAS; i++)
        replica_start(f, i);
    return tls_library_load(&f->tls, &error) ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < REPLICAS; i++)
        keeper_round_done(&f->replicas[i].round);
    arena_done(&f->arena);
    arena_done(&f->round_arena);
    arena_done(&f->cluster.arena);
    free(f);
    return 0;
}

static struct replica *round_of(struct fixture *f, size_t index)
{
    struct arena arena = ARENA_INIT;
    keeper_round_run(&f->replicas[index].round, &arena, f->now, &f->replicas[index].outcome);
    arena_done(&arena);
    return &f->replicas[index];
}

static const struct tree *tree_of(struct fixture *f, const char *text)
{
    struct source source = {.name = SLICE("test"), .text = slice_from(text)};
    const struct tree *tree;
    struct error error;
    if (!yaml_read(&f->arena, &source, NULL, &tree, &error))
        fail_msg("%s: %s", text, error.text);
    return tree;
}

#define WEBHOOK(name, service) \
    "- {name: " name ", clientConfig: {service: {name: " service ", namespace: istio-system}, caBundle: Zm9v}}\n"
static const char *const configuration_text =
    "metadata: {name: pillion-sidecar-injector}\nwebhooks:\n"
    WEBHOOK("rev.namespace.sidecar-injector.istio.io", "pillion-webhook") WEBHOOK("validate.example.com", "other")
    WEBHOOK("sidecar-injector.istio.io", "pillion-webhook") WEBHOOK("sidecar-injector.istio.io.example.com", "other")
    WEBHOOK("object.sidecar-injector.istio.io", "istiod");

static struct slice bundle_at(struct fixture *f, size_t webhook)
{
    const struct tree *webhooks = tree_get(double_get(&f->cluster, CONFIGURATION), SLICE("webhooks"));
    struct slice bytes = {0};
    assert_true(webhook < tree_count(webhooks));
    assert_true(base64_read(&f->arena, tree_text(tree_at(webhooks->list.items[webhook], "clientConfig", "caBundle")),
                            &bytes));
    return bytes;
}

static bool serves_what_is_trusted(struct fixture *f, const struct replica *replica, struct slice bundle)
{
    struct authority_times times;
    struct error error;
    const struct authority_names names = {SLICE("pillion-webhook"), SLICE("istio-system")};
    return authority_check_serving(&f->tls, &replica->used, bundle, &names, &times, &error) && f->now < times.not_after;
}

static void the_first_makes_everything_and_touches_only_its_own(void **state)
{
    struct fixture *f = *state;
    double_put(&f->cluster, CONFIGURATION, tree_of(f, configuration_text));
    struct replica *replica = round_of(f, 0);
    assert_int_equal(replica->failures, 0);
    assert_int_equal(replica->certificates, 1);
    assert_int_equal(replica->bundles, 2);
    assert_true(serves_what_is_trusted(f, replica, bundle_at(f, 0)));
    assert_true(slice_equal(bundle_at(f, 0), bundle_at(f, 2)));
    for (size_t i = 1; i < 5; i += i == 1 ? 2 : 1)
        assert_true(slice_equal(bundle_at(f, i), SLICE("foo"))); /* another's name, or another's Service */
    assert_int_equal(replica->outcome.look_at, begin - 300 + 20 * DAY + 200);
    /* Nothing changes when nothing changed. */
    size_t writes = f->cluster.writes, patches = f->cluster.patches;
    round_of(f, 0);
    assert_true(writes == f->cluster.writes && patches == f->cluster.patches);
    assert_int_equal(replica->certificates, 1);
    const struct tree *secret = double_get(&f->cluster, SECRET);
    assert_true(tree_text_is(tree_get(secret, SLICE("type")), SLICE("kubernetes.io/tls")));
}

static void second_comes_between(void *context)
{
    struct fixture *f = context;
    round_of(f, 1);
}

static void two_that_start_at_once_agree(void **state)
{
    struct fixture *f = *state;
    double_put(&f->cluster, CONFIGURATION, tree_of(f, configuration_text));
    f->cluster.before_write = second_comes_between;
    f->cluster.context = f;
    struct replica *first = round_of(f, 0), *second = &f->replicas[1];
    assert_int_equal(f->cluster.writes, 1);
    assert_true(slice_equal(first->used.certificate, second->used.certificate));
    assert_int_equal(first->failures + second->failures, 0);
    assert_true(strstr(second->events, "made a CA") && !strstr(first->events, "made a CA"));
}

static void one_of_several_renews_and_all_follow(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < REPLICAS; i++)
        round_of(f, i);
    struct slice before = f->replicas[0].used.certificate;
    f->now += 21 * DAY;
    f->cluster.before_write = second_comes_between;
    f->cluster.context = f;
    for (size_t i = 0; i < REPLICAS; i++)
        round_of(f, i);
    assert_int_equal(f->cluster.writes, 2);
    for (size_t i = 0; i < REPLICAS; i++) {
        assert_int_equal(f->replicas[i].certificates, 2);
        assert_true(slice_equal(f->replicas[i].used.certificate, f->replicas[0].used.certificate));
        assert_false(slice_equal(f->replicas[i].used.certificate, before));
    }
}

static void an_overwritten_bundle_is_repaired(void **state)
{
    struct fixture *f = *state;
    double_put(&f->cluster, CONFIGURATION, tree_of(f, configuration_text));
    struct replica *replica = round_of(f, 0);
    struct slice right = bundle_at(f, 0);
    double_put(&f->cluster, CONFIGURATION, tree_of(f, configuration_text));
    round_of(f, 1);
    assert_true(slice_equal(bundle_at(f, 0), right));
    assert_int_equal(replica->failures + f->replicas[1].failures, 0);
}

static void reorder_webhooks(void *context)
{
    struct fixture *f = context;
    if (f->now++ != begin)
        return; /* once */
    double_put(&f->cluster, CONFIGURATION,
               tree_of(f, "metadata: {name: pillion-sidecar-injector}\nwebhooks:\n" WEBHOOK("validate.example.com", "o")
                          WEBHOOK("rev.namespace.sidecar-injector.istio.io", "pillion-webhook")));
}

static void a_reorder_cannot_hit_the_wrong_webhook(void **state)
{
    struct fixture *f = *state;
    round_of(f, 0);
    double_put(&f->cluster, CONFIGURATION, tree_of(f, configuration_text));
    f->now = begin;
    f->cluster.before_write = reorder_webhooks;
    f->cluster.context = f;
    struct replica *replica = round_of(f, 0);
    assert_int_equal(replica->failures, 0);
    assert_int_equal(f->cluster.patches, 1);
    assert_true(slice_equal(bundle_at(f, 0), SLICE("foo")));
    assert_true(serves_what_is_trusted(f, replica, bundle_at(f, 1)));
}

static void garbage_is_replaced_only_if_it_is_ours(void **state)
{
    struct fixture *f = *state;
    static const char *const theirs = "metadata: {name: pillion-webhook-tls}\ndata: {tls.crt: Zm9v, tls.key: Zm9v}",
                            *const no_base64 = "metadata: {name: x, labels: {app.kubernetes.io/managed-by: "
                                               "pillion-webhook}}\ndata: {tls.crt: \"***\"}";
    double_put(&f->cluster, SECRET, tree_of(f, theirs));
    struct replica *replica = round_of(f, 0);
    assert_true(replica->outcome.failed && replica->failures == 1 && replica->certificates == 0);
    assert_non_null(strstr(replica->failure, "not ours to replace"));
    assert_int_equal(f->cluster.writes, 0);
    double_put(&f->cluster, SECRET, tree_of(f, no_base64));
    round_of(f, 0);
    assert_non_null(strstr(replica->failure, "tls.crt is no base64"));
    assert_true(replica->certificates == 1 && f->cluster.writes == 1);
}

static void what_is_lost_comes_back_from_memory(void **state)
{
    struct fixture *f = *state;
    double_put(&f->cluster, CONFIGURATION, tree_of(f, configuration_text));
    struct replica *replica = round_of(f, 0);
    struct slice before = replica->used.certificate, ca = bundle_at(f, 0);
    /* Spoilt: as it was. */
    double_put(&f->cluster, SECRET,
               tree_of(f, "metadata: {name: x, labels: {app.kubernetes.io/managed-by: pillion-webhook}}"));
    round_of(f, 0);
    assert_true(slice_equal(bundle_at(f, 0), ca) && replica->certificates == 1);
    /* Deleted: as it was, with a new CA beside it, which takes over after the grace. */
    double_put(&f->cluster, SECRET, NULL);
    round_of(f, 0);
    assert_true(slice_equal(replica->used.certificate, before));
    assert_true(slice_starts(bundle_at(f, 0), ca) && bundle_at(f, 0).length > ca.length);
    f->now += lives.grace;
    round_of(f, 0);
    assert_int_equal(replica->certificates, 2);
    assert_true(slice_ends(bundle_at(f, 0), ca) && bundle_at(f, 0).length > ca.length);
    assert_false(serves_what_is_trusted(f, replica, ca));
    assert_true(serves_what_is_trusted(f, replica, bundle_at(f, 0)));
}

static void failures_are_told_and_pass(void **state)
{
    struct fixture *f = *state;
    f->cluster.fail_status = 403;
    struct replica *replica = round_of(f, 0);
    assert_true(replica->outcome.failed && replica->failures == 1 && replica->certificates == 0);
    f->cluster.fail_status = 0;
    round_of(f, 0);
    assert_true(!replica->outcome.failed && replica->certificates == 1);
}

static void other_names_make_another_certificate(void **state)
{
    struct fixture *f = *state;
    static const struct slice more[] = {SLICE_CONSTANT("127.0.0.1")};
    round_of(f, 0);
    f->replicas[1].settings.more_names = more;
    f->replicas[1].settings.more_name_count = 1;
    struct replica *replica = round_of(f, 1);
    assert_int_equal(replica->certificates, 1);
    assert_false(slice_equal(replica->used.certificate, f->replicas[0].used.certificate));
    assert_non_null(strstr(replica->events, "the certificate is not for 127.0.0.1"));
}

static void the_file_is_the_bundle_where_there_is_one(void **state)
{
    struct fixture *f = *state;
    struct replica *replica = &f->replicas[0];
    struct authority_pair ca;
    char path[] = "/tmp/pillion-bundle-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_true(authority_make_ca(&f->tls, &f->arena, &lives.life, begin, &ca, NULL));
    fprintf(file, "%.*s", SLICE_ARGS(ca.certificate));
    fclose(file);
    replica->settings.secret = (struct slice){0};
    replica->settings.any_service = true;
    replica->settings.ca_file = slice_from(path);
    double_put(&f->cluster, CONFIGURATION, tree_of(f, configuration_text));
    round_of(f, 0);
    assert_int_equal(replica->bundles, 3);
    assert_true(slice_equal(bundle_at(f, 0), ca.certificate) && slice_equal(bundle_at(f, 4), ca.certificate));
    file = fopen(path, "w");
    fprintf(file, "garbage");
    fclose(file);
    round_of(f, 0);
    assert_int_equal(replica->failures, 1);
    assert_true(slice_equal(bundle_at(f, 0), ca.certificate));
    unlink(path);
}

/* ---- years, with certificates that can be verified ---- */

static uint64_t random_below(struct fixture *f, uint64_t below)
{
    f->random = f->random * 6364136223846793005u + 1442695040888963407u;
    return (f->random >> 33) % below;
}

static void any_other_comes_between(void *context)
{
    struct fixture *f = context;
    if (random_below(f, 3) == 0)
        round_of(f, random_below(f, REPLICAS));
}

static void replicas_live_for_years_and_are_always_trusted(void **state)
{
    struct fixture *f = *state;
    struct slice bundle = {0}, graceful = {0}; /* now; as it was a grace ago */
    double_put(&f->cluster, CONFIGURATION, tree_of(f, configuration_text));
    f->cluster.before_write = any_other_comes_between;
    f->cluster.context = f;
    for (size_t i = 0; i < REPLICAS; i++)
        round_of(f, i);
    bundle = bundle_at(f, 0);
    size_t changes = 0;
    while (f->now < begin + 6 * (int64_t)YEAR) {
        /* The bundle of a grace ago is the one that was there before a step of a grace or more. */
        int64_t step = random_below(f, 2) ? lives.grace : 1 + (int64_t)random_below(f, 10 * DAY);
        if (step >= lives.grace)
            graceful = bundle;
        f->now += step;
        size_t index = random_below(f, REPLICAS);
        if (random_below(f, 30) == 0) /* killed; another one takes its place */
            replica_start(f, index);
        if (random_below(f, 20) == 0) /* somebody overwrites the bundle */
            double_put(&f->cluster, CONFIGURATION, tree_of(f, configuration_text));
        for (size_t i = 0; i < REPLICAS; i++)
            round_of(f, (index + i) % REPLICAS);
        changes += !slice_equal(bundle, bundle_at(f, 0));
        bundle = bundle_at(f, 0);
        for (size_t i = 0; i < REPLICAS; i++) {
            assert_int_equal(f->replicas[i].failures, 0);
            assert_true(serves_what_is_trusted(f, &f->replicas[i], bundle));
            if (step >= lives.grace && !serves_what_is_trusted(f, &f->replicas[i], graceful))
                fail_msg("replica %zu serves with a CA that was not in the bundle %lld s ago", i, (long long)lives.grace);
        }
    }
    assert_true(changes > 8); /* CAs came and went */
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_first_makes_everything_and_touches_only_its_own),
        TEST(two_that_start_at_once_agree),
        TEST(one_of_several_renews_and_all_follow),
        TEST(an_overwritten_bundle_is_repaired),
        TEST(a_reorder_cannot_hit_the_wrong_webhook),
        TEST(garbage_is_replaced_only_if_it_is_ours),
        TEST(what_is_lost_comes_back_from_memory),
        TEST(failures_are_told_and_pass),
        TEST(other_names_make_another_certificate),
        TEST(the_file_is_the_bundle_where_there_is_one),
        TEST(replicas_live_for_years_and_are_always_trusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
