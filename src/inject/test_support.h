/* test_support.h - what this room's unit tests share. */
#pragma once
#include "tree/json.h"
#include "tree/yaml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* The tree of a text that is known to be good YAML (JSON is). */
static inline const struct tree *tree_of(struct arena *arena, const char *text)
{
    struct source source = {.name = SLICE("test"), .text = slice_from(text)};
    const struct tree *tree = NULL;
    struct error error;
    if (!yaml_read(arena, &source, NULL, &tree, &error))
        fail_msg("%s: %s", text, error.text);
    return tree;
}

/* A tree, the caller's to change. */
static inline struct tree *own_tree_of(struct arena *arena, const char *text)
{
    return tree_copy_shallow(arena, tree_of(arena, text));
}

static inline void assert_tree(const struct tree *tree, const char *expected)
{
    struct arena arena = ARENA_INIT;
    const struct tree *wanted = tree_of(&arena, expected);
    if (!tree_equal(tree, wanted)) {
        struct buffer found = BUFFER_INIT(1024 * 1024);
        json_write(&found, tree ? tree : &tree_null_node, JSON_COMPACT);
        fail_msg("found  %.*s\nwanted %s", (int)found.length, found.bytes, expected);
    }
    arena_done(&arena);
}

static inline void assert_text(struct slice text, const char *expected)
{
    if (!slice_equal(text, slice_from(expected)))
        fail_msg("found \"%.*s\", wanted \"%s\"", (int)text.length, text.bytes, expected);
}
