#include "webhook/server.h"
#include "base/fd.h"
#include "base/memory.h"
#include "base/number.h"
#include "webhook/admission.h"
#include "serve/listen.h"
#include "serve/moment.h"
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_POOL = 12 * 1024,      /* of the library, for one connection's header and I/O */
    BODY_SMALL = 64 * 1024,           /* every body may have that much; what is beyond is charged */
    BODIES_MANY = 32 * 1024 * 1024,   /* charged: above it the slowest large one goes */
    BODIES_MAX = 64 * 1024 * 1024,    /* charged: above it there is no room */
    LARGE_BODY = 256 * 1024,          /* larger ones are worked on one at a time */
    ANSWER_MAX = 128 * 1024 * 1024,
    ANSWER_KEPT = 256 * 1024,         /* of the answer's buffer, between requests */
    REFUSAL_MAX = 4096,
};
static const char tls_priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

/* What a request's work needs; reused, so that memory stays where it is. */
struct workspace {
    struct workspace *next;
    struct arena arena;
    struct buffer answer;
};

struct server {
    struct server_settings settings;
    const struct http_library *http;
    struct MHD_Daemon *daemon;
    uint16_t port;
    int listener; /* ours, once the library has given it back; -1 before */
    struct connections connections;
    pthread_mutex_t workspaces_lock, large;
    struct workspace *workspaces;
    atomic_size_t bodies; /* bytes */
    atomic_bool is_closing;
};

/* One request and its answer. */
struct exchange {
    struct buffer body;
    size_t received, charged; /* charged: of `bodies` */
    unsigned refused;    /* the status that is to be answered when the body has gone by */
};

/* ---- workspaces ---- */

static struct workspace *workspace_take(struct server *server)
{
    pthread_mutex_lock(&server->workspaces_lock);
    struct workspace *workspace = server->workspaces;
    if (workspace)
        server->workspaces = workspace->next;
    pthread_mutex_unlock(&server->workspaces_lock);
    if (!workspace) {
        workspace = memory_new(1, sizeof *workspace);
        workspace->answer = (struct buffer)BUFFER_INIT(ANSWER_MAX);
    }
    return workspace;
}

static void workspace_give(struct server *server, struct workspace *workspace)
{
    arena_reset(&workspace->arena);
    if (workspace->answer.capacity > ANSWER_KEPT)
        buffer_done(&workspace->answer);
    buffer_clear(&workspace->answer);
    pthread_mutex_lock(&server->workspaces_lock);
    workspace->next = server->workspaces;
    server->workspaces = workspace;
    pthread_mutex_unlock(&server->workspaces_lock);
}

static void workspaces_free(struct server *server)
{
    while (server->workspaces) {
        struct workspace *workspace = server->workspaces;
        server->workspaces = workspace->next;
        arena_done(&workspace->arena);
        buffer_done(&workspace->answer);
        free(workspace);
    }
}

/* ---- connections ---- */

static struct connection *connection_of(const struct server *server, struct MHD_Connection *handle)
{
    const union MHD_ConnectionInfo *info =
        server->http->MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* Gives the new connection the certificate that is in force: it stays this connection's, whatever comes. */
static bool connection_arm(struct server *server, struct MHD_Connection *handle, struct connection *connection)
{
    const struct tls_library *tls = server->settings.tls;
    const union MHD_ConnectionInfo *info =
        server->http->MHD_get_connection_info(handle, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    struct tls_credential *credential = certificate_store_take(server->settings.certificates);
    connection->attached = credential;
    if (!info || !credential)
        return false;
    gnutls_session_t session = info->tls_session;
    return tls->gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credential->handle) ==
           GNUTLS_E_SUCCESS;
}

static void connection_begins(struct server *server, struct MHD_Connection *handle, void **socket_context)
{
    const union MHD_ConnectionInfo *info =
        server->http->MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (!info)
        return;
    int fd = info->connect_fd;
    bool has_evicted;
    struct connection *connection = connections_enter(&server->connections, fd, moment_steady_ms(), &has_evicted);
    metrics_count(&server->settings.metrics->connections_accepted);
    if (has_evicted)
        metrics_count(&server->settings.metrics->connections_evicted);
    *socket_context = connection;
    if (!connection || !connection_arm(server, handle, connection))
        shutdown(fd, SHUT_RDWR);
}

static void connection_notify(void *context, struct MHD_Connection *handle, void **socket_context,
                              enum MHD_ConnectionNotificationCode code)
{
    struct server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        connection_begins(server, handle, socket_context);
        return;
    }
    if (*socket_context)
        certificate_release(server->settings.tls, connections_leave(&server->connections, *socket_context));
    *socket_context = NULL;
}

