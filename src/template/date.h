/* date.h - Go's time.Time and time.Duration, as far as templates use them. Local time is UTC: what a template prints
 * must not depend on the machine. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "template/execution.h"

/* "1h2m3.5s", as Duration.String. */
void date_print_duration(struct buffer *out, int64_t nanoseconds);
/* The same format, read. */
MUST_CHECK bool date_read_duration(struct slice text, int64_t *ret_nanoseconds);
/* protobuf's JSON for a duration: "45s", "1.500s". */
MUST_CHECK bool date_read_proto_duration(struct slice text, int64_t *ret_nanoseconds);
struct slice date_proto_duration_text(struct arena *arena, int64_t nanoseconds);
/* "2006-01-02 15:04:05 +0000 UTC", as Time.String. */
void date_print_time(struct buffer *out, const struct template_time *time);
void date_print_meta_time(struct buffer *out, struct slice rfc3339);

extern const struct function_table methods_time, methods_duration;
