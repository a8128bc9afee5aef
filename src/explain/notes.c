#include "explain/case.h"
#include "inject/inject.h"
#include "inject/name.h"
#include "inject/pod.h"

/* What people stumble over, each with a code that stays. */
struct noting {
    struct arena *arena;
    const struct explain_request *request;
    const struct explain_case *question;
    const struct explain_verdict *verdict;
    struct explain_finding *finding;
};

static void note_add(const struct noting *noting, const char *code, struct slice text)
{
    if (noting->finding->note_count < EXPLAIN_NOTES_MAX)
        noting->finding->notes[noting->finding->note_count++] = (struct explain_note){code, text};
}
#define NOTE(noting, code, ...) note_add((noting), (code), arena_format((noting)->arena, __VA_ARGS__))

static const struct tree *labels_of(const struct noting *noting)
{
    return pod_labels(noting->question->pod);
}

static struct slice namespace_label(const struct noting *noting, struct slice key)
{
    return tree_text(tree_get(noting->question->namespace_labels, key));
}

/* ---- labels and annotations ---- */

/* Put where nobody looks: on the workload itself. */
static void note_misplaced(const struct noting *noting)
{
    static const struct slice keys[] = {SLICE_CONSTANT("sidecar.istio.io/inject"), SLICE_CONSTANT("istio.io/rev")};
    const struct explain_subject *subject = noting->request->subject;
    if (!subject->workload->template_path[0])
        return;
    for (size_t i = 0; i < 2 * ARRAY_LENGTH(keys); i++) {
        struct slice key = keys[i / 2];
        bool is_label = i % 2 == 0;
        const struct tree *outer = tree_at(subject->document, "metadata", is_label ? "labels" : "annotations");
        const struct tree *inner = is_label ? labels_of(noting) : pod_annotations(noting->question->pod);
        if (!tree_get(outer, key) || tree_get(inner, key))
            continue;
        NOTE(noting, is_label ? "label-on-workload" : "annotation-on-workload",
             "%s %.*s stands on the %.*s itself, where nothing reads it: it belongs into the metadata of its pod "
             "template",
             is_label ? "label" : "annotation", SLICE_ARGS(key), SLICE_ARGS(subject->workload->kind));
    }
}

static bool is_true_or_false(struct slice value)
{
    return slice_equal(value, SLICE("true")) || slice_equal(value, SLICE("false"));
}

static bool is_1_0(const struct noting *noting)
{
    for (size_t i = 0; i < noting->question->configuration_count; i++) {
        const struct policy_rules *rules = noting->question->configurations[i].rules;
        if (rules && rules->is_1_0)
            return true;
    }
    return false;
}

static void note_values(const struct noting *noting)
{
    struct slice label = SLICE(""), annotation = SLICE("");
    bool has_label = pod_value(labels_of(noting), LABEL_INJECT, &label);
    bool has_annotation = pod_value(pod_annotations(noting->question->pod), ANNOTATION_INJECT, &annotation);
    if (is_1_0(noting)) {
        if (has_label)
            NOTE(noting, "label-unknown",
                 "Istio 1.0 does not know the label sidecar.istio.io/inject, only the annotation");
        return;
    }
    if (has_label && !is_true_or_false(label))
        NOTE(noting, "label-value", "label sidecar.istio.io/inject is \"%.*s\": only \"true\" and \"false\" count",
             SLICE_ARGS(label));
    if (has_annotation && has_label)
        NOTE(noting, "annotation-overridden",
             "the annotation sidecar.istio.io/inject does not count where the label of that name is there");
    else if (has_annotation && !is_true_or_false(annotation))
        NOTE(noting, "annotation-value",
             "annotation sidecar.istio.io/inject is \"%.*s\": only \"true\" and \"false\" count",
             SLICE_ARGS(annotation));
    else if (has_annotation)
        NOTE(noting, "annotation-deprecated",
             "the annotation sidecar.istio.io/inject is deprecated, and webhooks "
             "cannot select by it: use the label of that name");
}

