#include "base/number.h"
#include "patch/json_patch.h"

/* The document in the making: its containers are all its own and change in place. */
struct apply {
    struct arena *arena;
    struct error *error;
    struct tree *root;
    size_t nodes; /* that may still be made */
};

#define refuse(apply, code, ...) error_set((apply)->error, (code), (struct position){0}, __VA_ARGS__)

/* Copies the containers; scalars never change and are shared. NULL when there are too many. */
static struct tree *own(struct apply *apply, const struct tree *tree)
{
    if (!apply->nodes)
        return NULL;
    apply->nodes--;
    if (tree->kind < TREE_LIST)
        return (struct tree *)tree;
    struct tree *copy = tree_copy_shallow(apply->arena, tree);
    for (uint32_t i = 0; i < tree_count(tree); i++) {
        const struct tree **child =
            tree->kind == TREE_LIST ? &copy->list.items[i] : &copy->map.entries[i].value;
        *child = own(apply, *child);
        if (!*child)
            return NULL;
    }
    return copy;
}

/* ---- pointers (RFC 6901) ---- */

struct pointer {
    struct slice text;
    struct slice_splitter rest; /* the tokens to come */
    size_t count;
};

static bool pointer_init(struct apply *apply, const struct tree *text, const char *name, struct pointer *ret)
{
    if (!tree_is(text, TREE_STRING))
        return refuse(apply, ERROR_VALUE, "\"%s\" is %s, want a JSON pointer", name, tree_kind_name(text));
    *ret = (struct pointer){.text = text->string, .rest = {.rest = text->string}};
    struct slice token;
    if (text->string.length && text->string.bytes[0] != '/')
        return refuse(apply, ERROR_VALUE, "\"%.*s\" is no JSON pointer: it must start with /",
                      SLICE_ARGS(text->string));
    for (size_t i = 0; i < text->string.length; i++) {
        char c = text->string.bytes[i], next = i + 1 < text->string.length ? text->string.bytes[i + 1] : 0;
        if (c == '~' && next != '0' && next != '1')
            return refuse(apply, ERROR_VALUE, "\"%.*s\" is no JSON pointer: ~ stands only in ~0 and ~1",
                          SLICE_ARGS(text->string));
        ret->count += c == '/';
    }
    (void)slice_split(&ret->rest, '/', &token); /* what is before the first stroke: nothing */
    return true;
}

/* The next token, unescaped. False behind the last. */
static bool pointer_next(struct apply *apply, struct pointer *pointer, struct slice *ret)
{
    struct slice raw;
    if (!pointer->count || !slice_split(&pointer->rest, '/', &raw))
        return false;
    pointer->count--;
    if (slice_find_byte(raw, '~') == SLICE_NONE) {
        *ret = (struct slice){raw.bytes ? raw.bytes : "", raw.length};
        return true;
    }
    char *bytes = arena_take(apply->arena, raw.length);
    size_t length = 0;
    for (size_t i = 0; i < raw.length; i++) {
        if (raw.bytes[i] == '~')
            bytes[length++] = raw.bytes[++i] == '0' ? '~' : '/';
        else
            bytes[length++] = raw.bytes[i];
    }
    *ret = (struct slice){bytes, length};
    return true;
}

/* An index below `limit`; without a sign, without zeros in front. */
static bool index_read(struct slice token, size_t limit, size_t *ret)
{
    uint64_t index;
    if ((token.length > 1 && token.bytes[0] == '0') || !number_parse_u64(token, &index) || index >= limit)
        return false;
    *ret = (size_t)index;
    return true;
}

static bool not_there(struct apply *apply, const struct pointer *pointer)
{
    return refuse(apply, ERROR_MISSING, "\"%.*s\": there is no such value", SLICE_ARGS(pointer->text));
}

static struct tree *child(const struct tree *container, struct slice token)
{
    size_t index;
    if (container->kind == TREE_MAP)
        return (struct tree *)tree_get(container, token);
    if (container->kind == TREE_LIST && index_read(token, container->list.count, &index))
        return (struct tree *)container->list.items[index];
    return NULL;
}

/* The container of what the pointer means, and the last token; the root has no container: NULL. `coming` is what will
 * be put there: the containers on the way get as high as it asks for. */
static bool find_parent(struct apply *apply, struct pointer *pointer, const struct tree *coming,
                        struct tree **ret_parent, struct slice *ret_token)
{
    struct tree *at = apply->root, *parent = NULL;
    struct slice token = {"", 0}, next;
    size_t height = pointer->count + (coming ? coming->height : 0);
    if (height > TREE_HEIGHT_MAX)
        return refuse(apply, ERROR_LIMIT, "\"%.*s\": nested deeper than %d", SLICE_ARGS(pointer->text),
                      TREE_HEIGHT_MAX);
    for (; pointer_next(apply, pointer, &next); height--) {
        if (parent)
            at = child(parent, token);
        if (!at || at->kind < TREE_LIST)
            return not_there(apply, pointer);
        if (coming && at->height < height)
            at->height = (uint16_t)height;
        parent = at;
        token = next;
    }
    *ret_parent = parent;
    *ret_token = token;
    return true;
}

static bool find_value(struct apply *apply, struct pointer pointer, struct tree **ret)
{
    struct tree *parent;
    struct slice token;
    if (!find_parent(apply, &pointer, NULL, &parent, &token))
        return false;
    struct tree *found = parent ? child(parent, token) : apply->root;
    if (!found)
        return not_there(apply, &pointer);
    *ret = found;
    return true;
}

