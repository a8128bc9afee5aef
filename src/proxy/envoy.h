/* envoy.h - an Envoy as the engine: writes its configuration, runs it as a child with the arguments that Istio's agent
 * gives it (pkg/envoy/proxy.go), asks its admin API, and ends it with all that it started. */
#pragma once
#include "proxy/lifecycle.h"
#include "proxy/settings.h"
#include "serve/log.h"
#include <sys/types.h>

struct envoy {
    const struct proxy_settings *settings;
    pid_t process;                    /* 0: none runs; it leads a process group of its own */
    int64_t asked_ms;                 /* when its traffic was asked for, */
    struct lifecycle_traffic traffic; /* and what it said */
};
#define ENVOY_INIT                                                                                                     \
    {                                                                                                                  \
        0                                                                                                              \
    }

/* Writes the configuration (unless there is a ready one, customConfigFile) and starts it. The settings are borrowed.
 * Errors: the file cannot be written, the program cannot be run. */
MUST_CHECK bool envoy_start(struct envoy *envoy, const struct proxy_settings *settings, struct error *error);
/* Whether it is up and its workers run; NULL, or why not. Any thread; asks for at most a second. */
const char *envoy_not_ready(const struct envoy *envoy);
/* Tells its HTTP clients to go elsewhere; connections and listeners stay. Errors: it does not answer. */
MUST_CHECK bool envoy_drain(const struct envoy *envoy, struct error *error);
/* What goes on in it; as it was half a second ago at most. False: it does not answer, and *ret is what it said last. */
MUST_CHECK bool envoy_traffic(struct envoy *envoy, int64_t now_ms, struct lifecycle_traffic *ret, struct error *error);
/* Hands it a signal. */
void envoy_signal(const struct envoy *envoy, int signal);
/* A child has ended: true when it was the Envoy, with its exit status in *ret_status (128 + signal when one ended it).
 */
bool envoy_ended(struct envoy *envoy, pid_t process, int wait_status, int *ret_status);
/* Ends it: at first so that it can write its logs, after a second with all of its group. Safe when none runs. */
void envoy_stop(struct envoy *envoy);
