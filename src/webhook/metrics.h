/* metrics.h - what is counted, and how Prometheus reads it (text format 0.0.4). Every thread counts; none waits. The
 * names of injections are istiod's (Istio, pkg/kube/inject/monitoring.go). */
#pragma once
#include "base/buffer.h"
#include <stdatomic.h>
#include <stdint.h>

/* Upper bounds of the histogram, in nanoseconds: istiod's, and below them those that tell anything about us. */
enum { METRICS_BUCKETS = 18 };

struct metrics {
    atomic_uint_fast64_t requests, success, failure, skip;
    atomic_uint_fast64_t time_buckets[METRICS_BUCKETS + 1]; /* the last one: longer than all */
    atomic_uint_fast64_t time_sum_ns;
    atomic_uint_fast64_t answers[600]; /* by HTTP status */
    atomic_uint_fast64_t reloads, reloads_failed, certificate_reloads, certificate_reloads_failed;
    atomic_uint_fast64_t bundle_writes, cluster_errors;
    atomic_uint_fast64_t connections_accepted, connections_evicted, connections_expired;
    atomic_int_fast64_t last_reload_seconds, certificate_expiry_seconds; /* since 1970; 0: none yet */
    int64_t start_seconds;
};

static inline void metrics_add(atomic_uint_fast64_t *counter, uint64_t more)
{
    atomic_fetch_add_explicit(counter, more, memory_order_relaxed);
}
static inline void metrics_count(atomic_uint_fast64_t *counter)
{
    metrics_add(counter, 1);
}

void metrics_time(struct metrics *metrics, int64_t nanoseconds);

/* What others count. */
struct metrics_gauges {
    uint64_t connections, requests_in_flight, body_bytes, generation;
    uint64_t rendering_hits, rendering_misses, rendering_bytes;
    bool ready;
};
void metrics_print(const struct metrics *metrics, const struct metrics_gauges *gauges, struct buffer *out);
