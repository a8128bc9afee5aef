/* agent.h - one run of the proxy, from the first listening socket to the exit code: starts the parts, hears signals and
 * requests, and ends them in order. Runs on the caller's thread. */
#pragma once
#include "proxy/settings.h"
#include "serve/log.h"

/* `version` is the program's. Runs until a signal, a request or an engine's end. *ret_status is the exit code then: 0,
 * or that of the engine. The signals SIGTERM, SIGINT, SIGHUP, SIGUSR1 and SIGCHLD are blocked for this thread and those
 * that it starts. Errors: what could not be started. */
MUST_CHECK bool proxy_run(const struct proxy_settings *settings, const char *version, const struct log *log,
                          int *ret_status, struct error *error);
