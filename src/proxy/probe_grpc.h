/* probe_grpc.h - grpc probes: grpc.health.v1.Health/Check (gRPC Health Checking Protocol). */
#pragma once
#include "proxy/app_probe.h"

/* True where the service is SERVING; else an error that says what it is. */
MUST_CHECK bool probe_grpc_run(const struct app_probe_target *target, const struct app_probe *probe,
                               const struct http_head *head, const struct stream *limits, struct error *error);
