/* scrape.h - the metrics of the agent, the proxy and the app in one answer, in this order: an app's OpenMetrics end the
 * document (Istio, pilot/cmd/pilot-agent/status/server.go, handleStats). What comes passes through in pieces, and never
 * is in memory as a whole. */
#pragma once
#include "proxy/agent_metrics.h"
#include "proxy/status_reply.h"
#include "proxy/status_server.h"

/* A part that fails is left out, from its last whole line on; it is counted and logged. */
void scrape_run(const struct status_settings *settings, struct agent_metrics *metrics, const struct http_head *head,
                struct status_reply *reply);
/* The proxy's own metrics alone. */
void scrape_proxy(const struct status_settings *settings, struct agent_metrics *metrics, struct status_reply *reply);
