/* What a template printed may be used again for other data that gives the same key (template/read.h). A template (or
 * behind a 1 the bytes it grows from), and behind NULs the data (YAML) and bytes that say how it is changed: after each change either the key is another one, or
 * a plain run prints the same. Noting what is read changes neither output nor errors. */
#include "kube/conform.h"
#include "kube/types.h"
#include "template/read.h"
#include "tree/yaml.h"
#include <stdint.h>
#include <stdlib.h>
#include "grow_template.h"

enum { OUTPUT_MAX = 1 << 20, KEY_MAX = 1 << 20, CHANGES_MAX = 200 };

struct members {
    struct template_member all[9], owner[2];
};

static const struct type message_field_type = {.kind = TYPE_STRING, .name = "string"};
static const struct type_field message_fields[] = {
    {SLICE_CONSTANT("name"), SLICE_CONSTANT("Name"), &message_field_type, {0}, 0},
    {SLICE_CONSTANT("size"), SLICE_CONSTANT("Size"), &(const struct type){.kind = TYPE_DURATION, .name = "d"}, {0}, 0},
};
static const struct type message_type = {
    .kind = TYPE_STRUCT, .name = "test.Message", .fields = message_fields, .field_count = 2, .is_message = true};

static void members_set(struct members *members, const struct tree *data)
{
    members->owner[0] = (struct template_member){
        SLICE("Namespace"), template_from_string(tree_text(tree_at(data, "owner", "namespace"))), false};
    members->owner[1] =
        (struct template_member){SLICE("Name"), template_from_string(tree_text(tree_at(data, "owner", "name"))), false};
    members->all[0] = (struct template_member){
        SLICE("ObjectMeta"), template_from_tree(tree_at(data, "metadata"), &kube_type_ObjectMeta), false};
    members->all[1] =
        (struct template_member){SLICE("Spec"), template_from_tree(tree_at(data, "spec"), &kube_type_PodSpec), false};
    members->all[2] =
        (struct template_member){SLICE("Data"), template_from_tree(tree_at(data, "data"), NULL), false};
    members->all[3] = (struct template_member){
        SLICE("Message"), template_from_pointer(tree_at(data, "message"), &message_type), false};
    members->all[8] = (struct template_member){
        SLICE("Other"), template_from_pointer(tree_at(data, "other"), &message_type), false};
    members->all[4] = (struct template_member){SLICE("Owner"), template_from_members(members->owner, 2), false};
    members->all[5] = (struct template_member){SLICE("Values"), template_from_tree(&tree_empty_map_node, NULL), true};
    members->all[6] = (struct template_member){
        SLICE("Pod"), template_from_tree(data, &kube_type_Pod), false};
    members->all[7] = (struct template_member){
        SLICE("Count"), template_from_int64((int64_t)tree_count(tree_at(data, "data"))), false};
}

static bool run_template(const struct template *parsed, const struct members *members,
                         struct template_recording *recording, struct arena *arena, struct buffer *out,
                         struct error *error)
{
    const struct template_run run = {
        .members = members->all,
        .member_count = ARRAY_LENGTH(members->all),
        .limits = {.steps = 20000, .call_depth = 1000, .text_bytes = 5000, .items = 10000},
        .recording = recording,
    };
    return template_execute(parsed, &run, arena, out, error);
}

/* ---- changes ---- */

static const struct tree *other_value(struct grow *grow, const struct tree *tree, const struct tree *all)
{
    struct arena *arena = grow->arena;
    switch (grow_byte(grow) % 10) {
    case 0:
        return &tree_null_node;
    case 1:
        return tree_string(arena, SLICE("x"));
    case 2:
        return &tree_empty_map_node;
    case 3:
        return &tree_empty_list_node;
    case 4:
        return tree_int(arena, (int64_t)grow_byte(grow) - 1);
    case 5:
        return tree_bool(!tree_is(tree, TREE_BOOL) || !tree->boolean);
    case 6:
        return tree_float(arena, 1.5);
    case 7: { /* another node of the same data: shared */
        for (unsigned i = grow_byte(grow) % 8; i && tree_count(all); i--)
            all = all->kind == TREE_LIST ? all->list.items[grow_byte(grow) % tree_count(all)]
                                         : all->map.entries[grow_byte(grow) % tree_count(all)].value;
        return all->height > 20 ? tree : all;
    }
    case 8:
        return tree_is(tree, TREE_STRING) ? tree_string(arena, arena_join(arena, tree->string, SLICE("1"))) : tree;
    default:
        return grow_scalar(grow);
    }
}

