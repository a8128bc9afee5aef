#include "inject/webhooks.h"
#include "inject/test_support.h"
#include "kube/selector.h"

/* The names of the webhooks that ask for a pod with these labels in a namespace with those, without their common end,
 * with a blank behind each. */
static struct slice called(struct arena *arena, const struct inject_webhooks *which, const char *namespace_labels,
                           const char *pod_labels)
{
    const struct tree *list = inject_webhooks_standard(arena, which);
    struct slice names = SLICE("");
    for (size_t i = 0; i < tree_count(list); i++) {
        const struct tree *webhook = list->list.items[i];
        struct slice name = tree_text(tree_get(webhook, SLICE("name")));
        bool namespace = false, object = false;
        assert_true(inject_webhooks_is_name(name));
        assert_true(kube_selector_matches(tree_get(webhook, SLICE("namespaceSelector")),
                                          tree_of(arena, namespace_labels), &namespace, NULL));
        assert_true(kube_selector_matches(tree_get(webhook, SLICE("objectSelector")), tree_of(arena, pod_labels),
                                          &object, NULL));
        struct slice prefix = slice_range(name, 0, name.length - WEBHOOK_NAME.length);
        if (namespace && object)
            names = arena_format(arena, "%.*s%.*s ", SLICE_ARGS(names), SLICE_ARGS(prefix));
    }
    return names;
}

static void labels_choose_one_webhook_at_most(void **state)
{
    (void)state;
    static const struct {
        const char *revision, *tag, *namespace, *pod, *names;
    } cases[] = {
        {"", "", "{}", "{}", ""},
        {"", "", "{istio-injection: enabled}", "{}", "namespace. "},
        {"default", "", "{istio-injection: enabled}", "{}", "namespace. "},
        {"", "", "{istio-injection: enabled}", "{sidecar.istio.io/inject: 'false'}", ""},
        {"", "", "{istio-injection: enabled, istio.io/rev: canary}", "{}", "namespace. "},
        {"", "", "{istio-injection: disabled}", "{sidecar.istio.io/inject: 'true'}", ""},
        {"", "", "{istio-injection: disabled, istio.io/rev: default}", "{sidecar.istio.io/inject: 'true'}", ""},
        {"", "", "{}", "{sidecar.istio.io/inject: 'true'}", "object. "},
        {"", "", "{}", "{sidecar.istio.io/inject: 'yes'}", ""},
        {"", "", "{}", "{sidecar.istio.io/inject: 'true', istio.io/rev: canary}", ""},
        {"", "", "{istio.io/rev: default}", "{}", "rev.namespace. "},
        {"", "", "{}", "{istio.io/rev: default}", "rev.object. "},
        {"", "", "{istio.io/rev: canary}", "{istio.io/rev: default}", ""},
        {"canary", "", "{istio-injection: enabled}", "{}", ""},
        {"canary", "", "{istio.io/rev: canary}", "{}", "rev.namespace. "},
        {"canary", "", "{}", "{istio.io/rev: canary}", "rev.object. "},
        {"canary", "", "{}", "{sidecar.istio.io/inject: 'true'}", ""},
        {"canary", "prod", "{istio.io/rev: canary}", "{}", ""},
        {"canary", "prod", "{istio.io/rev: prod}", "{}", "rev.namespace. "},
        {"canary", "default", "{istio-injection: enabled}", "{}", "namespace. "},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct inject_webhooks which = {.revision = slice_from(cases[i].revision), .tag = slice_from(cases[i].tag)};
        assert_text(called(&arena, &which, cases[i].namespace, cases[i].pod), cases[i].names);
    }
    arena_done(&arena);
}

static void every_namespace_means_all_but_kubernetes_own(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct inject_webhooks which = {.every_namespace = true};
    assert_text(called(&arena, &which, "{kubernetes.io/metadata.name: shop}", "{}"), "auto. ");
    assert_text(called(&arena, &which, "{kubernetes.io/metadata.name: kube-system}", "{}"), "");
    assert_text(called(&arena, &which, "{}", "{sidecar.istio.io/inject: 'true'}"), "object. ");
    which.revision = SLICE("canary");
    assert_text(called(&arena, &which, "{kubernetes.io/metadata.name: shop}", "{}"), "");
    arena_done(&arena);
}

static void before_revisions_there_was_one_webhook(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    assert_tree(inject_webhooks_standard(&arena, &(struct inject_webhooks){.is_1_0 = true}),
                "[{name: sidecar-injector.istio.io, namespaceSelector: {matchLabels: {istio-injection: enabled}}}]");
    arena_done(&arena);
}

static void an_injector_is_known_by_the_end_of_its_name(void **state)
{
    (void)state;
    assert_true(inject_webhooks_is_name(SLICE("sidecar-injector.istio.io")));
    assert_true(inject_webhooks_is_name(SLICE("rev.object.sidecar-injector.istio.io")));
    assert_false(inject_webhooks_is_name(SLICE("not-sidecar-injector.istio.io")));
    assert_false(inject_webhooks_is_name(SLICE("")));
    assert_false(inject_webhooks_is_name(SLICE("istio.io")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_choose_one_webhook_at_most),
        cmocka_unit_test(every_namespace_means_all_but_kubernetes_own),
        cmocka_unit_test(before_revisions_there_was_one_webhook),
        cmocka_unit_test(an_injector_is_known_by_the_end_of_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
