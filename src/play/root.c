#include "play/root.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOUNTS_BYTES_MAX = 4 << 20, HOST_MOUNTS_MAX = 512 };
#define FOLDER_FORMAT PLAY_FOLDER "/%zu"

/* ---- before ------------------------------------------------------------------------------------------------- */

bool play_folder_mount(struct error *error)
{
    if (mkdir(PLAY_FOLDER, 0700) < 0 && errno != EEXIST)
        return error_errno(error, "%s", PLAY_FOLDER);
    if (unshare(CLONE_NEWNS) < 0)
        return error_errno(error, "a mount namespace");
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("pillion-play", PLAY_FOLDER, "tmpfs", MS_NODEV, "mode=0755") < 0)
        return error_errno(error, "mounting %s", PLAY_FOLDER);
    return true;
}

/* mountinfo writes blanks and the like as \040 (proc(5)). */
static struct slice unescaped(struct arena *arena, struct slice text)
{
    struct slice copy = arena_copy(arena, text);
    char *out = (char *)(uintptr_t)copy.bytes;
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        bool is_code = text.bytes[i] == '\\' && i + 3 < text.length;
        out[length++] =
            is_code ? (char)((text.bytes[i + 1] - '0') * 64 + (text.bytes[i + 2] - '0') * 8 + (text.bytes[i + 3] - '0'))
                    : text.bytes[i];
        i += is_code ? 3 : 0;
    }
    out[length] = '\0';
    return (struct slice){copy.bytes, length};
}

static bool lies_in(struct slice path, struct slice folder)
{
    return slice_starts(path, folder) && (path.length == folder.length || path.bytes[folder.length] == '/');
}

/* What containers get of their own, or by a mount above. */
static bool is_seen_anyway(const struct play_host_mounts *mounts, struct slice path)
{
    static const struct slice own[] = {SLICE_CONSTANT("/proc"), SLICE_CONSTANT("/sys"), SLICE_CONSTANT("/dev"),
                                       SLICE_CONSTANT("/run"), SLICE_CONSTANT("/tmp")};
    for (size_t i = 0; i < ARRAY_LENGTH(own); i++) {
        if (lies_in(path, own[i]))
            return true;
    }
    for (size_t i = 0; i < mounts->count; i++) {
        if (lies_in(path, mounts->list[i]))
            return true;
    }
    return false;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool program_find(struct arena *arena, const char **ret, struct error *error)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length < 0)
        return error_errno(error, "/proc/self/exe");
    *ret = arena_copy(arena, (struct slice){path, (size_t)length}).bytes;
    return true;
}

bool play_host_mounts_read(struct arena *arena, struct play_host_mounts *ret, struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(MOUNTS_BYTES_MAX);
    if (!fd_read_file("/proc/self/mountinfo", &text, error))
        return false;
    *ret = (struct play_host_mounts){.list = arena_new(arena, struct slice, HOST_MOUNTS_MAX)};
    if (!program_find(arena, &ret->program, error))
        return false;
    struct slice_splitter lines = {.rest = buffer_slice(&text)};
    for (struct slice line, word; slice_split(&lines, '\n', &line) && ret->count < HOST_MOUNTS_MAX;) {
        struct slice_splitter words = {.rest = line};
        bool found = true;
        for (size_t i = 0; found && i < 5; i++)
            found = slice_split(&words, ' ', &word);
        if (!found)
            continue;
        struct slice path = unescaped(arena, word);
        if (path.length > 1 && !is_seen_anyway(ret, path) && is_folder(path.bytes))
            ret->list[ret->count++] = path;
    }
    return true;
}

static bool folder_make(const char *path, mode_t mode, struct error *error)
{
    if (mkdir(path, mode) < 0 && errno != EEXIST)
        return error_errno(error, "%s", path);
    return chmod(path, mode) == 0 || error_errno(error, "%s", path);
}

/* The folders above the last part of a path, from its byte `from` on. */
static bool parents_make(const char *path, size_t from, struct error *error)
{
    char part[PATH_MAX];
    for (size_t i = from; path[i]; i++) {
        if (path[i] != '/' || i == 0)
            continue;
        if (i >= sizeof part)
            return error_set(error, ERROR_LIMIT, (struct position){0}, "a path of more than %d bytes", PATH_MAX);
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0755) < 0 && errno != EEXIST && !is_folder(part))
            return error_errno(error, "%s", part);
    }
    return true;
}

