#include "proxy/company.h"
#include "base/fd.h"
#include "base/number.h"
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

enum { STAT_BYTES_MAX = 4096 };

/* Whether a process lives and is no child of ours: state and parent are the two words behind its name, which may have
 * blanks and brackets (proc(5), /proc/pid/stat). */
static bool is_company(uint64_t process)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(STAT_BYTES_MAX);
    char path[64];
    struct slice state, parent_text;
    uint64_t parent;
    snprintf(path, sizeof path, "/proc/%llu/stat", (unsigned long long)process);
    if (!fd_read_file(path, &text, NULL))
        return false; /* it has ended meanwhile */
    size_t end = slice_find_last(buffer_slice(&text), SLICE(") "));
    struct slice_splitter splitter = {.rest = slice_from_offset(buffer_slice(&text), end == SLICE_NONE ? 0 : end + 2)};
    if (!slice_split(&splitter, ' ', &state) || !slice_split(&splitter, ' ', &parent_text))
        return false;
    bool is_over = slice_equal(state, SLICE("Z")) || slice_equal(state, SLICE("X"));
    return !is_over && number_parse_u64(parent_text, &parent) && parent != (uint64_t)getpid();
}

bool company_look(void)
{
    DIR *folder = opendir("/proc");
    bool found = !folder;
    for (const struct dirent *entry; folder && !found && (entry = readdir(folder));) {
        uint64_t process;
        found = number_parse_u64(slice_from(entry->d_name), &process) && process != 1 &&
                process != (uint64_t)getpid() && is_company(process);
    }
    if (folder)
        closedir(folder);
    return found;
}
