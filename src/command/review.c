#include "inject/review.h"
#include "base/fd.h"
#include "command/command.h"
#include "command/configuration.h"
#include "command/output.h"
#include "tree/yaml.h"

struct review_flags {
    struct configuration_flags configuration;
    struct slice path, namespace_file;
};

const struct option review_options_table[] = {
    CONFIGURATION_OPTIONS,
    {"path", 0, OPTION_TEXT, offsetof(struct review_flags, path), "PATH",
     "the path the webhook was called by, as /inject/cluster/c1/net/n2", NULL},
    {"namespaceFile", 0, OPTION_TEXT, offsetof(struct review_flags, namespace_file), "FILE",
     "the Namespace of the pod (YAML or JSON), for OpenShift", NULL},
    {0},
};

enum { REVIEW_MAX = 64 * 1024 * 1024 };

static bool namespace_read(struct arena *arena, struct slice path, const struct tree **ret_namespace,
                           struct error *error)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(REVIEW_MAX);
    if (!path.length)
        return true;
    if (!fd_read_file(path.bytes, &text, error))
        return false;
    struct source source = {.name = path, .text = arena_copy(arena, buffer_slice(&text))};
    return yaml_read(arena, &source, NULL, ret_namespace, error);
}

static bool review_run(struct arena *arena, const struct review_flags *flags, struct output *output,
                       struct error *error)
{
    struct inject_config config;
    struct inject_settings settings;
    struct review_options options = {.config = &config, .settings = &settings, .path = flags->path};
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(REVIEW_MAX);
    _cleanup_(buffer_done) struct buffer answer = BUFFER_INIT(2 * (size_t)REVIEW_MAX);
    if (!configuration_load(arena, &flags->configuration, false, &config, &settings, error) ||
        !namespace_read(arena, flags->namespace_file, &options.namespace_object, error) ||
        !fd_read_file("-", &text, error))
        return false;
    /* Templates see the webhook's revision by its name, "default" too; kube-inject's they don't. */
    settings.revision = flags->configuration.revision;
    struct source source = {.name = SLICE("standard input"), .text = buffer_slice(&text)};
    if (!review_answer(arena, &options, &source, &answer, NULL, error))
        return false;
    if (answer.overflowed)
        return error_set(error, ERROR_LIMIT, (struct position){0}, "the answer is larger than %zu bytes", answer.limit);
    buffer_add_byte(&answer, '\n');
    return output_add(output, buffer_slice(&answer), error) && output_commit(output, error);
}

int command_review(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct review_flags flags = {0};
    struct option_rest rest;
    struct error error;
    int code;
    if (!command_parse(command, &arena, argc, argv, &flags, &rest, &code))
        return code;
    _cleanup_(output_done) struct output output = {.fd = -1};
    bool done = output_open(&output, SLICE(""), &error) && review_run(&arena, &flags, &output, &error);
    return done ? EXIT_DONE : command_fail(command, &error);
}
