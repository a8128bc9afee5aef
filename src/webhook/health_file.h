/* health_file.h - Istio 1.0's sign of life: a file whose time is new as long as all is well, for a probe that runs in
 * the container (Istio 1.0, pkg/probe). */
#pragma once
#include "base/error.h"
#include <stdint.h>

/* Makes the file, or gives it the present time. `path` is NUL-terminated. */
MUST_CHECK bool health_file_touch(struct slice path, struct error *error);
/* Was it touched within the last `interval_ms`? The error says why not. */
MUST_CHECK bool health_file_check(struct slice path, int64_t interval_ms, struct error *error);
