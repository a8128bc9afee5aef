/* text.h - which texts stand for a value of another type. */
#pragma once
#include "base/slice.h"
#include <stdint.h>

/* A point in time as Go's time.Parse reads it with the RFC 3339 layout. */
bool kube_text_is_time(struct slice text);
/* The same, in whole seconds since 1970. */
bool kube_text_parse_time(struct slice text, int64_t *ret_seconds);
/* Base64 with padding; line ends are skipped (Go's base64.StdEncoding). */
bool kube_text_is_base64(struct slice text);
/* A duration in nanoseconds: "45s", "-1.5s", "1m30s". What Go's time.ParseDuration takes, and with it Istio in its
 * configuration; protojson's "1.5s" is of that kind. False for anything else. */
bool kube_text_parse_duration(struct slice text, int64_t *ret_nanoseconds);
