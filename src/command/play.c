/* play.c - `pillion play`: a manifest as namespaces and processes of this host. */
#include "play/play.h"
#include "command/command.h"
#include "command/configuration.h"
#include "command/input.h"
#include "command/play_print.h"
#include "inject/manifest.h"
#include "inject/policy.h"
#include "kube/workload.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OBJECTS_MAX = 1000, GRACE_STANDARD_S = 5 };

struct play_flags {
    struct configuration_flags configuration;
    struct option_texts filenames;
    struct slice namespace;
    bool recursive, until_done, trace;
    int64_t time_limit, grace;
};
#define FIELD(field) offsetof(struct play_flags, field)

const struct option play_options[] = {
    {"filename", 'f', OPTION_TEXTS, FIELD(filenames), "FILE",
     "manifests: a file, a folder, or - for standard input; may be given again", NULL},
    {"recursive", 'R', OPTION_SWITCH, FIELD(recursive), NULL, "folders with their folders", NULL},
    {"namespace", 'n', OPTION_TEXT, FIELD(namespace), "NAME", "the namespace of objects that name none (default)",
     NULL},
    {"until-done", 0, OPTION_SWITCH, FIELD(until_done), NULL,
     "end when all Jobs and pods that are never started anew have ended", NULL},
    {"time-limit", 0, OPTION_NUMBER, FIELD(time_limit), "SECONDS", "end after that time (default 0: never)", NULL},
    {"grace", 0, OPTION_NUMBER, FIELD(grace), "SECONDS",
     "how long programs may take to end, at most (default 5; the pod's own terminationGracePeriodSeconds if less)",
     NULL},
    {"trace", 0, OPTION_SWITCH, FIELD(trace), NULL, "show each connection with the rules that it met", NULL},
    CONFIGURATION_OPTIONS,
    {0},
};

extern char **environ;

struct reading {
    struct arena *arena;
    struct manifest_options manifest;
    struct play_object *objects;
    size_t count;
    struct play_printer *printer;
};

/* ---- what is to be played ----------------------------------------------------------------------------------- */

/* Why it is injected or not, in the policy's words. */
static void decision_tell(struct reading *reading, const struct kube_workload *workload, const struct tree *document,
                          bool is_injected)
{
    struct arena *arena = reading->arena;
    const struct policy_rules rules = {.policy = SLICE("enabled")};
    const struct tree *template = kube_path_get(document, workload->template_path);
    struct tree *pod = tree_map(arena, 2);
    const struct tree *metadata = tree_get(kube_path_get(document, workload->metadata_path), SLICE("metadata"));
    tree_put(arena, pod, SLICE("metadata"), metadata ? metadata : &tree_empty_map_node);
    const struct tree *spec = tree_get(template, SLICE("spec"));
    tree_put(arena, pod, SLICE("spec"), spec ? spec : &tree_empty_map_node);
    struct policy_decision decision = policy_decide(&rules, pod, SLICE(""));
    struct slice reason = policy_reason(arena, &decision);
    play_print_decision(reading->printer, workload->kind, tree_text(tree_at(document, "metadata", "name")), is_injected,
                        reason);
}

static bool object_add(struct reading *reading, const struct source *source, const struct tree *document,
                       struct error *error)
{
    const struct tree *injected = document;
    const struct kube_workload *workload = tree_is(document, TREE_MAP) ? kube_workload_of(document) : NULL;
    if (workload && workload->is_list) {
        const struct tree *items = tree_get(document, SLICE("items"));
        for (size_t i = 0; tree_is(items, TREE_LIST) && i < items->list.count; i++) {
            if (!object_add(reading, source, items->list.items[i], error))
                return error_wrap(error, "items[%zu]", i);
        }
        return true;
    }
    if (!manifest_inject(reading->arena, &reading->manifest, source, document, &injected, error))
        return false;
    if (reading->count == OBJECTS_MAX)
        return error_set(error, ERROR_LIMIT, (struct position){0}, "more than %d objects", OBJECTS_MAX);
    if (workload) {
        const struct tree *pod = kube_path_get(injected, workload->template_path);
        decision_tell(reading, workload, document, tree_at(pod, "metadata", "annotations", "sidecar.istio.io/status"));
    }
    reading->objects[reading->count++] = (struct play_object){injected, document, *source};
    return true;
}

