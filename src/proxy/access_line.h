/* access_line.h - one line of the access log, as Istio's Envoy writes it for a TCP connection (Istio,
 * pilot/pkg/model/telemetry_logging.go, EnvoyTextLogFormat and EnvoyJSONLogFormatIstio). */
#pragma once
#include "base/buffer.h"
#include "proxy/settings.h"

/* A line with its end fits. */
enum { ACCESS_LINE_MAX = 4096 };

/* Appends the connection's line. What a connection has no value for is "-", in JSON null, as Envoy has it. What a peer
 * chose (server name, certificate) is escaped, so that it cannot end the line. */
void access_line_add(struct buffer *out, enum proxy_log_encoding encoding, const struct relay_summary *summary);

/* The words of Istio's dashboards: "PassthroughCluster", "BlackHoleCluster", "InboundPassthroughCluster". */
struct slice access_cluster(enum relay_direction direction, enum relay_route route);
/* Envoy's word ("UF", "-"), and ours for people ("connect failed"). */
const char *access_flag(enum relay_flag flag);
const char *access_flag_name(enum relay_flag flag);
