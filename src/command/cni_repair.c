#include "command/cni_flags.h"
#include "command/command.h"
#include "serve/pages.h"
#include <signal.h>

enum { PORT_MONITOR = 15014 };

struct repair_flags {
    struct cni_flags common;
    struct slice kubeconfig, context, account_folder;
    int64_t monitor_port;
};
#define FIELD(field) offsetof(struct repair_flags, field)

const struct option cni_repair_options[] = {
    CNI_OPTIONS,
    {"kubeconfig", 'c', OPTION_TEXT, FIELD(kubeconfig), "FILE", "how to reach the cluster (default: as a pod of it)", NULL},
    {"context", 0, OPTION_TEXT, FIELD(context), "NAME", "the context of the kubeconfig", NULL},
    {"monitoring-port", 0, OPTION_NUMBER, FIELD(monitor_port), "PORT", "HTTP for /metrics and /healthz (default 15014)",
     "MONITORING_PORT"},
    {0},
};

static unsigned page_alive(void *context, struct buffer *out)
{
    (void)context;
    buffer_add_literal(out, "ok\n");
    return 200;
}

static unsigned page_metrics(void *context, struct buffer *out)
{
    repair_print(context, out);
    return 200;
}

static const struct page pages[] = {
    {"/healthz", "text/plain; charset=utf-8", page_alive},
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", page_metrics},
};

static bool repair_run(const struct repair_settings *settings, uint16_t port, struct error *error)
{
    struct repair_counts counts = {0};
    struct http_library http;
    struct repair *repair = NULL;
    struct pages *served = NULL;
    sigset_t set;
    int taken;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL); /* the threads to come inherit the mask */
    const struct pages_settings monitor = {NULL, port, &http, pages, ARRAY_LENGTH(pages), &counts};
    if (!http_library_load(&http, error) || !pages_start(&monitor, &served, error))
        return false;
    const struct log_field field = LOG_FIELD_NUMBER("monitor_port", pages_port(served));
    log_event(settings->log, LOG_INFO, "serving", &field, 1);
    bool is_started = repair_start(settings, &counts, &repair, error);
    if (is_started)
        sigwait(&set, &taken);
    repair_stop(repair);
    pages_stop(served);
    return is_started;
}

int command_cni_repair(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct command here = *command;
    struct repair_flags flags = {.monitor_port = PORT_MONITOR};
    struct repair_settings settings;
    struct option_rest rest;
    struct error error = {0};
    int code;
    here.name = "cni repair";
    here.usage = "[flags]";
    here.summary = "see to pods that started before the plugin was there";
    here.details = "What `pillion cni install` does beside its own work, by itself. One of --repair-repair-pods,\n"
                   "--repair-delete-pods and --repair-label-pods says what is done about such a pod.\n";
    here.options = cni_repair_options;
    cni_flags_default(&flags.common);
    if (!command_parse(&here, &arena, argc, argv, &flags, &rest, &code))
        return code;
    struct lines lines;
    lines_init(&lines);
    const struct log log = {.json = flags.common.log_as_json, .write = lines_write, .context = &lines};
    bool is_fine = cni_flags_repair(&flags.common, &log, &settings, &error);
    if (is_fine && rest.count)
        is_fine = error_set(&error, ERROR_USAGE, (struct position){0}, "\"%s\" stands alone", rest.items[0]);
    if (is_fine && (flags.monitor_port < 0 || flags.monitor_port > 65535))
        is_fine = error_set(&error, ERROR_USAGE, (struct position){0}, "--monitoring-port: %lld is no port",
                            (long long)flags.monitor_port);
    if (is_fine && !settings.repairs && !settings.deletes && !settings.labels)
        is_fine = error_set(&error, ERROR_USAGE, (struct position){0},
                            "want one of --repair-repair-pods, --repair-delete-pods, --repair-label-pods");
    if (!is_fine)
        return command_fail(&here, &error);
    settings.access.kubeconfig = flags.kubeconfig;
    settings.access.context = flags.context;
    return repair_run(&settings, (uint16_t)flags.monitor_port, &error) ? EXIT_DONE : command_fail(&here, &error);
}