/* Whether another webhook would decide were this label not there. */
static bool label_counts(const struct noting *noting, bool on_pod, struct slice key)
{
    struct explain_case without = case_with_label(noting->arena, noting->question, on_pod, key, true, SLICE(""));
    const struct explain_webhook *before = noting->verdict->decider, *after;
    struct explain_verdict verdict;
    case_judge(noting->arena, &without, &verdict);
    after = verdict.decider;
    return !before != !after || (before && (!slice_equal(before->name, after->name) ||
                                            !slice_equal(before->configuration, after->configuration)));
}

static void note_namespace(const struct noting *noting)
{
    struct slice injection = namespace_label(noting, LABEL_INJECTION),
                 revision = namespace_label(noting, LABEL_REVISION);
    struct slice pods = pod_value_or_empty(labels_of(noting), LABEL_REVISION);
    struct slice inject = pod_value_or_empty(labels_of(noting), LABEL_INJECT);
    if (!noting->request->namespace_object)
        NOTE(noting, "namespace-unknown",
             "the labels of namespace %.*s are not known and taken as none: give them with "
             "--namespaceLabels, or its Namespace with -f",
             SLICE_ARGS(noting->question->namespace));
    if (injection.length && revision.length)
        NOTE(noting, "labels-both", "namespace %.*s has both istio-injection and istio.io/rev: %s",
             SLICE_ARGS(noting->question->namespace),
             label_counts(noting, false, LABEL_REVISION) ? "these webhooks heed both" : "only istio-injection counts");
    if (!noting->verdict->decider && slice_equal(injection, SLICE("disabled")) &&
        (revision.length || pods.length || slice_equal(inject, SLICE("true"))))
        NOTE(noting, "namespace-disabled",
             "istio-injection=disabled on the namespace outdoes istio.io/rev and all labels "
             "of pods");
    else if (injection.length && !slice_equal(injection, SLICE("enabled")) &&
             !slice_equal(injection, SLICE("disabled")))
        NOTE(noting, "namespace-value", "istio-injection is \"%.*s\" on the namespace: \"enabled\" is meant?",
             SLICE_ARGS(injection));
    if (revision.length && pods.length && !slice_equal(revision, pods) && !label_counts(noting, true, LABEL_REVISION))
        NOTE(noting, "revisions-differ",
             "the pod has istio.io/rev=%.*s, its namespace istio.io/rev=%.*s: the pod's does "
             "not count",
             SLICE_ARGS(pods), SLICE_ARGS(revision));
}

static void note_revision(const struct noting *noting, struct slice revision, struct slice what)
{
    const struct tree *known = wanted_values(noting->arena, noting->question, LABEL_REVISION);
    struct slice list = SLICE("");
    for (size_t i = 0; i < tree_count(known); i++) {
        if (tree_text_is(known->list.items[i], revision))
            return;
        list = arena_format(noting->arena, "%.*s%s%.*s", SLICE_ARGS(list), i ? ", " : "",
                            SLICE_ARGS(tree_text(known->list.items[i])));
    }
    if (revision.length)
        NOTE(noting, "revision-unknown", "%.*s has istio.io/rev=%.*s, but no webhook is for it; there are: %.*s",
             SLICE_ARGS(what), SLICE_ARGS(revision), SLICE_ARGS(list.length ? list : SLICE("none")));
}

/* ---- the pod ---- */

static void note_pod(const struct noting *noting)
{
    const struct explain_finding *finding = noting->finding;
    const struct tree *pod = noting->question->pod;
    bool has_status = pod_value_or_empty(pod_annotations(pod), ANNOTATION_STATUS).length > 0;
    const struct tree *host_network = tree_at(pod, "spec", "hostNetwork");
    if (tree_is(host_network, TREE_BOOL) && host_network->boolean)
        NOTE(noting, "host-network",
             "with hostNetwork a sidecar would capture the traffic of the whole node: such pods "
             "are never injected");
    if (finding->has_sidecar && !noting->request->subject->is_live)
        NOTE(noting, "already-injected",
             "the sidecar stands in the manifest already%s: it is there whatever the webhooks "
             "decide",
             has_status ? " (annotation sidecar.istio.io/status)" : "");
    else if (finding->has_sidecar && !has_status)
        NOTE(noting, "sidecar-without-status",
             "there is a container istio-proxy but no annotation "
             "sidecar.istio.io/status: no injector put it in");
    else if (!finding->has_sidecar && has_status)
        NOTE(noting, "status-without-sidecar",
             "the annotation sidecar.istio.io/status is there, but no container "
             "istio-proxy: it was copied or taken out");
}

