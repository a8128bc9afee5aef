#include "template/read.h"
#include "base/memory.h"
#include "template/container.h"
#include "template/record.h"
#include <stdlib.h>

/* In the order of a walk: behind each place its children. */
struct place {
    struct slice name;
    uint32_t end; /* behind its last child */
    bool is_whole, is_each;
};

struct template_reads {
    size_t size;
    uint32_t count;
    struct place places[]; /* and behind them their names */
};

/* ---- the places ---- */

static void measure(const struct template_recording *recording, uint16_t at, uint32_t *count, size_t *bytes)
{
    const struct read_place *place = &recording->places[at];
    ++*count;
    *bytes += place->name.length;
    for (uint16_t child = place->is_whole ? 0 : place->child; child; child = recording->places[child].next)
        measure(recording, child, count, bytes);
}

static void copy_places(const struct template_recording *recording, uint16_t at, struct template_reads *reads,
                        char **names)
{
    const struct read_place *from = &recording->places[at];
    struct place *place = &reads->places[reads->count++];
    *place = (struct place){.name = {*names, from->name.length}, .is_whole = from->is_whole, .is_each = from->is_each};
    if (from->name.length)
        memcpy(*names, from->name.bytes, from->name.length);
    *names += from->name.length;
    for (uint16_t child = from->is_whole ? 0 : from->child; child; child = recording->places[child].next)
        copy_places(recording, child, reads, names);
    place->end = reads->count;
}

struct template_reads *template_reads_new(const struct template_recording *recording)
{
    if (recording->is_incomplete || recording->count <= RECORD_ROOT)
        return NULL;
    uint32_t count = 0;
    size_t bytes = 0;
    measure(recording, RECORD_ROOT, &count, &bytes);
    size_t size = sizeof(struct template_reads) + count * sizeof(struct place) + bytes;
    struct template_reads *reads = memory_new(1, size);
    char *names = (char *)&reads->places[count];
    reads->size = size;
    copy_places(recording, RECORD_ROOT, reads, &names);
    return reads;
}

void template_reads_free(struct template_reads *reads)
{
    free(reads);
}

size_t template_reads_size(const struct template_reads *reads)
{
    return reads->size;
}

bool template_reads_equal(const struct template_reads *a, const struct template_reads *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct place *one = &a->places[i], *other = &b->places[i];
        if (one->end != other->end || one->is_whole != other->is_whole || one->is_each != other->is_each ||
            !slice_equal(one->name, other->name))
            return false;
    }
    return true;
}

/* ---- the values ---- */

/* What stands in front of a value, so that no two different ones give the same bytes. */
enum { MARK_VALUE = 'v', MARK_ABSENT = 'a', MARK_STOP = 's', MARK_CONSTANT = 'c', MARK_NO_TREE = 0xff };

static void add_bytes(struct buffer *out, const void *bytes, size_t length)
{
    buffer_add(out, bytes, length);
}

static void add_count(struct buffer *out, size_t count)
{
    add_bytes(out, &count, sizeof count);
}

static void add_text(struct buffer *out, struct slice text)
{
    add_count(out, text.length);
    buffer_add_slice(out, text);
}

static void add_tree(struct buffer *out, const struct tree *tree)
{
    if (!tree) {
        buffer_add_byte(out, (char)MARK_NO_TREE);
        return;
    }
    buffer_add_byte(out, (char)tree->kind);
    switch ((enum tree_kind)tree->kind) {
    case TREE_NULL:
        break;
    case TREE_BOOL:
        buffer_add_byte(out, tree->boolean);
        break;
    case TREE_INT:
        add_bytes(out, &tree->integer, sizeof tree->integer);
        break;
    case TREE_FLOAT:
        add_bytes(out, &tree->number, sizeof tree->number);
        add_text(out, tree->digits);
        break;
    case TREE_STRING:
        add_text(out, tree->string);
        break;
    case TREE_LIST:
        add_count(out, tree->list.count);
        for (size_t i = 0; i < tree->list.count; i++)
            add_tree(out, tree->list.items[i]);
        break;
    case TREE_MAP:
        add_count(out, tree->map.count);
        for (size_t i = 0; i < tree->map.count; i++) {
            add_text(out, tree->map.entries[i].key);
            add_tree(out, tree->map.entries[i].value);
        }
        break;
    }
}

static void add_head(struct buffer *out, const struct template_value *value)
{
    const char head[2] = {(char)value->kind, (char)(value->boxed | value->pointer << 1 | value->is_nil << 2)};
    add_bytes(out, head, sizeof head);
}

