/* init.c - `pillion init`: what the istio-init container does; also called istio-iptables. */
#include "base/fd.h"
#include "capture/apply.h"
#include "capture/host.h"
#include "capture/probe.h"
#include "capture/show.h"
#include "command/command.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* istio-iptables' exit codes; with --compat 1.0 those of Istio 1.0's script: 1 for an unknown flag, 2 for a bad
 * value. */
enum { EXIT_OLD_BAD_VALUE = 2, EXIT_NOT_CAPTURED = 126, EXIT_BAD_FLAGS = 255 };
enum { OUTPUT_MAX = 64 << 20, REPORT_MAX = 1 << 16 };

extern char **environ;

static const char *environment_get(void *context, const char *name)
{
    (void)context;
    return getenv(name);
}

static int fail(const struct error *error, int status)
{
    char text[2048];
    error_print(error, text, sizeof text);
    fprintf(stderr, "pillion init: %s\n", text);
    return status;
}

static int text_out(const struct buffer *out)
{
    struct error error = {0};
    if (out->overflowed)
        error_set(&error, ERROR_LIMIT, (struct position){0}, "more than %d bytes to print", OUTPUT_MAX);
    else if (fd_write_all(STDOUT_FILENO, SLICE("standard output"), buffer_slice(out), &error))
        return EXIT_DONE;
    return fail(&error, EXIT_FAILED);
}

/* Each line of what was done, to standard error: standard output is for what is asked for. */
static void report_print(const struct buffer *report)
{
    struct slice_splitter lines = {.rest = buffer_slice(report)};
    for (struct slice line; slice_split(&lines, '\n', &line);) {
        if (line.length)
            fprintf(stderr, "pillion init: %.*s\n", SLICE_ARGS(line));
    }
}

static int help(void)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(OUTPUT_MAX);
    buffer_add_literal(&out, "pillion init - send a pod's traffic through its proxy\n\nUsage: pillion init [flags]\n\n"
                             "Works in the network namespace it runs in. Every flag from -z on is also read from the\n"
                             "environment, as its long name in capitals: ISTIO_INBOUND_PORTS.\n\nFlags:\n");
    flags_help(capture_flags, &out);
    return text_out(&out);
}

static int settings_failed(const struct error *error, int argc, char **argv)
{
    bool old = false;
    for (int i = 1; i < argc; i++)
        old |= slice_starts(slice_from(argv[i]), SLICE("--compat"));
    if (error->code == ERROR_USAGE)
        return fail(error, old ? EXIT_FAILED : EXIT_BAD_FLAGS);
    return fail(error, old ? EXIT_OLD_BAD_VALUE : EXIT_FAILED);
}

static void warnings_print(const struct capture_settings *settings)
{
    for (size_t i = 0; i < settings->unused_word_count; i++)
        fprintf(stderr, "pillion init: \"%.*s\" is no flag and is ignored; a switch takes its value as --flag=value\n",
                SLICE_ARGS(settings->unused_words[i]));
    if (settings->dns_without_servers)
        fprintf(stderr,
                "pillion init: DNS is not redirected: /etc/resolv.conf names no server, and --capture-all-dns is "
                "not given\n");
}

static int show(struct arena *arena, const struct capture_settings *settings, const struct capture_plan *plan)
{
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(OUTPUT_MAX);
    if (settings->output == OUTPUT_DOT)
        plan_show_dot(&out, plan);
    else if (settings->output == OUTPUT_JSON)
        plan_show_json(&out, plan);
    else if (settings->explain)
        plan_show_reasons(&out, plan);
    else if (settings->cleanup_only)
        buffer_add_literal(&out, "# takes out what the same flags without --cleanup-only add\n");
    else
        plan_show_commands(arena, &out, plan, settings->native_nftables);
    return text_out(&out);
}

static int apply(struct arena *arena, const struct capture_settings *settings, const struct capture_plan *plan)
{
    struct error error = {0};
    _cleanup_(buffer_done) struct buffer report = BUFFER_INIT(REPORT_MAX);
    if (settings->cni_mode)
        host_lookups_confine();
    struct slice namespace = settings->cni_mode ? settings->network_namespace : (struct slice){0};
    const struct capture_run run = {.arena = arena,
                                    .settings = settings,
                                    .plan = plan,
                                    .path = getenv("PATH"),
                                    .environment = host_lock_variables(arena, environ, namespace),
                                    .report = &report};
    bool done = capture_apply(&run, &error);
    report_print(&report);
    return done ? EXIT_DONE : fail(&error, EXIT_FAILED);
}

static int validate(const struct capture_settings *settings)
{
    struct error error = {0};
    if (capture_probe(settings, &error))
        return EXIT_DONE;
    int status = fail(&error, EXIT_NOT_CAPTURED);
    fprintf(stderr,
            "pillion init: this pod is not ready for the mesh. With a CNI plugin, the pod has probably started before\n"
            "the plugin was at work on its node: with automatic repair it is deleted or set right soon;\n"
            "without, delete it, so that it starts anew on a node where the plugin runs.\n");
    return status;
}

/* The namespace is entered before its addresses are looked at, and which one it is stands among the settings: they are
 * read twice. */
static bool settings_read(struct arena *arena, int argc, char **argv, struct capture_settings *ret, struct error *error)
{
    struct capture_facts facts = {.environment = environment_get, .has_ipv4 = true};
    host_files_read(arena, &facts);
    if (!capture_settings_read(arena, &facts, NULL, argc - 1, argv + 1, ret, error))
        return false;
    if (ret->help)
        return true;
    if (ret->network_namespace.length && !host_namespace_enter(ret->network_namespace, error))
        return false;
    return host_versions_read(arena, &facts, error) &&
           capture_settings_read(arena, &facts, NULL, argc - 1, argv + 1, ret, error);
}

static int init(struct arena *arena, int argc, char **argv)
{
    struct error error = {0};
    struct capture_settings settings;
    if (!settings_read(arena, argc, argv, &settings, &error))
        return settings_failed(&error, argc, argv);
    if (settings.help)
        return help();
    if (settings.output_given && !settings.dry_run && !settings.explain) {
        error_set(&error, ERROR_USAGE, (struct position){0},
                  "flag --output (-o text, -o json, -o dot): expected with --dry-run or --explain");
        return fail(&error, EXIT_BAD_FLAGS);
    }
    warnings_print(&settings);
    const struct capture_plan plan = capture_plan_make(arena, &settings);
    if (settings.dry_run || settings.explain)
        return show(arena, &settings, &plan);
    int status = settings.skip_rule_apply ? EXIT_DONE : apply(arena, &settings, &plan);
    return status == EXIT_DONE && settings.run_validation ? validate(&settings) : status;
}

int command_init(const struct command *command, int argc, char **argv)
{
    (void)command;
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    return init(&arena, argc, argv);
}
