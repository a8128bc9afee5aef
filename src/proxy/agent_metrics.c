#include "proxy/agent_metrics.h"
#include "base/fd.h"
#include "base/number.h"
#include <dirent.h>
#include <inttypes.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024 };

static void one_print(struct buffer *out, const char *name, const char *help, const char *type, double value)
{
    char text[NUMBER_TEXT_MAX];
    struct slice number = {text, number_format_double(value, NUMBER_G, text)};
    buffer_format(out, "# HELP istio_agent_%s %s\n# TYPE istio_agent_%s %s\nistio_agent_%s ", name, help, name, type,
                  name);
    buffer_add_slice(out, number);
    buffer_add_byte(out, '\n');
}

/* Field `number` (from 3 on) of /proc/self/stat: the second one is a name that may have blanks and brackets. */
static double stat_field(struct slice text, unsigned number)
{
    size_t end = slice_find_last(text, SLICE(")"));
    struct slice_splitter fields = {.rest = slice_from_offset(text, end == SLICE_NONE ? text.length : end + 2)};
    struct slice field;
    double value = 0;
    for (unsigned i = 3; slice_split(&fields, ' ', &field); i++) {
        if (i == number)
            return number_parse_double(field, &value) ? value : 0;
    }
    return 0;
}

/* Seconds since 1970 when the machine started. */
static double boot_time(void)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(1024 * 1024);
    double value = 0;
    if (!fd_read_file("/proc/stat", &text, NULL))
        return 0;
    size_t at = slice_find(buffer_slice(&text), SLICE("btime "));
    struct slice line = slice_from_offset(buffer_slice(&text), at == SLICE_NONE ? text.length : at + 6);
    return number_parse_double(slice_range(line, 0, slice_find_byte(line, '\n')), &value) ? value : 0;
}

static double descriptors_count(void)
{
    DIR *folder = opendir("/proc/self/fd");
    double count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count > 3 ? count - 3 : 0; /* ".", ".." and the folder's own */
}

static void process_print(struct buffer *out)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(FILE_MAX);
    struct rlimit limit = {0};
    double ticks = (double)sysconf(_SC_CLK_TCK), page = (double)sysconf(_SC_PAGESIZE);
    if (!fd_read_file("/proc/self/stat", &text, NULL))
        return;
    struct slice stat = buffer_slice(&text);
    getrlimit(RLIMIT_NOFILE, &limit);
    one_print(out, "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", "counter",
              (stat_field(stat, 14) + stat_field(stat, 15)) / ticks);
    one_print(out, "process_max_fds", "Maximum number of open file descriptors.", "gauge", (double)limit.rlim_cur);
    one_print(out, "process_open_fds", "Number of open file descriptors.", "gauge", descriptors_count());
    one_print(out, "process_resident_memory_bytes", "Resident memory size in bytes.", "gauge",
              stat_field(stat, 24) * page);
    one_print(out, "process_start_time_seconds", "Start time of the process since unix epoch in seconds.", "gauge",
              boot_time() + stat_field(stat, 22) / ticks);
    one_print(out, "process_virtual_memory_bytes", "Virtual memory size in bytes.", "gauge", stat_field(stat, 23));
}

void agent_metrics_print(struct agent_metrics *metrics, struct buffer *out)
{
    const struct {
        const char *type;
        uint64_t count;
    } failures[] = {
        {"agent", atomic_load(&metrics->failures_agent)},
        {"application", atomic_load(&metrics->failures_application)},
        {"envoy", atomic_load(&metrics->failures_envoy)},
    };
    process_print(out);
    buffer_add_literal(out, "# HELP istio_agent_scrape_failures_total The total number of failed scrapes.\n"
                            "# TYPE istio_agent_scrape_failures_total counter\n");
    for (size_t i = 0; i < ARRAY_LENGTH(failures); i++)
        buffer_format(out, "istio_agent_scrape_failures_total{type=\"%s\"} %" PRIu64 "\n", failures[i].type,
                      failures[i].count);
    one_print(out, "scrapes_total", "The total number of scrapes.", "counter", (double)atomic_load(&metrics->scrapes));
}
