/* cni.c - `pillion cni`: the CNI plugin, which container runtimes call; also called istio-cni. What it is told comes
 * from the environment and standard input. */
#include "base/fd.h"
#include "cni/plugin.h"
#include "command/command.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OUTPUT_MAX = 32 << 20 };

extern char **environ;

static const char *environment_get(const char *name)
{
    return getenv(name);
}

static bool input_read(void *context, struct buffer *out, struct error *error)
{
    (void)context;
    return fd_read_all(STDIN_FILENO, SLICE("standard input"), out, error);
}

/* Not by way of a FILE: a line is one write, so that those of several plugins do not tear. */
static void log_write(void *context, struct slice line)
{
    (void)context;
    (void)!fd_write_all(STDERR_FILENO, SLICE("standard error"), line, NULL);
}

static int plugin(void)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    _cleanup_(buffer_done) struct buffer output = BUFFER_INIT(OUTPUT_MAX);
    struct error error = {0};
    const struct plugin_world world = {
        .environment = environment_get,
        .variables = environ,
        .input_read = input_read,
        .log_write = log_write,
        .is_alone = true,
    };
    enum plugin_outcome outcome = plugin_run(&arena, &world, &output);
    if (outcome == PLUGIN_NOT_CALLED) {
        fprintf(stderr, "%.*s", SLICE_ARGS(buffer_slice(&output)));
        return EXIT_DONE;
    }
    if (!fd_write_all(STDOUT_FILENO, SLICE("standard output"), buffer_slice(&output), &error)) {
        fprintf(stderr, "pillion cni: %s\n", error.text);
        return EXIT_FAILED;
    }
    return outcome == PLUGIN_DONE ? EXIT_DONE : EXIT_FAILED;
}

/* The plugin has no flags. */
const struct option cni_options[] = {{.name = NULL}};

/* Commands of their own behind `pillion cni`: a runtime gives no arguments. */
static const struct {
    const char *name;
    int (*run)(const struct command *command, int argc, char **argv);
} subcommands[] = {
    {"install", command_cni_install},
    {"manifest", command_cni_manifest},
    {"repair", command_cni_repair},
    {NULL, NULL},
};

int command_cni(const struct command *command, int argc, char **argv)
{
    struct option_rest rest;
    int exit_code;
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    if (argc < 2)
        return plugin();
    for (size_t i = 0; subcommands[i].name; i++) {
        if (strcmp(subcommands[i].name, argv[1]) == 0)
            return subcommands[i].run(command, argc - 1, argv + 1);
    }
    if (!command_parse(command, &arena, argc, argv, NULL, &rest, &exit_code))
        return exit_code;
    struct error error = {0};
    error_set(&error, ERROR_USAGE, (struct position){0}, "\"%s\" is none of its commands", argv[1]);
    return command_fail(command, &error);
}
