#include "kube/request.h"
#include "kube/failure.h"
#include "tree/json.h"
#include <errno.h>
#include <poll.h>
#include <sys/random.h>
#include <time.h>

enum {
    CONNECT_MS = 10 * 1000,
    PAUSE_FIRST_MS = 250,
    PAUSE_MAX_MS = 8 * 1000,
    HEADERS_MAX = 160,
    BODY_KEPT = 256 * 1024,
};

int64_t request_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

unsigned request_jitter(unsigned milliseconds)
{
    unsigned chance = 0;
    if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) != sizeof chance)
        chance = (unsigned)request_clock();
    return milliseconds + chance % (milliseconds / 2 + 1);
}

bool request_pause(const struct kube_client *client, unsigned milliseconds)
{
    int64_t end = request_clock() + milliseconds;
    struct pollfd stop = {.fd = client->stop_fd, .events = POLLIN};
    int64_t left = milliseconds;
    do {
        if (poll(&stop, client->stop_fd >= 0, (int)left) > 0)
            return false;
        left = end - request_clock();
    } while (left > 0);
    return true;
}

/* The names of files are the client's, which may be gone before the error is printed: the place becomes part of the
 * text. */
void request_keep_place(struct error *error)
{
    if (!error || !error->where.file.length)
        return;
    struct position where = error->where;
    error->where = (struct position){0};
    if (where.line)
        error_wrap(error, "%.*s:%u:%u", SLICE_ARGS(where.file), where.line, where.column);
    else
        error_wrap(error, "%.*s", SLICE_ARGS(where.file));
}

/* ---- paths ---- */

struct slice request_escape(struct arena *arena, struct slice text)
{
    static const char digits[] = "0123456789ABCDEF";
    char *escaped = arena_take(arena, 3 * text.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
            (byte && strchr("-._~", byte))) {
            escaped[length++] = (char)byte;
            continue;
        }
        escaped[length++] = '%';
        escaped[length++] = digits[byte >> 4];
        escaped[length++] = digits[byte & 15];
    }
    escaped[length] = '\0';
    return (struct slice){escaped, length};
}

static bool segment_check(struct slice name, const char *what, struct error *error)
{
    if (slice_equal(name, SLICE(".")) || slice_equal(name, SLICE("..")) || slice_find_byte(name, '/') != SLICE_NONE ||
        name.length > 1024)
        return error_set(error, ERROR_VALUE, (struct position){0}, "\"%.*s\" can be no %s", SLICE_ARGS(name), what);
    return true;
}

bool request_path(struct arena *arena, const struct kube_resource *resource, const char *query, struct slice *ret_path,
                  struct error *error)
{
    struct slice namespace = resource->namespace, name = resource->name;
    if (!segment_check(namespace, "namespace", error) || !segment_check(name, "object's name", error))
        return false;
    /* The core group, which has no name, keeps its place of old (Kubernetes, "API Overview", "API groups"). */
    const char *root = strchr(resource->group_version, '/') ? "/apis/" : "/api/";
    namespace = request_escape(arena, namespace);
    name = request_escape(arena, name);
    const char *subresource = name.length ? resource->subresource : NULL;
    *ret_path = arena_format(arena, "%s%s%s%.*s/%s%s%.*s%s%s%s%s", root, resource->group_version,
                             namespace.length ? "/namespaces/" : "", SLICE_ARGS(namespace), resource->plural,
                             name.length ? "/" : "", SLICE_ARGS(name), subresource ? "/" : "",
                             subresource ? subresource : "", query && *query ? "?" : "",
                             query && *query ? query : "");
    return true;
}

/* ---- one try ---- */

struct attempt {
    struct http_response response;
    struct http_failure failure;
    bool is_answered;
};

static void headers_list(const struct kube_client *client, const struct request *request,
                         const struct credential_use *use, struct arena *arena, const char **headers)
{
    size_t count = 0;
    headers[count++] = "Accept: application/json";
    if (request->body.length)
        headers[count++] = arena_format(arena, "Content-Type: %s", request->content_type).bytes;
    if (client->host_header)
        headers[count++] = client->host_header;
    for (const char *const *header = use->headers; *header && count < HEADERS_MAX; header++)
        headers[count++] = *header;
    headers[count] = NULL;
}

/* False: there is no credential to try it with. */
static bool attempt_make(struct kube_client *client, struct arena *arena, const struct request *request,
                         struct attempt *attempt, struct error *error)
{
    struct credential_use use;
    const char *headers[HEADERS_MAX + 1];
    if (!credential_get(client->credential, &use, error))
        return false;
    if (use.is_new_certificate)
        http_drop_connections(client->http);
    headers_list(client, request, &use, arena, headers);
    struct http_request http = {
        .method = request->method,
        .url = arena_join(arena, client->url, request->path).bytes,
        .headers = headers,
        .body = request->body,
        .certificate = use.certificate,
        .key = use.key,
        .timeout_ms = request->is_stream ? request->stream_ms : client->timeout_ms,
        .connect_timeout_ms = client->timeout_ms < CONNECT_MS ? client->timeout_ms : CONNECT_MS,
        .is_fresh = !request->is_repeatable,
        .stop_fd = client->stop_fd,
        .receive = request->receive,
        .context = request->context,
    };
    /* The bytes of answers are kept in the client between requests. */
    attempt->response.body = client->body;
    attempt->is_answered = http_exchange(client->http, &http, &attempt->response, &attempt->failure);
    client->body = attempt->response.body;
    return true;
}

