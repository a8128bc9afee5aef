/* What the fast reader accepts, libyaml reads as the same tree, places included; and what is written, both read back
 * as what it was. */
#include "base/rune.h"
#include "tree/yaml.h"
#include "tree/yaml_events.h"
#include "tree/yaml_fast.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void report(const char *what, struct slice text)
{
    fprintf(stderr, "%s:\n%.*s\n----\n", what, (int)text.length, text.bytes);
    abort();
}

static bool same_places(const struct tree *a, const struct tree *b)
{
    if (a->offset != b->offset || a->plain != b->plain || a->kind != b->kind || a->height != b->height)
        return false;
    for (size_t i = 0; i < tree_count(a); i++) {
        if (a->kind == TREE_LIST && !same_places(a->list.items[i], b->list.items[i]))
            return false;
        if (a->kind == TREE_MAP && (a->map.entries[i].key_offset != b->map.entries[i].key_offset ||
                                    !slice_equal(a->map.entries[i].key, b->map.entries[i].key) ||
                                    !same_places(a->map.entries[i].value, b->map.entries[i].value)))
            return false;
    }
    return true;
}

/* NULL where the reader refuses. */
static const struct tree *read_with(struct arena *arena, bool (*reader)(struct yaml_builder *), struct slice text,
                                    unsigned *ret_duplicates, struct error *error)
{
    struct source source = {SLICE("fuzz"), text, 0};
    struct yaml_builder builder;
    yaml_builder_init(&builder, arena, &source, error);
    if (!reader(&builder))
        return NULL;
    *ret_duplicates = builder.duplicate_count;
    return builder.root ? builder.root : &tree_null_node;
}

static void check_readers_agree(struct arena *arena, struct slice text)
{
    unsigned fast_duplicates, duplicates;
    struct error error = {0};
    const struct tree *fast = read_with(arena, yaml_fast_read, text, &fast_duplicates, NULL);
    if (!fast)
        return;
    const struct tree *tree = read_with(arena, yaml_events_read, text, &duplicates, &error);
    /* [fe80::] is an error to libyaml, but not to go-yaml. */
    if (!tree && slice_starts(slice_from(error.text), SLICE("\":\" cannot stand in a text without quotes")))
        return;
    if (!tree)
        report("only the fast reader accepts this", text);
    else if (!tree_equal(fast, tree) || tree->kind != fast->kind)
        report("the readers disagree", text);
    else if (!same_places(fast, tree) || fast_duplicates != duplicates)
        report("the readers disagree about places", text);
}

/* !!binary may hold any bytes, which YAML has no text for. */
static bool is_utf8(const struct tree *tree)
{
    if (tree->kind == TREE_STRING && rune_valid_prefix(tree->string) != tree->string.length)
        return false;
    for (size_t i = 0; i < tree_count(tree); i++) {
        if (tree->kind == TREE_LIST && !is_utf8(tree->list.items[i]))
            return false;
        if (tree->kind == TREE_MAP && (rune_valid_prefix(tree->map.entries[i].key) != tree->map.entries[i].key.length ||
                                       !is_utf8(tree->map.entries[i].value)))
            return false;
    }
    return true;
}

/* Sorted text is what Go prints of its own values, in which numbers beyond 64 bits with a sign are rounded. */
static const struct tree *without_digits(struct arena *arena, const struct tree *tree)
{
    struct tree *own = tree_copy_shallow(arena, tree);
    if (tree->kind == TREE_FLOAT)
        own->digits = (struct slice){0};
    for (size_t i = 0; tree->kind == TREE_LIST && i < tree->list.count; i++)
        own->list.items[i] = without_digits(arena, tree->list.items[i]);
    for (size_t i = 0; tree->kind == TREE_MAP && i < tree->map.count; i++)
        own->map.entries[i].value = without_digits(arena, tree->map.entries[i].value);
    return own;
}

static void check_reads_back(struct arena *arena, const struct tree *tree, enum yaml_style style)
{
    struct buffer out = BUFFER_INIT(1 << 26);
    unsigned duplicates;
    yaml_write(&out, tree, style);
    struct slice text = buffer_slice(&out);
    const struct tree *fast = read_with(arena, yaml_fast_read, text, &duplicates, NULL);
    const struct tree *back = read_with(arena, yaml_events_read, text, &duplicates, NULL);
    if (!out.overflowed && (!back || !tree_equal(tree, back)))
        report("written text does not read back", text);
    if (!out.overflowed && fast && !tree_equal(tree, fast))
        report("written text does not read back fast", text);
    buffer_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena arena;
    struct slice text = {(const char *)data, size};
    struct source source = {SLICE("fuzz"), text, 0};
    struct error error = {0};
    const struct tree *tree;
    check_readers_agree(&arena, text);
    if (yaml_read(&arena, &source, NULL, &tree, &error)) {
        if (is_utf8(tree)) {
            check_reads_back(&arena, without_digits(&arena, tree), YAML_SORT_KEYS | YAML_FOLD);
            check_reads_back(&arena, tree, YAML_KEEP_ORDER);
        }
    } else if (!error.text[0] || error.code == ERROR_NONE) {
        report("refused without a word", text);
    }
    arena_reset(&arena);
    return 0;
}
