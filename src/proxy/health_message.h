/* health_message.h - the two messages of gRPC's health check, as they stand in HTTP/2: whether it is compressed, four
 * bytes of length, protobuf (grpc/health/v1/health.proto; gRPC over HTTP/2, "Length-Prefixed-Message"). */
#pragma once
#include "base/buffer.h"
#include <stdint.h>

enum { HEALTH_UNKNOWN, HEALTH_SERVING, HEALTH_NOT_SERVING, HEALTH_SERVICE_UNKNOWN };

/* HealthCheckRequest; an empty service is the server as a whole. */
void health_message_print(struct buffer *out, struct slice service);
/* HealthCheckResponse, one and no more: its status, 0 where it says none. False for anything else. */
MUST_CHECK bool health_message_read(struct slice body, uint64_t *ret_status);
