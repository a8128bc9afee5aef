#include "cni/repair.h"
#include "base/fd.h"
#include "base/memory.h"
#include "capture/host.h"
#include "cni/netns.h"
#include "cni/pod_netns.h"
#include "cni/pod_rules.h"
#include "kube/request.h"
#include "serve/moment.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
    TRIES = 5,               /* of one pod, until its next change (Istio: controllers.WithMaxAttempts) */
    RETRY_MS = 500,          /* after the first; doubles */
    INTERVAL_MS = 100,       /* between two pods: a node that lost its plugin has many, and one API server */
    WAITING_MAX = 20000,     /* pods that are waiting; more are found again when they change */
    REOPEN_MS = 5000,
    REQUEST_MS = 5 * 1000,
    REQUEST_RETRY_MS = 1000, /* each pod has its own tries */
    REPORT_MAX = 64 * 1024,
};

/* A broken pod that is waiting for its turn. */
struct waiting {
    struct waiting *next;
    char *namespace, *name, *uid;
    unsigned tries;
    int64_t due_ms;
};

struct repair {
    const struct repair_settings *settings;
    struct repair_counts *counts;
    int stop;
    pthread_t watcher, worker;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct waiting *first;
    size_t count;
    bool is_stopping;
};

static struct slice metadata(const struct tree *pod, const char *key)
{
    return tree_text(tree_at(pod, "metadata", key));
}

/* ---- the queue ---- */

static void waiting_free(struct waiting *waiting)
{
    free(waiting->namespace);
    free(waiting->name);
    free(waiting->uid);
    free(waiting);
}

static char *text_copy(struct slice text)
{
    char *copy = memory_resize(NULL, text.length + 1, 1);
    if (text.length)
        memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    return copy;
}

/* One pod stands there once. */
static void queue_add(struct repair *repair, struct waiting *fresh)
{
    struct waiting **link = &repair->first;
    while (*link) {
        struct waiting *old = *link;
        if (strcmp(old->uid, fresh->uid) == 0) {
            waiting_free(fresh);
            return;
        }
        link = &old->next;
    }
    if (repair->count >= WAITING_MAX) {
        waiting_free(fresh);
        return;
    }
    *link = fresh;
    repair->count++;
    pthread_cond_signal(&repair->changed);
}

static void pod_look(struct repair *repair, const struct tree *pod)
{
    if (!repair_matches(repair->settings, pod))
        return;
    struct waiting *fresh = memory_new(1, sizeof *fresh);
    fresh->namespace = text_copy(metadata(pod, "namespace"));
    fresh->name = text_copy(metadata(pod, "name"));
    fresh->uid = text_copy(metadata(pod, "uid"));
    pthread_mutex_lock(&repair->lock);
    queue_add(repair, fresh);
    pthread_mutex_unlock(&repair->lock);
}

/* The one that is due first, taken out; waits for it. NULL: the end. */
static struct waiting *queue_take(struct repair *repair)
{
    struct waiting *taken = NULL;
    pthread_mutex_lock(&repair->lock);
    while (!repair->is_stopping && !taken) {
        struct waiting **best = NULL;
        for (struct waiting **link = &repair->first; *link; link = &(*link)->next) {
            if (!best || (*link)->due_ms < (*best)->due_ms)
                best = link;
        }
        int64_t left = best ? (*best)->due_ms - moment_steady_ms() : 3600 * 1000;
        if (best && left <= 0) {
            taken = *best;
            *best = taken->next;
            repair->count--;
            break;
        }
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += left / 1000;
        until.tv_nsec += left % 1000 * 1000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        pthread_cond_timedwait(&repair->changed, &repair->lock, &until);
    }
    pthread_mutex_unlock(&repair->lock);
    return taken;
}

/* ---- watching ---- */

static void pods_listed(void *context, const struct tree *list)
{
    const struct tree *items = tree_get(list, SLICE("items"));
    for (size_t i = 0; tree_is(items, TREE_LIST) && i < items->list.count; i++)
        pod_look(context, items->list.items[i]);
}

