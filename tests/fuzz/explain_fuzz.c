/* Whatever stands in webhooks, namespace and pod: the verdict of explain is that of the selectors and of policy_decide,
 * every change that it proposes gives the other answer, and its JSON is JSON. The first byte chooses kind, policy and
 * generation, the rest is YAML: {webhooks: [...], namespace: {...}, pod: {...}, never: [...], always: [...]}. */
#include "explain/print.h"
#include "explain/test_support.h"
#include "kube/conform.h"
#include "kube/selector.h"
#include "kube/types.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include <stdlib.h>

static const char *const kinds[] = {"Pod", "Deployment", "CronJob", "Job"};

static bool list_has(const struct tree *list, const char *a, const char *b)
{
    for (size_t i = 0; i < tree_count(list); i++) {
        if (tree_text_is(list->list.items[i], slice_from(a)) || tree_text_is(list->list.items[i], slice_from(b)))
            return true;
    }
    return false;
}

static bool selector_matches(const struct tree *selector, const struct tree *labels)
{
    bool matches = false;
    return tree_is_null(selector) || kube_selector_is_empty(selector) ||
           (kube_selector_matches(selector, labels, &matches, NULL) && matches);
}

static bool rules_match(const struct tree *rules)
{
    for (size_t i = 0; i < tree_count(rules); i++) {
        const struct tree *rule = rules->list.items[i], *resources = tree_get(rule, SLICE("resources"));
        struct slice scope = tree_text(tree_get(rule, SLICE("scope")));
        if (list_has(tree_get(rule, SLICE("operations")), "CREATE", "*") &&
            list_has(tree_get(rule, SLICE("apiGroups")), "", "*") &&
            list_has(tree_get(rule, SLICE("apiVersions")), "v1", "*") &&
            (list_has(resources, "pods", "pods/*") || list_has(resources, "*", "*/*") ||
             list_has(resources, "pods/", "*/")) &&
            (!scope.length || slice_equal(scope, SLICE("*")) || slice_equal(scope, SLICE("Namespaced"))))
            return true;
    }
    return false;
}

/* The same question, asked in another way: of each webhook only whether its rules and selectors match. */
static bool would_inject(struct arena *arena, const struct explain_request *request, const struct tree *pod)
{
    const struct explain_configuration *configuration = request->configurations;
    const struct tree *webhooks = tree_get(configuration->tree, SLICE("webhooks"));
    struct tree *labels = tree_copy_shallow(arena, &tree_empty_map_node);
    const struct tree *given = tree_at(request->namespace_object, "metadata", "labels");
    if (tree_is(given, TREE_MAP))
        labels = tree_copy_shallow(arena, given);
    tree_put(arena, labels, LABEL_NAMESPACE_NAME, tree_string(arena, request->namespace));
    for (size_t i = 0; i < tree_count(webhooks); i++) {
        const struct tree *webhook = webhooks->list.items[i];
        struct slice path = tree_text(tree_at(webhook, "clientConfig", "service", "path"));
        bool is_injector = inject_webhooks_is_name(tree_text(tree_get(webhook, SLICE("name")))) ||
                           slice_equal(path, SLICE("/inject")) || slice_starts(path, SLICE("/inject/"));
        if (is_injector && rules_match(tree_get(webhook, SLICE("rules"))) &&
            selector_matches(tree_get(webhook, SLICE("namespaceSelector")), labels) &&
            selector_matches(tree_get(webhook, SLICE("objectSelector")), tree_at(pod, "metadata", "labels")) &&
            policy_decide(configuration->rules, pod, request->namespace).inject)
            return true;
    }
    return false;
}

static void check(struct arena *arena, struct explain_request *request)
{
    struct explain_finding finding, after;
    explain_pod(arena, request, &finding);
    /* Controllers' labels are on a Pod already. */
    if (!request->subject->workload->template_path[0]) {
        struct tree *pod = tree_copy_shallow(arena, request->subject->document);
        pod = tree_copy_shallow(arena, tree_with(arena, pod, SLICE("metadata"), SLICE("namespace"),
                                                 tree_string(arena, request->namespace)));
        if (would_inject(arena, request, pod) != finding.would_inject)
            abort();
    }
    for (size_t i = 0; i < finding.change_count; i++) {
        struct explain_request changed = request_changed(arena, request, &finding.changes[i]);
        changed.wants_changes = false;
        explain_pod(arena, &changed, &after);
        if (after.would_inject == finding.would_inject)
            abort();
    }
    struct buffer out = BUFFER_INIT(1 << 26);
    explain_print(&out, &finding, &(struct explain_style){.color = true});
    explain_print_table(arena, &out, &finding, 1, true, &(struct explain_style){.color = false});
    explain_print_summary(&out, &finding, 1);
    buffer_clear(&out);
    json_write(&out, explain_json(arena, &finding, 1), JSON_INDENT);
    const struct source text = {.name = SLICE("json"), .text = buffer_slice(&out)};
    const struct tree *tree;
    if (!out.overflowed && !json_read(arena, &text, &tree, NULL))
        abort();
    buffer_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct arena arena = ARENA_INIT;
    const struct source source = {.name = SLICE("input"), .text = {(const char *)data + 1, size - 1}};
    const struct kube_workload *workload = kube_workload_find(SLICE("v1"), slice_from(kinds[data[0] & 3]));
    const struct tree *input, *webhooks, *namespace, *document;
    if (!yaml_read(&arena, &source, NULL, &input, NULL) || input->kind != TREE_MAP ||
        !kube_conform(&arena, &source, input, &kube_type_MutatingWebhookConfiguration, KUBE_FROM_YAML, &webhooks, NULL))
        goto out;
    namespace = tree_get(input, SLICE("namespace"));
    document = tree_get(input, SLICE("pod"));
    if (!kube_conform(&arena, &source, namespace ? namespace : &tree_empty_map_node, &kube_type_Namespace,
                      KUBE_FROM_YAML, &namespace, NULL) ||
        !kube_conform(&arena, &source, document ? document : &tree_empty_map_node, workload->type, KUBE_FROM_YAML,
                      &document, NULL) ||
        namespace->kind != TREE_MAP || document->kind != TREE_MAP)
        goto out;
    struct policy_rules rules = {.policy = data[0] & 4 ? SLICE("disabled") : SLICE("enabled"),
                                 .never = tree_get(input, SLICE("never")),
                                 .always = tree_get(input, SLICE("always")),
                                 .is_1_0 = data[0] & 8};
    struct explain_configuration configuration = {.tree = webhooks, .origin = {SLICE("it"), &source}, .rules = &rules};
    struct explain_subject subject = {
        .workload = workload, .document = document, .origin = {SLICE("pod"), &source}, .is_live = data[0] & 16};
    struct explain_request request = {
        .configurations = &configuration,
        .configuration_count = 1,
        .namespace = data[0] & 32 ? SLICE("kube-system") : SLICE("shop"),
        .namespace_object = namespace,
        .namespace_origin = {SLICE("namespace"), &source},
        .subject = &subject,
        .wants_changes = true,
    };
    check(&arena, &request);
out:
    arena_done(&arena);
    return 0;
}
