/* Whatever network configuration is taken: with our entry it is one still, the other plugins are byte for byte what
 * they were, a second time changes nothing, and without the entry it has the value that it had. */
#include "cni/conflist.h"
#include "tree/json.h"
#include <stdint.h>
#include <stdlib.h>

static const struct conflist_entry_settings settings = {
    .log_level = SLICE_CONSTANT("info"),
    .agent_run_folder = SLICE_CONSTANT("/run"),
    .exclude_namespaces = SLICE_CONSTANT("a"),
    .pod_namespace = SLICE_CONSTANT("mesh"),
};

static void require(bool fact)
{
    if (!fact)
        abort();
}

static bool is_ours(const struct tree *plugin)
{
    return tree_text_is(tree_get(plugin, SLICE("type")), SLICE("istio-cni"));
}

/* The others are equal, in their order. */
static void others_compare(const struct tree *a, const struct tree *b)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        while (i < tree_count(a) && is_ours(a->list.items[i]))
            i++;
        while (j < tree_count(b) && is_ours(b->list.items[j]))
            j++;
        if (i >= tree_count(a) || j >= tree_count(b))
            break;
        require(tree_equal(a->list.items[i], b->list.items[j]));
    }
    require(i >= tree_count(a) && j >= tree_count(b));
}

static void check_removed(struct arena *arena, const struct conflist *before, struct slice added)
{
    struct buffer out = BUFFER_INIT(64 * 1024 * 1024);
    struct source source = {.name = SLICE("added"), .text = added};
    struct conflist after;
    struct error error;
    bool changed;
    require(conflist_remove(arena, &source, &out, &changed, &error) && changed);
    source.text = arena_copy(arena, buffer_slice(&out));
    const struct tree *tree;
    require(json_read(arena, &source, &tree, NULL));
    others_compare(before->plugins, tree_get(tree, SLICE("plugins")));
    if (before->plugins && !before->entries)
        require(slice_equal(source.text, before->source.text));
    buffer_clear(&out);
    require(conflist_remove(arena, &source, &out, &changed, &error) && !changed && !out.length);
    (void)conflist_read(arena, &source, CONFLIST_LIST, &after, &error);
    buffer_done(&out);
}

static void check_kind(struct slice text, enum conflist_kind kind)
{
    struct arena arena = ARENA_INIT;
    struct buffer out = BUFFER_INIT(64 * 1024 * 1024);
    struct source source = {.name = SLICE("input"), .text = text};
    struct conflist before, after;
    struct error error = {0};
    bool changed;
    if (conflist_read(&arena, &source, kind, &before, &error)) {
        const struct tree *entry = conflist_entry(&arena, &settings);
        conflist_add(&arena, &before, entry, &out, &changed);
        if (changed) {
            struct source again = {.name = SLICE("added"), .text = buffer_slice(&out)};
            require(conflist_read(&arena, &again, CONFLIST_LIST, &after, &error));
            require(after.entries == 1 && is_ours(after.plugins->list.items[tree_count(after.plugins) - 1]));
            if (before.plugins)
                others_compare(before.plugins, after.plugins);
            struct buffer twice = BUFFER_INIT(64 * 1024 * 1024);
            conflist_add(&arena, &after, entry, &twice, &changed);
            require(!changed && !twice.length);
            buffer_done(&twice);
            check_removed(&arena, before.plugins ? &before : &after, again.text);
        }
    } else {
        require(error.text[0]);
    }
    buffer_done(&out);
    arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    check_kind(text, CONFLIST_LIST);
    check_kind(text, CONFLIST_SINGLE);
    return 0;
}
