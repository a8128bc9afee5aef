#include "serve/url.h"
#include "base/number.h"
#include "serve/http_text.h"

/* Up to the first of these bytes. */
static size_t span_to(struct slice text, const char *ends)
{
    size_t at = 0;
    while (at < text.length && !strchr(ends, text.bytes[at]))
        at++;
    return at;
}

static bool is_clean(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.bytes[i] <= ' ' || (unsigned char)text.bytes[i] == 0x7f)
            return false;
    }
    return true;
}

/* "host", "host:port", "[address]:port". */
static bool authority_parse(struct url *url, struct slice authority)
{
    struct slice port;
    if (slice_find_byte(authority, '@') != SLICE_NONE || slice_find_byte(authority, '\\') != SLICE_NONE)
        return false;
    if (slice_starts(authority, SLICE("["))) {
        size_t end = slice_find_byte(authority, ']');
        if (end == SLICE_NONE)
            return false;
        url->host = slice_range(authority, 1, end);
        port = slice_from_offset(authority, end + 1);
    } else {
        size_t end = span_to(authority, ":");
        url->host = slice_range(authority, 0, end);
        port = slice_from_offset(authority, end);
    }
    url->authority = authority;
    url->port = url->is_https ? 443 : 80;
    if (!port.length)
        return true;
    return port.bytes[0] == ':' && (port.length == 1 || number_parse_u16(slice_from_offset(port, 1), &url->port));
}

static struct slice without_fragment(struct slice text)
{
    return slice_range(text, 0, span_to(text, "#"));
}

/* What stands behind "scheme:". */
static bool hierarchy_parse(struct arena *arena, struct slice rest, struct url *ret)
{
    if (!slice_starts(rest, SLICE("//")))
        return false;
    rest = without_fragment(slice_from_offset(rest, 2));
    size_t end = span_to(rest, "/?");
    if (!authority_parse(ret, slice_range(rest, 0, end)))
        return false;
    ret->path = slice_from_offset(rest, end);
    if (!ret->path.length || ret->path.bytes[0] == '?')
        ret->path = arena_join(arena, SLICE("/"), ret->path);
    return true;
}

bool url_parse(struct arena *arena, struct slice text, struct url *ret)
{
    size_t colon = slice_find_byte(text, ':');
    if (colon == SLICE_NONE || !is_clean(text))
        return false;
    struct slice scheme = slice_range(text, 0, colon);
    ret->is_https = http_name_equal(scheme, SLICE("https"));
    if (!ret->is_https && !http_name_equal(scheme, SLICE("http")))
        return false;
    return hierarchy_parse(arena, slice_from_offset(text, colon + 1), ret);
}

/* Without "." and ".." (RFC 3986, 5.2.4). The path begins with "/". */
static struct slice dots_remove(struct arena *arena, struct slice path)
{
    char *out = arena_take(arena, path.length + 1);
    size_t length = 0, at = 0;
    while (at < path.length) {
        struct slice rest = slice_from_offset(path, at + 1);
        struct slice part = slice_range(rest, 0, span_to(rest, "/"));
        bool is_last = at + 1 + part.length == path.length;
        at += 1 + part.length;
        bool is_up = slice_equal(part, SLICE("..")), is_here = slice_equal(part, SLICE("."));
        if (is_up) {
            while (length && out[--length] != '/')
                ;
        }
        if ((is_up || is_here) && !is_last)
            continue;
        out[length++] = '/';
        if (!is_up && !is_here) {
            memcpy(out + length, part.bytes, part.length);
            length += part.length;
        }
    }
    return (struct slice){out, length};
}

/* "scheme:", where one stands in front of the first "/", "?" or "#". */
static bool has_scheme(struct slice reference)
{
    size_t end = span_to(reference, ":/?#");
    return end > 0 && end < reference.length && reference.bytes[end] == ':';
}

bool url_resolve(struct arena *arena, const struct url *base, struct slice reference, struct url *ret)
{
    if (has_scheme(reference))
        return url_parse(arena, reference, ret);
    if (!is_clean(reference))
        return false;
    *ret = *base;
    if (slice_starts(reference, SLICE("//")))
        return hierarchy_parse(arena, reference, ret);
    reference = without_fragment(reference);
    size_t query_at = span_to(reference, "?");
    struct slice path = slice_range(reference, 0, query_at), query = slice_from_offset(reference, query_at);
    struct slice base_path = slice_range(base->path, 0, span_to(base->path, "?"));
    if (!reference.length)
        return true;
    if (!path.length) {
        ret->path = arena_join(arena, base_path, query);
        return true;
    }
    if (path.bytes[0] != '/') {
        size_t slash = slice_find_last(base_path, SLICE("/"));
        path = arena_join(arena, slice_range(base_path, 0, slash + 1), path);
    }
    ret->path = arena_join(arena, dots_remove(arena, path), query);
    return true;
}
