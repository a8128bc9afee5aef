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
    }
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
        cmocka_unit_test(in_1_0_yes_has_many_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