static bool file_write(const char *path, struct slice text, struct error *error)
{
    unlink(path);
    _cleanup_(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_errno(error, "%s", path);
    return fd_write_all(fd, slice_from(path), text, error);
}

static bool volume_make(struct arena *arena, const struct play_volume *volume, size_t pod, struct error *error)
{
    const char *folder = arena_format(arena, FOLDER_FORMAT "/volumes/%s", pod, volume->name.bytes).bytes;
    if (!folder_make(folder, volume->kind == PLAY_VOLUME_EMPTY ? 0777 : 0755, error))
        return false;
    for (size_t i = 0; i < volume->file_count; i++) {
        const char *path = arena_format(arena, "%s/%s", folder, volume->files[i].path.bytes).bytes;
        if (!parents_make(path, strlen(folder) + 1, error) || !file_write(path, volume->files[i].text, error))
            return false;
    }
    return true;
}

bool play_files_make(struct arena *arena, const struct play_pod *pod, size_t number, struct error *error)
{
    static const char *const parts[] = {"", "/upper", "/work", "/root"};
    if (!folder_make(arena_format(arena, FOLDER_FORMAT, number).bytes, 0755, error) ||
        !folder_make(arena_format(arena, FOLDER_FORMAT "/volumes", number).bytes, 0755, error))
        return false;
    for (size_t i = 0; i < pod->volume_count; i++) {
        if (pod->volumes[i].kind != PLAY_VOLUME_HOST && !volume_make(arena, &pod->volumes[i], number, error))
            return error_wrap(error, "volume \"%.*s\"", SLICE_ARGS(pod->volumes[i].name));
    }
    for (size_t i = 0; i < pod->count; i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(parts); j++) {
            if (!folder_make(arena_format(arena, FOLDER_FORMAT "/%zu%s", number, i, parts[j]).bytes, 0755, error))
                return false;
        }
    }
    return true;
}

/* ---- in the container --------------------------------------------------------------------------------------- */

static bool mount_at(const char *source, const char *root, const char *path, const char *type, unsigned long flags,
                     const char *data, struct error *error)
{
    char target[PATH_MAX];
    int length = snprintf(target, sizeof target, "%s%s", root, path);
    if (length < 0 || (size_t)length >= sizeof target)
        return error_set(error, ERROR_LIMIT, (struct position){0}, "%s: too long a path", path);
    return mount(source, target, type, flags, data) == 0 || error_errno(error, "mounting %s", path);
}

/* With all that is mounted in it. Kernels before 5.12 cannot, and there only the top is read-only. */
static void read_only_set(const char *root, const char *path)
{
    char target[PATH_MAX];
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    snprintf(target, sizeof target, "%s%s", root, path);
    if (syscall(SYS_mount_setattr, AT_FDCWD, target, AT_RECURSIVE, &attributes, sizeof attributes) < 0)
        (void)mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
}

static bool system_mount(const struct play_root *root, const char *target, struct error *error)
{
    unsigned long plain = MS_NOSUID | MS_NODEV;
    for (size_t i = 0; i < root->host->count; i++) {
        /* What cannot be shown is not there; a container that needs it will say so. */
        if (mount_at(root->host->list[i].bytes, target, root->host->list[i].bytes, NULL, MS_BIND | MS_REC, NULL, NULL))
            read_only_set(target, root->host->list[i].bytes);
    }
    if (!mount_at("/dev", target, "/dev", NULL, MS_BIND | MS_REC, NULL, error) ||
        !mount_at("/sys", target, "/sys", NULL, MS_BIND | MS_REC, NULL, error) ||
        !mount_at("proc", target, "/proc", "proc", plain | MS_NOEXEC, NULL, error) ||
        !mount_at("tmpfs", target, "/run", "tmpfs", plain, "mode=0755", error) ||
        !mount_at("tmpfs", target, "/tmp", "tmpfs", plain, "mode=1777", error))
        return false;
    read_only_set(target, "/sys");
    return true;
}

