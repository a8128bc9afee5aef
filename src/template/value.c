#include "template/value.h"
#include "base/number.h"

static struct template_value plain_value(const struct tree *tree)
{
    switch ((enum tree_kind)tree->kind) {
    case TREE_NULL:
        return TEMPLATE_NO_VALUE;
    case TREE_BOOL:
        return template_from_bool(tree->boolean);
    case TREE_INT:
        return template_from_double((double)tree->integer);
    case TREE_FLOAT:
        return template_from_double(tree->number);
    case TREE_STRING:
        return template_from_string(tree->string);
    case TREE_LIST:
        return (struct template_value){.kind = TEMPLATE_TREE_LIST, .tree = tree};
    case TREE_MAP:
        return (struct template_value){.kind = TEMPLATE_TREE_MAP, .tree = tree};
    }
    return TEMPLATE_NO_VALUE;
}

static int64_t integer_of(const struct tree *tree)
{
    if (tree_is(tree, TREE_INT))
        return tree->integer;
    if (tree_is(tree, TREE_FLOAT) && tree->number > -9e18 && tree->number < 9e18)
        return (int64_t)tree->number;
    int64_t value = 0; /* protobuf's JSON writes 64-bit integers as strings */
    if (tree_is(tree, TREE_STRING) && !number_parse_i64(tree->string, &value))
        value = 0;
    return value;
}

static double double_of(const struct tree *tree)
{
    return tree_is(tree, TREE_FLOAT) ? tree->number : (double)integer_of(tree);
}

static int64_t enum_number(const struct tree *tree, const struct type *type)
{
    if (!tree_is(tree, TREE_STRING))
        return integer_of(tree);
    for (size_t i = 0; i < type->value_count; i++)
        if (slice_equal(type->values[i].name, tree->string))
            return type->values[i].number;
    return 0;
}

struct template_value template_from_tree(const struct tree *tree, const struct type *type)
{
    if (!type || type->kind == TYPE_ANY)
        return tree ? plain_value(tree) : TEMPLATE_NO_VALUE;
    if (tree && tree->kind == TREE_NULL)
        tree = NULL;
    struct template_value value = {.type = type, .tree = tree};
    switch (type->kind) {
    case TYPE_BOOL:
        return template_from_bool(tree_is(tree, TREE_BOOL) && tree->boolean);
    case TYPE_INT32:
        return (struct template_value){.kind = TEMPLATE_INT32, .integer = integer_of(tree)};
    case TYPE_INT64:
        return template_from_int64(integer_of(tree));
    case TYPE_UINT32:
        return (struct template_value){.kind = TEMPLATE_UINT32, .natural = (uint64_t)integer_of(tree)};
    case TYPE_UINT64:
        return (struct template_value){.kind = TEMPLATE_UINT64, .natural = (uint64_t)integer_of(tree)};
    case TYPE_FLOAT64:
        return template_from_double(double_of(tree));
    case TYPE_STRING:
    case TYPE_BYTES:
        return template_from_string(tree_text(tree));
    case TYPE_ENUM:
        return (struct template_value){.kind = TEMPLATE_ENUM, .type = type, .integer = enum_number(tree, type)};
    case TYPE_LIST:
        value.kind = TEMPLATE_TREE_LIST;
        value.is_nil = !tree_is(tree, TREE_LIST);
        break;
    case TYPE_MAP:
        value.kind = TEMPLATE_TREE_MAP;
        value.is_nil = !tree_is(tree, TREE_MAP);
        break;
    case TYPE_STRUCT:
        value.kind = TEMPLATE_STRUCT;
        break;
    case TYPE_QUANTITY:
        value.kind = TEMPLATE_QUANTITY;
        break;
    case TYPE_INT_OR_STRING:
        value.kind = TEMPLATE_INT_OR_STRING;
        break;
    case TYPE_TIME:
        value.kind = TEMPLATE_META_TIME;
        break;
    case TYPE_DURATION:
        value.kind = TEMPLATE_PROTO_DURATION;
        value.pointer = true; /* messages are always behind pointers */
        value.is_nil = !tree;
        break;
    case TYPE_WRAPPER:
        value.kind = TEMPLATE_WRAPPER;
        value.pointer = true;
        value.is_nil = !tree;
        break;
    case TYPE_ANY:
        break;
    }
    return value;
}

struct template_value template_from_pointer(const struct tree *tree, const struct type *type)
{
    struct template_value value = template_from_tree(tree, type);
    value.pointer = true;
    value.is_nil = tree_is_null(tree);
    if (!value.type)
        value.type = type;
    return value;
}

struct template_value template_from_members(const struct template_member *members, size_t count)
{
    return (struct template_value){.kind = TEMPLATE_ROOT, .count = (uint16_t)count, .members = members};
}
