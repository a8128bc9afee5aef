#include "kube/http.h"
#include "base/memory.h"
#include "kube/curl.h"
#include "kube/light.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
    POLL_MS = 60 * 1000,
    /* A connection whose peer is gone without a word is noticed by these: a stream may be silent for minutes. */
    KEEPALIVE_SECONDS = 15,
    UNACKNOWLEDGED_MS = 60 * 1000,
};

struct http {
    struct curl_library curl;
    struct http_settings settings;
    CURLM *multi;
    CURL *easy;
};

/* One exchange, as libcurl's call-backs see it. */
struct exchange {
    struct http *http;
    const struct http_request *request;
    struct http_response *response;
    bool is_ended, is_too_large;
};

static bool curl_start(struct http *http, struct error *error)
{
    if (http->easy)
        return true;
    if (!curl_library_open(&http->curl, error))
        return error_wrap(error, "the Kubernetes client");
    http->multi = http->curl.multi_init();
    http->easy = http->curl.easy_init();
    return (http->multi && http->easy) || error_set(error, ERROR_SYSTEM, (struct position){0}, "libcurl cannot start");
}

bool http_open(const struct http_settings *settings, struct http **ret_http, struct error *error)
{
    _cleanup_(http_close) struct http *http = memory_new(1, sizeof *http);
    http->settings = *settings;
    if (!settings->is_light && !curl_start(http, error))
        return false;
    *ret_http = http;
    http = NULL;
    return true;
}

void http_close(struct http **http)
{
    if (!*http)
        return;
    if ((*http)->easy)
        (*http)->curl.easy_cleanup((*http)->easy);
    if ((*http)->multi)
        (*http)->curl.multi_cleanup((*http)->multi);
    free(*http);
    *http = NULL;
}

void http_drop_connections(struct http *http)
{
    if (!http->multi)
        return;
    CURLM *multi = http->curl.multi_init();
    if (!multi)
        return;
    http->curl.multi_cleanup(http->multi);
    http->multi = multi;
}

static unsigned status_get(struct exchange *exchange)
{
    long status = 0;
    exchange->http->curl.easy_getinfo(exchange->http->easy, CURLINFO_RESPONSE_CODE, &status);
    return status > 0 ? (unsigned)status : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct slice piece = {bytes, size * count};
    if (exchange->request->receive && status_get(exchange) / 100 == 2) {
        exchange->is_ended = !exchange->request->receive(exchange->request->context, piece);
        return exchange->is_ended ? 0 : piece.length;
    }
    buffer_add_slice(&exchange->response->body, piece);
    exchange->is_too_large = exchange->response->body.overflowed;
    return exchange->is_too_large ? 0 : piece.length;
}

static int on_socket(void *context, curl_socket_t socket, curlsocktype purpose)
{
    const unsigned timeout = UNACKNOWLEDGED_MS;
    (void)context;
    (void)purpose;
    /* A kernel that does not know it leaves it be. */
    setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
    return CURL_SOCKOPT_OK;
}

