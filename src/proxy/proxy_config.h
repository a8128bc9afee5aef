/* proxy_config.h - Istio's ProxyConfig, as far as this proxy needs it: read from JSON or YAML by protobuf's JSON
 * mapping, one text over another (istio.io/api, mesh/v1alpha1/proxy.proto; pilot/cmd/pilot-agent/config/config.go). */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include <stdint.h>

enum proxy_interception { PROXY_REDIRECT, PROXY_TPROXY, PROXY_UNCAPTURED };

struct tree;
struct proxy_config {
    int64_t concurrency; /* threads; 0: one a processor; -1: nobody has said */
    int64_t status_port, admin_port, stat_name_length;
    int64_t drain_ms;                            /* Envoy's: after that its listeners close */
    int64_t termination_drain_ms;                /* the most that the end may take; -1: nobody has said */
    int64_t file_flush_ms, file_flush_kilobytes; /* Envoy's log; -1: nobody has said */
    int64_t interception;                        /* enum proxy_interception */
    bool hold_application;
    struct slice binary_path, config_path, custom_config_file, service_cluster;
    const struct tree *metadata; /* proxyMetadata: a map of texts; NULL: none */
};

/* Istio's built-in values (pkg/config/mesh/mesh.go, DefaultProxyConfig). */
extern const struct proxy_config proxy_config_standard;

/* Told of each field that ProxyConfig does not have: it is passed over, as Istio does after a warning. */
typedef void (*proxy_config_unknown)(void *context, const struct position *where, struct slice field);

struct proxy_config_reader {
    struct arena *arena;          /* texts and metadata live there */
    proxy_config_unknown unknown; /* may be NULL */
    void *context;
};

/* Puts the fields of a ProxyConfig over those of *config; proxyMetadata is merged. `source->text` must live as long as
 * the arena. Errors have the place: ERROR_SYNTAX, ERROR_VALUE; *config is then partly changed. */
MUST_CHECK bool proxy_config_apply(const struct proxy_config_reader *reader, const struct source *source,
                                   struct proxy_config *config, struct error *error);

/* What a MeshConfig says to a proxy. */
struct proxy_mesh {
    struct slice access_log_file, access_log_encoding,
        outbound_policy; /* as it says, with a NUL behind it; empty: nothing */
};
/* The same for the `defaultConfig` of a MeshConfig, and *ret_mesh for what stands beside it. */
MUST_CHECK bool proxy_config_apply_mesh(const struct proxy_config_reader *reader, const struct source *source,
                                        struct proxy_config *config, struct proxy_mesh *ret_mesh, struct error *error);
