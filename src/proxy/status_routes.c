#include "proxy/app_probe.h"
#include "proxy/scrape.h"
#include "proxy/status_loop.h"

/* ---- readiness ------------------------------------------------------------------------------------------------ */

/* Said when it changes, not each second. */
static void readiness_note(struct status_loop *loop, const char *not_ready)
{
    const struct log *log = loop->settings->log;
    pthread_mutex_lock(&loop->lock);
    const char *before = loop->not_ready;
    bool is_news =
        !loop->is_ready_known || (before != not_ready && !(before && not_ready && strcmp(before, not_ready) == 0));
    loop->not_ready = not_ready;
    loop->is_ready_known = true;
    pthread_mutex_unlock(&loop->lock);
    if (is_news && not_ready)
        log_message(log, LOG_WARNING, "not-ready", "%s", not_ready);
    else if (is_news)
        log_event(log, LOG_INFO, "ready", NULL, 0);
}

static void ready_answer(struct status_loop *loop, struct status_connection *connection)
{
    const char *not_ready = loop->settings->not_ready(loop->settings->context);
    readiness_note(loop, not_ready);
    status_reply_whole(&connection->reply, not_ready ? 503 : 200, NULL, (struct slice){"", 0});
}

void status_route_ready_again(struct status_loop *loop, struct status_connection *connection)
{
    pthread_mutex_lock(&loop->lock);
    bool is_ready = loop->is_ready_known && !loop->not_ready;
    pthread_mutex_unlock(&loop->lock);
    status_reply_whole(&connection->reply, is_ready ? 200 : 503, NULL, (struct slice){"", 0});
}

/* ---- the app's probes ----------------------------------------------------------------------------------------- */

/* Said when it begins and when it is over, not each time: an app that starts slowly is asked for minutes. */
static void probe_note(struct status_loop *loop, const struct app_probe *probe, const struct error *error)
{
    const struct status_settings *settings = loop->settings;
    bool is_failed = error->code != ERROR_NONE;
    bool was_failed = atomic_exchange(&loop->probes_failed[probe - settings->probes.items], is_failed);
    const struct log_field fields[] = {LOG_FIELD_TEXT("probe", probe->key),
                                       LOG_FIELD_TEXT("error", slice_from(error->text))};
    if (is_failed && !was_failed)
        log_event(settings->log, LOG_WARNING, "probe-failed", fields, ARRAY_LENGTH(fields));
    else if (!is_failed && was_failed)
        log_event(settings->log, LOG_INFO, "probe-answered", fields, 1);
}

static void probe_answer(struct status_loop *loop, struct status_connection *connection)
{
    const struct status_settings *settings = loop->settings;
    struct slice path = connection->head->path;
    const struct app_probe *probe = app_probes_find(&settings->probes, path);
    struct app_probe_answer answer = {0};
    struct error error = {0};
    if (!probe) {
        _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(2 * HTTP_PATH_MAX);
        buffer_add_literal(&text, "app prober config does not exists for ");
        buffer_add_slice(&text, path);
        status_reply_whole(&connection->reply, 400, STATUS_TEXT, buffer_slice(&text));
        return;
    }
    struct stream limits = status_reply_limits(&connection->reply);
    app_probe_run(&settings->target, probe, connection->head, &limits, &answer, &error);
    probe_note(loop, probe, &error);
    if (probe->is_https || probe->kind == APP_PROBE_GRPC)
        atomic_store(&loop->wants_trim, true);
    status_reply_whole(&connection->reply, answer.status, answer.body.length ? STATUS_TEXT : NULL,
                       buffer_slice(&answer.body));
    buffer_done(&answer.body);
}

/* ---- metrics -------------------------------------------------------------------------------------------------- */

static void merged_answer(struct status_loop *loop, struct status_connection *connection)
{
    scrape_run(loop->settings, &loop->metrics, connection->head, &connection->reply);
    atomic_store(&loop->wants_trim, true);
}

