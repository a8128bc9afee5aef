#include "inject/inject.h"
#include "inject/annotation.h"
#include "inject/environment.h"
#include "inject/legacy.h"
#include "inject/name.h"
#include "inject/openshift.h"
#include "inject/overrides.h"
#include "inject/pod.h"
#include "inject/probe.h"
#include "inject/prometheus.h"
#include "inject/overlay.h"
#include "inject/status.h"
#include "kube/canonical.h"
#include "kube/conform.h"
#include "kube/types.h"
#include "patch/merge.h"
#include "tree/json.h"

/* What an injection works with, beside the request. */
struct injection {
    struct arena *arena;
    const struct inject_request *request;
    const struct tree *pod; /* the request's, less what OpenShift put there */
    const struct tree *mesh, *proxy;
    struct tree *variables; /* for the proxy's environment: from the path, cluster and network */
    struct error *error;
};

/* ---- the proxy's configuration ---- */

/* Annotation over mesh. kube-inject lets the annotation change the mesh itself (its status port, say), the webhook only
 * the proxy (Istio, IntoObject and Webhook.inject). */
static bool configuration_apply(struct injection *injection)
{
    const struct inject_config *config = injection->request->config;
    injection->mesh = config->mesh;
    injection->proxy = tree_get(config->mesh, SLICE("defaultConfig"));
    struct source source = {.name = SLICE("annotation proxy.istio.io/config")};
    if (!pod_value(pod_annotations(injection->pod), ANNOTATION_PROXY_CONFIG, &source.text))
        return true;
    if (!mesh_overlay_proxy(injection->arena, config->generation, injection->proxy, &source, &injection->proxy,
                            injection->error))
        return false;
    if (!injection->request->is_webhook) {
        struct tree *mesh = tree_copy_shallow(injection->arena, config->mesh);
        tree_put(injection->arena, mesh, SLICE("defaultConfig"), injection->proxy);
        injection->mesh = mesh;
    }
    return true;
}

static void variable_set(struct injection *injection, struct slice name, struct slice value)
{
    if (value.length)
        tree_put(injection->arena, injection->variables, name, tree_string(injection->arena, value));
}

/* Cluster and network: the path goes before the values, and the pod's own label before both. */
static void variables_collect(struct injection *injection)
{
    const struct inject_request *request = injection->request;
    const struct tree *values = request->config->values, *from_path = request->path_environment;
    injection->variables = from_path ? tree_copy_shallow(injection->arena, from_path) : tree_map(injection->arena, 2);
    struct slice cluster = pod_value_or_empty(from_path, ENVIRONMENT_CLUSTER);
    struct slice network = pod_value_or_empty(from_path, ENVIRONMENT_NETWORK);
    if (!cluster.length)
        cluster = tree_text(tree_at(values, "global", "multiCluster", "clusterName"));
    if (!network.length)
        network = tree_text(tree_at(values, "global", "network"));
    pod_value(pod_labels(injection->pod), LABEL_NETWORK, &network);
    variable_set(injection, ENVIRONMENT_CLUSTER, cluster);
    variable_set(injection, ENVIRONMENT_NETWORK, network);
}

/* ---- templates ---- */

/* The names of the templates to run. Aliases and the default list are the webhook's alone. */
static const struct tree *templates_select(struct injection *injection)
{
    const struct inject_request *request = injection->request;
    struct arena *arena = injection->arena;
    struct tree *asked = tree_list(arena, 2), *names = tree_list(arena, 4);
    struct slice text;
    if (pod_value(pod_annotations(injection->pod), ANNOTATION_TEMPLATES, &text)) {
        struct slice_splitter splitter = {.rest = text};
        for (struct slice name; slice_split(&splitter, ',', &name);)
            tree_append(arena, asked, tree_string(arena, slice_trim(name)));
    } else if (request->is_webhook) {
        asked = tree_copy_shallow(arena, request->config->default_templates);
    } else {
        tree_append(arena, asked, tree_string(arena, SLICE("sidecar")));
    }
    for (size_t i = 0; i < asked->list.count; i++) {
        const struct tree *alias =
            request->is_webhook ? tree_get(request->config->aliases, tree_text(asked->list.items[i])) : NULL;
        if (!alias)
            tree_append(arena, names, asked->list.items[i]);
        for (size_t item = 0; item < tree_count(alias); item++)
            tree_append(arena, names, alias->list.items[item]);
    }
    return names;
}

