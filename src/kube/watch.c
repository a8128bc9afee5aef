#include "kube/failure.h"
#include "kube/request.h"
#include "kube/watch_event.h"

enum {
    LINE_MAX_BYTES = 8 * 1024 * 1024,
    VERSION_MAX = 512,
    STREAM_MS = 4 * 60 * 1000, /* and up to half as much: not all clients come back at once */
    PAUSE_FIRST_MS = 500,
    PAUSE_MAX_MS = 30 * 1000,
    STEADY_MS = 5 * 1000, /* a stream that lasted so long has worked, whether or not there were events */
};

static const struct position nowhere;

struct watch {
    struct kube_client *client;
    const struct kube_watcher *watcher;
    struct kube_resource resource; /* the collection */
    const char *selectors;
    struct arena fixed, list, event; /* the watch's own, one list's, one event's */
    struct watch_lines lines;
    char version[VERSION_MAX]; /* from where on to watch; "": list first */
    bool had_event;            /* in this stream */
    bool has_failed;           /* in this stream; `error` says how */
    bool is_gone;              /* the version is too old */
    struct error error;
    unsigned failures;         /* in a row */
    unsigned asked_pause;      /* seconds, by the server */
};

enum step { STEP_ON, STEP_PAUSE, STEP_STOP };

/* ---- what the watcher hears ---- */

static void tell_alive(const struct watch *watch)
{
    if (watch->watcher->alive)
        watch->watcher->alive(watch->watcher->context);
}

static enum step tell_failed(struct watch *watch, const struct error *error, unsigned asked_pause)
{
    watch->asked_pause = asked_pause;
    if (watch->watcher->failed)
        watch->watcher->failed(watch->watcher->context, error);
    return STEP_PAUSE;
}

/* ---- events ---- */

static bool version_set(struct watch *watch, struct slice version)
{
    if (version.length >= sizeof watch->version)
        return false;
    memcpy(watch->version, version.bytes, version.length);
    watch->version[version.length] = '\0';
    return true;
}

/* Gone is no failure: the server forgets old versions after some minutes. */
static bool on_error_event(struct watch *watch, const struct watch_event *event)
{
    if (event->status == 410) {
        watch->is_gone = true;
        return false;
    }
    watch->has_failed = true;
    error_set(&watch->error, ERROR_SYSTEM, nowhere, "watch %s: the server ends the stream: %u: %.*s",
              watch->resource.plural, event->status, SLICE_ARGS(event->message));
    return false;
}

static bool on_line(void *context, struct slice line)
{
    static const enum kube_event names[] = {
        [WATCH_ADDED] = KUBE_ADDED, [WATCH_MODIFIED] = KUBE_MODIFIED, [WATCH_DELETED] = KUBE_DELETED};
    struct watch *watch = context;
    struct watch_event event;
    arena_reset(&watch->event);
    if (!watch_event_read(&watch->event, line, &event, &watch->error)) {
        watch->has_failed = true;
        watch->version[0] = '\0'; /* what was in it is not known */
        error_wrap(&watch->error, "watch %s", watch->resource.plural);
        return false;
    }
    if (event.kind == WATCH_ERROR)
        return on_error_event(watch, &event);
    watch->had_event = true;
    if (event.kind != WATCH_BOOKMARK && watch->watcher->changed)
        watch->watcher->changed(watch->watcher->context, names[event.kind], event.object);
    if (!version_set(watch, event.resource_version)) {
        watch->is_gone = true;
        return false;
    }
    tell_alive(watch);
    return true;
}

static bool on_piece(void *context, struct slice piece)
{
    struct watch *watch = context;
    enum watch_feed fed = watch_lines_feed(&watch->lines, piece, on_line, watch);
    if (fed == WATCH_TOO_LONG) {
        watch->has_failed = true;
        watch->version[0] = '\0';
        error_set(&watch->error, ERROR_LIMIT, nowhere, "watch %s: an event is larger than %d bytes",
                  watch->resource.plural, LINE_MAX_BYTES);
    }
    return fed == WATCH_FED;
}

/* ---- a list, and a stream ---- */

static enum step list_get(struct watch *watch)
{
    struct kube_answer answer;
    struct error error;
    arena_reset(&watch->list);
    if (!kube_list(watch->client, &watch->list, &watch->resource, watch->selectors, &answer, &error)) {
        if (!request_pause(watch->client, 0))
            return STEP_STOP;
        return tell_failed(watch, &error, answer.retry_after);
    }
    struct slice version = tree_text(tree_at(answer.object, "metadata", "resourceVersion"));
    if (!version.length || !version_set(watch, version)) {
        error_set(&error, ERROR_VALUE, nowhere, "list %s: the list has no metadata.resourceVersion to watch from",
                  watch->resource.plural);
        return tell_failed(watch, &error, 0);
    }
    if (watch->watcher->listed)
        watch->watcher->listed(watch->watcher->context, answer.object);
    tell_alive(watch);
    return STEP_ON;
}

