#include "cni/repair.h"
#include <inttypes.h>

static bool has_ended_well(const struct tree *ended)
{
    const struct tree *code = tree_get(ended, SLICE("exitCode"));
    return tree_text_is(tree_get(ended, SLICE("reason")), SLICE("Completed")) || (tree_is(code, TREE_INT) && !code->integer);
}

/* Of the state before this one: a container that fails, and is started again, goes there. */
static bool has_failed_so(const struct repair_settings *settings, const struct tree *ended)
{
    const struct tree *code = tree_get(ended, SLICE("exitCode"));
    struct slice message = slice_trim(settings->message);
    bool code_matches = !settings->exit_code || (tree_is(code, TREE_INT) && code->integer == settings->exit_code);
    bool message_matches =
        !message.length || slice_equal(message, slice_trim(tree_text(tree_get(ended, SLICE("message")))));
    return code_matches && message_matches;
}

bool repair_matches(const struct repair_settings *settings, const struct tree *pod)
{
    const struct tree *statuses = tree_at(pod, "status", "initContainerStatuses");
    struct slice annotation = settings->sidecar_annotation, name = settings->init_container;
    if (annotation.length && !tree_get(tree_at(pod, "metadata", "annotations"), annotation))
        return false;
    for (size_t i = 0; tree_is(statuses, TREE_LIST) && i < statuses->list.count; i++) {
        const struct tree *status = statuses->list.items[i];
        if (name.length && !tree_text_is(tree_get(status, SLICE("name")), name))
            continue;
        const struct tree *now = tree_at(status, "state", "terminated");
        const struct tree *before = tree_at(status, "lastState", "terminated");
        if (!tree_is_null(now) && has_ended_well(now))
            continue;
        if (!tree_is_null(before) && has_failed_so(settings, before))
            return true;
    }
    return false;
}

void repair_print(const struct repair_counts *counts, struct buffer *out)
{
    static const char *const types[] = {"delete", "label", "repair"};
    static const char *const results[] = {"success", "skip", "fail"};
    buffer_add_literal(out, "# HELP istio_cni_repair_pods_repaired_total Pods that had started too early, by what was done.\n"
                            "# TYPE istio_cni_repair_pods_repaired_total counter\n");
    for (size_t type = 0; type < REPAIR_TYPES; type++) {
        for (size_t result = 0; result < REPAIR_RESULTS; result++) {
            uint64_t value = atomic_load_explicit(&counts->pods[type][result], memory_order_relaxed);
            if (value)
                buffer_format(out, "istio_cni_repair_pods_repaired_total{type=\"%s\",result=\"%s\"} %" PRIu64 "\n",
                              types[type], results[result], value);
        }
    }
    buffer_format(out,
                  "# HELP pillion_cni_repair_watch_errors_total Times that the API server could not be watched.\n"
                  "# TYPE pillion_cni_repair_watch_errors_total counter\npillion_cni_repair_watch_errors_total %" PRIu64 "\n",
                  atomic_load_explicit(&counts->watch_errors, memory_order_relaxed));
}
