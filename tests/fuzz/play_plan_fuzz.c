/* Whatever conforms to Kubernetes' types comes to a plan or to an error, and no plan has a program without a name, a
 * mount without a volume or a file outside of one; what is escaped has nothing that a terminal obeys. */
#include "grow.h"
#include "kube/conform.h"
#include "kube/types.h"
#include "play/line.h"
#include "play/plan.h"
#include <stdlib.h>

static void pod_check(const struct play_pod *pod)
{
    for (size_t i = 0; i < pod->volume_count; i++) {
        for (size_t j = 0; j < pod->volumes[i].file_count; j++) {
            struct slice path = pod->volumes[i].files[j].path;
            if (!path.length || path.bytes[0] == '/' || slice_starts(path, SLICE("../")) ||
                slice_find(path, SLICE("/../")) != SLICE_NONE)
                abort();
        }
    }
    for (size_t i = 0; i < pod->count; i++) {
        const struct play_container *container = &pod->containers[i];
        if (!container->argv[0] || !container->environment)
            abort();
        for (size_t j = 0; j < container->mount_count; j++) {
            if (!container->mounts[j].volume || container->mounts[j].path.bytes[0] != '/')
                abort();
        }
    }
}

static void escape_check(struct slice text)
{
    struct buffer out = BUFFER_INIT(1 << 20);
    play_escape(&out, text);
    for (size_t i = 0; i < out.length; i++) {
        unsigned char byte = (unsigned char)out.bytes[i];
        if ((byte < ' ' && byte != '\t') || byte == 0x7f)
            abort();
    }
    buffer_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct grow grow = {.arena = &arena, .bytes = data, .length = size};
    struct error error = {0};
    struct play_plan plan;
    const struct tree *spec, *other = grow_tree(&grow, 0);
    struct tree *pod = tree_map(&arena, 3);
    tree_put(&arena, pod, SLICE("kind"), tree_string(&arena, SLICE("Pod")));
    tree_put(&arena, pod, SLICE("apiVersion"), tree_string(&arena, SLICE("v1")));
    escape_check((struct slice){(const char *)data, size});
    if (kube_conform(&arena, NULL, grow_tree(&grow, 0), &kube_type_PodSpec, KUBE_FROM_YAML, &spec, &error)) {
        tree_put(&arena, pod, SLICE("spec"), spec);
        const struct play_object objects[] = {{.document = pod, .original = pod},
                                              {.document = other, .original = other}};
        if (play_plan_make(&arena, objects, 2, SLICE(""), &plan, &error)) {
            for (size_t i = 0; i < plan.pod_count; i++)
                pod_check(&plan.pods[i]);
        } else if (!error.text[0]) {
            abort();
        }
    }
    arena_done(&arena);
    return 0;
}
