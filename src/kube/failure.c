#include "kube/failure.h"
#include <stdio.h>

static const struct position nowhere;

/* Fits the texts of errors; what is longer is cut. */
struct words {
    char text[400];
};

static struct words subject_words(const struct request *request)
{
    struct words words;
    const struct kube_resource *resource = request->resource;
    if (!resource) {
        struct slice path = request->path;
        size_t query = slice_find_byte(path, '?');
        path = slice_range(path, 0, query == SLICE_NONE ? path.length : query);
        snprintf(words.text, sizeof words.text, "%s %.*s", request->verb, SLICE_ARGS(path));
        return words;
    }
    snprintf(words.text, sizeof words.text, "%s %s%s%.*s%s%s%.*s", request->verb, resource->plural,
             resource->name.length ? " \"" : "", SLICE_ARGS(resource->name), resource->name.length ? "\"" : "",
             resource->namespace.length ? " in namespace " : "", SLICE_ARGS(resource->namespace));
    return words;
}

struct slice failure_subject(struct arena *arena, const struct request *request)
{
    struct words words = subject_words(request);
    return arena_copy(arena, slice_from(words.text));
}

/* `"prod" of /root/.kube/config`, or the pod's service account. */
static struct words context_words(const struct kube_client *client)
{
    struct words words;
    if (client->config.context.length)
        snprintf(words.text, sizeof words.text, "context \"%.*s\" of %.*s", SLICE_ARGS(client->config.context),
                 SLICE_ARGS(client->config.file));
    else
        snprintf(words.text, sizeof words.text, "service account in %.*s", SLICE_ARGS(client->config.file));
    return words;
}

/* "get" on "configmaps", or on "deployments.apps". */
static struct words resource_words(const struct kube_resource *resource)
{
    struct words words;
    const char *slash = strchr(resource->group_version, '/');
    size_t group = slash ? (size_t)(slash - resource->group_version) : 0;
    snprintf(words.text, sizeof words.text, "%s%s%.*s", resource->plural, group ? "." : "", (int)group,
             resource->group_version);
    return words;
}

static bool fail_forbidden(const struct request *request, struct slice message, struct error *error)
{
    struct words subject = subject_words(request);
    if (!request->resource)
        return error_set(error, ERROR_REFUSED, nowhere, "%s: forbidden: %.*s", subject.text, SLICE_ARGS(message));
    struct words resource = resource_words(request->resource);
    return error_set(error, ERROR_REFUSED, nowhere, "%s: forbidden: %.*s; ask for a %s that allows verb %s on %s",
                     subject.text, SLICE_ARGS(message), request->resource->namespace.length ? "Role" : "ClusterRole",
                     request->verb, resource.text);
}

static bool fail_unauthorised(const struct kube_client *client, const struct request *request, struct slice message,
                              struct error *error)
{
    struct words subject = subject_words(request), context = context_words(client);
    return error_set(error, ERROR_REFUSED, nowhere,
                     "%s: 401 %.*s: %.*s does not take %.*s for user \"%.*s\" (%s): has it expired?", subject.text,
                     SLICE_ARGS(message), SLICE_ARGS(client->config.server),
                     SLICE_ARGS(credential_describe(client->credential)), SLICE_ARGS(client->config.user),
                     context.text);
}

bool failure_of_answer(const struct kube_client *client, const struct request *request,
                       const struct http_response *response, const struct tree *status, struct error *error)
{
    struct words subject = subject_words(request);
    struct slice message = tree_text(tree_get(status, SLICE("message")));
    bool is_status = tree_text_is(tree_get(status, SLICE("kind")), SLICE("Status"));
    if (!message.length && !is_status) {
        /* Something in between, perhaps: its first line says more than nothing. */
        struct slice text = slice_trim(buffer_slice(&response->body));
        size_t end = slice_find_byte(text, '\n');
        message = slice_range(text, 0, end == SLICE_NONE || end > 200 ? 200 : end);
    }
    if (response->status == 401)
        return fail_unauthorised(client, request, message, error);
    if (response->status == 403)
        return fail_forbidden(request, message, error);
    if (response->status / 100 == 3)
        return error_set(error, ERROR_REFUSED, nowhere,
                         "%s: %.*s answers with a redirection (%u), which is not followed: is it an API server?",
                         subject.text, SLICE_ARGS(client->config.server), response->status);
    enum error_code code = response->status == 404         ? ERROR_MISSING
                           : response->status / 100 == 4 ? ERROR_REFUSED
                                                         : ERROR_SYSTEM;
    if (response->status == 404 && !is_status)
        return error_set(error, code, nowhere, "%s: %.*s does not know the path (404): is it an API server?",
                         subject.text, SLICE_ARGS(client->config.server));
    return error_set(error, code, nowhere, "%s: %u%s%.*s", subject.text, response->status, message.length ? ": " : "",
                     SLICE_ARGS(message));
}

