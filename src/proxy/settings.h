/* settings.h - everything that a run of the proxy is told, in one place: made once by proxy/configuration.h from flags,
 * environment and files, constant from then on. */
#pragma once
#include "base/slice.h"
#include "proxy/proxy_config.h"
#include "proxy/status_server.h"
#include "relay/relay.h"
#include "relay/tls.h"

enum proxy_engine { PROXY_BUILTIN, PROXY_ENVOY };
enum proxy_log_encoding { PROXY_LOG_TEXT, PROXY_LOG_JSON };

/* Who this workload is, as metrics and Envoy's node have it. Texts are never empty: "unknown" where nobody has said. */
struct proxy_workload {
    struct slice name, namespace, app, version, canonical_name, canonical_revision, cluster;
    struct slice pod, service_account, trust_domain, mesh;
};

struct proxy_lifecycle {
    int64_t minimum_drain_ms; /* so long everything goes on after SIGTERM, whatever happens */
    int64_t drain_max_ms;     /* then the end comes, whatever is open; 0: when the last connection has ended */
    bool exits_with_pod;      /* when no process of another container is left (shared process namespace) */
};

struct proxy_dns {
    bool is_enabled, is_parallel;
    struct slice address;
    int64_t timeout_ms;
};

struct proxy_access_log {
    struct slice file; /* empty: none */
    enum proxy_log_encoding encoding;
};

struct proxy_settings {
    enum proxy_engine engine;
    /* As far as configuration says; whoever runs it adds where ends are reported, and TLS. */
    struct relay_settings relay;
    struct proxy_config config;
    struct proxy_workload workload;
    struct proxy_lifecycle lifecycle;
    struct proxy_dns dns;
    struct proxy_access_log access_log;
    uint16_t status_port, health_port, prometheus_port; /* 15020 (0: none), 15021, 15090 */
    struct slice instance_address;                      /* the pod's; empty: not known */
    bool prefers_ipv6;                                  /* localhost is ::1 */
    /* As far as configuration says; whoever runs it adds what it asks and tells. */
    struct status_settings status;
    struct relay_tls_settings tls; /* likewise; of no use without has_tls */
    bool has_tls;
    /* For Envoy. */
    char *const *variables; /* its environment, NULL-terminated */
    struct slice envoy_level, envoy_component_level, envoy_override;
    bool logs_json;
};
