/* host.h - facts of the machine and namespace that the program runs in, and the two things done to them as a whole:
 * entering another network namespace, and one run at a time. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "capture/settings.h"

/* Fills in the texts of the small files that settings depend on. They live in the arena. */
void host_files_read(struct arena *arena, struct capture_facts *facts);
/* Fills in which versions of IP this thread's network namespace has an address of. */
MUST_CHECK bool host_versions_read(struct arena *arena, struct capture_facts *facts, struct error *error);

struct host_addresses {
    struct network *list; /* hosts: each address by itself */
    struct slice *interfaces;
    size_t count;
};
/* Every address of the namespace, IPv4 first, as the kernel lists them. */
MUST_CHECK bool host_addresses_read(struct arena *arena, struct host_addresses *ret, struct error *error);
/* Whether a pod can be reached by it: neither loopback nor link-local (Istio config.go, getLocalIP). */
bool host_address_is_public(const struct network *address);

/* The whole file, up to `max` bytes; the empty slice when it is not there. */
struct slice host_file_read(struct arena *arena, const char *path, size_t max);

/* Moves this thread into the network namespace that the file stands for. */
MUST_CHECK bool host_namespace_enter(struct slice path, struct error *error);

/* For a run on the node in a pod's network: iptables asks the node's name services for the users in its rules, even for
 * numbers, and those may want a network that is not there. Gives this process (and its children) a mount namespace in
 * which there are none; does without where that is not permitted (Istio: runInSandbox). */
void host_lookups_confine(void);

/* The variables for an iptables that works in another namespace than this process's first one. Legacy iptables locks a
 * file of the whole node; run there for one pod, the pod's namespace is the thing to lock (Istio:
 * UsePodScopedXtablesLock). `namespace` is its file; empty: the variables as they are. In the arena. */
char *const *host_lock_variables(struct arena *arena, char *const *variables, struct slice namespace);

/* Whether this process may change network settings (CAP_NET_ADMIN). */
bool host_may_configure_network(void);

/* One run at a time in a network namespace: a socket of a fixed abstract name, which exists once in a namespace, goes
 * when its last holder does, however that ends, and needs no file. A child that inherits it keeps it, so that a run
 * that is killed does not leave an iptables behind that works beside the next run. Waits up to `timeout_ms`. Gives the
 * descriptor. */
MUST_CHECK bool host_lock_take(unsigned timeout_ms, int *ret_fd, struct error *error);

/* The file of that name, executable, in the directories of `path` (as $PATH; NULL: the usual system directories), with
 * its NUL; empty when there is none. */
struct slice host_program_find(struct arena *arena, const char *path, const char *name);
