/* configuration.h - the settings of a run: flags over the pod's annotations over the environment over the mesh file
 * over what is built in (Istio, pilot/cmd/pilot-agent/config/config.go, getMeshConfig). Reads files, but neither the
 * environment nor the command line by itself. */
#pragma once
#include "proxy/settings.h"
#include "serve/log.h"

/* What the command line says; texts are empty, numbers -1 where it says nothing. */
struct proxy_flags {
    struct slice engine, compat, envoy;
    struct slice mesh_file, annotations_file, labels_file; /* names, NUL-terminated */
    struct slice access_log_file, access_log_encoding, outbound_policy;
    struct slice mtls, mtls_file, certificates;
    struct slice envoy_level, envoy_component_level;
    struct slice connect_timeout, idle_timeout, half_closed_timeout, keepalive;
    struct slice minimum_drain, drain_max;
    int64_t concurrency, outbound_port, inbound_port, connection_max;
    bool exits_with_pod, logs_json;
};

/* A variable of the environment; NULL: not set. */
typedef const char *(*proxy_variable)(const char *name);

/* Names of files where the flags name none (Istio, pkg/config/constants). */
extern const struct proxy_flags proxy_flags_standard;

/* Everything that *ret points to lives in `arena`, in the flags or in the environment. What is odd but no mistake goes
 * to `log`. Errors name the flag, the variable, or the place in the file or text: ERROR_USAGE (flags), ERROR_VALUE,
 * ERROR_SYNTAX, ERROR_SYSTEM. */
MUST_CHECK bool proxy_configure(struct arena *arena, const struct proxy_flags *flags, proxy_variable variable,
                                const struct log *log, struct proxy_settings *ret, struct error *error);
