#include "inject/annotation.h"
#include "inject/test_support.h"

static bool check(struct arena *arena, const char *name, const char *value, bool is_1_0, struct error *error)
{
    struct tree *annotations = tree_map(arena, 1);
    tree_put(arena, annotations, slice_from(name), tree_string(arena, slice_from(value)));
    return annotation_check_all(arena, annotations, is_1_0, error);
}

static void values_are_checked_by_their_rule(void **state)
{
    (void)state;
    static const struct {
        const char *name, *good[6], *bad[8];
    } cases[] = {
        {"sidecar.istio.io/interceptionMode", {"REDIRECT", "TPROXY", "NONE"}, {"redirect", "", "tproxy"}},
        {"status.sidecar.istio.io/port", {"0", "15020", " 80 "}, {"-1", "65536", "http", "", "0x50"}},
        {"readiness.status.sidecar.istio.io/periodSeconds", {"0", "4294967295"}, {"-1", "1.5", "4294967296", " 1"}},
        {"traffic.sidecar.istio.io/includeInboundPorts", {"*", "", "80,443", "80, 443"}, {"80,", "a", "80,*"}},
        {"traffic.sidecar.istio.io/excludeInboundPorts", {"", "80"}, {"*", "70000"}},
        {"traffic.sidecar.istio.io/includeOutboundIPRanges",
         {"*", "", "10.0.0.0/8,fd00::/8", "1.2.3.4/32", "::/0"},
         {"10.0.0.1", "10.0.0.0/33", "10.0.0.0/08", "10.0.0/8", "10.0.0.0/8, 11.0.0.0/8", "fd00::/129", "x"}},
        {"traffic.sidecar.istio.io/excludeOutboundIPRanges", {"", "10.0.0.0/8"}, {"*"}},
        {"traffic.sidecar.istio.io/excludeInterfaces", {"", "eth0", "net1, net2"}, {"a,,b", "0a", "sixteen-letters-x"}},
        {"prometheus.istio.io/merge-metrics", {"true", "F", "1"}, {"yes", ""}},
        {"sidecar.istio.io/proxyCPU", {"100m", "2", "0.5", "1e3"}, {"two", "1 Gi", "1GiB", "1\n"}},
        {"proxy.istio.io/config",
         {"", "concurrency: 2", "{proxyMetadata: {A: b}}", "unknownField: 1", "discoveryAddress: 'istiod:15012'"},
         {"{bad", "concurrency: x", "a string", "proxyMetadata: {A: 1}", "discoveryAddress: nope", "statusPort: 0",
          "drainDuration: 1", "drainDuration: 0.5s"}},
        {"example.io/anything", {"goes", ""}, {NULL}},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct error error;
        for (size_t good = 0; good < ARRAY_LENGTH(cases[i].good) && cases[i].good[good]; good++) {
            if (!check(&arena, cases[i].name, cases[i].good[good], false, &error))
                fail_msg("%s=%s: %s", cases[i].name, cases[i].good[good], error.text);
        }
        for (size_t bad = 0; bad < ARRAY_LENGTH(cases[i].bad) && cases[i].bad[bad]; bad++) {
            if (check(&arena, cases[i].name, cases[i].bad[bad], false, &error))
                fail_msg("%s=%s was taken", cases[i].name, cases[i].bad[bad]);
            /* The message names the annotation, in its text or as the place. */
            struct slice name = slice_from(cases[i].name);
            assert_true(slice_find(slice_from(error.text), name) != SLICE_NONE ||
                        slice_find(error.where.file, name) != SLICE_NONE);
        }
    }
    arena_done(&arena);
}

static void rules_that_1_0_did_not_have_do_not_count_there(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct error error;
    assert_true(check(&arena, "sidecar.istio.io/proxyCPU", "two", true, &error));
    assert_true(check(&arena, "proxy.istio.io/config", "{bad", true, &error));
    assert_false(check(&arena, "traffic.sidecar.istio.io/includeInboundPorts", "x", true, &error));
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_checked_by_their_rule),
        cmocka_unit_test(rules_that_1_0_did_not_have_do_not_count_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
