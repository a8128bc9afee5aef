#include "kube/client.h"
#include "base/fd.h"
#include "base/memory.h"
#include "kube/access.h"
#include "kube/request.h"
#include "tree/json.h"
#include <stdio.h>
#include <stdlib.h>

enum {
    BODY_MAX = 64 * 1024 * 1024,
    LIST_PAGE = 500,
    LIST_PAGES_MAX = 10000,
    LIST_BYTES_MAX = 1024 * 1024 * 1024,
    TIMEOUT_MS = 30 * 1000,
    RETRY_MS = 10 * 1000,
};

static const struct position nowhere;

/* ---- opening ---- */

/* "https://HOST:PORT/PATH" in its parts. */
struct url_parts {
    struct slice scheme, host, port, path; /* the host with its brackets; the path with its slash, or empty */
};

static bool url_split(struct slice url, struct url_parts *ret_parts, struct error *error)
{
    size_t colon = slice_find(url, SLICE("://"));
    struct slice rest = slice_from_offset(url, colon == SLICE_NONE ? 0 : colon + 3);
    struct url_parts parts = {.scheme = colon == SLICE_NONE ? SLICE("https") : slice_range(url, 0, colon)};
    size_t slash = slice_find_byte(rest, '/');
    struct slice authority = slice_range(rest, 0, slash == SLICE_NONE ? rest.length : slash);
    parts.path = slice_from_offset(rest, authority.length);
    size_t bracket = slice_find_last(authority, SLICE("]"));
    size_t port = slice_find_last(authority, SLICE(":"));
    bool has_port = port != SLICE_NONE && (bracket == SLICE_NONE || port > bracket);
    parts.host = slice_range(authority, 0, has_port ? port : authority.length);
    bool is_tls = slice_equal(parts.scheme, SLICE("https"));
    parts.port = has_port ? slice_from_offset(authority, port + 1) : is_tls ? SLICE("443") : SLICE("80");
    bool is_known = is_tls || slice_equal(parts.scheme, SLICE("http"));
    if (!is_known || !parts.host.length || slice_find_byte(authority, '@') != SLICE_NONE ||
        slice_find_byte(url, '?') != SLICE_NONE || slice_find_byte(url, '#') != SLICE_NONE)
        return error_set(error, ERROR_VALUE, nowhere, "server \"%.*s\": want https://HOST:PORT", SLICE_ARGS(url));
    *ret_parts = parts;
    return true;
}

/* libcurl has no name for the handshake alone: the URL gets that name, and is sent where the server is. */
static bool url_set(struct kube_client *client, struct http_settings *settings, struct error *error)
{
    struct url_parts parts = {0};
    struct kubeconfig *config = &client->config;
    if (!url_split(config->server, &parts, error))
        return false;
    struct slice host = parts.host, name = config->tls_server_name;
    if (name.length) {
        host = name;
        settings->connect_to = arena_format(&client->arena, "%.*s:%.*s:%.*s:%.*s", SLICE_ARGS(name),
                                            SLICE_ARGS(parts.port), SLICE_ARGS(parts.host), SLICE_ARGS(parts.port))
                                   .bytes;
        client->host_header =
            arena_format(&client->arena, "Host: %.*s:%.*s", SLICE_ARGS(parts.host), SLICE_ARGS(parts.port)).bytes;
    }
    client->url = arena_format(&client->arena, "%.*s://%.*s:%.*s%.*s", SLICE_ARGS(parts.scheme), SLICE_ARGS(host),
                               SLICE_ARGS(parts.port), SLICE_ARGS(parts.path));
    /* What is not encrypted gets no credentials (k8s.io/client-go, tools/clientcmd, ClientConfig). */
    if (slice_equal(parts.scheme, SLICE("http"))) {
        config->token = config->token_file = config->username = (struct slice){0};
        config->certificate = config->key = (struct kubeconfig_part){0};
        config->exec = NULL;
    }
    return true;
}

static bool authorities_set(struct kube_client *client, struct http_settings *settings, struct error *error)
{
    struct kubeconfig *config = &client->config;
    bool is_given = config->authorities.path.length || config->authorities.bytes.length;
    if (config->is_insecure && is_given)
        return error_set(error, ERROR_VALUE, nowhere,
                         "cluster \"%.*s\" has both insecure-skip-tls-verify and a certificate-authority: want one",
                         SLICE_ARGS(config->cluster));
    settings->is_insecure = config->is_insecure;
    if (config->authorities.bytes.length) {
        if (!memory_file_set(&client->authorities, config->authorities.bytes, error))
            return false;
        settings->authorities = memory_file_path(&client->authorities);
    } else if (is_given) {
        _cleanup_(fd_close) int fd = -1;
        if (!fd_open_read(config->authorities.path.bytes, &fd, error))
            return error_wrap(error, "certificate-authority");
        settings->authorities = config->authorities.path.bytes;
    }
    return true;
}

