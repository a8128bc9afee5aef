#include "inject/inject.h"
#include "inject/test_support.h"
#include <pthread.h>
#include <stdio.h>

static const char templates_text[] =
    "templates:\n"
    "  sidecar: |\n"
    "    metadata:\n"
    "      annotations: {seen: '{{ index .ObjectMeta.Labels \"app\" }}{{ .Spec.ServiceAccountName }}'}\n"
    "    spec: {containers: [{name: istio-proxy, image: \"proxy:{{ index .ObjectMeta.Labels `version` }}\"}]}\n"
    "  clock: 'metadata: {annotations: {t: {{ now.Unix | quote }}}}'\n"
    "  name: 'metadata: {annotations: {t: {{ .ObjectMeta.Name | quote }}}}'\n"
    "  failing: '{{ fail \"no\" }}'\n"
    "  wrong: 'spec: {hostNetwork: {{ index .ObjectMeta.Labels \"app\" | quote }}}'\n"
    "  large: 'metadata: {annotations: {t: \"{{ repeat 5000 (index .ObjectMeta.Labels \"app\") }}\"}}'\n";

struct setup {
    struct arena arena;
    struct inject_config config;
    struct rendering_cache *cache;
};

static void setup_init(struct setup *setup, size_t capacity)
{
    struct source source = {.name = SLICE("test"), .text = slice_from(templates_text)};
    struct inject_config_sources sources = {.config = &source};
    struct error error = {0};
    *setup = (struct setup){.cache = capacity ? rendering_cache_new(capacity) : NULL};
    if (!inject_config_load(&setup->arena, &sources, &setup->config, &error))
        fail_msg("%s", error.text);
}

static void setup_done(struct setup *setup)
{
    rendering_cache_free(setup->cache);
    arena_done(&setup->arena);
}

/* What becomes of a pod (YAML) as JSON, or its error; the leases are the caller's. */
static struct slice inject(const struct setup *setup, struct arena *arena, struct rendering_leases *leases,
                           const char *pod, int64_t now)
{
    struct inject_settings settings = {.native_sidecars = true, .now_seconds = now};
    struct inject_request request = {.config = &setup->config, .settings = &settings, .pod = tree_of(arena, pod),
                                     .is_webhook = true, .renderings = leases};
    struct buffer out = BUFFER_INIT(1 << 20);
    struct error error = {0};
    const struct tree *injected;
    if (inject_pod(arena, &request, &injected, &error))
        json_write(&out, injected, JSON_COMPACT);
    else
        buffer_format(&out, "%s\n%s", error.text, error.quote);
    struct slice copy = arena_copy(arena, buffer_slice(&out));
    buffer_done(&out);
    return copy;
}

/* The same with and without what is remembered; whether it was. */
static bool is_remembered(const struct setup *setup, const char *pod, int64_t now)
{
    struct arena arena = ARENA_INIT;
    struct rendering_leases leases = {.cache = setup->cache};
    struct rendering_counts before = rendering_cache_counts(setup->cache);
    struct slice got = inject(setup, &arena, &leases, pod, now), wanted = inject(setup, &arena, NULL, pod, now);
    struct rendering_counts after = rendering_cache_counts(setup->cache);
    if (!slice_equal(got, wanted))
        fail_msg("%s\n  gives  %.*s\n  wanted %.*s", pod, (int)got.length, got.bytes, (int)wanted.length, wanted.bytes);
    assert_int_equal(after.hits + after.misses, before.hits + before.misses + 1);
    rendering_leases_release(&leases);
    arena_done(&arena);
    return after.hits > before.hits;
}

static void replicas_share_a_rendering(void **state)
{
    (void)state;
    static const struct {
        const char *pod;
        bool remembered;
    } cases[] = {
        {"{metadata: {name: a, labels: {app: x}}, spec: {}}", false},
        {"{metadata: {name: a, labels: {app: x}}, spec: {}}", true},
        {"{metadata: {name: b, labels: {app: x, other: z}}, spec: {containers: [{name: c}]}}", true},
        {"{metadata: {name: b, labels: {app: w}}, spec: {}}", false},
        {"{metadata: {labels: {app: x}}, spec: {serviceAccountName: s}}", false},
        {"{metadata: {labels: {app: x, version: v}}, spec: {}}", false},
        {"{metadata: {name: b}, spec: {}}", false},
        {"{metadata: {labels: {}}, spec: {}}", false}, /* printed the same, but that shows only after */
        {"{metadata: {labels: {app: x}}, spec: {hostNetwork: true}}", true},
        {"{metadata: {labels: {app: w}}, spec: {}}", true},
        {"{metadata: {labels: {app: x}}, spec: {containers: [{name: istio-proxy, image: auto}]}}", true},
    };
    struct setup setup;
    setup_init(&setup, 1 << 20);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        if (is_remembered(&setup, cases[i].pod, 0) != cases[i].remembered)
            fail_msg("%s is %sremembered", cases[i].pod, cases[i].remembered ? "not " : "");
    setup_done(&setup);
}

#define POD_WITH(template, name, app) \
    "{metadata: {name: " name ", labels: {app: '" app "'}, annotations: {inject.istio.io/templates: '" template "'}}, spec: {}}"

