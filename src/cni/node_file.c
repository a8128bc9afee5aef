#include "cni/node_file.h"
#include "base/fd.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

enum { READ_ATTEMPTS = 10, NAME_ATTEMPTS = 20, COPY_CHUNK = 256 * 1024 };

/* A file to be, in the folder where it will be found. */
struct draft {
    int folder, fd;
    char name[NAME_MAX + 1], temporary[NAME_MAX + 1];
    bool is_named; /* the temporary one is in the folder */
};

void node_file_done(struct node_file *file)
{
    fd_close(&file->fd);
}

/* ---- reading ---- */

static bool is_written_since(const struct stat *before, const struct stat *now)
{
    return before->st_size != now->st_size || before->st_mtim.tv_sec != now->st_mtim.tv_sec ||
           before->st_mtim.tv_nsec != now->st_mtim.tv_nsec;
}

bool node_file_read(const char *path, struct buffer *out, struct node_file *ret, struct error *error)
{
    struct node_file file = NODE_FILE_INIT;
    file.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file.fd < 0 && errno == ENOENT)
        return error_set(error, ERROR_MISSING, (struct position){0}, "%s is not there", path);
    if (file.fd < 0)
        return error_errno(error, "cannot open %s", path);
    /* Somebody may be writing: read until it held still meanwhile. */
    for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
        buffer_clear(out);
        bool is_read = fstat(file.fd, &file.status) == 0 && lseek(file.fd, 0, SEEK_SET) == 0;
        if (!is_read || !S_ISREG(file.status.st_mode)) {
            error_set(error, ERROR_SYSTEM, (struct position){0}, "%s is no file", path);
            node_file_done(&file);
            return false;
        }
        if (!fd_read_all(file.fd, slice_from(path), out, error)) {
            node_file_done(&file);
            return false;
        }
        if (!node_file_is_changed(&file))
            break;
    }
    *ret = file;
    return true;
}

bool node_file_is_changed(const struct node_file *file)
{
    struct stat now;
    return fstat(file->fd, &now) != 0 || is_written_since(&file->status, &now);
}

bool node_file_is(const struct node_file *file, const struct stat *written)
{
    return file->status.st_ino == written->st_ino && file->status.st_dev == written->st_dev &&
           !is_written_since(written, &file->status);
}

bool node_file_is_replaced(const struct node_file *file, const char *path)
{
    struct stat now;
    return stat(path, &now) != 0 || now.st_dev != file->status.st_dev || now.st_ino != file->status.st_ino;
}

/* ---- writing ---- */

static void draft_done(struct draft *draft)
{
    if (draft->is_named)
        unlinkat(draft->folder, draft->temporary, 0);
    fd_close(&draft->fd);
    fd_close(&draft->folder);
}

static bool path_split(const char *path, bool follows, char folder[PATH_MAX], char name[NAME_MAX + 1],
                       struct error *error)
{
    char resolved[PATH_MAX];
    struct slice whole = slice_from(follows && realpath(path, resolved) ? resolved : path);
    size_t slash = slice_find_last(whole, SLICE("/"));
    struct slice base = slash == SLICE_NONE ? whole : slice_from_offset(whole, slash + 1);
    if (!base.length || base.length + sizeof NODE_FILE_MARK + 16 > NAME_MAX || whole.length >= PATH_MAX)
        return error_set(error, ERROR_VALUE, (struct position){0}, "\"%s\" cannot be the name of a file", path);
    snprintf(folder, PATH_MAX, "%.*s", slash == SLICE_NONE ? 1 : (int)slash + 1, slash == SLICE_NONE ? "." : whole.bytes);
    snprintf(name, NAME_MAX + 1, "%.*s", SLICE_ARGS(base));
    return true;
}

