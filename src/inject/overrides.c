#include "inject/overrides.h"
#include "inject/name.h"
#include "inject/pod.h"
#include "inject/status.h"
#include "kube/canonical.h"
#include "kube/conform.h"
#include "kube/types.h"
#include "patch/merge.h"
#include "tree/json.h"
#include "tree/type_json.h"

static const struct slice list_names[] = {SLICE_CONSTANT("containers"), SLICE_CONSTANT("initContainers")};

/* The annotation's containers, typed; an empty map when there is none. */
static bool overrides_read(struct arena *arena, const struct tree *pod, const struct tree **ret_overrides,
                           struct error *error)
{
    struct source source = {.name = SLICE("annotation proxy.istio.io/overrides")};
    *ret_overrides = &tree_empty_map_node;
    if (!pod_value(pod_annotations(pod), ANNOTATION_OVERRIDES, &source.text))
        return true;
    const struct tree *tree;
    if (!json_read(arena, &source, &tree, error))
        return false;
    if (tree->kind == TREE_NULL)
        return true;
    /* The annotation has just the two lists of a pod's spec. */
    return kube_conform(arena, &source, tree, &kube_type_PodSpec, KUBE_FROM_JSON, ret_overrides, error);
}

bool overrides_reinsert(struct arena *arena, const struct tree *pod, const struct tree **ret_pod, struct error *error)
{
    const struct tree *overrides;
    if (!overrides_read(arena, pod, &overrides, error))
        return false;
    struct tree *spec = NULL, *own = NULL;
    for (size_t list = 0; list < ARRAY_LENGTH(list_names); list++) {
        const struct tree *kept = tree_get(overrides, list_names[list]);
        for (size_t i = 0; tree_is(kept, TREE_LIST) && i < kept->list.count; i++) {
            const struct tree *container = kept->list.items[i];
            if (container_find(tree_get(spec ? spec : tree_get(pod, SLICE("spec")), list_names[list]),
                               container_name(container)))
                continue;
            if (!own) {
                own = tree_copy_shallow(arena, pod);
                spec = own_map(arena, own, SLICE("spec"));
            }
            tree_append(arena, own_list(arena, spec, list_names[list]), container);
        }
    }
    *ret_pod = own ? own : pod;
    return true;
}

/* The user's container as Go would print it: what is empty would otherwise wipe out what the template says. An image
 * named "auto" stands for the template's. */
static const struct tree *overlay_of(struct arena *arena, const struct tree *container)
{
    if (tree_text_is(tree_get(container, SLICE("image")), SLICE("auto"))) {
        struct tree *copy = tree_copy_shallow(arena, container);
        tree_remove(copy, SLICE("image"));
        container = copy;
    }
    container = type_as_json(arena, container, &kube_type_Container);
    return kube_canonical(arena, container, &kube_type_Container, KUBE_QUANTITIES);
}

static bool container_lay_over(struct arena *arena, const struct tree *pod, struct slice list_name,
                               const struct tree *overlay, const struct tree **ret_pod, struct error *error)
{
    struct tree *list = tree_list(arena, 1), *spec = tree_map(arena, 1), *patch = tree_map(arena, 1);
    tree_append(arena, list, overlay);
    tree_put(arena, spec, list_name, list);
    tree_put(arena, patch, SLICE("spec"), spec);
    return merge_strategic(arena, pod, patch, &kube_type_Pod, ret_pod, error);
}

/* The user's container that a template's container `name` meets; NULL when there is none, or when it is what an earlier
 * injection put there. */
static const struct tree *override_find(const struct tree *original, const struct tree *kept,
                                        const struct tree *status, bool init, struct slice name)
{
    struct slice list_name = list_names[init];
    if (status_names(status, list_name, name))
        return NULL;
    const struct tree *match = container_find(tree_get(kept, list_name), name);
    if (match)
        return match;
    /* A native sidecar is an init container of the template, but users go on writing it among the containers. */
    return init ? pod_find_container(original, name) : container_find(pod_containers(original, false), name);
}

static void annotate(struct arena *arena, const struct tree *overrides, const struct tree **pod)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(16 * 1024 * 1024);
    json_write(&text, overrides, JSON_GO_HTML);
    struct tree *own = tree_copy_shallow(arena, *pod);
    struct tree *metadata = own_map(arena, own, SLICE("metadata"));
    struct tree *annotations = own_map(arena, metadata, SLICE("annotations"));
    tree_put(arena, annotations, ANNOTATION_OVERRIDES, tree_string(arena, arena_copy(arena, buffer_slice(&text))));
    *pod = own;
}

/* ---- the user that istio-init lets through ---- */

static const struct tree *security_number(const struct tree *container, struct slice field)
{
    const struct tree *value = tree_get(tree_get(container, SLICE("securityContext")), field);
    return tree_is(value, TREE_INT) ? value : NULL;
}

