#include "command/explain.h"
#include "command/command.h"
#include "command/input.h"
#include "explain/table.h"
#include "kube/conform.h"
#include "kube/selector.h"
#include "kube/types.h"
#include "inject/pod.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_NOT_INJECTED = 3 };
enum { EXPLAIN_OUTPUT_MAX = 1 << 30 };

#define FIELD(field) offsetof(struct explain_flags, field)
const struct option explain_options[] = {
    {"filename", 'f', OPTION_TEXTS, FIELD(filenames), "FILE",
     "manifests: a file, a folder, or - for standard input; may be given again", NULL},
    {"recursive", 'R', OPTION_SWITCH, FIELD(recursive), NULL, "folders with their folders", NULL},
    {"namespace", 'n', OPTION_TEXT, FIELD(namespace), "NAME", "the namespace of objects that name none", NULL},
    {"namespaceLabels", 0, OPTION_TEXT, FIELD(namespace_labels), "K=V,...",
     "the namespace's labels, where -f has no Namespace", NULL},
    {"webhooks", 0, OPTION_TEXT, FIELD(webhooks), "FILE",
     "MutatingWebhookConfigurations, as kubectl prints them; without: an installation's usual ones", NULL},
    {"webhookName", 0, OPTION_TEXT, FIELD(webhook_name), "NAME",
     "a webhook of that name is an injector's, too (beside *.sidecar-injector.istio.io)", NULL},
    {"all-namespaces", 'A', OPTION_SWITCH, FIELD(all_namespaces), NULL, "every pod of the cluster, as a table", NULL},
    {"table", 0, OPTION_SWITCH, FIELD(table), NULL, "the whole decision table of the configuration", NULL},
    {"output", 'o', OPTION_TEXT, FIELD(output), "FORMAT", "text (default), wide or json", NULL},
    {"color", 0, OPTION_TEXT, FIELD(color), "WHEN", "auto (default: on a terminal), always or never", NULL},
    CONFIGURATION_OPTIONS,
    CLUSTER_OPTIONS(FIELD(cluster)),
    {0},
};

/* ---- gathering ---- */

static void namespace_add(struct explain_run *run, const struct explain_origin *origin, const struct tree *object)
{
    if (run->namespace_count == run->namespace_capacity) {
        size_t capacity = run->namespace_capacity ? 2 * run->namespace_capacity : 8;
        const struct tree **namespaces = arena_new(run->arena, const struct tree *, capacity);
        struct explain_origin *origins = arena_new(run->arena, struct explain_origin, capacity);
        for (size_t i = 0; i < run->namespace_count; i++) {
            namespaces[i] = run->namespaces[i];
            origins[i] = run->namespace_origins[i];
        }
        run->namespaces = namespaces;
        run->namespace_origins = origins;
        run->namespace_capacity = capacity;
    }
    run->namespaces[run->namespace_count] = object;
    run->namespace_origins[run->namespace_count++] = *origin;
}

static void subject_add(struct explain_run *run, const struct explain_subject *subject)
{
    if (run->count == run->capacity) {
        size_t capacity = run->capacity ? 2 * run->capacity : 8;
        struct explain_subject *subjects = arena_new(run->arena, struct explain_subject, capacity);
        if (run->count)
            memcpy(subjects, run->subjects, run->count * sizeof *subjects);
        run->subjects = subjects;
        run->capacity = capacity;
    }
    run->subjects[run->count++] = *subject;
}

static bool namespace_take(struct explain_run *run, const struct source *source, const struct tree *document,
                           struct error *error)
{
    const struct tree *tree;
    if (!kube_conform(run->arena, source, document, &kube_type_Namespace, KUBE_FROM_YAML, &tree, error))
        return error_wrap(error, "Namespace");
    struct slice name = tree_text(tree_at(tree, "metadata", "name"));
    struct explain_origin origin = {arena_format(run->arena, "namespace %.*s", SLICE_ARGS(name)), source};
    namespace_add(run, &origin, tree);
    return true;
}