/* When a label was last written, as far as managedFields tell: RFC 3339 in UTC, which sorts as text; "" if they don't.
 */
static struct slice label_time(const struct noting *noting, struct slice key)
{
    const struct tree *managed = tree_at(noting->request->namespace_object, "metadata", "managedFields");
    struct slice field = arena_join(noting->arena, SLICE("f:"), key), time = SLICE("");
    for (size_t i = 0; tree_is(managed, TREE_LIST) && i < managed->list.count; i++) {
        const struct tree *entry = managed->list.items[i];
        struct slice written = tree_text(tree_get(entry, SLICE("time")));
        if (tree_get(tree_at(entry, "fieldsV1", "f:metadata", "f:labels"), field) && slice_compare(written, time) > 0)
            time = written;
    }
    return time;
}

static void note_too_late(const struct noting *noting)
{
    static const struct slice keys[] = {SLICE_CONSTANT("istio-injection"), SLICE_CONSTANT("istio.io/rev")};
    struct slice created = tree_text(tree_at(noting->question->pod, "metadata", "creationTimestamp"));
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        struct slice time = label_time(noting, keys[i]);
        if (created.length && slice_compare(time, created) >= 0)
            NOTE(noting, "label-too-late",
                 "whoever set the label %.*s of the namespace wrote it at %.*s, the pod was created at "
                 "%.*s: injection happens only then",
                 SLICE_ARGS(keys[i]), SLICE_ARGS(time), SLICE_ARGS(created));
    }
    for (size_t i = 0; i < noting->question->configuration_count; i++) {
        const struct tree *metadata = tree_get(noting->question->configurations[i].tree, SLICE("metadata"));
        struct slice time = tree_text(tree_get(metadata, SLICE("creationTimestamp")));
        struct slice name = tree_text(tree_get(metadata, SLICE("name")));
        bool is_decider = noting->finding->decider && slice_equal(noting->finding->decider->configuration, name);
        if (is_decider && created.length && slice_compare(time, created) >= 0)
            NOTE(noting, "webhook-too-late",
                 "the MutatingWebhookConfiguration %.*s was created at %.*s, the pod at %.*s", SLICE_ARGS(name),
                 SLICE_ARGS(time), SLICE_ARGS(created));
    }
}

/* A live pod that is not what would be made of it now. */
static void note_disagreement(const struct noting *noting)
{
    const struct explain_finding *finding = noting->finding;
    const struct explain_subject *subject = noting->request->subject;
    if (!subject->is_live || subject->workload->template_path[0])
        return;
    struct inject_owner owner = inject_owner_of_pod(noting->question->pod);
    bool has_owner = tree_count(tree_at(noting->question->pod, "metadata", "ownerReferences")) > 0;
    if (has_owner)
        NOTE(noting, "has-owner", "the pod is made by %.*s %.*s: what is to change belongs into its pod template",
             SLICE_ARGS(owner.kind), SLICE_ARGS(owner.name));
    if (finding->has_sidecar == finding->would_inject)
        return;
    struct slice how = has_owner ? arena_format(noting->arena, "delete it, and %.*s %.*s makes another",
                                                SLICE_ARGS(owner.kind), SLICE_ARGS(owner.name))
                                 : SLICE("delete it and create it again");
    if (finding->has_sidecar) {
        NOTE(noting, "stale-sidecar", "the pod has a sidecar, but would get none now; to be rid of it: %.*s",
             SLICE_ARGS(how));
        return;
    }
    NOTE(noting, "recreate", "the pod has no sidecar, but would get one now; to have it: %.*s", SLICE_ARGS(how));
    note_too_late(noting);
    for (size_t i = 0; i < noting->verdict->count; i++) {
        const struct explain_webhook *webhook = &noting->verdict->webhooks[i];
        if (webhook->injects && slice_equal(webhook->failure_policy, SLICE("Ignore")))
            NOTE(noting, "failed-open",
                 "failurePolicy of webhook %.*s is Ignore: while it could not be reached, pods "
                 "were created without a sidecar",
                 SLICE_ARGS(webhook->name));
    }
}

