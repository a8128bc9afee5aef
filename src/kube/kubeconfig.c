#include "kube/kubeconfig.h"
#include "kube/text.h"
#include "tree/yaml.h"
#include <nettle/base64.h>

/* One file, read. */
struct file {
    struct source source;
    const struct tree *tree;
    struct slice folder; /* with a slash at its end; empty: the current one */
};

/* An entry of one of the lists, and where it comes from. */
struct entry {
    const struct file *file;
    const struct tree *value; /* the object under `cluster`, `context` or `user`; NULL: nothing is there */
};

static size_t offset_of(const struct tree *tree)
{
    return tree && tree->offset != TREE_NO_OFFSET ? tree->offset : 0;
}

static bool fail_kind(const struct file *file, const char *name, const struct tree *found, const char *want,
                      struct error *error)
{
    return error_at(error, ERROR_VALUE, &file->source, offset_of(found), "%s: found %s, want %s", name,
                    tree_kind_name(found), want);
}

static bool file_read(struct arena *arena, const struct source *source, struct file *ret_file, struct error *error)
{
    static const char *const lists[] = {"clusters", "contexts", "users"};
    size_t slash = slice_find_last(source->name, SLICE("/"));
    struct file file = {.source = *source};
    file.folder = slash == SLICE_NONE ? SLICE("") : slice_range(source->name, 0, slash + 1);
    if (!yaml_read(arena, source, NULL, &file.tree, error))
        return false;
    if (file.tree->kind != TREE_MAP && file.tree->kind != TREE_NULL)
        return fail_kind(&file, "kubeconfig", file.tree, "an object with clusters, contexts and users", error);
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        const struct tree *list = tree_get(file.tree, slice_from(lists[i]));
        if (!tree_is_null(list) && list->kind != TREE_LIST)
            return fail_kind(&file, lists[i], list, "a list", error);
        for (size_t j = 0; j < tree_count(list); j++) {
            if (list->list.items[j]->kind != TREE_MAP)
                return fail_kind(&file, lists[i], list->list.items[j], "objects with a name", error);
        }
    }
    *ret_file = file;
    return true;
}

/* ---- fields of an entry ---- */

static bool text_get(struct arena *arena, const struct entry *entry, const char *name, struct slice *ret_text,
                     struct error *error)
{
    const struct tree *value = tree_get(entry->value, slice_from(name));
    if (tree_is_null(value))
        return true;
    if (value->kind != TREE_STRING)
        return fail_kind(entry->file, name, value, "a string", error);
    if (slice_find_byte(value->string, '\0') != SLICE_NONE)
        return error_at(error, ERROR_VALUE, &entry->file->source, offset_of(value), "%s: there is a NUL in it", name);
    *ret_text = arena_copy(arena, value->string);
    return true;
}

static bool switch_get(const struct entry *entry, const char *name, bool *ret_value, struct error *error)
{
    const struct tree *value = tree_get(entry->value, slice_from(name));
    if (tree_is_null(value))
        return true;
    if (value->kind != TREE_BOOL)
        return fail_kind(entry->file, name, value, "true or false", error);
    *ret_value = value->boolean;
    return true;
}

static bool tree_field_get(const struct entry *entry, const char *name, enum tree_kind kind, const char *want,
                           const struct tree **ret_tree, struct error *error)
{
    const struct tree *value = tree_get(entry->value, slice_from(name));
    if (tree_is_null(value))
        return true;
    if (value->kind != kind)
        return fail_kind(entry->file, name, value, want, error);
    *ret_tree = value;
    return true;
}

/* Relative to the folder of the file that says it ("File references"). */
static bool path_get(struct arena *arena, const struct entry *entry, const char *name, struct slice *ret_path,
                     struct error *error)
{
    struct slice path = {0};
    if (!text_get(arena, entry, name, &path, error))
        return false;
    *ret_path = path;
    if (path.length && path.bytes[0] != '/')
        *ret_path = arena_format(arena, "%.*s%.*s", SLICE_ARGS(entry->file->folder), SLICE_ARGS(path));
    return true;
}

