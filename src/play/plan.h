/* plan.h - what a manifest comes to on this host: pods with addresses, containers with argv, environment, identity,
 * mounts and probes, and Services. Pure: nothing is run, and no file is read. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "play/expand.h"
#include "tree/tree.h"

/* The network that pods live in: of its own namespaces, so nothing of this host can collide with it. */
enum { PLAY_PODS_MAX = 200, PLAY_CONTAINERS_MAX = 32 };
#define PLAY_NODE_ADDRESS "10.244.0.1" /* of the bridge: the node, as pods see it */
#define PLAY_NODE_NAME "pillion-play"
#define PLAY_PROGRAM "/run/pillion-play/bin/pillion" /* this program, as containers see it */
enum { PLAY_USER_STANDARD = 65534, PLAY_PROXY_USER = 1337 };

struct play_file {
    struct slice path, text; /* relative to the volume */
};

enum play_volume_kind { PLAY_VOLUME_EMPTY, PLAY_VOLUME_FILES, PLAY_VOLUME_HOST };
struct play_volume {
    struct slice name;
    enum play_volume_kind kind;
    struct play_file *files;
    size_t file_count;
    struct slice host_path; /* NUL-terminated */
};

struct play_mount {
    const struct play_volume *volume;
    struct slice path, sub_path; /* NUL-terminated; sub_path may be empty */
    bool is_read_only;
};

enum play_action_kind { PLAY_ACTION_NONE, PLAY_ACTION_EXEC, PLAY_ACTION_HTTP, PLAY_ACTION_TCP, PLAY_ACTION_SLEEP };
/* What a probe or a hook does. */
struct play_action {
    enum play_action_kind kind;
    char *const *argv;    /* EXEC */
    uint16_t port;        /* HTTP, TCP: at the pod's address */
    struct slice request; /* HTTP: all of it */
    int64_t seconds;      /* SLEEP */
};

enum play_probe_kind { PLAY_STARTUP, PLAY_READINESS, PLAY_LIVENESS, PLAY_PROBES };
struct play_probe {
    struct play_action action;
    int64_t delay_s, period_s, timeout_s;
    int64_t successes, failures; /* so many in a row count */
};

enum play_container_kind { PLAY_INIT, PLAY_SIDECAR, PLAY_APP }; /* PLAY_SIDECAR: an init container that stays */
struct play_container {
    struct slice name;
    enum play_container_kind kind;
    bool is_proxy;   /* the sidecar that injection added, whatever its kind */
    bool is_capture; /* sets up the rules */
    char *const *argv, *const *environment;
    const char *folder;
    uint32_t uid, gid;
    uint64_t capabilities; /* bits by CAP_ */
    bool no_new_privileges, is_root_read_only;
    struct play_mount *mounts;
    size_t mount_count;
    struct play_probe probes[PLAY_PROBES];
    struct play_action post_start, pre_stop;
};

enum play_restart { PLAY_RESTART_ALWAYS, PLAY_RESTART_ON_FAILURE, PLAY_RESTART_NEVER };
struct play_pod {
    struct slice name, namespace, address, node_name, account; /* NUL-terminated */
    const struct tree *metadata, *spec;
    struct play_container *containers; /* in the order of their start: init containers first */
    size_t count, init_count;
    struct play_volume *volumes;
    size_t volume_count;
    enum play_restart restart;
    bool ends; /* a Job's, or one that is never started anew: `until done` waits for it */
    bool is_injected;
    bool shares_processes;
    int64_t grace_s;
    int64_t attempts; /* of a Job's pod: so often it may fail and be tried again */
};

struct play_port {
    struct slice name, target_name; /* target_name: instead of `target`; else empty */
    uint16_t port, target;
    bool is_udp;
};
struct play_service {
    struct slice name, namespace;
    struct slice address; /* empty: headless */
    const struct tree *selector;
    struct play_port *ports;
    size_t port_count;
};

struct play_object {
    const struct tree *document, *original; /* injected, and as it was; the same where nothing was injected */
    struct source source;                   /* for places in errors; the text must live as long */
};

struct play_plan {
    struct arena *arena;
    struct play_pod *pods;
    size_t pod_count;
    struct play_service *services;
    size_t service_count;
};

/* The objects in the order of the manifests, Lists already taken apart. What is no workload, Service or ConfigMap is
 * left out. Everything lives in `arena` or borrows from the objects. `namespace`: of objects that name none. Errors
 * name the object and what of it cannot be played. */
MUST_CHECK bool play_plan_make(struct arena *arena, const struct play_object *objects, size_t count,
                               struct slice namespace, struct play_plan *ret, struct error *error);

/* Whether the Service selects the pod. A Service without a selector selects none. */
bool play_service_selects(const struct play_service *service, const struct play_pod *pod);
/* The port of the pod that the Service's port leads to; 0: the pod has none of that name. */
uint16_t play_service_target(const struct play_port *port, const struct play_pod *pod);
