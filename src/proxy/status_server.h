/* status_server.h - what the kubelet, Prometheus and scripts ask of a sidecar: 15020 with readiness, the pod's own
 * probes, merged metrics and the end of it all, 15021 with readiness alone, 15090 with the proxy's own metrics (Istio,
 * pilot/cmd/pilot-agent/status/server.go).
 *
 * One thread takes connections and requests; what may take time has a thread of its own for as long as it takes, and
 * each kind of it has its share of them, so that slow apps and slow readers keep nobody from being told whether the
 * proxy is ready. */
#pragma once
#include "proxy/app_probe.h"
#include "proxy/scrape_targets.h"
#include "serve/log.h"

struct status_settings {
    uint16_t status_port; /* 15020; 0: none */
    uint16_t ready_port;  /* 15021; 0: none */
    uint16_t
        metrics_port;    /* 15090; 0: none, and then the proxy's metrics are asked of `envoy_port` where that is one */
    uint16_t envoy_port; /* where another program has the proxy's metrics; 0: `metrics` prints them */
    bool metrics_are_local; /* METRICS_LOCALHOST_ACCESS_ONLY */
    struct app_probes probes;
    struct app_probe_target target;
    struct scrape_targets scrape;
    const struct log *log;

    void *context; /* of what follows */
    /* NULL where the proxy is ready; else why it is not, constant. A thread of its own asks: it may take a while. */
    const char *(*not_ready)(void *context);
    /* The proxy's own metrics, in Prometheus' text format; any thread. NULL: there are none. */
    void (*metrics)(void *context, struct buffer *out);
    /* "/drain" and "/quitquitquit" have been asked for, and answered. By the server's thread: must not wait, least of
     * all for status_server_stop. */
    void (*drain)(void *context);
    void (*quit)(void *context);
};

struct status_server;

/* Opens the ports and starts to serve. Settings are copied, what they point to is borrowed. Errors: a port is in use.
 */
MUST_CHECK bool status_server_start(const struct status_settings *settings, struct status_server **ret_server,
                                    struct error *error);
/* Closes the ports, gives up what is being asked, and frees all; NULL is fine. */
void status_server_stop(struct status_server *server);
