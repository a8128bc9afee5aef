#include "webhook/bundle.h"
#include "inject/webhooks.h"
#include "webhook/base64.h"

enum { TRIES_MAX = 5 };

static bool is_ours(const struct tree *webhook, const struct bundle_target *target)
{
    const struct tree *service = tree_at(webhook, "clientConfig", "service");
    struct slice name = tree_text(tree_get(webhook, SLICE("name")));
    bool is_named = inject_webhooks_is_name(name) ||
                    (target->webhook_name.length && slice_equal(name, target->webhook_name));
    if (!is_named || !tree_is(tree_get(webhook, SLICE("clientConfig")), TREE_MAP))
        return false;
    return !target->service.length || !tree_is(service, TREE_MAP) ||
           (tree_text_is(tree_get(service, SLICE("name")), target->service) &&
            tree_text_is(tree_get(service, SLICE("namespace")), target->namespace));
}

static bool is_right(struct arena *arena, const struct tree *webhook, struct slice bundle)
{
    struct slice bytes;
    return base64_read(arena, tree_text(tree_at(webhook, "clientConfig", "caBundle")), &bytes) &&
           slice_equal(bytes, bundle);
}

static void operation_add(struct arena *arena, struct tree *patch, const char *operation, struct slice path,
                          struct slice value)
{
    struct tree *step = tree_map(arena, 3);
    tree_put(arena, step, SLICE("op"), tree_string(arena, slice_from(operation)));
    tree_put(arena, step, SLICE("path"), tree_string(arena, path));
    tree_put(arena, step, SLICE("value"), tree_string(arena, value));
    tree_append(arena, patch, step);
}

struct bundle_change bundle_compare(struct arena *arena, const struct tree *configuration,
                                    const struct bundle_target *target, struct slice bundle)
{
    const struct tree *webhooks = tree_get(configuration, SLICE("webhooks"));
    struct bundle_change change = {0};
    struct tree *patch = tree_list(arena, 1 + 2 * tree_count(webhooks));
    struct slice version = tree_text(tree_at(configuration, "metadata", "resourceVersion"));
    struct slice value = base64_write(arena, bundle);
    operation_add(arena, patch, "test", SLICE("/metadata/resourceVersion"), version);
    for (size_t i = 0; tree_is(webhooks, TREE_LIST) && i < webhooks->list.count; i++) {
        const struct tree *webhook = webhooks->list.items[i];
        if (!is_ours(webhook, target))
            continue;
        change.ours++;
        if (is_right(arena, webhook, bundle))
            continue;
        change.wrong++;
        operation_add(arena, patch, "test", arena_format(arena, "/webhooks/%zu/name", i),
                      tree_text(tree_get(webhook, SLICE("name"))));
        operation_add(arena, patch, "add", arena_format(arena, "/webhooks/%zu/clientConfig/caBundle", i), value);
    }
    change.patch = change.wrong ? patch : NULL;
    return change;
}

bool bundle_keep(struct kube_client *client, struct arena *arena, struct slice configuration,
                 const struct bundle_target *target, struct slice bundle, struct bundle_change *ret_change,
                 bool *ret_is_there, struct error *error)
{
    const struct kube_resource resource = {"admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations",
                                           .name = configuration};
    for (int i = 0; i < TRIES_MAX; i++) {
        struct kube_answer answer = {0};
        *ret_change = (struct bundle_change){0};
        *ret_is_there = true;
        if (!kube_get(client, arena, &resource, &answer, error)) {
            *ret_is_there = false;
            return answer.status == 404;
        }
        *ret_change = bundle_compare(arena, answer.object, target, bundle);
        if (!ret_change->patch)
            return true;
        if (kube_patch(client, arena, &resource, KUBE_PATCH_JSON, ret_change->patch, &answer, error))
            return true;
        if (answer.status != 404 && answer.status != 409 && answer.status != 422)
            return error_wrap(error, "writing the caBundle");
    }
    return error_wrap(error, "writing the caBundle of \"%.*s\", tried %d times", SLICE_ARGS(configuration), TRIES_MAX);
}
