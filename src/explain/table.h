/* table.h - the whole decision table of a configuration, by explaining a pod for each row. */
#pragma once
#include "explain/print.h"

struct explain_table {
    const struct explain_configuration *configurations;
    size_t configuration_count;
    struct slice webhook_name;
};

/* A row for each namespace label, revision label, label and annotation of the pod; a column for each policy. */
void explain_table_print(struct arena *arena, struct buffer *out, const struct explain_table *table,
                         const struct explain_style *style);
const struct tree *explain_table_json(struct arena *arena, const struct explain_table *table);
