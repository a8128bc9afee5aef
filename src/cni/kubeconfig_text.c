#include "cni/kubeconfig_text.h"
#include "tree/yaml.h"
#include <nettle/base64.h>

static struct slice base64(struct arena *arena, struct slice bytes)
{
    size_t length = BASE64_ENCODE_RAW_LENGTH(bytes.length);
    char *text = arena_take(arena, length + 1);
    base64_encode_raw(text, bytes.length, (const uint8_t *)bytes.bytes);
    return (struct slice){text, length};
}

static struct tree *map_of(struct arena *arena, const char *key, const struct tree *value)
{
    struct tree *map = tree_map(arena, 2);
    tree_put(arena, map, slice_from(key), value);
    return map;
}

static const struct tree *list_of(struct arena *arena, const struct tree *item)
{
    struct tree *list = tree_list(arena, 1);
    tree_append(arena, list, item);
    return list;
}

static const struct tree *text_of(struct arena *arena, const char *text)
{
    return tree_string(arena, slice_from(text));
}

static const struct tree *cluster_make(struct arena *arena, const struct kubeconfig_values *values)
{
    bool is_ipv6 = slice_find_byte(values->host, ':') != SLICE_NONE;
    struct slice server = arena_format(arena, is_ipv6 ? "%.*s://[%.*s]:%.*s" : "%.*s://%.*s:%.*s",
                                       SLICE_ARGS(values->protocol), SLICE_ARGS(values->host), SLICE_ARGS(values->port));
    struct tree *cluster =
        values->skip_verify
            ? map_of(arena, "insecure-skip-tls-verify", tree_bool(true))
            : map_of(arena, "certificate-authority-data", tree_string(arena, base64(arena, values->authority)));
    tree_put(arena, cluster, SLICE("server"), tree_string(arena, server));
    return cluster;
}

void kubeconfig_text(struct arena *arena, const struct kubeconfig_values *values, struct buffer *out)
{
    struct tree *cluster = map_of(arena, "cluster", cluster_make(arena, values));
    tree_put(arena, cluster, SLICE("name"), text_of(arena, "local"));
    struct tree *choice = map_of(arena, "cluster", text_of(arena, "local"));
    tree_put(arena, choice, SLICE("user"), text_of(arena, "istio-cni"));
    struct tree *context = map_of(arena, "context", choice);
    tree_put(arena, context, SLICE("name"), text_of(arena, "istio-cni-context"));
    struct tree *user = map_of(arena, "name", text_of(arena, "istio-cni"));
    tree_put(arena, user, SLICE("user"), map_of(arena, "token", tree_string(arena, values->token)));
    struct tree *root = map_of(arena, "apiVersion", text_of(arena, "v1"));
    tree_put(arena, root, SLICE("clusters"), list_of(arena, cluster));
    tree_put(arena, root, SLICE("contexts"), list_of(arena, context));
    tree_put(arena, root, SLICE("current-context"), text_of(arena, "istio-cni-context"));
    tree_put(arena, root, SLICE("kind"), text_of(arena, "Config"));
    tree_put(arena, root, SLICE("users"), list_of(arena, user));
    yaml_write(out, root, YAML_SORT_KEYS);
}
