/* http.h - one HTTP request after another to one server, by libcurl; connections are kept between them. For one thread
 * at a time. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"
#include "serve/http_answer.h"
#include <stdint.h>

/* What does not change between requests. Texts are NUL-terminated and borrowed for as long as the http lives. */
struct http_settings {
    const char *authorities; /* a PEM file; NULL: those of the system */
    bool is_insecure;        /* the server's certificate is not checked */
    const char *proxy;       /* a URL; NULL: none (the environment is never asked) */
    const char *no_proxy;    /* hosts that the proxy is not for, as NO_PROXY has them; NULL: none */
    const char *connect_to;  /* "NAME:PORT:HOST:PORT": connect to HOST where the URL says NAME; NULL: nothing */
    const char *user_agent;
    bool is_light;           /* a request or two and no more: without libcurl where that is possible (light.h) */
};

struct http_request {
    const char *method, *url;
    const char *const *headers; /* "Name: value", NULL-terminated */
    struct slice body;
    const char *certificate, *key; /* PEM files; NULL: none */
    unsigned timeout_ms;           /* of all of it; 0: none */
    unsigned connect_timeout_ms;
    bool is_fresh;                 /* on a connection of its own: libcurl repeats by itself what fails on a used one */
    int stop_fd;                   /* gives up when it is readable; -1: none */
    http_receive receive;          /* gets the body of a 2xx answer instead of `response->body`; NULL: it goes there */
    void *context;
};

/* Why there is no answer, or not the whole of one. */
enum http_failure_kind {
    HTTP_NO_FAILURE,
    HTTP_STOPPED,     /* stop_fd */
    HTTP_ENDED,       /* `receive` said so */
    HTTP_BODY_LIMIT,  /* the body is over its buffer's limit */
    HTTP_UNSENT,      /* the request cannot have reached the server: no address, refused, no handshake */
    HTTP_UNTRUSTED,   /* the server's certificate was refused; unsent, too */
    HTTP_CERTIFICATE, /* a certificate of ours cannot be read; unsent, too */
    HTTP_TIMEOUT,
    HTTP_BROKEN,      /* the connection broke in between */
    HTTP_IMPOSSIBLE,  /* a URL that is none, a protocol that is not there */
};
struct http_failure {
    enum http_failure_kind kind;
    char text[300];             /* "connection refused" */
    unsigned certificate_flaws; /* HTTP_UNTRUSTED: GnuTLS's bits (gnutls_certificate_status_t); 0: it is for others */
};

struct http;
/* Errors: ERROR_MISSING where libcurl is not installed. */
MUST_CHECK bool http_open(const struct http_settings *settings, struct http **ret_http, struct error *error);
void http_close(struct http **http); /* for _cleanup_ */
/* Forgets all connections: the next request opens its own. */
void http_drop_connections(struct http *http);

/* True when a whole answer came, whatever its status. Redirections are not followed: they are answers. */
MUST_CHECK bool http_exchange(struct http *http, const struct http_request *request, struct http_response *response,
                              struct http_failure *ret_failure);
