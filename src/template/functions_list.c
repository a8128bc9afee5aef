#include "template/cast.h"
#include "template/compare.h"
#include "template/container.h"
#include "template/function.h"
#include "template/print.h"

/* sprig's functions of lists. */

/* The items of the list in an argument; fails for what is no list. */
static bool items_of(struct call *call, size_t at, const char *verb, struct template_value **ret_items,
                     size_t *ret_count)
{
    const struct template_value *list = &call->arguments[at];
    if (value_is_list(list)) {
        *ret_items = list_items(call->execution, list, ret_count);
        return execution_allows_items(call->execution, *ret_count);
    }
    if (value_is_absent(list))
        return call_fail(call, "invalid memory address or nil pointer dereference: the list is nil");
    return call_fail(call, "Cannot %s on type %s", verb, print_kind(list));
}

static struct template_value boxed(struct template_value value)
{
    value.boxed = true;
    if (value.kind == TEMPLATE_NONE)
        value.kind = TEMPLATE_NIL;
    return value;
}

/* A list of anything with a copy of the items. */
static struct template_value list_of(struct call *call, const struct template_value *items, size_t count, size_t room)
{
    struct template_value list = list_new(call->execution, ELEMENT_ANY, count + room);
    for (size_t i = 0; i < count; i++)
        list.list->items[i] = boxed(items[i]);
    list.list->count = count;
    return list;
}

static void add(struct template_value *list, struct template_value item)
{
    list->list->items[list->list->count++] = boxed(item);
}

static struct template_value nil_list(struct call *call)
{
    struct template_value list = list_new(call->execution, ELEMENT_ANY, 0);
    list.is_nil = true;
    return list;
}

static bool call_list(struct call *call, struct template_value *ret)
{
    *ret = list_of(call, call->arguments, call->count, 0);
    return true;
}

/* Whether the place behind the list's items is free; it is taken by the first list that goes on there. */
static bool has_room(const struct template_value *list)
{
    return list->kind == TEMPLATE_LIST && !list->is_nil && list->list->is_appended &&
           list->list->items[list->list->count].kind == TEMPLATE_NONE;
}

/* A copy of the items, and room: where lists are made longer one by one, all copies together take no more than a few
 * times the last. Behind the room is an item of no list, so that it is never free. */
static struct template_value list_with_room(struct call *call, const struct template_value *items, size_t count)
{
    size_t most = call->execution->limits.items - count; /* a longer list is refused when it is to be copied */
    size_t room = 1 + (count < most ? count : most);
    struct template_value list = list_of(call, items, count, room);
    list.list->is_appended = true;
    list.list->items[count + room].kind = TEMPLATE_NIL;
    return list;
}

/* As in Go the longer list may share the items; as in sprig that never shows, because no list has a place twice. */
static bool call_append(struct call *call, struct template_value *ret)
{
    const struct template_value *list = &call->arguments[0];
    struct template_value *items = NULL;
    size_t count;
    if (has_room(list)) {
        if (!execution_step(call->execution, 1))
            return false;
        *ret = list_part(call->execution, list, 0, list->list->count);
        ret->list->is_appended = true;
    } else {
        if (!items_of(call, 0, "push", &items, &count))
            return false;
        *ret = list_with_room(call, items, count);
    }
    add(ret, call->arguments[1]);
    return true;
}

static bool call_prepend(struct call *call, struct template_value *ret)
{
    struct template_value *items = NULL;
    size_t count;
    if (!items_of(call, 0, "prepend", &items, &count))
        return false;
    *ret = list_new(call->execution, ELEMENT_ANY, count + 1);
    ret->list->count = 0;
    add(ret, call->arguments[1]);
    for (size_t i = 0; i < count; i++)
        add(ret, items[i]);
    return true;
}

static bool call_first(struct call *call, struct template_value *ret)
{
    struct template_value *items = NULL;
    size_t count;
    if (!items_of(call, 0, "find first", &items, &count))
        return false;
    if (count)
        *ret = items[0];
    return true;
}

