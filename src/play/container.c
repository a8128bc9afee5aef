#include "play/making.h"
#include <linux/capability.h>

/* By their numbers (capabilities(7)). */
static const char *const capability_names[] = {
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
};
#define BIT(capability) (1ull << (capability))
/* What container runtimes give by themselves (containerd, oci.defaultUnixCaps). */
static const uint64_t capabilities_standard =
    BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FSETID) | BIT(CAP_FOWNER) | BIT(CAP_MKNOD) | BIT(CAP_NET_RAW) |
    BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SETFCAP) | BIT(CAP_SETPCAP) | BIT(CAP_NET_BIND_SERVICE) |
    BIT(CAP_SYS_CHROOT) | BIT(CAP_KILL) | BIT(CAP_AUDIT_WRITE);
static const uint64_t capabilities_all = BIT(ARRAY_LENGTH(capability_names)) - 1;

static bool capabilities_read(struct play_making *making, const struct tree *list, uint64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; tree_is(list, TREE_LIST) && i < list->list.count; i++) {
        struct slice name = tree_text(list->list.items[i]);
        size_t number = 0;
        if (slice_starts(name, SLICE("CAP_")))
            name = slice_from_offset(name, 4);
        if (slice_equal(name, SLICE("ALL"))) {
            *ret = capabilities_all;
            continue;
        }
        while (number < ARRAY_LENGTH(capability_names) && !slice_equal(name, slice_from(capability_names[number])))
            number++;
        if (number == ARRAY_LENGTH(capability_names))
            return error_set(making->error, ERROR_VALUE, (struct position){0}, "there is no capability \"%.*s\"",
                             SLICE_ARGS(name));
        *ret |= BIT(number);
    }
    return true;
}

static bool identity_read(struct play_making *making, const struct play_pod *pod, const struct tree *container,
                          struct play_container *ret)
{
    const struct tree *pods = tree_get(pod->spec, SLICE("securityContext"));
    const struct tree *own = tree_get(container, SLICE("securityContext"));
    int64_t uid = play_number(own, "runAsUser", play_number(pods, "runAsUser", PLAY_USER_STANDARD));
    int64_t gid = play_number(own, "runAsGroup", play_number(pods, "runAsGroup", uid));
    uint64_t add, drop;
    if (uid < 0 || uid >= UINT32_MAX || gid < 0 || gid >= UINT32_MAX)
        return error_set(making->error, ERROR_VALUE, (struct position){0},
                         "runAsUser %lld, runAsGroup %lld: out of range", (long long)uid, (long long)gid);
    const struct tree *capabilities = tree_get(own, SLICE("capabilities"));
    if (!capabilities_read(making, tree_get(capabilities, SLICE("add")), &add) ||
        !capabilities_read(making, tree_get(capabilities, SLICE("drop")), &drop))
        return false;
    bool is_privileged = play_flag(own, "privileged", false);
    ret->uid = (uint32_t)uid;
    ret->gid = (uint32_t)gid;
    ret->capabilities = is_privileged ? capabilities_all : (capabilities_standard & ~drop) | add;
    ret->no_new_privileges = !play_flag(own, "allowPrivilegeEscalation", true);
    ret->is_root_read_only = play_flag(own, "readOnlyRootFilesystem", false);
    return true;
}

static bool mounts_read(struct play_making *making, const struct play_pod *pod, const struct tree *container,
                        struct play_container *ret)
{
    const struct tree *mounts = tree_get(container, SLICE("volumeMounts"));
    size_t count = tree_is(mounts, TREE_LIST) ? mounts->list.count : 0;
    ret->mounts = arena_new(making->arena, struct play_mount, count + 1);
    for (; ret->mount_count < count; ret->mount_count++) {
        const struct tree *tree = mounts->list.items[ret->mount_count];
        struct slice name = tree_text(tree_get(tree, SLICE("name")));
        struct play_mount *mount = &ret->mounts[ret->mount_count];
        *mount = (struct play_mount){.path = play_text(making, tree_get(tree, SLICE("mountPath"))),
                                     .sub_path = play_text(making, tree_get(tree, SLICE("subPath"))),
                                     .is_read_only = play_flag(tree, "readOnly", false)};
        for (size_t i = 0; i < pod->volume_count; i++)
            mount->volume = slice_equal(pod->volumes[i].name, name) ? &pod->volumes[i] : mount->volume;
        if (!mount->volume || !slice_starts(mount->path, SLICE("/")) ||
            slice_find(mount->sub_path, SLICE("..")) != SLICE_NONE)
            return error_set(making->error, ERROR_VALUE, (struct position){0},
                             "volumeMounts[%zu]: there is no volume \"%.*s\", or its paths are none", ret->mount_count,
                             SLICE_ARGS(name));
    }
    return true;
}

