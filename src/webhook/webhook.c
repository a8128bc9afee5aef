#include "webhook/webhook.h"
#include "base/fd.h"
#include "webhook/cluster.h"
#include "serve/file_watch.h"
#include "webhook/health_file.h"
#include "webhook/keeper.h"
#include "serve/moment.h"
#include "serve/resident.h"
#include "webhook/status.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    TICK_MS = 500,
    RECHECK_MS = 10 * 1000,   /* files are looked at without an event, too: network file systems send none */
    SETTLE_MS = 50,           /* several files change one after the other */
    DRAIN_LIMIT_MS = 40 * 1000, /* longer than any connection may take for its request and answer */
    TRIM_CONNECTIONS = 8,
    TRIM_MS = 2000,
    FILE_MAX = 64 * 1024 * 1024,
};

struct webhook {
    const struct webhook_settings *settings;
    struct http_library http;
    struct tls_library tls;
    struct metrics metrics;
    struct store *store;
    struct certificate_store *certificates;
    struct server *server;
    struct monitor *monitor;
    struct cluster *cluster;
    struct keeper *keeper;
    struct namespaces *namespaces; /* OpenShift's; else NULL */
    struct file_watch watch;
    int signals;
    uint64_t files_seen; /* signature of the files at the last reload */
    int64_t health_touched_ms;
    uint64_t connections_seen; /* the most since memory was trimmed */
    int64_t trim_ms;           /* not before; 0: not yet */
    atomic_bool is_refused; /* the last configuration that came */
    struct status status;
};

/* ---- configuration ---- */

static void configuration_report(struct webhook *webhook, bool loaded, bool changed, const struct error *error)
{
    bool was_refused = atomic_exchange(&webhook->is_refused, !loaded);
    if (!loaded) {
        metrics_count(&webhook->metrics.reloads_failed);
        log_error(&webhook->settings->log, LOG_ERROR, "configuration-refused", error);
        return;
    }
    if (!changed) {
        if (was_refused)
            log_message(&webhook->settings->log, LOG_INFO, "configuration", "it is again what is in force");
        return;
    }
    metrics_count(&webhook->metrics.reloads);
    struct generation *generation = store_take(webhook->store);
    atomic_store(&webhook->metrics.last_reload_seconds, generation->loaded);
    const struct log_field fields[] = {
        LOG_FIELD_NUMBER("generation", generation->number),
        LOG_FIELD_TEXT("from", generation->texts[STORE_CONFIG].name),
        LOG_FIELD_NUMBER("templates", generation->config.template_count),
        LOG_FIELD_TEXT("policy", generation->config.rules.policy),
    };
    log_event(&webhook->settings->log, LOG_INFO, "configuration", fields, ARRAY_LENGTH(fields));
    generation_release(&generation);
}

static bool file_read(struct slice path, struct buffer *text, struct error *error)
{
    return !path.length || fd_read_file(path.bytes, text, error);
}

static bool configuration_load_files(struct webhook *webhook, bool *ret_changed, struct error *error)
{
    const struct webhook_settings *settings = webhook->settings;
    struct buffer files[STORE_TEXTS] = {BUFFER_INIT(FILE_MAX), BUFFER_INIT(FILE_MAX), BUFFER_INIT(FILE_MAX)};
    struct source texts[STORE_TEXTS];
    bool done = true;
    for (size_t i = 0; i < STORE_TEXTS; i++) {
        done = done && file_read(settings->files[i], &files[i], error);
        texts[i] = settings->files[i].length
                       ? (struct source){.name = settings->files[i], .text = buffer_slice(&files[i])}
                       : settings->defaults[i];
    }
    done = done && store_replace(webhook->store, texts, ret_changed, error);
    for (size_t i = 0; i < STORE_TEXTS; i++)
        buffer_done(&files[i]);
    return done;
}

static void configuration_from_cluster(void *context, const struct source texts[STORE_TEXTS])
{
    struct webhook *webhook = context;
    struct error error;
    bool changed = false;
    bool loaded = store_replace(webhook->store, texts, &changed, &error);
    configuration_report(webhook, loaded, changed, &error);
}

static void cluster_failed(void *context, const struct error *error)
{
    struct webhook *webhook = context;
    metrics_count(&webhook->metrics.cluster_errors);
    log_error(&webhook->settings->log, LOG_WARNING, "cluster", error);
}

/* ---- certificates ---- */