/* ---- answers ---- */

static enum MHD_Result answer_queue(struct server *server, struct MHD_Connection *handle, unsigned status,
                                    struct slice text, const char *type)
{
    const struct http_library *http = server->http;
    struct MHD_Response *response =
        http->MHD_create_response_from_buffer(text.length, (void *)text.bytes, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    http->MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (status == 405)
        http->MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "POST");
    if (status == 503)
        http->MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
    if (atomic_load_explicit(&server->is_closing, memory_order_relaxed))
        http->MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result result = http->MHD_queue_response(handle, status, response);
    http->MHD_destroy_response(response);
    if (status < ARRAY_LENGTH(server->settings.metrics->answers))
        metrics_count(&server->settings.metrics->answers[status]);
    struct connection *connection = connection_of(server, handle);
    if (connection)
        connections_move(&server->connections, connection, CONNECTION_WRITING, moment_steady_ms());
    return result;
}

static enum MHD_Result refusal_queue(struct server *server, struct MHD_Connection *handle, unsigned status,
                                     const struct buffer *text)
{
    return answer_queue(server, handle, status, buffer_slice(text), "text/plain; charset=utf-8");
}

static void outcome_count(struct metrics *metrics, const struct admission_answer *answer)
{
    metrics_count(&metrics->requests);
    if (!answer->is_review || answer->outcome.what == REVIEW_REFUSED)
        metrics_count(&metrics->failure);
    else if (answer->outcome.what == REVIEW_SKIPPED)
        metrics_count(&metrics->skip);
    else
        metrics_count(&metrics->success);
}

/* What an error quotes of a request stays out of the log: it may be anything of a pod, its environment too. */
static struct slice first_line(struct slice text)
{
    return slice_range(text, 0, slice_find_byte(text, '\n'));
}

static void outcome_log(const struct log *log, const struct admission_answer *answer, struct slice text,
                        int64_t nanoseconds)
{
    static const char *const decisions[] = {
        [REVIEW_INJECTED] = "injected", [REVIEW_SKIPPED] = "skipped", [REVIEW_REFUSED] = "refused"};
    const struct review_outcome *outcome = &answer->outcome;
    if (!answer->is_review) {
        const struct log_field fields[] = {
            LOG_FIELD_NUMBER("status", answer->status),
            LOG_FIELD_TEXT("reason", first_line(text)),
            LOG_FIELD_NANOSECONDS("seconds", nanoseconds),
        };
        log_event(log, LOG_WARNING, "review", fields, ARRAY_LENGTH(fields));
        return;
    }
    const struct log_field fields[] = {
        LOG_FIELD_TEXT("uid", outcome->uid),
        LOG_FIELD_TEXT("namespace", outcome->namespace),
        LOG_FIELD_TEXT("pod", outcome->name),
        LOG_FIELD_TEXT("decision", slice_from(decisions[outcome->what])),
        LOG_FIELD_TEXT("reason", first_line(outcome->reason)),
        LOG_FIELD_NUMBER("patch_bytes", outcome->patch_bytes),
        LOG_FIELD_NANOSECONDS("seconds", nanoseconds),
    };
    log_event(log, outcome->what == REVIEW_REFUSED ? LOG_WARNING : LOG_INFO, "review", fields, ARRAY_LENGTH(fields));
}

static struct slice header_value(const struct server *server, struct MHD_Connection *handle, const char *name)
{
    return slice_from(server->http->MHD_lookup_connection_value(handle, MHD_HEADER_KIND, name));
}

static enum MHD_Result exchange_finish(struct server *server, struct MHD_Connection *handle, const char *path,
                                       struct exchange *exchange)
{
    struct workspace *workspace = workspace_take(server);
    struct generation *generation = store_take(server->settings.store);
    const struct admission_request request = {
        .path = slice_from(path),
        .body = buffer_slice(&exchange->body),
        .now_seconds = moment_calendar_seconds(),
        .namespaces = server->settings.namespaces,
    };
    bool is_large = exchange->body.length > LARGE_BODY;
    int64_t started = moment_steady_ns();
    if (is_large)
        pthread_mutex_lock(&server->large);
    struct admission_answer answer =
        admission_respond(&workspace->arena, generation, &request, &workspace->answer);
    int64_t nanoseconds = moment_steady_ns() - started;
    outcome_count(server->settings.metrics, &answer);
    metrics_time(server->settings.metrics, nanoseconds);
    struct slice text = buffer_slice(&workspace->answer);
    outcome_log(server->settings.log, &answer, text, nanoseconds);
    const char *type = answer.is_review ? "application/json" : "text/plain; charset=utf-8";
    enum MHD_Result result = answer_queue(server, handle, answer.status, text, type);
    generation_release(&generation);
    workspace_give(server, workspace);
    if (is_large)
        pthread_mutex_unlock(&server->large);
    return result;
}

