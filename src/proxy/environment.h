/* environment.h - the variables that the injector sets for Istio's agent, and those that its users set (Istio,
 * pilot/cmd/pilot-agent/options/options.go). */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include <stdint.h>

/* Texts are empty where a variable is not set; so is one that is set to nothing. */
struct proxy_environment {
    struct slice instance_address, instance_addresses;
    struct slice pod, namespace, service_account, workload, cluster, mesh, trust_domain;
    struct slice interception, probers, prometheus_annotations, bootstrap_override, dns_address;
    bool dns_capture, dns_parallel, dual_stack, exits_on_zero, metrics_localhost_only, probes_localhost, probes_http2;
    int64_t cpu_limit, health_port, prometheus_port;
    int64_t idle_ms, minimum_drain_ms, dns_timeout_ms;
};

/* What a variable has where nobody sets it is in *values beforehand. `variable` gives NULL for what is not set; texts
 * are borrowed from it. Errors: ERROR_VALUE with the variable's name. */
MUST_CHECK bool proxy_environment_read(const char *(*variable)(void *context, const char *name), void *context,
                                       struct proxy_environment *values, struct error *error);
