#include "template/read.h"
#include "base/memory.h"
#include "template/container.h"
#include "template/record.h"
#include <stdlib.h>

/* In the order of a walk: behind each place its children. */
struct place {
    struct slice name;
    uint32_t end; /* behind its last child */
    bool is_whole, is_each, is_own;
};

struct template_reads {
    size_t size;
    uint32_t count;
    struct place places[]; /* and behind them their names */
};

/* ---- the places ---- */

static struct template_reads *reads_new(uint32_t places, size_t name_bytes)
{
    size_t size = sizeof(struct template_reads) + places * sizeof(struct place) + name_bytes;
    struct template_reads *reads = memory_new(1, size);
    reads->size = size;
    return reads;
}

/* Adds a place, with its name at *names; its end is to be set. */
static struct place *add_read(struct template_reads *reads, struct slice name, char **names)
{
    struct place *place = &reads->places[reads->count++];
    place->name = (struct slice){*names, name.length};
    if (name.length)
        memcpy(*names, name.bytes, name.length);
    *names += name.length;
    return place;
}

static void measure(const struct template_recording *recording, uint16_t at, uint32_t *count, size_t *bytes)
{
    const struct read_place *place = &recording->places[at];
    ++*count;
    *bytes += place->name.length;
    for (uint16_t child = place->is_whole ? 0 : place->child; child; child = recording->places[child].next)
        measure(recording, child, count, bytes);
}

static void copy_recorded(const struct template_recording *recording, uint16_t at, struct template_reads *reads,
                          char **names)
{
    const struct read_place *from = &recording->places[at];
    struct place *place = add_read(reads, from->name, names);
    place->is_whole = from->is_whole;
    place->is_each = from->is_each;
    place->is_own = from->is_own;
    for (uint16_t child = from->is_whole ? 0 : from->child; child; child = recording->places[child].next)
        copy_recorded(recording, child, reads, names);
    place->end = reads->count;
}

struct template_reads *template_reads_new(const struct template_recording *recording)
{
    if (recording->is_incomplete || recording->count <= RECORD_ROOT)
        return NULL;
    uint32_t count = 0;
    size_t bytes = 0;
    measure(recording, RECORD_ROOT, &count, &bytes);
    struct template_reads *reads = reads_new(count, bytes);
    char *names = (char *)&reads->places[count];
    copy_recorded(recording, RECORD_ROOT, reads, &names);
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

/* ---- two in one ---- */

struct joining {
    const struct template_reads *a, *b;
    struct template_reads *joined; /* NULL: only looked at */
    char *names;
    uint32_t count;
    size_t name_bytes;
    bool is_unwise, is_more; /* b has what a has not */
};

static uint32_t join_add(struct joining *joining, const struct place *place, bool is_whole)
{
    if (joining->joined) {
        struct place *added = add_read(joining->joined, place->name, &joining->names);
        added->is_each = place->is_each;
        added->is_own = place->is_own;
        added->is_whole = is_whole;
    }
    joining->name_bytes += place->name.length;
    return joining->count++;
}

static void join_end(struct joining *joining, uint32_t place)
{
    if (joining->joined)
        joining->joined->places[place].end = joining->count;
}

/* A place that only the one has, with those below. */
static void join_one(struct joining *joining, const struct template_reads *from, uint32_t at)
{
    const struct place *place = &from->places[at];
    uint32_t added = join_add(joining, place, place->is_whole);
    joining->is_unwise |= place->is_own && place->is_whole;
    joining->is_more |= from == joining->b;
    for (uint32_t child = at + 1; child < place->end; child = from->places[child].end)
        join_one(joining, from, child);
    join_end(joining, added);
}

static void join_both(struct joining *joining, uint32_t at_a, uint32_t at_b)
{
    const struct place *all_a = joining->a->places, *all_b = joining->b->places;
    const struct place *a = &all_a[at_a], *b = &all_b[at_b];
    uint32_t child_a = at_a + 1, child_b = at_b + 1;
    bool is_whole = a->is_whole || b->is_whole;
    uint32_t added = join_add(joining, a, is_whole);
    joining->is_unwise |= a->is_own && a->is_whole != b->is_whole;
    joining->is_more |= b->is_whole && !a->is_whole;
    while (!is_whole && (child_a < a->end || child_b < b->end)) { /* the children have one order in both */
        int order = child_a == a->end   ? 1
                    : child_b == b->end ? -1
                                        : record_compare(all_a[child_a].is_each, all_a[child_a].name,
                                                         all_b[child_b].is_each, all_b[child_b].name);
        if (order == 0)
            join_both(joining, child_a, child_b);
        else
            join_one(joining, order < 0 ? joining->a : joining->b, order < 0 ? child_a : child_b);
        child_a = order <= 0 ? all_a[child_a].end : child_a;
        child_b = order >= 0 ? all_b[child_b].end : child_b;
    }
    join_end(joining, added);
}

bool template_reads_cover(const struct template_reads *a, const struct template_reads *b)
{
    struct joining joining = {.a = a, .b = b};
    join_both(&joining, 0, 0);
    return !joining.is_unwise && !joining.is_more;
}

struct template_reads *template_reads_join(const struct template_reads *a, const struct template_reads *b)
{
    enum { JOINED_MAX = 1024 };
    struct joining measured = {.a = a, .b = b}, joining = {.a = a, .b = b};
    join_both(&measured, 0, 0);
    if (measured.is_unwise || measured.count > JOINED_MAX)
        return NULL;
    joining.joined = reads_new(measured.count, measured.name_bytes);
    joining.names = (char *)&joining.joined->places[measured.count];
    join_both(&joining, 0, 0);
    return joining.joined;
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
