/* url.h - URLs taken apart and put together as Go's net/url does (RFC 3986, with its liberties). */
#pragma once
#include "base/arena.h"
#include "base/attribute.h"
#include "base/buffer.h"
#include "base/slice.h"

struct url {
    struct slice scheme, opaque, host, hostname, path, query, fragment, user, password;
    bool has_user, has_password;
};

/* False with the reason, a constant text, in *ret_why. */
MUST_CHECK bool url_read(struct arena *arena, struct slice text, struct url *ret, const char **ret_why);
void url_write(struct buffer *out, const struct url *url);
/* user:password, escaped. */
void url_write_user(struct buffer *out, const struct url *url);
