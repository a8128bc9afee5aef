/* metrics_format.h - which formats of metrics may be asked of whom, and what came (Istio,
 * pilot/cmd/pilot-agent/status/server.go, allowedContentTypes and negotiateMetricsFormat). */
#pragma once
#include "base/buffer.h"

enum metrics_format { METRICS_TEXT, METRICS_OPEN_0_0_1, METRICS_OPEN_1_0_0 };

/* Of an answer's Content-Type; what is not known is text. */
enum metrics_format metrics_format_of(struct slice content_type);
/* The Content-Type of a format. */
const char *metrics_format_type(enum metrics_format format);

/* Prints an Accept field: what of `accept` can be joined with other text, in the same order with new weights; wildcards
 * as the least that they mean. Protobuf cannot be joined; OpenMetrics can where it is `with_open_metrics`, for the
 * app's, which comes last. Where nothing is left: text. */
void metrics_accept_print(struct buffer *out, struct slice accept, bool with_open_metrics);
