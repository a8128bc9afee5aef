#include "template/container.h"
#include "template/print.h"

/* "io.k8s.api.core.v1.Container" is v1.Container in Go, "istio.mesh.v1alpha1.MeshConfig.TLSConfig" is
 * v1alpha1.MeshConfig_TLSConfig: the package is the last part with a small letter. */
static void print_schema_name(struct buffer *out, const struct type *type)
{
    struct slice name = slice_from(type->name);
    size_t package = 0, start = 0;
    for (size_t i = 0; i < name.length; i++)
        if (name.bytes[i] == '.') {
            if (i + 1 < name.length && name.bytes[i + 1] >= 'A' && name.bytes[i + 1] <= 'Z') {
                package = start;
                break;
            }
            start = i + 1;
        }
    bool first = true;
    for (size_t i = package; i < name.length; i++) {
        bool joins = name.bytes[i] == '.' && !first;
        first &= name.bytes[i] != '.';
        buffer_add_byte(out, joins ? '_' : name.bytes[i]);
    }
}

static void print_schema_type(struct buffer *out, const struct type *type)
{
    static const char *const names[] = {
        [TYPE_ANY] = "interface {}", [TYPE_BOOL] = "bool", [TYPE_INT32] = "int32", [TYPE_INT64] = "int64",
        [TYPE_UINT32] = "uint32", [TYPE_UINT64] = "uint64", [TYPE_FLOAT64] = "float64", [TYPE_STRING] = "string",
        [TYPE_BYTES] = "[]uint8", [TYPE_QUANTITY] = "resource.Quantity", [TYPE_INT_OR_STRING] = "intstr.IntOrString",
        [TYPE_TIME] = "v1.Time", [TYPE_DURATION] = "*durationpb.Duration",
    };
    static const char *const wrappers[] = {
        [TYPE_BOOL] = "*wrapperspb.BoolValue", [TYPE_INT32] = "*wrapperspb.Int32Value",
        [TYPE_INT64] = "*wrapperspb.Int64Value", [TYPE_UINT32] = "*wrapperspb.UInt32Value",
        [TYPE_UINT64] = "*wrapperspb.UInt64Value", [TYPE_FLOAT64] = "*wrapperspb.DoubleValue",
        [TYPE_STRING] = "*wrapperspb.StringValue",
    };
    const char *name = "interface {}";
    static const struct type any = {.kind = TYPE_ANY};
    if (!type)
        type = &any;
    if (type->kind == TYPE_LIST || type->kind == TYPE_MAP) {
        buffer_add_slice(out, type->kind == TYPE_LIST ? SLICE("[]") : SLICE("map[string]"));
        print_schema_type(out, type->element);
        return;
    }
    if (type->kind == TYPE_STRUCT || type->kind == TYPE_ENUM) {
        if (type->kind == TYPE_STRUCT && type->is_message)
            buffer_add_byte(out, '*');
        print_schema_name(out, type);
        return;
    }
    if (type->kind == TYPE_WRAPPER)
        name = type->element && type->element->kind <= TYPE_STRING && wrappers[type->element->kind]
                   ? wrappers[type->element->kind]
                   : "*wrapperspb.Value";
    else if (type->kind < ARRAY_LENGTH(names) && names[type->kind])
        name = names[type->kind];
    buffer_add_slice(out, slice_from(name));
}

static void print_made_type(struct buffer *out, enum template_element element)
{
    static const char *const names[] = {"interface {}", "string", "int", "[]interface {}"};
    buffer_add_slice(out, slice_from(names[element]));
}

