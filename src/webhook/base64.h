/* base64.h - the form in which API objects carry bytes (RFC 4648, section 4). */
#pragma once
#include "base/arena.h"
#include "base/attribute.h"

struct slice base64_write(struct arena *arena, struct slice bytes);
/* False, with *ret_bytes untouched, for what is no base64. White space is skipped. A NUL stands behind the bytes. */
MUST_CHECK bool base64_read(struct arena *arena, struct slice text, struct slice *ret_bytes);
