#include "template/compare.h"
#include "template/container.h"
#include "template/print.h"

/* Go's groups of types that compare with each other. */
enum basic { BASIC_NONE, BASIC_BOOL, BASIC_COMPLEX, BASIC_INT, BASIC_UINT, BASIC_FLOAT, BASIC_STRING };

static enum basic basic_kind(const struct template_value *value)
{
    static const uint8_t kinds[] = {
        [TEMPLATE_BOOL] = BASIC_BOOL, [TEMPLATE_INT] = BASIC_INT, [TEMPLATE_INT32] = BASIC_INT,
        [TEMPLATE_INT64] = BASIC_INT, [TEMPLATE_UINT8] = BASIC_UINT, [TEMPLATE_UINT32] = BASIC_UINT,
        [TEMPLATE_UINT64] = BASIC_UINT, [TEMPLATE_FLOAT] = BASIC_FLOAT, [TEMPLATE_COMPLEX] = BASIC_COMPLEX,
        [TEMPLATE_STRING] = BASIC_STRING, [TEMPLATE_ENUM] = BASIC_INT, [TEMPLATE_DURATION] = BASIC_INT,
    };
    return value->pointer || value->kind >= ARRAY_LENGTH(kinds) ? BASIC_NONE : kinds[value->kind];
}

static bool is_nil(const struct template_value *value)
{
    return value->kind == TEMPLATE_NONE || value->is_nil;
}

static bool incompatible(struct call *call, const struct template_value *a, const struct template_value *b)
{
    return call_fail(call, "incompatible types for comparison: %s and %s", print_type_text(a).text,
                     print_type_text(b).text);
}

/* Values that are neither numbers, strings nor booleans: equal when both are nil, else only structs and pointers can be
 * compared at all. */
static bool compare_other(struct call *call, const struct template_value *a, const struct template_value *b, bool *ret)
{
    bool absent = a->kind == TEMPLATE_NONE || b->kind == TEMPLATE_NONE;
    if (!absent && strcmp(print_kind(a), print_kind(b)) != 0)
        return call_fail(call, "non-comparable types %s and %s", print_type_text(a).text, print_type_text(b).text);
    if (is_nil(a) || is_nil(b)) {
        *ret = is_nil(a) == is_nil(b);
        return true;
    }
    if (value_is_list(b) || value_is_map(b) || b->kind == TEMPLATE_ROOT ||
        (b->kind == TEMPLATE_STRUCT && !b->pointer))
        return call_fail(call, "non-comparable type %s", print_type_text(b).text);
    bool failed = false;
    if (a->pointer && b->pointer) /* which of two equal trees a root has is no part of what is read */
        execution_note_more(call->execution);
    *ret = a->pointer && b->pointer ? a->tree == b->tree : compare_deep_equal(call->execution, a, b, &failed);
    return !failed;
}

bool compare_equal(struct call *call, const struct template_value *first, const struct template_value *second,
                   bool *ret)
{
    struct template_value a = value_unbox(*first), b = value_unbox(*second);
    enum basic kind_a = basic_kind(&a), kind_b = basic_kind(&b);
    *ret = false;
    if (kind_a != kind_b) {
        if ((kind_a == BASIC_INT && kind_b == BASIC_UINT) || (kind_a == BASIC_UINT && kind_b == BASIC_INT)) {
            const struct template_value *with_sign = kind_a == BASIC_INT ? &a : &b;
            *ret = with_sign->integer >= 0 && a.natural == b.natural;
            return true;
        }
        return a.kind == TEMPLATE_NONE || b.kind == TEMPLATE_NONE || incompatible(call, &a, &b);
    }
    switch (kind_a) {
    case BASIC_BOOL:
        *ret = a.boolean == b.boolean;
        return true;
    case BASIC_COMPLEX:
        *ret = a.complex.real == b.complex.real && a.complex.imaginary == b.complex.imaginary;
        return true;
    case BASIC_INT:
    case BASIC_UINT:
        *ret = a.natural == b.natural;
        return true;
    case BASIC_FLOAT:
        *ret = a.number == b.number;
        return true;
    case BASIC_STRING:
        *ret = slice_equal(a.string, b.string);
        return true;
    case BASIC_NONE:
        break;
    }
    return compare_other(call, &a, &b, ret);
}

bool compare_less(struct call *call, const struct template_value *first, const struct template_value *second, bool *ret)
{
    struct template_value a = value_unbox(*first), b = value_unbox(*second);
    enum basic kind_a = basic_kind(&a), kind_b = basic_kind(&b);
    if (kind_a == BASIC_NONE || kind_b == BASIC_NONE)
        return call_fail(call, "invalid type for comparison");
    if (kind_a == BASIC_INT && kind_b == BASIC_UINT) {
        *ret = a.integer < 0 || a.natural < b.natural;
        return true;
    }
    if (kind_a == BASIC_UINT && kind_b == BASIC_INT) {
        *ret = b.integer >= 0 && a.natural < b.natural;
        return true;
    }
    if (kind_a != kind_b)
        return incompatible(call, &a, &b);
    switch (kind_a) {
    case BASIC_INT:
        *ret = a.integer < b.integer;
        return true;
    case BASIC_UINT:
        *ret = a.natural < b.natural;
        return true;
    case BASIC_FLOAT:
        *ret = a.number < b.number;
        return true;
    case BASIC_STRING:
        *ret = slice_compare(a.string, b.string) < 0;
        return true;
    default:
        return call_fail(call, "invalid type for comparison");
    }
}

