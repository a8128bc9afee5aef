#include "play/service.h"
#include "base/child.h"
#include "capture/host.h"
#include "play/place.h"

enum { RESTORE_LIMIT_MS = 20000 };

/* Gives how many pods there are. */
static size_t backends_find(const struct play_plan *plan, const struct play_service *service,
                            const struct play_port *port, const bool *ready, const struct play_pod **ret)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->pod_count; i++) {
        const struct play_pod *pod = &plan->pods[i];
        if (ready[i] && play_service_selects(service, pod) && play_service_target(port, pod))
            ret[count++] = pod;
    }
    return count;
}

static void port_add(struct buffer *nat, struct buffer *filter, const struct play_service *service,
                     const struct play_port *port, const struct play_pod *const *backends, size_t count)
{
    const char *protocol = port->is_udp ? "udp" : "tcp";
    for (size_t i = 0; i < count; i++) {
        buffer_format(nat, "-A PREROUTING -d %.*s/32 -p %s -m %s --dport %u ", SLICE_ARGS(service->address), protocol,
                      protocol, port->port);
        if (i + 1 < count)
            buffer_format(nat, "-m statistic --mode random --probability %.10f ", 1.0 / (double)(count - i));
        buffer_format(nat, "-j DNAT --to-destination %.*s:%u\n", SLICE_ARGS(backends[i]->address),
                      play_service_target(port, backends[i]));
    }
    if (!count)
        buffer_format(filter, "-A FORWARD -d %.*s/32 -p %s -m %s --dport %u -j REJECT\n", SLICE_ARGS(service->address),
                      protocol, protocol, port->port);
}

void play_service_rules(const struct play_plan *plan, const bool *ready, struct buffer *out)
{
    _cleanup_(buffer_done) struct buffer filter = BUFFER_INIT(4 << 20);
    const struct play_pod *backends[PLAY_PODS_MAX];
    buffer_add_literal(out, "*nat\n");
    for (size_t i = 0; i < plan->service_count; i++) {
        const struct play_service *service = &plan->services[i];
        for (size_t j = 0; service->address.length && j < service->port_count; j++) {
            size_t count = backends_find(plan, service, &service->ports[j], ready, backends);
            port_add(out, &filter, service, &service->ports[j], backends, count);
        }
    }
    /* A pod that calls itself by its Service must not get its own address as the sender's. */
    for (size_t i = 0; i < plan->pod_count; i++)
        buffer_format(out, "-A POSTROUTING -s %.*s/32 -d %.*s/32 -j MASQUERADE\n", SLICE_ARGS(plan->pods[i].address),
                      SLICE_ARGS(plan->pods[i].address));
    /* An address of a Service is nobody's but its ports'. */
    buffer_add_literal(out, "COMMIT\n*filter\n");
    buffer_add_slice(out, buffer_slice(&filter));
    buffer_add_literal(out, "-A FORWARD -d 10.96.0.0/16 -j REJECT\nCOMMIT\n");
}

bool play_service_apply(struct arena *arena, int node, const char *path, char *const *environment, struct slice rules,
                        struct error *error)
{
    _cleanup_(play_place_return) int home = -1;
    struct child_result result;
    struct slice program = host_program_find(arena, path, "iptables-restore");
    if (!program.length)
        return error_set(error, ERROR_MISSING, (struct position){0},
                         "there is no iptables-restore: install the package iptables");
    char *argv[] = {(char *)(uintptr_t)program.bytes, NULL};
    const struct child child = {
        .argv = argv, .environment = environment, .input = rules, .timeout_ms = RESTORE_LIMIT_MS};
    if (!play_place_enter(node, &home, error) || !child_run(&child, &result, error))
        return false;
    bool done = result.status == 0 ||
                error_set(error, ERROR_REFUSED, (struct position){0}, "the rules of Services: iptables-restore: %.*s",
                          SLICE_ARGS(slice_trim(buffer_slice(&result.errors))));
    child_result_done(&result);
    return done;
}
