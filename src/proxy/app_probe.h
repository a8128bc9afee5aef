/* app_probe.h - asks a container whether it is well, as the kubelet would have if it could reach it past the capture
 * rules (Istio, pilot/cmd/pilot-agent/status/server.go, handleAppProbe). */
#pragma once
#include "base/buffer.h"
#include "proxy/app_probes.h"
#include "serve/http_head.h"
#include "serve/stream.h"

enum { APP_PROBE_BODY_MAX = 10 * 1024 }; /* of an answer this much is passed on, the rest is cut off */

/* What is the same for all probes of a pod. */
struct app_probe_target {
    struct slice host;         /* the pod's address (INSTANCE_IP), "localhost", or "" */
    uint16_t status_port;      /* a Host field that names it means the probe's port */
    struct stream_route route; /* its port is each probe's own */
    bool offers_http2;         /* to servers of HTTPS */
};

/* `instance_ip` may be empty: then localhost is asked. With `is_legacy` it is localhost, too, of the same family
 * (REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION). The source is 127.0.0.6 or ::6, which the rules let pass. Borrows the
 * text. Errors: it is no address. */
MUST_CHECK bool app_probe_target_set(struct app_probe_target *ret, struct slice instance_ip, bool is_legacy,
                                     struct error *error);

struct app_probe_answer {
    unsigned status;
    struct buffer body; /* the caller gives it back */
};

/* One probe, for a request of the kubelet's whose head is given. `limits` has the descriptors that end it before its
 * own time-out does. Always gives an answer, 500 where there is none from the app; then, and only then, *ret_error says
 * why.
 */
void app_probe_run(const struct app_probe_target *target, const struct app_probe *probe, const struct http_head *head,
                   const struct stream *limits, struct app_probe_answer *ret, struct error *ret_error);