/* The document's text goes with the next one; objects stay. */
static bool document_take(void *context, const struct source *source, struct error *error)
{
    struct reading *reading = context;
    const struct source kept = {arena_copy(reading->arena, source->name), arena_copy(reading->arena, source->text),
                                source->first_line};
    const struct tree *document;
    bool is_json = slice_starts(slice_trim(kept.text), SLICE("{")) && json_read(reading->arena, &kept, &document, NULL);
    if (!is_json && !yaml_read(reading->arena, &kept, NULL, &document, error))
        return false;
    return tree_is_null(document) || object_add(reading, &kept, document, error);
}

static bool manifest_read(struct reading *reading, const struct play_flags *flags, struct error *error)
{
    struct inject_config *config = arena_new(reading->arena, struct inject_config, 1);
    struct inject_settings *settings = arena_new(reading->arena, struct inject_settings, 1);
    if (!flags->filenames.count)
        return error_set(error, ERROR_USAGE, (struct position){0}, "no manifest is named: want -f FILE");
    if (!configuration_load(reading->arena, &flags->configuration, true, config, settings, error))
        return false;
    reading->manifest =
        (struct manifest_options){.config = config, .settings = settings, .namespace = flags->namespace};
    reading->objects = arena_new(reading->arena, struct play_object, OBJECTS_MAX);
    for (size_t i = 0; i < flags->filenames.count; i++) {
        if (!input_documents(flags->filenames.items[i], flags->recursive, document_take, reading, error))
            return false;
    }
    return true;
}

/* ---- the command -------------------------------------------------------------------------------------------- */

static bool numbers_check(const struct play_flags *flags, struct error *error)
{
    enum { YEAR_S = 31536000 };
    if (flags->time_limit < 0 || flags->time_limit > YEAR_S || flags->grace < 0 || flags->grace > YEAR_S)
        return error_set(error, ERROR_USAGE, (struct position){0}, "--time-limit, --grace: want 0 to %d seconds",
                         YEAR_S);
    return true;
}

static bool play(struct arena *arena, const struct play_flags *flags, struct play_printer *printer, bool *ret_well,
                 struct error *error)
{
    struct reading reading = {.arena = arena, .printer = printer};
    struct play_plan plan;
    struct play_summary summary;
    if (!numbers_check(flags, error) || !manifest_read(&reading, flags, error) ||
        !play_plan_make(arena, reading.objects, reading.count, flags->namespace, &plan, error))
        return false;
    play_print_plan(printer, &plan);
    const struct play_settings settings = {.until_done = flags->until_done,
                                           .traces = flags->trace,
                                           .limit_s = flags->time_limit,
                                           .grace_s = flags->grace,
                                           .path = getenv("PATH"),
                                           .environment = environ,
                                           .observe = play_print_event,
                                           .context = printer};
    if (!play_run(&plan, &settings, &summary, error))
        return false;
    play_print_summary(printer, &summary);
    *ret_well = !summary.failed && !(summary.is_late && flags->until_done);
    return true;
}

int command_play(const struct command *command, int argc, char **argv)
{
    _cleanup_(arena_done) struct arena arena = ARENA_INIT;
    struct play_flags flags = {.grace = GRACE_STANDARD_S};
    struct play_printer printer;
    struct option_rest rest;
    struct error error;
    int code;
    bool is_well = false;
    if (!command_parse(command, &arena, argc, argv, &flags, &rest, &code))
        return code;
    if (rest.count) {
        error_set(&error, ERROR_USAGE, (struct position){0}, "\"%s\" stands alone: want -f %s?", rest.items[0],
                  rest.items[0]);
        return command_fail(command, &error);
    }
    play_printer_init(&printer, isatty(STDOUT_FILENO) && !getenv("NO_COLOR"));
    if (!play(&arena, &flags, &printer, &is_well, &error))
        return command_fail(command, &error);
    return is_well ? EXIT_DONE : EXIT_FAILED;
}
