/* A template and, behind the first NUL, JSON data. Whatever they are: limits hold, errors have a place in the template,
 * and the same input prints the same twice. */
#include "template/template.h"
#include "tree/json.h"
#include <assert.h>
#include <stdint.h>

enum { OUTPUT_MAX = 1 << 20, MEMORY_MAX = 600 << 20 };

static bool is_random(struct slice text)
{
    static const struct slice names[] = {SLICE_CONSTANT("rand"), SLICE_CONSTANT("uuid"), SLICE_CONSTANT("shuffle")};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (slice_find(text, names[i]) != SLICE_NONE)
            return true;
    return false;
}

static bool execute(const struct template *parsed, const struct tree *data, struct buffer *out, struct error *error)
{
    struct arena arena = ARENA_INIT;
    const struct template_run run = {
        .data = template_from_tree(data, NULL),
        .limits = {.steps = 20000, .call_depth = 1000, .text_bytes = 5000, .items = 10000},
    };
    bool done = template_execute(parsed, &run, &arena, out, error);
    assert(arena.used < MEMORY_MAX);
    arena_done(&arena);
    return done;
}

static void execute_twice(const struct template *parsed, const struct tree *data)
{
    struct buffer first = BUFFER_INIT(OUTPUT_MAX), second = BUFFER_INIT(OUTPUT_MAX);
    struct error error = {0}, again = {0};
    bool done = execute(parsed, data, &first, &error);
    assert(execute(parsed, data, &second, &again) == done);
    assert(slice_equal(buffer_slice(&first), buffer_slice(&second)));
    assert(strcmp(error.text, again.text) == 0);
    assert(done || error.code == ERROR_VALUE || error.code == ERROR_LIMIT);
    buffer_done(&first);
    buffer_done(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct slice text = {(const char *)bytes, size}, json = {NULL, 0};
    size_t end = slice_find_byte(text, '\0');
    if (end != SLICE_NONE) {
        json = slice_from_offset(text, end + 1);
        text = slice_range(text, 0, end);
    }
    struct arena arena = ARENA_INIT;
    const struct source template_source = {SLICE("template"), text, 0}, data_source = {SLICE("data"), json, 0};
    bool legacy = slice_starts(text, SLICE("[["));
    const struct template_options options = {
        .left = legacy ? SLICE("[[") : SLICE("{{"),
        .right = legacy ? SLICE("]]") : SLICE("}}"),
        .dialect = legacy ? TEMPLATE_ISTIO_1_0 : TEMPLATE_ISTIO,
    };
    const struct template *parsed;
    const struct tree *data;
    struct error error = {0};
    if (!json_read(&arena, &data_source, &data, NULL))
        data = &tree_empty_map_node;
    if (!template_parse(&arena, &template_source, &options, &parsed, &error))
        assert((error.code == ERROR_SYNTAX || error.code == ERROR_LIMIT) && error.where.line);
    else if (!is_random(text))
        execute_twice(parsed, data);
    arena_done(&arena);
    return 0;
}
