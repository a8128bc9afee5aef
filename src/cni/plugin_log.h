/* plugin_log.h - the plugin's log: JSON lines to standard error, which the kubelet keeps where hardly anybody looks,
 * and so also to a file on the node and to the node agent, which prints them (Istio's cni/pkg/plugin,
 * GetLoggingOptions; cni/pkg/log/uds.go). None of it can fail a call. */
#pragma once
#include "base/attribute.h"
#include "base/buffer.h"
#include "base/slice.h"
#include <stdbool.h>

enum plugin_level { PLUGIN_DEBUG, PLUGIN_INFO, PLUGIN_WARN, PLUGIN_ERROR, PLUGIN_NONE };

struct plugin_log {
    void (*write)(void *context, struct slice line); /* to standard error, with its "\n" */
    void *context;
    enum plugin_level level; /* from which on it is written at all */
    struct slice pod;        /* "namespace/name", a field of each line; empty: none */
    struct slice command;    /* "ADD", a field, too */
    struct buffer lines;     /* those that are yet to go to file and agent */
};
#define PLUGIN_LOG_INIT                                                                                                \
    {                                                                                                                  \
        .level = PLUGIN_INFO, .lines = {.limit = 1 << 20 }                                                             \
    }

/* "debug", "info", "warn", "error", "none", "fatal"; others are info. */
enum plugin_level plugin_level_find(struct slice name);

void plugin_log_add(struct plugin_log *log, enum plugin_level level, const char *format, ...) PRINTF(3, 4);

/* Appends the lines to FOLDER/istio-cni.log (which is set aside as istio-cni.log.1 at 10 MB), and sends them to
 * FOLDER/log.sock where that is there: POST /log, a JSON list of texts. Waits for an agent that does not answer no
 * longer than half a second. Without a folder nothing is done. */
void plugin_log_deliver(struct plugin_log *log, struct slice folder);
void plugin_log_done(struct plugin_log *log);