static bool workload_take(struct explain_run *run, const struct kube_workload *workload, const struct source *source,
                          const struct tree *document, bool is_live, struct error *error)
{
    const struct tree *tree;
    if (!kube_conform(run->arena, source, document, workload->type, is_live ? KUBE_FROM_JSON : KUBE_FROM_YAML, &tree,
                      error))
        return false;
    struct slice name = pod_display_name(run->arena, tree);
    struct slice what = arena_format(run->arena, "%.*s %.*s", SLICE_ARGS(workload->kind),
                                     SLICE_ARGS(name.length ? name : SLICE("without a name")));
    if (tree_is_null(kube_path_get(tree, workload->template_path)))
        return error_set(error, ERROR_MISSING,
                         source ? source_position(source, document->offset) : (struct position){0},
                         "%.*s has no pod template", SLICE_ARGS(what));
    subject_add(run, &(struct explain_subject){workload, tree, {what, source}, name, is_live});
    return true;
}

/* Recursion is bounded by the document's height. */
bool explain_add_document(struct explain_run *run, const struct source *source, const struct tree *document,
                          bool is_live, struct error *error)
{
    if (tree_is_null(document))
        return true;
    if (document->kind != TREE_MAP)
        return error_set(error, ERROR_VALUE, source ? source_position(source, document->offset) : (struct position){0},
                         "found %s, want an object with apiVersion and kind", tree_kind_name(document));
    if (tree_text_is(tree_get(document, SLICE("kind")), SLICE("Namespace")) &&
        tree_text_is(tree_get(document, SLICE("apiVersion")), SLICE("v1")))
        return namespace_take(run, source, document, error);
    const struct kube_workload *workload = kube_workload_of(document);
    if (!workload)
        return true;
    if (!workload->is_list)
        return workload_take(run, workload, source, document, is_live, error);
    const struct tree *items = tree_get(document, SLICE("items"));
    for (size_t i = 0; tree_is(items, TREE_LIST) && i < items->list.count; i++) {
        if (!explain_add_document(run, source, items->list.items[i], is_live, error))
            return error_wrap(error, "items[%zu]", i);
    }
    return true;
}

struct slice explain_namespace_of(const struct explain_run *run, const struct explain_subject *subject)
{
    struct slice named = tree_text(tree_at(subject->document, "metadata", "namespace"));
    if (named.length)
        return named;
    return run->default_namespace.length ? run->default_namespace : SLICE("default");
}

size_t explain_find_namespace(const struct explain_run *run, struct slice name)
{
    size_t found = SLICE_NONE;
    for (size_t i = 0; i < run->namespace_count; i++) {
        const struct tree *own = tree_at(run->namespaces[i], "metadata", "name");
        /* One without a name is that of --namespaceLabels, which are every namespace's. */
        if (!own)
            return i;
        if (found == SLICE_NONE && slice_equal(tree_text(own), name))
            found = i;
    }
    return found;
}

void explain_join_namespaces(struct explain_run *run)
{
    run->requests = arena_new(run->arena, struct explain_request, run->count);
    for (size_t i = 0; i < run->count; i++) {
        struct explain_request *request = &run->requests[i];
        struct slice namespace = explain_namespace_of(run, &run->subjects[i]);
        *request = (struct explain_request){
            .configurations = run->configurations.items,
            .configuration_count = run->configurations.count,
            .webhook_name = run->flags->webhook_name,
            .namespace = namespace,
            .namespace_origin = {arena_format(run->arena, "namespace %.*s", SLICE_ARGS(namespace)), NULL},
            .subject = &run->subjects[i],
            .wants_changes = !run->flags->all_namespaces,
        };
        size_t which = explain_find_namespace(run, namespace);
        if (which == SLICE_NONE)
            continue;
        request->namespace_object = run->namespaces[which];
        if (tree_get(tree_get(run->namespaces[which], SLICE("metadata")), SLICE("name")))
            request->namespace_origin = run->namespace_origins[which];
    }
}

/* ---- files ---- */