/* Binds what a descriptor stands for onto a path of the new root, which is made where it is missing. */
static bool bind(int source, const char *path, bool is_read_only, struct error *error)
{
    char name[64];
    struct stat status;
    snprintf(name, sizeof name, "/proc/self/fd/%d", source);
    if (fstat(source, &status) < 0 || !parents_make(path, 1, error))
        return error_errno(error, "%s", path);
    if (S_ISDIR(status.st_mode) ? mkdir(path, 0755) < 0 && errno != EEXIST
                                : mknod(path, S_IFREG | 0644, 0) < 0 && errno != EEXIST)
        return error_errno(error, "%s", path);
    if (mount(name, path, NULL, MS_BIND | MS_REC, NULL) < 0)
        return error_errno(error, "mounting %s", path);
    if (is_read_only)
        read_only_set("", path);
    return true;
}

static int source_open(const struct play_root *root, const struct play_mount *mount)
{
    char path[PATH_MAX];
    int length = mount->volume->kind == PLAY_VOLUME_HOST
                     ? snprintf(path, sizeof path, "%s/%s", mount->volume->host_path.bytes, mount->sub_path.bytes)
                     : snprintf(path, sizeof path, FOLDER_FORMAT "/volumes/%s/%s", root->pod, mount->volume->name.bytes,
                                mount->sub_path.bytes);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    /* A subPath of an emptyDir comes into being when it is first mounted. */
    if (mount->volume->kind == PLAY_VOLUME_EMPTY && mount->sub_path.length && mkdir(path, 0777) == 0)
        (void)chmod(path, 0777);
    if (!mount->sub_path.length)
        path[length - 1] = '\0';
    return open(path, O_PATH | O_CLOEXEC);
}

static bool own_files_write(const struct play_root *root, struct error *error)
{
    char name[256];
    snprintf(name, sizeof name, "%.*s\n", SLICE_ARGS(root->host_name));
    return file_write("/etc/hosts", root->hosts, error) && file_write("/etc/hostname", slice_from(name), error) &&
           file_write("/etc/resolv.conf", SLICE("# There is no DNS in a play: names are in /etc/hosts.\n"), error);
}

/* Once the old root is behind the new one, paths are the container's, links in them lead nowhere else, and what is
 * bound comes from descriptors that were opened before. */
static bool root_change(const struct play_root *root, const char *target, struct error *error)
{
    int sources[PLAY_CONTAINERS_MAX * 4];
    size_t count = root->container->mount_count;
    if (count > ARRAY_LENGTH(sources))
        return error_set(error, ERROR_LIMIT, (struct position){0}, "more than %zu mounts", ARRAY_LENGTH(sources));
    for (size_t i = 0; i < count; i++) {
        sources[i] = source_open(root, &root->container->mounts[i]);
        if (sources[i] < 0)
            return error_errno(error, "volume \"%s\"", root->container->mounts[i].volume->name.bytes);
    }
    /* By its name: the file as it was opened for us belongs to the mount namespace that this program was started in. */
    _cleanup_(fd_close) int program = open(root->host->program, O_PATH | O_CLOEXEC);
    _cleanup_(fd_close) int old = open("/", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
    if (program < 0 || old < 0 || chdir(target) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
        return error_errno(error, "changing the root");
    for (size_t i = 0; i < count; i++) {
        const struct play_mount *mount = &root->container->mounts[i];
        if (!bind(sources[i], mount->path.bytes, mount->is_read_only, error))
            return false;
        close(sources[i]);
    }
    if (!bind(program, PLAY_PROGRAM, false, error) || !own_files_write(root, error))
        return false;
    if (fchdir(old) < 0 || mount(NULL, ".", NULL, MS_SLAVE | MS_REC, NULL) < 0 || umount2(".", MNT_DETACH) < 0 ||
        chdir("/") < 0)
        return error_errno(error, "changing the root");
    return true;
}

bool play_root_enter(const struct play_root *root, struct error *error)
{
    char target[256], options[1024];
    snprintf(target, sizeof target, FOLDER_FORMAT "/%zu/root", root->pod, root->number);
    snprintf(options, sizeof options,
             "lowerdir=/,upperdir=" FOLDER_FORMAT "/%zu/upper,workdir=" FOLDER_FORMAT "/%zu/work", root->pod,
             root->number, root->pod, root->number);
    if (mount("overlay", target, "overlay", 0, options) < 0)
        return error_errno(error, "overlayfs over this host's files (is the module there?)");
    if (!system_mount(root, target, error) || !root_change(root, target, error))
        return false;
    if (root->container->is_root_read_only) {
        static const char *const parts[] = {"/", "/run", "/tmp"};
        for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
            if (mount(NULL, parts[i], NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) < 0)
                return error_errno(error, "making %s read-only", parts[i]);
        }
    }
    return true;
}
