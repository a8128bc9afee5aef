/* What one injection costs in a process that runs on, and where the time goes:
 *   inject_bench POD.json [CONFIG VALUES MESH]
 * Pods differ in name and image, so that nothing can be remembered from one to the next. */
#include "base/fd.h"
#include "inject/inject.h"
#include "inject/pod.h"
#include "inject/overlay.h"
#include "kube/conform.h"
#include "kube/types.h"
#include "patch/json_patch.h"
#include "patch/merge.h"
#include "tree/json.h"
#include "tree/yaml.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

extern const char profile_config_text[], profile_values_text[], profile_mesh_text[];

enum { RUNS = 20000, PARTS = 8 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void die(const struct error *error)
{
    char text[2048];
    error_print(error, text, sizeof text);
    fprintf(stderr, "%s\n", text);
    exit(1);
}

static struct source source_of(const char *path, const char *embedded, struct arena *arena)
{
    struct buffer text = BUFFER_INIT(1 << 26);
    struct error error;
    if (!path)
        return (struct source){.name = SLICE("embedded"), .text = slice_from(embedded)};
    if (!fd_read_file(path, &text, &error))
        die(&error);
    struct source source = {.name = slice_from(path), .text = arena_copy(arena, buffer_slice(&text))};
    buffer_done(&text);
    return source;
}

/* The pod's text with another name and image. */
static struct slice vary(struct arena *arena, const struct tree *pod, int number)
{
    struct tree *own = tree_copy_shallow(arena, pod);
    struct tree *metadata = own_map(arena, own, SLICE("metadata")), *spec = own_map(arena, own, SLICE("spec"));
    struct tree *container = own_item(arena, own_list(arena, spec, SLICE("containers")), 0);
    tree_put(arena, metadata, SLICE("name"), tree_string(arena, arena_format(arena, "pod-%d", number)));
    tree_put(arena, container, SLICE("image"), tree_string(arena, arena_format(arena, "image:%d", number)));
    struct buffer text = BUFFER_INIT(1 << 26);
    json_write(&text, own, JSON_COMPACT);
    struct slice copy = arena_copy(arena, buffer_slice(&text));
    buffer_done(&text);
    return copy;
}

int main(int argc, char **argv)
{
    struct arena lasting = ARENA_INIT, arena = ARENA_INIT;
    struct error error;
    if (argc < 2)
        return 2;
    bool given = argc > 4;
    struct source config_source = source_of(given ? argv[2] : NULL, profile_config_text, &lasting);
    struct source values_source = source_of(given ? argv[3] : NULL, profile_values_text, &lasting);
    struct source mesh_source = source_of(given ? argv[4] : NULL, profile_mesh_text, &lasting);
    struct inject_config_sources sources = {&config_source, &values_source, &mesh_source, false};
    struct inject_config config;
    double start = now();
    if (!inject_config_load(&lasting, &sources, &config, &error))
        die(&error);
    printf("configuration read and parsed     %8.1f us\n", now() - start);

    struct source pod_source = source_of(argv[1], NULL, &lasting);
    const struct tree *pod;
    if (!yaml_read(&lasting, &pod_source, NULL, &pod, &error))
        die(&error);
    struct slice *texts = arena_new(&lasting, struct slice, 64);
    for (int i = 0; i < 64; i++)
        texts[i] = vary(&lasting, pod, i);

    struct inject_settings settings = {.native_sidecars = true};
    double part[PARTS] = {0}, total = 0;
    size_t patch_bytes = 0, rendered_bytes = 0;
    for (int run = -200; run < RUNS; run++) {
        if (run == 0)
            memset(part, 0, sizeof part);
        struct source text = {.name = SLICE("pod"), .text = texts[(run + 256) % 64]};
        struct inject_request request = {.config = &config, .settings = &settings, .is_webhook = true};
        const struct tree *read, *conforming, *injected, *operations, *overlay, *merged;
        struct rendering rendering;
        double at[PARTS + 1];
        at[0] = now();
        if (!json_read(&arena, &text, &read, &error))
            die(&error);
        at[1] = now();
        if (!kube_conform(&arena, NULL, read, &kube_type_Pod, KUBE_FROM_JSON, &conforming, &error))
            die(&error);
        at[2] = now();
        request.pod = conforming;
        request.owner = inject_owner_of_pod(conforming);
        if (!inject_pod(&arena, &request, &injected, &error))
            die(&error);
        at[3] = now();
        operations = json_patch_diff(&arena, read, injected);
        struct buffer patch = BUFFER_INIT(1 << 26);
        json_write(&patch, operations, JSON_COMPACT);
        patch_bytes = patch.length;
        buffer_done(&patch);
        at[4] = now();
        /* The injection's own parts, once more one by one. */
        struct overlay_input input = {.request = &request, .pod = conforming, .mesh = config.mesh,
                                     .proxy = tree_get(config.mesh, SLICE("defaultConfig")), .proxy_uid = 1337,
                                     .proxy_gid = 1337};
        const struct inject_template *template;
        if (!inject_config_template(&config, SLICE("sidecar"), &template, &error) ||
            !overlay_render(&arena, &input, template, &rendering, &error))
            die(&error);
        at[5] = now();
        if (!yaml_read(&arena, rendering.source, NULL, &overlay, &error))
            die(&error);
        at[6] = now();
        if (!merge_strategic(&arena, conforming, overlay, &kube_type_Pod, &merged, &error))
            die(&error);
        at[7] = now();
        rendered_bytes = rendering.source->text.length;
        for (int i = 0; i < 7; i++)
            part[i] += at[i + 1] - at[i];
        arena_reset(&arena);
    }
    total = part[0] + part[1] + part[2] + part[3];
    printf("one injection, JSON to JSON Patch %8.1f us  (pod %zu bytes, rendered %zu, patch %zu)\n", total / RUNS,
           texts[0].length, rendered_bytes, patch_bytes);
    printf("  read the pod                    %8.1f us\n", part[0] / RUNS);
    printf("  conform it                      %8.1f us\n", part[1] / RUNS);
    printf("  inject                          %8.1f us, of which\n", part[2] / RUNS);
    printf("    render the template           %8.1f us\n", (part[4] - part[5]) / RUNS);
    printf("    read the rendered YAML        %8.1f us\n", part[5] / RUNS);
    printf("    merge, twice                  %8.1f us\n", 2 * part[6] / RUNS);
    printf("    the rest                      %8.1f us\n", (part[2] - part[4] - 2 * part[6]) / RUNS);
    printf("  diff and print the patch        %8.1f us\n", part[3] / RUNS);
    arena_done(&arena);
    arena_done(&lasting);
    return 0;
}