/* Most JSON is YAML, too, but not all: pairs of surrogates. */
static bool document_read(struct arena *arena, const struct source *source, const struct tree **ret_document,
                          struct error *error)
{
    if (slice_starts(slice_trim(source->text), SLICE("{")) && json_read(arena, source, ret_document, NULL))
        return true;
    return yaml_read(arena, source, NULL, ret_document, error);
}

/* Documents are needed to the end, as a Namespace may stand behind the pods that are in it. */
static const struct source *source_keep(struct arena *arena, const struct source *source)
{
    struct source *kept = arena_new(arena, struct source, 1);
    *kept = *source;
    kept->text = arena_copy(arena, source->text);
    return kept;
}

static bool manifest_take(void *context, const struct source *source, struct error *error)
{
    struct explain_run *run = context;
    const struct tree *document;
    source = source_keep(run->arena, source);
    return document_read(run->arena, source, &document, error) &&
           explain_add_document(run, source, document, false, error);
}

struct webhooks_reading {
    struct explain_run *run;
    bool found;
};

static bool webhooks_take(void *context, const struct source *source, struct error *error)
{
    struct webhooks_reading *reading = context;
    struct arena *arena = reading->run->arena;
    const struct tree *document;
    source = source_keep(arena, source);
    return document_read(arena, source, &document, error) &&
           explain_configurations_add(arena, source, document, &reading->run->configurations, &reading->found, error);
}

bool explain_read_webhooks(struct explain_run *run, struct error *error)
{
    struct slice file = run->flags->webhooks;
    struct webhooks_reading reading = {.run = run};
    if (!file.length) {
        struct inject_webhooks which = {.revision = run->flags->configuration.revision, .is_1_0 = run->config.is_1_0};
        explain_configurations_add_standard(run->arena, &which, &run->configurations);
    } else if (!input_documents(file.bytes, false, webhooks_take, &reading, error)) {
        return error_wrap(error, "--webhooks");
    } else if (!reading.found) {
        return error_set(error, ERROR_MISSING, (struct position){0},
                         "--webhooks: no MutatingWebhookConfiguration in %.*s", SLICE_ARGS(file));
    }
    explain_configurations_sort(&run->configurations);
    return true;
}

void explain_use_flags_config(struct explain_run *run)
{
    struct slice file = run->flags->configuration.config;
    for (size_t i = 0; i < run->configurations.count; i++) {
        run->configurations.items[i].rules = &run->config.rules;
        run->configurations.items[i].rules_origin.what = file.length ? file : SLICE("the embedded configuration");
    }
}

/* "a=b,c=d" as a Namespace without a name. */
static bool namespace_labels_read(struct explain_run *run, struct error *error)
{
    struct slice text = run->flags->namespace_labels, part;
    struct tree *object = tree_map(run->arena, 1), *metadata = tree_map(run->arena, 1),
                *labels = tree_map(run->arena, 4);
    struct slice_splitter parts = {.rest = text};
    if (!text.bytes)
        return true;
    while (text.length && slice_split(&parts, ',', &part)) {
        size_t equals = slice_find_byte(part, '=');
        struct slice key = slice_range(part, 0, equals), value = slice_from_offset(part, equals + 1);
        if (equals == SLICE_NONE)
            return error_set(error, ERROR_USAGE, (struct position){0},
                             "--namespaceLabels: \"%.*s\" is no label: want key=value", SLICE_ARGS(part));
        if (!kube_label_key_is_valid(key) || !kube_label_value_is_valid(value))
            return error_set(error, ERROR_USAGE, (struct position){0}, "--namespaceLabels: no label can be \"%.*s\"",
                             SLICE_ARGS(part));
        tree_put(run->arena, labels, key, tree_string(run->arena, value));
    }
    tree_put(run->arena, metadata, SLICE("labels"), labels);
    tree_put(run->arena, object, SLICE("metadata"), metadata);
    namespace_add(run, &(struct explain_origin){SLICE("--namespaceLabels"), NULL}, object);
    return true;
}