/* The tree with one difference somewhere. */
static const struct tree *change(struct grow *grow, const struct tree *tree, const struct tree *all)
{
    struct arena *arena = grow->arena;
    size_t count = tree_count(tree);
    unsigned choice = grow_byte(grow);
    if (!count || choice % 16 == 0)
        return other_value(grow, tree, all);
    size_t at = grow_byte(grow) % count;
    struct tree *own = tree_copy_shallow(arena, tree);
    if (tree->kind == TREE_LIST) {
        if (choice % 16 == 1)
            tree_remove_at(own, at);
        else if (choice % 16 == 2)
            tree_append(arena, own, tree->list.items[at]);
        else
            tree_set_at(own, at, change(grow, tree->list.items[at], all));
        return own;
    }
    struct slice key = tree->map.entries[at].key;
    if (choice % 16 == 1)
        tree_remove(own, key);
    else if (choice % 16 == 2)
        tree_put(arena, own, grow_key(grow), tree->map.entries[at].value);
    else
        tree_put(arena, own, key, change(grow, tree->map.entries[at].value, all));
    return own;
}

static bool data_conform(struct arena *arena, const struct tree *data, const struct tree **ret_data)
{
    return tree_is(data, TREE_MAP) && kube_conform(arena, NULL, data, &kube_type_Pod, KUBE_FROM_YAML, ret_data, NULL);
}

/* ---- the property ---- */

static void check_change(const struct template *parsed, const struct template_reads *reads, struct slice key,
                         struct slice output, const struct tree *data)
{
    struct arena arena = ARENA_INIT;
    struct members members;
    struct buffer other = BUFFER_INIT(KEY_MAX), out = BUFFER_INIT(OUTPUT_MAX);
    members_set(&members, data);
    if (template_reads_key(reads, members.all, ARRAY_LENGTH(members.all), &other) &&
        slice_equal(key, buffer_slice(&other))) {
        if (!run_template(parsed, &members, NULL, &arena, &out, NULL) || !slice_equal(output, buffer_slice(&out)))
            abort();
    }
    buffer_done(&other);
    buffer_done(&out);
    arena_done(&arena);
}

static bool same_key(const struct template_reads *reads, const struct tree *one, const struct tree *other)
{
    struct members members;
    struct buffer first = BUFFER_INIT(KEY_MAX), second = BUFFER_INIT(KEY_MAX);
    members_set(&members, one);
    bool same = template_reads_key(reads, members.all, ARRAY_LENGTH(members.all), &first);
    members_set(&members, other);
    same = same && template_reads_key(reads, members.all, ARRAY_LENGTH(members.all), &second) &&
           slice_equal(buffer_slice(&first), buffer_slice(&second));
    buffer_done(&first);
    buffer_done(&second);
    return same;
}

/* A key of more places tells no less: what another run has read is joined in. */
static void check_join(const struct template *parsed, const struct template_reads *reads, const struct tree *data,
                       struct grow *grow)
{
    enum { PAIRS = 16 };
    struct arena arena = ARENA_INIT;
    struct template_recording recording = {0};
    struct members members;
    struct buffer out = BUFFER_INIT(OUTPUT_MAX);
    members_set(&members, data);
    bool done = run_template(parsed, &members, &recording, &arena, &out, NULL);
    struct template_reads *others = done ? template_reads_new(&recording) : NULL;
    struct template_reads *joined = others ? template_reads_join(reads, others) : NULL;
    if (joined && (!template_reads_cover(joined, reads) || !template_reads_cover(joined, others) ||
                   !template_reads_cover(reads, reads)))
        abort();
    bool covers = others && template_reads_cover(reads, others);
    for (int i = 0; others && i < PAIRS; i++) {
        const struct tree *changed;
        if (!data_conform(grow->arena, change(grow, data, data), &changed) || same_key(others, data, changed))
            continue;
        if ((joined && same_key(joined, data, changed)) || (covers && same_key(reads, data, changed)))
            abort();
    }
    template_reads_free(others);
    template_reads_free(joined);
    buffer_done(&out);
    arena_done(&arena);
}

