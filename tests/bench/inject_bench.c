/* What one injection costs in a process that runs on, and where the time goes:
 *   inject_bench [-r] POD.json [CONFIG VALUES MESH]
 * Pods differ in name and image, so that nothing can be remembered from one to the next. With -r renderings are
 * remembered: measured are replicas, which differ in name and image only and whose rendering is there, then pods of as
 * many workloads, whose rendering is not. */
#include "../profile.h"
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

enum { RUNS = 20000, PARTS = 7 };

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

/* The pod's text with another name and image, and belonging to another workload. */
static struct slice vary(struct arena *arena, const struct tree *pod, int number, int workload)
{
    struct tree *own = tree_copy_shallow(arena, pod), *owner = tree_map(arena, 4), *owners = tree_list(arena, 1);
    struct tree *metadata = own_map(arena, own, SLICE("metadata")), *spec = own_map(arena, own, SLICE("spec"));
    struct tree *container = own_item(arena, own_list(arena, spec, SLICE("containers")), 0);
    tree_put(arena, owner, SLICE("apiVersion"), tree_string(arena, SLICE("apps/v1")));
    tree_put(arena, owner, SLICE("kind"), tree_string(arena, SLICE("StatefulSet")));
    tree_put(arena, owner, SLICE("name"), tree_string(arena, arena_format(arena, "workload-%d", workload)));
    tree_put(arena, owner, SLICE("controller"), tree_bool(true));
    tree_append(arena, owners, owner);
    tree_put(arena, metadata, SLICE("ownerReferences"), owners);
    tree_put(arena, metadata, SLICE("name"), tree_string(arena, arena_format(arena, "pod-%d", number)));
    tree_put(arena, container, SLICE("image"), tree_string(arena, arena_format(arena, "image:%d", number)));
    struct buffer text = BUFFER_INIT(1 << 26);
    json_write(&text, own, JSON_COMPACT);
    struct slice copy = arena_copy(arena, buffer_slice(&text));
    buffer_done(&text);
    return copy;
}

struct bench {
    struct inject_config config;
    const struct tree *pod;
    struct rendering_cache *cache; /* NULL: none */
    double part[PARTS];
    size_t pod_bytes, rendered_bytes, patch_bytes;
};

/* The injection's own parts, once more one by one: times of rendering, reading and merging. */
static void measure_parts(struct bench *bench, struct arena *arena, struct inject_request *request, double *at)
{
    struct error error;
    struct overlay_input input = {.request = request, .pod = request->pod, .mesh = bench->config.mesh,
                                 .proxy = tree_get(bench->config.mesh, SLICE("defaultConfig")), .proxy_uid = 1337,
                                 .proxy_gid = 1337};
    const struct inject_template *template;
    struct rendering rendering;
    const struct tree *overlay, *merged;
    request->renderings = NULL;
    if (!inject_config_template(&bench->config, SLICE("sidecar"), &template, &error) ||
        !overlay_render(arena, &input, template, &rendering, &error))
        die(&error);
    at[1] = now();
    if (!yaml_read(arena, rendering.source, NULL, &overlay, &error))
        die(&error);
    at[2] = now();
    if (!merge_strategic(arena, request->pod, overlay, &kube_type_Pod, &merged, &error))
        die(&error);
    at[3] = now();
    bench->rendered_bytes = rendering.source->text.length;
}

static void run_one(struct bench *bench, struct arena *arena, struct slice pod_text)
{
    struct inject_settings settings = {.native_sidecars = true};
    struct source text = {.name = SLICE("pod"), .text = pod_text};
    struct rendering_leases leases = {.cache = bench->cache};
    struct inject_request request = {.config = &bench->config, .settings = &settings, .is_webhook = true,
                                     .renderings = bench->cache ? &leases : NULL};
    const struct tree *read, *conforming, *injected, *operations;
    struct error error;
    double at[PARTS + 1] = {now()};
    if (!json_read(arena, &text, &read, &error))
        die(&error);
    at[1] = now();
    if (!kube_conform(arena, NULL, read, &kube_type_Pod, KUBE_FROM_JSON, &conforming, &error))
        die(&error);
    at[2] = now();
    request.pod = conforming;
    request.owner = inject_owner_of_pod(conforming);
    if (!inject_pod(arena, &request, &injected, &error))
        die(&error);
    at[3] = now();
    operations = json_patch_diff(arena, read, injected);
    struct buffer patch = BUFFER_INIT(1 << 26);
    json_write(&patch, operations, JSON_COMPACT);
    bench->patch_bytes = patch.length;
    bench->pod_bytes = pod_text.length;
    buffer_done(&patch);
    rendering_leases_release(&leases);
    at[4] = now();
    if (bench->cache)
        memcpy(&at[5], (double[]){at[4], at[4], at[4]}, 3 * sizeof *at);
    else
        measure_parts(bench, arena, &request, &at[4]);
    for (int i = 0; i < PARTS; i++)
        bench->part[i] += at[i + 1] - at[i];
    arena_reset(arena);
}

