#include "template/container.h"
#include "template/date.h"
#include "template/execution.h"
#include "template/print.h"
#include "template/version.h"

static bool fail_field(struct execution *execution, const struct template_value *receiver, struct slice name)
{
    struct template_value shown = *receiver;
    if (shown.boxed)
        shown = (struct template_value){.kind = TEMPLATE_NIL};
    return execution_fail(execution, "can't evaluate field %.*s in type %s", SLICE_ARGS(name),
                          print_type_text(&shown).text);
}

static bool fail_nil_pointer(struct execution *execution, const struct template_value *receiver, struct slice name)
{
    return execution_fail(execution, "nil pointer evaluating %s.%.*s", print_type_text(receiver).text,
                          SLICE_ARGS(name));
}

struct template_value field_value(const struct tree *tree, const struct type_field *field)
{
    const struct tree *child = tree_get(tree, field->json_name);
    bool pointer = (field->flags & TYPE_FIELD_POINTER) || (field->type->kind == TYPE_STRUCT && field->type->is_message);
    return pointer ? template_from_pointer(child, field->type) : template_from_tree(child, field->type);
}

/* GetX of a message gives X, or X's zero value where the message (or X) is nil; never nil for scalars. */
bool evaluate_getter(struct execution *execution, const struct template_value *receiver, struct slice name,
                     bool *ret_found, struct template_value *ret)
{
    (void)execution;
    *ret_found = false;
    if (!slice_starts(name, SLICE("Get")) || name.length == 3)
        return true;
    struct slice wanted = slice_from_offset(name, 3);
    if (receiver->kind == TEMPLATE_WRAPPER && slice_equal(wanted, SLICE("Value"))) {
        *ret = template_from_tree(receiver->tree, receiver->type->element);
        *ret_found = true;
    } else if (receiver->kind == TEMPLATE_STRUCT && receiver->type->is_message) {
        const struct type_field *field = type_field_by_go(receiver->type, wanted);
        if (!field)
            return true;
        *ret = field_value(receiver->tree, field);
        if (field->type->kind != TYPE_STRUCT && field->type->kind != TYPE_WRAPPER &&
            field->type->kind != TYPE_DURATION && ret->pointer) { /* an optional scalar: its getter gives the value */
            ret->pointer = false;
            ret->is_nil = false;
        }
        *ret_found = true;
    } else if (receiver->kind == TEMPLATE_PROTO_DURATION) {
        int64_t nanoseconds = 0;
        bool seconds = slice_equal(wanted, SLICE("Seconds"));
        if (!seconds && !slice_equal(wanted, SLICE("Nanos")))
            return true;
        if (!date_read_proto_duration(tree_text(receiver->tree), &nanoseconds))
            nanoseconds = 0;
        *ret = seconds ? template_from_int64(nanoseconds / 1000000000)
                       : (struct template_value){.kind = TEMPLATE_INT32, .integer = nanoseconds % 1000000000};
        *ret_found = true;
    }
    return true;
}

/* ---- methods that several types have ---- */

static bool call_string(struct call *call, struct template_value *ret)
{
    size_t begin = scratch_begin(call->execution);
    struct template_value value = call->arguments[0];
    if (value.pointer && value.is_nil) {
        *ret = template_from_string(SLICE("<nil>"));
        return true;
    }
    print_stringer(call->execution, &call->execution->scratch, &value);
    return scratch_end_value(call->execution, begin, ret);
}

static bool call_number(struct call *call, struct template_value *ret)
{
    *ret = (struct template_value){.kind = TEMPLATE_INT32, .integer = call->arguments[0].integer};
    return true;
}

static bool call_as_duration(struct call *call, struct template_value *ret)
{
    *ret = (struct template_value){.kind = TEMPLATE_DURATION, .integer = 0};
    if (!date_read_proto_duration(tree_text(call->arguments[0].tree), &ret->integer))
        ret->integer = 0;
    return true;
}

static bool call_int_value(struct call *call, struct template_value *ret)
{
    struct template_value integer =
        template_from_tree(call->arguments[0].tree, &(const struct type){.kind = TYPE_INT64});
    *ret = template_from_int(integer.integer);
    return true;
}

