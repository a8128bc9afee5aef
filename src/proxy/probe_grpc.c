#include "proxy/probe_grpc.h"
#include "base/number.h"
#include "proxy/health_message.h"
#include "proxy/probe_http2.h"
#include "serve/moment.h"
#include <inttypes.h>
#include <netinet/in.h>

enum { MESSAGE_MAX = 4096, CODE_UNKNOWN = 2, CODE_UNIMPLEMENTED = 12 };

struct check {
    struct http_response response;
    bool has_code;
    uint16_t code; /* of gRPC: 0 is well */
    char message[160];
};

/* "grpc-status" and "grpc-message", in the trailers or, where there is no message, in the head. */
static void field_take(void *context, struct slice name, struct slice value)
{
    struct check *check = context;
    if (slice_equal(name, SLICE("grpc-status"))) {
        check->has_code = true;
        if (!number_parse_u16(value, &check->code))
            check->code = CODE_UNKNOWN;
    } else if (slice_equal(name, SLICE("grpc-message"))) {
        size_t length = value.length < sizeof check->message ? value.length : sizeof check->message - 1;
        memcpy(check->message, value.bytes, length);
        check->message[length] = '\0';
    }
}

static bool answer_judge(const struct check *check, struct error *error)
{
    static const struct position nowhere;
    static const char *const names[] = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
    struct slice body = buffer_slice(&check->response.body);
    uint64_t status;
    if (check->response.status != 200)
        return error_set(error, ERROR_REFUSED, nowhere, "gRPC: HTTP status %u", check->response.status);
    if (!check->has_code || check->code)
        return error_set(error, ERROR_REFUSED, nowhere,
                         check->code == CODE_UNIMPLEMENTED
                             ? "gRPC: the server does not implement grpc.health.v1.Health (status %u) %s"
                             : "gRPC: status %u %s",
                         check->has_code ? check->code : CODE_UNKNOWN, check->message);
    if (!health_message_read(body, &status))
        return error_set(error, ERROR_REFUSED, nowhere, "gRPC: the answer is no HealthCheckResponse");
    if (status == HEALTH_SERVING)
        return true;
    return error_set(error, ERROR_REFUSED, nowhere, "gRPC: %s",
                     status < ARRAY_LENGTH(names) ? names[status] : "a status that is none");
}

bool probe_grpc_run(const struct app_probe_target *target, const struct app_probe *probe, const struct http_head *head,
                    const struct stream *limits, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer message = BUFFER_INIT(MESSAGE_MAX);
    _cleanup_(stream_close) struct stream stream = *limits;
    struct check check = {.response.body = BUFFER_INIT(MESSAGE_MAX)};
    struct http_answer answer = {.response = &check.response, .field = field_take, .context = &check};
    struct stream_route route = target->route;
    bool is_v6 = slice_find_byte(target->host, ':') != SLICE_NONE;
    /* As grpc-go names itself behind the name that it is given. */
    struct slice agent = arena_join(&arena, http_head_field(head, SLICE("User-Agent")), SLICE(" grpc-c/pillion"));
    int64_t left = limits->until_ms - moment_steady_ms();
    const struct http_field fields[] = {
        {SLICE("content-type"), SLICE("application/grpc")},
        {SLICE("user-agent"), slice_trim(agent)},
        {SLICE("te"), SLICE("trailers")},
        {SLICE("grpc-timeout"), arena_format(&arena, "%" PRId64 "m", left > 0 && left < 99999999 ? left : 1)},
    };
    health_message_print(&message, probe->service);
    const struct probe_http2_request request = {
        .method = SLICE("POST"),
        .scheme = SLICE("http"),
        .authority = arena_format(&arena, is_v6 ? "[%.*s]:%u" : "%.*s:%u", SLICE_ARGS(target->host), probe->port),
        .path = SLICE("/grpc.health.v1.Health/Check"),
        .fields = fields,
        .field_count = ARRAY_LENGTH(fields),
        .body = buffer_slice(&message),
    };
    ((struct sockaddr_in *)&route.address)->sin_port = htons(probe->port); /* where IPv6 has it, too */
    bool is_serving = !message.overflowed && stream_connect(&stream, &route, error) &&
                      probe_http2_ask(&stream, &request, &answer, error) && answer_judge(&check, error);
    if (message.overflowed)
        error_set(error, ERROR_LIMIT, (struct position){0}, "gRPC: the service's name is too long");
    buffer_done(&check.response.body);
    return is_serving;
}