static void pod_changed(void *context, enum kube_event event, const struct tree *pod)
{
    if (event != KUBE_DELETED)
        pod_look(context, pod);
}

static void watch_failed(void *context, const struct error *error)
{
    struct repair *repair = context;
    atomic_fetch_add_explicit(&repair->counts->watch_errors, 1, memory_order_relaxed);
    log_error(repair->settings->log, LOG_WARNING, "repair-watch", error);
}

/* As kubectl's: what the user adds, and the node. */
static const char *selectors_make(struct arena *arena, const struct repair_settings *settings)
{
    struct slice fields = settings->field_selectors;
    if (settings->node.length)
        fields = arena_format(arena, "%.*s%sspec.nodeName=%.*s", SLICE_ARGS(fields), fields.length ? "," : "",
                              SLICE_ARGS(settings->node));
    struct slice field = request_escape(arena, fields), label = request_escape(arena, settings->label_selectors);
    return arena_format(arena, "%s%.*s%s%s%.*s", label.length ? "labelSelector=" : "", SLICE_ARGS(label),
                        label.length && field.length ? "&" : "", field.length ? "fieldSelector=" : "", SLICE_ARGS(field))
        .bytes;
}

static bool stop_wait(const struct repair *repair, int timeout_ms)
{
    struct pollfd polled = {.fd = repair->stop, .events = POLLIN};
    int ready;
    do
        ready = poll(&polled, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    return ready != 0;
}

/* Also where there is nobody to ask yet: the plugin is installed meanwhile. */
static struct kube_client *client_open(struct repair *repair)
{
    struct kube_client *client = NULL;
    struct error error;
    struct kube_access access = repair->settings->access;
    access.timeout_ms = REQUEST_MS;
    access.retry_ms = REQUEST_RETRY_MS;
    while (!kube_client_open(&access, &client, &error)) {
        watch_failed(repair, &error);
        if (stop_wait(repair, REOPEN_MS))
            return NULL;
    }
    return client;
}

static void *watch_run(void *context)
{
    struct repair *repair = context;
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(kube_client_close) struct kube_client *client = client_open(repair);
    const struct kube_resource pods = {.group_version = "v1", .plural = "pods"};
    const struct kube_watcher watcher = {.context = repair, .listed = pods_listed, .changed = pod_changed,
                                         .failed = watch_failed};
    if (client)
        kube_watch(client, &pods, selectors_make(&arena, repair->settings), &watcher, repair->stop);
    return NULL;
}

/* ---- what is done ---- */

/* One pod's turn. */
struct turn {
    struct repair *repair;
    struct kube_client *client;
    struct arena *arena;
    const struct tree *pod;
    struct kube_resource resource;
    bool is_first;
};

static void count(const struct turn *turn, enum repair_type type, enum repair_result result)
{
    atomic_fetch_add_explicit(&turn->repair->counts->pods[type][result], 1, memory_order_relaxed);
}

static void pod_report(const struct turn *turn, enum log_level level, const char *event, struct slice message)
{
    const struct log_field fields[] = {LOG_FIELD_TEXT("namespace", turn->resource.namespace),
                                       LOG_FIELD_TEXT("pod", turn->resource.name), LOG_FIELD_TEXT("message", message)};
    log_event(turn->repair->settings->log, level, event, fields, ARRAY_LENGTH(fields));
}

static struct tree *map_of(struct arena *arena, const char *const (*pairs)[2], size_t count_of_pairs)
{
    struct tree *map = tree_map(arena, count_of_pairs);
    for (size_t i = 0; i < count_of_pairs; i++)
        tree_put(arena, map, slice_from(pairs[i][0]), tree_string(arena, slice_from(pairs[i][1])));
    return map;
}

/* Events are for people: one that cannot be written stops nothing. */
static void event_write(const struct turn *turn, const char *reason, struct slice message)
{
    struct arena *arena = turn->arena;
    char now[32];
    time_t seconds = time(NULL);
    struct tm calendar;
    struct error error;
    gmtime_r(&seconds, &calendar);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &calendar);
    const char *const heads[][2] = {{"apiVersion", "v1"}, {"kind", "Event"}, {"type", "Warning"}, {"reason", reason},
                                    {"firstTimestamp", now}, {"lastTimestamp", now},
                                    {"reportingComponent", "cni-repair"}};
    const char *const abouts[][2] = {{"apiVersion", "v1"}, {"kind", "Pod"}};
    const char *const sources[][2] = {{"component", "cni-repair"}};
    struct tree *event = map_of(arena, heads, ARRAY_LENGTH(heads));
    struct tree *about = map_of(arena, abouts, ARRAY_LENGTH(abouts)), *names = tree_map(arena, 2);
    struct tree *source = map_of(arena, sources, ARRAY_LENGTH(sources));
    static const char *const copied[] = {"namespace", "name", "uid", "resourceVersion"};
    for (size_t i = 0; i < ARRAY_LENGTH(copied); i++)
        tree_put(arena, about, slice_from(copied[i]), tree_string(arena, metadata(turn->pod, copied[i])));
    if (turn->repair->settings->node.length)
        tree_put(arena, source, SLICE("host"), tree_string(arena, turn->repair->settings->node));
    tree_put(arena, names, SLICE("namespace"), tree_string(arena, turn->resource.namespace));
    tree_put(arena, names, SLICE("generateName"),
             tree_string(arena, arena_format(arena, "%.*s.", SLICE_ARGS(turn->resource.name))));
    tree_put(arena, event, SLICE("metadata"), names);
    tree_put(arena, event, SLICE("involvedObject"), about);
    tree_put(arena, event, SLICE("source"), source);
    tree_put(arena, event, SLICE("message"), tree_string(arena, message));
    tree_put(arena, event, SLICE("count"), tree_int(arena, 1));
    const struct kube_resource events = {.group_version = "v1", .plural = "events",
                                         .namespace = turn->resource.namespace};
    if (!kube_create(turn->client, arena, &events, event, NULL, NULL, &error))
        log_error(turn->repair->settings->log, LOG_WARNING, "repair-event", &error);
}

