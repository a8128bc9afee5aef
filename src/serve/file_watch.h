/* file_watch.h - tells when files may have changed. Kubernetes mounts a ConfigMap or Secret as links through ..data and
 * swaps that link (Kubernetes, "Volumes", configMap), editors rename, others write in place: so the folders are watched,
 * and whoever asks compares contents. */
#pragma once
#include "base/error.h"
#include <stdint.h>

enum { FILE_WATCH_MAX = 8 };

struct file_watch {
    int fd; /* readable when something happened in one of the folders; -1: nothing is watched */
    struct slice paths[FILE_WATCH_MAX];
    size_t count;
};
#define FILE_WATCH_INIT {.fd = -1}

/* Adds a file (its name is borrowed, NUL-terminated; an empty one is left out). */
void file_watch_add(struct file_watch *watch, struct slice path);
/* Starts to watch. Errors: inotify cannot be had. A folder that is not there is no error: file_watch_again. */
MUST_CHECK bool file_watch_start(struct file_watch *watch, struct error *error);
/* Reads away what has been reported. */
void file_watch_drain(struct file_watch *watch);
/* Watches the folders by their names once more: for those that were made anew. Cheap. */
void file_watch_again(struct file_watch *watch);
/* A number that changes when a file is another one, or was written to; for looking without reading. */
uint64_t file_watch_signature(const struct file_watch *watch);
void file_watch_done(struct file_watch *watch);