static void certificate_report(struct webhook *webhook, bool loaded, bool changed, const struct error *error)
{
    if (!loaded) {
        metrics_count(&webhook->metrics.certificate_reloads_failed);
        log_error(&webhook->settings->log, LOG_ERROR, "certificate-refused", error);
        return;
    }
    if (!changed)
        return;
    int64_t from, until;
    metrics_count(&webhook->metrics.certificate_reloads);
    certificate_store_validity(webhook->certificates, &from, &until);
    atomic_store(&webhook->metrics.certificate_expiry_seconds, until);
    const struct log_field fields[] = {LOG_FIELD_NUMBER("seconds_left", until - moment_calendar_seconds())};
    log_event(&webhook->settings->log, LOG_INFO, "certificate", fields, ARRAY_LENGTH(fields));
}

static bool certificate_load_files(struct webhook *webhook, bool *ret_changed, struct error *error)
{
    const struct webhook_settings *settings = webhook->settings;
    _cleanup_(buffer_done) struct buffer chain = BUFFER_INIT(FILE_MAX), key = BUFFER_INIT(FILE_MAX);
    bool done = file_read(settings->certificate_file, &chain, error) && file_read(settings->key_file, &key, error) &&
                certificate_store_replace(webhook->certificates, settings->certificate_file, buffer_slice(&chain),
                                          buffer_slice(&key), ret_changed, error);
    if (key.bytes)
        explicit_bzero(key.bytes, key.length);
    return done;
}

static void keeper_certificate(void *context, const struct authority_pair *serving, const struct authority_times *times)
{
    struct webhook *webhook = context;
    struct error error;
    bool changed = false;
    (void)times;
    bool loaded = certificate_store_replace(webhook->certificates, webhook->settings->secret, serving->certificate,
                                            serving->key, &changed, &error);
    certificate_report(webhook, loaded, changed, &error);
}

static void keeper_bundle(void *context, struct slice configuration, size_t webhooks)
{
    struct webhook *webhook = context;
    metrics_count(&webhook->metrics.bundle_writes);
    const struct log_field fields[] = {
        LOG_FIELD_TEXT("configuration", configuration),
        LOG_FIELD_NUMBER("webhooks", webhooks),
    };
    log_event(&webhook->settings->log, LOG_INFO, "ca-bundle", fields, ARRAY_LENGTH(fields));
}

static void keeper_event(void *context, const char *text)
{
    const struct webhook *webhook = context;
    log_message(&webhook->settings->log, LOG_INFO, "certificate", "%s", text);
}

static bool keeper_begin(struct webhook *webhook, struct error *error)
{
    const struct webhook_settings *settings = webhook->settings;
    const struct keeper_settings keeper = {
        .access = settings->access,
        .namespace = settings->namespace,
        .service = settings->service,
        .revision = settings->injection.revision,
        .secret = settings->self_signed ? settings->secret : SLICE(""),
        .ca_file = settings->self_signed ? SLICE("") : settings->ca_file,
        .configurations = settings->webhook_configurations,
        .configuration_count = settings->webhook_configuration_count,
        .webhook_name = settings->webhook_name,
        .any_service = settings->any_service,
        .rotation = &settings->rotation,
    };
    const struct keeper_callbacks callbacks = {
        .context = webhook,
        .on_certificate = keeper_certificate,
        .on_bundle = keeper_bundle,
        .on_event = keeper_event,
        .on_failed = cluster_failed,
    };
    return keeper_start(&keeper, &callbacks, &webhook->keeper, error);
}

/* ---- start ---- */

static bool signals_open(struct webhook *webhook, struct error *error)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    /* Threads that are started later inherit the mask. */
    if (pthread_sigmask(SIG_BLOCK, &set, NULL))
        return error_errno(error, "signals cannot be blocked");
    webhook->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return webhook->signals >= 0 || error_errno(error, "signalfd");
}

