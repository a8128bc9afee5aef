#include "template/function.h"
#include <stdlib.h>

/* Istio adds its functions to sprig's, and both to Go's: the first table that has a name wins. */
static const struct function_table *const istio_tables[] = {
    &functions_istio, &functions_string, &functions_default, &functions_dict,    &functions_list,
    &functions_math,  &functions_path,   &functions_encoding, &functions_regex,   &functions_version,
    &functions_date,  &functions_crypto, &functions_builtin,
};

/* What Istio 1.0 had (its pkg/kube/inject), beside Go's own. */
static const struct slice istio_1_0_names[] = {
    SLICE_CONSTANT("annotation"),          SLICE_CONSTANT("applicationPorts"), SLICE_CONSTANT("excludeInboundPort"),
    SLICE_CONSTANT("formatDuration"),      SLICE_CONSTANT("includeInboundPorts"),   SLICE_CONSTANT("isset"),
    SLICE_CONSTANT("kubevirtInterfaces"),  SLICE_CONSTANT("toJSON"),           SLICE_CONSTANT("toJson"),
    SLICE_CONSTANT("valueOrDefault"),
};

static int compare_names(const void *name, const void *function)
{
    return slice_compare(*(const struct slice *)name, ((const struct template_function *)function)->name);
}

static const struct template_function *find_in(const struct function_table *table, struct slice name)
{
    return bsearch(&name, table->functions, table->count, sizeof *table->functions, compare_names);
}

const struct template_function *function_find(enum template_dialect dialect, struct slice name)
{
    if (dialect == TEMPLATE_ISTIO_1_0) {
        for (size_t i = 0; i < ARRAY_LENGTH(istio_1_0_names); i++)
            if (slice_equal(istio_1_0_names[i], name)) {
                const struct template_function *found = find_in(&functions_istio, name);
                return found ? found : find_in(&functions_default, name);
            }
        return find_in(&functions_builtin, name);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(istio_tables); i++) {
        const struct template_function *found = find_in(istio_tables[i], name);
        if (found)
            return found;
    }
    return NULL;
}
