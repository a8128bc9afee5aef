#include "webhook/monitor.h"
#include "base/memory.h"
#include "serve/pages.h"
#include <stdlib.h>

struct monitor {
    struct monitor_settings settings;
    struct pages *pages;
};

static unsigned page_alive(void *context, struct buffer *out)
{
    const struct monitor *monitor = context;
    return monitor->settings.alive(monitor->settings.context, out) ? 200 : 503;
}

static unsigned page_ready(void *context, struct buffer *out)
{
    const struct monitor *monitor = context;
    return monitor->settings.ready(monitor->settings.context, out) ? 200 : 503;
}

static unsigned page_metrics(void *context, struct buffer *out)
{
    const struct monitor *monitor = context;
    monitor->settings.metrics(monitor->settings.context, out);
    return 200;
}

static unsigned page_configuration(void *context, struct buffer *out)
{
    const struct monitor *monitor = context;
    monitor->settings.configuration(monitor->settings.context, out);
    return 200;
}

static const struct page pages[] = {
    {"/healthz", "text/plain; charset=utf-8", page_alive},
    {"/ready", "text/plain; charset=utf-8", page_ready},
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", page_metrics},
    {"/debug/inject", "application/json", page_configuration},
};

bool monitor_start(const struct monitor_settings *settings, struct monitor **ret_monitor, struct error *error)
{
    struct monitor *monitor = memory_new(1, sizeof *monitor);
    monitor->settings = *settings;
    const struct pages_settings served = {
        .address = settings->address,
        .port = settings->port,
        .http = settings->http,
        .pages = pages,
        .page_count = ARRAY_LENGTH(pages),
        .context = monitor,
    };
    if (!pages_start(&served, &monitor->pages, error)) {
        free(monitor);
        return false;
    }
    *ret_monitor = monitor;
    return true;
}

uint16_t monitor_port(const struct monitor *monitor)
{
    return pages_port(monitor->pages);
}

void monitor_tick(struct monitor *monitor)
{
    pages_tick(monitor->pages);
}

void monitor_stop(struct monitor *monitor)
{
    if (!monitor)
        return;
    pages_stop(monitor->pages);
    free(monitor);
}