/* A member's type can be another one only where the caller makes it so; those below follow from it. */
static bool add_member(struct buffer *out, const struct template_member *member)
{
    buffer_add_byte(out, member->is_constant ? MARK_CONSTANT : MARK_VALUE);
    if (!member->is_constant)
        add_bytes(out, &member->value.type, sizeof member->value.type);
    return !member->is_constant;
}

static bool add_whole(struct buffer *out, const struct template_value *value)
{
    add_head(out, value);
    switch ((enum template_kind)value->kind) {
    case TEMPLATE_NONE:
    case TEMPLATE_NIL:
        return true;
    case TEMPLATE_BOOL:
        buffer_add_byte(out, value->boolean);
        return true;
    case TEMPLATE_INT:
    case TEMPLATE_INT32:
    case TEMPLATE_INT64:
    case TEMPLATE_UINT8:
    case TEMPLATE_UINT32:
    case TEMPLATE_UINT64:
    case TEMPLATE_FLOAT:
    case TEMPLATE_ENUM:
    case TEMPLATE_DURATION:
        add_bytes(out, &value->natural, sizeof value->natural);
        return true;
    case TEMPLATE_STRING:
        add_text(out, value->string);
        return true;
    case TEMPLATE_TREE_LIST:
    case TEMPLATE_TREE_MAP:
    case TEMPLATE_STRUCT:
    case TEMPLATE_WRAPPER:
    case TEMPLATE_PROTO_DURATION:
    case TEMPLATE_QUANTITY:
    case TEMPLATE_INT_OR_STRING:
    case TEMPLATE_META_TIME:
        add_tree(out, value->tree);
        return true;
    case TEMPLATE_ROOT:
        add_count(out, value->count);
        for (size_t i = 0; i < value->count; i++) {
            add_text(out, value->members[i].name);
            if (add_member(out, &value->members[i]) && !add_whole(out, &value->members[i].value))
                return false;
        }
        return true;
    default: /* made by a template: no data */
        return false;
    }
}

static bool add_place(const struct template_reads *reads, uint32_t at, const struct template_value *value,
                      struct buffer *out);

static bool add_each(const struct template_reads *reads, uint32_t at, const struct template_value *list,
                     struct buffer *out)
{
    const struct type *element = list->type ? list->type->element : NULL;
    if (element && element->kind == TYPE_ANY)
        element = NULL;
    add_count(out, tree_count(list->tree));
    for (size_t i = 0; i < tree_count(list->tree); i++) {
        struct template_value item = value_element(list->tree->list.items[i], element);
        if (!add_place(reads, at, &item, out))
            return false;
    }
    return true;
}

/* One child of a value that is read in parts. Where there is no way down, the value itself is what a run can see. */
static bool add_child(const struct template_reads *reads, uint32_t at, const struct template_value *value,
                      struct buffer *out)
{
    const struct place *place = &reads->places[at];
    if (place->is_each && value->kind == TEMPLATE_TREE_LIST && !value->is_nil) {
        buffer_add_byte(out, MARK_VALUE);
        return add_each(reads, at, value, out);
    }
    struct template_value child = TEMPLATE_NO_VALUE;
    bool is_constant = false;
    switch (place->is_each ? STEP_NONE : record_step(value, place->name, &child, &is_constant)) {
    case STEP_ABSENT:
        buffer_add_byte(out, MARK_ABSENT);
        return true;
    case STEP_NONE:
        buffer_add_byte(out, MARK_STOP);
        return add_whole(out, value);
    case STEP_FOUND:
        break;
    }
    if (value->kind == TEMPLATE_ROOT) {
        const struct template_member member = {.value = child, .is_constant = is_constant};
        if (!add_member(out, &member))
            return true;
    } else {
        buffer_add_byte(out, MARK_VALUE);
    }
    return add_place(reads, at, &child, out);
}

static bool add_place(const struct template_reads *reads, uint32_t at, const struct template_value *value,
                      struct buffer *out)
{
    const struct place *place = &reads->places[at];
    if (place->is_whole)
        return add_whole(out, value);
    add_head(out, value);
    for (uint32_t child = at + 1; child < place->end; child = reads->places[child].end)
        if (!add_child(reads, child, value, out))
            return false;
    return true;
}

bool template_reads_key(const struct template_reads *reads, const struct template_member *members, size_t member_count,
                        struct buffer *out)
{
    struct template_value root = template_from_members(members, member_count);
    for (size_t i = 0; i < member_count; i++)
        buffer_add_byte(out, members[i].is_constant);
    return add_place(reads, 0, &root, out) && !out->overflowed;
}
