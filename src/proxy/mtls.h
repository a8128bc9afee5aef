/* mtls.h - which connections are to be protected, from a flag, a file and the places where workload certificates are:
 *
 *     trustDomains: [cluster.local]       # of clients that are let in; without: that of our own certificate
 *     detectionTimeout: 300ms             # PERMISSIVE: then a silent client's application may speak first; 0s: never
 *     destinations:                       # outbound
 *     - cidr: 10.96.0.0/12                # or name: shop.svc.cluster.local, for it and all below it
 *       port: 8080                        # without: any
 *       identities: [spiffe://cluster.local/ns/shop/sa/web]   # or "spiffe://cluster.local/ns/shop/" and a star */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "relay/tls.h"

enum { MTLS_PORTS_MAX = 64, MTLS_DESTINATIONS_MAX = 1024, MTLS_IDENTITIES_MAX = 64 };

/* "PERMISSIVE", "STRICT,8080=DISABLE": the mode of all inbound ports, then those of single ones. Into `inbound`,
 * `ports` and `port_count`. Errors: ERROR_USAGE. */
MUST_CHECK bool mtls_modes_parse(struct arena *arena, struct slice text, struct relay_tls_settings *settings,
                                 struct error *error);
/* The file's text, YAML or JSON, which must live as long as the arena. Into `trust_domains`, `destinations`,
 * `detection_ms`. Errors have the place: ERROR_SYNTAX, ERROR_VALUE. */
MUST_CHECK bool mtls_file_parse(struct arena *arena, const struct source *source, struct relay_tls_settings *settings,
                                struct error *error);
/* Whether anything is to be protected. */
bool mtls_is_wanted(const struct relay_tls_settings *settings);
/* Names the three files in `folder`, by Istio's names or, where only those are there, by GKE's; an empty folder: the
 * first of Istio's places that has them (pkg/istio-agent/agent.go, initSdsServer), else the first of all, since they
 * may come. */
void mtls_files_find(struct arena *arena, struct slice folder, struct relay_tls_settings *settings);
