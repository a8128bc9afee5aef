#include "explain/explain.h"
#include "explain/print.h"
#include "explain/table.h"
#include "explain/test_support.h"
#include "inject/test_support.h"

/* What one test asks about, in YAML. */
struct situation {
    const char *revision, *tag; /* of the webhooks; NULL revision: 1.0's */
    const char *policy, *never, *always;
    const char *namespace, *namespace_labels;
    const char *kind, *document;
};

static void request_make(struct arena *arena, const struct situation *situation, struct explain_request *ret_request)
{
    struct explain_configurations *list = arena_new(arena, struct explain_configurations, 1);
    struct explain_subject *subject = arena_new(arena, struct explain_subject, 1);
    struct policy_rules *rules = arena_new(arena, struct policy_rules, 1);
    const struct inject_webhooks which = {
        .revision = slice_from(situation->revision), .tag = slice_from(situation->tag), .is_1_0 = !situation->revision};
    explain_configurations_add_standard(arena, &which, list);
    *rules = (struct policy_rules){.policy = slice_from(situation->policy ? situation->policy : "enabled"),
                                   .never = situation->never ? tree_of(arena, situation->never) : NULL,
                                   .always = situation->always ? tree_of(arena, situation->always) : NULL,
                                   .is_1_0 = which.is_1_0};
    list->items[0].rules = rules;
    *subject = (struct explain_subject){
        .workload = kube_workload_find(SLICE("v1"), slice_from(situation->kind ? situation->kind : "Pod")),
        .document = tree_of(arena, situation->document),
        .origin = {SLICE("it"), NULL},
        .name = SLICE("web"),
    };
    struct slice labels = slice_from(situation->namespace_labels ? situation->namespace_labels : "{}");
    *ret_request = (struct explain_request){
        .configurations = list->items,
        .configuration_count = list->count,
        .namespace = slice_from(situation->namespace ? situation->namespace : "shop"),
        .namespace_object = tree_of(arena, arena_format(arena, "{metadata: {labels: %.*s}}", SLICE_ARGS(labels)).bytes),
        .namespace_origin = {SLICE("its namespace"), NULL},
        .subject = subject,
        .wants_changes = true,
    };
}

static bool has_note(const struct explain_finding *finding, const char *code)
{
    for (size_t i = 0; i < finding->note_count; i++) {
        if (strcmp(finding->notes[i].code, code) == 0)
            return true;
    }
    return false;
}

