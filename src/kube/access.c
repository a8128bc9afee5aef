#include "kube/access.h"
#include "base/fd.h"
#include <errno.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 64 * 1024 * 1024, FILES_MAX = 64 };

static struct slice variable_get(const struct kube_access *access, const char *name)
{
    return access->environment ? slice_from(access->environment(name)) : SLICE("");
}

static bool source_read(struct arena *arena, struct slice path, struct source *ret_source, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(FILE_BYTES_MAX);
    if (!fd_read_file(path.bytes, &text, error))
        return false;
    *ret_source = (struct source){.name = path, .text = arena_copy(arena, buffer_slice(&text))};
    return true;
}

static bool is_there(struct slice path)
{
    return access(path.bytes, F_OK) == 0 || errno != ENOENT;
}

/* ---- kubeconfig files ---- */

static bool named_read(struct arena *arena, const struct kube_access *access, struct kubeconfig *ret_config,
                       struct error *error)
{
    struct source source;
    return source_read(arena, arena_copy(arena, access->kubeconfig), &source, error) &&
           kubeconfig_read(arena, &source, 1, access->context, ret_config, error);
}

/* Those of the list that are there. */
static bool list_read(struct arena *arena, struct slice list, struct source *sources, size_t *ret_count,
                      struct error *error)
{
    struct slice_splitter splitter = {.rest = list};
    size_t count = 0;
    for (struct slice path; slice_split(&splitter, ':', &path);) {
        path = arena_copy(arena, path);
        if (!path.length || !is_there(path))
            continue;
        if (count == FILES_MAX)
            return error_set(error, ERROR_LIMIT, (struct position){0}, "KUBECONFIG names more than %d files",
                             FILES_MAX);
        if (!source_read(arena, path, &sources[count++], error))
            return false;
    }
    *ret_count = count;
    return true;
}

static struct slice list_find(struct arena *arena, const struct kube_access *access)
{
    struct slice home = variable_get(access, "HOME"), list = variable_get(access, "KUBECONFIG");
    if (list.length)
        return list;
    return home.length ? arena_format(arena, "%.*s/.kube/config", SLICE_ARGS(home)) : SLICE("");
}

/* ---- the service account ---- */

/* An address of IPv6 stands in brackets in a URL (RFC 3986, 3.2.2). */
static struct slice pod_server(struct arena *arena, struct slice host, struct slice port)
{
    bool is_v6 = slice_find_byte(host, ':') != SLICE_NONE;
    return arena_format(arena, "https://%s%.*s%s:%.*s", is_v6 ? "[" : "", SLICE_ARGS(host), is_v6 ? "]" : "",
                        SLICE_ARGS(port));
}

/* Kubernetes, "Accessing the Kubernetes API from a Pod". */
static bool pod_read(struct arena *arena, const struct kube_access *access, struct slice host, struct slice port,
                     struct kubeconfig *ret_config, struct error *error)
{
    _cleanup_(buffer_done) struct buffer namespace = BUFFER_INIT(4096);
    struct slice folder = access->service_account_folder;
    if (!folder.length)
        folder = SLICE("/var/run/secrets/kubernetes.io/serviceaccount");
    struct kubeconfig config = {
        .file = arena_copy(arena, folder),
        .context = SLICE(""),
        .server = pod_server(arena, host, port),
        .user = SLICE("the pod's service account"),
        .token_file = arena_format(arena, "%.*s/token", SLICE_ARGS(folder)),
        .authorities.path = arena_format(arena, "%.*s/ca.crt", SLICE_ARGS(folder)),
    };
    struct slice path = arena_format(arena, "%.*s/namespace", SLICE_ARGS(folder));
    if (!is_there(config.token_file))
        return error_set(error, ERROR_MISSING, (struct position){.file = config.token_file},
                         "there is no token, although KUBERNETES_SERVICE_HOST is set: is automountServiceAccountToken "
                         "false?");
    if (is_there(path)) {
        if (!fd_read_file(path.bytes, &namespace, error))
            return false;
        config.namespace = arena_copy(arena, slice_trim(buffer_slice(&namespace)));
    }
    *ret_config = config;
    return true;
}

bool access_find(struct arena *arena, const struct kube_access *access, struct kubeconfig *ret_config,
                 struct error *error)
{
    struct source sources[FILES_MAX];
    size_t count = 0;
    if (access->kubeconfig.length)
        return named_read(arena, access, ret_config, error);
    struct slice list = list_find(arena, access);
    if (!list_read(arena, list, sources, &count, error))
        return false;
    if (count)
        return kubeconfig_read(arena, sources, count, access->context, ret_config, error);
    struct slice host = variable_get(access, "KUBERNETES_SERVICE_HOST");
    struct slice port = variable_get(access, "KUBERNETES_SERVICE_PORT");
    if (host.length && port.length && !access->context.length)
        return pod_read(arena, access, host, port, ret_config, error);
    return error_set(error, ERROR_MISSING, (struct position){0},
                     "no cluster to ask: there is no kubeconfig (%s%.*s), and this is no pod (KUBERNETES_SERVICE_HOST "
                     "is %s)",
                     variable_get(access, "KUBECONFIG").length ? "KUBECONFIG names "
                     : list.length                             ? ""
                                                               : "HOME is not set",
                     SLICE_ARGS(list), host.length ? "set, but a context is asked for" : "not set");
}

/* ---- proxies ---- */

static const char *first_of(const struct kube_access *access, const char *upper, const char *lower)
{
    struct slice value = variable_get(access, upper);
    if (!value.length)
        value = variable_get(access, lower);
    return value.length ? value.bytes : NULL;
}

struct access_proxy access_proxy_find(struct arena *arena, const struct kube_access *access,
                                      const struct kubeconfig *config)
{
    if (config->proxy_url.length)
        return (struct access_proxy){.url = config->proxy_url.bytes};
    bool is_tls = !slice_starts(config->server, SLICE("http://"));
    const char *url = is_tls ? first_of(access, "HTTPS_PROXY", "https_proxy")
                             : first_of(access, "HTTP_PROXY", "http_proxy");
    const char *exceptions = first_of(access, "NO_PROXY", "no_proxy");
    /* As Go's net/http has it, a proxy is never asked for this machine itself. */
    struct slice all = arena_format(arena, "%s%slocalhost,127.0.0.0/8,::1", exceptions ? exceptions : "",
                                    exceptions ? "," : "");
    /* To libcurl a star stands for all hosts only where it stands alone. */
    if (exceptions && slice_equal(slice_trim(slice_from(exceptions)), SLICE("*")))
        url = NULL;
    return (struct access_proxy){.url = url, .exceptions = all.bytes};
}
