/* What conforms to a type conforms as it is, whatever it was read from; and the input is left alone. */
#include "grow.h"
#include "kube/conform.h"
#include "kube/quantity.h"
#include "kube/mesh_types.h"
#include "kube/types.h"
#include <stdlib.h>

static void check(struct arena *arena, const struct tree *tree, const struct type *type, enum kube_source from)
{
    const struct tree *before = tree_copy_deep(arena, tree), *result, *again;
    struct error error = {0};
    bool conforms = kube_conform(arena, NULL, tree, type, from, &result, &error);
    if (!tree_equal(tree, before) || conforms != !error.text[0])
        abort();
    if (conforms && (!kube_conform(arena, NULL, result, type, KUBE_FROM_JSON, &again, &error) || again != result))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct grow grow = {.arena = &arena, .bytes = data, .length = size};
    const struct tree *tree = grow_tree(&grow, 0);
    check(&arena, tree, &kube_type_Pod, KUBE_FROM_YAML);
    check(&arena, tree, &kube_type_Pod, KUBE_FROM_JSON);
    check(&arena, tree, &kube_type_PodSpec, KUBE_FROM_YAML);
    check(&arena, tree, &mesh_type_MeshConfig, KUBE_FROM_YAML);
    struct kube_quantity quantity, negative;
    struct slice text = {(const char *)data, size};
    if (size && data[0] != '-' && data[0] != '+' && kube_quantity_parse(text, &quantity, NULL) &&
        (!kube_quantity_parse(arena_join(&arena, SLICE("-"), text), &negative, NULL) ||
         negative.nanos != -quantity.nanos))
        abort();
    arena_done(&arena);
    return 0;
}