static bool sources_start(struct webhook *webhook, struct error *error)
{
    const struct webhook_settings *settings = webhook->settings;
    bool changed;
    if (settings->from_cluster) {
        const struct cluster_settings cluster = {
            .access = settings->access,
            .maps = settings->maps,
            .context = webhook,
            .changed = configuration_from_cluster,
            .failed = cluster_failed,
        };
        if (!cluster_start(&cluster, &webhook->cluster, error))
            return false;
        if (settings->injection.is_openshift &&
            !namespaces_start(&settings->access, cluster_failed, webhook, &webhook->namespaces, error))
            return false;
    } else {
        if (!configuration_load_files(webhook, &changed, error))
            return false;
        configuration_report(webhook, true, changed, NULL);
        for (size_t i = 0; i < STORE_TEXTS; i++)
            file_watch_add(&webhook->watch, settings->files[i]);
    }
    if (!settings->self_signed) {
        if (!certificate_load_files(webhook, &changed, error))
            return error_wrap(error, "serving certificate (--tlsCertFile and --tlsKeyFile; or --selfSigned)");
        certificate_report(webhook, true, changed, NULL);
        file_watch_add(&webhook->watch, settings->certificate_file);
        file_watch_add(&webhook->watch, settings->key_file);
    }
    bool is_keeping = settings->self_signed || (settings->webhook_configuration_count && settings->ca_file.length);
    if (is_keeping && !keeper_begin(webhook, error))
        return false;
    webhook->files_seen = file_watch_signature(&webhook->watch);
    return file_watch_start(&webhook->watch, error);
}

static bool servers_start(struct webhook *webhook, struct error *error)
{
    const struct webhook_settings *settings = webhook->settings;
    const struct server_settings server = {
        .address = settings->address,
        .port = settings->port,
        .threads = settings->threads,
        .body_max = settings->body_max,
        .connection_max = settings->connection_max,
        .http = &webhook->http,
        .tls = &webhook->tls,
        .store = webhook->store,
        .namespaces = webhook->namespaces,
        .certificates = webhook->certificates,
        .metrics = &webhook->metrics,
        .log = &settings->log,
    };
    const struct monitor_settings monitor = {
        .address = settings->address,
        .port = settings->monitor_port,
        .http = &webhook->http,
        .context = &webhook->status,
        .alive = status_alive,
        .ready = status_ready,
        .metrics = status_metrics,
        .configuration = status_configuration,
    };
    if (!server_start(&server, &webhook->server, error))
        return false;
    webhook->status.store = webhook->store;
    webhook->status.certificates = webhook->certificates;
    webhook->status.server = webhook->server;
    webhook->status.metrics = &webhook->metrics;
    if (!monitor_start(&monitor, &webhook->monitor, error))
        return false;
    const struct log_field fields[] = {
        LOG_FIELD_TEXT("address", slice_from(settings->address ? settings->address : "[::]")),
        LOG_FIELD_NUMBER("port", server_port(webhook->server)),
        LOG_FIELD_NUMBER("http_port", monitor_port(webhook->monitor)),
        LOG_FIELD_NUMBER("threads", settings->threads),
    };
    log_event(&settings->log, LOG_INFO, "serving", fields, ARRAY_LENGTH(fields));
    return true;
}

static bool webhook_start(struct webhook *webhook, struct error *error)
{
    webhook->metrics.start_seconds = moment_calendar_seconds();
    atomic_store(&webhook->status.last_tick_ms, moment_steady_ms());
    if (!signals_open(webhook, error) || !http_library_load(&webhook->http, error) ||
        !tls_library_load(&webhook->tls, error))
        return false;
    webhook->store = store_new(&webhook->settings->injection);
    webhook->certificates = certificate_store_new(&webhook->tls);
    return sources_start(webhook, error) && servers_start(webhook, error);
}

/* ---- the control loop ---- */

static void files_reload(struct webhook *webhook)
{
    struct error error;
    bool changed = false;
    webhook->files_seen = file_watch_signature(&webhook->watch);
    if (!webhook->settings->from_cluster) {
        bool loaded = configuration_load_files(webhook, &changed, &error);
        configuration_report(webhook, loaded, changed, &error);
    }
    if (!webhook->settings->self_signed) {
        bool loaded = certificate_load_files(webhook, &changed, &error);
        certificate_report(webhook, loaded, changed, &error);
    }
}

