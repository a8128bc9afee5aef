/* install.h - the node agent: puts the plugin on its node, keeps it there, and takes it away when it is told to stop. */
#pragma once
#include "cni/repair.h"
#include "cni/setup.h"
#include "cni/upgrade.h"

struct install_settings {
    struct setup_settings setup;
    const char *address;                /* for both servers; NULL: all */
    uint16_t health_port, monitor_port; /* 0: any free one; both are logged */
    struct slice log_socket;            /* where plugins send their log lines; empty: nowhere */
    bool keeps_on_upgrade;
    struct upgrade_settings upgrade;
    bool repairs;
    struct repair_settings repair;
    const struct log *log;
    void (*line_print)(void *context, struct slice line); /* a plugin's log line, with its end */
    void *line_context;
};

/* Runs until SIGTERM or SIGINT. False: it could not start (nothing on the node was changed then), could not clean up, or
 * was stopped before it had found a configuration for its entry (as Istio's; `error` is ERROR_NONE then). */
MUST_CHECK bool install_run(const struct install_settings *settings, struct error *error);
