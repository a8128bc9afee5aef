#include "webhook/processors.h"
#include "base/fd.h"
#include "base/number.h"
#include <sched.h>

/* "QUOTA PERIOD" in microseconds, or "max PERIOD" (Linux, Documentation/admin-guide/cgroup-v2.rst, cpu.max). */
static unsigned group_limit(void)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(4096);
    uint64_t quota, period;
    struct slice first, second;
    if (!fd_read_file("/sys/fs/cgroup/cpu.max", &text, NULL))
        return 0;
    struct slice_splitter splitter = {.rest = slice_trim(buffer_slice(&text))};
    if (!slice_split(&splitter, ' ', &first) || !slice_split(&splitter, ' ', &second) ||
        !number_parse_u64(first, &quota) || !number_parse_u64(second, &period) || !period || quota > UINT32_MAX)
        return 0;
    uint64_t limit = (quota + period - 1) / period;
    return limit ? (unsigned)limit : 1;
}

unsigned processors_available(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
    unsigned available = count > 0 ? (unsigned)count : 1, limit = group_limit();
    return limit && limit < available ? limit : available;
}
