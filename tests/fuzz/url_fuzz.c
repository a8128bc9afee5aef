/* A base and a reference, a line each: what is resolved is fit for a request's line and for its Host field, and,
 * written out and read again, it is the same. */
#include "serve/url.h"
#include <stdlib.h>

static void check(struct arena *arena, const struct url *url)
{
    struct url again;
    struct slice text = arena_join(arena, url->is_https ? SLICE("https://") : SLICE("http://"),
                                   arena_join(arena, url->authority, url->path));
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.bytes[i] <= ' ' || text.bytes[i] == 0x7f)
            abort();
    }
    if (!url->path.length || url->path.bytes[0] != '/' || !url_parse(arena, text, &again) ||
        !slice_equal(again.host, url->host) || again.port != url->port || !slice_equal(again.path, url->path) ||
        again.is_https != url->is_https)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct slice text = {(const char *)data, size};
    size_t end = slice_find_byte(text, '\n');
    struct url base, url;
    if (!url_parse(&arena, slice_range(text, 0, end), &base))
        return 0;
    check(&arena, &base);
    if (end != SLICE_NONE && url_resolve(&arena, &base, slice_from_offset(text, end + 1), &url))
        check(&arena, &url);
    return 0;
}