static bool files_read(struct explain_run *run, struct error *error)
{
    const struct option_texts *files = &run->flags->filenames;
    for (size_t i = 0; i < files->count; i++) {
        if (!input_documents(files->items[i], run->flags->recursive, manifest_take, run, error))
            return false;
    }
    if (!run->count)
        return error_set(error, ERROR_MISSING, (struct position){0}, "no pod and no workload in %s%s", files->items[0],
                         files->count > 1 ? " and the other files" : "");
    return true;
}

/* ---- printing ---- */

static bool style_of(const struct explain_flags *flags, struct explain_style *ret_style, struct error *error)
{
    static const char *const words[] = {"auto", "always", "never"};
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    bool is_terminal =
        isatty(STDOUT_FILENO) && !(no_color && *no_color) && !(terminal && strcmp(terminal, "dumb") == 0);
    const bool answers[] = {is_terminal, true, false};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (!slice_equal(flags->color, slice_from(words[i])) && !(i == 0 && !flags->color.length))
            continue;
        ret_style->color = answers[i];
        return true;
    }
    return error_set(error, ERROR_USAGE, (struct position){0}, "--color: \"%.*s\" is not auto, always or never",
                     SLICE_ARGS(flags->color));
}

enum format { FORMAT_TEXT, FORMAT_WIDE, FORMAT_JSON };

static bool format_of(const struct explain_flags *flags, enum format *ret_format, struct error *error)
{
    static const char *const words[] = {[FORMAT_TEXT] = "text", [FORMAT_WIDE] = "wide", [FORMAT_JSON] = "json"};
    *ret_format = FORMAT_TEXT;
    if (!flags->output.length)
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        *ret_format = (enum format)i;
        if (slice_equal(flags->output, slice_from(words[i])))
            return true;
    }
    return error_set(error, ERROR_USAGE, (struct position){0}, "--output: \"%.*s\" is not text, wide or json",
                     SLICE_ARGS(flags->output));
}

static void json_print(struct buffer *out, const struct tree *tree)
{
    json_write(out, tree, JSON_INDENT);
    buffer_add_byte(out, '\n');
}

/* What a line of the table needs, and no more. */
static void finding_reduce(struct arena *arena, struct explain_finding *finding)
{
    finding->reason = arena_copy(arena, finding->reason);
    finding->decider = NULL;
    finding->webhook_count = finding->note_count = finding->change_count = 0;
}

/* In a whole cluster only the webhooks that are called, of a pod on a line of its own: memory for one at a time. */
static void json_line_print(struct arena *scratch, struct buffer *out, struct explain_finding *finding, bool is_first)
{
    struct explain_webhook *called = arena_new(scratch, struct explain_webhook, finding->webhook_count);
    size_t count = 0;
    for (size_t i = 0; i < finding->webhook_count; i++) {
        if (finding->webhooks[i].calls != EXPLAIN_NO)
            called[count++] = finding->webhooks[i];
    }
    finding->webhooks = called;
    finding->webhook_count = count;
    buffer_add_slice(out, is_first ? SLICE("\n") : SLICE(",\n"));
    json_write(out, explain_json_pod(scratch, finding), JSON_COMPACT);
}

static bool all_injected(const struct explain_finding *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!findings[i].injected)
            return false;
    }
    return true;
}

/* Many findings: each is explained, printed, and forgotten but for its line. */
static void many_print(struct explain_run *run, struct buffer *out, struct explain_finding *findings,
                       enum format format, const struct explain_style *style)
{
    _cleanup_(arena_done) struct arena scratch = ARENA_INIT;
    bool is_json = format == FORMAT_JSON;
    buffer_add_slice(out, is_json ? SLICE("{\"version\":1,\"pods\":[") : SLICE(""));
    for (size_t i = 0; i < run->count; i++) {
        explain_pod(&scratch, &run->requests[i], &findings[i]);
        if (is_json)
            json_line_print(&scratch, out, &findings[i], i == 0);
        finding_reduce(run->arena, &findings[i]);
        arena_reset(&scratch);
    }
    if (is_json) {
        struct explain_count count = explain_count(findings, run->count);
        buffer_format(out, "\n],\"injected\":%zu,\"notInjected\":%zu,\"differ\":%zu}\n", count.injected,
                      run->count - count.injected, count.differ);
        return;
    }
    explain_print_table(run->arena, out, findings, run->count, run->flags->all_namespaces, style);
}