static void check(const struct template *parsed, const struct tree *data, struct grow *grow)
{
    struct arena arena = ARENA_INIT;
    struct members members;
    struct template_recording recording = {0};
    struct buffer plain = BUFFER_INIT(OUTPUT_MAX), out = BUFFER_INIT(OUTPUT_MAX), key = BUFFER_INIT(KEY_MAX);
    struct error error = {0}, plain_error = {0};
    members_set(&members, data);
    bool done = run_template(parsed, &members, &recording, &arena, &out, &error);
    struct template_reads *reads = done ? template_reads_new(&recording) : NULL;
    if (!recording.is_incomplete) {
        if (run_template(parsed, &members, NULL, &arena, &plain, &plain_error) != done ||
            !slice_equal(buffer_slice(&plain), buffer_slice(&out)) ||
            (error.code != ERROR_LIMIT && strcmp(plain_error.text, error.text) != 0))
            abort();
    }
    if (reads && template_reads_key(reads, members.all, ARRAY_LENGTH(members.all), &key)) {
        const struct tree *changed = data, *conforming;
        check_change(parsed, reads, buffer_slice(&key), buffer_slice(&out), data);
        for (int i = 0; i < CHANGES_MAX; i++) {
            changed = change(grow, i % 4 ? changed : data, data);
            if (!data_conform(grow->arena, changed, &conforming)) {
                changed = data;
                continue;
            }
            check_change(parsed, reads, buffer_slice(&key), buffer_slice(&out), conforming);
            if (i % 16 == 15)
                check_join(parsed, reads, conforming, grow);
        }
    }
    template_reads_free(reads);
    buffer_done(&plain);
    buffer_done(&out);
    buffer_done(&key);
    arena_done(&arena);
}

static struct slice take_part(struct slice *rest)
{
    struct slice part = *rest;
    size_t end = slice_find_byte(*rest, '\0');
    *rest = (struct slice){"", 0};
    if (end != SLICE_NONE) {
        *rest = slice_from_offset(part, end + 1);
        part = slice_range(part, 0, end);
    }
    return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct slice rest = {(const char *)bytes, size};
    struct arena arena = ARENA_INIT;
    struct slice text = take_part(&rest);
    struct buffer grown = BUFFER_INIT(1 << 16);
    if (slice_starts(text, SLICE("\x01"))) {
        struct grow template_grow = {.bytes = (const unsigned char *)text.bytes + 1, .length = text.length - 1};
        grow_template(&template_grow, &grown);
        text = buffer_slice(&grown);
    }
    const struct source template_source = {SLICE("template"), text, 0};
    const struct source data_source = {SLICE("data"), take_part(&rest), 0};
    /* The changes are pseudo-random, from what is left: bytes of the input would all be used up at once. */
    unsigned char noise[4096];
    uint64_t state = 88172645463325252u;
    for (size_t i = 0; i < rest.length; i++)
        state = (state ^ (unsigned char)rest.bytes[i]) * 0x9e3779b97f4a7c15u + 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        noise[i] = (unsigned char)(state >> 32);
    }
    struct grow grow = {.arena = &arena, .bytes = noise, .length = sizeof noise};
    const struct template *parsed;
    const struct tree *data;
    if (template_parse(&arena, &template_source, NULL, &parsed, NULL) &&
        yaml_read(&arena, &data_source, NULL, &data, NULL) && data_conform(&arena, data, &data))
        check(parsed, data, &grow);
    buffer_done(&grown);
    arena_done(&arena);
    return 0;
}
