#include "inject/probe.h"
#include "base/number.h"
#include "inject/name.h"
#include "inject/pod.h"
#include "kube/types.h"
#include "tree/json.h"
#include "tree/type_json.h"

enum { PROBERS_TEXT_MAX = 16 * 1024 * 1024 };

/* What kubelet asks, the path the agent answers it under, and whether it is a lifecycle hook (which knows no gRPC). */
struct prober_kind {
    struct slice field, path_prefix, path_suffix;
    bool is_hook;
};
static const struct prober_kind prober_kinds[] = {
    {SLICE_CONSTANT("readinessProbe"), SLICE_CONSTANT("/app-health/"), SLICE_CONSTANT("/readyz"), false},
    {SLICE_CONSTANT("livenessProbe"), SLICE_CONSTANT("/app-health/"), SLICE_CONSTANT("/livez"), false},
    {SLICE_CONSTANT("startupProbe"), SLICE_CONSTANT("/app-health/"), SLICE_CONSTANT("/startupz"), false},
    {SLICE_CONSTANT("preStop"), SLICE_CONSTANT("/app-lifecycle/"), SLICE_CONSTANT("/prestopz"), true},
    {SLICE_CONSTANT("postStart"), SLICE_CONSTANT("/app-lifecycle/"), SLICE_CONSTANT("/poststartz"), true},
};

bool probe_rewrite_wanted(const struct tree *annotations, bool configured)
{
    struct slice text;
    bool wanted;
    if (pod_value(annotations, SLICE("sidecar.istio.io/rewriteAppHTTPProbers"), &text) &&
        number_parse_bool(text, &wanted))
        return wanted;
    return configured;
}

static struct slice prober_path(struct arena *arena, const struct prober_kind *kind, const struct tree *container)
{
    struct slice path = arena_join(arena, kind->path_prefix, container_name(container));
    return arena_join(arena, path, kind->path_suffix);
}

/* The probe or hook of a kind; NULL when the container has none. */
static const struct tree *handler_of(const struct tree *container, const struct prober_kind *kind)
{
    const struct tree *holder = kind->is_hook ? tree_get(container, SLICE("lifecycle")) : container;
    const struct tree *handler = tree_get(holder, kind->field);
    return tree_is(handler, TREE_MAP) ? handler : NULL;
}

/* The one action that counts, in the order in which Istio looks: its field's name, or an empty slice. */
static struct slice action_of(const struct tree *handler, bool is_hook)
{
    static const struct slice actions[] = {SLICE_CONSTANT("httpGet"), SLICE_CONSTANT("tcpSocket"),
                                           SLICE_CONSTANT("grpc")};
    for (size_t i = 0; i < ARRAY_LENGTH(actions) - is_hook; i++) {
        if (tree_is(tree_get(handler, actions[i]), TREE_MAP))
            return actions[i];
    }
    return (struct slice){0};
}

/* ---- collecting ---- */

/* The last port of that name wins, as in Go's map; NULL when the container has none. */
static const struct tree *port_by_name(struct arena *arena, const struct tree *container, struct slice name)
{
    const struct tree *ports = tree_get(container, SLICE("ports")), *found = NULL;
    for (size_t i = 0; name.length && tree_is(ports, TREE_LIST) && i < ports->list.count; i++) {
        if (!tree_text_is(tree_get(ports->list.items[i], SLICE("name")), name))
            continue;
        found = tree_get(ports->list.items[i], SLICE("containerPort"));
        if (tree_is_null(found))
            found = tree_int(arena, 0);
    }
    return found;
}

/* Name and value of each header, whether the author wrote them or not. */
static const struct tree *headers_as_json(struct arena *arena, const struct tree *headers)
{
    struct tree *list = tree_list(arena, headers->list.count);
    for (size_t i = 0; i < headers->list.count; i++)
        tree_append(arena, list, type_as_json(arena, headers->list.items[i], &kube_type_HTTPHeader));
    return list;
}