void print_type(struct buffer *out, const struct template_value *value)
{
    static const char *const names[] = {
        [TEMPLATE_NONE] = "<nil>",
        [TEMPLATE_NIL] = "interface {}",
        [TEMPLATE_BOOL] = "bool",
        [TEMPLATE_INT] = "int",
        [TEMPLATE_INT32] = "int32",
        [TEMPLATE_INT64] = "int64",
        [TEMPLATE_UINT8] = "uint8",
        [TEMPLATE_UINT32] = "uint32",
        [TEMPLATE_UINT64] = "uint64",
        [TEMPLATE_FLOAT] = "float64",
        [TEMPLATE_COMPLEX] = "complex128",
        [TEMPLATE_STRING] = "string",
        [TEMPLATE_ROOT] = "inject.SidecarTemplateData",
        [TEMPLATE_DURATION] = "time.Duration",
        [TEMPLATE_TIME] = "time.Time",
        [TEMPLATE_VERSION] = "semver.Version",
        [TEMPLATE_PROTO_DURATION] = "*durationpb.Duration",
        [TEMPLATE_QUANTITY] = "resource.Quantity",
        [TEMPLATE_INT_OR_STRING] = "intstr.IntOrString",
        [TEMPLATE_META_TIME] = "v1.Time",
    };
    bool own_pointer = value->kind == TEMPLATE_PROTO_DURATION || value->kind == TEMPLATE_WRAPPER ||
                       (value->kind == TEMPLATE_STRUCT && value->type->is_message);
    if (value->pointer && !own_pointer)
        buffer_add_byte(out, '*');
    switch ((enum template_kind)value->kind) {
    case TEMPLATE_LIST:
        buffer_add_literal(out, "[]");
        print_made_type(out, value->list->element);
        break;
    case TEMPLATE_MAP:
        buffer_add_literal(out, "map[string]");
        print_made_type(out, value->map->element);
        break;
    case TEMPLATE_TREE_LIST:
    case TEMPLATE_TREE_MAP:
        if (value->type && (value->type->kind == TYPE_LIST || value->type->kind == TYPE_MAP))
            print_schema_type(out, value->type);
        else if (value->kind == TEMPLATE_TREE_LIST)
            buffer_add_literal(out, "[]interface {}");
        else
            buffer_add_literal(out, "map[string]interface {}");
        break;
    case TEMPLATE_STRUCT:
    case TEMPLATE_ENUM:
    case TEMPLATE_WRAPPER:
        print_schema_type(out, value->type);
        break;
    default:
        buffer_add_slice(out, slice_from(names[value->kind]));
    }
}

struct type_text print_type_text(const struct template_value *value)
{
    struct type_text text;
    _cleanup_(buffer_done) struct buffer out = BUFFER_INIT(sizeof text.text - 1);
    print_type(&out, value);
    size_t length = out.length < sizeof text.text ? out.length : sizeof text.text - 1;
    if (length)
        memcpy(text.text, out.bytes, length);
    text.text[length] = 0;
    return text;
}

const char *print_kind(const struct template_value *value)
{
    static const char *const names[] = {
        [TEMPLATE_NONE] = "invalid",    [TEMPLATE_NIL] = "invalid",          [TEMPLATE_BOOL] = "bool",
        [TEMPLATE_INT] = "int",         [TEMPLATE_INT32] = "int32",          [TEMPLATE_INT64] = "int64",
        [TEMPLATE_UINT8] = "uint8",     [TEMPLATE_UINT32] = "uint32",        [TEMPLATE_UINT64] = "uint64",
        [TEMPLATE_FLOAT] = "float64",   [TEMPLATE_COMPLEX] = "complex128",   [TEMPLATE_STRING] = "string",
        [TEMPLATE_ENUM] = "int32",      [TEMPLATE_LIST] = "slice",           [TEMPLATE_MAP] = "map",
        [TEMPLATE_TREE_LIST] = "slice", [TEMPLATE_TREE_MAP] = "map",         [TEMPLATE_STRUCT] = "struct",
        [TEMPLATE_ROOT] = "struct",     [TEMPLATE_WRAPPER] = "ptr",          [TEMPLATE_PROTO_DURATION] = "ptr",
        [TEMPLATE_DURATION] = "int64",  [TEMPLATE_TIME] = "struct",          [TEMPLATE_VERSION] = "ptr",
        [TEMPLATE_QUANTITY] = "struct", [TEMPLATE_INT_OR_STRING] = "struct", [TEMPLATE_META_TIME] = "struct",
    };
    return value->pointer ? "ptr" : names[value->kind];
}
