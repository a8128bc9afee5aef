/* url.h - URLs of HTTP, and what a reference means beside one (RFC 3986, 5). */
#pragma once
#include "base/arena.h"
#include "base/attribute.h"
#include <stdint.h>

struct url {
    bool is_https;
    struct slice authority; /* as it stands there: what a Host field says */
    struct slice host;      /* without brackets */
    uint16_t port;          /* that of the scheme where none is said */
    struct slice path;      /* begins with "/", with its query, without a fragment */
};

/* "http://host:port/path?query". Borrows the text; only a missing "/" is not of it. False for anything else, names of
 * users among it. */
MUST_CHECK bool url_parse(struct arena *arena, struct slice text, struct url *ret);
/* The same for what may be a reference: "/path", "?query", "name", "//host/path". */
MUST_CHECK bool url_resolve(struct arena *arena, const struct url *base, struct slice reference, struct url *ret);
