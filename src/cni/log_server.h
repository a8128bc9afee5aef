/* log_server.h - a local socket that plugins send their log lines to: POST /log with a JSON array of strings (Istio,
 * cni/pkg/log/uds.go), or one line or more of text. */
#pragma once
#include "base/error.h"
#include "serve/http_library.h"

struct log_server_settings {
    const char *path; /* of the socket; what is there is replaced */
    const struct http_library *http;
    void (*print)(void *context, struct slice line); /* with its "\n"; by the server's thread */
    void *context;
};
struct log_server;
/* The settings are copied. Errors: the socket cannot be made. */
MUST_CHECK bool log_server_start(const struct log_server_settings *settings, struct log_server **ret_server,
                                 struct error *error);
/* Whether another server has put its socket in the place of ours. A program that does so has taken over. */
bool log_server_is_replaced(const struct log_server *server);
/* Removes the socket, if it is still this server's. NULL is fine. */
void log_server_stop(struct log_server *server);

struct buffer;
/* The lines of a request's body, each with its "\n", control characters made visible. */
void log_server_lines(struct slice body, struct buffer *out);