/* What the bits of gnutls_certificate_status_t mean (<gnutls/x509.h>), and what it mostly comes from. The first that is
 * set is said. */
static const struct {
    unsigned bit;
    const char *flaw, *advice;
} certificate_flaws[] = {
    {1u << 10, "the server's certificate has expired", "renew it, or set this machine's clock"},
    {1u << 9, "the server's certificate is not valid yet", "is this machine's clock right?"},
    {1u << 5, "the server's certificate is revoked", "renew it"},
    {1u << 6, "an authority that is not known has signed the server's certificate",
     "has the cluster been made anew since the kubeconfig was written, or is something in between?"},
    {1u << 8, "the server's certificate is signed in a way that is not secure any more", "renew it"},
    {1u << 7, "what signed the server's certificate is no authority",
     "is the right one in certificate-authority(-data)?"},
};

static bool fail_untrusted(const struct kube_client *client, const struct http_failure *failure, struct error *error)
{
    struct slice server = client->config.server;
    struct words context = context_words(client);
    for (size_t i = 0; i < ARRAY_LENGTH(certificate_flaws); i++) {
        if (failure->certificate_flaws & certificate_flaws[i].bit)
            return error_set(error, ERROR_REFUSED, nowhere, "%.*s: %s: %s (%s)", SLICE_ARGS(server),
                             certificate_flaws[i].flaw, certificate_flaws[i].advice, context.text);
    }
    return error_set(error, ERROR_REFUSED, nowhere,
                     "%.*s: %s: the certificate is for other names: set tls-server-name, or use one of those (%s)",
                     SLICE_ARGS(server), failure->text, context.text);
}

bool failure_of_exchange(const struct kube_client *client, const struct request *request,
                         const struct http_failure *failure, struct error *error)
{
    struct words subject = subject_words(request), context = context_words(client);
    struct slice server = client->config.server;
    switch (failure->kind) {
    case HTTP_UNSENT:
        return error_set(error, ERROR_SYSTEM, nowhere,
                         "%.*s: %s: is the API server running, and is this the right one (%s)?", SLICE_ARGS(server),
                         failure->text, context.text);
    case HTTP_UNTRUSTED:
        return fail_untrusted(client, failure, error);
    case HTTP_CERTIFICATE:
        return error_set(error, ERROR_VALUE, nowhere, "a certificate of the %s cannot be used: %s", context.text,
                         failure->text);
    case HTTP_TIMEOUT:
        return error_set(error, ERROR_SYSTEM, nowhere, "%s: no answer from %.*s: %s", subject.text, SLICE_ARGS(server),
                         failure->text);
    case HTTP_BODY_LIMIT:
        return error_set(error, ERROR_LIMIT, nowhere, "%s: the answer is larger than %zu bytes", subject.text,
                         client->body.limit);
    case HTTP_IMPOSSIBLE:
        return error_set(error, ERROR_VALUE, nowhere, "\"%.*s\" (%s) cannot be asked: %s", SLICE_ARGS(server),
                         context.text, failure->text);
    case HTTP_NO_FAILURE:
    case HTTP_STOPPED:
    case HTTP_ENDED:
    case HTTP_BROKEN:
        break;
    }
    return error_set(error, ERROR_SYSTEM, nowhere, "%s: the connection to %.*s broke: %s", subject.text,
                     SLICE_ARGS(server), failure->text);
}