/* ---- requests ---- */

/* What a request says of its body's length. */
struct framing {
    struct slice length;
    unsigned lengths, encodings;
};

static enum MHD_Result framing_read(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *framing = context;
    (void)kind;
    if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        framing->length = slice_from(value);
        framing->lengths++;
    } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        framing->encodings++;
    }
    return MHD_YES;
}

static enum MHD_Result exchange_begin(struct server *server, struct MHD_Connection *handle, const char *path,
                                      const char *method, void **request_context)
{
    char storage[REFUSAL_MAX];
    struct buffer why = {.bytes = storage, .capacity = sizeof storage, .limit = sizeof storage};
    struct framing framing = {.lengths = 0};
    uint64_t declared = UINT64_MAX;
    server->http->MHD_get_connection_values(handle, MHD_HEADER_KIND, framing_read, &framing);
    if (framing.lengths && !number_parse_u64(framing.length, &declared))
        declared = UINT64_MAX;
    /* Two opinions on where a request ends are how requests are smuggled (RFC 9112, 6.3). The connection is closed with
     * the answer, since the body is not read. */
    if (framing.lengths + framing.encodings > 1) {
        buffer_add_literal(&why, "the body's length is given twice\n");
        return refusal_queue(server, handle, 400, &why);
    }
    bool has_body = framing.lengths + framing.encodings > 0;
    unsigned status =
        admission_check(slice_from(method), slice_from(path),
                        header_value(server, handle, MHD_HTTP_HEADER_CONTENT_TYPE), has_body ? declared : 0,
                        server->settings.body_max, &why);
    if (status)
        return refusal_queue(server, handle, status, &why);
    struct exchange *exchange = memory_new(1, sizeof *exchange);
    exchange->body = (struct buffer)BUFFER_INIT((size_t)server->settings.body_max);
    if (declared <= BODY_SMALL)
        buffer_reserve(&exchange->body, (size_t)declared);
    *request_context = exchange;
    struct connection *connection = connection_of(server, handle);
    if (connection)
        connections_move(&server->connections, connection, CONNECTION_READING, moment_steady_ms());
    return MHD_YES;
}

/* Bodies are charged as they come, not as they are announced, and small ones are not: whoever sends large ones slowly
 * takes room from others who do, and from nobody else. */
static bool body_charge(struct server *server, struct MHD_Connection *handle, struct exchange *exchange, size_t length)
{
    size_t before = exchange->charged;
    exchange->received += length;
    if (exchange->received <= BODY_SMALL)
        return true;
    exchange->charged = exchange->received - BODY_SMALL;
    struct connection *connection = connection_of(server, handle);
    if (connection)
        connections_progress(&server->connections, connection, moment_steady_ms());
    size_t more = exchange->charged - before;
    size_t all = atomic_fetch_add_explicit(&server->bodies, more, memory_order_relaxed) + more;
    if (all > BODIES_MANY && connections_evict_large(&server->connections, connection))
        metrics_count(&server->settings.metrics->connections_evicted);
    return all <= BODIES_MAX;
}

static void exchange_add(struct server *server, struct MHD_Connection *handle, struct exchange *exchange,
                         const char *bytes, size_t length)
{
    if (exchange->refused)
        return;
    if (!body_charge(server, handle, exchange, length))
        exchange->refused = 503;
    else
        buffer_add(&exchange->body, bytes, length);
    if (exchange->body.overflowed)
        exchange->refused = 413;
    if (exchange->refused)
        buffer_done(&exchange->body);
}

static enum MHD_Result exchange_refuse(struct server *server, struct MHD_Connection *handle, unsigned status)
{
    char storage[REFUSAL_MAX];
    struct buffer why = {.bytes = storage, .capacity = sizeof storage, .limit = sizeof storage};
    if (status == 413)
        buffer_format(&why, "the body is larger than %llu bytes\n", (unsigned long long)server->settings.body_max);
    else
        buffer_add_literal(&why, "too many large requests at once\n");
    return refusal_queue(server, handle, status, &why);
}

static enum MHD_Result request_handle(void *context, struct MHD_Connection *handle, const char *path,
                                      const char *method, const char *version, const char *upload,
                                      size_t *upload_length, void **request_context)
{
    struct server *server = context;
    struct exchange *exchange = *request_context;
    (void)version;
    if (!exchange)
        return exchange_begin(server, handle, path, method, request_context);
    if (*upload_length) {
        exchange_add(server, handle, exchange, upload, *upload_length);
        *upload_length = 0;
        return MHD_YES;
    }
    if (exchange->refused)
        return exchange_refuse(server, handle, exchange->refused);
    return exchange_finish(server, handle, path, exchange);
}