static bool call_last(struct call *call, struct template_value *ret)
{
    struct template_value *items = NULL;
    size_t count;
    if (!items_of(call, 0, "find last", &items, &count))
        return false;
    if (count)
        *ret = items[count - 1];
    return true;
}

static bool call_rest(struct call *call, struct template_value *ret)
{
    struct template_value *items = NULL;
    size_t count;
    if (!items_of(call, 0, "find rest", &items, &count))
        return false;
    *ret = count ? list_of(call, items + 1, count - 1, 0) : nil_list(call);
    return true;
}

static bool call_initial(struct call *call, struct template_value *ret)
{
    struct template_value *items = NULL;
    size_t count;
    if (!items_of(call, 0, "find initial", &items, &count))
        return false;
    *ret = count ? list_of(call, items, count - 1, 0) : nil_list(call);
    return true;
}

static bool call_reverse(struct call *call, struct template_value *ret)
{
    struct template_value *items = NULL;
    size_t count;
    if (!items_of(call, 0, "find reverse", &items, &count))
        return false;
    *ret = list_new(call->execution, ELEMENT_ANY, count);
    for (size_t i = 0; i < count; i++)
        ret->list->items[i] = boxed(items[count - 1 - i]);
    return true;
}

static bool call_compact(struct call *call, struct template_value *ret)
{
    struct template_value *items = NULL;
    size_t count;
    if (!items_of(call, 0, "compact", &items, &count))
        return false;
    *ret = list_of(call, items, 0, count);
    for (size_t i = 0; i < count; i++)
        if (!value_is_empty(&items[i]))
            add(ret, items[i]);
    return true;
}

/* Whether one of the items is deeply equal; *ret_failed when a limit was hit. */
static bool contains(struct call *call, const struct template_value *items, size_t count,
                     const struct template_value *wanted, bool *ret_failed)
{
    *ret_failed = false;
    for (size_t i = 0; i < count && !*ret_failed; i++)
        if (compare_deep_equal(call->execution, wanted, &items[i], ret_failed))
            return true;
    return false;
}

static bool call_uniq(struct call *call, struct template_value *ret)
{
    struct template_value *items = NULL;
    size_t count;
    bool failed;
    if (!items_of(call, 0, "find uniq", &items, &count))
        return false;
    *ret = list_of(call, items, 0, count);
    for (size_t i = 0; i < count; i++) {
        if (!contains(call, ret->list->items, ret->list->count, &items[i], &failed) && !failed)
            add(ret, items[i]);
        if (failed)
            return false;
    }
    return true;
}

static bool call_without(struct call *call, struct template_value *ret)
{
    struct template_value *items = NULL;
    size_t count;
    bool failed;
    if (!items_of(call, 0, "find without", &items, &count))
        return false;
    *ret = list_of(call, items, 0, count);
    for (size_t i = 0; i < count; i++) {
        if (!contains(call, call->arguments + 1, call->count - 1, &items[i], &failed) && !failed)
            add(ret, items[i]);
        if (failed)
            return false;
    }
    return true;
}

static bool call_has(struct call *call, struct template_value *ret)
{
    struct template_value *items = NULL;
    size_t count;
    bool failed;
    *ret = template_from_bool(false);
    if (value_is_absent(&call->arguments[1]))
        return true;
    if (!items_of(call, 1, "find has", &items, &count))
        return false;
    ret->boolean = contains(call, items, count, &call->arguments[0], &failed);
    return !failed;
}

