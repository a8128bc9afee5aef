/* probe_tls.h - TLS for probes: the certificate is not looked at, as the kubelet does not (Kubernetes, "Configure
 * Liveness, Readiness and Startup Probes", HTTP probes). */
#pragma once
#include "serve/stream.h"

/* Puts TLS on a connection; *ret_is_http2: the server has chosen HTTP/2. GnuTLS is loaded by the first one. */
MUST_CHECK bool probe_tls_start(struct stream *stream, bool offers_http2, bool *ret_is_http2, struct error *error);