/* A copy of the action with the fields that Go's type prints, in its order, and with the port as a number. NULL when
 * the port's name is not known or the probe goes to the agent already. */
static const struct tree *action_resolve(struct arena *arena, const struct tree *container, const struct tree *action,
                                         struct slice action_name, int64_t status_port)
{
    static const struct slice http_fields[] = {SLICE_CONSTANT("path"), SLICE_CONSTANT("port"), SLICE_CONSTANT("host"),
                                               SLICE_CONSTANT("scheme"), SLICE_CONSTANT("httpHeaders")};
    static const struct slice tcp_fields[] = {SLICE_CONSTANT("port"), SLICE_CONSTANT("host")};
    static const struct slice grpc_fields[] = {SLICE_CONSTANT("port"), SLICE_CONSTANT("service")};
    bool is_http = slice_equal(action_name, SLICE("httpGet")), is_grpc = slice_equal(action_name, SLICE("grpc"));
    const struct slice *fields = is_http ? http_fields : is_grpc ? grpc_fields : tcp_fields;
    size_t count = is_http ? ARRAY_LENGTH(http_fields) : 2;

    const struct tree *port = tree_get(action, SLICE("port"));
    if (tree_is(port, TREE_STRING)) {
        port = port_by_name(arena, container, port->string);
        if (!port)
            return NULL;
    } else if (tree_is_null(port)) {
        port = tree_int(arena, 0);
    } else if (!is_grpc && tree_is(port, TREE_INT) && port->integer == status_port) {
        return NULL;
    }
    struct tree *resolved = tree_map(arena, count);
    for (size_t i = 0; i < count; i++) {
        const struct tree *value = slice_equal(fields[i], SLICE("port")) ? port : tree_get(action, fields[i]);
        bool is_service = slice_equal(fields[i], SLICE("service"));
        if (is_service && tree_is_null(value))
            value = &tree_null_node; /* a pointer without omitempty */
        else if (tree_is_null(value) || (tree_is(value, TREE_STRING) && !value->string.length && !is_service) ||
                 (value->kind == TREE_LIST && !value->list.count))
            continue;
        if (value->kind == TREE_LIST)
            value = headers_as_json(arena, value);
        tree_put(arena, resolved, fields[i], value);
    }
    return resolved;
}

static const struct tree *prober_make(struct arena *arena, const struct tree *container, const struct prober_kind *kind,
                                      int64_t status_port)
{
    const struct tree *handler = handler_of(container, kind);
    struct slice action_name = action_of(handler, kind->is_hook);
    if (!action_name.length)
        return NULL;
    const struct tree *action =
        action_resolve(arena, container, tree_get(handler, action_name), action_name, status_port);
    if (!action)
        return NULL;
    struct tree *prober = tree_map(arena, 2);
    tree_put(arena, prober, action_name, action);
    const struct tree *timeout = kind->is_hook ? NULL : tree_get(handler, SLICE("timeoutSeconds"));
    if (tree_is(timeout, TREE_INT) && timeout->integer != 0)
        tree_put(arena, prober, SLICE("timeoutSeconds"), timeout);
    return prober;
}

const struct tree *probe_collect(struct arena *arena, const struct tree *pod, int64_t status_port)
{
    struct tree *probers = tree_map(arena, 0);
    for (int init = 1; init >= 0; init--) {
        const struct tree *containers = pod_containers(pod, init);
        for (size_t i = 0; tree_is(containers, TREE_LIST) && i < containers->list.count; i++) {
            const struct tree *container = containers->list.items[i];
            if (slice_equal(container_name(container), NAME_PROXY))
                continue;
            for (size_t kind = 0; kind < ARRAY_LENGTH(prober_kinds); kind++) {
                const struct tree *prober = prober_make(arena, container, &prober_kinds[kind], status_port);
                if (prober)
                    tree_put(arena, probers, prober_path(arena, &prober_kinds[kind], container), prober);
            }
        }
    }
    return probers;
}

