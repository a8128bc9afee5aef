#include "kube/canonical.h"
#include "base/number.h"
#include "kube/quantity.h"
#include "kube/text.h"
#include <time.h>

struct canonical {
    struct arena *arena;
    unsigned what;
};

static const struct tree *value_canonical(const struct canonical *canonical, const struct tree *tree,
                                          const struct type *type);

/* ---- quantities: k8s.io/apimachinery/pkg/api/resource, CanonicalizeBytes ---- */

static struct slice decimal_text(struct arena *arena, __int128 nanos, bool as_exponent)
{
    static const char *const suffixes[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    int power = -9;
    while (nanos % 10 == 0) {
        nanos /= 10;
        power++;
    }
    /* Exponents go in threes. */
    for (; power % 3 != 0; power--)
        nanos *= 10;
    char digits[48];
    size_t at = sizeof digits;
    bool negative = nanos < 0;
    for (unsigned __int128 rest = negative ? 0 - (unsigned __int128)nanos : (unsigned __int128)nanos; rest; rest /= 10)
        digits[--at] = (char)('0' + (int)(rest % 10));
    if (negative)
        digits[--at] = '-';
    struct slice number = {digits + at, sizeof digits - at};
    size_t suffix = (size_t)(power + 9) / 3;
    if ((as_exponent && power != 0) || suffix >= ARRAY_LENGTH(suffixes))
        return arena_format(arena, "%.*se%d", SLICE_ARGS(number), power);
    return arena_join(arena, number, slice_from(suffixes[suffix]));
}

static struct slice binary_text(struct arena *arena, __int128 nanos)
{
    static const char *const suffixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    __int128 whole = nanos / 1000000000;
    size_t suffix = 0;
    for (; suffix + 1 < ARRAY_LENGTH(suffixes) && whole % 1024 == 0; suffix++)
        whole /= 1024;
    return arena_format(arena, "%lld%s", (long long)whole, suffixes[suffix]);
}

struct slice kube_quantity_canonical(struct arena *arena, struct slice text)
{
    struct kube_quantity quantity;
    struct slice trimmed = slice_trim(text);
    if (!kube_quantity_parse(trimmed, &quantity, NULL))
        return text;
    if (quantity.nanos == 0)
        return SLICE("0");
    const __int128 binary_from = (__int128)1024 * 1000000000;
    /* Parts of a byte have no binary suffix: 0.1Gi is 107374182400m. */
    bool is_binary = slice_ends(trimmed, SLICE("i")) && quantity.nanos % 1000000000 == 0 &&
                     (quantity.nanos >= binary_from || -quantity.nanos >= binary_from);
    bool is_exponent =
        !is_binary && (slice_find_byte(trimmed, 'e') != SLICE_NONE ||
                       (slice_find_byte(trimmed, 'E') != SLICE_NONE && !slice_ends(trimmed, SLICE("E"))));
    return is_binary ? binary_text(arena, quantity.nanos) : decimal_text(arena, quantity.nanos, is_exponent);
}

/* ---- times ---- */

struct slice kube_time_canonical(struct arena *arena, struct slice text)
{
    struct tm parts = {0};
    if (!kube_text_is_time(text) || (slice_ends(text, SLICE("Z")) && slice_find_byte(text, '.') == SLICE_NONE))
        return text;
    const char *copy = arena_copy(arena, text).bytes;
    const char *rest = strptime(copy, "%Y-%m-%dT%H:%M:%S", &parts);
    if (!rest)
        return text;
    while (*rest == '.' || *rest == ',' || (*rest >= '0' && *rest <= '9'))
        rest++;
    uint16_t hours = 0, minutes = 0;
    if (*rest != 'Z' && (!number_parse_u16((struct slice){rest + 1, 2}, &hours) ||
                         !number_parse_u16((struct slice){rest + 4, 2}, &minutes)))
        return text;
    time_t offset = (time_t)hours * 3600 + (time_t)minutes * 60;
    time_t seconds = timegm(&parts) - (*rest == '-' ? -offset : offset);
    char out[32];
    if (!gmtime_r(&seconds, &parts) || !strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &parts))
        return text;
    return arena_copy(arena, slice_from(out));
}

/* ---- walking ---- */

static const struct tree *text_canonical(const struct canonical *canonical, const struct tree *tree, struct slice text)
{
    return slice_equal(text, tree->string) ? tree : tree_string(canonical->arena, text);
}

static const struct tree *quantity_canonical(const struct canonical *canonical, const struct tree *tree)
{
    char digits[NUMBER_TEXT_MAX];
    struct slice text = {digits, 0};
    if (tree->kind == TREE_STRING)
        return text_canonical(canonical, tree, kube_quantity_canonical(canonical->arena, tree->string));
    if (tree->kind == TREE_INT)
        text.length = number_format_i64(tree->integer, digits);
    else if (tree->kind == TREE_FLOAT)
        text.length = number_format_double(tree->number, NUMBER_JSON, digits);
    else
        return tree;
    text = arena_copy(canonical->arena, text);
    return tree_string(canonical->arena, kube_quantity_canonical(canonical->arena, text));
}

