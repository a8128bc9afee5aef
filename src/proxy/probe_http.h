/* probe_http.h - httpGet probes: HTTP/1.1, and over TLS HTTP/2 where the server prefers it. */
#pragma once
#include "proxy/app_probe.h"

/* Gives the status that the kubelet is to see, and the body. False, with an error, where there is none. */
MUST_CHECK bool probe_http_run(const struct app_probe_target *target, const struct app_probe *probe,
                               const struct http_head *head, const struct stream *limits, struct app_probe_answer *ret,
                               struct error *error);
