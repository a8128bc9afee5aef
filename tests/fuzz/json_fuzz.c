/* What is read, written and read again is the same; so it is with all styles. */
#include "tree/json.h"
#include <stdlib.h>

static void check_style(const struct tree *tree, enum json_style style)
{
    struct arena arena = ARENA_INIT;
    struct buffer text = BUFFER_INIT(64 * 1024 * 1024);
    json_write(&text, tree, style);
    struct source source = {.name = SLICE("again"), .text = buffer_slice(&text)};
    const struct tree *again;
    if (!text.overflowed && (!json_read(&arena, &source, &again, NULL) || !tree_equal(tree, again)))
        abort();
    buffer_done(&text);
    arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct source source = {.name = SLICE("input"), .text = {(const char *)data, size}};
    const struct tree *tree;
    struct error error;
    if (json_read(&arena, &source, &tree, &error)) {
        static const enum json_style styles[] = {JSON_COMPACT, JSON_GO_HTML, JSON_SORT_KEYS, JSON_INDENT};
        for (size_t i = 0; i < ARRAY_LENGTH(styles); i++)
            check_style(tree, styles[i]);
        if (!tree_equal(tree, tree_copy_deep(&arena, tree)))
            abort();
    } else if (!error.where.line || !error.text[0]) {
        abort();
    }
    arena_done(&arena);
    return 0;
}
