#include "webhook/secret.h"
#include "tree/json.h"
#include "webhook/base64.h"

static const struct position nowhere;
enum { STATE_MAX = 65536 };

/* The parts that are texts, by their keys. */
static const struct {
    struct slice key;
    size_t offset;
} parts[] = {
    {SLICE_CONSTANT("tls.crt"), offsetof(struct secret_content, serving.certificate)},
    {SLICE_CONSTANT("tls.key"), offsetof(struct secret_content, serving.key)},
    {SLICE_CONSTANT("ca.crt"), offsetof(struct secret_content, ca.certificate)},
    {SLICE_CONSTANT("ca.key"), offsetof(struct secret_content, ca.key)},
    {SLICE_CONSTANT("ca-next.crt"), offsetof(struct secret_content, next.certificate)},
    {SLICE_CONSTANT("ca-next.key"), offsetof(struct secret_content, next.key)},
};
#define OLD_KEY SLICE("ca-old.crt")
#define STATE_KEY SLICE("state.json")

static struct slice *part_of(struct secret_content *content, size_t i)
{
    return (struct slice *)(void *)((char *)content + parts[i].offset);
}

bool secret_is_ours(const struct tree *object)
{
    return tree_text_is(tree_get(tree_at(object, "metadata", "labels"), SECRET_LABEL), SECRET_LABEL_VALUE);
}

/* ---- reading ---- */

static bool value_read(struct arena *arena, const struct tree *data, struct slice key, struct slice *ret,
                       struct error *error)
{
    const struct tree *value = tree_get(data, key);
    *ret = (struct slice){0};
    if (tree_is_null(value))
        return true;
    if (value->kind != TREE_STRING)
        return error_set(error, ERROR_VALUE, nowhere, "%.*s: found %s, want base64", SLICE_ARGS(key),
                         tree_kind_name(value));
    if (value->string.length > 2 * AUTHORITY_TEXT_MAX)
        return error_set(error, ERROR_LIMIT, nowhere, "%.*s is over %d bytes", SLICE_ARGS(key), AUTHORITY_TEXT_MAX);
    return base64_read(arena, value->string, ret) ||
           error_set(error, ERROR_VALUE, nowhere, "%.*s is no base64", SLICE_ARGS(key));
}

static int64_t time_of(const struct tree *tree, int64_t otherwise)
{
    return tree_is(tree, TREE_INT) && tree->integer >= 0 ? tree->integer : otherwise;
}

/* What state.json says; INT64_MAX for times that it does not tell, which the certificates' own ends then bound
 * (renewal.c). */
static void state_read(struct arena *arena, struct slice text, struct secret_content *content)
{
    struct source source = {.name = STATE_KEY, .text = text};
    const struct tree *state = NULL;
    if (!text.length || text.length > STATE_MAX || !json_read(arena, &source, &state, NULL))
        state = NULL;
    const struct tree *until = tree_get(state, SLICE("oldUntil"));
    bool is_whole = tree_is(until, TREE_LIST) && until->list.count == content->old_count;
    content->signed_until = time_of(tree_get(state, SLICE("signedUntil")), INT64_MAX);
    content->next_published = time_of(tree_get(state, SLICE("nextPublished")), 0);
    for (size_t i = 0; i < content->old_count; i++)
        content->old[i].until = is_whole ? time_of(until->list.items[i], INT64_MAX) : INT64_MAX;
}

bool secret_read(struct arena *arena, const struct tree *object, struct secret_content *ret_content,
                 struct error *error)
{
    struct secret_content content = {0};
    struct slice old, state, block;
    const struct tree *data = tree_get(object, SLICE("data"));
    if (!tree_is_null(data) && data->kind != TREE_MAP)
        return error_set(error, ERROR_VALUE, nowhere, "data: found %s, want a map", tree_kind_name(data));
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (!value_read(arena, data, parts[i].key, part_of(&content, i), error))
            return false;
    }
    if (!value_read(arena, data, OLD_KEY, &old, error) || !value_read(arena, data, STATE_KEY, &state, error))
        return false;
    while (content.old_count < SECRET_OLD_MAX && authority_next_certificate(&old, &block))
        content.old[content.old_count++].certificate = block;
    state_read(arena, state, &content);
    *ret_content = content;
    return true;
}