struct slice probe_text(struct arena *arena, const struct tree *probers)
{
    /* Only the outer map is a map in Go, too: its keys are sorted, a prober's fields keep their order. */
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(PROBERS_TEXT_MAX);
    struct tree *sorted = tree_copy_shallow(arena, probers);
    for (size_t i = 1; i < sorted->map.count; i++) {
        struct tree_entry entry = sorted->map.entries[i];
        size_t at = i;
        for (; at > 0 && slice_compare(sorted->map.entries[at - 1].key, entry.key) > 0; at--)
            sorted->map.entries[at] = sorted->map.entries[at - 1];
        sorted->map.entries[at] = entry;
    }
    json_write(&out, sorted, JSON_GO_HTML);
    return arena_copy(arena, buffer_slice(&out));
}

/* ---- rewriting ---- */

static void handler_rewrite(struct arena *arena, struct tree *holder, const struct prober_kind *kind, struct slice path,
                            int64_t port)
{
    const struct tree *handler = tree_get(holder, kind->field);
    struct slice action = tree_is(handler, TREE_MAP) ? action_of(handler, kind->is_hook) : (struct slice){0};
    if (!action.length)
        return;
    struct tree *own = own_map(arena, holder, kind->field);
    /* Only HTTP reaches the agent, which asks the application in the way it wants. */
    if (!slice_equal(action, SLICE("httpGet"))) {
        tree_remove(own, action);
        tree_put(arena, own, SLICE("httpGet"), tree_map(arena, 2));
    }
    struct tree *http = own_map(arena, own, SLICE("httpGet"));
    tree_put(arena, http, SLICE("path"), tree_string(arena, path));
    tree_put(arena, http, SLICE("port"), tree_int(arena, port));
    if (tree_text_is(tree_get(http, SLICE("scheme")), SLICE("HTTPS")))
        tree_put(arena, http, SLICE("scheme"), tree_string(arena, SLICE("HTTP")));
}

static bool has_prober(const struct tree *container, bool *ret_has_hook)
{
    bool has = false;
    for (size_t kind = 0; kind < ARRAY_LENGTH(prober_kinds); kind++) {
        if (!action_of(handler_of(container, &prober_kinds[kind]), prober_kinds[kind].is_hook).length)
            continue;
        has = true;
        *ret_has_hook |= prober_kinds[kind].is_hook;
    }
    return has;
}

static void container_rewrite(struct arena *arena, struct tree *containers, size_t index, int64_t port)
{
    const struct tree *container = containers->list.items[index];
    bool has_hook = false;
    if (slice_equal(container_name(container), NAME_PROXY) || !has_prober(container, &has_hook))
        return;
    struct tree *own = own_item(arena, containers, index);
    struct tree *lifecycle = has_hook ? own_map(arena, own, SLICE("lifecycle")) : NULL;
    for (size_t kind = 0; kind < ARRAY_LENGTH(prober_kinds); kind++) {
        struct tree *holder = prober_kinds[kind].is_hook ? lifecycle : own;
        if (holder)
            handler_rewrite(arena, holder, &prober_kinds[kind], prober_path(arena, &prober_kinds[kind], own), port);
    }
}

void probe_rewrite(struct arena *arena, struct tree *spec, const struct tree *annotations, int64_t status_port)
{
    struct slice text;
    int64_t port = status_port;
    if (pod_value(annotations, SLICE("status.sidecar.istio.io/port"), &text) && !number_parse_i64(text, &port))
        port = 0;
    static const struct slice fields[] = {SLICE_CONSTANT("containers"), SLICE_CONSTANT("initContainers")};
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        if (!tree_is(tree_get(spec, fields[i]), TREE_LIST))
            continue;
        struct tree *containers = own_list(arena, spec, fields[i]);
        for (size_t index = 0; index < containers->list.count; index++)
            container_rewrite(arena, containers, index, port);
    }
}
