#include "inject/manifest.h"
#include "inject/pod.h"
#include "kube/canonical.h"
#include "kube/conform.h"
#include "kube/workload.h"

struct manifest {
    struct arena *arena;
    const struct manifest_options *options;
    const struct source *source;
    struct error *error;
};

/* "Deployment \"shop/cart\"": what messages call an object. */
static struct slice object_name(struct arena *arena, const struct inject_owner *owner, const struct tree *pod_metadata)
{
    struct slice name = tree_text(tree_get(pod_metadata, SLICE("name")));
    if (!name.length)
        name = owner->name;
    return arena_format(arena, "%.*s%s\"%.*s%s%.*s\"", SLICE_ARGS(owner->kind), owner->kind.length ? " " : "",
                        SLICE_ARGS(owner->namespace), owner->namespace.length ? "/" : "", SLICE_ARGS(name));
}

/* istioctl's words, which scripts may look for. */
static void warn_skipped(const struct manifest *manifest, struct slice name, const char *why)
{
    if (!manifest->options->warn)
        return;
    struct slice text = arena_format(manifest->arena, "===> Skipping injection because %.*s %s", SLICE_ARGS(name), why);
    manifest->options->warn(manifest->options->context, text.bytes);
}

/* What the workload's pods have in common with it: .DeploymentMeta and .TypeMeta. */
static struct inject_owner owner_of(const struct manifest *manifest, const struct kube_workload *workload,
                                    const struct tree *document)
{
    struct inject_owner owner;
    if (!workload->template_path[0]) {
        owner = inject_owner_of_pod(document);
    } else {
        const struct tree *metadata = tree_get(document, SLICE("metadata"));
        owner = (struct inject_owner){tree_text(tree_get(document, SLICE("apiVersion"))),
                                      tree_text(tree_get(document, SLICE("kind"))),
                                      tree_text(tree_get(metadata, SLICE("name"))),
                                      tree_text(tree_get(metadata, SLICE("namespace")))};
    }
    if (!owner.namespace.length)
        owner.namespace = manifest->options->namespace;
    return owner;
}

/* Istio's kube-inject asks neither policy nor selectors of the configuration, and 1.0's not even the annotation. */
static bool is_wanted(const struct manifest *manifest, const struct tree *pod, struct slice name)
{
    const struct policy_rules rules = {.policy = SLICE("enabled")};
    /* The namespace is the pod's own: a Deployment in kube-system is injected, as it is by istioctl. */
    struct policy_decision decision = policy_decide(&rules, pod, SLICE(""));
    if (decision.inject)
        return true;
    if (decision.factor == POLICY_HOST_NETWORK)
        warn_skipped(manifest, name, "has host networking enabled");
    else if (manifest->options->config->is_1_0)
        return true;
    else
        warn_skipped(manifest, name, "has sidecar injection disabled");
    return false;
}

static const struct tree *pod_put_back(struct arena *arena, const struct kube_workload *workload,
                                       const struct tree *document, const struct tree *pod)
{
    const struct {
        const char *const *path;
        struct slice field;
    } places[] = {{workload->metadata_path, SLICE_CONSTANT("metadata")},
                  {workload->template_path, SLICE_CONSTANT("spec")}};
    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        const struct tree *holder = kube_path_get(document, places[i].path);
        struct tree *own = tree_copy_shallow(arena, tree_is(holder, TREE_MAP) ? holder : &tree_empty_map_node);
        const struct tree *value = tree_get(pod, places[i].field);
        if (value)
            tree_put(arena, own, places[i].field, value);
        document = kube_path_put(arena, document, places[i].path, own);
    }
    return document;
}

/* Whether every key stands in the source as it was read: yaml reads n: as "false". */
static bool is_spelled_out(const struct source *source, const struct tree *tree)
{
    if (tree->kind == TREE_LIST) {
        for (size_t i = 0; i < tree->list.count; i++) {
            if (!is_spelled_out(source, tree->list.items[i]))
                return false;
        }
    }
    for (size_t i = 0; tree->kind == TREE_MAP && i < tree->map.count; i++) {
        const struct tree_entry *entry = &tree->map.entries[i];
        struct slice text = slice_from_offset(source->text, entry->key_offset);
        bool is_quoted = text.length && (text.bytes[0] == '"' || text.bytes[0] == '\'');
        if ((!is_quoted && !slice_starts(text, entry->key)) || !is_spelled_out(source, entry->value))
            return false;
    }
    return true;
}

/* An error in a template or an annotation has its place there; that of the object it came up for goes into the text. */
static bool fail_injection(const struct manifest *manifest, const struct tree *document, struct slice name)
{
    struct error *error = manifest->error;
    if (!error)
        return false;
    struct position where = source_position(manifest->source, document->offset);
    if (!error->where.line || slice_equal(error->where.file, where.file)) {
        error_place(error, where);
        return error_wrap(error, "%.*s", SLICE_ARGS(name));
    }
    return error_wrap(error, "%.*s (%.*s:%u)", SLICE_ARGS(name), SLICE_ARGS(where.file), where.line);
}