static bool bytes_get(struct arena *arena, const struct entry *entry, const char *name, struct slice *ret_bytes,
                      struct error *error)
{
    struct slice text = {0};
    if (!text_get(arena, entry, name, &text, error))
        return false;
    if (!text.length)
        return true;
    uint8_t *bytes = arena_take(arena, BASE64_DECODE_LENGTH(text.length) + 1);
    size_t length = BASE64_DECODE_LENGTH(text.length);
    struct base64_decode_ctx decoder;
    base64_decode_init(&decoder);
    if (!base64_decode_update(&decoder, &length, bytes, text.length, text.bytes) || !base64_decode_final(&decoder))
        return error_at(error, ERROR_VALUE, &entry->file->source,
                        offset_of(tree_get(entry->value, slice_from(name))), "%s is not base64", name);
    *ret_bytes = (struct slice){(const char *)bytes, length};
    return true;
}

static bool part_get(struct arena *arena, const struct entry *entry, const char *name, struct kubeconfig_part *ret_part,
                     struct error *error)
{
    struct slice data = arena_format(arena, "%s-data", name);
    return path_get(arena, entry, name, &ret_part->path, error) &&
           bytes_get(arena, entry, data.bytes, &ret_part->bytes, error);
}

/* ---- entries of the files ---- */

/* The first entry of that name in all files. */
static bool entry_find(const struct file *files, size_t count, const char *list_name, const char *key,
                       struct slice name, struct entry *ret_entry)
{
    for (size_t i = 0; i < count; i++) {
        const struct tree *list = tree_get(files[i].tree, slice_from(list_name));
        for (size_t j = 0; j < tree_count(list); j++) {
            if (!tree_text_is(tree_get(list->list.items[j], SLICE("name")), name))
                continue;
            *ret_entry = (struct entry){&files[i], tree_get(list->list.items[j], slice_from(key))};
            return true;
        }
    }
    return false;
}

/* "a, b, c": at most as many names as fit. */
static struct slice names_list(struct arena *arena, const struct file *files, size_t count, const char *list_name)
{
    struct slice names = SLICE("");
    for (size_t i = 0; i < count; i++) {
        const struct tree *list = tree_get(files[i].tree, slice_from(list_name));
        for (size_t j = 0; j < tree_count(list) && names.length < 200; j++) {
            struct slice name = tree_text(tree_get(list->list.items[j], SLICE("name")));
            names = arena_format(arena, "%.*s%s\"%.*s\"", SLICE_ARGS(names), names.length ? ", " : "",
                                 SLICE_ARGS(name));
        }
    }
    return names;
}

static bool cluster_read(struct arena *arena, const struct entry *entry, struct kubeconfig *config, struct error *error)
{
    if (!text_get(arena, entry, "server", &config->server, error) ||
        !text_get(arena, entry, "tls-server-name", &config->tls_server_name, error) ||
        !text_get(arena, entry, "proxy-url", &config->proxy_url, error) ||
        !switch_get(entry, "insecure-skip-tls-verify", &config->is_insecure, error) ||
        !part_get(arena, entry, "certificate-authority", &config->authorities, error))
        return false;
    while (slice_ends(config->server, SLICE("/")))
        config->server = arena_copy(arena, slice_range(config->server, 0, config->server.length - 1));
    if (!config->server.length)
        return error_at(error, ERROR_MISSING, &entry->file->source, offset_of(entry->value),
                        "cluster \"%.*s\" has no server", SLICE_ARGS(config->cluster));
    /* k8s.io/client-go, tools/clientcmd/api/v1: the extension of this name is for plugins. */
    const struct tree *extensions = tree_get(entry->value, SLICE("extensions"));
    for (size_t i = 0; tree_is(extensions, TREE_LIST) && i < tree_count(extensions); i++) {
        const struct tree *extension = extensions->list.items[i];
        if (tree_text_is(tree_get(extension, SLICE("name")), SLICE("client.authentication.k8s.io/exec")))
            config->cluster_extension = tree_get(extension, SLICE("extension"));
    }
    return true;
}

static bool user_check(const struct entry *entry, const struct kubeconfig *config, struct error *error)
{
    bool has_certificate = config->certificate.path.length || config->certificate.bytes.length;
    bool has_key = config->key.path.length || config->key.bytes.length;
    if (tree_get(entry->value, SLICE("auth-provider")))
        return error_at(error, ERROR_VALUE, &entry->file->source,
                        offset_of(tree_get(entry->value, SLICE("auth-provider"))),
                        "user \"%.*s\" has an auth-provider, which Kubernetes gave up in 1.26: want an exec plugin",
                        SLICE_ARGS(config->user));
    if (has_certificate != has_key)
        return error_at(error, ERROR_MISSING, &entry->file->source, offset_of(entry->value),
                        "user \"%.*s\" has a client-%s, but no client-%s", SLICE_ARGS(config->user),
                        has_key ? "key" : "certificate", has_key ? "certificate" : "key");
    return true;
}