static const struct template_function string_method = {SLICE_CONSTANT("String"), call_string, 0, 1, {TAKES_VALUE}};
static const struct template_function number_method = {SLICE_CONSTANT("Number"), call_number, 0, 1, {TAKES_VALUE}};
static const struct template_function as_duration_method = {
    SLICE_CONSTANT("AsDuration"), call_as_duration, 0, 1, {TAKES_VALUE}};
static const struct template_function int_value_method = {
    SLICE_CONSTANT("IntValue"), call_int_value, 0, 1, {TAKES_VALUE}};

static const struct template_function *find_in(const struct function_table *table, struct slice name)
{
    for (size_t i = 0; i < table->count; i++)
        if (slice_equal(table->functions[i].name, name))
            return &table->functions[i];
    return NULL;
}

const struct template_function *method_find(const struct template_value *receiver, struct slice name)
{
    enum template_kind kind = receiver->kind;
    if (kind < TEMPLATE_ENUM)
        return NULL;
    if (kind == TEMPLATE_TIME)
        return find_in(&methods_time, name);
    if (kind == TEMPLATE_DURATION)
        return find_in(&methods_duration, name);
    if (kind == TEMPLATE_VERSION)
        return find_in(&methods_version, name);
    bool has_string = kind == TEMPLATE_ENUM || kind == TEMPLATE_WRAPPER || kind == TEMPLATE_PROTO_DURATION ||
                      kind == TEMPLATE_QUANTITY || kind == TEMPLATE_INT_OR_STRING || kind == TEMPLATE_META_TIME ||
                      (kind == TEMPLATE_STRUCT && receiver->type->is_message);
    if (has_string && slice_equal(name, string_method.name))
        return &string_method;
    if (kind == TEMPLATE_ENUM && slice_equal(name, number_method.name))
        return &number_method;
    if (kind == TEMPLATE_PROTO_DURATION && slice_equal(name, as_duration_method.name))
        return &as_duration_method;
    if (kind == TEMPLATE_INT_OR_STRING && slice_equal(name, int_value_method.name))
        return &int_value_method;
    return NULL;
}

/* ---- fields ---- */

static bool struct_field(struct execution *execution, const struct template_value *receiver, struct slice name,
                         struct template_value *ret)
{
    const struct type_field *field = type_field_by_go(receiver->type, name);
    if (!field)
        return fail_field(execution, receiver, name);
    if (receiver->pointer && receiver->is_nil)
        return fail_nil_pointer(execution, receiver, name);
    *ret = field_value(receiver->tree, field);
    return true;
}

static bool root_field(struct execution *execution, const struct template_value *receiver, struct slice name,
                       struct template_value *ret)
{
    for (uint32_t i = 0; i < receiver->count; i++)
        if (slice_equal(receiver->members[i].name, name)) {
            *ret = receiver->members[i].value;
            return true;
        }
    return fail_field(execution, receiver, name);
}

/* Methods of Kubernetes' resource lists: {{ .Resources.Limits.Cpu }}. What is not there is 0. */
static bool resource_method(const struct template_value *list, struct slice name, struct template_value *ret)
{
    static const struct {
        struct slice method, key;
    } methods[] = {
        {SLICE_CONSTANT("Cpu"), SLICE_CONSTANT("cpu")},
        {SLICE_CONSTANT("Memory"), SLICE_CONSTANT("memory")},
        {SLICE_CONSTANT("Pods"), SLICE_CONSTANT("pods")},
        {SLICE_CONSTANT("Storage"), SLICE_CONSTANT("storage")},
        {SLICE_CONSTANT("StorageEphemeral"), SLICE_CONSTANT("ephemeral-storage")},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(methods); i++)
        if (slice_equal(methods[i].method, name)) {
            *ret = template_from_tree(list->is_nil ? NULL : tree_get(list->tree, methods[i].key), list->type->element);
            return true;
        }
    return false;
}