static void words_add(struct play_making *making, const struct tree *list, const struct play_variables *variables,
                      char **words, size_t *count)
{
    for (size_t i = 0; tree_is(list, TREE_LIST) && i < list->list.count; i++)
        words[(*count)++] =
            (char *)(uintptr_t)play_expand(making->arena, tree_text(list->list.items[i]), variables).bytes;
}

/* Whether its image is this program, whose entry point is the program itself: no command, and words that it knows. */
static bool is_ours(const struct tree *container)
{
    static const struct slice words[] = {SLICE_CONSTANT("proxy"), SLICE_CONSTANT("istio-iptables"),
                                         SLICE_CONSTANT("init")};
    const struct tree *arguments = tree_get(container, SLICE("args"));
    if (tree_count(tree_get(container, SLICE("command"))) || !tree_count(arguments) || arguments->kind != TREE_LIST)
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (tree_text_is(arguments->list.items[0], words[i]))
            return true;
    }
    return false;
}

static bool command_read(struct play_making *making, const struct tree *container,
                         const struct play_variables *variables, struct play_container *ret)
{
    const struct tree *command = tree_get(container, SLICE("command")), *arguments = tree_get(container, SLICE("args"));
    char **words = arena_new(making->arena, char *, tree_count(command) + tree_count(arguments) + 2);
    size_t count = 0;
    if (is_ours(container))
        words[count++] = (char *)(uintptr_t)PLAY_PROGRAM;
    else if (!tree_count(command))
        return error_set(making->error, ERROR_MISSING, (struct position){0},
                         "there is no command: images are not pulled here, so the manifest must say which program of "
                         "this host to run");
    words_add(making, command, variables, words, &count);
    words_add(making, arguments, variables, words, &count);
    ret->argv = words;
    return true;
}

static bool container_make(struct play_making *making, const struct play_pod *pod, const struct tree *tree,
                           enum play_container_kind kind, struct play_container *ret)
{
    struct play_variables variables;
    const struct tree *lifecycle = tree_get(tree, SLICE("lifecycle"));
    bool stays = kind == PLAY_INIT && tree_text_is(tree_get(tree, SLICE("restartPolicy")), SLICE("Always"));
    *ret = (struct play_container){.name = play_text(making, tree_get(tree, SLICE("name"))),
                                   .kind = stays ? PLAY_SIDECAR : kind};
    const struct tree *arguments = tree_get(tree, SLICE("args"));
    bool is_proxy = is_ours(tree) && tree_text_is(arguments->list.items[0], SLICE("proxy"));
    ret->is_proxy = is_proxy;
    ret->is_capture = is_ours(tree) && !is_proxy;
    struct slice folder = tree_text(tree_get(tree, SLICE("workingDir")));
    ret->folder = folder.length ? arena_copy(making->arena, folder).bytes : "/";
    return identity_read(making, pod, tree, ret) && mounts_read(making, pod, tree, ret) &&
           play_environment_make(making, pod, tree, ret, &variables) && command_read(making, tree, &variables, ret) &&
           play_probes_make(making, pod, tree, ret) &&
           play_action_make(making, pod, tree, tree_get(lifecycle, SLICE("postStart")), &ret->post_start) &&
           play_action_make(making, pod, tree, tree_get(lifecycle, SLICE("preStop")), &ret->pre_stop);
}

bool play_containers_make(struct play_making *making, struct play_pod *pod)
{
    static const struct {
        const char *list;
        enum play_container_kind kind;
    } lists[] = {{"initContainers", PLAY_INIT}, {"containers", PLAY_APP}};
    size_t total =
        tree_count(tree_get(pod->spec, SLICE("initContainers"))) + tree_count(tree_get(pod->spec, SLICE("containers")));
    if (total > PLAY_CONTAINERS_MAX)
        return error_set(making->error, ERROR_LIMIT, (struct position){0}, "more than %d containers",
                         PLAY_CONTAINERS_MAX);
    pod->containers = arena_new(making->arena, struct play_container, total + 1);
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        const struct tree *list = tree_get(pod->spec, slice_from(lists[i].list));
        for (size_t j = 0; tree_is(list, TREE_LIST) && j < list->list.count; j++) {
            struct play_container *container = &pod->containers[pod->count];
            if (!container_make(making, pod, list->list.items[j], lists[i].kind, container))
                return error_wrap(making->error, "container \"%.*s\"", SLICE_ARGS(container->name));
            pod->count++;
        }
        if (lists[i].kind == PLAY_INIT)
            pod->init_count = pod->count;
    }
    return pod->count > pod->init_count ||
           error_set(making->error, ERROR_MISSING, (struct position){0}, "there is no container");
}
