#include "template/render.h"
#include "tree/json.h"
#include "tree/yaml.h"

static bool read_data(const struct source *source, struct arena *arena, const struct tree **ret_tree,
                      struct error *error)
{
    struct slice text = slice_trim(source->text);
    *ret_tree = &tree_null_node;
    if (!text.length)
        return true;
    if (text.bytes[0] == '{' || text.bytes[0] == '[') {
        struct error json_error;
        if (json_read(arena, source, ret_tree, &json_error))
            return true; /* otherwise it may still be YAML, flow style */
    }
    return yaml_read(arena, source, NULL, ret_tree, error);
}

bool render(const struct render_input *input, struct arena *arena, struct buffer *out, struct error *error)
{
    struct template_options options = {.dialect = input->dialect};
    if (input->delimiters.length) {
        size_t comma = slice_find_byte(input->delimiters, ',');
        if (comma == SLICE_NONE || !comma || comma + 1 == input->delimiters.length)
            return error_set(error, ERROR_USAGE, (struct position){0},
                             "delimiters are two texts with a comma between, not \"%.*s\"",
                             SLICE_ARGS(input->delimiters));
        options.left = slice_range(input->delimiters, 0, comma);
        options.right = slice_from_offset(input->delimiters, comma + 1);
        if (slice_equal(options.left, SLICE("[[")) && slice_equal(options.right, SLICE("]]")))
            options.dialect = TEMPLATE_ISTIO_1_0;
    }
    const struct template *parsed;
    const struct tree *data;
    if (!template_parse(arena, &input->template, &options, &parsed, error) ||
        !read_data(&input->data, arena, &data, error))
        return false;
    struct template_run run = {
        .data = template_from_tree(data, NULL),
        .environment = input->environment,
        .environment_context = input->environment_context,
        .now_seconds = input->now_seconds,
    };
    return template_execute(parsed, &run, arena, out, error);
}
