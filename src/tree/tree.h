/* tree.h - the one data model: null, booleans, numbers, strings, lists and maps that keep their keys' order.
 *
 * A tree lives in an arena and is never freed by itself. A node that hangs in a tree does not change any more: only
 * a container that its maker has not yet put anywhere is filled. To change something inside, copy the containers on
 * the way to it (tree_copy_shallow) and share the rest; two trees that share nodes are equal there by pointer. */
#pragma once
#include "base/arena.h"
#include "base/attribute.h"
#include "base/slice.h"
#include <stdint.h>

enum tree_kind { TREE_NULL, TREE_BOOL, TREE_INT, TREE_FLOAT, TREE_STRING, TREE_LIST, TREE_MAP };

/* Deeper than this is refused where trees are built from foreign bytes, so that no walker can be driven off the
 * stack. A scalar has height 0, a container one more than its highest child. */
enum { TREE_HEIGHT_MAX = 1000 };

/* `offset` of a node that was not read from a text. */
#define TREE_NO_OFFSET UINT32_MAX

struct tree;
struct tree_entry {
    struct slice key;
    const struct tree *value; /* never NULL */
    uint32_t key_offset;      /* where the key stands in its source, or TREE_NO_OFFSET */
};

struct tree {
    uint8_t kind;    /* enum tree_kind */
    uint8_t plain;   /* a string that YAML would have read as one without quotes too, as it stood in its source */
    uint16_t height;
    uint32_t offset; /* the byte of its source where it starts */
    union {
        bool boolean;
        int64_t integer;
        struct {
            double number; /* Go's float64; integers that fit 64 bits with a sign are TREE_INT */
            struct slice
                digits; /* of a whole number beyond that: all of it, as it is to be written again; else empty */
        };
        struct slice string;
        struct {
            const struct tree **items;
            uint32_t count, capacity;
        } list;
        struct {
            struct tree_entry *entries; /* in the order of their first appearance */
            uint32_t count, capacity;
            uint32_t *index; /* of large maps only */
        } map;
    };
};

/* ---- making ---- */

extern const struct tree tree_null_node, tree_true_node, tree_false_node, tree_empty_map_node, tree_empty_list_node,
    tree_empty_string_node;

static inline const struct tree *tree_bool(bool value)
{
    return value ? &tree_true_node : &tree_false_node;
}
struct tree *tree_int(struct arena *arena, int64_t value);
struct tree *tree_float(struct arena *arena, double value);
/* Borrows the bytes: they must live as long as the arena. */
struct tree *tree_string(struct arena *arena, struct slice text);
/* `capacity` is a guess at the number of children; any number can be added. */
struct tree *tree_list(struct arena *arena, size_t capacity);
struct tree *tree_map(struct arena *arena, size_t capacity);

/* Filling a container that hangs nowhere yet. Its child must be complete. Heights add up by themselves; whoever builds
 * from foreign bytes first asks tree_is_too_deep(child). */
void tree_append(struct arena *arena, struct tree *list, const struct tree *child);
/* Replaces the value of a key that is there, at its old place, and gives the old value; otherwise adds the key at the
 * end and gives NULL. The key's bytes are borrowed. */
const struct tree *tree_put(struct arena *arena, struct tree *map, struct slice key, const struct tree *value);
/* The same, noting where the key stands in its source. */
const struct tree *tree_put_at(struct arena *arena, struct tree *map, struct slice key, uint32_t key_offset,
                               const struct tree *value);
/* Adds a key that the caller knows is not there yet: no look-up. */
void tree_put_new(struct arena *arena, struct tree *map, struct slice key, uint32_t key_offset,
                  const struct tree *value);
/* Takes a key out; false if it is not there. */
bool tree_remove(struct tree *map, struct slice key);
/* List surgery; `at` within the list (insert: up to its count). */
void tree_insert(struct arena *arena, struct tree *list, size_t at, const struct tree *child);
void tree_remove_at(struct tree *list, size_t at);
void tree_set_at(struct tree *list, size_t at, const struct tree *child);

static inline bool tree_is_too_deep(const struct tree *child)
{
    return child->height >= TREE_HEIGHT_MAX;
}

/* A container of its own that shares the children; scalars are copied. */
struct tree *tree_copy_shallow(struct arena *arena, const struct tree *tree);
/* Everything anew, bytes included: nothing of the copy lives outside `arena`. */
struct tree *tree_copy_deep(struct arena *arena, const struct tree *tree);
/* The same, but for texts that lie in `from`: these are borrowed from `to`, which has the same bytes. */
struct tree *tree_copy_moved(struct arena *arena, const struct tree *tree, struct slice from, struct slice to);

/* ---- reading ---- */

/* The value of a key; NULL when the map is NULL, is no map, or has no such key. */
const struct tree *tree_get(const struct tree *map, struct slice key);
/* The entry of a key, or NULL. */
const struct tree_entry *tree_entry(const struct tree *map, struct slice key);
/* Follows keys (NUL-terminated strings) down through maps: tree_at(pod, "spec", "containers"). NULL where one is
 * missing. */
const struct tree *tree_at_keys(const struct tree *tree, ...) __attribute__((sentinel));
#define tree_at(tree, ...) tree_at_keys((tree), __VA_ARGS__, (const char *)NULL)

static inline bool tree_is(const struct tree *tree, enum tree_kind kind)
{
    return tree && tree->kind == kind;
}
static inline bool tree_is_null(const struct tree *tree)
{
    return !tree || tree->kind == TREE_NULL;
}
/* How many children; 0 for NULL and for scalars. */
static inline size_t tree_count(const struct tree *tree)
{
    return !tree ? 0 : tree->kind == TREE_LIST ? tree->list.count : tree->kind == TREE_MAP ? tree->map.count : 0;
}
/* The string's bytes; the empty slice when it is no string. */
static inline struct slice tree_text(const struct tree *tree)
{
    return tree_is(tree, TREE_STRING) ? tree->string : (struct slice){"", 0};
}
static inline bool tree_text_is(const struct tree *tree, struct slice text)
{
    return tree_is(tree, TREE_STRING) && slice_equal(tree->string, text);
}
/* The same value: numbers by value (1 equals 1.0), maps whatever the order of their keys. */
bool tree_equal(const struct tree *a, const struct tree *b);
/* "null", "a boolean", "an integer", ... for messages. */
const char *tree_kind_name(const struct tree *tree);
/* How many nodes, counting shared ones each time; stops counting beyond `limit`. */
size_t tree_weight(const struct tree *tree, size_t limit);