static bool turn_end(const struct turn *turn, enum repair_type type, const char *reason, const char *done,
                     const char *failed, bool is_done, const struct error *error)
{
    struct slice message = slice_from(is_done ? done : arena_format(turn->arena, "%s: %s", failed, error->text).bytes);
    count(turn, type, is_done ? REPAIR_SUCCESS : REPAIR_FAIL);
    pod_report(turn, is_done ? LOG_INFO : LOG_ERROR, "repair", message);
    if (reason && (is_done || turn->is_first))
        event_write(turn, reason, message);
    return is_done;
}

/* Only the very pod that was looked at. */
static bool pod_delete(const struct turn *turn)
{
    struct arena *arena = turn->arena;
    struct kube_answer answer = {0};
    struct error error;
    const char *const heads[][2] = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
    struct tree *options = map_of(arena, heads, ARRAY_LENGTH(heads)), *conditions = tree_map(arena, 2);
    tree_put(arena, conditions, SLICE("uid"), tree_string(arena, metadata(turn->pod, "uid")));
    tree_put(arena, conditions, SLICE("resourceVersion"), tree_string(arena, metadata(turn->pod, "resourceVersion")));
    tree_put(arena, options, SLICE("preconditions"), conditions);
    bool is_done = kube_delete(turn->client, arena, &turn->resource, options, &answer, &error);
    return turn_end(turn, REPAIR_DELETE, "DeleteBrokenPod", "pod detected as broken, deleted",
                    "pod detected as broken, but failed to delete", is_done || answer.status == 404, &error);
}