static bool workload_inject(const struct manifest *manifest, const struct kube_workload *workload,
                            const struct tree *document, const struct tree **ret_document)
{
    struct arena *arena = manifest->arena;
    const struct tree *conforming;
    if (!kube_conform(arena, manifest->source, document, workload->type, KUBE_FROM_YAML, &conforming, manifest->error))
        return false;
    const struct tree *template = kube_path_get(conforming, workload->template_path);
    const struct tree *metadata = tree_get(kube_path_get(conforming, workload->metadata_path), SLICE("metadata"));
    struct inject_owner owner = owner_of(manifest, workload, conforming);
    struct slice name = object_name(arena, &owner, metadata);
    if (tree_is_null(template))
        return error_at(manifest->error, ERROR_MISSING, manifest->source, document->offset,
                        "%.*s has no spec.template, so there is no pod to inject", SLICE_ARGS(name));
    struct tree *pod = tree_map(arena, 2);
    const struct tree *spec = tree_get(template, SLICE("spec"));
    tree_put(arena, pod, SLICE("metadata"), tree_is(metadata, TREE_MAP) ? metadata : &tree_empty_map_node);
    tree_put(arena, pod, SLICE("spec"), tree_is(spec, TREE_MAP) ? spec : &tree_empty_map_node);
    struct inject_request request = {
        .config = manifest->options->config,
        .settings = manifest->options->settings,
        .pod = pod,
        .owner = owner,
        .owner_metadata = tree_get(conforming, SLICE("metadata")),
    };
    if (!is_wanted(manifest, pod, name)) {
        /* Kubernetes would read the text in the same way, but others may not: yes for "true", say. */
        *ret_document = is_spelled_out(manifest->source, document) ? conforming : tree_copy_shallow(arena, conforming);
        return true;
    }
    const struct tree *injected;
    if (!inject_pod(arena, &request, &injected, manifest->error))
        return fail_injection(manifest, document, name);
    /* As Kubernetes' encoders print it, but for quantities, which stay as their author wrote them. */
    *ret_document = kube_canonical(arena, pod_put_back(arena, workload, conforming, injected), workload->type,
                                   KUBE_COMPLETE | KUBE_UTC);
    return true;
}

/* Kubernetes reads apiVersion and kind of everything before it asks what it is. */
static bool header_check(const struct manifest *manifest, const struct tree *document)
{
    static const struct slice fields[] = {SLICE_CONSTANT("apiVersion"), SLICE_CONSTANT("kind")};
    if (document->kind == TREE_NULL)
        return true;
    if (document->kind != TREE_MAP)
        return error_at(manifest->error, ERROR_VALUE, manifest->source, document->offset,
                        "found %s, want an object with apiVersion and kind", tree_kind_name(document));
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        const struct tree *value = tree_get(document, fields[i]);
        if (value && (value->kind == TREE_MAP || value->kind == TREE_LIST))
            return error_at(manifest->error, ERROR_VALUE, manifest->source, value->offset,
                            "%.*s: found %s, want a string", SLICE_ARGS(fields[i]), tree_kind_name(value));
    }
    return true;
}

static bool document_inject(const struct manifest *manifest, const struct tree *document,
                            const struct tree **ret_document);

static bool list_inject(const struct manifest *manifest, const struct tree *list, const struct tree **ret_list)
{
    const struct tree *items = tree_get(list, SLICE("items"));
    struct tree *injected = NULL;
    if (!tree_is_null(items) && items->kind != TREE_LIST)
        return error_at(manifest->error, ERROR_VALUE, manifest->source, items->offset, "items: found %s, want a list",
                        tree_kind_name(items));
    for (size_t i = 0; tree_is(items, TREE_LIST) && i < items->list.count; i++) {
        const struct tree *item;
        if (!document_inject(manifest, items->list.items[i], &item))
            return error_wrap(manifest->error, "items[%zu]", i);
        if (item == items->list.items[i])
            continue;
        if (!injected)
            injected = tree_copy_shallow(manifest->arena, items);
        tree_set_at(injected, i, item);
    }
    *ret_list = list;
    if (injected) {
        struct tree *own = tree_copy_shallow(manifest->arena, list);
        tree_put(manifest->arena, own, SLICE("items"), injected);
        *ret_list = own;
    }
    return true;
}

/* Recursion is bounded by the document's height. */
static bool document_inject(const struct manifest *manifest, const struct tree *document,
                            const struct tree **ret_document)
{
    *ret_document = document;
    if (!header_check(manifest, document))
        return false;
    const struct kube_workload *workload = kube_workload_of(document);
    if (!workload)
        return true;
    return workload->is_list ? list_inject(manifest, document, ret_document)
                             : workload_inject(manifest, workload, document, ret_document);
}

bool manifest_inject(struct arena *arena, const struct manifest_options *options, const struct source *source,
                     const struct tree *document, const struct tree **ret_document, struct error *error)
{
    const struct manifest manifest = {arena, options, source, error};
    return document_inject(&manifest, document, ret_document);
}
