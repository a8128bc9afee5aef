#include "template/record.h"
#include "template/container.h"

static struct read_place *place_at(struct execution *execution, uint16_t place)
{
    return &execution->run->recording->places[place];
}

static uint16_t place_new(struct execution *execution, struct slice name, bool is_each)
{
    struct template_recording *recording = execution->run->recording;
    if (recording->count == RECORD_PLACES_MAX) {
        recording->is_incomplete = true;
        return 0;
    }
    if (recording->count == recording->capacity) {
        recording->capacity = recording->capacity ? recording->capacity * 2 : 128;
        struct read_place *grown = arena_take(execution->arena, recording->capacity * sizeof *grown);
        if (recording->count)
            memcpy(grown, recording->places, recording->count * sizeof *grown);
        recording->places = grown;
    }
    recording->places[recording->count] = (struct read_place){.name = name, .is_each = is_each};
    return (uint16_t)recording->count++;
}

void record_begin(struct execution *execution, struct template_value *root)
{
    *execution->run->recording = (struct template_recording){0};
    place_new(execution, SLICE(""), false); /* 0 is no place */
    root->place = place_new(execution, SLICE(""), false);
}

/* Any order will do, so the quickest. */
static int compare_place(const struct read_place *place, struct slice name, bool is_each)
{
    if (place->is_each != is_each)
        return place->is_each ? 1 : -1;
    if (place->name.length != name.length)
        return place->name.length < name.length ? -1 : 1;
    return name.length ? memcmp(place->name.bytes, name.bytes, name.length) : 0;
}

static uint16_t child_of(struct execution *execution, uint16_t parent, struct slice name, bool is_each)
{
    if (!parent || place_at(execution, parent)->is_whole)
        return 0;
    uint16_t before = 0, place = place_at(execution, parent)->child;
    int order = -1;
    while (place && (order = compare_place(place_at(execution, place), name, is_each)) < 0) {
        before = place;
        place = place_at(execution, place)->next;
    }
    if (place && !order)
        return place;
    uint16_t added = place_new(execution, name, is_each);
    if (!added)
        return 0;
    place_at(execution, added)->next = place;
    if (before)
        place_at(execution, before)->next = added;
    else
        place_at(execution, parent)->child = added;
    return added;
}

uint16_t record_child(struct execution *execution, uint16_t place, struct slice name)
{
    return child_of(execution, place, name, false);
}

uint16_t record_each(struct execution *execution, uint16_t place)
{
    return child_of(execution, place, SLICE(""), true);
}

void record_whole(struct execution *execution, uint16_t place)
{
    if (place)
        place_at(execution, place)->is_whole = true;
}

enum record_step record_step(const struct template_value *value, struct slice name, struct template_value *ret,
                             bool *ret_constant)
{
    *ret_constant = false;
    switch ((enum template_kind)value->kind) {
    case TEMPLATE_ROOT:
        for (size_t i = 0; i < value->count; i++)
            if (slice_equal(value->members[i].name, name)) {
                *ret_constant = value->members[i].is_constant;
                *ret = value->members[i].value;
                return STEP_FOUND;
            }
        return STEP_NONE;
    case TEMPLATE_STRUCT: {
        const struct type_field *field = value->pointer && value->is_nil ? NULL : type_field_by_go(value->type, name);
        if (!field)
            return STEP_NONE;
        *ret = field_value(value->tree, field);
        return STEP_FOUND;
    }
    case TEMPLATE_TREE_MAP: {
        if (value->is_nil)
            return STEP_NONE;
        const struct tree *found = tree_get(value->tree, name);
        if (!found)
            return STEP_ABSENT;
        const struct type *element = value->type ? value->type->element : NULL;
        *ret = value_element(found, element && element->kind != TYPE_ANY ? element : NULL);
        return STEP_FOUND;
    }
    default:
        return STEP_NONE;
    }
}

/* Whether what looks like a field is (or may be) a method: that may go by all of the value. */
static bool may_be_method(const struct template_value *value, struct slice name)
{
    if (value->kind == TEMPLATE_TREE_MAP)
        return value->type && value->type->element && value->type->element->kind == TYPE_QUANTITY;
    bool is_getter = value->kind == TEMPLATE_STRUCT && value->type->is_message && slice_starts(name, SLICE("Get"));
    return is_getter || method_find(value, name);
}

/* Where the data ends before the fields do, the others are noted nevertheless: then pods with and without annotations
 * have read the same. */
uint16_t record_fields(struct execution *execution, const struct template_value *value, const struct slice *fields,
                       size_t count)
{
    uint16_t place = value->place;
    struct template_value at = *value;
    bool is_there = true, is_constant = false;
    for (size_t i = 0; i < count && place; i++) {
        if (is_there && may_be_method(&at, fields[i])) {
            record_whole(execution, place);
            return 0;
        }
        is_there = is_there && record_step(&at, fields[i], &at, &is_constant) == STEP_FOUND;
        if (is_constant && place == RECORD_ROOT) /* which members are constant is a part of every key */
            return 0;
        place = record_child(execution, place, fields[i]);
    }
    return place;
}

void record_look_up(struct call *call)
{
    uint16_t place = call->arguments[0].place;
    call->arguments[0].place = 0;
    for (size_t i = 1; i < call->count && place; i++) {
        struct template_value key = value_unbox(call->arguments[i]);
        if (key.kind != TEMPLATE_STRING || key.pointer)
            break;
        place = record_child(call->execution, place, key.string);
    }
    record_whole(call->execution, place);
}