/* With a native sidecar the template's proxy is an init container, but users write their own istio-proxy among the
 * containers: the two have to meet to be merged (Istio, RunTemplate). */
static const struct tree *proxy_make_native(struct injection *injection, const struct tree *merged,
                                            const struct tree *from_template)
{
    struct slice wish = pod_value_or_empty(pod_annotations(merged), ANNOTATION_NATIVE);
    bool native = slice_equal(wish, SLICE("true")) ||
                  (injection->request->settings->native_sidecars && !slice_equal(wish, SLICE("false")));
    const struct tree *proxy = container_find(pod_containers(merged, false), NAME_PROXY);
    if (!native || !proxy || !container_find(pod_containers(from_template, true), NAME_PROXY))
        return merged;
    struct tree *own = tree_copy_shallow(injection->arena, merged);
    struct tree *spec = own_map(injection->arena, own, SLICE("spec"));
    struct tree *containers = own_list(injection->arena, spec, SLICE("containers"));
    tree_remove_at(containers, pod_place_container(merged, NAME_PROXY).index);
    tree_append(injection->arena, own_list(injection->arena, spec, SLICE("initContainers")), proxy);
    return own;
}

/* Lays what a template printed over both trees. The result has to be a pod: a number where Kubernetes wants text is an
 * error here as it is in Istio, which reads only users' manifests leniently. */
static bool overlay_apply(struct injection *injection, const struct rendering *rendering, const struct tree **merged,
                          const struct tree **from_template)
{
    const struct tree *overlay = rendering->overlay;
    const struct source *rendered = rendering->source;
    struct arena *arena = injection->arena;
    struct error *error = injection->error;
    if (rendering->alone && *from_template == &tree_empty_map_node)
        *from_template = rendering->alone;
    else if (!merge_strategic(arena, *from_template, overlay, &kube_type_Pod, from_template, error))
        return false;
    *merged = proxy_make_native(injection, *merged, *from_template);
    if (!merge_strategic(arena, *merged, overlay, &kube_type_Pod, merged, error))
        return false;
    /* What is merged of things that conform does so, too. */
    if (rendering->is_conforming || kube_conform(arena, NULL, *merged, &kube_type_Pod, KUBE_FROM_JSON, merged, error))
        return true;
    /* The same mistake, seen in the rendered text, has a place. */
    const struct tree *ignored;
    struct error placed;
    if (!kube_conform(arena, rendered, overlay, &kube_type_Pod, KUBE_FROM_JSON, &ignored, &placed) && error) {
        overlay_quote(&placed, rendered);
        *error = placed;
    }
    return false;
}

static bool templates_run(struct injection *injection, const struct tree **ret_merged,
                          const struct tree **ret_from_template)
{
    struct arena *arena = injection->arena;
    const struct tree *seen, *names = templates_select(injection);
    const struct tree *merged = injection->pod, *from_template = &tree_empty_map_node;
    const struct tree *stripped = status_strip(arena, injection->pod, mesh_status_port(injection->mesh));
    if (!overrides_reinsert(arena, stripped, &seen, injection->error))
        return false;
    struct overlay_input input = {.request = injection->request, .pod = seen, .proxy = injection->proxy,
                                 .mesh = injection->mesh};
    const struct inject_request *request = injection->request;
    bool has_ranges = request->is_webhook && request->settings->is_openshift;
    openshift_proxy_ids(has_ranges ? request->namespace_object : NULL, &input.proxy_uid, &input.proxy_gid);
    for (size_t i = 0; i < names->list.count; i++) {
        struct slice name = tree_text(names->list.items[i]);
        const struct inject_template *template;
        struct rendering rendering;
        if (!inject_config_template(request->config, name, &template, injection->error) ||
            !overlay_render(arena, &input, template, &rendering, injection->error))
            return false;
        if (!overlay_apply(injection, &rendering, &merged, &from_template)) {
            bool is_placed = injection->error && injection->error->where.line;
            return !is_placed && error_wrap(injection->error, "%.*s", SLICE_ARGS(rendering.source->name));
        }
    }
    *ret_merged = merged;
    *ret_from_template = from_template;
    return true;
}

