#include "cni/install.h"
#include "base/fd.h"
#include "cni/log_server.h"
#include "serve/file_watch.h"
#include "serve/moment.h"
#include "serve/pages.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    TICK_MS = 500,
    SOON_MS = 50,              /* somebody is writing: until the next look */
    SETTLE_MS = 10,            /* after an event: a writer's next step may follow */
    RECHECK_MS = 30 * 1000,    /* everything is looked at without an event, too */
    RETRY_MS = 1000,
    RETRY_MAX_MS = 10 * 1000,
    STUCK_MS = 60 * 1000,
    /* More writes than that within the time: somebody else keeps undoing them, and from then on we take our time. */
    FIGHT_WRITES = 10,
    FIGHT_MS = 10 * 1000,
    FIGHT_PAUSE_MS = 1000,
};

/* Istio's names (cni/pkg/install/monitoring.go). */
enum { INSTALL_SUCCESS, INSTALL_BINARY, INSTALL_KUBECONFIG, INSTALL_CONFIGURATION, INSTALL_RESULTS };
static const char *const result_names[INSTALL_RESULTS] = {
    "SUCCESS", "COPY_BINARIES_FAILURE", "CREATE_KUBECONFIG_FAILURE", "CREATE_CNI_CONFIG_FAILURE"};

struct install {
    const struct install_settings *settings;
    struct http_library http;
    struct setup setup;
    struct file_watch watch;
    struct pages *health, *monitor;
    struct log_server *logs;
    struct repair *repair;
    struct repair_counts repair_counts;
    int signals;
    bool was_complete; /* the entry has been in place */
    int64_t retry_ms, writes_since_ms;
    unsigned writes;
    /* What the servers' threads read. */
    pthread_mutex_t lock;
    bool is_ready;
    char reason[600];
    uint64_t results[INSTALL_RESULTS], configurations, kubeconfigs, binaries;
    int64_t last_tick_ms;
};

/* ---- status ---- */

static void status_set(struct install *install, bool is_ready, const char *reason)
{
    pthread_mutex_lock(&install->lock);
    bool is_news = install->is_ready != is_ready || strcmp(install->reason, reason) != 0;
    install->is_ready = is_ready;
    snprintf(install->reason, sizeof install->reason, "%s", reason);
    pthread_mutex_unlock(&install->lock);
    if (!is_news)
        return;
    if (is_ready)
        log_message(install->settings->log, LOG_INFO, "ready", "the plugin is in place: %.*s",
                    SLICE_ARGS(install->setup.current));
    else
        log_message(install->settings->log, LOG_WARNING, "not-ready", "%s", reason);
}

static void count(struct install *install, uint64_t *counter)
{
    pthread_mutex_lock(&install->lock);
    ++*counter;
    pthread_mutex_unlock(&install->lock);
}

static unsigned page_alive(void *context, struct buffer *out)
{
    struct install *install = context;
    pthread_mutex_lock(&install->lock);
    bool is_alive = moment_steady_ms() - install->last_tick_ms < STUCK_MS;
    pthread_mutex_unlock(&install->lock);
    buffer_format(out, is_alive ? "ok\n" : "the control loop is stuck\n");
    return is_alive ? 200 : 503;
}

static unsigned page_ready(void *context, struct buffer *out)
{
    struct install *install = context;
    pthread_mutex_lock(&install->lock);
    bool is_ready = install->is_ready;
    buffer_format(out, "%s\n", is_ready ? "ready" : install->reason);
    pthread_mutex_unlock(&install->lock);
    return is_ready ? 200 : 503;
}

static void counter_print(struct buffer *out, const char *name, const char *help, uint64_t value)
{
    buffer_format(out, "# HELP %s %s\n# TYPE %s counter\n%s %" PRIu64 "\n", name, help, name, name, value);
}

static unsigned page_metrics(void *context, struct buffer *out)
{
    struct install *install = context;
    pthread_mutex_lock(&install->lock);
    buffer_add_literal(out, "# HELP istio_cni_installs_total Installations of the plugin, by how they went.\n"
                            "# TYPE istio_cni_installs_total counter\n");
    for (size_t i = 0; i < INSTALL_RESULTS; i++)
        buffer_format(out, "istio_cni_installs_total{result=\"%s\"} %" PRIu64 "\n", result_names[i],
                      install->results[i]);
    buffer_format(out,
                  "# HELP istio_cni_install_ready 1 when the plugin is in place.\n"
                  "# TYPE istio_cni_install_ready gauge\nistio_cni_install_ready %d\n",
                  install->is_ready);
    counter_print(out, "pillion_cni_configuration_writes_total", "Network configurations written.",
                  install->configurations);
    counter_print(out, "pillion_cni_kubeconfig_writes_total", "Kubeconfigs written.", install->kubeconfigs);
    counter_print(out, "pillion_cni_binary_copies_total", "Times the plugin's binary was copied.", install->binaries);
    pthread_mutex_unlock(&install->lock);
    repair_print(&install->repair_counts, out);
    return 200;
}