/* The next signal; 0: none. */
static int signal_take(const struct webhook *webhook)
{
    struct signalfd_siginfo info;
    ssize_t length = read(webhook->signals, &info, sizeof info);
    return length == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

/* When the loop has to do what. Steady milliseconds. */
struct agenda {
    int64_t settled; /* files have changed: reload then; 0: nothing to do */
    int64_t recheck;
};

/* Left to grow old when something is wrong. */
static void health_touch(struct webhook *webhook, int64_t now)
{
    _cleanup_(buffer_done) struct buffer why = BUFFER_INIT(4096);
    struct error error;
    webhook->health_touched_ms = now;
    if (status_ready(&webhook->status, &why) && !health_file_touch(webhook->settings->health_file, &error))
        log_error(&webhook->settings->log, LOG_WARNING, "health-file", &error);
}

/* What many connections, or an old configuration, took goes back to the system once they are gone. */
static void memory_trim(struct webhook *webhook, int64_t now)
{
    struct metrics_gauges gauges = {0};
    server_gauges(webhook->server, &gauges);
    if (gauges.connections > webhook->connections_seen)
        webhook->connections_seen = gauges.connections;
    bool is_first = !webhook->trim_ms; /* what only the start needed */
    if (!is_first && (now < webhook->trim_ms || gauges.connections + TRIM_CONNECTIONS > webhook->connections_seen))
        return;
    resident_trim();
    webhook->connections_seen = gauges.connections;
    webhook->trim_ms = now + TRIM_MS;
}

static void tick(struct webhook *webhook, struct agenda *agenda)
{
    int64_t now = moment_steady_ms();
    atomic_store(&webhook->status.last_tick_ms, now);
    server_tick(webhook->server);
    monitor_tick(webhook->monitor);
    memory_trim(webhook, now);
    bool is_time = agenda->settled && now >= agenda->settled;
    if (!is_time && now >= agenda->recheck) {
        file_watch_again(&webhook->watch);
        is_time = file_watch_signature(&webhook->watch) != webhook->files_seen;
        agenda->recheck = now + RECHECK_MS;
    }
    if (is_time) {
        agenda->settled = 0;
        files_reload(webhook);
    }
    if (webhook->settings->health_file.length && now - webhook->health_touched_ms >= webhook->settings->health_interval_ms)
        health_touch(webhook, now);
}

/* Waits for something to happen and does it. Gives the signal that asks for an end, or 0. */
static int loop_once(struct webhook *webhook, struct agenda *agenda)
{
    struct pollfd polled[] = {
        {.fd = webhook->signals, .events = POLLIN},
        {.fd = webhook->watch.fd, .events = POLLIN},
    };
    int ready = poll(polled, ARRAY_LENGTH(polled), agenda->settled ? SETTLE_MS : TICK_MS);
    if (ready > 0 && polled[1].revents) {
        file_watch_drain(&webhook->watch);
        agenda->settled = moment_steady_ms() + SETTLE_MS;
    }
    int signal = ready > 0 && polled[0].revents ? signal_take(webhook) : 0;
    if (signal == SIGHUP) {
        log_message(&webhook->settings->log, LOG_INFO, "reload", "SIGHUP");
        agenda->settled = 1;
        if (webhook->keeper)
            keeper_wake(webhook->keeper);
        signal = 0;
    }
    tick(webhook, agenda);
    return signal;
}

/* Not ready from now on, but serving: whoever still has our address may use it. Then no more connections, and the end
 * when those that are open have ended. A second signal cuts it short. */
static void drain(struct webhook *webhook, struct agenda *agenda)
{
    const struct webhook_settings *settings = webhook->settings;
    atomic_store(&webhook->status.is_draining, true);
    log_message(&settings->log, LOG_INFO, "draining", "for %" PRId64 " ms", settings->drain_ms);
    int64_t end = moment_steady_ms() + settings->drain_ms;
    bool is_cut = false;
    while (!is_cut && moment_steady_ms() < end)
        is_cut = loop_once(webhook, agenda) != 0;
    server_close(webhook->server);
    end = moment_steady_ms() + DRAIN_LIMIT_MS;
    while (!is_cut && moment_steady_ms() < end && !server_is_idle(webhook->server))
        is_cut = loop_once(webhook, agenda) != 0;
    log_message(&settings->log, LOG_INFO, "stopped", is_cut ? "drain cut short by a second signal" : "drained");
}

/* The servers' threads first: they use all the rest. */
static void webhook_done(struct webhook *webhook)
{
    monitor_stop(webhook->monitor);
    server_stop(webhook->server);
    cluster_stop(webhook->cluster);
    keeper_stop(&webhook->keeper);
    namespaces_stop(webhook->namespaces);
    certificate_store_free(webhook->certificates);
    store_free(webhook->store);
    file_watch_done(&webhook->watch);
    fd_close(&webhook->signals);
}

bool webhook_run(const struct webhook_settings *settings, struct error *error)
{
    struct webhook webhook = {.settings = settings, .signals = -1, .watch = FILE_WATCH_INIT};
    struct agenda agenda = {.recheck = moment_steady_ms() + RECHECK_MS};
    bool started = webhook_start(&webhook, error);
    if (started) {
        while (!loop_once(&webhook, &agenda))
            ;
        drain(&webhook, &agenda);
    }
    if (started && settings->health_file.length)
        unlink(settings->health_file.bytes);
    webhook_done(&webhook);
    return started;
}