static bool user_read(struct arena *arena, const struct entry *entry, struct kubeconfig *config, struct error *error)
{
    config->exec_source = entry->file->source;
    config->exec_folder = entry->file->folder;
    return part_get(arena, entry, "client-certificate", &config->certificate, error) &&
           part_get(arena, entry, "client-key", &config->key, error) &&
           text_get(arena, entry, "token", &config->token, error) &&
           path_get(arena, entry, "tokenFile", &config->token_file, error) &&
           text_get(arena, entry, "username", &config->username, error) &&
           text_get(arena, entry, "password", &config->password, error) &&
           text_get(arena, entry, "as", &config->as, error) &&
           text_get(arena, entry, "as-uid", &config->as_uid, error) &&
           tree_field_get(entry, "as-groups", TREE_LIST, "a list", &config->as_groups, error) &&
           tree_field_get(entry, "as-user-extra", TREE_MAP, "an object", &config->as_extra, error) &&
           tree_field_get(entry, "exec", TREE_MAP, "an object with a command", &config->exec, error) &&
           user_check(entry, config, error);
}

/* ---- the context ---- */

static bool context_find(struct arena *arena, const struct file *files, size_t count, struct slice asked,
                         struct entry *ret_entry, struct slice *ret_name, struct error *error)
{
    struct slice name = asked;
    for (size_t i = 0; i < count && !name.length; i++)
        name = tree_text(tree_get(files[i].tree, SLICE("current-context")));
    struct slice names = names_list(arena, files, count, "contexts");
    struct position where = {.file = files[0].source.name};
    if (!name.length)
        return error_set(error, ERROR_MISSING, where, "no current-context is set, and no context named%s%.*s",
                         names.length ? "; there are " : "", SLICE_ARGS(names));
    if (!entry_find(files, count, "contexts", "context", name, ret_entry))
        return error_set(error, ERROR_MISSING, where, "there is no context \"%.*s\"%s%.*s", SLICE_ARGS(name),
                         names.length ? "; there are " : "", SLICE_ARGS(names));
    *ret_name = arena_copy(arena, name);
    return true;
}

static bool context_read(struct arena *arena, const struct file *files, size_t count, struct slice asked,
                         struct kubeconfig *config, struct error *error)
{
    struct entry context, cluster, user;
    if (!context_find(arena, files, count, asked, &context, &config->context, error))
        return false;
    config->file = context.file->source.name;
    if (!text_get(arena, &context, "namespace", &config->namespace, error) ||
        !text_get(arena, &context, "cluster", &config->cluster, error) ||
        !text_get(arena, &context, "user", &config->user, error))
        return false;
    if (!config->cluster.length || !entry_find(files, count, "clusters", "cluster", config->cluster, &cluster))
        return error_at(error, ERROR_MISSING, &context.file->source, offset_of(context.value),
                        "context \"%.*s\" is about cluster \"%.*s\", which is not there", SLICE_ARGS(config->context),
                        SLICE_ARGS(config->cluster));
    if (!cluster_read(arena, &cluster, config, error))
        return false;
    if (!config->user.length)
        return true;
    if (!entry_find(files, count, "users", "user", config->user, &user))
        return error_at(error, ERROR_MISSING, &context.file->source, offset_of(context.value),
                        "context \"%.*s\" is for user \"%.*s\", which is not there", SLICE_ARGS(config->context),
                        SLICE_ARGS(config->user));
    return user_read(arena, &user, config, error);
}

static bool files_read(struct arena *arena, const struct source *sources, size_t count, struct slice context,
                       struct kubeconfig *config, struct error *error)
{
    if (!count)
        return error_set(error, ERROR_MISSING, (struct position){0}, "there is no kubeconfig");
    struct file *files = arena_new(arena, struct file, count);
    for (size_t i = 0; i < count; i++) {
        if (!file_read(arena, &sources[i], &files[i], error))
            return false;
    }
    return context_read(arena, files, count, context, config, error);
}

bool kubeconfig_read(struct arena *arena, const struct source *sources, size_t count, struct slice context,
                     struct kubeconfig *ret_config, struct error *error)
{
    struct kubeconfig config = {0};
    if (files_read(arena, sources, count, context, &config, error)) {
        *ret_config = config;
        return true;
    }
    /* The line that is meant may hold a token or a password: the place must do. */
    if (error)
        error->quote[0] = '\0';
    return false;
}