/* Everything is said here: nothing is left to the environment or to files in a home. */
static void connection_set(struct http *http, const struct http_request *request)
{
    const struct http_settings *settings = &http->settings;
    CURLcode (*set)(CURL *, CURLoption, ...) = http->curl.easy_setopt;
    CURL *easy = http->easy;
    set(easy, CURLOPT_PROXY, settings->proxy ? settings->proxy : "");
    set(easy, CURLOPT_NOPROXY, settings->no_proxy ? settings->no_proxy : "");
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)request->connect_timeout_ms);
    set(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    set(easy, CURLOPT_FRESH_CONNECT, request->is_fresh ? 1L : 0L);
    set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    set(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_SECONDS);
    set(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_SECONDS);
    set(easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
}

static void tls_set(struct http *http, const struct http_request *request)
{
    const struct http_settings *settings = &http->settings;
    CURLcode (*set)(CURL *, CURLoption, ...) = http->curl.easy_setopt;
    CURL *easy = http->easy;
    set(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    set(easy, CURLOPT_SSL_VERIFYPEER, settings->is_insecure ? 0L : 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, settings->is_insecure ? 0L : 2L);
    if (settings->is_insecure) {
        /* Nobody asks the system's authorities: reading them would take 8 MB a client. */
        set(easy, CURLOPT_CAINFO, (char *)NULL);
        set(easy, CURLOPT_CAPATH, (char *)NULL);
    } else if (settings->authorities) {
        /* Those alone: libcurl would trust the system's folder beside the file. Its GnuTLS back end has no blobs
         * (CURLOPT_CAINFO_BLOB and its like) in the version of Debian 12: texts come as files in memory. */
        set(easy, CURLOPT_CAINFO, settings->authorities);
        set(easy, CURLOPT_CAPATH, (char *)NULL);
    }
    if (request->certificate) {
        set(easy, CURLOPT_SSLCERTTYPE, "PEM");
        set(easy, CURLOPT_SSLCERT, request->certificate);
        set(easy, CURLOPT_SSLKEYTYPE, "PEM");
        set(easy, CURLOPT_SSLKEY, request->key);
    }
}

static struct curl_slist *headers_make(const struct curl_library *curl, const struct http_request *request)
{
    /* libcurl would wait for "100 Continue" before larger bodies. */
    struct curl_slist *list = curl->slist_append(NULL, "Expect:");
    for (const char *const *header = request->headers; header && *header; header++)
        list = curl->slist_append(list, *header);
    return list;
}

static void request_set(struct exchange *exchange, struct curl_slist *headers, struct curl_slist *connect_to)
{
    struct http *http = exchange->http;
    const struct http_request *request = exchange->request;
    CURLcode (*set)(CURL *, CURLoption, ...) = http->curl.easy_setopt;
    CURL *easy = http->easy;
    set(easy, CURLOPT_URL, request->url);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_PATH_AS_IS, 1L);
    /* One request at a time: a second version of the protocol would add nothing but its own ways to fail. */
    set(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    set(easy, CURLOPT_USERAGENT, http->settings.user_agent);
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_HTTPHEADER, headers);
    set(easy, CURLOPT_CONNECT_TO, connect_to);
    set(easy, CURLOPT_WRITEFUNCTION, on_body);
    set(easy, CURLOPT_WRITEDATA, exchange);
    if (request->body.bytes) {
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
        set(easy, CURLOPT_POSTFIELDS, request->body.bytes);
    }
    set(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static bool is_stopped(int stop_fd)
{
    struct pollfd stop = {.fd = stop_fd, .events = POLLIN};
    return stop_fd >= 0 && poll(&stop, 1, 0) > 0;
}

/* Runs what was added to its end. False: stopped. */
static bool transfer_run(struct exchange *exchange, CURLcode *ret_code)
{
    struct http *http = exchange->http;
    int stop_fd = exchange->request->stop_fd, running = 1, left;
    *ret_code = CURLE_FAILED_INIT;
    for (;;) {
        if (http->curl.multi_perform(http->multi, &running))
            return true;
        for (CURLMsg *message; (message = http->curl.multi_info_read(http->multi, &left));) {
            if (message->msg == CURLMSG_DONE)
                *ret_code = message->data.result;
        }
        if (!running)
            return true;
        struct curl_waitfd stop = {.fd = stop_fd, .events = CURL_WAIT_POLLIN};
        if (http->curl.multi_poll(http->multi, &stop, stop_fd >= 0, POLL_MS, NULL))
            return true;
        if (is_stopped(stop_fd))
            return false;
    }
}

static void response_fill(struct exchange *exchange)
{
    struct http *http = exchange->http;
    curl_off_t retry_after = 0;
    char *content_type = NULL;
    exchange->response->status = status_get(exchange);
    http->curl.easy_getinfo(http->easy, CURLINFO_RETRY_AFTER, &retry_after);
    http->curl.easy_getinfo(http->easy, CURLINFO_CONTENT_TYPE, &content_type);
    exchange->response->retry_after = retry_after;
    snprintf(exchange->response->content_type, sizeof exchange->response->content_type, "%s",
             content_type ? content_type : "");
}

static enum http_failure_kind failure_kind(CURLcode code)
{
    static const struct {
        CURLcode code;
        enum http_failure_kind kind;
    } kinds[] = {
        {CURLE_COULDNT_RESOLVE_HOST, HTTP_UNSENT},         {CURLE_COULDNT_RESOLVE_PROXY, HTTP_UNSENT},
        {CURLE_COULDNT_CONNECT, HTTP_UNSENT},              {CURLE_SSL_CONNECT_ERROR, HTTP_UNSENT},
        {CURLE_PROXY, HTTP_UNSENT},                        {CURLE_PEER_FAILED_VERIFICATION, HTTP_UNTRUSTED},
        {CURLE_SSL_CACERT_BADFILE, HTTP_CERTIFICATE},      {CURLE_SSL_CERTPROBLEM, HTTP_CERTIFICATE},
        {CURLE_OPERATION_TIMEDOUT, HTTP_TIMEOUT},          {CURLE_URL_MALFORMAT, HTTP_IMPOSSIBLE},
        {CURLE_UNSUPPORTED_PROTOCOL, HTTP_IMPOSSIBLE},     {CURLE_NOT_BUILT_IN, HTTP_IMPOSSIBLE},
        {CURLE_FAILED_INIT, HTTP_IMPOSSIBLE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (kinds[i].code == code)
            return kinds[i].kind;
    }
    return HTTP_BROKEN;
}

static void failure_fill(struct exchange *exchange, CURLcode code, const char *detail, struct http_failure *failure)
{
    struct http *http = exchange->http;
    long number = 0, flaws = 0;
    failure->kind = exchange->is_ended ? HTTP_ENDED : exchange->is_too_large ? HTTP_BODY_LIMIT : failure_kind(code);
    http->curl.easy_getinfo(http->easy, CURLINFO_OS_ERRNO, &number);
    http->curl.easy_getinfo(http->easy, CURLINFO_SSL_VERIFYRESULT, &flaws);
    failure->certificate_flaws = flaws > 0 ? (unsigned)flaws : 0;
    if (code == CURLE_COULDNT_CONNECT && number > 0) {
        char text[128];
        const char *words = strerror_r((int)number, text, sizeof text);
        snprintf(failure->text, sizeof failure->text, "%c%s", words[0] | 0x20, words + 1);
    } else {
        snprintf(failure->text, sizeof failure->text, "%s", *detail ? detail : http->curl.easy_strerror(code));
    }
}

static bool curl_exchange(struct http *http, const struct http_request *request, struct http_response *response,
                          struct http_failure *ret_failure)
{
    struct exchange exchange = {.http = http, .request = request, .response = response};
    char detail[CURL_ERROR_SIZE] = "";
    CURLcode code;
    struct curl_slist *headers = headers_make(&http->curl, request);
    struct curl_slist *connect_to =
        http->settings.connect_to ? http->curl.slist_append(NULL, http->settings.connect_to) : NULL;
    http->curl.easy_reset(http->easy);
    connection_set(http, request);
    tls_set(http, request);
    request_set(&exchange, headers, connect_to);
    http->curl.easy_setopt(http->easy, CURLOPT_ERRORBUFFER, detail);
    CURLMcode failed = http->curl.multi_add_handle(http->multi, http->easy);
    bool is_running = !failed && transfer_run(&exchange, &code);
    if (!failed) {
        response_fill(&exchange);
        http->curl.multi_remove_handle(http->multi, http->easy);
    }
    if (failed)
        *ret_failure = (struct http_failure){.kind = HTTP_IMPOSSIBLE, .text = "libcurl refuses the request"};
    else if (!is_running)
        *ret_failure = (struct http_failure){.kind = HTTP_STOPPED, .text = "stopped"};
    else if (code != CURLE_OK)
        failure_fill(&exchange, code, detail, ret_failure);
    http->curl.easy_reset(http->easy);
    http->curl.slist_free_all(headers);
    http->curl.slist_free_all(connect_to);
    return ret_failure->kind == HTTP_NO_FAILURE;
}

bool http_exchange(struct http *http, const struct http_request *request, struct http_response *response,
                   struct http_failure *ret_failure)
{
    response->status = 0;
    response->retry_after = 0;
    response->content_type[0] = '\0';
    buffer_clear(&response->body);
    *ret_failure = (struct http_failure){0};
    if (light_can(&http->settings, request))
        return light_exchange(&http->settings, request, response, ret_failure);
    struct error error = {0};
    if (!curl_start(http, &error)) {
        ret_failure->kind = HTTP_IMPOSSIBLE;
        snprintf(ret_failure->text, sizeof ret_failure->text, "%.290s", error.text);
        return false;
    }
    return curl_exchange(http, request, response, ret_failure);
}
