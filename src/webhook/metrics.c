#include "webhook/metrics.h"
#include "base/fd.h"
#include "base/number.h"
#include <inttypes.h>
#include <time.h>
#include <unistd.h>
#include <dirent.h>

static const double bounds[METRICS_BUCKETS] = {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                               0.05,    0.1,    1,       3,      5,     10,     20,    30,   60};

static uint64_t read_counter(const atomic_uint_fast64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_time(struct metrics *metrics, int64_t nanoseconds)
{
    size_t bucket = 0;
    while (bucket < METRICS_BUCKETS && (double)nanoseconds > bounds[bucket] * 1e9)
        bucket++;
    metrics_count(&metrics->time_buckets[bucket]);
    metrics_add(&metrics->time_sum_ns, (uint64_t)nanoseconds);
}

static void describe(struct buffer *out, const char *name, const char *type, const char *help)
{
    buffer_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void print_number(struct buffer *out, const char *name, const char *type, const char *help, double value)
{
    describe(out, name, type, help);
    buffer_format(out, "%s %.17g\n", name, value);
}

static void print_times(struct buffer *out, const struct metrics *metrics)
{
    uint64_t sum = 0;
    describe(out, "sidecar_injection_time_seconds", "histogram", "Time taken by an injection.");
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        sum += read_counter(&metrics->time_buckets[i]);
        buffer_format(out, "sidecar_injection_time_seconds_bucket{le=\"%g\"} %" PRIu64 "\n", bounds[i], sum);
    }
    sum += read_counter(&metrics->time_buckets[METRICS_BUCKETS]);
    buffer_format(out, "sidecar_injection_time_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n", sum);
    buffer_format(out, "sidecar_injection_time_seconds_sum %.9f\n", (double)read_counter(&metrics->time_sum_ns) / 1e9);
    buffer_format(out, "sidecar_injection_time_seconds_count %" PRIu64 "\n", sum);
}

static void print_answers(struct buffer *out, const struct metrics *metrics)
{
    describe(out, "pillion_http_answers_total", "counter", "Answers by HTTP status.");
    for (size_t status = 0; status < ARRAY_LENGTH(metrics->answers); status++) {
        uint64_t count = read_counter(&metrics->answers[status]);
        if (count)
            buffer_format(out, "pillion_http_answers_total{code=\"%zu\"} %" PRIu64 "\n", status, count);
    }
}

/* Pages resident, from /proc/self/statm; 0 where there is no /proc. */
static uint64_t resident_bytes(void)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(4096);
    struct slice_splitter splitter;
    struct slice size, resident;
    uint64_t pages;
    if (!fd_read_file("/proc/self/statm", &text, NULL))
        return 0;
    splitter = (struct slice_splitter){.rest = buffer_slice(&text)};
    if (!slice_split(&splitter, ' ', &size) || !slice_split(&splitter, ' ', &resident) ||
        !number_parse_u64(resident, &pages))
        return 0;
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    uint64_t count = 0;
    if (!folder)
        return 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count > 3 ? count - 3 : 0; /* ".", ".." and the folder's own */
}

static void print_process(struct buffer *out, const struct metrics *metrics)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    print_number(out, "process_resident_memory_bytes", "gauge", "Resident memory.", (double)resident_bytes());
    print_number(out, "process_cpu_seconds_total", "counter", "User and system time.",
                 (double)used.tv_sec + (double)used.tv_nsec / 1e9);
    print_number(out, "process_open_fds", "gauge", "Open file descriptors.", (double)open_files());
    print_number(out, "process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.",
                 (double)metrics->start_seconds);
}

void metrics_print(const struct metrics *metrics, const struct metrics_gauges *gauges, struct buffer *out)
{
    const struct {
        const char *name, *help;
        const atomic_uint_fast64_t *counter;
    } counters[] = {
        {"sidecar_injection_requests_total", "Injection requests.", &metrics->requests},
        {"sidecar_injection_success_total", "Injection requests that were answered with a patch.", &metrics->success},
        {"sidecar_injection_failure_total", "Injection requests that failed.", &metrics->failure},
        {"sidecar_injection_skip_total", "Injection requests for pods that are to stay as they are.", &metrics->skip},
        {"pillion_configuration_reloads_total", "Configurations taken into use.", &metrics->reloads},
        {"pillion_configuration_reload_failures_total", "Configurations refused.", &metrics->reloads_failed},
        {"pillion_certificate_reloads_total", "Serving certificates taken into use.", &metrics->certificate_reloads},
        {"pillion_certificate_reload_failures_total", "Serving certificates refused.",
         &metrics->certificate_reloads_failed},
        {"pillion_ca_bundle_writes_total", "Times the caBundle was written.", &metrics->bundle_writes},
        {"pillion_cluster_errors_total", "Requests to the API server that failed.", &metrics->cluster_errors},
        {"pillion_connections_accepted_total", "Connections accepted.", &metrics->connections_accepted},
        {"pillion_connections_evicted_total", "Idle connections closed to make room.", &metrics->connections_evicted},
        {"pillion_connections_expired_total", "Connections closed because they were too slow or idle for too long.",
         &metrics->connections_expired},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(counters); i++)
        print_number(out, counters[i].name, "counter", counters[i].help, (double)read_counter(counters[i].counter));
    print_times(out, metrics);
    print_answers(out, metrics);
    const struct {
        const char *name, *help;
        double value;
    } values[] = {
        {"pillion_ready", "1 when /ready says so.", gauges->ready},
        {"pillion_configuration_generation", "Counts the configurations; 0: none yet.", (double)gauges->generation},
        {"pillion_configuration_last_reload_timestamp_seconds", "When the configuration in force was loaded.",
         (double)atomic_load(&metrics->last_reload_seconds)},
        {"pillion_certificate_expiry_timestamp_seconds", "When the serving certificate expires.",
         (double)atomic_load(&metrics->certificate_expiry_seconds)},
        {"pillion_connections", "Connections that are open.", (double)gauges->connections},
        {"pillion_requests_in_flight", "Requests begun and not yet answered.", (double)gauges->requests_in_flight},
        {"pillion_request_body_bytes", "Bytes of request bodies in memory.", (double)gauges->body_bytes},
        {"pillion_rendering_cache_bytes", "Memory of remembered renderings.", (double)gauges->rendering_bytes},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++)
        print_number(out, values[i].name, "gauge", values[i].help, values[i].value);
    print_number(out, "pillion_rendering_cache_hits_total", "counter", "Templates that did not have to be rendered.",
                 (double)gauges->rendering_hits);
    print_number(out, "pillion_rendering_cache_misses_total", "counter", "Templates that were rendered.",
                 (double)gauges->rendering_misses);
    print_process(out, metrics);
}
