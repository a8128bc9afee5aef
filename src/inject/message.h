/* message.h - trees that are protobuf messages in JSON (protobuf.dev, "ProtoJSON Format"). */
#pragma once
#include "base/error.h"
#include "tree/tree.h"
#include "tree/type.h"

/* Lays the fields of `overlay` over `base` (which may be NULL): each replaces the whole field; null leaves it as it is;
 * the names of proto files (proxy_listen_port) count too; numbers may be in quotes; fields the message does not have
 * are ignored. Values are checked against the type, whose errors have the place in `source`. */
MUST_CHECK bool message_overlay(struct arena *arena, const struct source *source, const struct tree *base,
                                const struct tree *overlay, const struct type *type, const struct tree **ret_message,
                                struct error *error);

/* "1.5s" or "1h30m" as nanoseconds: what Go's time.ParseDuration takes, and with it Istio in its configuration. False
 * for anything else. */
MUST_CHECK bool message_parse_duration(struct slice text, int64_t *ret_nanoseconds);
