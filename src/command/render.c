#include "base/fd.h"
#include "command/command.h"
#include "command/output.h"
#include "template/render.h"
#include <stdlib.h>
#include <time.h>

struct render_flags {
    struct slice template, data, delimiters;
};

const struct option render_options[] = {
    {"template", 0, OPTION_TEXT, offsetof(struct render_flags, template), "FILE", "the template", NULL},
    {"data", 0, OPTION_TEXT, offsetof(struct render_flags, data), "FILE",
     "its data, JSON or YAML: what the template sees as .", NULL},
    {"delims", 0, OPTION_TEXT, offsetof(struct render_flags, delimiters), "LEFT,RIGHT",
     "the delimiters, {{,}} when not given", NULL},
    {0},
};

enum { RENDER_INPUT_MAX = 256 * 1024 * 1024, RENDER_OUTPUT_MAX = 64 * 1024 * 1024 };

static bool environment_get(void *context, struct slice name, struct slice *ret_value)
{
    struct arena *arena = context;
    const char *value = getenv(arena_copy(arena, name).bytes);
    if (value)
        *ret_value = slice_from(value);
    return value != NULL;
}

static bool source_read(struct arena *arena, struct slice path, const char *flag, struct source *ret_source,
                        struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(RENDER_INPUT_MAX);
    if (!path.length)
        return error_set(error, ERROR_USAGE, (struct position){0}, "--%s FILE is missing", flag);
    if (!fd_read_file(path.bytes, &text, error))
        return false;
    *ret_source = (struct source){.name = path, .text = arena_copy(arena, buffer_slice(&text))};
    return true;
}

static bool render_run(struct arena *arena, const struct render_flags *flags, struct output *output,
                       struct error *error)
{
    struct render_input input = {.delimiters = flags->delimiters,
                                 .environment = environment_get,
                                 .environment_context = arena,
                                 .now_seconds = (int64_t)time(NULL)};
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(RENDER_OUTPUT_MAX);
    if (!source_read(arena, flags->template, "template", &input.template, error) ||
        !source_read(arena, flags->data, "data", &input.data, error) || !render(&input, arena, &text, error))
        return false;
    if (text.overflowed)
        return error_set(error, ERROR_LIMIT, (struct position){0}, "the template prints more than %zu bytes",
                         text.limit);
    return output_add(output, buffer_slice(&text), error) && output_commit(output, error);
}

int command_render(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct render_flags flags = {0};
    struct option_rest rest;
    struct error error;
    int code;
    if (!command_parse(command, &arena, argc, argv, &flags, &rest, &code))
        return code;
    _cleanup_(output_done) struct output output = {.fd = -1};
    bool done = output_open(&output, SLICE(""), &error) && render_run(&arena, &flags, &output, &error);
    return done ? EXIT_DONE : command_fail(command, &error);
}
