#include "inject/inject.h"
#include "inject/name.h"

/* The variable that a path's key sets: two have short names, others are spelled out. */
static struct slice variable_name(struct arena *arena, struct slice key)
{
    if (slice_equal(key, SLICE("cluster")))
        return ENVIRONMENT_CLUSTER;
    if (slice_equal(key, SLICE("net")))
        return ENVIRONMENT_NETWORK;
    char *name = arena_take(arena, key.length + 1);
    for (size_t i = 0; i < key.length; i++)
        name[i] = (char)(key.bytes[i] >= 'a' && key.bytes[i] <= 'z' ? key.bytes[i] - 'a' + 'A' : key.bytes[i]);
    return (struct slice){name, key.length};
}

/* A slash in a value is written --slash--. */
static struct slice value_decode(struct arena *arena, struct slice text)
{
    static const struct slice slash = SLICE_CONSTANT("--slash--");
    char *value = arena_take(arena, text.length + 1);
    size_t length = 0;
    for (size_t at; (at = slice_find(text, slash)) != SLICE_NONE; text = slice_from_offset(text, at + slash.length)) {
        memcpy(value + length, text.bytes, at);
        length += at;
        value[length++] = '/';
    }
    if (text.length)
        memcpy(value + length, text.bytes, text.length);
    return (struct slice){value, length + text.length};
}

static void variable_add(struct arena *arena, struct tree *variables, struct slice key, struct slice value)
{
    struct slice name = variable_name(arena, key);
    if (name.length)
        tree_put(arena, variables, name, tree_string(arena, value));
}

/* The old way: ":ENV:cluster=c1:ENV:net=n2". */
static void pairs_read(struct arena *arena, struct tree *variables, struct slice text)
{
    static const struct slice mark = SLICE_CONSTANT(":ENV:");
    while (text.length) {
        text = slice_from_offset(text, mark.length);
        size_t end = slice_find(text, mark);
        struct slice pair = slice_range(text, 0, end);
        size_t equals = slice_find_byte(pair, '=');
        if (equals != SLICE_NONE && equals > 0)
            variable_add(arena, variables, slice_range(pair, 0, equals), slice_from_offset(pair, equals + 1));
        text = slice_from_offset(text, end);
    }
}

const struct tree *inject_path_environment(struct arena *arena, struct slice path)
{
    struct tree *variables = tree_map(arena, 4);
    if (slice_ends(path, SLICE("/")))
        path = slice_range(path, 0, path.length - 1);
    size_t first = slice_find_byte(path, '/');
    size_t second = first == SLICE_NONE ? SLICE_NONE : slice_find_byte(slice_from_offset(path, first + 1), '/');
    if (second == SLICE_NONE)
        return variables;
    struct slice rest = slice_from_offset(path, first + 1 + second + 1), key, value;
    if (slice_starts(rest, SLICE(":ENV:"))) {
        pairs_read(arena, variables, rest);
        return variables;
    }
    struct slice_splitter splitter = {.rest = rest};
    while (slice_split(&splitter, '/', &key) && slice_split(&splitter, '/', &value))
        variable_add(arena, variables, key, value_decode(arena, value));
    return variables;
}