static bool draft_open(const char *path, bool follows, struct draft *draft, struct error *error)
{
    char folder[PATH_MAX];
    if (!path_split(path, follows, folder, draft->name, error))
        return false;
    draft->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (draft->folder < 0)
        return error_errno(error, "cannot write %s: folder %s", path, folder);
    for (int attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
        uint32_t number = (uint32_t)attempt;
        if (getrandom(&number, sizeof number, 0) < 0)
            number += (uint32_t)getpid();
        /* path_split has seen to the room. */
        snprintf(draft->temporary, sizeof draft->temporary, "%.*s%s%08" PRIx32, NAME_MAX - 32, draft->name,
                 NODE_FILE_MARK, number);
        draft->fd = openat(draft->folder, draft->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (draft->fd >= 0 || errno != EEXIST)
            break;
    }
    if (draft->fd < 0)
        return error_errno(error, "cannot write %s: cannot make a file in its folder", path);
    draft->is_named = true;
    return true;
}

/* Where this process may not give files away, the file is its own. */
static bool draft_own(const struct draft *draft, const struct stat *like, mode_t mode)
{
    if (like && (like->st_uid != geteuid() || like->st_gid != getegid()) &&
        fchown(draft->fd, like->st_uid, like->st_gid) && errno != EPERM)
        return false;
    return fchmod(draft->fd, like ? like->st_mode & 07777 : mode) == 0;
}

static bool fail_write(const char *path, struct error *error)
{
    return error_errno(error, "cannot write %s, which stays as it was", path);
}

/* Swaps draft and file, and looks at what comes out: where it is not the file that was seen, that one is put back. With
 * a plain rename, what another has put there in the last moment would be lost. */
static bool draft_swap(struct draft *draft, const struct node_file *seen, const char *path, bool *ret_overtaken,
                       struct error *error)
{
    struct stat out;
    if (renameat2(draft->folder, draft->temporary, draft->folder, draft->name, RENAME_EXCHANGE)) {
        if (errno == ENOENT) {
            *ret_overtaken = true; /* it is gone */
            return true;
        }
        if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
            return fail_write(path, error);
        if (renameat(draft->folder, draft->temporary, draft->folder, draft->name)) /* a file system without swapping */
            return fail_write(path, error);
        draft->is_named = false;
        return true;
    }
    if (fstatat(draft->folder, draft->temporary, &out, AT_SYMLINK_NOFOLLOW) == 0 && out.st_ino == seen->status.st_ino &&
        out.st_dev == seen->status.st_dev)
        return true; /* the old file has the temporary name now, and goes */
    *ret_overtaken = true;
    if (renameat(draft->folder, draft->temporary, draft->folder, draft->name))
        return fail_write(path, error);
    draft->is_named = false;
    return true;
}

static bool draft_publish(struct draft *draft, const char *path, const struct node_file *seen, mode_t mode,
                          bool *ret_overtaken, struct error *error)
{
    bool overtaken = false;
    if (!draft_own(draft, seen ? &seen->status : NULL, mode) || fsync(draft->fd))
        return fail_write(path, error);
    if (seen && (node_file_is_changed(seen) || node_file_is_replaced(seen, path))) {
        *ret_overtaken = true;
        return true;
    }
    if (seen) {
        if (!draft_swap(draft, seen, path, &overtaken, error))
            return false;
    } else {
        if (renameat(draft->folder, draft->temporary, draft->folder, draft->name))
            return fail_write(path, error);
        draft->is_named = false;
    }
    if (fsync(draft->folder) && errno != EINVAL)
        return error_errno(error, "%s is written, but perhaps not on the disk", path);
    if (ret_overtaken)
        *ret_overtaken = overtaken;
    return true;
}

bool node_file_write(const char *path, struct slice bytes, const struct node_file *seen, mode_t mode,
                     bool *ret_overtaken, struct stat *ret_written, struct error *error)
{
    _cleanup_(draft_done) struct draft draft = {.folder = -1, .fd = -1};
    if (ret_overtaken)
        *ret_overtaken = false;
    if (!draft_open(path, seen != NULL, &draft, error))
        return false;
    if (!fd_write_all(draft.fd, slice_from(path), bytes, error))
        return error_wrap(error, "the file stays as it was");
    return draft_publish(&draft, path, seen, mode, ret_overtaken, error) &&
           (!ret_written || fstat(draft.fd, ret_written) == 0 || error_errno(error, "cannot look at %s", path));
}

static bool copy_all(int to, int from, const char *path, struct error *error)
{
    _cleanup_(buffer_done) struct buffer chunk = BUFFER_INIT(COPY_CHUNK);
    char *bytes = buffer_reserve(&chunk, COPY_CHUNK);
    if (lseek(from, 0, SEEK_SET) < 0)
        return error_errno(error, "cannot read what is to be copied to %s", path);
    for (;;) {
        ssize_t count = read(from, bytes, COPY_CHUNK);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_errno(error, "cannot read what is to be copied to %s", path);
        if (count == 0)
            return true;
        if (!fd_write_all(to, slice_from(path), (struct slice){bytes, (size_t)count}, error))
            return error_wrap(error, "the file stays as it was");
    }
}

bool node_file_copy(const char *path, int from, mode_t mode, struct error *error)
{
    _cleanup_(draft_done) struct draft draft = {.folder = -1, .fd = -1};
    return draft_open(path, false, &draft, error) && copy_all(draft.fd, from, path, error) &&
           draft_publish(&draft, path, NULL, mode, NULL, error);
}

/* ---- removing ---- */

bool node_file_remove(const char *path, struct error *error)
{
    char folder[PATH_MAX];
    struct slice whole = slice_from(path);
    size_t slash = slice_find_last(whole, SLICE("/"));
    if (unlink(path))
        return errno == ENOENT || error_errno(error, "cannot remove %s", path);
    snprintf(folder, sizeof folder, "%.*s", slash == SLICE_NONE ? 1 : (int)slash + 1, slash == SLICE_NONE ? "." : path);
    _cleanup_(fd_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        (void)fsync(fd); /* it is gone; that it may come back after a power cut is no failure */
    return true;
}

size_t node_file_sweep(const char *path, const char *mark)
{
    char folder[PATH_MAX], name[NAME_MAX + 1];
    size_t count = 0, length = 0;
    if (!path_split(path, false, folder, name, NULL))
        return 0;
    DIR *stream = opendir(folder);
    if (!stream)
        return 0;
    length = strlen(name);
    for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream)) {
        struct slice found = slice_from(entry->d_name);
        if (slice_starts(found, (struct slice){name, length}) &&
            slice_starts(slice_from_offset(found, length), slice_from(mark)) &&
            unlinkat(dirfd(stream), entry->d_name, 0) == 0)
            count++;
    }
    closedir(stream);
    return count;
}
