#include "command/command.h"
#include "command/output.h"
#include "serve/http_answer.h"
#include "serve/http_text.h"
#include "serve/moment.h"
#include "serve/stream.h"

struct request_flags {
    int64_t port;
};

const struct option request_options[] = {
    {"debug-port", 0, OPTION_NUMBER, offsetof(struct request_flags, port), "PORT",
     "15000 (Envoy's administration, the default), 15004, 15020 (the status server) or 15021", NULL},
    {0},
};

enum { TIMEOUT_MS = 60 * 1000, REQUEST_MAX = 8 * 1024 * 1024, REFUSAL_MAX = 400 };
static const uint16_t ports[] = {15000, 15004, 15020, 15021};

struct request {
    struct slice method, path, body;
    uint16_t port;
};

struct receiving {
    struct http_response response;
    struct output *output;
    struct error *error;
    char refusal[REFUSAL_MAX + 1];
    size_t refusal_length;
    bool has_failed;
};

static bool is_refused(unsigned status)
{
    return status > 399 && status != 404; /* Istio, pilot/pkg/request/command.go */
}

static bool body_take(void *context, struct slice piece)
{
    struct receiving *receiving = context;
    if (!is_refused(receiving->response.status)) {
        receiving->has_failed = !output_add(receiving->output, piece, receiving->error);
        return !receiving->has_failed;
    }
    piece = slice_range(piece, 0, REFUSAL_MAX - receiving->refusal_length);
    if (piece.length)
        memcpy(receiving->refusal + receiving->refusal_length, piece.bytes, piece.length);
    receiving->refusal_length += piece.length;
    return true;
}

static void request_print(struct buffer *out, const struct request *request)
{
    bool has_body = request->body.length ||
                    !(slice_equal(request->method, SLICE("GET")) || slice_equal(request->method, SLICE("HEAD")));
    buffer_add_slice(out, request->method);
    buffer_add_literal(out, " /");
    buffer_add_slice(out, request->path);
    buffer_format(out, " HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n", request->port);
    if (has_body)
        buffer_format(out, "Content-Length: %zu\r\n", request->body.length);
    buffer_add_literal(out, "\r\n");
    buffer_add_slice(out, request->body);
}

static bool request_run(const struct request *request, struct output *output, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(REQUEST_MAX);
    _cleanup_(stream_close) struct stream stream = STREAM_INIT;
    struct receiving receiving = {.output = output, .error = error};
    struct http_answer answer = {.response = &receiving.response,
                                 .receive = body_take,
                                 .context = &receiving,
                                 .is_to_head = slice_equal(request->method, SLICE("HEAD"))};
    struct error failure;
    stream.until_ms = moment_steady_ms() + TIMEOUT_MS;
    request_print(&text, request);
    if (text.overflowed)
        return error_set(error, ERROR_LIMIT, (struct position){0}, "the request is over %d bytes", REQUEST_MAX);
    if (!stream_connect_name(&stream, SLICE("localhost"), request->port, error))
        return error_wrap(error, "port %u", request->port);
    if (!stream_ask(&stream, buffer_slice(&text), &answer, &failure)) {
        if (!receiving.has_failed)
            *error = failure;
        return false;
    }
    if (is_refused(receiving.response.status))
        return error_set(error, ERROR_REFUSED, (struct position){0}, "received unsuccessful status code %u: %s",
                         receiving.response.status, receiving.refusal);
    return output_add(output, SLICE("\n"), error) && output_commit(output, error);
}

static bool arguments_read(const struct request_flags *flags, const struct option_rest *rest, struct request *ret,
                           struct error *error)
{
    static const struct position nowhere;
    bool is_allowed = false;
    for (size_t i = 0; i < ARRAY_LENGTH(ports); i++)
        is_allowed = is_allowed || flags->port == ports[i];
    if (!is_allowed)
        return error_set(error, ERROR_USAGE, nowhere, "--debug-port %lld is not 15000, 15004, 15020 or 15021",
                         (long long)flags->port);
    if (rest->count < 2)
        return error_set(error, ERROR_USAGE, nowhere, "want METHOD PATH [BODY]: POST drain, say");
    ret->port = (uint16_t)flags->port;
    ret->method = slice_from(rest->items[0]);
    ret->path = slice_from(rest->items[1]);
    ret->body = rest->count > 2 ? slice_from(rest->items[2]) : (struct slice){"", 0};
    if (slice_starts(ret->path, SLICE("/")))
        ret->path = slice_from_offset(ret->path, 1);
    if (!http_is_token(ret->method))
        return error_set(error, ERROR_USAGE, nowhere, "\"%s\" is no method", rest->items[0]);
    if (!http_is_value(ret->path) || slice_find_byte(ret->path, ' ') != SLICE_NONE ||
        slice_find_byte(ret->path, '\t') != SLICE_NONE)
        return error_set(error, ERROR_USAGE, nowhere, "\"%s\" is no path", rest->items[1]);
    return true;
}

int command_request(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct request_flags flags = {15000};
    struct option_rest rest;
    struct request request = {0};
    struct error error;
    int code;
    if (!command_parse(command, &arena, argc, argv, &flags, &rest, &code))
        return code;
    _cleanup_(output_done) struct output output = {.fd = -1};
    if (!arguments_read(&flags, &rest, &request, &error) || !output_open(&output, SLICE(""), &error) ||
        !request_run(&request, &output, &error))
        return command_fail(command, &error);
    return EXIT_DONE;
}