static bool findings_print(struct explain_run *run, struct buffer *out, enum format format,
                           const struct explain_style *style)
{
    struct explain_finding *findings = arena_new(run->arena, struct explain_finding, run->count);
    bool is_all = run->flags->all_namespaces;
    if (is_all || format == FORMAT_WIDE) {
        many_print(run, out, findings, format, style);
    } else {
        for (size_t i = 0; i < run->count; i++)
            explain_pod(run->arena, &run->requests[i], &findings[i]);
        if (format == FORMAT_JSON)
            json_print(out, explain_json(run->arena, findings, run->count));
        for (size_t i = 0; i < run->count && format == FORMAT_TEXT; i++)
            explain_print(out, &findings[i], style);
    }
    if (format != FORMAT_JSON && (run->count != 1 || is_all))
        explain_print_summary(out, findings, run->count);
    return all_injected(findings, run->count);
}

static void table_print(struct explain_run *run, struct buffer *out, enum format format,
                        const struct explain_style *style)
{
    struct explain_table table = {run->configurations.items, run->configurations.count, run->flags->webhook_name};
    if (format == FORMAT_JSON)
        json_print(out, explain_table_json(run->arena, &table));
    else
        explain_table_print(run->arena, out, &table, style);
}

/* ---- the command ---- */

static bool usage_check(const struct explain_flags *flags, const struct option_rest *rest, struct error *error)
{
    bool has_files = flags->filenames.count > 0;
    int asked = has_files + (rest->count > 0) + flags->all_namespaces + flags->table;
    if (asked == 1)
        return true;
    return error_set(error, ERROR_USAGE, (struct position){0}, "%s of -f FILE, KIND/NAME, -A and --table",
                     asked ? "give only one" : "what is to be explained? Give one");
}

static bool explain_gather(struct explain_run *run, const struct option_rest *rest, struct error *error)
{
    struct inject_settings settings;
    const struct explain_flags *flags = run->flags;
    if (!configuration_load(run->arena, &flags->configuration, true, &run->config, &settings, error))
        return false;
    run->default_namespace = flags->namespace;
    if ((flags->filenames.count && !files_read(run, error)) || !namespace_labels_read(run, error))
        return false;
    if (rest->count || flags->all_namespaces || flags->cluster.from_cluster) {
        if (!explain_read_cluster(run, rest, error))
            return false;
    } else {
        if (!explain_read_webhooks(run, error))
            return false;
        explain_use_flags_config(run);
    }
    explain_join_namespaces(run);
    return true;
}

static bool explain_run_all(struct explain_run *run, const struct option_rest *rest, struct output *output,
                            bool *ret_injected, struct error *error)
{
    struct explain_style style;
    enum format format;
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(EXPLAIN_OUTPUT_MAX);
    if (!style_of(run->flags, &style, error) || !format_of(run->flags, &format, error) ||
        !usage_check(run->flags, rest, error) || !explain_gather(run, rest, error))
        return false;
    *ret_injected = true;
    if (run->flags->table)
        table_print(run, &out, format, &style);
    else
        *ret_injected = findings_print(run, &out, format, &style);
    if (out.overflowed)
        return error_set(error, ERROR_LIMIT, (struct position){0}, "more than %d bytes to print", EXPLAIN_OUTPUT_MAX);
    return output_add(output, buffer_slice(&out), error) && output_commit(output, error);
}

int command_explain(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct explain_flags flags = {0};
    struct option_rest rest;
    struct error error;
    int code;
    if (!command_parse(command, &arena, argc, argv, &flags, &rest, &code))
        return code;
    _cleanup_(output_done) struct output output = {.fd = -1};
    struct explain_run run = {.arena = &arena, .flags = &flags};
    bool injected;
    if (!output_open(&output, SLICE(""), &error) || !explain_run_all(&run, &rest, &output, &injected, &error))
        return command_fail(command, &error);
    return injected ? EXIT_DONE : EXIT_NOT_INJECTED;
}
