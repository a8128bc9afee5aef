/* duration.h - lengths of time from text: "45s", "-1.5s", "1m30s". */
#pragma once
#include "base/attribute.h"
#include "base/slice.h"
#include <stdint.h>

/* In nanoseconds. What Go's time.ParseDuration takes; protobuf's JSON ("1.5s") is of that kind. False, with *ret
 * untouched, for anything else and beyond 292 years. */
MUST_CHECK bool duration_parse(struct slice text, int64_t *ret_nanoseconds);
