#include "webhook/monitor.h"
#include "base/fd.h"
#include "base/memory.h"
#include "webhook/server.h"
#include <stdlib.h>

enum { PAGE_MAX = 64 * 1024 * 1024, IDLE_SECONDS = 10, CONNECTIONS_MAX = 100 };

struct monitor {
    struct monitor_settings settings;
    struct MHD_Daemon *daemon;
    uint16_t port;
};

static unsigned page_alive(const struct monitor_settings *settings, struct buffer *out)
{
    return settings->alive(settings->context, out) ? 200 : 503;
}

static unsigned page_ready(const struct monitor_settings *settings, struct buffer *out)
{
    return settings->ready(settings->context, out) ? 200 : 503;
}

static unsigned page_metrics(const struct monitor_settings *settings, struct buffer *out)
{
    settings->metrics(settings->context, out);
    return 200;
}

static unsigned page_configuration(const struct monitor_settings *settings, struct buffer *out)
{
    settings->configuration(settings->context, out);
    return 200;
}

static const struct page {
    const char *path, *type;
    unsigned (*print)(const struct monitor_settings *settings, struct buffer *out);
} pages[] = {
    {"/healthz", "text/plain; charset=utf-8", page_alive},
    {"/ready", "text/plain; charset=utf-8", page_ready},
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", page_metrics},
    {"/debug/inject", "application/json", page_configuration},
};

static enum MHD_Result page_queue(const struct monitor *monitor, struct MHD_Connection *handle, unsigned status,
                                  const char *type, struct slice text)
{
    const struct http_library *http = monitor->settings.http;
    struct MHD_Response *response =
        http->MHD_create_response_from_buffer(text.length, (void *)text.bytes, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    http->MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    enum MHD_Result result = http->MHD_queue_response(handle, status, response);
    http->MHD_destroy_response(response);
    return result;
}

static enum MHD_Result request_handle(void *context, struct MHD_Connection *handle, const char *path,
                                      const char *method, const char *version, const char *upload,
                                      size_t *upload_length, void **request_context)
{
    const struct monitor *monitor = context;
    (void)version, (void)upload, (void)upload_length, (void)request_context;
    static const char plain[] = "text/plain; charset=utf-8";
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return page_queue(monitor, handle, 405, plain, SLICE("want GET\n"));
    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
        if (strcmp(pages[i].path, path) != 0)
            continue;
        _cleanup_(buffer_done) struct buffer page = BUFFER_INIT(PAGE_MAX);
        unsigned status = pages[i].print(&monitor->settings, &page);
        return page_queue(monitor, handle, status, pages[i].type, buffer_slice(&page));
    }
    return page_queue(monitor, handle, 404, plain, SLICE("there are /healthz, /ready, /metrics and /debug/inject\n"));
}

static void log_nothing(void *context, const char *format, va_list arguments)
{
    (void)context, (void)format, (void)arguments;
}

bool monitor_start(const struct monitor_settings *settings, struct monitor **ret_monitor, struct error *error)
{
    _cleanup_(fd_close) int listener = -1;
    uint16_t port;
    if (!server_listen(settings->address, settings->port, &listener, &port, error))
        return false;
    struct monitor *monitor = memory_new(1, sizeof *monitor);
    monitor->settings = *settings;
    monitor->port = port;
    monitor->daemon = settings->http->MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG, settings->port, NULL, NULL,
        request_handle, monitor,
        MHD_OPTION_EXTERNAL_LOGGER, log_nothing, NULL,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listener,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_END);
    if (!monitor->daemon) {
        monitor_stop(monitor);
        return error_set(error, ERROR_SYSTEM, (struct position){0}, "the monitoring server cannot start");
    }
    fd_take(&listener); /* the library's now */
    *ret_monitor = monitor;
    return true;
}

uint16_t monitor_port(const struct monitor *monitor)
{
    return monitor->port;
}

void monitor_stop(struct monitor *monitor)
{
    if (!monitor)
        return;
    if (monitor->daemon)
        monitor->settings.http->MHD_stop_daemon(monitor->daemon);
    free(monitor);
}