static void proxy_metrics_answer(struct status_loop *loop, struct status_connection *connection)
{
    scrape_proxy(loop->settings, &loop->metrics, &connection->reply);
    atomic_store(&loop->wants_trim, true);
}

/* ---- what ends it --------------------------------------------------------------------------------------------- */

static void ok_answer(struct status_loop *loop, struct status_connection *connection)
{
    (void)loop;
    status_reply_whole(&connection->reply, 200, STATUS_TEXT, SLICE("OK"));
}

static void drain_begin(struct status_loop *loop)
{
    log_message(loop->settings->log, LOG_INFO, "drain-asked", "/drain: draining now");
    loop->settings->drain(loop->settings->context);
}

static void quit_begin(struct status_loop *loop)
{
    log_message(loop->settings->log, LOG_INFO, "quit-asked", "/quitquitquit: ending now");
    loop->settings->quit(loop->settings->context);
}

/* There is no table of names without a control plane: what Istio's agent answers then. */
static void names_answer(struct status_loop *loop, struct status_connection *connection)
{
    (void)loop;
    status_reply_whole(&connection->reply, 404, STATUS_TEXT, SLICE("{}"));
}

/* ---- the table ------------------------------------------------------------------------------------------------ */

enum { AT_STATUS = 1 << STATUS_DOOR, AT_READY = 1 << READY_DOOR, AT_METRICS = 1 << METRICS_DOOR };

static const struct status_route routes[] = {
    {SLICE_CONSTANT("/healthz/ready"), false, AT_STATUS | AT_READY, WORK_READY, ANYBODY, false, ready_answer, NULL},
    {SLICE_CONSTANT("/app-health/"), true, AT_STATUS, WORK_PROBE, ANYBODY, false, probe_answer, NULL},
    {SLICE_CONSTANT("/app-lifecycle/"), true, AT_STATUS, WORK_PROBE, ANYBODY, false, probe_answer, NULL},
    {SLICE_CONSTANT("/stats/prometheus"), false, AT_STATUS, WORK_SCRAPE, LOCAL_IF_SO_SET, false, merged_answer, NULL},
    {SLICE_CONSTANT("/metrics"), false, AT_STATUS, WORK_SCRAPE, LOCAL_IF_SO_SET, false, merged_answer, NULL},
    {SLICE_CONSTANT("/stats/prometheus"), false, AT_METRICS, WORK_SCRAPE, ANYBODY, false, proxy_metrics_answer, NULL},
    {SLICE_CONSTANT("/quitquitquit"), false, AT_STATUS, WORK_AT_ONCE, LOCAL_ONLY, true, ok_answer, quit_begin},
    {SLICE_CONSTANT("/drain"), false, AT_STATUS, WORK_AT_ONCE, LOCAL_ONLY, true, ok_answer, drain_begin},
    {SLICE_CONSTANT("/debug/ndsz"), false, AT_STATUS, WORK_AT_ONCE, LOCAL_ONLY, false, names_answer, NULL},
};

const struct status_route *status_route_find(enum status_door door, struct slice path)
{
    for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
        const struct status_route *route = &routes[i];
        if ((route->doors & 1U << door) &&
            (route->is_prefix ? slice_starts(path, route->path) : slice_equal(path, route->path)))
            return route;
    }
    return NULL;
}

bool status_route_admits(const struct status_loop *loop, struct status_connection *connection)
{
    const struct status_route *route = connection->route;
    bool wants_local = route->who == LOCAL_ONLY || (route->who == LOCAL_IF_SO_SET && loop->settings->metrics_are_local);
    if (wants_local && !connection->is_local)
        status_reply_error(&connection->reply, 403, "Only requests from localhost are allowed");
    else if (route->is_post && !slice_equal(connection->head->method, SLICE("POST")))
        status_reply_error(&connection->reply, 405, "Method Not Allowed");
    else
        return true;
    return false;
}