static struct tree *own_container(struct arena *arena, struct tree *pod, struct container_place place)
{
    struct tree *spec = own_map(arena, pod, SLICE("spec"));
    return own_item(arena, own_list(arena, spec, list_names[place.init]), place.index);
}

static struct container_place place_init_container(const struct tree *pod)
{
    const struct slice names[] = {NAME_INIT, NAME_VALIDATION};
    const struct tree *containers = pod_containers(pod, true);
    for (size_t name = 0; name < ARRAY_LENGTH(names); name++) {
        for (size_t i = 0; tree_is(containers, TREE_LIST) && i < containers->list.count; i++) {
            if (slice_equal(container_name(containers->list.items[i]), names[name]))
                return (struct container_place){.init = true, .found = true, .index = i};
        }
    }
    return (struct container_place){0};
}

static void argument_set_user(struct arena *arena, struct tree *container, int64_t uid)
{
    const struct tree *arguments = tree_get(container, SLICE("args"));
    for (size_t i = 0; tree_is(arguments, TREE_LIST) && i + 1 < arguments->list.count; i++) {
        if (!tree_text_is(arguments->list.items[i], SLICE("-u")))
            continue;
        struct tree *own = own_list(arena, container, SLICE("args"));
        tree_set_at(own, i + 1, tree_string(arena, arena_format(arena, "%lld", (long long)uid)));
        return;
    }
}

static const struct tree *adjust_user(struct arena *arena, const struct tree *pod, const struct overrides_input *input)
{
    const struct tree *user_container = pod_find_container(input->original, NAME_PROXY);
    const struct tree *uid = security_number(user_container, SLICE("runAsUser"));
    const struct tree *gid = security_number(user_container, SLICE("runAsGroup"));
    struct container_place init = place_init_container(pod);
    if ((!uid && !gid) || !init.found)
        return pod;
    struct tree *own = tree_copy_shallow(arena, pod);
    bool is_tproxy = input->is_tproxy || slice_equal(pod_value_or_empty(pod_annotations(pod), ANNOTATION_INTERCEPTION),
                                                     SLICE("TPROXY"));
    /* TPROXY needs a proxy that runs as root, whatever the user says. */
    if (is_tproxy && uid) {
        struct container_place proxy = pod_place_container(own, NAME_PROXY);
        if (!proxy.found)
            return pod;
        struct tree *security = own_map(arena, own_container(arena, own, proxy), SLICE("securityContext"));
        tree_put(arena, security, SLICE("runAsUser"), tree_int(arena, 0));
    }
    struct tree *container = own_container(arena, own, init);
    /* The validation runs as the proxy does; istio-init has to be root. */
    if (!is_tproxy && slice_equal(container_name(container), NAME_VALIDATION)) {
        struct tree *security = own_map(arena, container, SLICE("securityContext"));
        if (uid)
            tree_put(arena, security, SLICE("runAsUser"), uid);
        if (gid)
            tree_put(arena, security, SLICE("runAsGroup"), gid);
    }
    /* "-u 0" would let root's traffic pass by the proxy, the application's too. */
    if (uid && uid->integer != 0)
        argument_set_user(arena, container, uid->integer);
    return own;
}

bool overrides_reapply(struct arena *arena, const struct overrides_input *input, const struct tree **ret_pod,
                       struct error *error)
{
    const struct tree *pod = input->merged, *kept;
    if (!overrides_read(arena, input->original, &kept, error))
        return false;
    struct slice ignored;
    bool is_injected = pod_value(pod_annotations(input->original), ANNOTATION_STATUS, &ignored);
    const struct tree *status = is_injected ? status_read(arena, input->original) : NULL;
    struct tree *overrides = tree_map(arena, 2);
    for (int init = 0; init <= 1; init++) {
        const struct tree *from_template = pod_containers(input->template, init);
        struct tree *found = tree_list(arena, 0);
        for (size_t i = 0; tree_is(from_template, TREE_LIST) && i < from_template->list.count; i++) {
            const struct tree *match = override_find(input->original, kept, status, init,
                                                     container_name(from_template->list.items[i]));
            if (!match)
                continue;
            const struct tree *overlay = overlay_of(arena, match);
            tree_append(arena, found, overlay);
            if (!container_lay_over(arena, pod, list_names[init], overlay, &pod, error))
                return error_wrap(error, "the pod's own container %.*s", SLICE_ARGS(container_name(match)));
        }
        if (found->list.count)
            tree_put(arena, overrides, list_names[init], found);
    }
    if (!is_injected && overrides->map.count)
        annotate(arena, overrides, &pod);
    *ret_pod = adjust_user(arena, pod, input);
    return true;
}