/* ---- the webhooks ---- */

static struct slice webhook_text(struct arena *arena, const struct explain_webhook *webhook)
{
    return arena_format(arena, "%.*s of %.*s", SLICE_ARGS(webhook->name), SLICE_ARGS(webhook->configuration));
}

static void note_webhook(const struct noting *noting, const struct explain_webhook *webhook)
{
    if (webhook->is_injector && webhook->calls == EXPLAIN_UNKNOWN)
        NOTE(noting, "match-conditions",
             "webhook %.*s has matchConditions (CEL), which are not evaluated here: it is "
             "taken as called",
             SLICE_ARGS(webhook->name));
    if (webhook->is_injector && webhook->calls != EXPLAIN_NO && !webhook->has_ca)
        NOTE(noting, "no-ca", "webhook %.*s has no caBundle: the API server can trust nobody there, %s",
             SLICE_ARGS(webhook->name),
             slice_equal(webhook->failure_policy, SLICE("Ignore")) ? "and pods are created without a sidecar"
                                                                   : "and pods cannot be created");
    if (webhook->is_injector && webhook->is_deactivated)
        NOTE(noting, "deactivated", "webhook %.*s is deactivated: it asks for a label that nobody sets",
             SLICE_ARGS(webhook_text(noting->arena, webhook)));
}

static void note_webhooks(const struct noting *noting)
{
    const struct explain_verdict *verdict = noting->verdict;
    struct slice names = SLICE("");
    size_t injecting = 0;
    bool again = false;
    for (size_t i = 0; i < verdict->count; i++) {
        const struct explain_webhook *webhook = &verdict->webhooks[i];
        note_webhook(noting, webhook);
        if (!webhook->injects)
            continue;
        names = arena_format(noting->arena, "%.*s%s%.*s", SLICE_ARGS(names), injecting ? ", then " : "",
                             SLICE_ARGS(webhook_text(noting->arena, webhook)));
        injecting++;
        again = again || slice_equal(webhook->reinvocation_policy, SLICE("IfNeeded"));
    }
    if (injecting > 1)
        NOTE(noting, "conflict", "%zu webhooks would inject: %.*s; the sidecar of the last one stays%s", injecting,
             SLICE_ARGS(names), again ? ", unless one with reinvocationPolicy IfNeeded is called again" : "");
    for (size_t i = 0; i < noting->question->configuration_count; i++) {
        const struct explain_configuration *configuration = &noting->question->configurations[i];
        if (configuration->assumed.length &&
            explain_configuration_is_injector(configuration, noting->question->webhook_name))
            NOTE(noting, "policy-assumed",
                 "the injector's configuration behind %.*s is not known (%.*s): policy enabled "
                 "is assumed",
                 SLICE_ARGS(configuration->origin.what), SLICE_ARGS(configuration->assumed));
    }
}

void notes_find(struct arena *arena, const struct explain_request *request, const struct explain_case *question,
                const struct explain_verdict *verdict, struct explain_finding *finding)
{
    const struct noting noting = {arena, request, question, verdict, finding};
    note_pod(&noting);
    note_disagreement(&noting);
    note_misplaced(&noting);
    note_values(&noting);
    note_namespace(&noting);
    if (!is_1_0(&noting)) {
        note_revision(&noting, namespace_label(&noting, LABEL_REVISION), question->namespace_origin.what);
        note_revision(&noting, pod_value_or_empty(labels_of(&noting), LABEL_REVISION), question->pod_origin.what);
    }
    note_webhooks(&noting);
}