static bool client_init(struct kube_client *client, const struct kube_access *access, struct error *error)
{
    struct slice agent = access->user_agent.length ? access->user_agent : SLICE("pillion");
    struct http_settings settings = {.user_agent = arena_copy(&client->arena, agent).bytes,
                                     .is_light = access->is_light};
    if (!access_find(&client->arena, access, &client->config, error))
        return false;
    if (!url_set(client, &settings, error) || !authorities_set(client, &settings, error))
        return error_place(error, (struct position){.file = client->config.file});
    struct access_proxy proxy = access_proxy_find(&client->arena, access, &client->config);
    settings.proxy = proxy.url;
    settings.no_proxy = proxy.exceptions;
    if (!credential_open(&client->config, access->environment, access->variables, &client->credential, error))
        return error_place(error, (struct position){.file = client->config.file});
    return http_open(&settings, &client->http, error);
}

bool kube_client_open(const struct kube_access *access, struct kube_client **ret_client, struct error *error)
{
    _cleanup_(kube_client_close) struct kube_client *client = memory_new(1, sizeof *client);
    *client = (struct kube_client){
        .authorities = MEMORY_FILE_INIT,
        .timeout_ms = access->timeout_ms ? access->timeout_ms : TIMEOUT_MS,
        .retry_ms = access->retry_ms ? access->retry_ms : RETRY_MS,
        .watch_ms = access->watch_ms,
        .stop_fd = -1,
        .body = BUFFER_INIT(BODY_MAX),
    };
    if (!client_init(client, access, error)) {
        request_keep_place(error);
        return false;
    }
    *ret_client = client;
    client = NULL;
    return true;
}

void kube_client_close(struct kube_client **client)
{
    struct kube_client *closed = *client;
    if (!closed)
        return;
    http_close(&closed->http);
    credential_close(&closed->credential);
    memory_file_done(&closed->authorities);
    buffer_done(&closed->body);
    arena_done(&closed->arena);
    free(closed);
    *client = NULL;
}

struct slice kube_client_namespace(const struct kube_client *client)
{
    return client->config.namespace.length ? client->config.namespace : SLICE("default");
}

struct slice kube_client_server(const struct kube_client *client)
{
    return client->config.server;
}

/* ---- the verbs ---- */

/* What they differ in. */
struct verb {
    const char *name, *method, *content_type;
    bool is_repeatable;
};

static bool verb_run(struct kube_client *client, struct arena *arena, const struct verb *verb,
                     const struct kube_resource *resource, const char *query, const struct tree *body,
                     struct kube_answer *ret_answer, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(BODY_MAX);
    struct request request = {.verb = verb->name, .method = verb->method, .content_type = verb->content_type,
                              .is_repeatable = verb->is_repeatable, .resource = resource};
    if (ret_answer)
        *ret_answer = (struct kube_answer){0};
    if (!request_path(arena, resource, query, &request.path, error))
        return false;
    if (body)
        json_write(&text, body, JSON_COMPACT);
    if (text.overflowed)
        return error_set(error, ERROR_LIMIT, nowhere, "%s %s: the object is larger than %d bytes", verb->name,
                         resource->plural, BODY_MAX);
    request.body = buffer_slice(&text);
    return request_run(client, arena, &request, ret_answer, NULL, error);
}

static const char json_type[] = "application/json";

bool kube_get(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
              struct kube_answer *ret_answer, struct error *error)
{
    static const struct verb verb = {"get", "GET", NULL, true};
    return verb_run(client, arena, &verb, resource, NULL, NULL, ret_answer, error);
}

bool kube_create(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                 const struct tree *object, const char *query, struct kube_answer *ret_answer, struct error *error)
{
    static const struct verb verb = {"create", "POST", json_type, false};
    return verb_run(client, arena, &verb, resource, query, object, ret_answer, error);
}

bool kube_update(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                 const struct tree *object, struct kube_answer *ret_answer, struct error *error)
{
    /* Not repeatable: the second of two that both arrived would see a conflict with the first. */
    static const struct verb verb = {"update", "PUT", json_type, false};
    return verb_run(client, arena, &verb, resource, NULL, object, ret_answer, error);
}

