#include "webhook/cluster_double.h"
#include "patch/json_patch.h"
#include <stdio.h>
#include <stdlib.h>

static struct double_object *slot_of(struct kube_client *client, const char *path)
{
    struct double_object *empty = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(client->objects); i++) {
        if (strcmp(client->objects[i].path, path) == 0)
            return &client->objects[i];
        if (!client->objects[i].path[0] && !empty)
            empty = &client->objects[i];
    }
    if (!empty)
        abort();
    snprintf(empty->path, sizeof empty->path, "%s", path);
    return empty;
}

const struct tree *double_get(struct kube_client *client, const char *path)
{
    return slot_of(client, path)->object;
}

void double_put(struct kube_client *client, const char *path, const struct tree *object)
{
    struct double_object *slot = slot_of(client, path);
    slot->object = NULL;
    if (!object)
        return;
    struct arena *arena = &client->arena;
    struct tree *copy = tree_copy_deep(arena, object);
    struct tree *metadata = tree_copy_shallow(arena, tree_get(copy, SLICE("metadata")));
    struct slice version = arena_format(arena, "%llu", (unsigned long long)++client->version);
    tree_put(arena, metadata, SLICE("resourceVersion"), tree_string(arena, version));
    tree_put(arena, copy, SLICE("metadata"), metadata);
    slot->object = copy;
}

static void path_of(const struct kube_resource *resource, struct slice name, char out[160])
{
    snprintf(out, 160, "%s/%.*s/%.*s", resource->plural, SLICE_ARGS(resource->namespace), SLICE_ARGS(name));
}

static bool answer(struct kube_answer *ret_answer, unsigned status, const struct tree *object, struct error *error)
{
    if (ret_answer)
        *ret_answer = (struct kube_answer){.status = status, .object = object};
    return status < 300 || error_set(error, ERROR_REFUSED, (struct position){0}, "status %u", status);
}

static void let_others_in(struct kube_client *client)
{
    if (!client->before_write || client->is_between)
        return;
    client->is_between = true;
    client->before_write(client->context);
    client->is_between = false;
}

static struct slice version_of(const struct tree *object)
{
    return tree_text(tree_at(object, "metadata", "resourceVersion"));
}

bool kube_get(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
              struct kube_answer *ret_answer, struct error *error)
{
    char path[160];
    (void)arena;
    path_of(resource, resource->name, path);
    if (client->fail_status)
        return answer(ret_answer, client->fail_status, NULL, error);
    const struct tree *object = double_get(client, path);
    return answer(ret_answer, object ? 200 : 404, object, error);
}

bool kube_create(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                 const struct tree *object, const char *query, struct kube_answer *ret_answer, struct error *error)
{
    char path[160];
    (void)arena;
    (void)query;
    path_of(resource, tree_text(tree_at(object, "metadata", "name")), path);
    let_others_in(client);
    if (client->fail_status || double_get(client, path))
        return answer(ret_answer, client->fail_status ? client->fail_status : 409, NULL, error);
    if (version_of(object).length)
        return answer(ret_answer, 400, NULL, error); /* "resourceVersion should not be set on objects to be created" */
    double_put(client, path, object);
    client->writes++;
    return answer(ret_answer, 201, double_get(client, path), error);
}

bool kube_update(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                 const struct tree *object, struct kube_answer *ret_answer, struct error *error)
{
    char path[160];
    (void)arena;
    path_of(resource, resource->name, path);
    let_others_in(client);
    const struct tree *there = double_get(client, path);
    if (client->fail_status || !there)
        return answer(ret_answer, client->fail_status ? client->fail_status : 404, NULL, error);
    if (!slice_equal(version_of(there), version_of(object)))
        return answer(ret_answer, 409, NULL, error);
    double_put(client, path, object);
    client->writes++;
    return answer(ret_answer, 200, double_get(client, path), error);
}

bool kube_patch(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                enum kube_patch_type type, const struct tree *patch, struct kube_answer *ret_answer,
                struct error *error)
{
    char path[160];
    const struct tree *after;
    if (type != KUBE_PATCH_JSON)
        abort();
    path_of(resource, resource->name, path);
    let_others_in(client);
    const struct tree *there = double_get(client, path);
    if (client->fail_status || !there)
        return answer(ret_answer, client->fail_status ? client->fail_status : 404, NULL, error);
    if (!json_patch_apply(arena, there, patch, &after, error))
        return answer(ret_answer, 422, NULL, error);
    double_put(client, path, after);
    client->patches++;
    return answer(ret_answer, 200, double_get(client, path), error);
}