static bool stream_path(struct watch *watch, unsigned stream_ms, struct slice *ret_path, struct error *error)
{
    struct slice version = request_escape(&watch->list, slice_from(watch->version));
    struct slice query = arena_format(
        &watch->list, "%s%swatch=true&allowWatchBookmarks=true&timeoutSeconds=%u&resourceVersion=%.*s",
        watch->selectors, *watch->selectors ? "&" : "", (stream_ms + 999) / 1000, SLICE_ARGS(version));
    return request_path(&watch->list, &watch->resource, query.bytes, ret_path, error);
}

/* How a stream ended, where neither the watcher's end nor the server's own error ended it. */
static enum step stream_judge(struct watch *watch, bool is_whole, const struct kube_answer *answer,
                              struct error *error, int64_t lasted_ms)
{
    if (!is_whole && answer->status) {
        /* Refused from the start: what is known of the server may not be true any more. */
        watch->version[0] = '\0';
        return answer->status == 410 ? STEP_ON : tell_failed(watch, error, answer->retry_after);
    }
    if (!is_whole)
        return tell_failed(watch, error, 0);
    if (watch->had_event || lasted_ms >= 1000)
        return STEP_ON;
    error_set(error, ERROR_SYSTEM, nowhere, "watch %s: the server ended the stream at once", watch->resource.plural);
    return tell_failed(watch, error, 0);
}

static enum step stream_run(struct watch *watch)
{
    struct kube_client *client = watch->client;
    struct kube_answer answer;
    struct error error;
    bool is_stopped;
    unsigned stream_ms = client->watch_ms ? client->watch_ms : request_jitter(STREAM_MS);
    struct request request = {
        .verb = "watch", .method = "GET", .resource = &watch->resource, .is_repeatable = true, .is_stream = true,
        .stream_ms = stream_ms + client->timeout_ms, .receive = on_piece, .context = watch};
    arena_reset(&watch->list);
    if (!stream_path(watch, stream_ms, &request.path, &error))
        return tell_failed(watch, &error, 0);
    watch->had_event = watch->has_failed = watch->is_gone = false;
    buffer_clear(&watch->lines.partial);
    int64_t start = request_clock();
    bool is_whole = request_run(client, &watch->list, &request, &answer, &is_stopped, &error);
    int64_t lasted_ms = request_clock() - start;
    if (watch->had_event || lasted_ms >= STEADY_MS)
        watch->failures = 0;
    if (is_stopped)
        return STEP_STOP;
    if (watch->is_gone) {
        watch->version[0] = '\0';
        /* A server that always says so gets no loop without a pause. */
        return watch->failures++ ? STEP_PAUSE : STEP_ON;
    }
    if (watch->has_failed)
        return tell_failed(watch, &watch->error, 0);
    return stream_judge(watch, is_whole, &answer, &error, lasted_ms);
}

/* ---- for ever ---- */

static bool watch_pause(struct watch *watch)
{
    unsigned pause = PAUSE_FIRST_MS;
    for (unsigned i = 0; i < watch->failures && pause < PAUSE_MAX_MS; i++)
        pause *= 2;
    pause = request_jitter(pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS);
    unsigned asked = watch->asked_pause < 3600 ? watch->asked_pause * 1000 : 3600 * 1000;
    watch->asked_pause = 0;
    watch->failures++;
    return request_pause(watch->client, asked > pause ? asked : pause);
}

/* The name as a field selector, beside those that there are. */
static const char *selectors_with_name(struct arena *arena, const char *selectors, struct slice name)
{
    struct slice given = slice_from(selectors), key = SLICE("fieldSelector=");
    if (!name.length)
        return selectors ? selectors : "";
    struct slice escaped = request_escape(arena, name);
    size_t at = slice_find(given, key);
    if (at == SLICE_NONE)
        return arena_format(arena, "%.*s%sfieldSelector=metadata.name%%3D%.*s", SLICE_ARGS(given),
                            given.length ? "&" : "", SLICE_ARGS(escaped))
            .bytes;
    return arena_format(arena, "%.*smetadata.name%%3D%.*s%%2C%.*s", SLICE_ARGS(slice_range(given, 0, at + key.length)),
                        SLICE_ARGS(escaped), SLICE_ARGS(slice_from_offset(given, at + key.length)))
        .bytes;
}

static bool watch_step(struct watch *watch)
{
    enum step step = watch->version[0] ? STEP_ON : list_get(watch);
    if (step == STEP_ON)
        step = stream_run(watch);
    return step == STEP_ON ? request_pause(watch->client, 0) : step == STEP_PAUSE && watch_pause(watch);
}

void kube_watch(struct kube_client *client, const struct kube_resource *resource, const char *selectors,
                const struct kube_watcher *watcher, int stop_fd)
{
    struct watch watch = {.client = client, .watcher = watcher, .resource = *resource,
                          .lines = {.partial = BUFFER_INIT(LINE_MAX_BYTES)}};
    unsigned retry_ms = client->retry_ms;
    watch.resource.name = (struct slice){0};
    watch.selectors = selectors_with_name(&watch.fixed, selectors, resource->name);
    client->stop_fd = stop_fd;
    client->retry_ms = 0; /* each failure is told, and its pause is the watch's */
    while (watch_step(&watch))
        ;
    client->stop_fd = -1;
    client->retry_ms = retry_ms;
    buffer_done(&watch.lines.partial);
    arena_done(&watch.fixed);
    arena_done(&watch.list);
    arena_done(&watch.event);
}
