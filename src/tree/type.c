#include "tree/type.h"

uint32_t type_name_hash(struct slice name)
{
    if (!name.length)
        return 0;
    uint32_t length = (uint32_t)name.length;
    const unsigned char *bytes = (const unsigned char *)name.bytes;
    return length * 7u + bytes[0] * 3u + bytes[length / 2] * 17u + bytes[length - 1] * 5u;
}

static const struct type_field *field_find(const struct type *type, struct slice name, const uint8_t *index,
                                           size_t name_offset)
{
    if (!type || type->kind != TYPE_STRUCT)
        return NULL;
    for (uint32_t slot = index ? type_name_hash(name) & type->index_mask : 0;; slot++) {
        size_t place = index ? index[slot & type->index_mask] : slot < type->field_count ? slot + 1 : 0;
        if (!place)
            return NULL;
        const struct type_field *field = &type->fields[place - 1];
        if (slice_equal(*(const struct slice *)((const char *)field + name_offset), name))
            return field;
    }
}

const struct type_field *type_field_by_json(const struct type *type, struct slice name)
{
    return field_find(type, name, type ? type->json_index : NULL, offsetof(struct type_field, json_name));
}

const struct type_field *type_field_by_go(const struct type *type, struct slice name)
{
    return field_find(type, name, type ? type->go_index : NULL, offsetof(struct type_field, go_name));
}