/* ---- afterwards ---- */

static void probes_apply(struct injection *injection, struct tree *spec, const struct tree *annotations)
{
    struct arena *arena = injection->arena;
    const struct tree *configured = inject_config_value(injection->request->config, "sidecarInjectorWebhook",
                                                        "rewriteAppHTTPProbe");
    bool is_injected = tree_get(annotations, ANNOTATION_STATUS) != NULL;
    int64_t port = mesh_status_port(injection->mesh);
    struct tree *pod = tree_map(arena, 1);
    tree_put(arena, pod, SLICE("spec"), spec);
    if (!probe_rewrite_wanted(annotations, tree_is(configured, TREE_BOOL) && configured->boolean) ||
        !pod_find_container(pod, NAME_PROXY))
        return;
    static const struct slice variable = SLICE_CONSTANT("ISTIO_KUBE_APP_PROBERS");
    const struct tree *probers = probe_collect(arena, pod, port);
    if (tree_count(probers)) {
        /* Injected before: those probes are rewritten already, and what they were stands in the variable. */
        struct source old = {.name = variable, .text = is_injected ? environment_value(spec, variable) : SLICE("")};
        const struct tree *kept;
        if (old.text.length && json_read(arena, &old, &kept, NULL) && kept->kind == TREE_MAP) {
            struct tree *joined = tree_copy_shallow(arena, probers);
            for (size_t i = 0; i < kept->map.count; i++)
                tree_put(arena, joined, kept->map.entries[i].key, kept->map.entries[i].value);
            environment_set(arena, spec, variable, probe_text(arena, joined));
        } else if (!old.text.length) {
            environment_append(arena, spec, variable, probe_text(arena, probers));
        }
    }
    probe_rewrite(arena, spec, annotations, port);
}

static void metadata_apply(struct injection *injection, struct tree *annotations, struct tree *labels,
                           const struct tree *from_template)
{
    const struct inject_request *request = injection->request;
    struct arena *arena = injection->arena;
    const struct tree *network = tree_get(injection->variables, ENVIRONMENT_NETWORK);
    if (network)
        tree_put(arena, labels, LABEL_NETWORK, network);
    struct slice status = status_text(arena, tree_get(from_template, SLICE("spec")), request->settings->revision,
                                      (struct slice){0});
    tree_put(arena, annotations, ANNOTATION_STATUS, tree_string(arena, status));
    const struct tree *added = request->is_webhook ? request->config->injected_annotations : NULL;
    for (size_t i = 0; i < tree_count(added); i++)
        tree_put(arena, annotations, added->map.entries[i].key, added->map.entries[i].value);
}

/* kubectl exec goes to the first container, so the proxy is the last one, unless the application has to wait for it. A
 * native sidecar goes before the other init containers, which then are part of the mesh; otherwise istio-init is last,
 * so that the others still reach the network (Istio, reorderPod). */