static void what_decides_is_named(void **state)
{
    (void)state;
    static const struct {
        struct situation situation;
        bool injected;
        const char *factor, *note; /* NULL: none is asked for */
    } cases[] = {
        {{"", .document = "{}"}, false, "none", NULL},
        {{"", .namespace_labels = "{istio-injection: enabled}", .document = "{}"}, true, "policy", NULL},
        {{"", .policy = "disabled", .namespace_labels = "{istio-injection: enabled}", .document = "{}"},
         false,
         "policy",
         NULL},
        {{"", .policy = "on", .namespace_labels = "{istio-injection: enabled}", .document = "{}"},
         false,
         "knownPolicy",
         NULL},
        {{"", .document = "{metadata: {labels: {sidecar.istio.io/inject: 'true'}}}"}, true, "label", NULL},
        {{"", .namespace_labels = "{istio-injection: enabled}",
          .document = "{metadata: {labels: {sidecar.istio.io/inject: 'false'}}}"},
         false,
         "objectSelector",
         NULL},
        {{"", .namespace_labels = "{istio-injection: disabled}",
          .document = "{metadata: {labels: {sidecar.istio.io/inject: 'true'}}}"},
         false,
         "namespaceSelector",
         "namespace-disabled"},
        {{"", .namespace_labels = "{istio-injection: enabled}",
          .document = "{metadata: {annotations: {sidecar.istio.io/inject: 'false'}}}"},
         false,
         "annotation",
         "annotation-deprecated"},
        {{"", .namespace_labels = "{istio-injection: enabled}",
          .document = "{metadata: {labels: {sidecar.istio.io/inject: 'yes'}}}"},
         true,
         "policy",
         "label-value"},
        {{"", .document = "{metadata: {labels: {sidecar.istio.io/inject: 'yes'}}}"},
         false,
         "objectSelector",
         "label-value"},
        {{"", .namespace_labels = "{istio-injection: enabled}", .document = "{spec: {hostNetwork: true}}"},
         false,
         "hostNetwork",
         "host-network"},
        {{"", .namespace = "kube-system", .namespace_labels = "{istio-injection: enabled}", .document = "{}"},
         false,
         "ignoredNamespace",
         NULL},
        {{"", .never = "[{matchLabels: {a: b}}]", .namespace_labels = "{istio-injection: enabled}",
          .document = "{metadata: {labels: {a: b}}}"},
         false,
         "neverInjectSelector",
         NULL},
        {{"", .policy = "disabled", .always = "[{matchLabels: {a: b}}]",
          .namespace_labels = "{istio-injection: enabled}", .document = "{metadata: {labels: {a: b}}}"},
         true,
         "alwaysInjectSelector",
         NULL},
        /* what the Job's controller adds is selected, though it stands nowhere */
        {{"", .never = "[{matchExpressions: [{key: job-name, operator: Exists}]}]", .kind = "Job",
          .namespace_labels = "{istio-injection: enabled}", .document = "{spec: {template: {spec: {}}}}"},
         false,
         "neverInjectSelector",
         NULL},
        {{"", .kind = "Deployment",
          .document = "{metadata: {labels: {sidecar.istio.io/inject: 'true'}}, "
                      "spec: {template: {}}}"},
         false,
         "none",
         "label-on-workload"},
        {{"", .kind = "Deployment",
          .document = "{metadata: {annotations: {sidecar.istio.io/inject: 'false'}}, "
                      "spec: {template: {}}}"},
         false,
         "none",
         "annotation-on-workload"},
        {{"", .namespace_labels = "{istio.io/rev: canary}", .document = "{}"},
         false,
         "namespaceSelector",
         "revision-unknown"},
        {{"canary", .namespace_labels = "{istio.io/rev: canary}", .document = "{}"}, true, "policy", NULL},
        {{"canary", "prod", .namespace_labels = "{istio.io/rev: canary}", .document = "{}"},
         false,
         "namespaceSelector",
         "revision-unknown"},
        {{"canary", "prod", .namespace_labels = "{istio.io/rev: prod}", .document = "{}"}, true, "policy", NULL},
        {{"", .namespace_labels = "{istio-injection: enabled, istio.io/rev: canary}", .document = "{}"},
         true,
         "policy",
         "labels-both"},
        {{"", .document = "{spec: {containers: [{name: istio-proxy}]}}"}, true, "none", "already-injected"},
        {{"", .document = "{spec: {initContainers: [{name: istio-proxy, restartPolicy: Always}]}}"},
         true,
         "none",
         "already-injected"},
        {{NULL, .namespace_labels = "{istio-injection: enabled}",
          .document = "{metadata: {annotations: {sidecar.istio.io/inject: 'yes'}}}"},
         true,
         "annotation",
         NULL},
        {{NULL, .policy = "disabled", .namespace_labels = "{istio-injection: enabled}",
          .document = "{metadata: {labels: {sidecar.istio.io/inject: 'true'}}}"},
         false,
         "policy",
         "label-unknown"},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct explain_request request;
        struct explain_finding finding;
        request_make(&arena, &cases[i].situation, &request);
        explain_pod(&arena, &request, &finding);
        if (finding.injected != cases[i].injected || strcmp(finding.factor, cases[i].factor) != 0)
            fail_msg("case %zu: injected %d by %s: %.*s", i, finding.injected, finding.factor,
                     SLICE_ARGS(finding.reason));
        if (cases[i].note && !has_note(&finding, cases[i].note))
            fail_msg("case %zu: no note %s", i, cases[i].note);
        assert_true(finding.reason.length > 0);
    }
    arena_done(&arena);
}