/* The few fields of Go types that are no plain structs here. */
static bool other_field(struct execution *execution, const struct template_value *receiver, struct slice name,
                        struct template_value *ret)
{
    const struct tree *tree = receiver->tree;
    if (receiver->kind == TEMPLATE_WRAPPER && slice_equal(name, SLICE("Value"))) {
        if (receiver->is_nil)
            return fail_nil_pointer(execution, receiver, name);
        *ret = template_from_tree(tree, receiver->type->element);
        return true;
    }
    if (receiver->kind == TEMPLATE_INT_OR_STRING) {
        if (slice_equal(name, SLICE("IntVal"))) {
            *ret =
                template_from_tree(tree_is(tree, TREE_STRING) ? NULL : tree, &(const struct type){.kind = TYPE_INT32});
            ret->type = NULL;
            return true;
        }
        if (slice_equal(name, SLICE("StrVal"))) {
            *ret = template_from_string(tree_text(tree));
            return true;
        }
        if (slice_equal(name, SLICE("Type"))) {
            *ret = template_from_int64(tree_is(tree, TREE_STRING));
            return true;
        }
    }
    if (receiver->kind == TEMPLATE_PROTO_DURATION &&
        (slice_equal(name, SLICE("Seconds")) || slice_equal(name, SLICE("Nanos")))) {
        if (receiver->is_nil)
            return fail_nil_pointer(execution, receiver, name);
        bool found;
        return evaluate_getter(execution, receiver, name.length == 7 ? SLICE("GetSeconds") : SLICE("GetNanos"), &found,
                               ret);
    }
    return fail_field(execution, receiver, name);
}

bool evaluate_field(struct execution *execution, const struct template_value *receiver, struct slice name,
                    struct template_value *ret)
{
    struct template_value target = *receiver; /* `ret` may be the same */
    switch ((enum template_kind)target.kind) {
    case TEMPLATE_NONE:
        *ret = TEMPLATE_NO_VALUE;
        return true;
    case TEMPLATE_NIL:
        return execution_fail(execution, "nil pointer evaluating interface {}.%.*s", SLICE_ARGS(name));
    case TEMPLATE_TREE_MAP:
        if (UNLIKELY(target.type && target.type->element && target.type->element->kind == TYPE_QUANTITY) &&
            resource_method(&target, name, ret))
            return true;
        /* fall through */
    case TEMPLATE_MAP:
        if (!map_find(execution, &target, name, ret))
            *ret = TEMPLATE_NO_VALUE;
        return true;
    case TEMPLATE_ROOT:
        return root_field(execution, &target, name, ret);
    default:
        break;
    }
    if (target.kind < TEMPLATE_ENUM)
        return fail_field(execution, &target, name);
    const struct template_function *method = method_find(&target, name);
    if (method) {
        if (method->count != 1 && !(method->flags & FUNCTION_VARIADIC))
            return execution_fail(execution, "wrong number of args for %.*s: want %u got 0", SLICE_ARGS(name),
                                  method->count - 1u);
        struct template_value self = target;
        struct call call = {execution, method, &self, 1, {NULL, 0}};
        *ret = TEMPLATE_NO_VALUE;
        return execution_step(execution, 1) && method->run(&call, ret);
    }
    bool found;
    if (!evaluate_getter(execution, &target, name, &found, ret))
        return false;
    if (found)
        return true;
    return target.kind == TEMPLATE_STRUCT ? struct_field(execution, &target, name, ret)
                                          : other_field(execution, &target, name, ret);
}

/* ---- arguments ---- */

static const struct type type_string = {.kind = TYPE_STRING, .name = "string"};
static const struct type type_string_map = {.kind = TYPE_MAP, .name = "map", .element = &type_string};

const char *parameter_type_name(enum parameter parameter)
{
    static const char *const names[] = {
        [TAKES_NOTHING] = "", [TAKES_ANY] = "interface {}", [TAKES_VALUE] = "reflect.Value", [TAKES_STRING] = "string",
        [TAKES_INT] = "int", [TAKES_UINT32] = "uint32", [TAKES_FLOAT] = "float64", [TAKES_BOOL] = "bool",
        [TAKES_MAP] = "map[string]interface {}", [TAKES_STRING_MAP] = "map[string]string",
        [TAKES_LIST] = "[]interface {}", [TAKES_TIME] = "time.Time", [TAKES_GO_DURATION] = "time.Duration",
        [TAKES_DURATION] = "*durationpb.Duration", [TAKES_MESSAGE] = "protoreflect.ProtoMessage",
        [TAKES_MESH] = "*v1alpha1.MeshConfig", [TAKES_METADATA] = "v1.ObjectMeta",
        [TAKES_CONTAINERS] = "[]v1.Container", [TAKES_VERSION] = "*semver.Version",
    };
    return names[parameter];
}

static bool is_type_named(const struct type *type, const char *suffix, const struct type **known)
{
    if (!type)
        return false;
    if (*known == type)
        return true;
    struct slice name = slice_from(type->name);
    if (!slice_ends(name, slice_from(suffix)))
        return false;
    *known = type;
    return true;
}

