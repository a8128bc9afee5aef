#include "template/url.h"
#include <arpa/inet.h>

enum part { PART_HOST, PART_ZONE, PART_PATH, PART_USER, PART_FRAGMENT };

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool needs_escape(char c, enum part part)
{
    if (is_word(c) || (c && strchr("-_.~", c)))
        return false;
    if (!c)
        return true;
    switch (part) {
    case PART_HOST:
    case PART_ZONE:
        return !strchr("!$&'()*+,;=:[]<>\"", c);
    case PART_PATH:
        return !strchr("$&+,/:;=@", c);
    case PART_USER:
        return !strchr("$&+,;=", c);
    case PART_FRAGMENT:
        return !strchr("$&+,/:;=?@!()*", c);
    }
    return true;
}

static int hexadecimal(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool unescape(struct arena *arena, struct slice text, enum part part, struct slice *ret, const char **ret_why)
{
    char *out = arena_take(arena, text.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (c == '%') {
            int high = i + 1 < text.length ? hexadecimal(text.bytes[i + 1]) : -1;
            int low = i + 2 < text.length ? hexadecimal(text.bytes[i + 2]) : -1;
            *ret_why = "invalid URL escape";
            if (high < 0 || low < 0)
                return false;
            bool percent = high == 2 && low == 5;
            char value = (char)(high << 4 | low);
            if ((part == PART_HOST && high < 8 && !percent) ||
                (part == PART_ZONE && !percent && value != ' ' && needs_escape(value, PART_HOST)))
                return false;
            out[length++] = value;
            i += 2;
        } else {
            *ret_why = "invalid character in host name";
            if ((part == PART_HOST || part == PART_ZONE) && (unsigned char)c < 0x80 && needs_escape(c, part))
                return false;
            out[length++] = c;
        }
    }
    *ret = (struct slice){out, length};
    return true;
}

static bool is_port(struct slice text)
{
    if (!text.length)
        return true;
    if (text.bytes[0] != ':')
        return false;
    for (size_t i = 1; i < text.length; i++)
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
    return true;
}

/* "[fe80::1%25eth0]:80" */
static bool read_literal(struct arena *arena, struct slice host, struct url *url, const char **ret_why)
{
    size_t close = slice_find_last(host, SLICE("]"));
    *ret_why = "missing ']' in host";
    if (close == SLICE_NONE)
        return false;
    struct slice port = slice_from_offset(host, close + 1), name = slice_range(host, 1, close), zone = {"", 0};
    *ret_why = "invalid port after host";
    if (!is_port(port))
        return false;
    size_t percent = slice_find(name, SLICE("%25"));
    if (percent != SLICE_NONE) {
        if (!unescape(arena, slice_from_offset(name, percent), PART_ZONE, &zone, ret_why))
            return false;
        name = slice_range(name, 0, percent);
    }
    if (!unescape(arena, name, PART_HOST, &name, ret_why))
        return false;
    struct in6_addr address;
    *ret_why = "invalid host";
    if (name.length > 64 || inet_pton(AF_INET6, arena_copy(arena, name).bytes, &address) != 1 ||
        (percent != SLICE_NONE && zone.length < 2))
        return false;
    url->hostname = arena_join(arena, name, zone);
    url->host = arena_join(arena, arena_join(arena, SLICE("["), url->hostname), arena_join(arena, SLICE("]"), port));
    return true;
}

static bool read_host(struct arena *arena, struct slice host, struct url *url, const char **ret_why)
{
    size_t open = slice_find_last(host, SLICE("["));
    *ret_why = "invalid IP-literal";
    if (open != SLICE_NONE)
        return open == 0 && read_literal(arena, host, url, ret_why);
    bool is_http = slice_equal(url->scheme, SLICE("http")) || slice_equal(url->scheme, SLICE("https"));
    size_t colon = is_http ? slice_find_byte(host, ':') : slice_find_last(host, SLICE(":"));
    *ret_why = "invalid port after host";
    if (colon != SLICE_NONE && !is_port(slice_from_offset(host, colon)))
        return false;
    if (!unescape(arena, host, PART_HOST, &url->host, ret_why))
        return false;
    colon = slice_find_last(url->host, SLICE(":"));
    bool has_port = colon != SLICE_NONE && is_port(slice_from_offset(url->host, colon));
    url->hostname = slice_range(url->host, 0, has_port ? colon : SLICE_NONE);
    return true;
}

static bool read_authority(struct arena *arena, struct slice authority, struct url *url, const char **ret_why)
{
    size_t at = slice_find_last(authority, SLICE("@"));
    if (!read_host(arena, slice_from_offset(authority, at == SLICE_NONE ? 0 : at + 1), url, ret_why))
        return false;
    if (at == SLICE_NONE)
        return true;
    struct slice user = slice_range(authority, 0, at);
    *ret_why = "net/url: invalid userinfo";
    for (size_t i = 0; i < user.length; i++)
        if (!is_word(user.bytes[i]) && (!user.bytes[i] || !strchr("-._:~!$&'()*+,;=%@", user.bytes[i])))
            return false;
    size_t colon = slice_find_byte(user, ':');
    url->has_user = true;
    url->has_password = colon != SLICE_NONE;
    return unescape(arena, slice_range(user, 0, colon), PART_USER, &url->user, ret_why) &&
           (!url->has_password ||
            unescape(arena, slice_from_offset(user, colon + 1), PART_USER, &url->password, ret_why));
}

/* False for ":..." alone. */
static bool read_scheme(struct arena *arena, struct slice *rest, struct slice *ret_scheme)
{
    *ret_scheme = (struct slice){"", 0};
    for (size_t i = 0; i < rest->length; i++) {
        char c = rest->bytes[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (c == ':') {
            if (!i)
                return false;
            char *lower = arena_take(arena, i);
            for (size_t k = 0; k < i; k++)
                lower[k] =
                    (char)(rest->bytes[k] >= 'A' && rest->bytes[k] <= 'Z' ? rest->bytes[k] + 0x20 : rest->bytes[k]);
            *ret_scheme = (struct slice){lower, i};
            *rest = slice_from_offset(*rest, i + 1);
            return true;
        }
        if (!letter && (!i || !is_word(c)) && (!i || !c || !strchr("+-.", c)))
            return true;
    }
    return true;
}

bool url_read(struct arena *arena, struct slice text, struct url *ret, const char **ret_why)
{
    struct slice none = {"", 0};
    struct url url = {none, none, none, none, none, none, none, none, none, false, false};
    size_t hash = slice_find_byte(text, '#');
    struct slice rest = slice_range(text, 0, hash);
    *ret_why = "net/url: invalid control character in URL";
    for (size_t i = 0; i < rest.length; i++)
        if ((unsigned char)rest.bytes[i] < ' ' || rest.bytes[i] == 0x7f)
            return false;
    if (hash != SLICE_NONE &&
        !unescape(arena, slice_from_offset(text, hash + 1), PART_FRAGMENT, &url.fragment, ret_why))
        return false;
    *ret_why = "missing protocol scheme";
    if (!slice_equal(rest, SLICE("*")) && !read_scheme(arena, &rest, &url.scheme))
        return false;
    size_t question = slice_find_byte(rest, '?');
    if (question != SLICE_NONE) {
        url.query = slice_from_offset(rest, question + 1);
        rest = slice_range(rest, 0, question);
    }
    if (!slice_starts(rest, SLICE("/"))) {
        if (url.scheme.length) {
            url.opaque = rest;
            *ret = url;
            return true;
        }
        size_t slash = slice_find_byte(rest, '/');
        *ret_why = "first path segment in URL cannot contain colon";
        if (slice_find_byte(slice_range(rest, 0, slash), ':') != SLICE_NONE)
            return false;
    }
    bool has_authority = slice_starts(rest, SLICE("//")) && (url.scheme.length || !slice_starts(rest, SLICE("///")));
    if (has_authority) {
        struct slice authority = slice_from_offset(rest, 2);
        size_t slash = slice_find_byte(authority, '/');
        rest = slash == SLICE_NONE ? none : slice_from_offset(authority, slash);
        if (!read_authority(arena, slice_range(authority, 0, slash), &url, ret_why))
            return false;
    }
    if (!unescape(arena, rest, PART_PATH, &url.path, ret_why))
        return false;
    *ret = url;
    return true;
}

static void write_escaped(struct buffer *out, struct slice text, enum part part)
{
    for (size_t i = 0; i < text.length && !out->overflowed; i++)
        if (needs_escape(text.bytes[i], part))
            buffer_format(out, "%%%02X", (unsigned char)text.bytes[i]);
        else
            buffer_add_byte(out, text.bytes[i]);
}

void url_write_user(struct buffer *out, const struct url *url)
{
    write_escaped(out, url->user, PART_USER);
    if (url->has_password) {
        buffer_add_byte(out, ':');
        write_escaped(out, url->password, PART_USER);
    }
}

/* A zone keeps its %25. */
static void write_host(struct buffer *out, struct slice host)
{
    for (size_t i = 0; i < host.length && !out->overflowed; i++)
        if (needs_escape(host.bytes[i], PART_HOST))
            buffer_format(out, "%%%02X", (unsigned char)host.bytes[i]);
        else
            buffer_add_byte(out, host.bytes[i]);
}

void url_write(struct buffer *out, const struct url *url)
{
    size_t begin = out->length;
    if (url->scheme.length) {
        buffer_add_slice(out, url->scheme);
        buffer_add_byte(out, ':');
    }
    if (url->opaque.length) {
        buffer_add_slice(out, url->opaque);
    } else {
        if (url->scheme.length || url->host.length || url->has_user) {
            if (url->host.length || url->path.length || url->has_user)
                buffer_add_literal(out, "//");
            if (url->has_user) {
                url_write_user(out, url);
                buffer_add_byte(out, '@');
            }
            write_host(out, url->host);
        }
        if (url->path.length && url->path.bytes[0] != '/' && url->host.length)
            buffer_add_byte(out, '/');
        size_t slash = slice_find_byte(url->path, '/');
        if (out->length == begin && slice_find_byte(slice_range(url->path, 0, slash), ':') != SLICE_NONE)
            buffer_add_literal(out, "./");
        if (slice_equal(url->path, SLICE("*")))
            buffer_add_byte(out, '*');
        else
            write_escaped(out, url->path, PART_PATH);
    }
    if (url->query.length) {
        buffer_add_byte(out, '?');
        buffer_add_slice(out, url->query);
    }
    if (url->fragment.length) {
        buffer_add_byte(out, '#');
        write_escaped(out, url->fragment, PART_FRAGMENT);
    }
}