static void print_parts(const struct bench *bench, const char *title)
{
    const double *part = bench->part;
    printf("%-33s %8.1f us  (pod %zu bytes, rendered %zu, patch %zu)\n", title,
           (part[0] + part[1] + part[2] + part[3]) / RUNS, bench->pod_bytes, bench->rendered_bytes, bench->patch_bytes);
    printf("  read the pod                    %8.1f us\n", part[0] / RUNS);
    printf("  conform it                      %8.1f us\n", part[1] / RUNS);
    printf("  inject                          %8.1f us\n", part[2] / RUNS);
    if (!bench->cache) {
        printf("    render the template           %8.1f us\n", (part[4] - part[5]) / RUNS);
        printf("    read the rendered YAML        %8.1f us\n", part[5] / RUNS);
        printf("    merge, twice                  %8.1f us\n", 2 * part[6] / RUNS);
        printf("    the rest                      %8.1f us\n", (part[2] - part[4] - 2 * part[6]) / RUNS);
    }
    printf("  diff and print the patch        %8.1f us\n", part[3] / RUNS);
}

/* `workloads`: how many workloads the pods are of. */
static void run_all(struct bench *bench, int workloads, const char *title)
{
    struct arena arena = ARENA_INIT, texts = ARENA_INIT;
    for (int run = -200; run < RUNS; run++) {
        if (run == 0)
            memset(bench->part, 0, sizeof bench->part);
        run_one(bench, &arena, vary(&texts, bench->pod, run & 63, run % workloads));
        arena_reset(&texts);
    }
    print_parts(bench, title);
    arena_done(&texts);
    arena_done(&arena);
}

int main(int argc, char **argv)
{
    struct arena lasting = ARENA_INIT;
    struct error error;
    bool remembers = argc > 1 && strcmp(argv[1], "-r") == 0;
    argc -= remembers;
    argv += remembers;
    if (argc < 2)
        return 2;
    bool given = argc > 4;
    struct source config_source = source_of(given ? argv[2] : NULL, profile_config_text, &lasting);
    struct source values_source = source_of(given ? argv[3] : NULL, "", &lasting);
    if (!given)
        values_source.text = profile_values(&lasting);
    struct source mesh_source = source_of(given ? argv[4] : NULL, profile_mesh_text, &lasting);
    struct inject_config_sources sources = {&config_source, &values_source, &mesh_source, false};
    struct bench bench = {0};
    double start = now();
    if (!inject_config_load(&lasting, &sources, &bench.config, &error))
        die(&error);
    printf("configuration read and parsed     %8.1f us\n", now() - start);
    struct source pod_source = source_of(argv[1], NULL, &lasting);
    if (!yaml_read(&lasting, &pod_source, NULL, &bench.pod, &error))
        die(&error);
    if (!remembers) {
        run_all(&bench, RUNS, "one injection, JSON to JSON Patch");
    } else {
        bench.cache = rendering_cache_new(RENDERING_BYTES_DEFAULT);
        run_all(&bench, 1, "one injection, remembered");
        run_all(&bench, RUNS, "one injection, not remembered");
        struct rendering_counts counts = rendering_cache_counts(bench.cache);
        printf("%llu hits, %llu misses, %zu renderings of %zu bytes\n", (unsigned long long)counts.hits,
               (unsigned long long)counts.misses, counts.entries, counts.entries ? counts.bytes / counts.entries : 0);
        rendering_cache_free(bench.cache);
    }
    arena_done(&lasting);
    return 0;
}
