#include "proxy/process.h"
#include "base/fd.h"
#include "base/number.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STAT_BYTES_MAX = 4096, FIELD_PARENT = 2, FIELD_THREADS = 18 }; /* counted behind the name, from 1 */

/* The words of a file of /proc. */
static bool small_read(const char *path, struct buffer *out)
{
    struct error ignored;
    return fd_read_file(path, out, &ignored);
}

static bool number_at(struct slice words, unsigned place, uint64_t *ret)
{
    struct slice_splitter splitter = {.rest = words};
    struct slice word = {0};
    for (unsigned i = 0; i < place; i++) {
        if (!slice_split(&splitter, ' ', &word))
            return false;
    }
    return number_parse_u64(slice_trim(word), ret);
}

/* A field of /proc/PID/stat that stands behind the name, which may have blanks and brackets (proc(5)). */
static bool stat_field(const char *path, unsigned field, uint64_t *ret)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(STAT_BYTES_MAX);
    if (!small_read(path, &text))
        return false;
    size_t end = slice_find_last(buffer_slice(&text), SLICE(") "));
    return end != SLICE_NONE && number_at(slice_from_offset(buffer_slice(&text), end + 2), field, ret);
}

static uint64_t descriptors_count(void)
{
    DIR *folder = opendir("/proc/self/fd");
    uint64_t count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count > 3 ? count - 3 : 0; /* ".", ".." and the folder itself */
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

bool process_look(struct process_facts *ret)
{
    _cleanup_(buffer_done) struct buffer memory = BUFFER_INIT(STAT_BYTES_MAX);
    struct process_facts facts = {.descriptors = descriptors_count()};
    struct rusage usage;
    struct rlimit limit;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    if (!small_read("/proc/self/statm", &memory) || !number_at(buffer_slice(&memory), 1, &facts.virtual_bytes) ||
        !number_at(buffer_slice(&memory), 2, &facts.resident_bytes) ||
        !stat_field("/proc/self/stat", FIELD_THREADS, &facts.threads) || getrusage(RUSAGE_SELF, &usage) < 0 ||
        getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return false;
    facts.virtual_bytes *= page;
    facts.resident_bytes *= page;
    facts.descriptors_max = limit.rlim_cur;
    facts.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    *ret = facts;
    return true;
}

bool process_has_company(void)
{
    DIR *folder = opendir("/proc");
    bool found = !folder; /* then nobody knows */
    for (const struct dirent *entry; folder && !found && (entry = readdir(folder));) {
        uint64_t process, parent;
        char path[64];
        if (!number_parse_u64(slice_from(entry->d_name), &process) || process == 1 || process == (uint64_t)getpid())
            continue;
        snprintf(path, sizeof path, "/proc/%llu/stat", (unsigned long long)process);
        /* One that has ended meanwhile is none. */
        found = stat_field(path, FIELD_PARENT, &parent) && parent != (uint64_t)getpid();
    }
    if (folder)
        closedir(folder);
    return found;
}