static bool call_slice(struct call *call, struct template_value *ret)
{
    const struct template_value *list = &call->arguments[0];
    if (value_is_absent(list))
        return call_fail(call, "invalid memory address or nil pointer dereference: the list is nil");
    if (!value_is_list(list))
        return call_fail(call, "list should be type of slice or array but %s", print_kind(list));
    size_t count = value_count(call->execution, list);
    if (!count)
        return true;
    int64_t start = call->count > 1 ? cast_to_int(&call->arguments[1]) : 0;
    int64_t end = call->count > 2 ? cast_to_int(&call->arguments[2]) : (int64_t)count;
    if (start < 0 || end < start || end > (int64_t)count)
        return call_fail(call, "slice index out of bounds: %lld to %lld of %zu", (long long)start, (long long)end,
                         count);
    *ret = list_part(call->execution, list, (size_t)start, (size_t)end);
    return true;
}

static bool call_concat(struct call *call, struct template_value *ret)
{
    size_t total = 0, count;
    struct template_value *items = NULL;
    for (size_t i = 0; i < call->count; i++) {
        const struct template_value *list = &call->arguments[i];
        if (!value_is_list(list))
            return value_is_absent(list)
                       ? call_fail(call, "invalid memory address or nil pointer dereference: a list is nil")
                       : call_fail(call, "Cannot concat type %s as list", print_kind(list));
        total += value_count(call->execution, list);
    }
    if (!execution_allows_items(call->execution, total))
        return false;
    *ret = list_of(call, NULL, 0, total);
    ret->is_nil = !total;
    for (size_t i = 0; i < call->count; i++) {
        items = list_items(call->execution, &call->arguments[i], &count);
        for (size_t k = 0; k < count; k++)
            add(ret, items[k]);
    }
    return true;
}

static bool call_chunk(struct call *call, struct template_value *ret)
{
    int64_t size = call->arguments[0].integer;
    struct template_value *items = NULL;
    size_t count;
    if (!items_of(call, 1, "chunk", &items, &count))
        return false;
    if (size <= 0 && count)
        return call_fail(call, "a chunk of %lld items", (long long)size);
    size_t chunks = count ? (count - 1) / (size_t)size + 1 : 0;
    *ret = list_new(call->execution, ELEMENT_LIST, chunks);
    for (size_t i = 0; i < chunks; i++) {
        size_t start = i * (size_t)size, length = count - start < (size_t)size ? count - start : (size_t)size;
        ret->list->items[i] = list_of(call, items + start, length, 0);
    }
    return true;
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("append"), call_append, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("chunk"), call_chunk, 0, 2, {TAKES_INT, TAKES_ANY}},
    {SLICE_CONSTANT("compact"), call_compact, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("concat"), call_concat, FUNCTION_VARIADIC | FUNCTION_GIVES_ANY, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("first"), call_first, FUNCTION_GIVES_ANY, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("has"), call_has, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("initial"), call_initial, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("last"), call_last, FUNCTION_GIVES_ANY, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("list"), call_list, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustAppend"), call_append, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("mustChunk"), call_chunk, 0, 2, {TAKES_INT, TAKES_ANY}},
    {SLICE_CONSTANT("mustCompact"), call_compact, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustFirst"), call_first, FUNCTION_GIVES_ANY, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustHas"), call_has, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("mustInitial"), call_initial, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustLast"), call_last, FUNCTION_GIVES_ANY, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustPrepend"), call_prepend, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("mustPush"), call_append, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("mustRest"), call_rest, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustReverse"), call_reverse, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustSlice"), call_slice, FUNCTION_VARIADIC | FUNCTION_GIVES_ANY, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("mustUniq"), call_uniq, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("mustWithout"), call_without, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("prepend"), call_prepend, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("push"), call_append, 0, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("rest"), call_rest, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("reverse"), call_reverse, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("slice"), call_slice, FUNCTION_VARIADIC | FUNCTION_GIVES_ANY, 2, {TAKES_ANY, TAKES_ANY}},
    {SLICE_CONSTANT("tuple"), call_list, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("uniq"), call_uniq, 0, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("without"), call_without, FUNCTION_VARIADIC, 2, {TAKES_ANY, TAKES_ANY}},
};

const struct function_table functions_list = {functions, ARRAY_LENGTH(functions)};
