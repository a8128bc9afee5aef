#include "capture/host.h"
#include "base/fd.h"
#include "capture/netlink.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct slice host_file_read(struct arena *arena, const char *path, size_t max)
{
    _cleanup_(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0)
        return (struct slice){0};
    size_t capacity =
        S_ISREG(status.st_mode) && status.st_size > 0 && (size_t)status.st_size < max ? (size_t)status.st_size : max;
    char *bytes = arena_take(arena, capacity);
    size_t length = 0;
    while (length < capacity) {
        ssize_t got = read(fd, bytes + length, capacity - length);
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    return (struct slice){bytes, length};
}

/* ---- addresses ---------------------------------------------------------------------------------------------- */

struct address_reader {
    struct arena *arena;
    struct host_addresses addresses;
    size_t capacity;
};

static void address_add(struct address_reader *reader, struct network address, unsigned interface)
{
    struct host_addresses *list = &reader->addresses;
    if (list->count == reader->capacity) {
        reader->capacity = reader->capacity ? reader->capacity * 2 : 8;
        struct network *grown = arena_new(reader->arena, struct network, reader->capacity);
        struct slice *names = arena_new(reader->arena, struct slice, reader->capacity);
        if (list->count) {
            memcpy(grown, list->list, list->count * sizeof *grown);
            memcpy(names, list->interfaces, list->count * sizeof *names);
        }
        list->list = grown;
        list->interfaces = names;
    }
    char name[IF_NAMESIZE] = "";
    if_indextoname(interface, name);
    list->interfaces[list->count] = arena_copy(reader->arena, slice_from(name));
    list->list[list->count++] = address;
}

static bool address_take(void *context, uint16_t type, const void *payload, size_t size)
{
    struct ifaddrmsg header;
    struct netlink_value values[IFA_MAX + 1];
    if (type != RTM_NEWADDR || !netlink_read(payload, size, &header, sizeof header, values, IFA_MAX))
        return true;
    /* A point-to-point link's own address is IFA_LOCAL. */
    struct netlink_value value = values[IFA_LOCAL].bytes ? values[IFA_LOCAL] : values[IFA_ADDRESS];
    struct network address = {.version = header.ifa_family == AF_INET6 ? 6 : 4};
    size_t length = address.version == 6 ? 16 : 4;
    if (!value.bytes || value.size < length)
        return true;
    memcpy(address.address, value.bytes, length);
    address.bits = (uint8_t)(length * 8);
    address_add(context, address, header.ifa_index);
    return true;
}

bool host_addresses_read(struct arena *arena, struct host_addresses *ret, struct error *error)
{
    _cleanup_(netlink_close) struct netlink netlink = NETLINK_INIT;
    if (!netlink_open(&netlink, NETLINK_ROUTE, error))
        return error_wrap(error, "asking for the addresses");
    const struct ifaddrmsg header = {.ifa_family = AF_UNSPEC};
    struct netlink_request request;
    request.length = 0;
    request.overflowed = false;
    netlink_message(&request, RTM_GETADDR, NLM_F_DUMP, &header, sizeof header);
    int refused = EINTR;
    for (int attempt = 0; attempt < NETLINK_ATTEMPTS && refused == EINTR; attempt++) {
        struct address_reader reader = {.arena = arena};
        if (netlink_exchange(&netlink, &request, address_take, &reader, &refused, error)) {
            *ret = reader.addresses;
            return true;
        }
    }
    return error_wrap(error, "asking for the addresses");
}

bool host_address_is_public(const struct network *address)
{
    const uint8_t *bytes = address->address;
    if (network_is_loopback(address))
        return false;
    if (address->version == 4)
        return !(bytes[0] == 169 && bytes[1] == 254) && !(bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0);
    return !(bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) && !(bytes[0] == 0xff && (bytes[1] & 0x0f) == 0x02);
}

void host_files_read(struct arena *arena, struct capture_facts *facts)
{
    enum { FILE_MAX = 1 << 20 };
    facts->passwd = host_file_read(arena, "/etc/passwd", FILE_MAX);
    facts->group = host_file_read(arena, "/etc/group", FILE_MAX);
    facts->resolv_conf = host_file_read(arena, "/etc/resolv.conf", FILE_MAX);
}

bool host_versions_read(struct arena *arena, struct capture_facts *facts, struct error *error)
{
    struct host_addresses addresses;
    facts->has_ipv4 = facts->has_ipv6 = false;
    if (!host_addresses_read(arena, &addresses, error))
        return false;
    for (size_t i = 0; i < addresses.count; i++) {
        if (host_address_is_public(&addresses.list[i]))
            *(addresses.list[i].version == 6 ? &facts->has_ipv6 : &facts->has_ipv4) = true;
    }
    return true;
}

/* ---- namespace and lock ------------------------------------------------------------------------------------- */

bool host_namespace_enter(struct slice path, struct error *error)
{
    char terminated[4096];
    if (path.length >= sizeof terminated)
        return error_set(error, ERROR_VALUE, (struct position){0}, "the namespace's path is over %zu bytes",
                         sizeof terminated);
    memcpy(terminated, path.bytes, path.length);
    terminated[path.length] = '\0';
    _cleanup_(fd_close) int fd = open(terminated, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(error, "network namespace %s", terminated);
    struct stat wanted, here;
    if (fstat(fd, &wanted) == 0 && stat("/proc/self/ns/net", &here) == 0 && wanted.st_ino == here.st_ino &&
        wanted.st_dev == here.st_dev)
        return true;
    if (setns(fd, CLONE_NEWNET) == 0)
        return true;
    if (errno == EINVAL)
        return error_set(error, ERROR_VALUE, (struct position){0}, "%s is not a network namespace", terminated);
    return error_errno(error, "entering the network namespace %s (this needs CAP_SYS_ADMIN)", terminated);
}

void host_lookups_confine(void)
{
    if (unshare(CLONE_NEWNS) < 0)
        return;
    /* Where a security module forbids a private tree, a subordinate one also keeps our mount to ourselves. */
    if (mount("", "/", NULL, MS_PRIVATE | MS_REC, NULL) < 0 && mount("", "/", NULL, MS_SLAVE | MS_REC, NULL) < 0)
        return;
    (void)!mount("/dev/null", "/etc/nsswitch.conf", NULL, MS_BIND, NULL);
}

char *const *host_lock_variables(struct arena *arena, char *const *variables, struct slice namespace)
{
    size_t count = 0;
    if (namespace.length == 0)
        return variables;
    while (variables && variables[count])
        count++;
    char **changed = arena_new(arena, char *, count + 2);
    if (count)
        memcpy(changed, variables, count * sizeof *changed);
    changed[count] = (char *)arena_format(arena, "XTABLES_LOCKFILE=%.*s", SLICE_ARGS(namespace)).bytes;
    return changed;
}

bool host_may_configure_network(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    if (syscall(SYS_capget, &header, data) < 0)
        return true; /* not told: let the kernel decide when it comes to it */
    return data[0].effective & 1u << CAP_NET_ADMIN;
}

static uint64_t milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Returns when the holder may have let go, or after `left_ms`: a connection to it breaks when it goes. */
static void lock_wait(const struct sockaddr_un *address, socklen_t size, uint64_t left_ms)
{
    _cleanup_(fd_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    if (connect(fd, (const struct sockaddr *)address, size) < 0) {
        /* The holder does not listen yet, has gone, or has more waiting than its queue takes. */
        const struct timespec moment = {.tv_nsec = 2000000};
        nanosleep(&moment, NULL);
        return;
    }
    struct pollfd wait = {.fd = fd, .events = POLLRDHUP};
    poll(&wait, 1, left_ms > 1000 ? 1000 : (int)left_ms);
}

bool host_lock_take(unsigned timeout_ms, int *ret_fd, struct error *error)
{
    static const char name[] = "\0pillion-capture";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + sizeof name - 1);
    memcpy(address.sun_path, name, sizeof name - 1);
    uint64_t until = milliseconds_now() + timeout_ms;
    /* Without SOCK_CLOEXEC, so that a child holds it, too. */
    _cleanup_(fd_close) int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return error_errno(error, "the lock's socket");
    while (bind(fd, (const struct sockaddr *)&address, size) < 0) {
        uint64_t now = milliseconds_now();
        if (errno != EADDRINUSE)
            return error_errno(error, "locking the network namespace");
        if (now >= until)
            return error_set(error, ERROR_REFUSED, (struct position){0},
                             "another pillion has been at work in this network namespace for %u s (it holds the "
                             "abstract socket @pillion-capture); nothing was changed",
                             timeout_ms / 1000);
        lock_wait(&address, size, until - now);
    }
    (void)!listen(fd, 128);
    *ret_fd = fd_take(&fd);
    return true;
}

struct slice host_program_find(struct arena *arena, const char *path, const char *name)
{
    struct slice_splitter directories = {
        .rest = slice_from(path && *path ? path : "/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin:/usr/local/bin")};
    for (struct slice directory; slice_split(&directories, ':', &directory);) {
        if (directory.length == 0 || directory.bytes[0] != '/')
            continue;
        struct slice file = arena_format(arena, "%.*s/%s", SLICE_ARGS(directory), name);
        if (access(file.bytes, X_OK) == 0)
            return file;
    }
    return (struct slice){0};
}
