#include "inject/policy.h"
#include "inject/test_support.h"

static void the_first_factor_that_has_a_say_decides(void **state)
{
    (void)state;
    static const struct {
        const char *pod, *policy, *never, *always;
        bool inject;
        enum policy_factor factor;
    } cases[] = {
        {"{}", "enabled", "[]", "[]", true, POLICY_DEFAULT},
        {"{}", "disabled", "[]", "[]", false, POLICY_DEFAULT},
        {"{}", "Enabled", "[]", "[]", false, POLICY_UNKNOWN},
        {"{spec: {hostNetwork: true}, metadata: {labels: {sidecar.istio.io/inject: 'true'}}}", "enabled", "[]", "[]",
         false, POLICY_HOST_NETWORK},
        {"{metadata: {namespace: kube-system, labels: {sidecar.istio.io/inject: 'true'}}}", "enabled", "[]", "[]",
         false, POLICY_IGNORED_NAMESPACE},
        {"{metadata: {labels: {sidecar.istio.io/inject: 'false'}, annotations: {sidecar.istio.io/inject: 'true'}}}",
         "enabled", "[]", "[]", false, POLICY_LABEL},
        {"{metadata: {annotations: {sidecar.istio.io/inject: 'true'}}}", "disabled", "[]", "[]", true,
         POLICY_ANNOTATION},
        /* neither true nor false: as if it were not there */
        {"{metadata: {labels: {sidecar.istio.io/inject: 'yes'}}}", "enabled", "[]", "[]", true, POLICY_DEFAULT},
        {"{metadata: {labels: {a: b}}}", "enabled", "[{matchLabels: {a: b}}]", "[{matchLabels: {a: b}}]", false,
         POLICY_NEVER_SELECTOR},
        {"{metadata: {labels: {a: b}}}", "disabled", "[{matchLabels: {a: c}}]", "[{}, {matchLabels: {a: b}}]", true,
         POLICY_ALWAYS_SELECTOR},
        /* an empty selector would match everything, so it counts as none */
        {"{}", "enabled", "[{}]", "[]", true, POLICY_DEFAULT},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct policy_rules rules = {.policy = slice_from(cases[i].policy),
                                     .never = tree_of(&arena, cases[i].never),
                                     .always = tree_of(&arena, cases[i].always)};
        struct policy_decision decision = policy_decide(&rules, tree_of(&arena, cases[i].pod), SLICE("shop"));
        assert_int_equal(decision.factor, cases[i].factor);
        assert_int_equal(decision.inject, cases[i].inject);
        assert_true(policy_reason(&arena, &decision).length > 0);
        struct policy_trace trace;
        struct policy_decision again =
            policy_decide_traced(&rules, tree_of(&arena, cases[i].pod), SLICE("shop"), &trace);
        assert_int_equal(again.factor, decision.factor);
        assert_int_equal(again.inject, decision.inject);
        assert_int_equal(trace.steps[trace.decided].factor, decision.factor);
        assert_int_equal(trace.count, POLICY_FACTORS);
        for (size_t step = 0; step < trace.decided; step++)
            assert_int_equal(trace.steps[step].says, POLICY_SAYS_NOTHING);
    }
    arena_done(&arena);
}

static void a_trace_has_what_came_too_late(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct policy_rules rules = {.policy = SLICE("enabled"), .never = tree_of(&arena, "[{matchLabels: {a: b}}]")};
    const struct tree *pod = tree_of(&arena, "{metadata: {labels: {a: b, sidecar.istio.io/inject: 'yes'}, "
                                             "annotations: {sidecar.istio.io/inject: 'true'}}}");
    struct policy_trace trace;
    struct policy_decision decision = policy_decide_traced(&rules, pod, SLICE("shop"), &trace);
    static const struct {
        enum policy_factor factor;
        enum policy_says says;
        bool is_there, is_overridden;
    } steps[] = {
        {POLICY_HOST_NETWORK, POLICY_SAYS_NOTHING, false, false},
        {POLICY_IGNORED_NAMESPACE, POLICY_SAYS_NOTHING, true, false},
        {POLICY_UNKNOWN, POLICY_SAYS_NOTHING, true, false},
        {POLICY_LABEL, POLICY_SAYS_NOTHING, true, false},
        {POLICY_ANNOTATION, POLICY_SAYS_NOTHING, true, true},
        {POLICY_NEVER_SELECTOR, POLICY_SAYS_NO, true, false},
        {POLICY_ALWAYS_SELECTOR, POLICY_SAYS_NOTHING, false, false},
        {POLICY_DEFAULT, POLICY_SAYS_YES, true, false},
    };
    assert_false(decision.inject);
    assert_int_equal(trace.decided, 5);
    assert_int_equal(trace.count, ARRAY_LENGTH(steps));
    for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
        assert_int_equal(trace.steps[i].factor, steps[i].factor);
        assert_int_equal(trace.steps[i].says, steps[i].says);
        assert_int_equal(trace.steps[i].is_there, steps[i].is_there);
        assert_int_equal(trace.steps[i].is_overridden, steps[i].is_overridden);
    }
    assert_ptr_equal(trace.steps[3].entry->value, tree_at(pod, "metadata", "labels", "sidecar.istio.io/inject"));
    assert_text(trace.steps[1].value, "shop");
    arena_done(&arena);
}

static void in_1_0_yes_has_many_names(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool inject;
    } cases[] = {{"y", true}, {"Yes", true}, {"TRUE", true}, {"on", true}, {"false", false}, {"maybe", false}};
    struct arena arena = ARENA_INIT;
    struct policy_rules rules = {.policy = SLICE("disabled"), .is_1_0 = true};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct slice pod = arena_format(&arena, "{metadata: {annotations: {sidecar.istio.io/inject: '%s'}, "
                                                "labels: {sidecar.istio.io/inject: 'false'}}}", cases[i].value);
        assert_int_equal(policy_decide(&rules, tree_of(&arena, pod.bytes), SLICE("shop")).inject, cases[i].inject);
    }
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_factor_that_has_a_say_decides),
        cmocka_unit_test(a_trace_has_what_came_too_late),
        cmocka_unit_test(in_1_0_yes_has_many_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