static void some_renderings_are_not_kept(void **state)
{
    (void)state;
    struct setup setup;
    setup_init(&setup, 10000);
    for (int i = 0; i < 3; i++) {
        assert_false(is_remembered(&setup, POD_WITH("clock", "a", "x"), i));
        assert_false(is_remembered(&setup, POD_WITH("failing", "a", "x"), i));
        assert_false(is_remembered(&setup, POD_WITH("wrong", "a", "x"), i));
        assert_false(is_remembered(&setup, POD_WITH("large", "a", "x"), i));
    }
    assert_int_equal(rendering_cache_counts(setup.cache).kept, 0);
    assert_int_equal(rendering_cache_counts(setup.cache).bytes, 0);
    setup_done(&setup);
}

static void the_least_recently_used_goes_first(void **state)
{
    (void)state;
    struct setup setup;
    setup_init(&setup, 40000);
    char pod[200];
    assert_false(is_remembered(&setup, POD_WITH("name", "often", "x"), 0));
    for (int i = 0; i < 100; i++) {
        snprintf(pod, sizeof pod, POD_WITH("name", "n%d", "x"), i);
        assert_false(is_remembered(&setup, pod, 0));
        assert_true(is_remembered(&setup, pod, 0));
        assert_true(is_remembered(&setup, POD_WITH("name", "often", "x"), 0));
        assert_in_range(rendering_cache_counts(setup.cache).bytes, 1, 40000);
    }
    assert_false(is_remembered(&setup, POD_WITH("name", "n0", "x"), 0));
    struct rendering_counts counts = rendering_cache_counts(setup.cache);
    assert_true(counts.dropped > 80);
    assert_int_equal(counts.entries, counts.kept - counts.dropped);
    setup_done(&setup);
}

/* A result stays good until its lease is released, whatever becomes of what is remembered. */
static void a_lease_outlives_the_entry(void **state)
{
    (void)state;
    struct setup setup;
    setup_init(&setup, 40000);
    struct arena arena = ARENA_INIT;
    struct rendering_leases leases = {.cache = setup.cache};
    struct inject_settings settings = {.native_sidecars = true};
    const struct tree *first, *second;
    struct inject_request request = {.config = &setup.config, .settings = &settings, .is_webhook = true,
                                     .pod = tree_of(&arena, "{metadata: {labels: {app: x}}, spec: {}}"),
                                     .renderings = &leases};
    assert_true(inject_pod(&arena, &request, &first, NULL));
    assert_true(inject_pod(&arena, &request, &second, NULL));
    assert_int_equal(rendering_cache_counts(setup.cache).hits, 1);
    char pod[200];
    for (int i = 0; i < 100; i++) {
        snprintf(pod, sizeof pod, POD_WITH("sidecar", "p", "%d"), i);
        is_remembered(&setup, pod, 0);
    }
    assert_false(is_remembered(&setup, "{metadata: {labels: {app: x}}, spec: {}}", 0)); /* gone */
    assert_text(tree_text(tree_at(first, "metadata", "annotations", "seen")), "x");
    assert_true(tree_equal(first, second));
    rendering_leases_release(&leases);
    rendering_leases_release(&leases); /* nothing is left to release */
    arena_done(&arena);
    setup_done(&setup);
}

struct thread {
    const struct setup *setup;
    unsigned start;
    pthread_t thread;
    bool failed;
};

static void *inject_often(void *context)
{
    struct thread *thread = context;
    struct arena arena = ARENA_INIT;
    for (unsigned i = 0; i < 1500; i++) {
        char pod[200], wanted[100];
        unsigned app = (i * 7 + thread->start) % 40;
        snprintf(pod, sizeof pod, POD_WITH("sidecar", "n%u", "%u"), i, app);
        snprintf(wanted, sizeof wanted, "\"seen\":\"%u\"", app);
        struct rendering_leases leases = {.cache = thread->setup->cache};
        struct slice got = inject(thread->setup, &arena, &leases, pod, 0);
        thread->failed |= slice_find(got, slice_from(wanted)) == SLICE_NONE;
        rendering_leases_release(&leases);
        arena_reset(&arena);
    }
    arena_done(&arena);
    return NULL;
}

static void threads_share_a_cache_that_is_too_small(void **state)
{
    (void)state;
    struct setup setup;
    struct thread threads[4];
    setup_init(&setup, 60000);
    for (unsigned i = 0; i < ARRAY_LENGTH(threads); i++) {
        threads[i] = (struct thread){.setup = &setup, .start = i * 11};
        assert_int_equal(pthread_create(&threads[i].thread, NULL, inject_often, &threads[i]), 0);
    }
    for (unsigned i = 0; i < ARRAY_LENGTH(threads); i++) {
        pthread_join(threads[i].thread, NULL);
        assert_false(threads[i].failed);
    }
    struct rendering_counts counts = rendering_cache_counts(setup.cache);
    assert_int_equal(counts.hits + counts.misses, 4 * 1500);
    assert_true(counts.dropped > 0 && counts.bytes <= 60000);
    setup_done(&setup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replicas_share_a_rendering),
        cmocka_unit_test(some_renderings_are_not_kept),
        cmocka_unit_test(the_least_recently_used_goes_first),
        cmocka_unit_test(a_lease_outlives_the_entry),
        cmocka_unit_test(threads_share_a_cache_that_is_too_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
