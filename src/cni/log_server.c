#include "cni/log_server.h"
#include "base/fd.h"
#include "base/memory.h"
#include "tree/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BODY_MAX = 1024 * 1024, IDLE_SECONDS = 10, CONNECTIONS_MAX = 200, BACKLOG = 256 };

struct log_server {
    struct log_server_settings settings;
    struct MHD_Daemon *daemon;
    struct stat socket; /* the file, so as not to remove a successor's */
};

/* One request's body. */
struct upload {
    struct buffer body;
};

/* ---- lines ---- */

/* Lines come from whoever can write to the socket: they must neither forge other lines nor drive a terminal. */
static void line_add(struct buffer *out, struct slice line)
{
    if (!line.length)
        return;
    for (size_t i = 0; i < line.length; i++) {
        unsigned char byte = (unsigned char)line.bytes[i];
        if (byte >= ' ' && byte != 0x7f)
            buffer_add_byte(out, (char)byte);
        else
            buffer_format(out, "\\u%04x", byte);
    }
    buffer_add_byte(out, '\n');
}

static void text_add(struct buffer *out, struct slice text)
{
    struct slice_splitter splitter = {.rest = text};
    struct slice line;
    while (slice_split(&splitter, '\n', &line))
        line_add(out, line);
}

void log_server_lines(struct slice body, struct buffer *out)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    const struct source source = {.name = SLICE("log"), .text = body};
    const struct tree *lines = NULL;
    struct slice trimmed = slice_trim(body);
    if (!slice_starts(trimmed, SLICE("[")) || !json_read(&arena, &source, &lines, NULL)) {
        text_add(out, body);
        return;
    }
    for (size_t i = 0; i < tree_count(lines); i++)
        text_add(out, tree_text(lines->list.items[i]));
}

/* ---- the server ---- */

static enum MHD_Result answer(const struct log_server *server, struct MHD_Connection *handle, unsigned status)
{
    const struct http_library *http = server->settings.http;
    struct MHD_Response *response = http->MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    enum MHD_Result result = http->MHD_queue_response(handle, status, response);
    http->MHD_destroy_response(response);
    return result;
}

static void lines_print(const struct log_server *server, struct slice body)
{
    _cleanup_(buffer_done) struct buffer lines = BUFFER_INIT(8 * (size_t)BODY_MAX);
    log_server_lines(body, &lines);
    struct slice_splitter splitter = {.rest = buffer_slice(&lines)};
    struct slice line;
    while (slice_split(&splitter, '\n', &line)) {
        if (line.length)
            server->settings.print(server->settings.context, (struct slice){line.bytes, line.length + 1});
    }
}

static enum MHD_Result request_handle(void *context, struct MHD_Connection *handle, const char *path,
                                      const char *method, const char *version, const char *bytes, size_t *length,
                                      void **request_context)
{
    const struct log_server *server = context;
    struct upload *upload = *request_context;
    (void)version;
    if (!upload) {
        upload = memory_new(1, sizeof *upload);
        upload->body = (struct buffer)BUFFER_INIT(BODY_MAX);
        *request_context = upload;
        return MHD_YES;
    }
    if (*length) {
        buffer_add(&upload->body, bytes, *length);
        *length = 0;
        return MHD_YES;
    }
    if (strcmp(path, "/log") != 0)
        return answer(server, handle, 404);
    if (strcmp(method, "POST") != 0)
        return answer(server, handle, 405);
    if (upload->body.overflowed)
        return answer(server, handle, 413);
    lines_print(server, buffer_slice(&upload->body));
    return answer(server, handle, 200);
}

static void request_done(void *context, struct MHD_Connection *handle, void **request_context,
                         enum MHD_RequestTerminationCode code)
{
    struct upload *upload = *request_context;
    (void)context, (void)handle, (void)code;
    if (!upload)
        return;
    buffer_done(&upload->body);
    free(upload);
    *request_context = NULL;
}

/* Bound by another name and renamed: a plugin finds the old socket or the new one. Root's only: whoever may write here
 * writes into the agent's log. */
static bool socket_open(const char *path, int *ret_fd, struct error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    _cleanup_(fd_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s.%d", path, (int)getpid());
    if (length < 0 || (size_t)length >= sizeof address.sun_path)
        return error_set(error, ERROR_VALUE, (struct position){0}, "%s is too long a name for a socket", path);
    unlink(address.sun_path);
    mode_t mask = umask(0177);
    bool is_bound = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    umask(mask);
    if (!is_bound || listen(fd, BACKLOG) || rename(address.sun_path, path)) {
        error_errno(error, "socket %s", path);
        unlink(address.sun_path);
        return false;
    }
    *ret_fd = fd_take(&fd);
    return true;
}

bool log_server_start(const struct log_server_settings *settings, struct log_server **ret_server, struct error *error)
{
    _cleanup_(fd_close) int listener = -1;
    if (!socket_open(settings->path, &listener, error))
        return false;
    struct log_server *server = memory_new(1, sizeof *server);
    server->settings = *settings;
    if (stat(settings->path, &server->socket))
        server->socket = (struct stat){0};
    server->daemon = settings->http->MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, request_handle, server,
        MHD_OPTION_EXTERNAL_LOGGER, http_log_nothing, NULL,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listener,
        MHD_OPTION_NOTIFY_COMPLETED, request_done, NULL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_END);
    if (!server->daemon) {
        log_server_stop(server);
        return error_set(error, ERROR_SYSTEM, (struct position){0}, "the server for log lines cannot start");
    }
    fd_take(&listener); /* the library's now */
    *ret_server = server;
    return true;
}

/* The kernel keeps the file of a bound socket: its number is nobody else's meanwhile. */
bool log_server_is_replaced(const struct log_server *server)
{
    struct stat now;
    return stat(server->settings.path, &now) == 0 && S_ISSOCK(now.st_mode) &&
           (now.st_ino != server->socket.st_ino || now.st_dev != server->socket.st_dev);
}

void log_server_stop(struct log_server *server)
{
    struct stat now;
    if (!server)
        return;
    if (server->daemon)
        server->settings.http->MHD_stop_daemon(server->daemon);
    if (stat(server->settings.path, &now) == 0 && now.st_ino == server->socket.st_ino)
        unlink(server->settings.path);
    free(server);
}