static void a_change_gives_the_other_answer(void **state)
{
    (void)state;
    static const char *const namespaces[] = {"{}",
                                             "{istio-injection: enabled}",
                                             "{istio-injection: disabled}",
                                             "{istio-injection: maybe}",
                                             "{istio.io/rev: default}",
                                             "{istio.io/rev: canary}",
                                             "{istio.io/rev: gone}",
                                             "{istio-injection: enabled, istio.io/rev: canary}",
                                             "{istio-injection: disabled, istio.io/rev: canary}"};
    static const char *const pods[] = {
        "{}",
        "{metadata: {labels: {sidecar.istio.io/inject: 'true'}}}",
        "{metadata: {labels: {sidecar.istio.io/inject: 'false'}}}",
        "{metadata: {labels: {sidecar.istio.io/inject: yes}}}",
        "{metadata: {annotations: {sidecar.istio.io/inject: 'true'}}}",
        "{metadata: {annotations: {sidecar.istio.io/inject: 'false'}}}",
        "{metadata: {labels: {istio.io/rev: canary}}}",
        "{metadata: {labels: {istio.io/rev: gone}}}",
        "{spec: {hostNetwork: true}}",
        "{metadata: {labels: {a: b, sidecar.istio.io/inject: 'false'}}, spec: {hostNetwork: true}}"};
    static const char *const revisions[] = {"", "canary", NULL}, *const policies[] = {"enabled", "disabled", "odd"},
                             *const names[] = {"shop", "kube-system"};
    struct arena arena = ARENA_INIT;
    size_t tried = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(namespaces) * ARRAY_LENGTH(pods) * 3 * 3 * 2; i++) {
        size_t rest = i;
        struct situation situation = {.never = "[{matchLabels: {a: b}}]"};
        situation.namespace_labels = namespaces[rest % ARRAY_LENGTH(namespaces)];
        rest /= ARRAY_LENGTH(namespaces);
        situation.document = pods[rest % ARRAY_LENGTH(pods)];
        rest /= ARRAY_LENGTH(pods);
        situation.revision = revisions[rest % 3];
        situation.policy = policies[rest / 3 % 3];
        situation.namespace = names[rest / 9];
        struct explain_request request, changed;
        struct explain_finding finding, after;
        request_make(&arena, &situation, &request);
        explain_pod(&arena, &request, &finding);
        /* There is always one. */
        if (!finding.change_count)
            fail_msg("no change for %s in %s, revision %s, policy %s, namespace %s", situation.document,
                     situation.namespace_labels, situation.revision, situation.policy, situation.namespace);
        for (size_t k = 0; k < finding.change_count; k++) {
            changed = request_changed(&arena, &request, &finding.changes[k]);
            changed.wants_changes = false;
            explain_pod(&arena, &changed, &after);
            if (after.would_inject == finding.would_inject)
                fail_msg("change %zu of %s in %s does nothing", k, situation.document, situation.namespace_labels);
            tried++;
        }
        arena_reset(&arena);
    }
    assert_true(tried > 1000);
    arena_done(&arena);
}

static void the_least_invasive_change_comes_first(void **state)
{
    (void)state;
    static const struct {
        struct situation situation;
        enum explain_action_kind kind;
        bool removes;
        const char *path, *key, *value, *command; /* of the second */
    } cases[] = {
        {{"", .document = "{}"},
         EXPLAIN_POD_LABEL,
         false,
         "metadata.labels",
         "sidecar.istio.io/inject",
         "true",
         "kubectl label namespace shop istio-injection=enabled --overwrite"},
        {{"", .kind = "CronJob", .document = "{spec: {jobTemplate: {spec: {template: {}}}}}"},
         EXPLAIN_POD_LABEL,
         false,
         "spec.jobTemplate.spec.template.metadata.labels",
         "sidecar.istio.io/inject",
         "true",
         "kubectl label namespace shop istio-injection=enabled --overwrite"},
        {{"", .namespace_labels = "{istio-injection: enabled}", .document = "{}"},
         EXPLAIN_POD_LABEL,
         false,
         "metadata.labels",
         "sidecar.istio.io/inject",
         "false",
         "kubectl label namespace shop istio-injection=disabled --overwrite"},
        {{"canary", .document = "{}"},
         EXPLAIN_POD_LABEL,
         false,
         "metadata.labels",
         "istio.io/rev",
         "canary",
         "kubectl label namespace shop istio.io/rev=canary --overwrite"},
        {{"", .namespace_labels = "{istio-injection: disabled}", .document = "{}"},
         EXPLAIN_NAMESPACE_LABEL,
         false,
         "metadata.labels",
         "istio-injection",
         "enabled",
         NULL},
        {{"", .namespace_labels = "{istio-injection: enabled}", .document = "{spec: {hostNetwork: true}}"},
         EXPLAIN_HOST_NETWORK,
         false,
         "spec",
         "hostNetwork",
         "false",
         NULL},
        {{NULL, .namespace_labels = "{istio-injection: enabled}", .document = "{}"},
         EXPLAIN_POD_ANNOTATION,
         false,
         "metadata.annotations",
         "sidecar.istio.io/inject",
         "false",
         "kubectl label namespace shop istio-injection=disabled --overwrite"},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct explain_request request;
        struct explain_finding finding;
        request_make(&arena, &cases[i].situation, &request);
        explain_pod(&arena, &request, &finding);
        assert_true(finding.change_count > 0);
        const struct explain_action *action = &finding.changes[0].actions[0];
        assert_int_equal(finding.changes[0].action_count, 1);
        assert_int_equal(action->kind, cases[i].kind);
        assert_int_equal(action->removes, cases[i].removes);
        assert_text(action->path, cases[i].path);
        assert_text(action->key, cases[i].key);
        assert_text(action->value, cases[i].value);
        assert_int_equal(finding.change_count, cases[i].command ? 2 : 1);
        if (cases[i].command)
            assert_text(finding.changes[1].command, cases[i].command);
    }
    arena_done(&arena);
}

