/* container.h - lists and maps, whether they come from the data or were made by the template. */
#pragma once
#include "template/execution.h"

/* What a boxed or concrete value is about: never boxed; a nil interface becomes TEMPLATE_NONE. */
static inline struct template_value value_unbox(struct template_value value)
{
    value.boxed = false;
    if (value.kind == TEMPLATE_NIL)
        value.kind = TEMPLATE_NONE;
    return value;
}
/* As an interface{} argument of a Go function: nil where there is nothing. */
static inline struct template_value value_as_any(struct template_value value)
{
    value.boxed = false;
    if (value.kind == TEMPLATE_NONE)
        value.kind = TEMPLATE_NIL;
    return value;
}
static inline bool value_is_absent(const struct template_value *value)
{
    return value->kind == TEMPLATE_NONE || value->kind == TEMPLATE_NIL;
}

bool value_is_list(const struct template_value *value);
bool value_is_map(const struct template_value *value);
bool value_is_map_of_any(const struct template_value *value);
bool value_is_map_of_strings(const struct template_value *value);

/* Go's truth: not the zero of its type. */
bool value_is_true(const struct template_value *value);
/* sprig's idea of empty. */
bool value_is_empty(const struct template_value *value);

/* The number of items of a list or map. */
size_t value_count(struct execution *execution, const struct template_value *value);
/* An item of a list; boxed where the list is one of anything. */
struct template_value list_get(struct execution *execution, const struct template_value *list, size_t at);
/* The value of a key; false when there is none. */
bool map_find(struct execution *execution, const struct template_value *map, struct slice key,
              struct template_value *ret);
/* All keys, sorted; in the execution's arena. */
struct template_map_entry *map_entries(struct execution *execution, const struct template_value *map,
                                       size_t *ret_count);
/* The zero value of a map's elements, for a key that is not there. */
struct template_value map_zero(const struct template_value *map);

/* New containers. A list's items are zeroed, and so is one more behind them. */
struct template_value list_new(struct execution *execution, enum template_element element, size_t count);
struct template_value map_new(struct execution *execution, enum template_element element, size_t capacity);
void map_put(struct execution *execution, struct template_map *map, struct slice key, struct template_value value);
void map_take_out(struct template_map *map, struct slice key);
/* The map to change in place: one that the template made, or from now on a copy of one of the data. NULL for nil. */
struct template_map *map_for_change(struct execution *execution, const struct template_value *map);
/* The list's items as values of their own, boxed or not as they are. */
struct template_value *list_items(struct execution *execution, const struct template_value *list, size_t *ret_count);
/* Replaces a map of the data that was changed by its copy. */
struct template_value value_current(struct execution *execution, struct template_value value);

/* A node of the data inside a list or map of `type`'s elements. */
struct template_value value_element(const struct tree *tree, const struct type *element);
/* The items from `start` up to `end`; shares them with the list. */
struct template_value list_part(struct execution *execution, const struct template_value *list, size_t start,
                                size_t end);