static void containers_order(struct injection *injection, struct tree *spec)
{
    struct arena *arena = injection->arena;
    const struct tree *held = tree_get(injection->proxy, SLICE("holdApplicationUntilProxyStarts"));
    const struct tree *held_by_values =
        inject_config_value(injection->request->config, "global", "proxy", "holdApplicationUntilProxyStarts");
    bool hold = (tree_is(held, TREE_BOOL) && held->boolean) ||
                (tree_is(held_by_values, TREE_BOOL) && held_by_values->boolean);
    if (tree_is(tree_get(spec, SLICE("containers")), TREE_LIST))
        container_move(own_list(arena, spec, SLICE("containers")), NAME_PROXY,
                       hold ? CONTAINER_FIRST : CONTAINER_LAST);
    if (!tree_is(tree_get(spec, SLICE("initContainers")), TREE_LIST))
        return;
    struct tree *init = own_list(arena, spec, SLICE("initContainers"));
    if (container_find(init, NAME_PROXY)) {
        container_move(init, NAME_CORE_DUMP, CONTAINER_FIRST);
        container_move(init, NAME_PROXY, CONTAINER_FIRST);
        container_move(init, NAME_VALIDATION, CONTAINER_FIRST);
        container_move(init, NAME_INIT, CONTAINER_FIRST);
    } else {
        container_move(init, NAME_VALIDATION, CONTAINER_FIRST);
        container_move(init, NAME_INIT, CONTAINER_LAST);
        container_move(init, NAME_CORE_DUMP, CONTAINER_LAST);
    }
}

static bool pod_finish(struct injection *injection, const struct tree *merged, const struct tree *from_template,
                       const struct tree **ret_pod)
{
    struct arena *arena = injection->arena;
    struct tree *pod = tree_copy_shallow(arena, merged);
    struct tree *metadata = own_map(arena, pod, SLICE("metadata"));
    struct tree *annotations = own_map(arena, metadata, SLICE("annotations"));
    bool has_labels = tree_is(tree_get(metadata, SLICE("labels")), TREE_MAP);
    struct tree *labels = has_labels ? own_map(arena, metadata, SLICE("labels")) : tree_map(arena, 2);
    struct tree *spec = own_map(arena, pod, SLICE("spec"));
    environment_replace_all(arena, spec, injection->variables);
    if (prometheus_merge_wanted(annotations, injection->mesh) &&
        !prometheus_merge(arena, annotations, spec, mesh_status_port(injection->mesh), injection->error))
        return false;
    prometheus_announce_secure_port(arena, annotations, spec);
    probes_apply(injection, spec, annotations);
    metadata_apply(injection, annotations, labels, from_template);
    if (!has_labels && labels->map.count)
        tree_put(arena, metadata, SLICE("labels"), labels);
    containers_order(injection, spec);
    *ret_pod = pod;
    return true;
}

static bool is_tproxy(const struct tree *proxy)
{
    return tree_text_is(tree_get(proxy, SLICE("interceptionMode")), SLICE("TPROXY"));
}

bool inject_pod(struct arena *arena, const struct inject_request *request, const struct tree **ret_pod,
                struct error *error)
{
    struct injection injection = {.arena = arena, .request = request, .pod = request->pod, .error = error};
    if (request->is_webhook && request->settings->is_openshift)
        injection.pod = openshift_release_proxy_user(arena, request->pod);
    injection.pod = kube_canonical(arena, injection.pod, &kube_type_Pod, KUBE_MERGE_KEYS);
    if (!configuration_apply(&injection) ||
        !annotation_check_all(arena, pod_annotations(injection.pod), request->config->is_1_0, error))
        return false;
    if (request->config->is_1_0)
        return legacy_inject(arena, request, injection.pod, injection.proxy, injection.mesh, ret_pod, error);
    variables_collect(&injection);
    struct overrides_input overrides = {.original = injection.pod, .is_tproxy = is_tproxy(injection.proxy)};
    const struct tree *pod;
    return templates_run(&injection, &overrides.merged, &overrides.template) &&
           overrides_reapply(arena, &overrides, &pod, error) &&
           pod_finish(&injection, pod, overrides.template, ret_pod);
}
