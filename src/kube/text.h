/* text.h - which texts stand for a value of another type. */
#pragma once
#include "base/slice.h"

/* A point in time as Go's time.Parse reads it with the RFC 3339 layout. */
bool kube_text_is_time(struct slice text);
/* Base64 with padding; line ends are skipped (Go's base64.StdEncoding). */
bool kube_text_is_base64(struct slice text);
/* A duration as protojson writes it: "1.5s", "-3s". */
bool kube_text_is_duration(struct slice text);