/* ---- operations ---- */

static bool put(struct apply *apply, struct pointer pointer, struct tree *value, bool replace)
{
    struct tree *parent;
    struct slice token;
    size_t index;
    if (!find_parent(apply, &pointer, value, &parent, &token))
        return false;
    if (!parent) {
        apply->root = value;
    } else if (replace && !child(parent, token)) {
        return not_there(apply, &pointer);
    } else if (parent->kind == TREE_MAP) {
        tree_put(apply->arena, parent, token, value);
    } else if (!replace && slice_equal(token, SLICE("-"))) {
        tree_append(apply->arena, parent, value);
    } else if (!index_read(token, parent->list.count + (size_t)!replace, &index)) {
        return refuse(apply, ERROR_MISSING, "\"%.*s\": the list has %u items", SLICE_ARGS(pointer.text),
                      parent->list.count);
    } else if (replace) {
        tree_set_at(parent, index, value);
    } else {
        tree_insert(apply->arena, parent, index, value);
    }
    return true;
}

static bool take_out(struct apply *apply, struct pointer pointer, struct tree **ret)
{
    struct tree *parent;
    struct slice token;
    size_t index;
    if (!find_parent(apply, &pointer, NULL, &parent, &token))
        return false;
    if (!parent)
        return refuse(apply, ERROR_VALUE, "the whole document cannot be removed");
    *ret = child(parent, token);
    if (!*ret)
        return not_there(apply, &pointer);
    if (parent->kind == TREE_MAP)
        tree_remove(parent, token);
    else if (index_read(token, parent->list.count, &index))
        tree_remove_at(parent, index);
    return true;
}

static bool copy_in(struct apply *apply, struct pointer pointer, const struct tree *value, bool replace)
{
    struct tree *copy = own(apply, value);
    if (!copy)
        return refuse(apply, ERROR_LIMIT, "the patch makes more than %d values", JSON_PATCH_NODES_MAX);
    return put(apply, pointer, copy, replace);
}

static bool carry_out(struct apply *apply, const struct tree *operation)
{
    struct slice op = tree_text(tree_get(operation, SLICE("op")));
    const struct tree *value = tree_get(operation, SLICE("value"));
    bool adds = slice_equal(op, SLICE("add")), replaces = slice_equal(op, SLICE("replace"));
    bool tests = slice_equal(op, SLICE("test")), moves = slice_equal(op, SLICE("move"));
    bool copies = slice_equal(op, SLICE("copy")), removes = slice_equal(op, SLICE("remove"));
    struct pointer path, from = {0};
    struct tree *found;
    if (!adds && !replaces && !tests && !moves && !copies && !removes)
        return refuse(apply, ERROR_VALUE, "the operation \"%.*s\" is unknown", SLICE_ARGS(op));
    if (!pointer_init(apply, tree_get(operation, SLICE("path")), "path", &path) ||
        ((moves || copies) && !pointer_init(apply, tree_get(operation, SLICE("from")), "from", &from)))
        return false;
    if (!value && (adds || replaces || tests))
        return refuse(apply, ERROR_VALUE, "\"%.*s\" has no \"value\"", SLICE_ARGS(op));
    if (adds || replaces)
        return copy_in(apply, path, value, replaces);
    if (removes)
        return take_out(apply, path, &found);
    if (tests) {
        if (!find_value(apply, path, &found))
            return false;
        return tree_equal(found, value) ||
               refuse(apply, ERROR_VALUE, "\"%.*s\" is not what the patch tests for", SLICE_ARGS(path.text));
    }
    if (copies)
        return find_value(apply, from, &found) && copy_in(apply, path, found, false);
    if (slice_equal(from.text, path.text))
        return find_value(apply, from, &found);
    if (slice_starts(path.text, from.text) && path.text.bytes[from.text.length] == '/')
        return refuse(apply, ERROR_VALUE, "\"%.*s\" cannot be moved into itself", SLICE_ARGS(from.text));
    return take_out(apply, from, &found) && put(apply, path, found, false);
}

/* Exact again, where something was taken out. */
static uint16_t set_heights(struct tree *tree)
{
    uint16_t height = 0;
    for (uint32_t i = 0; i < tree_count(tree); i++) {
        uint16_t below = set_heights(
            (struct tree *)(tree->kind == TREE_LIST ? tree->list.items[i] : tree->map.entries[i].value));
        height = below >= height ? (uint16_t)(below + 1) : height;
    }
    if (tree->kind >= TREE_LIST)
        tree->height = height;
    return height;
}

bool json_patch_apply(struct arena *arena, const struct tree *document, const struct tree *patch,
                      const struct tree **ret, struct error *error)
{
    struct apply apply = {.arena = arena, .error = error, .nodes = JSON_PATCH_NODES_MAX};
    if (patch->kind != TREE_LIST)
        return refuse(&apply, ERROR_VALUE, "a JSON patch is %s, want a list of operations", tree_kind_name(patch));
    apply.root = own(&apply, document);
    if (!apply.root)
        return refuse(&apply, ERROR_LIMIT, "the document has more than %d values", JSON_PATCH_NODES_MAX);
    for (uint32_t i = 0; i < patch->list.count; i++) {
        if (!carry_out(&apply, patch->list.items[i]))
            return error_wrap(error, "operation %u of the patch", i);
    }
    set_heights(apply.root);
    *ret = apply.root;
    return true;
}
