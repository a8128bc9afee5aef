#include "inject/legacy.h"
#include "inject/name.h"
#include "inject/pod.h"
#include "inject/overlay.h"
#include "inject/status.h"
#include "kube/conform.h"
#include "kube/types.h"

static const struct slice part_lists[] = {SLICE_CONSTANT("initContainers"), SLICE_CONSTANT("containers"),
                                          SLICE_CONSTANT("volumes"), SLICE_CONSTANT("imagePullSecrets")};

/* What versions before the status annotation injected, for an annotation that cannot be read. */
static const struct tree *status_of_old(struct arena *arena)
{
    static const char *const names[][2] = {{"istio-init", "enable-core-dump"}, {"istio-proxy", NULL},
                                           {"istio-certs", "istio-envoy"}};
    struct tree *status = tree_map(arena, 3);
    for (size_t list = 0; list < ARRAY_LENGTH(names); list++) {
        struct tree *items = tree_list(arena, 2);
        for (size_t i = 0; i < 2 && names[list][i]; i++)
            tree_append(arena, items, tree_string(arena, slice_from(names[list][i])));
        tree_put(arena, status, part_lists[list], items);
    }
    return status;
}

/* 1.0's templates put restartPolicy on containers and into their securityContext, where its Kubernetes had no such
 * field and dropped it. Kept, it would make istio-init a native sidecar that never ends. */
static const struct tree *container_clean(struct arena *arena, const struct tree *container)
{
    const struct tree *security = tree_get(container, SLICE("securityContext"));
    if (!tree_get(container, SLICE("restartPolicy")) && !tree_get(security, SLICE("restartPolicy")))
        return container;
    struct tree *own = tree_copy_shallow(arena, container);
    tree_remove(own, SLICE("restartPolicy"));
    if (tree_is(security, TREE_MAP))
        tree_remove(own_map(arena, own, SLICE("securityContext")), SLICE("restartPolicy"));
    return own;
}

static void parts_replace(struct arena *arena, struct tree *spec, struct slice list_name, const struct tree *status,
                          const struct tree *parts)
{
    const struct tree *added = tree_get(parts, list_name);
    bool has_list = tree_is(tree_get(spec, list_name), TREE_LIST);
    if (!has_list && !tree_count(added))
        return;
    struct tree *list = own_list(arena, spec, list_name);
    for (size_t i = list->list.count; status && i-- > 0;) {
        if (status_names(status, list_name, container_name(list->list.items[i])))
            tree_remove_at(list, i);
    }
    bool is_container = slice_equal(list_name, part_lists[0]) || slice_equal(list_name, part_lists[1]);
    for (size_t i = 0; tree_is(added, TREE_LIST) && i < added->list.count; i++)
        tree_append(arena, list, is_container ? container_clean(arena, added->list.items[i]) : added->list.items[i]);
}

bool legacy_inject(struct arena *arena, const struct inject_request *request, const struct tree *pod,
                   const struct tree *proxy, const struct tree *mesh, const struct tree **ret_pod, struct error *error)
{
    struct overlay_input input = {.request = request, .pod = pod, .proxy = proxy, .mesh = mesh};
    const struct tree *parts;
    struct rendering rendering;
    const struct inject_template *template;
    if (!inject_config_template(request->config, SLICE("inject"), &template, error) ||
        !overlay_render(arena, &input, template, &rendering, error))
        return false;
    if (!kube_conform(arena, rendering.source, rendering.overlay, &kube_type_PodSpec, KUBE_FROM_YAML, &parts, error)) {
        overlay_quote(error, rendering.source);
        return false;
    }
    /* kube-inject of 1.0 appended a second time; nobody wanted that. */
    struct slice old;
    const struct tree *status = NULL;
    if (pod_value(pod_annotations(pod), ANNOTATION_STATUS, &old)) {
        status = status_read(arena, pod);
        if (!status)
            status = status_of_old(arena);
    }
    struct tree *own = tree_copy_shallow(arena, pod);
    struct tree *spec = own_map(arena, own, SLICE("spec"));
    for (size_t i = 0; i < ARRAY_LENGTH(part_lists); i++)
        parts_replace(arena, spec, part_lists[i], status, parts);
    struct tree *annotations = own_map(arena, own_map(arena, own, SLICE("metadata")), SLICE("annotations"));
    struct slice text = status_text(arena, parts, (struct slice){0}, request->config->version);
    tree_put(arena, annotations, ANNOTATION_STATUS, tree_string(arena, text));
    *ret_pod = own;
    return true;
}