static const struct page health_pages[] = {
    {"/healthz", "text/plain; charset=utf-8", page_alive},
    {"/readyz", "text/plain; charset=utf-8", page_ready},
};
static const struct page monitor_pages[] = {
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", page_metrics},
};

/* During an update two installers are on the node, with perhaps two versions of the plugin: the one that came last, and
 * so took over the socket, has its way. */
static bool is_superseded(const struct install *install)
{
    return install->logs && log_server_is_replaced(install->logs);
}

/* ---- one pass over everything ---- */

/* Gives the milliseconds until the next pass, if nothing happens before. */
static int64_t pass_failed(struct install *install, size_t result, const struct error *error)
{
    char text[600];
    error_print(error, text, sizeof text);
    count(install, &install->results[result]);
    status_set(install, false, text);
    install->retry_ms = install->retry_ms ? install->retry_ms * 2 : RETRY_MS;
    if (install->retry_ms > RETRY_MAX_MS)
        install->retry_ms = RETRY_MAX_MS;
    return install->retry_ms;
}

/* Others may do what we do, and keep undoing each other's work; then at least not as fast as the machine can. */
static bool is_fight(struct install *install)
{
    int64_t now = moment_steady_ms();
    if (now - install->writes_since_ms > FIGHT_MS) {
        install->writes_since_ms = now;
        install->writes = 0;
    }
    if (++install->writes == FIGHT_WRITES)
        log_message(install->settings->log, LOG_WARNING, "configuration-contested",
                    "somebody keeps rewriting the network configuration%s",
                    slice_find(install->setup.current, SLICE("cilium")) != SLICE_NONE
                        ? "; Cilium does so unless its cni.exclusive is false" : "");
    return install->writes >= FIGHT_WRITES;
}

static int64_t pass_configuration(struct install *install)
{
    struct error error = {0};
    bool changed = false;
    enum setup_state state = setup_configuration(&install->setup, &changed, &error);
    if (changed)
        count(install, &install->configurations);
    switch (state) {
    case SETUP_DONE:
        break;
    case SETUP_AGAIN:
        status_set(install, false, "the network configuration is being written");
        return SOON_MS;
    case SETUP_WAITING:
        status_set(install, false, error.text);
        return TICK_MS;
    case SETUP_FAILED:
        return pass_failed(install, INSTALL_CONFIGURATION, &error);
    }
    pthread_mutex_lock(&install->lock);
    bool was_ready = install->is_ready;
    install->results[INSTALL_SUCCESS] += changed || !was_ready;
    pthread_mutex_unlock(&install->lock);
    install->was_complete = true;
    install->retry_ms = 0;
    status_set(install, true, "ready");
    return changed && is_fight(install) ? FIGHT_PAUSE_MS : RECHECK_MS;
}

/* An entry without a binary or kubeconfig keeps every pod from starting: the entry comes last. */
static int64_t pass(struct install *install)
{
    struct error error = {0};
    bool changed;
    if (is_superseded(install)) {
        status_set(install, false, "another installer has taken over");
        return TICK_MS;
    }
    if (!setup_binary(&install->setup, &changed, &error))
        return pass_failed(install, INSTALL_BINARY, &error);
    if (changed)
        count(install, &install->binaries);
    if (!setup_kubeconfig(&install->setup, &changed, &error))
        return pass_failed(install, INSTALL_KUBECONFIG, &error);
    if (changed)
        count(install, &install->kubeconfigs);
    return pass_configuration(install);
}

/* ---- start ---- */

static bool signals_open(struct install *install, struct error *error)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL)) /* the threads to come inherit the mask */
        return error_errno(error, "signals cannot be blocked");
    install->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return install->signals >= 0 || error_errno(error, "signalfd");
}

/* Nothing on the node is touched before it is sure that there is something to put there. */
static bool inputs_check(const struct setup_settings *settings, struct error *error)
{
    const struct slice files[] = {settings->binary_source, settings->token_file,
                                  settings->server.skip_verify ? SLICE("") : settings->authority_file};
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
        _cleanup_(fd_close) int fd = -1;
        if (files[i].length && !fd_open_read(files[i].bytes, &fd, error))
            return false;
    }
    return true;
}

static bool watch_start(struct install *install, struct arena *arena, struct error *error)
{
    const struct setup_settings *settings = &install->settings->setup;
    /* The folder, by way of its parent: it may be made anew, or become a link; and what is in it. */
    file_watch_add(&install->watch, settings->net_folder);
    file_watch_add(&install->watch, arena_format(arena, "%s/x", settings->net_folder.bytes));
    file_watch_add(&install->watch, settings->binary_target);
    file_watch_add(&install->watch, settings->token_file);
    file_watch_add(&install->watch, settings->authority_file);
    return file_watch_start(&install->watch, error);
}

