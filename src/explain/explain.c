#include "explain/case.h"
#include "explain/controller.h"
#include "inject/name.h"
#include "inject/pod.h"

const char *explain_says_name(enum explain_says says)
{
    static const char *const words[] = {
        [EXPLAIN_NOTHING] = "nothing", [EXPLAIN_NO] = "no", [EXPLAIN_YES] = "yes", [EXPLAIN_UNKNOWN] = "unknown"};
    return words[says];
}

const char *explain_action_name(enum explain_action_kind kind)
{
    static const char *const words[] = {
        [EXPLAIN_POD_LABEL] = "podLabel",
        [EXPLAIN_POD_ANNOTATION] = "podAnnotation",
        [EXPLAIN_HOST_NETWORK] = "hostNetwork",
        [EXPLAIN_NAMESPACE_LABEL] = "namespaceLabel",
        [EXPLAIN_POLICY] = "policy",
        [EXPLAIN_MOVE] = "namespace",
    };
    return words[kind];
}

/* The pod as the API server shows it to webhooks: in its namespace, with the labels that its controller adds. */
static const struct tree *pod_of(struct arena *arena, const struct explain_request *request)
{
    const struct explain_subject *subject = request->subject;
    const struct tree *template = kube_path_get(subject->document, subject->workload->template_path);
    const struct tree *spec = tree_get(template, SLICE("spec"));
    struct tree *pod = tree_map(arena, 2);
    const struct tree *given = tree_get(template, SLICE("metadata"));
    struct tree *metadata = tree_copy_shallow(arena, tree_is(given, TREE_MAP) ? given : &tree_empty_map_node);
    tree_put(arena, pod, SLICE("metadata"), metadata);
    tree_put(arena, pod, SLICE("spec"), tree_is(spec, TREE_MAP) ? spec : &tree_empty_map_node);
    tree_put(arena, metadata, SLICE("namespace"), tree_string(arena, request->namespace));
    if (subject->workload->template_path[0])
        controller_labels_add(arena, subject->workload, subject->name, own_map(arena, metadata, SLICE("labels")));
    return pod;
}

static const struct tree *namespace_labels(struct arena *arena, const struct explain_request *request)
{
    const struct tree *given = tree_at(request->namespace_object, "metadata", "labels");
    struct tree *labels = tree_copy_shallow(arena, tree_is(given, TREE_MAP) ? given : &tree_empty_map_node);
    tree_put(arena, labels, LABEL_NAMESPACE_NAME, tree_string(arena, request->namespace));
    return labels;
}

static struct explain_case case_of(struct arena *arena, const struct explain_request *request)
{
    const struct explain_subject *subject = request->subject;
    struct explain_case question = {
        .configurations = request->configurations,
        .configuration_count = request->configuration_count,
        .webhook_name = request->webhook_name,
        .pod = pod_of(arena, request),
        .pod_origin = subject->origin,
        .namespace = request->namespace,
        .namespace_labels = namespace_labels(arena, request),
        .namespace_origin = request->namespace_origin,
    };
    struct tree *fixed = tree_map(arena, 4);
    controller_labels_add(arena, subject->workload, subject->name, fixed);
    question.fixed_labels = fixed;
    if (subject->workload->template_path[0])
        question.pod_origin.what = arena_format(arena, "the pod template of %.*s", SLICE_ARGS(subject->origin.what));
    return question;
}

/* Has it a sidecar already? The annotation alone can be left over from an injection that was taken back, and a
 * container of that name alone can be anybody's: the container counts. */
static bool has_sidecar(const struct tree *pod)
{
    return pod_find_container(pod, NAME_PROXY) != NULL;
}

/* A webhook's injector was asked: its policy decided. */
static void reason_of_policy(struct arena *arena, const struct explain_webhook *decider,
                             struct explain_finding *finding)
{
    finding->reason = policy_reason(arena, &decider->decision);
    finding->decider = decider;
    finding->revision = decider->revision;
    finding->factor = "unknown";
    for (size_t i = 0; i < decider->policy_count; i++) {
        if (!decider->policy[i].decided)
            continue;
        finding->factor = decider->policy[i].factor;
        finding->where = decider->policy[i].where;
    }
    if (!decider->policy_count)
        finding->reason = SLICE("the injector's configuration is not known");
}

void explain_pod(struct arena *arena, const struct explain_request *request, struct explain_finding *ret_finding)
{
    struct explain_case question = case_of(arena, request);
    struct explain_verdict verdict;
    case_judge(arena, &question, &verdict);
    *ret_finding = (struct explain_finding){
        .subject = request->subject,
        .namespace = request->namespace,
        .would_inject = verdict.injects,
        .has_sidecar = has_sidecar(question.pod),
        .webhooks = verdict.webhooks,
        .webhook_count = verdict.count,
    };
    bool is_pod = !request->subject->workload->template_path[0];
    ret_finding->injected = ret_finding->has_sidecar || (verdict.injects && !(request->subject->is_live && is_pod));
    if (verdict.decider)
        reason_of_policy(arena, verdict.decider, ret_finding);
    else
        reason_find(arena, &question, &verdict, ret_finding);
    /* A sidecar that stands in the manifest stays whatever is decided; a live pod that disagrees with what would be
     * decided now needs to be made anew, not to be changed. */
    bool can_change =
        request->subject->is_live && is_pod ? ret_finding->has_sidecar == verdict.injects : !ret_finding->has_sidecar;
    if (request->wants_changes && can_change)
        change_find(arena, &question, ret_finding);
    notes_find(arena, request, &question, &verdict, ret_finding);
}
