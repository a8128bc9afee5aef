/* agent_metrics.h - the metrics that Istio's agent has of itself, by its names: dashboards and alerts know them. */
#pragma once
#include "base/buffer.h"
#include <stdatomic.h>
#include <stdint.h>

struct agent_metrics {
    atomic_uint_fast64_t scrapes;
    atomic_uint_fast64_t failures_application, failures_envoy, failures_agent;
};

/* Prints those and the process's own: memory, processor time, descriptors. */
void agent_metrics_print(struct agent_metrics *metrics, struct buffer *out);
