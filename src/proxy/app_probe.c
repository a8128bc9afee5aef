#include "proxy/app_probe.h"
#include "proxy/probe_grpc.h"
#include "proxy/probe_http.h"
#include "serve/moment.h"
#include <arpa/inet.h>
#include <netinet/in.h>

/* Istio, UpstreamLocalAddressIPv4 and IPv6: what comes from there over lo is not captured. */
static const struct slice source_v4 = SLICE_CONSTANT("127.0.0.6"), source_v6 = SLICE_CONSTANT("::6");

bool app_probe_target_set(struct app_probe_target *ret, struct slice instance_ip, bool is_legacy, struct error *error)
{
    struct stream_route *route = &ret->route;
    struct slice host = instance_ip.length ? instance_ip : SLICE("127.0.0.1");
    if (!stream_address(host, 0, &route->address, &route->address_size))
        return error_set(error, ERROR_VALUE, (struct position){0}, "\"%.*s\" is no address of a pod",
                         SLICE_ARGS(instance_ip));
    bool is_v6 = route->address.ss_family == AF_INET6;
    /* Istio takes a link-local address for one of a pod that has IPv4, too. */
    if (is_v6 && IN6_IS_ADDR_LINKLOCAL(&((struct sockaddr_in6 *)&route->address)->sin6_addr))
        is_v6 = false;
    ret->host = is_legacy ? SLICE("localhost") : instance_ip;
    route->lingers = true;
    bool is_right = stream_address(is_v6 ? source_v6 : source_v4, 0, &route->source, &route->source_size);
    if (is_right && is_legacy)
        is_right = stream_address(is_v6 ? SLICE("::1") : SLICE("127.0.0.1"), 0, &route->address, &route->address_size);
    return is_right;
}

static bool tcp_run(const struct app_probe_target *target, const struct app_probe *probe, const struct stream *limits,
                    struct error *error)
{
    _cleanup_(stream_close) struct stream stream = *limits;
    struct stream_route route = target->route;
    ((struct sockaddr_in *)&route.address)->sin_port = htons(probe->port); /* where IPv6 has it, too */
    return stream_connect(&stream, &route, error);
}

/* When it has to be over; lifecycle entries and those without a time-out never have to. */
static int64_t until_ms(const struct app_probe *probe)
{
    bool has_time_out = probe->kind == APP_PROBE_GRPC || probe->timeout_seconds;
    if (!has_time_out || (probe->kind == APP_PROBE_HTTP && probe->timeout_seconds < 0))
        return INT64_MAX;
    return moment_steady_ms() + (int64_t)probe->timeout_seconds * 1000;
}

void app_probe_run(const struct app_probe_target *target, const struct app_probe *probe, const struct http_head *head,
                   const struct stream *limits, struct app_probe_answer *ret, struct error *ret_error)
{
    struct stream bounded = *limits;
    bool is_well = false;
    bounded.until_ms = until_ms(probe);
    ret->status = bounded.until_ms > moment_steady_ms() ? 200 : 500;
    if (ret->status == 500) {
        error_set(ret_error, ERROR_VALUE, (struct position){0}, "timeoutSeconds leaves no time at all");
        return;
    }
    switch (probe->kind) {
    case APP_PROBE_HTTP:
        is_well = probe_http_run(target, probe, head, &bounded, ret, ret_error);
        break;
    case APP_PROBE_TCP:
        is_well = tcp_run(target, probe, &bounded, ret_error);
        break;
    case APP_PROBE_GRPC:
        is_well = probe_grpc_run(target, probe, head, &bounded, ret_error);
        break;
    }
    if (is_well)
        return;
    ret->status = 500;
    buffer_clear(&ret->body);
}
