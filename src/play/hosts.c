#include "play/hosts.h"

static void names_add(struct buffer *out, const struct play_pod *pod, struct slice address, struct slice name,
                      struct slice namespace)
{
    buffer_format(out, "%.*s\t%.*s.%.*s.svc.cluster.local %.*s.%.*s.svc %.*s.%.*s", SLICE_ARGS(address),
                  SLICE_ARGS(name), SLICE_ARGS(namespace), SLICE_ARGS(name), SLICE_ARGS(namespace), SLICE_ARGS(name),
                  SLICE_ARGS(namespace));
    if (slice_equal(namespace, pod->namespace))
        buffer_format(out, " %.*s", SLICE_ARGS(name));
    buffer_add_byte(out, '\n');
}

void play_hosts_text(const struct play_plan *plan, const struct play_pod *pod, struct buffer *out)
{
    buffer_add_literal(out, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
    buffer_format(out, "%.*s\t%.*s\n", SLICE_ARGS(pod->address), SLICE_ARGS(pod->name));
    for (size_t i = 0; i < plan->service_count; i++) {
        const struct play_service *service = &plan->services[i];
        if (service->address.length)
            names_add(out, pod, service->address, service->name, service->namespace);
        for (size_t j = 0; !service->address.length && j < plan->pod_count; j++) {
            const struct play_pod *other = &plan->pods[j];
            if (!play_service_selects(service, other))
                continue;
            names_add(out, pod, other->address, service->name, service->namespace);
            /* The name of a StatefulSet's pod (Kubernetes, "Stable Network ID"). */
            buffer_format(out, "%.*s\t%.*s.%.*s %.*s.%.*s.%.*s.svc.cluster.local\n", SLICE_ARGS(other->address),
                          SLICE_ARGS(other->name), SLICE_ARGS(service->name), SLICE_ARGS(other->name),
                          SLICE_ARGS(service->name), SLICE_ARGS(service->namespace));
        }
    }
    for (size_t i = 0; i < plan->pod_count; i++) {
        const struct play_pod *other = &plan->pods[i];
        if (other != pod && slice_equal(other->namespace, pod->namespace))
            buffer_format(out, "%.*s\t%.*s\n", SLICE_ARGS(other->address), SLICE_ARGS(other->name));
    }
}