/* ---- writing ---- */

static struct slice state_write(struct arena *arena, const struct secret_content *content)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(STATE_MAX);
    struct tree *state = tree_map(arena, 3), *until = tree_list(arena, SECRET_OLD_MAX);
    for (size_t i = 0; i < content->old_count; i++)
        tree_append(arena, until, tree_int(arena, content->old[i].until));
    tree_put(arena, state, SLICE("signedUntil"), tree_int(arena, content->signed_until));
    tree_put(arena, state, SLICE("nextPublished"), tree_int(arena, content->next_published));
    tree_put(arena, state, SLICE("oldUntil"), until);
    json_write(&out, state, JSON_COMPACT);
    return arena_copy(arena, buffer_slice(&out));
}

static struct slice old_write(struct arena *arena, const struct secret_content *content)
{
    struct slice text = {0};
    for (size_t i = 0; i < content->old_count; i++)
        text = arena_join(arena, text, content->old[i].certificate);
    return text;
}

static struct tree *map_of(struct arena *arena, const struct tree *before)
{
    return tree_is(before, TREE_MAP) ? tree_copy_shallow(arena, before) : tree_map(arena, 8);
}

static void value_put(struct arena *arena, struct tree *data, struct slice key, struct slice bytes)
{
    if (bytes.length)
        tree_put(arena, data, key, tree_string(arena, base64_write(arena, bytes)));
    else
        tree_remove(data, key);
}

const struct tree *secret_write(struct arena *arena, const struct secret_place *place,
                                const struct secret_content *content, const struct tree *before)
{
    struct secret_content copy = *content;
    struct tree *object = map_of(arena, before), *metadata = map_of(arena, tree_get(before, SLICE("metadata"))),
                *labels = map_of(arena, tree_at(before, "metadata", "labels")),
                *data = map_of(arena, tree_get(before, SLICE("data")));
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++)
        value_put(arena, data, parts[i].key, *part_of(&copy, i));
    value_put(arena, data, OLD_KEY, old_write(arena, content));
    value_put(arena, data, STATE_KEY, state_write(arena, content));
    tree_put(arena, labels, SECRET_LABEL, tree_string(arena, SECRET_LABEL_VALUE));
    if (place->revision.length)
        tree_put(arena, labels, SLICE("istio.io/rev"), tree_string(arena, place->revision));
    tree_put(arena, metadata, SLICE("name"), tree_string(arena, place->name));
    tree_put(arena, metadata, SLICE("namespace"), tree_string(arena, place->namespace));
    tree_put(arena, metadata, SLICE("labels"), labels);
    tree_put(arena, object, SLICE("apiVersion"), tree_string(arena, SLICE("v1")));
    tree_put(arena, object, SLICE("kind"), tree_string(arena, SLICE("Secret")));
    tree_put(arena, object, SLICE("metadata"), metadata);
    if (!before) /* a Secret's type cannot change */
        tree_put(arena, object, SLICE("type"), tree_string(arena, SLICE("kubernetes.io/tls")));
    tree_put(arena, object, SLICE("data"), data);
    return object;
}

/* ---- the whole ---- */

struct slice secret_bundle(struct arena *arena, const struct secret_content *content)
{
    struct slice bundle = arena_join(arena, content->ca.certificate, content->next.certificate);
    for (size_t i = 0; i < content->old_count; i++)
        bundle = arena_join(arena, bundle, content->old[i].certificate);
    return bundle;
}

struct secret_content secret_copy(struct arena *arena, const struct secret_content *content)
{
    struct secret_content copy = *content;
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++)
        *part_of(&copy, i) = arena_copy(arena, *part_of(&copy, i));
    for (size_t i = 0; i < copy.old_count; i++)
        copy.old[i].certificate = arena_copy(arena, copy.old[i].certificate);
    return copy;
}
