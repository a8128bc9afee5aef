#include "serve/pages.h"
#include "base/fd.h"
#include "base/memory.h"
#include "serve/connections.h"
#include "serve/listen.h"
#include "serve/moment.h"
#include <stdlib.h>
#include <sys/socket.h>

enum { PAGE_MAX = 64 * 1024 * 1024, CONNECTIONS_MAX = 64 };
static const char plain[] = "text/plain; charset=utf-8";

struct pages {
    struct pages_settings settings;
    struct MHD_Daemon *daemon;
    uint16_t port;
    struct connections connections;
};

static void connection_notify(void *context, struct MHD_Connection *handle, void **socket_context,
                              enum MHD_ConnectionNotificationCode code)
{
    struct pages *pages = context;
    if (code != MHD_CONNECTION_NOTIFY_STARTED) {
        if (*socket_context)
            connections_leave(&pages->connections, *socket_context);
        return;
    }
    const union MHD_ConnectionInfo *info =
        pages->settings.http->MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD);
    bool has_evicted;
    *socket_context =
        info ? connections_enter(&pages->connections, info->connect_fd, moment_steady_ms(), &has_evicted) : NULL;
    if (info && !*socket_context)
        shutdown(info->connect_fd, SHUT_RDWR);
}

static void connection_move(struct pages *pages, struct MHD_Connection *handle, enum connection_state state)
{
    const union MHD_ConnectionInfo *info =
        pages->settings.http->MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (info && info->socket_context)
        connections_move(&pages->connections, info->socket_context, state, moment_steady_ms());
}

static void request_done(void *context, struct MHD_Connection *handle, void **request_context,
                         enum MHD_RequestTerminationCode how)
{
    (void)request_context, (void)how;
    connection_move(context, handle, CONNECTION_IDLE);
}

static enum MHD_Result page_queue(const struct pages *pages, struct MHD_Connection *handle, unsigned status,
                                  const char *type, struct slice text)
{
    const struct http_library *http = pages->settings.http;
    struct MHD_Response *response =
        http->MHD_create_response_from_buffer(text.length, (void *)text.bytes, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    http->MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    enum MHD_Result result = http->MHD_queue_response(handle, status, response);
    http->MHD_destroy_response(response);
    return result;
}

/* "there are /healthz, /ready and /metrics" */
static void paths_list(const struct pages_settings *settings, struct buffer *out)
{
    buffer_format(out, settings->page_count == 1 ? "there is " : "there are ");
    for (size_t i = 0; i < settings->page_count; i++) {
        if (i > 0)
            buffer_format(out, i + 1 == settings->page_count ? " and " : ", ");
        buffer_format(out, "%s", settings->pages[i].path);
    }
    buffer_add_byte(out, '\n');
}

static enum MHD_Result request_handle(void *context, struct MHD_Connection *handle, const char *path,
                                      const char *method, const char *version, const char *upload,
                                      size_t *upload_length, void **request_context)
{
    struct pages *pages = context;
    const struct pages_settings *settings = &pages->settings;
    connection_move(pages, handle, CONNECTION_WRITING);
    (void)version, (void)upload, (void)upload_length, (void)request_context;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return page_queue(pages, handle, 405, plain, SLICE("want GET\n"));
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(PAGE_MAX);
    for (size_t i = 0; i < settings->page_count; i++) {
        if (strcmp(settings->pages[i].path, path) != 0)
            continue;
        unsigned status = settings->pages[i].print(settings->context, &text);
        return page_queue(pages, handle, status, settings->pages[i].type, buffer_slice(&text));
    }
    paths_list(settings, &text);
    return page_queue(pages, handle, 404, plain, buffer_slice(&text));
}

bool pages_start(const struct pages_settings *settings, struct pages **ret_pages, struct error *error)
{
    _cleanup_(fd_close) int listener = -1;
    uint16_t port;
    if (!listen_tcp(settings->address, settings->port, &listener, &port, error))
        return false;
    struct pages *pages = memory_new(1, sizeof *pages);
    pages->settings = *settings;
    pages->port = port;
    connections_init(&pages->connections, CONNECTIONS_MAX);
    pages->daemon = settings->http->MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG, settings->port, NULL, NULL,
        request_handle, pages,
        MHD_OPTION_EXTERNAL_LOGGER, http_log_nothing, NULL,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listener,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX * 4,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u, /* connections.h has time-outs of its own */
        MHD_OPTION_NOTIFY_CONNECTION, connection_notify, pages,
        MHD_OPTION_NOTIFY_COMPLETED, request_done, pages,
        MHD_OPTION_END);
    if (!pages->daemon) {
        pages_stop(pages);
        return error_set(error, ERROR_SYSTEM, (struct position){0}, "the monitoring server cannot start");
    }
    fd_take(&listener); /* the library's now */
    *ret_pages = pages;
    return true;
}

uint16_t pages_port(const struct pages *pages)
{
    return pages->port;
}

void pages_tick(struct pages *pages)
{
    connections_expire(&pages->connections, moment_steady_ms());
}

void pages_stop(struct pages *pages)
{
    if (!pages)
        return;
    if (pages->daemon)
        pages->settings.http->MHD_stop_daemon(pages->daemon);
    connections_done(&pages->connections);
    free(pages);
}