/* ---- again? ---- */

/* A server that asks to come again, or is too busy, has not done what was asked. What else may pass is tried again only
 * where doing it twice does no harm. */
static bool is_worth_repeating(const struct request *request, const struct attempt *attempt)
{
    unsigned status = attempt->response.status;
    if (attempt->is_answered)
        return status == 429 || (status >= 500 && attempt->response.retry_after > 0) ||
               (request->is_repeatable && (status == 500 || (status >= 502 && status <= 504)));
    if (attempt->failure.kind == HTTP_UNSENT)
        return true;
    return request->is_repeatable && (attempt->failure.kind == HTTP_TIMEOUT || attempt->failure.kind == HTTP_BROKEN);
}

static int64_t pause_length(unsigned number, const struct attempt *attempt)
{
    unsigned pause = PAUSE_FIRST_MS;
    for (unsigned i = 0; i < number && pause < PAUSE_MAX_MS; i++)
        pause *= 2;
    pause = request_jitter(pause);
    int64_t asked = attempt->is_answered ? attempt->response.retry_after : 0;
    if (asked > INT32_MAX / 1000)
        asked = INT32_MAX / 1000;
    return asked * 1000 > pause ? asked * 1000 : pause;
}

/* The last try: the one that is answered for. False: no credential. */
static bool attempts_make(struct kube_client *client, struct arena *arena, const struct request *request,
                          struct attempt *attempt, struct error *error)
{
    int64_t end = request_clock() + client->retry_ms;
    bool was_expired = false;
    for (unsigned number = 0;; number++) {
        if (!attempt_make(client, arena, request, attempt, error))
            return false;
        if (attempt->is_answered && attempt->response.status == 401 && !was_expired) {
            was_expired = true;
            http_drop_connections(client->http);
            if (credential_expire(client->credential))
                continue;
        }
        int64_t pause = pause_length(number, attempt);
        if (!is_worth_repeating(request, attempt) || request_clock() + pause > end)
            return true;
        if (!request_pause(client, (unsigned)pause)) {
            attempt->is_answered = false;
            attempt->failure = (struct http_failure){.kind = HTTP_STOPPED, .text = "stopped"};
            return true;
        }
    }
}

/* ---- the answer ---- */

/* A 2xx answer about a resource is JSON, whole. */
static bool answer_read(const struct kube_client *client, struct arena *arena, const struct request *request,
                        const struct http_response *response, struct kube_answer *answer, struct error *error)
{
    struct source source = {.name = SLICE("the server's answer"),
                            .text = arena_copy(arena, buffer_slice(&response->body))};
    bool is_good = response->status / 100 == 2;
    answer->status = response->status;
    answer->text = source.text;
    answer->retry_after = response->retry_after > 0 ? (unsigned)(response->retry_after & INT32_MAX) : 0;
    if (request->receive && is_good)
        return true;
    struct error json_error;
    if (!json_read(arena, &source, &answer->object, &json_error)) {
        answer->object = NULL;
        if (!request->resource || !is_good)
            return true;
        struct slice subject = failure_subject(arena, request);
        return error_set(error, ERROR_SYNTAX, (struct position){0},
                         "%.*s: %.*s answered with %s that is no JSON (%s at line %u, column %u): is it an API server?",
                         SLICE_ARGS(subject), SLICE_ARGS(client->config.server),
                         response->content_type[0] ? response->content_type : "something", json_error.text,
                         json_error.where.line, json_error.where.column);
    }
    if (tree_text_is(tree_get(answer->object, SLICE("kind")), SLICE("Status")))
        answer->reason = tree_text(tree_get(answer->object, SLICE("reason")));
    return true;
}

bool request_run(struct kube_client *client, struct arena *arena, const struct request *request,
                 struct kube_answer *ret_answer, bool *ret_stopped, struct error *error)
{
    struct attempt attempt = {0};
    struct kube_answer answer = {0};
    if (ret_answer)
        *ret_answer = answer;
    if (ret_stopped)
        *ret_stopped = false;
    if (!attempts_make(client, arena, request, &attempt, error)) {
        request_keep_place(error);
        return false;
    }
    if (!attempt.is_answered) {
        if (ret_stopped)
            *ret_stopped = attempt.failure.kind == HTTP_STOPPED;
        return failure_of_exchange(client, request, &attempt.failure, error);
    }
    bool is_done = answer_read(client, arena, request, &attempt.response, &answer, error);
    if (is_done && answer.status / 100 != 2)
        is_done = failure_of_answer(client, request, &attempt.response, answer.object, error);
    if (ret_answer)
        *ret_answer = answer;
    /* One large answer is no reason to hold its memory for ever. */
    if (client->body.capacity > BODY_KEPT)
        buffer_done(&client->body);
    return is_done;
}
