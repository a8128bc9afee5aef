#include "tree/type.h"

const struct type_field *type_field_by_json(const struct type *type, struct slice name)
{
    for (size_t i = 0; type && type->kind == TYPE_STRUCT && i < type->field_count; i++) {
        if (slice_equal(type->fields[i].json_name, name))
            return &type->fields[i];
    }
    return NULL;
}

const struct type_field *type_field_by_go(const struct type *type, struct slice name)
{
    for (size_t i = 0; type && type->kind == TYPE_STRUCT && i < type->field_count; i++) {
        if (slice_equal(type->fields[i].go_name, name))
            return &type->fields[i];
    }
    return NULL;
}
