/* traffic_metrics.h - what Prometheus is told: Istio's standard metrics of TCP with all their labels, as its dashboards
 * select them (istio.io, "Istio Standard Metrics"), and what there is to know of this proxy. The labels' values are a
 * fixed set: the address of a destination is none of them, since every address would be a series more. */
#pragma once
#include "base/buffer.h"
#include "dns/dns.h"
#include "proxy/settings.h"
#include "relay/tls.h"

/* What is to be told. Everything is borrowed. */
struct traffic_facts {
    const struct proxy_settings *settings;
    const char *version;              /* the program's */
    const struct relay_totals *relay; /* NULL: another engine has them */
    const struct dns_totals *dns;     /* NULL: there is no DNS proxy */
    struct relay_tls *tls;            /* NULL: nothing is protected */
    uint64_t log_lines, log_lost;     /* of the access log */
    bool is_ready;
};

/* Appends them in Prometheus' text format, version 0.0.4. */
void traffic_metrics_print(struct buffer *out, const struct traffic_facts *facts);