/* ---- reflect.DeepEqual ---- */

static bool same_type(const struct template_value *a, const struct template_value *b)
{
    if (a->pointer != b->pointer)
        return false;
    if (value_is_map(a) && value_is_map(b))
        return (value_is_map_of_any(a) && value_is_map_of_any(b)) ||
               (value_is_map_of_strings(a) && value_is_map_of_strings(b)) ||
               (a->kind == TEMPLATE_TREE_MAP && b->kind == TEMPLATE_TREE_MAP && a->type == b->type);
    if (value_is_list(a) && value_is_list(b)) {
        if (a->kind == TEMPLATE_LIST && b->kind == TEMPLATE_LIST)
            return a->list->element == b->list->element;
        if (a->kind == b->kind)
            return a->type == b->type;
        const struct template_value *made = a->kind == TEMPLATE_LIST ? a : b, *data = made == a ? b : a;
        return made->list->element == ELEMENT_ANY && !data->type;
    }
    return a->kind == b->kind && (a->kind < TEMPLATE_ENUM || a->type == b->type);
}

static bool deep_equal(struct execution *execution, const struct template_value *first,
                       const struct template_value *second, unsigned depth, bool *failed);

static bool lists_equal(struct execution *execution, const struct template_value *a, const struct template_value *b,
                        unsigned depth, bool *failed)
{
    size_t count = value_count(execution, a);
    if (count != value_count(execution, b))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct template_value item_a = list_get(execution, a, i), item_b = list_get(execution, b, i);
        if (!deep_equal(execution, &item_a, &item_b, depth + 1, failed))
            return false;
    }
    return true;
}

static bool maps_equal(struct execution *execution, const struct template_value *a, const struct template_value *b,
                       unsigned depth, bool *failed)
{
    size_t count, count_b;
    struct template_map_entry *entries = map_entries(execution, a, &count);
    struct template_map_entry *entries_b = map_entries(execution, b, &count_b);
    if (count != count_b)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!slice_equal(entries[i].key, entries_b[i].key) ||
            !deep_equal(execution, &entries[i].value, &entries_b[i].value, depth + 1, failed))
            return false;
    return true;
}

static bool deep_equal(struct execution *execution, const struct template_value *first,
                       const struct template_value *second, unsigned depth, bool *failed)
{
    struct template_value a = value_unbox(value_current(execution, *first));
    struct template_value b = value_unbox(value_current(execution, *second));
    if (depth > VALUE_DEPTH_MAX || !execution_step(execution, 1)) {
        if (depth > VALUE_DEPTH_MAX)
            (void)!execution_fail_limit(execution, "a value is nested deeper than %d", VALUE_DEPTH_MAX);
        *failed = true;
        return false;
    }
    if (!same_type(&a, &b) || a.is_nil != b.is_nil)
        return false;
    switch ((enum template_kind)a.kind) {
    case TEMPLATE_NONE:
    case TEMPLATE_NIL:
        return true;
    case TEMPLATE_BOOL:
        return a.boolean == b.boolean;
    case TEMPLATE_FLOAT:
        return a.number == b.number;
    case TEMPLATE_COMPLEX:
        return a.complex.real == b.complex.real && a.complex.imaginary == b.complex.imaginary;
    case TEMPLATE_STRING:
        return slice_equal(a.string, b.string);
    case TEMPLATE_LIST:
    case TEMPLATE_TREE_LIST:
        return lists_equal(execution, &a, &b, depth, failed);
    case TEMPLATE_MAP:
    case TEMPLATE_TREE_MAP:
        return maps_equal(execution, &a, &b, depth, failed);
    case TEMPLATE_STRUCT:
    case TEMPLATE_WRAPPER:
    case TEMPLATE_PROTO_DURATION:
    case TEMPLATE_QUANTITY:
    case TEMPLATE_INT_OR_STRING:
    case TEMPLATE_META_TIME:
        return tree_is_null(a.tree) || tree_is_null(b.tree) ? tree_is_null(a.tree) == tree_is_null(b.tree)
                                                            : tree_equal(a.tree, b.tree);
    case TEMPLATE_ROOT:
        return a.members == b.members;
    case TEMPLATE_TIME:
        return a.time->seconds == b.time->seconds && a.time->nanoseconds == b.time->nanoseconds;
    case TEMPLATE_VERSION:
        return slice_equal(a.version->original, b.version->original);
    default:
        return a.natural == b.natural;
    }
}

bool compare_deep_equal(struct execution *execution, const struct template_value *a, const struct template_value *b,
                        bool *ret_failed)
{
    *ret_failed = false;
    return deep_equal(execution, a, b, 0, ret_failed);
}