static void request_done(void *context, struct MHD_Connection *handle, void **request_context,
                         enum MHD_RequestTerminationCode how)
{
    struct server *server = context;
    struct exchange *exchange = *request_context;
    struct connection *connection = connection_of(server, handle);
    (void)how;
    if (connection)
        connections_move(&server->connections, connection, CONNECTION_IDLE, moment_steady_ms());
    if (!exchange)
        return;
    atomic_fetch_sub_explicit(&server->bodies, exchange->charged, memory_order_relaxed);
    buffer_done(&exchange->body);
    free(exchange);
    *request_context = NULL;
}

/* ---- life ---- */

/* The library wants to know where certificates come from; connections get theirs from connection_arm. */
static int no_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **chain,
                          unsigned *chain_length, gnutls_ocsp_data_st **ocsp, unsigned *ocsp_length,
                          gnutls_privkey_t *key, unsigned *flags)
{
    (void)session, (void)info, (void)chain, (void)chain_length, (void)ocsp, (void)ocsp_length, (void)key, (void)flags;
    return -1;
}

static struct MHD_Daemon *daemon_start(struct server *server, int listener)
{
    const struct server_settings *settings = &server->settings;
    unsigned flags = MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_TLS | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    return server->http->MHD_start_daemon(
        flags, settings->port, NULL, NULL, request_handle, server,
        MHD_OPTION_EXTERNAL_LOGGER, http_log_nothing, NULL,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listener,
        MHD_OPTION_THREAD_POOL_SIZE, settings->threads,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)(settings->connection_max * 2 + 64),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_POOL,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u, /* connections.h has time-outs of its own */
        MHD_OPTION_NOTIFY_CONNECTION, connection_notify, server,
        MHD_OPTION_NOTIFY_COMPLETED, request_done, server,
        MHD_OPTION_HTTPS_PRIORITIES, tls_priorities,
        MHD_OPTION_HTTPS_CERT_CALLBACK2, no_certificate,
        MHD_OPTION_END);
}

bool server_start(const struct server_settings *settings, struct server **ret_server, struct error *error)
{
    _cleanup_(fd_close) int listener = -1;
    uint16_t port;
    if (!listen_tcp(settings->address, settings->port, &listener, &port, error))
        return false;
    struct server *server = memory_new(1, sizeof *server);
    server->settings = *settings;
    server->http = settings->http;
    server->port = port;
    server->listener = -1;
    connections_init(&server->connections, settings->connection_max);
    pthread_mutex_init(&server->workspaces_lock, NULL);
    pthread_mutex_init(&server->large, NULL);
    server->daemon = daemon_start(server, listener);
    if (!server->daemon) {
        server_stop(server);
        return error_set(error, ERROR_SYSTEM, (struct position){0}, "the HTTPS server cannot start");
    }
    fd_take(&listener); /* the library's now */
    *ret_server = server;
    return true;
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

void server_tick(struct server *server)
{
    size_t expired = connections_expire(&server->connections, moment_steady_ms());
    metrics_add(&server->settings.metrics->connections_expired, expired);
    if (atomic_load(&server->is_closing))
        connections_close_idle(&server->connections);
}

void server_gauges(struct server *server, struct metrics_gauges *gauges)
{
    gauges->connections = connections_count(&server->connections);
    gauges->requests_in_flight = connections_busy(&server->connections);
    gauges->body_bytes = atomic_load(&server->bodies);
}

void server_close(struct server *server)
{
    atomic_store(&server->is_closing, true);
    server->listener = server->http->MHD_quiesce_daemon(server->daemon);
    /* Refuses who comes now. Not closed before the threads have ended: one of them may be about to accept, and would do so
     * on whatever the descriptor's number has become. */
    if (server->listener >= 0)
        shutdown(server->listener, SHUT_RDWR);
    connections_close_idle(&server->connections);
}

bool server_is_idle(struct server *server)
{
    return connections_count(&server->connections) == 0;
}

void server_stop(struct server *server)
{
    if (!server)
        return;
    if (server->daemon)
        server->http->MHD_stop_daemon(server->daemon);
    fd_close(&server->listener);
    workspaces_free(server);
    connections_done(&server->connections);
    pthread_mutex_destroy(&server->workspaces_lock);
    pthread_mutex_destroy(&server->large);
    free(server);
}
