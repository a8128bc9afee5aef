#include "template/container.h"
#include "template/function.h"
#include "template/print.h"
#include "template/record.h"

/* sprig's functions of maps. */

static struct slice text_of(const struct call *call, size_t at)
{
    return call->arguments[at].string;
}

/* A key as text: strings as they are, others as they print. */
static bool key_of(struct call *call, size_t at, struct slice *ret)
{
    if (call->arguments[at].kind == TEMPLATE_STRING && !call->arguments[at].pointer) {
        *ret = text_of(call, at);
        return true;
    }
    size_t begin = scratch_begin(call->execution);
    return function_print_text(call->execution, &call->execution->scratch, &call->arguments[at]) &&
           scratch_end(call->execution, begin, ret);
}

static bool call_dict(struct call *call, struct template_value *ret)
{
    struct template_value map = map_new(call->execution, ELEMENT_ANY, (call->count + 1) / 2);
    for (size_t i = 0; i < call->count; i += 2) {
        struct slice key;
        if (!key_of(call, i, &key))
            return false;
        map_put(call->execution, map.map, key,
                i + 1 < call->count ? call->arguments[i + 1] : template_from_string(SLICE("")));
    }
    *ret = map;
    return true;
}

static bool call_get(struct call *call, struct template_value *ret)
{
    if (!map_find(call->execution, &call->arguments[0], text_of(call, 1), ret))
        *ret = template_from_string(SLICE(""));
    return true;
}

static bool call_set(struct call *call, struct template_value *ret)
{
    struct template_map *map = map_for_change(call->execution, &call->arguments[0]);
    if (!map)
        return call_fail(call, "assignment to entry in nil map");
    if (!execution_allows_items(call->execution, map->count + 1 > 64 ? map->count / 64 : 1))
        return false;
    map_put(call->execution, map, text_of(call, 1), call->arguments[2]);
    *ret = (struct template_value){.kind = TEMPLATE_MAP, .map = map};
    return true;
}

static bool call_unset(struct call *call, struct template_value *ret)
{
    struct template_map *map = map_for_change(call->execution, &call->arguments[0]);
    *ret = call->arguments[0];
    if (!map)
        return true;
    map_take_out(map, text_of(call, 1));
    *ret = (struct template_value){.kind = TEMPLATE_MAP, .map = map};
    return true;
}

static bool call_has_key(struct call *call, struct template_value *ret)
{
    struct template_value ignored;
    *ret = template_from_bool(map_find(call->execution, &call->arguments[0], text_of(call, 1), &ignored));
    return true;
}

static bool call_pluck(struct call *call, struct template_value *ret)
{
    struct template_value list = list_new(call->execution, ELEMENT_ANY, call->count - 1);
    size_t found = 0;
    for (size_t i = 1; i < call->count; i++) {
        struct template_value value;
        if (!map_find(call->execution, &call->arguments[i], text_of(call, 0), &value))
            continue;
        value.boxed = true;
        list.list->items[found++] = value;
    }
    list.list->count = found;
    *ret = list;
    return true;
}

/* In Go their order is random; here it is that of the keys. */
static bool call_keys(struct call *call, struct template_value *ret)
{
    size_t total = 0, at = 0;
    for (size_t i = 0; i < call->count; i++)
        total += value_count(call->execution, &call->arguments[i]);
    if (!execution_allows_items(call->execution, total))
        return false;
    *ret = list_new(call->execution, ELEMENT_STRING, total);
    for (size_t i = 0; i < call->count; i++) {
        size_t count;
        struct template_map_entry *entries = map_entries(call->execution, &call->arguments[i], &count);
        for (size_t k = 0; k < count; k++)
            ret->list->items[at++] = template_from_string(entries[k].key);
    }
    return true;
}

static bool call_values(struct call *call, struct template_value *ret)
{
    size_t count;
    struct template_map_entry *entries = map_entries(call->execution, &call->arguments[0], &count);
    *ret = list_new(call->execution, ELEMENT_ANY, count);
    for (size_t i = 0; i < count; i++)
        ret->list->items[i] = entries[i].value;
    return true;
}

static bool call_pick(struct call *call, struct template_value *ret)
{
    struct template_value map = map_new(call->execution, ELEMENT_ANY, call->count), value;
    for (size_t i = 1; i < call->count; i++)
        if (map_find(call->execution, &call->arguments[0], text_of(call, i), &value))
            map_put(call->execution, map.map, text_of(call, i), value);
    *ret = map;
    return true;
}

static bool call_dig(struct call *call, struct template_value *ret)
{
    if (call->count < 3)
        return call_fail(call, "dig needs at least three arguments");
    struct template_value at = call->arguments[call->count - 1];
    for (size_t i = 0; i + 2 < call->count; i++)
        if (call->arguments[i].kind != TEMPLATE_STRING || call->arguments[i].pointer)
            return call_fail(call, "interface conversion: interface {} is %s, not string",
                             value_is_absent(&call->arguments[i]) ? "nil" : print_type_text(&call->arguments[i]).text);
    for (size_t i = 0; i + 2 < call->count; i++) {
        at = value_unbox(at);
        if (!value_is_map_of_any(&at))
            return call_fail(call, "interface conversion: interface {} is %s, not map[string]interface {}",
                             value_is_absent(&at) ? "nil" : print_type_text(&at).text);
        struct template_value next;
        if (!map_find(call->execution, &at, text_of(call, i), &next)) {
            *ret = call->arguments[call->count - 2];
            return true;
        }
        at = next;
    }
    *ret = at;
    return true;
}

