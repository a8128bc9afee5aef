#include "kube/nodes.h"
#include "base/number.h"

enum { NATIVE_MINOR = 33 }; /* the release that made sidecar containers stable (KEP-753) */

/* "v1.33.1-gke.100": 33 where the major number is 1. */
static bool version_is_native(struct slice version)
{
    struct slice_splitter splitter = {.rest = slice_from_offset(version, slice_starts(version, SLICE("v")))};
    struct slice part;
    uint32_t major = 0, minor = 0;
    if (!slice_split(&splitter, '.', &part) || !number_parse_u32(part, &major) ||
        !slice_split(&splitter, '.', &part))
        return false;
    size_t digits = 0;
    while (digits < part.length && part.bytes[digits] >= '0' && part.bytes[digits] <= '9')
        digits++;
    return number_parse_u32(slice_range(part, 0, digits), &minor) &&
           (major > 1 || (major == 1 && minor >= NATIVE_MINOR));
}

bool nodes_are_native(const struct tree *list)
{
    const struct tree *items = tree_get(list, SLICE("items"));
    for (size_t i = 0; tree_is(items, TREE_LIST) && i < tree_count(items); i++) {
        if (!version_is_native(tree_text(tree_at(items->list.items[i], "status", "nodeInfo", "kubeletVersion"))))
            return false;
    }
    return true;
}

bool nodes_ask_native(struct kube_client *client, bool *ret_native, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    static const struct kube_resource nodes = {"v1", "nodes", {0}, {0}};
    struct kube_answer answer;
    if (!kube_list(client, &arena, &nodes, NULL, &answer, error))
        return false;
    *ret_native = nodes_are_native(answer.object);
    return true;
}
