#include "serve/pages.h"
#include "base/fd.h"
#include "base/memory.h"
#include "serve/listen.h"
#include <stdlib.h>

enum { PAGE_MAX = 64 * 1024 * 1024, IDLE_SECONDS = 10, CONNECTIONS_MAX = 100 };
static const char plain[] = "text/plain; charset=utf-8";

struct pages {
    struct pages_settings settings;
    struct MHD_Daemon *daemon;
    uint16_t port;
};

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
    const struct pages *pages = context;
    const struct pages_settings *settings = &pages->settings;
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

static void log_nothing(void *context, const char *format, va_list arguments)
{
    (void)context, (void)format, (void)arguments;
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
    pages->daemon = settings->http->MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG, settings->port, NULL, NULL,
        request_handle, pages,
        MHD_OPTION_EXTERNAL_LOGGER, log_nothing, NULL,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listener,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
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

void pages_stop(struct pages *pages)
{
    if (!pages)
        return;
    if (pages->daemon)
        pages->settings.http->MHD_stop_daemon(pages->daemon);
    free(pages);
}