static bool is_required_scalar(const struct type_field *field)
{
    return !(field->flags & (TYPE_FIELD_OMIT_EMPTY | TYPE_FIELD_POINTER)) &&
           (field->type->kind == TYPE_STRING || field->type->kind == TYPE_INT32 || field->type->kind == TYPE_INT64 ||
            field->type->kind == TYPE_BOOL);
}

static const struct tree *zero_of(const struct canonical *canonical, const struct type *type)
{
    return type->kind == TYPE_STRING ? &tree_empty_string_node
           : type->kind == TYPE_BOOL ? &tree_false_node
                                     : tree_int(canonical->arena, 0);
}

/* The items of a list that merges: Go's structs have the key, whether their author wrote it or not. */
static const struct tree *keys_complete(const struct canonical *canonical, const struct tree *list,
                                        const struct type_field *field)
{
    struct tree *own = NULL;
    for (size_t i = 0; list->kind == TREE_LIST && i < list->list.count; i++) {
        const struct tree *item = list->list.items[i];
        const struct type_field *key;
        if (item->kind != TREE_MAP || !tree_is_null(tree_get(item, field->merge_key)))
            continue;
        key = type_field_by_json(field->type->element, field->merge_key);
        if (!key || !is_required_scalar(key))
            continue;
        struct tree *complete = tree_copy_shallow(canonical->arena, item);
        tree_put(canonical->arena, complete, field->merge_key, zero_of(canonical, key->type));
        if (!own)
            own = tree_copy_shallow(canonical->arena, list);
        tree_set_at(own, i, complete);
    }
    return own ? own : list;
}

static const struct tree *struct_canonical(const struct canonical *canonical, const struct tree *tree,
                                           const struct type *type)
{
    struct tree *own = NULL;
    for (size_t i = 0; i < tree->map.count; i++) {
        const struct tree_entry *entry = &tree->map.entries[i];
        const struct type_field *field = type_field_by_json(type, entry->key);
        const struct tree *value = field ? value_canonical(canonical, entry->value, field->type) : entry->value;
        if (field && field->merge_key.length && (canonical->what & KUBE_MERGE_KEYS))
            value = keys_complete(canonical, value, field);
        if (value == entry->value)
            continue;
        if (!own)
            own = tree_copy_shallow(canonical->arena, tree);
        tree_put(canonical->arena, own, entry->key, value);
    }
    for (size_t i = 0; (canonical->what & KUBE_COMPLETE) && i < type->field_count; i++) {
        const struct type_field *field = &type->fields[i];
        if (!is_required_scalar(field) || tree_get(tree, field->json_name))
            continue;
        if (!own)
            own = tree_copy_shallow(canonical->arena, tree);
        tree_put(canonical->arena, own, field->json_name, zero_of(canonical, field->type));
    }
    return own ? own : tree;
}

static const struct tree *children_canonical(const struct canonical *canonical, const struct tree *tree,
                                             const struct type *element)
{
    struct tree *own = NULL;
    for (size_t i = 0; i < tree_count(tree); i++) {
        bool is_list = tree->kind == TREE_LIST;
        const struct tree *child = is_list ? tree->list.items[i] : tree->map.entries[i].value;
        const struct tree *value = value_canonical(canonical, child, element);
        if (value == child)
            continue;
        if (!own)
            own = tree_copy_shallow(canonical->arena, tree);
        if (is_list)
            tree_set_at(own, i, value);
        else
            tree_put(canonical->arena, own, tree->map.entries[i].key, value);
    }
    return own ? own : tree;
}

static const struct tree *value_canonical(const struct canonical *canonical, const struct tree *tree,
                                          const struct type *type)
{
    switch (type->kind) {
    case TYPE_QUANTITY:
        return canonical->what & KUBE_QUANTITIES ? quantity_canonical(canonical, tree) : tree;
    case TYPE_TIME:
        return (canonical->what & KUBE_UTC) && tree->kind == TREE_STRING
                   ? text_canonical(canonical, tree, kube_time_canonical(canonical->arena, tree->string))
                   : tree;
    case TYPE_STRUCT:
        return tree->kind == TREE_MAP ? struct_canonical(canonical, tree, type) : tree;
    case TYPE_LIST:
    case TYPE_MAP:
        return type->element ? children_canonical(canonical, tree, type->element) : tree;
    default:
        return tree;
    }
}

const struct tree *kube_canonical(struct arena *arena, const struct tree *tree, const struct type *type, unsigned what)
{
    const struct canonical canonical = {arena, what};
    return value_canonical(&canonical, tree, type);
}