/* Through "status", which is the lesser right. */
static bool pod_label(const struct turn *turn)
{
    const struct repair_settings *settings = turn->repair->settings;
    struct arena *arena = turn->arena;
    struct kube_resource status = turn->resource;
    struct error error;
    if (tree_get(tree_at(turn->pod, "metadata", "labels"), settings->label_key)) {
        count(turn, REPAIR_LABEL, REPAIR_SKIP);
        return true;
    }
    struct tree *labels = tree_map(arena, 1), *names = tree_map(arena, 1), *patch = tree_map(arena, 1);
    tree_put(arena, labels, settings->label_key, tree_string(arena, settings->label_value));
    tree_put(arena, names, SLICE("labels"), labels);
    tree_put(arena, patch, SLICE("metadata"), names);
    status.subresource = "status";
    bool is_done = kube_patch(turn->client, arena, &status, KUBE_PATCH_MERGE, patch, NULL, &error);
    return turn_end(turn, REPAIR_LABEL, "LabelBrokenPod", "pod detected as broken, labeled",
                    "pod detected as broken, but failed to label", is_done, &error);
}

/* Rules by a thread that lives for them alone: it gets its own view of the file system, and visits the pod's network. */
struct ruling {
    const struct turn *turn;
    struct buffer report;
    struct error error;
    bool is_done, is_needed;
};

static const char *environment_get(void *context, const char *name)
{
    struct slice wanted = slice_from(name);
    for (char *const *variable = context; variable && *variable; variable++) {
        struct slice text = slice_from(*variable);
        if (slice_starts(text, wanted) && text.bytes[wanted.length] == '=')
            return *variable + wanted.length + 1;
    }
    return NULL;
}

static void *rules_run(void *context)
{
    struct ruling *ruling = context;
    const struct turn *turn = ruling->turn;
    const struct repair_settings *settings = turn->repair->settings;
    _cleanup_(fd_close) int network = -1;
    struct slice path;
    const struct pod_rules_world world = {.environment = environment_get, .environment_context = (void *)settings->variables,
                                          .path = settings->path, .variables = settings->variables,
                                          .is_native_nftables = settings->native_nftables};
    if (!pod_netns_find(turn->arena, settings->proc_folder, turn->pod, &network, &path, &ruling->error))
        return NULL;
    host_lookups_confine();
    const struct pod_network where = {network, path};
    struct error ignored;
    ruling->is_needed = !pod_rules_verify(turn->arena, turn->pod, &where, &world, &ignored);
    ruling->is_done = !ruling->is_needed ||
                      pod_rules_apply(turn->arena, turn->pod, &where, &world, &ruling->report, &ruling->error);
    return NULL;
}

/* A pod that has its rules is only waiting for its next try. */
static bool pod_rule(const struct turn *turn)
{
    struct ruling ruling = {.turn = turn, .report = BUFFER_INIT(REPORT_MAX)};
    pthread_t thread;
    if (pthread_create(&thread, NULL, rules_run, &ruling))
        error_set(&ruling.error, ERROR_SYSTEM, (struct position){0}, "no thread can be started");
    else
        pthread_join(thread, NULL);
    buffer_done(&ruling.report);
    if (ruling.is_done && !ruling.is_needed)
        return true;
    return turn_end(turn, REPAIR_REPAIR, NULL, "pod detected as broken, its rules are set up",
                    "pod detected as broken, but its rules cannot be set up", ruling.is_done, &ruling.error);
}