static void a_live_pod_is_what_was_made_of_it(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct situation situation = {
        "", .namespace_labels = "{istio-injection: enabled}",
        .document = "{metadata: {creationTimestamp: '2026-01-01T00:00:00Z', generateName: web-, ownerReferences: "
                    "[{controller: true, kind: ReplicaSet, name: web-1, apiVersion: apps/v1}], "
                    "labels: {pod-template-hash: '1'}}}"};
    struct explain_request request;
    struct explain_finding finding;
    request_make(&arena, &situation, &request);
    struct explain_subject subject = *request.subject;
    subject.is_live = true;
    request.subject = &subject;
    request.namespace_object = tree_of(
        &arena, "{metadata: {labels: {istio-injection: enabled}, managedFields: [{time: '2026-01-02T00:00:00Z', "
                "fieldsV1: {'f:metadata': {'f:labels': {'f:istio-injection': {}}}}}]}}");
    explain_pod(&arena, &request, &finding);
    assert_false(finding.injected);
    assert_true(finding.would_inject);
    assert_false(explain_agrees(&finding));
    assert_true(has_note(&finding, "recreate") && has_note(&finding, "label-too-late") &&
                has_note(&finding, "has-owner"));
    assert_int_equal(finding.change_count, 0);
    subject.document = tree_of(&arena, "{spec: {containers: [{name: istio-proxy}]}}");
    request.namespace_object = tree_of(&arena, "{metadata: {labels: {istio-injection: disabled}}}");
    explain_pod(&arena, &request, &finding);
    assert_true(finding.injected && !finding.would_inject);
    assert_true(has_note(&finding, "stale-sidecar") && has_note(&finding, "sidecar-without-status"));
    arena_done(&arena);
}

static const struct tree *configuration(struct arena *arena, const char *webhooks)
{
    return tree_of(arena, arena_format(arena,
                                       "{apiVersion: admissionregistration.k8s.io/v1, kind: "
                                       "MutatingWebhookConfiguration, metadata: {name: m}, webhooks: %s}",
                                       webhooks)
                              .bytes);
}

