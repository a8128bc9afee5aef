/* status.h - what the webhook says of itself: alive, ready, its metrics, the configuration in force. */
#pragma once
#include "webhook/certificate.h"
#include "webhook/metrics.h"
#include "webhook/monitor.h"
#include "webhook/server.h"
#include "webhook/store.h"

/* What it looks at; borrowed. Filled in before the monitor starts. */
struct status {
    struct store *store;
    struct certificate_store *certificates;
    struct server *server;
    struct metrics *metrics;
    atomic_bool is_draining;
    atomic_int_fast64_t last_tick_ms; /* when the control loop last came round; steady clock */
};

/* The monitor's pages; `context` is a struct status. */
bool status_alive(void *context, struct buffer *out);
/* A configuration is loaded, the certificate is valid, and it is not draining; a line for each that is not so. */
bool status_ready(void *context, struct buffer *out);
void status_metrics(void *context, struct buffer *out);
void status_configuration(void *context, struct buffer *out);
