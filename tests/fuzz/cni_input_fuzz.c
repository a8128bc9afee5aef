/* Whatever a runtime puts on standard input: a call ends in a result or an error, as the specification has them, and a
 * result is the previous one with nothing lost and nothing added. No pod is named, so that nobody is asked. */
#include "cni/plugin.h"
#include "cni/version.h"
#include "tree/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

struct input {
    struct slice text;
};

static bool input_read(void *context, struct buffer *out, struct error *error)
{
    const struct input *input = context;
    (void)error;
    buffer_add_slice(out, input->text);
    return true;
}

static void fail(const char *what, struct slice text)
{
    fprintf(stderr, "%s: %.*s\n", what, SLICE_ARGS(text));
    abort();
}

static const struct tree *output_read(struct arena *arena, const struct buffer *output)
{
    struct source source = {.name = SLICE("output"), .text = buffer_slice(output)};
    const struct tree *tree;
    if (!json_read(arena, &source, &tree, NULL) || tree->kind != TREE_MAP)
        fail("no object", source.text);
    return tree;
}

static void failure_check(const struct tree *object, struct slice text)
{
    const struct tree *code = tree_get(object, SLICE("code"));
    if (!tree_is(code, TREE_INT) || code->integer <= 0 || !tree_text(tree_get(object, SLICE("msg"))).length)
        fail("no error object", text);
}

/* Every key of the previous result but the two that may differ. */
static void result_check(struct arena *arena, const struct tree *result, struct slice input)
{
    struct source source = {.name = SLICE("input"), .text = input};
    const struct tree *configuration, *previous = NULL;
    enum cni_version version;
    if (!json_read(arena, &source, &configuration, NULL))
        fail("a result of no JSON", input);
    if (!cni_version_find(tree_text(tree_get(result, SLICE("cniVersion"))), &version))
        fail("a result without a version", input);
    for (size_t i = 0; i < configuration->map.count; i++) {
        struct slice key = configuration->map.entries[i].key;
        if (key.length == 10 && strncasecmp(key.bytes, "prevResult", 10) == 0)
            previous = configuration->map.entries[i].value;
    }
    size_t count = 0;
    for (size_t i = 0; tree_is(previous, TREE_MAP) && i < previous->map.count; i++) {
        const struct tree_entry *entry = &previous->map.entries[i];
        bool is_free = slice_equal(entry->key, SLICE("cniVersion")) || slice_equal(entry->key, SLICE("dns"));
        if (is_free)
            continue;
        const struct tree *value = tree_get(result, entry->key);
        if (!value || !tree_equal(value, entry->value))
            fail("a key is lost or changed", entry->key);
        count++;
    }
    size_t free_count = (tree_get(result, SLICE("cniVersion")) != NULL) + (tree_get(result, SLICE("dns")) != NULL);
    if (tree_count(result) != count + free_count)
        fail("keys are added", input);
}

static const char *add_get(const char *name)
{
    static const char *const values[][2] = {{"CNI_COMMAND", "ADD"},
                                            {"CNI_CONTAINERID", "c"},
                                            {"CNI_NETNS", "/no/netns"},
                                            {"CNI_IFNAME", "eth0"},
                                            {"CNI_PATH", "/"}};
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
        if (strcmp(values[i][0], name) == 0)
            return values[i][1];
    }
    return NULL;
}

static const char *del_get(const char *name)
{
    return strcmp(name, "CNI_COMMAND") == 0 ? "DEL" : add_get(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct buffer output = BUFFER_INIT(64 << 20);
    struct input input = {{(const char *)data, size}};
    struct plugin_world world = {.environment = add_get, .input_read = input_read, .context = &input};
    enum plugin_outcome outcome = plugin_run(&arena, &world, &output);
    const struct tree *object = output_read(&arena, &output);
    if (outcome == PLUGIN_FAILED)
        failure_check(object, buffer_slice(&output));
    else
        result_check(&arena, object, input.text);
    buffer_clear(&output);
    world.environment = del_get;
    outcome = plugin_run(&arena, &world, &output);
    if (outcome == PLUGIN_FAILED)
        failure_check(output_read(&arena, &output), buffer_slice(&output));
    else if (output.length)
        fail("DEL prints", buffer_slice(&output));
    buffer_done(&output);
    arena_done(&arena);
    return 0;
}
