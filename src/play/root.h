/* root.h - the files that a container sees: those of this host, with whatever it writes kept aside (overlayfs over a
 * tmpfs that goes with the play), its volumes, and /etc/hosts and /etc/resolv.conf of its pod. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "play/plan.h"

/* Where this program mounts the tmpfs that holds all files of a play; the mount is in its own mount namespace, so the
 * host sees an empty folder. */
#define PLAY_FOLDER "/run/pillion-play"

/* Gives this process a mount namespace with that folder in it. */
MUST_CHECK bool play_folder_mount(struct error *error);

struct play_host_mounts {
    struct slice *list; /* mount points of this host beside "/": folders, NUL-terminated */
    size_t count;
    const char *program; /* the path of this one */
};
/* Those whose files a container should see. Before play_folder_mount: in another mount namespace than it was started in
 * a program cannot tell its path, where "/" is not the machine's (chroot). */
MUST_CHECK bool play_host_mounts_read(struct arena *arena, struct play_host_mounts *ret, struct error *error);

/* Makes the files of a pod's volumes, and folders for its containers, below PLAY_FOLDER. */
MUST_CHECK bool play_files_make(struct arena *arena, const struct play_pod *pod, size_t number, struct error *error);

struct play_root {
    const struct play_host_mounts *host;
    const struct play_container *container;
    size_t pod, number; /* which folder below PLAY_FOLDER */
    struct slice hosts, host_name;
};
/* Makes it this process's root; the process has a mount namespace of its own, and the first or a shared process
 * namespace whose /proc it gets. */
MUST_CHECK bool play_root_enter(const struct play_root *root, struct error *error);