/* ---- merging, as the library mergo does it ---- */

static bool merge_into(struct call *call, const struct template_value *target_value,
                       const struct template_value *source, bool overwrite, unsigned depth);

/* One key that both may have. Maps merge; a list replaces one that is there only when overwriting; other values fill
 * what is empty, or overwrite. */
static bool merge_entry(struct call *call, struct template_map *target, bool target_empty,
                        const struct template_map_entry *entry, bool overwrite, unsigned depth)
{
    struct template_value mine = TEMPLATE_NO_VALUE, theirs = value_unbox(entry->value),
                          target_value = {.kind = TEMPLATE_MAP, .map = target};
    bool has = map_find(call->execution, &target_value, entry->key, &mine);
    if (theirs.kind == TEMPLATE_NONE || (theirs.is_nil && (value_is_map(&theirs) || value_is_list(&theirs)))) {
        if (overwrite)
            map_put(call->execution, target, entry->key, entry->value);
        return true;
    }
    mine = value_unbox(mine);
    bool mine_empty = value_is_empty(&mine);
    if (value_is_map(&theirs)) {
        if (has && value_is_map(&mine) && !merge_into(call, &mine, &theirs, overwrite, depth + 1))
            return false;
        mine_empty = value_is_map(&mine) ? !value_count(call->execution, &mine) : mine_empty;
        if (!mine_empty && value_is_map(&mine))
            return true;
    } else if (value_is_list(&theirs)) {
        if (has && mine.kind != TEMPLATE_NONE && !value_is_list(&mine) && !mine_empty && !overwrite)
            return true;
        if (overwrite || (target_empty && !mine_empty)) {
            map_put(call->execution, target, entry->key, entry->value);
            return true;
        }
        if (!mine_empty)
            return true;
    }
    if (overwrite || !has || mine_empty)
        map_put(call->execution, target, entry->key, entry->value);
    return true;
}

static bool merge_into(struct call *call, const struct template_value *target_value,
                       const struct template_value *source, bool overwrite, unsigned depth)
{
    if (depth > VALUE_DEPTH_MAX)
        return execution_fail_limit(call->execution, "a value is nested deeper than %d", VALUE_DEPTH_MAX);
    struct template_map *target = map_for_change(call->execution, target_value);
    if (!target)
        return true;
    size_t count;
    bool target_empty = !target->count;
    struct template_map_entry *entries = map_entries(call->execution, source, &count);
    if (!execution_step(call->execution, count + 1))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!merge_entry(call, target, target_empty, &entries[i], overwrite, depth))
            return false;
    return true;
}

static bool merge_all(struct call *call, bool overwrite, struct template_value *ret)
{
    struct template_value target = call->arguments[0];
    if (target.is_nil) /* a nil map becomes one */
        target = map_new(call->execution, ELEMENT_ANY, 0);
    for (size_t i = 1; i < call->count; i++)
        if (!merge_into(call, &target, &call->arguments[i], overwrite, 0))
            return false;
    *ret = value_current(call->execution, target);
    return true;
}

static bool call_merge(struct call *call, struct template_value *ret)
{
    return merge_all(call, false, ret);
}

static bool call_merge_overwrite(struct call *call, struct template_value *ret)
{
    return merge_all(call, true, ret);
}

static const struct template_function functions[] = {
    {SLICE_CONSTANT("dict"), call_dict, FUNCTION_VARIADIC, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("dig"), call_dig, FUNCTION_VARIADIC | FUNCTION_GIVES_ANY, 1, {TAKES_ANY}},
    {SLICE_CONSTANT("get"), call_get, FUNCTION_GIVES_ANY, 2, {TAKES_MAP, TAKES_STRING}, record_look_up},
    {SLICE_CONSTANT("hasKey"), call_has_key, 0, 2, {TAKES_MAP, TAKES_STRING}, record_look_up},
    {SLICE_CONSTANT("keys"), call_keys, FUNCTION_VARIADIC, 1, {TAKES_MAP}},
    {SLICE_CONSTANT("merge"), call_merge, FUNCTION_VARIADIC | FUNCTION_GIVES_ANY, 2, {TAKES_MAP, TAKES_MAP}},
    {SLICE_CONSTANT("mergeOverwrite"),
     call_merge_overwrite,
     FUNCTION_VARIADIC | FUNCTION_GIVES_ANY,
     2,
     {TAKES_MAP, TAKES_MAP}},
    {SLICE_CONSTANT("mustMerge"), call_merge, FUNCTION_VARIADIC | FUNCTION_GIVES_ANY, 2, {TAKES_MAP, TAKES_MAP}},
    {SLICE_CONSTANT("mustMergeOverwrite"),
     call_merge_overwrite,
     FUNCTION_VARIADIC | FUNCTION_GIVES_ANY,
     2,
     {TAKES_MAP, TAKES_MAP}},
    {SLICE_CONSTANT("pick"), call_pick, FUNCTION_VARIADIC, 2, {TAKES_MAP, TAKES_STRING}},
    {SLICE_CONSTANT("pluck"), call_pluck, FUNCTION_VARIADIC, 2, {TAKES_STRING, TAKES_MAP}},
    {SLICE_CONSTANT("set"), call_set, 0, 3, {TAKES_MAP, TAKES_STRING, TAKES_ANY}},
    {SLICE_CONSTANT("unset"), call_unset, 0, 2, {TAKES_MAP, TAKES_STRING}},
    {SLICE_CONSTANT("values"), call_values, 0, 1, {TAKES_MAP}},
};

const struct function_table functions_dict = {functions, ARRAY_LENGTH(functions)};
