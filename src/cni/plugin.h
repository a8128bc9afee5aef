/* plugin.h - the CNI plugin: one call by a container runtime. Behaviour as Istio's cni/pkg/plugin where that is right
 * (docs/pillion-cni.1.md says where it differs). */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

/* What it has of the process. All is borrowed. */
struct plugin_world {
    const char *(*environment)(const char *name); /* as getenv */
    char *const *variables;                       /* all of them, NULL-terminated */
    /* Reads standard input to its end; called once at most. */
    bool (*input_read)(void *context, struct buffer *out, struct error *error);
    void (*log_write)(void *context, struct slice line); /* to standard error */
    void *context;
    /* This is the plugin's own process, on a node: its mount namespace may be changed, and the log goes to the agent's
     * folder, too. */
    bool is_alone;
};

enum plugin_outcome { PLUGIN_DONE, PLUGIN_FAILED, PLUGIN_NOT_CALLED };

/* `output` is what belongs on standard output. PLUGIN_NOT_CALLED: CNI_COMMAND is not set, so that a person has called
 * it; `output` then has a word about it. Everything that goes wrong is an error object in `output` and PLUGIN_FAILED.
 */
enum plugin_outcome plugin_run(struct arena *arena, const struct plugin_world *world, struct buffer *output);