static bool fits(struct execution *execution, enum parameter parameter, const struct template_value *value)
{
    const struct type *ignored = NULL;
    switch (parameter) {
    case TAKES_STRING:
        return value->kind == TEMPLATE_STRING;
    case TAKES_INT:
        return value->kind == TEMPLATE_INT;
    case TAKES_UINT32:
        return value->kind == TEMPLATE_UINT32;
    case TAKES_FLOAT:
        return value->kind == TEMPLATE_FLOAT;
    case TAKES_BOOL:
        return value->kind == TEMPLATE_BOOL;
    case TAKES_MAP:
        return value_is_map_of_any(value);
    case TAKES_STRING_MAP:
        return value_is_map_of_strings(value);
    case TAKES_LIST:
        return value->kind == TEMPLATE_LIST ? value->list->element == ELEMENT_ANY
                                            : value->kind == TEMPLATE_TREE_LIST && !value->type;
    case TAKES_TIME:
        return value->kind == TEMPLATE_TIME;
    case TAKES_GO_DURATION:
        return value->kind == TEMPLATE_DURATION;
    case TAKES_DURATION:
        return value->kind == TEMPLATE_PROTO_DURATION;
    case TAKES_MESSAGE:
        return value->kind == TEMPLATE_PROTO_DURATION || value->kind == TEMPLATE_WRAPPER ||
               (value->kind == TEMPLATE_STRUCT && value->type->is_message);
    case TAKES_MESH:
        return value->kind == TEMPLATE_STRUCT && is_type_named(value->type, ".MeshConfig", &ignored);
    case TAKES_METADATA:
        return value->kind == TEMPLATE_STRUCT && is_type_named(value->type, ".ObjectMeta", &execution->metadata_type);
    case TAKES_CONTAINERS:
        return value->kind == TEMPLATE_TREE_LIST && value->type &&
               is_type_named(value->type->element, ".v1.Container", &execution->containers_type);
    case TAKES_VERSION:
        return value->kind == TEMPLATE_VERSION;
    default:
        return false;
    }
}

/* Go's nil for a parameter that can be nil. */
static bool nil_for(enum parameter parameter, struct template_value *value)
{
    switch (parameter) {
    case TAKES_MAP:
        *value = (struct template_value){.kind = TEMPLATE_TREE_MAP, .is_nil = true};
        return true;
    case TAKES_STRING_MAP:
        *value = (struct template_value){.kind = TEMPLATE_TREE_MAP, .is_nil = true, .type = &type_string_map};
        return true;
    case TAKES_LIST:
    case TAKES_CONTAINERS:
        *value = (struct template_value){.kind = TEMPLATE_TREE_LIST, .is_nil = true};
        return true;
    case TAKES_DURATION:
    case TAKES_MESSAGE:
    case TAKES_MESH:
    case TAKES_VERSION:
        *value = (struct template_value){.kind = TEMPLATE_NIL, .pointer = true, .is_nil = true};
        return true;
    default:
        return false;
    }
}

bool argument_fit(struct execution *execution, enum parameter parameter, struct template_value *value)
{
    if (parameter == TAKES_VALUE)
        return true;
    if (parameter == TAKES_ANY) {
        *value = value_as_any(*value);
        return true;
    }
    if (value->kind == TEMPLATE_NONE)
        return nil_for(parameter, value) ||
               execution_fail(execution, "invalid value; expected %s", parameter_type_name(parameter));
    bool own_pointer = value->kind >= TEMPLATE_STRUCT; /* messages are meant to be pointers */
    if (fits(execution, parameter, value)) {
        bool wants_pointer = parameter == TAKES_MESSAGE || parameter == TAKES_MESH || parameter == TAKES_DURATION;
        if (value->pointer && !wants_pointer && !(own_pointer && parameter == TAKES_VERSION)) {
            if (value->is_nil)
                return execution_fail(execution, "dereference of nil pointer of type *%s",
                                      parameter_type_name(parameter));
            value->pointer = false;
        }
        value->boxed = false;
        return true;
    }
    bool is_nil = value->kind == TEMPLATE_NIL;
    return execution_fail(execution, "wrong type for value; expected %s; got %s", parameter_type_name(parameter),
                          is_nil ? "interface {}" : print_type_text(value).text);
}
