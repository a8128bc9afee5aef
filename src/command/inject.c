#include "base/fd.h"
#include "command/command.h"
#include "command/configuration.h"
#include "command/input.h"
#include "command/output.h"
#include "inject/manifest.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include <stdio.h>

struct inject_flags {
    struct configuration_flags configuration;
    struct option_texts filenames;
    struct slice output, namespace;
    bool recursive;
    struct cluster_flags cluster;
    struct slice webhook_config;
};
#define FIELD(field) offsetof(struct inject_flags, field)

const struct option inject_options[] = {
    {"filename", 'f', OPTION_TEXTS, FIELD(filenames), "FILE",
     "manifests: a file, a folder, or - for standard input; may be given again", NULL},
    {"output", 'o', OPTION_TEXT, FIELD(output), "FILE", "write there instead of standard output", NULL},
    {"recursive", 'R', OPTION_SWITCH, FIELD(recursive), NULL, "folders with their folders", NULL},
    {"namespace", 'n', OPTION_TEXT, FIELD(namespace), "NAME", "the namespace of objects that name none", NULL},
    CONFIGURATION_OPTIONS,
    CLUSTER_OPTIONS(FIELD(cluster)),
    {"webhookConfig", 0, OPTION_TEXT, FIELD(webhook_config), "NAME", NULL, NULL},
    {0},
};

struct inject_run {
    struct manifest_options manifest;
    struct output *output;
    struct buffer text;  /* one document's YAML, reused */
    struct arena arena;  /* one document's trees, reset after each */
};

static void warn_skipped(void *context, const char *text)
{
    (void)context;
    command_warn(text);
}

static void warn_yaml(void *context, const struct yaml_warning *warning)
{
    (void)context;
    fprintf(stderr, "pillion inject: warning: %.*s:%u:%u: %s\n", SLICE_ARGS(warning->where.file), warning->where.line,
            warning->where.column, warning->text);
}

/* What stays the same stays so byte for byte. Every document ends in ---, as istioctl has it. */
static bool document_print(struct inject_run *run, const struct source *source, const struct tree *document,
                           const struct tree *injected, struct error *error)
{
    struct slice text = source->text;
    if (injected != document) {
        buffer_clear(&run->text);
        yaml_write(&run->text, injected, YAML_KEEP_ORDER);
        if (run->text.overflowed)
            return error_set(error, ERROR_LIMIT, (struct position){source->name, source->first_line, 1},
                             "the injected document is larger than %zu bytes", run->text.limit);
        text = buffer_slice(&run->text);
    }
    if (!output_add(run->output, text, error))
        return false;
    bool is_ended = !text.length || text.bytes[text.length - 1] == '\n';
    return output_add(run->output, is_ended ? SLICE("---\n") : SLICE("\n---\n"), error);
}

/* Most JSON is YAML, too, but not all: pairs of surrogates, as Python writes what lies beyond U+FFFF. */
static bool document_read(struct arena *arena, const struct source *source, const struct tree **ret_document,
                          struct error *error)
{
    const struct yaml_options options = {.warn = warn_yaml};
    if (slice_starts(slice_trim(source->text), SLICE("{")) && json_read(arena, source, ret_document, NULL))
        return true;
    return yaml_read(arena, source, &options, ret_document, error);
}

static bool document_run(void *context, const struct source *source, struct error *error)
{
    struct inject_run *run = context;
    const struct tree *document, *injected;
    bool done = document_read(&run->arena, source, &document, error) &&
                manifest_inject(&run->arena, &run->manifest, source, document, &injected, error) &&
                document_print(run, source, document, injected, error);
    arena_reset(&run->arena);
    return done;
}

/* Whether to ask: --fromCluster says so, and so do istioctl's flags that name something in a cluster, where there is no
 * file in its place. Scripts give -i and -c with files, too: those alone ask where there is no file at all. */
static bool cluster_is_meant(const struct inject_flags *flags)
{
    const struct configuration_flags *files = &flags->configuration;
    const struct cluster_flags *cluster = &flags->cluster;
    bool has_file = files->config.length || files->values.length || files->mesh.length;
    bool is_named = cluster->kubeconfig.length || cluster->context.length || cluster->istio_namespace.length;
    return cluster->from_cluster || (cluster->mesh_map.length && !files->mesh.length) ||
           (cluster->inject_map.length && !files->config.length) || (is_named && !has_file);
}

/* istioctl asks the webhook itself for what it injects; what only that could tell must not silently be something else.
 */
static bool webhook_check(const struct inject_flags *flags, struct error *error)
{
    if (!flags->webhook_config.length || flags->configuration.config.length || flags->cluster.from_cluster)
        return true;
    return error_set(error, ERROR_USAGE, (struct position){0},
                     "--webhookConfig %.*s: webhooks are not asked; give --fromCluster for the ConfigMaps that the "
                     "webhook goes by, or --injectConfigFile",
                     SLICE_ARGS(flags->webhook_config));
}

static bool configuration_get(struct arena *arena, const struct inject_flags *flags, struct inject_config *ret_config,
                              struct inject_settings *ret_settings, struct error *error)
{
    const struct configuration_flags *configuration = &flags->configuration;
    if (!webhook_check(flags, error))
        return false;
    if (cluster_is_meant(flags))
        return configuration_load_cluster(arena, configuration, &flags->cluster, true, ret_config, ret_settings, error);
    return configuration_load(arena, configuration, true, ret_config, ret_settings, error);
}

static bool files_run(struct inject_run *run, const struct inject_flags *flags, struct error *error)
{
    if (!flags->filenames.count)
        return error_set(error, ERROR_USAGE, (struct position){0}, "no manifest is named: want -f FILE, or -f - for "
                                                                   "standard input");
    for (size_t i = 0; i < flags->filenames.count; i++) {
        if (!input_documents(flags->filenames.items[i], flags->recursive, document_run, run, error))
            return false;
    }
    return true;
}

static bool inject_run_all(struct inject_run *run, struct arena *arena, const struct inject_flags *flags,
                           struct error *error)
{
    struct inject_config config;
    struct inject_settings settings;
    if (!configuration_get(arena, flags, &config, &settings, error))
        return false;
    /* To istioctl's templates the default revision has no name; to the webhook's it has. */
    if (slice_equal(settings.revision, SLICE("default")))
        settings.revision = SLICE("");
    run->manifest = (struct manifest_options){.config = &config, .settings = &settings, .namespace = flags->namespace,
                                              .warn = warn_skipped};
    return files_run(run, flags, error) && output_commit(run->output, error);
}

int command_inject(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct inject_flags flags = {0};
    struct option_rest rest;
    struct error error;
    int code;
    if (!command_parse(command, &arena, argc, argv, &flags, &rest, &code))
        return code;
    if (rest.count) {
        error_set(&error, ERROR_USAGE, (struct position){0}, "\"%s\" stands alone: want -f %s?", rest.items[0],
                  rest.items[0]);
        return command_fail(command, &error);
    }
    _cleanup_(output_done) struct output output = {.fd = -1};
    struct inject_run run = {.output = &output, .text = BUFFER_INIT(1024 * 1024 * 1024)};
    bool done = output_open(&output, flags.output, &error) && inject_run_all(&run, &arena, &flags, &error);
    buffer_done(&run.text);
    arena_done(&run.arena);
    return done ? EXIT_DONE : command_fail(command, &error);
}
