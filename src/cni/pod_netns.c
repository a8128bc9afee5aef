#include "cni/pod_netns.h"
#include "base/fd.h"
#include "base/number.h"
#include "capture/host.h"
#include "cni/netns.h"
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMESPACES_MAX = 65536, PROC_TEXT_MAX = 64 * 1024 };

/* A network namespace, and the oldest process that is in it. */
struct candidate {
    uint64_t process, start;
    ino_t inode;
    bool is_pods; /* by the control group */
};

struct search {
    struct arena *arena;
    struct slice proc_folder, uid;
    struct candidate *list;
    size_t count, capacity;
    ino_t host;
};

bool pod_netns_group_matches(struct arena *arena, struct slice cgroup, struct slice uid)
{
    struct slice name = arena_format(arena, "pod%.*s", SLICE_ARGS(uid));
    char *underscored = (char *)arena_copy(arena, name).bytes;
    for (size_t i = 0; i < name.length; i++) {
        if (underscored[i] == '-') /* in systemd's names it separates folders */
            underscored[i] = '_';
    }
    return uid.length && (slice_find(cgroup, name) != SLICE_NONE ||
                          slice_find(cgroup, (struct slice){underscored, name.length}) != SLICE_NONE);
}

uint64_t pod_netns_start_time(struct slice stat)
{
    /* The second field is a name in parentheses, which may hold anything. */
    size_t close = slice_find_last(stat, SLICE(")"));
    struct slice_splitter splitter = {.rest = slice_from_offset(stat, close == SLICE_NONE ? stat.length : close + 2)};
    struct slice field = {NULL, 0};
    uint64_t start;
    for (int number = 3; number <= 22; number++) {
        if (!slice_split(&splitter, ' ', &field))
            return UINT64_MAX;
    }
    return number_parse_u64(field, &start) ? start : UINT64_MAX;
}

static struct slice process_file(const struct search *search, uint64_t process, const char *name)
{
    return arena_format(search->arena, "%.*s/%llu/%s", SLICE_ARGS(search->proc_folder), (unsigned long long)process, name);
}

static struct candidate *candidate_of(struct search *search, ino_t inode)
{
    for (size_t i = 0; i < search->count; i++) {
        if (search->list[i].inode == inode)
            return &search->list[i];
    }
    if (search->count == NAMESPACES_MAX)
        return NULL;
    if (search->count == search->capacity) {
        size_t capacity = search->capacity ? 2 * search->capacity : 64;
        struct candidate *list = arena_new(search->arena, struct candidate, capacity);
        if (search->count)
            memcpy(list, search->list, search->count * sizeof *list);
        search->list = list;
        search->capacity = capacity;
    }
    struct candidate *fresh = &search->list[search->count++];
    *fresh = (struct candidate){.inode = inode, .start = UINT64_MAX};
    return fresh;
}

/* The namespace's number: stat follows the link into nsfs. 0: the process has gone. */
static ino_t namespace_of(const struct search *search, uint64_t process)
{
    struct stat status;
    return stat(process_file(search, process, "ns/net").bytes, &status) ? 0 : status.st_ino;
}

static void process_note(struct search *search, uint64_t process)
{
    ino_t inode = namespace_of(search, process);
    struct candidate *candidate = inode && inode != search->host ? candidate_of(search, inode) : NULL;
    if (!candidate)
        return;
    struct slice cgroup = host_file_read(search->arena, process_file(search, process, "cgroup").bytes, PROC_TEXT_MAX);
    struct slice stat = host_file_read(search->arena, process_file(search, process, "stat").bytes, PROC_TEXT_MAX);
    candidate->is_pods |= pod_netns_group_matches(search->arena, cgroup, search->uid);
    uint64_t start = pod_netns_start_time(stat);
    if (start < candidate->start || !candidate->process) {
        candidate->process = process;
        candidate->start = start;
    }
}

static bool processes_read(struct search *search, struct error *error)
{
    uint64_t process;
    DIR *stream = opendir(arena_copy(search->arena, search->proc_folder).bytes);
    if (!stream)
        return error_errno(error, "cannot read the node's processes in %.*s", SLICE_ARGS(search->proc_folder));
    search->host = namespace_of(search, 1);
    for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream)) {
        if (number_parse_u64(slice_from(entry->d_name), &process))
            process_note(search, process);
    }
    closedir(stream);
    return true;
}

/* The pod's processes first, then the older ones: addresses may be used twice, by a pod that has ended, say. */
static int candidate_compare(const void *a, const void *b)
{
    const struct candidate *first = a, *second = b;
    if (first->is_pods != second->is_pods)
        return first->is_pods ? -1 : 1;
    return first->start < second->start ? -1 : first->start > second->start;
}

static bool namespace_has(struct search *search, int fd, const struct network *wanted, size_t count)
{
    struct host_addresses addresses;
    int previous = -1;
    struct error error;
    if (!netns_enter(fd, &previous, &error))
        return false;
    bool is_read = host_addresses_read(search->arena, &addresses, &error), has = false;
    netns_leave(&previous);
    for (size_t i = 0; is_read && i < addresses.count; i++) {
        for (size_t j = 0; j < count; j++)
            has |= network_equal(&addresses.list[i], &wanted[j]);
    }
    return has;
}

/* status.podIPs, or where there are none status.podIP. */
static size_t addresses_of(struct arena *arena, const struct tree *pod, struct network **ret)
{
    const struct tree *several = tree_at(pod, "status", "podIPs");
    size_t count = 0, most = tree_count(several) + 1;
    struct network *list = arena_new(arena, struct network, most);
    for (size_t i = 0; tree_is(several, TREE_LIST) && i < several->list.count; i++)
        count += network_parse_host(tree_text(tree_get(several->list.items[i], SLICE("ip"))), &list[count], NULL);
    if (!count)
        count += network_parse_host(tree_text(tree_at(pod, "status", "podIP")), &list[count], NULL);
    *ret = list;
    return count;
}

bool pod_netns_find(struct arena *arena, struct slice proc_folder, const struct tree *pod, int *ret_fd,
                    struct slice *ret_path, struct error *error)
{
    struct search search = {.arena = arena, .proc_folder = proc_folder,
                            .uid = tree_text(tree_at(pod, "metadata", "uid"))};
    struct network *addresses;
    size_t count = addresses_of(arena, pod, &addresses);
    const struct tree *host = tree_at(pod, "spec", "hostNetwork");
    if (tree_is(host, TREE_BOOL) && host->boolean)
        return error_set(error, ERROR_VALUE, (struct position){0}, "the pod is in the host's network");
    if (!count)
        return error_set(error, ERROR_VALUE, (struct position){0}, "the pod has no address yet");
    if (!processes_read(&search, error))
        return false;
    if (search.count)
        qsort(search.list, search.count, sizeof *search.list, candidate_compare);
    for (size_t i = 0; i < search.count; i++) {
        _cleanup_(fd_close) int fd = -1;
        struct slice path = process_file(&search, search.list[i].process, "ns/net");
        struct stat status;
        /* The process may have gone, and its number be another's. */
        if (!netns_open(path.bytes, &fd, NULL) || fstat(fd, &status) || status.st_ino != search.list[i].inode ||
            !namespace_has(&search, fd, addresses, count))
            continue;
        *ret_fd = fd_take(&fd);
        *ret_path = path;
        return true;
    }
    return error_set(error, ERROR_MISSING, (struct position){0},
                     "none of the %zu network namespaces of this node has the pod's address", search.count);
}
