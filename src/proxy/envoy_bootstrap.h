/* envoy_bootstrap.h - the static configuration of an Envoy that does what the built-in engine does: listeners and
 * clusters with the names that Istio's have, and no control plane (Istio, tools/packaging/common/envoy_bootstrap.json;
 * pilot/pkg/networking/core, listener_builder.go and cluster_builder.go). */
#pragma once
#include "base/buffer.h"
#include "proxy/settings.h"

/* Appends it as JSON. Texts of the settings may be anything. */
void envoy_bootstrap_print(struct buffer *out, const struct proxy_settings *settings);

/* What of Envoy's statistics to ask for (a regular expression), and the names that answer: by the names of our
 * listeners and filters. */
#define ENVOY_STATS_TRAFFIC                                                                                            \
    "^(listener.virtualInbound.downstream_cx_active|tcp.outbound.downstream_cx_(total|rx_bytes_total|tx_bytes_total))" \
    "$"
#define ENVOY_STAT_INBOUND "listener.virtualInbound.downstream_cx_active"
