/* monitor.h - the plain port for probes, Prometheus and people: /healthz, /ready, /metrics, /debug/inject. */
#pragma once
#include "base/buffer.h"
#include "serve/http_library.h"

struct monitor_settings {
    const char *address; /* numeric; NULL: all */
    uint16_t port;       /* 0: any free one */
    const struct http_library *http;
    void *context;
    /* Each prints its page; called by the monitor's thread. The first two say no with a reason a line. */
    bool (*alive)(void *context, struct buffer *out);
    bool (*ready)(void *context, struct buffer *out);
    void (*metrics)(void *context, struct buffer *out);
    void (*configuration)(void *context, struct buffer *out); /* JSON */
};

struct monitor;
/* The settings are copied. Errors: the address is in use. */
MUST_CHECK bool monitor_start(const struct monitor_settings *settings, struct monitor **ret_monitor,
                              struct error *error);
uint16_t monitor_port(const struct monitor *monitor);
/* What is to be done every second. */
void monitor_tick(struct monitor *monitor);
void monitor_stop(struct monitor *monitor); /* NULL is fine */
