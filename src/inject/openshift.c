#include "inject/openshift.h"
#include "base/number.h"
#include "inject/name.h"
#include "inject/pod.h"

enum { PROXY_ID_DEFAULT = 1337 };

/* "1000650000/10000" (start and size) or "1000650000-1000659999": the last one. */
static bool range_last(struct slice text, int64_t *ret_last)
{
    bool is_size = slice_find_byte(text, '/') != SLICE_NONE;
    size_t at = slice_find_byte(text, is_size ? '/' : '-');
    uint32_t start, end;
    if (at == SLICE_NONE || !number_parse_u32(slice_range(text, 0, at), &start))
        return false;
    struct slice rest = slice_from_offset(text, at + 1);
    size_t digits = 0;
    while (digits < rest.length && rest.bytes[digits] >= '0' && rest.bytes[digits] <= '9')
        digits++;
    if (!number_parse_u32(slice_range(rest, 0, digits), &end))
        return false;
    *ret_last = is_size ? (int64_t)(uint32_t)(start + end - 1) : (int64_t)end;
    return true;
}

void openshift_proxy_ids(const struct tree *namespace_object, int64_t *ret_uid, int64_t *ret_gid)
{
    const struct tree *annotations = tree_at(namespace_object, "metadata", "annotations");
    struct slice users = pod_value_or_empty(annotations, SLICE("openshift.io/sa.scc.uid-range"));
    struct slice groups;
    if (!pod_value(annotations, SLICE("openshift.io/sa.scc.supplemental-groups"), &groups))
        groups = users;
    *ret_uid = *ret_gid = PROXY_ID_DEFAULT;
    int64_t last;
    if (range_last(users, &last))
        *ret_uid = last;
    struct slice first = slice_range(groups, 0, slice_find_byte(groups, ','));
    struct slice_splitter splitter = {.rest = groups};
    for (struct slice block; slice_split(&splitter, ',', &block);) {
        if (!range_last(block, &last))
            return; /* one bad block makes all of them unreadable */
    }
    if (range_last(first, &last))
        *ret_gid = last;
}

static int64_t user_of(const struct tree *container)
{
    const struct tree *user = tree_at(container, "securityContext", "runAsUser");
    return tree_is(user, TREE_INT) ? user->integer : 0;
}

const struct tree *openshift_release_proxy_user(struct arena *arena, const struct tree *pod)
{
    struct container_place proxy = pod_place_container(pod, NAME_PROXY);
    if (!proxy.found)
        return pod;
    const struct tree *containers = pod_containers(pod, proxy.init);
    if (!tree_is(tree_get(containers->list.items[proxy.index], SLICE("securityContext")), TREE_MAP))
        return pod;
    int64_t proxy_user = 0, application_user = 0;
    for (int init = 0; init <= 1; init++) {
        containers = pod_containers(pod, init);
        for (size_t i = 0; tree_is(containers, TREE_LIST) && i < containers->list.count; i++) {
            const struct tree *container = containers->list.items[i];
            struct slice name = container_name(container);
            int64_t user = user_of(container);
            if (slice_equal(name, NAME_PROXY))
                proxy_user = user ? user : proxy_user;
            else if (!slice_equal(name, NAME_INIT) && !slice_equal(name, NAME_VALIDATION))
                application_user = user ? user : application_user;
        }
    }
    if (proxy_user != application_user)
        return pod;
    struct tree *own = tree_copy_shallow(arena, pod);
    struct tree *list = own_list(arena, own_map(arena, own, SLICE("spec")),
                                 proxy.init ? SLICE("initContainers") : SLICE("containers"));
    struct tree *security = own_map(arena, own_item(arena, list, proxy.index), SLICE("securityContext"));
    tree_remove(security, SLICE("runAsUser"));
    tree_remove(security, SLICE("runAsGroup"));
    return own;
}