static bool servers_start(struct install *install, struct error *error)
{
    const struct install_settings *settings = install->settings;
    const struct pages_settings health = {settings->address, settings->health_port, &install->http,
                                          health_pages, ARRAY_LENGTH(health_pages), install};
    const struct pages_settings monitor = {settings->address, settings->monitor_port, &install->http,
                                           monitor_pages, ARRAY_LENGTH(monitor_pages), install};
    const struct log_server_settings logs = {settings->log_socket.bytes, &install->http, settings->line_print,
                                             settings->line_context};
    if (!pages_start(&health, &install->health, error) || !pages_start(&monitor, &install->monitor, error) ||
        (settings->log_socket.length && !log_server_start(&logs, &install->logs, error)))
        return false;
    const struct log_field fields[] = {LOG_FIELD_NUMBER("health_port", pages_port(install->health)),
                                       LOG_FIELD_NUMBER("monitor_port", pages_port(install->monitor))};
    log_event(settings->log, LOG_INFO, "serving", fields, ARRAY_LENGTH(fields));
    return true;
}

static bool install_start(struct install *install, struct arena *arena, struct error *error)
{
    const struct install_settings *settings = install->settings;
    install->last_tick_ms = moment_steady_ms();
    if (!signals_open(install, error) || !inputs_check(&settings->setup, error) ||
        !http_library_load(&install->http, error) || !servers_start(install, error))
        return false;
    setup_init(&install->setup, &settings->setup);
    if (!watch_start(install, arena, error))
        return false;
    if (settings->repairs)
        return repair_start(&settings->repair, &install->repair_counts, &install->repair, error);
    log_message(settings->log, LOG_INFO, "repair", "is off");
    return true;
}

/* ---- the loop ---- */

static int signal_take(const struct install *install)
{
    struct signalfd_siginfo info;
    ssize_t length = read(install->signals, &info, sizeof info);
    return length == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

static int wait_ms(int64_t due, int64_t limit)
{
    int64_t left = due - moment_steady_ms();
    return (int)(left < 0 ? 0 : left > limit ? limit : left);
}

/* Until a signal asks for an end. */
static void loop_run(struct install *install)
{
    int64_t due = 0, not_before = 0;
    for (;;) {
        struct pollfd polled[] = {{.fd = install->signals, .events = POLLIN},
                                  {.fd = install->watch.fd, .events = POLLIN}};
        pages_tick(install->health);
        pages_tick(install->monitor);
        bool is_following = setup_follow(&install->setup);
        int ready = poll(polled, ARRAY_LENGTH(polled), wait_ms(due, is_following ? SOON_MS : TICK_MS));
        int64_t now = moment_steady_ms();
        pthread_mutex_lock(&install->lock);
        install->last_tick_ms = now;
        pthread_mutex_unlock(&install->lock);
        int taken = ready > 0 && polled[0].revents ? signal_take(install) : 0;
        if (taken == SIGTERM || taken == SIGINT)
            return;
        if (taken == SIGHUP)
            due = now;
        if (ready > 0 && polled[1].revents) {
            file_watch_drain(&install->watch);
            int64_t soon = now + SETTLE_MS > not_before ? now + SETTLE_MS : not_before;
            due = due < soon ? due : soon;
        }
        if (now < due)
            continue;
        file_watch_again(&install->watch);
        int64_t next = pass(install);
        now = moment_steady_ms();
        due = now + next;
        not_before = next == FIGHT_PAUSE_MS ? due : now;
    }
}

/* ---- the end ---- */

static bool install_leave(struct install *install, struct error *error)
{
    const struct install_settings *settings = install->settings;
    const char *reason = "it is not asked for";
    struct error why = {0};
    if (is_superseded(install)) {
        log_message(settings->log, LOG_INFO, "leaving", "the plugin stays in place: another installer has taken over");
        return true;
    }
    enum upgrade_verdict verdict =
        settings->keeps_on_upgrade ? upgrade_ask(&settings->upgrade, &reason, &why) : UPGRADE_GOES;
    if (verdict == UPGRADE_UNKNOWN)
        log_error(settings->log, LOG_WARNING, "upgrade", &why);
    if (verdict == UPGRADE_STAYS) {
        log_message(settings->log, LOG_INFO, "leaving", "the plugin stays in place: %s", reason);
        return true;
    }
    log_message(settings->log, LOG_INFO, "leaving", "the plugin is taken out: %s", reason);
    return setup_remove(&install->setup, error);
}

static void install_done(struct install *install)
{
    repair_stop(install->repair);
    log_server_stop(install->logs);
    pages_stop(install->health);
    pages_stop(install->monitor);
    file_watch_done(&install->watch);
    setup_done(&install->setup);
    fd_close(&install->signals);
}

bool install_run(const struct install_settings *settings, struct error *error)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(install_done) struct install install = {
        .settings = settings,
        .setup = {.previous = NODE_FILE_INIT},
        .watch = FILE_WATCH_INIT,
        .signals = -1,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .reason = "starting",
    };
    *error = (struct error){0};
    if (!install_start(&install, &arena, error))
        return false;
    loop_run(&install);
    status_set(&install, false, "stopping");
    repair_stop(install.repair);
    install.repair = NULL;
    if (!install_leave(&install, error))
        return false;
    return install.was_complete;
}