/* False: it is to be tried again. */
static bool turn_run(struct turn *turn, const struct waiting *waiting)
{
    const struct repair_settings *settings = turn->repair->settings;
    struct kube_answer answer = {0};
    struct error error;
    turn->resource = (struct kube_resource){.group_version = "v1", .plural = "pods",
                                            .namespace = slice_from(waiting->namespace),
                                            .name = slice_from(waiting->name)};
    turn->is_first = waiting->tries == 0;
    if (!kube_get(turn->client, turn->arena, &turn->resource, &answer, &error)) {
        if (answer.status == 404)
            return true;
        log_error(settings->log, LOG_WARNING, "repair", &error);
        return false;
    }
    turn->pod = answer.object;
    bool is_same = slice_equal(metadata(turn->pod, "uid"), slice_from(waiting->uid));
    bool is_going = !tree_is_null(tree_at(turn->pod, "metadata", "deletionTimestamp"));
    if (!is_same || is_going || !repair_matches(settings, turn->pod))
        return true;
    return settings->repairs ? pod_rule(turn) : settings->deletes ? pod_delete(turn) : pod_label(turn);
}

static void *work_run(void *context)
{
    struct repair *repair = context;
    struct kube_client *client = client_open(repair);
    for (struct waiting *waiting; client && (waiting = queue_take(repair)) != NULL;) {
        _cleanup_(arena_done) struct arena arena = ARENA_INIT;
        struct turn turn = {.repair = repair, .client = client, .arena = &arena};
        bool is_done = turn_run(&turn, waiting);
        if (is_done || ++waiting->tries == TRIES) {
            waiting_free(waiting);
        } else {
            waiting->due_ms = moment_steady_ms() + ((int64_t)RETRY_MS << waiting->tries);
            waiting->next = NULL;
            pthread_mutex_lock(&repair->lock);
            queue_add(repair, waiting);
            pthread_mutex_unlock(&repair->lock);
        }
        if (stop_wait(repair, INTERVAL_MS))
            break;
    }
    kube_client_close(&client);
    return NULL;
}

/* ---- start and stop ---- */

bool repair_start(const struct repair_settings *settings, struct repair_counts *counts, struct repair **ret_repair,
                  struct error *error)
{
    if (!settings->repairs && !settings->deletes && !settings->labels) {
        log_message(settings->log, LOG_INFO, "repair", "is told to do nothing about broken pods");
        *ret_repair = NULL;
        return true;
    }
    struct repair *repair = memory_new(1, sizeof *repair);
    pthread_condattr_t steady;
    repair->settings = settings;
    repair->counts = counts;
    repair->stop = eventfd(0, EFD_CLOEXEC);
    pthread_mutex_init(&repair->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&repair->changed, &steady);
    pthread_condattr_destroy(&steady);
    if (repair->stop < 0 || pthread_create(&repair->watcher, NULL, watch_run, repair)) {
        fd_close(&repair->stop);
        free(repair);
        return error_set(error, ERROR_SYSTEM, (struct position){0}, "repair cannot start a thread");
    }
    if (pthread_create(&repair->worker, NULL, work_run, repair)) {
        repair->worker = repair->watcher;
        repair_stop(repair);
        return error_set(error, ERROR_SYSTEM, (struct position){0}, "repair cannot start a thread");
    }
    const struct log_field fields[] = {
        LOG_FIELD_TEXT("mode", slice_from(settings->repairs ? "repair" : settings->deletes ? "delete" : "label")),
        LOG_FIELD_TEXT("node", settings->node)};
    log_event(settings->log, LOG_INFO, "repair-started", fields, ARRAY_LENGTH(fields));
    *ret_repair = repair;
    return true;
}

void repair_stop(struct repair *repair)
{
    if (!repair)
        return;
    (void)!write(repair->stop, &(uint64_t){1}, sizeof(uint64_t));
    pthread_mutex_lock(&repair->lock);
    repair->is_stopping = true;
    pthread_cond_broadcast(&repair->changed);
    pthread_mutex_unlock(&repair->lock);
    pthread_join(repair->watcher, NULL);
    if (!pthread_equal(repair->watcher, repair->worker))
        pthread_join(repair->worker, NULL);
    while (repair->first) {
        struct waiting *waiting = repair->first;
        repair->first = waiting->next;
        waiting_free(waiting);
    }
    pthread_cond_destroy(&repair->changed);
    pthread_mutex_destroy(&repair->lock);
    fd_close(&repair->stop);
    free(repair);
}
