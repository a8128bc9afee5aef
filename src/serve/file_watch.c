#include "serve/file_watch.h"
#include "base/fd.h"
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint32_t interesting = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE | IN_ATTRIB;

void file_watch_add(struct file_watch *watch, struct slice path)
{
    if (!path.length)
        return;
    assert(watch->count < FILE_WATCH_MAX);
    watch->paths[watch->count++] = path;
}

void file_watch_again(struct file_watch *watch)
{
    for (size_t i = 0; watch->fd >= 0 && i < watch->count; i++) {
        char folder[PATH_MAX];
        struct slice path = watch->paths[i];
        size_t slash = slice_find_last(path, SLICE("/"));
        if (slash != SLICE_NONE && slash >= sizeof folder)
            continue;
        if (slash == SLICE_NONE)
            snprintf(folder, sizeof folder, ".");
        else
            snprintf(folder, sizeof folder, "%.*s", slash ? (int)slash : 1, path.bytes);
        /* The same folder again is the same watch. */
        (void)inotify_add_watch(watch->fd, folder, interesting);
    }
}

bool file_watch_start(struct file_watch *watch, struct error *error)
{
    if (!watch->count)
        return true;
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch->fd < 0)
        return error_errno(error, "files cannot be watched: inotify");
    file_watch_again(watch);
    return true;
}

void file_watch_drain(struct file_watch *watch)
{
    char events[4096] __attribute__((aligned(8)));
    ssize_t length;
    do
        length = read(watch->fd, events, sizeof events);
    while (length > 0 || (length < 0 && errno == EINTR));
}

uint64_t file_watch_signature(const struct file_watch *watch)
{
    uint64_t signature = UINT64_C(14695981039346656037); /* FNV-1a, a word at a time */
    for (size_t i = 0; i < watch->count; i++) {
        struct stat status = {0};
        bool is_there = stat(watch->paths[i].bytes, &status) == 0;
        const uint64_t words[] = {is_there, (uint64_t)status.st_dev, (uint64_t)status.st_ino, (uint64_t)status.st_size,
                                  (uint64_t)status.st_mtim.tv_sec, (uint64_t)status.st_mtim.tv_nsec};
        for (size_t word = 0; word < ARRAY_LENGTH(words); word++)
            signature = (signature ^ words[word]) * UINT64_C(1099511628211);
    }
    return signature;
}

void file_watch_done(struct file_watch *watch)
{
    fd_close(&watch->fd);
}