bool kube_patch(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                enum kube_patch_type type, const struct tree *patch, struct kube_answer *ret_answer,
                struct error *error)
{
    static const struct verb verbs[] = {
        [KUBE_PATCH_JSON] = {"patch", "PATCH", "application/json-patch+json", false},
        [KUBE_PATCH_MERGE] = {"patch", "PATCH", "application/merge-patch+json", false},
        [KUBE_PATCH_STRATEGIC] = {"patch", "PATCH", "application/strategic-merge-patch+json", false},
    };
    return verb_run(client, arena, &verbs[type], resource, NULL, patch, ret_answer, error);
}

bool kube_delete(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                 const struct tree *options, struct kube_answer *ret_answer, struct error *error)
{
    static const struct verb verb = {"delete", "DELETE", json_type, false};
    return verb_run(client, arena, &verb, resource, NULL, options, ret_answer, error);
}

bool kube_get_path(struct kube_client *client, struct arena *arena, const char *path, struct kube_answer *ret_answer,
                   struct error *error)
{
    struct request request = {.verb = "get", .method = "GET", .path = slice_from(path), .is_repeatable = true};
    return request_run(client, arena, &request, ret_answer, NULL, error);
}

/* ---- lists ---- */

static const char *page_query(struct arena *arena, const char *selectors, struct slice token)
{
    bool has_selectors = selectors && *selectors;
    struct slice escaped = request_escape(arena, token);
    struct slice query = arena_format(arena, "%s%slimit=%d%s", has_selectors ? selectors : "",
                                      has_selectors ? "&" : "", LIST_PAGE, token.length ? "&continue=" : "");
    return arena_join(arena, query, escaped).bytes;
}

/* The first page with all items in it, and nothing of there being more. */
static const struct tree *pages_join(struct arena *arena, const struct tree *page, const struct tree *items)
{
    struct tree *list = tree_copy_shallow(arena, page);
    const struct tree *metadata = tree_get(page, SLICE("metadata"));
    if (tree_is(metadata, TREE_MAP)) {
        struct tree *whole = tree_copy_shallow(arena, metadata);
        tree_remove(whole, SLICE("continue"));
        tree_remove(whole, SLICE("remainingItemCount"));
        tree_put(arena, list, SLICE("metadata"), whole);
    }
    tree_put(arena, list, SLICE("items"), items);
    return list;
}

static bool page_check(const struct kube_client *client, const struct kube_resource *resource,
                       const struct tree *page, struct error *error)
{
    const struct tree *items = tree_get(page, SLICE("items"));
    if (tree_is(page, TREE_MAP) && (tree_is_null(items) || items->kind == TREE_LIST))
        return true;
    return error_set(error, ERROR_SYNTAX, nowhere, "list %s: %.*s answered with something that is no list",
                     resource->plural, SLICE_ARGS(client->config.server));
}

/* All pages from the first on. *ret_expired: a token was too old, since the list took too long or the server was made
 * anew. */
static bool pages_get(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
                      const char *selectors, struct kube_answer *answer, bool *ret_expired, struct error *error)
{
    static const struct verb verb = {"list", "GET", NULL, true};
    struct tree *items = tree_list(arena, 0);
    struct slice token = {0};
    size_t bytes = 0;
    for (unsigned page = 0;; page++) {
        *ret_expired = false;
        if (!verb_run(client, arena, &verb, resource, page_query(arena, selectors, token), NULL, answer, error)) {
            *ret_expired = token.length && answer->status == 410;
            return false;
        }
        bytes += answer->text.length;
        if (page == LIST_PAGES_MAX || bytes > LIST_BYTES_MAX)
            return error_set(error, ERROR_LIMIT, nowhere, "list %s: more than %u pages, %zu bytes", resource->plural,
                             page, bytes);
        if (!page_check(client, resource, answer->object, error))
            return false;
        const struct tree *some = tree_get(answer->object, SLICE("items"));
        for (size_t i = 0; i < tree_count(some); i++)
            tree_append(arena, items, some->list.items[i]);
        token = tree_text(tree_at(answer->object, "metadata", "continue"));
        if (!token.length)
            break;
    }
    answer->object = pages_join(arena, answer->object, items);
    return true;
}

bool kube_list(struct kube_client *client, struct arena *arena, const struct kube_resource *resource,
               const char *selectors, struct kube_answer *ret_answer, struct error *error)
{
    struct kube_answer answer = {0};
    bool is_expired;
    bool is_done = pages_get(client, arena, resource, selectors, &answer, &is_expired, error);
    if (!is_done && is_expired)
        is_done = pages_get(client, arena, resource, selectors, &answer, &is_expired, error);
    if (ret_answer)
        *ret_answer = answer;
    return is_done;
}