static void a_webhook_is_asked_what_its_rules_say(void **state)
{
    (void)state;
#define POD_RULE(more) "rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]" more "}]"
    static const struct {
        const char *webhooks;
        bool injected;
        const char *factor, *note;
    } cases[] = {
        {"[{name: sidecar-injector.istio.io, " POD_RULE("") "}]", true, "policy", "no-ca"},
        {"[{name: mine.example.com, " POD_RULE("") "}]", false, "none", NULL},
        {"[{name: mine.example.com, clientConfig: {service: {name: a, namespace: b, path: /inject/x}}, " POD_RULE(
             "") "}]",
         true, "policy", NULL},
        {"[{name: sidecar-injector.istio.io, " POD_RULE(", scope: Cluster") "}]", false, "rules", NULL},
        {"[{name: sidecar-injector.istio.io, " POD_RULE(", scope: Namespaced") "}]", true, "policy", NULL},
        {"[{name: sidecar-injector.istio.io, rules: [{operations: [UPDATE], apiGroups: ['*'], apiVersions: ['*'], "
         "resources: ['*/*']}]}]",
         false, "rules", NULL},
        {"[{name: sidecar-injector.istio.io, rules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], "
         "resources: ['*/*']}]}]",
         true, "policy", NULL},
        {"[{name: sidecar-injector.istio.io, rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], "
         "resources: [pods/status]}]}]",
         false, "rules", NULL},
        {"[{name: sidecar-injector.istio.io}]", false, "rules", NULL},
        {"[{name: sidecar-injector.istio.io, matchConditions: [{name: a, expression: 'true'}], " POD_RULE("") "}]",
         true, "policy", "match-conditions"},
        {"[{name: sidecar-injector.istio.io, namespaceSelector: {matchLabels: {a: 'b c'}}, " POD_RULE("") "}]", false,
         "none", NULL},
        {"[{name: sidecar-injector.istio.io, namespaceSelector: {matchLabels: {istio.io/deactivated: "
         "never-match}}, " POD_RULE("") "}]",
         false, "none", "deactivated"},
        {"[{name: sidecar-injector.istio.io, " POD_RULE("") "}, {name: b.sidecar-injector.istio.io, " POD_RULE("") "}]",
         true, "policy", "conflict"},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct explain_configurations list = {0};
        struct explain_request request;
        struct explain_finding finding;
        struct error error;
        bool found = false;
        request_make(&arena, &(struct situation){"", .document = "{}"}, &request);
        if (!explain_configurations_add(&arena, NULL, configuration(&arena, cases[i].webhooks), &list, &found, &error))
            fail_msg("%s", error.text);
        assert_true(found);
        list.items[0].rules = request.configurations[0].rules;
        request.configurations = list.items;
        explain_pod(&arena, &request, &finding);
        if (finding.injected != cases[i].injected || strcmp(finding.factor, cases[i].factor) != 0)
            fail_msg("case %zu: injected %d by %s: %.*s", i, finding.injected, finding.factor,
                     SLICE_ARGS(finding.reason));
        if (cases[i].note && !has_note(&finding, cases[i].note))
            fail_msg("case %zu: no note %s", i, cases[i].note);
    }
    arena_done(&arena);
}

static void configurations_come_in_the_order_of_their_names(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct explain_configurations list = {0};
    struct error error;
    bool found = false;
    const struct tree *document =
        tree_of(&arena, "{kind: MutatingWebhookConfigurationList, apiVersion: admissionregistration.k8s.io/v1, items: "
                        "[{metadata: {name: c}}, {metadata: {name: a}}, {metadata: {name: b}}]}");
    assert_true(explain_configurations_add(&arena, NULL, document, &list, &found, &error));
    explain_configurations_sort(&list);
    assert_true(found);
    assert_int_equal(list.count, 3);
    for (size_t i = 0; i < list.count; i++)
        assert_int_equal(tree_text(tree_at(list.items[i].tree, "metadata", "name")).bytes[0], "abc"[i]);
    assert_false(
        explain_configurations_add(&arena, NULL, configuration(&arena, "[{name: [a]}]"), &list, &found, &error));
    arena_done(&arena);
}

static void foreign_texts_keep_to_their_line(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct explain_request request;
    struct explain_finding finding;
    struct buffer out = BUFFER_INIT(1 << 20);
    const struct situation situation = {
        "", .namespace_labels = "{istio-injection: enabled}",
        .document = "{metadata: {annotations: {sidecar.istio.io/inject: \"\\e[31m\\nred\\x9b\"}}}"};
    request_make(&arena, &situation, &request);
    explain_pod(&arena, &request, &finding);
    explain_print(&out, &finding, &(struct explain_style){.color = false});
    assert_true(slice_find(buffer_slice(&out), SLICE("\\x1b[31m\\x0ared\\x9b")) != SLICE_NONE);
    assert_int_equal(slice_find_byte(buffer_slice(&out), '\033'), SLICE_NONE);
    buffer_done(&out);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_decides_is_named),
        cmocka_unit_test(a_change_gives_the_other_answer),
        cmocka_unit_test(the_least_invasive_change_comes_first),
        cmocka_unit_test(a_live_pod_is_what_was_made_of_it),
        cmocka_unit_test(a_webhook_is_asked_what_its_rules_say),
        cmocka_unit_test(configurations_come_in_the_order_of_their_names),
        cmocka_unit_test(foreign_texts_keep_to_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
