#include "template/container.h"
#include "template/function.h"
#include "template/print.h"
#include "template/url.h"

/* sprig's paths, which mean the same as file paths here, and URLs. */

static bool give(struct template_value *ret, struct slice text)
{
    *ret = template_from_string(text);
    return true;
}

static bool call_base(struct call *call, struct template_value *ret)
{
    struct slice path = call->arguments[0].string;
    if (!path.length)
        return give(ret, SLICE("."));
    while (path.length && path.bytes[path.length - 1] == '/')
        path.length--;
    size_t slash = slice_find_last(path, SLICE("/"));
    if (slash != SLICE_NONE)
        path = slice_from_offset(path, slash + 1);
    return give(ret, path.length ? path : SLICE("/"));
}

/* The shortest path that means the same, without looking at files. */
static struct slice clean(struct arena *arena, struct slice path)
{
    bool rooted = slice_starts(path, SLICE("/"));
    char *out = arena_take(arena, path.length + 2);
    size_t length = 0, floor = 0; /* `..` cannot go back beyond the floor */
    struct slice_splitter splitter = {.rest = path};
    struct slice part;
    if (rooted)
        out[length++] = '/';
    floor = length;
    while (slice_split(&splitter, '/', &part)) {
        if (!part.length || slice_equal(part, SLICE(".")))
            continue;
        bool up = slice_equal(part, SLICE(".."));
        if (up && length > floor) {
            length--;
            while (length > floor && out[length] != '/')
                length--;
            continue;
        }
        if (up && rooted)
            continue;
        if (length && out[length - 1] != '/')
            out[length++] = '/';
        memcpy(out + length, part.bytes, part.length);
        length += part.length;
        if (up)
            floor = length;
    }
    return length ? (struct slice){out, length} : SLICE(".");
}

static bool call_clean(struct call *call, struct template_value *ret)
{
    return give(ret, clean(call->execution->arena, call->arguments[0].string));
}

static bool call_dir(struct call *call, struct template_value *ret)
{
    struct slice path = call->arguments[0].string;
    size_t slash = slice_find_last(path, SLICE("/"));
    return give(ret, clean(call->execution->arena, slice_range(path, 0, slash == SLICE_NONE ? 0 : slash + 1)));
}

static bool call_ext(struct call *call, struct template_value *ret)
{
    struct slice path = call->arguments[0].string;
    for (size_t i = path.length; i-- > 0 && path.bytes[i] != '/';)
        if (path.bytes[i] == '.')
            return give(ret, slice_from_offset(path, i));
    return give(ret, SLICE(""));
}

static bool call_is_abs(struct call *call, struct template_value *ret)
{
    *ret = template_from_bool(slice_starts(call->arguments[0].string, SLICE("/")));
    return true;
}

/* ---- URLs ---- */

static bool call_url_parse(struct call *call, struct template_value *ret)
{
    struct execution *execution = call->execution;
    struct url url;
    const char *why;
    if (!url_read(execution->arena, call->arguments[0].string, &url, &why))
        return call_fail(call, "unable to parse url: parse \"%.*s\": %s", SLICE_ARGS(call->arguments[0].string), why);
    struct slice user = {"", 0};
    size_t begin = scratch_begin(execution);
    url_write_user(&execution->scratch, &url);
    if (!scratch_end(execution, begin, &user))
        return false;
    const struct {
        struct slice name, value;
    } members[] = {
        {SLICE("fragment"), url.fragment}, {SLICE("host"), url.host},     {SLICE("hostname"), url.hostname},
        {SLICE("opaque"), url.opaque},     {SLICE("path"), url.path},     {SLICE("query"), url.query},
        {SLICE("scheme"), url.scheme},     {SLICE("userinfo"), user},
    };
    *ret = map_new(execution, ELEMENT_ANY, ARRAY_LENGTH(members));
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++)
        map_put(execution, ret->map, members[i].name, template_from_string(members[i].value));
    return true;
}

static bool url_member(struct call *call, struct slice name, struct slice *ret)
{
    struct template_value value;
    *ret = (struct slice){"", 0};
    if (!map_find(call->execution, &call->arguments[0], name, &value))
        return true;
    value = value_unbox(value);
    if (value.kind == TEMPLATE_NONE)
        return call_fail(call, "unable to parse %.*s key, must be of type string, but nil found", SLICE_ARGS(name));
    if (value.kind != TEMPLATE_STRING)
        return call_fail(call, "unable to parse %.*s key, must be of type string, but %s found", SLICE_ARGS(name),
                         print_kind(&value));
    *ret = value.string;
    return true;
}

static bool call_url_join(struct call *call, struct template_value *ret)
{
    struct execution *execution = call->execution;
    struct url url = {0}, with_user = {0};
    struct slice user;
    const char *why;
    if (!url_member(call, SLICE("scheme"), &url.scheme) || !url_member(call, SLICE("host"), &url.host) ||
        !url_member(call, SLICE("path"), &url.path) || !url_member(call, SLICE("query"), &url.query) ||
        !url_member(call, SLICE("opaque"), &url.opaque) || !url_member(call, SLICE("fragment"), &url.fragment) ||
        !url_member(call, SLICE("userinfo"), &user))
        return false;
    if (user.length) {
        struct slice text =
            arena_join(execution->arena, arena_join(execution->arena, SLICE("proto://"), user), SLICE("@host"));
        if (!url_read(execution->arena, text, &with_user, &why))
            return call_fail(call, "unable to parse userinfo in dict: %s", why);
        url.user = with_user.user;
        url.password = with_user.password;
        url.has_user = with_user.has_user;
        url.has_password = with_user.has_password;
    }
    size_t begin = scratch_begin(execution);
    url_write(&execution->scratch, &url);
    return scratch_end_value(execution, begin, ret);
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("base"), call_base, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("clean"), call_clean, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("dir"), call_dir, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("ext"), call_ext, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("isAbs"), call_is_abs, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("osBase"), call_base, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("osClean"), call_clean, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("osDir"), call_dir, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("osExt"), call_ext, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("osIsAbs"), call_is_abs, 0, 1, {TAKES_STRING}},
    {SLICE_CONSTANT("urlJoin"), call_url_join, 0, 1, {TAKES_MAP}},
    {SLICE_CONSTANT("urlParse"), call_url_parse, 0, 1, {TAKES_STRING}},
};

const struct function_table functions_path = {functions, ARRAY_LENGTH(functions)};
